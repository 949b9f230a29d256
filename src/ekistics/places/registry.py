"""Rules of the place registry: each fault is a problem that names the place, all faults at once.

Statistical and functional relations may cross kinds (a functional area holds cities); only the administrative hierarchy must go
from small to large.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from ekistics.model.places import Boundary, Place, PlaceKind, Relation, RelationKind
from ekistics.model.problems import Problem

WEIGHT_SLACK = 1e-6
"""How far the weights of a succession may add up beyond 1, by rounding."""

_RANK = {kind: rank for rank, kind in enumerate(PlaceKind)}


def check_places(places: Sequence[Place], boundaries: Iterable[Boundary] = (), relations: Iterable[Relation] = ()) -> list[Problem]:
    """Return all that is wrong with a registry of places; an empty list says that every rule holds.

    Parameters
    ----------
    places, boundaries, relations : the whole registry; a place without boundary is allowed
    """
    known = {place.code: place for place in places}
    linked = list(relations)
    return [
        *_place_faults(places),
        *_boundary_faults(known, list(boundaries)),
        *_relation_faults(known, linked),
        *_cycles(linked),
        *_succession_faults(linked),
    ]


def _place_faults(places: Sequence[Place]) -> list[Problem]:
    counts = Counter(place.code for place in places)
    found = [_fault("code-twice", f"The code {code} is given to {count} places.", code) for code, count in counts.items() if count > 1]
    for place in places:
        if not place.code.strip():
            found.append(_fault("code-missing", f"The place {place.name()} has no code.", place.name()))
        if _backwards(place.valid_from, place.valid_to):
            found.append(_fault("validity-backwards", f"The place {place.code} ends before it begins.", place.code))
    return found


def _boundary_faults(known: dict[str, Place], boundaries: Sequence[Boundary]) -> list[Problem]:
    found: list[Problem] = []
    for (code, edition), count in Counter((one.place, one.edition) for one in boundaries).items():
        if count > 1:
            found.append(_fault("edition-twice", f"The boundary edition {edition} of {code} is given {count} times.", code))
    for one in boundaries:
        place = known.get(one.place)
        if place is None:
            found.append(_fault("place-unknown", f"A boundary belongs to {one.place}, which is no place.", one.place))
        elif _outside(one.valid_from, one.valid_to, place):
            message = f"The boundary edition {one.edition} of {one.place} is valid when the place is not."
            found.append(_fault("validity-outside", message, one.place))
        if _backwards(one.valid_from, one.valid_to):
            message = f"The boundary edition {one.edition} of {one.place} ends before it begins."
            found.append(_fault("validity-backwards", message, one.place))
        if not one.area_m2 > 0:
            message = f"The boundary edition {one.edition} of {one.place} encloses no area."
            found.append(_fault("area-missing", message, one.place))
    return found


def _relation_faults(known: dict[str, Place], relations: Sequence[Relation]) -> list[Problem]:
    found: list[Problem] = []
    for one in relations:
        absent = [code for code in (one.place, one.other) if code not in known]
        found += [_fault("place-unknown", f"A relation of {one.place} names {code}, which is no place.", code) for code in absent]
        if _backwards(one.valid_from, one.valid_to):
            found.append(_fault("validity-backwards", f"A relation of {one.place} to {one.other} ends before it begins.", one.place))
        if absent or one.kind is not RelationKind.ADMINISTRATIVE:
            continue
        part, whole = known[one.place], known[one.other]
        if _RANK[part.kind] <= _RANK[whole.kind] and part.code != whole.code:
            message = f"The {part.kind} {part.code} is said to be a part of the {whole.kind} {whole.code}, which is not larger."
            found.append(_fault("kind-order", message, part.code))
    return found


def _cycles(relations: Sequence[Relation]) -> list[Problem]:
    """Return one problem for each relation kind that runs in a circle, whenever its relations were valid."""
    found: list[Problem] = []
    for kind in RelationKind:
        onward: dict[str, set[str]] = defaultdict(set)
        for one in relations:
            if one.kind is kind:
                onward[one.place].add(one.other)
        ring = _left_in_rings(onward)
        if ring:
            named = ", ".join(sorted(ring)[:5])
            found.append(_fault("cycle", f"The {kind} relations run in a circle through {named}.", sorted(ring)[0], len(ring)))
    return found


def _left_in_rings(onward: dict[str, set[str]]) -> set[str]:
    """Return the places left when those without a way out, then those without a way in, are taken away again and again."""
    inward: dict[str, set[str]] = defaultdict(set)
    for place, others in onward.items():
        for other in others:
            inward[other].add(place)
    left = set(onward) | set(inward)
    for ahead, back in ((onward, inward), (inward, onward)):
        degree = {place: len(ahead.get(place, set()) & left) for place in left}
        ends = [place for place, count in degree.items() if count == 0]
        while ends:
            end = ends.pop()
            left.discard(end)
            for place in back.get(end, set()) & left:
                degree[place] -= 1
                if degree[place] == 0:
                    ends.append(place)
    return left


def _succession_faults(relations: Sequence[Relation]) -> list[Problem]:
    found: list[Problem] = []
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for one in relations:
        if one.kind is not RelationKind.SUCCESSION:
            continue
        if one.weights and not one.source:
            found.append(_fault("weights-without-source", f"The weights from {one.place} to {one.other} have no source.", one.place))
        for by, weight in one.weights.items():
            if not 0 <= weight <= 1:
                message = f"The weight by {by} from {one.place} to {one.other} is {weight}, which is no share."
                found.append(_fault("weight-no-share", message, one.place))
            totals[one.place, by] += weight
    for (place, by), total in totals.items():
        if total > 1 + WEIGHT_SLACK:
            found.append(_fault("weights-above-one", f"The weights by {by} out of {place} add up to {total:.6g}.", place))
    return found


def _outside(start: date | None, end: date | None, place: Place) -> bool:
    begins_early = start is not None and place.valid_from is not None and start < place.valid_from
    ends_late = end is not None and place.valid_to is not None and end > place.valid_to
    return begins_early or ends_late


def _backwards(start: date | None, end: date | None) -> bool:
    return start is not None and end is not None and end < start


def _fault(kind: str, message: str, place: str, count: int = 1) -> Problem:
    return Problem(kind, message, feature=place, count=count)
