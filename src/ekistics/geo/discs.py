"""Exact counts of cells within a circle around every cell of a grid, by cell centres.

A row of the circle is the difference of two running sums along that row of the grid. The running sums are kept in single bytes
that wrap around: a difference of at most 255 is right all the same, and the processor adds 32 or 64 of them at once. A few rows of
the circle are added in bytes, then carried over into 16 bits. Only the rows of the grid that a circle spans are held at a time, so
that memory is input, output and one ring of rows. Outside the grid there is nothing to count.
"""

from __future__ import annotations

from itertools import pairwise
from math import isqrt

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_] | Bytes
Counts = npt.NDArray[np.uint16]
Short = npt.NDArray[np.int32]

MOST_CELLS = 65_535
"""Cells of the largest circle whose counts fit in 16 bits."""

_MOST_IN_A_BYTE = 255
_ON_THE_CIRCLE = 1e-9
"""A centre so little beyond the circle, relative to its squared radius, is on it: 0.3 m over 0.1 m is not quite 3 in floating point."""
_ROW, _START, _STOP, _CARRY = range(4)


def half_widths(radius: float) -> Short:
    """Return how many cells a circle reaches to either side in each of its rows, (rows of the circle,), top to bottom.

    Parameters
    ----------
    radius : cells, 0 or more; centres exactly on the circle are within

    Raises
    ------
    ValueError
        If the radius is no number of cells.
    """
    if not 0 <= radius < 1 << 15:
        raise ValueError(f"the radius of a circle is 0 to 32,767 cells, not {radius}")
    reach = int(radius * radius * (1 + _ON_THE_CIRCLE))
    rows = isqrt(reach)
    return np.array([isqrt(reach - row * row) for row in range(-rows, rows + 1)], np.int32)


def disc_cells(radius: float) -> int:
    """Return the number of cells whose centres lie within a circle around the centre of a cell; the radius is in cells.

    Examples
    --------
    >>> disc_cells(564 / 30), disc_cells(564 / 100), disc_cells(500 / 100)
    (1109, 97, 81)
    """
    return int((2 * half_widths(radius).astype(np.int64) + 1).sum())


def disc_counts(mask: Mask, radius: float) -> Counts:
    """Count, for every cell of a grid, the cells within a circle around it that are not 0.

    Parameters
    ----------
    mask : (rows, columns)
    radius : cells; the circle must hold fewer than 65,536 cells (a radius of about 144)

    Returns
    -------
    (rows, columns) exact counts

    Raises
    ------
    ValueError
        If the circle holds more cells than 16 bits can count.
    """
    return disc_counts_of_rows(mask, radius, 0, len(mask))


def disc_counts_of_rows(mask: Mask, radius: float, first: int, stop: int) -> Counts:
    """Count as `disc_counts` does, for the rows from `first` up to, not including, `stop`: what lies around them is counted too.

    Returns
    -------
    (stop - first, columns) exact counts, so that a grid can be worked through in blocks of rows
    """
    if (cells := disc_cells(radius)) > MOST_CELLS:
        raise ValueError(f"a circle of {cells:,} cells is more than {MOST_CELLS:,}; take a shorter radius, or larger cells")
    counts = np.zeros((stop - first, mask.shape[1]), np.uint16)
    widths = half_widths(radius)
    _count(_as_bytes(mask), first, len(widths), _terms(widths), counts)
    return counts


def disc_any_of_rows(mask: Mask, radius: float, first: int, stop: int) -> npt.NDArray[np.bool_]:
    """Say for the rows from `first` up to `stop` whether any cell within a circle around a cell is not 0; of any radius.

    Returns
    -------
    (stop - first, columns): the cells of `mask` and all around them within the radius (in cells), centre to centre
    """
    found = np.zeros((stop - first, mask.shape[1]), np.uint8)
    widths = half_widths(radius)
    _find(_as_bytes(mask), first, len(widths), _terms(widths), found)
    return found.view(np.bool_)


