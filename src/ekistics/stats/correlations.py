"""Correlation matrices, pairwise complete: Pearson, Spearman, Kendall's tau-b, with the probability of chance beside each.

Every pair is compared over the units that both rows have; the number of these units stands beside the coefficient. For Spearman the
ranks (ties averaged) are given anew among the units of the pair, as R's `cor(use = "pairwise")` does. A pair with fewer than two units,
or with a row that does not vary among them, has no coefficient: NaN.

The probabilities are two-sided, of a coefficient as far from 0 as this one when there is no relation: Student's t with n - 2 degrees of
freedom for Pearson and Spearman, the normal approximation with Kendall's variance for ties for tau-b. They are approximations below
some ten units.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ekistics.stats.compiling import compiled

Array = NDArray[np.float64]


class Coefficient(StrEnum):
    """How two rows are compared."""

    PEARSON = "pearson"
    SPEARMAN = "spearman"
    KENDALL = "kendall"


@dataclass(frozen=True)
class Correlations:
    """Coefficients of rows with rows.

    Attributes
    ----------
    r : (..., rows, others), -1 to 1
    chance : (..., rows, others), 0 to 1
        Two-sided probability under no relation; NaN below three units.
    units : (..., rows, others)
        On how many units each coefficient rests.
    """

    r: Array
    chance: Array
    units: NDArray[np.int64]


def correlations(values: Array, others: Array | None = None, *, coefficient: Coefficient = Coefficient.PEARSON) -> Correlations:
    """Return the correlations of rows with one another, or with other rows of the same units.

    Parameters
    ----------
    values : (..., rows, units)
        NaN is missing.
    others : (..., others, units), optional
        None compares the rows with one another.

    Examples
    --------
    >>> correlations(np.array([[1.0, 2, 3, 4], [8, 6, 4, 2]])).r.round(3).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    first, second = _paired(values, others)
    shape = (*first.shape[:-1], second.shape[-2])
    flat_first, flat_second = first.reshape(-1, *first.shape[-2:]), second.reshape(-1, *second.shape[-2:])
    kernel = _KERNELS[coefficient]
    r, spread, units = kernel(np.ascontiguousarray(flat_first), np.ascontiguousarray(flat_second), others is None)
    chance = special.erfc(np.abs(spread) / np.sqrt(2.0)) if coefficient is Coefficient.KENDALL else _chance_of_r(r, units)
    chance = np.where(units < 3, np.nan, chance)
    return Correlations(r.reshape(shape), chance.reshape(shape), units.reshape(shape))


def covariances(values: Array) -> Array:
    """Return the covariances (over n - 1) of rows with one another, pairwise complete.

    Parameters
    ----------
    values : (..., rows, units)
        NaN is missing.

    Returns
    -------
    (..., rows, rows), in the product of the rows' units
        The diagonal uses every unit that the row has. NaN for pairs with fewer than two units.
    """
    first, _ = _paired(values, None)
    flat = np.ascontiguousarray(first.reshape(-1, *first.shape[-2:]))
    return _covariances(flat).reshape(*first.shape[:-1], first.shape[-2])


def _paired(values: Array, others: Array | None) -> tuple[Array, Array]:
    first = np.asarray(values, dtype=np.float64)
    second = first if others is None else np.asarray(others, dtype=np.float64)
    if first.ndim < 2 or second.ndim < 2 or first.shape[-1] != second.shape[-1]:
        raise ValueError(f"rows of the same units are compared, (..., rows, units); got the shapes {first.shape} and {second.shape}")
    leading = np.broadcast_shapes(first.shape[:-2], second.shape[:-2])
    return np.broadcast_to(first, leading + first.shape[-2:]), np.broadcast_to(second, leading + second.shape[-2:])


def _chance_of_r(r: Array, units: NDArray[np.int64]) -> Array:
    freedom = np.maximum(units - 2, 1).astype(np.float64)
    # the t distribution's two tails as an incomplete beta of 1 - r^2: no division by 0 where r is 1
    return np.asarray(special.betainc(0.5 * freedom, 0.5, np.clip(1.0 - r * r, 0.0, 1.0)), dtype=np.float64)


