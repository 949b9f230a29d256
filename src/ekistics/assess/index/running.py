"""Run a recipe on a table, once or a thousand times with other choices: the numbers of every stage, without flags and words.

`prepare` does once what all runs share. `run` puts the figures through the stages as each run wants them; tables that several runs
share are computed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.index.choosing import Chosen
from ekistics.assess.index.composing import Composites, Composition, composed
from ekistics.assess.index.recipe_faults import aggregate_of, benchmark_factor
from ekistics.assess.index.refusals import examined, refuse
from ekistics.assess.index.stages import own_or, worked
from ekistics.assess.index.variants import Choice, Values, Variants
from ekistics.assess.methods.catalogue import find
from ekistics.assess.methods.filling import Gaps, gaps_of
from ekistics.assess.methods.row_facts import Outcome, RowFacts, facts_of
from ekistics.assess.methods.trees import Tree, tree_of
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import Method, Recipe, Stage

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Prepared:
    """A recipe and the figures it is applied to, after everything that all runs share; `threads` work side by side."""

    recipe: Recipe
    tree: Tree
    facts: RowFacts
    gaps: Gaps
    start: Chosen
    threads: int = 1

    def imputed(self, values: Values, method: Method) -> Outcome:
        """Fill the gaps of tables (variants, years, rows, units); what was screened out stays missing."""
        told = find(Stage.IMPUTE, method)
        filled: Floats = told.function(values, self.gaps, **told.completed(method))
        return Outcome(filled if self.start.out is None or filled is values else np.where(self.start.out, np.nan, filled))

    def treated(self, values: Values, method: Method) -> Outcome:
        """Treat outliers; an indicator with a treatment of its own keeps it."""
        return self._worked(Stage.TREAT, values, method)

    def normalised(self, values: Values, method: Method) -> Outcome:
        """Bring rows onto one scale; an indicator with a method of its own keeps it."""
        return self._worked(Stage.NORMALISE, values, method)

    def _worked(self, stage: Stage, values: Values, method: Method) -> Outcome:
        methods = own_or(self.recipe.indicators, stage, method)
        return worked(stage, self.facts, values, methods, together=self.recipe.fixed_over_years, threads=self.threads)


@dataclass(frozen=True)
class Draws:
    """What each run takes; what is left out is as the recipe says.

    Attributes
    ----------
    runs : how many
    figures : tables that were chosen and divided, with errors drawn
    filled : tables with gaps filled (draws of an imputation), in place of `figures` and `impute`
    impute, treat, normalise, weigh : the method of each run
    aggregate : by level, the method of each run; a group with a method of its own keeps it
    factors : (runs, nodes) what the weight of each node of the tree is multiplied by; 0 leaves it out
    """

    runs: int = 1
    figures: Variants | None = None
    filled: Variants | None = None
    impute: Choice[Method] | None = None
    treat: Choice[Method] | None = None
    normalise: Choice[Method] | None = None
    weigh: Choice[Method] | None = None
    aggregate: Mapping[str, Choice[Method]] = field(default_factory=dict)
    factors: Floats | None = None


@dataclass(frozen=True)
class Runs:
    """What runs gave: `composites`, their `scores` (runs, years, groups, units), and the runs that failed with the codes to blame."""

    composites: Composites
    leaves: Variants
    given: tuple[Floats, ...]
    failed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def scores(self) -> Floats:
        """(runs, years, groups, units), NaN where there is no score; a failed run has none."""
        return self.composites.scores


def prepare(recipe: Recipe, table: IndexTable, *, threads: int = 1) -> Prepared:
    """Check a recipe and a table, and do what all runs share.

    Raises
    ------
    InvalidInput
        With the first fault and the number of them; `refusals.check` gives them all.
    """
    problems, start = examined(recipe, table)
    refuse(recipe, problems)
    if start is None:
        raise AssertionError("nothing was refused and nothing chosen")
    tree = tree_of(recipe)
    facts = facts_of(recipe, start.table.units, np.array([benchmark_factor(one) for one in recipe.indicators]))
    return Prepared(recipe, tree, facts, gaps_of(start.table, tree, facts, recipe.seed), start, threads)


def run(prepared: Prepared, draws: Draws | None = None) -> Runs:
    """Put the figures through imputing, treating, normalising, weighting and aggregating, as each run wants them."""
    draws = draws or Draws()
    return run_leaves(prepared, leaves_of(prepared, draws), draws)


def leaves_of(prepared: Prepared, draws: Draws) -> Variants:
    """Return the normalised tables of runs."""
    recipe = prepared.recipe

    def choice(told: Choice[Method] | None, method: Method) -> Choice[Method]:
        return told or Choice.one(method, draws.runs)

    tables = draws.filled
    if tables is None:
        tables = draws.figures or Variants.single(prepared.start.values, draws.runs)
        tables = tables.through(choice(draws.impute, recipe.impute), prepared.imputed)
    tables = tables.through(choice(draws.treat, recipe.treat), prepared.treated)
    return tables.through(choice(draws.normalise, recipe.normalise), prepared.normalised)


def run_leaves(prepared: Prepared, leaves: Variants, draws: Draws) -> Runs:
    """Make the composites of runs whose tables are normalised."""
    recipe, tree = prepared.recipe, prepared.tree
    factors = np.ones((draws.runs, len(tree.codes))) if draws.factors is None else draws.factors
    if prepared.start.screened.any():
        factors = factors * ~np.concatenate([prepared.start.screened, np.zeros(len(tree.groups), bool)])
    given = tuple(told * factors[:, parts] for told, parts in zip(tree.weights, tree.parts, strict=True))
    aggregate = aggregates_of(prepared, draws)
    needed = tuple(recipe.coverage.get(one.level, 0.0) if one.coverage is None else one.coverage for one in tree.groups)
    how = Composition(given, draws.weigh or Choice.one(recipe.weights, draws.runs), aggregate, needed)
    composites = composed(tree, leaves, how)
    failed = _failed(prepared, leaves, factors, composites)
    if failed:
        composites.scores[list(failed)] = np.nan
    return Runs(composites, leaves, given, failed)


def aggregates_of(prepared: Prepared, draws: Draws) -> tuple[Choice[Method], ...]:
    """Return, by group of the tree, the method of each run: its own, else what is drawn for its level, else the recipe's."""
    return tuple(
        Choice.one(aggregate_of(prepared.recipe, one), draws.runs)
        if one.aggregate or one.level not in draws.aggregate
        else draws.aggregate[one.level]
        for one in prepared.tree.groups
    )


def _failed(prepared: Prepared, leaves: Variants, factors: Floats, composites: Composites) -> dict[int, tuple[str, ...]]:
    """Return runs that read a row that their method could not be used on, or found no weights, with the codes to blame."""
    blamed = np.zeros((len(factors), len(prepared.tree.codes)), bool)
    count = prepared.tree.indicators
    if leaves.unfit is not None:
        blamed[:, :count] = leaves.unfit[leaves.of_run] & (factors[:, :count] > 0)
    if composites.unweighted is not None:
        blamed[:, count:] = composites.unweighted
    return {int(one): _codes(prepared.tree.codes, np.flatnonzero(blamed[one])) for one in np.flatnonzero(blamed.any(axis=1))}


def _codes(codes: Sequence[str], places: NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(codes[place] for place in places)
