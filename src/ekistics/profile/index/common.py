"""What every page of an index carries: its frame, links between its pages, numbers as they are printed, who cannot be told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ekistics.profile.blocks import Block, Cell, CellState, Column, Link, LinkKind, Prose, Table
from ekistics.profile.document import Document, Layout, Section
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n
from ekistics.profile.wording import even_decimals

ROWS = 200
"""Units on one page of a table; the rest stand on the pages after it."""


def index_link(view: IndexView, text: Text, page: str = "", about: str = "") -> Link:
    """Return the link to a page of the index."""
    return Link(text, LinkKind.INDEX, "/".join(one for one in (view.recipe.code, page, about) if one))


def unit_link(view: IndexView, unit: int, text: Text | None = None) -> Link:
    """Return the link to the page of a unit, under its name."""
    return index_link(view, text or Name(view.names[unit]), "unit", view.units[unit])


def cell_link(view: IndexView, indicator: str, unit: int, text: Text) -> Link:
    """Return the link of an indicator's cell: to the lineage of its figure, or to the unit where no record stands behind the table."""
    figure = view.figure_of(indicator, unit)
    return Link(text, LinkKind.FIGURE, str(figure)) if figure else unit_link(view, unit, text)


def finding(view: IndexView, found: Text) -> Text:
    """Return a title; where the recipe has benchmarks that were not read in the official text, it says so."""
    return say("{finding} (provisional)", finding=found) if view.recipe.provisional else found


def index_document(
    view: IndexView,
    page: str,
    *,
    kicker: Text,
    title: Text,
    sections: Sequence[Section],
    lede: Sequence[Text] = (),
    about: str = "",
    lead: tuple[Block, ...] = (),
    aside: tuple[Block, ...] = (),
    lead_layout: Layout = Layout.SEVEN_FIVE,
) -> Document:
    """Return a page of the index in its frame."""
    return Document(
        kind=f"index-{page}",
        key=about,
        kicker=kicker,
        title=finding(view, title),
        lede=tuple(lede),
        lead=lead,
        aside=aside,
        lead_layout=lead_layout,
        sections=tuple(sections),
        trail=(Link(say("Indices"), LinkKind.INDEX), index_link(view, Name(view.recipe.title))),
        foot=_foot(view),
        index=view.recipe.code,
    )


def _foot(view: IndexView) -> tuple[Text, ...]:
    recipe = view.recipe
    told: list[Text] = [
        say("Recipe {code}, version {version}, seed {seed}.", code=recipe.code, version=recipe.version, seed=str(recipe.seed))
    ]
    if view.known_on is not None:
        told.append(say("Figures as known on {day}, commit {commit}.", day=view.known_on, commit=view.commit))
    elif view.assessment.table.source:
        told.append(say("Figures from {file}.", file=Name(view.assessment.table.source)))
    return tuple(told)


def year_words(view: IndexView) -> Number:
    """Return the year shown."""
    return Number(view.year_shown, year=True)


def index_words(view: IndexView) -> Text:
    """Return the name of the index with the year shown; a table without years speaks of none."""
    name = Name(view.recipe.name)
    return say("{index}, {year}", index=name, year=year_words(view)) if view.year_shown else name


def decimals_of(view: IndexView, group: str) -> int:
    """Return with how many decimals the scores of a composite are printed."""
    scores = view.scores_of(group)
    return even_decimals(scores[np.isfinite(scores)].tolist())


def percent(share: float) -> Text:
    """Return a share (0 to 1) in whole per cent; what is not none and not all is not printed as such."""
    if not math.isfinite(share):
        return say("not known")
    if 0 < share < 0.005:
        return say("under {share}", share=Number(1, "%", decimals=0))
    if 0.995 <= share < 1:
        return say("over {share}", share=Number(99, "%", decimals=0))
    return Number(100 * share, "%", decimals=0)


def span(low: float, high: float, decimals: int = 0) -> Text:
    """Return an interval, or the one number where both ends print alike."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return say("none")
    lower, upper = Number(low, decimals=decimals), Number(high, decimals=decimals)
    if round(low, decimals) == round(high, decimals):
        return lower
    return say("{lower} to {upper}", lower=lower, upper=upper)


def rank_span(view: IndexView, unit: int) -> Text:
    """Return the interval of a rank in whole ranks, outwards; words where it was not drawn."""
    doubt = view.doubt
    if doubt is None:
        return say("not drawn")
    return span(np.floor(doubt.rank_low[unit] + 1e-9), np.ceil(doubt.rank_high[unit] - 1e-9))


def is_one_rank(view: IndexView, unit: int) -> bool:
    """Whether the interval of a rank, in whole ranks, is a single one."""
    doubt = view.doubt
    return doubt is not None and bool(np.floor(doubt.rank_low[unit] + 1e-9) == np.ceil(doubt.rank_high[unit] - 1e-9))


def part_name(view: IndexView, code: str) -> Name:
    """Return the name of a group or indicator."""
    return Name(view.part_names.get(code, code))


def listed(view: IndexView, codes: Sequence[str], most: int = 3) -> Text:
    """Return the first names of groups or indicators in a row, and how many more there are."""
    names = ", ".join(view.part_names.get(code, code) for code in codes[:most])
    more = len(codes) - most
    return say_n("{names} and one more", "{names} and {count} more", more, names=Name(names)) if more > 0 else Name(names)


def joined(texts: Sequence[Text]) -> Text:
    """Return texts one after the other in one line."""
    words, *others = texts
    for one in others:
        words = say("{one}; {other}", one=words, other=one)
    return words


def missing_cell(text: Say, link: Link | None = None) -> Cell:
    """Return a hatched cell that says why it is empty."""
    return Cell(text, CellState.MISSING, link=link)


def provisional_section(view: IndexView) -> tuple[Section, ...]:
    """Return the list of benchmarks that were not read in the official text; nothing where there is none."""
    codes = set(view.recipe.provisional)
    if not codes:
        return ()
    rows = tuple(
        (Cell(Name(one.name), note=Name(one.code)), Cell(Name(one.benchmark.source) if one.benchmark.source else say("no source is given")))
        for one in view.recipe.indicators
        if one.code in codes and one.benchmark is not None
    )
    table = Table(
        say("Unverified benchmarks"), (Column(say("Indicator")), Column(say("Where the benchmark comes from"))), rows, folded=True
    )
    title = say_n("One benchmark was not read in the official text", "{count} benchmarks were not read in the official text", len(rows))
    words = say("Scores that rest on them may change when the official text is at hand. Until then the index is provisional.")
    return (Section("provisional", title, (Prose((words,)), table)),)


def lacking_section(view: IndexView) -> tuple[Section, ...]:
    """Return the list of benchmarks that the recipe says its composites lack; nothing where there is none."""
    needs = view.recipe.needs
    if not needs:
        return ()
    rows = tuple((Cell(part_name(view, code), note=Name(code)), Cell(Name(lacks))) for code, lacks in needs.items())
    table = Table(say("What is lacking"), (Column(say("Indicator")), Column(say("What its composite lacks"))), rows, folded=True)
    title = say_n("One indicator lacks what would rate it", "{count} indicators lack what would rate them", len(rows))
    return (Section("lacking", title, (table,)),)


def notes_section(view: IndexView) -> tuple[Section, ...]:
    """Return what the reader of the figures had to say; nothing where all was plain."""
    if not view.notes:
        return ()
    paragraphs = tuple(
        say("{said} ({found})", said=Say(one.message), found=one.found) if one.found else Say(one.message) for one in view.notes
    )
    return (Section("notes", say("What was noticed while the figures were read"), (Prose(paragraphs),)),)
