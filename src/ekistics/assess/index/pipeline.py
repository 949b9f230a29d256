"""Apply a recipe to a table: every stage in order, every one kept, every changed cell flagged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.index.composing import covered, groups_not_above_zero
from ekistics.assess.index.recipe_faults import aggregate_of, methods_used
from ekistics.assess.index.refused_composites import RefusedComposites
from ekistics.assess.index.running import Draws, Prepared, Runs, prepare, run_leaves
from ekistics.assess.index.stages import own_or
from ekistics.assess.index.variants import Variants
from ekistics.assess.methods.filling import hold_out_remarks
from ekistics.assess.methods.row_facts import Outcome
from ekistics.model.assessments import Assessment, Change, Remark, StageTable
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Band
from ekistics.model.index_tables import Cube, IndexTable
from ekistics.model.recipes import Recipe, Stage
from ekistics.stats.ranking import Ties, ranks

_RANKED_AT_A_TIME = 1 << 17
"""Scores ranked in one step: what is needed beside the answer stays in the cache."""
_DIGITS = 12
"""Scores that are equal to so many digits of the highest are equal in rank: the order of a sum moves those beyond."""


def assess(recipe: Recipe, table: IndexTable, *, threads: int = 1) -> Assessment:
    """Apply a recipe to a table.

    Parameters
    ----------
    recipe : what is to be done
    table : figures of units by indicator and year; NaN is missing
    threads : how many work side by side; the answer is the same, bit by bit

    Returns
    -------
    Assessment
        Every year of the table up to the reference year. A composite without enough of its parts has no score, and is listed.

    Raises
    ------
    InvalidInput
        If the one cannot be applied to the other: with the first fault and the number of them; `refusals.check` gives them all.
    """
    prepared = prepare(recipe, table, threads=threads)
    stages = list(prepared.start.stages)
    values = prepared.start.values
    for stage, method, step in (
        (Stage.IMPUTE, recipe.impute, prepared.imputed),
        (Stage.TREAT, recipe.treat, prepared.treated),
        (Stage.NORMALISE, recipe.normalise, prepared.normalised),
    ):
        outcome = step(values[None], method)
        _refuse_unfit(prepared, stage, outcome)
        if stage is Stage.NORMALISE or any(one.name != "none" for one in own_or(recipe.indicators, stage, method)):
            stages.append(_stage(prepared, stage, values, outcome))
        values = outcome.values[0]
    made = run_leaves(prepared, Variants.single(values), Draws())
    _refuse_unweighted(prepared, made)
    _refuse_not_above_zero(prepared, made)
    return _assessment(prepared, stages, values, made)


def ranked(scores: Cube, ties: str, *, threads: int = 1) -> NDArray[np.int32]:
    """Return ranks along the last axis, 1 the highest, 0 without a score.

    Scores that differ by less than a rounding error of their row's largest are equal.
    """
    flat = scores.reshape(-1, scores.shape[-1])
    found = np.empty(flat.shape, np.int32)
    rule = Ties.DENSE if ties == "dense" else Ties.MINIMUM
    rows = max(1, _RANKED_AT_A_TIME // max(1, flat.shape[1]))

    def rank_some(some: slice) -> None:
        found[some] = np.nan_to_num(ranks(_rounded(flat[some]), ties=rule), copy=False, nan=0.0)

    steps = [slice(first, first + rows) for first in range(0, len(flat), rows)]
    with ThreadPoolExecutor(max(1, threads)) as pool:
        list(pool.map(rank_some, steps))
    return found.reshape(scores.shape)


def _rounded(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores as whole numbers of the least difference that counts."""
    largest = np.fmax.reduce(np.abs(rows), axis=-1, keepdims=True, initial=0.0)
    exponent = np.floor(np.log10(largest, out=np.zeros(largest.shape), where=largest > 0))
    scaled = rows * 10.0 ** (_DIGITS - 1 - exponent)
    return np.rint(scaled, out=scaled)


def banded(scores: Cube, bands: tuple[Band, ...]) -> NDArray[np.int8]:
    """Return the place in `bands` of the band of each score, -1 where there is none."""
    if not bands:
        return np.full(scores.shape, -1, np.int8)
    order = sorted(range(len(bands)), key=lambda one: bands[one].at_least)
    at = np.searchsorted(np.array([bands[one].at_least for one in order]), scores, side="right") - 1
    places = np.array([*order, -1], dtype=np.int8)  # the last stands for -1: below every band
    return np.where(np.isnan(scores), np.int8(-1), places[at])


