"""Spreadsheets (`.xlsx`, `.ods`, `.xls`) to rows of cells; the one door to calamine and openpyxl.

Read them in a child process (`engine/limits.py`): the scan refuses what it knows to be harmful, the limits hold what it does not.
"""

from __future__ import annotations

import posixpath
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from xml.parsers import expat

import openpyxl
import python_calamine
from openpyxl.utils.exceptions import InvalidFileException

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.sources.archives import is_archive, open_member
from ekistics.sources.sheet_scan import SheetScan, scan_workbook

EMPTY_ROWS = 1_000
"""A sheet that is formatted far beyond its last filled row ends after this many empty rows."""
_GHOST_ROWS = 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class PercentCell:
    """A number that the sheet shows as per cent: `value` is what a person sees (12.5 for 12.5 %)."""

    value: float


Cell: TypeAlias = str | float | int | bool | date | datetime | time | timedelta | PercentCell
"""A cell as stored: codes kept as text keep their leading zeros; an empty cell is an empty text."""


@dataclass(frozen=True)
class SheetRows:
    """The rows of one sheet from its first row on, and the names of all sheets."""

    sheet: str
    sheets: tuple[str, ...]
    rows: list[list[Cell]]


def is_spreadsheet(path: Path) -> bool:
    """Whether the file is one by its first bytes."""
    with path.open("rb") as stream:
        head = stream.read(8)
    return head == _OLE or is_archive(path)


def read_sheet(path: Path, sheet: str | None = None) -> SheetRows:
    """Read one sheet.

    Parameters
    ----------
    sheet : its name; the first sheet when absent

    Raises
    ------
    InvalidInput
        If the file is damaged or could harm, or has no such sheet.
    """
    scans = scan_workbook(path) if is_archive(path) else {}
    try:
        return _read(path, sheet, scans)
    except EkisticsError:
        raise
    except (Exception, python_calamine.CalamineError) as error:  # both libraries raise whatever they meet in a broken file
        raise _damaged(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a fault in Rust code becomes; it derives from BaseException
            raise
        raise _damaged(path, error) from error


def _damaged(path: Path, error: BaseException) -> InvalidInput:
    return InvalidInput(
        f"the spreadsheet cannot be read ({type(error).__name__})", file=path.name, mend="open it in an office program and save it anew"
    )


def _read(path: Path, sheet: str | None, scans: dict[str, SheetScan]) -> SheetRows:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    names = tuple(str(name) for name in book.sheet_names)
    chosen = sheet if sheet is not None else next(iter(names), "")
    if chosen not in names:
        raise InvalidInput("the file has no such sheet", file=path.name, found=", ".join(names) or "none", expected=chosen)
    scan = scans.get(_part_of(path, chosen), SheetScan()) if scans else SheetScan()
    if scan.last_formatted_row > scan.last_row + _GHOST_ROWS:
        rows = _streamed(path, chosen)
    else:
        rows = [list(row) for row in book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)]
    for row, column in scan.percent:
        cell = rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            rows[row - 1][column - 1] = PercentCell(round(cell * 100.0, 12))
    return SheetRows(chosen, names, rows)


def _part_of(path: Path, sheet: str) -> str:
    """Return the name of the part that holds a sheet."""
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return ""
    with open_member(path, "xl/workbook.xml") as book, open_member(path, "xl/_rels/workbook.xml.rels") as relations:
        key = next((one["id"] for one in _elements(book.read(), "sheet") if one.get("name") == sheet), "")
        target = next((one["Target"] for one in _elements(relations.read(), "Relationship") if one.get("Id") == key), "")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _elements(content: bytes, name: str) -> list[dict[str, str]]:
    """Return the attributes, by their local names, of the elements of one name; the part has been scanned before."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(content, True)
    return found


def _streamed(path: Path, sheet: str) -> list[list[Cell]]:
    """Read a sheet row by row and stop after `EMPTY_ROWS` empty ones: formatting alone can reach down to row 1,048,576."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of extensions that it does not read
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except InvalidFileException as error:
            raise _damaged(path, error) from error
        try:
            return _until_empty(book[sheet])
        finally:
            book.close()


def _until_empty(sheet: Any) -> list[list[Cell]]:  # openpyxl's stubs do not tell a streamed sheet from a chart sheet
    rows: list[list[Cell]] = []
    last = 0
    for row in sheet.iter_rows(values_only=True):
        cells = ["" if cell is None else cell for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        rows.append(cells)
        last = len(rows) if cells else last
        if len(rows) - last >= EMPTY_ROWS:
            break
    return rows[:last]
