"""Classes of settlement as files: a GeoTIFF in conventional colours, outlines of labelled cells, a GeoPackage.

A file is made in memory, written beside its name, and renamed when it is whole: what is there is whole. One door to rasterio.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import rasterio
import rasterio.features
import shapely
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from ekistics.publish.geopackage_adapter import geopackage_bytes

Transform = tuple[float, float, float, float, float, float]
Shapes = npt.NDArray[np.object_]

SETTLEMENT_COLOURS: dict[int, tuple[str, str]] = {
    30: ("urban centre", "#ff0000"),
    23: ("dense urban cluster", "#732600"),
    22: ("semi-dense urban cluster", "#a87000"),
    21: ("suburban or peri-urban", "#ffff00"),
    13: ("rural cluster", "#375623"),
    12: ("low density rural", "#abcd66"),
    11: ("very low density rural", "#cdf57a"),
    10: ("water", "#7ab6f5"),
    3: ("urban centre", "#ff0000"),
    2: ("urban cluster", "#ffff00"),
    1: ("rural", "#cdf57a"),
    0: ("water", "#7ab6f5"),
}
"""Names and conventional colours of the classes, as GHS-SMOD is shown."""
NO_CLASS = 255


def class_raster(
    classes: npt.NDArray[np.uint8], transform: Transform, wkt: str, *, colours: Mapping[int, tuple[str, str]], tags: Mapping[str, str]
) -> bytes:
    """Return a tiled, compressed GeoTIFF of (rows, columns) class codes with colours, names and what is said of it as tags."""
    rows, columns = classes.shape
    tiled = {"tiled": True, "blockxsize": 512, "blockysize": 512} if min(rows, columns) >= 512 else {}
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", height=rows, width=columns, count=1, dtype="uint8", nodata=NO_CLASS, crs=rasterio.CRS.from_wkt(wkt),
            transform=Affine(*transform), compress="deflate", zlevel=1, num_threads="all_cpus", **tiled,
        ) as file:  # fmt: skip
            file.write(classes, 1)
            file.write_colormap(1, {code: (*_rgb(colour), 255) for code, (_, colour) in colours.items()})
            file.update_tags(**tags, **{f"class_{code}": name for code, (name, _) in colours.items()})
        return bytes(memory.read())


def number_raster(numbers: npt.NDArray[np.integer[Any]], transform: Transform, wkt: str, *, no_data: int, tags: Mapping[str, str]) -> bytes:
    """Return a compressed GeoTIFF of (rows, columns) whole numbers: labels of clusters, years."""
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", height=numbers.shape[0], width=numbers.shape[1], count=1, dtype=numbers.dtype.name, nodata=no_data,
            crs=rasterio.CRS.from_wkt(wkt), transform=Affine(*transform), compress="deflate", zlevel=1, num_threads="all_cpus",
        ) as file:  # fmt: skip
            file.write(numbers, 1)
            file.update_tags(**tags)
        return bytes(memory.read())


def outlines(bands: Iterable[tuple[int, npt.NDArray[np.int32]]], transform: Transform, count: int) -> Shapes:
    """Return the outline of each labelled cluster, (count,) polygons and multipolygons in the coordinates of the grid.

    Parameters
    ----------
    bands : first row and labels, (rows, columns) int32, -1 where there is none, of parts of the grid one below the other
    """
    pieces: dict[int, list[Any]] = defaultdict(list)
    for top, labels in bands:
        # in rows and columns, which are exact: pieces of neighbouring bands then meet without slivers
        for shape, number in rasterio.features.shapes(labels, mask=labels >= 0, transform=Affine.translation(0, top)):
            pieces[int(number)].append(shapely.geometry.shape(shape))
    found = np.full(count, None, dtype=object)
    for number, parts in pieces.items():
        found[number] = parts[0] if len(parts) == 1 else _corners_only(shapely.union_all(parts))
    a, b, c, d, e, f = transform
    placed: Shapes = shapely.transform(
        found, lambda at: np.column_stack([c + a * at[:, 0] + b * at[:, 1], f + d * at[:, 0] + e * at[:, 1]])
    )
    return placed


def _corners_only(outline: Any) -> Any:
    """Return an outline along cells without the points on its straight sides: a seam leaves such, and in degrees they would show."""

    def ring(line: Any) -> npt.NDArray[np.float64]:
        at = shapely.get_coordinates(line)[:-1]
        straight = (np.roll(at, 1, axis=0) == at) & (np.roll(at, -1, axis=0) == at)
        kept: npt.NDArray[np.float64] = at[~straight.any(axis=1)]
        return kept

    parts = [shapely.Polygon(ring(one.exterior), [ring(hole) for hole in one.interiors]) for one in shapely.get_parts(outline)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def in_degrees(shapes: Shapes, wkt: str) -> Shapes:
    """Return shapes in EPSG:4326; None for one that lies off the world."""
    turn = pyproj.Transformer.from_crs(wkt, "EPSG:4326", always_xy=True)

    def project(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(turn.transform(points[:, 0], points[:, 1]))

    projected: Shapes = shapely.transform(shapes, project)
    projected[~np.isfinite(shapely.bounds(projected)).all(axis=1)] = None
    return projected


def settlement_package(layers: Mapping[str, tuple[Sequence[Mapping[str, Any]], Sequence[Any]]]) -> bytes:
    """Return a GeoPackage in EPSG:4326 of several layers: by name rows and geometries; a layer without rows is there, and empty."""
    return geopackage_bytes(layers)


def write_files(files: Iterable[tuple[Path, bytes]]) -> tuple[Path, ...]:
    """Write files beside their names, one after the other as they are made, then rename them all; returns them in that order.

    Where one cannot be made or written, none is there, and what was there before still is.
    """
    unfinished: dict[Path, Path] = {}
    try:
        for path, content in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            unfinished[part] = path
            part.write_bytes(content)
        for part, path in unfinished.items():
            part.replace(path)
        return tuple(unfinished.values())
    except BaseException:
        for part in unfinished:
            part.unlink(missing_ok=True)
        raise


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
