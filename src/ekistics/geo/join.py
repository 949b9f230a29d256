"""Join points to the nearest edge: a grid over straight segments, searched ring by ring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]

_MOST_CELLS = 4_000_000


@dataclass(frozen=True)
class SegmentIndex:
    """Straight segments on a plane, in metres, and the grid cells that each may touch."""

    x_from: Floats
    y_from: Floats
    x_to: Floats
    y_to: Floats
    west: float
    south: float
    cell_m: float
    columns: int
    rows: int
    offsets: Integers
    segment: Short


@dataclass(frozen=True)
class Joined:
    """Where points meet the network.

    `edge` is -1 where none is near enough; `position` runs along the edge from its start (0 to 1); `off_m` is the straight way to
    it in metres, infinite where there is none.
    """

    edge: Integers
    position: Floats
    off_m: Floats

    def __len__(self) -> int:
        return len(self.edge)


def index_segments(x_from: Floats, y_from: Floats, x_to: Floats, y_to: Floats) -> SegmentIndex:
    """Return segments (coordinates in metres, finite, (segments,) each) with a grid to search them by."""
    if not len(x_from):
        nothing = np.zeros(0)
        return SegmentIndex(nothing, nothing, nothing, nothing, 0.0, 0.0, 1.0, 0, 0, np.zeros(1, np.int64), np.zeros(0, np.int32))
    west, south = min(x_from.min(), x_to.min()), min(y_from.min(), y_to.min())
    wide, high = max(x_from.max(), x_to.max()) - west, max(y_from.max(), y_to.max()) - south
    reach = float(np.mean(np.hypot(x_to - x_from, y_to - y_from)))
    # about one segment a cell where they lie evenly; a mean length at least, so that few cells hold the same segment
    cell = max(reach, float(np.sqrt(max(wide, 1.0) * max(high, 1.0) / min(len(x_from), _MOST_CELLS))), 1.0)
    cell = max(cell, float(max(wide, high)) / _MOST_CELLS)
    columns, rows = int(wide // cell) + 1, int(high // cell) + 1
    x_from, y_from, x_to, y_to = (np.ascontiguousarray(one, np.float64) for one in (x_from, y_from, x_to, y_to))
    offsets, segment = _fill_grid(x_from, y_from, x_to, y_to, float(west), float(south), cell, columns, rows)
    return SegmentIndex(x_from, y_from, x_to, y_to, float(west), float(south), cell, columns, rows, offsets, segment)


def join(index: SegmentIndex, x: Floats, y: Floats, *, within_m: float) -> Joined:
    """Return the nearest segment to each point; of equally near ones the first.

    Parameters
    ----------
    index : the segments
    x, y : (points,) metres
    within_m : metres, finite; a segment farther off is none

    Raises
    ------
    ValueError
        If `within_m` is not a finite distance.
    """
    if not (np.isfinite(within_m) and within_m >= 0):
        raise ValueError("points join within a finite distance")
    if not len(index.x_from) or not len(x):
        return Joined(np.full(len(x), -1, np.int64), np.zeros(len(x)), np.full(len(x), np.inf))
    edge, position, off = _nearest(
        index.x_from,
        index.y_from,
        index.x_to,
        index.y_to,
        index.west,
        index.south,
        index.cell_m,
        index.columns,
        index.rows,
        index.offsets,
        index.segment,
        np.ascontiguousarray(x, np.float64),
        np.ascontiguousarray(y, np.float64),
        float(within_m),
    )
    return Joined(edge, position, off)


@compiled
def _foot(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> tuple[float, float]:
    """Return the squared distance from a segment to a point, and where along the segment it is nearest."""
    dx, dy = x2 - x1, y2 - y1
    squared = dx * dx + dy * dy
    along = 0.0
    if squared > 0:
        along = min(1.0, max(0.0, ((x - x1) * dx + (y - y1) * dy) / squared))
    ex, ey = x1 + along * dx - x, y1 + along * dy - y
    return ex * ex + ey * ey, along


@compiled
def _fill_grid(
    x1: Floats, y1: Floats, x2: Floats, y2: Floats, west: float, south: float, cell: float, columns: int, rows: int
) -> tuple[Integers, Short]:
    counts = np.zeros(columns * rows + 1, np.int64)
    ends = counts
    segment = np.empty(0, np.int32)
    near = cell * cell * 0.5000001  # squared half diagonal: a segment farther from a cell's middle does not touch the cell
    for turn in range(2):
        for one in range(len(x1)):
            left = int((min(x1[one], x2[one]) - west) // cell)
            right = min(columns - 1, int((max(x1[one], x2[one]) - west) // cell))
            low = int((min(y1[one], y2[one]) - south) // cell)
            high = min(rows - 1, int((max(y1[one], y2[one]) - south) // cell))
            alone = left == right and low == high
            for row in range(min(low, rows - 1), high + 1):
                for column in range(min(left, columns - 1), right + 1):
                    if not alone:
                        middle_x, middle_y = west + (column + 0.5) * cell, south + (row + 0.5) * cell
                        if _foot(x1[one], y1[one], x2[one], y2[one], middle_x, middle_y)[0] > near:
                            continue
                    number = row * columns + column
                    if turn == 0:
                        counts[number + 1] += 1
                    else:
                        segment[ends[number]] = one
                        ends[number] += 1
        if turn == 0:
            offsets = np.cumsum(counts)
            ends = offsets[:-1].copy()
            segment = np.empty(offsets[-1], np.int32)
    return offsets, segment


@compiled
def _nearest(
    x1: Floats,
    y1: Floats,
    x2: Floats,
    y2: Floats,
    west: float,
    south: float,
    cell: float,
    columns: int,
    rows: int,
    offsets: Integers,
    segment: Short,
    x: Floats,
    y: Floats,
    within: float,
) -> tuple[Integers, Floats, Floats]:
    edge = np.full(len(x), -1, np.int64)
    position = np.zeros(len(x))
    off = np.full(len(x), np.inf)
    for point in range(len(x)):
        px, py = x[point], y[point]
        if not (np.isfinite(px) and np.isfinite(py)):
            continue
        best, best_at, best_edge = within * within, 0.0, -1
        column, row = int(np.floor((px - west) / cell)), int(np.floor((py - south) / cell))
        # what rings 0 to r leave out is farther than r cells and the way from the point to the side of its own cell
        inner = min(px - west - column * cell, (column + 1) * cell - (px - west))
        inner = max(0.0, min(inner, py - south - row * cell, (row + 1) * cell - (py - south)))
        ring = max(0, -column, column - columns + 1, -row, row - rows + 1)
        while True:
            for other_row in range(max(0, row - ring), min(rows - 1, row + ring) + 1):
                whole = abs(other_row - row) == ring
                step = 1 if whole or ring == 0 else 2 * ring
                for other in range(column - ring, column + ring + 1, step):
                    if other < 0 or other >= columns:
                        continue
                    number = other_row * columns + other
                    for place in range(offsets[number], offsets[number + 1]):
                        one = segment[place]
                        squared, along = _foot(x1[one], y1[one], x2[one], y2[one], px, py)
                        if squared < best or (squared == best and (best_edge < 0 or one < best_edge)):
                            best, best_at, best_edge = squared, along, one
            searched = ring * cell + inner
            if searched * searched > best or ring > max(columns, rows) + max(abs(column), abs(row)):
                break
            ring += 1
        if best_edge >= 0:
            edge[point], position[point], off[point] = best_edge, best_at, np.sqrt(best)
    return edge, position, off
