"""The parts of a coherence audit: how the parts of one group go together, what each weighs in truth, what its removal does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ekistics.stats.coherence import (
    PrincipalComponents,
    SamplingAdequacy,
    Sphericity,
    bartlett_sphericity,
    components_of,
    cronbach_alpha,
    sampling_adequacy,
)
from ekistics.stats.correlations import Correlations, correlations
from ekistics.stats.influence import Influence, influence, relative_influence
from ekistics.stats.ranking import ranks

Floats = NDArray[np.float64]
Rescore = Callable[[str], Floats]
"""From the code of an indicator or group that is left out to the scores (units,) of the top."""


@dataclass(frozen=True)
class ScoredTree:
    """A composite as it was scored.

    Attributes
    ----------
    codes : of indicators and groups
    values : (codes, units)
        Normalised values of indicators, scores of groups; NaN is missing.
    parts : by group, the codes that it is made of; a code may belong to several groups
    weights : by group, (parts,) as used; scaled to add to 1 where they are spoken of
    top : the group that is ranked in the end; what does not lead to it is not audited
    """

    codes: tuple[str, ...]
    values: Floats
    parts: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, Floats]
    top: str

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {code: row for row, code in enumerate(self.codes)}

    @cached_property
    def depth(self) -> dict[str, int]:
        """How many steps below the top each code stands, by the shortest way; what does not lead to the top is not in it."""
        found, edge = {self.top: 0}, [self.top]
        while edge:
            edge = [part for group in edge for part in self.parts.get(group, ()) if part not in found]
            found |= dict.fromkeys(edge, max(found.values()) + 1)
        return found

    @cached_property
    def overall_weights(self) -> dict[str, float]:
        """The weight of each code in the top: weights multiplied downwards, added over the ways that lead there."""
        found: dict[str, float] = {self.top: 1.0}

        def hand_down(group: str, share: float) -> None:
            for part, weight in zip(self.parts.get(group, ()), self.shares(group), strict=True):
                found[part] = found.get(part, 0.0) + share * float(weight)
                hand_down(part, share * float(weight))

        hand_down(self.top, 1.0)
        return found

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """The codes that are made of nothing."""
        return tuple(code for code in self.codes if code not in self.parts)

    def rows(self, codes: Sequence[str]) -> Floats:
        """Return (codes, units) values."""
        return np.asarray(self.values[[self._row_of[code] for code in codes]])

    def row(self, code: str) -> Floats:
        """Return (units,) values of one code."""
        return np.asarray(self.values[self._row_of[code]])

    def shares(self, group: str) -> Floats:
        """Return (parts,) weights of a group that add to 1."""
        told = np.asarray(self.weights[group] if group in self.parts else (), dtype=np.float64)
        return told / told.sum() if told.size else told


@dataclass(frozen=True)
class Weighed:
    """What parts weigh in a whole, nominally and in truth, (parts,) throughout.

    Attributes
    ----------
    whole, parts, weights : what is weighed, and the weights that were given; they add to 1
    influence : the share of the whole's variance that each accounts for, by curve and by line
    ratio : the one by curve, or by line where the units are too few for a curve
    shares : the ratios as shares of their sum, to hold against the weights
    chance : probability of a correlation with the whole as far from 0 as this, were there none
    """

    whole: str
    parts: tuple[str, ...]
    weights: Floats
    influence: Influence
    ratio: Floats
    shares: Floats
    chance: Floats


@dataclass(frozen=True)
class GroupAudit:
    """One group: how its parts go together, and what each weighs.

    `correlations` (parts, parts) are Pearson's. `alpha`, `adequacy` and `sphericity` are NaN where they cannot be computed (one part,
    a part that does not vary, parts that repeat one another, more parts than units). `units` is on how many units the least covered
    pair rests.
    """

    group: str
    parts: tuple[str, ...]
    units: int
    correlations: Correlations
    alpha: float
    adequacy: SamplingAdequacy
    sphericity: Sphericity
    components: PrincipalComponents
    weighed: Weighed


@dataclass(frozen=True)
class Removal:
    """What the ranking does when a part is left out: mean and largest change of rank, and the position of the unit that moves most.

    Units that are ranked with the part and not without it (or the other way) are not compared; `compared` counts the others. NaN and
    -1 where there are none.
    """

    code: str
    mean_change: float
    largest_change: float
    unit: int
    compared: int


def group_audit(tree: ScoredTree, code: str) -> GroupAudit:
    """Return the audit of one group of two parts or more."""
    parts = tuple(tree.parts[code])
    values = tree.rows(parts)
    together = correlations(values)
    units = int(together.units.min())
    return GroupAudit(
        group=code,
        parts=parts,
        units=units,
        correlations=together,
        alpha=float(cronbach_alpha(values)),
        adequacy=sampling_adequacy(together.r),
        sphericity=bartlett_sphericity(together.r, units),
        components=components_of(together.r),
        weighed=weighed(tree, code, parts, tree.shares(code)),
    )


def weighed(tree: ScoredTree, whole: str, parts: tuple[str, ...], weights: Floats) -> Weighed:
    """Return what codes weigh in a group, with weights that add to 1."""
    values, score = tree.rows(parts), tree.row(whole)
    found = influence(values, score)
    # too few units for a curve: the line is what there is to go by
    ratio = np.where(np.isnan(found.ratio), found.linear, found.ratio)
    chance = correlations(values, score[None]).chance[:, 0]
    return Weighed(whole, parts, weights, found, ratio, relative_influence(ratio), chance)


def weighed_on_top(tree: ScoredTree) -> tuple[Weighed, ...]:
    """Return what the codes of each depth weigh in the top, from the first below it downwards."""
    made = []
    for depth in range(1, max(tree.depth.values()) + 1):
        codes = tuple(code for code in tree.codes if tree.depth.get(code) == depth)
        weights = np.array([tree.overall_weights[code] for code in codes])
        made.append(weighed(tree, tree.top, codes, weights / weights.sum()))
    return tuple(made)


def removal(tree: ScoredTree, code: str, rescore: Rescore) -> Removal:
    """Return what the ranking does without a code; ties take the best of their places."""
    change = np.abs(ranks(np.asarray(rescore(code), dtype=np.float64)) - ranks(tree.row(tree.top)))
    compared = int(np.isfinite(change).sum())
    if not compared:
        return Removal(code, float("nan"), float("nan"), -1, 0)
    unit = int(np.nanargmax(change))
    return Removal(code, float(np.nanmean(change)), float(change[unit]), unit, compared)
