"""Which neighbours of a ranking cannot be told apart: how many places it has in truth, by a written rule.

A cluster begins with the best unit that is left and takes in those behind it up to the first that it is told apart from. Clusters are
for speaking of a ranking, not classes: the last of one may be as close to the first of the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import yaml

from ekistics.assess.doubt.drawing import odds_ahead
from ekistics.model.assessments import Doubt
from ekistics.model.errors import InvalidInput

_WINDOW = 64
"""Units behind one that are looked at first: mostly the nearest can be told apart, and a world of them need not be compared."""


@dataclass(frozen=True)
class ApartRule:
    """The rule's number, a share of 0.5 to 1; `sentence` has it as a slot."""

    edition: str
    ahead: float
    sentence: str

    def spoken(self) -> str:
        """Return the rule as a sentence with its number."""
        return self.sentence.format(ahead=f"{100 * self.ahead:g}")


@dataclass(frozen=True)
class Clusters:
    """The clusters of a ranking, the best first; each the places of its units, in order."""

    clusters: tuple[tuple[int, ...], ...]
    rule: ApartRule

    @property
    def leaders(self) -> tuple[int, ...]:
        """The best unit and those that cannot be told apart from it; nobody where nobody is ranked."""
        return self.clusters[0] if self.clusters else ()

    def of(self, unit: int) -> int | None:
        """Return the number of a unit's cluster, from 0; None where it is not ranked."""
        return next((number for number, units in enumerate(self.clusters) if unit in units), None)


def apart_rule(told: Mapping[str, Any] | None = None) -> ApartRule:
    """Return the rule from its YAML form; what is left out is as shipped.

    Raises
    ------
    InvalidInput
        If a key is unknown, or the share is not above 0.5 (both might be ahead of each other) or above 1.
    """
    base = yaml.safe_load(resources.files(__package__).joinpath("told_apart.yaml").read_text(encoding="utf-8"))
    if unknown := sorted(set(told or {}) - set(base)):
        raise InvalidInput("the rule of who is told apart has no such key", found=", ".join(unknown), expected=", ".join(base))
    rule = ApartRule(**{**base, **(told or {})})
    if not 0.5 < rule.ahead <= 1.0:
        raise InvalidInput("the rule of who is told apart has no such share", found=f"{rule.ahead:g}", expected="above 0.5, at most 1")
    return rule


def tied_behind(doubt: Doubt, order: Sequence[int], place: int, rule: ApartRule | None = None) -> int:
    """Return how many units right behind one in a ranking cannot be told apart from it.

    Parameters
    ----------
    order : places of the ranked units in the arrays of `doubt`, the best first
    place : of the one in `order`
    rule : None takes the shipped one
    """
    share = (rule or DEFAULT_RULE).ahead
    start, width = place + 1, _WINDOW
    while start < len(order):
        behind = np.array(order[start : start + width], dtype=np.int64)
        # units that no run ranks together have no odds, and are not told apart
        apart = np.flatnonzero(odds_ahead(doubt, order[place], behind).ahead >= share)
        if len(apart):
            return start - place - 1 + int(apart[0])
        start, width = start + width, 2 * width
    return len(order) - place - 1


def clusters_of(doubt: Doubt, order: Sequence[int], rule: ApartRule | None = None) -> Clusters:
    """Return the clusters of a ranking; see `tied_behind` for the parameters."""
    rule = rule or DEFAULT_RULE
    found: list[tuple[int, ...]] = []
    place = 0
    while place < len(order):
        past = place + 1 + tied_behind(doubt, order, place, rule)
        found.append(tuple(order[place:past]))
        place = past
    return Clusters(tuple(found), rule)


DEFAULT_RULE = apart_rule()
