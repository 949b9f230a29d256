"""Names of settlements: found in the usual columns, ranked by people, brought to degrees; damaged layers are refused."""

import contextlib
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.sources.gazetteer import read_gazetteer


def layer(path, columns, points=((4.35, 50.85), (4.4, 51.2), (3.72, 51.05)), crs=4326, shapes=None):
    geometry = [shapely.Point(*one) for one in points] if shapes is None else shapes
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=4326).to_crs(crs)
    frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path)
    return path


NAMES = {"name": ["Brussel", "Antwerpen", "Gent"]}


@pytest.mark.parametrize("name", ["places.gpkg", "places.geojson", "places.shp", "places.parquet"])
def test_every_kind_of_layer_is_read(tmp_path, name):
    found = read_gazetteer(layer(tmp_path / name, NAMES))
    assert found.name == ("Brussel", "Antwerpen", "Gent")
    assert found.longitude == pytest.approx([4.35, 4.4, 3.72])


def test_names_go_by_people_the_most_first_and_equals_by_the_order_of_the_file(tmp_path):
    found = read_gazetteer(layer(tmp_path / "places.gpkg", NAMES | {"population": [10, 500, 10]}))
    assert found.name == ("Antwerpen", "Brussel", "Gent")


def test_a_rank_that_is_a_text_ranks_by_its_numbers_and_what_is_none_comes_last(tmp_path):
    found = read_gazetteer(layer(tmp_path / "places.gpkg", NAMES | {"population": ["?", "90", "500"]}))
    assert found.name == ("Gent", "Antwerpen", "Brussel")


def test_a_rank_that_is_missing_comes_last(tmp_path):
    found = read_gazetteer(layer(tmp_path / "places.gpkg", NAMES | {"population": [None, 9.0, 500.0]}))
    assert found.name == ("Gent", "Antwerpen", "Brussel")


def test_columns_can_be_named(tmp_path):
    path = layer(tmp_path / "places.gpkg", {"label": ["a", "b", "c"], "weight": [1, 3, 2]})
    assert read_gazetteer(path, name_column="label", rank_column="weight").name == ("b", "c", "a")


def test_points_of_another_system_are_brought_to_degrees(tmp_path):
    found = read_gazetteer(layer(tmp_path / "places.gpkg", NAMES, crs=3035))
    assert found.latitude == pytest.approx([50.85, 51.2, 51.05], abs=1e-6)


def test_an_area_stands_at_its_middle(tmp_path):
    found = read_gazetteer(layer(tmp_path / "places.gpkg", {"name": ["a"]}, shapes=[shapely.box(4, 50, 5, 51)]))
    assert (found.longitude[0], found.latitude[0]) == pytest.approx((4.5, 50.5))


def test_features_without_a_name_or_place_are_counted(tmp_path):
    shapes = [shapely.Point(4, 50), shapely.Point(4, 51), None]
    found = read_gazetteer(layer(tmp_path / "places.gpkg", {"name": ["a", None, "c"]}, shapes=shapes))
    assert found.name == ("a",)
    assert found.without_name == 2


def test_a_place_called_nan_keeps_its_name(tmp_path):
    assert read_gazetteer(layer(tmp_path / "places.gpkg", {"name": ["nan", "b", " c "]})).name == ("nan", "b", "c")


def test_a_layer_without_names_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no column of names") as left:
        read_gazetteer(layer(tmp_path / "places.gpkg", {"label": ["a", "b", "c"]}))
    assert left.value.found == "label"
    assert left.value.file == "places.gpkg"


def test_a_column_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no such column") as left:
        read_gazetteer(layer(tmp_path / "places.gpkg", NAMES), rank_column="size")
    assert left.value.expected == "size"


def test_a_layer_without_a_system_is_refused(tmp_path):
    path = layer(tmp_path / "places.shp", NAMES)
    path.with_suffix(".prj").unlink()
    with pytest.raises(InvalidInput, match="coordinate system"):
        read_gazetteer(path)


def test_outlines_that_are_damaged_are_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = layer(tmp_path / "places.parquet", NAMES)
    table = pq.read_table(path)
    broken = pa.array([b"\x01\x01", b"", b"\xff" * 21], pa.binary())
    pq.write_table(table.set_column(table.column_names.index("geometry"), table.field("geometry"), broken), path)
    with pytest.raises(InvalidInput, match="cannot be read") as left:
        read_gazetteer(path)
    assert left.value.file == "places.parquet"


TEXT = json.dumps(
    {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "a", "population": 5}, "geometry": {"type": "Point", "coordinates": [4.0, 50.0]}},
        {"type": "Feature", "properties": {"name": "b", "population": 7}, "geometry": {"type": "Point", "coordinates": [4.5, 50.5]}},
    ]}
)  # fmt: skip


@pytest.fixture(scope="module")
def whole_layers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("layers")
    (folder / "p.geojson").write_text(TEXT)
    return [folder / "p.geojson", layer(folder / "p.gpkg", NAMES), layer(folder / "p.parquet", NAMES)]


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_a_damaged_layer_gives_names_or_our_error(whole_layers, tmp_path_factory, data):
    source = data.draw(st.sampled_from(whole_layers))
    content = bytearray(source.read_bytes())
    if data.draw(st.booleans()):
        content = content[:4] + bytearray(data.draw(st.binary(max_size=100)))
    else:
        for _ in range(data.draw(st.integers(1, 10))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("fuzz") / source.name
    path.write_bytes(bytes(content))
    with contextlib.suppress(EkisticsError):
        found = read_gazetteer(path)
        assert len(found.name) == len(found.longitude) == len(found.latitude)
        assert np.isfinite(found.longitude).all()
