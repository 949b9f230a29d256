"""How far figures may be off because they were rounded before we saw them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WHOLE_STEP = 1.0
"""Counts of people, households, stops are given in whole numbers."""


def rounding_error_of_log_ratio(start: NDArray[np.float64], end: NDArray[np.float64], *, step: float = WHOLE_STEP) -> NDArray[np.float64]:
    """Return by how much ln(end / start) may be off when both were rounded to a multiple of `step`.

    Parameters
    ----------
    start, end : (rows,) above 0
        The rounded figures.
    step : above 0
        What they were rounded to, in their own unit; each is off by half of it at most.

    Returns
    -------
    (rows,) float64, dimensionless
        First-order bound: step / 2 x (1 / start + 1 / end).

    Examples
    --------
    >>> rounding_error_of_log_ratio(np.array([100.0]), np.array([100.0])).tolist()
    [0.01]
    """
    return 0.5 * step * (1.0 / start + 1.0 / end)


def bounds_of_rounded_ratio(
    numerator: NDArray[np.float64], denominator: NDArray[np.float64], *, step: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return between which values a ratio lies when both its terms were rounded to a multiple of `step`.

    Parameters
    ----------
    numerator, denominator : (rows,)
        The rounded terms.
    step : above 0
        What they were rounded to.

    Returns
    -------
    lowest, highest : (rows,)
        Minus and plus infinity where the denominator may be 0.
    """
    half = 0.5 * step
    corners = np.stack(
        [(numerator + n) / np.where(denominator + d == 0, np.nan, denominator + d) for n in (-half, half) for d in (-half, half)]
    )
    may_be_zero = np.abs(denominator) <= half
    return np.where(may_be_zero, -np.inf, corners.min(axis=0)), np.where(may_be_zero, np.inf, corners.max(axis=0))
