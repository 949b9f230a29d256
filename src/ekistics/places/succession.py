"""Figures carried over from places that ended to the places that followed them, by the weights of the succession.

Only what adds up (counts, areas, sums) can be carried; a share is re-based by carrying its terms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ekistics.model.places import Relation, RelationKind

_WHOLE = 1e-6


@dataclass(frozen=True)
class Rebased:
    """Figures by the places that followed. `incomplete` says for which of them a part is not known, and why; they have no value.

    `lost` is what of the old figures went to no place, because the weights out of a place add up to less than 1.
    """

    values: dict[str, float]
    incomplete: dict[str, str]
    lost: float = 0.0


def rebase(values: Mapping[str, float], relations: Iterable[Relation], by: str = "people") -> Rebased:
    """Carry figures of old places over to new ones, through one step of succession.

    Parameters
    ----------
    values : figures of the old places by code, in any unit that adds up; a place without succession keeps its figure
    relations : the registry's relations; only successions are used
    by : which weight applies (people, area, households)

    Returns
    -------
    Rebased
        A new place gets the weighted sum of all its predecessors; if one of them has no figure or no such weight, the new place
        is incomplete rather than too small. A sole successor without weights takes over the whole.
    """
    steps = [one for one in relations if one.kind is RelationKind.SUCCESSION]
    followers: dict[str, list[Relation]] = defaultdict(list)
    for one in steps:
        followers[one.place].append(one)
    carried: dict[str, float] = {code: value for code, value in values.items() if code not in followers}
    incomplete: dict[str, str] = {}
    lost = 0.0
    for old, links in followers.items():
        weights = {link.other: 1.0 if len(links) == 1 and not link.weights else link.weights.get(by) for link in links}
        for new, weight in weights.items():
            if old not in values:
                incomplete[new] = f"There is no figure for {old}, of which it took over a part."
            elif weight is None:
                incomplete[new] = f"The succession from {old} has no weight by {by}."
            else:
                carried[new] = carried.get(new, 0.0) + weight * values[old]
        left = 1.0 - sum(weight or 0.0 for weight in weights.values())
        if old in values and None not in weights.values() and abs(left) > _WHOLE:
            lost += left * values[old]
    return Rebased({code: value for code, value in carried.items() if code not in incomplete}, incomplete, lost)
