"""What maps are drawn on: water, land, green, streets by rank and open space of the city's own extract, cut to its surroundings.

A drawing, never a measure: shapes are simplified to `simplify_m`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from ekistics.geo.ellipsoid import true_length_plane
from ekistics.layers.open_space import OpenSpace
from ekistics.layers.registry import Zones, layer
from ekistics.layers.street_land import lines_of
from ekistics.model.extracts import Geometries, OsmExtract

RANKS = {
    3: ("motorway", "trunk", "primary", "motorway_link", "trunk_link"),
    2: ("secondary", "tertiary", "primary_link", "secondary_link", "tertiary_link"),
    1: ("residential", "unclassified", "living_street", "road", "pedestrian"),
}
"""Street classes by rank on the map: 3 the largest."""
COAST_DIRECTION_M = 1000.0
"""Over how much of its end a coast is taken to run straight on."""
FAR_M = 200_000.0


@dataclass(frozen=True)
class BaseMap:
    """Shapes in EPSG:4326; a shape that the extract does not have is an empty geometry. `streets[r - 1]` are the lines of rank r."""

    sea: Any  # shapely geometry
    water: Any
    green: Any
    open_space: Any
    streets: Geometries
    checks: dict[str, Any] = field(default_factory=dict)


@layer(edition="5")
def base_map(*, osm: OsmExtract, open_space: OpenSpace, zones: Zones, simplify_m: float = 4.0, margin: float = 0.08) -> BaseMap:
    """Cut and simplify the shapes of a base map; `margin` is the share of the region's size shown around it."""
    west, south, east, north = shapely.bounds(zones.geometry[0]).tolist()
    plane = true_length_plane((west, south, east, north))
    window = _window(plane.project(zones.geometry[:1])[0], margin)

    def drawn(shapes: Geometries, *, least_m2: float) -> Any:
        flat = plane.project(shapes)
        big = flat[shapely.area(flat) >= least_m2]
        near = big[shapely.intersects(big, window)]
        cut = shapely.intersection(shapely.union_all(near), window) if len(near) else shapely.MultiPolygon()
        return plane.unproject(np.array([_simple(cut, simplify_m)], dtype=object))[0]

    lines, kinds = lines_of(osm.streets), osm.streets.street_class
    streets = np.empty(len(RANKS), dtype=object)
    for rank in RANKS:
        flat = plane.project(lines[np.isin(kinds, RANKS[rank])])
        near = flat[shapely.intersects(flat, window)] if len(flat) else flat
        merged = shapely.line_merge(shapely.multilinestrings(near)) if len(near) else shapely.MultiLineString()
        cut = shapely.simplify(shapely.intersection(merged, window), simplify_m, preserve_topology=False)
        streets[rank - 1] = plane.unproject(np.array([cut], dtype=object))[0]
    areas = osm.areas
    return BaseMap(
        sea=_sea(osm, window, plane, simplify_m),
        water=drawn(areas.geometry[areas.water], least_m2=400.0),
        green=drawn(areas.geometry[areas.green], least_m2=400.0),
        open_space=drawn(open_space.geometry, least_m2=50.0),
        streets=streets,
        checks={"simplify_m": simplify_m},
    )


def _simple(shape: Any, simplify_m: float) -> Any:
    """Return a shape simplified part by part: each stays valid, and the cost is that of the parts, not of all pairs of them."""
    parts = [part for part in shapely.simplify(shapely.get_parts(shape), simplify_m) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def _window(region: Any, margin: float) -> Any:
    """Return the part of the plane that maps may show: the region with a margin, at least as wide as it is high and the reverse."""
    west, south, east, north = shapely.bounds(region).tolist()
    half = max(east - west, north - south) * (0.5 + margin)
    x, y = (west + east) / 2, (south + north) / 2
    return shapely.box(x - half, y - half, x + half, y + half)


def _sea(osm: OsmExtract, window: Any, plane: Any, simplify_m: float) -> Any:
    """Return the sea inside the window: what does not lie to the left of the coastline, as mappers draw it; empty without a coast.

    Where the coast ends at the edge of the extract it is drawn on in the direction of its last kilometre: a drawing, outside what is
    measured.
    """
    coast = plane.project(osm.coastline)
    near = [line for line in coast.tolist() if line.intersects(window)]
    if not near:
        return shapely.Polygon()
    edge = window.exterior
    closing = [_drawn_on(line, reach) for line in near if not line.is_ring for reach in (1.0, -1.0)]
    frame = shapely.union_all([edge, *(shapely.intersection(line, window) for line in (*near, *closing))])
    faces = shapely.get_parts(shapely.polygonize([frame]))
    sea = [face for face in faces if not _is_left_of(face, near)]
    return plane.unproject(np.array([_simple(shapely.union_all(sea), simplify_m)], dtype=object))[0]


def _drawn_on(line: Any, side: float) -> Any:
    """Return the coast drawn on straight beyond its end (1) or its start (-1)."""
    length = line.length
    end, before = (length, max(0.0, length - COAST_DIRECTION_M)) if side > 0 else (0.0, min(length, COAST_DIRECTION_M))
    last, earlier = line.interpolate(end), line.interpolate(before)
    step = last.distance(earlier) or 1.0
    x, y = (last.x - earlier.x) / step, (last.y - earlier.y) / step
    return shapely.LineString([last, (last.x + x * FAR_M, last.y + y * FAR_M)])


def _is_left_of(face: Any, coast: list[Any]) -> bool:
    """Whether a face lies to the left of the coast that borders it, by the length of the coast on either side."""
    rim, left = face.exterior.buffer(0.5), 0.0
    for piece in shapely.get_parts([shapely.intersection(line, rim) for line in coast]):
        if piece.geom_type != "LineString" or piece.length < 1:
            continue
        start, end = piece.interpolate(piece.length / 2 - 0.5), piece.interpolate(piece.length / 2 + 0.5)
        probe = shapely.Point((start.x + end.x) / 2 - (end.y - start.y) * 1.5, (start.y + end.y) / 2 + (end.x - start.x) * 1.5)
        left += piece.length if face.contains(probe) else -piece.length
    return left > 0
