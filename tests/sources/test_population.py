"""People are read as they are stored; what cannot be placed or counted is said with its number of people."""

import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.model.extracts import PeopleKind
from ekistics.sources.population import read_population

from .made_spatialite import make

POLYGON = 3


def square(at):
    return shapely.box(at, 0, at + 1, 1)


def kinds(people):
    return {one.kind: one for one in people.problems}


def test_porto_alegre_hexagons_hold_812935_people_and_five_rows_without_jobs(data):
    people = read_population(data("porto_alegre", "poa_hexgrid.csv"))
    assert (people.kind, len(people), people.people.sum()) == (PeopleKind.CELLS, 1227, 812_935)
    assert int(np.isnan(people.extra["jobs"]).sum()) == 5
    assert np.nansum(people.extra["jobs"]) == 337_921
    assert [(one.column, one.count) for one in people.problems] == [("jobs", 5), ("healthcare", 5)]
    area = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(people.geometry[0])[0])
    assert area == pytest.approx(0.105e6, rel=0.15)


def test_helsinki_grid_holds_71724_people_in_92_cells(data):
    people = read_population(data("helsinki_centre", "helsinki_population_grid_2020.gpkg"))
    assert (people.kind, len(people), people.people.sum()) == (PeopleKind.ZONES, 92, 71_724)


def test_coquimbo_zones_keep_the_fractions_that_their_type_denies(data):
    people = read_population(data("coquimbo", "project_database.sqlite"), table="zones", id="zone_id", column="population")
    assert len(people) == 133
    assert people.people.sum() == pytest.approx(451_898.92, abs=0.005)
    assert kinds(people)["type-contradicted"].count == 133


def test_a_grid_gives_centres_sizes_and_counts(data):
    people = read_population(data("belgium_ghsl", "POP.tif"), bbox=[4.3, 50.8, 4.5, 50.9])
    assert people.kind is PeopleKind.RASTER
    assert people.cell_m2 == pytest.approx(1e6, rel=0.01)
    assert people.people.sum() > 500_000


def test_fractions_in_an_integer_column_are_kept_and_reported(tmp_path):
    rows = [(square(0), (1, 10.25)), (square(1), (2, 20.5)), (square(2), (3, 5))]
    path = make(tmp_path / "p.sqlite", "zones", POLYGON, {"zone_id": "INTEGER", "population": "INTEGER"}, rows)
    people = read_population(path)
    assert people.people.tolist() == [10.25, 20.5, 5.0]
    assert people.id.tolist() == ["1", "2", "3"]
    assert "2 of its 3 values have fractions" in kinds(people)["type-contradicted"].message


def test_text_negative_and_missing_counts_are_told_apart(tmp_path):
    rows = [(square(0), ("many",)), (square(1), (-5,)), (square(2), (None,)), (square(3), (7,)), (None, (9,))]
    people = read_population(make(tmp_path / "p.sqlite", "zones", POLYGON, {"population": "INTEGER"}, rows))
    assert people.people.tolist() == [7.0]
    assert set(kinds(people)) == {"not-a-number", "negative", "missing", "no-place"}
    assert "9 people" in kinds(people)["no-place"].message
    assert (people.tallies[0].read, people.tallies[0].used, people.tallies[0].left_out) == (5, 1, 4)


def test_points_are_read_and_a_point_beyond_the_globe_is_refused(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("lon;lat;people\n1,5;2,5;10\n200;0;3\n1;1;abc\n", encoding="utf-8")
    people = read_population(path, decimal=",")
    assert people.kind is PeopleKind.POINTS
    assert [(one.x, one.y) for one in people.geometry] == [(1.5, 2.5)]
    assert kinds(people)["no-place"].row == 3
    assert kinds(people)["not-a-number"].row == 4


def test_counts_join_zones_by_code_and_both_sides_are_reported_with_the_nearest(tmp_path):
    zones = tmp_path / "z.geojson"
    features = ",".join(
        f'{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{shapely.to_geojson(square(at))}}}'
        for at, code in enumerate(["001", "002", "NORTH-3"])
    )
    zones.write_text(f'{{"type":"FeatureCollection","features":[{features}]}}', encoding="utf-8")
    counts = tmp_path / "c.csv"
    counts.write_text("code,people\n001,5\n002,6\nNORTH3,7\n", encoding="utf-8")
    people = read_population(counts, zones=zones, zones_id="code")
    assert people.id.tolist() == ["001", "002"]
    unmatched = [one for one in people.problems if one.kind == "code-unmatched"]
    assert [one.found for one in unmatched] == ["NORTH3 (nearest: NORTH-3)", "NORTH-3 (nearest: NORTH3)"]


@pytest.mark.parametrize("no_data", [None, -200.0])
def test_cells_without_data_not_a_number_or_negative_are_no_people(tmp_path, no_data):
    values = np.array([[10.0, 0.0, -200.0], [np.nan, 2.5, 3.0]], dtype=np.float32)
    path = tmp_path / "g.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=2, width=3, count=1, dtype="float32", crs="EPSG:4326", nodata=no_data,
        transform=rasterio.Affine(0.01, 0, 10, 0, -0.01, 50),
    ) as grid:  # fmt: skip
        grid.write(values, 1)
    people = read_population(path)
    assert people.people.tolist() == [10.0, 2.5, 3.0]
    assert ("negative" in kinds(people)) == (no_data is None)
    assert (people.geometry[0].x, people.geometry[0].y) == pytest.approx((10.005, 49.995))
    assert people.tallies[0].read == 6


@pytest.mark.parametrize(
    ("content", "said"),
    [("a,b\n1,2\n", "how many people"), ("people\n5\n", "not where"), ("", "empty"), ('lon,lat,people\n1,2,"5\n', "quotation")],
)
def test_a_file_without_people_or_places_is_refused_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "p.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=said):
        read_population(path)


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from([".csv", ".tif", ".gpkg", ".geojson"]), st.sampled_from([b"", b"II*\0", b"SQLite format 3\0"])
)
def test_any_bytes_give_people_or_our_error(tmp_path_factory, content, ending, head):
    path = tmp_path_factory.mktemp("fuzz") / f"p{ending}"
    path.write_bytes(head + content)
    with pytest.raises(EkisticsError):
        read_population(path)
