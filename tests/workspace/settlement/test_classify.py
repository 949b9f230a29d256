"""Files that a classification writes say what they are; an xarray comes back as one."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from tests.made_grids import MOLLWEIDE, left_over, made_country, write_grid
from tests.workspace.settlement.country import RULES, inputs

from ekistics.model.errors import InvalidInput
from ekistics.workspace.settlement import results
from ekistics.workspace.settlement.classify import SettlementInputs, SettlementOutputs, classify_settlements, classify_xarray
from ekistics.workspace.settlement.results import bands, cluster_outlines


@pytest.fixture
def written(files, tmp_path):
    outputs = SettlementOutputs(tmp_path / "classes.tif", tmp_path / "clusters.gpkg", tmp_path / "labels.tif")
    return outputs, classify_settlements(inputs(files), outputs, rules=RULES)


def test_the_class_raster_lies_on_the_grid_and_says_what_it_is(files, whole, written):
    outputs, _ = written
    with rasterio.open(outputs.classes) as file, rasterio.open(files["people"]) as people:
        assert (file.read(1) == whole.classes).all()
        assert file.crs == people.crs
        assert file.transform == people.transform
        tags = file.tags()
    assert (tags["method"], tags["edition"], tags["level"]) == ("degree of urbanisation", "2024", "2")
    assert json.loads(tags["units"]) == {"built_up": "share (recognised)", "land": "share (recognised)"}
    assert json.loads(tags["parameters"])["dense_per_km2"] == 1500.0
    assert set(json.loads(tags["inputs"])) == {"population", "built_up", "land"}
    assert all("sha256:" in text for text in json.loads(tags["inputs"]).values())


def test_inputs_of_one_name_are_told_apart(tmp_path):
    country, paths = made_country(), {}
    for band, cells in country.items():
        (tmp_path / band).mkdir()
        paths[band] = write_grid(tmp_path / band / "2020.tif", cells)
    classify_settlements(inputs(paths), SettlementOutputs(tmp_path / "classes.tif"), rules=RULES)
    with rasterio.open(tmp_path / "classes.tif") as file:
        told = json.loads(file.tags()["inputs"])
    assert len(set(told.values())) == 3


def test_a_unit_that_was_told_is_not_said_to_be_recognised(files, tmp_path):
    done = classify_settlements(
        inputs(files, units={"built_up": "share"}), SettlementOutputs(tmp_path / "classes.tif"), rules=RULES
    )  # fmt: skip
    assert done.units == {"built_up": "share", "land": "share"}
    assert done.recognised == ("land",)
    with rasterio.open(tmp_path / "classes.tif") as file:
        assert json.loads(file.tags()["units"]) == {"built_up": "share", "land": "share (recognised)"}


def test_labels_are_the_numbers_of_the_codes_and_outlines_their_cells(grids, written):
    outputs, _ = written
    centres = gpd.read_file(outputs.clusters, layer="urban_centres")
    with rasterio.open(outputs.labels) as file:
        labels = file.read(1)
    assert centres["code"].tolist() == ["UC0001", "UC0002"]
    assert centres["people"].is_monotonic_decreasing
    row, column = np.nonzero(labels)
    x, y = grids.grid.middles(row, column)
    points = gpd.GeoSeries(shapely.points(x, y), crs=MOLLWEIDE).to_crs(4326)
    for number, one in enumerate(centres.itertuples(), start=1):
        inside = points.within(one.geometry).to_numpy()
        assert (inside == (labels[row, column] == number)).all()
        assert inside.sum() == one.area_km2


def test_every_kind_of_cluster_has_its_layer_and_figures(whole, written):
    outputs, done = written
    for kind, clusters in whole.clusters.items():
        layer = gpd.read_file(outputs.clusters, layer=kind.replace(" ", "_").replace("-", "_"))
        assert len(layer) == len(clusters) == done.clusters[kind]
        if len(layer):
            assert sorted(layer["people"]) == pytest.approx(sorted(clusters.people.round(1)))
            assert set(layer["kind"]) == {kind.removesuffix("s")}


def test_the_summary_is_the_classification(whole, written):
    _, done = written
    assert {row["class"]: row["cells"] for row in done.classes} == whole.cells_by_class
    assert [row["code"] for row in done.centres] == ["UC0001", "UC0002"]
    assert done.report == whole.report
    assert done.problems == ()


def test_files_are_written_over_whole(files, tmp_path, written):
    outputs, _ = written
    before = outputs.classes.read_bytes()
    outputs.classes.write_bytes(before + b"x" * 10_000)
    classify_settlements(inputs(files), outputs, rules=RULES)
    assert outputs.classes.read_bytes() == before
    assert left_over(tmp_path) == []


def test_a_country_without_settlements_has_empty_layers(tmp_path):
    people = write_grid(tmp_path / "people.tif", np.full((9, 9), 10.0))
    outputs = SettlementOutputs(tmp_path / "classes.tif", tmp_path / "clusters.gpkg", tmp_path / "labels.tif")
    done = classify_settlements(SettlementInputs(people), outputs, rules=RULES)
    assert done.centres == ()
    assert len(gpd.read_file(outputs.clusters, layer="urban_centres")) == 0
    with rasterio.open(outputs.labels) as file:
        assert not file.read(1).any()


def test_outlines_across_seams_are_those_of_one_band(grids, whole, monkeypatch):
    one = {kind: cluster_outlines(whole, grids.grid, kind) for kind in whole.clusters}
    monkeypatch.setattr(results, "_BAND_CELLS", 5 * 80)
    assert len(list(bands(whole, "urban centres"))) == 12
    for kind, shapes in one.items():
        cut = cluster_outlines(whole, grids.grid, kind)
        assert len(cut) == len(shapes)
        assert shapely.equals(cut, shapes).all()


def test_a_lone_cell_off_the_world_has_no_place_in_degrees(tmp_path):
    people = np.zeros((3, 3))
    people[1, 1] = 60_000.0
    path = write_grid(tmp_path / "people.tif", people, corner=(-18_041_000.0, 9_000_000.0))  # the corner of Mollweide's world
    done = classify_settlements(SettlementInputs(path), SettlementOutputs(tmp_path / "c.tif", tmp_path / "c.gpkg"), rules=RULES)
    assert (done.centres[0]["longitude"], done.centres[0]["latitude"]) == (None, None)


def test_an_xarray_comes_back_as_classes_on_its_coordinates(whole):
    xarray = pytest.importorskip("xarray")
    country = made_country()
    place = {"y": np.arange(60) * -1000.0, "x": np.arange(80) * 1000.0}
    people, built, land = (xarray.DataArray(cells, place, ("y", "x"), attrs={"source": "made"}) for cells in country.values())
    found = classify_xarray(people, built, land, rules=RULES)
    assert found.name == "degree_of_urbanisation"
    assert found.dtype == np.uint8
    assert (found.to_numpy() == whole.classes).all()
    assert found.coords.equals(people.coords)
    assert found.attrs["cells_30"] == whole.cells_by_class[30]
    assert found.attrs["edition"] == "2024"
    assert people.attrs == {"source": "made"}


@pytest.mark.parametrize("change", ["moved", "turned"])
def test_an_xarray_that_does_not_lie_cell_on_cell_is_refused(change):
    xarray = pytest.importorskip("xarray")
    people = xarray.DataArray(np.full((4, 4), 10.0), {"y": np.arange(4), "x": np.arange(4)}, ("y", "x"))
    land = people.assign_coords(x=np.arange(4) + 1) if change == "moved" else people.transpose("x", "y")
    with pytest.raises(InvalidInput, match="cell on cell"):
        classify_xarray(people, None, land)
