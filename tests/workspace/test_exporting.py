"""What is taken away from a city: complete, explained, and nothing in it runs, whatever the texts."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
from tests.workspace.conftest import CITY, figure

from ekistics.model.errors import InvalidInput, NotFound
from ekistics.publish.tables import DICTIONARY

FORMULA = '=HYPERLINK("http://example.org","pay")'


@pytest.fixture(scope="module")
def hostile(measured_folder, tmp_path_factory):
    """The measured city with a figure whose texts would run in a spreadsheet."""
    import shutil

    from ekistics.workspace.workspace import Workspace

    home = tmp_path_factory.mktemp("hostile")
    (home / "m.yaml").write_text(
        "series: {source: '@SUM(1)'}\nplace: {column: place}\nperiod: {column: year}\nvalue: value\n"
        f"breakdowns: [{{column: group, dimension: GROUP, codes: {{x: '+1'}}}}]\nmeasures: [{{indicator: '{FORMULA}', unit: '-2+3'}}]\n",
        encoding="utf-8",
    )
    (home / "t.csv").write_text(f"place,year,group,value\n{CITY},2020,x,1\n", encoding="utf-8")
    with Workspace.open(shutil.copytree(measured_folder, home / "work")) as city:
        city.import_file(home / "t.csv", "table", told={"mapping": home / "m.yaml", "source": "=1+1"})
        yield city


@pytest.fixture(scope="module")
def files(hostile, tmp_path_factory):
    """Every format of the same figures, and how many there are."""
    folder = tmp_path_factory.mktemp("out")
    counts = {kind: hostile.export(CITY, folder / f"city.{kind}") for kind in ("csv", "xlsx", "parquet", "gpkg")}
    assert len(set(counts.values())) == 1
    return folder, counts["csv"]


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_every_format_holds_all_figures_of_the_city_and_its_districts(hostile, files):
    folder, count = files
    wanted = {one.id for one in hostile.figures([CITY, "XX_T_01", "XX_T_02"])}
    assert count == len(wanted)
    assert {int(row["figure"]) for row in rows_of(folder / "city.csv")} == wanted
    assert set(pq.read_table(folder / "city.parquet").column("figure").to_pylist()) == wanted
    assert set(pd.read_excel(folder / "city.xlsx", sheet_name="Figures", engine="openpyxl")["figure"]) == wanted
    assert set(pyogrio.read_dataframe(folder / "city.gpkg", layer="figures")["figure"]) == wanted


def test_a_workbook_holds_no_formula_and_no_link_whatever_the_text(files):
    folder, _ = files
    book = openpyxl.load_workbook(folder / "city.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(cell.value == FORMULA for cell in cells), "the text is there as it stands"
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(folder / "city.xlsx") as archive:
        for name in archive.namelist():
            assert not re.search(rb"<f[ >/]|<hyperlink|externalLink", archive.read(name)), name


def test_texts_that_a_spreadsheet_would_run_are_guarded_in_csv(files):
    folder, _ = files
    rows = rows_of(folder / "city.csv")
    row = next(row for row in rows if row["indicator"].endswith(FORMULA))
    assert (row["indicator"], row["unit"], row["source"]) == (f"'{FORMULA}", "'-2+3", "'@SUM(1)")
    for row in rows:
        for name, text in row.items():
            is_number = re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", text)
            assert is_number or not text.lstrip().startswith(("=", "+", "-", "@")), (name, text)


def test_the_dictionary_explains_every_column_of_every_format(files):
    folder, _ = files
    header = next(csv.reader(io.StringIO((folder / "city.csv").read_text(encoding="utf-8-sig"))))
    told = pd.read_excel(folder / "city.xlsx", sheet_name="Data dictionary", engine="openpyxl")
    schema = pq.read_schema(folder / "city.parquet")
    assert header == list(DICTIONARY) == told["column"].tolist() == schema.names
    assert told["meaning"].str.len().min() > 5
    assert json.loads(schema.metadata[b"data_dictionary"]) == DICTIONARY
    assert all(schema.field(name).metadata[b"description"].decode() == DICTIONARY[name] for name in schema.names)


def test_a_geopackage_draws_the_city_and_its_districts_with_the_figures_shown(hostile, files):
    folder, _ = files
    places = pyogrio.read_dataframe(folder / "city.gpkg", layer="places").set_index("place")
    assert set(places.index) == {CITY, "XX_T_01", "XX_T_02"}
    assert places.crs.to_epsg() == 4326
    assert places.geometry.is_valid.all()
    for place in places.index:
        for indicator in ("public_transport_access", "open_space_share"):
            told = figure(hostile, indicator, place).observation.value
            assert places.loc[place, indicator] == pytest.approx(told), "the default variant, not another voice"


def test_missing_figures_are_empty_and_say_why(hostile, files):
    folder, _ = files
    missing = [row for row in rows_of(folder / "city.csv") if row["value"] == ""]
    assert missing
    assert all(row["status"] != "A" and row["reason"] for row in missing)


def test_another_format_is_refused_and_no_file_is_left(measured, tmp_path):
    with pytest.raises(InvalidInput, match=r"\.csv"):
        measured.export(CITY, tmp_path / "city.doc")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_not_there_is_refused(measured, tmp_path):
    with pytest.raises(NotFound):
        measured.export("NOWHERE", tmp_path / "city.csv")


def test_a_profile_is_one_file_that_asks_nothing_of_the_network(measured, tmp_path):
    page = measured.write_profile(CITY, tmp_path / "city.html").read_text(encoding="utf-8")
    assert "Testville" in page
    assert not re.search(r'(?:src|href)="https?://', page)
