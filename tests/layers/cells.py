"""A grid of cells in World Mollweide and zones drawn in its cells: columns to the right, rows down."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely
from tests.made_grids import CORNER, MOLLWEIDE

from ekistics.layers.registry import Zones
from ekistics.model.grids import BuiltEpoch, BuiltEpochs, BuiltGrowth, CellGrid, SettlementCentre, SettlementEpoch, Settlements

WKT = pyproj.CRS(MOLLWEIDE).to_wkt()


def grid_of(rows: int, columns: int, cell_m: float = 1000.0) -> CellGrid:
    """A grid with its corner in Belgium."""
    return CellGrid(CORNER[0], CORNER[1], cell_m, rows, columns, WKT)


def zones_in_cells(grid: CellGrid, *shapes: shapely.Geometry) -> Zones:
    """Zones in degrees whose corners lie where they were drawn in cells of a grid."""
    back = pyproj.Transformer.from_crs(grid.wkt, "EPSG:4326", always_xy=True)

    def degrees(points: np.ndarray) -> np.ndarray:
        return np.column_stack(back.transform(grid.left + grid.cell_m * points[:, 0], grid.top - grid.cell_m * points[:, 1]))

    return Zones(np.array([f"Z{at}" for at in range(len(shapes))]), shapely.transform(np.array(shapes, dtype=object), degrees))


def settlements_of(classes: np.ndarray, *people: np.ndarray, years: tuple[int, ...] = (2020,), **epoch) -> Settlements:
    """One epoch for each of the grids of people, all with the same classes."""
    epochs = tuple(
        SettlementEpoch(year, "2024", np.asarray(classes, np.uint8), np.asarray(one, float), **{"centres": (), **epoch})
        for year, one in zip(years, people, strict=True)
    )
    return Settlements(grid_of(*np.shape(classes)), epochs)


def centre(code: str, rows: list[int], columns: list[int], people: float = 60_000.0) -> SettlementCentre:
    """An urban centre by its cells."""
    return SettlementCentre(code, "", people, float(len(rows)), None, np.array(rows), np.array(columns))


def built_epochs_of(grid: CellGrid, built: dict[int, np.ndarray], extent: dict[int, np.ndarray], growth: np.ndarray | None = None):
    """Built-up land by year as it is drawn; with a grid of growth from the first year to the last."""
    epochs = tuple(BuiltEpoch(year, np.asarray(one, np.uint8), np.asarray(extent[year], np.uint8)) for year, one in built.items())
    kinds = () if growth is None else (BuiltGrowth(min(built), max(built), np.asarray(growth, np.uint8), int((growth == 7).sum())),)
    return BuiltEpochs(grid, epochs, kinds, 1e6)