def same(one: Assessment, other: Assessment) -> bool:
    """Whether two assessments have the same stages, scores, ranks, bands and weights, bit by bit."""
    pairs: list[tuple[NDArray[Any], NDArray[Any] | None]] = [
        (one.scores, other.scores),
        (one.ranks, other.ranks),
        (one.bands, other.bands),
        (one.normalised, other.normalised),
    ]
    pairs += [(mine.values, theirs.values) for mine, theirs in zip(one.stages, other.stages, strict=False)]
    pairs += [(one.weights[code], other.weights.get(code)) for code in one.weights]
    alike = all(theirs is not None and np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f") for mine, theirs in pairs)
    return alike and one.groups == other.groups and [each.stage for each in one.stages] == [each.stage for each in other.stages]


def _stage(prepared: Prepared, stage: Stage, before: Cube, outcome: Outcome) -> StageTable:
    values = outcome.values[0]
    changes = None if outcome.changes is None else outcome.changes[0]
    said: tuple[Remark, ...] = ()
    if stage is Stage.IMPUTE:
        filled = np.isnan(before) & ~np.isnan(values)
        changes = np.where(filled, np.int8(Change.IMPUTED), np.int8(0)).astype(np.int8) if filled.any() else None
        said = hold_out_remarks(prepared.recipe.impute, prepared.gaps, before, filled)
    elif changes is not None and stage is Stage.TREAT:
        logged = (changes == Change.LOGGED).any(axis=(0, 2))
        said = tuple(Remark("logged", prepared.facts.codes[row]) for row in np.flatnonzero(logged))
    return StageTable(stage, prepared.facts.codes, values, changes, said)


def _refuse_unfit(prepared: Prepared, stage: Stage, outcome: Outcome) -> None:
    if outcome.unfit is None:
        return
    rows = np.flatnonzero(outcome.unfit[0] & ~prepared.start.screened)
    if len(rows) == 0:
        return
    one = prepared.recipe.indicators[int(rows[0])]
    method = (one.treat or prepared.recipe.treat) if stage is Stage.TREAT else (one.normalise or prepared.recipe.normalise)
    more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
    raise InvalidInput(
        f"{method.name} cannot be used on {one.name}{more}",
        column=one.code,
        found="figures that are all alike, all on the wrong side of the target, or not above 0",
        mend="leave the indicator out, or give it another method",
    )


def _refuse_unweighted(prepared: Prepared, made: Runs) -> None:
    if made.composites.unweighted is None:
        return
    groups = [prepared.tree.groups[group] for group in np.flatnonzero(made.composites.unweighted[0])]
    more = f" (and {len(groups) - 1} more)" if len(groups) > 1 else ""
    raise InvalidInput(
        f"{prepared.recipe.weights.name} finds no weights for the parts of {groups[0].name}{more}",
        column=groups[0].code,
        found="parts that do not vary, that too few units have together, or that are below 0",
        mend="give the weights, or name under level the one level that is to be weighted so",
    )


def _refuse_not_above_zero(prepared: Prepared, made: Runs) -> None:
    found = groups_not_above_zero(
        prepared.tree,
        made.leaves.values[0],
        made.scores[0],
        made.given,
        [aggregate_of(prepared.recipe, one) for one in prepared.tree.groups],
    )
    if not found:
        return
    group, part, low = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    told = prepared.tree.groups[group]
    raise InvalidInput(
        f"the {aggregate_of(prepared.recipe, told).name} mean of {told.name} needs values above 0{more}",
        column=told.code,
        found=f"{prepared.tree.codes[part]} of {low:g}",
        expected="values above 0",
        mend="normalise with to: [1, 100], or take the arithmetic mean",
    )


def _assessment(prepared: Prepared, stages: list[StageTable], leaves: Cube, made: Runs) -> Assessment:
    recipe, tree, start = prepared.recipe, prepared.tree, prepared.start
    scores = made.scores[0]
    given = tuple(one[0] for one in made.given)
    there = tuple(None if one is None else one[0] for one in made.composites.there)
    lacking = np.isnan(scores)
    codes = tuple(one.code for one in tree.groups)
    below = np.where(lacking, np.int8(Change.BELOW_COVERAGE), np.int8(0)).astype(np.int8) if lacking.any() else None
    stages.append(StageTable(Stage.AGGREGATE, codes, scores, below))
    places = np.argwhere(lacking.transpose(1, 0, 2)).astype(np.int64)
    needed = tuple(recipe.coverage.get(one.level, 0.0) if one.coverage is None else one.coverage for one in tree.groups)
    return Assessment(
        recipe,
        start.table,
        tuple(stages),
        codes,
        scores,
        ranked(scores, recipe.ties, threads=prepared.threads),
        covered(tree, leaves, made.composites, made.given),
        banded(scores, recipe.bands),
        {code: _shares(made.composites.weights[group][0], given[group]) for group, code in enumerate(codes)},
        leaves,
        RefusedComposites(tree, start.table.units, start.table.years, places, leaves, scores, there, given, needed),
        start.left_out,
        {key: f"{method.name} {method.version}" for _, method, key in methods_used(recipe)},
    )


def _shares(weights: NDArray[np.float64], given: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights that add up to 1; where each unit has its own, their mean over the units."""
    if weights.ndim == 3:
        weights = np.nanmean(weights, axis=(0, 2))
    total = weights.sum()
    return weights / total if total > 0 else np.zeros(len(given))
