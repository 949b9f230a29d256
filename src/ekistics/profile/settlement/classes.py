"""Where a city is by the degree of urbanisation: class map in its conventional colours, people and land by class, table of centres."""

from __future__ import annotations

from ekistics.model.grids import CentreNear
from ekistics.profile.blocks import Block, Cell, CellMap, Column, Group, Table
from ekistics.profile.cell_pictures import CellClass, CellGround, CellPicture
from ekistics.profile.document import Layout, Section
from ekistics.profile.settlement.evidence import DegreeOfUrbanisation
from ekistics.profile.settlement.notes import notes_block
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n
from ekistics.profile.wording import even_decimals

CLASSES: dict[int, Say] = {
    30: say("Urban centre"),
    23: say("Dense urban cluster"),
    22: say("Semi-dense urban cluster"),
    21: say("Suburban cells"),
    13: say("Rural cluster"),
    12: say("Low-density rural cells"),
    11: say("Very low-density rural cells"),
    10: say("Water"),
    3: say("Urban centre"),
    2: say("Urban cluster"),
    1: say("Rural cells"),
    0: say("Water"),
}
"""Names of the classes of both levels, in the order of legends and tables."""
CENTRES, CLUSTERS, RURAL = (30, 3), (23, 22, 21, 2), (13, 12, 11, 1)
"""Codes of level 2 and level 1 that belong together."""
MOST_CENTRES = 20
"""Rows of the table of centres; those after them are counted."""


def share_of(found: DegreeOfUrbanisation, codes: tuple[int, ...]) -> float | None:
    """Return the share of residents who live in cells of some classes, 0 to 1; None where nobody lives in the place."""
    everybody = sum(found.people.values())
    return sum(found.people.get(code, 0.0) for code in codes) / everybody if everybody > 0 else None


def percent(share: float, *, whole: bool = False) -> Number:
    """Return a share (0 to 1) in per cent; a whole number where it stands in a title, unless that would say none or all of a part."""
    says_too_much = 0 < share < 1 and round(100 * share) in (0, 100)
    return Number(100 * share, "%", decimals=0 if whole and not says_too_much else 1)


def where_words(found: DegreeOfUrbanisation) -> Say | None:
    """Say in one clause where most residents live: in an urban centre, an urban cluster or rural cells; of equals the most urban."""
    told = (
        (CENTRES, say("{share} of residents live in an urban centre")),
        (CLUSTERS, say("{share} of residents live in an urban cluster")),
        (RURAL, say("{share} of residents live in rural cells")),
    )
    shares = [share_of(found, codes) or 0.0 for codes, _ in told]
    most = shares.index(max(shares))
    return Say(told[most][1].message, {"share": percent(shares[most], whole=True)}) if shares[most] > 0 else None


def degree_sections(found: DegreeOfUrbanisation, ground: CellGround, source: Text | None) -> tuple[Section, ...]:
    """Return the section of the class map with its figures, and the table of centres."""
    figures: list[Block] = [_class_table(found)]
    figures += notes_block(found.notes)
    edition = say(
        "Degree of urbanisation, level {level}, {year}, method edition {edition}. Shares are of residents inside the boundary.",
        level=found.level,
        year=Number(found.year, year=True),
        edition=Name(found.edition),
    )
    blocks = (
        Group(_title(found), (_class_map(found, ground, source),), edition),
        Group(say("People and land by class"), tuple(figures), say("Inside the boundary, the most urban class first.")),
    )
    sections = [Section("degree", None, blocks, layout=Layout.SEVEN_FIVE)]
    if found.centres:
        sections.append(_centres(found))
    return tuple(sections)


def _title(found: DegreeOfUrbanisation) -> Text:
    share, land = share_of(found, CENTRES), sum(found.area_km2.values())
    if share is None or not land:
        return say("Nobody is counted inside the boundary")
    if share == 0:
        clusters = share_of(found, CLUSTERS) or 0.0
        return say("No urban centre holds residents of the place; urban clusters hold {share}", share=percent(clusters, whole=True))
    area = sum(found.area_km2.get(code, 0.0) for code in CENTRES) / land
    return say("Urban centres hold {people} of residents on {area} of the area", people=percent(share), area=percent(area))


