"""Which cells of a grid lie in which zone: shares of coarse cells by area, and fine cells by their middles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from ekistics.geo.runs import codes_in_runs, runs_of
from ekistics.layers.registry import Zones
from ekistics.model.extracts import Flags, Floats, Geometries, Integers
from ekistics.model.grids import Bytes, CellGrid

_SIDE = 32
"""Cells to a side of the squares that are held against a zone before their cells are."""
Short = npt.NDArray[np.int32]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class ZoneCells:
    """How much of which cell lies in which zone, as triplets: `share` is of the cell, 0 to 1.

    `covered` is the share of each zone that lies within the grid, (zones,).
    """

    zone: Integers
    row: Integers
    column: Integers
    share: Floats
    covered: Floats

    @property
    def cells(self) -> Floats:
        """Cells of each zone, parts of them added up, (zones,)."""
        return np.bincount(self.zone, weights=self.share, minlength=len(self.covered)).astype(np.float64)

    def sums(self, values: npt.NDArray[Any]) -> Floats:
        """Return the sum of a value a cell, (rows, columns), for each zone."""
        weights = values[self.row, self.column] * self.share
        return np.bincount(self.zone, weights=weights, minlength=len(self.covered)).astype(np.float64)

    def of(self, zone: int) -> ZoneCells:
        """Return the cells of one zone."""
        held = self.zone == zone
        return ZoneCells(self.zone[held] * 0, self.row[held], self.column[held], self.share[held], self.covered[zone : zone + 1])


@dataclass(frozen=True)
class ZoneRuns:
    """Which cells have their middle in which zone, as stretches of rows, `last` included; zones that overlap share cells.

    `covered` is the share of each zone that lies within the grid, (zones,).
    """

    zone: Short
    row: Short
    first: Short
    last: Short
    covered: Floats

    @property
    def cells(self) -> Integers:
        """The number of cells of each zone, (zones,)."""
        lengths = (self.last - self.first + 1).astype(np.float64)
        return np.bincount(self.zone, weights=lengths, minlength=len(self.covered)).astype(np.int64)

    def counts(self, codes: Bytes, kinds: int) -> Integers:
        """Return the number of cells of each code, (rows, columns) below `kinds`, for each zone: (zones, kinds)."""
        return codes_in_runs(codes, self.row, self.first, self.last, self.zone, owners=len(self.covered), kinds=kinds)

    def of(self, zone: int) -> ZoneRuns:
        """Return the cells of one zone."""
        held = self.zone == zone
        return ZoneRuns(self.zone[held] * 0, self.row[held], self.first[held], self.last[held], self.covered[zone : zone + 1])


def zones_on(grid: CellGrid, zones: Zones) -> Geometries:
    """Return zones in cells of a grid: columns to the right, rows down."""
    turn = pyproj.Transformer.from_crs("EPSG:4326", grid.wkt, always_xy=True)

    def place(points: Floats) -> Floats:
        x, y = turn.transform(points[:, 0], points[:, 1])
        return np.column_stack([(np.asarray(x) - grid.left) / grid.cell_m, (grid.top - np.asarray(y)) / grid.cell_m])

    placed: Geometries = shapely.transform(zones.geometry, place)
    return placed


def shares_of_cells(grid: CellGrid, zones: Zones) -> ZoneCells:
    """Share cells out between zones by area, exactly."""
    found: list[tuple[Integers, ...]] = []
    shares: list[Floats] = []
    placed = zones_on(grid, zones)
    for number, zone in enumerate(placed):
        row, column = _cells_in(_around(grid, zone))
        boxes = shapely.box(column, row, column + 1, row + 1)
        shapely.prepare(zone)
        inside = shapely.contains_properly(zone, boxes)
        share = inside.astype(np.float64)
        edge = np.flatnonzero(~inside & shapely.intersects(zone, boxes))
        share[edge] = shapely.area(shapely.intersection(boxes[edge], zone))
        held = share > 0
        found.append((np.full(int(held.sum()), number), row[held], column[held]))
        shares.append(share[held])
    zone_of, rows, columns = (np.concatenate([one[at] for one in found]).astype(np.int64) for at in range(3))
    return ZoneCells(zone_of, rows, columns, np.concatenate(shares), _covered(grid, placed))


def middles_in_zones(grid: CellGrid, zones: Zones) -> ZoneRuns:
    """Give each cell to the zones that hold its middle; a middle on an edge is in none."""
    found: list[tuple[Short, ...]] = []
    placed = zones_on(grid, zones)
    for number, zone in enumerate(placed):
        box = _around(grid, zone)
        runs = runs_of(_middles(zone, box), box[0])
        left = np.int32(box[2])
        found.append((np.full(len(runs), number, np.int32), runs.row, runs.first + left, runs.last + left))
    parts = tuple(np.concatenate([one[at] for one in found]).astype(np.int32) for at in range(4))
    return ZoneRuns(parts[0], parts[1], parts[2], parts[3], _covered(grid, placed))


def _middles(zone: Any, box: Box) -> Flags:
    """Return which cells of a box have their middle in a zone, (rows, columns) of the box.

    Squares of cells that lie wholly in the zone, or wholly outside, need no look at their cells.
    """
    top, bottom, left, right = box
    mask = np.zeros((bottom - top, right - left), np.bool_)
    row, column = (one.ravel() for one in np.meshgrid(range(top, bottom, _SIDE), range(left, right, _SIDE), indexing="ij"))
    if not len(row):
        return mask
    squares = shapely.box(column, row, np.minimum(column + _SIDE, right), np.minimum(row + _SIDE, bottom))
    shapely.prepare(zone)
    inside = shapely.contains_properly(zone, squares)
    for at in np.flatnonzero(inside):
        mask[row[at] - top : row[at] - top + _SIDE, column[at] - left : column[at] - left + _SIDE] = True
    edge = np.flatnonzero(~inside & shapely.intersects(zone, squares))
    down, across = (one.ravel() for one in np.mgrid[:_SIDE, :_SIDE])
    rows, columns = (row[edge, None] + down).ravel(), (column[edge, None] + across).ravel()
    there = (rows < bottom) & (columns < right)
    rows, columns = rows[there], columns[there]
    mask[rows - top, columns - left] = shapely.contains_xy(zone, columns + 0.5, rows + 0.5)
    return mask


def _around(grid: CellGrid, zone: Any) -> Box:
    """Return the rows and columns of the grid around a zone, ends not included."""
    west, north, east, south = shapely.bounds(zone).tolist()
    top, left = max(0, int(np.floor(north))), max(0, int(np.floor(west)))
    return top, max(top, min(grid.rows, int(np.ceil(south)))), left, max(left, min(grid.columns, int(np.ceil(east))))


def _cells_in(box: Box) -> tuple[Integers, Integers]:
    top, bottom, left, right = box
    row, column = np.meshgrid(np.arange(top, bottom), np.arange(left, right), indexing="ij")
    return row.ravel().astype(np.int64), column.ravel().astype(np.int64)


def _covered(grid: CellGrid, placed: Geometries) -> Floats:
    """Return the share of each zone that lies within the grid."""
    whole = shapely.area(placed)
    within: Floats = shapely.area(shapely.intersection(placed, shapely.box(0, 0, grid.columns, grid.rows)))
    return within / np.maximum(whole, 1e-12)
