"""Fill gaps from what stands beside them: other units, the group of a unit, the other indicators of a pillar, other years.

No cell that was there is ever changed, and a gap that a method cannot fill stays missing. How far a method may be trusted on these very
figures is said by `hold_out_error`, which hides known cells and fills them. Regression and multiple imputation are in `imputing_model`.

Values are (..., units) with units last, one row an indicator; NaN is missing. Methods over time want years first: (years, ..., units).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ekistics.stats.moments import row_statistics

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int64]
Years = NDArray[np.int64]

Fill = Callable[[Values], "Filled"]
"""Any method with its options bound: values in, the same filled."""

NO_GROUP = -1
"""Code of a unit that belongs to no group."""

NO_YEAR = np.iinfo(np.int64).min
"""Stands in `Filled.of_year` where no figure of a certain year was taken."""


@dataclass(frozen=True)
class Filled:
    """`values` with gaps filled and a mask of the `imputed` cells, both of the shape that came in.

    `of_year`, of the same shape, is the year whose figure was taken for a cell, where the method takes one; `NO_YEAR` elsewhere.
    `settled`, (...) without rows and units, says of a method that goes in rounds whether its last round still moved the figures.
    """

    values: Values
    imputed: Mask
    of_year: Years | None = None
    settled: Mask | None = None

    @property
    def missing(self) -> Mask:
        """Cells that are missing still."""
        return np.isnan(self.values)


@dataclass(frozen=True)
class HoldOut:
    """How well known cells were met when they were hidden and filled, (...) a row.

    `rmse` is the root mean square error in the unit of the row, `relative` the same in standard deviations of the row: about 1 is no
    better than its mean. Both are NaN where no hidden cell could be filled (`relative` also in a constant row). `tried` cells were
    hidden over all repeats, `unfilled` of them stayed missing.
    """

    rmse: Values
    relative: Values
    tried: NDArray[np.int64]
    unfilled: NDArray[np.int64]


def fill_mean(values: ArrayLike) -> Filled:
    """Fill gaps with the mean of the row; a row without values stays missing."""
    cells = np.asarray(values, dtype=np.float64)
    return _filled(cells, row_statistics(cells).mean[..., None])


def fill_median(values: ArrayLike) -> Filled:
    """Fill gaps with the median of the row; a row without values stays missing."""
    cells = np.asarray(values, dtype=np.float64)
    return _filled(cells, _medians(cells)[..., None])


def fill_group_mean(values: ArrayLike, groups: ArrayLike) -> Filled:
    """Fill gaps with the mean of the row over the units of the same group.

    Parameters
    ----------
    values : (..., units); NaN is missing
    groups : (units,) whole numbers from 0, or `NO_GROUP`
        A unit without a group, and a group without a value in the row, stay missing: see `groups_without_values`.
    """
    return _fill_by_group(values, groups, lambda members: row_statistics(members).mean)


def fill_group_median(values: ArrayLike, groups: ArrayLike) -> Filled:
    """Fill gaps with the median of the row over the units of the same group; else as `fill_group_mean`."""
    return _fill_by_group(values, groups, _medians)


def groups_without_values(values: ArrayLike, groups: ArrayLike) -> Mask:
    """Return which groups have no value in a row and so cannot fill it, (..., groups) in the order of their codes."""
    cells, codes = _with_groups(values, groups)
    present = ~np.isnan(cells)
    empty = [~present[..., codes == code].any(axis=-1) for code in range(codes.max(initial=NO_GROUP) + 1)]
    return np.stack(empty, axis=-1) if empty else np.zeros((*cells.shape[:-1], 0), np.bool_)


def fill_pillar_mean(values: ArrayLike, pillars: ArrayLike, *, direction: ArrayLike = 1) -> Filled:
    """Fill gaps of a unit with its mean over the other rows of the pillar, on the scale of each row from its worst to its best.

    Parameters
    ----------
    values : (..., rows, units); NaN is missing
    pillars : (rows,) whole numbers from 0
    direction : 1 where more is better, -1 where less is, (rows,)
        A unit that does well in the pillar is taken to do well in the row.

    Returns
    -------
    Filled
        A unit without any value in the pillar stays missing there, and so does a constant row, which has no scale.
    """
    cells, codes = np.asarray(values, dtype=np.float64), np.asarray(pillars)
    if codes.shape != cells.shape[-2:-1]:
        raise ValueError(f"one pillar a row: {cells.shape[-2:-1]} rows, {codes.shape} pillars")
    fit = row_statistics(cells)
    more = np.asarray(direction) > 0
    worst = np.where(more, fit.low, fit.high)[..., None]
    span = np.where(fit.constant, np.nan, np.where(more, fit.high - fit.low, fit.low - fit.high))[..., None]
    ways = np.swapaxes((cells - worst) / span, -1, -2)  # units become the rows, indicators the columns
    means = _fill_by_group(ways, codes, lambda members: row_statistics(members).mean).values
    return _filled(cells, worst + span * np.swapaxes(means, -1, -2))


def fill_last(values: ArrayLike, years: ArrayLike, *, limit: int | None = None) -> Filled:
    """Fill gaps with the last value before them.

    Parameters
    ----------
    values : (years, ..., units); NaN is missing
    years : (years,) rising
    limit : how many years old a value may be, at least 1; None for any age

    Returns
    -------
    Filled
        With `of_year`.
    """
    cells, dates = _with_years(values, years)
    if limit is not None and limit < 1:
        raise ValueError("a value may be one year old or more; a limit of less fills nothing")
    return _take(cells, dates, _before(cells), limit)


def fill_nearest_in_time(values: ArrayLike, years: ArrayLike) -> Filled:
    """Fill gaps with the last value before them, and those before the first value with that ("constant").

    Parameters
    ----------
    values : (years, ..., units); NaN is missing
    years : (years,) rising

    Returns
    -------
    Filled
        With `of_year`. A series without values stays missing.
    """
    cells, dates = _with_years(values, years)
    before = _before(cells)
    return _take(cells, dates, np.where(before < 0, _after(cells), before), None)


def fill_linear(values: ArrayLike, years: ArrayLike) -> Filled:
    """Fill gaps on the straight line in time between the values on both sides; before the first and after the last they stay.

    Parameters
    ----------
    values : (years, ..., units); NaN is missing
    years : (years,) rising

    Returns
    -------
    Filled
        A series with fewer than two values stays as it is.
    """
    cells, dates = _with_years(values, years)
    before, after = _before(cells), _after(cells)
    inside = (before >= 0) & (after < len(dates))
    first, last = np.where(inside, before, 0), np.where(inside, after, 0)
    start, end = np.take_along_axis(cells, first, axis=0), np.take_along_axis(cells, last, axis=0)
    column = dates.reshape(-1, *([1] * (cells.ndim - 1)))
    share = (column - dates[first]) / np.maximum(dates[last] - dates[first], 1)
    return _filled(cells, np.where(inside, start + (end - start) * share, np.nan))


def fill_linear_constant(values: ArrayLike, years: ArrayLike) -> Filled:
    """Fill as `fill_linear`, then the years before the first value and after the last with that value.

    Parameters
    ----------
    values : (years, ..., units); NaN is missing
    years : (years,) rising

    Returns
    -------
    Filled
        With `of_year` for the cells outside the series.
    """
    inside, ends = fill_linear(values, years), fill_nearest_in_time(values, years)
    of_year = None if ends.of_year is None else np.where(inside.imputed, NO_YEAR, ends.of_year)
    return Filled(np.where(inside.missing, ends.values, inside.values), inside.imputed | ends.imputed, of_year)


def hold_out_error(fill: Fill, values: ArrayLike, *, share: float = 0.1, repeats: int = 10, seed: int) -> HoldOut:
    """Hide known cells, fill them, and say how far off the fill is.

    Parameters
    ----------
    fill : the method with its options bound
    values : (..., units); NaN is missing
    share : above 0, below 1
        Of the known cells of each row so many are hidden at a time: one at least, and never the last.
    repeats : how often, with other cells
    seed : of the choice of cells
    """
    cells = np.asarray(values, dtype=np.float64)
    if not 0 < share < 1 or repeats < 1:
        raise ValueError("hide a share of the cells between 0 and 1, once or more")
    rng = np.random.default_rng(seed)
    squares, tried, unfilled = np.zeros(cells.shape[:-1]), np.zeros(cells.shape[:-1], np.int64), np.zeros(cells.shape[:-1], np.int64)
    for _ in range(repeats):
        hidden = _some_known(cells, share, rng)
        off = np.where(hidden, fill(np.where(hidden, np.nan, cells)).values - cells, 0.0)
        failed = np.isnan(off) & hidden
        squares += np.where(failed, 0.0, off**2).sum(axis=-1)
        tried += hidden.sum(axis=-1)
        unfilled += failed.sum(axis=-1)
    met = tried - unfilled
    rmse = np.sqrt(np.divide(squares, met, out=np.full(squares.shape, np.nan), where=met > 0))
    spread = row_statistics(cells).sd
    return HoldOut(rmse, np.divide(rmse, spread, out=np.full(rmse.shape, np.nan), where=spread > 0), tried, unfilled)


def _some_known(cells: Values, share: float, rng: np.random.Generator) -> Mask:
    known = ~np.isnan(cells)
    count = known.sum(axis=-1, keepdims=True)
    wanted = np.minimum(np.maximum(np.round(share * count), 1), np.maximum(count - 1, 0))
    place = np.argsort(np.argsort(np.where(known, rng.random(cells.shape), 2.0), axis=-1), axis=-1)
    return np.asarray(known & (place < wanted), dtype=np.bool_)


def _filled(cells: Values, with_what: Values) -> Filled:
    gaps = np.isnan(cells)
    values = np.where(gaps, with_what, cells)
    return Filled(values, gaps & ~np.isnan(values))


def _with_groups(values: ArrayLike, groups: ArrayLike) -> tuple[Values, Codes]:
    cells, codes = np.asarray(values, dtype=np.float64), np.asarray(groups)
    if codes.shape != cells.shape[-1:] or not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(f"one group a unit, as whole numbers: {cells.shape[-1]} units, groups of the shape {codes.shape}")
    return cells, codes.astype(np.int64)


def _fill_by_group(values: ArrayLike, groups: ArrayLike, middle: Callable[[Values], Values]) -> Filled:
    cells, codes = _with_groups(values, groups)
    middles = np.full(cells.shape, np.nan)
    for code in range(codes.max(initial=NO_GROUP) + 1):
        members = np.flatnonzero(codes == code)
        if members.size:
            middles[..., members] = middle(cells[..., members])[..., None]
    return _filled(cells, middles)


def _medians(cells: Values) -> Values:
    inwards = np.sort(cells, axis=-1)  # missing come last
    count = (~np.isnan(cells)).sum(axis=-1, keepdims=True)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, max(cells.shape[-1] - 1, 0))
    pair = np.take_along_axis(inwards, low, axis=-1) + np.take_along_axis(inwards, high, axis=-1)
    return np.asarray(pair[..., 0] / 2.0, dtype=np.float64)


def _with_years(values: ArrayLike, years: ArrayLike) -> tuple[Values, Years]:
    cells, dates = np.asarray(values, dtype=np.float64), np.asarray(years)
    if dates.shape != cells.shape[:1] or not np.issubdtype(dates.dtype, np.integer) or (np.diff(dates) <= 0).any():
        raise ValueError(f"years are rising whole numbers, one for each of the {cells.shape[:1]} first entries of the values")
    return cells, dates.astype(np.int64)


def _before(cells: Values) -> Codes:
    """Return the position in time of the last value up to each cell; -1 where there is none."""
    places = np.arange(len(cells)).reshape(-1, *([1] * (cells.ndim - 1)))
    return np.maximum.accumulate(np.where(np.isnan(cells), -1, places), axis=0)


def _after(cells: Values) -> Codes:
    """Return the position in time of the first value from each cell on; the number of years where there is none."""
    return (len(cells) - 1) - _before(cells[::-1])[::-1]


def _take(cells: Values, dates: Years, position: Codes, limit: int | None) -> Filled:
    there = (position >= 0) & (position < len(dates))
    at = np.where(there, position, 0)
    age = dates.reshape(-1, *([1] * (cells.ndim - 1))) - dates[at]
    allowed = there if limit is None else there & (age <= limit)
    filled = _filled(cells, np.where(allowed, np.take_along_axis(cells, at, axis=0), np.nan))
    return Filled(filled.values, filled.imputed, np.where(filled.imputed, dates[at], NO_YEAR))