@compiled
def _moments(x: Array, y: Array) -> tuple[int, float, float, float]:
    """Return how many units both rows have, and their sums of squares and products about the means of these units."""
    n, base_x, base_y, sum_x, sum_y = 0, 0.0, 0.0, 0.0, 0.0
    for i in range(x.size):
        if not (np.isnan(x[i]) or np.isnan(y[i])):
            if n == 0:
                base_x, base_y = x[i], y[i]
            n += 1
            # from the first value, so that a constant row has exactly no variation, whatever its size
            sum_x += x[i] - base_x
            sum_y += y[i] - base_y
    if n < 2:
        return n, 0.0, 0.0, 0.0
    mean_x, mean_y = base_x + sum_x / n, base_y + sum_y / n
    xx, yy, xy = 0.0, 0.0, 0.0
    for i in range(x.size):
        if not (np.isnan(x[i]) or np.isnan(y[i])):
            dx, dy = x[i] - mean_x, y[i] - mean_y
            xx += dx * dx
            yy += dy * dy
            xy += dx * dy
    return n, xx, yy, xy


@compiled
def _covariances(values: Array) -> Array:
    made = np.full((values.shape[0], values.shape[1], values.shape[1]), np.nan)
    for lead in range(values.shape[0]):
        for i in range(values.shape[1]):
            for j in range(i, values.shape[1]):
                n, _xx, _yy, xy = _moments(values[lead, i], values[lead, j])
                if n > 1:
                    made[lead, i, j] = made[lead, j, i] = xy / (n - 1)
    return made


@compiled
def _pearson(first: Array, second: Array, same: bool) -> tuple[Array, Array, NDArray[np.int64]]:
    shape = (first.shape[0], first.shape[1], second.shape[1])
    r, units = np.full(shape, np.nan), np.zeros(shape, np.int64)
    for lead in range(shape[0]):
        for i in range(shape[1]):
            for j in range(i if same else 0, shape[2]):
                n, xx, yy, xy = _moments(first[lead, i], second[lead, j])
                units[lead, i, j] = n
                if xx > 0.0 and yy > 0.0:
                    r[lead, i, j] = 1.0 if same and i == j else min(1.0, max(-1.0, xy / np.sqrt(xx) / np.sqrt(yy)))
                if same:
                    units[lead, j, i], r[lead, j, i] = units[lead, i, j], r[lead, i, j]
    return r, r, units


@compiled
def _average_ranks(values: Array) -> Array:
    order = np.argsort(values)
    ranks = np.empty(values.size)
    at = 0
    while at < values.size:
        end = at
        while end + 1 < values.size and values[order[end + 1]] == values[order[at]]:
            end += 1
        for k in range(at, end + 1):
            ranks[order[k]] = 0.5 * (at + end)
        at = end + 1
    return ranks


@compiled
def _present(values: Array) -> NDArray[np.int64]:
    """Return how many cells of each row are there."""
    counts = np.zeros((values.shape[0], values.shape[1]), np.int64)
    for lead in range(values.shape[0]):
        for i in range(values.shape[1]):
            for u in range(values.shape[2]):
                counts[lead, i] += 0 if np.isnan(values[lead, i, u]) else 1
    return counts


@compiled
def _spearman(first: Array, second: Array, same: bool) -> tuple[Array, Array, NDArray[np.int64]]:
    """Rank each row once; only where the other row has holes that this one has not are the ranks given anew."""
    shape = (first.shape[0], first.shape[1], second.shape[1])
    r, units = np.full(shape, np.nan), np.zeros(shape, np.int64)
    there_first, there_second = _present(first), _present(second)
    for lead in range(shape[0]):
        ranked_first, ranked_second = _ranked_rows(first[lead]), _ranked_rows(second[lead])
        for i in range(shape[1]):
            for j in range(i if same else 0, shape[2]):
                n, xx, yy, xy = _moments(ranked_first[i], ranked_second[j])
                if n < there_first[lead, i] or n < there_second[lead, j]:
                    both = ~(np.isnan(first[lead, i]) | np.isnan(second[lead, j]))
                    n, xx, yy, xy = _moments(_average_ranks(first[lead, i][both]), _average_ranks(second[lead, j][both]))
                units[lead, i, j] = n
                if xx > 0.0 and yy > 0.0:
                    r[lead, i, j] = 1.0 if same and i == j else min(1.0, max(-1.0, xy / np.sqrt(xx) / np.sqrt(yy)))
                if same:
                    units[lead, j, i], r[lead, j, i] = units[lead, i, j], r[lead, i, j]
    return r, r, units


