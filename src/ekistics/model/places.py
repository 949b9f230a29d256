"""Places, their boundaries over time, and how they stand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class PlaceKind(StrEnum):
    """What kind of place is spoken of, from large to small."""

    WORLD = "world"
    COUNTRY = "country"
    REGION = "region"
    FUNCTIONAL_AREA = "functional area"
    CITY = "city"
    URBAN_CENTRE = "urban centre"
    DISTRICT = "district"
    NEIGHBOURHOOD = "neighbourhood"
    SETTLEMENT = "settlement"
    CELL = "cell"


class RelationKind(StrEnum):
    """How one place stands to another."""

    ADMINISTRATIVE = "administrative"
    FUNCTIONAL = "functional"
    STATISTICAL = "statistical"
    SUCCESSION = "succession"


@dataclass(frozen=True)
class Place:
    """What is spoken of: a code that stays, names by language tag (`und` where unknown), a kind, and when it existed."""

    code: str
    kind: PlaceKind
    names: dict[str, str] = field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None

    def name(self, language: str = "en") -> str:
        """Return the name in a language, else the undetermined one, else any, else the code."""
        return self.names.get(language) or self.names.get("und") or next(iter(self.names.values()), self.code)


@dataclass(frozen=True)
class Boundary:
    """Where a place was drawn: one edition of its outline. `geometry` is a shapely (multi)polygon in EPSG:4326.

    `area_m2` is on the ellipsoid (WGS 84).
    """

    place: str
    edition: str
    geometry: Any  # shapely has no useful generic type for "polygon or multipolygon"
    area_m2: float
    source: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    asset: str | None = None


@dataclass(frozen=True)
class Relation:
    """`place` stands to `other`: for the hierarchy kinds `place` is a part of `other`; for a succession it is followed by it.

    A succession carries `weights` by what is carried over (people, area, households: shares 0 to 1) and their source.
    """

    place: str
    other: str
    kind: RelationKind
    valid_from: date | None = None
    valid_to: date | None = None
    weights: dict[str, float] = field(default_factory=dict)
    source: str = ""
