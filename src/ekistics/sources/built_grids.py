"""Grids of built-up land, 10 to 100 m: what is built in one year, or the year in which each cell was first built."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ekistics.model.errors import InvalidInput
from ekistics.sources.grid_files import Grid, GridFile, open_grid
from ekistics.sources.settlement_grids import is_equal_area

YES_NO, SHARE, PERCENT, SQUARE_METRES = "yes-no", "share", "percent", "m2"
UNITS = (YES_NO, SHARE, PERCENT, SQUARE_METRES)
FINEST_M, COARSEST_M = 5.0, 250.0
NEVER = 65535
"""Year of cells that were not built by the last one."""
_YEARS = (1800, 2200)
_SAMPLES = 64
_TOLD = 4
Part = tuple[int, int, int, int]


@dataclass(frozen=True)
class BuiltGrid:
    """One grid of what is built: what its numbers are, whether that was recognised, and from which number on a cell is built.

    `share` is that number as a share of the cell, 0 where the grid says yes or no.
    """

    path: Path
    grid: Grid
    unit: str
    built_from: float
    no_data: float | None
    share: float = 0.0
    recognised: bool = False

    @property
    def said(self) -> str:
        """What is to be said of its numbers in a line; empty where they need no recognition."""
        taken = f"its numbers are taken as {self.unit}; " if self.recognised else ""
        return f"{taken}a cell is taken as built from {self.share:.0%} of it on" if self.share else ""

    def read(self, part: Part) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Read a part: what is built, and what is known, both (rows, columns)."""
        values = open_grid(self.path).read(*part)
        known = np.ones(values.shape, np.bool_) if self.no_data is None else values != self.no_data
        if np.issubdtype(values.dtype, np.floating):
            known &= ~np.isnan(values)
        built: npt.NDArray[np.bool_] = known & (values >= self.built_from)
        return built, known


def open_built_grid(path: Path, *, built_from: float = 0.5, unit: str = "") -> BuiltGrid:
    """Open a grid of what is built in one year.

    Parameters
    ----------
    built_from : share of a cell from which it counts as built, above 0 to 1
    unit : one of `UNITS`; recognised when absent

    Raises
    ------
    InvalidInput
        If it is not on an equal-area grid of 5 to 250 m, or it is not beyond doubt what its numbers are.
    """
    if not 0 < built_from <= 1:
        raise InvalidInput("built_from is no share", file=path.name, found=f"{built_from:g}", expected="above 0, at most 1")
    file = open_grid(path)
    _require_fine_equal_area(file)
    chosen = unit or _recognised(file)
    if chosen not in UNITS:
        raise InvalidInput("no such unit of built-up land", file=path.name, found=unit, expected=", ".join(UNITS))
    whole = {YES_NO: 1.0, SHARE: 1.0, PERCENT: 100.0, SQUARE_METRES: file.grid.cell_m2}[chosen]
    share = 0.0 if chosen == YES_NO else built_from
    return BuiltGrid(path, file.grid, chosen, (share or 1.0) * whole, file.no_data, share, recognised=not unit)


def check_first_built(path: Path, *, not_built: float = NEVER) -> tuple[Grid, tuple[int, ...]]:
    """Return where a grid of first built years lies, and years that it holds.

    Parameters
    ----------
    not_built : the number of cells that were never built, beside 0 and 65535

    Raises
    ------
    InvalidInput
        If it is not on an equal-area grid of 5 to 250 m, or does not hold years.
    """
    file = open_grid(path)
    _require_fine_equal_area(file)
    years = np.unique(np.concatenate([np.unique(part[np.isfinite(part)]) for part in file.samples(_SAMPLES)]))
    found = years[_is_year(years) & (years != not_built)]
    strange = years[~_is_year(years) & ~np.isin(years, (0.0, NEVER, not_built))]
    if not len(found) or not file.is_whole_numbers or len(strange):
        raise _no_years(path, strange if len(strange) else years)
    return file.grid, tuple(int(one) for one in found)


def _is_year(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    first, last = _YEARS
    return (values >= first) & (values <= last)


def _no_years(path: Path, found: npt.NDArray[Any]) -> InvalidInput:
    return InvalidInput(
        "the grid does not hold years",
        file=path.name,
        found=", ".join(f"{one:g}" for one in np.unique(found)[:5]),
        expected="whole numbers such as 1990, and 0 or 65535 where nothing was built",
        mend="say which number stands for cells that were never built (not_built)",
    )


def read_first_built(path: Path, part: Part, *, not_built: float) -> npt.NDArray[np.uint16]:
    """Read the year in which each cell was first built, 65535 where it never was.

    Raises
    ------
    InvalidInput
        If a cell holds another number.
    """
    file = open_grid(path)
    values = file.read(*part)
    never = (values == 0) | (values == not_built) | (values == NEVER)
    if file.no_data is not None:
        never |= values == file.no_data
    if (strange := ~never & ~_is_year(values)).any():
        raise _no_years(path, values[strange])
    years: npt.NDArray[np.uint16] = np.where(never, NEVER, values).astype(np.uint16)
    return years


def _require_fine_equal_area(file: GridFile) -> None:
    grid = file.grid
    mend = "bring it onto an equal-area grid of 10 to 100 m cells: gdalwarp -t_srs ESRI:54009 -tr 30 30 -r near"
    if grid.is_geographic or not is_equal_area(grid.method):
        found = "degrees" if grid.is_geographic else f"{grid.system_name} ({grid.method})"
        raise InvalidInput(
            "the grid is not on an equal-area projection", file=file.path.name, found=found, expected="an equal-area grid", mend=mend
        )
    square = math.isclose(abs(grid.transform[0]), abs(grid.transform[4]), rel_tol=1e-6)
    if not square or not FINEST_M <= grid.cell_m <= COARSEST_M:
        found = f"cells of {abs(grid.transform[0]):g} × {abs(grid.transform[4]):g}"
        raise InvalidInput("the cells are not of a size that an urban extent can be found from", file=file.path.name, found=found,
                           expected="square cells of 10 to 100 m", mend=mend)  # fmt: skip


def _recognised(file: GridFile) -> str:
    """Return what the numbers are, from parts all over the file, where it is beyond doubt."""
    found: set[float] = set()
    most, least, fractions = 0.0, 0.0, False
    for part in file.samples(_SAMPLES):
        values = part[np.isfinite(part)]
        if len(values):
            most, least = max(most, float(values.max())), min(least, float(values.min()))
            fractions |= bool((values != np.floor(values)).any())
            found |= set(np.unique(values)[:_TOLD].tolist())
    if least >= 0:
        if found <= {0.0, 1.0} and most <= 1:
            return YES_NO
        if fractions and most <= 1.0001:
            return SHARE
        if 101 < most <= file.grid.cell_m2 * 1.0001 and file.holds(file.grid.cell_m2):
            return SQUARE_METRES
    shown = f"numbers from {least:g} to {most:g}" + (f": {', '.join(f'{one:g}' for one in sorted(found))}" if len(found) < _TOLD else "")
    raise InvalidInput(
        "it is not beyond doubt what the numbers of built-up land are", file=file.path.name, found=shown,
        expected=f"0 and 1, shares, or m² up to {file.grid.cell_m2:,.0f}",
        mend=f"say the unit ({', '.join(UNITS)}); a number that stands for no data is told in the file: gdal_edit.py -a_nodata 255",
    )  # fmt: skip
