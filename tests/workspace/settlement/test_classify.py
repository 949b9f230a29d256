"""Settlements from files: wherever the work is done, stopped or not, the same result; and files that say what they are."""

import json
import os
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from tests.made_grids import CORNER, MOLLWEIDE, left_over, made_country, write_country, write_grid

from ekistics.engine.steps import CancelToken
from ekistics.model.errors import Cancelled, InvalidInput
from ekistics.places.degree_of_urbanisation import classify
from ekistics.places.settlement_rules import settlement_rules
from ekistics.sources.settlement_grids import SettlementGrids, open_settlement_grids
from ekistics.workspace.settlement import blockwise, results
from ekistics.workspace.settlement import classify as verb
from ekistics.workspace.settlement.blockwise import Where, classify_grids
from ekistics.workspace.settlement.classify import SettlementInputs, SettlementOutputs, classify_settlements, classify_xarray
from ekistics.workspace.settlement.results import bands, cluster_outlines

RULES = settlement_rules()
TILES = {"tiled": True, "blockxsize": 16, "blockysize": 16}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    return write_country(tmp_path_factory.mktemp("country"), **TILES)


@pytest.fixture
def small_blocks(monkeypatch):
    """Cut grids into blocks of a few tiles."""
    original = SettlementGrids.windows
    monkeypatch.setattr(SettlementGrids, "windows", lambda self, cells=0: original(self, 600))


@pytest.fixture(scope="module")
def grids(files) -> SettlementGrids:
    return open_settlement_grids(files["people"], files["built_up"], files["land"])


@pytest.fixture(scope="module")
def whole():
    country = made_country()
    return classify(country["people"], country["built_up"], country["land"], rules=RULES)


def inputs(files, **more) -> SettlementInputs:
    return SettlementInputs(files["people"], files["built_up"], files["land"], **more)


def same(found, expected) -> None:
    assert (found.classes == expected.classes).all()
    assert found.people_by_class == expected.people_by_class
    assert found.report == expected.report
    assert found.clusters.keys() == expected.clusters.keys()
    for kind in found.clusters:
        assert (found.labels(kind) == expected.labels(kind)).all()
        assert (found.clusters[kind].people == expected.clusters[kind].people).all()


# --- where the work is done ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [Where(), Where(threads=2), Where(threads=5)], ids=["here", "two", "five"])
def test_blocks_on_any_number_of_threads_give_the_same_classes_labels_and_people(grids, whole, small_blocks, where):
    assert len(list(grids.windows())) > 6
    same(classify_grids(grids, rules=RULES, where=where), whole)


def test_blocks_in_any_order_give_the_same(grids, whole, small_blocks, monkeypatch):
    there = list(grids.windows())
    for seed in range(3):
        order = [there[at] for at in np.random.default_rng(seed).permutation(len(there))]
        monkeypatch.setattr(SettlementGrids, "windows", lambda self, cells=0, order=order: iter(order))
        same(classify_grids(grids, rules=RULES), whole)


@pytest.mark.xdist_group("dask")
def test_two_dask_workers_give_the_same_also_from_relative_paths(files, whole, tmp_path, monkeypatch, small_blocks):
    pytest.importorskip("distributed")
    monkeypatch.chdir(files["people"].parent)
    grids = open_settlement_grids(Path("people.tif"), Path("built_up.tif"), Path("land.tif"))
    same(classify_grids(grids, rules=RULES, where=Where(dask=True, workers=2), keep=tmp_path / "kept"), whole)
    assert not list((tmp_path / "kept").iterdir())


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("edition", ["2021", "R2022A", "2024"])
def test_files_give_what_arrays_give_in_every_edition(grids, level, edition):
    country, rules = made_country(), settlement_rules(edition)
    same(classify_grids(grids, rules=rules, level=level), classify(*country.values(), rules=rules, level=level))


def test_the_optimal_threshold_is_found_from_files_as_from_arrays(grids, small_blocks):
    rules = settlement_rules("2024", built_up="optimal", optimal_people=20_000)
    found, expected = classify_grids(grids, rules=rules), classify(*made_country().values(), rules=rules)
    assert 0 < found.rules.built_up_share < 1
    assert found.rules == expected.rules
    same(found, expected)


