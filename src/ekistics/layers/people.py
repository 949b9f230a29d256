"""People as points: where each given count lives, by a rule that is told, with nobody lost on the way.

Counts are spread inside the unit they were given for (zone, H3 cell, raster cell; a point stays where it is):

- `buildings`: over residential buildings, by footprint x levels where levels are known; buildings tagged as dwellings, and plain
  `building=yes` without another use, whose share is told.
- `streets`: along residential streets, by length.
- `equal`: evenly over the unit's area, on a grid of points.

The part of a unit that reaches beyond the extract takes its people by area, evenly, where there is a rule that needs the extract:
people of an unmapped part are never piled onto the mapped one.
A unit without any building (or residential street) falls back: cells to their middle, zones to an even spread; the people
concerned are counted. People outside the study region are left out and counted. Where no count is given at all, points
stand for floor space: shares can be told of them, numbers of people cannot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from ekistics.geo.ellipsoid import LocalPlane, equal_area_plane, segment_lengths_m
from ekistics.layers.network import street_segments
from ekistics.layers.registry import Zones, ZoneTable, layer
from ekistics.layers.study import InZones, in_zones, plane_of, points_of
from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.model.extracts import Floats, Geometries, Integers, OsmExtract, People, PeopleKind

BASES = ("given point", "residential building", "untagged building", "residential street", "even spread", "middle of the cell")
"""What the place of a point rests on, by its code in `SpreadPeople.basis`."""

SPREADS = ("buildings", "streets", "equal")

NO_COUNT = "No count of people is given for this place; floor space of dwellings tells shares only."
NOBODY = "Neither a count of people nor residential buildings are given for this place."

_POINT, _DWELLING, _UNTAGGED, _STREET, _EVEN, _MIDDLE = range(len(BASES))
_STREET_PIECE_M = 50.0
_MOST_POINTS_A_UNIT = 5000


@dataclass(frozen=True)
class SpreadPeople:
    """People in the study region as points. `people` are persons, or m2 of floor space where `counted` is false.

    `x`, `y` lie on `plane`, `unit` is the row of the count that a point came from (-1 for none), `basis` is a code of `BASES`.
    """

    plane: LocalPlane
    longitude: Floats
    latitude: Floats
    x: Floats
    y: Floats
    people: Floats
    unit: Integers
    basis: Integers
    inside: InZones
    counted: bool
    checks: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.people)

    @cached_property
    def points(self) -> shapely.STRtree:
        """The points in a tree, made once for all that is asked of them."""
        return shapely.STRtree(points_of(self.x, self.y))


@dataclass(frozen=True)
class _Hosts:
    """Where people may live: points on the plane, how much each can take, and what it is."""

    x: Floats
    y: Floats
    weight: Floats
    basis: Integers


@dataclass(frozen=True)
class _Placed:
    x: Floats
    y: Floats
    people: Floats
    unit: Integers
    basis: Integers


@layer(edition="1", optional=("people_given", "osm"))
def people(
    *,
    zones: Zones,
    people_given: People | None = None,
    osm: OsmExtract | None = None,
    spread: str = "buildings",
    levels_where_unknown: float = 1.0,
    even_spread_m: float = 50.0,
) -> SpreadPeople:
    """Spread the people given over the places where they live.

    Raises
    ------
    InvalidInput
        If the way to spread is none of `SPREADS`.
    EkisticsError
        If people were lost or made on the way.
    """
    if spread not in SPREADS:
        raise InvalidInput("no such way to spread people", found=spread, expected=", ".join(SPREADS))
    plane = plane_of(zones)
    hosts = _hosts(osm, plane, spread, levels_where_unknown)
    if people_given is None or not len(people_given):
        placed = _Placed(hosts.x, hosts.y, hosts.weight, np.full(len(hosts.x), -1, np.int64), hosts.basis)
        return _within(placed, zones, plane, {"people_given": None}, counted=False)
    extent = plane.project(np.array([shapely.segmentize(shapely.box(*osm.extent), 0.01)], dtype=object))[0] if osm else None
    placed = _place(people_given, plane, hosts, extent, even_spread_m)
    given = float(np.nansum(people_given.people))
    if not np.isclose(placed.people.sum(), given, rtol=1e-9, atol=1e-6):
        raise EkisticsError("people were lost or made while they were spread", found=f"{placed.people.sum():.6f}", expected=f"{given:.6f}")
    checks = {"people_given": given, "units": len(people_given), "units_without_count": int(np.isnan(people_given.people).sum())}
    return _within(placed, zones, plane, checks, counted=True)


@layer(edition="1", gives=("population",))
def zone_people(*, people: SpreadPeople, zones: Zones) -> ZoneTable:
    """Add up the people of each zone."""
    if not people.counted:
        why = NO_COUNT if len(people) else NOBODY
        return ZoneTable({"population": np.full(len(zones), np.nan)}, {"population": np.full(len(zones), why)}, people.checks)
    return ZoneTable({"population": people.inside.sums(people.people)}, checks=people.checks)


def _hosts(osm: OsmExtract | None, plane: LocalPlane, spread: str, levels_where_unknown: float) -> _Hosts:
    if osm is not None and spread == "buildings":
        return _buildings(osm, plane, levels_where_unknown)
    if osm is not None and spread == "streets":
        return _residential_streets(osm, plane)
    return _Hosts(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.int64))


def _buildings(osm: OsmExtract, plane: LocalPlane, levels_where_unknown: float) -> _Hosts:
    use = osm.areas.building_use
    chosen = np.flatnonzero((use == "residential") | (use == "untagged"))
    shapes = osm.areas.geometry[chosen]
    footprint = shapely.area(equal_area_plane(osm.extent).project(shapes)) if len(shapes) else np.zeros(0)
    levels = osm.areas.levels[chosen]
    known = np.isfinite(levels) & (levels > 0)
    middle = shapely.centroid(shapes)
    x, y = plane.forward(shapely.get_x(middle), shapely.get_y(middle))
    basis = np.where(use[chosen] == "residential", _DWELLING, _UNTAGGED)
    return _Hosts(x, y, footprint * np.where(known, levels, levels_where_unknown), basis.astype(np.int64))


def _residential_streets(osm: OsmExtract, plane: LocalPlane) -> _Hosts:
    streets = osm.streets
    first, _ = street_segments(streets, streets.residential)
    ends = (streets.longitude[first], streets.latitude[first], streets.longitude[first + 1], streets.latitude[first + 1])
    length = segment_lengths_m(*ends)
    pieces = np.maximum(1, np.ceil(length / _STREET_PIECE_M)).astype(np.int64)
    each = np.repeat(np.arange(len(first)), pieces)
    number = np.arange(len(each)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (number + 0.5) / pieces[each]
    x, y = plane.forward(ends[0][each] * (1 - share) + ends[2][each] * share, ends[1][each] * (1 - share) + ends[3][each] * share)
    return _Hosts(x, y, (length / pieces)[each], np.full(len(each), _STREET, np.int64))


def _place(given: People, plane: LocalPlane, hosts: _Hosts, extent: Any, even_spread_m: float) -> _Placed:
    count = np.nan_to_num(given.people)
    shapes = plane.project(given.geometry)
    if given.kind is PeopleKind.POINTS:
        return _Placed(shapely.get_x(shapes), shapely.get_y(shapes), count, np.arange(len(given)), np.full(len(given), _POINT))
    if given.kind is PeopleKind.RASTER:
        half = np.sqrt(given.cell_m2) / 2
        x, y = shapely.get_x(shapes), shapely.get_y(shapes)
        shapes = shapely.box(x - half, y - half, x + half, y + half)
    unit, host = shapely.STRtree(points_of(hosts.x, hosts.y)).query(shapes, predicate="intersects")
    room = np.bincount(unit, weights=hosts.weight[host], minlength=len(given)).astype(np.float64)
    used = room[unit] > 0
    unit, host = unit[used].astype(np.int64), host[used]
    beyond, cut, mapped = _beyond(shapes, room, extent)
    share = count[unit] * mapped[unit] * (hosts.weight[host] / room[unit])
    on_hosts = _Placed(hosts.x[host], hosts.y[host], share, unit, hosts.basis[host])
    outside = _evenly(beyond, cut, count[cut] * (1 - mapped[cut]), even_spread_m)
    empty = np.flatnonzero(room <= 0)
    if given.kind is PeopleKind.ZONES:
        rest = _evenly(shapes[empty], empty, count[empty], even_spread_m)
    else:
        middle = shapely.centroid(shapes[empty])
        rest = _Placed(shapely.get_x(middle), shapely.get_y(middle), count[empty], empty, np.full(len(empty), _MIDDLE))
    parts = (on_hosts, outside, rest)
    return _Placed(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "y", "people", "unit", "basis")))


def _beyond(shapes: Geometries, room: Floats, extent: Any) -> tuple[Geometries, Integers, Floats]:
    """Return what lies beyond the extract of the units with hosts that it cuts, which units these are, and each unit's mapped share."""
    mapped = np.ones(len(shapes))
    cut = np.zeros(0, np.int64) if extent is None else np.flatnonzero((room > 0) & ~shapely.covers(extent, shapes))
    beyond = shapely.difference(shapes[cut], extent) if len(cut) else shapes[cut]
    mapped[cut] = 1 - shapely.area(beyond) / shapely.area(shapes[cut])
    return np.asarray(beyond, dtype=object), cut, mapped


