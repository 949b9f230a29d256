"""A table file as named columns: CSV or spreadsheet, its header found and joined, its rows with their numbers in the file."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ekistics.model.errors import InvalidInput
from ekistics.model.problems import Problem
from ekistics.sources.delimited import read_delimited
from ekistics.sources.spreadsheets import Cell, PercentCell, is_spreadsheet, read_sheet


@dataclass(frozen=True)
class TableRows:
    """The rows below the header, empty ones left out; `number[i]` is the row of the file, counted from 1."""

    file: str
    sheet: str | None
    header: list[str]
    rows: list[list[Cell]]
    number: list[int]
    problems: tuple[Problem, ...] = ()


def read_table_rows(
    path: Path,
    *,
    sheet: str | None = None,
    header_row: int = 1,
    header_rows: int = 1,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> TableRows:
    """Read a table.

    Parameters
    ----------
    sheet : of a spreadsheet; the first when absent
    header_row, header_rows : where the header begins, and how many rows it takes; a name that is merged over several columns goes
        to each of them

    Raises
    ------
    InvalidInput
        If the file cannot be read, or has no header there.
    """
    rows: list[list[Cell]]
    problems: tuple[Problem, ...] = ()
    name: str | None = None
    if is_spreadsheet(path):
        read = read_sheet(path, sheet)
        rows, name = read.rows, read.sheet
    else:
        text = read_delimited(path, encoding=encoding, delimiter=delimiter)
        rows, problems = [[*row] for row in text.rows], text.problems
    end = header_row - 1 + header_rows
    if len(rows) < end or not any(plain_text(cell) for row in rows[header_row - 1 : end] for cell in row):
        raise InvalidInput("the table has no header where it was said to be", file=path.name, sheet=name, row=header_row)
    header = header_names(rows[header_row - 1 : end])
    kept = [(number, row) for number, row in enumerate(rows[end:], start=end + 1) if any(cell != "" for cell in row)]
    return TableRows(path.name, name, header, [row for _, row in kept], [number for number, _ in kept], problems)


def header_names(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Return the headings of the rows that a header takes, joined from above; a name merged over columns goes to each of them."""
    width = max(len(row) for row in rows)
    names = [""] * width
    for level, row in enumerate(rows):
        last = ""
        for at in range(width):
            text = plain_text(row[at]) if at < len(row) else ""
            last = text or (last if level < len(rows) - 1 else "")
            names[at] = " / ".join(part for part in (names[at], last) if part)
    while names and not names[-1]:
        names.pop()
    return names


def plain_text(cell: Cell | None) -> str:
    """Return a cell as the text that a person sees: one space between words, 2015 for 2015.0, a date as 2015-06-30."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if cell is None:
        return ""
    if isinstance(cell, PercentCell):
        return f"{cell.value:.12g}%"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def column_positions(table: TableRows, wanted: Sequence[str]) -> dict[str, int]:
    """Return where each named column stands.

    Raises
    ------
    InvalidInput
        If one is not there (the nearest is named), or there twice.
    """
    found: dict[str, int] = {}
    for name in wanted:
        places = [at for at, one in enumerate(table.header) if one == " ".join(name.split())]
        if len(places) > 1:
            raise InvalidInput("a column that the mapping names is there twice", file=table.file, sheet=table.sheet, column=name)
        if not places:
            near = difflib.get_close_matches(name, table.header, n=1)
            raise InvalidInput(
                "a column that the mapping names is not there", file=table.file, sheet=table.sheet, expected=name,
                found=", ".join(one for one in table.header if one)[:400],
                mend=f"perhaps it is {near[0]}" if near else "name one that is there",
            )  # fmt: skip
        found[name] = places[0]
    return found
