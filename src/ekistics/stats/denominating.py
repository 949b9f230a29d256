"""Divide figures by what they are figures of: people, area, product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Denominated:
    """`values` (..., units) as quotients, NaN where there is none; masks of the cells that were there and are not now, and why."""

    values: Values
    lacking: NDArray[np.bool_]
    """The figure is there, its denominator is not."""
    undefined: NDArray[np.bool_]
    """The denominator is 0."""


def denominate(values: ArrayLike, denominators: ArrayLike) -> Denominated:
    """Return values / denominators; a denominator of 0 leaves an undefined cell, never an infinite one.

    Parameters
    ----------
    values : (..., units); NaN is missing
    denominators : (..., units), or (units,) for all rows; NaN is missing

    Examples
    --------
    >>> denominate([6.0, 6.0], [2.0, 0.0]).values.tolist()
    [3.0, nan]
    """
    above, below = np.broadcast_arrays(np.asarray(values, dtype=np.float64), np.asarray(denominators, dtype=np.float64))
    present, undefined = ~np.isnan(above), below == 0
    quotients = np.divide(above, below, out=np.full(above.shape, np.nan), where=~undefined)
    return Denominated(quotients, present & np.isnan(below), present & undefined)
