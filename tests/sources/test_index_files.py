"""A person's table for an index: read as it is meant, or refused with every fault at once; nothing guessed, nothing half taken."""

import gzip
import resource
import time

import numpy as np
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.asem import asem_recipe, asem_table

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.model.problems import Severity
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, PeerRule, Recipe
from ekistics.sources import index_files
from ekistics.sources.index_files import IndexFileOptions, read_index_table
from ekistics.sources.spreadsheets import read_sheet

TABLE = "code,name,year,green,water\nA,Alpha,2020,1.5,90\nB,Beta,2020,2.5,80\nC,Gamma,2020,,70\n"


def recipe(*codes, **changes):
    told = {"code": "r", "name": "R", "version": "1", "levels": ("indicator", "index"), "groups": (IndexGroup("x", "X", "index"),)}
    leaves = tuple(one if isinstance(one, IndexIndicator) else IndexIndicator(one, one.title(), ("x",)) for one in codes)
    return Recipe(**(told | {"indicators": leaves} | changes))


def leaf(code, **told):
    return IndexIndicator(code, told.pop("name", code.title()), ("x",), **told)


@pytest.fixture
def read(tmp_path):
    """Read a text as a file by a recipe of two indicators, or another."""

    def call(text, of=None, **options):
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_index_table(path, of or recipe("green", "water"), IndexFileOptions(**options))

    return call


def found(reading, kind):
    (one,) = [one for one in reading.problems if one.kind == kind]
    return one


# what is read


def test_a_table_of_one_year_gives_units_names_and_figures(read):
    table = read(TABLE).table
    assert (table.units, table.names, table.years) == (("A", "B", "C"), ("Alpha", "Beta", "Gamma"), (2020,))
    np.testing.assert_array_equal(table.values, [[[1.5, 2.5, np.nan], [90, 80, 70]]])
    assert table.standard_errors is None


def test_a_panel_is_laid_out_by_year_whatever_the_order_of_rows(read):
    table = read("code,year,green,water\nA,2021,2,20\nB,2020,3,30\nA,2020,1,10\n").table
    assert (table.units, table.years) == (("A", "B"), (2020, 2021))
    np.testing.assert_array_equal(table.values[:, 0], [[1, 3], [2, np.nan]])


def test_a_tidy_table_reads_as_the_wide_one_does(read):
    wide = read("code,year,green,green_se,water\nA,2020,1,0.1,10\nB,2021,2,,20\n").table
    tidy = read("unit,indicator,year,value,standard_error\nA,green,2020,1,0.1\nB,Water,2021,20,\nA,water,2020,10,\nB,green,2021,2,\n").table
    assert (wide.units, wide.years, wide.indicators) == (tidy.units, tidy.years, tidy.indicators)
    np.testing.assert_array_equal(wide.values, tidy.values)
    np.testing.assert_array_equal(wide.standard_errors, tidy.standard_errors)


def test_standard_errors_stand_beside_their_figures_and_absent_is_not_zero(read):
    table = read("code,green,green standard error,water,water_se\nA,1,0.1,2,\nB,3,,4,0.4\n").table
    np.testing.assert_array_equal(table.standard_errors, [[[0.1, np.nan], [np.nan, 0.4]]])


def test_groupings_and_denominators_that_the_recipe_names_are_taken(read):
    asked = recipe(
        leaf("green", denominator="people"), "water", peers=PeerRule(("region",)), impute=Method("group-mean", {"group": "size"})
    )
    table = read("code,region,size,people,green,water\nA,North,S,10,1,2\nB,South,L,20,3,4\n", asked).table
    assert table.labels == {"region": ("North", "South"), "size": ("S", "L")}
    np.testing.assert_array_equal(table.denominators["people"], [[10, 20]])


def test_an_indicator_is_found_by_its_name_and_its_unit_in_brackets(read):
    table = read("code,Share of green [%],WATER (%)\nA,1,2\n", recipe(leaf("g", name="Share of green"), "water")).table
    assert table.measured_in == {"g": "%", "water": "%"}


def test_words_in_round_brackets_are_no_unit(read):
    assert read("code,green (per head),water\nA,1,2\n").table.measured_in == {}


