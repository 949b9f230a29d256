"""What the rules make of an object's tags, decided once for each combination of the tags that matter.

A city has tens of thousands of areas and a few hundred ways to tag them, so a verdict is kept by the tags that a rule can see.
The judge is handed those tags and no others: a kept verdict cannot depend on a name or an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

import numpy as np

from ekistics.model.extracts import FacilityKind
from ekistics.sources import osm_rules
from ekistics.sources.osm_rules import Tags

Verdict = TypeVar("Verdict")

AREA_KEYS = ("building", "landuse", "leisure", "natural", "amenity")
"""A closed way with one of these is an area whatever else it is."""
_MORE_AREA_KEYS = ("place", "man_made", "boundary", "area:highway")
_LINE_KEYS = ("highway", "barrier", "railway", "waterway", "aeroway", "power", "aerialway", "route")
_AREAL_FACILITIES = (FacilityKind.SCHOOL, FacilityKind.HEALTH, FacilityKind.MARKET)
_CLASS_LENGTH = 24


@dataclass(frozen=True)
class AreaVerdict:
    """What an area is. `is_line` says that it merely comes back to its start (a roundabout, a fence round a field)."""

    is_line: bool
    open_space_rule: str
    refused_rule: str
    green: bool
    water: bool
    street_area: bool
    building_use: str
    levels: float
    facilities: tuple[str, ...]


@dataclass(frozen=True)
class StreetVerdict:
    """What a line is, in the words of `Streets`."""

    street_class: str
    walkable: bool
    drivable: bool
    is_street: bool
    is_outline: bool
    width_m: float
    width_from: str
    residential: bool

    @property
    def is_wanted(self) -> bool:
        """Whether anybody walks or drives on it, or it takes land."""
        return self.walkable or self.drivable or self.is_street


class Judge(Generic[Verdict]):
    """A judgement of tags, kept by the tags with the given keys."""

    def __init__(self, keys: Iterable[str], judge: Callable[[Tags], Verdict]) -> None:
        self._keys = frozenset(keys)
        self._judge = judge
        self._kept: dict[tuple[tuple[str, str], ...], Verdict] = {}

    def __call__(self, tags: Tags) -> Verdict:
        """Return the verdict on an object's tags."""
        seen = tuple([item for item in tags.items() if item[0] in self._keys])
        if seen not in self._kept:
            self._kept[seen] = self._judge(dict(seen))
        return self._kept[seen]


def area_judge(ruled: Mapping[str, Any]) -> Judge[AreaVerdict]:
    """Return the judge of areas by the rules as loaded."""
    space, cover, buildings = ruled["open_space"], ruled["cover"], ruled["buildings"]
    patterns = [
        one[part] for list_ in ("refuse", "count", "left_out") for one in space[list_] for part in ("tags", "unless") if part in one
    ]
    patterns += [cover[kind] for kind in ("green", "water", "street_area")] + [
        ruled["facilities"][kind.value] for kind in _AREAL_FACILITIES
    ]
    keys = {"area", "type", "building:use", "building:levels", *AREA_KEYS, *_MORE_AREA_KEYS, *_LINE_KEYS, *buildings["other_use"]}

    def judge(tags: Tags) -> AreaVerdict:
        verdict = osm_rules.open_space_of(tags, space)
        return AreaVerdict(
            is_line=is_closed_line(tags),
            open_space_rule=verdict.rule,
            refused_rule=verdict.refused,
            green=osm_rules.fits(tags, cover["green"]),
            water=osm_rules.fits(tags, cover["water"]),
            street_area=osm_rules.fits(tags, cover["street_area"]),
            building_use=osm_rules.building_use_of(tags, buildings),
            levels=osm_rules.levels_of(tags),
            facilities=tuple(kind.value for kind in _AREAL_FACILITIES if osm_rules.fits(tags, ruled["facilities"][kind.value])),
        )

    return Judge(keys.union(*patterns), judge)


def street_judge(ruled: Mapping[str, Any]) -> Judge[StreetVerdict]:
    """Return the judge of lines by the rules as loaded."""
    rules, walking = ruled["streets"], ruled["walking"]
    keys = ("highway", "area", "foot", "access", "sidewalk", "service", "motor_vehicle", "width", "lanes")

    def judge(tags: Tags) -> StreetVerdict:
        kind, outline = tags.get("highway", ""), tags.get("area") == "yes"
        may_drive = tags.get("motor_vehicle", tags.get("access", "")) not in rules["closed_to_cars"]
        width, taken_from = osm_rules.width_of(tags, rules)
        return StreetVerdict(
            street_class=kind[:_CLASS_LENGTH],
            walkable=osm_rules.is_walkable(tags, walking),
            drivable=kind in rules["drivable"] and may_drive and not outline,
            is_street=kind in rules["street"] and tags.get("service", "") not in rules["not_street_service"] and not outline,
            is_outline=outline,
            width_m=width,
            width_from=taken_from,
            residential=kind in rules["residential"],
        )

    return Judge(keys, judge)


def is_closed_line(tags: Tags) -> bool:
    """Whether a closed way is a line that comes back to its start, not an area."""
    if tags.get("area") == "yes" or any(key in tags for key in (*AREA_KEYS, *_MORE_AREA_KEYS)):
        return False
    return any(key in tags for key in _LINE_KEYS) and tags.get("type") not in ("multipolygon", "boundary")


def column(verdicts: list[Any], name: str, dtype: Any) -> Any:
    """Return one field of all verdicts as an array (any verdict has the field: mypy cannot say so)."""
    return np.array(list(map(attrgetter(name), verdicts)), dtype=dtype)
