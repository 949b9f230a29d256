"""Why a score or a rank is another one: parted by cause and by indicator, and the parts add up to the whole.

The causes are revised data (another value for the same period), new data (the figure of a newer period, or one that was not there), a
new method (another recipe) and other units in the field. What each does depends on what has been done before it, so it is told the
mean over all orders in which they can come (Shapley), revisions always before new data, which takes the place of what they revise. Every
state on the way is a whole assessment: the figures of the one table with the recipe of the other, and so on. An order that leads
through a state without a score of the unit (a recipe that cannot be applied to the older figures) is left out for it.

Within each step indicators are told their parts as `attribution` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise, permutations

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.comparing.attribution import State, attributed, rank_attributed
from ekistics.assess.comparing.mixed_tables import mixed, revised, same_figures
from ekistics.assess.index.pipeline import ranked
from ekistics.assess.index.recipe_faults import aggregate_of
from ekistics.assess.index.running import prepare, run
from ekistics.model.assessments import Assessment
from ekistics.model.errors import Conflict, InvalidInput
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import PeerRule, Recipe, Uncertainty

Floats = NDArray[np.float64]

_AS_ASSESSED = 1e-9
"""Relative: a state that is made again is the assessment that it stands for."""


class Cause(StrEnum):
    """Why a figure of an assessment is another one."""

    REVISED_DATA = "revised data"
    NEW_DATA = "new data"
    NEW_METHOD = "new method"
    OTHER_UNITS = "other units"


@dataclass(frozen=True)
class Changes:
    """How the score and the rank of a composite changed, (units,) of those that both assessments have.

    Attributes
    ----------
    group : code of the composite
    years : before and after
    units : codes, in the order of the later assessment
    causes : those that were at work
    indicators : codes of those of either recipe
    score_before, score_after : NaN where refused
    rank_before, rank_after : NaN where unranked; 1 is best
    scores, ranks : (causes, indicators + 1, units)
        Parts of the change; those of a rank are below 0 where the unit rose. The last row is what no single indicator did: another way
        of putting parts together, units that came or left. NaN where either score is missing, or no order of causes could be walked.
    orders : how many orders of causes the parts are the mean of
    """

    group: str
    years: tuple[int, int]
    units: tuple[str, ...]
    causes: tuple[Cause, ...]
    indicators: tuple[str, ...]
    score_before: Floats
    score_after: Floats
    rank_before: Floats
    rank_after: Floats
    scores: Floats
    ranks: Floats
    orders: NDArray[np.int64]

    @property
    def score_by_cause(self) -> Floats:
        """(causes, units): points that each cause gave or took."""
        return np.asarray(self.scores.sum(axis=1))

    @property
    def score_by_indicator(self) -> Floats:
        """(indicators + 1, units): points that each indicator gave or took, the last row those of none."""
        return np.asarray(self.scores.sum(axis=0))

    @property
    def rank_by_cause(self) -> Floats:
        """(causes, units): ranks, below 0 where the cause lifted the unit."""
        return np.asarray(self.ranks.sum(axis=1))

    @property
    def rank_by_indicator(self) -> Floats:
        """(indicators + 1, units): ranks, below 0 where the indicator lifted the unit, the last row those of none."""
        return np.asarray(self.ranks.sum(axis=0))


def changes_over_years(assessment: Assessment, *, group: str | None = None, first: int = -2, last: int = -1) -> Changes:
    """Part the change of a composite between two years of one assessment; `first` and `last` are places of years in the table."""
    return changes_between(assessment, assessment, group=group, first=first, last=last)


def changes_between(before: Assessment, after: Assessment, *, group: str | None = None, first: int = -1, last: int = -1) -> Changes:
    """Part the change of a composite between two assessments.

    Parameters
    ----------
    group : code of the composite; None takes the top of the later assessment
    first, last : places of the years compared, in the table of either assessment

    Raises
    ------
    InvalidInput
        If one of the assessments lacks the composite, or they have no unit in common.
    Conflict
        If an assessment does not come out of its own recipe and table.
    """
    group = group or after.recipe.top.code
    for one in (before, after):
        if group not in one.groups:
            raise InvalidInput(f"{one.recipe.title} has no such composite", found=group, expected=", ".join(one.groups))
    way = _way(before, after, range(len(before.table.years))[first], range(len(after.table.years))[last])
    if not way.units:
        raise InvalidInput("the two assessments have no unit in common", mend="compare assessments of the same units")
    start, end = way.state(frozenset()), way.state(frozenset(way.causes))
    if start is None or end is None:
        raise Conflict("an assessment cannot be made again from its recipe and table")
    _refuse_unlike(before, way.years[0], start, group, way.units)
    _refuse_unlike(after, way.years[1], end, group, way.units)
    codes = tuple(dict.fromkeys(one.code for each in (before, after) for one in each.recipe.indicators))
    scores, ranks, orders = _walked(way, group, codes)
    return Changes(
        group,
        (before.table.years[way.years[0]], after.table.years[way.years[1]]),
        way.units,
        way.causes,
        codes,
        _row(start, start.scores, group),
        _row(end, end.scores, group),
        _row(start, start.ranks, group),
        _row(end, end.ranks, group),
        scores,
        ranks,
        orders,
    )


@dataclass(frozen=True)
class _Way:
    """All that can stand between two assessments: states by the causes that have been at work, made when asked for."""

    before: Assessment
    after: Assessment
    years: tuple[int, int]
    units: tuple[str, ...]
    causes: tuple[Cause, ...]
    older: IndexTable
    """The earlier table with the later one's revisions."""
    _made: dict[frozenset[Cause], State | None]

    def state(self, done: frozenset[Cause]) -> State | None:
        """Return the state after some causes; None where the recipe cannot be applied."""
        if done not in self._made:
            self._made[done] = self._state(done)
        return self._made[done]

    def _state(self, done: frozenset[Cause]) -> State | None:
        newer = Cause.NEW_DATA in done or done == frozenset(self.causes)
        year = (self.after.table.years[self.years[1]]) if newer else self.before.table.years[self.years[0]]
        recipe = (self.after if Cause.NEW_METHOD in done else self.before).recipe
        if not done:
            return _state(recipe, self.before.table, year, self.units)
        if done == frozenset(self.causes):
            return _state(self.after.recipe, self.after.table, year, self.units)
        older = self.older if Cause.REVISED_DATA in done else self.before.table
        base, other = (self.after.table, self.older) if newer else (older, self.after.table)
        field = (self.after if Cause.OTHER_UNITS in done else self.before).table.units
        return _state(recipe, mixed(base, other, field, tuple(one.code for one in recipe.indicators)), year, self.units)

    def orders(self) -> Iterator[tuple[Cause, ...]]:
        """Yield the orders in which causes can come."""
        for order in permutations(self.causes):
            if not {Cause.REVISED_DATA, Cause.NEW_DATA} <= set(order) or order.index(Cause.REVISED_DATA) < order.index(Cause.NEW_DATA):
                yield order


