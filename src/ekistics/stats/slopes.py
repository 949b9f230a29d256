"""Straight lines through series, by least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Slopes:
    """Lines through series, (...) throughout.

    Attributes
    ----------
    slope : a unit of time; NaN with fewer than two points at different times
    error : its standard error, from what the line leaves over; NaN with fewer than three points
    points : how many there were
    """

    slope: Floats
    error: Floats
    points: NDArray[np.int64]


def least_squares_slopes(times: ArrayLike, values: ArrayLike) -> Slopes:
    """Return slopes of lines through points.

    Parameters
    ----------
    times, values : (..., points), broadcast with one another
        A point with either missing (NaN) does not count.

    Examples
    --------
    >>> least_squares_slopes([2010.0, 2015.0, 2020.0], [10.0, 20.0, 30.0]).slope.item()
    2.0
    """
    at, told = np.broadcast_arrays(np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64))
    there = ~(np.isnan(at) | np.isnan(told))
    count = there.sum(axis=-1)
    known = np.maximum(count, 1)[..., None]
    # from the means: a year is large beside the span of a series
    x = np.where(there, at - np.where(there, at, 0.0).sum(axis=-1, keepdims=True) / known, 0.0)
    y = np.where(there, told - np.where(there, told, 0.0).sum(axis=-1, keepdims=True) / known, 0.0)
    spread = (x * x).sum(axis=-1)
    slope = np.divide((x * y).sum(axis=-1), spread, out=np.full(spread.shape, np.nan), where=(count > 1) & (spread > 0))
    left = np.where(there, y - slope[..., None] * x, 0.0)
    variance = (left * left).sum(axis=-1) / np.maximum(count - 2, 1)
    error = np.sqrt(np.divide(variance, spread, out=np.full(spread.shape, np.nan), where=(count > 2) & (spread > 0)))
    return Slopes(slope, error, count)
