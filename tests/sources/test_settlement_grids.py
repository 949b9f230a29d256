"""Bands of settlements: what is refused, with file, found, expected and the way to mend it; units; no data; damaged files."""

import contextlib
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine
from tests.made_grids import CORNER, made_country, write_country, write_grid

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.places.degree_of_urbanisation import classify
from ekistics.places.settlement_rules import settlement_rules
from ekistics.sources.grid_files import open_grid
from ekistics.sources.settlement_grids import open_settlement_grids
from ekistics.workspace.settlement.blockwise import classify_grids

PEOPLE = np.full((4, 5), 100.0)
HALF = np.full((4, 5), 0.5)
RULES = settlement_rules()


def refused(function, *arguments, **options) -> InvalidInput:
    with pytest.raises(InvalidInput) as left:
        function(*arguments, **options)
    return left.value


def opened(tmp_path, band, **where):
    people = write_grid(tmp_path / "people.tif", PEOPLE)
    return open_settlement_grids(people, land=write_grid(tmp_path / "land.tif", band, **where))


@pytest.mark.parametrize(
    ("band", "where", "message", "found", "expected"),
    [
        (np.full((4, 6), 0.5), {}, "not of one size", "4 rows, 6 columns", "4 rows, 5 columns"),
        (np.full((3, 5), 0.5), {}, "not of one size", "3 rows, 5 columns", "4 rows, 5 columns"),
        (HALF, {"corner": (CORNER[0] + 500, CORNER[1])}, "cell on cell", "187500", "187000"),
        (HALF, {"corner": (CORNER[0], CORNER[1] - 1000)}, "cell on cell", "6034000", "6035000"),
        (HALF, {"cell": (500.0, 500.0)}, "cell on cell", "500 by 500", "1000 by 1000"),
        (HALF, {"crs": "EPSG:3035"}, "different coordinate systems", "ETRS89", "Mollweide"),
        (HALF, {"crs": "+proj=moll +lon_0=10 +datum=WGS84"}, "different coordinate systems", "unknown", "World_Mollweide"),
    ],
    ids=["columns", "rows", "half-a-cell-east", "a-cell-south", "cell-size", "projection", "meridian"],
)
def test_a_band_that_does_not_lie_cell_on_cell_is_refused_with_the_way_to_mend_it(tmp_path, band, where, message, found, expected):
    error = refused(opened, tmp_path, band, **where)
    assert message in error.message
    assert error.file == "land.tif"
    assert found in error.found
    assert expected in error.expected
    assert "people.tif" in error.mend
    assert "gdalwarp" in error.mend


@pytest.mark.parametrize(
    "name",
    [
        "+proj=moll +lon_0=0 +x_0=0 +y_0=0 +datum=WGS84 +units=m",
        pyproj.CRS("ESRI:54009").to_wkt("WKT1_ESRI"),
        pyproj.CRS("ESRI:54009").to_wkt("WKT1_GDAL").replace("World_Mollweide", "My own name"),
    ],
    ids=["proj", "esri", "renamed"],
)
def test_one_system_under_two_names_is_one_system(tmp_path, name):
    assert opened(tmp_path, HALF, crs=name).units == {"land": "share"}


def test_a_shift_of_less_than_a_thousandth_of_a_cell_is_rounding(tmp_path):
    assert opened(tmp_path, HALF, corner=(CORNER[0] + 0.4, CORNER[1])).land


@pytest.mark.parametrize(
    ("where", "message", "found", "expected"),
    [
        ({"crs": "EPSG:4326", "corner": (2.0, 51.0), "cell": (0.01, 0.01)}, "in degrees", "WGS 84", "equal-area"),
        ({"crs": "EPSG:4326", "corner": (179.98, 51.0), "cell": (0.01, 0.01)}, "crosses the antimeridian", "WGS 84", "equal-area"),
        ({"crs": "EPSG:32631", "corner": (5e5, 5.6e6)}, "does not keep areas", "Transverse Mercator", "equal-area"),
        ({"crs": "EPSG:3857", "corner": (5e5, 5.6e6)}, "does not keep areas", "Mercator", "equal-area"),
        ({"cell": (100.0, 100.0)}, "cells of 1 km²", "0.01 km²", "1 km²"),
        ({"cell": (1010.0, 1010.0)}, "cells of 1 km²", "1.0201 km²", "1 km²"),
        ({"cell": (500.0, 2000.0)}, "not square", "500 by 2000", "1000 by 1000"),
    ],
    ids=["degrees", "antimeridian", "utm", "web-mercator", "100-m", "a-little-large", "not-square"],
)
def test_a_grid_that_is_not_equal_area_of_square_kilometres_is_refused(tmp_path, where, message, found, expected):
    error = refused(open_settlement_grids, write_grid(tmp_path / "people.tif", PEOPLE, **where))
    assert message in error.message
    assert error.file == "people.tif"
    assert found in error.found
    assert expected in error.expected
    assert "gdalwarp -t_srs" in error.mend


