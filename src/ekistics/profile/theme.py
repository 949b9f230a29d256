"""The page of one theme: its leading figure, what moves it, trends with targets, districts on maps and in a table, other places."""

from __future__ import annotations

from dataclasses import replace

from ekistics.model.cards import Direction, Kind
from ekistics.model.observations import ErrorSource, Figure
from ekistics.model.targets import Target
from ekistics.profile import wording
from ekistics.profile.blocks import (
    Block,
    Cell,
    ChartBlock,
    Column,
    Fact,
    Facts,
    Hero,
    Link,
    LinkKind,
    MapBlock,
    MapKind,
    Table,
    ZoneMap,
)
from ekistics.profile.chart_specs import DotChart, DotRow, Line, TargetLine, TrendChart
from ekistics.profile.document import Document, Layout, Section
from ekistics.profile.elsewhere import elsewhere_block
from ekistics.profile.evidence import DistrictFigures, Evidence, Rated, Trend
from ekistics.profile.reach_list import district_reach
from ekistics.profile.texts import Number, Say, Text, say, say_n
from ekistics.profile.titles import districts_sentence, headline, theme_name, trend_title
from ekistics.profile.trail import foot_of, trail_of


def theme(evidence: Evidence, name: str) -> Document:
    """Return the page of one theme; `name` is one of `evidence.themes()`."""
    codes = theme_codes(evidence, name)
    names = evidence.themes()
    position = names.index(name)
    lead = lead_of(evidence, codes)
    sections = [_trends(evidence, codes), _maps(evidence, codes), _elsewhere(evidence, codes), _figures(evidence, codes)]
    moved = _what_moves_it(evidence, lead)
    return Document(
        kind="theme",
        key=name,
        kicker=say("Theme {number} of {total}: {theme}", number=position + 1, total=len(names), theme=theme_name(name)),
        title=headline(evidence.cards[lead], _must(evidence, lead)) if lead else say("No figure of this theme is in hand"),
        lead=(_hero(evidence, lead),) if lead else (),
        lead_layout=Layout.WIDE_NARROW,
        aside=(moved,) if moved else (),
        sections=tuple(one for one in sections if one),
        trail=trail_of(evidence),
        place=evidence.place.code,
        themes=tuple(names),
        foot=foot_of(evidence),
        languages=evidence.languages,
        previous_page=_turn(names, position - 1),
        next_page=_turn(names, position + 1),
    )


def _turn(names: list[str], position: int) -> Link | None:
    return Link(theme_name(names[position]), LinkKind.THEME, names[position]) if 0 <= position < len(names) else None


def theme_codes(evidence: Evidence, name: str) -> list[str]:
    """Return the indicators of a theme that have a figure, in the order of the cards."""
    return [code for code, card in evidence.cards.items() if card.theme == name and evidence.figure(code) is not None]


def lead_of(evidence: Evidence, codes: list[str]) -> str:
    """Return the indicator that leads a theme: a rated share, else a share or ratio, else any; empty where there is none."""
    rated = {one.indicator for _, one in evidence.agenda_items() if one.score is not None}

    def order(code: str) -> tuple[bool, bool, bool, bool, int]:
        card = evidence.cards[code]
        figure = evidence.figure(code)
        return (
            figure is None or figure.observation.value is None,
            not (code in rated and wording.is_of_people(card)),
            code not in rated,
            card.kind in (Kind.COUNT, Kind.AREA, Kind.LENGTH, Kind.SUM),
            codes.index(code),
        )

    return min(codes, key=order, default="")


def _must(evidence: Evidence, code: str) -> Figure:
    figure = evidence.figure(code)
    if figure is None:
        raise AssertionError(f"no figure of {code}")
    return figure


def rated_of(evidence: Evidence, code: str) -> Rated | None:
    """Return the first rating of an indicator that has a score."""
    return next((one for _, one in evidence.agenda_items() if one.indicator == code and one.score is not None), None)


