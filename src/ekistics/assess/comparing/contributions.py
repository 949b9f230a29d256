"""What each part of a composite brings to it, in points of the score: parts add up to the whole, exactly.

A mean of degree one is the sum of its parts, each times what one point more of it would add (Euler's theorem on homogeneous
functions). For the arithmetic mean that is weight times value. It holds for the power means with their powers; a median, a lowest
part, a penalised mean and an outranking are no such sums, and nothing is said of their parts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ekistics.assess.comparing.code_values import values_of
from ekistics.assess.index.recipe_faults import aggregate_of
from ekistics.assess.methods.catalogue import find
from ekistics.model.assessments import Assessment
from ekistics.model.recipes import IndexGroup, Method, Stage

_POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
_EXACT = 1e-9
"""How far, relative, the parts may be from their sum: rounding. Beyond it the weights were not those of this unit."""


@dataclass(frozen=True)
class Part:
    """One part of a composite of one unit, at one place of the tree.

    Attributes
    ----------
    code, parent : its code and that of the composite; the parent of the whole is empty
    depth : 0 for the whole
    value : score or normalised value; NaN where there is none
    weight : its share of the composite for this unit, 0 to 1: what is missing leaves its weight to the others
    given : the share that the recipe gives it where nothing is missing
    points : what it brings to the whole, in points of its score; None where the way up is no sum
    """

    code: str
    parent: str
    depth: int
    value: float
    weight: float
    given: float
    points: float | None


def contributions_of(assessment: Assessment, unit: int, *, group: str | None = None, year: int = -1) -> tuple[Part, ...]:
    """Return the tree of a unit's composite: the whole first, each composite before its parts, in the order of the recipe.

    Parameters
    ----------
    unit : its place
    group : the composite; None takes the one at the top
    year : place of the year among those of the table

    Returns
    -------
    tuple of Part
        A part with several parents stands once under each. Of a refused composite nothing is counted, but its parts are listed.
    """
    code = assessment.recipe.top.code if group is None else group
    whole = _value(assessment, code, unit, year)
    found = [Part(code, "", 0, whole, 1.0, 1.0, None if math.isnan(whole) else whole)]
    found += _below(assessment, code, unit, year, 1, 1.0 if math.isfinite(whole) else None)
    return tuple(found)


def _below(assessment: Assessment, code: str, unit: int, year: int, depth: int, lift: float | None) -> list[Part]:
    """Return what is under a composite; `lift` is what one point more of it adds to the whole, None where that cannot be said."""
    parts = assessment.recipe.children(code)
    given = [float(one) for one in assessment.weights[code]]
    values = [_value(assessment, one.code, unit, year) for one in parts]
    there = sum(weight for weight, value in zip(given, values, strict=True) if not math.isnan(value))
    weights = [0.0 if math.isnan(value) or there == 0 else weight / there for weight, value in zip(given, values, strict=True)]
    lifts = _lifts(assessment, code, _value(assessment, code, unit, year), values, weights)
    found: list[Part] = []
    for one, value, weight, told, own in zip(parts, values, weights, given, lifts, strict=True):
        brings = None if lift is None or own is None else lift * own
        points = None if brings is None or math.isnan(value) else brings * value
        found.append(Part(one.code, code, depth, value, weight, told, points))
        if isinstance(one, IndexGroup):
            found += _below(assessment, one.code, unit, year, depth + 1, brings)
    return found


def _lifts(assessment: Assessment, code: str, score: float, values: list[float], weights: list[float]) -> list[float | None]:
    """Return what one point more of each part adds to its composite; None where parts do not add up to it."""
    group = next(one for one in assessment.recipe.groups if one.code == code)
    power = _power(aggregate_of(assessment.recipe, group))
    if power is None or math.isnan(score):
        return [None] * len(values)
    held = [(weight, value) for weight, value in zip(weights, values, strict=True) if weight > 0]
    if power != 1.0 and (score <= 0 or any(value <= 0 for _, value in held)):
        return [None] * len(values)
    found = [
        weight if power == 1.0 or weight == 0 else weight * (value / score) ** (power - 1.0)
        for weight, value in zip(weights, values, strict=True)
    ]
    terms = [lift * value for lift, value in zip(found, values, strict=True) if lift]
    scale = max(math.fsum(abs(term) for term in terms), abs(score))
    return list(found) if abs(math.fsum(terms) - score) <= _EXACT * scale else [None] * len(values)


def _power(method: Method) -> float | None:
    if method.name == "power":
        power = find(Stage.AGGREGATE, method).completed(method)["power"]
        return float(power) if isinstance(power, int | float) else None
    return _POWERS.get(method.name)


def _value(assessment: Assessment, code: str, unit: int, year: int) -> float:
    return float(values_of(assessment, code)[year, unit])
