"""Places as they stand in the record: a study place with the boundary that is measured and its districts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ekistics.model.places import Boundary, Place, RelationKind
from ekistics.workspace.session import Session

CUT_OUT_OF = " ∩ "
"""Between the editions that a boundary was cut out of, in its source."""


@dataclass(frozen=True)
class PlaceTree:
    """A study place as it stands in the record: itself, its measured boundary, its districts with theirs."""

    place: Place
    boundary: Boundary | None
    districts: tuple[tuple[Place, Boundary], ...]


def tree_of(session: Session, code: str, *, as_of: int | None = None) -> PlaceTree:
    """Return a study place with the boundary that is measured and its districts.

    Raises
    ------
    NotFound
        If no place has the code.
    """
    place = session.record.place(code, as_of=as_of)
    wanted = session.record.settings(as_of=as_of).get(f"study:{code}")
    editions = {boundary.edition: boundary for boundary in session.record.boundaries(code, as_of=as_of)}
    boundary = editions.get(str(wanted)) if wanted else next(reversed(editions.values()), None) if editions else None
    members = {
        relation.place
        for relation in session.record.relations(as_of=as_of)
        if relation.other == code and relation.kind is not RelationKind.SUCCESSION
    }
    if not members:
        return PlaceTree(place, boundary, ())
    places = {one.code: one for one in session.record.places(as_of=as_of) if one.code in members}
    drawn = {one.place: one for one in session.record.boundaries(as_of=as_of) if one.place in members}
    districts = [(places[member], drawn[member]) for member in sorted(members) if member in drawn and member in places]
    return PlaceTree(place, boundary, tuple(districts))


def study_places(session: Session, codes: Sequence[str] | None = None, *, as_of: int | None = None) -> list[str]:
    """Return the places that are measured on the ground: those asked for, else every place with a study boundary."""
    known = [key.partition(":")[2] for key in session.record.settings(as_of=as_of) if key.startswith("study:")]
    if codes is None:
        return sorted(known)
    for code in codes:
        session.record.place(code, as_of=as_of)
    return [code for code in codes if code in known]
