"""One unit of an index: its rank and how sure it is, how its score is made down to every cell, and what sets it apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ekistics.assess.comparing.distances import Pace
from ekistics.assess.comparing.scales import scores_compare
from ekistics.assess.comparing.strengths import Comparison
from ekistics.profile.blocks import Fact, Facts, Link
from ekistics.profile.document import Document, Section
from ekistics.profile.index.common import (
    index_document,
    index_words,
    is_one_rank,
    listed,
    part_name,
    percent,
    provisional_section,
    rank_span,
    span,
    unit_link,
)
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.index.unit_change import change_section
from ekistics.profile.index.unit_distance import distance_section
from ekistics.profile.index.unit_evidence import UnitView
from ekistics.profile.index.unit_peers import peers_section
from ekistics.profile.index.unit_tree import cells_section, compared, made_section
from ekistics.profile.texts import Name, Number, Text, say, say_n


def index_unit(view: IndexView, unit: int, *, paces: Mapping[str, Pace] | None = None) -> Document:
    """Return the page of one unit.

    Parameters
    ----------
    unit : its place
    paces : by indicator how fast its figure moves, where a longer series than the table's years is known
    """
    told = UnitView(view, unit, paces or {})
    sections: list[Section] = [made_section(told), peers_section(told), cells_section(told), *distance_section(told), *change_section(told)]
    return unit_document(told, (*sections, *provisional_section(view)))


def unit_document(told: UnitView, sections: Sequence[Section]) -> Document:
    """Return a page of one unit in its frame: rank and how sure it is, facts, the units before and after it."""
    view = told.view
    before, after = _neighbours(told)
    page = index_document(
        view,
        "unit",
        about=view.units[told.unit],
        kicker=say("{index}: {place}", index=index_words(view), place=Name(told.name)),
        title=_title(told),
        lede=_lede(told),
        aside=(_facts(told),),
        sections=sections,
    )
    return replace(page, previous_page=before, next_page=after)


def _neighbours(told: UnitView) -> tuple[Link | None, Link | None]:
    """Return the units that stand right before and after it in the ranking, those without a rank last."""
    order = (*told.view.order, *told.view.unranked)
    at = order.index(told.unit)
    before = unit_link(told.view, order[at - 1]) if at > 0 else None
    after = unit_link(told.view, order[at + 1]) if at + 1 < len(order) else None
    return before, after


def _rank(told: UnitView) -> int:
    return int(told.view.ranks_of(told.view.top)[told.unit])


def _title(told: UnitView) -> Text:
    view, rank, place = told.view, _rank(told), Name(told.name)
    if not rank:
        return say("{place} has too few figures to be ranked", place=place)
    count = len(view.order)
    if view.doubt is None or not math.isfinite(view.doubt.rank_low[told.unit]):
        return say("{place}: rank {rank} of {count}", place=place, rank=rank, count=count)
    if is_one_rank(view, told.unit):
        return say(
            "{place}: rank {rank} of {count} in {level} of the runs", place=place, rank=rank, count=count, level=percent(view.doubt.level)
        )
    ranks, level = rank_span(view, told.unit), percent(view.doubt.level)
    return say(
        "{place}: rank {rank} of {count}, {ranks} in {level} of the runs", place=place, rank=rank, count=count, ranks=ranks, level=level
    )


def _lede(told: UnitView) -> tuple[Text, ...]:
    view = told.view
    if not _rank(told):
        refused = view.refusal(view.top, told.unit)
        if refused is None:
            return ()
        known = say(
            "{index} asks for {needed} of its parts and knows {share} of them.",
            index=part_name(view, view.top),
            needed=percent(refused.needed),
            share=percent(refused.coverage),
        )
        return (known, say("Missing: {parts}.", parts=listed(view, refused.missing, 6))) if refused.missing else (known,)
    words: list[Text] = []
    apart = compared(told)
    if apart:
        above = sum(value > 0 for value in apart.values())
        if told.peers is not None:
            words.append(say("It stands above the median of its peers in {above} of {total} parts.", above=above, total=len(apart)))
        else:
            words.append(say("It stands above the median of all others in {above} of {total} parts.", above=above, total=len(apart)))
    found = told.strengths
    if found is not None and found.strongest:
        words.append(say("It stands out most in {parts}.", parts=_first_two(told, found.strongest)))
    if found is not None and found.weakest:
        words.append(say("It falls behind most in {parts}.", parts=_first_two(told, found.weakest)))
    return tuple(words)


def _first_two(told: UnitView, found: Sequence[Comparison]) -> Text:
    first, *others = (part_name(told.view, one.code) for one in found[:2])
    return say("{one} and {other}", one=first, other=others[0]) if others else first


def _facts(told: UnitView) -> Facts:
    view, unit, rank = told.view, told.unit, _rank(told)
    decimals = told.decimals
    facts: list[Fact] = []
    if rank:
        with_scores = view.doubt is not None and scores_compare(view.recipe)
        score = Number(told.value_of(view.top), decimals=decimals)
        facts.append(Fact(say("Score"), score, _score_note(told) if with_scores else None))
        facts.append(Fact(say("Rank"), say("{rank} of {count}", rank=rank, count=len(view.order)), _rank_note(told)))
        band = view.band_of(view.top, unit)
        if band is not None:
            name = say("{letter}, {name}", letter=Name(band.letter), name=Name(band.name))
            facts.append(Fact(say("Band"), name, _band_note(told) if with_scores else None))
        if view.doubt is not None:
            facts.append(Fact(say("Among the first {top}", top=view.doubt.top), percent(float(view.doubt.in_top[unit]))))
    known = sum(bool(np.isfinite(view.raw_of(one.code)[unit])) for one in view.recipe.indicators)
    facts.append(Fact(say("Indicators with a figure"), say("{known} of {total}", known=known, total=len(view.recipe.indicators))))
    if told.peers is not None:
        facts.append(Fact(say("Compared with"), say_n("one peer", "{count} peers", len(told.peers.units))))
    return Facts(tuple(facts))


def _score_note(told: UnitView) -> Text | None:
    doubt = told.view.doubt
    if doubt is None or not math.isfinite(doubt.score_low[told.unit]):
        return None
    low, high = float(doubt.score_low[told.unit]), float(doubt.score_high[told.unit])
    return say("{span} in {level} of the runs", span=span(low, high, told.decimals), level=percent(doubt.level))


def _rank_note(told: UnitView) -> Text:
    doubt = told.view.doubt
    if doubt is None:
        return say("how sure it is has not been drawn")
    return say("{span} in {level} of the runs", span=rank_span(told.view, told.unit), level=percent(doubt.level))


def _band_note(told: UnitView) -> Text | None:
    view = told.view
    band = view.band_of(view.top, told.unit)
    if view.doubt is None or band is None:
        return None
    return say("in {share} of the runs", share=percent(float(view.doubt.in_band[view.recipe.bands.index(band), told.unit])))
