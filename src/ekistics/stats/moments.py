"""What a row of figures looks like: its extremes, mean, spread, and how it leans and peaks; and of many years together.

Values are (..., units) with units last, one row an indicator; NaN is missing. Moments are taken in two passes over the row, so that a
row far from 0 keeps its digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ekistics.stats.compiling import compiled

Values = NDArray[np.float64]
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class RowStatistics:
    """Of every row, (...): how many values are there, the least, the largest, their mean and standard deviation (n - 1).

    `low`, `high`, `mean` are NaN for a row without values, `sd` for one with fewer than two; it is exactly 0 for a constant row.
    """

    count: Counts
    low: Values
    high: Values
    mean: Values
    sd: Values

    @property
    def constant(self) -> Mask:
        """Rows with values, but only a single one: nothing can be scaled by their range or spread."""
        return np.asarray((self.count > 0) & (self.low == self.high), dtype=np.bool_)

    def pooled(self, axis: int = 0) -> RowStatistics:
        """Return the statistics of rows taken together along one of their axes, as of an indicator over all years."""
        count = self.count.sum(axis=axis)
        total = np.where(self.count > 0, self.count * self.mean, 0.0).sum(axis=axis)
        mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
        within = np.where(self.count > 1, (self.count - 1) * self.sd**2, 0.0).sum(axis=axis)
        off = np.where(self.count > 0, self.mean - np.expand_dims(mean, axis), 0.0)
        squares = within + (self.count * off**2).sum(axis=axis)
        low, high = _least(self.low, axis), -_least(-self.high, axis)
        variance = np.divide(squares, count - 1, out=np.full(count.shape, np.nan), where=count > 1)
        return RowStatistics(count, low, high, mean, np.where((low == high) & (count > 1), 0.0, np.sqrt(variance)))


def row_statistics(values: ArrayLike) -> RowStatistics:
    """Return what normalising needs to know of rows.

    Parameters
    ----------
    values : (..., units); NaN is missing
    """
    cells = np.asarray(values, dtype=np.float64)
    rows = as_rows(cells)
    found, count = np.empty((len(rows), 4)), np.empty(len(rows), np.int64)
    _fill_statistics(rows, found, count)
    lead = cells.shape[:-1]
    return RowStatistics(count.reshape(lead), *(found[:, k].reshape(lead) for k in range(4)))


def constant_rows(values: ArrayLike) -> Mask:
    """Return which rows have values, but only a single one, (...); ask before normalising, which refuses such rows."""
    return row_statistics(values).constant


def skewness(values: ArrayLike) -> Values:
    """Return the sample skewness of rows, bias-corrected (G1, "type 2", as in Excel, SAS and SPSS).

    Parameters
    ----------
    values : (..., units); NaN is missing

    Returns
    -------
    (...)
        NaN for a row of fewer than three values or of a single one.
    """
    return _shapes(values)[..., 0]


def kurtosis(values: ArrayLike) -> Values:
    """Return the excess kurtosis of rows, bias-corrected (G2, "type 2"): 0 for the normal distribution.

    Parameters
    ----------
    values : (..., units); NaN is missing

    Returns
    -------
    (...)
        NaN for a row of fewer than four values or of a single one.
    """
    return _shapes(values)[..., 1]


def as_rows(cells: Values) -> Values:
    """Return (..., units) values as contiguous (rows, units), copied only where they must be."""
    return np.ascontiguousarray(cells.reshape(-1, cells.shape[-1]))


def _shapes(values: ArrayLike) -> Values:
    cells = np.asarray(values, dtype=np.float64)
    rows = as_rows(cells)
    shapes = np.empty((len(rows), 2))
    _fill_shapes(rows, shapes)
    return shapes.reshape(*cells.shape[:-1], 2)


def _least(values: Values, axis: int) -> Values:
    least = np.where(np.isnan(values), np.inf, values).min(axis=axis)
    return np.where(np.isinf(least) & np.isnan(values).all(axis=axis), np.nan, least)


@compiled
def _fill_statistics(rows: Values, found: Values, counts: Counts) -> None:
    present = np.empty(rows.shape[1])
    for r in range(rows.shape[0]):
        count = keep_present(rows[r], present)
        row = present[:count]
        low, high = extremes(row)
        total = 0.0
        for cell in row:
            total += cell
        mean = total / count if count > 0 else np.nan
        squares = 0.0
        for cell in row:
            squares += (cell - mean) * (cell - mean)
        counts[r] = count
        found[r, 0], found[r, 1], found[r, 2], found[r, 3] = low, high, mean, np.nan
        if count > 1:
            # the mean of equal figures is off by a rounding error, and so would be their spread
            found[r, 3] = 0.0 if low == high else np.sqrt(squares / (count - 1))


@compiled
def _fill_shapes(rows: Values, shapes: Values) -> None:
    present = np.empty(rows.shape[1])
    for r in range(rows.shape[0]):
        count = keep_present(rows[r], present)
        low, high = extremes(present[:count])
        shapes[r, 0], shapes[r, 1] = shape_within(present[:count], low, high)


@compiled
def keep_present(row: Values, present: Values) -> int:
    """Copy what is not missing to the front of `present`, and return how many there are."""
    count = 0
    for cell in row:
        if not np.isnan(cell):
            present[count] = cell
            count += 1
    return count


@compiled
def extremes(row: Values) -> tuple[float, float]:
    """Return the least and the largest of values of which none is missing; NaN where there are none."""
    if len(row) == 0:
        return np.nan, np.nan
    low, high = row[0], row[0]
    for cell in row:
        low = min(low, cell)
        high = max(high, cell)
    return low, high


@compiled
def shape_within(row: Values, lower: float, upper: float) -> tuple[float, float]:
    """Return skewness and excess kurtosis of a row held between two of its own values; none of its values may be missing."""
    n = len(row)
    if n < 3 or not lower < upper:
        return np.nan, np.nan
    mean = _sum_within(row, lower, upper) / n
    squares, cubes, fourths = 0.0, 0.0, 0.0
    for cell in row:
        off = min(max(cell, lower), upper) - mean
        square = off * off
        squares += square
        cubes += square * off
        fourths += square * square
    skew = np.sqrt(n) * cubes / squares**1.5 * np.sqrt(n * (n - 1.0)) / (n - 2.0)
    if n < 4:
        return skew, np.nan
    return skew, ((n + 1.0) * (n * fourths / (squares * squares) - 3.0) + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))


@compiled
def _sum_within(row: Values, lower: float, upper: float) -> float:
    # four sums at a time: an addition need not wait for the one before it
    even = len(row) - len(row) % 4
    one, two, three, four = 0.0, 0.0, 0.0, 0.0
    for k in range(0, even, 4):
        one += min(max(row[k], lower), upper)
        two += min(max(row[k + 1], lower), upper)
        three += min(max(row[k + 2], lower), upper)
        four += min(max(row[k + 3], lower), upper)
    for k in range(even, len(row)):
        one += min(max(row[k], lower), upper)
    return (one + two) + (three + four)
