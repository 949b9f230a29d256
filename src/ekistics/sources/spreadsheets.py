"""Spreadsheets (`.xlsx`, `.ods`, `.xls`) to rows of cells; the one door to calamine.

Read them in a child process (`engine/limits.py`): the scan refuses what it knows to be harmful, the limits hold what it does not.
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias
from xml.parsers import expat

import python_calamine

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.sources.archives import is_archive, open_member
from ekistics.sources.sheet_scan import SheetScan, scan_workbook

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
    except (Exception, python_calamine.CalamineError) as error:  # calamine raises whatever it meets in a broken file
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
    # calamine passes over cells that are only formatted, however far down they reach
    rows: list[list[Cell]] = [list(row) for row in book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)]
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
