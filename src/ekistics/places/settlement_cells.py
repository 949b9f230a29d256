"""The first pass of the degree of urbanisation: what each cell is by itself, and the stretches of cells that can form clusters.

A block of rows (or of rows and columns) is looked at once and alone; blocks can come in any order, from any process. People and
built-up shares are summed as whole numbers of 2⁻²⁸, so that a sum is the same in whatever order it is taken: splitting, turning
or mirroring a grid changes no figure. A cell is thereby rounded by less than 2e-9 people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled
from ekistics.model.errors import InvalidInput
from ekistics.places.near_cells import NearCells, near_cells
from ekistics.places.settlement_rules import BuiltUp, SettlementRules

Band = npt.NDArray[Any]
"""float32, float64 or unsigned whole numbers, as files have them."""
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Short = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]

UNIT = 2.0**28
"""Parts of a person, and of a cell's built-up share, that sums are counted in."""
OUTSIDE = 255
"""Outside the map: no band has a value."""
DRY = 9
"""While clusters are formed: fewer land than water counts as, nobody, yet something built. Class 11 in the end (1 at level 1)."""

CLUSTER, SEMI_DENSE, DENSE, BUILT_ON_WATER, LOW_DENSITY, DENSE_BY_PEOPLE = 1, 2, 4, 8, 16, 32
"""Marks of a stretch of cells; all of its cells have the same."""
FORMING = CLUSTER | SEMI_DENSE | DENSE | BUILT_ON_WATER
FORMING_OF_EIGHT = np.uint64(0x0101010101010101 * FORMING)
"""The same in each byte of a word: eight cells are passed over at once where none has a mark."""
MOST_PEOPLE = 1e12


@dataclass(frozen=True)
class Codes:
    """Class codes of cells that are in no cluster."""

    water: int
    low: int
    very_low: int


@dataclass(frozen=True)
class GridUnits:
    """What the numbers of the three bands are: `land` and `built_up` are how much of each is one whole cell (1 for shares, 1e6 for m²).

    `no_data` are the values that stand for nothing (NaN always does), for people, built-up and land.
    """

    built_up: float = 1.0
    land: float = 1.0
    no_data: tuple[float, float, float] = (np.nan, np.nan, np.nan)


class Runs(NamedTuple):
    """Stretches of cells of one row that have the same marks, (runs,) each, sorted by row, then by first column; `last` is included.

    `people` and `built` are in parts (`UNIT`).
    """

    row: Short
    first: Short
    last: Short
    marks: Bytes
    people: Integers
    built: Integers

    def at(self, where: npt.NDArray[Any]) -> Runs:
        """Return the stretches at positions, or where a mask says."""
        where = np.flatnonzero(where) if where.dtype == np.bool_ else where  # a mask is counted once, not for every column
        return Runs(self.row[where], self.first[where], self.last[where], self.marks[where], self.people[where], self.built[where])


@dataclass(frozen=True)
class Block:
    """What the first pass makes of a block: codes of its cells and its stretches, whose rows and columns are those of the whole grid.

    `rest_people` are the people, in parts, of cells outside every stretch: of low density, and of very low density; `counts` are
    cells that the report tells of.
    """

    row: int
    column: int
    codes: Bytes
    runs: Runs
    rest_people: Integers
    counts: dict[str, int] = field(default_factory=dict)
    near: NearCells | None = None


