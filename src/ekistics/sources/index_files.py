"""A person's table of figures (delimited text or spreadsheet; one column an indicator, or tidy) → the table of an index.

All faults are told at once, with row and column and how to mend; then there is either a table or none. Rows are read in blocks and
columns as a whole, so that a million units take seconds and little more memory than their numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ekistics.model.errors import InvalidInput
from ekistics.model.index_tables import IndexTable
from ekistics.model.problems import Problem, Severity, Tally
from ekistics.model.recipes import Recipe
from ekistics.sources.delimited import DelimitedFile, open_delimited
from ekistics.sources.delimited_columns import NotPlain, column_blocks, is_plain
from ekistics.sources.faults import Faults
from ekistics.sources.index_columns import IndexColumns, IndexFileOptions, find_columns
from ekistics.sources.index_gathering import Block, Gathering
from ekistics.sources.spreadsheets import Cell, is_spreadsheet, read_sheet
from ekistics.sources.table_rows import header_names, plain_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["IndexFileOptions", "IndexReading", "index_header", "read_index_frame", "read_index_table"]

_FRAME = "the data frame"
_BLOCK = 100_000
"""Rows held as texts at a time."""


@dataclass(frozen=True)
class IndexReading:
    """What a file gave: the table, None where anything was rejected, with all that was found; `taken` says by role which column it is."""

    file: str
    table: IndexTable | None
    problems: tuple[Problem, ...]
    tally: Tally
    taken: Mapping[str, str] = field(default_factory=dict)

    @property
    def rejected(self) -> tuple[Problem, ...]:
        """The problems for which there is no table."""
        return tuple(one for one in self.problems if one.severity is Severity.REJECTED)


@dataclass(frozen=True)
class _Opened:
    file: str
    sheet: str | None
    header: list[str]
    first_row: int
    rows: Iterator[Sequence[Cell]]
    text: DelimitedFile | None
    problems: tuple[Problem, ...]


def read_index_table(path: Path, recipe: Recipe, options: IndexFileOptions | None = None) -> IndexReading:
    """Read the figures that a recipe asks for.

    Parameters
    ----------
    path : `.csv`, `.csv.gz`, `.tsv`, `.xlsx`, `.ods` or `.xls`; the kind is seen from the bytes. A spreadsheet may be hostile: read it
        in a process apart
    recipe : names the indicators and their denominators, by the codes (or names) that head the columns, and the groupings
    options : how the file is written; None as usual

    Raises
    ------
    InvalidInput
        If the file cannot be read as a table at all.
    """
    options = options or IndexFileOptions()
    opened = _open(path, options)
    if opened.text is not None and is_plain(opened.text, opened.first_row - 1):
        try:
            return _read(opened, recipe, options, by_columns=True)
        except NotPlain:
            opened = _open(path, options)
    return _read(opened, recipe, options, by_columns=False)


def _read(opened: _Opened, recipe: Recipe, options: IndexFileOptions, *, by_columns: bool) -> IndexReading:
    faults = Faults(opened.file, opened.sheet)
    columns = find_columns(opened.header, recipe, options, faults)
    if columns is None:
        return IndexReading(opened.file, None, (*opened.problems, *faults.problems()), Tally(opened.file, 0, 0))
    gathering = Gathering(opened.header, columns, recipe, options, faults)
    read = 0
    for block in _column_blocks(opened, columns) if by_columns else _blocks(opened, columns, faults):
        read += gathering.take(block)
    return _reading(gathering, opened.header, columns, faults, opened.problems, read)


def _reading(
    gathering: Gathering, header: Sequence[str], columns: IndexColumns, faults: Faults, before: tuple[Problem, ...], read: int
) -> IndexReading:
    table = gathering.table(faults.file)
    problems = (*before, *faults.problems())
    if not gathering.options.leave_out_faulty and any(one.severity is Severity.REJECTED for one in problems):
        table = None
    tally = Tally(faults.file, read, gathering.used, 0, read - gathering.used)
    return IndexReading(faults.file, table, problems, tally, _taken(header, columns))


def read_index_frame(frame: pd.DataFrame, recipe: Recipe, options: IndexFileOptions | None = None) -> IndexReading:
    """Read the figures that a recipe asks for from a data frame, as from a file; rows count from 1.

    Parameters
    ----------
    frame : unit codes in a column, or as the named index; what pandas holds as missing is missing
    """
    options = options or IndexFileOptions()
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    header = [" ".join(str(name).split()) for name in frame.columns]
    faults = Faults(_FRAME, None)
    columns = find_columns(header, recipe, options, faults)
    if columns is None:
        return IndexReading(_FRAME, None, faults.problems(), Tally(_FRAME, 0, 0))
    gathering = Gathering(header, columns, recipe, options, faults)
    held = {at: _cells_of(frame.iloc[:, at]) for at in columns.used()}
    read = gathering.take(Block(np.arange(1, len(frame) + 1), np.ones(len(frame), bool), held)) if len(frame) else 0
    return _reading(gathering, header, columns, faults, (), read)


def _cells_of(column: pd.Series[Any]) -> list[Cell]:
    cells: list[Cell] = ["" if missing else cell for cell, missing in zip(column.tolist(), column.isna().tolist(), strict=True)]
    return cells


def index_header(path: Path, options: IndexFileOptions | None = None, *, rows: int = 20_000) -> tuple[list[str], list[list[Cell]]]:
    """Return the headings of a table and its first rows, for a recipe to be begun from.

    Raises
    ------
    InvalidInput
        If the file cannot be read as a table.
    """
    opened = _open(path, options or IndexFileOptions())
    return opened.header, [list(row) for row in itertools.islice(opened.rows, rows)]


def _open(path: Path, options: IndexFileOptions) -> _Opened:
    rows: Iterator[Sequence[Cell]]
    problems: tuple[Problem, ...] = ()
    sheet: str | None = None
    text: DelimitedFile | None = None
    _require_style(options, path.name)
    if is_spreadsheet(path):
        read = read_sheet(path, options.sheet)
        rows, sheet = iter(read.rows), read.sheet
    else:
        text = open_delimited(path, encoding=options.encoding, delimiter=options.delimiter)
        rows, problems = iter(text.rows()), text.problems
    end = options.header_row - 1 + options.header_rows
    head = list(itertools.islice(rows, end))[options.header_row - 1 :]
    header = header_names(head) if head else []
    if len(head) < options.header_rows or not any(header):
        raise InvalidInput(
            "the table has no header where it was said to be" if head else "the table is empty",
            file=path.name, sheet=sheet, row=options.header_row, expected="a row of headings, and below it one row a unit",
        )  # fmt: skip
    return _Opened(path.name, sheet, header, end + 1, rows, text, problems)


def _require_style(options: IndexFileOptions, file: str) -> None:
    if options.decimal not in (".", ",") or options.thousands not in ("", ".", ",") or options.decimal == options.thousands:
        found = f"decimal mark {options.decimal!r}, thousands mark {options.thousands!r}"
        raise InvalidInput("the marks of numbers can be none", file=file, found=found, expected="a point or a comma, each for one thing")
    if options.header_row < 1 or options.header_rows < 1:
        raise InvalidInput("the header can stand in no such row", file=file, found=str(options.header_row), expected="1 or more")


def _column_blocks(opened: _Opened, columns: IndexColumns) -> Iterator[Block]:
    """Yield the columns in use of a plain text."""
    assert opened.text is not None  # noqa: S101 - the caller asked
    number = opened.first_row
    for found in column_blocks(opened.text, opened.header, number - 1, columns.used()):
        count = len(found[columns.unit])
        yield Block(np.arange(number, number + count), np.ones(count, bool), found)
        number += count


def _blocks(opened: _Opened, columns: IndexColumns, faults: Faults) -> Iterator[Block]:
    """Yield the columns in use, a block of rows at a time; blank rows are passed over, and rows of another width told."""
    number, used, width = opened.first_row, columns.used(), len(opened.header)
    while rows := list(itertools.islice(opened.rows, _BLOCK)):
        numbers = np.arange(number, number + len(rows))
        number += len(rows)
        blank = [not any(cell != "" for cell in row) for row in rows]
        if any(blank):
            rows = [row for row, is_blank in zip(rows, blank, strict=True) if not is_blank]
            numbers = numbers[~np.array(blank)]
        fits = np.ones(len(rows), bool)
        if not all(len(row) == width for row in rows):
            rows = [
                _fitted(row, width, int(at), faults, fits, position) for position, (row, at) in enumerate(zip(rows, numbers, strict=True))
            ]
        if rows:
            turned = list(zip(*rows, strict=True))
            yield Block(numbers, fits, {at: turned[at] for at in used})


def _fitted(
    row: Sequence[Cell], width: int, number: int, faults: Faults, fits: np.ndarray[tuple[int], np.dtype[np.bool_]], at: int
) -> Sequence[Cell]:
    """Return a row as wide as the header; one with more in it does not fit."""
    if len(row) < width:
        said = "The row has fewer cells than the header has columns; those at its end were taken as empty."
        faults.add("row-too-short", said, Severity.REPAIRED, number, expected=f"{width} cells")
        return [*row, *[""] * (width - len(row))]
    if any(plain_text(cell) for cell in row[width:]):
        fits[at] = False
        faults.add(
            "row-too-long", "The row has more cells than the header has columns.", Severity.REJECTED, number,
            found=f"{len(row)} cells", expected=f"{width}", mend="put quotation marks around texts with a delimiter in them",
        )  # fmt: skip
    return row[:width]


def _taken(header: Sequence[str], columns: IndexColumns) -> dict[str, str]:
    told = {"units": columns.unit, "names": columns.name, "years": columns.year}
    if columns.long:
        told |= {"indicators": columns.long.indicator, "values": columns.long.value, "standard errors": columns.long.standard_error}
    return {role: header[at] for role, at in told.items() if at is not None}
