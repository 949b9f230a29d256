"""By what places can be compared with their like: kind, country, region, and how many people live there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ekistics.assess.comparing.size_classes import size_labels
from ekistics.model.observations import TOTAL
from ekistics.model.places import Place, PlaceKind, RelationKind
from ekistics.workspace.session import Session

POPULATION = "population"


def labels_of(session: Session, places: Sequence[Place], as_of: int | None = None) -> dict[str, tuple[str, ...]]:
    """Return labels of places by grouping, in their order; empty where nothing is known."""
    known = {one.code: one for one in session.record.places(as_of=as_of)}
    above = {one.place: one.other for one in session.record.relations(as_of=as_of) if one.kind is not RelationKind.SUCCESSION}
    people = _people(session, [one.code for one in places], as_of)
    told = {
        "kind": tuple(str(one.kind) for one in places),
        "country": tuple(_above(one.code, PlaceKind.COUNTRY, known, above) for one in places),
        "region": tuple(_above(one.code, PlaceKind.REGION, known, above) for one in places),
        "size_class": size_labels([people.get(one.code, float("nan")) for one in places]),
    }
    return {name: labels for name, labels in told.items() if any(labels)}


def _above(code: str, kind: PlaceKind, known: dict[str, Place], above: dict[str, str]) -> str:
    """Return the name of the place of a kind that a place is part of."""
    passed = {code}
    while (code := above.get(code, "")) in known and code not in passed:
        passed.add(code)
        if known[code].kind is kind:
            return known[code].name()
    return ""


def _people(session: Session, places: Sequence[str], as_of: int | None) -> dict[str, float]:
    """Return the newest number of residents of each place that has one."""
    rows: list[dict[str, Any]] = session.record.current_table(places=places, indicators=[POPULATION], as_of=as_of).to_pylist()
    told = [one for one in rows if one["breakdown"] == TOTAL and one["value"] is not None]
    return {one["place"]: one["value"] for one in sorted(told, key=lambda one: one["period_end"])}
