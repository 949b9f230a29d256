"""Means that take points off a unit whose parts are uneven: Mazziotta-Pareto, plain and adjusted, and the mean-min function.

Shapes and missing parts as in `aggregating`. They ask for parts on one scale: the plain Mazziotta-Pareto index for z-scores with mean
100 and standard deviation 10, the adjusted one for values between goalposts that `adjusted_goalposts` gives, scaled to 70 and 130. On
these scales it is one formula, mean -/+ variance / mean over the parts of a unit; what is adjusted is the scale, which can be held
fixed over the years.

The variance over the parts divides by their number (`degrees_lost=0`), as in the paper of Mazziotta and Pareto as far as it is known
here; one peer divides by their number less one in the plain index and by their number in the adjusted one. With two parts the two
conventions differ by a factor of two, so the convention is an argument and belongs in every recipe.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from ekistics.stats.aggregating import Floats, Integers, arithmetic_mean, lay_out, minimum
from ekistics.stats.compiling import compiled

ADJUSTED_SCALE = (70.0, 130.0)
"""What the two adjusted goalposts are scaled to, so that the reference stands at 100 (Mazziotta and Pareto)."""


class Penalty(StrEnum):
    """Which way an uneven profile moves the score."""

    SUBTRACTED = "subtracted"
    """For phenomena where more is better: development, quality of life."""

    ADDED = "added"
    """For phenomena where more is worse: poverty, vulnerability."""


def mazziotta_pareto(values: Floats, weights: Floats, *, penalty: Penalty = Penalty.SUBTRACTED, degrees_lost: int = 0) -> Floats:
    """Return the Mazziotta-Pareto index of each unit: mean -/+ variance / mean of its parts.

    Parameters
    ----------
    values : (..., parts, units)
        Parts on the scale of the plain or of the adjusted index; NaN is missing.
    weights : (..., parts), 0 or more, with a sum above 0
        Mean and variance are weighted; the index as published has equal weights.
    penalty : whether the penalty is subtracted or added
    degrees_lost : 0 or 1
        What is taken off the number of parts in the variance: 0 divides by their number, 1 by their number less one.

    Returns
    -------
    (..., units)
        NaN for a unit without parts, and with `degrees_lost=1` for a unit with one part: it has no variance.

    Raises
    ------
    ValueError
        If a unit's mean is 0 or less (the scale is not that of the index), or weights are as `arithmetic_mean` refuses them.
    """
    mean = arithmetic_mean(values, weights)
    if np.any(mean <= 0):
        raise ValueError("the Mazziotta-Pareto index needs parts on a scale where every unit's mean is above 0")
    ratio = _variance(values, weights, mean, degrees_lost) / mean
    return mean - ratio if penalty is Penalty.SUBTRACTED else mean + ratio


def adjusted_goalposts(reference: Floats, lowest: Floats, highest: Floats) -> tuple[Floats, Floats]:
    """Return the two goalposts of the adjusted index: the reference less and plus half of the range over all years.

    Parameters
    ----------
    reference : (...,)
        What stands at 100: the average of a base year, or the figure of a country.
    lowest, highest : (...,)
        Over all units and all years that are to be compared.

    Examples
    --------
    >>> low, high = adjusted_goalposts(np.array([70.0]), np.array([50.0]), np.array([80.0]))
    >>> low.tolist(), high.tolist()
    ([55.0], [85.0])
    """
    half = (highest - lowest) / 2
    return reference - half, reference + half


def mean_min(values: Floats, weights: Floats, *, share: float = 1.0, slope: float = 1.0) -> Floats:
    """Return the mean-min function of each unit: between the mean of its parts and the lowest of them.

    Mean - share x (sqrt((mean - lowest)^2 + slope^2) - slope), of Casadio Tarabusi and Guarini.

    Parameters
    ----------
    values : (..., parts, units)
        Standardised parts; NaN is missing.
    weights : (..., parts), 0 or more, with a sum above 0
    share : 0 to 1
        0 is the mean; 1 with slope 0 is the lowest part.
    slope : 0 or more, in the unit of the parts
        How gently the penalty sets in.

    Raises
    ------
    ValueError
        If `share` or `slope` is out of its range, or weights are as `arithmetic_mean` refuses them.
    """
    if not (0 <= share <= 1 and 0 <= slope < np.inf):
        raise ValueError(f"the mean-min function has a share of 0 to 1 and a slope of 0 or more, not {share} and {slope}")
    mean = arithmetic_mean(values, weights)
    return np.asarray(mean - share * (np.hypot(mean - minimum(values, weights), slope) - slope))


def _variance(values: Floats, weights: Floats, mean: Floats, degrees_lost: int) -> Floats:
    """Return the weighted variance of the parts that each unit has; NaN where nothing is left to divide by."""
    if degrees_lost not in (0, 1):
        raise ValueError(f"a variance loses 0 degrees of freedom or 1, not {degrees_lost}")
    laid, units = lay_out(values, weights), values.shape[-1]
    variances = np.empty((len(laid.of_values), units))
    _fill_variances(
        laid.values, laid.weights, laid.of_values, laid.of_weights, mean.reshape(len(laid.of_values), units), degrees_lost, variances
    )
    return variances.reshape(mean.shape)


@compiled
def _fill_variances(
    values: Floats, weights: Floats, of_values: Integers, of_weights: Integers, means: Floats, degrees_lost: int, variances: Floats
) -> None:
    """Fill in sum(weight x (value - mean)^2) / sum(weight) x number / (number - degrees lost), over the parts that a unit has."""
    units = values.shape[2]
    mass, number = np.empty(units), np.empty(units)
    for row in range(len(of_values)):
        table, weighing = values[of_values[row]], weights[of_weights[row]]
        variances[row] = 0.0
        mass[:] = 0.0
        number[:] = 0.0
        for part in range(len(weighing)):
            weight = weighing[part]
            if weight == 0:
                continue
            for unit in range(units):
                off = table[part, unit] - means[row, unit]
                is_there = off == off
                variances[row, unit] += weight * off * off if is_there else 0.0
                mass[unit] += weight if is_there else 0.0
                number[unit] += 1.0 if is_there else 0.0
        for unit in range(units):
            left = number[unit] - degrees_lost
            variances[row, unit] = variances[row, unit] / mass[unit] * (number[unit] / left) if left > 0 else np.nan