@pytest.mark.parametrize(
    "crs", ["ESRI:54009", "EPSG:3035", "EPSG:6933", "EPSG:8857", "ESRI:54008", "EPSG:5070", "ESRI:102022"],
    ids=["mollweide", "laea-europe", "cylindrical", "equal-earth", "sinusoidal", "albers-america", "albers-africa"],
)  # fmt: skip
def test_equal_area_projections_are_accepted(tmp_path, crs):
    corner = (4e6, 3e6) if crs == "EPSG:3035" else (0.0, 3e6)
    assert open_settlement_grids(write_grid(tmp_path / "people.tif", PEOPLE, crs=crs, corner=corner)).grid.shape == (4, 5)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"cells": np.stack([PEOPLE, PEOPLE])}, "2 bands"),
        ({"crs": None}, "no coordinate system"),
        ({"transform": Affine.translation(*CORNER) @ Affine.rotation(10) @ Affine.scale(1000, -1000)}, "turned"),
        ({"transform": Affine(1000, 0, CORNER[0], 0, 1000, CORNER[1])}, "south"),
    ],
    ids=["two-bands", "no-system", "turned", "south-up"],
)
def test_a_grid_that_cannot_be_placed_is_refused(tmp_path, where, found):
    cells = where.pop("cells", PEOPLE)
    error = refused(open_grid, write_grid(tmp_path / "people.tif", cells, **where))
    assert found in error.found
    assert "north up" in error.expected
    assert error.file == "people.tif"


def test_a_grid_of_complex_numbers_is_refused(tmp_path):
    error = refused(open_grid, write_grid(tmp_path / "people.tif", PEOPLE, dtype="complex64"))
    assert "complex" in error.found


# --- units ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("band", "dtype", "found"),
    [
        (np.full((4, 5), 50.0), "float32", "up to 50"),
        (np.full((4, 5), 100), "uint8", "up to 100"),
        (np.eye(4, 5), "uint8", "up to 1"),
        (np.full((4, 5), 2e6), "float64", "up to 2e+06"),
        (np.full((4, 5), np.inf), "float64", "up to"),
    ],
    ids=["percentages", "whole-percentages", "zero-or-one", "too-much", "infinite"],
)
def test_a_unit_that_is_not_beyond_doubt_is_refused(tmp_path, band, dtype, found):
    error = refused(opened, tmp_path, band, dtype=dtype)
    assert "land" in error.message
    assert error.file == "land.tif"
    assert found in error.found
    assert "shares from 0 to 1" in error.expected
    assert "say the unit" in error.mend


def test_percentages_are_told_to_be_divided_and_zero_or_one_are_not(tmp_path):
    assert "divide percentages by 100" in refused(opened, tmp_path, np.full((4, 5), 50.0)).mend
    assert "divide" not in refused(opened, tmp_path, np.eye(4, 5), dtype="uint8").mend


def test_whole_numbers_0_and_1_are_taken_where_the_unit_is_told(tmp_path):
    people = write_grid(tmp_path / "people.tif", PEOPLE)
    land = write_grid(tmp_path / "land.tif", np.eye(4, 5), dtype="uint8")
    grids = open_settlement_grids(people, land=land, units={"land": "share"})
    assert grids.units == {"land": "share"}
    assert grids.recognised == ()
    assert (classify_grids(grids, rules=RULES).classes != 10).all()  # there are people


@pytest.mark.parametrize(("band", "unit"), [(HALF, "share"), (HALF * 1e6, "m2"), (np.zeros((4, 5)), "share")])
def test_a_unit_beyond_doubt_is_recognised_and_said_to_be(tmp_path, band, unit):
    grids = opened(tmp_path, band)
    assert grids.units == {"land": unit}
    assert grids.recognised == ("land",)


def test_a_unit_that_does_not_exist_or_of_a_band_that_is_not_there_is_refused(tmp_path):
    people = write_grid(tmp_path / "people.tif", PEOPLE)
    assert refused(open_settlement_grids, people, people, units={"built_up": "km2"}).expected == "share or m2"
    error = refused(open_settlement_grids, people, people, people, units={"lnd": "m2"})
    assert error.found == "lnd"
    assert error.expected == "built_up or land"
    assert refused(open_settlement_grids, people, units={"land": "m2"}).found == "land"