@compiled
def _ranked_rows(rows: Array) -> Array:
    ranked = np.full(rows.shape, np.nan)
    for i in range(rows.shape[0]):
        there = np.flatnonzero(~np.isnan(rows[i]))
        ranks = _average_ranks(rows[i][there])
        for k in range(there.size):
            ranked[i, there[k]] = ranks[k]
    return ranked


@compiled
def _kendall(first: Array, second: Array, same: bool) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return tau-b, its distance from 0 in standard errors under no relation, and the number of units."""
    shape = (first.shape[0], first.shape[1], second.shape[1])
    tau, distance, units = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, np.int64)
    for lead in range(shape[0]):
        for i in range(shape[1]):
            for j in range(i if same else 0, shape[2]):
                both = ~(np.isnan(first[lead, i]) | np.isnan(second[lead, j]))
                n, t, z = _tau_b(first[lead, i][both], second[lead, j][both])
                units[lead, i, j], tau[lead, i, j], distance[lead, i, j] = n, t, z
                if same:
                    units[lead, j, i], tau[lead, j, i], distance[lead, j, i] = n, t, z
    return tau, distance, units


@compiled
def _tau_b(x: Array, y: Array) -> tuple[int, float, float]:
    """Count discordant pairs by merging (Knight 1966), in n log n steps; the naive count over all pairs is in the tests."""
    n = x.size
    if n < 2:
        return n, np.nan, np.nan
    by_y = np.argsort(y)
    order = by_y[np.argsort(x[by_y], kind="mergesort")]  # by x, and by y among equal x
    sorted_x, sorted_y = x[order], y[order]
    pairs = n * (n - 1) / 2.0
    ties_x, cubes_x, third_x, ties_both = _ties(sorted_x, sorted_y)
    swaps = _inversions(sorted_y)
    ties_y, cubes_y, third_y, _ = _ties(sorted_y, sorted_y)
    if ties_x == pairs or ties_y == pairs:
        return n, np.nan, np.nan
    score = pairs - ties_x - ties_y + ties_both - 2.0 * swaps
    tau = score / np.sqrt(pairs - ties_x) / np.sqrt(pairs - ties_y)
    variance = (n * (n - 1.0) * (2.0 * n + 5.0) - cubes_x - cubes_y) / 18.0
    variance += 2.0 * ties_x * ties_y / (n * (n - 1.0))
    if n > 2:
        variance += third_x * third_y / (9.0 * n * (n - 1.0) * (n - 2.0))
    return n, min(1.0, max(-1.0, tau)), score / np.sqrt(variance)


@compiled
def _ties(ordered: Array, within: Array) -> tuple[float, float, float, float]:
    """Return tied pairs of a sorted row, its two sums for Kendall's variance, and the pairs tied in `within` too."""
    pairs, cubes, third, both = 0.0, 0.0, 0.0, 0.0
    run, run_both = 1.0, 1.0
    for k in range(1, ordered.size + 1):
        tied = k < ordered.size and ordered[k] == ordered[k - 1]
        if tied and within[k] == within[k - 1]:
            run_both += 1.0
        else:
            both += run_both * (run_both - 1.0) / 2.0
            run_both = 1.0
        if tied:
            run += 1.0
            continue
        pairs += run * (run - 1.0) / 2.0
        cubes += run * (run - 1.0) * (2.0 * run + 5.0)
        third += run * (run - 1.0) * (run - 2.0)
        run = 1.0
    return pairs, cubes, third, both


@compiled
def _inversions(values: Array) -> float:
    """Sort in place by merging from below and return how many pairs stood the wrong way round."""
    spare = np.empty_like(values)
    found, width = 0.0, 1
    while width < values.size:
        for low in range(0, values.size, 2 * width):
            middle, high = min(low + width, values.size), min(low + 2 * width, values.size)
            left, right = low, middle
            for k in range(low, high):
                if right >= high or (left < middle and values[left] <= values[right]):
                    spare[k] = values[left]
                    left += 1
                else:
                    spare[k] = values[right]
                    right += 1
                    found += middle - left
        values[:] = spare
        width *= 2
    return found


_KERNELS = {Coefficient.PEARSON: _pearson, Coefficient.SPEARMAN: _spearman, Coefficient.KENDALL: _kendall}
