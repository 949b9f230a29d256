"""The ranking of an index: who leads and how sure that is, every unit with its interval, and who was refused for want of figures."""

from __future__ import annotations

import numpy as np

from ekistics.assess.comparing.scales import scores_compare
from ekistics.profile.blocks import Block, Cell, Column, Fact, Facts, Link, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.index.common import (
    ROWS,
    decimals_of,
    index_document,
    index_link,
    index_words,
    lacking_section,
    listed,
    notes_section,
    part_name,
    percent,
    provisional_section,
    rank_span,
    span,
    unit_link,
    year_words,
)
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.index.ranking_chart import chart_section, tied_after, with_scores
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n


def index_ranking(view: IndexView, *, first: int = 1) -> Document:
    """Return the ranking.

    Parameters
    ----------
    first : the position of the unit that the table begins with, where there are more than fit one page
    """
    sections = [*chart_section(view), *_table_section(view, first), *_refused_section(view), *_left_out_section(view)]
    sections += [*provisional_section(view), *lacking_section(view), *notes_section(view)]
    return index_document(
        view,
        "ranking",
        kicker=say("{index}: ranking of {count} places", index=index_words(view), count=len(view.order)),
        title=title_of_ranking(view),
        lede=lede_of_ranking(view),
        aside=(_facts(view),),
        sections=sections,
    )


def title_of_ranking(view: IndexView) -> Text:
    """Return who leads, and how many cannot be told apart from the leader."""
    if not view.order:
        return say("No place has enough figures to be ranked")
    leader = Name(view.names[view.order[0]])
    if len(view.order) == 1:
        return say("{leader} is the only place with enough figures", leader=leader)
    if view.doubt is None:
        return say("{leader} comes first of {count} places", leader=leader, count=len(view.order))
    with_leader = tied_after(view, 0)
    if with_leader:
        return say_n(
            "{leader} comes first, but one more cannot be told apart from it",
            "{leader} comes first, but {count} more cannot be told apart from it",
            with_leader,
            leader=leader,
        )
    with_second = tied_after(view, 1)
    if with_second:
        return say("{leader} leads; the next {count} cannot be told apart", leader=leader, count=with_second + 1)
    return say("{leader} leads, {second} follows", leader=leader, second=Name(view.names[view.order[1]]))


def lede_of_ranking(view: IndexView) -> tuple[Text, ...]:
    """Return how sure the ranking is, in sentences."""
    doubt = view.doubt
    if not view.order:
        return (say("What each place lacks stands below. The heat matrix shows the parts that can be scored already."),)
    if doubt is None:
        if view.undrawn:
            return (say("How sure each rank is has not been drawn yet. {command} draws it and keeps it.", command=Name(view.undrawn)),)
        return (say("The recipe names nothing that is in doubt, so ranks stand here without an interval."),)
    ranked = [unit for unit in view.order if np.isfinite(doubt.rank_low[unit])]
    told: list[Text] = [say("{runs} runs drew these together: {inputs}.", runs=doubt.runs, inputs=Name(", ".join(doubt.parameters)))]
    if ranked:
        width = float(np.median([doubt.rank_high[unit] - doubt.rank_low[unit] for unit in ranked]))
        within = say("In {level} of them half of the places keep their rank.", level=percent(doubt.level))
        if width >= 1:
            message = "In {level} of them half of the places stay within a span of {width} ranks."
            within = Say(message, {"level": percent(doubt.level), "width": Number(np.ceil(width), decimals=0)})
        told.append(within)
    if not scores_compare(view.recipe):
        told.append(say("Some runs put scores on another scale, so only ranks stand with an interval."))
    if doubt.without_error is None:
        told.append(say("Errors of the figures themselves were not drawn."))
    elif doubt.without_error[0]:
        without, figures = doubt.without_error
        told.append(say("{without} of {figures} figures state no error, which is not the same as none.", without=without, figures=figures))
    if doubt.failed:
        told.append(say_n("One run gave no ranking.", "{count} runs gave no ranking.", doubt.failed))
    return tuple(told)


def _facts(view: IndexView) -> Facts:
    recipe = view.recipe
    facts = [
        Fact(say("Places ranked"), Number(len(view.order), decimals=0)),
        Fact(say("Places refused"), Number(len(view.unranked) + len(view.assessment.left_out), decimals=0)),
        Fact(say("Indicators"), Number(len(recipe.indicators), decimals=0), None, index_link(view, say("What they are"), "matrix")),
        *([Fact(say("Year"), year_words(view))] if view.year_shown else []),
    ]
    if view.audit is not None:
        count = len(view.audit.flags)
        facts.append(Fact(say("Said by the coherence audit"), Number(count, decimals=0), None, index_link(view, say("Audit"), "audit")))
    return Facts(tuple(facts))


def _table_section(view: IndexView, first: int) -> tuple[Section, ...]:
    if not view.order:
        return ()
    start = min(max(first - 1, 0), len(view.order) - 1) // ROWS * ROWS
    shown = view.order[start : start + ROWS]
    heads = [Column(say("Place")), Column(say("Rank"), number=True)]
    if view.doubt is not None:
        heads.append(Column(say("Rank, {level} interval", level=percent(view.doubt.level)), number=True))
    heads.append(Column(say("Score"), number=True))
    if view.doubt is not None and with_scores(view):
        heads.append(Column(say("Score, {level} interval", level=percent(view.doubt.level)), number=True, phone=False))
    if view.recipe.bands:
        band = say("Band, and how probable it is") if with_scores(view) else say("Band")
        heads.append(Column(band, phone=False))
    if view.doubt is not None:
        heads.append(Column(say("Among the first {top}", top=view.doubt.top), number=True, phone=False))
    heads.append(Column(say("Resting on"), number=True, phone=False))
    decimals = decimals_of(view, view.top)
    table = Table(
        say("Ranking of all places"),
        tuple(heads),
        tuple(_row(view, unit, decimals) for unit in shown),
        hidden_caption=True,
        source=say("The last column is the share of the indicators, by weight, for which a place has figures."),
        links=(*_pages(view, start, len(shown)), index_link(view, say("Table as CSV"), "ranking.csv")),
    )
    blocks: tuple[Block, ...] = (table, *_bands(view))
    return (Section("ranking", _table_title(view, start, len(shown)), blocks),)


