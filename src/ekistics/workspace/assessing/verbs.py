"""The verbs: a recipe and figures in (a table, a data frame, a file, the record), an index out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekistics.assess.index.pipeline import assess
from ekistics.assess.index.refusals import check
from ekistics.engine.limits import run_limited
from ekistics.engine.steps import CancelToken
from ekistics.engine.where import Where
from ekistics.model.errors import InvalidInput
from ekistics.model.index_tables import IndexTable
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Recipe
from ekistics.sources.index_files import IndexFileOptions, IndexReading, read_index_frame, read_index_table
from ekistics.workspace.assessing.chosen_recipes import chosen_or_named
from ekistics.workspace.assessing.doubting import doubt_and_causes
from ekistics.workspace.assessing.folders import write_assessment
from ekistics.workspace.assessing.recipes import is_sheet, recipe_named, require_written
from ekistics.workspace.assessing.record_tables import RecordCut, table_of_record
from ekistics.workspace.assessing.results import IndexResult, InputRefused
from ekistics.workspace.assets import checksum_of
from ekistics.workspace.session import Session

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Drawing", "IndexFileOptions", "Where", "Written", "assess_file", "assess_frame", "assess_record", "assess_table"]

Say = Callable[[str, float], None]


def _quiet(text: str, done: float) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Written:
    """An index with the folder that holds it: names of its files, and which columns were taken for what."""

    result: IndexResult
    out: Path
    files: tuple[str, ...]
    taken: Mapping[str, str]


@dataclass(frozen=True)
class Drawing:
    """How the doubt is drawn: runs and seed in place of the recipe's own (no runs draw none), where, and whether its causes are told.

    `sensitivity` None tells the causes where the units are few enough for that to be quick.
    """

    runs: int | None = None
    seed: int | None = None
    where: Where = field(default_factory=Where)
    sensitivity: bool | None = None
    cancel: CancelToken | None = None


def assess_table(
    recipe: Recipe, table: IndexTable, *, drawing: Drawing | None = None, notes: tuple[Problem, ...] = (), say: Say = _quiet
) -> IndexResult:
    """Apply a recipe to a table.

    Parameters
    ----------
    drawing : how the doubt is drawn; None as the recipe says
    notes : what the reader of the table had to say, kept with the result

    Raises
    ------
    InputRefused
        With everything that speaks against it.
    """
    drawing = drawing or Drawing()
    recipe = _with_design(recipe, drawing.runs, drawing.seed)
    say("checking", 0.1)
    problems = tuple(_placed(one, table) for one in check(recipe, table))
    if any(one.severity is Severity.REJECTED for one in problems):
        raise InputRefused(problems)
    say("assessing", 0.2)
    found = assess(recipe, table)
    is_ranked = bool(found.ranks[-1, found.row(recipe.top.code)].any())
    doubt, causes, said = doubt_and_causes(
        recipe, table, where=drawing.where, sensitivity=drawing.sensitivity if is_ranked else False, say=say, cancel=drawing.cancel
    )
    return IndexResult(found, table, doubt, causes, (*notes, *problems, *said))


def assess_frame(
    recipe: Recipe | Path | str,
    frame: pd.DataFrame,
    *,
    options: IndexFileOptions | None = None,
    drawing: Drawing | None = None,
) -> IndexResult:
    """Apply a recipe to a data frame: one column of unit codes, one column an indicator (or tidy), as in a file.

    Parameters
    ----------
    recipe : a recipe, its file, or the name of one that comes with Ekistics
    options : which column is what, where its heading does not say so

    Raises
    ------
    InputRefused
        With everything that speaks against it.
    """
    recipe = recipe if isinstance(recipe, Recipe) else recipe_named(recipe)
    reading = read_index_frame(frame, recipe, options)
    return assess_table(recipe, _table_of(reading), drawing=drawing, notes=reading.problems)


def assess_file(
    recipe: Recipe | Path | str,
    data: Path,
    out: Path,
    *,
    options: IndexFileOptions | None = None,
    drawing: Drawing | None = None,
    workspace: Path | None = None,
    say: Say = _quiet,
) -> Written:
    """Apply a recipe to a table of figures and write all that came out into a folder; nothing is written where it is refused.

    Parameters
    ----------
    recipe : a recipe, its file, or the name of one that comes with Ekistics
    data : delimited text or a spreadsheet
    out : a new folder, or one of an earlier assessment, which is replaced
    workspace : whose own agendas a recipe may build upon

    Raises
    ------
    InputRefused
        With everything that is wrong with the recipe or with the figures.
    Conflict
        If the folder holds other files.
    """
    recipe = recipe if isinstance(recipe, Recipe) else recipe_named(recipe, workspace)
    require_written(recipe)
    options = options or IndexFileOptions()
    say("reading", 0.0)
    reading = _read(data, recipe, options)
    result = assess_table(recipe, _table_of(reading), drawing=drawing, notes=reading.problems, say=say)
    sha256, size = checksum_of(data)
    about = {"data": {"file": data.name, "sha256": sha256, "bytes": size, "options": asdict(options), "taken": dict(reading.taken)}}
    return Written(result, out, write_assessment(out, result, about, say), reading.taken)


def assess_record(
    session: Session,
    recipe: Recipe | Path | str,
    out: Path | None = None,
    *,
    cut: RecordCut | None = None,
    drawing: Drawing | None = None,
    say: Say = _quiet,
) -> Written:
    """Apply a recipe to the figures of the record, as of a commit; every cell keeps the number of its figure.

    Parameters
    ----------
    out : where to write all that came out; None writes nothing
    cut : which places and years, as of which commit

    Raises
    ------
    InputRefused
        With everything that speaks against it.
    NotFound
        If the record holds no figure that the recipe asks for.
    """
    recipe = recipe if isinstance(recipe, Recipe) else chosen_or_named(session.folder, recipe)
    if out is not None:
        require_written(recipe)
    cut = cut or RecordCut()
    say("cutting the table out of the record", 0.0)
    table, notes = table_of_record(session, recipe, cut)
    result = assess_table(recipe, table, drawing=drawing, notes=notes, say=say)
    if out is None:
        return Written(result, Path(), (), {})
    about = {"record": {"source": table.source, "cut": asdict(cut)}}
    return Written(result, out, write_assessment(out, result, about, say), {})


def _read(data: Path, recipe: Recipe, options: IndexFileOptions) -> IndexReading:
    """Read a file; a spreadsheet, which may be hostile, in a process apart."""
    return run_limited(read_index_table, data, recipe, options) if is_sheet(data) else read_index_table(data, recipe, options)


def _table_of(reading: IndexReading) -> IndexTable:
    if reading.table is None:
        raise InputRefused(reading.problems)
    return reading.table


def _placed(problem: Problem, table: IndexTable) -> Problem:
    """Return a problem with the file that it stands in, where it speaks of a column of the figures."""
    is_of_figures = problem.file is None and problem.column in {*table.indicators, *table.denominators}
    return replace(problem, file=table.source) if is_of_figures else problem


def _with_design(recipe: Recipe, runs: int | None, seed: int | None) -> Recipe:
    told: dict[str, Any] = {} if seed is None else {"seed": seed}
    if runs is not None:
        if runs < 0:
            raise InvalidInput("there can be no such number of runs", found=str(runs), expected="0 or more")
        # no runs is no design: nothing is drawn
        told["uncertainty"] = replace(recipe.uncertainty, runs=runs) if runs else replace(recipe.uncertainty, inputs=())
    return replace(recipe, **told) if told else recipe
