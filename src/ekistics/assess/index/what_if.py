"""What an index would be on another scale: the rows of one year by each way to normalise that asks for nothing but the figures.

The page that moves weights and methods takes its figures from here; weights and means it works out itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.index.recipe_faults import benchmark_factor, benchmark_faults
from ekistics.assess.index.stages import own_or, worked
from ekistics.assess.methods.catalogue import find
from ekistics.assess.methods.row_facts import facts_of
from ekistics.assess.methods.trees import Tree, below, tree_of
from ekistics.model.assessments import Assessment
from ekistics.model.problems import Severity
from ekistics.model.recipes import Method, Stage

Floats = NDArray[np.float64]

OWN = "own"
OFFERED: Mapping[str, Method] = {
    "min-max": Method("min-max", {"to": (1.0, 100.0)}),
    "z-score": Method("z-score"),
    "rank": Method("rank"),
}
"""Ways to normalise that need no benchmark, by the name under which they are offered."""


@dataclass(frozen=True)
class Scale:
    """The rows of one year by one way to normalise: (indicators, units), in the order of the recipe; NaN is missing.

    An indicator with a method of its own keeps it, as in the runs of an uncertainty design.
    """

    code: str
    method: Method
    values: Floats


@dataclass(frozen=True)
class Parts:
    """The tree below a composite with the weights of an assessment.

    Attributes
    ----------
    tree : the composite and all that it is made of
    used : by group, (parts,) weights as they were used; indicators that the screening left out have none
    counted : by group, (parts,) weights by which it is told whether enough parts are there
    """

    tree: Tree
    used: tuple[Floats, ...]
    counted: tuple[Floats, ...]


def scales_of(assessment: Assessment, year: int = -1) -> tuple[tuple[Scale, ...], tuple[str, ...]]:
    """Return the scale of the recipe and all others that can be used, and the names of those that cannot.

    A scale cannot be used where a row does not vary, or where an indicator has no direction.
    """
    recipe = assessment.recipe
    found, unfit = [Scale(OWN, recipe.normalise, assessment.normalised[year])], []
    before = [one.values for one in assessment.stages if one.stage not in (Stage.NORMALISE, Stage.WEIGHT, Stage.AGGREGATE)][-1]
    facts = facts_of(recipe, assessment.table.units, np.array([benchmark_factor(one) for one in recipe.indicators]))
    screened = _screened(assessment)
    for code, method in OFFERED.items():
        if _alike(method, recipe.normalise):
            continue
        faults = [one for one in benchmark_faults(replace(recipe, normalise=method)) if one.severity is Severity.REJECTED]
        if faults:
            unfit.append(code)
            continue
        methods = own_or(recipe.indicators, Stage.NORMALISE, method)
        made = worked(Stage.NORMALISE, facts, before[None], methods, together=recipe.fixed_over_years)
        if made.unfit is not None and bool((made.unfit[0] & ~screened).any()):
            unfit.append(code)
        else:
            found.append(Scale(code, method, made.values[0, year]))
    return tuple(found), tuple(unfit)


def parts_of(assessment: Assessment, group: str) -> Parts:
    """Return what a composite is made of, with weights; those that were found from the figures as they were found."""
    recipe = assessment.recipe
    tree = below(tree_of(recipe), group)
    out = np.concatenate([_screened(assessment), np.zeros(len(tree.groups), bool)])
    counted = tuple(np.where(out[parts], 0.0, told) for told, parts in zip(tree.weights, tree.parts, strict=True))
    if recipe.weights.name == "given":
        return Parts(tree, counted, counted)
    return Parts(tree, tuple(np.asarray(assessment.weights[one.code]) for one in tree.groups), counted)


def _screened(assessment: Assessment) -> NDArray[np.bool_]:
    """Return (indicators,) which rows the screening left out."""
    out = {
        said.about for one in assessment.stages if one.stage is Stage.SCREEN for said in one.said if said.kind == "indicator-screened-out"
    }
    return np.array([one.code in out for one in assessment.recipe.indicators], dtype=np.bool_)


def _alike(one: Method, other: Method) -> bool:
    """Whether two ways to normalise are the same once what was left out is filled in."""
    if (one.name, one.version) != (other.name, other.version):
        return False
    told = find(Stage.NORMALISE, one)
    return told.completed(one) == told.completed(other)
