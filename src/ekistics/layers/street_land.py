"""Land allocated to streets: length by width, once; and the length of streets.

What lies in open public space counts as open space only; a line inside a mapped street polygon is counted with the polygon.
Lengths are on the ellipsoid; a line that leaves a zone counts by the share of its length inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import STRtree

from ekistics.geo.ellipsoid import segment_lengths_m
from ekistics.layers.open_space import OpenSpace, areas_in_zones, is_within, joined, on_plane
from ekistics.layers.registry import Zones, ZoneTable, layer
from ekistics.model.extracts import Flags, Floats, Geometries, Integers, OsmExtract, Streets


@layer(edition="1", gives=("street_area", "street_length", "walkable_length"))
def zone_street_land(*, osm: OsmExtract, open_space: OpenSpace, zones: Zones) -> ZoneTable:
    """Tabulate street land (km2), street length and walkable length (km) by zone."""
    plane, streets = open_space.plane, osm.streets
    outlines = on_plane(plane, zones.geometry)
    lines = plane.project(lines_of(streets))
    lengths = line_lengths_m(streets)
    spaces = on_plane(plane, open_space.geometry)
    paved = joined(on_plane(plane, osm.areas.geometry[osm.areas.street_area & ~osm.areas.open_space]))
    free, _ = without(paved, spaces)
    scale = lengths / np.maximum(shapely.length(lines), 1e-9)
    street, walked = streets.is_street, streets.walkable & ~streets.is_outline
    whole = inside_zones(only(street | walked, lines), outlines)
    # most streets lie in no open space: they are cut to the zones once, for their land and their length
    wide = np.where(street, streets.width_m, 0.0) * scale
    left, touched = without(only(street, lines), np.concatenate([spaces, paved]))
    partly = inside_zones(only(touched, left), outlines)
    by_width = whole.sums(np.where(touched, 0.0, wide)) + partly.sums(wide)
    by_polygon = areas_in_zones(free, outlines)
    columns = {
        "street_area": (by_width + by_polygon) / 1e6,
        "street_length": whole.sums(np.where(street, scale, 0.0)) / 1e3,
        "walkable_length": whole.sums(np.where(walked, scale, 0.0)) / 1e3,
    }
    return ZoneTable(columns, checks=_checks(streets, lengths, np.flatnonzero(street), by_width, by_polygon))


def _checks(streets: Streets, lengths: Floats, street: Any, by_width: Floats, by_polygon: Floats) -> dict[str, Any]:
    total = float(lengths[street].sum()) or 1.0
    known = {source: float(lengths[street][streets.width_from[street] == source].sum()) / total for source in ("tag", "lanes", "class")}
    return {
        "width_from_share_of_length": {source: round(share, 4) for source, share in known.items()},
        "street_area_from_polygons_km2": round(float(by_polygon[0]) / 1e6, 4),
        "street_area_from_lines_km2": round(float(by_width[0]) / 1e6, 4),
    }


def lines_of(streets: Streets) -> Geometries:
    """Return the street lines in EPSG:4326."""
    owner = np.repeat(np.arange(len(streets)), np.diff(streets.offsets))
    made: Any = shapely.linestrings(np.column_stack([streets.longitude, streets.latitude]), indices=owner) if len(streets) else []
    return np.asarray(made, dtype=object)


def line_lengths_m(streets: Streets) -> Floats:
    """Return the length of each street line on the ellipsoid, (lines,) metres."""
    if not len(streets):
        return np.zeros(0)
    x, y = streets.longitude, streets.latitude
    each = segment_lengths_m(x[:-1], y[:-1], x[1:], y[1:])
    owner = np.repeat(np.arange(len(streets)), np.diff(streets.offsets))
    inside = owner[1:] == owner[:-1]
    return np.bincount(owner[1:][inside], weights=each[inside], minlength=len(streets)).astype(np.float64)


def only(chosen: Flags, shapes: Geometries) -> Geometries:
    """Return the shapes with those that were not chosen missing."""
    left = shapes.copy()
    left[~chosen] = None
    return left


def without(shapes: Geometries, covered: Geometries) -> tuple[Geometries, Flags]:
    """Return shapes with what is covered by polygons taken away, and which of them touch a polygon; a missing shape stays missing."""
    left, touched = shapes.copy(), np.zeros(len(shapes), np.bool_)
    if not len(covered) or not len(shapes):
        return left, touched
    shape, cover = STRtree(covered).query(shapes, predicate="intersects")
    touched[shape] = True
    met, first, times = np.unique(shape, return_index=True, return_counts=True)
    over = covered[cover[first]]
    for number in np.flatnonzero(times > 1):
        over[number] = shapely.union_all(covered[cover[first[number] : first[number] + times[number]]])
    left[met] = shapely.difference(shapes[met], over)
    return left, touched


@dataclass(frozen=True)
class Inside:
    """What lies of which line in which zone, metres on the plane."""

    line: Integers
    zone: Integers
    length: Floats
    zones: int

    def sums(self, scale: Floats) -> Floats:
        """Return the length in each zone, (zones,), each line's scaled by its own number."""
        return np.bincount(self.zone, weights=self.length * scale[self.line], minlength=self.zones).astype(np.float64)


def inside_zones(lines: Geometries, zones: Geometries) -> Inside:
    """Return what lies of lines in zones; a missing line lies in none. Lines that a zone holds whole are not cut."""
    zone, line = STRtree(lines).query(zones, predicate="intersects")
    length = shapely.length(lines[line])
    whole = is_within(lines[line], zones, zone)
    length[~whole] = shapely.length(shapely.intersection(lines[line[~whole]], zones[zone[~whole]]))
    return Inside(line.astype(np.int64), zone.astype(np.int64), length, len(zones))
