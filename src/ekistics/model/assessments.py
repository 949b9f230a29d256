"""An assessment: a recipe applied to a table, every stage kept, every changed cell flagged with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ekistics.model.frameworks import Band
from ekistics.model.index_tables import Cube, IndexTable
from ekistics.model.recipes import Recipe, Stage


class Change(IntEnum):
    """What a stage did to a cell, beyond what it does to all cells alike."""

    NONE = 0
    OLDER_YEAR = 1
    NO_DENOMINATOR = 2
    SCREENED_OUT = 3
    IMPUTED = 4
    WINSORISED_LOW = 5
    WINSORISED_HIGH = 6
    LOGGED = 7
    TRUNCATED = 8
    BELOW_COVERAGE = 9


@dataclass(frozen=True)
class StageTable:
    """The table after one stage: rows by code (indicators; groups after aggregation), and what was done to single cells.

    `values` (years, rows, units); `changes` the same shape with `Change` codes, None where the stage changed no single cell.
    `said` are sentences about whole rows: which were logged, what the hold-out error of an imputation is (kind and slots).
    """

    stage: Stage
    rows: tuple[str, ...]
    values: Cube
    changes: NDArray[np.int8] | None = None
    said: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Remark:
    """One thing to tell: a stable kind, what it is about, and the numbers for its sentence."""

    kind: str
    about: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """A composite of one unit that was not made, and the codes whose absence was to blame."""

    group: str
    unit: str
    year: int
    coverage: float
    needed: float
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """What came out. `groups` are the rows of scores, ranks and coverage, in the order of `Recipe.upwards`.

    Attributes
    ----------
    table : what went in, after units that the screening left out were taken from it
    stages : one a stage that did something, in order
    scores : (years, groups, units), NaN where refused or missing
    ranks : (years, groups, units), 1 is best, 0 is unranked
    coverage : (years, groups, units) share of its indicators (0 to 1, by weight) that each composite rests on
    bands : (years, groups, units) index into `recipe.bands`, -1 for none
    weights : by group, (children,) weights as used, summing to 1, in the order of `Recipe.children`
    normalised : (years, indicators, units) what was aggregated
    left_out : units that the screening left out, with their coverage
    """

    recipe: Recipe
    table: IndexTable
    stages: tuple[StageTable, ...]
    groups: tuple[str, ...]
    scores: Cube
    ranks: NDArray[np.int32]
    coverage: Cube
    bands: NDArray[np.int8]
    weights: Mapping[str, NDArray[np.float64]]
    normalised: Cube
    refused: Sequence[Refused] = ()
    left_out: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def stage(self, stage: Stage) -> StageTable:
        """Return the table after a stage.

        Raises
        ------
        KeyError
            If the stage did nothing.
        """
        found = next((one for one in self.stages if one.stage is stage), None)
        if found is None:
            raise KeyError(f"the stage {stage} did nothing")
        return found

    def row(self, group: str) -> int:
        """Return the row of a composite in scores and ranks."""
        return self.groups.index(group)

    def band(self, group: str, unit: int, year: int = -1) -> Band | None:
        """Return the band of a unit's composite; None where it has no score or the recipe no bands."""
        at = int(self.bands[year, self.row(group), unit])
        return None if at < 0 else self.recipe.bands[at]


@dataclass(frozen=True)
class Doubt:
    """How sure the ranks are: what the runs of an uncertainty design gave for one composite in one year.

    Attributes
    ----------
    group, year, level : what it speaks of, and the level of the intervals
    runs, failed : how many runs were asked for, and how many of them gave no ranking (counted, never dropped in silence)
    parameters : by input, (runs,) the number of the option, or of the draw where every run draws anew: with the recipe and the table,
        all that a run needs to be done again
    options : by input, what the numbers stand for; empty where every run draws anew
    scores, ranks : (runs, units); NaN and 0 where a run failed or refused the unit
    score_low, score_high, rank_low, rank_high, rank_median : (units,)
    in_top : (units,) probability of a rank of at most `top`
    in_band : (bands, units) probability of each band
    without_error : how many figures state no standard error, of how many (None where sampling was not drawn)
    failures : each reason why runs failed: what it is about, and how many `runs`
    units : codes, in the order of all arrays
    factors : by code, (runs,) what its weight was multiplied by; 0 left it out
    """

    group: str
    year: int
    level: float
    top: int
    runs: int
    failed: int
    parameters: Mapping[str, NDArray[np.int64]]
    options: Mapping[str, tuple[str, ...]]
    scores: NDArray[np.float64]
    ranks: NDArray[np.int32]
    score_low: NDArray[np.float64]
    score_high: NDArray[np.float64]
    rank_low: NDArray[np.float64]
    rank_high: NDArray[np.float64]
    rank_median: NDArray[np.float64]
    in_top: NDArray[np.float64]
    in_band: NDArray[np.float64]
    without_error: tuple[int, int] | None = None
    failures: tuple[Remark, ...] = ()
    units: tuple[str, ...] = ()
    factors: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def why_failed(self) -> tuple[str, ...]:
        """Why runs failed, in words."""
        return tuple(_WHY[one.kind].format(runs=int(one.numbers["runs"]), about=one.about) for one in self.failures)

    def run(self, number: int) -> dict[str, int]:
        """Return what one run drew, by input."""
        return {name: int(told[number]) for name, told in self.parameters.items()}


_WHY = {
    "unfit": "{runs} runs: a method cannot be used on {about}",
    "not-above-zero": "{runs} runs: a mean that needs values above 0 met others in {about}",
    "refused": "{runs} runs: {about}",
    "no-scores": "{runs} runs: no unit has a score for {about}",
}


@dataclass(frozen=True)
class Sensitivities:
    """How much of the doubt each input makes: first-order and total indices of an output, exact or with intervals.

    Attributes
    ----------
    inputs : names, in the order of the arrays
    output : what the indices speak of
    exact : whether every combination was run, so that the indices have no sampling error
    evaluations, failed : runs made, and how many of them gave no ranking
    first, total : (inputs,) shares of the variance of the output; NaN where it does not vary, or where a combination of an exact design
        failed
    first_low, first_high, total_low, total_high : (inputs,) intervals, None where exact
    second : (inputs, inputs) share of each pair beyond its two members, NaN on the diagonal; None where sampled
    by_unit, by_unit_score : (inputs, units) total index of each unit's rank and score; NaN where it does not vary
    dummy : interval of the first index of an input that does not exist: indices within it cannot be told from nothing; None where exact
    mean, variance : of the output
    failures : each reason why runs failed, with how many `runs`
    """

    inputs: tuple[str, ...]
    output: str
    exact: bool
    evaluations: int
    first: NDArray[np.float64]
    total: NDArray[np.float64]
    first_low: NDArray[np.float64] | None = None
    first_high: NDArray[np.float64] | None = None
    total_low: NDArray[np.float64] | None = None
    total_high: NDArray[np.float64] | None = None
    by_unit: NDArray[np.float64] | None = None
    mean: float = float("nan")
    variance: float = float("nan")
    second: NDArray[np.float64] | None = None
    by_unit_score: NDArray[np.float64] | None = None
    dummy: tuple[float, float] | None = None
    failed: int = 0
    failures: tuple[Remark, ...] = ()
