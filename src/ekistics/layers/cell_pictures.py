"""What maps of settlement and growth are drawn from: classified cells around the place on a grid in degrees, and centres near it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

from ekistics.layers.cell_grids import GROWTH_KINDS, KINDS, extent_counts
from ekistics.layers.registry import Zones, layer
from ekistics.layers.zone_cells import ZoneCells, ZoneRuns
from ekistics.model.extracts import Integers
from ekistics.model.grids import (
    BuiltEpochs,
    Bytes,
    CellGrid,
    CellImage,
    CentreNear,
    ExtentClass,
    GridNote,
    GrowthClass,
    SettlementEpoch,
    Settlements,
)

NOTHING = 255
WIDEST = 900
"""Columns of a picture at most: no screen shows more of one map."""
MARGIN = 0.12
"""How far beyond the study region a picture goes, as a share of its size."""
_METRES_A_DEGREE = 111_320.0
_CELL_PARTS = 4
"""Picture cells to a side of a coarse cell at most: finer ones show nothing more."""
MOST_CENTRES = 60


@dataclass(frozen=True)
class SettlementPicture:
    """The newest classes around the place, people and km² inside it by class, and the centres in the picture, the largest first."""

    year: int
    edition: str
    picture: CellImage
    people: dict[int, float]
    area_km2: dict[int, float]
    centres: tuple[CentreNear, ...]
    notes: tuple[GridNote, ...]


@dataclass(frozen=True)
class GrowthPicture:
    """Built-up land by the position in `years` of the year first built, the extent of each year, and areas inside the place, km².

    `extents` and `areas` go by year; `growth` are first year, last year and km² by kind (`GROWTH_KINDS`), and what was lost.
    """

    years: tuple[int, ...]
    first_built: CellImage
    extents: tuple[CellImage, ...]
    areas: tuple[tuple[float, float, float], ...]
    growth: tuple[tuple[int, int, dict[str, float], float], ...]
    notes: tuple[GridNote, ...]


@layer(edition="3")
def settlement_picture(*, zones: Zones, settlements: Settlements, settlement_zone_cells: ZoneCells) -> SettlementPicture:
    """Draw the newest degree of urbanisation around the place."""
    epoch, grid = settlements.epochs[-1], settlements.grid
    cells = settlement_zone_cells.of(0)
    people = np.nan_to_num(epoch.people, nan=0.0)
    codes = [int(one) for one in np.unique(epoch.classes) if one != NOTHING]
    within = {code: epoch.classes == code for code in codes}
    area = {code: float(cells.sums(mask)[0] * grid.cell_km2) for code, mask in within.items()}
    counted = {code: float(cells.sums(people * mask)[0]) for code, mask in within.items()}
    bounds = _bounds(zones)
    inside = np.zeros(epoch.classes.shape)
    inside[cells.row, cells.column] = cells.share
    return SettlementPicture(
        epoch.year,
        epoch.edition,
        _Frame(grid, bounds).picture(epoch.classes),
        {code: value for code, value in counted.items() if area[code] > 0},
        {code: value for code, value in area.items() if value > 0},
        _near(grid, epoch, inside, bounds),
        epoch.notes,
    )


@layer(edition="2")
def growth_picture(*, zones: Zones, built_epochs: BuiltEpochs, built_zone_cells: ZoneRuns) -> GrowthPicture:
    """Draw when land was first built, and the urban extent of each year."""
    grid, cells = built_epochs.grid, built_zone_cells.of(0)
    frame = _Frame(grid, _bounds(zones))
    first = np.full((grid.rows, grid.columns), NOTHING, np.uint8)
    for position in range(len(built_epochs.epochs) - 1, -1, -1):
        first[built_epochs.epochs[position].built != 0] = position
    extents = [extent_counts(cells, one) for one in built_epochs.epochs]
    growth = []
    for one in built_epochs.growth:
        km2 = (cells.counts(one.kinds, KINDS)[0] * grid.cell_km2).tolist()
        growth.append((one.start, one.end, {kind.name.lower(): km2[kind] for kind in GROWTH_KINDS}, km2[GrowthClass.LOST]))
    built, extent, open_land = (
        [float(one[code][0] * grid.cell_km2) for one in extents] for code in ("built_up_area", "urban_extent_area", "urbanised_open_area")
    )
    return GrowthPicture(
        tuple(one.year for one in built_epochs.epochs),
        frame.picture(first),
        tuple(
            frame.picture(np.where(one.extent == ExtentClass.OFF_MAP, NOTHING, one.extent).astype(np.uint8)) for one in built_epochs.epochs
        ),
        tuple(zip(built, extent, open_land, strict=True)),
        tuple(growth),
        built_epochs.notes,
    )


def _bounds(zones: Zones) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.bounds(zones.geometry[0]).tolist()
    across, down = MARGIN * (east - west), MARGIN * (north - south)
    return west - across, south - down, east + across, north + down


class _Frame:
    """Which cell of a grid lies at the middle of each picture cell; found once for all pictures of a place."""

    def __init__(self, grid: CellGrid, bounds: tuple[float, float, float, float]) -> None:
        west, south, east, north = self._bounds = bounds
        shrink = float(np.cos(np.radians((south + north) / 2)))
        across, down = (east - west) * shrink * _METRES_A_DEGREE, (north - south) * _METRES_A_DEGREE
        columns = int(np.clip(across / grid.cell_m * _CELL_PARTS, 8, WIDEST))
        rows = int(np.clip(columns * down / across, 8, 2 * WIDEST))
        longitude = west + (np.arange(columns) + 0.5) / columns * (east - west)
        latitude = north - (np.arange(rows) + 0.5) / rows * (north - south)
        row, column = _cell_of(grid, *(one.ravel() for one in np.meshgrid(longitude, latitude)))
        self._shape = rows, columns
        self._held = (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
        self._cell = row[self._held] * grid.columns + column[self._held]

    def picture(self, codes: Bytes) -> CellImage:
        """Return codes of the grid, (rows, columns), as a picture."""
        found = np.full(self._held.shape, NOTHING, np.uint8)
        found[self._held] = codes.ravel()[self._cell]
        return CellImage(found.reshape(self._shape), self._bounds)


def _cell_of(
    grid: CellGrid,
    longitude: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    latitude: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> tuple[Integers, Integers]:
    x, y = pyproj.Transformer.from_crs("EPSG:4326", grid.wkt, always_xy=True).transform(longitude, latitude)
    column, row = np.floor((np.asarray(x) - grid.left) / grid.cell_m), np.floor((grid.top - np.asarray(y)) / grid.cell_m)
    beyond = ~(np.isfinite(row) & np.isfinite(column))
    row[beyond], column[beyond] = -1, -1
    return row.astype(np.int64), column.astype(np.int64)


def _near(
    grid: CellGrid,
    epoch: SettlementEpoch,
    inside: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    bounds: tuple[float, float, float, float],
) -> tuple[CentreNear, ...]:
    """Return the centres of which any cell lies in the picture."""
    west, south, east, north = bounds
    row, column = _cell_of(grid, *(one.ravel() for one in np.meshgrid(np.linspace(west, east, 50), np.linspace(south, north, 50))))
    top, bottom, left, right = row.min(), row.max(), column.min(), column.max()
    found = []
    for one in epoch.centres:
        shown = (one.rows >= top) & (one.rows <= bottom) & (one.columns >= left) & (one.columns <= right)
        if shown.any():
            share = float(inside[one.rows, one.columns].mean())
            found.append(CentreNear(one.code, one.name, one.people, one.area_km2, one.built_up_km2, share))
    return tuple(found[:MOST_CENTRES])
