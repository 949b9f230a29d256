"""One-band GeoTIFFs of cells: opened, described and read by parts; the other door to rasterio, for what is too large to hold."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyproj
import pyproj.exceptions
import rasterio
import shapely
from rasterio.errors import RasterioError

from ekistics.model.errors import InvalidInput
from ekistics.sources.tile_reading import TileReader

Band = npt.NDArray[Any]

CACHE_BYTES = 64_000_000
"""What GDAL keeps of tiles it has read: each is read once, so more would only take memory."""


class Window(NamedTuple):
    """A part of a grid: rows and columns, the ends not included."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Grid:
    """Where cells lie: (rows, columns), the six numbers of the transform (a, b, c, d, e, f), and the coordinate system as WKT."""

    shape: tuple[int, int]
    transform: tuple[float, float, float, float, float, float]
    wkt: str

    @property
    def system(self) -> pyproj.CRS:
        """The coordinate system."""
        return pyproj.CRS.from_wkt(self.wkt)

    @property
    def system_name(self) -> str:
        """The coordinate system's name, with its code where it has one."""
        return str(self.system.name)

    @property
    def method(self) -> str:
        """The name of the projection's method; empty for degrees."""
        operation = self.system.coordinate_operation
        return operation.method_name if operation else ""

    @property
    def is_geographic(self) -> bool:
        """Whether cells are in degrees."""
        return bool(self.system.is_geographic)

    @property
    def crosses_antimeridian(self) -> bool:
        """Whether a grid in degrees goes on beyond 180°."""
        west, east = sorted((self.transform[2], self.transform[2] + self.transform[0] * self.shape[1]))
        return self.is_geographic and (west < -180.0 - 1e-9 or east > 180.0 + 1e-9)

    @property
    def cell_m2(self) -> float:
        """The area of a cell on the plane of the grid, m²."""
        metres = float(self.system.axis_info[0].unit_conversion_factor) if self.system.axis_info else 1.0
        return abs(self.transform[0] * self.transform[4]) * metres**2

    @property
    def cell_m(self) -> float:
        """The side of a square cell, m: its width."""
        metres = float(self.system.axis_info[0].unit_conversion_factor) if self.system.axis_info else 1.0
        return abs(self.transform[0]) * metres

    def same_system(self, other: Grid) -> bool:
        """Whether both are in one coordinate system, whatever it is called."""
        return self.wkt == other.wkt or bool(self.system.equals(other.system, ignore_axis_order=True)) or _same_numbers(self, other)

    def middles(self, row: npt.NDArray[Any], column: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return x and y of the middles of cells, in the grid's coordinates."""
        a, _, c, _, e, f = self.transform
        return c + a * (np.asarray(column) + 0.5), f + e * (np.asarray(row) + 0.5)

    def placed(self, shapes: Any) -> Any:
        """Return a shape in EPSG:4326, or an array of them, in the grid's coordinates."""
        turn = pyproj.Transformer.from_crs("EPSG:4326", self.system, always_xy=True)
        return shapely.transform(shapes, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))

    def around(self, placed: Any, cells: float) -> Window:
        """Return the part that reaches so many cells around shapes in the grid's coordinates; an empty one where they lie off the grid."""
        west, south, east, north = shapely.total_bounds(placed)
        a, _, c, _, e, f = self.transform
        first, last = np.array([north - f, west - c]) / (e, a), np.array([south - f, east - c]) / (e, a)
        if (last <= 0).any() or (first >= self.shape).any():
            return Window(0, 0, 0, 0)
        top, left = np.clip(np.floor(first - cells), 0, self.shape).astype(int).tolist()
        bottom, right = np.clip(np.ceil(last + cells), 0, self.shape).astype(int).tolist()
        return Window(top, bottom, left, right)


