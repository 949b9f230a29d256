"""Spreadsheets: cells as stored, per cent as shown, and formatting without content costs nothing."""

from datetime import date, datetime

import openpyxl
import pytest

from ekistics.model.errors import InvalidInput
from ekistics.sources.mappings import parse_mapping
from ekistics.sources.spreadsheets import PercentCell, read_sheet
from ekistics.sources.tables import propose_mapping, read_table

from .made_sheets import cell, make, row


def saved(path, rows, *, merged=(), sheet="Data"):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for one in rows:
        page.append(one)
    for area in merged:
        page.merge_cells(area)
    book.save(path)
    return path


def test_codes_stored_as_text_keep_zeros_and_dates_are_dates(tmp_path):
    rows = read_sheet(saved(tmp_path / "t.xlsx", [["code", "day", "n"], ["007", date(2015, 6, 30), 3]])).rows
    assert rows[1][0] == "007"
    day = rows[1][1]
    assert (day.date() if isinstance(day, datetime) else day) == date(2015, 6, 30)


def test_a_cell_shown_as_per_cent_is_the_number_that_a_person_sees(tmp_path):
    body = row(1, cell("A1", "share")) + row(2, cell("A2", 0.125, 1)) + row(3, cell("A3", 0.125))
    rows = read_sheet(make(tmp_path / "t.xlsx", body)).rows
    assert [one[0] for one in rows] == ["share", PercentCell(12.5), 0.125]


def test_merged_headers_go_to_each_of_their_columns(tmp_path):
    path = saved(
        tmp_path / "t.xlsx", [["A report"], ["code", "Share", None], [None, 2010, 2020], ["A", 1.5, 2.5]], merged=("B2:C2", "A2:A3")
    )
    mapping = parse_mapping({
        "series": {"source": "s"}, "place": {"column": "code"}, "header_row": 2, "header_rows": 2,
        "measures": [{"indicator": "share", "unit": "%", "column": f"Share / {at}", "period": str(at)} for at in (2010, 2020)],
    }, file="m")  # fmt: skip
    reading = read_table(path, mapping)
    assert [one.value for one in reading.observations] == [1.5, 2.5]
    assert reading.observations[0].locator == "sheet Data, row 4, column Share / 2010"


def test_formatting_down_to_the_last_row_is_read_past(tmp_path):
    filled = row(1, cell("A1", "code"), cell("B1", "n")) + row(2, cell("A2", "X"), cell("B2", 5))
    ghosts = "".join(row(at, cell(f"A{at}", None, 1)) for at in [*range(3, 3000), 1_048_576])
    rows = read_sheet(make(tmp_path / "t.xlsx", filled + ghosts)).rows
    assert rows == [["code", "n"], ["X", 5]]


def test_a_sheet_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="found Data; expected Figures"):
        read_sheet(saved(tmp_path / "t.xlsx", [["a"]]), "Figures")


def test_a_proposed_mapping_finds_the_header_below_a_title(tmp_path):
    path = saved(tmp_path / "t.xlsx", [["Green area of our cities"], [], ["City", "Share 2010 (%)", "Share 2020 (%)"], ["A", 1, 2]])
    proposed = propose_mapping(path)
    assert "header_row: 3" in proposed
    assert "period: '2010'" in proposed
