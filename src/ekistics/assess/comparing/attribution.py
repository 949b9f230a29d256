"""What each indicator has to do with the difference between two states of an index. The parts add up to the whole.

Groups are gone through from the lowest to the top. In a weighted mean of any power (arithmetic, geometric, harmonic) a part is told its
share exactly: mean weight times the change of the part, plus change of weight times the mean distance of the part from the composite,
in the terms in which the mean is a sum (for the geometric mean in logarithms, brought back by the logarithmic mean: the decomposition
known as LMDI). A figure that comes or goes is told what it changes against those that stay, which fill its place. In other methods
(median, minimum, penalties, outranking) a part is told the mean of what it changes alone, first and last of all; what is left over by
parts acting together is shared in proportion to these. Where the two states do not put parts together in the same way, indicators are
told their shares of the weighted arithmetic mean of all indicators; what the other way of putting them together adds is nobody's and
stands in the last row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.index.pipeline import ranked
from ekistics.assess.methods.catalogue import find
from ekistics.assess.methods.trees import Tree
from ekistics.model.recipes import Method, Stage

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]

_STILL = 1e-9
"""Relative: over a shorter way a slope is taken from the curve, not from the difference."""


@dataclass(frozen=True)
class State:
    """An index in one year, for some units.

    Attributes
    ----------
    tree : of its recipe
    leaves : (indicators, units) normalised; NaN is missing
    scores : (groups, units)
    ranks : (groups, units) in the whole field; NaN without one
    weights : by group, (parts,) as used, or (parts, units) where each unit has its own
    methods : by group, how its parts are put together
    ties : how equal scores rank
    """

    tree: Tree
    leaves: Floats
    scores: Floats
    ranks: Floats
    weights: tuple[Floats, ...]
    methods: tuple[Method, ...]
    ties: str

    def parts(self, group: int) -> Floats:
        """Return (parts, units) values of what a group is made of."""
        nodes = self.tree.parts[group]
        made = np.empty((len(nodes), self.leaves.shape[1]))
        below = nodes < self.tree.indicators
        made[below] = self.leaves[nodes[below]]
        made[~below] = self.scores[nodes[~below] - self.tree.indicators]
        return made

    def effective(self, group: int) -> Floats:
        """Return (parts, units) weights that the gaps of each unit leave; they add up to 1 unless a unit has weights of its own."""
        there, weights = ~np.isnan(self.parts(group)), self.weights[group]
        if weights.ndim == 2:
            return np.where(there, np.nan_to_num(weights), 0.0)
        left = there * weights[:, None]
        return _shares(left)

    def indicator_weights(self, group: int) -> Floats:
        """Return (indicators, units) what each indicator weighs in a composite, over all ways that lead there."""
        shares = np.zeros((len(self.tree.codes), self.leaves.shape[1]))
        shares[self.tree.indicators + group] = 1.0
        for place in range(group, -1, -1):
            if len(self.tree.parts[place]):
                shares[self.tree.parts[place]] += shares[self.tree.indicators + place] * self.effective(place)
        return shares[: self.tree.indicators]


def attributed(before: State, after: State, group: str, codes: Sequence[str]) -> Floats:
    """Return what each indicator has to do with the change of a composite.

    Parameters
    ----------
    before, after : the same units
    codes : of the indicators of either

    Returns
    -------
    (codes + 1, units)
        The last row is what is no single indicator's. NaN where either has no score.
    """
    one, other = before.tree.node_of[group] - before.tree.indicators, after.tree.node_of[group] - after.tree.indicators
    change = after.scores[other] - before.scores[one]
    if _alike(before, after, one):
        made = _row_by_row(_codes(before), codes, _downwards(before, after, one))
    else:
        made = _by_mean_of_all(before, after, one, other, codes)
    made = np.vstack([made, change - made.sum(axis=0)])
    return np.where(np.isnan(change), np.nan, made)


def _alike(before: State, after: State, group: int) -> bool:
    """Whether two states are put together in the same way, of the same parts, up to a composite."""
    if before.tree.codes != after.tree.codes:
        return False
    return all(
        np.array_equal(before.tree.parts[one], after.tree.parts[one])
        and before.methods[one] == after.methods[one]
        and before.weights[one].ndim == after.weights[one].ndim
        for one in range(group + 1)
    )


@dataclass(frozen=True)
class _Effects:
    """What the parts of a group have to do with its change, (parts, units) throughout.

    `moved` by their values, `shifted` by their weights. `slopes` is what a part's value hands on for each of its own points; None where
    the method jumps, and an effect has no proportion to the change that it comes from.
    """

    moved: Floats
    shifted: Floats
    slopes: Floats | None


def _downwards(before: State, after: State, top: int) -> Floats:
    """Return (indicators, units) contributions to the change of a composite, made from those to the groups below it."""
    tree, units = before.tree, before.leaves.shape[1]
    contributions: list[Floats] = []
    weighs: list[Floats] = []
    for group in range(top + 1):
        made, shares = np.zeros((tree.indicators, units)), np.zeros((tree.indicators, units))
        found = _effects(before, after, group)
        mean = _shares(before.effective(group) + after.effective(group))
        for place, node in enumerate(tree.parts[group]):
            if node < tree.indicators:
                made[node] += found.moved[place] + found.shifted[place]
                shares[node] += mean[place]
                continue
            theirs, weigh = contributions[node - tree.indicators], weighs[node - tree.indicators]
            if found.slopes is None:
                made += found.moved[place] * _by_size(theirs, weigh)
            else:
                made += found.slopes[place] * theirs
            made += found.shifted[place] * weigh
            shares += mean[place] * weigh
        unscored = np.isnan(before.scores[group]) | np.isnan(after.scores[group])
        contributions.append(np.where(unscored, 0.0, made))
        weighs.append(shares)
    return contributions[top]


def _effects(before: State, after: State, group: int) -> _Effects:
    one, other = before.parts(group), after.parts(group)
    if before.weights[group].ndim == 2:
        return _of_sum(one, other, before.effective(group), after.effective(group))
    terms = _terms_of(before.methods[group])
    if terms is None:
        return _Effects(_alone_first_and_last(before, after, group), np.zeros(one.shape), None)
    return _of_mean(terms, one, other, before, after, group)


def _of_sum(one: Floats, other: Floats, was: Floats, is_now: Floats) -> _Effects:
    """Return effects on a sum of parts, each times a weight of the unit's own."""
    one, other = _both_known(one, other, counts=(was > 0) | (is_now > 0))
    mean = (was + is_now) / 2.0
    return _Effects(mean * (other - one), (one + other) / 2.0 * (is_now - was), mean)