def _hero(evidence: Evidence, code: str) -> Hero:
    figure, card = _must(evidence, code), evidence.cards[code]
    one, rated = figure.observation, rated_of(evidence, code)
    beside: list[Text] = [wording.interval_of(one)]
    if one.lower is not None and one.error_source is not ErrorSource.NONE_STATED:
        beside = [say("{interval}, by {kind}", interval=beside[0], kind=Say(str(one.error_source)))]
    period = wording.period_of(one.period)
    if rated and rated.gap:
        gap = Number(abs(rated.gap), "" if one.unit == "%" else one.unit, decimals=1 if one.unit == "%" else None)
        short = (rated.gap > 0) == (card.direction is not Direction.LOWER)
        if short and one.unit == "%":
            beside.append(say("{gap} points short of the target, {period}", gap=gap, period=period))
        elif short:
            beside.append(say("{gap} from the target, {period}", gap=gap, period=period))
        else:
            beside.append(say("the target is met, {period}", period=period))
    else:
        beside.append(period)
    told = districts_sentence(evidence.districts, code) if wording.is_of_people(card) else None
    words = Say(card.description) if card.description else wording.card_name(card)
    joined = Say(card.description.rstrip(". ")) if card.description else words
    return Hero(
        wording.value_of(one, unit=one.unit != "{person}"),
        tuple(beside),
        say("{definition}. {districts}.", definition=joined, districts=told) if told else words,
        "weak" if rated and rated.score is not None and rated.score < 50 else "strong",
        (Link(say("Where does this number come from?"), LinkKind.FIGURE, str(figure.id)),),
    )


def _what_moves_it(evidence: Evidence, code: str) -> Block | None:
    """Other voices of the leading figure as dots on one scale; its definition where there is only one voice."""
    if not code:
        return None
    choice = evidence.choice(code)
    card = evidence.cards[code]
    voices = [one for one in (choice.figure, *choice.passed_over) if one.observation.value is not None] if choice else []
    if choice is None or len(voices) < 2:
        return Facts(
            (
                Fact(say("Method"), Say(card.source), say("edition {edition}", edition=card.edition)),
                Fact(say("Direction"), Say(_DIRECTIONS[card.direction]), None),
            ),
            say("How it is defined"),
        )
    values = [one.observation.value or 0.0 for one in voices]
    low, high = min(values), max(values)
    margin = (high - low or abs(high) or 1.0) * 0.4
    told = [one.observation for one in voices]
    rows = tuple(
        DotRow(
            words[0],
            one.value,
            Number(one.value or 0.0, one.unit, bare=True),
            words[1],
            role="subject" if one is choice.figure.observation else "ring",
        )
        for one in told
        for words in (wording.voice_words(told, one),)
    )
    moved = Number(high - low, "", digits=2)
    title = (
        say("The method moves the figure by {points} points", points=moved)
        if card.unit == "%"
        else say("The voices lie {distance} apart", distance=moved)
    )
    return ChartBlock(
        title,
        say("The dark dot is shown and rated: {why}.", why=wording.why_chosen(choice.why)),
        DotChart(rows, card.unit, low - margin if low - margin > 0 or low < 0 else 0.0, high + margin, band=(low, high)),
        say_n("One voice.", "{count} voices on one scale.", len(voices)),
    )


_DIRECTIONS = {
    Direction.HIGHER: "higher is better",
    Direction.LOWER: "lower is better",
    Direction.NEUTRAL: "neither is better: shown, not rated",
}


def _trends(evidence: Evidence, codes: list[str]) -> Section | None:
    blocks = [trend_block(evidence, trend) for trend in evidence.trends if trend.indicator in codes and trend.figures][:6]
    if not blocks:
        return None
    moved = sum(len(trend.figures) > 1 for trend in evidence.trends if trend.indicator in codes)
    title = say_n("One figure can be followed over the years", "{count} figures can be followed over the years", moved) if moved else None
    return Section("trends", title or say("Measured once so far"), tuple(blocks), layout=Layout.THIRDS)


