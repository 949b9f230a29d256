"""The settlement page of a place: where the city is by the degree of urbanisation, and how it grew.

Titles follow written rules: the share of residents is told of where most of them live, a change of built-up land from 0.05 % a year
on. What is not in hand says which file would bring it and how.
"""

from __future__ import annotations

from ekistics.profile.blocks import Block, Fact, Facts, Link, LinkKind, Prose
from ekistics.profile.cell_pictures import CellGround
from ekistics.profile.document import Document, Layout, Section
from ekistics.profile.evidence import Evidence
from ekistics.profile.settlement.classes import CENTRES, degree_sections, percent, share_of, where_words
from ekistics.profile.settlement.evidence import SettlementView
from ekistics.profile.settlement.growth import built_up_per_person, growth_sections, pace_words, rate_of, saturation_of, year_of
from ekistics.profile.texts import Name, Number, Say, Text, say
from ekistics.profile.titles import theme_name
from ekistics.profile.trail import foot_of, trail_of

PAGE = "settlement"
"""Name of the page among the pages of a place."""


def settlement(evidence: Evidence, view: SettlementView) -> Document:
    """Return the settlement page; a part that is absent says which file would fill it."""
    ground, source = _ground(evidence), _source(view)
    sections: list[Section] = []
    sections += degree_sections(view.degree, ground, source) if view.degree else ()
    sections += growth_sections(view.growth, ground, source) if view.growth else ()
    sections += () if view.degree else (_no_degree(evidence),)
    sections += () if view.growth else (_no_growth(evidence),)
    facts = _facts(view)
    return Document(
        kind=PAGE,
        key="",
        kicker=say("Degree of urbanisation, urban extent and growth"),
        title=_title(view),
        lede=_lede(view),
        lead_layout=Layout.SEVEN_FIVE,
        aside=(facts,) if facts else (),
        sections=tuple(sections),
        trail=trail_of(evidence),
        place=evidence.place.code,
        themes=tuple(evidence.themes()),
        foot=foot_of(evidence),
        languages=evidence.languages,
        previous_page=Link(theme_name("land"), LinkKind.THEME, "land") if "land" in evidence.themes() else None,
        up="theme",
    )


def settlement_link() -> Link:
    """Return the link to the page, as other pages carry it."""
    return Link(say("Where the city is and how it grew"), LinkKind.PAGE, PAGE)


def settlement_links(evidence: Evidence) -> tuple[Block, ...]:
    """Return the link as a block where there is something to see, nothing else."""
    return (Prose((), links=(settlement_link(),)),) if has_settlement(evidence) else ()


def has_settlement(evidence: Evidence) -> bool:
    """Whether classes or growth of the place are in hand."""
    view = evidence.settlement
    return view is not None and (view.degree is not None or view.growth is not None)


def settlement_fact(evidence: Evidence) -> Fact | None:
    """Return the line that leads from the first page here, None where nothing is in hand."""
    view = evidence.settlement
    if view is None or not has_settlement(evidence):
        return None
    share = share_of(view.degree, CENTRES) if view.degree else None
    if share is not None:
        return Fact(say("Residents in an urban centre"), percent(share), None, settlement_link())
    rate = rate_of(view.growth) if view.growth else None
    if rate is None:
        return Fact(say("Built-up land"), say("mapped"), None, settlement_link())
    return Fact(say("Change of built-up land a year"), Number(rate, "%", digits=2, signed=True), None, settlement_link())


def _title(view: SettlementView) -> Text:
    where = where_words(view.degree) if view.degree else None
    pace = pace_words(view.growth) if view.growth else None
    if where and pace:
        return say("{where}; {pace}", where=where, pace=pace)
    if where:
        return where
    if pace and view.growth:
        first, last = year_of(view.growth.extents[0].year), year_of(view.growth.extents[-1].year)
        return say("From {first} to {last} {pace}", first=first, last=last, pace=pace)
    if view.degree or view.growth:
        return say("Where the city is")
    return say("Where the city ends is not measured yet")


def _lede(view: SettlementView) -> tuple[Text, ...]:
    told: list[Text] = []
    if view.degree:
        people, land = sum(view.degree.people.values()), sum(view.degree.area_km2.values())
        slots = {"people": Number(people, decimals=0), "area": Number(land, "km2"), "year": year_of(view.degree.year)}
        told.append(Say("{people} people were counted on {area} inside the boundary in {year}.", slots))
    if view.growth and len(view.growth.extents) > 1:
        first, last = view.growth.extents[0], view.growth.extents[-1]
        told.append(
            say(
                "Built-up land went from {then} in {first} to {now} in {last}.",
                then=Number(first.built_up_km2, "km2"),
                first=year_of(first.year),
                now=Number(last.built_up_km2, "km2"),
                last=year_of(last.year),
            )
        )
    return tuple(told)


def _facts(view: SettlementView) -> Facts | None:
    facts: list[Fact] = []
    if view.degree:
        year = year_of(view.degree.year)
        share = share_of(view.degree, CENTRES)
        area = sum(view.degree.area_km2.get(code, 0.0) for code in CENTRES)
        if share is not None:
            facts.append(Fact(say("Residents in an urban centre"), percent(share), year))
        facts.append(Fact(say("Urban centre inside the boundary"), Number(area, "km2"), year))
    if view.growth and view.growth.extents:
        first, last = view.growth.extents[0], view.growth.extents[-1]
        year = year_of(last.year)
        facts.append(Fact(say("Urban extent"), Number(last.extent_km2, "km2"), year))
        saturation, m2, rate = saturation_of(last), built_up_per_person(last), rate_of(view.growth)
        if saturation is not None:
            facts.append(Fact(say("Share of the extent that is built up"), percent(saturation), year))
        if m2 is not None:
            facts.append(Fact(say("Built-up land a resident"), Number(m2, "m2"), year))
        if rate is not None:
            span = say("{first} to {last}", first=year_of(first.year), last=year)
            facts.append(Fact(say("Change of built-up land a year"), Number(rate, "%", digits=2, signed=True), span))
    return Facts(tuple(facts)) if facts else None


def _ground(evidence: Evidence) -> CellGround:
    if evidence.shapes is not None and evidence.shapes.study is not None:
        return CellGround(evidence.shapes.study, evidence.shapes)
    return CellGround(evidence.boundary.geometry if evidence.boundary else None)


def _source(view: SettlementView) -> Text | None:
    files = ", ".join(view.files)
    if view.credit and files:
        return say("Sources: {credit}. Files: {files}.", credit=view.credit, files=files)
    if view.credit:
        return say("Sources: {credit}.", credit=view.credit)
    return say("Files: {files}.", files=files) if files else None


def _no_degree(evidence: Evidence) -> Section:
    return _absent(
        evidence,
        "degree",
        say("The degree of urbanisation is not known yet"),
        say("A grid of people in cells of 1 km² would fill it; land and built-up land beside it sharpen the classes."),
        "population_grid",
    )


def _no_growth(evidence: Evidence) -> Section:
    return _absent(
        evidence,
        "growth",
        say("How the city grew is not known yet"),
        say("Rasters of built-up land of two years or more, in cells of 10 to 100 m, would fill it."),
        "built_up_epoch",
    )


def _absent(evidence: Evidence, name: str, title: Text, words: Text, mapping: str) -> Section:
    command = f"ekistics import FILE --as {mapping} --place {evidence.place.code}"
    return Section(name, title, (Prose((words, say("Bring it with: {command}", command=Name(command)))),))