def _way(before: Assessment, after: Assessment, first: int, last: int) -> _Way:
    older = revised(before.table, after.table)
    same_year = before.table.years[first] == after.table.years[last]
    known = set(before.table.units)
    at_work = {
        Cause.REVISED_DATA: older is not before.table,
        Cause.NEW_DATA: not (same_year and same_figures(older, after.table)),
        Cause.NEW_METHOD: _method(before.recipe) != _method(after.recipe),
        Cause.OTHER_UNITS: known != set(after.table.units),
    }
    units = tuple(unit for unit in after.table.units if unit in known)
    return _Way(before, after, (first, last), units, tuple(one for one, there in at_work.items() if there), older, {})


def _method(recipe: Recipe) -> Recipe:
    """Return a recipe without what moves no score: its names, its year, what is printed beside the ranking."""
    return replace(
        recipe,
        code="",
        name="",
        version="",
        source="",
        framework="",
        reference_year=None,
        bands=(),
        peers=PeerRule(),
        uncertainty=Uncertainty(),
        allowed_unverified=(),
        needs={},
    )


def _state(recipe: Recipe, table: IndexTable, year: int, units: tuple[str, ...]) -> State | None:
    """Return what a recipe makes of a table in one year, for the units that are compared; None where it cannot be applied."""
    try:
        # the tables end with the years that were asked for
        prepared = prepare(replace(recipe, reference_year=None), table)
    except InvalidInput:
        return None
    made = run(prepared)
    if made.failed:
        return None
    start, tree = prepared.start.table, prepared.tree
    at = {unit: place for place, unit in enumerate(start.units)}
    places = np.array([at.get(unit, -1) for unit in units], dtype=np.int64)
    row = start.years.index(year)

    def some(table: Floats) -> Floats:
        return np.asarray(np.where(places < 0, np.nan, table[..., places]))

    scores = made.scores[0, row]
    ranks = ranked(scores, recipe.ties).astype(np.float64)
    return State(
        tree,
        some(made.leaves.values[made.leaves.of_run[0], row]),
        some(scores),
        some(np.where(ranks > 0, ranks, np.nan)),
        tuple(one[0] if one.ndim == 2 else some(one[0, row]) for one in made.composites.weights),
        tuple(aggregate_of(recipe, one) for one in tree.groups),
        recipe.ties,
    )


def _walked(way: _Way, group: str, codes: tuple[str, ...]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return the mean parts of score and rank, (causes, codes + 1, units), over the orders that could be walked, and their number."""
    shape = (len(way.causes), len(codes) + 1, len(way.units))
    scores, ranks, orders = np.zeros(shape), np.zeros(shape), np.zeros(shape[2], np.int64)
    steps: dict[tuple[frozenset[Cause], Cause], tuple[Floats, Floats]] = {}
    for order in way.orders():
        passed = [frozenset(order[:count]) for count in range(len(order) + 1)]
        states = [way.state(done) for done in passed]
        there = [one for one in states if one is not None]
        if len(there) < len(states):
            continue
        scored = np.all([~np.isnan(_row(one, one.scores, group)) for one in there], axis=0)
        orders += scored
        for done, cause, (one, other) in zip(passed, order, pairwise(there), strict=False):
            if (done, cause) not in steps:
                points = attributed(one, other, group, codes)
                steps[done, cause] = (points, rank_attributed(one, other, group, points))
            at = way.causes.index(cause)
            for parts, step in zip((scores, ranks), steps[done, cause], strict=True):
                parts[at] += np.where(scored, step, 0.0)
    walked = np.where(orders > 0, orders, np.nan)
    return scores / walked, ranks / walked, orders


def _row(state: State, table: Floats, group: str) -> Floats:
    return np.asarray(table[state.tree.node_of[group] - state.tree.indicators])


def _refuse_unlike(assessment: Assessment, year: int, state: State, group: str, units: tuple[str, ...]) -> None:
    """Refuse where the state made again is not the assessment: its parts would explain another change."""
    at = {unit: place for place, unit in enumerate(assessment.table.units)}
    told = assessment.scores[year, assessment.row(group), [at[unit] for unit in units]]
    if not np.allclose(told, _row(state, state.scores, group), rtol=_AS_ASSESSED, atol=_AS_ASSESSED, equal_nan=True):
        raise Conflict(
            f"{assessment.recipe.title} does not come out again from its recipe and table",
            column=group,
            mend="assess again with the shares of the screening at 0, and leave the same units and indicators out by name",
        )
