"""Land allocated to streets: length by width, once; and the length of streets.

What lies in open public space counts as open space only; a line inside a mapped street polygon is counted with the polygon.
Lengths are on the ellipsoid; a line that leaves a zone counts by the share of its length inside.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely import STRtree

from ekistics.geo.ellipsoid import segment_lengths_m
from ekistics.layers.open_space import OpenSpace, areas_in_zones, joined, on_plane
from ekistics.layers.registry import Zones, ZoneTable, layer
from ekistics.model.extracts import Flags, Floats, Geometries, OsmExtract, Streets


@layer(edition="1", gives=("street_area", "street_length", "walkable_length"))
def zone_street_land(*, osm: OsmExtract, open_space: OpenSpace, zones: Zones) -> ZoneTable:
    """Tabulate street land (km2), street length and walkable length (km) by zone."""
    plane, streets = open_space.plane, osm.streets
    outlines = on_plane(plane, zones.geometry)
    lines = plane.project(lines_of(streets))
    lengths = line_lengths_m(streets)
    spaces = on_plane(plane, open_space.geometry)
    paved = joined(on_plane(plane, osm.areas.geometry[osm.areas.street_area & ~osm.areas.open_space]))
    free = without(paved, spaces)
    covered = np.concatenate([spaces, paved])
    street = np.flatnonzero(streets.is_street)
    left = without(lines[street], covered)
    scale = lengths[street] / np.maximum(shapely.length(lines[street]), 1e-9)
    widths = streets.width_m[street]
    by_width = lengths_in_zones(left, outlines, scale * widths)
    by_polygon = areas_in_zones(free, outlines)
    columns = {
        "street_area": (by_width + by_polygon) / 1e6,
        "street_length": lengths_in_zones(lines[street], outlines, scale) / 1e3,
        "walkable_length": _walkable(lines, lengths, streets, outlines) / 1e3,
    }
    return ZoneTable(columns, checks=_checks(streets, lengths, street, by_width, by_polygon))


def _walkable(lines: Geometries, lengths: Floats, streets: Streets, outlines: Geometries) -> Floats:
    rows = np.flatnonzero(streets.walkable & ~streets.is_outline)
    return lengths_in_zones(lines[rows], outlines, lengths[rows] / np.maximum(shapely.length(lines[rows]), 1e-9))


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


def without(shapes: Geometries, covered: Geometries) -> Geometries:
    """Return shapes with what is covered by polygons taken away."""
    left = shapes.copy()
    if not len(covered) or not len(shapes):
        return left
    shape, cover = STRtree(covered).query(shapes, predicate="intersects")
    for number in np.unique(shape):
        left[number] = shapely.difference(shapes[number], shapely.union_all(covered[cover[shape == number]]))
    return left


def lengths_in_zones(lines: Geometries, zones: Geometries, scale: Floats) -> Floats:
    """Return the scaled length of lines inside each zone, (zones,)."""
    total = np.zeros(len(zones))
    if not len(lines):
        return total
    zone, line = STRtree(lines).query(zones, predicate="intersects")
    whole: Flags = np.zeros(len(zone), dtype=np.bool_)
    for number in np.unique(zone):
        rows = np.flatnonzero(zone == number)
        shapely.prepare(zones[number])
        whole[rows] = shapely.contains(zones[number], lines[line[rows]])
    size = np.empty(len(zone))
    size[whole] = shapely.length(lines[line[whole]])
    size[~whole] = shapely.length(shapely.intersection(lines[line[~whole]], zones[zone[~whole]]))
    np.add.at(total, zone, size * scale[line])
    return total
