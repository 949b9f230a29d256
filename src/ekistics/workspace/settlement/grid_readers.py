"""What each kind of grid may be told when it is imported, and what is said of it then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyproj

from ekistics.model.errors import InvalidInput
from ekistics.model.grids import GridCheck
from ekistics.model.problems import Problem, Severity, Tally
from ekistics.places.settlement_rules import SettlementRules, settlement_rules
from ekistics.places.urban_extent import ExtentRules
from ekistics.sources.built_grids import BuiltGrid, check_first_built, open_built_grid
from ekistics.sources.grid_files import Grid, open_grid
from ekistics.sources.settlement_grids import open_settlement_grids
from ekistics.workspace.inputs import KIND_OF_SOURCE

_LATTICE = 129
"""Points each way at which a grid that reaches off the Earth is looked at."""
_WORLD = (-180.0, -90.0, 180.0, 90.0)


def read_population_grid(
    path: Path, *, edition: str | int = "2024", criterion: str | float | bool = "", parameters: Mapping[str, Any] | None = None
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
    open_grid(path)
    told = {} if criterion == "" else {"built_up": criterion}
    return settlement_rules(str(edition), **{**(parameters or {}), **told})


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
    if kind in KIND_OF_SOURCE["settlements"]:
        unit = str(options.get("unit", ""))
        band = {"built_up_grid": "built_up", "land_grid": "land"}.get(kind)
        grids = open_settlement_grids(path, **({band: path} if band else {}), units={band: unit} if band and unit else {})
        if kind == "population_grid":
            read_population_grid(path, **options)
        return _said(path, grids.grid, grids.units[band] if band and band in grids.recognised else "")
    if kind == "first_built_year":
        grid, last = read_first_built_year(path, **options)
        return replace(_said(path, grid, ""), as_of=date(last, 12, 31))
    opened = read_built_up_epoch(path, **options)
    return _said(path, opened.grid, "" if options.get("unit") else opened.unit)


def _said(path: Path, grid: Grid, unit: str) -> GridCheck:
    """Return what is said of a grid whose unit was recognised; empty where it was told, or needs none."""
    said = f"Its numbers are taken as {unit}. If they are something else, import it again with the option unit."
    problems = (Problem("unit-recognised", said, Severity.NOTE, file=path.name),) if unit else ()
    tally = Tally(path.name, grid.shape[0], grid.shape[0])
    return GridCheck(extent_of(grid), problems, (tally,), recognised={"unit": unit} if unit else {})


def extent_of(grid: Grid) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a grid in degrees; of one whose corners lie off the Earth, of the part that lies on it."""
    (rows, columns), (a, _, c, _, e, f) = grid.shape, grid.transform
    turn = pyproj.Transformer.from_crs(grid.system, "EPSG:4326", always_xy=True)
    west, south, east, north = (float(one) for one in turn.transform_bounds(c, f + e * rows, c + a * columns, f))
    if np.isfinite([west, south, east, north]).all() and west < east:
        return west, south, east, north
    x, y = np.meshgrid(np.linspace(c, c + a * columns, _LATTICE), np.linspace(f + e * rows, f, _LATTICE))
    longitude, latitude = turn.transform(x.ravel(), y.ravel())
    on_earth = np.isfinite(longitude) & np.isfinite(latitude)
    if not on_earth.any():
        return _WORLD
    longitude, latitude = longitude[on_earth], latitude[on_earth]
    return float(longitude.min()), float(latitude.min()), float(longitude.max()), float(latitude.max())
