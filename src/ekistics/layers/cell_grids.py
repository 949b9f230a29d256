"""Tables by zone of classified grids: people and land by degree of urbanisation, built-up land and urban extent over the years.

Cells of 1 km² are shared out between zones by area; people are taken to live evenly in a cell. Finer cells of built-up land
belong to the zone that holds their middle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from ekistics.layers.registry import Zones, ZoneTable, layer
from ekistics.model.extracts import Flags, Floats, Geometries, Integers
from ekistics.model.grids import BuiltEpochs, CellGrid, Settlements

CENTRE_CLASSES, CLUSTER_CLASSES, RURAL_CLASSES = (30,), (23, 22, 21), (13, 12, 11)
"""Level 2 classes of urban centres, urban clusters and rural cells."""
NOT_COVERED = "The grid does not cover this zone."
_EXTENT_LAST = 4
_URBANISED_OPEN = (3, 4)
"""Classes of the urban extent: up to 4 they are in it; fringe and captured open space."""
_COVERED = 0.98

GROWTH_KINDS = {"infill": 3, "extension": 4, "leapfrog": 5, "inclusion": 6}
"""Kinds of growth and their codes in the grid of growth."""


@dataclass(frozen=True)
class DatedTables:
    """Tables by zone, one a period: first and last year of each, and its table."""

    years: tuple[tuple[int, int], ...]
    tables: tuple[ZoneTable, ...]
    checks: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ZoneCells:
    """How much of which cell lies in which zone, as triplets: `share` is of the cell, 0 to 1; `covered` is of the zone, (zones,)."""

    zone: Integers
    row: Integers
    column: Integers
    share: Floats
    covered: Floats

    def sums(self, values: npt.NDArray[Any]) -> Floats:
        """Return the sum of a value a cell, (rows, columns), for each zone."""
        weights = values[self.row, self.column] * self.share
        return np.bincount(self.zone, weights=weights, minlength=len(self.covered)).astype(np.float64)


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
        row, column = _cells_near(grid, zone)
        boxes = shapely.box(column, row, column + 1, row + 1)
        shapely.prepare(zone)
        inside = shapely.contains_properly(zone, boxes)
        share = inside.astype(np.float64)
        edge = np.flatnonzero(~inside & shapely.intersects(zone, boxes))
        share[edge] = shapely.area(shapely.intersection(boxes[edge], zone))
        held = share > 0
        found.append((np.full(int(held.sum()), number), row[held], column[held]))
        shares.append(share[held])
    return _zone_cells(placed, found, shares)


def middles_in_zones(grid: CellGrid, zones: Zones) -> ZoneCells:
    """Give each cell to the zones that hold its middle; zones that overlap each have it."""
    found: list[tuple[Integers, ...]] = []
    shares: list[Floats] = []
    placed = zones_on(grid, zones)
    for number, zone in enumerate(placed):
        row, column = _cells_near(grid, zone)
        shapely.prepare(zone)
        held = shapely.contains_xy(zone, column + 0.5, row + 0.5)
        found.append((np.full(int(held.sum()), number), row[held], column[held]))
        shares.append(np.ones(int(held.sum())))
    return _zone_cells(placed, found, shares)


@layer(edition="1", dated=True, gives=(
    "people_in_urban_centres", "people_in_urban_clusters", "people_in_rural_cells", "urban_centre_area", "urban_cluster_area",
    "rural_cell_area", "population",
))  # fmt: skip
def zone_settlement(*, zones: Zones, settlements: Settlements) -> DatedTables:
    """Count people and land of each zone by degree of urbanisation, a year at a time."""
    cells = shares_of_cells(settlements.grid, zones)
    kinds = {"urban_centres": CENTRE_CLASSES, "urban_clusters": CLUSTER_CLASSES, "rural_cells": RURAL_CLASSES}
    areas = {"urban_centres": "urban_centre_area", "urban_clusters": "urban_cluster_area", "rural_cells": "rural_cell_area"}
    tables = []
    for epoch in settlements.epochs:
        people = np.nan_to_num(epoch.people, nan=0.0)
        columns: dict[str, Floats] = {"population": cells.sums(people)}
        for kind, classes in kinds.items():
            within = np.isin(epoch.classes, classes)
            columns[f"people_in_{kind}"] = cells.sums(people * within)
            columns[areas[kind]] = cells.sums(within * settlements.grid.cell_km2)
        tables.append(_table(columns, cells))
    years = tuple((epoch.year, epoch.year) for epoch in settlements.epochs)
    notes = {str(epoch.year): list(epoch.notes) for epoch in settlements.epochs if epoch.notes}
    return DatedTables(years, tuple(tables), {"edition": settlements.epochs[0].edition, "notes": notes})


@layer(edition="1", dated=True, gives=("built_up_area", "urban_extent_area", "urbanised_open_area", "built_up_in_extent_area"))
def zone_urban_extent(*, zones: Zones, built_epochs: BuiltEpochs) -> DatedTables:
    """Measure built-up land, urban extent and the open space in it of each zone, in km2, a year at a time."""
    grid = built_epochs.grid
    cells = middles_in_zones(grid, zones)
    tables = []
    for epoch in built_epochs.epochs:
        within = (epoch.extent > 0) & (epoch.extent <= _EXTENT_LAST)
        columns = {
            "built_up_area": cells.sums((epoch.built != 0) * grid.cell_km2),
            "urban_extent_area": cells.sums(within * grid.cell_km2),
            "urbanised_open_area": cells.sums(np.isin(epoch.extent, _URBANISED_OPEN) * grid.cell_km2),
            "built_up_in_extent_area": cells.sums(((epoch.built != 0) & within) * grid.cell_km2),
        }
        tables.append(_table(columns, cells))
    years = tuple((epoch.year, epoch.year) for epoch in built_epochs.epochs)
    return DatedTables(years, tuple(tables), {"circle_m2": built_epochs.circle_m2, "notes": list(built_epochs.notes)})


@layer(edition="1", dated=True, gives=tuple(f"{kind}_area" for kind in GROWTH_KINDS))
def zone_urban_growth(*, zones: Zones, built_epochs: BuiltEpochs) -> DatedTables:
    """Measure new built-up land of each zone by kind of growth, in km2, from one year of the grids to the next."""
    grid = built_epochs.grid
    cells = middles_in_zones(grid, zones)
    tables = [
        _table({f"{kind}_area": cells.sums((one.kinds == code) * grid.cell_km2) for kind, code in GROWTH_KINDS.items()}, cells)
        for one in built_epochs.growth
    ]
    return DatedTables(tuple((one.start, one.end) for one in built_epochs.growth), tuple(tables))


def _cells_near(grid: CellGrid, zone: Any) -> tuple[Integers, Integers]:
    """Return the cells of the box around a zone, (cells,) rows and columns."""
    west, north, east, south = shapely.bounds(zone)
    rows = np.arange(max(0, int(np.floor(north))), min(grid.rows, int(np.ceil(south))))
    columns = np.arange(max(0, int(np.floor(west))), min(grid.columns, int(np.ceil(east))))
    row, column = np.meshgrid(rows, columns, indexing="ij")
    return row.ravel().astype(np.int64), column.ravel().astype(np.int64)


def _zone_cells(placed: Geometries, found: list[tuple[Integers, ...]], shares: list[Floats]) -> ZoneCells:
    zone, row, column = (np.concatenate([one[at] for one in found]).astype(np.int64) for at in range(3))
    share = np.concatenate(shares)
    held = np.bincount(zone, weights=share, minlength=len(placed)).astype(np.float64)
    return ZoneCells(zone, row, column, share, held / np.maximum(shapely.area(placed), 1e-12))


def _table(columns: dict[str, Floats], cells: ZoneCells) -> ZoneTable:
    """Return a table in which zones that the grid covers in part only have no figure, with the reason."""
    short: Flags = cells.covered < _COVERED
    if not short.any():
        return ZoneTable(columns)
    reasons = np.where(short, NOT_COVERED, "").astype(np.str_)
    return ZoneTable({code: np.where(short, np.nan, values) for code, values in columns.items()}, dict.fromkeys(columns, reasons))
