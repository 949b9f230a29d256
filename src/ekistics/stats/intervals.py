"""What many runs say together: intervals of scores and ranks, the odds of a place, of a band, and of one unit ahead of another.

Runs are axis 0, units the last: (runs, units). A run that gave a unit no score or rank is not counted for it, and how many were counted
stands beside every figure: NaN in scores; NaN or anything below 1 in ranks. Quantiles are of type 7 (Hyndman and Fan 1996), the default
of R and NumPy. The odds are shares of the runs counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ekistics.stats.compiling import compiled

Array = NDArray[np.float64]
Ranks = NDArray[np.float64] | NDArray[np.integer]

_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class RunSummary:
    """What the runs gave for each unit, (units,) throughout; NaN where no run was counted.

    Attributes
    ----------
    mean, median : of the runs
    low, high : the quantiles that leave half of 1 - level on either side
    spread : standard deviation over n - 1; NaN for a single run
    counted : how many runs gave the unit a value
    level : 0 to 1
    """

    mean: Array
    median: Array
    low: Array
    high: Array
    spread: Array
    counted: NDArray[np.int64]
    level: float


def score_intervals(scores: Array, *, level: float = 0.9) -> RunSummary:
    """Return mean, median and interval of each unit's score over the runs.

    Parameters
    ----------
    scores : (runs, units)
        NaN where a run gave no score.
    level : 0 to 1, both excluded
        0.9 takes the quantiles 5 and 95 %.

    Examples
    --------
    >>> found = score_intervals(np.array([[1.0], [2.0], [3.0], [4.0], [5.0]]), level=0.5)
    >>> found.low.tolist(), found.median.tolist(), found.high.tolist()
    ([2.0], [3.0], [4.0])
    """
    told = np.asarray(scores, dtype=np.float64)
    if told.ndim != 2:
        raise ValueError(f"runs stand as (runs, units); got the shape {told.shape}")
    if not 0.0 < level < 1.0:
        raise ValueError(f"the level of an interval lies between 0 and 1; got {level}")
    tail = 0.5 * (1.0 - level)
    found = np.empty((6, told.shape[1]))
    step = max(1, _CELLS_AT_ONCE // max(1, told.shape[0]))
    for k in range(0, told.shape[1], step):  # by blocks of units: the sorted copy stays small
        found[:, k : k + step] = _summary(told[:, k : k + step], tail)
    mean, median, low, high, spread, counted = found
    return RunSummary(mean, median, low, high, spread, counted.astype(np.int64), level)


def rank_intervals(ranks: Ranks, *, level: float = 0.9) -> RunSummary:
    """Return mean, median and interval of each unit's rank over the runs, (runs, units); below 1 or NaN is no rank."""
    return score_intervals(_of_ranks(ranks), level=level)


def chance_of_rank(ranks: Ranks, at_most: ArrayLike) -> Array:
    """Return how likely each unit has a rank of at most k.

    Parameters
    ----------
    ranks : (runs, units)
        1 is best; below 1 or NaN is no rank.
    at_most : one number or (k,)

    Returns
    -------
    (units,) or (k, units), 0 to 1
        Share of the runs in which the unit has a rank; NaN where it has none.
    """
    told = _of_ranks(ranks)
    limits = np.asarray(at_most, dtype=np.float64)
    counted = np.isfinite(told).sum(axis=0)
    reached = np.stack([(told <= limit).sum(axis=0) for limit in np.atleast_1d(limits)])
    share = np.where(counted > 0, reached / np.maximum(counted, 1), np.nan)
    return share if limits.ndim else share[0]


@dataclass(frozen=True)
class Duel:
    """Pairs of units: `ahead` is how likely the first is ahead, `level` how likely they tie, 0 to 1; `counted` runs with both."""

    ahead: Array
    level: Array
    counted: NDArray[np.int64]


