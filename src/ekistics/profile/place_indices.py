"""One place in the indices of the chosen recipes: composites with their intervals and peers, refusals, coverage."""

from __future__ import annotations

import math

from ekistics.assess.comparing.scales import scores_compare
from ekistics.model.recipes import IndexGroup, Recipe
from ekistics.profile.blocks import Block, Fact, Link, LinkKind, MatrixHead, Prose
from ekistics.profile.document import Section
from ekistics.profile.index.common import index_link, is_one_rank, joined, percent, rank_span, span, unit_link
from ekistics.profile.index.unit_evidence import UnitView
from ekistics.profile.index.unit_tree import composites_table
from ekistics.profile.indices_shown import AgendaIndex
from ekistics.profile.texts import Name, Number, Text, say, say_n

LISTED = 20
"""Composites up to which the page of an agenda lists all; of more only those right below the index, the rest stand on the unit's own."""


def agenda_index(told: UnitView) -> AgendaIndex:
    """Return the composites of a recipe for the place, as they stand at the heads of a matrix."""
    return AgendaIndex(
        Name(told.recipe.title), {code: head_of(told, code) for code in told.view.assessment.groups}, head_of(told, told.view.top)
    )


def head_of(told: UnitView, code: str) -> MatrixHead:
    """Return a composite as it stands at the head of a row or column."""
    score, link = told.value_of(code), unit_link(told.view, told.unit, say("How it is made"))
    provisional = is_provisional(told.recipe, code)
    if not math.isfinite(score):
        return MatrixHead(missing=_refusal(told, code), provisional=provisional, link=link)
    band = told.view.band_of(code, told.unit)
    share = percent(float(told.view.coverage_of(code)[told.unit]))
    notes = [_interval(told, code) or say("interval not drawn"), *_peers(told, code), say("resting on {share}", share=share)]
    if provisional:
        notes.append(say("provisional"))
    value = Number(score, decimals=told.decimals)
    return MatrixHead(value, band.letter if band else "", provisional, joined(notes), link=link)


def is_provisional(recipe: Recipe, group: str) -> bool:
    """Whether a composite rests on a benchmark that was not read in the official text."""
    for one in recipe.children(group):
        if isinstance(one, IndexGroup):
            if is_provisional(recipe, one.code):
                return True
        elif one.code in recipe.provisional:
            return True
    return False


def index_fact(told: UnitView) -> Fact:
    """Return an index in one line: score and band with interval, rank and peers, or that it is refused."""
    view, top = told.view, told.view.top
    label, link, score = Name(told.recipe.title), unit_link(view, told.unit), told.value_of(top)
    if not math.isfinite(score):
        return Fact(label, say("refused"), _refusal(told, top), link)
    band = view.band_of(top, told.unit)
    value: Text = Number(score, decimals=told.decimals)
    value = say("{score} {letter}", score=value, letter=Name(band.letter)) if band else value
    rank: Text = say("rank {rank} of {count}", rank=int(view.ranks_of(top)[told.unit]), count=len(view.order))
    drawn = _interval(told, top)
    notes = [_ranked(told, rank)]
    notes += [say("score {span}", span=drawn)] if drawn is not None else []
    return Fact(label, value, joined([*notes, *_peers(told, top)]), link)


def _ranked(told: UnitView, rank: Text) -> Text:
    view = told.view
    if view.doubt is None or not math.isfinite(view.doubt.rank_low[told.unit]):
        return rank
    level = percent(view.doubt.level)
    if is_one_rank(view, told.unit):
        return say("{rank} in {level} of the runs", rank=rank, level=level)
    return say("{rank}, {ranks} in {level} of the runs", rank=rank, ranks=rank_span(view, told.unit), level=level)


def refused_fact(code: str, title: str, problems: int) -> Fact:
    """Return a chosen recipe that cannot be applied to what is on record in one line."""
    against = say_n("one thing speaks against it", "{count} things speak against it", problems)
    return Fact(Name(title), say("not applied"), against, Link(Name(title), LinkKind.INDEX, code))


def composites_section(told: UnitView) -> Section:
    """Return all composites of a recipe for the place, with those of its peers."""
    groups = told.view.assessment.groups
    made = sum(math.isfinite(told.value_of(code)) for code in groups)
    title: Text = say("{made} of {total} composites can be made", made=made, total=len(groups))
    if told.recipe.provisional:
        title = say("{finding} (provisional)", finding=title)
    links = (unit_link(told.view, told.unit, say("How the score is made")), index_link(told.view, say("All places ranked")))
    deepest = 99 if len(groups) <= LISTED else 1
    tables = tuple(composites_table(told, tree, deepest=deepest) for tree in told.trees if len(tree) > 1)
    blocks: tuple[Block, ...] = (*tables, Prose((), links=links))
    recipe = say("By the recipe {recipe}, version {version}.", recipe=told.recipe.code, version=told.recipe.version)
    return Section("index", title, blocks, recipe)


def _refusal(told: UnitView, code: str) -> Text:
    refused = told.view.refusal(code, told.unit)
    if refused is None:
        return say("no score")
    return say("{share} is known, {needed} is needed", share=percent(refused.coverage), needed=percent(refused.needed))


def _interval(told: UnitView, code: str) -> Text | None:
    doubt = told.doubts.get(code)
    if doubt is None or not scores_compare(told.recipe) or not math.isfinite(doubt.score_low[told.unit]):
        return None
    return span(float(doubt.score_low[told.unit]), float(doubt.score_high[told.unit]), told.decimals)


def _peers(told: UnitView, code: str) -> tuple[Text, ...]:
    median = told.median_of(code)
    if told.peers is None or not math.isfinite(median):
        return ()
    return (say("peers {median}", median=Number(median, decimals=told.decimals)),)