@dataclass(frozen=True)
class _Terms:
    """In which terms a mean is a sum, and how steep they are."""

    of: Function
    steep: Function


def _terms_of(method: Method) -> _Terms | None:
    """Return the terms in which a method is a weighted sum; None where it is none."""
    if method.name not in _POWERS and method.name != "power":
        return None
    told = _POWERS.get(method.name, find(Stage.AGGREGATE, method).completed(method).get("power"))
    power = float(told) if isinstance(told, int | float) else 1.0
    if power == 0:
        return _Terms(np.log, np.reciprocal)
    if power == 1:
        return _Terms(lambda values: values, np.ones_like)
    return _Terms(lambda values: values**power, lambda values: power * values ** (power - 1.0))


_POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


def _of_mean(terms: _Terms, one: Floats, other: Floats, before: State, after: State, group: int) -> _Effects:
    """Return effects on a weighted mean."""
    was, is_now = before.effective(group), after.effective(group)
    scores = np.stack([before.scores[group], after.scores[group]])
    scored = ~np.isnan(scores).any(axis=0)
    scores = np.where(scored, scores, 1.0)  # a unit without both has no change to share out
    one, other = _both_known(one, other, counts=((was > 0) | (is_now > 0)) & scored)
    hands_on = 1.0 / _steepness(terms, scores[0], scores[1])
    slopes = hands_on * (was + is_now) / 2.0 * _steepness(terms, one, other)
    middle = (terms.of(one) + terms.of(other)) / 2.0
    shifted = hands_on * (middle - (terms.of(scores[0]) + terms.of(scores[1])) / 2.0) * (is_now - was)
    if np.array_equal(before.weights[group], after.weights[group]):
        # weights moved only because parts came or went: it is these that are told, held against those that stayed
        stayed = _shares(np.where((was > 0) & (is_now > 0), was, 0.0))
        came = hands_on * (middle - (stayed * middle).sum(axis=0)) * (is_now - was)
        shifted = np.where(stayed.any(axis=0), np.where(stayed > 0, 0.0, came), shifted)
    return _Effects(slopes * (other - one), shifted, slopes)


def _steepness(terms: _Terms, one: Floats, other: Floats) -> Floats:
    """Return how much the terms change for each point, between two values."""
    way = other - one
    far = np.abs(way) > _STILL * np.maximum(np.abs(one), np.abs(other))
    over_way = (terms.of(other) - terms.of(one)) / np.where(far, way, 1.0)
    return np.asarray(np.where(far, over_way, terms.steep((one + other) / 2.0)))


