"""The folder of an assessment: everything that came out and what is needed to make it again, written whole or not at all."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ekistics.frameworks.recipe_writer import recipe_yaml
from ekistics.model.errors import Conflict, Damaged, NotFound
from ekistics.publish.tables import csv_bytes
from ekistics.workspace.assessing import result_tables
from ekistics.workspace.assessing.reports import report_html
from ekistics.workspace.assessing.results import IndexResult
from ekistics.workspace.assessing.stored_tables import stored_table
from ekistics.workspace.assessing.workbook import assessment_workbook
from ekistics.workspace.assets import checksum_of
from ekistics.workspace.session import now

MANIFEST, RECIPE, INPUT, REPORT = "assessment.json", "recipe.yaml", "input.parquet", "report.html"
STAGES = "stages"
FORMAT = 1
_COUNTED = ("ekistics", "numpy", "scipy", "numba", "pyarrow", "scikit-learn")
"""What a figure may depend on to the last bit."""

Say = Callable[[str, float], None]
Write = Callable[[Path], None]


def write_assessment(out: Path, result: IndexResult, about: Mapping[str, Any], say: Say) -> tuple[str, ...]:
    """Write an assessment into a folder and return the names of its files.

    Parameters
    ----------
    out : a new folder, an empty one, or one of an earlier assessment, which it replaces
    about : where the figures came from, for `assessment.json`

    Raises
    ------
    Conflict
        If the folder holds anything else.
    """
    with whole_folder(out) as folder:
        sums: dict[str, str] = {}
        files = list(_files(result))
        beside = (*(name for name, _ in files), MANIFEST)
        files.append((REPORT, lambda path: _text(path, report_html(result, beside))))
        for done, (name, write) in enumerate(files):
            say("writing", done / len(files))
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path)
            sums[name] = checksum_of(path)[0]
        told = manifest_of(result) | dict(about) | {"files": sums}
        (folder / MANIFEST).write_text(json.dumps(told, indent=2, ensure_ascii=False), encoding="utf-8")
    return (*sums, MANIFEST)


def read_manifest(out: Path) -> dict[str, Any]:
    """Return what `assessment.json` of a folder says, once every file in it is seen to be as it was written.

    Raises
    ------
    NotFound
        If the folder holds no assessment.
    Damaged
        If a file of it is gone or altered.
    """
    try:
        told = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        sums: dict[str, str] = dict(told["files"])
    except OSError as error:
        raise NotFound("the folder holds no assessment", found=str(out), expected=f"a folder with {MANIFEST}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("the assessment says nothing of itself that can be read", file=str(out / MANIFEST), mend="assess again") from error
    for name, known in sums.items():
        path = out / name
        if not path.is_file() or checksum_of(path)[0] != known:
            found = "other bytes" if path.is_file() else "nothing"
            raise Damaged("a file of the assessment is not as it was written", file=str(path), found=found, mend="assess again")
    return dict(told)


def manifest_of(result: IndexResult) -> dict[str, Any]:
    """Return what an assessment says of itself: recipe, seed, versions, what was counted."""
    found, recipe = result.assessment, result.assessment.recipe
    told: dict[str, Any] = {
        "format": FORMAT, "made": now().isoformat(), "recipe": recipe.code, "recipe_version": recipe.version, "title": recipe.title,
        "provisional": list(recipe.provisional), "seed": recipe.seed, "software": software(), "methods": dict(found.versions),
        "units": len(found.table.units), "years": list(result_tables.years_of(found)), "indicators": len(recipe.indicators),
        "groups": list(found.groups), "refused": len(found.refused), "left_out": dict(found.left_out),
    }  # fmt: skip
    if result.doubt is not None:
        told |= {"runs": result.doubt.runs, "failed_runs": result.doubt.failed, "why_failed": list(result.doubt.why_failed)}
    return told


def software() -> dict[str, str]:
    """Return the versions of all that figures may depend on, and the kind of machine."""
    versions = {name: metadata.version(name) for name in _COUNTED}
    return versions | {"python": platform.python_version(), "machine": platform.machine()}


def _files(result: IndexResult) -> Iterator[tuple[str, Write]]:
    """Yield each file with what writes it; a table is made when it is its turn, so that one is held at a time."""
    found = result.assessment
    yield RECIPE, lambda path: _text(path, recipe_yaml(found.recipe))
    yield INPUT, lambda path: write_parquet(path, stored_table(result.given))
    tables: dict[str, Callable[[], pa.Table]] = {
        "ranking": lambda: result_tables.ranking_table(found, result.doubt),
        "scores": lambda: result_tables.score_table(found),
        "ranks": lambda: result_tables.rank_table(found),
        "coverage": lambda: result_tables.coverage_table(found),
    }
    for name, table in tables.items():
        yield f"{name}.parquet", lambda path, table=table: write_parquet(path, table())  # type: ignore[misc]
        yield f"{name}.csv", lambda path, table=table: _bytes(path, csv_bytes(table()))  # type: ignore[misc]
    for stage in found.stages:
        name = f"{STAGES}/{result_tables.STAGE_NAMES[stage.stage]}.parquet"
        yield name, lambda path, stage=stage: write_parquet(path, result_tables.stage_table(found, stage))  # type: ignore[misc]
    yield "changes.parquet", lambda path: write_parquet(path, result_tables.change_table(found))
    yield "refused.csv", lambda path: _bytes(path, csv_bytes(result_tables.refusal_table(found)))
    yield "weights.csv", lambda path: _bytes(path, csv_bytes(result_tables.weight_table(found)))
    if result.doubt is not None:
        doubt = result.doubt
        yield "runs.parquet", lambda path: write_parquet(path, result_tables.run_table(doubt))
    if result.sensitivities:
        yield "sensitivity.csv", lambda path: _bytes(path, csv_bytes(result_tables.sensitivity_table(result.sensitivities)))
    yield "assessment.xlsx", lambda path: _bytes(path, assessment_workbook(result))


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write into that takes the place of `out` when all is written, and vanishes when it is not.

    Raises
    ------
    Conflict
        If `out` is a file, or a folder with something else in it than an assessment.
    """
    if out.exists() and not out.is_dir():
        raise Conflict("a file has the name of the folder to write", found=str(out), mend="choose another folder")
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise Conflict("the folder holds other files", found=str(out), expected="a new folder, or one of an earlier assessment")
    out.parent.mkdir(parents=True, exist_ok=True)
    work, before = (out.with_name(f".{out.name}.{os.getpid()}.{what}") for what in ("part", "before"))
    try:
        work.mkdir()
        yield work
        if out.exists():
            out.rename(before)
        try:
            work.rename(out)
        except OSError:
            if before.exists():
                before.rename(out)
            raise
    finally:
        for one in (work, before):
            if one.exists():
                shutil.rmtree(one)


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write a table; figures differ from cell to cell, so that looking for repetitions in them takes most of the time for nothing."""
    numbers = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    texts = [name for name in table.column_names if name not in set(numbers)]
    by_column: Any = {"use_dictionary": texts, "use_byte_stream_split": numbers}  # the stubs know only yes and no
    pq.write_table(table, path, compression="zstd", compression_level=1, **by_column)
