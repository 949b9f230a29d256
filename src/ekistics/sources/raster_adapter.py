"""The one door to rasterio: the cells of a one-band grid of counts, by blocks, with their centres and sizes."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import rasterio
from rasterio.errors import RasterioError
from rasterio.windows import Window, from_bounds

from ekistics.model.errors import InvalidInput

MAX_CELLS = 50_000_000
"""The most cells that are read at once; a larger grid is to be clipped."""

_GEOD = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True)
class GridCells:
    """Cells with a count above zero (`value`), and how many of the cells read were empty, without data, or negative."""

    value: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    latitude: npt.NDArray[np.float64]
    cell_m2: npt.NDArray[np.float64]
    row: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    read: int
    empty: int
    no_data: int
    negative: int
    declares_no_data: bool


def read_grid(path: Path, *, bbox: tuple[float, float, float, float] | None = None) -> GridCells:
    """Read a one-band GeoTIFF of counts.

    Parameters
    ----------
    bbox : west, south, east, north in degrees: only cells in it are read

    Raises
    ------
    InvalidInput
        If it cannot be read, has no coordinate system, several bands, is turned, or has too many cells.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a grid without georeference warns; it is refused below
            with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"), rasterio.open(path, driver="GTiff") as grid:
                return _cells(grid, path, bbox)
    except (RasterioError, ValueError, OSError) as error:
        raise InvalidInput(f"the grid cannot be read ({error})", file=path.name, expected="a GeoTIFF of counts") from error


def _cells(grid: rasterio.io.DatasetReader, path: Path, bbox: tuple[float, float, float, float] | None) -> GridCells:
    if grid.crs is None or grid.count != 1 or grid.transform.b or grid.transform.d:
        raise InvalidInput(
            "the grid has no coordinate system, more than one band, or is turned",
            file=path.name,
            found=f"{grid.count} bands, coordinate system {grid.crs}",
            mend="save it as a GeoTIFF of one band, north up",
        )
    system = pyproj.CRS.from_wkt(grid.crs.to_wkt())
    window = _window(grid, system, bbox)
    if window.width * window.height > MAX_CELLS:
        raise InvalidInput(
            "the grid has too many cells to be read at once", file=path.name, found=f"{window.width * window.height:,}",
            expected=f"at most {MAX_CELLS:,}", mend="clip it to the city (option bbox)",
        )  # fmt: skip
    band = grid.read(1, window=window, masked=True)
    values = np.ma.filled(band.astype(np.float64), np.nan)
    rows, columns = np.nonzero(values > 0)
    rows_all, columns_all = rows + int(window.row_off), columns + int(window.col_off)
    x, y = _at(grid, columns_all + 0.5, rows_all + 0.5)
    to_degrees = pyproj.Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    longitude, latitude = to_degrees.transform(x, y)
    size = _cell_m2(grid, to_degrees, rows_all, columns_all)
    return GridCells(
        values[rows, columns], np.asarray(longitude), np.asarray(latitude), size, rows_all, columns_all, values.size,
        int((values == 0).sum()), int(np.isnan(values).sum()), int((values < 0).sum()), grid.nodata is not None,
    )  # fmt: skip


def _window(grid: rasterio.io.DatasetReader, system: pyproj.CRS, bbox: tuple[float, float, float, float] | None) -> Window:
    whole = Window(0, 0, grid.width, grid.height)
    if bbox is None:
        return whole
    bounds = pyproj.Transformer.from_crs("EPSG:4326", system, always_xy=True).transform_bounds(*bbox)
    asked = from_bounds(*bounds, transform=grid.transform)
    left, top = max(0, math.floor(asked.col_off)), max(0, math.floor(asked.row_off))
    right = min(grid.width, math.ceil(asked.col_off + asked.width))
    bottom = min(grid.height, math.ceil(asked.row_off + asked.height))
    return Window(left, top, max(0, right - left), max(0, bottom - top))


def _at(
    grid: rasterio.io.DatasetReader, columns: npt.NDArray[np.floating[Any]], rows: npt.NDArray[np.floating[Any]]
) -> tuple[npt.NDArray[np.floating[Any]], npt.NDArray[np.floating[Any]]]:
    """Return coordinates of places in a grid that is not turned."""
    return grid.transform.c + grid.transform.a * columns, grid.transform.f + grid.transform.e * rows


def _cell_m2(
    grid: rasterio.io.DatasetReader, to_degrees: pyproj.Transformer, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the size of each cell on the ellipsoid, m²: of one cell a row where rows are parallels, else of each cell."""
    if not len(rows):
        return np.empty(0)
    if grid.crs.is_geographic:
        unique, where = np.unique(rows, return_inverse=True)
        return np.array([_area(grid, to_degrees, row, 0) for row in unique])[where]
    # within a city the size of a projected cell hardly changes: one cell a block of 32 by 32
    blocks, where = np.unique(np.stack([rows // 32, columns // 32]), axis=1, return_inverse=True)
    return np.array([_area(grid, to_degrees, row * 32 + 16, column * 32 + 16) for row, column in blocks.T])[np.ravel(where)]


def _area(grid: rasterio.io.DatasetReader, to_degrees: pyproj.Transformer, row: int, column: int) -> float:
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    x, y = _at(grid, *np.array(corners, dtype=float).T)
    longitude, latitude = to_degrees.transform(x, y)
    area, _ = _GEOD.polygon_area_perimeter(longitude, latitude)
    return abs(float(area))