def test_a_heading_that_is_named_is_taken_though_it_is_called_otherwise(read):
    reading = read("id,ward,G_2020,water\n7,Seven,1,2\n", unit="id", name="ward", columns={"green": "G_2020"}, table_year=2020)
    assert (reading.table.units, reading.table.names, reading.table.years) == (("7",), ("Seven",), (2020,))
    assert reading.taken == {"units": "id", "names": "ward"}


def test_missing_coded_two_ways_is_missing(read):
    table = read("code,green,water\nA,-9999,2\nB,,-9999.0\nC,n/a,..\nD,1,NA\n", missing=("-9999",)).table
    np.testing.assert_array_equal(np.isnan(table.values[0]), [[True, True, True, False], [False, True, True, True]])


def test_decimal_commas_are_read_where_they_are_declared(read):
    table = read("code;green;water\nA;1,5;1.204,25\n", decimal=",", thousands=".").table
    np.testing.assert_array_equal(table.values[0, :, 0], [1.5, 1204.25])


def test_per_cent_signs_are_brought_to_the_unit_of_the_recipe(read):
    table = read("code,green,water\nA,12%,12%\nB,5%,5%\n", recipe(leaf("green", unit="1"), leaf("water", unit="%"))).table
    np.testing.assert_allclose(table.values[0], [[0.12, 0.05], [12, 5]], rtol=1e-15)


def test_a_spreadsheet_reads_as_the_text_does(read, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "t.xlsx")
    sheet = book.add_worksheet("Data")
    for number, line in enumerate(TABLE.splitlines()):
        for column, cell in enumerate(line.split(",")):
            sheet.write(number, column, float(cell) if cell.replace(".", "").isdigit() else cell)
    book.close()
    of_sheet, of_text = read_index_table(tmp_path / "t.xlsx", recipe("green", "water")).table, read(TABLE).table
    assert (of_sheet.units, of_sheet.names, of_sheet.years) == (of_text.units, of_text.names, of_text.years)
    np.testing.assert_array_equal(of_sheet.values, of_text.values)


def test_columns_that_the_recipe_does_not_name_are_told_and_left(read):
    one = found(read("code,green,water,other\nA,1,2,x\n"), "column-unused")
    assert (one.severity, one.found) == (Severity.NOTE, "1: other")


def test_a_unit_without_any_figure_stays_and_is_told(read):
    reading = read("code,green,water\nA,1,2\nB,,\n")
    assert reading.table.units == ("A", "B")
    assert found(reading, "unit-without-figures").found == "1: B"


# what is refused


@pytest.mark.parametrize(
    ("text", "kind", "row", "column"),
    [
        ("code,green,water\nA,1,2\nA,3,4\n", "twice", 3, "code"),
        ("code,year,green,water\nA,2020,1,2\nA,2020,3,4\n", "twice", 3, "code"),
        ("code,green,water\nA,much,2\n", "not-a-number", 2, "green"),
        ("code,green,water\nA,inf,2\n", "not-a-number", 2, "green"),
        ("code,green,water\nA,1e999,2\n", "not-a-number", 2, "green"),
        ('code,green,water\nA,"1,5",2\n', "not-a-number", 2, "green"),
        ("code,green,water\nA,,2\nB,NA,3\n", "all-missing", None, "green"),
        ("code,green\nA,1\n", "no-column", 1, "water"),
        ("code,green,water,water\nA,1,2,3\n", "column-twice", 1, "water"),
        ("code,green,water\n,1,2\n", "no-unit", 2, "code"),
        ("code,year,green,water\nA,soon,1,2\n", "not-a-year", 2, "year"),
        ("code,green,water\nA,1,2,3\n", "row-too-long", 2, None),
        ("code,green,water\nA,-9999,2\nB,3,4\n", "missing-code", None, "green"),
        ("code,green,green_se,water\nA,1,-0.1,2\n", "negative-error", 2, "green_se"),
        ("code,green,water\nA,5%,2\nB,0.05,2\n", "percent-mixed", None, "green"),
        ("code,green,water\n", "no-rows", None, None),
        ("unit,indicator,value\nA,green,1\nA,green,2\nA,water,2\n", "twice", 3, "unit"),
        ("unit,indicator,value,measured_in\nA,green,1,%\nB,green,2,1\nA,water,2,m\n", "several-units", None, "green"),
    ],
)
def test_each_fault_is_told_with_its_place_and_there_is_no_table(read, text, kind, row, column):
    reading = read(text)
    one = next(one for one in reading.rejected if one.kind == kind)
    assert (one.row, one.column) == (row, column)
    assert one.expected
    assert one.file == "table.csv"
    assert reading.table is None


