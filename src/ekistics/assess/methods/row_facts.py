"""What a method of treating or normalising may know of the rows that it is handed, and what it hands back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.model.cards import Direction
from ekistics.model.frameworks import Benchmark
from ekistics.model.recipes import Recipe

Values = NDArray[np.float64]
Changes = NDArray[np.int8]


@dataclass(frozen=True)
class Outcome:
    """Values after a stage.

    `changes` are `Change` codes of the same shape, None where no single cell was changed. `unfit` (..., rows) marks rows that the method
    cannot be used on (a constant row has no range): their values are missing, and the assessment or the run does not stand.
    """

    values: Values
    changes: Changes | None = None
    unfit: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class RowFacts:
    """Facts of rows of values `(..., rows, cells)`.

    Attributes
    ----------
    codes : (rows,)
    signs : (rows,) 1 where higher is better (or neither), -1 where lower is
    benchmarks : (rows,)
    to_benchmark : (rows,) factor from the unit of the row to that of its benchmark
    units : codes of the units; a row has `years` times as many cells, the years one after the other
    years : how many years lie side by side in a row: 1 where each year is looked at alone
    """

    codes: tuple[str, ...]
    signs: NDArray[np.float64]
    benchmarks: tuple[Benchmark | None, ...]
    to_benchmark: NDArray[np.float64]
    units: tuple[str, ...]
    years: int = 1

    @property
    def towards_better(self) -> NDArray[np.float64]:
        """(rows, 1): times the values, higher is better."""
        return self.signs[:, None]

    def some(self, rows: NDArray[np.int64], years: int) -> RowFacts:
        """Return the facts of some of the rows, with so many years side by side."""
        benchmarks = tuple(self.benchmarks[row] for row in rows)
        codes = tuple(self.codes[row] for row in rows)
        return RowFacts(codes, self.signs[rows], benchmarks, self.to_benchmark[rows], self.units, years)

    def cell_of(self, unit: str) -> int:
        """Return the cell of a unit in a row: that of the last of its years."""
        return (self.years - 1) * len(self.units) + self.units.index(unit)

    def posts(self, name: str) -> NDArray[np.float64]:
        """Return (rows,) a number of the benchmarks, in the unit of the rows; NaN where there is none."""
        told = [getattr(one, name) if one is not None else None for one in self.benchmarks]
        return np.array([np.nan if one is None else one for one in told], dtype=np.float64) / self.to_benchmark


def facts_of(recipe: Recipe, units: tuple[str, ...], to_benchmark: NDArray[np.float64]) -> RowFacts:
    """Return the facts of all indicators of a recipe."""
    return RowFacts(
        tuple(one.code for one in recipe.indicators),
        np.array([-1.0 if one.direction is Direction.LOWER else 1.0 for one in recipe.indicators]),
        tuple(one.benchmark for one in recipe.indicators),
        to_benchmark,
        units,
    )
