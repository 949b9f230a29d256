"""Tables between two tables: the older with the newer's revisions, either with the units and indicators of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ekistics.model.index_tables import Cube, IndexTable
from ekistics.model.units import factor

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_SAME = 1e-12
"""Relative: values closer than this are equal (the record's own rule)."""


def revised(before: IndexTable, after: IndexTable) -> IndexTable:
    """Return the older table with what the newer one says of the same periods.

    A figure is revised where both tables have one for the same unit, indicator and period and the values differ, or where the newer
    one has withdrawn it: it has the year, and no figure. What the newer table adds is no revision.

    Returns
    -------
    IndexTable
        The very table where nothing was revised.
    """
    if before is after:
        return before
    told = _laid(after, before.units, before.indicators, before.measured_in)
    values, errors = before.values.copy(), None if before.standard_errors is None else before.standard_errors.copy()
    known = np.isin(before.indicators, after.indicators)[:, None] & np.isin(before.units, after.units)
    any_revised = False
    for row, other, same_period in _rows_to_compare(before, told, after.years):
        mine, theirs = before.values[row], told.values[other]
        where = same_period & ~np.isnan(mine) & ~np.isnan(theirs) & ~_equal(mine, theirs)
        if before.years[row] == after.years[other]:
            where |= known & ~np.isnan(mine) & np.isnan(theirs)
        values[row][where] = theirs[where]
        if errors is not None:
            errors[row][where] = told.errors[other][where]
        any_revised |= bool(where.any())
    denominators = {code: _revised_row(before, after, code) for code in before.denominators}
    any_revised |= any(not np.array_equal(one, before.denominators[code], equal_nan=True) for code, one in denominators.items())
    return replace(before, values=values, standard_errors=errors, denominators=denominators) if any_revised else before


def mixed(base: IndexTable, other: IndexTable, units: Sequence[str], indicators: Sequence[str]) -> IndexTable:
    """Return a table with the units and indicators asked for: from one table, and from another what the first knows nothing of.

    Parameters
    ----------
    base : whose years the table has
    other : gives units and indicators that `base` lacks altogether, each year from its nearest
    units, indicators : codes that either knows
    """
    first, second = (_laid(table, units, indicators, base.measured_in) for table in (base, other))
    near = np.array([int(np.argmin(np.abs(np.array(other.years) - year))) for year in base.years])
    has_unit, has_row = np.isin(units, base.units), np.isin(indicators, base.indicators)
    known = has_row[:, None] & has_unit
    stated = base.standard_errors is not None or other.standard_errors is not None
    names = dict(zip(other.units, other.names, strict=True)) | dict(zip(base.units, base.names, strict=True))
    years = np.array(base.years)[:, None, None]
    return IndexTable(
        tuple(units),
        tuple(names[unit] for unit in units),
        base.years,
        tuple(indicators),
        np.where(known, first.values, second.values[near]),
        np.where(known, first.errors, second.errors[near]) if stated else None,
        {
            code: np.where(has_unit & (code in base.denominators), _row(base, code, units), _row(other, code, units)[near])
            for code in {**base.denominators, **other.denominators}
        },
        {name: _labels(base, other, name, units) for name in {**base.labels, **other.labels}},
        # a figure from the other table stands for the year it fills: how old it is was settled there
        figure_years=None if base.figure_years is None else np.where(known, first.spoken, years).astype(np.int16),
        measured_in={**other.measured_in, **base.measured_in},
        source=base.source,
    )


def same_figures(one: IndexTable, other: IndexTable) -> bool:
    """Whether two tables have the same years, and the same figures and denominators for what both know."""
    if one is other or one.years != other.years:
        return one is other
    units = [unit for unit in one.units if unit in set(other.units)]
    indicators = [code for code in one.indicators if code in set(other.indicators)]
    first, second = (_laid(table, units, indicators, one.measured_in) for table in (one, other))
    rows = [code for code in one.denominators if code in other.denominators]
    return bool(
        np.all(_equal(first.values, second.values))
        and np.array_equal(first.spoken, second.spoken)
        and all(np.all(_equal(_row(one, code, units), _row(other, code, units))) for code in rows)
    )


@dataclass(frozen=True)
class _Laid:
    """A table's figures for given units and indicators, (years, indicators, units), NaN where it has none.

    `spoken` are the years that figures speak of; (years, 1, 1) where they are those of the rows.
    """

    values: Cube
    errors: Cube
    spoken: Integers


def _laid(table: IndexTable, units: Sequence[str], indicators: Sequence[str], measured_in: Mapping[str, str]) -> _Laid:
    """Lay out a table by other codes, in the units of measure told."""
    rows, columns = _places(indicators, table.indicators), _places(units, table.units)
    gaps = (rows < 0)[:, None] | (columns < 0)
    factors = np.array([_factor(table.measured_in.get(code, ""), measured_in.get(code, "")) for code in indicators])[:, None]

    def picked(array: NDArray[np.generic]) -> Floats:
        return np.asarray(np.where(gaps, np.nan, array[:, rows][..., columns]) * factors)

    years = np.array(table.years, dtype=np.int64)[:, None, None]
    values = picked(table.values)
    errors = np.full(values.shape, np.nan) if table.standard_errors is None else np.abs(picked(table.standard_errors))
    if table.figure_years is None:
        return _Laid(values, errors, years)
    spoken = table.figure_years[:, rows][..., columns].astype(np.int64)
    return _Laid(values, errors, np.where((spoken > 0) & ~gaps, spoken, years))


def _rows_to_compare(before: IndexTable, told: _Laid, years: tuple[int, ...]) -> Iterator[tuple[int, int, Mask]]:
    """Yield rows of the older and of the newer table that may speak of the same period, and where they do."""
    mine = _laid(before, before.units, before.indicators, before.measured_in).spoken
    for row in range(len(mine)):
        for other in range(len(years)):
            same = np.broadcast_to(mine[row] == told.spoken[other], before.values.shape[1:])
            if same.any():
                yield row, other, same


def _revised_row(before: IndexTable, after: IndexTable, code: str) -> Floats:
    made = before.denominators[code].copy()
    if code not in after.denominators:
        return made
    told, known = _row(after, code, before.units), np.isin(before.units, after.units)
    for row, year in enumerate(before.years):
        if year in after.years:
            theirs = told[after.years.index(year)]
            where = known & ~np.isnan(made[row]) & ~_equal(made[row], theirs)
            made[row][where] = theirs[where]
    return made


def _row(table: IndexTable, code: str, units: Sequence[str]) -> Floats:
    """Return (years, units) of a denominator, NaN where there is none."""
    columns = _places(units, table.units)
    if code not in table.denominators:
        return np.full((len(table.years), len(columns)), np.nan)
    return np.asarray(np.where(columns < 0, np.nan, table.denominators[code][:, columns]))


def _labels(base: IndexTable, other: IndexTable, name: str, units: Sequence[str]) -> tuple[str, ...]:
    told: dict[str, str] = {}
    for table in (other, base):
        told |= dict(zip(table.units, table.labels.get(name, ("",) * len(table.units)), strict=True))
    return tuple(told[unit] for unit in units)


def _places(codes: Sequence[str], known: Sequence[str]) -> Integers:
    at = {code: place for place, code in enumerate(known)}
    return np.array([at.get(code, -1) for code in codes], dtype=np.int64)


def _factor(found: str, wanted: str) -> float:
    return factor(found, wanted) if found and wanted and found != wanted else 1.0


def _equal(one: Floats, other: Floats) -> Mask:
    gone = np.isnan(one) & np.isnan(other)
    return gone | (np.abs(one - other) <= _SAME * np.maximum(np.abs(one), np.abs(other)))
