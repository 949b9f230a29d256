"""Which recipe is meant: a file, or the name of one that comes with Ekistics; and everything that is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ekistics.assess.index.refusals import check_recipe as check_loaded
from ekistics.assess.methods.catalogue import find, method_problems
from ekistics.engine.limits import run_limited
from ekistics.frameworks.recipe_explaining import Explanation, explain, explanation_lines
from ekistics.frameworks.recipe_loader import (
    SHIPPED_RECIPES,
    check_recipe,
    load_recipe,
    load_shipped_recipe,
    placed_in_file,
    recipe_problems,
)
from ekistics.frameworks.recipe_starting import recipe_for_table
from ekistics.frameworks.recipe_writer import recipe_yaml
from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Recipe
from ekistics.sources.column_kinds import column_kinds, likely_header_row
from ekistics.sources.index_files import IndexFileOptions, index_header
from ekistics.sources.spreadsheets import is_spreadsheet
from ekistics.workspace import catalogue
from ekistics.workspace.assessing.results import InputRefused

__all__ = [
    "IndexFileOptions", "explained", "explanation_lines", "recipe_begun", "recipe_faults", "recipe_named", "require_written",
    "shipped_recipes",
]  # fmt: skip

_FEW = 8
"""Headings that are listed before the rest is counted."""


def recipe_named(name: Path | str, workspace: Path | None = None) -> Recipe:
    """Return a recipe by its file or, where no such file is there, by the name under which it comes with Ekistics.

    Raises
    ------
    NotFound
        If it is neither.
    InputRefused
        With all that is wrong with the file.
    """
    path = Path(name)
    if not path.exists():
        if str(name) in SHIPPED_RECIPES:
            return load_shipped_recipe(str(name))
        expected = f"a file, or one of {', '.join(SHIPPED_RECIPES)}"
        raise NotFound("no such recipe", found=str(name), expected=expected, mend="begin one with: ekistics recipe new")
    if problems := recipe_faults(path, workspace):
        raise InputRefused(problems)
    return load_recipe(path, frameworks=catalogue.frameworks(workspace), methods=method_problems)


def recipe_faults(path: Path, workspace: Path | None = None) -> list[Problem]:
    """Return everything wrong with a recipe's file: how it is written, what it names, and whether its parts go together.

    Raises
    ------
    InvalidInput
        If the file cannot be read as text at all.
    """
    frameworks = catalogue.frameworks(workspace)
    if problems := check_recipe(path, frameworks=frameworks, methods=method_problems):
        return problems
    return placed_in_file(path, check_loaded(load_recipe(path, frameworks=frameworks, methods=method_problems)))


@dataclass(frozen=True)
class Begun:
    """The text of a recipe that was begun from a table, with what has to be said of the table's columns."""

    text: str
    notes: tuple[Problem, ...]


def recipe_begun(data: Path, options: IndexFileOptions | None = None, *, name: str = "") -> Begun:
    """Return the text of a recipe for a table: every column of numbers an indicator, with a note on each choice, for a person to correct.

    Raises
    ------
    InvalidInput
        If the file cannot be read as a table, or has no column of numbers.
    """
    options = options or IndexFileOptions()
    is_sheet(data)
    header, rows = run_limited(index_header, data, options)  # it may be a spreadsheet, which may be hostile
    kinds = column_kinds(header, rows, options)
    if not kinds.numbers:
        row = likely_header_row(header, rows, options.header_row)
        mend = f"say how numbers are written: {kinds.marks}" if kinds.marks else "name the row of the headings (--header-row) or the sheet"
        raise InvalidInput(
            "the table has no column of numbers", file=data.name, row=options.header_row,
            found=f"the headings {_listed([one for one in header if one])}", expected="one or more columns to make an index of",
            mend=f"the headings seem to stand further down: --header-row {row}" if row else mend,
        )  # fmt: skip
    title = name or data.name.partition(".")[0].replace("_", " ")
    text = recipe_for_table(kinds.numbers, name=title, with_errors=kinds.with_errors, groupings=kinds.groupings)
    return Begun(text, _of_unread(kinds.unread, kinds.marks, data.name))


def _of_unread(unread: Sequence[str], marks: str, file: str) -> tuple[Problem, ...]:
    if not unread:
        return ()
    said = "Columns that hold numbers with other marks were taken for texts and left aside."
    mend = f"say how the file writes numbers, here and to assess: {marks}"
    return (Problem("numbers-left-aside", said, Severity.NOTE, file, found=_listed(unread), mend=mend, count=len(unread)),)


def _listed(headings: Sequence[str]) -> str:
    more = len(headings) - _FEW
    return ", ".join(headings[:_FEW]) + (f" and {more:,} more" if more > 0 else "")


def is_sheet(data: Path) -> bool:
    """Whether a table is a spreadsheet.

    Raises
    ------
    InvalidInput
        If the file cannot be read.
    """
    try:
        return is_spreadsheet(data)
    except OSError as error:
        raise InvalidInput(
            "the file cannot be read", file=str(data), found=error.strerror or "no answer", mend="check its name and your rights"
        ) from error


def explained(recipe: Recipe) -> Explanation:
    """Return a recipe in plain words, with what its methods do."""
    return explain(recipe, lambda stage, method: find(stage, method).says)


def require_written(recipe: Recipe) -> None:
    """Refuse a recipe that was made in Python and does not read back from its file: what is kept of it could not be replayed.

    Raises
    ------
    InputRefused
        With what its file would be told.
    """
    if problems := recipe_problems(recipe_yaml(recipe), "the recipe", methods=method_problems):
        raise InputRefused(problems)


def shipped_recipes() -> dict[str, Recipe]:
    """Return the recipes that come with Ekistics by name."""
    return {name: load_shipped_recipe(name) for name in SHIPPED_RECIPES}
