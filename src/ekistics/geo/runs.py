"""Clusters of cells on a grid by stretches of rows: a stretch is a run of cells in one row, and stretches that touch are one cluster.

Cost and memory grow with the number of stretches, not of cells, so a world of empty cells costs nothing. Stretches of one row
may touch each other (where they differ in something else, or where a grid was cut); they are then of one cluster too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled

Bytes = npt.NDArray[np.uint8]
Short = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]

SIDES, CORNERS = 0, 1
"""How far apart in columns cells of neighbouring rows may lie to touch: sharing a side (rook), or also a corner (queen)."""


@dataclass(frozen=True)
class Runs:
    """Stretches of cells, (runs,) each, sorted by row, then by first column; `last` is included."""

    row: Short
    first: Short
    last: Short

    def __len__(self) -> int:
        return len(self.row)

    @property
    def cells(self) -> Integers:
        """Cells of each stretch, (runs,)."""
        return (self.last - self.first + 1).astype(np.int64)


def runs_of(mask: npt.NDArray[np.bool_] | Bytes, row_offset: int = 0) -> Runs:
    """Return the stretches of cells that are not 0, of a (rows, columns) grid whose first row has the number `row_offset`."""
    cells = np.ascontiguousarray(mask).view(np.uint8)
    row, first, last = (np.empty(_starts(cells), np.int32) for _ in range(3))
    _fill(cells, row_offset, row, first, last)
    return Runs(row, first, last)


def codes_in_runs(codes: Bytes, row: Short, first: Short, last: Short, owner: Short, *, owners: int, kinds: int) -> Integers:
    """Count the cells of each code in stretches, (owners, kinds); stretches of several owners may share cells.

    Parameters
    ----------
    codes : (rows, columns) below `kinds`
    row, first, last : (runs,) as in `Runs`, in any order
    owner : (runs,) whose stretch it is, 0 to `owners` - 1
    """
    counts = np.zeros((owners, kinds), np.int64)
    _count_codes(np.ascontiguousarray(codes), row, first, last, owner, counts)
    return counts


def components(row: Short, first: Short, last: Short, *, reach: int) -> Short:
    """Return the cluster of each stretch, (runs,) numbered from 0 in the order of their first stretch.

    Parameters
    ----------
    row, first, last : (runs,) as in `Runs`, sorted by row, then by first column, without overlap
    reach : `SIDES` or `CORNERS`
    """
    parent = np.arange(len(row), dtype=np.int32)
    _join_rows(row, first, last, reach, parent)
    return _numbered(parent)


def paint(raster: npt.NDArray[np.generic], row: Short, first: Short, last: Short, value: npt.NDArray[np.generic]) -> None:
    """Write the value of each stretch into its cells; `raster` is the caller's own to fill."""
    _paint(raster, row, first, last, value)


@compiled
def _starts(cells: Bytes) -> int:
    count = 0
    for row in range(cells.shape[0]):
        before = 0
        for column in range(cells.shape[1]):
            here = 1 if cells[row, column] != 0 else 0
            count += here & (1 - before)
            before = here
    return count


@compiled
def _fill(cells: Bytes, row_offset: int, row: Short, first: Short, last: Short) -> None:
    at = -1
    for line in range(cells.shape[0]):
        inside = False
        for column in range(cells.shape[1]):
            if cells[line, column] == 0:
                inside = False
            elif inside:
                last[at] = column
            else:
                at += 1
                inside = True
                row[at] = line + row_offset
                first[at] = column
                last[at] = column


@compiled
def _root(parent: Short, run: int) -> int:
    while parent[run] != run:
        parent[run] = parent[parent[run]]
        run = parent[run]
    return run


@compiled
def _join(parent: Short, one: int, other: int) -> None:
    one, other = _root(parent, one), _root(parent, other)
    if one < other:
        parent[other] = one
    else:
        parent[one] = other


@compiled
def _join_rows(row: Short, first: Short, last: Short, reach: int, parent: Short) -> None:
    above = 0
    for run in range(len(row)):
        if run and row[run - 1] == row[run] and last[run - 1] + 1 == first[run]:
            _join(parent, run - 1, run)
        # pass over what lies in earlier rows, or in the row above but wholly to the left
        while above < run and (row[above] < row[run] - 1 or (row[above] == row[run] - 1 and last[above] + reach < first[run])):
            above += 1
        beside = above
        while beside < run and row[beside] == row[run] - 1 and first[beside] - reach <= last[run]:
            _join(parent, beside, run)
            beside += 1


@compiled
def _numbered(parent: Short) -> Short:
    number = np.empty(len(parent), np.int32)
    count = 0
    # the root of a cluster is its first stretch, so it is numbered before any other asks for it
    for run in range(len(parent)):
        root = _root(parent, run)
        if root == run:
            number[run] = count
            count += 1
        else:
            number[run] = number[root]
    return number


@compiled
def _paint(raster: npt.NDArray[np.generic], row: Short, first: Short, last: Short, value: npt.NDArray[np.generic]) -> None:
    for run in range(len(row)):
        for column in range(first[run], last[run] + 1):
            raster[row[run], column] = value[run]


@compiled
def _count_codes(codes: Bytes, row: Short, first: Short, last: Short, owner: Short, counts: Integers) -> None:
    for run in range(len(row)):
        for column in range(first[run], last[run] + 1):
            counts[owner[run], codes[row[run], column]] += 1