def _alone_first_and_last(before: State, after: State, group: int) -> Floats:
    """Return (parts, units) what each part changes alone, the mean of first and last, and its share of what they change together."""
    told = find(Stage.AGGREGATE, before.methods[group])
    options = told.completed(before.methods[group])

    def made(values: Floats, weights: Floats) -> Floats:
        return np.asarray(told.function(values[None, None], weights[None], np.zeros(1, np.int64), **options)[0, 0])

    one, other = before.parts(group), after.parts(group)
    was, is_now = before.weights[group], after.weights[group]
    first, last = made(one, was), made(other, is_now)
    alone = np.zeros(one.shape)
    for place in range(len(one)):
        with_it, without_it = one.copy(), other.copy()
        with_it[place], without_it[place] = other[place], one[place]
        alone[place] = np.nan_to_num((made(with_it, was) - first + last - made(without_it, is_now)) / 2.0)
    left = np.nan_to_num(after.scores[group] - before.scores[group]) - alone.sum(axis=0)
    return np.asarray(alone + left * _by_size(alone, _shares(before.effective(group) + after.effective(group))))


def _by_mean_of_all(before: State, after: State, one: int, other: int, codes: Sequence[str]) -> Floats:
    """Return (codes, units) shares of the change of the weighted arithmetic mean of all indicators."""
    was = _row_by_row(_codes(before), codes, before.indicator_weights(one))
    is_now = _row_by_row(_codes(after), codes, after.indicator_weights(other))
    first, last = (_row_by_row(_codes(state), codes, state.leaves, lacking=np.nan) for state in (before, after))
    first, last = _both_known(first, last, counts=(was > 0) | (is_now > 0))
    middle = ((was * first).sum(axis=0) + (is_now * last).sum(axis=0)) / 2.0
    return np.asarray((was + is_now) / 2.0 * (last - first) + ((first + last) / 2.0 - middle) * (is_now - was))


def rank_attributed(before: State, after: State, group: str, contributions: Floats) -> Floats:
    """Return what each row of contributions to a score has to do with the change of the rank.

    The mean of what it changes first and last of all, for all units at once; what is left over is shared in proportion to these. What
    comes of units that are ranked in one state only stands in the last row.

    Parameters
    ----------
    contributions : (rows, units) as `attributed` gives them

    Returns
    -------
    (rows, units)
        Below 0 where the unit has risen. NaN where either has no rank.
    """
    one, other = before.tree.node_of[group] - before.tree.indicators, after.tree.node_of[group] - after.tree.indicators
    both = ~np.isnan(contributions).any(axis=0)
    scores = np.where(both, np.stack([before.scores[one], after.scores[other]]), np.nan)
    first, last = _ranks(scores[:1], before.ties)[0], _ranks(scores[1:], after.ties)[0]
    with_it = _ranks(scores[0] + contributions, before.ties)
    without_it = _ranks(scores[1] - contributions, after.ties)
    alone = np.where(both, (with_it - first + last - without_it) / 2.0, 0.0)
    sizes = np.where(both, np.abs(contributions), 0.0)
    # who stands still while others pass is told what moved them
    field = np.broadcast_to(_shares(sizes.sum(axis=1, keepdims=True)), sizes.shape)
    made = alone + (last - first - alone.sum(axis=0)) * _by_size(alone, np.where(sizes.any(axis=0), _shares(sizes), field))
    change = after.ranks[other] - before.ranks[one]
    made[-1] += change - made.sum(axis=0)
    return np.where(both & ~np.isnan(change), made, np.nan)


def _ranks(scores: Floats, ties: str) -> Floats:
    found = ranked(scores, ties).astype(np.float64)
    return np.where(found > 0, found, np.nan)


def _by_size(effects: Floats, otherwise: Floats) -> Floats:
    """Return (parts, units) shares in proportion to the sizes of effects; given ones where there are no effects."""
    sizes = np.abs(effects)
    total = sizes.sum(axis=0)
    return np.where(total > 0, sizes / np.where(total > 0, total, 1.0), otherwise)


def _shares(weights: Floats) -> Floats:
    total = weights.sum(axis=0)
    return np.where(total > 0, weights / np.where(total > 0, total, 1.0), 0.0)


def _both_known(one: Floats, other: Floats, *, counts: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return values where a missing one is as the other's: what comes or goes speaks through its weight. 1 where neither counts."""
    first, second = np.where(np.isnan(one), other, one), np.where(np.isnan(other), one, other)
    known = counts & ~np.isnan(first)
    return np.where(known, first, 1.0), np.where(known, second, 1.0)


def _codes(state: State) -> tuple[str, ...]:
    return state.tree.codes[: state.tree.indicators]


def _row_by_row(own: Sequence[str], codes: Sequence[str], rows: Floats, *, lacking: float = 0.0) -> Floats:
    """Return rows in the order of other codes."""
    at = {code: row for row, code in enumerate(own)}
    made = np.full((len(codes), rows.shape[1]), lacking)
    for place, code in enumerate(codes):
        if code in at:
            made[place] = rows[at[code]]
    return made
