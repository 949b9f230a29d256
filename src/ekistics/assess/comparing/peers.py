"""Who a unit is compared with: those that share its labels, else those of the nearest profile.

A unit whose labels nobody shares, or that lacks one, is compared with the nearest in profile where the recipe allows it, and the
reason is kept; where it does not, the unit has no peers and says why. That A is a peer of B by profile does not make B one of A.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.comparing.indicator_shares import indicator_shares
from ekistics.assess.methods.trees import tree_of
from ekistics.model.assessments import Assessment
from ekistics.model.errors import InvalidInput
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import PeerRule
from ekistics.stats.profiles import Nearest, nearest_profiles

LEAST_SHARED = 0.5
"""Share of the weight that two units must both have figures for, to be compared by profile; half is ours."""


class PeerKind(StrEnum):
    """How the peers of a unit were found."""

    LABELS = "labels"
    PROFILE = "profile"
    NONE = "none"


class NoPeers(StrEnum):
    """Why a unit has no peers by its labels, or none at all."""

    NO_LABEL = "no label"
    """It lacks a label of a grouping."""
    ALONE = "alone"
    """Nobody shares its labels."""
    NO_PROFILE = "no profile"
    """Nobody has enough figures in common with it."""


@dataclass(frozen=True)
class PeerGroup:
    """The peers of one unit.

    Attributes
    ----------
    unit : its place
    kind : how they were found
    units : (peers,) their places, without the unit; the nearest first where they were found by profile
    labels : what they share, in the order of the rule's groupings
    distances, shared : (peers,) how far they are, in normalised points, and on what share of the weight that rests; by profile only
    why : why there are none by labels, or none at all; in the order in which it was tried
    """

    unit: int
    kind: PeerKind
    units: NDArray[np.int64]
    labels: tuple[str, ...] = ()
    distances: NDArray[np.float64] | None = None
    shared: NDArray[np.float64] | None = None
    why: tuple[NoPeers, ...] = ()


@dataclass(frozen=True)
class Peers:
    """The peers of every unit of an assessment in one year."""

    rule: PeerRule
    year: int
    labels: tuple[tuple[str, ...], ...]
    """One a unit: its labels, in the order of the rule's groupings."""
    by_profile: Nearest | None = field(default=None, repr=False)
    """The nearest of every unit, where the rule asked for them."""

    @cached_property
    def _alike(self) -> dict[tuple[str, ...], NDArray[np.int64]]:
        found: dict[tuple[str, ...], list[int]] = {}
        for unit, told in enumerate(self.labels):
            found.setdefault(told, []).append(unit)
        return {told: np.array(units, np.int64) for told, units in found.items()}

    def of(self, unit: int) -> PeerGroup:
        """Return the peers of a unit by its place."""
        told = self.labels[unit]
        why: tuple[NoPeers, ...] = ()
        if self.rule.groups:
            alike = self._alike[told]
            if all(told) and len(alike) > 1:
                return PeerGroup(unit, PeerKind.LABELS, alike[alike != unit], told)
            why = (NoPeers.ALONE if all(told) else NoPeers.NO_LABEL,)
        if self.by_profile is None:
            return PeerGroup(unit, PeerKind.NONE, np.zeros(0, np.int64), told, why=why)
        there = self.by_profile.units[unit] >= 0
        if not there.any():
            return PeerGroup(unit, PeerKind.NONE, np.zeros(0, np.int64), told, why=(*why, NoPeers.NO_PROFILE))
        mine = self.by_profile
        return PeerGroup(unit, PeerKind.PROFILE, mine.units[unit, there], told, mine.distances[unit, there], mine.shared[unit, there], why)

    @cached_property
    def without(self) -> dict[int, tuple[NoPeers, ...]]:
        """The places of units without peers, and why."""
        groups = (self.of(unit) for unit in range(len(self.labels)))
        return {one.unit: one.why for one in groups if one.kind is PeerKind.NONE}


def peers_of(assessment: Assessment, rule: PeerRule | None = None, *, year: int = -1) -> Peers:
    """Find the peers of every unit.

    Parameters
    ----------
    assessment : what the units are compared in
    rule : None takes the recipe's
    year : place of the year among those of the table

    Returns
    -------
    Peers
        By labels where the rule names groupings. By profile, over the normalised values of the indicators that both have and by
        their weight in the index, for those left over, or for all where it names none; `nearest` 0 leaves those without peers.

    Raises
    ------
    InvalidInput
        If the table lacks a grouping that the rule names, the rule names neither groupings nor a number of nearest, or that number
        is below 0.
    """
    rule = rule or assessment.recipe.peers
    _refuse(rule, assessment.table)
    labels = tuple(zip(*(assessment.table.labels[name] for name in rule.groups), strict=True))
    labels = labels or ((),) * len(assessment.table.units)
    peers = Peers(rule, year, labels)
    if rule.nearest == 0 or (rule.groups and not peers.without):
        return peers
    return Peers(rule, year, labels, _by_profile(assessment, rule.nearest, year))


def _refuse(rule: PeerRule, table: IndexTable) -> None:
    if rule.nearest < 0 or (not rule.groups and rule.nearest == 0):
        raise InvalidInput(
            "the rule of peers names nobody",
            column="peers",
            found=f"nearest: {rule.nearest}",
            expected="groupings, or a number of nearest above 0",
        )
    lacking = [name for name in rule.groups if name not in table.labels]
    if lacking:
        raise InvalidInput(
            "the table has no such grouping to find peers in",
            column="peers.groups",
            found=", ".join(lacking),
            expected=", ".join(table.labels) or "a column of labels",
            mend="add a column of labels to the table, or leave peers.groups out: the nearest in profile take their place",
        )


def _by_profile(assessment: Assessment, count: int, year: int) -> Nearest:
    """Return the nearest of each unit; of equals the one whose code comes first, so that the order of the table is of no account."""
    recipe, units = assessment.recipe, assessment.table.units
    weights = indicator_shares(tree_of(recipe), assessment.weights, recipe.top.code)
    order = np.array(sorted(range(len(units)), key=lambda place: units[place]), dtype=np.int64)
    found = nearest_profiles(assessment.normalised[year][:, order], weights, count=count, least_shared=LEAST_SHARED)
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    places = np.where(found.units >= 0, order[np.maximum(found.units, 0)], -1)
    return Nearest(places[back], found.distances[back], found.shared[back])
