"""Grids of a place, read and classified: what layers of settlement and of urban growth are tabulated from.

Only the part of a grid around the place is read: a grid of the world costs a city no more than one of its country.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ekistics.model.errors import InvalidInput
from ekistics.model.grids import (
    BuiltEpoch,
    BuiltEpochs,
    BuiltGrowth,
    CellGrid,
    GridNote,
    GridNoteKind,
    GrowthClass,
    SettlementCentre,
    SettlementEpoch,
    Settlements,
)
from ekistics.model.lineage import Asset
from ekistics.places.degree_of_urbanisation import Classified, classify
from ekistics.places.settlement_cells import OUTSIDE
from ekistics.places.settlement_rules import BuiltUp, SettlementRules
from ekistics.places.urban_extent import ExtentRules, urban_extent
from ekistics.places.urban_growth import built_epochs, growth_by_period
from ekistics.sources.built_grids import NEVER, read_first_built
from ekistics.sources.grid_files import Grid, Window, open_grid
from ekistics.sources.settlement_grids import SettlementGrids, open_settlement_grids
from ekistics.workspace.file_options import reader_options
from ekistics.workspace.inputs import KIND_OF_SOURCE
from ekistics.workspace.settlement.blockwise import grid_units
from ekistics.workspace.settlement.grid_readers import read_built_up_epoch, read_population_grid

AROUND_CELLS = 150
"""How far around the study region settlements are classified, in cells of 1 km: clusters that reach farther are cut there."""
AROUND_BUILT_M = 10_000.0
"""How far around it the urban extent is looked for, m."""
WHOLE_BUILT_CELLS = 25_000_000
"""Grids of built-up land up to this size are taken whole."""
_APART = 0.001
"""How far apart, in cells, two grids may lie that are one."""
PathOf = Callable[[Asset], Path]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _People:
    """The grids of one year, opened, and the part of them around the place; nothing of them was read yet."""

    year: int
    grids: SettlementGrids
    window: Window
    rules: SettlementRules
    has_built: bool


@dataclass(frozen=True)
class _Built:
    """A grid of built-up land, opened, and the part of it around the place; `year` is None where it holds the years."""

    asset: Asset
    year: int | None
    grid: Grid
    window: Window


def settlements_of(assets: Iterable[Asset], path_of: PathOf, around: Any) -> Settlements:
    """Classify the part of the grids on record around a shape, a year at a time.

    Parameters
    ----------
    around : the study region in EPSG:4326

    Raises
    ------
    InvalidInput
        If two grids of a kind are of one year, a grid has no date, or bands do not lie on each other.
    """
    planned = _plan_settlements(assets, path_of, around)
    if not planned:
        raise InvalidInput("no grid of people is on record", expected="a file imported --as population_grid")
    return Settlements(_cell_grid(planned[0].grids.grid, planned[0].window), tuple(_settlement_epoch(one) for one in planned))


def built_epochs_of(assets: Iterable[Asset], path_of: PathOf, around: Any) -> BuiltEpochs:
    """Find the urban extent of each year on record around a shape, and the growth from one year to the next.

    Raises
    ------
    InvalidInput
        If both kinds of grids are given, two are of one year, or they do not lie on each other.
    """
    planned = _plan_built(assets, path_of, around)
    grid = _cell_grid(planned[0].grid, planned[0].window)
    masks, on_map, notes = _masks(planned, path_of)
    if not _is_there(planned[0].window) or (on_map is not None and not on_map.any()):
        nowhere = np.zeros((grid.rows, grid.columns), np.uint8)
        growth = [BuiltGrowth(start, end, nowhere, 0) for (start, _), (end, _) in pairwise(masks)]
        return BuiltEpochs(grid, tuple(BuiltEpoch(year, nowhere, nowhere) for year, _ in masks), tuple(growth), 0.0, tuple(notes))
    rules = _extent_rules(planned[0].asset)
    extents = [(year, urban_extent(mask, cell_m=grid.cell_m, on_map=on_map, rules=rules)) for year, mask in masks]
    growth = [BuiltGrowth(one.start, one.end, one.growth.raster, one.growth.cells[GrowthClass.LOST]) for one in growth_by_period(extents)]
    epochs = tuple(BuiltEpoch(year, mask.view(np.uint8), extent.raster) for (year, mask), (_, extent) in zip(masks, extents, strict=True))
    return BuiltEpochs(grid, epochs, tuple(growth), extents[0][1].circle_m2 if extents else 0.0, tuple(notes))


def try_grid(asset: Asset, others: Iterable[Asset], path_of: PathOf, around: Any) -> None:
    """Check a grid with those that are on record for its place, as they would be measured from; the extents are not looked for.

    Parameters
    ----------
    others : the grids on record of the same source
    around : the study region in EPSG:4326

    Raises
    ------
    InvalidInput
        If the grid does not reach the place, holds impossible numbers there, or does not go with the others.
    """
    together = [*others, asset]
    if asset.kind in KIND_OF_SOURCE["built_epochs"]:
        planned = _plan_built(together, path_of, around)
        _require_reach([one.window for one in planned if one.asset is asset], asset)
        _masks([one for one in planned if one.asset is asset], path_of)
        return
    _year_of(asset)
    grid = open_grid(path_of(asset)).grid
    _require_reach([grid.around(grid.placed(around), 0.0)], asset)
    for one in _plan_settlements(together, path_of, around):
        if one.year == _year_of(asset):
            _settlement_epoch(one)


def _plan_settlements(assets: Iterable[Asset], path_of: PathOf, around: Any) -> list[_People]:
    by_year, land = _bands_by_year(assets)
    planned: list[_People] = []
    for year in sorted(by_year):
        people = by_year[year].get("population_grid")
        if people is None:
            continue
        built, ground = by_year[year].get("built_up_grid"), by_year[year].get("land_grid") or _nearest(land, year)
        bands = {name: asset for name, asset in (("built_up", built), ("land", ground)) if asset}
        told = {name: str(asset.options["unit"]) for name, asset in bands.items() if asset.options.get("unit")}
        grids = open_settlement_grids(path_of(people), units=told, **{name: path_of(asset) for name, asset in bands.items()})
        rules = read_population_grid(path_of(people), **reader_options(people.options))
        if built is None and rules.built_up is not BuiltUp.OFF:
            rules = replace(rules, built_up=BuiltUp.OFF)
        window = grids.grid.around(grids.grid.placed(around), AROUND_CELLS)
        if planned and not _is_same(planned[0].grids.grid, planned[0].window, grids.grid, window):
            raise InvalidInput(
                "the grids of people of two years do not lie on each other", file=people.name, mend="bring them onto one grid"
            )
        planned.append(_People(year, grids, window, rules, built is not None))
    return planned


def _plan_built(assets: Iterable[Asset], path_of: PathOf, around: Any) -> list[_Built]:
    given = sorted(assets, key=lambda one: (one.date is not None, str(one.date)))
    years = [one for one in given if one.kind == "first_built_year"]
    if years and len(given) > 1:
        raise InvalidInput(
            "a grid of first built years stands beside other grids of built-up land",
            found=", ".join(one.name for one in given),
            expected="one of them",
            mend="undo the import of those that are not to be used",
        )
    planned: list[_Built] = []
    for asset in given:
        year = None if asset.kind == "first_built_year" else _year_of(asset)
        if planned and planned[-1].year == year:
            raise _twice(asset, planned[-1].asset, f"two grids of built-up land are of {year}")
        if planned and _extent_rules(asset) != _extent_rules(planned[0].asset):
            raise InvalidInput(
                "the urban extents of two years would be found by different rules",
                file=asset.name,
                found=str(_extent_rules(asset)),
                expected=str(_extent_rules(planned[0].asset)),
                mend="give circle_m, fringe_m and captured_up_to_ha alike with every year",
            )
        grid = open_grid(path_of(asset)).grid
        window = _built_window(grid, around)
        if planned and not _is_same(planned[0].grid, planned[0].window, grid, window):
            raise InvalidInput("the grids of built-up land do not lie on each other", file=asset.name, mend="bring them onto one grid")
        planned.append(_Built(asset, year, grid, window))
    return planned


def _masks(planned: list[_Built], path_of: PathOf) -> tuple[list[tuple[int, Flags]], Flags | None, list[GridNote]]:
    """Return what is built in each year, which cells are on the map (None: all), and what is to be said."""
    if planned[0].year is None:
        return _masks_of_years(planned[0], path_of(planned[0].asset)), None, []
    masks: list[tuple[int, Flags]] = []
    on_map: Flags | None = None
    notes: list[GridNote] = []
    for one in planned:
        opened = read_built_up_epoch(path_of(one.asset), **reader_options(one.asset.options))
        built, known = opened.read(one.window)
        year = _year_of(one.asset)
        masks.append((year, built))
        # a cell without data in one year is off the map in all: else what is not known would be growth
        on_map = known if on_map is None else on_map & known
        if opened.share:
            unit = opened.unit if opened.recognised else ""
            notes.append(GridNote(GridNoteKind.BUILT_FROM, year, share=opened.share, unit=unit))
    return [(year, mask if on_map is None else mask & on_map) for year, mask in masks], on_map, notes


def _masks_of_years(one: _Built, path: Path) -> list[tuple[int, Flags]]:
    options = reader_options(one.asset.options)
    first = read_first_built(path, one.window, not_built=float(options.get("not_built", NEVER)))
    until = int(options.get("until", 0) or 9999)
    return [(year, mask) for year, mask in built_epochs(first) if year <= until]


def _extent_rules(asset: Asset) -> ExtentRules:
    told = asset.options
    return ExtentRules(
        circle_m=float(told.get("circle_m", 564.0)),
        fringe_m=float(told.get("fringe_m", 100.0)),
        captured_up_to_ha=float(told.get("captured_up_to_ha", 200.0)),
    )


def _settlement_epoch(one: _People) -> SettlementEpoch:
    people, built, land = one.grids.read(one.window)
    edition = one.rules.edition
    if not any(
        band is not None and _is_known(band, none).any() for band, none in zip((people, built, land), one.grids.no_data, strict=True)
    ):
        return SettlementEpoch(one.year, edition, np.full(people.shape, OUTSIDE, np.uint8), np.zeros(people.shape), ())
    found = classify(people, built, land, rules=one.rules, units=grid_units(one.grids))
    counted = np.where(_is_known(people, one.grids.no_data[0]), people, 0.0).astype(np.float64)
    notes = [] if one.has_built else [GridNote(GridNoteKind.NO_BUILT_UP_GRID, one.year)]
    rows, columns = found.classes.shape
    centres = found.clusters["urban centres"]
    if cut := int(((centres.top == 0) | (centres.left == 0) | (centres.bottom == rows - 1) | (centres.right == columns - 1)).sum()):
        notes.append(GridNote(GridNoteKind.CENTRES_AT_THE_EDGE, one.year, count=cut))
    return SettlementEpoch(one.year, edition, found.classes, counted, _centres(found), tuple(notes))


def _is_known(band: npt.NDArray[Any], no_data: float) -> Flags:
    known: Flags = (band != no_data) & (band == band)
    return known


def _centres(found: Classified) -> tuple[SettlementCentre, ...]:
    kind = "urban centres"
    clusters, labels = found.clusters[kind], found.labels(kind)
    row, column = np.nonzero(labels >= 0)
    label = labels[row, column]
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(np.bincount(label, minlength=len(clusters)))
    parts = np.split(order, ends[:-1]) if len(clusters) else []
    by_people = np.argsort(-clusters.people, kind="stable")
    built = bool(clusters.built_km2.any())
    return tuple(
        SettlementCentre(
            f"UC{rank:04}", "", float(clusters.people[one]), float(clusters.cells[one]),
            float(clusters.built_km2[one]) if built else None, row[parts[one]].astype(np.int64), column[parts[one]].astype(np.int64),
        )
        for rank, one in enumerate(by_people.tolist(), 1)
    )  # fmt: skip


def _bands_by_year(assets: Iterable[Asset]) -> tuple[dict[int, dict[str, Asset]], dict[int, Asset]]:
    by_year: dict[int, dict[str, Asset]] = defaultdict(dict)
    land: dict[int, Asset] = {}
    for asset in assets:
        year = _year_of(asset)
        if before := by_year[year].get(asset.kind):
            raise _twice(asset, before, f"two files are given as {asset.kind} of {year}")
        by_year[year][asset.kind] = asset
        if asset.kind == "land_grid":
            land[year] = asset
    return by_year, land


def _nearest(land: Mapping[int, Asset], year: int) -> Asset | None:
    """Return the grid of land whose year is nearest: land hardly changes, and publishers give it once."""
    return land[min(land, key=lambda one: (abs(one - year), one))] if land else None


def _year_of(asset: Asset) -> int:
    if asset.date is None:
        raise InvalidInput(
            "a grid has no date", file=asset.name, expected="the day or year that it speaks of", mend="import it with --date"
        )
    return asset.date.year


def _twice(asset: Asset, before: Asset, fault: str) -> InvalidInput:
    return InvalidInput(fault, file=asset.name, found=f"{before.name} beside it", mend="undo the import of the one that is not to be used")


def _built_window(grid: Grid, around: Any) -> Window:
    placed = grid.placed(around)
    if grid.shape[0] * grid.shape[1] > WHOLE_BUILT_CELLS:
        return grid.around(placed, AROUND_BUILT_M / grid.cell_m)
    return Window(0, grid.shape[0], 0, grid.shape[1]) if _is_there(grid.around(placed, 0.0)) else Window(0, 0, 0, 0)


def _is_there(window: Window) -> bool:
    return window.bottom > window.top


def _require_reach(windows: Iterable[Window], asset: Asset) -> None:
    if not all(map(_is_there, windows)):
        raise InvalidInput(
            "the grid does not reach the place", file=asset.name, expected=f"cells inside the outline of {asset.place}",
            mend="import a grid that covers it",
        )  # fmt: skip


def _is_same(one: Grid, one_window: Window, other: Grid, other_window: Window) -> bool:
    """Whether parts of two grids lie cell on cell, however their files were cut and name their coordinates."""
    here, there = _cell_grid(one, one_window), _cell_grid(other, other_window)
    near = np.allclose((here.left, here.top), (there.left, there.top), rtol=0, atol=_APART * here.cell_m)
    alike = (here.rows, here.columns) == (there.rows, there.columns) and np.isclose(here.cell_m, there.cell_m, rtol=1e-6)
    return bool(near and alike and one.same_system(other))


def _cell_grid(grid: Grid, window: Window) -> CellGrid:
    a, _, c, _, e, f = grid.transform
    return CellGrid(c + a * window.left, f + e * window.top, grid.cell_m, window.bottom - window.top, window.right - window.left, grid.wkt)