def chance_ahead(ranks: Ranks, first: ArrayLike, second: ArrayLike) -> Duel:
    """Return how likely one unit is ahead of another, for the pairs that are asked for.

    Both units are compared within each run, so what moves them together does not count: that is more telling than whether their
    intervals overlap.

    Parameters
    ----------
    ranks : (runs, units)
        1 is best; below 1 or NaN is no rank.
    first, second : unit positions, broadcast with one another
        `asked[:, None]` and `asked` give a matrix; `order[:-1]` and `order[1:]` give neighbours in a ranking.

    Returns
    -------
    Duel, in the shape of the pairs
        Shares of the runs that rank both; NaN where there is none. `ahead` of (a, b), of (b, a) and `level` add to 1.

    Examples
    --------
    >>> chance_ahead(np.array([[1, 2], [1, 2], [2, 1], [1, 1]]), 0, 1).ahead.tolist()
    0.5
    """
    one, other = np.broadcast_arrays(np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64))
    units = ranks.shape[1]
    if one.size and (min(one.min(), other.min()) < 0 or max(one.max(), other.max()) >= units):
        raise ValueError(f"a pair names a unit beyond the {units} there are")
    # only units of a pair are turned around: a few of a world of them are asked for at a time
    met, places = np.unique(np.concatenate([one.ravel(), other.ravel()]), return_inverse=True)
    told = np.ascontiguousarray(_of_ranks(ranks[:, met]).T)
    ahead, level, counted = _duels(told, places[: one.size], places[one.size :])
    shape, known = one.shape, np.maximum(counted, 1)
    none = counted == 0
    won, tied = (np.where(none, np.nan, runs / known).reshape(shape) for runs in (ahead, level))
    return Duel(won, tied, counted.reshape(shape))


def chance_of_band(scores: Array, at_least: Sequence[float]) -> Array:
    """Return how likely each unit's score falls into each rating band.

    Parameters
    ----------
    scores : (runs, units)
        NaN where a run gave no score.
    at_least : (bands,), in any order
        From which score up each band goes; a score belongs to the highest band that it reaches.

    Returns
    -------
    (bands, units), 0 to 1, in the order of `at_least`
        Share of the runs that gave a score; a score below every band counts and is in none, so a column may add to less than 1. NaN
        where no run gave a score.
    """
    told = np.asarray(scores, dtype=np.float64)
    floors = np.asarray(at_least, dtype=np.float64)
    order = np.argsort(floors)
    if np.isnan(floors).any() or (np.diff(floors[order]) == 0).any():
        raise ValueError("every band goes from a score of its own up")
    counted = np.isfinite(told).sum(axis=0)
    reached = np.stack([(told >= floor).sum(axis=0) for floor in floors[order]] + [np.zeros(told.shape[1], dtype=np.int64)])
    share = np.empty((len(floors), told.shape[1]))
    share[order] = (reached[:-1] - reached[1:]) / np.maximum(counted, 1)
    return np.where(counted > 0, share, np.nan)


def _of_ranks(ranks: Ranks) -> Array:
    told = np.asarray(ranks, dtype=np.float64)
    return np.where(told >= 1.0, told, np.nan)


def _summary(runs: Array, tail: float) -> Array:
    ordered = np.sort(np.ascontiguousarray(runs.T), axis=-1)  # NaN goes last
    there = np.isfinite(ordered)
    counted = there.sum(axis=-1)
    known = np.maximum(counted, 1)
    mean = np.where(there, ordered, 0.0).sum(axis=-1) / known
    squares = np.where(there, (ordered - mean[:, None]) ** 2, 0.0).sum(axis=-1)
    spread = np.where(counted > 1, np.sqrt(squares / np.maximum(counted - 1, 1)), np.nan)
    median, low, high = (_quantile(ordered, known, share) for share in (0.5, tail, 1.0 - tail))
    none = counted == 0
    return np.stack([*(np.where(none, np.nan, one) for one in (mean, median, low, high)), spread, counted])


def _quantile(ordered: Array, counted: NDArray[np.int64], share: float) -> Array:
    place = (counted - 1) * share
    below = np.floor(place + 4 * np.finfo(float).eps).astype(np.int64)  # a place that is whole but for rounding is whole
    above = np.minimum(below + 1, counted - 1)
    low, high = (np.take_along_axis(ordered, at[:, None], axis=-1)[:, 0] for at in (below, above))
    return np.asarray(low + np.maximum(place - below, 0.0) * (high - low))


@compiled
def _duels(ranks: Array, first: NDArray[np.int64], second: NDArray[np.int64]) -> tuple[Array, Array, NDArray[np.int64]]:
    """Count wins, ties and common runs of each pair; `ranks` stand as (units, runs)."""
    ahead, level, counted = np.zeros(first.size), np.zeros(first.size), np.zeros(first.size, np.int64)
    for pair in range(first.size):
        one, other = ranks[first[pair]], ranks[second[pair]]
        won, tied, common = 0, 0, 0
        for run in range(one.size):
            if not (np.isnan(one[run]) or np.isnan(other[run])):
                common += 1
                won += one[run] < other[run]
                tied += one[run] == other[run]
        ahead[pair], level[pair], counted[pair] = won, tied, common
    return ahead, level, counted
