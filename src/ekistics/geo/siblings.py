"""Overlaps and gaps between sibling polygons, with their areas on the ellipsoid.

Most siblings share their borders exactly, so the work is done only where they do not: one pass of the coverage check finds the
polygons with an edge that no neighbour matches, and only pairs of those are intersected. A gap is a hole in the union of all
siblings: an opening to the outside is none, and a hole may be meant (a lake, an enclave), so it is shown and not judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from ekistics.geo.ellipsoid import Floats, Geometries, areas_m2

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SiblingFaults:
    """Overlaps as pairs of rows (first < second) and gaps, each with its outline (EPSG:4326) and area, m²; largest first."""

    overlap_first: Integers
    overlap_second: Integers
    overlap: Geometries
    overlap_m2: Floats
    gap: Geometries
    gap_m2: Floats


def sibling_faults(polygons: Geometries, *, tolerance_m2: float = 1.0) -> SiblingFaults:
    """Find where siblings overlap and where they leave a hole between them.

    Parameters
    ----------
    polygons : (siblings,) valid polygons or multipolygons, EPSG:4326; None is passed over
    tolerance_m2 : overlaps and gaps of at most this area are passed over, m²
    """
    rows = np.flatnonzero(~(shapely.is_missing(polygons) | shapely.is_empty(polygons)))
    present = np.asarray(polygons, dtype=object)[rows]
    unmatched = _unmatched(present)
    first, second, overlap = _overlaps(present, unmatched)
    overlap_m2 = areas_m2(overlap)
    order = np.argsort(-overlap_m2, kind="stable")
    order = order[overlap_m2[order] > tolerance_m2]
    gap = _holes(present, unmatched)
    gap_m2 = areas_m2(gap)
    largest = np.argsort(-gap_m2, kind="stable")
    largest = largest[gap_m2[largest] > tolerance_m2]
    return SiblingFaults(
        rows[first[order]].astype(np.int64),
        rows[second[order]].astype(np.int64),
        overlap[order],
        overlap_m2[order],
        gap[largest],
        gap_m2[largest],
    )


def _unmatched(polygons: Geometries) -> Flags:
    """Return which polygons touch another one with an edge that the other does not share, or overlap it."""
    if not len(polygons):
        return np.zeros(0, bool)
    return np.asarray(~shapely.is_empty(shapely.coverage_invalid_edges(polygons)), dtype=bool)


def _overlaps(polygons: Geometries, unmatched: Flags) -> tuple[Integers, Integers, Geometries]:
    suspects = np.flatnonzero(unmatched)
    nothing = np.empty(0, dtype=np.int64)
    if not len(suspects):
        return nothing, nothing, np.empty(0, dtype=object)
    # one of an overlapping pair may be unmarked (it holds the other wholly), so suspects are asked against all
    asked, met = shapely.STRtree(polygons).query(polygons[suspects], predicate="intersects")
    pairs = np.sort(np.column_stack([suspects[asked], met]), axis=1)
    first, second = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0).T
    shared = shapely.intersection(polygons[first], polygons[second])
    wide = shapely.area(shared) > 0
    outlines = np.empty(int(np.count_nonzero(wide)), dtype=object)
    outlines[:] = [_polygons_of(one) for one in shared[wide]]
    return first[wide], second[wide], outlines


def _polygons_of(shape: Any) -> Any:
    """Return the polygons of an intersection that may hold lines and points beside them."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    return shapely.multipolygons([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def _holes(polygons: Geometries, unmatched: Flags) -> Geometries:
    if not len(polygons):
        return np.empty(0, dtype=object)
    union = shapely.coverage_union_all(polygons[~unmatched])  # fast, and right only where edges match
    if unmatched.any():
        union = shapely.union(union, shapely.union_all(polygons[unmatched]))
    parts = shapely.get_parts(union)
    parts = parts[shapely.get_type_id(parts) == 3]
    if not len(parts):
        return np.empty(0, dtype=object)
    rings, owner = shapely.get_rings(parts, return_index=True)
    inner = np.append(False, np.diff(owner) == 0)  # the first ring of a part is its outside
    holes: Geometries = shapely.polygons(rings[inner])
    return np.asarray(holes, dtype=object).reshape(-1)
