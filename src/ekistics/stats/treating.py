"""Outliers of a row: told by skewness and kurtosis, drawn in one value at a time (winsorised), and where that is not enough, logged.

The rule is that of the JRC's COIN Tool and of COINr: a row is in order while |skewness| or excess kurtosis lies below its limit.
Otherwise the largest values (the smallest, where the row leans to the left) take the next value inwards, until the row is in order or
`at_most` cells have changed; then the winsorising is given up and the row as it was is logged.

Two departures, both where the peer ends in an error or makes matters worse: a row is never winsorised to a single value, and a row
that leans to the left is logged in the mirror, so that the log draws in its long side.

Values are (..., units) with units last, one row an indicator; NaN is missing and stays missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ekistics.stats.compiling import compiled
from ekistics.stats.logarithms import LOG_SHIFT
from ekistics.stats.moments import as_rows, extremes, keep_present, shape_within

Values = NDArray[np.float64]
Codes = NDArray[np.int8]
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]

SKEWNESS_LIMIT = 2.0
"""Absolute skewness from which a row may need treatment (OECD/JRC practice)."""
KURTOSIS_LIMIT = 3.5
"""Excess kurtosis from which a row may need treatment (OECD/JRC practice)."""


class Change(IntEnum):
    """What was done to a cell."""

    NONE = 0
    RAISED = 1
    """A low outlier took the next value above it."""
    LOWERED = 2
    """A high outlier took the next value below it."""
    LOGGED = 3


_RAISED, _LOWERED, _LOGGED = int(Change.RAISED), int(Change.LOWERED), int(Change.LOGGED)


@dataclass(frozen=True)
class Winsorised:
    """Rows held between two bounds: `values` and `changed` (`Change` codes), (..., units); `lower`, `upper` (...) in their unit."""

    values: Values
    changed: Codes
    lower: Values
    upper: Values


@dataclass(frozen=True)
class Treated:
    """Rows after the treatment of outliers.

    `values` and `changed` (`Change` codes) are (..., units); all else is (...), one figure a row: the bounds `lower` and `upper` within
    which a winsorised row lies (its own extremes where it was left alone or logged), how many cells were `winsorised`, whether it was
    `logged` and whether that was in the mirror, skewness and excess kurtosis before and after (NaN where a row has too few values, or
    a single one), and whether it `passed`: lies inside the limits now, or has no shape that could lie outside.
    """

    values: Values
    changed: Codes
    lower: Values
    upper: Values
    winsorised: Counts
    logged: Mask
    mirrored: Mask
    skewness_before: Values
    kurtosis_before: Values
    skewness_after: Values
    kurtosis_after: Values
    passed: Mask


def treat_outliers(
    values: ArrayLike,
    *,
    skewness: ArrayLike = SKEWNESS_LIMIT,
    kurtosis: ArrayLike = KURTOSIS_LIMIT,
    at_most: ArrayLike = 5,
    log: bool = True,
) -> Treated:
    """Winsorise the rows that are too skewed and peaked, and log those that winsorising does not bring within the limits.

    Parameters
    ----------
    values : (..., units); NaN is missing
    skewness, kurtosis : above 0, one number or (...)
        A row needs treatment when |skewness| and excess kurtosis both reach their limits.
    at_most : 0 or more cells, one number or (...)
        Winsorising begins no further step once so many cells of a row have changed; ties are drawn in together, so the last step may
        go beyond. It may have more leading axes than `values`: (runs, 1) treats (rows, units) anew for each run.
    log : whether to log what winsorising cannot mend; else such a row stays winsorised

    Returns
    -------
    Treated

    Raises
    ------
    ValueError
        If a value is infinite, or a limit below 0.
    """
    cells = np.asarray(values, dtype=np.float64)
    limits = [np.asarray(limit, dtype=np.float64) for limit in (skewness, kurtosis, at_most)]
    if any(not (limit >= 0).all() for limit in limits):
        raise ValueError("limits of skewness, kurtosis and winsorised cells are numbers from 0")
    lead = np.broadcast_shapes(cells.shape[:-1], *(limit.shape for limit in limits))
    rows = as_rows(np.broadcast_to(cells, (*lead, cells.shape[-1])))
    by_row = np.stack([np.broadcast_to(limit, lead).ravel() for limit in limits], axis=-1)
    treated, changed = np.empty(rows.shape), np.zeros(rows.shape, np.int8)
    shapes, bounds, marks = np.empty((len(rows), 4)), np.empty((len(rows), 2)), np.zeros((len(rows), 4), np.int64)
    _treat(rows, by_row, log, treated, changed, shapes, bounds, marks)
    _refuse_infinite(bounds)
    winsorised, logged, mirrored, passed = (marks[:, k].reshape(lead) for k in range(4))
    skew_before, kurt_before, skew_after, kurt_after = (shapes[:, k].reshape(lead) for k in range(4))
    return Treated(
        values=treated.reshape(lead + cells.shape[-1:]),
        changed=changed.reshape(lead + cells.shape[-1:]),
        lower=bounds[:, 0].reshape(lead),
        upper=bounds[:, 1].reshape(lead),
        winsorised=winsorised,
        logged=logged > 0,
        mirrored=mirrored > 0,
        skewness_before=skew_before,
        kurtosis_before=kurt_before,
        skewness_after=skew_after,
        kurtosis_after=kurt_after,
        passed=passed > 0,
    )


def winsorise_percentiles(values: ArrayLike, low: float, high: float) -> Winsorised:
    """Hold rows between two of their own percentiles (interpolated linearly, "type 7").

    Parameters
    ----------
    values : (..., units); NaN is missing
    low, high : 0 to 100, low below high

    Returns
    -------
    Winsorised
        Bounds are NaN for a row without values.
    """
    if not 0 <= low < high <= 100:
        raise ValueError(f"percentiles are two rising numbers from 0 to 100, not {low} and {high}")
    cells = np.asarray(values, dtype=np.float64)
    inwards = np.sort(cells, axis=-1)  # missing come last
    count = (~np.isnan(cells)).sum(axis=-1)
    return hold_between(cells, _quantile(inwards, count, low / 100.0), _quantile(inwards, count, high / 100.0))


def hold_between(values: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Winsorised:
    """Hold rows between bounds, as those that an earlier treatment found: what lies beyond takes the bound.

    Parameters
    ----------
    values : (..., units); NaN is missing
    lower, upper : (...) in the unit of the values; NaN where there is no bound
    """
    cells = np.asarray(values, dtype=np.float64)
    least, most = (np.asarray(bound, dtype=np.float64) for bound in (lower, upper))
    if (least > most).any():
        raise ValueError("a lower bound lies above the upper bound of its row")
    low, high = cells < least[..., None], cells > most[..., None]
    changed = np.where(low, np.int8(_RAISED), np.where(high, np.int8(_LOWERED), np.int8(0)))
    held = np.where(low, least[..., None], np.where(high, most[..., None], cells))
    lead = held.shape[:-1]
    return Winsorised(held, changed, np.broadcast_to(least, lead), np.broadcast_to(most, lead))


def _quantile(inwards: Values, count: Counts, share: float) -> Values:
    at = share * np.maximum(count - 1, 0)
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low, high = (np.take_along_axis(inwards, index[..., None], axis=-1)[..., 0] for index in (below, above))
    return np.asarray(low + (at - below) * (high - low), dtype=np.float64)


def _refuse_infinite(bounds: Values) -> None:
    endless = np.isinf(bounds).any(axis=1)
    if endless.any():
        raise ValueError(f"row {int(np.flatnonzero(endless)[0])} holds an infinite value")


@compiled
def _treat(rows: Values, limits: Values, log: bool, treated: Values, changed: Codes, shapes: Values, bounds: Values, marks: Counts) -> None:
    present = np.empty(rows.shape[1])
    for r in range(rows.shape[0]):
        count = keep_present(rows[r], present)
        row = present[:count]
        lower, upper = extremes(row)
        bounds[r, 0], bounds[r, 1] = lower, upper
        skew, kurt = shape_within(row, lower, upper)
        shapes[r, 0], shapes[r, 1] = skew, kurt
        leans_left = skew < 0
        if _out_of_order(skew, kurt, limits[r]):
            lower, upper, skew, kurt = _draw_in(row, lower, upper, skew, kurt, limits[r])
        if log and _out_of_order(skew, kurt, limits[r]):
            _log_row(rows[r], bounds[r, 0], bounds[r, 1], leans_left, treated[r], changed[r])
            row = present[: keep_present(treated[r], present)]
            low, high = extremes(row)
            skew, kurt = shape_within(row, low, high)
            marks[r, 1], marks[r, 2] = 1, leans_left
        else:
            marks[r, 0] = _hold_row(rows[r], lower, upper, treated[r], changed[r])
            bounds[r, 0], bounds[r, 1] = lower, upper
        shapes[r, 2], shapes[r, 3] = skew, kurt
        marks[r, 3] = not _out_of_order(skew, kurt, limits[r])


@compiled
def _draw_in(row: Values, lower: float, upper: float, skew: float, kurt: float, limits: Values) -> tuple[float, float, float, float]:
    # a winsorised row is the row held between two bounds: a step moves one bound to the next value inwards
    above, below = 0, 0
    while _out_of_order(skew, kurt, limits) and above + below < limits[2]:
        to_lower, to_upper = lower, upper
        if skew >= 0:
            to_upper, above = _next_below(row, upper)
        else:
            to_lower, below = _next_above(row, lower)
        if not to_lower < to_upper:
            break
        lower, upper = to_lower, to_upper
        skew, kurt = shape_within(row, lower, upper)
    return lower, upper, skew, kurt


@compiled
def _out_of_order(skew: float, kurt: float, limits: Values) -> bool:
    return bool(abs(skew) >= limits[0] and kurt >= limits[1])  # False where a moment is NaN: nothing to mend


@compiled
def _next_below(row: Values, bound: float) -> tuple[float, int]:
    found, beyond = -np.inf, 0
    for cell in row:
        beyond += cell >= bound
        found = cell if found < cell < bound else found
    return found, beyond


@compiled
def _next_above(row: Values, bound: float) -> tuple[float, int]:
    found, beyond = np.inf, 0
    for cell in row:
        beyond += cell <= bound
        found = cell if bound < cell < found else found
    return found, beyond


@compiled
def _hold_row(row: Values, lower: float, upper: float, held: Values, changed: Codes) -> int:
    count = 0
    for u in range(len(row)):
        held[u] = row[u]
        if row[u] > upper:
            held[u], changed[u] = upper, _LOWERED
            count += 1
        elif row[u] < lower:
            held[u], changed[u] = lower, _RAISED
            count += 1
    return count


@compiled
def _log_row(row: Values, low: float, high: float, mirrored: bool, logged: Values, changed: Codes) -> None:
    shift = LOG_SHIFT * (high - low)
    for u in range(len(row)):
        logged[u] = -np.log(high - row[u] + shift) if mirrored else np.log(row[u] - low + shift)
        if not np.isnan(row[u]):
            changed[u] = _LOGGED