def _evenly(shapes: Geometries, units: Integers, count: Floats, spacing_m: float) -> _Placed:
    parts = [_grid(shape, spacing_m) for shape in shapes.tolist()]
    sizes = np.array([len(part) for part in parts], np.int64)
    places = np.concatenate([np.zeros((0, 2)), *parts])
    each = np.repeat(count / np.maximum(sizes, 1), sizes)
    return _Placed(places[:, 0], places[:, 1], each, np.repeat(units, sizes), np.full(len(each), _EVEN))


def _grid(shape: Any, spacing_m: float) -> Floats:
    """Return a grid of points in a polygon, at most some thousand; the point on its surface where none falls inside."""
    step = max(spacing_m, float(np.sqrt(shape.area / _MOST_POINTS_A_UNIT)))
    west, south, east, north = shape.bounds
    x, y = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    shapely.prepare(shape)
    within = shapely.contains_xy(shape, x.ravel(), y.ravel())
    if within.any():
        return np.column_stack([x.ravel()[within], y.ravel()[within]])
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(shape)), np.float64)


def _within(placed: _Placed, zones: Zones, plane: LocalPlane, checks: dict[str, Any], *, counted: bool) -> SpreadPeople:
    polygons = plane.project(zones.geometry)
    shapely.prepare(polygons[:1])
    kept = shapely.intersects_xy(polygons[0], placed.x, placed.y)
    x, y, number = placed.x[kept], placed.y[kept], placed.people[kept]
    inside = in_zones(x, y, polygons)
    longitude, latitude = plane.backward(x, y)
    total = float(number.sum())
    by_basis = np.bincount(placed.basis[kept], weights=number, minlength=len(BASES))
    told = {
        **checks,
        "people_in_the_region": total,
        "people_left_outside": float(placed.people[~kept].sum()),
        **_overlap(inside, number),
        "share_on_untagged_buildings": float(by_basis[_UNTAGGED] / total) if total else None,
        "people_by_basis": {name: float(one) for name, one in zip(BASES, by_basis, strict=True) if one},
        "units_without_buildings_or_streets_or_cut_by_the_extract": len(np.unique(placed.unit[np.isin(placed.basis, (_EVEN, _MIDDLE))])),
    }
    return SpreadPeople(plane, longitude, latitude, x, y, number, placed.unit[kept], placed.basis[kept], inside, counted, told)


def _overlap(inside: InZones, number: Floats) -> dict[str, float]:
    """Return how many people live in no zone, and how many a second time where zones overlap; none without zones."""
    if inside.zones < 2:
        return {}
    times = np.bincount(inside.point[inside.zone > 0], minlength=len(number))
    return {
        "people_in_no_zone": float(number[times == 0].sum()),
        "people_counted_again_where_zones_overlap": float((number * np.maximum(times - 1, 0)).sum()),
    }
