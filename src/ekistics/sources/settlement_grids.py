"""The aligned grids that settlements are classified from: opened, checked against each other, and read block by block.

People per cell of 1 km², built-up and land as shares of the cell or in m², all on one equal-area grid. What does not fit is
refused with the way to mend it; what the numbers mean is recognised from the files where it is beyond doubt, and said.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ekistics.model.errors import InvalidInput
from ekistics.sources.grid_files import Grid, GridFile, Window, open_grid

Band = npt.NDArray[Any]

CELL_M2 = 1_000_000.0
CELL_SLACK = 0.001
SHARE, SQUARE_METRES = "share", "m2"
_SAMPLES = 48
_EQUAL_AREA = (
    "equal area",
    "equal earth",
    "mollweide",
    "sinusoidal",
    "eckert",
    "goode",
    "homolosine",
    "hammer",
    "bonne",
    "quartic authalic",
)
_LEAST_M2 = 100.0
_STRIP_CELLS = 1_000_000
_MOST_CELLS = 2_000_000_000
"""Beyond what any map of the world at 1 km has (650 million cells in Mollweide): the head of such a file is damaged."""


@dataclass(frozen=True)
class SettlementGrids:
    """Up to three aligned bands on disk. `units` are `share` or `m2` by band; it can be sent to another process."""

    grid: Grid
    people: Path
    built_up: Path | None
    land: Path | None
    units: Mapping[str, str]
    recognised: tuple[str, ...] = ()
    """Bands whose unit was recognised and not told."""

    @property
    def no_data(self) -> tuple[float, float, float]:
        """The values that stand for no data, for people, built-up and land."""
        files = [None if path is None else _opened(path).no_data for path in (self.people, self.built_up, self.land)]
        return tuple(np.nan if one is None else one for one in files)  # type: ignore[return-value]  # three by construction

    def read(self, window: Window) -> tuple[Band, Band | None, Band | None]:
        """Read one part of all bands: people, built-up, land.

        Raises
        ------
        InvalidInput
            If a file is damaged there.
        """
        others = [None if path is None else _opened(path).read(*window) for path in (self.built_up, self.land)]
        return _opened(self.people).read(*window), others[0], others[1]

    def windows(self, cells: int = 4_000_000) -> Iterator[Window]:
        """Return parts of about so many cells that cut no tile of the people's file; about as high as wide where tiles allow."""
        rows, columns = self.grid.shape
        tile_rows, tile_columns = _opened(self.people).tile
        width = max(1, min(cells, _STRIP_CELLS) // max(1, tile_rows) // tile_columns) * tile_columns
        width = columns if columns <= 2 * width else width  # rather one wide part than two of which one is a rest
        height = min(rows, max(1, cells // max(1, width) // tile_rows) * tile_rows)
        for top in range(0, rows, height):
            for left in range(0, columns, width):
                yield Window(top, min(rows, top + height), left, min(columns, left + width))

    def strips(self, window: Window) -> Iterator[Window]:
        """Return a part in pieces one below the other, of whole tiles: what a processor's cache holds, and often nothing but sea."""
        tile_rows = _opened(self.people).tile[0]
        height = max(1, _STRIP_CELLS // (window.right - window.left) // tile_rows) * tile_rows
        for top in range(window.top, window.bottom, height):
            yield window._replace(top=top, bottom=min(window.bottom, top + height))

    def resolved(self) -> SettlementGrids:
        """Return the same grids with whole paths, as a process that works in another folder has to find them."""
        built_up, land = (None if path is None else path.resolve() for path in (self.built_up, self.land))
        return replace(self, people=self.people.resolve(), built_up=built_up, land=land)

    def people_at(self, row: npt.NDArray[np.int64], column: npt.NDArray[np.int64]) -> tuple[Band, Band | None]:
        """Read people and built-up of single cells, tile by tile, so that each tile is read once."""
        return _opened(self.people).at(row, column), None if self.built_up is None else _opened(self.built_up).at(row, column)


def open_settlement_grids(
    people: Path, built_up: Path | None = None, land: Path | None = None, *, units: Mapping[str, str] | None = None
) -> SettlementGrids:
    """Open and check the bands.

    Parameters
    ----------
    units : `share` or `m2` by band (`built_up`, `land`); what is not told is recognised

    Raises
    ------
    InvalidInput
        If a file cannot be read, is not on an equal-area grid of 1 km² cells, does not lie on the people's grid, or its unit is not
        beyond doubt.
    """
    first = open_grid(people)
    _require_equal_area(first)
    given = {"built_up": built_up, "land": land}
    told = dict(units or {})
    _require_bands(told, given)
    recognised = []
    for name, path in given.items():
        if path is None:
            continue
        band = open_grid(path)
        require_same_grid(first, band)
        if name not in told:
            told[name] = _recognised_unit(name, band)
            recognised.append(name)
    return SettlementGrids(first.grid, people, built_up, land, told, tuple(recognised))


def _require_bands(told: Mapping[str, str], given: Mapping[str, Path | None]) -> None:
    there = [name for name, path in given.items() if path is not None]
    for name, unit in told.items():
        if name not in there:
            expected = " or ".join(there) or "no unit: neither built-up nor land is given"
            raise InvalidInput("a unit is told of a band that is not given", found=name, expected=expected)
        if unit not in (SHARE, SQUARE_METRES):
            raise InvalidInput(f"the unit of {name} is not known", found=unit, expected=f"{SHARE} or {SQUARE_METRES}")


def require_same_grid(first: GridFile, other: GridFile) -> None:
    """Refuse a band that does not lie cell on cell with another.

    Raises
    ------
    InvalidInput
        If size, place, cells or coordinate system differ.
    """
    one, two = first.grid, other.grid
    mend = f"bring it onto the grid of {first.path.name}, for instance with gdalwarp -te -tr -t_srs (sums: -r sum)"
    if not one.same_system(two):
        raise InvalidInput("the grids are in different coordinate systems", file=other.path.name, found=two.system_name,
                           expected=one.system_name, mend=mend)  # fmt: skip
    if one.shape != two.shape:
        raise InvalidInput("the grids are not of one size", file=other.path.name, found=f"{two.shape[0]} rows, {two.shape[1]} columns",
                           expected=f"{one.shape[0]} rows, {one.shape[1]} columns", mend=mend)  # fmt: skip
    slack = 0.001 * max(abs(one.transform[0]), abs(one.transform[4]))
    if any(abs(a - b) > slack for a, b in zip(one.transform, two.transform, strict=True)):
        found, expected = (f"corner {at[2]:.10g}, {at[5]:.10g}, cells of {at[0]:g} by {-at[4]:g}" for at in (two.transform, one.transform))
        raise InvalidInput("the grids do not lie cell on cell", file=other.path.name, found=found, expected=expected, mend=mend)


def is_equal_area(method: str) -> bool:
    """Whether a projection of that name keeps areas."""
    return any(name in method.lower() for name in _EQUAL_AREA)


_MEND = (
    "bring the grids onto an equal-area grid of 1 km cells (World Mollweide ESRI:54009, Europe EPSG:3035), "
    "people by their sum: gdalwarp -t_srs ESRI:54009 -tr 1000 1000 -r sum"
)


def _require_equal_area(band: GridFile) -> None:
    grid, name = band.grid, band.path.name
    if grid.is_geographic:
        crossing = " that crosses the antimeridian" if grid.crosses_antimeridian else ""
        fault = f"the grid is in degrees{crossing}, so its cells are not of one size"
        raise InvalidInput(fault, file=name, found=grid.system_name, expected="an equal-area grid of 1 km cells", mend=_MEND)
    if not is_equal_area(grid.method):
        found = f"{grid.system_name} ({grid.method})"
        raise InvalidInput("the grid's projection does not keep areas", file=name, found=found, expected="an equal-area one", mend=_MEND)
    if not math.isclose(grid.cell_m2, CELL_M2, rel_tol=CELL_SLACK):
        found = f"cells of {grid.cell_m2 / CELL_M2:g} km²"
        raise InvalidInput("the degree of urbanisation is defined on cells of 1 km²", file=name, found=found, expected="1 km²", mend=_MEND)
    width, height = abs(grid.transform[0]), abs(grid.transform[4])
    if not math.isclose(width, height, rel_tol=CELL_SLACK):
        found = f"cells of {width:g} by {height:g}"
        raise InvalidInput("the cells are not square", file=name, found=found, expected="1000 by 1000 m", mend=_MEND)
    if grid.shape[0] * grid.shape[1] > _MOST_CELLS:
        found = f"{grid.shape[0]:,} rows, {grid.shape[1]:,} columns"
        raise InvalidInput(
            "the grid has more cells than the Earth has km²", file=name, found=found, expected=f"{_MOST_CELLS:,} cells at most"
        )


def _recognised_unit(name: str, band: GridFile) -> str:
    """Return what the numbers of a band are, from parts all over the file; every block is held against it later."""
    most = max((float(np.nanmax(part)) for part in band.samples(_SAMPLES) if not np.isnan(part).all()), default=0.0)
    whole = band.is_whole_numbers
    if most <= 1.0001 and not (whole and most > 0):
        return SHARE
    if _LEAST_M2 < most <= CELL_M2 * 1.0001:
        return SQUARE_METRES
    percentages = most <= _LEAST_M2
    raise InvalidInput(
        f"it is not beyond doubt what the numbers of {name.replace('_', '-')} are",
        file=band.path.name,
        found=f"numbers up to {most:g}",
        expected=f"shares from 0 to 1, or m² up to {CELL_M2:,.0f}",
        mend=f"say the unit ({SHARE} or {SQUARE_METRES})"
        + ("; divide percentages by 100" if (percentages and not whole) or most > CELL_M2 else ""),
    )


_OPEN = threading.local()


def _opened(path: Path) -> GridFile:
    """Return a file opened once a thread: handles are not shared, and opening costs more than a small block.

    A file that was written anew since is opened anew: a process may live longer than what it reads.
    """
    files: dict[Path, tuple[tuple[int, int, int], GridFile]] = _OPEN.__dict__.setdefault("files", {})
    try:
        state = path.stat()
    except OSError:
        return open_grid(path)  # says what is wrong
    mark = (state.st_ino, state.st_size, state.st_mtime_ns)
    if path not in files or files[path][0] != mark:
        files[path] = (mark, open_grid(path))
    return files[path][1]
