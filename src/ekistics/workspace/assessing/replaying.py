"""A stored assessment made again from what lies in its folder, and held against what it said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ekistics.workspace.assessing import result_tables
from ekistics.workspace.assessing.folders import INPUT, RECIPE, STAGES, read_manifest, software
from ekistics.workspace.assessing.recipes import recipe_named
from ekistics.workspace.assessing.results import IndexResult
from ekistics.workspace.assessing.stored_tables import read_stored_table
from ekistics.workspace.assessing.verbs import Drawing, Say, assess_table

ELSEWHERE = 1e-12
"""How far, relative, a figure may differ under other software or on another machine; under the same it may not differ by a bit."""


@dataclass(frozen=True)
class Replay:
    """What came of it: whether all is equal, how much may differ, what differs most, and the files that differ."""

    is_equal: bool
    is_same_software: bool
    largest: float
    differing: tuple[str, ...]


def replay(out: Path, *, workspace: Path | None = None, say: Say = lambda text, done: None) -> Replay:
    """Assess again what a folder holds and compare every score, rank, stage and run with what it says.

    Parameters
    ----------
    workspace : whose own agendas the recipe builds upon, where it does

    Raises
    ------
    NotFound
        If the folder holds no assessment.
    Damaged
        If a file of it is gone or altered.
    """
    told = read_manifest(out)
    recipe, table = recipe_named(out / RECIPE, workspace), read_stored_table(out / INPUT)
    result = assess_table(recipe, table, drawing=Drawing(sensitivity=False), say=say)
    same = told.get("software") == software()
    differing, largest = [], 0.0
    for name, made in _tables(result).items():
        apart = _apart(pq.read_table(out / name), made) if name in told["files"] else np.inf
        largest = max(largest, apart)
        if apart > (0.0 if same else ELSEWHERE):
            differing.append(name)
    return Replay(not differing, same, largest, tuple(differing))


def _tables(result: IndexResult) -> dict[str, pa.Table]:
    found = result.assessment
    told = {
        "scores.parquet": result_tables.score_table(found),
        "ranks.parquet": result_tables.rank_table(found),
        "ranking.parquet": result_tables.ranking_table(found, result.doubt),
        "changes.parquet": result_tables.change_table(found),
    }
    told |= {f"{STAGES}/{result_tables.STAGE_NAMES[one.stage]}.parquet": result_tables.stage_table(found, one) for one in found.stages}
    return told if result.doubt is None else told | {"runs.parquet": result_tables.run_table(result.doubt)}


def _apart(stored: pa.Table, made: pa.Table) -> float:
    """Return the largest relative difference of two tables; infinite where anything but a number differs."""
    if stored.column_names != made.column_names or stored.num_rows != made.num_rows:
        return float("inf")
    largest = 0.0
    for name in made.column_names:
        before, after = (one[name].combine_chunks() for one in (stored, made))
        if not pa.types.is_floating(after.type):
            if before.cast(pa.string()) != after.cast(pa.string()):
                return float("inf")
            continue
        one, other = (column.to_numpy(zero_copy_only=False) for column in (before, after))
        if not np.array_equal(np.isnan(one), np.isnan(other)):
            return float("inf")
        kept = ~np.isnan(one)
        size = np.maximum(np.abs(one[kept]), np.abs(other[kept]))
        gap = np.abs(one[kept] - other[kept])
        largest = max(largest, float(np.max(np.divide(gap, size, out=np.zeros_like(gap), where=size > 0), initial=0.0)))
    return largest
