"""Many runs of an assessment that share most of their work: tables are computed once for each distinct way that leads to them.

A plain assessment is one run. A thousand runs over five treatments and two normalisations hold ten tables, not a thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

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
    """

    values: Values
    of_run: Integers

    @classmethod
    def single(cls, values: NDArray[np.float64], runs: int = 1) -> Variants:
        """Return one table (years, rows, units) that all runs read."""
        return cls(values[None], np.zeros(runs, np.int64))

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.of_run)

    def through(self, choice: Choice[Kind], step: Callable[[Values, Kind], Values]) -> Variants:
        """Put the tables through a stage, each distinct pair of table and option once.

        Parameters
        ----------
        choice : what each run takes
        step : (variants, years, rows, units) and an option to the same shape; may return what it was handed
        """
        pairs = self.of_run * len(choice.options) + choice.of_run
        wanted, of_run = np.unique(pairs, return_inverse=True)
        tables, options = np.divmod(wanted, len(choice.options))
        if len(np.unique(options)) == 1:
            whole = len(tables) == len(self.values)
            return Variants(step(self.values if whole else self.values[tables], choice.options[int(options[0])]), of_run)
        made = np.empty((len(wanted), *self.values.shape[1:]))
        for option in np.unique(options):
            mine = np.flatnonzero(options == option)
            made[mine] = step(self.values[tables[mine]], choice.options[int(option)])
        return Variants(made, of_run)
