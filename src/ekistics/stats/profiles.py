"""Which units are like which: distances between profiles, over the rows that two units both have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_CELLS_AT_A_TIME = 1 << 22
_DIGITS = 12
"""Squared distances that are equal to so many digits of the largest are equal: the order of a sum moves those beyond."""
_ROUNDING = 1e-9
"""Share of the largest square by which a distance from matrix products may be off."""


@dataclass(frozen=True)
class Nearest:
    """The nearest of each unit, (units, count) throughout, nearest first.

    Attributes
    ----------
    units : places of the others, -1 where there are no more that share enough
    distances : NaN where there is none
    shared : share of the weight, 0 to 1, that both have
    """

    units: Integers
    distances: Floats
    shared: Floats


def nearest_profiles(values: Floats, weights: Floats, *, count: int, least_shared: float = 0.5) -> Nearest:
    """Return the units whose profiles are nearest to each unit's.

    Parameters
    ----------
    values : (rows, units)
        On one scale; NaN is missing.
    weights : (rows,) 0 or more, with a sum above 0
    count : how many are wanted
    least_shared : 0 to 1
        Share of the weight that two units must both have to be compared at all.

    Returns
    -------
    Nearest
        Euclidean distances, the square root of the weighted mean square over the rows that both have: a gap makes nobody nearer. Of
        equals the one that stands first; that A is near to B does not make B one of the nearest of A.

    Examples
    --------
    >>> nearest_profiles(np.array([[0.0, 10.0, 30.0]]), np.ones(1), count=1).units.tolist()
    [[1], [0], [1]]
    """
    units = values.shape[1]
    laid = _laid_out(values, weights / weights.sum())
    found = Nearest(np.full((units, count), -1, np.int64), np.full((units, count), np.nan), np.full((units, count), np.nan))
    step = max(1, _CELLS_AT_A_TIME // units)
    for first in range(0, units, step):
        one, other = _candidates(laid, np.arange(first, min(first + step, units)), count, least_shared)
        _keep_nearest(found, one, other, *_distances(laid, one, other), count)
    return found


@dataclass(frozen=True)
class _LaidOut:
    """Profiles around the middle of their rows with 0 in the gaps, (rows, units), and what their distances are made of."""

    filled: Floats
    there: Floats
    shares: Floats
    weighted: Floats
    squares: Floats
    slack: float


def _laid_out(values: Floats, shares: Floats) -> _LaidOut:
    known = ~np.isnan(values)
    # around the middle of each row: squares of large numbers would eat the digits of small distances
    middle = np.nanmedian(np.where(known.any(axis=1, keepdims=True), values, 0.0), axis=1, keepdims=True)
    filled = np.where(known, values - middle, 0.0)
    squares = filled**2
    slack = _ROUNDING * max(float(squares.max(initial=0.0)), np.finfo(float).tiny)
    return _LaidOut(filled, known.astype(np.float64), shares[:, None], filled * shares[:, None], squares * shares[:, None], slack)


def _candidates(laid: _LaidOut, mine: Integers, count: int, least_shared: float) -> tuple[Integers, Integers]:
    """Return pairs that hold, for each unit, all its nearest with the ties of the last: distances by matrix products."""
    mean = laid.squares[:, mine].T @ laid.there
    mean += laid.there[:, mine].T @ laid.squares
    mean -= 2.0 * laid.weighted[:, mine].T @ laid.filled
    shared = (laid.there[:, mine] * laid.shares).T @ laid.there
    near = shared >= max(least_shared - 1e-12, 1e-12)
    mean = np.divide(mean, shared, out=np.full(mean.shape, np.inf), where=near)
    mean[np.arange(len(mine)), mine] = np.inf
    wanted = min(count, mean.shape[1]) - 1
    limit = np.partition(mean, wanted, axis=1)[:, wanted]
    one, other = np.nonzero(np.isfinite(mean) & (mean <= limit[:, None] + laid.slack))
    return mine[one], other


def _distances(laid: _LaidOut, one: Integers, other: Integers) -> tuple[Floats, Floats]:
    """Return distances of pairs and what share of the weight they rest on, by plain differences."""
    distances, shared = np.empty(len(one)), np.empty(len(one))
    step = max(1, _CELLS_AT_A_TIME // max(1, len(laid.filled)))
    for first in range(0, len(one), step):
        a, b = one[first : first + step], other[first : first + step]
        both = laid.there[:, a] * laid.there[:, b] * laid.shares
        shared[first : first + step] = both.sum(axis=0)
        distances[first : first + step] = np.sqrt((both * (laid.filled[:, a] - laid.filled[:, b]) ** 2).sum(axis=0) / both.sum(axis=0))
    return distances, shared


def _keep_nearest(found: Nearest, one: Integers, other: Integers, distances: Floats, shared: Floats, count: int) -> None:
    if len(one) == 0:
        return
    largest = float(distances.max())
    rounded = np.rint(distances * (10.0 ** (_DIGITS - 2) / largest)) if largest > 0 else distances
    order = np.lexsort((other, rounded, one))
    one, other, distances, shared = one[order], other[order], distances[order], shared[order]
    starts = np.flatnonzero(np.r_[True, np.diff(one) != 0])
    place = np.arange(len(one)) - np.repeat(starts, np.diff(np.r_[starts, len(one)]))
    kept = place < count
    at = (one[kept], place[kept])
    found.units[at], found.distances[at], found.shared[at] = other[kept], distances[kept], shared[kept]
