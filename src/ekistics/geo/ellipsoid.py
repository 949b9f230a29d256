"""Lengths and areas on the WGS 84 ellipsoid, and the local plane in which points are joined to lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod, Transformer

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

_GEOD = Geod(ellps="WGS84")
_MAJOR_M = 6378137.0
_SQUARED_ECCENTRICITY = 6.6943799901413165e-3
_SHORT_DEGREES = 0.02
_STEEP_DEGREES = 75.0


def segment_lengths_m(longitude_from: Floats, latitude_from: Floats, longitude_to: Floats, latitude_to: Floats) -> Floats:
    """Return the length of each straight segment on the ellipsoid.

    Parameters
    ----------
    longitude_from, latitude_from, longitude_to, latitude_to : (segments,) degrees

    Returns
    -------
    (segments,) metres, within 1e-6 relative of the geodesic. Segments shorter than 0.02 degrees are measured with the radii
    of curvature at their middle (error below 2e-7), longer or polar ones by Karney's algorithm.
    """
    middle = np.radians((latitude_from + latitude_to) / 2)
    east, north = np.radians(longitude_to - longitude_from), np.radians(latitude_to - latitude_from)
    under = 1 - _SQUARED_ECCENTRICITY * np.sin(middle) ** 2
    across = _MAJOR_M / np.sqrt(under) * np.cos(middle) * east
    along = _MAJOR_M * (1 - _SQUARED_ECCENTRICITY) / under**1.5 * north
    lengths: Floats = np.hypot(across, along)
    limit = np.radians(_SHORT_DEGREES)
    far = (np.abs(east) > limit) | (np.abs(north) > limit) | (np.abs(np.degrees(middle)) > _STEEP_DEGREES)
    if far.any():
        lengths[far] = _GEOD.inv(longitude_from[far], latitude_from[far], longitude_to[far], latitude_to[far])[2]
    return lengths


def lengths_m(lines: Geometries) -> Floats:
    """Return the length of each line, multi-line or outline in EPSG:4326 on the ellipsoid, (lines,) metres; 0 for points.

    Polygons are measured along all their rings; a missing geometry has length 0.
    """
    shapes = np.asarray(lines, dtype=object)
    areal = np.isin(shapely.get_type_id(shapes), (3, 6))
    outlines = np.where(areal, shapely.boundary(shapes), shapes)
    pieces, piece_of = shapely.get_parts(outlines, return_index=True)
    coordinates, vertex_of = shapely.get_coordinates(pieces, return_index=True)
    if len(coordinates) < 2:
        return np.zeros(len(shapes))
    follows = vertex_of[1:] == vertex_of[:-1]
    start, end = coordinates[:-1][follows], coordinates[1:][follows]
    each = segment_lengths_m(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return np.bincount(piece_of[vertex_of[1:][follows]], weights=each, minlength=len(shapes)).astype(np.float64)


def areas_m2(polygons: Geometries) -> Floats:
    """Return the area of each polygon or multipolygon in EPSG:4326 on the ellipsoid, (polygons,) square metres.

    Edges are geodesics. The direction in which a ring is drawn does not matter; holes are taken off; others have area 0.
    """
    shapes = np.asarray(polygons, dtype=object)
    total = np.zeros(len(shapes))
    pieces, piece_of = shapely.get_parts(shapes, return_index=True)
    for piece, owner in zip(pieces.tolist(), piece_of.tolist(), strict=True):
        if piece.geom_type == "Polygon" and not piece.is_empty:
            rings = (piece.exterior, *piece.interiors)
            outer, *holes = (abs(_GEOD.polygon_area_perimeter(*np.asarray(ring.coords)[:, :2].T)[0]) for ring in rings)
            total[owner] += outer - sum(holes)
    return total


@dataclass(frozen=True)
class LocalPlane:
    """A plane around one point, in metres from it.

    `kind` is `tmerc` (transverse Mercator with scale 1 at its middle: lengths true to 1.3e-5 within 30 km of it) or `laea`
    (Lambert azimuthal, areas true on the ellipsoid).
    """

    kind: str
    longitude: float
    latitude: float

    def forward(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Return x and y in metres of points given in degrees."""
        x, y = _transformer(self.kind, self.longitude, self.latitude).transform(longitude, latitude)
        return np.asarray(x, np.float64), np.asarray(y, np.float64)

    def backward(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return longitude and latitude in degrees of points given in metres."""
        transformer = _transformer(self.kind, self.longitude, self.latitude)
        longitude, latitude = transformer.transform(x, y, direction="INVERSE")
        return np.asarray(longitude, np.float64), np.asarray(latitude, np.float64)

    def project(self, geometries: Geometries) -> Geometries:
        """Return geometries in EPSG:4326 drawn on the plane."""
        return _moved(geometries, self.forward)

    def unproject(self, geometries: Geometries) -> Geometries:
        """Return geometries of the plane in EPSG:4326."""
        return _moved(geometries, self.backward)


def true_length_plane(extent: tuple[float, float, float, float]) -> LocalPlane:
    """Return the plane for joins and distances around the middle of an extent (west, south, east, north in degrees)."""
    return LocalPlane("tmerc", *_middle(extent))


def equal_area_plane(extent: tuple[float, float, float, float]) -> LocalPlane:
    """Return the plane for areas around the middle of an extent (west, south, east, north in degrees)."""
    return LocalPlane("laea", *_middle(extent))


def utm_code(extent: tuple[float, float, float, float]) -> int:
    """Return the EPSG code of the UTM zone (WGS 84) that holds the middle of an extent."""
    longitude, latitude = _middle(extent)
    zone = int((longitude + 180) // 6) % 60 + 1
    return (32600 if latitude >= 0 else 32700) + zone


def _middle(extent: tuple[float, float, float, float]) -> tuple[float, float]:
    # rounded, so that a name made from it is the same on every machine
    return round((extent[0] + extent[2]) / 2, 4), round((extent[1] + extent[3]) / 2, 4)


def _moved(geometries: Geometries, move: Callable[[Floats, Floats], tuple[Floats, Floats]]) -> Geometries:
    def both(coordinates: Floats) -> Floats:
        return np.column_stack(move(coordinates[:, 0], coordinates[:, 1]))

    shapes = np.asarray(geometries, dtype=object)
    return np.asarray(shapely.transform(shapes, both), dtype=object) if len(shapes) else shapes


@lru_cache(maxsize=32)
def _transformer(kind: str, longitude: float, latitude: float) -> Any:  # pyproj's transform is untyped in its arrays
    plane = f"+proj={kind} +lat_0={latitude} +lon_0={longitude} +datum=WGS84 +units=m"
    return Transformer.from_crs("EPSG:4326", plane, always_xy=True)
