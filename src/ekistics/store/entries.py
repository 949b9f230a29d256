"""Places, boundaries, relations, targets, assets, receipts and settings as entries: a kind, a name that identifies, and plain content."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import shapely

from ekistics.model.lineage import Asset, Json
from ekistics.model.places import Boundary, Place, PlaceKind, Relation, RelationKind
from ekistics.model.problems import Problem, Receipt, RowsSeen, Severity, Tally
from ekistics.model.targets import Target

PLACE, BOUNDARY, RELATION, TARGET = "place", "boundary", "relation", "target"
ASSET, READING, RECEIPT, SETTING = "asset", "reading", "receipt", "setting"


@dataclass(frozen=True)
class Entry:
    """One row of `entries`: `name` identifies within its kind, `scope` is what lists are asked by."""

    kind: str
    name: str
    content: Json
    scope: str = ""
    geometry: bytes | None = None


def entry_of_place(place: Place) -> Entry:
    """Return a place as an entry."""
    return Entry(PLACE, place.code, {"kind": str(place.kind), "names": place.names} | _validity(place))


def place_of(entry: Entry) -> Place:
    """Return an entry as a place."""
    told = entry.content
    return Place(entry.name, PlaceKind(told["kind"]), dict(told["names"]), *_valid(told))


def entry_of_boundary(boundary: Boundary) -> Entry:
    """Return a boundary edition as an entry; its outline goes as well-known binary."""
    content = {"edition": boundary.edition, "area_m2": boundary.area_m2, "source": boundary.source, "asset": boundary.asset}
    name = _joined(boundary.place, boundary.edition)
    return Entry(BOUNDARY, name, content | _validity(boundary), boundary.place, shapely.to_wkb(boundary.geometry))


def boundary_of(entry: Entry) -> Boundary:
    """Return an entry as a boundary edition."""
    told = entry.content
    outline = shapely.from_wkb(entry.geometry)
    return Boundary(entry.scope, told["edition"], outline, told["area_m2"], told["source"], *_valid(told), told["asset"])


def entry_of_relation(relation: Relation) -> Entry:
    """Return a relation as an entry: one of a kind between two places from a date on."""
    content: Json = {"place": relation.place, "other": relation.other, "kind": str(relation.kind)}
    content |= {"weights": relation.weights, "source": relation.source} | _validity(relation)
    since = relation.valid_from.isoformat() if relation.valid_from else ""
    return Entry(RELATION, _joined(relation.place, relation.other, str(relation.kind), since), content, relation.place)


def relation_of(entry: Entry) -> Relation:
    """Return an entry as a relation."""
    told = entry.content
    return Relation(told["place"], told["other"], RelationKind(told["kind"]), *_valid(told), dict(told["weights"]), told["source"])


def entry_of_target(target: Target) -> Entry:
    """Return a target as an entry: one for each indicator, place, breakdown, year and who set it."""
    name = _joined(target.indicator, target.place, target.breakdown, str(target.year), target.set_by)
    return Entry(TARGET, name, dict(vars(target)), target.place)


def target_of(entry: Entry) -> Target:
    """Return an entry as a target."""
    return Target(**entry.content)


def entry_of_asset(asset: Asset) -> Entry:
    """Return an asset as an entry under its checksum."""
    content = dict(vars(asset)) | {"date": _iso(asset.date)}
    content["extent"] = list(asset.extent) if asset.extent else None
    return Entry(ASSET, asset.sha256, content, asset.place or "")


def entry_of_reading(asset: Asset) -> Entry:
    """Return what an asset is read as: one file (a database with several tables) can be read as several kinds, for several places."""
    return replace(entry_of_asset(asset), kind=READING, name=_joined(asset.sha256, asset.kind, asset.place or "", asset.reading))


def asset_of(entry: Entry) -> Asset:
    """Return an entry as an asset."""
    told: dict[str, Any] = dict(entry.content)
    told["date"] = _date(told["date"])
    told["extent"] = tuple(told["extent"]) if told["extent"] else None
    return Asset(**told)


def entry_of_receipt(asset: str, receipt: Receipt) -> Entry:
    """Return what an import of an asset found, under its commit and its checksum."""
    return Entry(RECEIPT, _joined(str(receipt.commit), asset), asdict(receipt), asset)


def receipt_of(entry: Entry) -> Receipt:
    """Return an entry as a receipt."""
    told: dict[str, Any] = dict(entry.content)
    problems = [Problem(**one | {"severity": Severity(one["severity"]), "more_rows": tuple(one["more_rows"])}) for one in told["problems"]]
    told["problems"], told["tallies"] = tuple(problems), tuple(Tally(**one) for one in told["tallies"])
    seen = told["seen"]
    told["seen"] = RowsSeen(tuple(seen["columns"]), tuple(seen["numbers"]), tuple(tuple(row) for row in seen["cells"]))
    return Receipt(**told)


def _joined(*parts: str) -> str:
    return "\x1f".join(parts)  # the ASCII unit separator: no code holds it


def _validity(noun: Place | Boundary | Relation) -> Json:
    return {"valid_from": _iso(noun.valid_from), "valid_to": _iso(noun.valid_to)}


def _valid(told: Json) -> tuple[date | None, date | None]:
    return _date(told["valid_from"]), _date(told["valid_to"])


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
