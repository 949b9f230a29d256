"""Where people get into what they walk to: doors of spaces and facilities drawn as polygons, or the point itself.

A polygon is entered where a walkable way that people may join meets its edge. A polygon that no such way meets gets points
along its edge, each at most 20 m from the next. The centroid is never a door.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from ekistics.geo.join import index_segments, join
from ekistics.layers.network import Network
from ekistics.model.extracts import Flags, Floats, Geometries, Integers

EDGE_STEP_M = 20.0

_TOUCH_M = 0.05
"""Ways and edges that share a node may lie some nanometres apart after spaces were joined on another plane."""


@dataclass(frozen=True)
class Targets:
    """What people walk to on the network's plane: the shapes, and where they are entered.

    Door d leads into shape `shape_of[d]`; `unmet` counts the polygons (parts counted singly) that no way meets.
    """

    shapes: Geometries
    x: Floats
    y: Floats
    shape_of: Integers
    unmet: int

    def __len__(self) -> int:
        return len(self.shapes)


def targets_of(geometries: Geometries, network: Network, *, edge_step_m: float = EDGE_STEP_M) -> Targets:
    """Return the doors of points and polygons given in EPSG:4326."""
    shapes = network.plane.project(geometries)
    pieces, owner = shapely.get_parts(shapes, return_index=True)
    owner = owner.astype(np.int64)
    areal = shapely.get_type_id(pieces) == 3
    flat = ~areal & ~shapely.is_empty(pieces)
    spots, spot_of = shapely.get_coordinates(pieces[flat], return_index=True)
    rings = np.asarray(shapely.get_exterior_ring(pieces[areal]), dtype=object)
    doors, door_of = _where_ways_meet(rings, network, edge_step_m)
    unmet = np.setdiff1d(np.arange(len(rings)), door_of)
    along, along_of = shapely.get_coordinates(shapely.segmentize(rings[unmet], edge_step_m), return_index=True)
    places = np.concatenate([spots, doors, along])
    ring_owner = owner[areal]
    shape_of = np.concatenate([owner[flat][spot_of], ring_owner[door_of], ring_owner[unmet][along_of]])
    return Targets(shapes, places[:, 0], places[:, 1], shape_of.astype(np.int64), len(unmet))


def _where_ways_meet(rings: Geometries, network: Network, edge_step_m: float) -> tuple[Floats, Integers]:
    """Return the points where joinable ways meet rings, and the ring of each; a way along a ring meets it all along."""
    corners, corner_of = shapely.get_coordinates(rings, return_index=True)
    if len(corners) < 2 or not network.joinable.any():
        return np.zeros((0, 2)), np.zeros(0, np.int64)
    follows = np.flatnonzero(corner_of[1:] == corner_of[:-1])
    sides = np.asarray(shapely.linestrings(np.stack([corners[follows], corners[follows + 1]], axis=1)), dtype=object)
    side, way = network.joinable_lines.query(sides, predicate="dwithin", distance=_TOUCH_M)
    met = _meeting(sides[side], network.joinable_lines.geometries[way], edge_step_m)
    places, pair = shapely.get_coordinates(met, return_index=True)
    ring = corner_of[follows][side][pair]
    # a node where several ways meet the ring is one door: equal to the centimetre
    _, first = np.unique(np.column_stack([ring, np.round(places * 100)]), axis=0, return_index=True)
    return places[first], ring[first].astype(np.int64)


def _meeting(sides: Geometries, ways: Geometries, edge_step_m: float) -> Geometries:
    """Return where each side and way meet: a point where they cross or touch, a line of points where one lies along the other.

    Lines that share their nodes may yet cross at a hair's angle, so it is the stretch of the side near the way that tells.
    """
    near = shapely.intersection(sides, shapely.buffer(ways, _TOUCH_M, quad_segs=2))
    middle = shapely.line_interpolate_point(near, 0.5, normalized=True)
    return np.where(shapely.length(near) < 1.0, middle, shapely.segmentize(near, edge_step_m))


def inside(targets: Targets, points: shapely.STRtree) -> Flags:
    """Return which points of a tree lie in a polygon or on its edge, (points,)."""
    found = np.zeros(len(points.geometries), np.bool_)
    areal = targets.shapes[shapely.get_dimensions(targets.shapes) == 2]
    if len(areal):
        found[points.query(areal, predicate="intersects")[1]] = True
    return found


def nearest_shape_m(targets: Targets, points: shapely.STRtree, *, within_m: float) -> Floats:
    """Return the straight distance from points of a tree to the nearest shape (0 inside), (points,) metres; infinite beyond a distance.

    Each point looks at the sides of shapes around it, so the cost is that of the points times the sides near one of them.
    """
    places = shapely.get_coordinates(points.geometries)
    start, end = _sides(targets.shapes)
    sides = index_segments(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    found = join(sides, places[:, 0], places[:, 1], within_m=within_m).off_m
    return np.where(inside(targets, points), 0.0, found)


def _sides(shapes: Geometries) -> tuple[Floats, Floats]:
    """Return where each side of the shapes starts and ends, both (sides, 2); a point is a side without length."""
    pieces = np.asarray(shapely.get_parts(shapes), dtype=object)
    areal = shapely.get_type_id(pieces) == 3
    outlines = np.concatenate([shapely.get_rings(pieces[areal]), pieces[~areal]])
    corners, owner = shapely.get_coordinates(outlines, return_index=True)
    follows = np.flatnonzero(owner[1:] == owner[:-1])
    alone = np.flatnonzero(np.bincount(owner, minlength=len(outlines))[owner] == 1)
    return corners[np.concatenate([follows, alone])], corners[np.concatenate([follows + 1, alone])]