class GridFile:
    """An open one-band GeoTIFF."""

    def __init__(self, path: Path, dataset: Any, grid: Grid) -> None:
        self.path, self._dataset, self.grid = path, dataset, grid
        self._tiles = TileReader(path, dataset)

    @property
    def no_data(self) -> float | None:
        """The value that stands for no data, None where none is declared."""
        value = self._dataset.nodata
        return None if value is None else float(value)

    @property
    def tile(self) -> tuple[int, int]:
        """Rows and columns of the pieces that the file is stored in."""
        rows, columns = self._dataset.block_shapes[0]
        return int(rows), int(columns)

    @property
    def is_whole_numbers(self) -> bool:
        """Whether the file holds whole numbers."""
        return bool(np.issubdtype(np.dtype(self._dataset.dtypes[0]), np.integer))

    def holds(self, number: float) -> bool:
        """Whether the file's kind of number reaches so far: bytes reach to 255."""
        kind = np.dtype(self._dataset.dtypes[0])
        return not self.is_whole_numbers or number <= float(np.iinfo(kind).max)

    def read(self, top: int, bottom: int, left: int, right: int) -> Band:
        """Read a part; rows and columns, the ends not included. It may be a view of one number, which cannot be written to.

        Raises
        ------
        InvalidInput
            If the file is damaged there.
        """
        try:
            with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES):
                return self._tiles.read(top, left, bottom - top, right - left)
        except (RasterioError, OSError) as error:
            raise InvalidInput(
                "the grid cannot be read to its end",
                file=self.path.name,
                found=f"rows {top} to {bottom - 1}: {str(error).splitlines()[0]}",
                mend="fetch the file again; it is damaged or cut short",
            ) from error

    def at(self, row: npt.NDArray[np.int64], column: npt.NDArray[np.int64]) -> Band:
        """Read single cells; each piece of the file is read once."""
        height, width = self.tile
        found = np.zeros(len(row), np.dtype(self._dataset.dtypes[0]))
        piece = row // height * (self.grid.shape[1] // width + 1) + column // width
        order = np.argsort(piece, kind="stable")
        for part in np.split(order, np.flatnonzero(np.diff(piece[order])) + 1) if len(order) else []:
            top, left = int(row[part].min()), int(column[part].min())
            values = self.read(top, int(row[part].max()) + 1, left, int(column[part].max()) + 1)
            found[part] = values[row[part] - top, column[part] - left]
        return found

    def samples(self, count: int) -> Iterator[Band]:
        """Read up to so many pieces spread over the file, as float64 with NaN for no data."""
        pieces = [(top, left) for top in range(0, self.grid.shape[0], self.tile[0]) for left in range(0, self.grid.shape[1], self.tile[1])]
        for number in np.unique(np.linspace(0, len(pieces) - 1, min(count, len(pieces))).astype(int)):
            top, left = pieces[number]
            bottom, right = min(self.grid.shape[0], top + self.tile[0]), min(self.grid.shape[1], left + self.tile[1])
            part = self.read(top, bottom, left, right).astype(np.float64)
            if self.no_data is not None:
                part[part == self.no_data] = np.nan
            yield part


def open_grid(path: Path) -> GridFile:
    """Open a one-band GeoTIFF.

    Raises
    ------
    InvalidInput
        If it cannot be read, has no coordinate system, more than one band, or is turned.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a grid without georeference warns; it is refused below
            with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_CACHEMAX=CACHE_BYTES):
                dataset = rasterio.open(path, driver="GTiff")
                fault = _fault_of(dataset)
    except (RasterioError, OSError, UnicodeError) as error:
        raise InvalidInput(
            "the grid cannot be read",
            file=path.name,
            found=str(error).splitlines()[0],
            expected="a GeoTIFF",
            mend="check the name, or fetch it again",
        ) from error
    if fault:
        raise InvalidInput(
            "the grid cannot be placed", file=path.name, found=fault, expected="one band of numbers, north up, with a coordinate system",
            mend="save it as a GeoTIFF of one band, north up (gdalwarp does)",
        )  # fmt: skip
    shift = dataset.transform
    place = (shift.a, shift.b, shift.c, shift.d, shift.e, shift.f)
    return GridFile(path, dataset, Grid((dataset.height, dataset.width), place, dataset.crs.to_wkt()))


def _fault_of(dataset: Any) -> str:
    """Return why an open file is no grid that can be placed; empty if it is one."""
    shift = dataset.transform
    if dataset.count != 1:
        return f"{dataset.count} bands"
    if np.dtype(dataset.dtypes[0]).kind not in "iuf":
        return f"numbers of the kind {dataset.dtypes[0]}"
    if dataset.crs is None:
        return "no coordinate system"
    try:
        pyproj.CRS.from_wkt(dataset.crs.to_wkt())
    except (pyproj.exceptions.CRSError, RasterioError) as error:
        return f"a coordinate system that is not known ({str(error).splitlines()[0][:80]})"
    if shift.b or shift.d:
        return "turned rows"
    if not all(math.isfinite(one) for one in shift[:6]) or not shift.a > 0 or not shift.e:
        return f"cells of {shift.a:g} by {-shift.e:g}"
    return "rows from south to north" if shift.e > 0 else ""


def _same_numbers(one: Grid, other: Grid) -> bool:
    """Whether two systems put the same degrees on the same place: files name one system in many ways."""
    if one.is_geographic != other.is_geographic or one.method != other.method:
        return False
    x, y = one.middles(np.array([0, one.shape[0]]), np.array([0, one.shape[1]]))
    there = pyproj.Transformer.from_crs(one.system, other.system, always_xy=True).transform(x, y)
    return bool(np.allclose(np.array(there), np.array([x, y]), atol=0.01 * abs(one.transform[0])))
