"""Tables of who works where: columns by their usual names, faults by row and column, good rows kept."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.model.problems import Severity
from ekistics.sources.commuting import read_commuting

GOOD = "origin,destination,commuters\nA,A,60\nA,B,20.5\nB,A,0\n"


def table(tmp_path, text: str, name: str = "flows.csv", encoding: str = "utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def test_flows_are_read_as_they_stand(tmp_path):
    read = read_commuting(table(tmp_path, GOOD))
    assert read.origin == ("A", "A", "B")
    assert read.destination == ("A", "B", "A")
    assert read.commuters.tolist() == [60.0, 20.5, 0.0]
    assert read.problems == ()
    assert read.tally.used == 3


@pytest.mark.parametrize("head", ["home;work;workers", "Residence;Workplace;Count", "FROM;TO;Persons", "live in;work in;flow"])
def test_columns_are_found_by_their_usual_names(tmp_path, head):
    assert read_commuting(table(tmp_path, f"{head}\nA;A;5\n")).commuters.tolist() == [5.0]


def test_codes_keep_their_leading_zeros_and_spaces_around_them_go(tmp_path):
    read = read_commuting(table(tmp_path, "origin,destination,commuters\n007, 007 ,5\n"))
    assert read.origin == read.destination == ("007",)


def test_a_spreadsheet_is_read_like_a_text(tmp_path):
    import pandas as pd

    path = tmp_path / "flows.xlsx"
    pd.DataFrame({"origin": ["01", "01"], "destination": ["01", "02"], "commuters": [10, 4]}).to_excel(path, index=False)
    read = read_commuting(path)
    assert read.origin == ("01", "01")
    assert read.commuters.tolist() == [10.0, 4.0]


def test_every_bad_row_is_told_with_its_row_and_column_and_the_good_ones_are_used(tmp_path):
    bad = "A,A,60\n,B,5\nA,,5\nA,B,many\nA,B,-3\nA,B,\nA,B,inf\nA,B,nan\nB,A,7\n"
    read = read_commuting(table(tmp_path, f"origin,destination,commuters\n{bad}"))
    assert read.commuters.tolist() == [60.0, 7.0]
    told = [(one.row, one.column, one.found) for one in read.problems]
    assert told == [
        (3, "origin", "nothing"), (4, "destination", "nothing"), (5, "commuters", "many"), (6, "commuters", "-3"),
        (7, "commuters", "nothing"), (8, "commuters", "inf"), (9, "commuters", "nan"),
    ]  # fmt: skip
    assert all(one.severity is Severity.REJECTED and one.file == "flows.csv" and one.expected and one.mend for one in read.problems)
    assert (read.tally.read, read.tally.used, read.tally.left_out) == (9, 2, 7)


def test_a_share_is_no_number_of_people(tmp_path):
    read = read_commuting(table(tmp_path, "origin,destination,commuters\nA,A,60\nA,B,12%\n"))
    assert read.commuters.tolist() == [60.0]
    assert read.problems[0].found == "12%"


@pytest.mark.parametrize(
    ("text", "message", "expected"),
    [
        ("origin,destination\nA,B\n", "no column of commuters", "commuters"),
        ("origin,commuters\nA,1\n", "no column of destination", "destination"),
        ("a,b,c\n1,2,3\n", "no column of origin", "origin"),
        ("origin,destination,commuters\n", "no row that can be used", "commuters"),
        ("origin,destination,commuters\nA,B,5\n", "work where they live", "same origin and destination"),
    ],
)
def test_a_table_that_tells_no_flows_is_refused(tmp_path, text, message, expected):
    with pytest.raises(InvalidInput, match=message) as left:
        read_commuting(table(tmp_path, text))
    assert left.value.file == "flows.csv"
    assert expected in left.value.expected


def test_a_table_of_bad_rows_only_says_what_is_wrong_with_the_first(tmp_path):
    with pytest.raises(InvalidInput) as left:
        read_commuting(table(tmp_path, "origin,destination,commuters\nA,A,x\n"))
    assert (left.value.row, left.value.column, left.value.found) == (2, "commuters", "x")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_random_bytes_give_flows_or_our_error(tmp_path_factory, data):
    content = bytearray(GOOD.encode())
    if data.draw(st.booleans()):
        content = bytearray(data.draw(st.binary(max_size=120)))
    else:
        for _ in range(data.draw(st.integers(1, 8))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("fuzz") / "flows.csv"
    path.write_bytes(bytes(content))
    with contextlib.suppress(EkisticsError):
        read = read_commuting(path)
        assert len(read.origin) == len(read.destination) == len(read.commuters) > 0
        assert (read.commuters >= 0).all()