def test_a_level_that_does_not_exist_is_refused(grids):
    with pytest.raises(InvalidInput, match="no such level") as left:
        classify_grids(grids, rules=RULES, level=3)
    assert left.value.expected == "1, 2"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("here", Where()), ("threads", Where(threads=2)), ("threads:3", Where(threads=3)), ("dask", Where(dask=True)),
        ("dask:2", Where(dask=True, workers=2)), ("tcp://h:8786", Where(dask=True, address="tcp://h:8786")),
    ],
)  # fmt: skip
def test_places_to_work_are_named(text, where):
    assert Where.named(text) == where


@pytest.mark.parametrize("text", ["", "here:2", "threads:0", "threads:x", "dask:-1", "cluster", "http://h"])
def test_a_place_to_work_that_does_not_exist_is_refused(text):
    with pytest.raises(InvalidInput, match="no place to work"):
        Where.named(text)


# --- stopped and taken up again --------------------------------------------------------------------------------------------------


def stopped_after(number: int):
    token, told = CancelToken(), []

    def say(text: str, done: float) -> None:
        told.append(text)
        if len(told) == number:
            token.cancel()

    return {"cancel": token, "say": say}


@pytest.fixture
def looked_at(monkeypatch) -> list:
    """Return what becomes a list of the blocks that are really looked at."""
    seen, original = [], blockwise.look_at

    def look_at(*bands, row, column, **options):
        seen.append((row, column))
        return original(*bands, row=row, column=column, **options)

    monkeypatch.setattr(blockwise, "look_at", look_at)
    return seen


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stopped_run_goes_on_after_its_last_block(grids, whole, small_blocks, looked_at, tmp_path, threads):
    where, keep = Where(threads=threads), tmp_path / "kept"
    with pytest.raises(Cancelled):
        classify_grids(grids, rules=RULES, where=where, keep=keep, **stopped_after(4))
    done, told = len(looked_at), []
    assert 4 <= done < len(list(grids.windows()))
    same(classify_grids(grids, rules=RULES, where=where, keep=keep, say=lambda text, share: told.append(text)), whole)
    assert len(looked_at) == len(set(looked_at)) == len(list(grids.windows()))
    assert told[0] == f"classifying: going on after {done} of {len(looked_at)} blocks"
    assert not list(keep.iterdir())


def test_a_damaged_block_is_looked_at_again(grids, whole, small_blocks, looked_at, tmp_path):
    with pytest.raises(Cancelled):
        classify_grids(grids, rules=RULES, keep=tmp_path, **stopped_after(4))
    parts = sorted(tmp_path.rglob("*.kept"))
    parts[0].write_bytes(parts[0].read_bytes()[:-9])
    parts[1].write_bytes(b"")
    looked_at.clear()
    same(classify_grids(grids, rules=RULES, keep=tmp_path), whole)
    assert len(looked_at) == len(list(grids.windows())) - len(parts) + 2


@pytest.mark.parametrize("change", ["rules", "level", "unit", "file"])
def test_blocks_of_other_rules_or_of_a_changed_file_are_not_taken(small_blocks, looked_at, tmp_path, change):
    files = write_country(tmp_path, **TILES)
    grids, rules, level = open_settlement_grids(*files.values()), RULES, 2
    with pytest.raises(Cancelled):
        classify_grids(grids, rules=RULES, keep=tmp_path / "kept", **stopped_after(4))
    country = made_country()
    if change == "rules":
        rules = replace(RULES, dense_per_km2=1200.0)
    elif change == "level":
        level = 1
    elif change == "unit":
        grids = replace(grids, units={**grids.units, "built_up": "m2"})
        country["built_up"] /= 1e6
    else:
        country["people"] = np.floor(country["people"] * 1.1)
        write_grid(files["people"], country["people"], no_data=-9999.0, **TILES)
        os.utime(files["people"], ns=(time.time_ns(), time.time_ns() + 10_000_000))
    looked_at.clear()
    found = classify_grids(grids, rules=rules, level=level, keep=tmp_path / "kept")
    assert len(looked_at) == len(list(grids.windows()))
    same(found, classify(*country.values(), rules=rules, level=level))