def _table_title(view: IndexView, start: int, count: int) -> Text:
    if count < len(view.order):
        return say("Places {first} to {last} of {count}", first=start + 1, last=start + count, count=len(view.order))
    if view.doubt is None:
        return say("All {count} places", count=count)
    fixed = sum(float(view.doubt.rank_high[unit] - view.doubt.rank_low[unit]) < 1 for unit in view.order)
    if fixed == len(view.order):
        return say("Every rank is sure to the place")
    if fixed:
        return say_n("One of {total} ranks is sure to the place", "{count} of {total} ranks are sure to the place", fixed, total=count)
    return say("No rank is sure to the place")


def _pages(view: IndexView, start: int, count: int) -> tuple[Link, ...]:
    links = []
    if start > 0:
        links.append(index_link(view, say("Places before"), "from", str(start - ROWS + 1)))
    if start + count < len(view.order):
        links.append(index_link(view, say("Places after"), "from", str(start + ROWS + 1)))
    return tuple(links)


def _row(view: IndexView, unit: int, decimals: int) -> tuple[Cell, ...]:
    doubt, score = view.doubt, float(view.scores_of(view.top)[unit])
    cells = [Cell(Name(view.names[unit]), link=unit_link(view, unit)), Cell(Number(int(view.ranks_of(view.top)[unit]), decimals=0))]
    if doubt is not None:
        cells.append(Cell(rank_span(view, unit)))
    cells.append(Cell(Number(score, decimals=decimals)))
    if doubt is not None and with_scores(view):
        cells.append(Cell(span(float(doubt.score_low[unit]), float(doubt.score_high[unit]), decimals)))
    if view.recipe.bands:
        cells.append(_band(view, unit))
    if doubt is not None:
        cells.append(Cell(percent(float(doubt.in_top[unit]))))
    return (*cells, Cell(percent(float(view.coverage_of(view.top)[unit]))))


def _band(view: IndexView, unit: int) -> Cell:
    band = view.band_of(view.top, unit)
    if band is None:
        return Cell(say("none"))
    odds = None
    if view.doubt is not None and with_scores(view):
        odds = percent(float(view.doubt.in_band[view.recipe.bands.index(band), unit]))
    return Cell(odds or Name(band.name), band=band.letter, provisional=bool(view.recipe.provisional))


def _bands(view: IndexView) -> tuple[Block, ...]:
    if not view.recipe.bands:
        return ()
    ordered = sorted(view.recipe.bands, key=lambda one: -one.at_least)
    told = tuple(
        say("{letter}: {name}, from {score}", letter=Name(one.letter), name=Name(one.name), score=Number(one.at_least)) for one in ordered
    )
    return (Prose(told, title=say("Bands"), note=True),)


def _refused_section(view: IndexView) -> tuple[Section, ...]:
    refused = view.refused_of(view.top)
    if not refused:
        return ()
    rows = tuple(
        (
            Cell(Name(view.names[unit]), link=unit_link(view, unit)),
            Cell(percent(one.coverage)),
            Cell(percent(one.needed)),
            Cell(listed(view, one.missing, 4) if one.missing else say("nothing that could be named")),
        )
        for unit, one in list(refused.items())[:ROWS]
    )
    more = len(refused) - len(rows)
    heads = (
        Column(say("Place")),
        Column(say("Share known"), number=True),
        Column(say("Share needed"), number=True, phone=False),
        Column(say("What is missing")),
    )
    table = Table(
        say("Places without a rank"),
        heads,
        rows,
        hidden_caption=True,
        source=say_n("One more is in the file.", "{count} more are in the file.", more) if more > 0 else None,
        links=(index_link(view, say("Table as CSV"), "refused.csv"),),
    )
    title = say_n("One place has too few figures to be ranked", "{count} places have too few figures to be ranked", len(refused))
    words = say("{index} is refused where less is known than the recipe asks for.", index=part_name(view, view.top))
    return (Section("refused", title, (table,), words),)


def _left_out_section(view: IndexView) -> tuple[Section, ...]:
    left = view.assessment.left_out
    if not left:
        return ()
    rows = tuple((Cell(Name(unit)), Cell(percent(share))) for unit, share in list(left.items())[:ROWS])
    heads = (Column(say("Place")), Column(say("Share known"), number=True))
    more = len(left) - len(rows)
    table = Table(
        say("Places left out before anything was computed"),
        heads,
        rows,
        hidden_caption=True,
        source=say_n("One more is in the file.", "{count} more are in the file.", more) if more > 0 else None,
        links=(index_link(view, say("Table as CSV"), "refused.csv"),),
    )
    title = say_n("One place was left out at the start", "{count} places were left out at the start", len(left))
    needed = percent(view.recipe.screen.units)
    return (Section("left-out", title, (table,), say("The recipe asks for {needed} of the indicators.", needed=needed)),)
