"""Labelled cells on a grid: how they take in neighbours that they surround by a majority, and holes that they enclose.

Only the labelled cells and their neighbours are looked at, so the cost grows with the labelled cells and not with the grid. All
joins of one pass are decided on what stood before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled

Bytes = npt.NDArray[np.uint8]
Short = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]

_EMPTY = -1
_ROW_STEPS = np.array([-1, -1, -1, 0, 0, 1, 1, 1])
_COLUMN_STEPS = np.array([-1, 0, 1, -1, 1, -1, 0, 1])
_SIDE_ROWS, _SIDE_COLUMNS = np.array([-1, 0, 0, 1]), np.array([0, -1, 1, 0])


@dataclass(frozen=True)
class Joined:
    """Cells that joined, (cells,) each: their number (row × columns + column), label, and the code that stood there before.

    `passes` are the passes that added cells.
    """

    cell: Integers
    label: Short
    before: Bytes
    passes: int = 0

    def and_then(self, later: Joined) -> Joined:
        """Return the cells of both."""
        cell, label = np.concatenate([self.cell, later.cell]), np.concatenate([self.label, later.label])
        return Joined(cell, label, np.concatenate([self.before, later.before]), self.passes + later.passes)


NOTHING_JOINED = Joined(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.uint8))


class LabelledCells:
    """The labels of some cells of a (rows, columns) grid, by cell number; found in constant time, without a raster of labels."""

    def __init__(self, cell: Integers, label: Short) -> None:
        self._keys, self._labels = np.empty(0, np.int64), np.empty(0, np.int32)
        self._held = 0
        self.add(cell, label)

    def add(self, cell: Integers, label: Short) -> None:
        """Give labels to cells that have none."""
        self._held += len(cell)
        if 2 * self._held >= len(self._keys):  # also when there is none yet: an empty table cannot be searched
            known = self._keys != _EMPTY
            old = (self._keys[known], self._labels[known])
            size = 1 << int(4 * max(self._held, 4) - 1).bit_length()
            self._keys, self._labels = np.full(size, _EMPTY, np.int64), np.empty(size, np.int32)
            _put(self._keys, self._labels, *old)
        _put(self._keys, self._labels, cell, label)

    def at(self, cell: Integers) -> Short:
        """Return the label of each cell, -1 where it has none."""
        return _get_all(self._keys, self._labels, cell)

    @property
    def table(self) -> tuple[Integers, Short]:
        """The open-addressed table behind it, for kernels."""
        return self._keys, self._labels


def cells_of(row: Short, first: Short, last: Short, columns: int, value: Short) -> tuple[Integers, Short]:
    """Return the cell numbers of stretches, and the value of the stretch for each cell."""
    length = (last - first + 1).astype(np.int64)
    start = row.astype(np.int64) * columns + first
    offset = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    return np.repeat(start, length) + offset, np.repeat(value, length)


def grow_by_majority(
    raster: Bytes, cells: LabelledCells, start: Integers, *, member: int, barred: Bytes, passed_over: Bytes, five_of_eight: bool
) -> Joined:
    """Let cells join the label that holds most of their neighbours, pass after pass until none does.

    Parameters
    ----------
    raster : (rows, columns) codes; joined cells are written as `member`, by which labelled cells are known
    cells : the labelled cells; joined ones are added
    start : (n,) numbers of the labelled cells
    barred : (256,) 1 for codes that never join
    passed_over : (256,) 1 for codes that do not count as neighbours (unless they are members)
    five_of_eight : whether five of eight neighbours are needed; else more than half of those that count, cells beyond the grid included
    """
    newest, passes = start, 0
    found, labels, before = [NOTHING_JOINED.cell], [NOTHING_JOINED.label], [NOTHING_JOINED.before]
    while len(newest):
        candidates = _candidates(raster, newest, member, barred)
        label = _majority(raster, *cells.table, candidates, member, passed_over, five_of_eight)
        joins = label >= 0
        newest, joined = candidates[joins], label[joins]
        if len(newest):
            passes += 1
            before.append(raster.reshape(-1)[newest])
            raster.reshape(-1)[newest] = member
            cells.add(newest, joined)
            found.append(newest)
            labels.append(joined)
    return Joined(np.concatenate(found), np.concatenate(labels), np.concatenate(before), passes)


def fill_holes(raster: Bytes, cells: LabelledCells, start: Integers, *, member: int, beyond: int, most_cells: int) -> Joined:
    """Fill the holes of one label that have at most so many cells: cells joined by sides, none of which has another label.

    Parameters
    ----------
    raster, cells, member : as in `grow_by_majority`; filled cells are written and added
    start : (n,) numbers of all labelled cells
    beyond : the code of cells outside the map; a hole that opens to them, or to the edge of the grid, is none
    most_cells : cells
    """
    if most_cells < 1:
        return NOTHING_JOINED
    cell, label = _holes(raster, *cells.table, np.sort(start), member, beyond, most_cells)
    cell, kept = np.unique(cell, return_index=True)
    label, before = label[kept], raster.reshape(-1)[cell]
    raster.reshape(-1)[cell] = member
    cells.add(cell, label)
    return Joined(cell, label, before)


@compiled
def _slot(keys: Integers, cell: int) -> int:
    mask = len(keys) - 1
    at = (cell * 0x9E3779B97F4A7C15 >> 20) & mask
    while keys[at] != cell and keys[at] != _EMPTY:
        at = (at + 1) & mask
    return at


@compiled
def _put(keys: Integers, labels: Short, cell: Integers, label: Short) -> None:
    for number in range(len(cell)):
        at = _slot(keys, cell[number])
        keys[at] = cell[number]
        labels[at] = label[number]


@compiled
def _get_all(keys: Integers, labels: Short, cell: Integers) -> Short:
    found = np.empty(len(cell), np.int32)
    for number in range(len(cell)):
        at = _slot(keys, cell[number])
        found[number] = labels[at] if keys[at] == cell[number] else -1
    return found


@compiled
def _candidates(raster: Bytes, newest: Integers, member: int, barred: Bytes) -> Integers:
    rows, columns = raster.shape
    found = np.empty(8 * len(newest), np.int64)
    count = 0
    for number in range(len(newest)):
        row, column = newest[number] // columns, newest[number] % columns
        for step in range(8):
            r, c = row + _ROW_STEPS[step], column + _COLUMN_STEPS[step]
            if r < 0 or r >= rows or c < 0 or c >= columns:
                continue
            code = raster[r, c]
            if code != member and barred[code] == 0:
                found[count] = r * columns + c
                count += 1
    return np.unique(found[:count])


@compiled
def _majority(
    raster: Bytes, keys: Integers, labels: Short, candidates: Integers, member: int, passed_over: Bytes, five_of_eight: bool
) -> Short:
    rows, columns = raster.shape
    chosen = np.full(len(candidates), -1, np.int32)
    around = np.empty(8, np.int32)
    for number in range(len(candidates)):
        row, column = candidates[number] // columns, candidates[number] % columns
        counted, held = 0, 0
        for step in range(8):
            r, c = row + _ROW_STEPS[step], column + _COLUMN_STEPS[step]
            if r < 0 or r >= rows or c < 0 or c >= columns:
                counted += 1
            elif raster[r, c] == member:
                counted += 1
                around[held] = labels[_slot(keys, r * columns + c)]
                held += 1
            elif passed_over[raster[r, c]] == 0:
                counted += 1
        for one in range(held):
            same = 0
            for other in range(held):
                same += 1 if around[other] == around[one] else 0
            if (five_of_eight and same >= 5) or (not five_of_eight and 2 * same > counted):
                chosen[number] = around[one]
    return chosen


@compiled
def _holes(raster: Bytes, keys: Integers, labels: Short, start: Integers, member: int, beyond: int, most: int) -> tuple[Integers, Short]:
    columns = raster.shape[1]
    found, found_label = np.empty(64, np.int64), np.empty(64, np.int32)
    count = 0
    region = np.empty(most + 1, np.int64)
    for number in range(len(start)):
        # the first cell of a hole, in reading order, has its label to the left and above
        row, column = start[number] // columns, start[number] % columns + 1
        if row == 0 or column >= columns or raster[row, column] == member or raster[row - 1, column] != member:
            continue
        label = labels[_slot(keys, start[number])]
        if labels[_slot(keys, (row - 1) * columns + column)] != label:
            continue
        size = _enclosed(raster, keys, labels, row * columns + column, label, member, beyond, region)
        while count + size > len(found):
            found = np.concatenate((found, np.empty(len(found), np.int64)))
            found_label = np.concatenate((found_label, np.empty(len(found_label), np.int32)))
        for cell in range(size):
            found[count] = region[cell]
            found_label[count] = label
            count += 1
    return found[:count], found_label[:count]


@compiled
def _enclosed(raster: Bytes, keys: Integers, labels: Short, cell: int, label: int, member: int, beyond: int, region: Integers) -> int:
    """Return how many cells the hole around a cell has, 0 where it is none; `region` then holds them. It has room for one too many."""
    rows, columns = raster.shape
    region[0] = cell
    size, at = 1, 0
    while at < size:
        row, column = region[at] // columns, region[at] % columns
        at += 1
        if raster[row, column] == beyond:
            return 0
        for step in range(4):
            r, c = row + _SIDE_ROWS[step], column + _SIDE_COLUMNS[step]
            if r < 0 or r >= rows or c < 0 or c >= columns:
                return 0
            there = r * columns + c
            if raster[r, c] == member:
                if labels[_slot(keys, there)] != label:
                    return 0
                continue
            known = False
            for earlier in range(size):
                known |= region[earlier] == there
            if not known:
                region[size] = there
                size += 1
                if size == len(region):
                    return 0
    return size
