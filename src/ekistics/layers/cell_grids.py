"""Tables by zone of classified grids: people and land by degree of urbanisation, built-up land and urban extent over the years.

Cells of 1 km² are shared out between zones by area; people are taken to live evenly in a cell. Finer cells of built-up land
belong to the zone that holds their middle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ekistics.layers.registry import Zones, ZoneTable, layer
from ekistics.layers.zone_cells import ZoneCells, ZoneRuns, middles_in_zones, shares_of_cells
from ekistics.model.extracts import Floats, Integers
from ekistics.model.grids import (
    IN_EXTENT,
    NEWLY_BUILT,
    URBANISED_OPEN,
    BuiltEpoch,
    BuiltEpochs,
    Bytes,
    ExtentClass,
    GrowthClass,
    Settlements,
)

CENTRE_CLASSES, CLUSTER_CLASSES, RURAL_CLASSES = (30,), (23, 22, 21), (13, 12, 11)
"""Level 2 classes of urban centres, urban clusters and rural cells."""
OFF_MAP = 255
"""Class of cells of which no grid knows anything."""
NOT_COVERED = "The grid does not cover this zone."
NO_DATA = "The grid has no data in this zone."
TOO_SMALL = "The zone is too small for the cells of the grid."
_SLIVER = 0.001
"""Share of a zone that is drawing error: so little beyond a grid matters as little as so little that is all it has data of."""

KINDS = 1 + max(*ExtentClass, *GrowthClass)
"""Codes of the urban extent and of growth are below this."""
GROWTH_KINDS = (*NEWLY_BUILT, GrowthClass.INCLUSION)
"""Kinds of growth that are quantities."""
_BUILT = KINDS
"""Added to the class of a cell that is built."""


@dataclass(frozen=True)
class DatedTables:
    """Tables by zone, one a period: first and last year of each, and its table."""

    years: tuple[tuple[int, int], ...]
    tables: tuple[ZoneTable, ...]
    checks: dict[str, Any] = field(default_factory=dict)


@layer(edition="1")
def settlement_zone_cells(*, zones: Zones, settlements: Settlements) -> ZoneCells:
    """Share the cells that settlements are classified on out between zones."""
    return shares_of_cells(settlements.grid, zones)


@layer(edition="1")
def built_zone_cells(*, zones: Zones, built_epochs: BuiltEpochs) -> ZoneRuns:
    """Find which cells of built-up land have their middle in which zone."""
    return middles_in_zones(built_epochs.grid, zones)


@layer(edition="1", dated=True, gives=(
    "people_in_urban_centres", "people_in_urban_clusters", "people_in_rural_cells", "urban_centre_area", "urban_cluster_area",
    "rural_cell_area", "population",
))  # fmt: skip
def zone_settlement(*, settlements: Settlements, settlement_zone_cells: ZoneCells) -> DatedTables:
    """Count people and land of each zone by degree of urbanisation, a year at a time."""
    cells = settlement_zone_cells
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
        tables.append(_table(columns, _faults(cells.covered, cells.cells, cells.sums(epoch.classes != OFF_MAP))))
    years = tuple((epoch.year, epoch.year) for epoch in settlements.epochs)
    notes = [note.facts() for epoch in settlements.epochs for note in epoch.notes]
    return DatedTables(years, tuple(tables), {"edition": settlements.epochs[0].edition, "notes": notes})


@layer(edition="1", dated=True, gives=("built_up_area", "urban_extent_area", "urbanised_open_area", "built_up_in_extent_area"))
def zone_urban_extent(*, built_epochs: BuiltEpochs, built_zone_cells: ZoneRuns) -> DatedTables:
    """Measure built-up land, urban extent and the open space in it of each zone, in km2, a year at a time."""
    cells, km2 = built_zone_cells, built_epochs.grid.cell_km2
    tables = []
    for epoch in built_epochs.epochs:
        counts = extent_counts(cells, epoch)
        columns = {code: cells_counted.astype(np.float64) * km2 for code, cells_counted in counts.items() if code != "known"}
        tables.append(_table(columns, _faults(cells.covered, cells.cells, counts["known"])))
    years = tuple((epoch.year, epoch.year) for epoch in built_epochs.epochs)
    return DatedTables(years, tuple(tables), {"circle_m2": built_epochs.circle_m2, "notes": [note.facts() for note in built_epochs.notes]})


@layer(edition="1", dated=True, gives=tuple(f"{kind.name.lower()}_area" for kind in GROWTH_KINDS))
def zone_urban_growth(*, built_epochs: BuiltEpochs, built_zone_cells: ZoneRuns) -> DatedTables:
    """Measure new built-up land of each zone by kind of growth, in km2, from one year of the grids to the next."""
    cells, km2 = built_zone_cells, built_epochs.grid.cell_km2
    tables = []
    for one in built_epochs.growth:
        counts = cells.counts(one.kinds, KINDS)
        columns = {f"{kind.name.lower()}_area": counts[:, kind].astype(np.float64) * km2 for kind in GROWTH_KINDS}
        tables.append(_table(columns, _faults(cells.covered, cells.cells, counts[:, 1:].sum(axis=1))))
    return DatedTables(tuple((one.start, one.end) for one in built_epochs.growth), tuple(tables))


def extent_counts(cells: ZoneRuns, epoch: BuiltEpoch) -> dict[str, Integers]:
    """Return for each zone its cells that are built, in the urban extent, open land in it, built in it, and known, by code of quantity."""
    codes: Bytes = epoch.extent + np.where(epoch.built != 0, _BUILT, 0).astype(np.uint8)
    counts = cells.counts(codes, _BUILT + KINDS)
    either = counts[:, :_BUILT] + counts[:, _BUILT:]
    return {
        "built_up_area": counts[:, _BUILT:].sum(axis=1),
        "urban_extent_area": either[:, IN_EXTENT].sum(axis=1),
        "urbanised_open_area": either[:, URBANISED_OPEN].sum(axis=1),
        "built_up_in_extent_area": counts[:, [_BUILT + one for one in IN_EXTENT]].sum(axis=1),
        "known": either[:, 1:].sum(axis=1),
    }


def _faults(covered: Floats, cells: Floats | Integers, known: Floats | Integers) -> list[str]:
    """Return why a zone has no figure, empty for those that have one; `cells` are in it, `known` those of which there are data."""
    told = np.where(known <= _SLIVER * cells, NO_DATA, "")
    told = np.where(cells <= 0, TOO_SMALL, told)
    return [str(one) for one in np.where(covered < 1 - _SLIVER, NOT_COVERED, told)]


def _table(columns: Mapping[str, Floats], faults: list[str]) -> ZoneTable:
    """Return a table in which zones that a grid does not tell of have no figure, with the reason."""
    if not any(faults):
        return ZoneTable(dict(columns))
    reasons = np.array(faults, dtype=np.str_)
    return ZoneTable({code: np.where(reasons != "", np.nan, values) for code, values in columns.items()}, dict.fromkeys(columns, reasons))
