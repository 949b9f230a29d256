"""The composites that were not made, as a sequence that spells each out only when it is looked at: there may be millions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods.trees import Tree
from ekistics.model.assessments import Refused

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RefusedComposites(Sequence[Refused]):
    """Composites without a score, in the order of group, year, unit.

    Attributes
    ----------
    places : (refused, 3) group, year, unit
    leaves : (years, rows, units) normalised
    scores : (years, groups, units)
    there : by group, (years, units) share of its parts, by weight; None where all were
    given : by group, (parts,) weights
    """

    tree: Tree
    units: tuple[str, ...]
    years: tuple[int, ...]
    places: NDArray[np.int64]
    leaves: Floats
    scores: Floats
    there: tuple[Floats | None, ...]
    given: tuple[Floats, ...]
    needed: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, place: int) -> Refused: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Refused, ...]: ...

    def __getitem__(self, place: int | slice) -> Refused | tuple[Refused, ...]:
        if isinstance(place, slice):
            return tuple(self._spelt(one) for one in self.places[place])
        return self._spelt(self.places[place])

    def __iter__(self) -> Iterator[Refused]:
        return (self._spelt(one) for one in self.places)

    def of_group(self, group: str, year: int, unit: str | None = None) -> tuple[Refused, ...]:
        """Return those of one group in one year, in the order of the units; only that of one unit where it is named.

        Nothing else is spelt out.
        """
        key = (
            self.tree.node_of[group] - self.tree.indicators,
            self.years.index(year),
            *(() if unit is None else (self.units.index(unit),)),
        )
        first, last = 0, len(self.places)
        for column, wanted in enumerate(key):  # the places are in order, so that each column narrows what the one before left
            within = self.places[first:last, column]
            first, last = first + int(np.searchsorted(within, wanted, "left")), first + int(np.searchsorted(within, wanted, "right"))
        return tuple(self._spelt(one) for one in self.places[first:last])

    def _spelt(self, place: NDArray[np.int64]) -> Refused:
        group, year, unit = (int(one) for one in place)
        missing = []
        for node, weight in zip(self.tree.parts[group], self.given[group], strict=True):
            below = node - self.tree.indicators
            figure = self.leaves[year, node, unit] if below < 0 else self.scores[year, below, unit]
            if weight > 0 and np.isnan(figure):
                missing.append(self.tree.codes[node])
        share = self.there[group]
        covered = 1.0 if share is None else float(share[year, unit])
        return Refused(self.tree.groups[group].code, self.units[unit], self.years[year], covered, self.needed[group], tuple(missing))
