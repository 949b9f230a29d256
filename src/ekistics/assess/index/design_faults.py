"""What is wrong with an uncertainty design: by itself, with its recipe, and with the table that it is to be used on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ekistics.assess.index.choosing import Chosen
from ekistics.assess.index.data_faults import column_faults, reference_faults, row_faults
from ekistics.assess.index.recipe_faults import benchmark_faults
from ekistics.assess.methods.catalogue import CHOOSING
from ekistics.assess.methods.trees import members
from ekistics.model.index_tables import IndexTable
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Method, Origin, Recipe, Stage, UncertainInput

_SHAPING = (Stage.IMPUTE, Stage.TREAT, Stage.NORMALISE, Stage.WEIGHT)


def design_faults(recipe: Recipe) -> Iterator[Problem]:
    """Yield what is wrong with a design by itself and with its recipe; nothing where nothing is drawn.

    The names and options of its methods are looked at with those of the recipe.
    """
    design = recipe.uncertainty
    if not design.inputs:
        return
    if not 0 < design.level < 1:
        yield _fault("bad-level", "The level of an interval is a share.", "level", f"{design.level:g}", "between 0 and 1")
    for name, count in Counter(one.name for one in design.inputs).items():
        if count > 1:
            yield _fault("duplicate-input", f"{count} uncertain inputs are called {name}.", name, mend="give each a name of its own")
    for (what, detail), count in Counter(_what(one) for one in design.inputs).items():
        if count > 1 and what not in (Origin.WEIGHTS, Origin.LEFT_OUT):
            yield _fault("drawn-twice", f"{count} uncertain inputs draw the same: {what}{detail}.", "", mend="put their methods into one")
    fillings = [one for one in design.inputs if one.origin is Origin.CHOICE and one.stage is Stage.IMPUTE]
    if fillings and any(one.origin is Origin.IMPUTATION for one in design.inputs):
        mend = "draw the method, or the draws of one method"
        yield _fault("drawn-twice", "Draws of what fills the gaps take the place of a choice of methods.", fillings[0].name, mend=mend)
    for one in design.inputs:
        yield from _input_faults(recipe, one)


def option_faults(recipe: Recipe, table: IndexTable, start: Chosen) -> Iterator[Problem]:
    """Yield what keeps an option from being used in any run: a benchmark, labels, a unit, or figures that it needs.

    What only some combinations of options come to (a product of values that another option lets fall below zero) is no fault: such
    runs are counted as failed.

    Parameters
    ----------
    start : the figures that the recipe starts from
    """
    if not recipe.uncertainty.inputs:
        mend = "name what is to be drawn under uncertainty"
        yield _fault("nothing-uncertain", "The recipe names nothing that is uncertain.", "", mend=mend)
    if recipe.uncertainty.runs < 1:
        yield _fault("bad-runs", "There must be a run.", "runs", f"{recipe.uncertainty.runs}", "1 or more")
    for one in recipe.uncertainty.inputs:
        if one.origin is not Origin.CHOICE or one.stage not in _SHAPING:
            continue
        for method in one.methods:
            drawn = _with(recipe, one.stage, method)
            found = (*column_faults(drawn, table), *benchmark_faults(drawn), *reference_faults(drawn, start.table.units))
            for fault in found or tuple(row_faults(drawn, start.values, start.screened)):
                yield replace(fault, message=f"{fault.message.rstrip('.')}, as {one.name} may draw it.")


def _what(one: UncertainInput) -> tuple[Origin, str]:
    return one.origin, f" of a method to {one.stage} {one.level}".rstrip() if one.origin is Origin.CHOICE else ""


def _input_faults(recipe: Recipe, one: UncertainInput) -> Iterator[Problem]:
    codes = {member.code for member in members(recipe)}
    if one.origin is Origin.CHOICE:
        if one.stage not in CHOOSING:
            yield _fault("no-choice", "There are no methods to choose from here.", one.name, f"{one.stage}", ", ".join(CHOOSING))
        if not one.methods:
            yield _fault("no-methods", "A choice names no methods.", one.name)
        if one.level and one.level not in recipe.levels[1:]:
            yield _fault("unknown-level", "There is no such level.", one.name, one.level, ", ".join(recipe.levels[1:]))
    if one.origin is Origin.WEIGHTS:
        if not 0 < one.share <= 1:
            yield _fault("bad-share", "Weights move by a share of themselves.", one.name, f"{one.share:g}", "above 0, at most 1")
        if lacking := [level for level in one.levels if level not in recipe.levels[:-1]]:
            yield _fault("unknown-level", "No weights stand on this level.", one.name, ", ".join(lacking), ", ".join(recipe.levels[:-1]))
        yield from _set_faults(recipe, one, codes)
    if one.origin is Origin.LEFT_OUT:
        lacking = [code for code in one.codes if code not in codes]
        if lacking or not one.codes:
            yield _fault("unknown-code", "What may be left out is named by its code.", one.name, ", ".join(lacking) or "nothing")
        if any(group.code in one.codes for group in recipe.at_level(recipe.levels[-1])):
            yield _fault("whole-left-out", "A composite at the top cannot be left out.", one.name, ", ".join(one.codes))


def _set_faults(recipe: Recipe, one: UncertainInput, codes: set[str]) -> Iterator[Problem]:
    own = {member.code: member.weight for member in members(recipe)}
    for place, told in enumerate(one.given_sets, start=1):
        if lacking := [code for code in told if code not in codes]:
            yield _fault("unknown-code", f"Set {place} of the weights names what the recipe has not.", one.name, ", ".join(lacking))
        bad = [code for code, weight in told.items() if not (math.isfinite(weight) and weight >= 0) or own.get(code) == 0]
        if bad:
            expected = "0 or more, of what has a weight in the recipe"
            yield _fault("bad-weight", f"Set {place} of the weights holds what cannot be.", one.name, ", ".join(bad), expected)


def _with(recipe: Recipe, stage: Stage, method: Method) -> Recipe:
    if stage is Stage.IMPUTE:
        return replace(recipe, impute=method)
    if stage is Stage.TREAT:
        return replace(recipe, treat=method)
    return replace(recipe, normalise=method) if stage is Stage.NORMALISE else replace(recipe, weights=method)


def _fault(kind: str, message: str, name: str, found: str | None = None, expected: str | None = None, mend: str | None = None) -> Problem:
    key = f"uncertainty.{name}" if name else "uncertainty"
    return Problem(kind, message, Severity.REJECTED, column=key, found=found, expected=expected, mend=mend)