def trend_block(evidence: Evidence, trend: Trend) -> ChartBlock:
    """Return one trend with its target and its table twin."""
    card = evidence.cards[trend.indicator]
    known = [one for one in trend.figures if one.observation.value is not None]
    points = tuple((float(wording.year_of(one)), one.observation.value or 0.0) for one in known)
    intervals = tuple(
        (float(wording.year_of(one)), one.observation.lower, one.observation.upper)
        for one in known
        if one.observation.lower is not None and one.observation.upper is not None
    )
    lone = len(points) == 1
    first = int(points[0][0]) if points else evidence.known_on.year
    last = int(points[-1][0]) if points else evidence.known_on.year
    aim = trend.target
    ends = max(last, aim.year) if aim and lone else last
    chart = TrendChart(
        (Line(Say(""), points, 1, trend.breaks, _modelled(known), intervals=intervals),),
        card.unit,
        first - 13 if lone else first,
        ends,
        _target_line(aim) if aim else None,
        not_before=say("not measured before {year}", year=Number(first, year=True)) if lone else None,
        pace=_pace(aim, points) if aim and lone else None,
    )
    table = Table(
        say("{indicator} by year", indicator=wording.card_name(card)),
        (Column(say("Year")), Column(say("Value"), number=True), Column(say("Interval"))),
        tuple(
            (
                Cell(Number(wording.year_of(one), year=True)),
                Cell(None, link=Link(wording.value_of(one.observation), LinkKind.FIGURE, str(one.id))),
                Cell(wording.interval_of(one.observation)),
            )
            for one in known
        ),
        hidden_caption=True,
    )
    return ChartBlock(
        trend_title(card, trend),
        say("{indicator}, {unit}", indicator=wording.card_name(card), unit=wording.unit_words(card.unit))
        if card.unit != "1"
        else wording.card_name(card),
        chart,
        _described(known),
        say("Source: {source}.", source=wording.source_of(known[-1].observation)) if known else None,
        table,
        (Link(say("Where this comes from"), LinkKind.FIGURE, str(known[-1].id)),) if known else (),
    )


def _described(known: list[Figure]) -> Text:
    if not known:
        return say("No figure.")
    first, last = known[0].observation, known[-1].observation
    if len(known) == 1:
        return say("{value} in {period}.", value=wording.value_of(last), period=wording.period_of(last.period))
    return say(
        "From {first} in {start} to {last} in {end}.",
        first=wording.value_of(first),
        start=wording.period_of(first.period),
        last=wording.value_of(last),
        end=wording.period_of(last.period),
    )


def _modelled(known: list[Figure]) -> bool:
    return bool(known) and all(one.observation.series.origin == "projected" for one in known)


def _target_line(aim: Target) -> TargetLine:
    value = wording.aim_of(aim.value, aim.unit)
    label = say("Target {year}: {value}, {who}", year=Number(aim.year, year=True), value=value, who=aim.set_by)
    if aim.unit == "%" and aim.value == 100:
        label = say("Target {year}: everyone", year=Number(aim.year, year=True))
    return TargetLine(aim.value, label, aim.year)


def _pace(aim: Target, points: tuple[tuple[float, float], ...]) -> Text | None:
    year, value = points[-1]
    if aim.year <= year:
        return None
    pace = (aim.value - value) / (aim.year - year)
    if aim.unit == "%":
        return say("{pace} points a year needed", pace=Number(pace, decimals=1, signed=True))
    return say("{pace} a year needed", pace=Number(pace, aim.unit, signed=True, digits=2))


