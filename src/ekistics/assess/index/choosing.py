"""From a table to the figures that count: columns by code, the year and how old a figure may be, units, denominators, screening."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ekistics.model.assessments import Change, Remark, StageTable
from ekistics.model.errors import InvalidInput
from ekistics.model.index_tables import Cube, IndexTable
from ekistics.model.recipes import IndexIndicator, Recipe, Stage
from ekistics.model.units import factor

Floats = NDArray[np.float64]
Changes = NDArray[np.int8]


@dataclass(frozen=True)
class Chosen:
    """The figures that an assessment starts from.

    Attributes
    ----------
    table : what went in, up to the reference year, without the units that were screened out in every year
    values : (years, indicators, units) in the order of the recipe
    standard_errors, degrees_of_freedom : the same, or None
    stages : what was done so far
    left_out : units that were taken from the table, with their coverage
    screened : (indicators,) rows that were left out for all units
    out : (years, indicators, units) cells that were screened out and are not to be filled; None where there are none
    """

    table: IndexTable
    values: Cube
    standard_errors: Cube | None
    stages: tuple[StageTable, ...]
    left_out: dict[str, float]
    screened: NDArray[np.bool_]
    out: NDArray[np.bool_] | None = None
    degrees_of_freedom: Cube | None = None


def chosen(recipe: Recipe, table: IndexTable) -> Chosen:
    """Choose the figures, divide them by their denominators, and screen units and indicators by what is there."""
    codes = tuple(one.code for one in recipe.indicators)
    table = _up_to(table, recipe.reference_year)
    values, errors, degrees, changes, taken = _figures(recipe, table)
    said, factors = _conversions(recipe, table)
    if any(one != 1.0 for one in factors):
        values = values * factors[:, None]
        errors = None if errors is None else errors * np.abs(factors)[:, None]
    stages = [StageTable(Stage.CHOOSE, codes, values, changes, said)]
    if any(one.denominator for one in recipe.indicators):
        divisors, lacking = _divisors(recipe, table, values, taken)
        values = values / divisors
        errors = None if errors is None else errors / divisors
        told = np.where(lacking, np.int8(Change.NO_DENOMINATOR), np.int8(0)) if lacking.any() else None
        stages.append(StageTable(Stage.DENOMINATE, codes, values, told))
    found = Chosen(table, values, errors, tuple(stages), {}, np.zeros(len(codes), bool), None, degrees)
    return found if recipe.screen.units <= 0 and recipe.screen.indicators <= 0 else _screened(recipe, found)


def _up_to(table: IndexTable, year: int | None) -> IndexTable:
    """Return the table without the years after a year."""
    count = sum(year is None or one <= year for one in table.years)
    if count == len(table.years):
        return table
    return replace(
        table,
        years=table.years[:count],
        values=table.values[:count],
        standard_errors=None if table.standard_errors is None else table.standard_errors[:count],
        denominators={code: told[:count] for code, told in table.denominators.items()},
        figure_ids=None if table.figure_ids is None else table.figure_ids[:count],
        figure_years=None if table.figure_years is None else table.figure_years[:count],
        degrees_of_freedom=None if table.degrees_of_freedom is None else table.degrees_of_freedom[:count],
    )


def _figures(recipe: Recipe, table: IndexTable) -> tuple[Cube, Cube | None, Cube | None, Changes | None, NDArray[np.int64] | None]:
    """Return values, errors and their degrees of freedom by the recipe's rows, changes, and the place of the year each was taken from.

    A missing figure gives way to the newest of the years before that is not older than the tolerance allows.
    """
    at = {code: row for row, code in enumerate(table.indicators)}
    rows = np.array([at[one.code] for one in recipe.indicators], dtype=np.int64)
    every = len(rows) == len(table.indicators) and bool(np.all(rows == np.arange(len(rows))))
    pick = slice(None) if every else rows
    values = table.values[:, pick]
    errors, degrees = (None if one is None else one[:, pick] for one in (table.standard_errors, table.degrees_of_freedom))
    changes = _too_old(recipe, table, pick)
    if changes is not None:
        values = np.where(changes[1], np.nan, values)
    if all(_tolerance(recipe, one) == 0 and _reference(recipe, one) is None for one in recipe.indicators):
        return values, errors, degrees, None if changes is None else changes[0], None
    taken = _years_taken(recipe, values, table.years)
    values = np.where(taken >= 0, np.take_along_axis(values, np.maximum(taken, 0), axis=0), np.nan)
    place = np.maximum(taken, 0)
    errors, degrees = (None if one is None else np.take_along_axis(one, place, axis=0) for one in (errors, degrees))
    older = (taken >= 0) & (taken != np.arange(len(table.years))[:, None, None])
    flags = np.where(older, np.int8(Change.OLDER_YEAR), np.int8(0) if changes is None else changes[0])
    return values, errors, degrees, flags.astype(np.int8) if flags.any() else None, taken


def _years_taken(recipe: Recipe, values: Cube, years: tuple[int, ...]) -> NDArray[np.int64]:
    """Return the place of the year that each figure comes from, -1 where none is near enough."""
    taken = np.full(values.shape, -1, dtype=np.int64)
    for row, one in enumerate(recipe.indicators):
        there = ~np.isnan(values[:, row])
        tolerance, reference = _tolerance(recipe, one), _reference(recipe, one)
        for place, year in enumerate(years):
            wanted = year if reference is None else min(year, reference)
            for source in range(place, -1, -1):
                if wanted - tolerance <= years[source] <= wanted:
                    free = there[source] & (taken[place, row] < 0)
                    taken[place, row][free] = source
    return taken


def _too_old(recipe: Recipe, table: IndexTable, pick: slice | NDArray[np.int64]) -> tuple[Changes, NDArray[np.bool_]] | None:
    """Return flags of figures that speak of an earlier year than their row's, and which of them are older than allowed."""
    if table.figure_years is None:
        return None
    spoken = table.figure_years[:, pick].astype(np.int64)
    wanted = np.array([[min(year, _reference(recipe, one) or year) for one in recipe.indicators] for year in table.years])
    tolerances = np.array([_tolerance(recipe, one) for one in recipe.indicators])
    given = ~np.isnan(table.values[:, pick]) & (spoken > 0)
    older = given & (spoken < wanted[:, :, None])
    too_old = older & (spoken < (wanted - tolerances)[:, :, None])
    return np.where(older, np.int8(Change.OLDER_YEAR), np.int8(0)).astype(np.int8), too_old


