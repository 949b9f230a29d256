"""Every ranked unit as a dot with its interval: scores where all runs share a scale, else ranks; and who can be told apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ekistics.assess.comparing.scales import scores_compare
from ekistics.assess.doubt.told_apart import tied_behind
from ekistics.profile.blocks import ChartBlock
from ekistics.profile.chart_specs import DotChart, DotRow
from ekistics.profile.document import Section
from ekistics.profile.index.common import decimals_of, index_link, percent, rank_span
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.texts import Name, Number, Text, say, say_n

CHARTED = 40
"""Units on the chart; the table holds all."""


def tied_after(view: IndexView, place: int) -> int:
    """Return how many units right behind one in the ranking cannot be told apart from it."""
    return 0 if view.doubt is None else tied_behind(view.doubt, view.order, place)


def with_scores(view: IndexView) -> bool:
    """Whether intervals of scores are shown: they were drawn, and all runs share a scale."""
    return view.doubt is not None and scores_compare(view.recipe)


def chart_section(view: IndexView) -> tuple[Section, ...]:
    """Return the chart of the first units; nothing where nobody is ranked."""
    if not view.order:
        return ()
    shown = view.order[:CHARTED]
    more = len(view.order) - len(shown)
    leading = set(view.order[: 1 + tied_after(view, 0)])
    of_ranks = view.doubt is not None and not with_scores(view)
    rows = tuple((_rank_dot if of_ranks else _score_dot)(view, unit, subject=unit in leading) for unit in shown)
    ends = [value for one in rows for value in (one.lower, one.value, one.upper) if value is not None]
    start, end = (0.5, max(ends) + 0.5) if of_ranks else _bounds(ends)
    note = say_n("One more place stands in the table below.", "{count} more places stand in the table below.", more) if more > 0 else None
    links = (index_link(view, say("Heat matrix of places and parts"), "matrix"),)
    words = say("Ranks of places with their intervals") if of_ranks else say("Scores of places, best first")
    block = ChartBlock(None, _subtitle(view, of_ranks=of_ranks), DotChart(rows, "", start, end), words, note, links=links)
    return (Section("scores", _title(view, of_ranks=of_ranks), (block,)),)


def _subtitle(view: IndexView, *, of_ranks: bool) -> Text:
    if view.doubt is None:
        return say("Score, best first")
    if of_ranks:
        return say(
            "Rank with its {level} interval; the dot is the rank as the recipe has it",
            level=percent(view.doubt.level),
        )
    return say("Score with its {level} interval, best first", level=percent(view.doubt.level))


def _title(view: IndexView, *, of_ranks: bool) -> Text:
    decimals = decimals_of(view, view.top)
    if of_ranks and view.doubt is not None:
        widths = {unit: float(view.doubt.rank_high[unit] - view.doubt.rank_low[unit]) for unit in view.order}
        widest = max(widths, key=lambda unit: np.nan_to_num(widths[unit]))
        return say("The rank of {place} is least sure: {ranks}", place=Name(view.names[widest]), ranks=rank_span(view, widest))
    best, last = (float(view.scores_of(view.top)[view.order[at]]) for at in (0, -1))
    return say("Scores run from {low} to {high}", low=Number(last, decimals=decimals), high=Number(best, decimals=decimals))


def _score_dot(view: IndexView, unit: int, *, subject: bool) -> DotRow:
    score, decimals = float(view.scores_of(view.top)[unit]), decimals_of(view, view.top)
    low = high = None
    if view.doubt is not None and np.isfinite(view.doubt.score_low[unit]):
        low, high = float(view.doubt.score_low[unit]), float(view.doubt.score_high[unit])
    rank = Number(int(view.ranks_of(view.top)[unit]), decimals=0)
    label = say("{rank}. {place}", rank=rank, place=Name(view.names[unit]))
    return DotRow(label, score, Number(score, decimals=decimals), None, low, high, "subject" if subject else "other")


def _rank_dot(view: IndexView, unit: int, *, subject: bool) -> DotRow:
    rank, doubt = int(view.ranks_of(view.top)[unit]), view.doubt
    low = high = None
    if doubt is not None and np.isfinite(doubt.rank_low[unit]):
        low, high = float(doubt.rank_low[unit]), float(doubt.rank_high[unit])
    label = say("{rank}. {place}", rank=Number(rank, decimals=0), place=Name(view.names[unit]))
    return DotRow(label, float(rank), rank_span(view, unit), None, low, high, "subject" if subject else "other")


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) / 20 or abs(high) / 20 or 1.0
    return low - room, high + room
