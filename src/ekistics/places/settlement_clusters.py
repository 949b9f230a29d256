"""Clusters of stretches of cells: their people, built-up and bounds, and what is drawn of them on the raster of classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled
from ekistics.geo.growing import Joined
from ekistics.geo.runs import CORNERS, SIDES, components
from ekistics.places.settlement_cells import UNIT, Runs
from ekistics.places.settlement_rules import Contiguity

Bytes = npt.NDArray[np.uint8]
Short = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CELL_KM2 = 1.0
NONE = -1
"""In no cluster."""
SLACK_PEOPLE = 1e-6
"""Sizes are compared to the millionth of a person."""


@dataclass(frozen=True)
class Clusters:
    """Clusters of one kind, (clusters,) each, numbered from 0 in reading order of their first cell.

    `members` is (runs,): the cluster of each stretch, -1 where it is in none. People and built-up (km²) are exact to 1e-8.
    """

    members: Short
    people: Floats
    cells: Integers
    built_km2: Floats
    top: Integers
    left: Integers
    bottom: Integers
    right: Integers

    def __len__(self) -> int:
        return len(self.people)

    def has(self, people: float) -> Flags:
        """Whether each cluster has so many people at least, (clusters,)."""
        enough: Flags = self.people >= people - SLACK_PEOPLE
        return enough

    @property
    def holds(self) -> Flags:
        """Whether each stretch is in a cluster, (runs,)."""
        inside: Flags = self.members != NONE
        return inside


def clusters_of(runs: Runs, mark: int, contiguity: Contiguity, least_people: float) -> Clusters:
    """Return the clusters of the stretches with a mark that have at least so many people."""
    held = (runs.marks & mark) != 0
    inner = runs.at(held)
    component = components(inner.row, inner.first, inner.last, reach=SIDES if contiguity is Contiguity.ROOK else CORNERS)
    count = int(component.max()) + 1 if len(component) else 0
    people, built, cells, bounds = _sums(component, count, inner.row, inner.first, inner.last, inner.people, inner.built)
    members = np.full(len(runs.row), NONE, np.int32)
    members[held] = component
    every = Clusters(members, people / UNIT, cells, built / UNIT * CELL_KM2, bounds[0], bounds[1], bounds[2], bounds[3])
    return chosen(every, every.has(least_people))


def chosen(found: Clusters, kept: Flags) -> Clusters:
    """Return some of the clusters, numbered anew."""
    number = np.append(np.where(kept, np.cumsum(kept) - 1, NONE), NONE).astype(np.int32)  # NONE, the last, stays NONE
    return Clusters(
        number[found.members], found.people[kept], found.cells[kept], found.built_km2[kept],
        found.top[kept], found.left[kept], found.bottom[kept], found.right[kept],
    )  # fmt: skip


def with_joined(found: Clusters, joined: Joined, people: Floats, built: Floats, columns: int) -> Clusters:
    """Return centres with the cells that joined them."""
    size, label = len(found), joined.label
    row, column = np.divmod(joined.cell, columns)
    top, left, bottom, right = (one.copy() for one in (found.top, found.left, found.bottom, found.right))
    np.minimum.at(top, label, row)
    np.minimum.at(left, label, column)
    np.maximum.at(bottom, label, row)
    np.maximum.at(right, label, column)
    return Clusters(
        found.members,
        found.people + np.bincount(label, weights=people, minlength=size),
        found.cells + np.bincount(label, minlength=size),
        found.built_km2 + np.bincount(label, weights=np.nan_to_num(built) * CELL_KM2, minlength=size),
        top, left, bottom, right,
    )  # fmt: skip


@compiled
def _sums(
    component: Short, count: int, row: Short, first: Short, last: Short, people: Integers, built: Integers
) -> tuple[Integers, Integers, Integers, Integers]:
    people_of, built_of, cells = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count, np.int64)
    bounds = np.zeros((4, count), np.int64)
    for run in range(len(component)):
        one = component[run]
        if cells[one] == 0:
            bounds[0, one], bounds[1, one] = row[run], first[run]
        people_of[one] += people[run]
        built_of[one] += built[run]
        cells[one] += last[run] - first[run] + 1
        bounds[1, one] = min(bounds[1, one], first[run])
        bounds[2, one] = row[run]
        bounds[3, one] = max(bounds[3, one], last[run])
    return people_of, built_of, cells, bounds


@compiled
def near_to(
    raster: Bytes, row: Short, first: Short, last: Short, member_of: Short, count: int, distance: int, one: int, other: int
) -> Flags:
    """Return whether any cell of each cluster lies within a distance in cells, by corners, of one of two codes, (clusters,)."""
    near = np.zeros(count, np.bool_)
    rows, columns = raster.shape
    for run in range(len(row)):
        cluster = member_of[run]
        if cluster < 0 or near[cluster]:
            continue
        for r in range(max(0, row[run] - distance), min(rows, row[run] + distance + 1)):
            for c in range(max(0, first[run] - distance), min(columns, last[run] + distance + 1)):
                if raster[r, c] == one or raster[r, c] == other:
                    near[cluster] = True
    return near


@compiled
def paint_free(raster: Bytes, row: Short, first: Short, last: Short, code: Bytes, member: int) -> None:
    """Write the code of each stretch, where it has one, into those of its cells that are in no centre."""
    for run in range(len(row)):
        if code[run] != 0:
            for column in range(first[run], last[run] + 1):
                if raster[row[run], column] != member:
                    raster[row[run], column] = code[run]


@compiled
def free_cells(raster: Bytes, row: Short, first: Short, last: Short, wanted: Flags, member: int) -> Integers:
    """Return how many cells of each stretch that is wanted are in no centre, (runs,)."""
    found = np.zeros(len(row), np.int64)
    for run in range(len(row)):
        if wanted[run]:
            for column in range(first[run], last[run] + 1):
                found[run] += 1 if raster[row[run], column] != member else 0
    return found


def histogram(raster: Bytes) -> Integers:
    """Return how many cells of a (rows, columns) grid have each code, (256,)."""
    cells = np.ascontiguousarray(raster).reshape(-1)
    counts = np.zeros(256, np.int64)
    _count_codes(cells, cells[: len(cells) // 8 * 8].view(np.uint64), counts)
    return counts


_ALIKE = np.uint64(0x0101010101010101)
"""A code times this is eight cells of that code."""


@compiled
def _count_codes(cells: Bytes, words: npt.NDArray[np.uint64], counts: Integers) -> None:
    # eight cells at once where they are alike, as most are
    for word in range(len(words)):
        code = words[word] & np.uint64(255)
        if words[word] == code * _ALIKE:
            counts[code] += 8
        else:
            for cell in range(8 * word, 8 * word + 8):
                counts[cells[cell]] += 1
    for cell in range(8 * len(words), len(cells)):
        counts[cells[cell]] += 1