def test_a_unit_told_wrongly_is_found_out_while_reading_and_names_the_file(tmp_path):
    people = write_grid(tmp_path / "people.tif", PEOPLE)
    land = write_grid(tmp_path / "land.tif", HALF * 1e6)
    error = refused(classify_grids, open_settlement_grids(people, land=land, units={"land": "share"}), rules=RULES)
    assert error.file == "land.tif"
    assert "land" in error.message
    assert "say the unit of land" in error.mend


def test_square_metres_and_shares_give_the_same_classes(tmp_path):
    for name in ("shares", "metres"):
        (tmp_path / name).mkdir()
    one, two = write_country(tmp_path / "shares"), write_country(tmp_path / "metres", in_m2=True)
    found = [classify_grids(open_settlement_grids(*files.values()), rules=RULES) for files in (one, two)]
    assert (found[0].classes == found[1].classes).all()
    assert len(np.unique(found[0].classes)) >= 6
    assert found[0].people_by_class == found[1].people_by_class


# --- no data and impossible numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "no_data"),
    [("uint32", 4_294_967_295), ("int32", -9999), ("int16", -200), ("float32", -9999.0), ("float64", -9999.0), ("float64", np.nan),
     ("float32", np.nan), ("float32", -3.4028234663852886e38), ("float32", -3.402823466e38), ("uint16", 65_535), ("int64", -1)],
)  # fmt: skip
def test_a_declared_value_stands_for_no_data(tmp_path, dtype, no_data):
    people = np.array([[60_000.0, 10.0, np.nan], [10.0, np.nan, 400.0]])
    written = np.where(np.isnan(people), no_data, np.minimum(people, 32_000))
    grids = open_settlement_grids(write_grid(tmp_path / "people.tif", written, dtype=dtype, no_data=no_data))
    found = classify_grids(grids, rules=settlement_rules(centre_people=30_000))
    expected = classify(np.minimum(people, 32_000), rules=settlement_rules(centre_people=30_000))
    assert found.classes.tolist() == expected.classes.tolist()
    assert (found.classes == 255).sum() == 2


def test_each_band_has_its_own_value_for_no_data(tmp_path):
    people = write_grid(tmp_path / "people.tif", [[-1.0, 400.0, -1.0]], no_data=-1.0)
    built = write_grid(tmp_path / "built.tif", [[4_294_967_295, 0, 4_294_967_295]], dtype="uint32", no_data=4_294_967_295)
    land = write_grid(tmp_path / "land.tif", [[1e6, 1e6, np.nan]], no_data=np.nan)
    found = classify_grids(open_settlement_grids(people, built, land, units={"built_up": "m2"}), rules=RULES)
    assert found.classes.tolist() == [[11, 12, 255]]
    assert found.report["people_without_data_on_land"] == 1


@pytest.mark.parametrize("value", [-1.0, np.inf])
def test_impossible_people_are_refused_with_the_file_and_the_way_to_mend_it(tmp_path, value):
    people = PEOPLE.copy()
    people[2, 3] = value
    error = refused(classify_grids, open_settlement_grids(write_grid(tmp_path / "people.tif", people)), rules=RULES)
    assert error.file == "people.tif"
    assert error.message.startswith("1 cells have")
    assert "people per cell" in error.expected
    assert "no data" in error.mend


def test_a_grid_without_any_value_is_refused(tmp_path):
    grids = open_settlement_grids(write_grid(tmp_path / "people.tif", np.full((4, 5), -1.0), no_data=-1.0))
    assert "no cell of the grid has a value" in refused(classify_grids, grids, rules=RULES).message


# --- damaged files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [0.0, 0.05, 0.5, 0.9])
def test_a_file_cut_short_is_refused_and_named(tmp_path, part):
    cells = np.random.default_rng(1).random((300, 300)) * 1000
    path = write_grid(tmp_path / "people.tif", cells, compress="deflate")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    error = refused(lambda: classify_grids(open_settlement_grids(path), rules=RULES))
    assert error.file == "people.tif"
    assert "cannot be read" in error.message
    assert "again" in error.mend


def test_a_grid_that_is_not_there_is_refused(tmp_path):
    assert refused(open_settlement_grids, tmp_path / "nothing.tif").file == "nothing.tif"


def test_a_text_that_points_elsewhere_is_no_grid(tmp_path):
    other = write_grid(tmp_path / "other.tif", PEOPLE)
    path = tmp_path / "people.tif"
    path.write_text(f'<VRTDataset rasterXSize="5" rasterYSize="4"><VRTRasterBand dataType="Float64" band="1"><SimpleSource>'
                    f"<SourceFilename>{other}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>")  # fmt: skip
    assert refused(open_grid, path).expected == "a GeoTIFF"