KILLED = """
import os, signal, sys
from pathlib import Path
from ekistics.places.settlement_rules import settlement_rules
from ekistics.sources.settlement_grids import SettlementGrids, open_settlement_grids
from ekistics.workspace.settlement.blockwise import classify_grids
original = SettlementGrids.windows
SettlementGrids.windows = lambda self, cells=0: original(self, 600)
told = []
def say(text, done):
    told.append(text)
    if len(told) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
people, built_up, land, keep = map(Path, sys.argv[1:])
classify_grids(open_settlement_grids(people, built_up, land), rules=settlement_rules(), keep=keep, say=say)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by a signal")
def test_a_killed_run_goes_on_after_its_last_block(files, grids, whole, small_blocks, looked_at, tmp_path):
    child = subprocess.run([sys.executable, "-c", KILLED, *map(str, files.values()), str(tmp_path / "kept")], timeout=60, check=False)
    assert child.returncode == -9
    done = len(list((tmp_path / "kept").rglob("*.kept")))
    assert done == 4
    same(classify_grids(grids, rules=RULES, keep=tmp_path / "kept"), whole)
    assert len(looked_at) == len(list(grids.windows())) - done


def test_a_stopped_run_of_the_verb_keeps_its_blocks_beside_the_output_and_then_nothing(files, tmp_path, small_blocks, monkeypatch):
    monkeypatch.setattr(verb, "KEPT_FROM_CELLS", 1)
    outputs = SettlementOutputs(tmp_path / "classes.tif")
    with pytest.raises(Cancelled):
        classify_settlements(inputs(files), outputs, rules=RULES, **stopped_after(3))
    assert [one.name for one in tmp_path.iterdir()] == [".classes.tif.parts"]
    classify_settlements(inputs(files), outputs, rules=RULES)
    assert [one.name for one in tmp_path.iterdir()] == ["classes.tif"]


# --- bad input leaves nothing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [1, 10**9], ids=["kept", "not-kept"])
@pytest.mark.parametrize("people", [np.full((40, 40), -1.0), np.where(np.eye(40) > 0, -5.0, 3.0)], ids=["no-data", "negative"])
def test_a_grid_that_is_refused_leaves_no_file_and_what_was_there(tmp_path, people, kept, monkeypatch):
    monkeypatch.setattr(verb, "KEPT_FROM_CELLS", kept)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "classes.tif").write_bytes(b"old")
    path = write_grid(tmp_path / "people.tif", people, no_data=-1.0)
    outputs = SettlementOutputs(tmp_path / "out" / "classes.tif", tmp_path / "out" / "centres.gpkg", tmp_path / "out" / "labels.tif")
    with pytest.raises(InvalidInput):
        classify_settlements(SettlementInputs(path), outputs, rules=RULES)
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["classes.tif"]
    assert (tmp_path / "out" / "classes.tif").read_bytes() == b"old"


def test_a_wrong_column_of_units_is_found_before_the_work(files, country, tmp_path, looked_at):
    with pytest.raises(InvalidInput, match="no such column"):
        classify_settlements(inputs(files, spatial_units=country.units, unit_code="no"), SettlementOutputs(tmp_path / "c.tif"), rules=RULES)
    assert not looked_at


def test_an_output_in_place_of_an_input_or_another_output_or_a_folder_is_refused(files, tmp_path):
    for outputs, said in (
        (SettlementOutputs(files["people"]), "one of the inputs"),
        (SettlementOutputs(tmp_path / "a.tif", labels=tmp_path / "x" / ".." / "a.tif"), "two outputs"),
        (SettlementOutputs(tmp_path), "folder"),
    ):
        with pytest.raises(InvalidInput, match=said):
            classify_settlements(inputs(files), outputs, rules=RULES)
    assert files["people"].stat().st_size > 1000


FULL = """
import resource, sys
from ekistics.cli.app import run
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
run(sys.argv[2:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the size of files is limited by a call of Unix")
@pytest.mark.parametrize("room", [100, 6_000, 60_000])
def test_a_disk_that_fills_is_said_and_leaves_what_was_there(files, tmp_path, room):
    outputs = {name: tmp_path / name for name in ("classes.tif", "labels.tif", "centres.gpkg")}
    for path in outputs.values():
        path.write_bytes(b"old")
    words = ["settlements", "classify", "--population", files["people"], "--built-up", files["built_up"], "--land", files["land"],
             "--out", outputs["classes.tif"], "--labels", outputs["labels.tif"], "--centres", outputs["centres.gpkg"]]  # fmt: skip
    child = subprocess.run(
        [sys.executable, "-c", FULL, str(room), *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )
    assert child.returncode == 6, child.stderr
    assert "free space" in child.stderr.splitlines()[-1]
    assert "fault of the program" not in child.stderr
    assert left_over(tmp_path) == []
    assert {path.read_bytes() for path in outputs.values()} == {b"old"}


# --- what is written -------------------------------------------------------------------------------------------------------------


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


# --- names, spatial units, functional areas --------------------------------------------------------------------------------------


class Country:
    """The made country with spatial units of 10 by 10 cells, coded U0000 by row and column, with commuters and names."""

    def __init__(self, folder: Path) -> None:
        self.units, self.flows, self.names = folder / "units.gpkg", folder / "flows.csv", folder / "names.gpkg"
        west, north = CORNER
        boxes = [
            (
                f"U{row:02}{column:02}",
                shapely.box(west + column * 1e4, north - (row + 1) * 1e4, west + (column + 1) * 1e4, north - row * 1e4),
            )
            for row in range(6)
            for column in range(8)
        ]
        frame = gpd.GeoDataFrame({"code": [one for one, _ in boxes], "label": [f"Unit {one}" for one, _ in boxes]},
                                 geometry=[one for _, one in boxes], crs=MOLLWEIDE)  # fmt: skip
        frame.to_crs(4326).to_file(self.units)
        flows = [f"{code},{code},100" for code, _ in boxes]
        flows += ["U0005,U0202,5", "U0003,U0202,40", "U0100,U0202,400", "U0404,U0306,60", "U0404,U0202,30"]
        self.flows.write_text("origin,destination,commuters\n" + "\n".join(flows) + "\n")
        points = {"Zenith": ((20, 20), 700_000), "Old quarter": ((21, 21), 9_000), "Small": ((40, 60), 300_000), "Nowhere": ((5, 5), 10)}
        place = [shapely.Point(west + (column + 0.5) * 1e3, north - (row + 0.5) * 1e3) for (row, column), _ in points.values()]
        gpd.GeoDataFrame(
            {"name": list(points), "population": [people for _, people in points.values()]}, geometry=place, crs=MOLLWEIDE
        ).to_file(self.names)


@pytest.fixture(scope="module")
def country(tmp_path_factory) -> Country:
    return Country(tmp_path_factory.mktemp("units"))


def test_a_centre_takes_the_name_that_ranks_first_in_it(files, country, tmp_path):
    done = classify_settlements(inputs(files, names=country.names), SettlementOutputs(tmp_path / "c.tif", tmp_path / "c.gpkg"), rules=RULES)
    assert [row["name"] for row in done.centres] == ["Zenith", "Small"]
    assert gpd.read_file(tmp_path / "c.gpkg", layer="urban_centres")["name"].tolist() == ["Zenith", "Small"]


def test_without_ranks_the_first_name_of_the_file_counts(files, country, tmp_path):
    frame = gpd.read_file(country.names).iloc[[1, 0, 2]].drop(columns="population")
    frame.to_file(tmp_path / "names.gpkg")
    done = classify_settlements(inputs(files, names=tmp_path / "names.gpkg"), SettlementOutputs(tmp_path / "c.tif"), rules=RULES)
    assert [row["name"] for row in done.centres] == ["Old quarter", "Small"]


def with_units(files, country, tmp_path, **more):
    outputs = SettlementOutputs(tmp_path / "c.tif", spatial_units=tmp_path / "u.gpkg", functional_areas=tmp_path / "f.gpkg")
    asked = {"spatial_units": country.units, "unit_code": "code", "unit_name": "label"} | more
    return classify_settlements(inputs(files, **asked), outputs, rules=RULES)


def test_people_of_units_and_beyond_them_are_the_people_of_the_grid(files, country, tmp_path):
    done = with_units(files, country, tmp_path)
    units = gpd.read_file(tmp_path / "u.gpkg").set_index("code")
    assert units["people"].sum() == pytest.approx(made_country()["people"].sum(), rel=1e-3)  # the outlines bend a little in degrees
    assert units.loc["U0202", "level_1_name"] == "city"
    assert units.loc["U0000", "level_1"] == 1
    assert units.loc["U0202", "name"] == "Unit U0202"
    assert "no commuting table was given, so functional urban areas are not drawn (--commuting)" in done.notes
    assert not (tmp_path / "f.gpkg").exists()


def test_functional_areas_of_a_made_country(files, country, tmp_path):
    done = with_units(files, country, tmp_path, commuting=country.flows)
    areas = gpd.read_file(tmp_path / "f.gpkg", layer="functional_areas")
    members = gpd.read_file(tmp_path / "f.gpkg", layer="units").set_index("code")
    assert areas["code"].tolist() == ["FUA0001", "FUA0002"]
    assert members.loc["U0202", "role"] == "city"
    # 400 of 500 go to the large city, 60 of 190 to the small one, and 5 of 105 are too few
    zone = members.loc["U0100"]
    assert zone["commuting_share"] == pytest.approx(0.8)
    assert members.loc["U0404", "commuting_share"] == pytest.approx(60 / 190, abs=1e-6)
    assert members.loc["U0005", "functional_area"] == ""
    assert not any("commuting table" in note for note in done.notes)
    assert str(tmp_path / "f.gpkg") in done.written


def test_bad_rows_of_commuters_are_all_told_and_the_good_ones_used(files, country, tmp_path):
    flows = tmp_path / "flows.csv"
    flows.write_text(country.flows.read_text() + "U0404,,7\nU0404,U0306,some\nX1,U0306,5\nU0404,X2,9\n")
    done = with_units(files, country, tmp_path, commuting=flows)
    told = {(one.kind, one.row, one.column) for one in done.problems}
    rows = len(country.flows.read_text().splitlines())
    assert ("code-missing", rows + 1, "destination") in told
    assert ("number", rows + 2, "commuters") in told
    unknown = next(one for one in done.problems if one.kind == "unit-unknown")
    assert unknown.found == "X1, X2"
    assert unknown.count == 2
    members = gpd.read_file(tmp_path / "f.gpkg", layer="units").set_index("code")
    assert members.loc["U0404", "commuting_share"] == pytest.approx(60 / 199, abs=1e-6)  # those who work at X2 are workers


def test_a_commuting_table_without_units_is_refused(files, country, tmp_path):
    with pytest.raises(InvalidInput, match="without spatial units"):
        classify_settlements(inputs(files, commuting=country.flows), SettlementOutputs(tmp_path / "c.tif"), rules=RULES)


def test_a_table_with_more_commuters_than_workers_and_a_country_without_cities_are_said(files, country, tmp_path):
    people = write_grid(tmp_path / "people.tif", np.full((60, 80), 100.0))
    asked = {"spatial_units": country.units, "unit_code": "code", "commuting": country.flows}
    outputs = SettlementOutputs(tmp_path / "c.tif", functional_areas=tmp_path / "f.gpkg")
    done = classify_settlements(SettlementInputs(people, **asked), outputs, rules=RULES)
    assert any("no functional urban area" in note for note in done.notes)
    assert len(gpd.read_file(tmp_path / "f.gpkg", layer="functional_areas")) == 0


def test_units_too_small_for_the_grid_and_beyond_it_are_said(files, tmp_path):
    west, north = CORNER
    small = shapely.box(west + 20_010, north - 20_020, west + 20_014, north - 20_014)
    beyond = shapely.box(west - 5_000, north - 9_000, west + 4_000, north + 2_000)
    frame = gpd.GeoDataFrame({"code": ["small", "beyond"]}, geometry=[small, beyond], crs=MOLLWEIDE)
    frame.to_crs(4326).to_file(tmp_path / "two.gpkg")
    done = classify_settlements(
        inputs(files, spatial_units=tmp_path / "two.gpkg", unit_code="code"),
        SettlementOutputs(tmp_path / "c.tif", spatial_units=tmp_path / "u.gpkg"), rules=RULES,
    )  # fmt: skip
    notes = " ".join(done.notes)
    assert "1 spatial units are too small for the grid" in notes
    assert "1 spatial units reach beyond the grid" in notes
    units = gpd.read_file(tmp_path / "u.gpkg").set_index("code")
    assert units.loc["small", "too_small_for_the_grid"]
    assert units.loc["small", "people"] == 0.0


@pytest.mark.parametrize("at", [(120.0, -30.0), (2.9, 40.0)])
def test_units_that_lie_elsewhere_are_refused_before_the_work(files, tmp_path, looked_at, at):
    frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[shapely.box(*at, at[0] + 0.1, at[1] + 0.1)], crs=4326)
    frame.to_file(tmp_path / "far.gpkg")
    with pytest.raises(InvalidInput, match="no spatial unit lies on the grid") as left:
        classify_settlements(inputs(files, spatial_units=tmp_path / "far.gpkg", unit_code="code"), SettlementOutputs(), rules=RULES)
    assert "Mollweide" in left.value.expected
    assert not looked_at


def test_faults_of_spatial_units_are_told(files, country, tmp_path):
    frame = gpd.read_file(country.units)
    frame.loc[3, "geometry"] = None
    frame.loc[5, "code"] = frame.loc[4, "code"]
    frame.to_file(tmp_path / "gap.gpkg")
    done = classify_settlements(
        inputs(files, spatial_units=tmp_path / "gap.gpkg", unit_code="code"), SettlementOutputs(tmp_path / "c.tif"), rules=RULES
    )
    assert "1 spatial units have no outline and are left out" in done.notes
    assert {one.kind for one in done.problems} == {"code-twice"}


# --- xarray ----------------------------------------------------------------------------------------------------------------------


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


# --- Belgium ---------------------------------------------------------------------------------------------------------------------

TABLE = (
    textwrap.dedent("""
    1 2024    -                      3:2145:6723773.9 2:8797:9200861.0 1:52837:4677460.8 0:2578:0
    1 R2022A  -                      3:1808:6300321.1 2:9105:9621031.1 1:52866:4680743.5 0:2578:0
    1 2024    built_up=off           3:1815:6301103.3 2:9101:9620458.5 1:52863:4680533.9 0:2578:0
    1 2024    smoothing=none,hole=0  3:1839:6514103.4 2:9035:9401325.2 1:52905:4686667.1 0:2578:0
""")
    .strip()
    .splitlines()
)


@pytest.mark.parametrize("line", TABLE)
def test_belgium_from_files_as_shipped_in_blocks_is_the_published_table(data, line, small_blocks):
    level, edition, overrides, *rows = line.split()
    told = {} if overrides == "-" else dict(pair.split("=") for pair in overrides.replace("hole=", "hole_km2=").split(","))
    grids = open_settlement_grids(*(data("belgium_ghsl", name) for name in ("POP.tif", "BUILT_S.tif", "LAND.tif")))
    assert grids.units == {"built_up": "m2", "land": "m2"}
    found = classify_grids(grids, rules=settlement_rules(edition, **told), level=int(level))
    for code, cells, people in (row.split(":") for row in rows):
        assert found.cells_by_class[int(code)] == int(cells)
        assert found.people_by_class.get(int(code), 0.0) == pytest.approx(float(people), abs=0.06)


def test_belgium_has_33_centres_the_largest_of_1_404_431_people(data, tmp_path):
    bands_there = [data("belgium_ghsl", name) for name in ("POP.tif", "BUILT_S.tif", "LAND.tif")]
    done = classify_settlements(SettlementInputs(*bands_there), SettlementOutputs(tmp_path / "c.tif"), rules=RULES)
    assert len(done.centres) == 33
    assert [one["people"] for one in done.centres[:3]] == pytest.approx([1_404_431, 946_583, 767_443], abs=1)
    assert [one["area_km2"] for one in done.centres[:3]] == [224, 250, 340]
    assert (done.centres[0]["longitude"], done.centres[0]["latitude"]) == pytest.approx((4.36, 50.85), abs=0.1)