def _maps(evidence: Evidence, codes: list[str]) -> Section | None:
    """Small maps of up to four shares under one legend, and the dense table of the districts, worst first."""
    found, shapes = evidence.districts, evidence.shapes
    if found is None or not found.districts:
        return None
    mapped = [code for code in codes if wording.is_of_people(evidence.cards[code]) and _is_measured(found, code)]
    if not mapped:
        return None
    elsewhere = [
        code
        for code, card in evidence.cards.items()
        if code not in mapped and wording.is_of_people(card) and _is_measured(found, code) and not _is_nearer(code)
    ]
    shown = [*mapped, *elsewhere][:4]
    blocks: list[Block] = []
    if shapes is not None and shapes.zones:
        blocks.append(_multiples(evidence, shown))
    names = {code: wording.card_name(evidence.cards[code]) for code in shown}
    table = district_reach(evidence, shown, limit=12)
    if table is not None:
        blocks.append(table)
    told = districts_sentence(found, shown[0])
    title = say("{indicator} by {noun}", indicator=names[shown[0]], noun=Say(found.noun))
    return Section("districts", told or title, tuple(blocks), say("{indicator} and others, in % of residents.", indicator=names[shown[0]]))


def _is_measured(found: DistrictFigures, code: str) -> bool:
    """Whether at least one district has a value; a map of nothing but hatch says less than the sentence in the table of figures."""
    return any(one.observation.value is not None for one in found.column(code).values())


def _is_nearer(code: str) -> bool:
    """Whether a share has a sister with a longer walk, which stands for both on pages of other themes."""
    return "_within_5_" in code or "_within_10_" in code


def _multiples(evidence: Evidence, shown: list[str]) -> MapBlock:
    found, shapes = evidence.districts, evidence.shapes
    if found is None or shapes is None:
        raise AssertionError("maps without districts")
    zones = []
    for code in shown:
        city = evidence.figure(code)
        values = {place: one.observation.value for place, one in found.column(code).items() if one.observation.value is not None}
        note = say("city {value}", value=wording.value_of(city.observation)) if city else say("no figure for the city")
        zones.append(ZoneMap(wording.card_name(evidence.cards[code]), note, values))
    count = len(shown)
    return MapBlock(
        MapKind.ZONES,
        say_n("One map, five equal classes", "{count} maps share one legend", count),
        say("Share of residents by {noun}", noun=Say(found.noun)),
        shapes,
        say("Districts by class of the share of residents; the table gives every value."),
        tuple(zones),
        {one.code: one.name() for one in found.districts},
        missing_label=next((say("no reliable figure: {reason}", reason=Say(one)) for one in found.reasons.values() if one), None),
        source=say("Sources: {credit}.", credit=shapes.credit) if shapes.credit else None,
        links=(Link(say("GeoPackage"), LinkKind.DOWNLOAD, "data.gpkg"),),
    )


def _elsewhere(evidence: Evidence, codes: list[str]) -> Section | None:
    for code in codes + [
        code for code in evidence.cards if code not in codes and evidence.cards[code].theme == evidence.cards[codes[0]].theme
    ]:
        block = elsewhere_block(evidence, code)
        if block is not None:
            facts = Facts(
                (
                    Fact(say("Indicator"), wording.card_name(evidence.cards[code])),
                    Fact(say("Method"), Say(evidence.cards[code].source), say("edition {edition}", edition=evidence.cards[code].edition)),
                )
            )
            return Section("elsewhere", block.title, (replace(block, title=None), facts), layout=Layout.WIDE_NARROW)
    return None


def _figures(evidence: Evidence, codes: list[str]) -> Section:
    rows = []
    for code in codes:
        figure = _must(evidence, code)
        one = figure.observation
        rows.append(
            (
                Cell(wording.card_name(evidence.cards[code])),
                Cell(wording.value_of(one), link=Link(wording.value_of(one), LinkKind.FIGURE, str(figure.id))),
                Cell(wording.interval_of(one)),
                Cell(wording.period_of(one.period)),
                Cell(wording.source_of(one)),
            )
        )
    heads = (
        Column(say("Indicator")),
        Column(say("Value"), number=True),
        Column(say("Interval"), phone=False),
        Column(say("Period")),
        Column(say("Source"), phone=False),
    )
    table = Table(say("Figures of this theme"), heads, tuple(rows), hidden_caption=True)
    return Section("figures", say_n("The figure of this theme", "All {count} figures of this theme", len(rows)), (table,))
