"""The least and the largest value of rows, and how many values they have: all that scaling between extremes needs to know.

Many times as quick as `moments.row_statistics`, which also takes mean and spread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class RowExtremes:
    """Of every row, (...): how many values are there, the least and the largest; NaN for a row without values."""

    count: NDArray[np.int64]
    low: Values
    high: Values

    @property
    def constant(self) -> NDArray[np.bool_]:
        """Rows with values, but only a single one: nothing can be scaled by their range."""
        return np.asarray(self.low == self.high, dtype=np.bool_)

    def some(self, at: Any) -> RowExtremes:  # whatever numpy takes as an index
        """Return the extremes of some of the rows, of those that have values, in one dimension."""
        count, low, high = np.atleast_1d(self.count[at]), np.atleast_1d(self.low[at]), np.atleast_1d(self.high[at])
        return RowExtremes(count[count > 0], low[count > 0], high[count > 0])

    def pooled(self, axis: int = 0) -> RowExtremes:
        """Return the extremes of rows taken together along one of their axes, as of an indicator over all years."""
        return RowExtremes(self.count.sum(axis=axis), np.fmin.reduce(self.low, axis=axis), np.fmax.reduce(self.high, axis=axis))


def row_extremes(values: ArrayLike) -> RowExtremes:
    """Return count, least and largest value of rows.

    Parameters
    ----------
    values : (..., units); NaN is missing

    Examples
    --------
    >>> found = row_extremes([[3.0, float("nan"), 1.0], [2.0, 2.0, 2.0]])
    >>> found.low.tolist(), found.high.tolist(), found.count.tolist(), found.constant.tolist()
    ([1.0, 2.0], [3.0, 2.0], [2, 3], [False, True])
    """
    cells = np.asarray(values, dtype=np.float64)
    low, high = np.fmin.reduce(cells, axis=-1), np.fmax.reduce(cells, axis=-1)
    count = np.full(cells.shape[:-1], cells.shape[-1], dtype=np.int64)
    # a sum with a missing value is missing: only rows with gaps are counted
    holed = np.isnan(cells.sum(axis=-1))
    count[holed] -= np.count_nonzero(np.isnan(cells[holed]), axis=-1)
    return RowExtremes(count, low, high)
