"""The study region and its zones on one plane: which points lie in which zone, and how large each zone is.

A point on the line between two zones belongs to the first of them, so that people of zones that share the study region add
up. Zones that truly overlap each count the points in both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from ekistics.geo.ellipsoid import LocalPlane, areas_m2, true_length_plane
from ekistics.layers.registry import Zones, ZoneTable, layer
from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Floats, Geometries, Integers

SQUARE_METRES_A_KM2 = 1e6


@dataclass(frozen=True)
class InZones:
    """Which points lie in which zone, as pairs sorted by zone; zone 0 is the study region."""

    point: Integers
    zone: Integers
    zones: int

    def sums(self, values: Floats) -> Floats:
        """Return the sum of a value a point for each zone, (zones,)."""
        return np.bincount(self.zone, weights=values[self.point], minlength=self.zones).astype(np.float64)


def plane_of(zones: Zones) -> LocalPlane:
    """Return the plane (metres, lengths true) around the middle of the study region.

    Raises
    ------
    InvalidInput
        If there is no study region.
    """
    if not len(zones):
        raise InvalidInput("there is no study region", expected="zones with the study region in row 0", mend="give the place a boundary")
    west, south, east, north = shapely.total_bounds(zones.geometry[0]).tolist()
    return true_length_plane((west, south, east, north))


def points_of(x: Floats, y: Floats) -> Geometries:
    """Return points on the plane, (points,)."""
    return np.asarray(shapely.points(x, y), dtype=object)


def in_zones(x: Floats, y: Floats, polygons: Geometries) -> InZones:
    """Return which points lie in which polygon; points and polygons on one plane, in metres."""
    tree = shapely.STRtree(points_of(x, y))
    zone, point = tree.query(polygons, predicate="intersects")
    inner_zone, inner_point = tree.query(polygons, predicate="contains_properly")
    inner = np.isin(zone * (len(x) + 1) + point, inner_zone * (len(x) + 1) + inner_point)
    # of the zones that a point lies on the rim of, the first has it, unless it lies inside another
    rim = ~inner & (zone > 0)
    within_one = np.zeros(len(x), np.bool_)
    within_one[inner_point[inner_zone > 0]] = True
    order = np.lexsort((zone, point))
    first = np.zeros(len(zone), np.bool_)
    rim_order = order[rim[order]]
    first[rim_order[np.unique(point[rim_order], return_index=True)[1]]] = True
    kept = ~rim | (first & ~within_one[point])
    order = np.lexsort((point[kept], zone[kept]))
    return InZones(point[kept][order].astype(np.int64), zone[kept][order].astype(np.int64), len(polygons))


@layer(edition="1", gives=("area",))
def zone_area(*, zones: Zones) -> ZoneTable:
    """Measure the area of the study region and of each zone on the ellipsoid, in km2."""
    area = areas_m2(zones.geometry) / SQUARE_METRES_A_KM2
    return ZoneTable(
        {"area": area}, checks={"zones": len(zones) - 1, "zones_over_region": float(area[1:].sum() / area[0]) if len(area) > 1 else None}
    )