def test_all_faults_are_told_at_once(read):
    reading = read("code,green,water\nA,much,2\nA,1,inf\n,3,4\nB,2,5\n")
    assert {one.kind for one in reading.rejected} == {"not-a-number", "twice", "no-unit"}
    assert {(one.row, one.column) for one in reading.rejected if one.kind == "not-a-number"} == {(2, "green"), (3, "water")}


def test_what_is_good_is_taken_where_that_is_asked_for(read):
    reading = read("code,green,water\nA,much,2\nA,1,9\n,3,4\nB,2,-9999\n", leave_out_faulty=True)
    assert reading.table.units == ("A", "B")
    np.testing.assert_array_equal(reading.table.values, [[[np.nan, 2], [2, np.nan]]])
    assert {one.kind for one in reading.rejected} == {"not-a-number", "twice", "no-unit", "missing-code"}
    assert (reading.tally.read, reading.tally.left_out) == (4, 1)


def test_the_nearest_heading_is_named_where_one_is_absent(read):
    assert "perhaps it is waters" in found(read("code,green,waters\nA,1,2\n"), "no-column").mend


def test_a_number_that_may_be_a_code_is_taken_where_it_is_said_to_be_true(read):
    table = read("code,green,water\nA,-9999,2\nB,3,4\n", true_values=(-9999.0,)).table
    assert table.values[0, 0, 0] == -9999


def test_a_negative_figure_among_negative_ones_is_no_code(read):
    assert read("code,green,water\nA,-99,2\nB,-98,4\nC,-40,1\n").table.values[0, 0, 0] == -99


@pytest.mark.parametrize("text", ["", "\n\n", "\0\0", b"PK\x03\x04broken", b"\xff\xfe\x00"])
def test_what_is_no_table_is_refused_in_one_sentence(read, text):
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert "table.csv" in refused.value.sentence()


# by columns and by rows


def by_rows(monkeypatch):
    monkeypatch.setattr(index_files, "is_plain", lambda file, lines: False)


CELLS = st.one_of(
    st.sampled_from(["", "NA", "1", "-2.5", "1e3", "1,5", "x", "inf", "1e999", "-9999", "12%", " 7 ", "a\u00a0 b", "٣", "+4", ".5"]),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["A", "B", " C  c", ""]), CELLS, CELLS), max_size=6), st.booleans(), st.sampled_from(["\n", "\r\n"])
)
def test_by_columns_a_text_reads_as_by_rows(tmp_path_factory, rows, is_quoted, end):
    quoted = '"{}"' if is_quoted else "{}"
    lines = ["code;green;water", *(";".join(quoted.format(cell) for cell in row) for row in rows)]
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_bytes(end.join(lines).encode())
    asked, options = recipe("green", "water"), IndexFileOptions(delimiter=";", leave_out_faulty=True)
    by_columns = read_index_table(path, asked, options)
    with pytest.MonkeyPatch.context() as patch:
        by_rows(patch)
        other = read_index_table(path, asked, options)
    assert [one for one in by_columns.problems if one.kind != "row-without-unit"] == [
        one for one in other.problems if one.kind != "row-without-unit"
    ]
    if other.table is not None:
        assert by_columns.table.units == other.table.units
        np.testing.assert_array_equal(by_columns.table.values, other.table.values)


