"""Many runs of a recipe as parts that can be worked out anywhere, in any order and number, to the same bits.

`ManyRuns` gives its parts, works one out, and puts the results together: what an engine needs to run it on threads or on a cluster,
to show its progress and to stop it. `locally` runs the parts here, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.doubt.designs import Design
from ekistics.assess.doubt.run_failures import failures_of
from ekistics.assess.index.pipeline import ranked
from ekistics.assess.index.running import Draws, Prepared, Runs, leaves_of, run_leaves
from ekistics.assess.index.variants import Variants
from ekistics.assess.methods.weights import BY_RECIPE
from ekistics.model.assessments import Remark
from ekistics.model.errors import InvalidInput
from ekistics.model.recipes import Origin, Stage

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_CELLS_AT_A_TIME = 1 << 22
"""Cells (8 bytes each) that runs worked out together may hold among them: enough to share the cost of a call, and little memory."""
_PARTS = 32
"""Parts at most: enough to keep many cores at work and to be stopped soon, and few enough to send the figures along with each."""


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
    at_a_time : runs worked out together
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
        return -(-self.runs // self._runs_a_part)

    @property
    def _runs_a_part(self) -> int:
        together = -(-self.runs // self.at_a_time)
        return self.at_a_time * -(-together // _PARTS)

    def parts(self) -> Iterator[Integers]:
        """Yield the runs of one part after the other; those that share tables come together."""
        tables = [one for one in self.design.inputs if _makes_tables(one.told.origin, one.told.stage)]
        order = np.lexsort([self.numbers[one.name] for one in reversed(tables)]) if tables else np.arange(self.runs)
        for first in range(0, self.runs, self._runs_a_part):
            yield order[first : first + self._runs_a_part]

    def work(self, part: Integers) -> tuple[Integers, RunScores]:
        """Work out the runs of a part."""
        places = [np.arange(first, min(first + self.at_a_time, len(part))) for first in range(0, len(part), self.at_a_time)]
        return part, self._joined(len(part), ((one, self._tried(part[one])) for one in places))

    def reduce(self, results: Iterable[tuple[Integers, RunScores]]) -> RunScores:
        """Put the results of parts together, in whatever order they come."""
        return self._joined(self.runs, results)

    def _joined(self, runs: int, results: Iterable[tuple[Integers, RunScores]]) -> RunScores:
        scores = np.full((runs, self._units), np.nan)
        ranks, failed = np.zeros(scores.shape, np.int32), dict[int, Remark]()
        for part, made in results:
            scores[part], ranks[part] = made.scores, made.ranks
            failed |= {int(part[run]): told for run, told in made.failed.items()}
        return RunScores(scores, ranks, dict(sorted(failed.items())))

    @property
    def _units(self) -> int:
        return len(self.design.prepared.start.table.units)

    def _tried(self, runs: Integers) -> RunScores:
        """Work out runs together; one that cannot be is found by halving them, and says why."""
        try:
            return self._made(runs)
        except InvalidInput as error:
            if len(runs) == 1:
                scores = np.full((1, self._units), np.nan)
                return RunScores(scores, np.zeros(scores.shape, np.int32), {0: Remark("refused", error.sentence())})
        half = len(runs) // 2
        halves = (np.arange(half), self._tried(runs[:half])), (np.arange(half, len(runs)), self._tried(runs[half:]))
        return self._joined(len(runs), halves)

    def _made(self, runs: Integers) -> RunScores:
        prepared = self.design.prepared
        draws = self.design.draws({name: told[runs] for name, told in self.numbers.items()})
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
