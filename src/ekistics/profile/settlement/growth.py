"""How a city grew: year of first being built, built-up area and urban extent over time, where new built-up land lay."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from ekistics.model.grids import ExtentClass
from ekistics.profile.blocks import Block, Cell, CellMap, ChartBlock, Column, Fact, Facts, Group, Table
from ekistics.profile.cell_pictures import CellClass, CellGround, CellPicture, EpochSteps
from ekistics.profile.chart_specs import Line, TrendChart
from ekistics.profile.document import Layout, Section
from ekistics.profile.settlement.classes import percent
from ekistics.profile.settlement.evidence import ExtentYear, GrowthPeriod, UrbanGrowth
from ekistics.profile.settlement.notes import notes_block
from ekistics.profile.texts import Number, Say, Text, say
from ekistics.profile.wording import even_decimals

HARDLY = 0.05
"""Below this many per cent a year built-up land is said to have hardly changed."""
M2_PER_KM2 = 1e6
MOST_MAPS = 4
"""Small maps of the urban extent: the first year, the last, and evenly between."""
_RAMPS = {1: (5,), 2: (3, 5), 3: (3, 4, 5), 4: (2, 3, 4, 5)}
"""Colour classes of the spans after the first year, the newest darkest."""

EXTENT_CLASSES: tuple[CellClass, ...] = (
    CellClass((ExtentClass.URBAN,), say("Urban built-up"), "extent-urban"),
    CellClass((ExtentClass.SUBURBAN,), say("Suburban built-up"), "extent-suburban"),
    CellClass((ExtentClass.RURAL,), say("Rural built-up, outside the extent"), "extent-rural"),
    CellClass((ExtentClass.FRINGE,), say("Open land at the edge"), "extent-fringe"),
    CellClass((ExtentClass.CAPTURED,), say("Open land enclosed"), "extent-captured"),
)
"""Classes of the urban extent by the codes of its class raster; all other open cells are left blank."""


def year_of(year: int) -> Number:
    """Return a year to print."""
    return Number(year, year=True)


def rate_of(growth: UrbanGrowth) -> float | None:
    """Return by how many per cent a year built-up land grew from the first to the last year; None where it cannot be told."""
    first, last = growth.extents[:1], growth.extents[-1:]
    if not first or first[0].year == last[0].year or min(first[0].built_up_km2, last[0].built_up_km2) <= 0:
        return None
    years = last[0].year - first[0].year
    return float(100 * ((last[0].built_up_km2 / first[0].built_up_km2) ** (1 / years) - 1))


def pace_words(growth: UrbanGrowth) -> Say | None:
    """Say in one clause how fast built-up land changed."""
    rate = rate_of(growth)
    if rate is None:
        return None
    if abs(rate) < HARDLY:
        return say("built-up land hardly changed")
    told = Number(abs(rate), "%", digits=2)
    return say("built-up land grew {rate} a year", rate=told) if rate > 0 else say("built-up land shrank {rate} a year", rate=told)


def saturation_of(one: ExtentYear) -> float | None:
    """Return the share of the urban extent that is built up, 0 to 1; None where there is no extent."""
    return 1 - one.urban_open_km2 / one.extent_km2 if one.extent_km2 > 0 else None


def built_up_per_person(one: ExtentYear) -> float | None:
    """Return m² of built-up land a resident; None where nobody said how many people there were."""
    return M2_PER_KM2 * one.built_up_km2 / one.people if one.people else None


def growth_sections(growth: UrbanGrowth, ground: CellGround, source: Text | None) -> tuple[Section, ...]:
    """Return the sections of growth: map and charts, where new land lay, the urban extent by year."""
    first, last = year_of(growth.years[0]), year_of(growth.years[-1])
    charts = _charts(growth)
    blocks: list[Block] = [
        Group(
            _title(growth),
            (_first_built(growth, ground, source),),
            say("Year of first being built, {first} to {last}.", first=first, last=last),
        )
    ]
    if charts:
        blocks.append(Group(_charts_title(growth), charts))
    sections = [Section("growth", None, tuple(blocks), layout=Layout.SEVEN_FIVE)]
    if growth.periods:
        sections.append(_periods(growth))
    if growth.extents:
        sections.append(_extents(growth, ground, source))
    return tuple(sections)


def _title(growth: UrbanGrowth) -> Text:
    if not growth.extents:
        return say("When each cell was first built upon")
    first, last = growth.extents[0], growth.extents[-1]
    slots = {
        "then": Number(first.built_up_km2, "km2"),
        "now": Number(last.built_up_km2, "km2"),
        "first": year_of(first.year),
        "last": year_of(last.year),
    }
    rate = rate_of(growth)
    if rate is None:
        return Say("Built-up land covered {now} in {last}", slots)
    if abs(rate) < HARDLY:
        return Say("Built-up land stayed near {now} from {first} to {last}", slots)
    if rate < 0:
        return Say("Built-up land shrank from {then} in {first} to {now} in {last}", slots)
    newer = percent(1 - first.built_up_km2 / last.built_up_km2, whole=True)
    return Say("{newer} of the built-up land of {last} is newer than {first}", slots | {"newer": newer})


def spans_of(count: int) -> list[tuple[int, ...]]:
    """Part the positions of years into the first and at most four spans of nearly equal length.

    Examples
    --------
    >>> spans_of(4), spans_of(12)
    ([(0,), (1,), (2,), (3,)], [(0,), (1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11)])
    """
    parts = min(4, count - 1)
    if parts < 1:
        return [(0,)]
    size, larger = divmod(count - 1, parts)
    edges = [1]
    for number in range(parts):
        edges.append(edges[-1] + size + (number < larger))
    return [(0,), *(tuple(range(start, end)) for start, end in pairwise(edges))]


def _first_built(growth: UrbanGrowth, ground: CellGround, source: Text | None) -> CellMap:
    built = {one.year: one.built_up_km2 for one in growth.extents}
    first, *later = spans_of(len(growth.years))
    began = growth.years[0]
    classes = [CellClass(first, say("by {year}", year=year_of(began)), "built-first", _area(built.get(began)))]
    for span, number in zip(later, _RAMPS.get(len(later), ()), strict=True):
        start, end = growth.years[span[0] - 1], growth.years[span[-1]]
        more = _area(built[end] - built[start], signed=True) if start in built and end in built else None
        classes.append(CellClass(span, say("{first} to {last}", first=year_of(start), last=year_of(end)), f"class-{number}", more))
    return CellMap(
        None,
        say("When a cell was first built upon, with the built-up area that each span brought.")
        if built
        else say("When a cell was first built upon."),
        (CellPicture(growth.first_built),),
        tuple(classes),
        ground,
        say("Map of cells by the year in which they were first built upon; the table of years gives the areas."),
        steps=_steps(growth),
        source=source,
        table=replace(extents_table(growth), hidden_caption=True) if growth.extents else None,
    )


def _area(km2: float | None, *, signed: bool = False) -> Number | None:
    return Number(km2, "km2", signed=signed) if km2 is not None else None


def _steps(growth: UrbanGrowth) -> EpochSteps | None:
    if len(growth.years) < 2:
        return None
    known = {one.year: one for one in growth.extents}
    told: list[Text] = []
    for year in growth.years:
        one = known.get(year)
        if one is None:
            told.append(say("built up by {year}", year=year_of(year)))
        else:
            built, extent = Number(one.built_up_km2, "km2"), Number(one.extent_km2, "km2")
            told.append(say("{year}: {built} built up, urban extent {extent}", year=year_of(year), built=built, extent=extent))
    return EpochSteps(say("Year"), growth.years, tuple(told))


def _charts_title(growth: UrbanGrowth) -> Text:
    first, last = growth.extents[0], growth.extents[-1]
    then, now = saturation_of(first), saturation_of(last)
    if then is None or now is None:
        return say("Built-up land and urban extent over the years")
    slots = {"now": percent(now), "then": percent(then), "first": year_of(first.year)}
    if len(growth.extents) < 2:
        return Say("{now} of the urban extent is built up", slots)
    if abs(now - then) < 0.005:
        return Say("{now} of the urban extent is built up, as in {first}", slots)
    return Say("{now} of the urban extent is built up, {then} in {first}", slots)


def _charts(growth: UrbanGrowth) -> tuple[Block, ...]:
    if len(growth.extents) < 2:
        return ()
    first, last = growth.extents[0], growth.extents[-1]
    span = {"first": year_of(first.year), "last": year_of(last.year)}
    lines = (
        Line(say("urban extent"), tuple((float(one.year), one.extent_km2) for one in growth.extents), 2),
        Line(say("built-up land"), tuple((float(one.year), one.built_up_km2) for one in growth.extents), 1),
    )
    charts: list[Block] = [
        ChartBlock(
            None,
            Say("Built-up land and urban extent, km², {first} to {last}", span),
            TrendChart(lines, "km2", first.year, last.year),
            say("Two lines over the years; the table of years gives the areas."),
        )
    ]
    each = [(float(one.year), m2) for one in growth.extents if (m2 := built_up_per_person(one)) is not None]
    if len(each) > 1:
        charts.append(
            ChartBlock(
                _per_person_title(each),
                Say("Built-up land a resident, m², {first} to {last}", span),
                TrendChart((Line(None, tuple(each), 3),), "m2/{person}", int(each[0][0]), int(each[-1][0])),
                say("One line over the years; the table of years gives the values."),
            )
        )
    return tuple(charts)


def _per_person_title(each: list[tuple[float, float]]) -> Text:
    (year, then), (_, now) = each[0], each[-1]
    slots = {"first": Number(year, year=True), "then": Number(then, "m2"), "now": Number(now, "m2")}
    if abs(now / then - 1) < 0.01:
        return Say("Each resident takes {now} of built-up land, as in {first}", slots)
    if now > then:
        return Say("Each resident takes {now} of built-up land, more than the {then} of {first}", slots)
    return Say("Each resident takes {now} of built-up land, less than the {then} of {first}", slots)


def _periods(growth: UrbanGrowth) -> Section:
    lost = Fact(say("Lost"), say("built-up cells that no longer are"))
    meaning = Facts(
        (
            Fact(say("Infill"), say("new built-up cells on open land that the earlier urban extent took in")),
            Fact(say("Extension"), say("new built-up cells that touch the earlier extent from outside")),
            Fact(say("Leapfrog"), say("new built-up cells that do not touch it")),
            Fact(say("Inclusion"), say("built-up land that lay apart earlier and that the later extent takes in; it is not new")),
            *((lost,) if _has_lost(growth.periods) else ()),
        ),
        say("What the kinds mean"),
        words=True,
    )
    return Section("new-land", _periods_title(growth.periods), (_periods_table(growth.periods), meaning), layout=Layout.WIDE_NARROW)


def _has_lost(periods: tuple[GrowthPeriod, ...]) -> bool:
    return any(one.lost_km2 > 0 for one in periods)


def _new(one: GrowthPeriod) -> float:
    return one.infill_km2 + one.extension_km2 + one.leapfrog_km2


def _periods_title(periods: tuple[GrowthPeriod, ...]) -> Text:
    new = sum(_new(one) for one in periods)
    if new <= 0:
        return say("No new built-up land was found")
    kinds = (
        (sum(one.extension_km2 for one in periods), say("Of {new} newly built up, {share} extended the city at its edge")),
        (sum(one.infill_km2 for one in periods), say("Of {new} newly built up, {share} filled open land within the city")),
        (sum(one.leapfrog_km2 for one in periods), say("Of {new} newly built up, {share} lies apart from the city")),
    )
    most, sentence = max(kinds, key=lambda one: one[0])
    return Say(sentence.message, {"new": Number(new, "km2"), "share": percent(most / new, whole=True)})


def _periods_table(periods: tuple[GrowthPeriod, ...]) -> Table:
    lost = _has_lost(periods)
    decimals = even_decimals([_new(one) for one in periods])
    heads = (
        Column(say("Period"), date=True),
        Column(say("New, km²"), number=True),
        Column(say("Infill"), number=True),
        Column(say("Extension"), number=True),
        Column(say("Leapfrog"), number=True),
        Column(say("Inclusion, km²"), number=True, phone=False),
        *((Column(say("Lost, km²"), number=True, phone=False),) if lost else ()),
    )

    def row(one: GrowthPeriod) -> tuple[Cell, ...]:
        new = _new(one)
        kinds = (one.infill_km2, one.extension_km2, one.leapfrog_km2)
        return (
            Cell(say("{first} to {last}", first=year_of(one.start), last=year_of(one.end))),
            Cell(Number(new, decimals=decimals)),
            *(Cell(percent(kind / new), bar=100 * kind / new) if new else Cell(Number(0.0, "%", decimals=0)) for kind in kinds),
            Cell(Number(one.inclusion_km2, decimals=decimals)),
            *((Cell(Number(one.lost_km2, decimals=decimals)),) if lost else ()),
        )

    caption = say("New built-up land by period and kind, share of the new")
    return Table(caption, heads, tuple(row(one) for one in periods))


def _extents(growth: UrbanGrowth, ground: CellGround, source: Text | None) -> Section:
    shown = _evenly(growth.extents)
    codes = {code for one in shown for code in set(one.image.codes.ravel().tolist())}
    maps = CellMap(
        None,
        say("The maps share one legend. Urban extent: urban and suburban built-up land with the open land at its edge or enclosed by it."),
        tuple(CellPicture(one.image, year_of(one.year), say("extent {area}", area=Number(one.extent_km2, "km2"))) for one in shown),
        tuple(one for one in EXTENT_CLASSES if set(one.codes) & codes),
        ground,
        say("Urban extent by class of cell; the table of years gives the areas."),
        source=source,
    )
    return Section("extent", _extents_title(growth), (maps, extents_table(growth), *notes_block(growth.notes)))


def _evenly(extents: tuple[ExtentYear, ...]) -> tuple[ExtentYear, ...]:
    if len(extents) <= MOST_MAPS:
        return extents
    return tuple(extents[round(number * (len(extents) - 1) / (MOST_MAPS - 1))] for number in range(MOST_MAPS))


def _extents_title(growth: UrbanGrowth) -> Text:
    first, last = growth.extents[0], growth.extents[-1]
    area, year = Number(last.extent_km2, "km2"), year_of(last.year)
    if first.year == last.year or first.extent_km2 <= 0:
        return say("The urban extent took {area} in {year}", area=area, year=year)
    change = Number(100 * (last.extent_km2 / first.extent_km2 - 1), "%", signed=True, digits=2)
    return say(
        "The urban extent took {area} in {year}, {change} since {first}", area=area, year=year, change=change, first=year_of(first.year)
    )


def extents_table(growth: UrbanGrowth) -> Table:
    """Return built-up land, urban extent and its saturation by year; density and land a resident where people are known."""
    extents = growth.extents
    peopled = any(one.people for one in extents)
    decimals = even_decimals([one.extent_km2 for one in extents])
    heads = (
        Column(say("Year")),
        Column(say("Built-up land, km²"), number=True),
        Column(say("Urban extent, km²"), number=True),
        Column(say("Saturation"), number=True),
        *(
            (
                Column(say("People"), number=True, phone=False),
                Column(say("People per km² of extent"), number=True, phone=False),
                Column(say("Built-up land a resident, m²"), number=True, phone=False),
            )
            if peopled
            else ()
        ),
    )
    rows = tuple(_extent_row(one, decimals, peopled) for one in extents)
    note = say("Saturation is the share of the urban extent that is built up.")
    return Table(say("Built-up land and urban extent by year"), heads, rows, source=note)


def _extent_row(one: ExtentYear, decimals: int, peopled: bool) -> tuple[Cell, ...]:
    saturation, m2 = saturation_of(one), built_up_per_person(one)
    unknown = Cell(say("not known"))
    people = (
        Cell(Number(one.people, decimals=0)) if one.people else unknown,
        Cell(Number(one.people / one.extent_km2, decimals=0)) if one.people and one.extent_km2 > 0 else unknown,
        Cell(Number(m2, decimals=1)) if m2 is not None else unknown,
    )
    return (
        Cell(year_of(one.year)),
        Cell(Number(one.built_up_km2, decimals=decimals)),
        Cell(Number(one.extent_km2, decimals=decimals)),
        Cell(percent(saturation), bar=100 * saturation) if saturation is not None else Cell(say("no extent")),
        *(people if peopled else ()),
    )
