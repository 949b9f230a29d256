"""An uncertainty design made ready for a table: what each input can be, and what a run is whose inputs have drawn their numbers.

Everything that a run draws is a whole number: the option of a choice, the set of weights, what is left out (0 is nothing), or the
number of a draw. With the recipe and the table the numbers make the run, whoever asks: the runs of an uncertainty analysis, all
combinations of a discrete design, the points of a sampled one, and the replay of a single run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.doubt.drawn_figures import SamplingErrors, chances, drawn_factors, sampling_errors, with_errors
from ekistics.assess.index.choosing import Chosen
from ekistics.assess.index.running import Draws, Prepared
from ekistics.assess.index.variants import Choice, Variants
from ekistics.assess.methods.filling import filling_draws
from ekistics.assess.methods.trees import below
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import Method, Option, Origin, Stage, UncertainInput
from ekistics.stats.sobol import options_drawn

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FILLINGS = 20
"""How often gaps are filled beforehand where imputation is drawn and the recipe's own method does not say."""


@dataclass(frozen=True)
class ReadyInput:
    """An input and what its numbers stand for: `options` names them from 0; empty where every run draws anew."""

    told: UncertainInput
    options: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the input."""
        return self.told.name


@dataclass(frozen=True)
class Design:
    """An uncertainty design, ready for one composite of one table.

    Attributes
    ----------
    prepared : recipe and figures, with no more of the tree than the composite is made of
    inputs : in the order of the recipe
    errors : what sampling errors are drawn from; None where they are not
    fillings : (draws, years, rows, units) tables with their gaps filled; None where imputation is not drawn
    used : (nodes,) whether the composite is made of this indicator or group
    """

    prepared: Prepared
    inputs: tuple[ReadyInput, ...]
    errors: SamplingErrors | None
    fillings: Floats | None
    used: NDArray[np.bool_]

    def numbers(self, runs: int) -> dict[str, Integers]:
        """Draw the numbers of so many runs, by input."""
        seed = self.prepared.recipe.seed
        return {
            one.name: options_drawn(chances(seed, one.name).random(runs), len(one.options)) if one.options else np.arange(runs)
            for one in self.inputs
        }

    def draws(self, numbers: Mapping[str, Integers]) -> Draws:
        """Return the runs whose inputs have drawn these numbers, (runs,) by input."""
        runs = len(next(iter(numbers.values())))
        choices: dict[Stage, Choice[Method]] = {}
        levels: dict[str, Choice[Method]] = {}
        for one in sorted((each.told for each in self.inputs), key=lambda told: told.level):  # one level goes before all levels
            if one.origin is not Origin.CHOICE or one.stage is None:
                continue
            choice = Choice(one.methods, numbers[one.name])
            if one.stage is Stage.AGGREGATE:
                levels |= dict.fromkeys((one.level,) if one.level else self.prepared.recipe.levels[1:], choice)
            else:
                choices[one.stage] = choice
        figures, filled = self._tables(numbers)
        return Draws(
            runs,
            figures,
            filled,
            choices.get(Stage.IMPUTE),
            choices.get(Stage.TREAT),
            choices.get(Stage.NORMALISE),
            choices.get(Stage.WEIGHT),
            levels,
            self.factors(numbers),
        )

    def factors(self, numbers: Mapping[str, Integers]) -> Floats:
        """Return (runs, nodes) what the weight of each indicator and group is multiplied by; 0 leaves it out."""
        tree, seed = self.prepared.tree, self.prepared.recipe.seed
        made = np.repeat(self.used[None].astype(np.float64), len(next(iter(numbers.values()))), axis=0)
        for one in sorted((each.told for each in self.inputs), key=lambda told: told.name):  # products are the same in any order of inputs
            drawn = numbers[one.name]
            if one.origin is Origin.WEIGHTS and one.given_sets:
                nodes, sets = self._given(one)
                made[:, nodes] *= sets[drawn]
            elif one.origin is Origin.WEIGHTS:
                nodes = self._moved(one)
                made[:, nodes] *= drawn_factors([tree.codes[node] for node in nodes], one.share, drawn, seed=seed, name=one.name)
            elif one.origin is Origin.LEFT_OUT:
                for place, code in enumerate(one.codes, start=1):
                    if code in tree.node_of:
                        made[drawn == place, tree.node_of[code]] = 0.0
        return made

    def moving(self) -> tuple[int, ...]:
        """Return the nodes whose weights some input moves or leaves out."""
        found: set[int] = set()
        for one in self.inputs:
            if one.told.origin is Origin.WEIGHTS:
                found.update((self._given(one.told)[0] if one.told.given_sets else self._moved(one.told)).tolist())
            elif one.told.origin is Origin.LEFT_OUT:
                found.update(node for code in one.told.codes if (node := self.prepared.tree.node_of.get(code)) is not None)
        return tuple(sorted(found))

    def _tables(self, numbers: Mapping[str, Integers]) -> tuple[Variants | None, Variants | None]:
        """Return the tables with errors drawn, and those with gaps filled, whichever the runs start from.

        An error is added to what was observed, never to what fills a gap: how far that may be off is in the draws that fill it.
        """
        origins = {one.told.origin: one.name for one in self.inputs if len(one.options) != 1}
        fills, errs = origins.get(Origin.IMPUTATION), origins.get(Origin.SAMPLING)
        if errs is None or self.errors is None:
            return None, None if fills is None or self.fillings is None else Variants(self.fillings, numbers[fills])
        start = self.prepared.start.values[None] if fills is None or self.fillings is None else self.fillings[numbers[fills]]
        tables = with_errors(start, self.errors, numbers[errs], seed=self.prepared.recipe.seed, name=errs)
        made = Variants(tables, np.arange(len(tables)))
        return (made, None) if fills is None else (None, made)

    def _moved(self, one: UncertainInput) -> Integers:
        """Return the nodes whose weights an input moves: those of its levels, else all that have a parent."""
        recipe, tree = self.prepared.recipe, self.prepared.tree
        levels = one.levels or recipe.levels
        level_of = [recipe.levels[0]] * tree.indicators + [group.level for group in tree.groups]
        top = tree.codes[-1]
        return np.array(
            [node for node, level in enumerate(level_of) if level in levels and self.used[node] and tree.codes[node] != top], dtype=np.int64
        )

    def _given(self, one: UncertainInput) -> tuple[Integers, Floats]:
        """Return the nodes that sets of weights speak of, and (sets, nodes) what their weights are multiplied by."""
        tree, weights = self.prepared.tree, _weights(self.prepared)
        nodes = [tree.node_of[code] for code in sorted(set().union(*one.given_sets)) if code in tree.node_of]
        own = np.array([weights.get(tree.codes[node], 1.0) for node in nodes])
        sets = np.array([[told.get(tree.codes[node], own[place]) for place, node in enumerate(nodes)] for told in one.given_sets])
        return np.array(nodes, dtype=np.int64), sets / own


def design_of(prepared: Prepared, group: str) -> Design:
    """Make the uncertainty design of a recipe ready for one of its composites."""
    recipe, start = prepared.recipe, prepared.start
    tree = below(prepared.tree, group)
    used = np.ones(len(tree.codes), np.bool_)
    used[: tree.indicators] = False
    used[np.concatenate(tree.parts)] = True
    origins = {one.origin for one in recipe.uncertainty.inputs}
    errors = None
    if Origin.SAMPLING in origins:
        told = np.where(used[: tree.indicators, None], start.values, np.nan)
        errors = sampling_errors(told, start.standard_errors, start.degrees_of_freedom, prepared.facts.codes, start.table.units)
    fillings = None
    if Origin.IMPUTATION in origins and np.isnan(start.values).any():
        own = recipe.impute.options.get("draws")
        draws = own if isinstance(own, int) else FILLINGS
        fillings = filling_draws(recipe.impute, prepared.gaps, start.values, draws=draws, seed=recipe.seed)
        fillings = fillings if start.out is None else np.where(start.out, np.nan, fillings)
    inputs = tuple(ReadyInput(one, _options(one, errors, fillings, start.values)) for one in recipe.uncertainty.inputs)
    return Design(replace(prepared, tree=tree, start=_slim(start)), inputs, errors, fillings, used)


def method_label(method: Method) -> str:
    """Return a method with its options in one line.

    >>> method_label(Method("min-max", {"to": (1.0, 100.0)}))
    'min-max (to 1 to 100)'
    """
    told = ", ".join(f"{name} {_written(value)}" for name, value in method.options.items() if value is not None)
    return f"{method.name} ({told})" if told else method.name


def _slim(start: Chosen) -> Chosen:
    """Return the figures without what no run reads: runs may be sent to other machines."""
    table = start.table
    bare = IndexTable(table.units, table.names, table.years, (), table.values[:, :0], labels=table.labels, source=table.source)
    return replace(start, table=bare, standard_errors=None, degrees_of_freedom=None, stages=())


def _options(one: UncertainInput, errors: SamplingErrors | None, fillings: Floats | None, values: Floats) -> tuple[str, ...]:
    if one.origin is Origin.CHOICE:
        return tuple(method_label(method) for method in one.methods)
    if one.origin is Origin.LEFT_OUT:
        return ("none left out", *(f"without {code}" for code in one.codes))
    if one.origin is Origin.WEIGHTS:
        return tuple(f"set {number + 1}" for number in range(len(one.given_sets) or one.sets))
    if one.origin is Origin.SAMPLING:
        return ("no figure states an error",) if errors is None or len(errors.errors) == 0 else ()
    if fillings is None or np.array_equal(np.isnan(fillings[0]), np.isnan(values)):
        return ("no gap is filled",)
    return tuple(f"draw {number + 1}" for number in range(len(fillings)))


def _written(value: Option) -> str:
    if isinstance(value, tuple):
        return " to ".join(f"{one:g}" for one in value)
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def _weights(prepared: Prepared) -> dict[str, float]:
    recipe = prepared.recipe
    return {one.code: one.weight for one in recipe.indicators} | {one.code: one.weight for one in recipe.groups}
