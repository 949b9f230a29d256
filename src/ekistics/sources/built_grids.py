"""Grids of built-up land, 10 to 100 m: what is built in one year, or the year in which each cell was first built."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ekistics.model.errors import InvalidInput
from ekistics.sources.grid_files import Grid, GridFile, open_grid
from ekistics.sources.settlement_grids import is_equal_area

YES_NO, SHARE, PERCENT, SQUARE_METRES = "yes-no", "share", "percent", "m2"
UNITS = (YES_NO, SHARE, PERCENT, SQUARE_METRES)
FINEST_M, COARSEST_M = 5.0, 250.0
_SAMPLES = 64
Part = tuple[int, int, int, int]


@dataclass(frozen=True)
class BuiltGrid:
    """One grid of what is built: from which number on a cell is built, and what was recognised."""

    path: Path
    grid: Grid
    built_from: float
    no_data: float | None
    said: str = ""

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
    said = (
        ""
        if unit
        else f"its numbers are taken as {chosen}" + ("" if chosen == YES_NO else f"; a cell is built from {built_from:g} of it on")
    )
    return BuiltGrid(path, file.grid, (1.0 if chosen == YES_NO else built_from) * whole, file.no_data, said)


def check_first_built(path: Path) -> tuple[Grid, tuple[int, ...]]:
    """Return where a grid of first built years lies, and years that it holds.

    Raises
    ------
    InvalidInput
        If it is not on an equal-area grid of 5 to 250 m, or does not hold years.
    """
    file = open_grid(path)
    _require_fine_equal_area(file)
    years = np.unique(np.concatenate([np.unique(part[np.isfinite(part)]) for part in file.samples(_SAMPLES)]))
    found = years[(years >= 1800) & (years <= 2200)]
    strange = [one for one in years.tolist() if one not in (0.0, 65535.0) and not 1800 <= one <= 2200]
    if not len(found) or not file.is_whole_numbers or strange:
        shown = ", ".join(f"{one:g}" for one in years[:5])
        raise InvalidInput(
            "the grid does not hold years", file=path.name, found=shown, expected="whole numbers such as 1990, and 0 or 65535"
        )
    return file.grid, tuple(int(one) for one in found)


def read_first_built(path: Path, part: Part, *, not_built: float) -> npt.NDArray[np.uint16]:
    """Read the year in which each cell was first built, 65535 where it never was."""
    file = open_grid(path)
    values = file.read(*part)
    never = (values == 0) | (values == not_built) | (values == 65535)
    if file.no_data is not None:
        never |= values == file.no_data
    years: npt.NDArray[np.uint16] = np.where(never, 65535, values).astype(np.uint16)
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
    found: set[float] = set()
    most, fractions = 0.0, False
    for part in file.samples(_SAMPLES):
        values = part[np.isfinite(part)]
        if len(values):
            most = max(most, float(values.max()))
            fractions |= bool((values != np.floor(values)).any())
            found |= set(np.unique(values)[:4].tolist())
    if found <= {0.0, 1.0} and most <= 1:
        return YES_NO
    if fractions and most <= 1.0001:
        return SHARE
    if 101 < most <= file.grid.cell_m2 * 1.0001:
        return SQUARE_METRES
    raise InvalidInput(
        "it is not beyond doubt what the numbers of built-up land are", file=file.path.name, found=f"numbers up to {most:g}",
        expected=f"0 and 1, shares, or m² up to {file.grid.cell_m2:,.0f}", mend=f"say the unit: {', '.join(UNITS)}",
    )  # fmt: skip
