"""Many runs of an assessment that share most of their work: tables are computed once for each distinct way that leads to them.

A plain assessment is one run. A thousand runs over five treatments and two normalisations hold ten tables, not a thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods.row_facts import Outcome

Values = NDArray[np.float64]
"""(variants, years, rows, units); NaN is missing."""
Integers = NDArray[np.int64]
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Choice(Generic[Kind]):
    """Options of one stage, and which of them each run takes: `of_run` (runs,) points into `options`."""

    options: tuple[Kind, ...]
    of_run: Integers

    @classmethod
    def one(cls, option: Kind, runs: int = 1) -> Choice[Kind]:
        """Return the choice of runs that all take the same."""
        return cls((option,), np.zeros(runs, np.int64))


@dataclass(frozen=True)
class Variants:
    """Tables after a stage, and which of them each run reads.

    Attributes
    ----------
    values : (variants, years, rows, units)
    of_run : (runs,) integers
    unfit : (variants, rows) rows that a method could not be used on; None where there are none
    """

    values: Values
    of_run: Integers
    unfit: NDArray[np.bool_] | None = None

    @classmethod
    def single(cls, values: NDArray[np.float64], runs: int = 1) -> Variants:
        """Return one table (years, rows, units) that all runs read."""
        return cls(values[None], np.zeros(runs, np.int64))

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.of_run)

    def through(self, choice: Choice[Kind], step: Callable[[Values, Kind], Outcome]) -> Variants:
        """Put the tables through a stage, each distinct pair of table and option once.

        Parameters
        ----------
        choice : what each run takes
        step : (variants, years, rows, units) and an option to an outcome of the same shape; may return what it was handed
        """
        pairs = self.of_run * len(choice.options) + choice.of_run
        wanted, of_run = np.unique(pairs, return_inverse=True)
        tables, taken = np.divmod(wanted, len(choice.options))
        unfit = np.zeros((len(wanted), self.values.shape[2]), np.bool_) if self.unfit is None else self.unfit[tables]
        made: Values | None = None
        for option in np.unique(taken):
            mine = np.flatnonzero(taken == option)
            whole = np.array_equal(tables[mine], np.arange(len(self.values)))
            outcome = step(self.values if whole else self.values[tables[mine]], choice.options[int(option)])
            if outcome.unfit is not None:
                unfit[mine] |= outcome.unfit
            if len(mine) == len(wanted):
                made = outcome.values
                break
            made = np.empty((len(wanted), *self.values.shape[1:])) if made is None else made
            made[mine] = outcome.values
        if made is None:
            raise AssertionError("there are no runs")
        return Variants(made, of_run, unfit if unfit.any() else None)
