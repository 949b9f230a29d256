"""From normalised rows to composites: weights and means of one group after another, from the lowest level to the top, for many runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.index.variants import Choice, Variants
from ekistics.assess.methods.catalogue import find
from ekistics.assess.methods.means import as_read, means_of_runs
from ekistics.assess.methods.trees import Tree
from ekistics.assess.methods.weights import Family
from ekistics.model.recipes import Method, Stage

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ENOUGH = 1e-12
"""A share of parts that is at the threshold, but for rounding, is at the threshold."""


@dataclass(frozen=True)
class Composition:
    """How composites are made, in the order of the groups of a tree.

    Attributes
    ----------
    given : by group, (runs, parts) weights before the method; 0 leaves a part out
    weigh : the method of the weights of each run
    aggregate : by group, the method of each run
    needed : by group, the share of its parts, by weight, that must be there
    """

    given: Sequence[Floats]
    weigh: Choice[Method]
    aggregate: Sequence[Choice[Method]]
    needed: Sequence[float]


@dataclass(frozen=True)
class Composites:
    """What came out, in the order of the groups of a tree.

    Attributes
    ----------
    scores : (runs, years, groups, units), NaN where there is none
    there : by group, (runs, years, units) share of its parts, by weight, that were there; None where all were
    weights : by group, (runs, parts) as used; (runs, years, parts, units) where each unit has its own
    unweighted : (runs, groups) for whose parts no weights could be found; None where there are none
    """

    scores: Floats
    there: tuple[Floats | None, ...]
    weights: tuple[Floats, ...]
    unweighted: Mask | None = None


def composed(tree: Tree, leaves: Variants, how: Composition) -> Composites:
    """Return the composites of all groups.

    Parameters
    ----------
    leaves : tables of the indicators, normalised
    how : methods, weights and thresholds

    Returns
    -------
    Composites
        A composite is NaN where less than the needed share of its parts is there, where none is, or where its method cannot take one
        of its parts.
    """
    _, years, _, units = leaves.values.shape
    runs = leaves.runs
    scores = np.empty((runs, years, len(tree.groups), units))
    alive = np.ones((runs, len(tree.codes)), bool)
    unweighted = np.zeros((runs, len(tree.groups)), bool)
    there: list[Floats | None] = []
    used: list[Floats] = []
    for group, parts in enumerate(tree.parts):
        if len(parts) == 0:  # what it lacks is known: it is missing, and keeps its weight in the groups above it
            scores[:, :, group] = np.nan
            there.append(np.zeros((runs, years, units)))
            used.append(np.zeros((runs, 0)))
            continue
        given = np.where(alive[:, parts], how.given[group], 0.0)
        empty = given.sum(axis=-1) <= 0
        alive[:, tree.indicators + group] = ~empty
        # a group without parts in a run is left out of those above it; any weights keep the sums going until it is
        given[empty] = 1.0
        table = _table_of(tree, parts, leaves, scores)
        weights, unweighted[:, group] = _found_weights(table, given, _family(tree, group), how.weigh)
        made = _means(table, weights, how.aggregate[group])
        share = _there(table, given)
        if share is not None:
            made[share < how.needed[group] - _ENOUGH] = np.nan
        made[empty | unweighted[:, group]] = np.nan
        scores[:, :, group] = made
        there.append(share)
        used.append(weights)
    return Composites(scores, tuple(there), tuple(used), unweighted if unweighted.any() else None)


def covered(tree: Tree, leaves: Floats, composites: Composites, given: Sequence[Floats], run: int = 0) -> Floats:
    """Return the share of its indicators, by weight, that each composite of a run rests on.

    Parameters
    ----------
    leaves : (years, rows, units) the table of the run
    given : by group, (runs, parts) weights before the method

    Returns
    -------
    (years, groups, units), 0 to 1
        A part that was refused counts as nothing, one that stands on half of its indicators as half.
    """
    years, _, units = leaves.shape
    if all(one is None for one in composites.there):
        return np.broadcast_to(1.0, (years, len(tree.groups), units))  # takes no memory
    found = np.ones((years, len(tree.groups), units))
    for group, parts in enumerate(tree.parts):
        weights = given[group][run]
        if not weights.any():  # the screening left out all of its parts
            found[:, group] = 0.0
            continue
        below = parts[parts >= tree.indicators] - tree.indicators
        if composites.there[group] is None and (len(below) == 0 or bool(np.all(found[:, below] == 1.0))):
            continue
        found[:, group] = 0.0
        for weight, node in zip(weights.tolist(), parts, strict=True):
            mine = node - tree.indicators
            rests = ~np.isnan(leaves[:, node] if mine < 0 else composites.scores[run, :, mine])
            found[:, group] += weight * (rests if mine < 0 else rests * found[:, mine])
        found[:, group] /= sum(weights.tolist())  # added up in the same order, so that everything is 1 and not a little less
    return found


def groups_not_above_zero(
    tree: Tree, leaves: Floats, scores: Floats, given: Sequence[Floats], methods: Sequence[Method]
) -> list[tuple[int, int, float]]:
    """Return groups whose method needs values above zero, the first of their parts that is not, and how low it is.

    Parameters
    ----------
    leaves : (years, rows, units)
    scores : (years, groups, units)
    given : by group, (runs, parts) weights, the first run's being looked at
    methods : by group
    """
    found = []
    for group, parts in enumerate(tree.parts):
        if not find(Stage.AGGREGATE, methods[group]).demands.above_zero:
            continue
        for node, weight in zip(parts, given[group][0], strict=True):
            figures = leaves[:, node] if node < tree.indicators else scores[:, node - tree.indicators]
            low = float(np.fmin.reduce(figures, axis=None, initial=np.inf))
            if weight > 0 and low <= 0:
                found.append((group, int(node), low))
                break
    return found


def _table_of(tree: Tree, parts: NDArray[np.int64], leaves: Variants, scores: Floats) -> Variants:
    """Return the parts of a group as tables; parts next to each other are read in place."""
    rows = parts[parts < tree.indicators]
    groups = parts[parts >= tree.indicators] - tree.indicators
    own = np.arange(leaves.runs)
    if len(groups) == 0:
        return Variants(leaves.values[:, :, _in_place(rows)], leaves.of_run)
    if len(rows) == 0:
        return Variants(scores[:, :, _in_place(groups)], own)
    table = np.empty((leaves.runs, leaves.values.shape[1], len(parts), leaves.values.shape[3]))
    table[:, :, parts < tree.indicators] = leaves.values[leaves.of_run][:, :, rows]
    table[:, :, parts >= tree.indicators] = scores[:, :, groups]
    return Variants(table, own)


def _in_place(rows: NDArray[np.int64]) -> slice | NDArray[np.int64]:
    follow = bool(np.all(np.diff(rows) == 1))
    return slice(int(rows[0]), int(rows[-1]) + 1) if follow else rows


def _family(tree: Tree, group: int) -> Family:
    return Family(tree.groups[group].code, tree.groups[group].level, tree.names_of(group))


def _found_weights(table: Variants, given: Floats, family: Family, weigh: Choice[Method]) -> tuple[Floats, Mask]:
    """Return weights, and the runs (runs,) for which none could be found: those given keep their sums going."""
    weights = _weights(table, given, family, weigh)
    lacking: Mask = np.logical_and.reduce(np.isnan(weights).reshape(len(weights), -1), axis=1)
    if lacking.any():
        weights = weights.copy()
        weights[lacking] = given[lacking] if weights.ndim == 2 else 0.0
    return weights, lacking


def _weights(table: Variants, given: Floats, family: Family, weigh: Choice[Method]) -> Floats:
    if len(weigh.options) == 1 and weigh.options[0].name == "given":
        return given
    made: Floats | None = None
    for option, method in enumerate(weigh.options):
        runs = np.flatnonzero(weigh.of_run == option)
        if len(runs) == 0:
            continue
        told = find(Stage.WEIGHT, method)
        mine = told.function(as_read(table.values, table.of_run[runs]), given[runs], family, **told.completed(method))
        if len(runs) == len(given):
            return np.asarray(mine)
        if made is None or made.ndim < mine.ndim:
            made = np.empty((len(given), *mine.shape[1:])) if made is None else _for_each_unit(made, mine.shape)
        made[runs] = _for_each_unit(mine, made.shape)
    return given if made is None else made


def _for_each_unit(weights: Floats, shape: tuple[int, ...]) -> Floats:
    """Return weights of parts as weights of the parts of each unit, where the shape asks for that."""
    if weights.ndim == len(shape):
        return weights
    return np.array(np.broadcast_to(weights[:, None, :, None], (len(weights), *shape[1:])))


def _means(table: Variants, weights: Floats, aggregate: Choice[Method]) -> Floats:
    if weights.ndim == 4:
        return _own_weights(table, weights)
    made: Floats | None = None
    for option, method in enumerate(aggregate.options):
        runs = np.flatnonzero(aggregate.of_run == option)
        if len(runs) == 0:
            continue
        told = find(Stage.AGGREGATE, method)
        whole = len(runs) == len(weights)
        mine = told.function(*_of_runs(table, weights, None if whole else runs), **told.completed(method))
        if whole:
            return np.require(mine, np.float64, ["W"])
        if made is None:
            made = np.empty((len(weights), *mine.shape[1:]))
        made[runs] = mine
    if made is None:
        raise AssertionError("a run takes no method to aggregate")
    return made


def _of_runs(table: Variants, weights: Floats, runs: NDArray[np.int64] | None) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return the tables, weights and readers of some runs; tables that none of them reads are left out."""
    if runs is None:
        return table.values, weights, table.of_run
    wanted, of_run = np.unique(table.of_run[runs], return_inverse=True)
    values = table.values if len(wanted) == len(table.values) else table.values[wanted]
    return values, weights[runs], of_run


def _own_weights(table: Variants, weights: Floats) -> Floats:
    """Return sums of parts, each times the weight that its unit gives it; NaN where a unit has no part, or no weights."""
    parts = as_read(table.values, table.of_run)
    made: Floats = np.nansum(parts * weights, axis=2)
    made[np.isnan(parts).all(axis=2) | np.isnan(weights).all(axis=2)] = np.nan
    return made


def _there(table: Variants, given: Floats) -> Floats | None:
    """Return which share of the parts, by weight, each unit has, (runs, years, units); None where all have all."""
    if not np.isnan(table.values).any():
        return None
    return means_of_runs((~np.isnan(table.values)).astype(np.float64), given, table.of_run)
