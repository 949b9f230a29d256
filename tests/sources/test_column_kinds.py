"""What the columns of a table seem to hold: numbers under other marks are told, and a title above the header is seen."""

import pytest

from ekistics.sources.column_kinds import column_kinds, likely_header_row
from ekistics.sources.index_columns import IndexFileOptions

HEADER = ["code", "region", "income", "people", "green"]


def rows(income, people, green):
    return [[f"C{n}", "NS"[n % 2], income, people, green] for n in range(6)]


@pytest.mark.parametrize(
    ("cells", "unread", "marks"),
    [
        (("70123", "5774830", "4.5"), (), ""),
        (("70,123", "5,774,830", "4.5"), ("income", "people"), "--thousands ,"),
        (("70.123", "5.774.830", "4,5"), ("people", "green"), "--decimal , --thousands ."),
        (("70123", "5774830", "4,512"), ("green",), "--thousands , or --decimal ,"),  # nobody can tell
        (("70123,25", "5774830", "4,5"), ("income", "green"), "--decimal ,"),
        (("12.05.2020", "12/5", "a, b"), (), ""),
    ],
)
def test_numbers_with_other_marks_are_told_with_the_marks_that_read_them(cells, unread, marks):
    kinds = column_kinds(HEADER, rows(*cells), IndexFileOptions())
    assert (kinds.unread, kinds.marks) == (unread, marks)


def test_columns_that_are_read_as_told_are_numbers_and_nothing_is_left_aside():
    kinds = column_kinds(HEADER, rows("70.123", "5.774.830", "4,5"), IndexFileOptions(decimal=",", thousands="."))
    assert (kinds.numbers, kinds.groupings, kinds.unread) == (("income", "people", "green"), ("region",), ())


def test_numbers_of_a_spreadsheet_have_no_marks():
    kinds = column_kinds(HEADER, rows(70123.5, 5774830, 4.5), IndexFileOptions())
    assert (kinds.numbers, kinds.unread) == (("income", "people", "green"), ())


@pytest.mark.parametrize(
    ("header", "body", "row"),
    [
        (["Our cities", "", "", "", ""], [HEADER, *rows("1", "2", "3")], 2),
        (["Our cities"], [["", ""], HEADER, *rows("1", "2", "3")], 3),
        (HEADER, rows("1", "2", "3"), None),
        (["code", "", "income", "people", "green"], rows("1", "2", "3"), None),
        (["one"], [], None),
    ],
)
def test_a_title_above_the_header_is_seen(header, body, row):
    assert likely_header_row(header, body, 1) == row
