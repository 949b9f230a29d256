"""What is wrong with a table when a recipe is to be applied to it: columns that lack, figures that cannot be, rows that say nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.index.recipe_faults import benchmark_factor, methods_used
from ekistics.assess.methods.catalogue import Demands, Registered, find
from ekistics.model.cards import Direction
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Form
from ekistics.model.index_tables import Cube, IndexTable
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import IndexIndicator, Method, Recipe, Stage
from ekistics.model.units import factor
from ekistics.stats.extremes import RowExtremes, row_extremes

_SHOWN = 5
"""Units named in a message; the rest are counted."""


def column_faults(recipe: Recipe, table: IndexTable) -> Iterator[Problem]:
    """Yield columns that the recipe needs and the table has not, and units and years that cannot be."""
    if not table.units:
        yield _rejected("no-units", "The table holds no unit.", "units", "0", "at least 1")
    for unit, count in Counter(table.units).items():
        if count > 1:
            yield _rejected("duplicate-unit", f"The unit {unit} stands {count} times.", "units", unit, "each unit once")
    if list(table.years) != sorted(set(table.years)) or not table.years:
        found = ", ".join(f"{year}" for year in table.years) or "none"
        yield _rejected("years-order", "The years of the table do not rise.", "years", found, "each year once, in ascending order")
    if recipe.reference_year is not None and table.years and recipe.reference_year < table.years[0]:
        yield _rejected(
            "no-year",
            "No year of the table reaches the reference year.",
            "reference_year",
            f"{table.years[0]} and later",
            f"{recipe.reference_year}",
        )
    for one in recipe.indicators:
        if one.code not in table.indicators:
            mend = "add the column, or leave the indicator out of the recipe"
            yield _rejected("missing-column", f"The table has no column for {one.name}.", one.code, "nothing", f"a column {one.code}", mend)
        if one.denominator and one.denominator not in table.denominators:
            yield _rejected(
                "missing-denominator",
                f"The table has no column to divide {one.name} by.",
                one.code,
                "nothing",
                f"a column {one.denominator}",
            )
        yield from _unit_faults(one, table)
    yield from _label_faults(recipe, table)


def figure_faults(recipe: Recipe, table: IndexTable) -> Iterator[Problem]:
    """Yield infinite figures, denominators of 0 or less, negative standard errors."""
    at = {code: row for row, code in enumerate(table.indicators)}
    for one in recipe.indicators:
        figures = table.values[:, at[one.code]]
        if (endless := np.isinf(figures)).any():
            yield _cells("infinite", f"{one.name} holds infinite figures.", one.code, endless, table, "a finite number, or nothing")
        if table.standard_errors is not None:
            errors = table.standard_errors[:, at[one.code]]
            if (bad := (errors < 0) | np.isinf(errors)).any():
                message = f"A standard error of {one.name} cannot be that."
                yield _cells("bad-standard-error", message, one.code, bad, table, "0 or more, or nothing")
    for code in dict.fromkeys(one.denominator for one in recipe.indicators if one.denominator):
        divisors = table.denominators[code]
        if (bad := (divisors <= 0) | np.isinf(divisors)).any():
            yield _cells(
                "bad-denominator", f"Nothing can be divided by {code} where it is 0 or less.", code, bad, table, "above 0, or nothing"
            )


def row_faults(recipe: Recipe, values: Cube, screened: NDArray[np.bool_]) -> Iterator[Problem]:
    """Yield rows that are all missing, constant where a method needs spread, too few units for a method, or not above zero.

    Parameters
    ----------
    values : (years, indicators, units) chosen and divided
    screened : (indicators,) rows that were left out
    """
    by_year = row_extremes(values)
    together = by_year.pooled(axis=0)
    for row, one in enumerate(recipe.indicators):
        if screened[row]:
            continue
        if together.count[row] == 0:
            if needs_no_figures(recipe, one):
                continue
            mend = "leave the indicator out, or bring figures"
            yield _rejected("all-missing", f"{one.name} has no figure at all.", one.code, "nothing", "figures of some units", mend)
            continue
        for stage, method in ((Stage.TREAT, one.treat or recipe.treat), (Stage.NORMALISE, one.normalise or recipe.normalise)):
            seen = together.some(row) if years_together(recipe, method) else by_year.some((slice(None), row))
            yield from _demanded(one, stage, find(stage, method), seen)


def _target_faults(one: IndexIndicator, low: NDArray[np.float64], high: NDArray[np.float64]) -> Iterator[Problem]:
    """Yield a target that all figures have passed already on the worse side: nearing it would turn their order around."""
    if one.benchmark is None or one.benchmark.target is None:
        return
    target = one.benchmark.target / benchmark_factor(one)
    if one.benchmark.form is Form.TARGET_TWO_SIDED:
        behind, expected = bool(np.any((target <= low) | (target >= high))), "a target between the least and the largest figure"
    elif one.direction is Direction.LOWER:
        behind, expected = bool(np.any(target >= high)), "a target below the worst figure"
    else:
        behind, expected = bool(np.any(target <= low)), "a target above the worst figure"
    if behind:
        message = f"The target of {one.name} lies where it turns the order of the figures around."
        yield _rejected("target-behind", message, one.code, f"{target:g}", expected, "set the target or the direction right")


def reference_faults(recipe: Recipe, units: Sequence[str]) -> Iterator[Problem]:
    """Yield units of reference that are not among those left after the screening."""
    for stage, method, key in methods_used(recipe):
        demands = find(stage, method).demands
        unit = method.options.get(demands.unit) if demands.unit else None
        if isinstance(unit, str) and unit not in units:
            message = "The unit of reference is not among the units that are assessed."
            yield _rejected("missing-reference", message, f"{key}.{demands.unit}", unit, "the code of a unit")


def label_notes(recipe: Recipe, table: IndexTable) -> Iterator[Problem]:
    """Yield groupings of the recipe's peers that the table has no labels of: peers are then found by profile, or not at all."""
    for one in recipe.peers.groups:
        if one not in table.labels:
            said = "The table has no labels by which the recipe groups peers."
            found = ", ".join(table.labels) or "no labels"
            mend = "name the grouping as its column is headed, or take it from peers in the recipe"
            yield Problem("no-labels", said, Severity.NOTE, column=one, found=found, expected=one, mend=mend)