@pytest.mark.parametrize(
    "text",
    [
        'code,name,green,water\nA,"Alpha, ""old""",1,2\n',
        "code,green,water\n\nA,1,2\n\nB,3,x\n",
        "code,green,water\nA,1\nB,3,4\n",
        '"co\nde","green","water"\n"A","1","2"\n',
        "code,green,water\r\rA,1,2\r",
    ],
)
def test_rows_are_counted_and_cells_read_alike_where_the_text_is_not_plain(read, monkeypatch, text):
    before = read(text)
    by_rows(monkeypatch)
    after = read(text)
    assert (before.problems, before.tally) == (after.problems, after.tally)


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200), st.text(alphabet='ab,;"\n\r 1-.%\t', max_size=120)))
def test_any_bytes_are_read_or_refused_but_never_crash(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    try:
        reading = read_index_table(path, recipe("a", "b"))
    except EkisticsError:
        return
    assert (reading.table is None) == bool(reading.rejected)


def test_a_million_units_are_read_in_seconds_and_little_memory(tmp_path):
    count, codes = 1_000_000, [f"i{number}" for number in range(10)]
    line = ",".join(["0.25"] * 10)
    with gzip.open(tmp_path / "t.csv.gz", "wt", compresslevel=1) as file:
        file.write("code," + ",".join(codes) + "\n")
        file.writelines(f"U{number},{line}\n" for number in range(count))
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    table = read_index_table(tmp_path / "t.csv.gz", recipe(*codes)).table
    assert table.values.shape == (1, 10, count)
    assert time.process_time() - start < 15  # seconds of this process; about 4 on a quiet machine
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 1_500_000_000


# real tables


@pytest.mark.parametrize(("file", "panel"), [("iData.csv", False), ("iData_panel.csv.gz", True)])
def test_the_reference_index_is_read_to_the_last_bit(data, file, panel):
    asked = asem_recipe(data)
    labels = ("GDP_group", "GDPpc_group", "Pop_group", "EurAsia_group")
    table = read_index_table(data("asem", file), asked, IndexFileOptions(labels=labels)).table
    known = asem_table(data, panel=panel)
    assert (table.units, table.names, table.years, table.indicators) == (known.units, known.names, known.years, known.indicators)
    assert table.labels == known.labels
    np.testing.assert_array_equal(table.values, known.values)
    for code, values in known.denominators.items():
        np.testing.assert_array_equal(table.denominators[code], values)


def jakarta(data, **options):
    path = data("jakarta_neighbourhoods", "jakarta_baseline.csv")
    header = path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    codes = [one for one in header[4:] if not one.startswith(("HEA_1", "FLD_2", "FLD_5", "LND_3"))]
    return read_index_table(path, recipe(*codes), IndexFileOptions(unit="geo_id", name="geo_name", **options))


def test_jakarta_is_refused_until_its_second_code_for_missing_is_declared(data):
    reading = jakarta(data)
    assert reading.table is None
    assert {one.kind for one in reading.rejected} == {"missing-code"}
    assert "--missing=-9999" in reading.rejected[0].mend


def test_jakarta_has_the_published_means_once_both_codes_are_known(data):
    table = jakarta(data, missing=("-9999",)).table
    assert len(table.units) == 262
    means = dict(zip(table.indicators, np.nanmean(table.values[0], axis=1), strict=True))
    known = {"ACC_2": 0.0222, "ACC_3": 0.8681, "ACC_1": 0.0954, "AQ_3": 625.3, "LND_2": 0.1316, "FLD_1": 0.4132, "HEA_3": 0.9426}
    for start, mean in known.items():
        (code,) = [one for one in means if one.startswith(f"{start}_")]
        assert means[code] == pytest.approx(mean, rel=6e-3), code  # the README rounds to four decimals


def test_regional_rows_without_a_city_code_are_told_by_their_rows(data):
    asked = recipe(leaf("share", name="share"))
    path = data("unhabitat_green_area", "green_area_1990_2020.xlsx")
    rows = read_sheet(path, "Data").rows
    head = next(number for number, row in enumerate(rows, start=1) if "City Code" in row)
    heading = next(str(one) for one in rows[head - 1] if "2020" in str(one))
    options = {
        "sheet": "Data",
        "header_row": head,
        "unit": "City Code",
        "name": "City Name",
        "columns": {"share": " ".join(heading.split())},
    }
    reading = read_index_table(path, asked, IndexFileOptions(**options))
    assert found(reading, "no-unit").count == 8
    taken = read_index_table(path, asked, IndexFileOptions(**options, leave_out_faulty=True)).table
    assert len(taken.units) == 659
