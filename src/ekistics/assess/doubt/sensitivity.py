"""Which input makes how much of the doubt: Sobol indices of how far the runs rank units from the plain assessment.

A discrete design of few combinations is run in all of them: its indices have no sampling error. A larger one, or one with draws that
never repeat, is run at scrambled Sobol points in the radial design A, B, A with one column of B; an input that is many numbers at once
(errors of all figures, weights moved anew in every run) is one input, whose draws in A and B are different ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.doubt.designs import Design
from ekistics.assess.doubt.drawing import Asked, asked
from ekistics.assess.doubt.many_runs import RunScores, Where, locally, many_runs, plain_scores
from ekistics.assess.doubt.run_failures import counted
from ekistics.model.assessments import Sensitivities
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import Recipe
from ekistics.stats.sobol import exact_indices, options_drawn, sampled_indices, sobol_design

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MEAN_RANK_CHANGE = "mean rank change"
"""The output: by how many ranks a run moves a unit from its place in the plain assessment, on average."""

_Totals = Callable[[Floats], Floats]
"""From outputs (runs, units) to the total indices (inputs, units)."""

_KEPT_CELLS = 1 << 27
"""Scores of all combinations that are held at once (8 bytes each, and 4 a rank): with more, points are sampled."""
_CELLS_AT_A_TIME = 1 << 23


def sensitivity_of(
    recipe: Recipe, table: IndexTable, *, group: str | None = None, year: int | None = None, where: Where = locally
) -> Sensitivities:
    """Tell which input of a recipe's design makes how much of the doubt about its ranking.

    Parameters
    ----------
    group : a composite; None takes the one at the top
    year : of the table; None takes the newest that counts
    where : where the runs are worked out; the figures are the same wherever

    Returns
    -------
    Sensitivities
        Exact where the design is discrete and has at most `enumerate_up_to` combinations, else with intervals of the design's level.
        Where a combination failed there are no exact indices: NaN, with the reason.

    Raises
    ------
    InvalidInput
        If the recipe cannot be applied to the table, names nothing that is uncertain, or gives no ranking by itself.
    NotFound
        If there is no such group or year.
    """
    ready = asked(recipe, table, group, year)
    plain = plain_scores(ready.design, ready.place)
    if _can_be_enumerated(ready):
        return _enumerated(ready, plain, where)
    return _sampled(ready, plain, where)


def all_combinations(design: Design) -> dict[str, Integers]:
    """Return the numbers of all combinations of a discrete design, the last input running fastest."""
    shape = tuple(len(one.options) for one in design.inputs)
    places = np.indices(shape).reshape(len(shape), -1).astype(np.int64)
    return {one.name: told for one, told in zip(design.inputs, places, strict=True)}


def mean_rank_change(made: RunScores, plain: RunScores) -> Floats:
    """Return (runs,) by how many ranks each run moves a unit, on average over units ranked in both; NaN where it failed."""
    both = (made.ranks > 0) & (plain.ranks > 0)
    moved = np.where(both, np.abs(made.ranks - plain.ranks), 0).sum(axis=1)
    count = both.sum(axis=1)
    return np.asarray(np.divide(moved, count, out=np.full(len(moved), np.nan), where=count > 0))


def _can_be_enumerated(ready: Asked) -> bool:
    if any(not one.options for one in ready.design.inputs):
        return False
    combinations = 1
    for one in ready.design.inputs:
        combinations *= len(one.options)
    told, units = ready.design.prepared.recipe.uncertainty, len(ready.design.prepared.start.table.units)
    return combinations <= told.enumerate_up_to and combinations * units <= _KEPT_CELLS


def _enumerated(ready: Asked, plain: RunScores, where: Where) -> Sensitivities:
    design = ready.design
    made = where(many_runs(design, all_combinations(design), ready.place))
    shape, inputs = tuple(len(one.options) for one in design.inputs), len(design.inputs)
    found = exact_indices(mean_rank_change(made, plain).reshape(shape), inputs)
    told = Sensitivities(
        inputs=tuple(one.name for one in design.inputs),
        output=MEAN_RANK_CHANGE,
        exact=True,
        evaluations=len(made.scores),
        first=found.first,
        total=found.total,
        second=found.second,
        mean=float(found.mean),
        variance=float(found.variance),
    )
    return _by_unit(told, made, lambda table: exact_indices(table.reshape(*shape, -1), inputs).total)


def _sampled(ready: Asked, plain: RunScores, where: Where) -> Sensitivities:
    design, recipe = ready.design, ready.design.prepared.recipe
    points = 1 << max(1, (recipe.uncertainty.sensitivity_points - 1).bit_length())
    inputs = len(design.inputs)
    made = where(many_runs(design, _radial_numbers(design, points), ready.place))
    outputs = mean_rank_change(made, plain).reshape(inputs + 2, points)
    found = sampled_indices(outputs, seed=recipe.seed, level=recipe.uncertainty.level)
    told = Sensitivities(
        inputs=tuple(one.name for one in design.inputs),
        output=MEAN_RANK_CHANGE,
        exact=False,
        evaluations=len(made.scores),
        first=found.first,
        total=found.total,
        first_low=found.first_low,
        first_high=found.first_high,
        total_low=found.total_low,
        total_high=found.total_high,
        mean=float(found.mean),
        variance=float(found.variance),
        dummy=(float(found.dummy_low), float(found.dummy_high)),
    )
    return _by_unit(told, made, lambda table: sampled_indices(table.reshape(inputs + 2, points, -1), seed=recipe.seed, resamples=0).total)


def _radial_numbers(design: Design, points: int) -> dict[str, Integers]:
    """Return the numbers of the runs A, B, then A with one input of B after the other, by input.

    Inputs take the dimensions of the points in the order of their names, so that their order in the recipe does not matter.
    """
    inputs = len(design.inputs)
    drawn = sobol_design(inputs, points, seed=design.prepared.recipe.seed).points
    dimension = {name: place for place, name in enumerate(sorted(one.name for one in design.inputs))}
    numbers: dict[str, Integers] = {}
    for place, one in enumerate(design.inputs):
        from_b = np.zeros((inputs + 2, 1), np.bool_)
        from_b[[1, 2 + place]] = True
        if one.options:
            ours = drawn[:2, :, dimension[one.name]]
            told = options_drawn(np.where(from_b, ours[1], ours[0]), len(one.options))
        else:
            told = np.where(from_b, points, 0) + np.arange(points)
        numbers[one.name] = told.reshape(-1)
    return numbers


def _by_unit(told: Sensitivities, made: RunScores, totals: _Totals) -> Sensitivities:
    """Add the total indices of each unit's rank and score, and what failed."""
    runs, units = made.scores.shape
    by_rank, by_score = np.empty((2, len(told.inputs), units))
    step = max(1, _CELLS_AT_A_TIME // max(1, runs))
    for first in range(0, units, step):
        some = slice(first, first + step)
        ranks = made.ranks[:, some]
        by_rank[:, some] = totals(np.where(ranks > 0, ranks, np.nan))
        by_score[:, some] = totals(made.scores[:, some])
    return replace(told, by_unit=by_rank, by_unit_score=by_score, failed=len(made.failed), failures=counted(made.failed.values()))