def disc_cells_of_rows(shape: tuple[int, int], radius: float, first: int, stop: int) -> Counts:
    """Count the cells of the grid itself within the circle around each cell of some rows: what `disc_counts` gives where all are 1.

    Parameters
    ----------
    shape : (rows, columns) of the grid
    radius : cells
    first, stop : rows; `stop` is not included

    Returns
    -------
    (stop - first, columns), without work for each cell of the circle
    """
    rows, columns = shape
    widths = half_widths(radius)
    reach = len(widths) // 2
    column = np.arange(columns, dtype=np.int32)
    # the circle's rows from the top, added up: rows beyond the grid are a stretch at either end
    added = np.zeros((len(widths) + 1, columns), np.uint16)
    for row, width in enumerate(widths.tolist()):
        inside = np.minimum(columns - 1, column + width) - np.maximum(0, column - width) + 1
        np.add(added[row], inside, out=added[row + 1], casting="unsafe")
    centre = np.arange(first, stop)
    top, bottom = np.maximum(0, reach - centre), np.minimum(len(widths), rows - centre + reach)
    return added[bottom] - added[top]


def _as_bytes(mask: Mask) -> Bytes:
    return np.ascontiguousarray(mask).view(np.uint8)


def _terms(widths: Short) -> Short:
    """Return the differences of running sums that make up a circle, (terms, 4): row of the circle, where it starts and stops, carry.

    Places are counted from as far left of a cell as the circle's rows are many to one side, as the running sums are padded.
    A row too wide for a byte is two terms; after a term whose carry is 1, what is in bytes must be carried over.
    """
    reach = len(widths) // 2
    found: list[list[int]] = []
    held = 0
    for row, width in enumerate(widths.tolist()):
        ends = [-width, width + 1] if 2 * width < _MOST_IN_A_BYTE else [-width, 0, width + 1]
        for start, stop in pairwise(ends):
            if held + stop - start > _MOST_IN_A_BYTE:
                found[-1][_CARRY] = 1
                held = 0
            held += stop - start
            found.append([row, start + reach, stop + reach, 0])
    found[-1][_CARRY] = 1
    return np.array(found, np.int32)


@compiled
def _sum_along(cells: Bytes, row: int, reach: int, sums: Bytes) -> None:
    """Write the running sum along a row, with as many places before it and after it as a circle reaches; zeros beyond the grid."""
    if row < 0 or row >= cells.shape[0]:
        sums[:] = 0
        return
    columns = cells.shape[1]
    total = np.uint8(0)
    sums[: reach + 1] = 0
    for column in range(columns):
        total = np.uint8(total + (1 if cells[row, column] != 0 else 0))
        sums[reach + 1 + column] = total
    sums[reach + 1 + columns :] = total


@compiled
def _add(held: Bytes, stop: Bytes, start: Bytes) -> None:
    for column in range(len(held)):
        held[column] += stop[column] - start[column]


@compiled
def _mark(found: Bytes, stop: Bytes, start: Bytes) -> None:
    for column in range(len(found)):
        found[column] |= 1 if stop[column] != start[column] else 0


@compiled
def _carry(counts: Counts, held: Bytes) -> None:
    for column in range(len(held)):
        counts[column] += held[column]
        held[column] = 0


@compiled
def _count(cells: Bytes, first: int, depth: int, terms: Short, counts: Counts) -> None:
    """Count; the naive version is one sum over the circle for each cell, with which the tests compare."""
    rows, columns = counts.shape
    reach = depth // 2
    ring = np.zeros((depth, columns + 2 * reach + 1), np.uint8)
    held = np.zeros(columns, np.uint8)
    for entering in range(rows + 2 * reach):
        _sum_along(cells, first - reach + entering, reach, ring[entering % depth])
        row = entering - 2 * reach
        if row < 0:
            continue
        for term in range(len(terms)):
            sums = ring[(row + terms[term, _ROW]) % depth]
            start, stop = terms[term, _START], terms[term, _STOP]
            _add(held, sums[stop : stop + columns], sums[start : start + columns])
            if terms[term, _CARRY] == 1:
                _carry(counts[row], held)


@compiled
def _find(cells: Bytes, first: int, depth: int, terms: Short, found: Bytes) -> None:
    rows, columns = found.shape
    reach = depth // 2
    ring = np.zeros((depth, columns + 2 * reach + 1), np.uint8)
    for entering in range(rows + 2 * reach):
        _sum_along(cells, first - reach + entering, reach, ring[entering % depth])
        row = entering - 2 * reach
        if row < 0:
            continue
        for term in range(len(terms)):
            sums = ring[(row + terms[term, _ROW]) % depth]
            start, stop = terms[term, _START], terms[term, _STOP]
            _mark(found[row], sums[stop : stop + columns], sums[start : start + columns])
