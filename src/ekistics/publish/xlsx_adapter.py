"""The one door to XlsxWriter, which is untyped. Texts are written as texts: no cell ever holds a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

SHEET_ROWS = 1_048_576
"""Rows of a worksheet, its head included."""

Cell = str | float | int | date | None


def workbook_bytes(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> bytes:
    """Return a workbook.

    Parameters
    ----------
    sheets : (name, heads, rows); what is longer than a worksheet goes on to `name 2`, `name 3` …
    """
    held = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "in_memory": False,
    }
    book: Any = xlsxwriter.Workbook(held, options)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for name, heads, rows in sheets:
        _sheet(book, name, heads, rows, (bold, day))
    book.close()
    return held.getvalue()


def _sheet(book: Any, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], formats: tuple[Any, Any]) -> None:
    sheet, line, part = None, SHEET_ROWS, 0
    for row in rows:
        if line >= SHEET_ROWS:
            part += 1
            sheet, line = _started(book, name if part == 1 else f"{name} {part}", heads, formats[0]), 1
        for column, value in enumerate(row):
            _write(sheet, line, column, value, formats[1])
        line += 1
    if sheet is None:
        _started(book, name, heads, formats[0])


def _started(book: Any, name: str, heads: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    return sheet


def _write(sheet: Any, line: int, column: int, value: Cell, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(line, column, value[:32_767])
    elif isinstance(value, date):
        sheet.write_datetime(line, column, value, day)
    else:
        sheet.write_number(line, column, float(value))
