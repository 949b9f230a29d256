"""How wide the scale is on which normalised values and composites stand: what a difference of ten points is out of."""

from __future__ import annotations

import numpy as np

from ekistics.assess.comparing.code_values import values_of
from ekistics.assess.index.recipe_faults import aggregate_of
from ekistics.assess.methods.catalogue import find
from ekistics.assess.methods.trees import members
from ekistics.model.assessments import Assessment
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Option, Recipe, Stage

MEANS = frozenset({"arithmetic", "geometric", "harmonic", "power", "median", "minimum"})
"""Ways to put parts together whose answer lies between the lowest and the highest part: the scale stays as it is."""

_OF_BENCHMARK = 100.0


def scale_width(assessment: Assessment, code: str) -> float:
    """Return the width of the scale of an indicator's normalised values, or of a composite.

    It is that of the method where the method has one (0 to 100), else the range of the values of all years and units; NaN without any.
    """
    fixed = _fixed(assessment, next(one for one in members(assessment.recipe) if one.code == code))
    if fixed is not None:
        return fixed
    values = values_of(assessment, code)
    there = values[~np.isnan(values)]
    return float(there.max() - there.min()) if len(there) else float("nan")


def scores_compare(recipe: Recipe) -> bool:
    """Whether the scores of all runs stand on one scale: where a run may take another scale, only ranks have an interval that says much."""
    for one in recipe.uncertainty.inputs:
        if one.stage is Stage.NORMALISE and len({_scale(method) for method in one.methods}) > 1:
            return False
        if one.stage is Stage.AGGREGATE and not {method.name for method in one.methods} <= MEANS:
            return False
    return True


def _fixed(assessment: Assessment, part: IndexGroup | IndexIndicator) -> float | None:
    if isinstance(part, IndexIndicator):
        return _of_method(part.normalise or assessment.recipe.normalise)
    if aggregate_of(assessment.recipe, part).name not in MEANS or assessment.recipe.weights.name == "benefit-of-the-doubt":
        return None
    widths = {_fixed(assessment, one) for one in assessment.recipe.children(part.code)}
    return widths.pop() if len(widths) == 1 else None


def _of_method(method: Method) -> float | None:
    told = find(Stage.NORMALISE, method)
    options = told.completed(method)
    to, times = options.get("to"), options.get("times")
    if told.name == "benchmark":
        return _OF_BENCHMARK
    if isinstance(to, tuple) and told.name != "z-score":
        return float(to[1] - to[0])
    return float(times) if isinstance(times, int | float) else None


def _scale(method: Method) -> tuple[str, Option]:
    """Return what tells the scale of a way to normalise: its ends, or the way itself where it has none."""
    to = find(Stage.NORMALISE, method).completed(method).get("to")
    return ("", to) if isinstance(to, tuple) and method.name != "z-score" else (method.name, to)
