"""What the page of one unit of an index is made from: its tree of scores, who it is compared with, how far it is from its aims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.comparing.contributions import Part, contributions_of
from ekistics.assess.comparing.distances import Distance, Pace, distances_of
from ekistics.assess.comparing.peers import PeerGroup
from ekistics.assess.comparing.strengths import Strengths
from ekistics.model.assessments import Change, Doubt
from ekistics.model.recipes import IndexGroup, IndexIndicator, Recipe
from ekistics.profile.index.evidence import IndexView

FEWEST = 3
"""Peers with a value from which on their median is shown; of fewer it would be one of their own values, or their middle."""


@dataclass(frozen=True)
class Touched:
    """What one stage did to one cell: the kind of change, and the value before and after it; NaN where there was none."""

    change: Change
    before: float
    after: float


@dataclass(frozen=True)
class UnitView:
    """One unit of an index.

    Attributes
    ----------
    unit : its place
    paces : by indicator how fast its figure moves, where a longer series than the table's years is known
    doubts : by composite how sure its scores are, where that was drawn
    """

    view: IndexView
    unit: int
    paces: Mapping[str, Pace] = field(default_factory=dict)
    doubts: Mapping[str, Doubt] = field(default_factory=dict)

    @property
    def recipe(self) -> Recipe:
        """The recipe that was applied."""
        return self.view.recipe

    @property
    def name(self) -> str:
        """Name of the unit."""
        return self.view.names[self.unit]

    @cached_property
    def trees(self) -> tuple[tuple[Part, ...], ...]:
        """The tree of the index, then of every other composite that belongs to nothing above it (another view of the same cells)."""
        roots = [self.view.top, *(one.code for one in self.recipe.groups if not one.parents and one.code != self.view.top)]
        return tuple(contributions_of(self.view.assessment, self.unit, group=code, year=self.view.year) for code in roots)

    @cached_property
    def peers(self) -> PeerGroup | None:
        """Who the unit is compared with; None where the recipe's rule finds nobody."""
        found = None if self.view.peers is None else self.view.peers.of(self.unit)
        return found if found is not None and len(found.units) else None

    @cached_property
    def against(self) -> NDArray[np.int64]:
        """Places of the units whose median stands beside each score: the peers, else all others."""
        if self.peers is not None:
            return self.peers.units
        return np.flatnonzero(np.arange(len(self.view.units)) != self.unit)

    @cached_property
    def strengths(self) -> Strengths | None:
        """In what the unit stands out from its peers; None where it has none."""
        return self.view.strengths(self.unit) if self.peers is not None else None

    @cached_property
    def distances(self) -> dict[str, Distance]:
        """By indicator, how far the unit is from what it aims at."""
        found = distances_of(self.view.assessment, self.unit, year=self.view.year, paces=self.paces)
        return {one.indicator: one for one in found}

    @property
    def decimals(self) -> int:
        """With how many decimals scores are printed."""
        return self.view.decimals

    def value_of(self, code: str) -> float:
        """Return the score of a composite, or the normalised value of an indicator; NaN where there is none."""
        return float(self.view.values_of(code)[self.unit])

    def median_of(self, code: str) -> float:
        """Return the median of those it is compared with; NaN where too few have a value."""
        theirs = self.view.values_of(code)[self.against]
        theirs = theirs[np.isfinite(theirs)]
        return float(np.median(theirs)) if len(theirs) >= FEWEST else float("nan")

    def touched(self, indicator: str) -> tuple[Touched, ...]:
        """Return what stages did to the figure of an indicator, in order."""
        return tuple(self._touched(indicator))

    def _touched(self, indicator: str) -> Iterator[Touched]:
        before = float("nan")
        for stage in self.view.assessment.stages:
            if indicator not in stage.rows:
                continue
            row = stage.rows.index(indicator)
            after = float(stage.values[self.view.year, row, self.unit])
            if stage.changes is not None and (change := int(stage.changes[self.view.year, row, self.unit])):
                yield Touched(Change(change), before, after)
            before = after

    @cached_property
    def lowest(self) -> tuple[IndexGroup, ...]:
        """The composites that are made of indicators, as the trees come upon them, each once."""
        made = {parent for one in self.recipe.indicators for parent in one.parents}
        groups = {one.code: one for one in self.recipe.groups}
        codes = dict.fromkeys(part.code for tree in self.trees for part in tree if part.code in made)
        return tuple(groups[code] for code in codes)

    def indicators_of(self, group: str) -> tuple[IndexIndicator, ...]:
        """Return the indicators that a composite is made of."""
        return tuple(one for one in self.recipe.children(group) if isinstance(one, IndexIndicator))

    @cached_property
    def brings(self) -> dict[tuple[str, str], Part]:
        """By code and parent, what stands in the first tree that holds it."""
        found: dict[tuple[str, str], Part] = {}
        for tree in self.trees:
            for part in tree:
                found.setdefault((part.code, part.parent), part)
        return found
