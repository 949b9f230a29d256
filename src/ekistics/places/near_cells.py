"""Values of cells that may join an urban centre later, kept from the first pass so that files need not be read again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled

Band = npt.NDArray[Any]
Bytes = npt.NDArray[np.uint8]
Short = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]

NEAR = 64
"""The mark of such cells, beside those of the first pass."""
_ONE_OF_EIGHT = np.uint64(0x0101010101010101)
NEAR_OF_EIGHT = np.uint64(0x0101010101010101 * NEAR)


class NearCells(NamedTuple):
    """Numbers, people and built-up, as the files have them, of cells near dense ones, (cells,) each; at seams of blocks near any settled.

    Cells that join a centre later are among them but for a few, so that files need not be read again. `built_up` is empty where
    there is no such band.
    """

    cell: Integers
    people: Band
    built_up: Band


NEAR_CELLS = 2
"""How near to dense cells, by corners, values are kept. Belgium: 304 of the 306 cells that join lie at 1, the others at 2."""
_SEAM = 2 * NEAR_CELLS


def near_cells(
    people: Band,
    built_up: Band | None,
    marks: Bytes,
    runs: tuple[Short, Short, Short, Bytes],
    dense: int,
    corner: tuple[int, int],
    columns_in_all: int,
) -> NearCells:
    """Return the cells near dense ones; near the seams of the block those near any stretch, as what lies beyond is not known here.

    Parameters
    ----------
    people, built_up : (rows, columns) of the block
    marks : (rows, columns filled up to whole words); `NEAR` is set in it
    runs : row, first and last column in the whole grid, and marks of stretches
    dense : the mark of dense ones
    corner : row and column of the block's first cell in the whole grid
    """
    columns = people.shape[1]
    _mark_near(marks, *runs, dense, corner, columns)
    words = marks.view(np.uint64)
    count = _count_near(words)
    cell, flat = np.empty(count, np.int64), np.empty(count, people.dtype)
    built = np.empty(0, np.float32) if built_up is None else np.empty(count, built_up.dtype)
    _collect_near(marks, words, people, people if built_up is None else built_up, corner, columns_in_all, cell, flat, built)
    return NearCells(cell, flat, built)


@compiled
def _mark_near(marks: Bytes, row: Short, first: Short, last: Short, own: Bytes, dense: int, corner: tuple[int, int], columns: int) -> None:
    top, left = corner
    for run in range(len(row)):
        inside = _SEAM <= row[run] - top < marks.shape[0] - _SEAM and first[run] - left >= _SEAM and last[run] - left < columns - _SEAM
        if own[run] & dense == 0 and inside:
            continue
        for r in range(max(0, row[run] - top - NEAR_CELLS), min(marks.shape[0], row[run] - top + NEAR_CELLS + 1)):
            for c in range(max(0, first[run] - left - NEAR_CELLS), min(columns, last[run] - left + NEAR_CELLS + 1)):
                marks[r, c] |= np.uint8(NEAR)


@compiled
def _count_near(words: npt.NDArray[np.uint64]) -> int:
    # a byte holds the mark or not: multiplied, the eight of a word add up in the highest byte
    count = np.uint64(0)
    for row in range(words.shape[0]):
        for word in range(words.shape[1]):
            count += ((words[row, word] >> np.uint64(6)) & _ONE_OF_EIGHT) * _ONE_OF_EIGHT >> np.uint64(56)
    return int(count)


@compiled
def _collect_near(
    marks: Bytes,
    words: npt.NDArray[np.uint64],
    people: Band,
    built_up: Band,
    corner: tuple[int, int],
    columns_in_all: int,
    cell: Integers,
    people_of: Band,
    built_of: Band,
) -> None:
    at, columns = 0, people.shape[1]
    for row in range(words.shape[0]):
        start = (row + corner[0]) * columns_in_all + corner[1]
        for word in range(words.shape[1]):
            if words[row, word] & NEAR_OF_EIGHT != 0:
                for column in range(8 * word, min(8 * word + 8, columns)):
                    if marks[row, column] & NEAR:
                        cell[at], people_of[at] = start + column, people[row, column]
                        if len(built_of) > 0:
                            built_of[at] = built_up[row, column]
                        at += 1
