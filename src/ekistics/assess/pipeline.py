"""Apply a recipe to a table: every stage in order, every one kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ekistics.assess import means, normalisation, treatment, weights  # noqa: F401  (their methods register on import)
from ekistics.assess.choosing import chosen
from ekistics.assess.composing import Composition, composed, covered
from ekistics.assess.row_facts import facts_of
from ekistics.assess.stages import own_or, worked
from ekistics.assess.trees import Tree, tree_of
from ekistics.assess.variants import Choice, Variants
from ekistics.model.assessments import Assessment, StageTable
from ekistics.model.index_tables import Cube, IndexTable
from ekistics.model.recipes import Method, Recipe, Stage
from ekistics.stats.ranking import Ties, ranks

ARITHMETIC = Method("arithmetic")


def assess(recipe: Recipe, table: IndexTable) -> Assessment:
    """Apply a recipe to a table."""
    start = chosen(recipe, table)
    tree = tree_of(recipe)
    facts = facts_of(recipe, start.table.units, np.ones(len(recipe.indicators)))
    stages = list(start.stages)
    values = start.values[None]
    for stage, method in ((Stage.TREAT, recipe.treat), (Stage.NORMALISE, recipe.normalise)):
        outcome = worked(stage, facts, values, own_or(recipe.indicators, stage, method), together=recipe.fixed_over_years)
        values = outcome.values
        stages.append(StageTable(stage, facts.codes, values[0], None if outcome.changes is None else outcome.changes[0]))
    leaves = Variants(values, np.zeros(1, np.int64))
    how = composition(recipe, tree)
    made = composed(tree, leaves, how)
    return Assessment(
        recipe,
        start.table,
        tuple(stages),
        tuple(one.code for one in tree.groups),
        made.scores[0],
        ranked(made.scores[0], recipe.ties),
        covered(tree, values[0], made, how.given),
        np.full(made.scores[0].shape, -1, np.int8),
        {one.code: made.weights[group][0] for group, one in enumerate(tree.groups)},
        values[0],
    )


def composition(recipe: Recipe, tree: Tree) -> Composition:
    """Return how the composites of a recipe are made, in one run."""
    return Composition(
        tuple(given[None] for given in tree.weights),
        Choice.one(recipe.weights),
        tuple(Choice.one(one.aggregate or recipe.aggregate.get(one.level, ARITHMETIC)) for one in tree.groups),
        tuple(recipe.coverage.get(one.level, 0.0) if one.coverage is None else one.coverage for one in tree.groups),
    )


def ranked(scores: Cube, ties: str) -> NDArray[np.int32]:
    """Return ranks, 1 the best, 0 without a score."""
    found = ranks(scores, ties=Ties.DENSE if ties == "dense" else Ties.MINIMUM)
    return np.nan_to_num(found, nan=0.0).astype(np.int32)