def occurring(found: DegreeOfUrbanisation) -> list[int]:
    """Return the classes that occur on the image or inside the boundary, in the order of legends."""
    seen = set(found.image.codes.ravel().tolist()) | {code for code, area in found.area_km2.items() if area > 0}
    return [code for code in CLASSES if code in seen and (code >= 10) == (found.level == 2)]


def _class_map(found: DegreeOfUrbanisation, ground: CellGround, source: Text | None) -> CellMap:
    classes = []
    for code in occurring(found):
        share = share_of(found, (code,))
        classes.append(CellClass((code,), CLASSES[code], f"settlement-{code}", percent(share) if share else None))
    return CellMap(
        None,
        say("Class of each cell, with the share of residents. What lies beyond the boundary is fainter."),
        (CellPicture(found.image),),
        tuple(classes),
        ground,
        say("Map of cells by degree of urbanisation; the table of people and land by class gives the figures."),
        source=source,
    )


def _class_table(found: DegreeOfUrbanisation) -> Table:
    people, land = sum(found.people.values()), sum(found.area_km2.values())
    codes = [code for code in occurring(found) if found.people.get(code) or found.area_km2.get(code)]
    decimals = even_decimals([found.area_km2.get(code, 0.0) for code in codes])
    rows = tuple(
        (
            Cell(CLASSES[code]),
            Cell(Number(found.people.get(code, 0.0), decimals=0)),
            Cell(percent(found.people.get(code, 0.0) / people) if people else None),
            Cell(Number(found.area_km2.get(code, 0.0), decimals=decimals)),
            Cell(percent(found.area_km2.get(code, 0.0) / land) if land else None),
        )
        for code in codes
    )
    everything = (
        Cell(say("All classes")),
        Cell(Number(people, decimals=0)),
        Cell(percent(1.0) if people else None),
        Cell(Number(land, decimals=decimals)),
        Cell(percent(1.0) if land else None),
    )
    heads = (
        Column(say("Class")),
        Column(say("People"), number=True),
        Column(say("Share of people"), number=True),
        Column(say("km²"), number=True),
        Column(say("Share of area"), number=True, phone=False),
    )
    return Table(say("People and land by class"), heads, (*rows, everything), hidden_caption=True)


def _centres(found: DegreeOfUrbanisation) -> Section:
    ordered = sorted(found.centres, key=lambda one: -one.people)
    shown, more = ordered[:MOST_CENTRES], len(ordered) - MOST_CENTRES
    built = any(one.built_up_km2 is not None for one in shown)
    heads = [
        Column(say("Name")),
        Column(say("People"), number=True),
        Column(say("km²"), number=True),
        Column(say("People per km²"), number=True, phone=False),
        *([Column(say("Built-up km²"), number=True, phone=False)] if built else []),
        Column(say("Inside the boundary"), number=True),
    ]
    table = Table(
        say("Urban centres, most people first"),
        tuple(heads),
        tuple(_centre_row(one, built) for one in shown),
        hidden_caption=True,
        source=say_n("One more is smaller.", "{count} more are smaller.", more) if more > 0 else None,
    )
    return Section("centres", _centres_title(ordered), (table,), say("Urban centres in and around the place, most people first."))


def _centre_row(one: CentreNear, built: bool) -> tuple[Cell, ...]:
    density = Number(one.people / one.area_km2, decimals=0) if one.area_km2 > 0 else None
    land = Cell(Number(one.built_up_km2, decimals=1) if one.built_up_km2 is not None else say("not known"))
    return (
        Cell(Name(one.name or one.code), note=Name(one.code) if one.name and one.name != one.code else None),
        Cell(Number(one.people, decimals=0)),
        Cell(Number(one.area_km2, decimals=0)),
        Cell(density),
        *((land,) if built else ()),
        Cell(percent(one.share_inside), bar=100 * one.share_inside),
    )


def _centres_title(ordered: list[CentreNear]) -> Text:
    largest = ordered[0]
    people = Number(largest.people, decimals=0)
    return say(
        "The largest, {name}, has {people} people on {area}",
        name=largest.name or largest.code,
        people=people,
        area=Number(largest.area_km2, "km2", decimals=0),
    )