def test_a_file_that_was_written_anew_is_read_anew(tmp_path):
    path = write_grid(tmp_path / "people.tif", PEOPLE)
    assert classify_grids(open_settlement_grids(path), rules=RULES).people_by_class == {12: 2000.0}
    other = write_grid(tmp_path / "other.tif", PEOPLE * 2)
    later = time.time_ns() + 10_000_000
    os.utime(other, ns=(later, later))
    shutil.move(other, path)
    assert classify_grids(open_settlement_grids(path), rules=RULES).people_by_class == {12: 4000.0}


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory):
    cells = np.random.default_rng(1).random((40, 30)) * 1000
    return write_grid(tmp_path_factory.mktemp("whole") / "p.tif", cells, compress="deflate", no_data=-1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # rasterio cannot log what GDAL says in no known letters
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_grid_gives_classes_or_our_error(whole_file, tmp_path, data):
    content = bytearray(whole_file.read_bytes())
    if data.draw(st.booleans()):
        begin = data.draw(st.sampled_from([b"", b"II*\x00", b"MM\x00*", b"II+\x00\x08\x00\x00\x00"]))
        content = bytearray(begin + data.draw(st.binary(max_size=200)))
    else:
        head = data.draw(st.booleans())  # most of what decides stands in the head
        for _ in range(data.draw(st.integers(1, 8))):
            content[data.draw(st.integers(0, 400 if head else len(content) - 1))] = data.draw(st.integers(0, 255))
        content = content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    path = tmp_path / f"{data.draw(st.integers(0, 10**9))}.tif"
    path.write_bytes(bytes(content))
    with contextlib.suppress(EkisticsError):
        assert classify_grids(open_settlement_grids(path), rules=RULES).classes.ndim == 2
    path.unlink()


# --- reading by parts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tiled", [{}, {"tiled": True, "blockxsize": 16, "blockysize": 16}], ids=["strips", "tiles"])
@pytest.mark.parametrize("cells", [1, 100, 700, 10**9])
def test_windows_cover_each_cell_once(tmp_path, tiled, cells):
    grids = open_settlement_grids(write_grid(tmp_path / "people.tif", made_country()["people"], **tiled))
    covered = np.zeros(grids.grid.shape, int)
    for top, bottom, left, right in grids.windows(cells):
        covered[top:bottom, left:right] += 1
    assert (covered == 1).all()


@pytest.mark.parametrize("tiled", [{}, {"tiled": True, "blockxsize": 16, "blockysize": 32}], ids=["strips", "tiles"])
def test_single_cells_are_those_of_the_whole(tmp_path, tiled):
    country = made_country()
    files = write_country(tmp_path, **tiled)
    grids = open_settlement_grids(*files.values())
    random = np.random.default_rng(3)
    row, column = random.integers(0, 60, 200), random.integers(0, 80, 200)
    people, built = grids.people_at(row, column)
    assert (people == country["people"][row, column]).all()
    assert (built == country["built_up"][row, column]).all()
    assert [len(one) for one in grids.people_at(row[:0], column[:0])] == [0, 0]


def test_blocks_of_any_size_give_the_classes_of_the_whole(tmp_path, monkeypatch):
    files = write_country(tmp_path, tiled=True, blockxsize=16, blockysize=16)
    grids = open_settlement_grids(*files.values())
    country = made_country()
    whole = classify(country["people"], country["built_up"], country["land"], rules=RULES)
    original = type(grids).windows
    for cells in (256, 1000, 3000):
        monkeypatch.setattr(type(grids), "windows", lambda self, cells=cells: original(self, cells))
        found = classify_grids(grids, rules=RULES)
        assert (found.classes == whole.classes).all()
        assert found.people_by_class == whole.people_by_class
        assert (found.labels("urban centres") == whole.labels("urban centres")).all()


def test_a_file_without_a_georeference_warns_nobody_and_is_refused(tmp_path):
    place = {"driver": "GTiff", "height": 4, "width": 5, "count": 1, "dtype": "float64", "crs": "ESRI:54009"}
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning), rasterio.open(tmp_path / "people.tif", "w", **place) as file:
        file.write(PEOPLE, 1)
    assert refused(open_settlement_grids, tmp_path / "people.tif").found == "rows from south to north"


def test_grids_can_be_sent_to_another_folder_by_their_whole_paths(tmp_path, monkeypatch):
    write_grid(tmp_path / "people.tif", PEOPLE)
    monkeypatch.chdir(tmp_path)
    grids = open_settlement_grids(Path("people.tif"))
    assert grids.resolved() == replace(grids, people=tmp_path / "people.tif")
