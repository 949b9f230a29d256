"""Grids of a place, read and classified: what layers of settlement and of urban growth are tabulated from.

Only the part of a grid around the place is read: a grid of the world costs a city no more than one of its country.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from ekistics.model.errors import InvalidInput
from ekistics.model.grids import BuiltEpoch, BuiltEpochs, BuiltGrowth, CellGrid, GridCheck, SettlementCentre, SettlementEpoch, Settlements
from ekistics.model.lineage import Asset
from ekistics.model.problems import Problem, Severity, Tally
from ekistics.places.degree_of_urbanisation import Classified, classify
from ekistics.places.settlement_rules import BuiltUp, SettlementRules, settlement_rules
from ekistics.places.urban_extent import ExtentRules, UrbanExtent, urban_extent
from ekistics.places.urban_growth import GrowthClass, built_epochs, growth_by_period
from ekistics.sources.built_grids import BuiltGrid, check_first_built, open_built_grid, read_first_built
from ekistics.sources.grid_files import Grid, open_grid
from ekistics.sources.settlement_grids import SettlementGrids, Window, open_settlement_grids
from ekistics.workspace.file_options import reader_options
from ekistics.workspace.settlements import grid_units

AROUND_CELLS = 150
"""How far around the study region settlements are classified, in cells of 1 km: clusters that reach farther are cut there."""
AROUND_BUILT_M = 10_000.0
"""How far around it the urban extent is looked for, m."""
WHOLE_BUILT_CELLS = 25_000_000
"""Grids of built-up land up to this size are taken whole."""


def read_population_grid(
    path: Path, *, edition: str = "2024", criterion: str = "", parameters: Mapping[str, Any] | None = None
) -> SettlementRules:
    """Return the rules that a grid of people is classified by.

    Parameters
    ----------
    edition : rules of the degree of urbanisation: 2024, R2022A or 2021
    criterion : whether what is built counts too: off, optimal, or a share such as 0.2; by default as the edition says
    parameters : other parameters of the edition by name

    Raises
    ------
    NotFound
        If there is no such edition or parameter.
    """
    told = dict(parameters or {})
    if criterion in ("off", "optimal"):
        told["built_up"] = criterion
    elif criterion:
        told |= {"built_up": "fixed", "built_up_share": criterion}
    open_grid(path)
    return settlement_rules(edition, **told)


def read_built_up_grid(path: Path, *, unit: str = "") -> str:
    """Return the unit of a grid of built-up land.

    Parameters
    ----------
    unit : share or m2; recognised when absent
    """
    open_grid(path)
    return unit


def read_land_grid(path: Path, *, unit: str = "") -> str:
    """Return the unit of a grid of permanent land.

    Parameters
    ----------
    unit : share or m2; recognised when absent
    """
    open_grid(path)
    return unit


def read_built_up_epoch(
    path: Path,
    *,
    built_from: float = 0.5,
    unit: str = "",
    circle_m: float = 564.0,
    fringe_m: float = 100.0,
    captured_up_to_ha: float = 200.0,
) -> BuiltGrid:
    """Open a grid of what was built in one year.

    Parameters
    ----------
    built_from : share of a cell from which it counts as built
    unit : share, m2, percent, or yes-no (1 is built); recognised when absent
    circle_m : radius of the walking-distance circle
    fringe_m : how near to urban cells open ones are fringe
    captured_up_to_ha : largest open cluster that is captured
    """
    _ = ExtentRules(circle_m=circle_m, fringe_m=fringe_m, captured_up_to_ha=captured_up_to_ha)
    return open_built_grid(path, built_from=built_from, unit=unit)


def read_first_built_year(
    path: Path,
    *,
    not_built: float = 65535.0,
    until: int = 0,
    circle_m: float = 564.0,
    fringe_m: float = 100.0,
    captured_up_to_ha: float = 200.0,
) -> tuple[Grid, int]:
    """Open a grid whose cells hold the year in which they were first built; returns where it lies and the last year used.

    Parameters
    ----------
    not_built : the number of cells that were never built
    until : last year to use, where later ones are projections; all when absent
    circle_m : radius of the walking-distance circle
    fringe_m : how near to urban cells open ones are fringe
    captured_up_to_ha : largest open cluster that is captured
    """
    _ = ExtentRules(circle_m=circle_m, fringe_m=fringe_m, captured_up_to_ha=captured_up_to_ha)
    grid, years = check_first_built(path, not_built=not_built)
    used = [year for year in years if not until or year <= until]
    if not used:
        raise InvalidInput("no year of the grid is used", file=path.name, found=f"until {until}", expected=f"{years[0]} or later")
    return grid, used[-1]


def check_grid(kind: str, path: Path, options: Mapping[str, Any]) -> GridCheck:
    """Check a grid as it is imported, and say where it lies and how many cells it has.

    Raises
    ------
    InvalidInput
        If it cannot be used as what it was said to be.
    """
    if kind in ("population_grid", "built_up_grid", "land_grid"):
        unit = str(options.get("unit", ""))
        band = {"built_up_grid": "built_up", "land_grid": "land"}.get(kind)
        grids = open_settlement_grids(path, **({band: path} if band else {}), units={band: unit} if band and unit else {})
        told = [f"its numbers are taken as {grids.units[band]}"] if band and band in grids.recognised else []
        if kind == "population_grid":
            read_population_grid(path, **options)
        return _said(path, grids.grid, told)
    if kind == "first_built_year":
        grid, last = read_first_built_year(path, **options)
        return replace(_said(path, grid, []), as_of=date(last, 12, 31))
    opened = read_built_up_epoch(path, **options)
    return _said(path, opened.grid, [opened.said] if opened.said else [])


def settlements_of(assets: Iterable[Asset], path_of: Any, around: Any) -> Settlements:
    """Classify the part of the grids on record around a shape, a year at a time.

    Parameters
    ----------
    around : the study region in EPSG:4326

    Raises
    ------
    InvalidInput
        If two grids of a kind are of one year, a grid has no date, or bands do not lie on each other.
    """
    by_year, land = _bands_by_year(assets)
    epochs: list[SettlementEpoch] = []
    grid: CellGrid | None = None
    for year in sorted(by_year):
        bands = by_year[year]
        people = bands.get("population_grid")
        if people is None:
            continue
        built, ground = bands.get("built_up_grid"), bands.get("land_grid") or _nearest(land, year)
        told = {
            name: str(asset.options["unit"])
            for name, asset in (("built_up", built), ("land", ground))
            if asset and asset.options.get("unit")
        }
        paths = [None if asset is None else path_of(asset) for asset in (built, ground)]
        grids = open_settlement_grids(path_of(people), paths[0], paths[1], units=told)
        rules = read_population_grid(path_of(people), **reader_options(people.options))
        if built is None and rules.built_up is not BuiltUp.OFF:
            rules = replace(rules, built_up=BuiltUp.OFF)
        window = _around(grids.grid, around, AROUND_CELLS)
        here = _cell_grid(grids.grid, window)
        if grid is not None and here != grid:
            raise InvalidInput(
                "the grids of people of two years do not lie on each other", file=people.name, mend="bring them onto one grid"
            )
        grid = here
        epochs.append(_settlement_epoch(year, grids, window, rules, has_built=built is not None))
    if grid is None:
        raise InvalidInput("no grid of people is on record", expected="a file imported --as population_grid")
    return Settlements(grid, tuple(epochs))


def built_epochs_of(assets: Iterable[Asset], path_of: Any, around: Any) -> BuiltEpochs:
    """Find the urban extent of each year on record around a shape, and the growth from one year to the next.

    Raises
    ------
    InvalidInput
        If both kinds of grids are given, two are of one year, or they do not lie on each other.
    """
    given = sorted(assets, key=lambda one: (one.date is not None, str(one.date)))
    years = [one for one in given if one.kind == "first_built_year"]
    if years and len(given) > 1:
        raise InvalidInput(
            "a grid of first built years stands beside other grids of built-up land",
            found=", ".join(one.name for one in given),
            expected="one of them",
            mend="undo the import of those that are not to be used",
        )
    rules = _extent_rules(given[0])
    notes: list[str] = []
    if years:
        grid, masks, on_map = _first_built(years[0], path_of(years[0]), around)
    else:
        grid, masks, on_map, notes = _built_masks(given, path_of, around)
    extents = [(year, urban_extent(mask, cell_m=grid.cell_m, on_map=on_map, rules=rules)) for year, mask in masks]
    growth = [BuiltGrowth(one.start, one.end, one.growth.raster, one.growth.cells[GrowthClass.LOST]) for one in growth_by_period(extents)]
    epochs = tuple(BuiltEpoch(year, mask.view(np.uint8), extent.raster) for (year, mask), (_, extent) in zip(masks, extents, strict=True))
    return BuiltEpochs(grid, epochs, tuple(growth), _circle(extents), tuple(notes))


def _circle(extents: list[tuple[int, UrbanExtent]]) -> float:
    return extents[0][1].circle_m2 if extents else 0.0


def _extent_rules(asset: Asset) -> ExtentRules:
    told = asset.options
    return ExtentRules(
        circle_m=float(told.get("circle_m", 564.0)),
        fringe_m=float(told.get("fringe_m", 100.0)),
        captured_up_to_ha=float(told.get("captured_up_to_ha", 200.0)),
    )


def _first_built(asset: Asset, path: Path, around: Any) -> tuple[CellGrid, list[tuple[int, npt.NDArray[np.bool_]]], None]:
    grid, _ = check_first_built(path)
    window = _built_window(grid, around)
    options = reader_options(asset.options)
    first = read_first_built(path, window, not_built=float(options.get("not_built", 65535.0)))
    until = int(options.get("until", 0) or 9999)
    return _cell_grid(grid, window), [(year, mask) for year, mask in built_epochs(first) if year <= until], None


def _built_masks(given: list[Asset], path_of: Any, around: Any) -> tuple[CellGrid, list[tuple[int, Any]], Any, list[str]]:
    masks: list[tuple[int, npt.NDArray[np.bool_]]] = []
    on_map: npt.NDArray[np.bool_] | None = None
    grid: CellGrid | None = None
    notes: list[str] = []
    for asset in given:
        year = _year_of(asset)
        if masks and masks[-1][0] == year:
            raise InvalidInput(
                "two grids of built-up land are of one year", file=asset.name, found=str(year), mend="undo the import of one"
            )
        opened = read_built_up_epoch(path_of(asset), **reader_options(asset.options))
        window = _built_window(opened.grid, around)
        here = _cell_grid(opened.grid, window)
        if grid is not None and here != grid:
            raise InvalidInput("the grids of built-up land do not lie on each other", file=asset.name, mend="bring them onto one grid")
        grid = here
        built, known = opened.read(window)
        masks.append((year, built))
        # a cell without data in one year is off the map in all: else what is not known would be growth
        on_map = known if on_map is None else on_map & known
        notes += [f"{year}: {opened.said}"] if opened.said else []
    if grid is None or on_map is None:
        raise InvalidInput("no grid of built-up land is on record", expected="a file imported --as built_up_epoch")
    return grid, [(year, mask & on_map) for year, mask in masks], on_map, notes


def _settlement_epoch(year: int, grids: SettlementGrids, window: Window, rules: SettlementRules, *, has_built: bool) -> SettlementEpoch:
    people, built, land = grids.read(window)
    found = classify(people, built, land, rules=rules, units=grid_units(grids))
    counted = people.astype(np.float64)
    counted[~(counted > 0) | (counted == grids.no_data[0])] = 0.0
    notes = [] if has_built else ["no grid of built-up land is given for the year, so built-up land makes no cell dense"]
    rows, columns = found.classes.shape
    centres = found.clusters["urban centres"]
    if cut := int(((centres.top == 0) | (centres.left == 0) | (centres.bottom == rows - 1) | (centres.right == columns - 1)).sum()):
        notes.append(f"{cut} urban centres reach the edge of the part of the grid that was read")
    return SettlementEpoch(year, found.rules.edition, found.classes, counted, _centres(found), tuple(notes))


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
        if asset.kind in by_year[year]:
            raise InvalidInput(
                f"two files are given as {asset.kind} of one year", file=asset.name, found=str(year), mend="undo the import of one"
            )
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


def _around(grid: Grid, shape: Any, cells: float) -> Window:
    turn = pyproj.Transformer.from_crs("EPSG:4326", grid.system, always_xy=True)
    placed = shapely.transform(shape, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))
    west, south, east, north = shapely.bounds(placed)
    a, _, c, _, e, f = grid.transform
    left = int(np.clip(np.floor((west - c) / a - cells), 0, grid.shape[1]))
    right = int(np.clip(np.ceil((east - c) / a + cells), left, grid.shape[1]))
    top = int(np.clip(np.floor((north - f) / e - cells), 0, grid.shape[0]))
    bottom = int(np.clip(np.ceil((south - f) / e + cells), top, grid.shape[0]))
    if right <= left or bottom <= top:
        raise InvalidInput(
            "the grid does not reach the place",
            found=f"columns {left} to {right}, rows {top} to {bottom}",
            mend="import a grid that covers it",
        )
    return Window(top, bottom, left, right)


def _built_window(grid: Grid, around: Any) -> Window:
    if grid.shape[0] * grid.shape[1] <= WHOLE_BUILT_CELLS:
        _around(grid, around, 0.0)  # refuses a grid that does not reach the place
        return Window(0, grid.shape[0], 0, grid.shape[1])
    return _around(grid, around, AROUND_BUILT_M / grid.cell_m)


def _cell_grid(grid: Grid, window: Window) -> CellGrid:
    a, _, c, _, e, f = grid.transform
    return CellGrid(c + a * window.left, f + e * window.top, grid.cell_m, window.bottom - window.top, window.right - window.left, grid.wkt)


def _said(path: Path, grid: Grid, told: list[str]) -> GridCheck:
    rows, columns = grid.shape
    a, _, c, _, e, f = grid.transform
    turn = pyproj.Transformer.from_crs(grid.system, "EPSG:4326", always_xy=True)
    extent = turn.transform_bounds(c, f + e * rows, c + a * columns, f)
    problems = tuple(Problem("unit-recognised", f"{text[0].upper()}{text[1:]}.", Severity.NOTE, file=path.name) for text in told)
    west, south, east, north = (float(one) for one in extent)
    return GridCheck((west, south, east, north), problems, (Tally(path.name, rows, rows),))
