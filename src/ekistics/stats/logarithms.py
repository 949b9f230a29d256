"""Logarithms that indices take of their indicators; each refuses what has no logarithm instead of letting a gap appear.

Values are (..., units) with units last, one row an indicator; NaN is missing and stays missing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]

LOG_SHIFT = 0.01
"""Share of the range that is added before the logarithm, so that the lowest value has one (COIN Tool)."""


def log_from_minimum(values: ArrayLike, low: ArrayLike, high: ArrayLike) -> Values:
    """Return ln(value - low + 1 % of the range), the logarithm of the COIN Tool, which takes values of any sign.

    Parameters
    ----------
    values : (..., units); NaN is missing
    low, high : (...) least and largest value of each row, or of all years together; low below high

    Raises
    ------
    ValueError
        If a value lies so far below `low` that it has no logarithm, or low is not below high.
    """
    cells, least, most = _with_bounds(values, low, high)
    return _logarithm(cells - least + LOG_SHIFT * (most - least), "lies more than 1 % of the range below the least value")


def log_from_maximum(values: ArrayLike, low: ArrayLike, high: ArrayLike) -> Values:
    """Return -ln(high - value + 1 % of the range): `log_from_minimum` in the mirror, for a row whose long side is the low one.

    Parameters
    ----------
    values : (..., units); NaN is missing
    low, high : (...) as in `log_from_minimum`
    """
    cells, least, most = _with_bounds(values, low, high)
    return -_logarithm(most - cells + LOG_SHIFT * (most - least), "lies more than 1 % of the range above the largest value")


def log_of_global_innovation(values: ArrayLike, low: ArrayLike, high: ArrayLike) -> Values:
    """Return ln((high - 1)(value - low) / (high - low) + 1), the logarithm of the Global Innovation Index of 2020.

    Parameters
    ----------
    values : (..., units); NaN is missing
    low, high : (...) least and largest value of each row; high above 1, for below it the order of the values would turn around

    Raises
    ------
    ValueError
        If high is not above 1, low is not below high, or a value has no logarithm.
    """
    cells, least, most = _with_bounds(values, low, high)
    if (most <= 1.0).any():
        raise ValueError("this logarithm needs a largest value above 1: at or below it, it would turn the order of values around")
    return _logarithm((most - 1.0) * (cells - least) / (most - least) + 1.0, "lies too far below the least value")


def log_plain(values: ArrayLike) -> Values:
    """Return natural logarithms; a value of 0 or less is refused by a ValueError, never turned into NaN."""
    return _logarithm(np.asarray(values, dtype=np.float64), "is 0 or less")


def _with_bounds(values: ArrayLike, low: ArrayLike, high: ArrayLike) -> tuple[Values, Values, Values]:
    least, most = (np.asarray(bound, dtype=np.float64)[..., None] for bound in (low, high))
    if (least >= most).any():
        raise ValueError("the least value of a row is not below its largest: the row is constant, or the bounds are exchanged")
    return np.asarray(values, dtype=np.float64), least, most


def _logarithm(shifted: Values, fault: str) -> Values:
    bad = shifted <= 0.0
    if bad.any():
        where = tuple(int(index) for index in np.argwhere(bad)[0])
        raise ValueError(f"the value at {where} {fault}: it has no logarithm")
    return np.log(shifted)
