"""Many runs of a recipe as parts that can be worked out anywhere, in any order and number, to the same bits.

`ManyRuns` gives its parts, works one out, and puts the results together: what an engine needs to run it on threads or on a cluster,
to show its progress and to stop it. `locally` runs the parts here, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.designs import Design
from ekistics.assess.pipeline import ranked
from ekistics.assess.run_failures import Failures, failures_of
from ekistics.assess.running import Draws, Prepared, Runs, leaves_of, run_leaves
from ekistics.assess.variants import Variants
from ekistics.assess.weights import BY_RECIPE
from ekistics.model.assessments import Remark
from ekistics.model.errors import InvalidInput
from ekistics.model.recipes import Origin, Stage

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_CELLS_AT_A_TIME = 1 << 22
"""Cells (8 bytes each) that the runs of a part may hold among them: enough to share the cost of a call, and little memory."""


@dataclass(frozen=True)
class RunScores:
    """What runs gave for one composite in one year: scores and ranks (runs, units), NaN and 0 where there are none, and failures."""

    scores: Floats
    ranks: NDArray[np.int32]
    failed: Mapping[int, Remark]


@dataclass(frozen=True)
class ManyRuns:
    """Runs of a design.

    Attributes
    ----------
    numbers : by input, (runs,) what is drawn
    year : place of the year that is asked for
    at_a_time : runs in a part
    """

    design: Design
    numbers: Mapping[str, Integers]
    year: int
    at_a_time: int

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(next(iter(self.numbers.values())))

    @property
    def count(self) -> int:
        """How many parts there are."""
        return -(-self.runs // self.at_a_time)

    def parts(self) -> Iterator[Integers]:
        """Yield the runs of one part after the other; those that share tables come together."""
        tables = [one for one in self.design.inputs if _makes_tables(one.told.origin, one.told.stage)]
        order = np.lexsort([self.numbers[one.name] for one in reversed(tables)]) if tables else np.arange(self.runs)
        for first in range(0, self.runs, self.at_a_time):
            yield order[first : first + self.at_a_time]

    def work(self, part: Integers) -> tuple[Integers, RunScores]:
        """Work out the runs of a part; one that cannot be is found by halving the part, and says why."""
        try:
            return part, self._made(part)
        except InvalidInput as error:
            if len(part) == 1:
                units = len(self.design.prepared.start.table.units)
                told = Remark("refused", error.sentence())
                return part, RunScores(np.full((1, units), np.nan), np.zeros((1, units), np.int32), {0: told})
        half = len(part) // 2
        one, other = self.work(part[:half])[1], self.work(part[half:])[1]
        failed = {**one.failed, **{half + run: told for run, told in other.failed.items()}}
        return part, RunScores(np.concatenate([one.scores, other.scores]), np.concatenate([one.ranks, other.ranks]), failed)

    def reduce(self, results: Iterable[tuple[Integers, RunScores]]) -> RunScores:
        """Put the results of parts together, in whatever order they come."""
        units = len(self.design.prepared.start.table.units)
        scores, ranks = np.full((self.runs, units), np.nan), np.zeros((self.runs, units), np.int32)
        failed: Failures = {}
        for part, made in results:
            scores[part], ranks[part] = made.scores, made.ranks
            failed |= {int(part[run]): told for run, told in made.failed.items()}
        return RunScores(scores, ranks, dict(sorted(failed.items())))

    def _made(self, part: Integers) -> RunScores:
        prepared = self.design.prepared
        draws = self.design.draws({name: told[part] for name, told in self.numbers.items()})
        made, place = _runs_of_year(prepared, draws, self.year)
        failed = failures_of(prepared, made, draws)
        scores = made.scores[:, place, -1]
        scores[list(failed)] = np.nan
        return RunScores(scores, ranked(scores, prepared.recipe.ties), failed)


Where = Callable[[ManyRuns], RunScores]
"""Where many runs are worked out: `locally`, or an engine with threads or machines."""


def locally(runs: ManyRuns) -> RunScores:
    """Work out all parts here, one after the other."""
    return runs.reduce(runs.work(part) for part in runs.parts())


def many_runs(design: Design, numbers: Mapping[str, Integers], year: int, *, at_a_time: int | None = None) -> ManyRuns:
    """Return runs in parts of a size that memory bears, or of the size asked for."""
    prepared = design.prepared
    years, rows, units = prepared.start.values.shape
    tables = 3 * rows if any(len(one.options) == 0 and one.told.origin is Origin.SAMPLING for one in design.inputs) else 0
    cells = units * (years * tables + (years if _reads_years(prepared) else 1) * 3 * len(prepared.tree.groups))
    return ManyRuns(design, numbers, year, at_a_time or max(1, _CELLS_AT_A_TIME // max(1, cells)))


def plain_scores(design: Design, year: int) -> RunScores:
    """Return what the recipe gives by itself, as it is without any doubt.

    Raises
    ------
    InvalidInput
        If the recipe by itself gives no ranking.
    """
    prepared = design.prepared
    draws = Draws(factors=design.used[None].astype(np.float64))
    made, place = _runs_of_year(prepared, draws, year)
    failed = failures_of(prepared, made, draws)
    if failed:
        raise InvalidInput(
            "the recipe by itself gives no ranking, so there is nothing to be sure or unsure of",
            found=f"{failed[0].kind}: {failed[0].about}",
        )
    scores = made.scores[:, place, -1]
    return RunScores(scores, ranked(scores, prepared.recipe.ties), {})


def _runs_of_year(prepared: Prepared, draws: Draws, year: int) -> tuple[Runs, int]:
    """Return runs with no more years than they need, and the place of the asked one."""
    leaves = leaves_of(prepared, draws)
    if not _reads_years(prepared):
        leaves, year = Variants(leaves.values[:, year : year + 1], leaves.of_run, leaves.unfit), 0
    return run_leaves(prepared, leaves, draws), year


def _reads_years(prepared: Prepared) -> bool:
    """Whether composites of one year depend on the figures of others: weights that are fitted are fitted to all years."""
    recipe = prepared.recipe
    methods = [recipe.weights]
    for one in recipe.uncertainty.inputs:
        methods += one.methods if one.stage is Stage.WEIGHT else ()
    return any(method.name not in BY_RECIPE for method in methods)


def _makes_tables(origin: Origin, stage: Stage | None) -> bool:
    return origin is Origin.IMPUTATION or (origin is Origin.CHOICE and stage in (Stage.IMPUTE, Stage.TREAT, Stage.NORMALISE))
