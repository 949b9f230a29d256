"""The degree of urbanisation of a grid, level 1 and level 2: from the blocks of the first pass to classes, centres and clusters.

The rules, their sources and what is decided here are in `settlement_rules`. Everything after the first pass works on stretches of
cells: clusters, edges of centres, holes and buffers cost what there is of settlement, not of world.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ekistics.geo.growing import NOTHING_JOINED, Joined, LabelledCells, cells_of, fill_holes, grow_by_majority
from ekistics.geo.runs import paint
from ekistics.model.errors import InvalidInput
from ekistics.places.near_cells import NearCells
from ekistics.places.settlement_cells import (
    CLUSTER,
    DENSE,
    DRY,
    LOW_DENSITY,
    OUTSIDE,
    SEMI_DENSE,
    UNIT,
    Band,
    Block,
    Codes,
    GridUnits,
    Runs,
    look_at,
    one_after_another,
    row_blocks,
)
from ekistics.places.settlement_clusters import (
    CELL_KM2,
    NONE,
    Clusters,
    chosen,
    clusters_of,
    free_cells,
    histogram,
    near_to,
    paint_free,
    with_joined,
)
from ekistics.places.settlement_rules import BuiltUp, SettlementRules, Smoothing, settlement_rules

Bytes = npt.NDArray[np.uint8]
Short = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CENTRE, DENSE_CLUSTER, SEMI_DENSE_CLUSTER, SUBURBAN, RURAL_CLUSTER, LOW, VERY_LOW, WATER = 30, 23, 22, 21, 13, 12, 11, 10
"""Classes of level 2."""
URBAN_CENTRE, URBAN_CLUSTER, RURAL, NO_LAND = 3, 2, 1, 0
"""Classes of level 1."""
LEVELS = {1: Codes(NO_LAND, RURAL, RURAL), 2: Codes(WATER, LOW, VERY_LOW)}

CellValues = Callable[[Integers], tuple[Band, Band | None]]
"""Gives people and built-up of cells by their numbers, as the bands have them."""


@dataclass(frozen=True)
class Classified:
    """A grid with its classes, (rows, columns) uint8, 255 outside the map; its clusters by name, and what was counted on the way.

    `clusters` are `urban centres` (with the cells that joined them), `urban clusters` (level 1: all cells of 300 and more, centres
    included), and at level 2 `dense urban clusters`, `semi-dense urban clusters` and `rural clusters`.
    """

    classes: Bytes
    level: int
    rules: SettlementRules
    runs: Runs
    clusters: dict[str, Clusters]
    joined: Joined
    cells_by_class: dict[int, int]
    people_by_class: dict[int, float]
    report: dict[str, float]

    def labels(self, kind: str, top: int = 0, bottom: int | None = None) -> Short:
        """Return the number of the cluster of each cell, (rows, columns) of the rows asked for, -1 where there is none."""
        bottom = self.classes.shape[0] if bottom is None else bottom
        raster = np.full((bottom - top, self.classes.shape[1]), NONE, np.int32)
        runs, members = self.runs, self.clusters[kind].members
        here = slice(*np.searchsorted(runs.row, [top, bottom]))
        held = members[here] != NONE
        paint(raster, runs.row[here][held] - top, runs.first[here][held], runs.last[here][held], members[here][held])
        if kind == "urban centres":
            row, column = np.divmod(self.joined.cell, self.classes.shape[1])
            inside = (row >= top) & (row < bottom)
            raster[row[inside] - top, column[inside]] = self.joined.label[inside]
        elif kind != "urban clusters":
            raster[self.classes[top:bottom] == CENTRE] = NONE
        return raster


def classify(
    people: Band,
    built_up: Band | None = None,
    land: Band | None = None,
    *,
    rules: SettlementRules | None = None,
    level: int = 2,
    units: GridUnits | None = None,
) -> Classified:
    """Classify a grid of cells of 1 km² that lies in memory.

    Parameters
    ----------
    people : (rows, columns) people per cell; NaN where it is not known
    built_up, land : the same shape, shares of the cell or in the unit that `units` tells; both may be absent
    rules : see `settlement_rules`; by default the newest edition
    level : 1 or 2

    Raises
    ------
    InvalidInput
        If bands do not fit together, hold impossible numbers, or no cell has a value.

    Examples
    --------
    >>> classify(np.array([[60_000.0]])).classes.tolist()
    [[30]]
    """
    rules, units = rules or settlement_rules(), units or GridUnits()

    def blocks(asked: SettlementRules) -> Iterator[Block]:
        for start, end in row_blocks(*people.shape):
            part = [None if band is None else band[start:end] for band in (built_up, land)]
            yield look_at(people[start:end], *part, rules=asked, codes=LEVELS[level], units=units, row=start)

    def values(cells: Integers) -> tuple[Band, Band | None]:
        return people.reshape(-1)[cells], None if built_up is None else built_up.reshape(-1)[cells]

    require_built_up(rules, given=built_up is not None)
    if rules.built_up is BuiltUp.OPTIMAL:
        rules = with_optimal(rules, blocks(replace(rules, built_up=BuiltUp.OFF)))
    return classify_blocks(blocks(rules), people.shape, rules=rules, level=level, values=values, units=units)


def cell_values(people: Band, built_up: Band | None, units: GridUnits) -> tuple[Floats, Floats]:
    """Return people and built-up shares as numbers, nobody and nothing where there is no data, NaN shares where there is no such band."""
    counted = people.astype(np.float64)
    counted[~(counted > 0) | (counted == units.no_data[0])] = 0.0
    if built_up is None:
        return counted, np.full(len(counted), np.nan)
    shares = built_up.astype(np.float64)
    shares[~(shares > 0) | (shares == units.no_data[1])] = 0.0
    return counted, shares / units.built_up


def require_built_up(rules: SettlementRules, *, given: bool) -> None:
    """Refuse to look for the optimal threshold of built-up where none is given.

    Raises
    ------
    InvalidInput
        If it is asked for and there is no such band.
    """
    if rules.built_up is BuiltUp.OPTIMAL and not given:
        mend = "give built-up too, or another criterion: off, or a share such as 0.2"
        raise InvalidInput("the optimal threshold is found from built-up, and none is given", mend=mend)


def with_optimal(rules: SettlementRules, blocks: Iterable[Block]) -> SettlementRules:
    """Return the rules with the optimal threshold of built-up as a fixed one; the blocks were looked at without built-up."""
    share = optimal_built_up(blocks, rules)
    return replace(rules, built_up=BuiltUp.FIXED, built_up_share=float(rounded_up(share)))


def optimal_built_up(blocks: Iterable[Block], rules: SettlementRules) -> float:
    """Return the mean built-up share, per cell, of the clusters of dense cells with `optimal_people` people at least.

    Source: GHSL data package 2023, "reduce fragmentation option". The blocks were looked at with built-up off.

    Raises
    ------
    InvalidInput
        If there is no such cluster.
    """
    runs, _ = _joined_runs(blocks, None)
    found = clusters_of(runs, DENSE, rules.dense_contiguity, rules.optimal_people)
    cells = int(found.cells.sum())
    if not cells:
        raise InvalidInput(
            "no dense cluster is large enough to find the optimal threshold of built-up from",
            expected=f"{rules.optimal_people:,.0f} people",
            mend="give a fixed threshold (0.20 is that of the world in 2020), or leave built-up out",
        )
    return float(found.built_km2.sum() / CELL_KM2 / cells)


def rounded_up(share: float) -> Decimal:
    """Return a share rounded up to two decimals; 0.07 stays 0.07.

    >>> rounded_up(0.07), rounded_up(0.0701)
    (Decimal('0.07'), Decimal('0.08'))
    """
    return Decimal(str(round(share, 12))).quantize(Decimal("0.01"), rounding=ROUND_CEILING)


def classify_blocks(
    blocks: Iterable[Block],
    shape: tuple[int, ...],
    *,
    rules: SettlementRules,
    level: int,
    values: CellValues,
    units: GridUnits | None = None,
) -> Classified:
    """Join the blocks of the first pass, in whatever order they come, and classify the grid that they cover.

    Parameters
    ----------
    blocks : looked at with the same rules and the codes of the level (`LEVELS`)
    shape : (rows, columns) of the whole grid
    values : asked for the cells that join centres and that no block kept
    units : what the numbers of the bands are

    Raises
    ------
    InvalidInput
        If no cell has a value.
    """
    raster = np.full(shape, OUTSIDE, np.uint8)
    runs, told = _joined_runs(blocks, raster)
    codes, member = LEVELS[level], CENTRE if level == 2 else URBAN_CENTRE
    dense = clusters_of(runs, DENSE, rules.dense_contiguity, min(rules.dense_cluster_people, rules.centre_people))
    centres = chosen(dense, dense.has(rules.centre_people))
    joined, numbers = _smooth_and_fill(raster, runs, centres, member, codes, rules)
    people, built = _values_of(joined.cell, told.near, values, units or GridUnits())
    spread = clusters_of(runs, CLUSTER, rules.cluster_contiguity, min(rules.urban_cluster_people, rules.rural_cluster_people))
    urban = chosen(spread, spread.has(rules.urban_cluster_people))
    clusters = {"urban centres": with_joined(centres, joined, people, built, shape[1]), "urban clusters": urban}
    if level == 1:
        code = np.where(urban.holds, URBAN_CLUSTER, RURAL)
    else:
        clusters |= _level_2(raster, runs, rules, dense, chosen(spread, ~spread.has(rules.urban_cluster_people)))
        ordered = ((DENSE_CLUSTER, "dense urban clusters"), (SEMI_DENSE_CLUSTER, "semi-dense urban clusters"), (SUBURBAN, "urban clusters"),
                   (RURAL_CLUSTER, "rural clusters"))  # fmt: skip
        base = np.where(runs.marks & LOW_DENSITY, LOW, VERY_LOW)
        code = np.select([clusters[name].holds for _, name in ordered], [number for number, _ in ordered], base)
        numbers |= _not_nested(raster, runs, ~urban.holds & ~centres.holds, code)
    code = np.where(centres.holds, member, code).astype(np.uint8)
    paint_free(raster, runs.row, runs.first, runs.last, code, member)
    cells_by_class = {number: int(count) for number, count in enumerate(histogram(raster)) if count and number != OUTSIDE}
    if not cells_by_class:
        raise InvalidInput(
            "no cell of the grid has a value", expected="people per cell somewhere", mend="check the value that stands for no data"
        )
    by_class = _people_by_class(runs, code, told.rest, codes, joined, people, member, shape[1])
    return Classified(raster, level, rules, runs, clusters, joined, cells_by_class, by_class, {**told.counts, **numbers})


class _Told(NamedTuple):
    rest: Integers
    counts: dict[str, float]
    near: list[NearCells]


def _joined_runs(blocks: Iterable[Block], raster: Bytes | None) -> tuple[Runs, _Told]:
    parts: list[Block] = []
    rest, counts, near = np.zeros(2, np.int64), dict[str, float](), list[NearCells]()
    for block in blocks:
        if raster is not None:
            rows, columns = block.codes.shape
            raster[block.row : block.row + rows, block.column : block.column + columns] = block.codes
        rest += block.rest_people
        counts = {name: counts.get(name, 0) + count for name, count in block.counts.items()}
        near += [block.near] if block.near is not None else []
        parts.append(replace(block, codes=np.empty((0, 0), np.uint8), near=None))
    parts.sort(key=lambda one: (one.row, one.column))
    bands = [_side_by_side([one.runs for one in band]) for _, band in groupby(parts, key=lambda one: one.row)]
    runs, found = one_after_another(bands), [one.row for one in bands if len(one.row)]
    if any(above[-1] >= below[0] for above, below in pairwise(found)):  # blocks that do not lie in bands
        runs = runs.at(np.lexsort((runs.first, runs.row)))
    return runs, _Told(rest, counts, near)


def _side_by_side(parts: list[Runs]) -> Runs:
    """Return the stretches of blocks that lie beside each other, given from left to right, row by row."""
    if len(parts) == 1:
        return parts[0]
    runs = one_after_another(parts)
    return runs.at(np.argsort(runs.row, kind="stable"))


def _smooth_and_fill(
    raster: Bytes, runs: Runs, centres: Clusters, member: int, codes: Codes, rules: SettlementRules
) -> tuple[Joined, dict[str, float]]:
    """Paint the centres and let their edges and holes join; smoothing comes first."""
    held = centres.holds
    start, label = cells_of(runs.row[held], runs.first[held], runs.last[held], raster.shape[1], centres.members[held])
    raster.reshape(-1)[start] = member
    cells = LabelledCells(start, label)
    smoothed = NOTHING_JOINED
    if rules.smoothing is not Smoothing.NONE:
        five = rules.smoothing is Smoothing.FIVE_OF_EIGHT
        barred, passed_over = _table(codes.water, OUTSIDE), _table(codes.water, DRY)
        smoothed = grow_by_majority(raster, cells, start, member=member, barred=barred, passed_over=passed_over, five_of_eight=five)
    most = math.ceil(rules.hole_km2 / CELL_KM2) - 1
    start = np.concatenate([start, smoothed.cell])
    filled = fill_holes(raster, cells, start, member=member, beyond=OUTSIDE, most_cells=most)
    joined = smoothed.and_then(filled)
    counts = {"centre_cells_before_smoothing": int(centres.cells.sum())}
    counts |= {
        "cells_joined_by_smoothing": len(smoothed.cell),
        "smoothing_passes": smoothed.passes,
        "cells_joined_by_filling": len(filled.cell),
    }
    return joined, dict(counts)


def _values_of(cells: Integers, near: list[NearCells], values: CellValues, units: GridUnits) -> tuple[Floats, Floats]:
    """Return people and built-up shares of cells: kept by a block, else asked for."""
    people, built = np.zeros(len(cells)), np.full(len(cells), np.nan)
    found = np.zeros(len(cells), np.bool_)
    for block in near:  # each sorted, and a cell is in the block that it lies in
        here = np.flatnonzero(~found & (cells >= block.cell[0]) & (cells <= block.cell[-1])) if len(block.cell) else np.empty(0, np.int64)
        at = np.searchsorted(block.cell, cells[here])
        held = block.cell[np.minimum(at, len(block.cell) - 1)] == cells[here] if len(here) else np.empty(0, np.bool_)
        here, at = here[held], at[held]
        kept_built = block.built_up[at] if len(block.built_up) else None
        people[here], built[here] = cell_values(block.people[at], kept_built, units)
        found[here] = True
    if not found.all():
        people[~found], built[~found] = cell_values(*values(cells[~found]), units)
    return people, built


def _table(*codes: int) -> Bytes:
    table = np.zeros(256, np.uint8)
    table[list(codes)] = 1
    return table


def _level_2(raster: Bytes, runs: Runs, rules: SettlementRules, dense: Clusters, rural: Clusters) -> dict[str, Clusters]:
    """Return the clusters that only level 2 knows; dense ones are painted, for a semi-dense one that lies near them is none."""
    apart = chosen(dense, ~dense.has(rules.centre_people) & dense.has(rules.dense_cluster_people))
    paint_free(raster, runs.row, runs.first, runs.last, np.where(apart.holds, DENSE_CLUSTER, 0).astype(np.uint8), CENTRE)
    semi = clusters_of(runs, SEMI_DENSE, rules.semi_dense_contiguity, rules.semi_dense_people)
    buffer = rules.semi_dense_buffer_cells
    near = near_to(raster, runs.row, runs.first, runs.last, semi.members, len(semi), buffer, CENTRE, DENSE_CLUSTER)
    return {"dense urban clusters": apart, "semi-dense urban clusters": chosen(semi, ~near), "rural clusters": rural}


def _not_nested(raster: Bytes, runs: Runs, rural: npt.NDArray[np.bool_], code: npt.NDArray[np.int64]) -> dict[str, float]:
    """Count the cells that level 2 calls urban and level 1 rural: dense by what is built, and small semi-dense clusters."""
    wanted = rural & np.isin(code, (DENSE_CLUSTER, SEMI_DENSE_CLUSTER))
    free = free_cells(raster, runs.row, runs.first, runs.last, wanted, CENTRE)
    return {
        "dense_cells_rural_at_level_1": int(free[code == DENSE_CLUSTER].sum()),
        "semi_dense_cells_rural_at_level_1": int(free[code == SEMI_DENSE_CLUSTER].sum()),
    }


def _people_by_class(
    runs: Runs, code: Bytes, rest: Integers, codes: Codes, joined: Joined, people: Floats, member: int, columns: int
) -> dict[int, float]:
    parts = np.zeros(256, np.int64)
    np.add.at(parts, code, runs.people)
    parts[codes.low] += rest[0]
    parts[codes.very_low] += rest[1]
    # cells that joined a centre are counted there, and no more where they were
    row, column = np.divmod(joined.cell, columns)
    key = runs.row.astype(np.int64) * columns + runs.first
    at = np.searchsorted(key, joined.cell, side="right") - 1
    inside = (at >= 0) & (runs.row[at] == row) & (runs.last[at] >= column) if len(key) else np.zeros(len(row), np.bool_)
    before = np.where(joined.before == DRY, codes.very_low, joined.before).astype(np.int64)
    before[inside] = code[at[inside]]
    moved = (people * UNIT + 0.5).astype(np.int64)
    np.subtract.at(parts, before, moved)
    parts[member] += int(moved.sum())
    return {number: float(total / UNIT) for number, total in enumerate(parts) if total}
