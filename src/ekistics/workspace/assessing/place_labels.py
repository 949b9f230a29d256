"""By what places can be compared with their like: kind, country, region, and how many people live there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ekistics.model.observations import TOTAL
from ekistics.model.places import Place, PlaceKind, RelationKind
from ekistics.workspace.session import Session

SIZE_CLASSES = (
    (300_000, "fewer than 300,000"),
    (500_000, "300,000 to 500,000"),
    (1_000_000, "500,000 to 1 million"),
    (5_000_000, "1 to 5 million"),
    (10_000_000, "5 to 10 million"),
    (float("inf"), "10 million or more"),
)
"""People below which a place is in the class; the classes of the World Urbanization Prospects (United Nations)."""

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
        "size_class": tuple(size_class(people.get(one.code)) for one in places),
    }
    return {name: labels for name, labels in told.items() if any(labels)}


def size_class(people: float | None) -> str:
    """Return the class of a place by its people; empty where they are not known.

    Examples
    --------
    >>> size_class(420_000.0), size_class(None)
    ('300,000 to 500,000', '')
    """
    return "" if people is None else next(name for below, name in SIZE_CLASSES if people < below)


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