def look_at(
    people: Band,
    built_up: Band | None,
    land: Band | None,
    *,
    rules: SettlementRules,
    codes: Codes,
    units: GridUnits | None = None,
    row: int = 0,
    column: int = 0,
    columns_in_all: int = 0,
) -> Block:
    """Look at one block of a grid.

    Parameters
    ----------
    people : (rows, columns) people per cell of 1 km²
    built_up, land : the same shape, in the units told; without land every cell that has a value is land
        (a band of one number throughout can be a view of it, strides 0: where all are, one cell stands for all)
    row, column : where the block begins in the whole grid
    columns_in_all : columns of the whole grid, where cells that may join a centre later are to be kept with their values

    Raises
    ------
    InvalidInput
        If the bands have not one shape, people are negative or infinite, or a cell has more built-up or land than it has room.
    """
    units = units or GridUnits()
    if any(band is not None and band.shape != people.shape for band in (built_up, land)):
        shapes = ", ".join(str(band.shape) for band in (people, built_up, land) if band is not None)
        raise InvalidInput("the bands are not of one size", found=shapes, expected="the same rows and columns", mend="align them")
    if all(band is None or band.strides == (0, 0) for band in (people, built_up, land)):
        single = partial(look_at, rules=rules, codes=codes, units=units, row=row, column=column, columns_in_all=columns_in_all)
        if (alike := _all_alike(people, built_up, land, single)) is not None:
            return alike
    people = _plain(people)
    built_up, has_built = (np.full(people.shape, np.nan, np.float32), False) if built_up is None else (_plain(built_up), True)
    if land is None:
        known = ~_is_missing(people, units.no_data[0]) | ~_is_missing(built_up, units.no_data[1])
        land, units = np.where(known, np.float32(1), np.float32(np.nan)), GridUnits(units.built_up, 1.0, (*units.no_data[:2], np.nan))
    land = _plain(land)
    rows, columns = people.shape
    found = np.empty((rows, columns), np.uint8)
    # marks are read eight at a time afterwards: their rows are filled up to whole words
    marks = np.zeros((rows, -(-columns // 8) * 8), np.uint8)
    rest, numbers = np.zeros(2, np.int64), np.zeros(7, np.int64)
    limits = np.array([rules.low_density_per_km2, rules.cluster_per_km2, rules.semi_dense_per_km2, rules.dense_per_km2])
    built_from, even = _built_limit(rules, has_built)
    own = np.array([codes.very_low, codes.low, codes.water, DRY, OUTSIDE], np.uint8)
    given = _Bands(people, built_up, land, np.array(units.no_data), units.built_up, units.land)
    odd = np.zeros(rows, np.uint8)
    _classify(*given, limits, built_from, even, rules.water_land_share, own, found, marks, rest, odd, has_built)
    _count_odd(*given, odd, has_built, numbers)
    _refuse(numbers, row)
    words = marks.view(np.uint64)
    count = _count(marks, words)
    places, sums = np.empty((3, count), np.int32), np.zeros((2, count), np.int64)
    runs = Runs(places[0], places[1], places[2], np.empty(count, np.uint8), sums[0], sums[1])
    _collect(people, built_up, units.no_data[0], units.no_data[1], units.built_up, marks, words, row, column, *runs)
    near = None
    if columns_in_all:
        shown = built_up if has_built else None
        near = near_cells(people, shown, marks, (runs.row, runs.first, runs.last, runs.marks), DENSE, (row, column), columns_in_all)
    return Block(row, column, found, runs, rest, dict(zip(REPORTED, (int(one) for one in numbers[4:]), strict=True)), near)


def _all_alike(people: Band, built_up: Band | None, land: Band | None, single: Callable[..., Block]) -> Block | None:
    """Look at one cell for all of a block; None where they would form a stretch, or are to be refused, which counts cells."""
    with suppress(InvalidInput):
        cell = single(*(None if band is None else band[:1, :1].copy() for band in (people, built_up, land)))
        if len(cell.runs.row) == 0:
            codes = np.broadcast_to(cell.codes[0, 0], people.shape)
            counts = {name: count * people.size for name, count in cell.counts.items()}
            return replace(cell, codes=codes, rest_people=cell.rest_people * people.size, counts=counts)
    return None


REPORTED = ("people_without_data_on_land", "land_without_data", "built_up_without_data")
"""Cells that the report tells of: people, land or built-up that is not known where another band has a value."""


def stacked(blocks: Sequence[Block]) -> Block:
    """Return blocks of the same columns that lie one below the other as one block."""
    if len(blocks) == 1:
        return blocks[0]
    near = [block.near for block in blocks if block.near is not None]
    return Block(
        blocks[0].row,
        blocks[0].column,
        np.concatenate([block.codes for block in blocks]),
        one_after_another([block.runs for block in blocks]),
        np.sum([block.rest_people for block in blocks], axis=0),
        {name: sum(block.counts[name] for block in blocks) for name in blocks[0].counts},
        NearCells(*map(np.concatenate, zip(*near, strict=True))) if near else None,
    )


def one_after_another(parts: Sequence[Runs]) -> Runs:
    """Return the stretches of several parts, in the order of the parts."""
    return Runs(*map(np.concatenate, zip(*parts, strict=True)))


class _Bands(NamedTuple):
    people: Band
    built_up: Band
    land: Band
    no_data: npt.NDArray[np.float64]
    built_unit: float
    land_unit: float


def row_blocks(rows: int, columns: int, cells: int = 4_000_000) -> Iterator[tuple[int, int]]:
    """Return the first and past-the-last row of blocks of about so many cells."""
    step = max(1, cells // max(1, columns))
    for start in range(0, rows, step):
        yield start, min(rows, start + step)


def _plain(band: Band) -> Band:
    """Return a band whose rows lie one after the other, of a kind that is looked at without copying, where it is such."""
    array = np.ascontiguousarray(band)
    if array.dtype in (np.float32, np.float64, np.uint32):
        return array
    return array.astype(np.float64 if array.dtype.itemsize > 2 else np.float32)


def _is_missing(band: Band, no_data: float) -> npt.NDArray[np.bool_]:
    missing: npt.NDArray[np.bool_] = np.isnan(band) | (band == no_data)
    return missing


def _built_limit(rules: SettlementRules, has_built: bool) -> tuple[float, bool]:
    """Return the thousandths of built-up land from which a cell is dense, half a thousandth below for the rounding, and how a tie goes.

    A share rounded to three decimals reaches t when it is above t - 0.0005; one that is just there goes to the even thousandth.
    """
    if rules.built_up is BuiltUp.OFF or not has_built:
        return np.inf, False
    thousandths = int(np.ceil(round(rules.built_up_share * 1000, 9)))
    return thousandths - 0.5, thousandths % 2 == 0


def _refuse(numbers: Integers, row: int) -> None:
    negative, infinite, built, land = (int(one) for one in numbers[:4])
    where = f"rows from {row}"
    for count, fault in ((negative, "cells have fewer than no people"), (infinite, "cells have infinitely many people")):
        if count:
            mend = "declare the value that stands for no data"
            raise InvalidInput(f"{count:,} {fault}", file="people", found=where, expected="people per cell, 0 or more", mend=mend)
    for band, count in (("built-up", built), ("land", land)):
        if count:
            fault = f"{count:,} cells have more {band} than a cell has room, or less than none"
            mend = f"say the unit of {band} (share, m2), and divide percentages by 100"
            raise InvalidInput(fault, file=band, found=where, expected="a share from 0 to 1, or m² of a cell", mend=mend)


@compiled
def _classify(
    people: Band,
    built_up: Band,
    land: Band,
    no_data: Floats,
    built_unit: float,
    land_unit: float,
    limits: Floats,
    built_from: float,
    tie_passes: bool,
    water_share: float,
    codes: Bytes,
    found: Bytes,
    marks: Bytes,
    rest: Integers,
    odd: Bytes,
    has_built: bool,
) -> None:
    # One row at a time, without branches and with bytes for yes and no, so that the compiler takes many cells at once (1.8 ns a cell,
    # 11 ns with booleans and branches). x != x is NaN. Limits are compared as products, never as quotients: people ≥ limit × land,
    # exact for whole m². `odd` marks rows with something to count or to refuse.
    low, cluster, semi, dense = limits
    no_people, no_built, no_land = no_data
    thousandths, built_scale, water_limit = 1000.0 * land_unit, built_from * built_unit, water_share * land_unit
    most_built, most_land = built_unit * 1.0001, land_unit * 1.0001
    very_low_code, low_code, water_code, dry_code, outside_code = codes
    tie, one, zero, told = np.uint8(tie_passes), np.uint8(1), np.float64(0), np.uint8(has_built)
    for row in range(people.shape[0]):
        people_row, built_row, land_row, found_row, marks_row = people[row], built_up[row], land[row], found[row], marks[row]
        strange = np.uint8(0)
        rest_low, rest_very_low = np.int64(0), np.int64(0)
        for column in range(people.shape[1]):
            p, b, g = np.float64(people_row[column]), np.float64(built_row[column]), np.float64(land_row[column])
            p_missing = np.uint8(p != p) | np.uint8(p == no_people)
            b_missing = np.uint8(b != b) | np.uint8(b == no_built)
            g_missing = np.uint8(g != g) | np.uint8(g == no_land)
            p = zero if p_missing else p
            b = zero if b_missing else b
            g = zero if g_missing else g
            strange |= np.uint8(p < 0) | np.uint8(p > MOST_PEOPLE) | np.uint8(b > most_built) | np.uint8(b < 0)
            strange |= np.uint8(g > most_land) | np.uint8(g < 0)
            outside = p_missing & b_missing & g_missing
            strange |= (p_missing | g_missing | (b_missing & told)) & (one - outside)
            scaled = p * land_unit
            anybody = np.uint8(p > 0)
            by_people = np.uint8(scaled >= dense * g) & anybody
            is_low = np.uint8(scaled >= low * g) & anybody
            built, built_limit, anything = b * thousandths, built_scale * g, np.uint8(b > 0)
            by_built = (np.uint8(built > built_limit) | (tie & np.uint8(built == built_limit))) & anything
            wet = np.uint8(g < water_limit) & (one - anybody)
            mark = anybody * (np.uint8(scaled >= cluster * g) + np.uint8(scaled >= semi * g) * np.uint8(2))
            mark += (by_people | by_built) * np.uint8(4) + (wet & anything) * np.uint8(8)
            mark += is_low * np.uint8(16) + by_people * np.uint8(32)
            marks_row[column] = mark * (one - outside)
            code = low_code if is_low else very_low_code
            water = dry_code if anything else water_code
            code = water if wet else code
            found_row[column] = outside_code if outside else code
            parts = np.int64(p * 268435456.0 + 0.5)
            parts = np.int64(0) if (mark & np.uint8(15)) != 0 else parts
            rest_very_low += parts
            rest_low += parts if is_low else np.int64(0)
        odd[row] = strange
        rest[0] += rest_low
        rest[1] += rest_very_low - rest_low


@compiled
def _count_odd(
    people: Band,
    built_up: Band,
    land: Band,
    no_data: Floats,
    built_unit: float,
    land_unit: float,
    odd: Bytes,
    has_built: bool,
    numbers: Integers,
) -> None:
    no_people, no_built, no_land = no_data
    for row in range(people.shape[0]):
        if odd[row] == 0:
            continue
        for column in range(people.shape[1]):
            p, b, g = np.float64(people[row, column]), np.float64(built_up[row, column]), np.float64(land[row, column])
            p_missing, b_missing, g_missing = (p != p) | (p == no_people), (b != b) | (b == no_built), (g != g) | (g == no_land)
            outside = p_missing & b_missing & g_missing
            numbers[0] += np.int64((not p_missing) & (p < 0))
            numbers[1] += np.int64((not p_missing) & (p > MOST_PEOPLE))
            numbers[2] += np.int64((not b_missing) & ((b > built_unit * 1.0001) | (b < 0)))
            numbers[3] += np.int64((not g_missing) & ((g > land_unit * 1.0001) | (g < 0)))
            numbers[4] += np.int64(p_missing & (not g_missing) & (g > 0))
            numbers[5] += np.int64(g_missing & (not outside))
            numbers[6] += np.int64(b_missing & has_built & (not outside))


@compiled
def _count(marks: Bytes, words: npt.NDArray[np.uint64]) -> int:
    runs = np.int64(0)
    for row in range(words.shape[0]):
        before = np.uint8(0)
        for word in range(words.shape[1]):
            if words[row, word] & FORMING_OF_EIGHT == 0:
                before = np.uint8(0)
                continue
            for column in range(8 * word, 8 * word + 8):
                mark = marks[row, column]
                runs += np.int64(((mark & 15) != 0) & (mark != before))
                before = mark
    return int(runs)


@compiled
def _collect(
    people: Band,
    built_up: Band,
    no_people: float,
    no_built: float,
    built_unit: float,
    marks: Bytes,
    words: npt.NDArray[np.uint64],
    row_offset: int,
    column_offset: int,
    run_row: Short,
    run_first: Short,
    run_last: Short,
    run_marks: Bytes,
    run_people: Integers,
    run_built: Integers,
) -> None:
    at = -1
    for row in range(words.shape[0]):
        before = np.uint8(0)
        for word in range(words.shape[1]):
            if words[row, word] & FORMING_OF_EIGHT == 0:
                before = np.uint8(0)
                continue
            for column in range(8 * word, min(8 * word + 8, people.shape[1])):
                mark = marks[row, column]
                if (mark & 15) != 0:
                    if mark != before:
                        at += 1
                        run_row[at] = row + row_offset
                        run_first[at] = column + column_offset
                        run_marks[at] = mark
                        run_people[at] = 0
                        run_built[at] = 0
                    run_last[at] = column + column_offset
                    p, b = np.float64(people[row, column]), np.float64(built_up[row, column])
                    if (p > 0) & (p != no_people):
                        run_people[at] += np.int64(p * 268435456.0 + 0.5)
                    if (b > 0) & (b != no_built):
                        run_built[at] += np.int64(b / built_unit * 268435456.0 + 0.5)
                before = mark
