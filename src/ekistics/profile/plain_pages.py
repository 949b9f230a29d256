"""Pages without a finding of their own: the map, downloads, the list of places, and what is said when something is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ekistics.profile import wording
from ekistics.profile.blocks import Block, Index, Island, Link, LinkKind, Prose
from ekistics.profile.district_maps import is_nearer
from ekistics.profile.document import Document, Section
from ekistics.profile.evidence import Evidence
from ekistics.profile.reach_list import district_reach
from ekistics.profile.reach_map import REACH_ORDER, reach_map
from ekistics.profile.settlement.page import settlement_links
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n
from ekistics.profile.trail import foot_of, trail_of


def map_page(evidence: Evidence) -> Document:
    """Return the page that hosts the map explorer; the drawn map and the list of districts stand there without script."""
    drawn = reach_map(evidence)
    none = Prose((say("No boundary is in hand, so there is no map. A boundary file would bring one."),))
    blocks: list[Block] = [Island("explorer", (replace(drawn, title=None),)) if drawn is not None else none]
    codes = [
        code
        for code, card in evidence.cards.items()
        if wording.is_of_people(card) and evidence.districts and evidence.districts.column(code)
    ]
    # what the map opens with comes first, and the longest walk stands for the shorter ones
    codes.sort(key=lambda code: (code not in REACH_ORDER, is_nearer(code)))
    blocks += settlement_links(evidence)
    table = district_reach(evidence, codes[:6])
    sections = [Section("map", None, tuple(blocks), ruled=False)]
    if table is not None:
        noun = Say(evidence.districts.noun) if evidence.districts else say("districts")
        sections.append(Section("list", say("The same as a list: {noun}, lowest first", noun=noun), (table,)))
    return _page(
        evidence,
        "map",
        drawn.title if drawn and drawn.title else say("There is no map of {place} yet", place=evidence.place.name()),
        say("Map explorer"),
        tuple(sections),
    )


DOWNLOADS: tuple[tuple[str, Say, Say], ...] = (
    ("data.csv", say("CSV"), say("every current figure, one a row; cells that a spreadsheet would run are guarded")),
    ("dictionary.csv", say("Data dictionary"), say("what each column of the CSV means, and its type")),
    ("data.xlsx", say("XLSX"), say("the same as a workbook with a data dictionary; it holds no formula")),
    ("data.parquet", say("Parquet"), say("the same for analysis, with types and a data dictionary in its metadata")),
    ("data.gpkg", say("GeoPackage"), say("the place and its districts with their figures")),
    ("map.svg", say("SVG"), say("the map of reach as a drawing")),
    ("profile.html", say("HTML"), say("this whole profile as one file that needs no internet")),
)


def downloads_page(evidence: Evidence) -> Document:
    """Return the page of what can be taken away."""
    entries = tuple((Link(label, LinkKind.DOWNLOAD, key), note) for key, label, note in DOWNLOADS)
    count = len({one.figure.observation.indicator for one in evidence.chosen})
    cite = say(
        "To cite: {place}, profile as known on {day}, commit {commit}. Ekistics.",
        place=evidence.place.name(),
        day=evidence.known_on,
        commit=evidence.commit,
    )
    sections = (
        Section("files", say("Take it with you"), (Index(entries),)),
        Section(
            "cite",
            say("Cite it, check it"),
            (Prose((cite, say("The page of each figure gives its lineage as W3C PROV-JSON and the command that proves it."))),),
        ),
    )
    title = say_n("One indicator to take away, with its sources", "{count} indicators to take away, with their sources", count)
    return _page(evidence, "downloads", title, say("Downloads"), sections)


@dataclass(frozen=True)
class PlaceEntry:
    """One line of the list of places: how many indicators are in hand, of which years, and whether it is measured from files of its own."""

    code: str
    name: str
    parent: str
    indicators: int
    oldest: int | None = None
    newest: int | None = None
    measured: bool = False


def index_page(places: Sequence[PlaceEntry], *, commit: int, known_on: date, indices: int = 0) -> Document:
    """Return the list of places of a workspace; an empty one says what to do first.

    Parameters
    ----------
    indices : how many recipes are chosen, so that an index ranks the places
    """
    ordered = sorted(places, key=lambda one: one.name)
    measured = [one for one in ordered if one.measured]
    others = [one for one in ordered if not one.measured]
    empty = say("Add a place and its files: {command}", command=Name("ekistics place add FILE, ekistics import FILE, ekistics measure"))
    sections = []
    if measured:
        title = say_n("One place is measured from its own files", "{count} places are measured from their own files", len(measured))
        sections.append(Section("measured", title, (_places(measured),)))
    if others:
        title = say_n("One place has reported figures", "{count} places have reported figures", len(others))
        sections.append(Section("reported", title, (_places(others),)))
        ranked = say("Rank the places by an index")
        if indices:
            ranked = say_n("One index ranks these places", "{count} indices rank these places", indices)
        links = (Link(say("Compare the places"), LinkKind.PAGE, "compare"), Link(ranked, LinkKind.INDEX))
        sections.append(Section("compare", None, (Prose((), links=links),), ruled=False))
    with_figures = sum(one.indicators > 0 for one in places)
    title = (
        say_n("One place, every figure traceable", "{count} places, every figure traceable", with_figures)
        if with_figures
        else say("This workspace holds no figures yet")
    )
    return Document(
        kind="index",
        key="",
        kicker=say("Places of this workspace"),
        title=title,
        sections=tuple(sections) or (Section("places", say("Places"), (Index((), empty),)),),
        foot=(say("Figures as known on {day}, commit {commit}.", day=known_on, commit=commit),),
    )


def _places(places: Sequence[PlaceEntry]) -> Index:
    return Index(tuple((Link(Name(one.name), LinkKind.PLACE, one.code), _known_of(one)) for one in places))


def _known_of(one: PlaceEntry) -> Text:
    if not one.indicators or one.oldest is None or one.newest is None:
        told: Text = say("no figure yet")
    else:
        years: Text = Number(one.newest, year=True)
        if one.oldest != one.newest:
            years = say("{first} to {last}", first=Number(one.oldest, year=True), last=years)
        told = say_n("one indicator, {years}", "{count} indicators, {years}", one.indicators, years=years)
    return say("{country}: {told}", country=Name(one.parent), told=told) if one.parent else told


def error_page(title: Text, sentence: Text, *, number: int) -> Document:
    """Return a plain page for what went wrong: what, and what to do."""
    return Document(
        kind="error",
        key=str(number),
        kicker=say("Error {number}", number=Name(str(number))),
        title=title,
        lede=(sentence,),
        sections=(Section("back", None, (Prose((), links=(Link(say("All places"), LinkKind.PAGE, "index"),)),), ruled=False),),
    )


def _page(evidence: Evidence, kind: str, title: Text, kicker: Text, sections: tuple[Section, ...]) -> Document:
    return Document(
        kind=kind,
        key="",
        kicker=kicker,
        title=title,
        sections=sections,
        trail=trail_of(evidence),
        place=evidence.place.code,
        themes=tuple(evidence.themes()),
        foot=foot_of(evidence),
        languages=evidence.languages,
    )
