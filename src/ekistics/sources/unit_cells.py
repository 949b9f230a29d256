"""Spatial units laid over a grid of cells: how much of each cell lies in which unit.

A cell is cut into sub-cells (50 m, as the GHSL tool for units does) and its class and people are spread evenly over them; a
sub-cell belongs to the one unit that holds its centre, so nobody is counted twice. The work goes window by window and keeps
counts of sub-cells only: a country is never in memory at 50 m, and a unit costs what it covers.

This module is the door to rasterio's polygon fill. It stands apart from `raster_adapter`, which opens files: here none is opened.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import rasterio.features
import rasterio.transform
import shapely

from ekistics.model.errors import InvalidInput

SUB_CELL_M = 50.0
"""Side of a sub-cell, m: GHSL data package 2023, section 2.7.2.3."""
OFF_THE_MAP = 255
"""Class code of what lies on no cell of the class grid."""
_WINDOW = 4096
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_ALIGNED = 1e-6

Integers = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class GridFrame:
    """Where a grid lies: `left` and `top` edge and the side of its square cells, m, and how many rows and columns it has."""

    left: float
    top: float
    cell_m: float
    rows: int
    columns: int

    @classmethod
    def of(cls, transform: tuple[float, ...], shape: tuple[int, int]) -> GridFrame:
        """Return the frame of a raster by its affine transform (a, b, c, d, e, f as rasterio orders them) and its shape.

        Raises
        ------
        InvalidInput
            If the grid is turned, upside down, or its cells are not square.
        """
        a, b, c, d, e, f = (float(one) for one in transform[:6])
        if b or d or not a > 0 or not math.isclose(a, -e, rel_tol=1e-9):
            raise InvalidInput(
                "the grid is turned, upside down, or its cells are not square", found=f"cell {a:g} by {e:g}, turned {b:g}, {d:g}",
                expected="north up, cells as wide as high", mend="warp it to a grid of square cells, north up",
            )  # fmt: skip
        return cls(c, f, a, int(shape[0]), int(shape[1]))


@dataclass(frozen=True)
class UnitCells:
    """How many sub-cells of which cell lie in which unit: one row a pair that meets, in no promised order.

    `unit`, `row`, `column`, `sub_cells` are (pairs,); `per_cell` is the sub-cells of a whole cell. By unit, (units,):
    `too_small` says that it holds the centre of no sub-cell, and has those it touches; `covered` that earlier units hold all of its
    sub-cells, which it has here a second time; neither is to be given people. `beyond` says that it reaches beyond the grid.
    """

    unit: Short
    row: Short
    column: Short
    sub_cells: Short
    per_cell: int
    frame: GridFrame
    too_small: Flags
    covered: Flags
    beyond: Flags

    @property
    def counts(self) -> Flags:
        """(units,) whether people of its cells are its own: neither too small nor covered."""
        return ~(self.too_small | self.covered)


@dataclass(frozen=True)
class UnitPieces:
    """What units have in each class: one row a unit and class code that meet, with the people and the area (km2) of it.

    `people_total` is the whole grid's people and `people_outside` those of sub-cells in no unit; both are summed apart, so that
    people in units and people outside can be held against the total. `counts` is (units,): see `UnitCells`.
    """

    unit: Integers
    code: npt.NDArray[np.uint8]
    people: Floats
    area_km2: Floats
    counts: Flags
    people_total: float
    people_outside: float


@dataclass(frozen=True)
class CentrePieces:
    """People of units in urban centres: unit, number of the centre and people, (pieces,); all people of each unit, (units,)."""

    unit: Integers
    centre: Integers
    people: Floats
    unit_people: Floats


def overlay_units(polygons: Shapes, frame: GridFrame, *, sub_cell_m: float = SUB_CELL_M, window: int = _WINDOW) -> UnitCells:
    """Lay units over a grid.

    Parameters
    ----------
    polygons : (units,) shapely polygons or multipolygons in the grid's coordinate system; where they overlap the first has the cell
    frame : the grid, in metres
    sub_cell_m : side of a sub-cell, m; divides the side of a cell
    window : sub-cells a side that are looked at together; changes memory (4 bytes each), not the result

    Returns
    -------
    UnitCells

    Raises
    ------
    InvalidInput
        If a unit is not a polygon, or the cells cannot be cut into whole sub-cells.
    """
    parts = _parts(frame.cell_m, sub_cell_m)
    _refuse_others(polygons)
    # in units of sub-cells, down and right: windows then begin at whole numbers, and where they are cut changes nothing
    scaled = shapely.transform(polygons, lambda xy: np.column_stack([xy[:, 0] - frame.left, frame.top - xy[:, 1]]) * (parts / frame.cell_m))
    size = (frame.rows * parts, frame.columns * parts)
    tree = shapely.STRtree(scaled)
    found = [
        _count(scaled, np.sort(tree.query(shapely.box(box[2], box[0], box[3], box[1]))), box, parts, all_touched=False)
        for box in _windows(shapely.total_bounds(scaled), size, parts, window)
    ]
    caught = np.zeros(len(polygons), dtype=bool)
    for counted in found:
        caught[counted[:, 0]] = True
    too_small, covered = np.zeros((2, len(polygons)), dtype=bool)
    for unit in np.nonzero(~caught)[0]:
        alone, covered[unit] = _count_alone(scaled, int(unit), size, parts, window)
        too_small[unit] = not covered[unit]
        found.extend(alone)
    pairs = np.concatenate([np.empty((0, 4), dtype=np.int32), *found])
    west, north, east, south = shapely.bounds(scaled).T
    beyond = (west < 0) | (north < 0) | (east > size[1]) | (south > size[0])
    return UnitCells(pairs[:, 0], pairs[:, 1], pairs[:, 2], pairs[:, 3], parts * parts, frame, too_small, covered, beyond)


def spread_over_units(
    cells: UnitCells, people: npt.NDArray[np.generic], classes: npt.NDArray[np.uint8], *, class_frame: GridFrame | None = None
) -> UnitPieces:
    """Give each unit its part of the people and of the area of the cells that it meets, with their classes.

    Parameters
    ----------
    cells : units over the grid of people
    people : (rows, columns) people per cell of that grid; NaN is nobody
    classes : (rows, columns) class codes
    class_frame : where the class grid lies, if it is not the grid of people; its cells are a whole number of cells of people

    Raises
    ------
    InvalidInput
        If the grids do not fit each other, or people are negative.
    """
    persons = _persons(cells, people)
    code = _class_of(cells, classes, class_frame, OFF_THE_MAP).astype(np.uint8)
    share = cells.sub_cells / cells.per_cell
    key, which = _numbered(cells.unit.astype(np.int64) * 256 + code, 256 * len(cells.counts))
    spread = np.bincount(which, weights=persons[cells.row, cells.column] * share, minlength=len(key)).astype(np.float64)
    area_km2 = np.bincount(which, weights=share, minlength=len(key)).astype(np.float64) * (cells.frame.cell_m / 1000) ** 2
    total = float(persons.sum())
    return UnitPieces(key // 256, (key % 256).astype(np.uint8), spread, area_km2, cells.counts, total, _outside(cells, persons))


def people_in_centres(
    cells: UnitCells, people: npt.NDArray[np.generic], labels: npt.NDArray[np.signedinteger], *, class_frame: GridFrame | None = None
) -> CentrePieces:
    """Return the people of each unit in each urban centre; units too small for the grid have those of the cells that they touch.

    Parameters
    ----------
    cells, people, class_frame : as `spread_over_units` has them
    labels : (rows, columns) number of the centre of each cell of the class grid, below 0 where there is none

    Raises
    ------
    InvalidInput
        If the grids do not fit each other, or people are negative.
    """
    persons = _persons(cells, people)[cells.row, cells.column] * (cells.sub_cells / cells.per_cell)
    label = _class_of(cells, labels, class_frame, -1)
    within = label >= 0
    width = int(label.max(initial=0)) + 1
    key, which = np.unique(cells.unit[within].astype(np.int64) * width + label[within], return_inverse=True)
    found = np.bincount(which, weights=persons[within], minlength=len(key)).astype(np.float64)
    everybody = np.bincount(cells.unit, weights=persons, minlength=len(cells.counts)).astype(np.float64)
    return CentrePieces(key // width, key % width, found, everybody)


def _persons(cells: UnitCells, people: npt.NDArray[np.generic]) -> Floats:
    """Return people with nobody for NaN, once they are known to lie on the grid of the units."""
    if people.shape != (cells.frame.rows, cells.frame.columns):
        raise InvalidInput(
            "the people are not on the grid that the units were laid over", found=f"{people.shape} rows and columns",
            expected=f"{(cells.frame.rows, cells.frame.columns)}", mend="lay the units over the grid of people",
        )  # fmt: skip
    persons = np.nan_to_num(np.ascontiguousarray(people, dtype=np.float64), nan=0.0)
    if persons.min(initial=0.0) < 0:
        raise InvalidInput(
            "the grid of people has negative counts", found=f"{persons.min():g}", mend="declare the value that stands for no data"
        )
    return persons


def _class_of(cells: UnitCells, grid: npt.NDArray[np.integer], frame: GridFrame | None, outside: int) -> npt.NDArray[np.integer]:
    """Return what the class grid says of each pair's cell."""
    factor, down, right = _nesting(cells.frame, frame or cells.frame, grid.shape)
    row, column = (cells.row + down) // factor, (cells.column + right) // factor
    on_map = (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
    return np.where(on_map, grid[np.where(on_map, row, 0), np.where(on_map, column, 0)], outside)


def _numbered(keys: Integers, below: int) -> tuple[Integers, Integers]:
    """Return the keys that occur, and which of them each is: without sorting, as there may be very many."""
    number = np.zeros(below, dtype=np.int64)
    number[keys] = 1
    occurs = np.nonzero(number)[0]
    number[occurs] = np.arange(len(occurs))
    return occurs, number[keys]


def _outside(cells: UnitCells, persons: Floats) -> float:
    """Return the people of all sub-cells that are in no unit."""
    own = cells.counts[cells.unit]
    at = cells.row[own].astype(np.int64) * cells.frame.columns + cells.column[own]
    taken = np.bincount(at, weights=cells.sub_cells[own], minlength=persons.size)
    return float((persons.ravel() * (1.0 - taken / cells.per_cell)).sum())


def _nesting(people: GridFrame, classes: GridFrame, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return how many cells of people make a side of a class cell, and how far the first lies down and right in the class grid."""
    ratio = classes.cell_m / people.cell_m
    down, right = (classes.top - people.top) / people.cell_m, (people.left - classes.left) / people.cell_m
    whole = all(abs(one - round(one)) <= _ALIGNED * max(1.0, abs(one)) for one in (ratio, down, right))
    if not whole or round(ratio) < 1:
        raise InvalidInput(
            "the grid of people does not fit into the class grid",
            found=f"cells of {people.cell_m:g} m in cells of {classes.cell_m:g} m, moved by {down:g} rows and {right:g} columns",
            expected="a whole number of cells in each class cell, with common edges",
            mend="warp the people to the class grid's corner with cells of 100 m, or use the grid that was classified",
        )
    if shape != (classes.rows, classes.columns):
        raise InvalidInput(
            "the class grid has another shape than its frame", found=str(shape), expected=str((classes.rows, classes.columns))
        )
    return round(ratio), round(down), round(right)


def _parts(cell_m: float, sub_cell_m: float) -> int:
    parts = round(cell_m / sub_cell_m) if sub_cell_m > 0 else 0
    if parts < 1 or not math.isclose(parts * sub_cell_m, cell_m, rel_tol=1e-9):
        raise InvalidInput(
            "cells cannot be cut into whole sub-cells", found=f"cells of {cell_m:g} m, sub-cells of {sub_cell_m:g} m",
            expected="a sub-cell that divides the cell", mend=f"take sub-cells of {cell_m / max(1, math.ceil(cell_m / SUB_CELL_M)):g} m",
        )  # fmt: skip
    return parts


def _refuse_others(polygons: Shapes) -> None:
    wrong = np.nonzero(~np.isin(shapely.get_type_id(polygons), _POLYGONS))[0]
    if len(wrong):
        first = polygons[wrong[0]]
        raise InvalidInput(
            "a spatial unit is not a polygon", feature=str(wrong[0] + 1), found="nothing" if first is None else str(first.geom_type),
            expected="polygon or multipolygon", mend="take out units without an outline, and close those drawn as lines",
        )  # fmt: skip


def _windows(bounds: npt.NDArray[np.float64], size: tuple[int, int], parts: int, window: int) -> Iterator[Box]:
    """Cut the part of the grid within bounds (in sub-cells) into windows of whole cells: first and last row, first and last column."""
    if not np.isfinite(bounds).all():
        return  # only units without extent
    step = max(1, window // parts) * parts
    west, north, east, south = (int(one) // parts * parts for one in np.clip(bounds, -1e9, 1e9))
    rows = range(max(0, north), min(size[0], south + parts), step)
    columns = range(max(0, west), min(size[1], east + parts), step)
    for top in rows:
        for left in columns:
            yield top, min(top + step, rows.stop), left, min(left + step, columns.stop)


def _count_alone(scaled: Shapes, unit: int, size: tuple[int, int], parts: int, window: int) -> tuple[list[Short], bool]:
    """Count the sub-cells of a unit that got none: by centres if earlier ones hold them (then it is covered), else those it touches."""
    boxes = list(_windows(shapely.bounds(scaled[unit]) + np.array([-1, -1, 1, 1]), size, parts, window))
    for all_touched in (False, True):
        found = [_count(scaled, np.array([unit]), box, parts, all_touched=all_touched) for box in boxes]
        if any(len(one) for one in found):
            return found, not all_touched
    return [], False


def _count(scaled: Shapes, units: Integers, box: Box, parts: int, *, all_touched: bool) -> Short:
    """Return rows of unit, row, column, sub-cells for the cells of a window; of units that overlap the first of `units` has a sub-cell."""
    shapes = [(scaled[unit], int(unit) + 1) for unit in units[::-1] if not shapely.is_empty(scaled[unit])]  # the last one drawn stays
    if not shapes:
        return np.empty((0, 4), dtype=np.int32)
    top, bottom, left, right = box
    owner = rasterio.features.rasterize(
        shapes, out_shape=(bottom - top, right - left), transform=rasterio.transform.Affine(1, 0, left, 0, 1, top),
        fill=0, all_touched=all_touched, dtype=np.int32,
    )  # fmt: skip
    cells = owner.reshape((bottom - top) // parts, parts, (right - left) // parts, parts).transpose(0, 2, 1, 3)
    least, most = cells.min(axis=(2, 3)), cells.max(axis=(2, 3))
    row, column = np.nonzero((least == most) & (most > 0))
    whole = np.column_stack([most[row, column], row, column, np.full(len(row), parts * parts)])
    row, column = np.nonzero(least != most)
    mixed = np.sort(cells[row, column].reshape(len(row), parts * parts), axis=1)  # many short sorts are faster than one long one
    starts = np.ones(mixed.shape, dtype=bool)
    starts[:, 1:] = mixed[:, 1:] != mixed[:, :-1]
    at, within = np.nonzero(starts)
    number = np.diff(np.append(at * parts * parts + within, mixed.size))
    unit = mixed[at, within]
    several = np.column_stack([unit, row[at], column[at], number])[unit > 0]
    first = np.array([-1, top // parts, left // parts, 0], dtype=np.int32)
    return np.concatenate([whole, several]).astype(np.int32) + first
