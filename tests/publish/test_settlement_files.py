"""Settlements as files: rasters that a GIS shows as they should be, outlines that are their cells, files whole or not at all."""

import os
from itertools import pairwise

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.made_grids import CORNER, MOLLWEIDE, left_over

from ekistics.publish.settlement_files import (
    SETTLEMENT_COLOURS,
    class_raster,
    in_degrees,
    number_raster,
    outlines,
    settlement_package,
    write_files,
)

TRANSFORM = (1000.0, 0.0, CORNER[0], 0.0, -1000.0, CORNER[1])
WKT = rasterio.CRS.from_user_input(MOLLWEIDE).to_wkt()
COLOURS = {code: SETTLEMENT_COLOURS[code] for code in (30, 23, 22, 21, 13, 12, 11, 10)}


@pytest.fixture
def opened(tmp_path):
    def open_written(content: bytes):
        (tmp_path / "written.tif").write_bytes(content)
        return rasterio.open(tmp_path / "written.tif")

    return open_written


@pytest.mark.parametrize("shape", [(3, 4), (600, 520)], ids=["small", "tiled"])
def test_a_class_raster_opens_with_system_place_no_data_colours_and_names(opened, shape):
    classes = np.random.default_rng(1).choice(np.array([30, 21, 11, 10, 255], np.uint8), shape)
    with opened(class_raster(classes, TRANSFORM, WKT, colours=COLOURS, tags={"edition": "2024"})) as file:
        assert (file.read(1) == classes).all()
        assert file.crs == rasterio.CRS.from_user_input(MOLLWEIDE)
        assert tuple(file.transform)[:6] == TRANSFORM
        assert file.nodata == 255
        assert file.colormap(1)[30] == (255, 0, 0, 255)
        assert file.colormap(1)[10] == (0x7A, 0xB6, 0xF5, 255)
        assert file.tags()["edition"] == "2024"
        assert file.tags()["class_21"] == "suburban or peri-urban"
        assert file.compression is rasterio.enums.Compression.deflate
        assert (file.block_shapes == [(512, 512)]) is (shape == (600, 520))


def test_every_class_has_a_colour_and_classes_of_one_level_differ():
    for level in ((30, 23, 22, 21, 13, 12, 11, 10), (3, 2, 1, 0)):
        assert len({SETTLEMENT_COLOURS[code] for code in level}) == len(level)


def test_a_label_raster_has_nothing_for_no_data(opened):
    labels = np.array([[0, 1], [70_000, 0]], np.int32)
    with opened(number_raster(labels, TRANSFORM, WKT, no_data=0, tags={"of": "urban centres"})) as file:
        assert (file.read(1) == labels).all()
        assert file.nodata == 0
        assert file.tags()["of"] == "urban centres"


ODD = (1000.07, 0.0, 187_000.1, 0.0, -1000.07, 6_035_000.3)
"""A grid whose corners are no round numbers."""


def drawn(labels, cuts=(), transform=TRANSFORM):
    edges = [0, *sorted(set(cuts)), len(labels)]
    bands = [(top, np.ascontiguousarray(labels[top:bottom])) for top, bottom in pairwise(edges) if bottom > top]
    return outlines(bands, transform, int(labels.max(initial=-1)) + 1)


def test_the_outline_of_a_cell_is_its_square():
    labels = np.full((3, 3), -1, np.int32)
    labels[1, 2] = 0
    west, north = CORNER
    assert drawn(labels)[0].equals(shapely.box(west + 2000, north - 2000, west + 3000, north - 1000))


def test_cells_that_touch_at_corners_only_are_a_multipolygon():
    outline = drawn(np.array([[0, -1], [-1, 0]], np.int32))[0]
    assert outline.geom_type == "MultiPolygon"
    assert outline.is_valid
    assert outline.area == 2e6


def test_a_hole_stays_a_hole():
    outline = drawn(np.array([[0, 0, 0], [0, -1, 0], [0, 0, 0]], np.int32))[0]
    assert len(outline.interiors) == 1
    assert outline.area == 8e6


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_outlines_are_their_cells_and_seams_between_bands_do_not_show(data):
    rows, columns = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9))
    labels = np.array(data.draw(st.lists(st.integers(-1, 3), min_size=rows * columns, max_size=rows * columns)), np.int32)
    labels = labels.reshape(rows, columns)
    transform = data.draw(st.sampled_from([TRANSFORM, ODD]))
    whole = drawn(labels, transform=transform)
    cut = drawn(labels, data.draw(st.lists(st.integers(1, max(1, rows - 1)), max_size=4)), transform)
    for number, (one, other) in enumerate(zip(whole, cut, strict=True)):
        cells = int((labels == number).sum())
        if not cells:
            assert one is None
            assert other is None
            continue
        assert one.is_valid
        assert other.is_valid
        assert one.area == pytest.approx(cells * transform[0] ** 2)
        assert other.equals(one)
        assert shapely.get_num_coordinates(other) == shapely.get_num_coordinates(one)


def test_outlines_come_in_degrees():
    labels = np.zeros((1, 1), np.int32)
    west, south, east, north = in_degrees(drawn(labels), WKT)[0].bounds
    assert 2.0 < west < east < 3.0
    assert 51.0 < south < north < 52.0


def test_a_package_has_each_layer_in_degrees_and_an_empty_one_is_there(tmp_path):
    rows = [{"code": "UC0001", "people": 5.0}]
    path = tmp_path / "a.gpkg"
    path.write_bytes(settlement_package({"urban_centres": (rows, [shapely.box(2, 51, 3, 52)]), "rural_clusters": ([], [])}))
    assert [name for name, _ in pyogrio.list_layers(path)] == ["urban_centres", "rural_clusters"]
    info = pyogrio.read_info(path, layer="urban_centres")
    assert info["crs"] == "EPSG:4326"
    assert info["features"] == 1
    assert pyogrio.read_info(path, layer="rural_clusters")["features"] == 0


# --- written whole ---------------------------------------------------------------------------------------------------------------


def test_files_are_written_whole_over_what_was_there(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"a longer old one")
    write_files([(tmp_path / "a.tif", b"new"), (tmp_path / "deep" / "b.gpkg", b"other")])
    assert (tmp_path / "a.tif").read_bytes() == b"new"
    assert (tmp_path / "deep" / "b.gpkg").read_bytes() == b"other"
    assert left_over(tmp_path) == []


def test_where_one_file_cannot_be_made_none_is_written_and_the_old_ones_stay(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"old")

    def files():
        yield tmp_path / "a.tif", b"new"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_files(files())
    assert (tmp_path / "a.tif").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.tif"]  # noqa: PTH208


def test_where_one_file_cannot_be_written_none_is(tmp_path):
    (tmp_path / "in the way").write_bytes(b"")
    with pytest.raises(OSError, match="in the way"):
        write_files([(tmp_path / "a.tif", b"new"), (tmp_path / "in the way" / "b.gpkg", b"other")])
    assert [one.name for one in tmp_path.iterdir()] == ["in the way"]