def needs_no_figures(recipe: Recipe, one: IndexIndicator) -> bool:
    """Whether an indicator may be without any figure: held against a fixed benchmark it scales nothing, and is missing like any gap."""
    demands = find(Stage.NORMALISE, one.normalise or recipe.normalise).demands
    return bool(demands.benchmark) and not demands.spread


def without_figures(recipe: Recipe, values: Cube, screened: NDArray[np.bool_]) -> Iterator[Problem]:
    """Yield one note that names the indicators that count as missing for every unit.

    Parameters
    ----------
    values : (years, indicators, units) chosen and divided
    screened : (indicators,) rows that were left out
    """
    empty = np.isnan(values).all(axis=(0, 2)) & ~screened
    codes = [one.code for one, is_empty in zip(recipe.indicators, empty, strict=True) if is_empty and needs_no_figures(recipe, one)]
    if codes:
        more = f" and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else ""
        found = f"{len(codes)} of {len(empty)}: {', '.join(codes[:_SHOWN])}{more}"
        said = "Indicators without any figure count as missing: composites below their coverage are refused."
        yield Problem("without-figures", said, Severity.NOTE, found=found, mend="bring figures of them", count=len(codes))


def years_together(recipe: Recipe, method: Method) -> bool:
    """Whether what a method fits to the data is fitted to all years together."""
    told = method.options.get("years")
    return told == "together" if told in ("together", "each") else recipe.fixed_over_years


def _demanded(one: IndexIndicator, stage: Stage, told: Registered, seen: RowExtremes) -> Iterator[Problem]:
    """Yield what a method demands of a row and does not find; `seen` is the row over all years, or in each of them."""
    if told.demands.spread and seen.constant.any() and int(seen.count.max()) == 1:
        message = f"{one.name} has one figure only: {told.name} compares units."
        mend = "bring figures of more units, or hold it against goalposts"
        yield _rejected(
            "one-figure", message, one.code, f"{float(seen.low[np.argmax(seen.constant)]):g}", "figures of two units or more", mend
        )
    elif told.demands.spread and seen.constant.any():
        found = float(seen.low[np.argmax(seen.constant)])
        yield _rejected(
            "constant",
            f"{one.name} has the same figure everywhere: {told.name} cannot tell units apart by it.",
            one.code,
            f"{found:g} throughout",
            "figures that differ",
            "leave the indicator out, or hold it against goalposts",
        )
    elif "target" in told.demands.benchmark:
        yield from _target_faults(one, seen.low, seen.high)
    if told.demands.above_zero and bool(np.any(seen.low <= 0)):
        message = f"{told.name} takes only figures above 0 of {one.name}."
        yield _rejected("not-above-zero", message, one.code, f"{float(seen.low.min()):g}", "above 0", f"choose another method to {stage}")
    if int(seen.count.min()) < told.demands.units:
        expected = f"at least {told.demands.units}"
        yield _rejected("too-few-units", f"{told.name} needs more units with {one.name}.", one.code, f"{int(seen.count.min())}", expected)


def _unit_faults(one: IndexIndicator, table: IndexTable) -> Iterator[Problem]:
    found = table.measured_in.get(one.code, "")
    if not found or not one.unit:
        return
    try:
        factor(found, one.unit)
    except InvalidInput:
        mend = "give the figures in the unit of the recipe"
        yield _rejected("wrong-unit", f"{one.name} stands in a unit that cannot be converted.", one.code, found, one.unit, mend)


def _label_faults(recipe: Recipe, table: IndexTable) -> Iterator[Problem]:
    for stage, method, key in methods_used(recipe):
        demands: Demands = find(stage, method).demands
        name = method.options.get(demands.group) if demands.group else None
        if not isinstance(name, str):
            continue
        if name not in table.labels:
            known = ", ".join(table.labels) or "no column of labels"
            yield _rejected("missing-labels", f"The table has no column of labels {name}.", key, known, f"a column {name}")
            continue
        without = [unit for unit, label in zip(table.units, table.labels[name], strict=True) if not label]
        if without:
            named = ", ".join(without[:_SHOWN]) + (f" and {len(without) - _SHOWN} more" if len(without) > _SHOWN else "")
            yield _rejected("empty-label", f"Units without a label {name} belong to no group.", key, named, "a label for every unit")


def _cells(kind: str, message: str, column: str, bad: NDArray[np.bool_], table: IndexTable, expected: str) -> Problem:
    """Return the problem of some cells (years, units), naming the first of them."""
    where = np.argwhere(bad)
    named = [f"{table.units[unit]} {table.years[year]}" for year, unit in where[:_SHOWN]]
    found = ", ".join(named) + (f" and {len(where) - _SHOWN} more" if len(where) > _SHOWN else "")
    return Problem(kind, message, Severity.REJECTED, column=column, found=found, expected=expected, count=len(where))


def _rejected(
    kind: str, message: str, column: str, found: str | None = None, expected: str | None = None, mend: str | None = None
) -> Problem:
    return Problem(kind, message, Severity.REJECTED, column=column, found=found, expected=expected, mend=mend)
