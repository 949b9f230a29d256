"""Places out of vector files: every feature accounted for, codes as texts, outlines in degrees."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zipfile

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ekistics.geo.ellipsoid import areas_m2
from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.model.places import PlaceKind
from ekistics.sources.vectors import read_places

SQUARE = shapely.box(-15.5, 28.0, -15.4, 28.1)
BOWTIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def geojson(path, features, **more):
    listed = [
        {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape) if shape is not None else None}
        for properties, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed} | more), encoding="utf-8")
    return path


def districts(path, **options):
    return read_places(path, kind=PlaceKind.DISTRICT, code_column="code", **options)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "parquet", "folder", "zip"])
def test_every_format_gives_the_same_places(tmp_path, ending):
    shapes = [SQUARE, shapely.affinity.translate(SQUARE, 0.1)]
    frame = geopandas.GeoDataFrame({"code": ["007", "008"], "name": ["Norte", "Sur"]}, geometry=shapes, crs="EPSG:4326")
    target = tmp_path / f"places.{ending if ending not in ('folder', 'zip') else 'shp'}"
    if ending == "parquet":
        frame.to_parquet(target)
    else:
        frame.to_file(target)
    if ending == "folder":
        target = tmp_path
    if ending == "zip":
        target = tmp_path / "places.zip"
        with zipfile.ZipFile(target, "w") as archive:
            for part in tmp_path.glob("places.[scd]*"):
                archive.write(part, f"inner/{part.name}")
            archive.write(tmp_path / "places.prj", "inner/places.prj")
    reading = districts(target, name_columns=("name",))
    assert [(place.code, place.name()) for place in reading.places] == [("007", "Norte"), ("008", "Sur")]
    assert shapely.equals(reading.geometry, shapes).all()
    assert (reading.crs, reading.problems) == ("EPSG:4326", ())


def test_outlines_are_reprojected_to_degrees(tmp_path):
    frame = geopandas.GeoDataFrame({"code": ["a"]}, geometry=[SQUARE], crs="EPSG:4326").to_crs("EPSG:32628")
    frame.to_file(tmp_path / "a.gpkg")
    reading = districts(tmp_path / "a.gpkg")
    assert reading.crs == "EPSG:32628"
    assert shapely.hausdorff_distance(reading.geometry[0], SQUARE) < 1e-9


def test_an_unknown_coordinate_system_is_refused_unless_given(tmp_path):
    geopandas.GeoDataFrame({"code": ["a"]}, geometry=[SQUARE], crs="EPSG:4326").to_crs("EPSG:32628").to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(InvalidInput, match="does not say its coordinate system"):
        districts(tmp_path / "a.shp")
    given_system = districts(tmp_path / "a.shp", crs="EPSG:32628")
    assert shapely.hausdorff_distance(given_system.geometry[0], SQUARE) < 1e-9


def test_coordinates_outside_the_earth_are_refused_with_the_feature_named(tmp_path):
    reading = districts(geojson(tmp_path / "a.geojson", [({"code": "a"}, shapely.box(450000, 3e6, 460000, 3.1e6))]))
    assert (len(reading.places), reading.problems[0].feature) == (0, "1 (a)")


def test_a_crossing_ring_is_repaired_and_said(tmp_path):
    reading = districts(geojson(tmp_path / "a.geojson", [({"code": "a"}, BOWTIE), ({"code": "b"}, SQUARE)]))
    assert [(one.kind, one.feature) for one in reading.problems] == [("outline-repaired", "1 (a)")]
    assert reading.geometry[0].area == pytest.approx(0.5)
    assert (reading.tallies[0].used, reading.tallies[0].repaired) == (1, 1)


def test_what_encloses_no_area_is_refused_with_the_feature_named(tmp_path):
    flat = shapely.Polygon([(0, 0), (1, 1), (2, 2)])
    reading = districts(geojson(tmp_path / "a.geojson", [({"code": "a"}, flat), ({"code": "b"}, shapely.Point(1, 1))]))
    assert [(one.kind, one.feature) for one in reading.problems] == [("outline-refused", "1 (a)"), ("outline-refused", "2 (b)")]
    assert reading.tallies[0].left_out == 2


def test_a_place_without_geometry_is_kept_apart(tmp_path):
    reading = districts(geojson(tmp_path / "a.geojson", [({"code": "a"}, None), ({"code": "b"}, SQUARE)]))
    assert [place.code for place in reading.without_outline] == ["a"]
    assert [place.code for place in reading.places] == ["b"]
    assert reading.tallies[0].used == 2


def test_missing_and_repeated_codes_are_left_out_and_named(tmp_path):
    rows = [({"code": "a"}, SQUARE), ({"code": None}, SQUARE), ({"code": "a"}, SQUARE), ({"code": " "}, SQUARE)]
    reading = districts(geojson(tmp_path / "a.geojson", rows))
    assert [(one.kind, one.feature) for one in reading.problems] == [
        ("code-missing", "2"),
        ("code-twice", "3 (a)"),
        ("code-missing", "4"),
    ]
    assert (reading.tallies[0].read, reading.tallies[0].used, reading.tallies[0].left_out) == (4, 1, 3)


def test_codes_kept_as_numbers_are_reported(tmp_path):
    reading = districts(geojson(tmp_path / "a.geojson", [({"code": 7}, SQUARE)]))
    assert reading.places[0].code == "7"
    assert [one.kind for one in reading.problems] == ["codes-are-numbers"]


def test_parents_become_relations(tmp_path):
    path = geojson(tmp_path / "a.geojson", [({"code": "a", "in": "x"}, SQUARE), ({"code": "b", "in": None}, SQUARE)])
    assert [(one.place, one.other) for one in districts(path, parent_column="in").relations] == [("a", "x")]
    assert [one.other for one in districts(path, parent="city").relations] == ["city", "city"]


def test_names_take_their_language_from_the_column(tmp_path):
    path = geojson(tmp_path / "a.geojson", [({"code": "a", "name_fr": "Nord", "name": "Norte"}, SQUARE)])
    assert districts(path, name_columns=("name", "name_fr")).places[0].names == {"und": "Norte", "fr": "Nord"}


@pytest.mark.parametrize("name", ["/vsicurl/http/a.gpkg", "https://example.org/a.gpkg"])
def test_nothing_is_fetched(name):
    from pathlib import Path

    with pytest.raises(InvalidInput, match="only a local file"):
        districts(Path(name))


def test_a_virtual_file_is_refused_under_any_name(tmp_path):
    (tmp_path / "a.geojson").write_text('<OGRVRTDataSource><OGRVRTLayer name="a"/></OGRVRTDataSource>')
    with pytest.raises(InvalidInput, match="first bytes"):
        districts(tmp_path / "a.geojson")


def test_a_column_or_layer_that_is_not_there_is_named(tmp_path):
    frame = geopandas.GeoDataFrame({"code": ["a"]}, geometry=[SQUARE], crs="EPSG:4326")
    frame.to_file(tmp_path / "a.gpkg", layer="one")
    frame.to_file(tmp_path / "a.gpkg", layer="two")
    with pytest.raises(InvalidInput, match="several layers"):
        districts(tmp_path / "a.gpkg")
    with pytest.raises(InvalidInput, match="no layer of that name"):
        districts(tmp_path / "a.gpkg", layer="three")
    with pytest.raises(InvalidInput, match="no such column"):
        read_places(tmp_path / "a.gpkg", kind=PlaceKind.CITY, code_column="id", layer="one")


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    frame = geopandas.GeoDataFrame({"code": ["a", "b"]}, geometry=[SQUARE, BOWTIE], crs="EPSG:4326")
    frame.to_file(folder / "a.gpkg")
    frame.to_file(folder / "a.geojson")
    frame.to_parquet(folder / "a.parquet")
    frame.to_file(folder / "a.shp")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for ending in ("shp", "dbf", "shx", "prj"):
            archive.write(folder / f"a.{ending}", f"a.{ending}")
    return {ending: (folder / f"a.{ending}").read_bytes() for ending in ("gpkg", "geojson", "parquet", "shp", "zip")}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), ending=st.sampled_from(["gpkg", "geojson", "parquet", "shp", "zip"]))
def test_a_broken_file_gives_a_sentence_or_rows_that_add_up(tmp_path, whole_files, seed, ending):
    chance = np.random.default_rng(seed)
    content = bytearray(whole_files[ending])
    for _ in range(chance.integers(1, 6)):
        content[chance.integers(len(content))] = chance.integers(256)
    if chance.random() < 0.5:
        content = content[: chance.integers(len(content))]
    path = tmp_path / f"broken.{ending}"
    path.write_bytes(bytes(content))
    try:
        reading = districts(path, crs="EPSG:4326")
    except EkisticsError:
        return
    assert len(reading.places) == len(reading.geometry)


def test_las_palmas_zones_and_boundary(data):
    zones = read_places(
        data("las_palmas", "secondary_school_catchments_gobcan.geojson"),
        kind=PlaceKind.DISTRICT,
        code_column="Codigo",
        name_columns=("Denominaci",),
    )
    assert (len(zones.places), zones.crs) == (29, "EPSG:5635")
    boundary = read_places(data("las_palmas", "boundary_municipality_cnig.geojson"), kind=PlaceKind.CITY, code_column="NATCODE")
    centre = read_places(data("las_palmas", "ghs_ucdb2015_R2019A_las_palmas.gpkg"), kind=PlaceKind.URBAN_CENTRE, code_column="ID_HDC_G0")
    region = shapely.intersection(boundary.geometry[0], centre.geometry[0])
    assert areas_m2(np.array([region]))[0] / 1e6 == pytest.approx(62.988, abs=0.001)
    assert float(centre.attributes["P90"][0]) == pytest.approx(318413.78, abs=0.01)  # GHS UCDB R2019A
    assert float(centre.attributes["B15"][0]) == pytest.approx(24.9831448, abs=1e-7)


def test_fractions_in_a_column_of_whole_numbers_are_kept(tmp_path):
    path = tmp_path / "zones.gpkg"
    frame = geopandas.GeoDataFrame(
        {"code": ["a", "b"], "people": [3, 4]}, geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=4326
    )
    frame.to_file(path, layer="zones")
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')  # they call functions that this connection does not have
        database.execute("UPDATE zones SET people = 3.25 WHERE code = 'a'")
    assert districts(path).attributes["people"].tolist() == [3.25, 4.0]
