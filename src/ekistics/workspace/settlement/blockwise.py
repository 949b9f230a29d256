"""`ekistics settlements classify`: grids on disk → classes, clusters and their files, here or on a cluster. Needs no store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ekistics.engine.keeping import Arrays, Keeping, file_marks, keeping_steps, parts_kept, work_name
from ekistics.engine.steps import CancelToken, Steps, spoken
from ekistics.engine.where import Where, run_where
from ekistics.model.errors import InvalidInput
from ekistics.places.degree_of_urbanisation import LEVELS, Classified, classify_blocks, require_built_up, with_optimal
from ekistics.places.near_cells import NearCells
from ekistics.places.settlement_cells import Block, Codes, GridUnits, Runs, look_at, stacked
from ekistics.places.settlement_rules import BuiltUp, SettlementRules
from ekistics.sources.grid_files import Window
from ekistics.sources.settlement_grids import SHARE, SettlementGrids
from ekistics.workspace.session import SOFTWARE

__all__ = ["KEPT_FROM_CELLS", "Where", "classify_grids", "grid_units", "provenance"]

Say = Callable[[str, float], None]
Whole = TypeVar("Whole")

KEPT_FROM_CELLS = 20_000_000
"""Grids from this size keep the blocks that are done, so that stopped work goes on after them; smaller ones take a second."""
_CELL_M2 = 1e6


def grid_units(grids: SettlementGrids) -> GridUnits:
    """Return what the numbers of the bands are, for the first pass."""

    def unit(name: str) -> float:
        return 1.0 if grids.units.get(name, SHARE) == SHARE else _CELL_M2

    return GridUnits(unit("built_up"), unit("land"), grids.no_data)


def classify_grids(
    grids: SettlementGrids,
    *,
    rules: SettlementRules,
    level: int = 2,
    where: Where | None = None,
    keep: Path | None = None,
    say: Say | None = None,
    cancel: CancelToken | None = None,
) -> Classified:
    """Classify grids on disk, block by block.

    Parameters
    ----------
    where : by default in this thread
    keep : a folder for the blocks that are done; None keeps none
    say : told what is done and how much of it, 0 to 1

    Raises
    ------
    InvalidInput
        If a file is damaged, or holds impossible numbers.
    Cancelled
        If `cancel` was set; blocks that were done are kept.
    """
    if level not in LEVELS:
        raise InvalidInput("no such level of the degree of urbanisation", found=str(level), expected=", ".join(map(str, LEVELS)))
    require_built_up(rules, given=grids.built_up is not None)
    if rules.built_up is BuiltUp.OPTIMAL:
        off = replace(rules, built_up=BuiltUp.OFF)
        rules = _run(grids, off, level, where, keep, say, cancel, "finding the threshold", lambda blocks: with_optimal(rules, blocks))
    units = grid_units(grids)

    def values(cells: npt.NDArray[np.int64]) -> tuple[Any, Any]:
        return grids.people_at(*np.divmod(cells, grids.grid.shape[1]))

    def whole(blocks: Iterator[Block]) -> Classified:
        return classify_blocks(blocks, grids.grid.shape, rules=rules, level=level, values=values, units=units)

    return _run(grids, rules, level, where, keep, say, cancel, "classifying", whole)


def _run(
    grids: SettlementGrids,
    rules: SettlementRules,
    level: int,
    where: Where | None,
    keep: Path | None,
    say: Say | None,
    cancel: CancelToken | None,
    name: str,
    whole: Callable[[Iterator[Block]], Whole],
) -> Whole:
    where, windows = where or Where(), list(grids.windows())
    if where.dask:  # workers may work in another folder
        grids, keep = grids.resolved(), keep and keep.resolve()
    work = partial(_look, grids, grid_units(grids), rules, LEVELS[level])
    steps: Steps[Any, Block, Whole] = Steps(name, lambda: windows, work, whole, len(windows))
    if keep is not None:
        paths = [path for path in (grids.people, grids.built_up, grids.land) if path]
        folder = keep / work_name(SOFTWARE, file_marks(paths), dict(grids.units), rules, level, windows)
        if (done := parts_kept(folder)) and say:
            say(f"{name}: going on after {done} of {len(windows)} blocks", done / len(windows))
        steps = keeping_steps(steps, folder, Keeping(_folded, _unfolded))
    tell = spoken(say)
    if not where.dask:
        return run_where(steps, where, say=tell, cancel=cancel)
    # most of a block is one code: packed, a thousandth of it goes over the wire
    packed: Steps[Any, Arrays, Whole] = Steps(
        name, steps.parts, partial(_packed, steps.work), lambda results: steps.reduce(map(_unfolded, results)), steps.count
    )
    return run_where(packed, where, say=tell, cancel=cancel)


def _packed(work: Callable[[Any], Block], part: Any) -> Arrays:
    return _folded(work(part))


def _look(grids: SettlementGrids, units: GridUnits, rules: SettlementRules, codes: Codes, window: Window) -> Block:
    columns = grids.grid.shape[1]
    try:
        return stacked(
            [
                look_at(*grids.read(strip), rules=rules, codes=codes, units=units, row=strip.top, column=strip.left, columns_in_all=columns)
                for strip in grids.strips(window)
            ]
        )
    except InvalidInput as error:
        files = {"people": grids.people, "built-up": grids.built_up, "land": grids.land}  # the first pass knows bands only
        band = files.get(str(error.file))
        error.file = band.name if band else error.file
        raise


def _folded(block: Block) -> Arrays:
    # most of a block is one code: LZ4 makes a thousandth of it, faster than a disk takes it whole
    packed = np.frombuffer(pa.compress(np.ascontiguousarray(block.codes).tobytes(), codec="lz4_raw", asbytes=True), np.uint8)
    place = np.array([block.row, block.column, *block.codes.shape])
    counts = np.array(list(block.counts.values()), np.int64)
    names = np.array(list(block.counts), np.str_)
    near = {} if block.near is None else {f"near_{name}": column for name, column in block.near._asdict().items()}
    runs = block.runs._asdict()
    return {"place": place, "codes": packed, "rest": block.rest_people, "counts": counts, "names": names, **runs, **near}


def _unfolded(arrays: Arrays) -> Block:
    row, column, rows, columns = (int(one) for one in arrays["place"])
    codes = np.frombuffer(pa.decompress(arrays["codes"].tobytes(), rows * columns, codec="lz4_raw", asbytes=True), np.uint8)
    runs = Runs(*(arrays[name] for name in Runs._fields))
    counts = {str(name): int(count) for name, count in zip(arrays["names"], arrays["counts"], strict=True)}
    near = NearCells(*(arrays[f"near_{name}"] for name in NearCells._fields)) if "near_cell" in arrays else None
    return Block(row, column, codes.reshape(rows, columns), runs, arrays["rest"], counts, near)


def provenance(grids: SettlementGrids, found: Classified, inputs: Mapping[str, str]) -> dict[str, str]:
    """Return what a class raster says of itself: rules, level, files with their checksums, units and whether they were recognised."""
    units = {name: f"{unit} (recognised)" if name in grids.recognised else unit for name, unit in grids.units.items()}
    return {
        "method": "degree of urbanisation",
        "edition": found.rules.edition,
        "level": str(found.level),
        "parameters": json.dumps(asdict(found.rules)),
        "units": json.dumps(units),
        "inputs": json.dumps(dict(inputs)),
        "report": json.dumps(found.report),
        "software": SOFTWARE,
    }
