"""Means of the parts of a composite: arithmetic, geometric, harmonic, power, median, minimum; and how much of it is there.

Shapes: the last axis is units (cities), the one before it the parts. Values are `(..., parts, units)`, weights `(..., parts)`, the
answer `(..., units)`. Leading axes (years, variants, runs) broadcast without a copy. All methods keep one contract,
`method(values, weights)`, with further options by keyword.

Missing (NaN) parts of a unit are left out, and the weights of the parts that it has are scaled up to fill their place; a unit that has
no part with a weight above 0 is NaN. Whether enough parts are there is the caller's question: `coverage` answers it. A part with
weight 0 does not count in any way: its values may be what they like.

Weights need not add up to 1. A broken promise (negative weights, weights that add up to 0, a mean of products of values that are not
above 0) is a ValueError; `not_positive` names the values before anybody is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.stats.compiling import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_BLOCK = 1024
"""Units summed at a time: their running sums stay in the nearest cache."""

_HALF_WEIGHT_TOLERANCE = 1e-12
"""Weights of parts that add up to half of all, but for rounding, add up to half."""


@dataclass(frozen=True)
class Coverage:
    """Which share of its parts each unit has, (..., units) each, 0 to 1: of their number, and of their weight.

    Parts with weight 0 count in neither.
    """

    by_count: Floats
    by_weight: Floats


@dataclass(frozen=True)
class LaidOut:
    """Values (tables, parts, units), weights (sets, parts), and which table and set each answer reads: broadcast without a copy.

    `lead` is the leading shape of the answers, `of_values` and `of_weights` have one entry an answer.
    """

    lead: tuple[int, ...]
    values: Floats
    weights: Floats
    of_values: Integers
    of_weights: Integers


def arithmetic_mean(values: Floats, weights: Floats) -> Floats:
    """Return the weighted arithmetic mean of the parts of each unit.

    Parameters
    ----------
    values : (..., parts, units)
        NaN is missing.
    weights : (..., parts), 0 or more, with a sum above 0

    Returns
    -------
    (..., units)
        Sum of weight x value over sum of weights, both over the parts that the unit has; NaN where it has none.

    Raises
    ------
    ValueError
        If shapes do not fit, or weights are negative, not finite, or add up to 0.

    Examples
    --------
    >>> arithmetic_mean(np.array([[1.0, 2.0], [4.0, np.nan]]), np.array([1.0, 2.0])).tolist()
    [3.0, 2.0]
    """
    check_weights(values, weights)
    return _means(values, weights)


def geometric_mean(values: Floats, weights: Floats) -> Floats:
    """Return the weighted geometric mean of the parts of each unit, computed as the exponential of a mean of logarithms.

    Parameters and answer as in `arithmetic_mean`.

    Raises
    ------
    ValueError
        Also if a value with a weight above 0 is 0 or less.
    """
    check_weights(values, weights)
    _refuse_not_positive(values, weights, "geometric")
    return np.asarray(np.exp(_means(_logarithms(values), weights)))


def harmonic_mean(values: Floats, weights: Floats) -> Floats:
    """Return the weighted harmonic mean of the parts of each unit.

    Parameters and answer as in `arithmetic_mean`.

    Raises
    ------
    ValueError
        Also if a value with a weight above 0 is 0 or less: with values of both signs the answer may lie outside their range.
    """
    check_weights(values, weights)
    _refuse_not_positive(values, weights, "harmonic")
    with np.errstate(divide="ignore"):
        return 1.0 / _means(1.0 / values, weights)


def power_mean(values: Floats, weights: Floats, *, power: float) -> Floats:
    """Return the weighted power mean of the parts of each unit: (mean of value^power)^(1/power).

    Parameters
    ----------
    values, weights : as in `arithmetic_mean`
    power : finite
        1 is the arithmetic mean, -1 the harmonic one, 0 the geometric one (its limit). The lower, the more a low part costs.

    Raises
    ------
    ValueError
        Also if a value with a weight above 0 is below 0 (any power but 1), or is 0 (powers of 0 and less).
    """
    if not np.isfinite(power):
        raise ValueError(f"the power of a mean is a finite number, not {power}")
    if power == 1:
        return arithmetic_mean(values, weights)
    if power == 0:
        return geometric_mean(values, weights)
    if power == -1:
        return harmonic_mean(values, weights)
    check_weights(values, weights)
    if power < 0:
        _refuse_not_positive(values, weights, "power")
    elif _any_weighted(values < 0, weights):
        raise ValueError("a power mean of values below 0 says nothing")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(_means(values**power, weights) ** (1.0 / power))


def median(values: Floats, weights: Floats) -> Floats:
    """Return the weighted median of the parts of each unit.

    Parameters and answer as in `arithmetic_mean`. It is the value at which the weights, added up from the lowest value on, pass half
    of their sum; where they reach exactly half, it is the middle between that value and the next. With equal weights this is the
    plain median. Values are held once for each set of weights: many runs over many units are taken a few runs at a time.
    """
    check_weights(values, weights)
    weighed = np.where(np.isnan(values), 0.0, weights[..., None])
    values = np.broadcast_to(values, weighed.shape)
    order = np.argsort(values, axis=-2, kind="stable")
    values, weighed = np.take_along_axis(values, order, -2), np.take_along_axis(weighed, order, -2)
    cumulated = np.cumsum(weighed, axis=-2)
    total = cumulated[..., -1:, :]
    slack = _HALF_WEIGHT_TOLERANCE * total
    lower = np.argmax(cumulated >= total / 2 - slack, axis=-2)[..., None, :]
    upper = np.argmax(cumulated > total / 2 + slack, axis=-2)[..., None, :]
    middle = (np.take_along_axis(values, lower, -2) + np.take_along_axis(values, upper, -2)) / 2
    return np.where(total > 0, middle, np.nan)[..., 0, :]


def minimum(values: Floats, weights: Floats) -> Floats:
    """Return the lowest part of each unit, of those with a weight above 0: nothing makes up for the worst.

    Parameters and answer as in `arithmetic_mean`.
    """
    check_weights(values, weights)
    if np.all(weights > 0):  # then the weights say nothing, and a thousand runs read one answer
        lead = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
        return np.broadcast_to(np.fmin.reduce(values, axis=-2), (*lead, values.shape[-1])).copy()
    return np.asarray(np.fmin.reduce(np.where(weights[..., None] > 0, values, np.nan), axis=-2))


def weighted_means(values: Floats, weights: Floats, of_run: Integers) -> Floats:
    """Return the arithmetic means of many runs at once, each with its own weights and one of a few variants of the values.

    The same figures as `arithmetic_mean`, to the last bit, in whatever company a run is: a product of matrices would be twice as fast on
    a thousand runs that share a large table, but its last bits go by how many runs it is handed, and a run could not be made again.

    Parameters
    ----------
    values : (variants, parts, units)
        NaN is missing.
    weights : (runs, parts)
    of_run : (runs,) integers
        Which variant each run reads.

    Returns
    -------
    (runs, units)
        NaN where a unit has no part with a weight above 0.

    Raises
    ------
    ValueError
        As `arithmetic_mean`.
    """
    _check_runs(values, weights, of_run)
    means = np.empty((len(weights), values.shape[-1]))
    table, weighing = np.ascontiguousarray(values, np.float64), np.ascontiguousarray(weights, np.float64)
    _fill_means(table, weighing, of_run, np.arange(len(weights)), means)
    return means


def weighted_geometric_means(values: Floats, weights: Floats, of_run: Integers) -> Floats:
    """Return the geometric means of many runs at once; parameters and answer as in `weighted_means`, refusals as in `geometric_mean`."""
    _check_runs(values, weights, of_run)
    lowest = np.fmin.reduce(values, axis=-1, initial=np.inf)
    if np.any((lowest[of_run] <= 0) & (weights > 0)):
        raise ValueError(_NOT_POSITIVE.format("geometric"))
    means = weighted_means(_logarithms(values), weights, of_run)
    return np.asarray(np.exp(means, out=means))


def coverage(values: Floats, weights: Floats) -> Coverage:
    """Return which share of its parts each unit has.

    Parameters
    ----------
    values : (..., parts, units)
        NaN is missing.
    weights : (..., parts), 0 or more, with a sum above 0
    """
    check_weights(values, weights)
    counted = (weights > 0).astype(np.float64)
    present = (~np.isnan(values)).astype(np.float64)
    return Coverage(_means(present, counted), _means(present, weights))


def not_positive(values: Floats) -> Mask:
    """Return which values are 0 or less, so that no geometric or harmonic mean may be made of them; missing ones are not among them."""
    return np.asarray(values <= 0)


def check_weights(values: Floats, weights: Floats) -> None:
    """Raise ValueError where weights cannot weigh the parts of the values.

    Parameters
    ----------
    values : (..., parts, units)
    weights : (..., parts)
    """
    if values.ndim < 2 or weights.ndim < 1:
        raise ValueError(f"values are (..., parts, units) and weights (..., parts), not {values.shape} and {weights.shape}")
    if values.shape[-2] != weights.shape[-1]:
        raise ValueError(f"there are {values.shape[-2]} parts and {weights.shape[-1]} weights")
    if not np.all(np.isfinite(weights)) or np.any(weights < 0):
        raise ValueError("a weight is a finite number of 0 or more")
    if not np.all(weights.sum(axis=-1) > 0):
        raise ValueError("the weights add up to 0")


def lay_out(values: Floats, weights: Floats) -> LaidOut:
    """Return values and weights with one leading axis each, for a compiled loop; shapes as `check_weights` passes them."""
    lead = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])

    def one_axis(array: Floats, own: int) -> tuple[Floats, Integers]:
        outer, inner = array.shape[: array.ndim - own], array.shape[array.ndim - own :]
        flat = np.ascontiguousarray(array, np.float64).reshape(math.prod(outer), *inner)
        read = np.broadcast_to(np.arange(len(flat)).reshape(outer), lead).reshape(-1)
        return flat, np.ascontiguousarray(read)

    flat_values, of_values = one_axis(values, 2)
    flat_weights, of_weights = one_axis(weights, 1)
    return LaidOut(lead, flat_values, flat_weights, of_values, of_weights)


_NOT_POSITIVE = "a {} mean needs values above 0"


def _refuse_not_positive(values: Floats, weights: Floats, mean: str) -> None:
    if _any_weighted(not_positive(values), weights):
        raise ValueError(_NOT_POSITIVE.format(mean))


def _any_weighted(found: Mask, weights: Floats) -> bool:
    """Tell whether something was found in a part that has a weight."""
    return bool(np.any(found)) and bool(np.any(np.any(found, axis=-1) & (weights > 0)))


def _logarithms(values: Floats) -> Floats:
    """Return logarithms; values of 0 or less (they have no weight) become missing."""
    return np.asarray(np.log(np.where(values > 0, values, np.nan)))


def _means(values: Floats, weights: Floats) -> Floats:
    """Return weighted arithmetic means."""
    laid, units = lay_out(values, weights), values.shape[-1]
    means = np.empty((len(laid.of_values), units))
    _fill_means(laid.values, laid.weights, laid.of_values, laid.of_weights, means)
    return means.reshape(*laid.lead, units)


@compiled
def _fill_means(values: Floats, weights: Floats, of_values: Integers, of_weights: Integers, means: Floats) -> None:
    """Fill in nansum(weight x value) / sum(weight where not nan), part after part over a block of units."""
    parts, units = values.shape[1:]
    total, mass = np.empty(_BLOCK), np.empty(_BLOCK)
    for row in range(len(of_values)):
        table, weighing = values[of_values[row]], weights[of_weights[row]]
        for first in range(0, units, _BLOCK):
            size = min(_BLOCK, units - first)
            total[:size] = 0.0
            mass[:size] = 0.0
            for part in range(parts):
                weight = weighing[part]
                if weight == 0:
                    continue
                figures = table[part, first : first + size]
                for unit in range(size):
                    figure = figures[unit]
                    is_there = figure == figure
                    total[unit] += weight * figure if is_there else 0.0
                    mass[unit] += weight if is_there else 0.0
            for unit in range(size):
                means[row, first + unit] = total[unit] / mass[unit] if mass[unit] > 0 else np.nan


def _check_runs(values: Floats, weights: Floats, of_run: Integers) -> None:
    if values.ndim != 3 or weights.ndim != 2 or of_run.shape != weights.shape[:1]:
        raise ValueError(
            "values are (variants, parts, units), weights (runs, parts) and variants of runs (runs,), "
            f"not {values.shape}, {weights.shape} and {of_run.shape}"
        )
    if len(of_run) and not 0 <= of_run.min() <= of_run.max() < len(values):
        raise ValueError(f"there are variants 0 to {len(values) - 1}, and a run reads another")
    check_weights(values, weights)