def _tolerance(recipe: Recipe, one: IndexIndicator) -> int:
    return recipe.tolerance_years if one.tolerance_years is None else one.tolerance_years


def _reference(recipe: Recipe, one: IndexIndicator) -> int | None:
    return recipe.reference_year if one.reference_year is None else one.reference_year


def _conversions(recipe: Recipe, table: IndexTable) -> tuple[tuple[Remark, ...], Floats]:
    """Return what was converted, and the (rows,) factor from the unit of a column to that of the recipe."""
    factors = np.ones(len(recipe.indicators))
    said = []
    for row, one in enumerate(recipe.indicators):
        found = table.measured_in.get(one.code, "")
        if found and one.unit and found != one.unit:
            factors[row] = factor(found, one.unit)
            said.append(Remark("unit-converted", one.code, {"factor": float(factors[row])}))
    return tuple(said), factors


def _divisors(recipe: Recipe, table: IndexTable, values: Cube, taken: NDArray[np.int64] | None) -> tuple[Floats, NDArray[np.bool_]]:
    """Return (years, rows, units) what each figure is divided by, of its own year, and where that is missing."""
    divisors = np.ones(values.shape)
    for row, one in enumerate(recipe.indicators):
        if one.denominator:
            told = table.denominators[one.denominator]
            divisors[:, row] = told if taken is None else np.take_along_axis(told, np.maximum(taken[:, row], 0), axis=0)
    return divisors, np.isnan(divisors) & ~np.isnan(values)


def _screened(recipe: Recipe, before: Chosen) -> Chosen:
    """Leave out units, year by year, and indicators that have less than the shares that must be there."""
    there = ~np.isnan(before.values)
    by_indicator = there.mean(axis=(0, 2))
    screened = by_indicator < recipe.screen.indicators
    kept = there[:, ~screened]
    by_unit = kept.mean(axis=1) if kept.shape[1] else np.zeros((len(before.table.years), there.shape[2]))
    lacking = by_unit < recipe.screen.units
    out = lacking[:, None, :] | screened[None, :, None]
    everywhere = lacking.all(axis=0)
    if everywhere.all():
        raise InvalidInput(
            "no unit has the share of its indicators that the screening asks for",
            column="screen.units",
            found=f"at most {by_unit.max():.0%}",
            expected=f"{recipe.screen.units:.0%}",
            mend="lower screen.units, or leave indicators out that few have",
        )
    left_out = {before.table.units[unit]: float(by_unit[-1, unit]) for unit in np.flatnonzero(everywhere)}
    said = tuple(
        Remark("indicator-screened-out", recipe.indicators[row].code, {"share": float(by_indicator[row])})
        for row in np.flatnonzero(screened)
    )
    keep = np.flatnonzero(~everywhere)
    out = np.broadcast_to(out, there.shape)
    flags = np.where(out & there, np.int8(Change.SCREENED_OUT), np.int8(0)).astype(np.int8)
    values = np.where(out, np.nan, before.values) if out.any() else before.values
    table, stages = before.table, before.stages
    if left_out:
        table, values, flags = table.of_units(keep), values[..., keep], flags[..., keep]
        stages = tuple(
            replace(one, values=one.values[..., keep], changes=None if one.changes is None else one.changes[..., keep]) for one in stages
        )
    stage = StageTable(Stage.SCREEN, stages[-1].rows, values, flags if flags.any() else None, said)
    errors, degrees = (None if one is None else one[..., keep] for one in (before.standard_errors, before.degrees_of_freedom))
    return replace(
        before,
        table=table,
        values=values,
        standard_errors=errors,
        degrees_of_freedom=degrees,
        stages=(*stages, stage),
        left_out=left_out,
        screened=screened,
        out=out[..., keep] if out[..., keep].any() else None,
    )
