"""Patches of a grid: clusters of cells with their size, what they hold and what they meet, found and kept by stretches of rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled
from ekistics.geo.runs import Runs, components, paint, runs_of

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Short = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Patches:
    """Clusters of the cells of a (rows, columns) grid, numbered from 0 in reading order of their first cells.

    Attributes
    ----------
    runs : their stretches of rows
    patch : (runs,) the patch of each stretch
    cells : (patches,) cells of each patch
    reach : `SIDES` or `CORNERS`: how cells of one patch touch
    """

    runs: Runs
    patch: Short
    cells: Integers
    reach: int

    def __len__(self) -> int:
        return len(self.cells)

    def holding(self, mask: Flags) -> Integers:
        """Count the cells of each patch that are set in a (rows, columns) mask, (patches,)."""
        held = np.zeros(len(self), np.int64)
        _hold(_as_bytes(mask), self.runs.row, self.runs.first, self.runs.last, self.patch, held)
        return held

    def meeting(self, raster: Bytes, codes: Collection[int], *, asked: Flags | None = None) -> Flags:
        """Say which patches touch a cell outside themselves that has one of the codes, (patches,).

        Parameters
        ----------
        raster : (rows, columns) codes
        codes : none of them a code that cells of the patches have
        asked : (patches,) the patches to look at (the others are said to touch none); all, if not given
        """
        wanted = np.zeros(256, np.uint8)
        wanted[list(codes)] = 1
        done = np.zeros(len(self), np.uint8) if asked is None else (~asked).astype(np.uint8)
        met = np.zeros(len(self), np.uint8)
        _meet(raster, wanted, self.reach, self.runs.row, self.runs.first, self.runs.last, self.patch, done, met)
        return met.view(np.bool_)

    def cut_by_edge(self, shape: tuple[int, int]) -> Flags:
        """Say which patches touch the edge of the grid, (patches,)."""
        rows, columns = shape
        runs = self.runs
        cut = np.zeros(len(self), np.bool_)
        cut[self.patch[(runs.row == 0) | (runs.row == rows - 1) | (runs.first == 0) | (runs.last == columns - 1)]] = True
        return cut

    def paint_into(self, raster: npt.NDArray[np.generic], value: npt.NDArray[np.generic], *, chosen: Flags | None = None) -> None:
        """Write the value of each patch, (patches,), into its cells; of the chosen patches only, where they are given.

        `raster` is the caller's own to fill.
        """
        runs = self.runs
        if chosen is None:
            paint(raster, runs.row, runs.first, runs.last, value[self.patch])
            return
        of_them = chosen[self.patch]
        paint(raster, runs.row[of_them], runs.first[of_them], runs.last[of_them], value[self.patch[of_them]])


def patches_of(mask: Flags, *, reach: int) -> Patches:
    """Find the clusters of the set cells of a (rows, columns) mask; `reach` is `SIDES` or `CORNERS`."""
    runs = runs_of(mask)
    patch = components(runs.row, runs.first, runs.last, reach=reach)
    return Patches(runs, patch, _sizes(runs.first, runs.last, patch), reach)


def _as_bytes(mask: Flags) -> Bytes:
    return np.ascontiguousarray(mask).view(np.uint8)


@compiled
def _sizes(first: Short, last: Short, patch: Short) -> Integers:
    # patches are numbered in the order of their first stretch: the last number stands somewhere, the highest counts them
    count = 0
    for run in range(len(patch)):
        count = max(count, patch[run] + 1)
    cells = np.zeros(count, np.int64)
    for run in range(len(patch)):
        cells[patch[run]] += last[run] - first[run] + 1
    return cells


@compiled
def _hold(mask: Bytes, row: Short, first: Short, last: Short, patch: Short, held: Integers) -> None:
    for run in range(len(patch)):
        found = 0
        for column in range(first[run], last[run] + 1):
            found += mask[row[run], column]
        held[patch[run]] += found


@compiled
def _meet(raster: Bytes, wanted: Bytes, reach: int, row: Short, first: Short, last: Short, patch: Short, done: Bytes, met: Bytes) -> None:
    """Look around each stretch until its patch has met a wanted code; `done` are the patches that need no more looking."""
    rows, columns = raster.shape
    for run in range(len(patch)):
        if done[patch[run]] != 0:
            continue
        line, left, right = row[run], first[run] - 1, last[run] + 1
        found = (left >= 0 and wanted[raster[line, left]] != 0) or (right < columns and wanted[raster[line, right]] != 0)
        start, stop = max(left + 1 - reach, 0), min(right + reach, columns)
        for beside in (line - 1, line + 1):
            if beside < 0 or beside >= rows:
                continue
            for column in range(start, stop):
                found = found or wanted[raster[beside, column]] != 0
        if found:
            done[patch[run]] = 1
            met[patch[run]] = 1
