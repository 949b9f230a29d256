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
NEAR_OF_EIGHT = np.uint64(0x0101010101010101 * NEAR)


class NearCells(NamedTuple):
    """Numbers, people and built-up, as the files have them, of cells near dense ones and at the seams of blocks, (cells,) each.

    Cells that join a centre later are among them but for a few, so that files need not be read again. `built_up` is empty where
    there is no such band.
    """

    cell: Integers
    people: Band
    built_up: Band


NEAR_CELLS = 2
"""How near to dense cells, by corners, values are kept. Belgium: 304 of the 306 cells that join lie at 1, the others at 2."""


def near_cells(
    people: Band, built_up: Band | None, marks: Bytes, dense: tuple[Short, Short, Short], corner: tuple[int, int], columns_in_all: int
) -> NearCells:
    """Return the cells near dense ones; at the seams of the block all of them, as what lies beyond is not known here.

    Parameters
    ----------
    people, built_up : (rows, columns) of the block
    marks : (rows, columns filled up to whole words); `NEAR` is set in it
    dense : row, first and last column of the stretches of dense cells, within the block
    corner : row and column of the block's first cell in the whole grid
    """
    columns = people.shape[1]
    _mark_near(marks, *dense, NEAR_CELLS, columns)
    last = columns - NEAR_CELLS
    for edge in (marks[:NEAR_CELLS, :columns], marks[-NEAR_CELLS:, :columns], marks[:, :NEAR_CELLS], marks[:, max(0, last) : columns]):
        edge |= NEAR
    place = _marked(marks, marks.view(np.uint64), columns)
    at_row, at_column = np.divmod(place, columns)
    flat = people.reshape(-1)[place]
    built = np.empty(0, np.float32) if built_up is None else built_up.reshape(-1)[place]
    return NearCells((at_row + corner[0]) * columns_in_all + at_column + corner[1], flat, built)


@compiled
def _mark_near(marks: Bytes, row: Short, first: Short, last: Short, distance: int, columns: int) -> None:
    for run in range(len(row)):
        for r in range(max(0, row[run] - distance), min(marks.shape[0], row[run] + distance + 1)):
            for c in range(max(0, first[run] - distance), min(columns, last[run] + distance + 1)):
                marks[r, c] |= np.uint8(64)


@compiled
def _marked(marks: Bytes, words: npt.NDArray[np.uint64], columns: int) -> Integers:
    found = np.empty(65_536, np.int64)
    count = 0
    for row in range(words.shape[0]):
        if count + columns > len(found):
            found = np.concatenate((found, np.empty(len(found) + columns, np.int64)))
        for word in range(words.shape[1]):
            if words[row, word] & NEAR_OF_EIGHT != 0:
                for column in range(8 * word, min(8 * word + 8, columns)):
                    if marks[row, column] & 64:
                        found[count] = row * columns + column
                        count += 1
    return found[:count].copy()
