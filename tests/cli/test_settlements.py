"""`ekistics settlements` as its users have it: help, tables, JSON, notes, exit codes, and Ctrl-C."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import rasterio
from tests.cli.conftest import command
from tests.made_grids import left_over, made_country, write_country, write_grid

from ekistics.cli.app import EXIT_CODES
from ekistics.model.errors import Cancelled, InvalidInput, NotFound, Unavailable


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_country(tmp_path_factory.mktemp("country"))


@pytest.fixture
def classify(ekistics, files, tmp_path):
    """Classify the made country into a folder."""

    def call(*words):
        bands = ("--population", files["people"], "--built-up", files["built_up"], "--land", files["land"])
        return ekistics("settlements", "classify", *bands, "--out", tmp_path / "classes.tif", *words)

    return call


def test_help_says_what_each_option_takes(ekistics):
    said = ekistics("settlements", "classify", "--help")
    assert said.code == 0
    text = "".join(said.out.split())
    options = "--population --built-up --land --level --edition --set --unit --centres --labels --names --units --commuting --engine --json"
    for word in (*options.split(), "equal-area", "R2022A", "off, a share such as 0.2, or optimal", "scheduler's address"):
        assert word.replace(" ", "") in text, word
    overview = ekistics("settlements", "--help")
    assert "classify" in overview.out
    assert "rules" in overview.out


def test_classes_centres_and_files_are_printed(classify, tmp_path):
    said = classify("--centres", tmp_path / "centres.gpkg")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0] == "Level 2, edition 2024, built-up fixed 0.2; built-up in share (recognised), land in share (recognised)"
    assert any(line.split()[:3] == ["30", "urban", "centre"] for line in lines)
    assert any(line.startswith("UC0001") for line in lines)
    assert lines[-2:] == [f"written: {tmp_path / 'classes.tif'}", f"written: {tmp_path / 'centres.gpkg'}"]
    assert "classifying" in said.err
    assert left_over(tmp_path) == []


def test_json_is_all_that_was_found_and_nothing_else(classify, tmp_path):
    said = classify("--json")
    assert said.code == 0
    told = json.loads(said.out)
    assert not said.err
    assert {row["class"] for row in told["classes"]} == {30, 23, 22, 21, 12, 11, 10}
    assert told["units"] == {"built_up": "share", "land": "share"}
    assert told["recognised"] == ["built_up", "land"]
    assert [one["code"] for one in told["centres"]] == ["UC0001", "UC0002"]
    assert told["written"] == [str(tmp_path / "classes.tif")]


def test_json_holds_no_number_that_json_does_not_know(ekistics, tmp_path):
    people = np.zeros((3, 3))
    people[1, 1] = 60_000.0
    write_grid(tmp_path / "people.tif", people, corner=(-18_041_000.0, 9_000_000.0))
    said = ekistics("settlements", "classify", "--population", tmp_path / "people.tif", "--out", tmp_path / "c.tif", "--json")

    def refuse(text):
        raise AssertionError(text)

    assert json.loads(said.out, parse_constant=refuse)["centres"][0]["longitude"] is None


def test_levels_editions_and_parameters_are_taken(classify, tmp_path):
    assert classify("--level", 1, "--edition", "2021").out.startswith("Level 1, edition 2021, built-up off 0.5")
    with rasterio.open(tmp_path / "classes.tif") as file:
        assert set(np.unique(file.read(1))) == {0, 1, 2, 3}
    assert classify("--built-up-threshold", "0.35").out.startswith("Level 2, edition 2024, built-up fixed 0.35")
    assert classify("--built-up-threshold", "off").out.startswith("Level 2, edition 2024, built-up off")
    assert classify("--built-up-threshold", "optimal").out.startswith("Level 2, edition 2024, built-up fixed 0.")
    said = classify("--set", "centre_people=400000", "--set", "smoothing=none", "--json")
    told = json.loads(said.out)
    assert told["parameters"]["centre_people"] == 400_000
    assert len(told["centres"]) == 1


def test_a_told_unit_is_taken(classify):
    assert "built-up in share; land" not in classify("--unit", "built-up=share").out
    assert json.loads(classify("--unit", "built-up=share", "--json").out)["recognised"] == ["land"]


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        (("--unit", "land"), InvalidInput, "NAME=VALUE"),
        (("--unit", "land=km2"), InvalidInput, "share or m2"),
        (("--unit", "sea=m2"), InvalidInput, "built_up or land"),
        (("--unit", "land=m2"), None, ""),
        (("--set", "centre_people"), InvalidInput, "NAME=VALUE"),
        (("--set", "centre_people=many"), InvalidInput, "a number"),
        (("--set", "centre_people=-1"), InvalidInput, "out of range"),
        (("--set", "smoothing=much"), InvalidInput, "five-of-eight"),
        (("--set", "dense_per_km2=200"), InvalidInput, "rising order"),
        (("--set", "centre_pople=1"), NotFound, "centre_people"),
        (("--set", "edition=2021"), NotFound, "no such parameter"),
        (("--edition", "1999"), NotFound, "R2023A"),
        (("--built-up-threshold", "much"), InvalidInput, "off, optimal, or a share"),
        (("--built-up-threshold", "20"), InvalidInput, "out of range"),
        (("--engine", "cluster"), InvalidInput, "no place to work"),
        (("--commuting", "flows.csv"), InvalidInput, "--units"),
        (("--population", "nothing.tif"), InvalidInput, "cannot be read"),
        (("--names", "nothing.gpkg"), Unavailable, "nothing.gpkg"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence_with_its_code(classify, tmp_path, words, kind, said):
    done = classify(*words)
    assert done.code == (0 if kind is None else EXIT_CODES[kind]), done.err
    assert said in done.err
    if kind:
        assert done.err.splitlines()[-1].startswith("ekistics: ")
        assert "fault of the program" not in done.err
        assert not (tmp_path / "classes.tif").exists()


def test_a_refused_grid_says_file_found_expected_and_mend(ekistics, tmp_path):
    write_grid(tmp_path / "people.tif", np.ones((3, 3)), crs="EPSG:4326", corner=(179.99, 51.0), cell=(0.01, 0.01))
    done = ekistics("settlements", "classify", "--population", tmp_path / "people.tif", "--out", tmp_path / "classes.tif")
    assert done.code == 3
    last = done.err.splitlines()[-1]
    for word in ("people.tif: ", "crosses the antimeridian", "found WGS 84", "expected an equal-area grid", "to mend: "):
        assert word in last


def test_notes_say_what_is_not_known(ekistics, files, tmp_path):
    people = made_country()["people"]
    people[10:12, 40:45] = -9999.0
    write_grid(tmp_path / "people.tif", people, no_data=-9999.0)
    done = ekistics(
        "settlements", "classify", "--population", tmp_path / "people.tif", "--land", files["land"], "--out", tmp_path / "c.tif"
    )
    assert "note: 10 cells on land where people are not known; they count as nobody" in done.out


def test_notes_say_which_bands_are_not_there_and_what_that_means(ekistics, files, tmp_path):
    words = ("settlements", "classify", "--population", files["people"], "--out", tmp_path / "c.tif")
    said = ekistics(*words).out
    assert "note: no built-up was given, so no cell is dense by what is built on it" in said
    assert "note: no land was given" in said
    done = ekistics(*words, "--built-up-threshold", "optimal")
    assert done.code == 3
    assert "found from built-up, and none is given" in done.err


def test_bad_rows_of_commuters_are_printed(classify, tmp_path):
    import geopandas as gpd
    import shapely
    from tests.made_grids import CORNER, MOLLWEIDE

    west, north = CORNER
    unit = shapely.box(west, north - 60_000, west + 80_000, north)
    gpd.GeoDataFrame({"code": ["A"]}, geometry=[unit], crs=MOLLWEIDE).to_crs(4326).to_file(tmp_path / "units.gpkg")
    (tmp_path / "flows.csv").write_text("origin,destination,commuters\nA,A,5\nA,,5\nA,A,x\n")
    done = classify("--units", tmp_path / "units.gpkg", "--units-code", "code", "--commuting", tmp_path / "flows.csv")
    assert done.code == 0, done.err
    rejected = [line.strip() for line in done.out.splitlines() if "rejected" in line]
    assert len(rejected) == 2
    assert rejected[0].startswith("rejected: flows.csv, row 3, destination: A row names no unit")
    assert rejected[1].startswith("rejected: flows.csv, row 4, commuters: A row says no number of people")
    assert "found x" in rejected[1]
    assert f"written: {tmp_path / 'classes_units.gpkg'}" in done.out
    assert f"written: {tmp_path / 'classes_functional_areas.gpkg'}" in done.out


def test_a_grid_without_centres_says_so(ekistics, tmp_path):
    write_grid(tmp_path / "people.tif", np.full((5, 5), 10.0))
    done = ekistics("settlements", "classify", "--population", tmp_path / "people.tif", "--out", tmp_path / "c.tif")
    assert "No urban centre: no cluster of dense cells has people enough." in done.out


def test_rules_lists_the_parameters_of_every_edition(ekistics):
    table = ekistics("settlements", "rules").out
    assert table.split()[:4] == ["parameter", "2024", "R2022A", "2021"]
    assert "semi_dense_per_km2" in table
    rows = {row["parameter"]: row for row in json.loads(ekistics("settlements", "rules", "--json").out)}
    assert rows["semi_dense_per_km2"] == {"parameter": "semi_dense_per_km2", "2024": 900.0, "R2022A": 300.0, "2021": 300.0}


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A grid that takes long enough to be interrupted: 24 million cells, of which blocks are kept."""
    folder = tmp_path_factory.mktemp("large")
    part = np.random.default_rng(1).gamma(0.03, 800.0, (1200, 1000)).astype("float32")
    return write_grid(folder / "people.tif", np.tile(part, (4, 5)), compress="deflate", tiled=True, corner=(-8e6, 6e6))


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal of Unix")
@pytest.mark.parametrize("engine", ["threads", pytest.param("dask:2", marks=pytest.mark.xdist_group("dask"))])
def test_ctrl_c_leaves_no_output_and_the_next_try_goes_on(large, tmp_path, engine):
    words = ("settlements", "classify", "--population", large, "--out", tmp_path / "classes.tif")
    program = [sys.executable, "-m", "ekistics", *map(str, words), "--engine", engine]
    process = subprocess.Popen(program, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    for line in process.stderr:
        if "classifying" in line:
            os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to all processes of the command
            break
    _, said = process.communicate(timeout=60)
    # a shell shows 130 for both: Python ends by the signal itself where it was inside generated code
    assert process.returncode in (EXIT_CODES[Cancelled], -signal.SIGINT), said
    assert "Traceback" not in said
    assert f"stopped; the blocks that are done are kept in {tmp_path / '.classes.tif.parts'}; to mend: start it again" in said
    assert [one.name for one in tmp_path.iterdir()] == [".classes.tif.parts"]
    assert list(tmp_path.rglob("*.kept"))
    assert not list(tmp_path.rglob("*.part"))
    again = command(*words)
    _, said = again.communicate(timeout=60)
    assert again.returncode == 0, said
    assert "going on after" in said
    assert [one.name for one in tmp_path.iterdir()] == ["classes.tif"]


def test_belgium_is_the_published_table(ekistics, data, tmp_path):
    bands = [data("belgium_ghsl", name) for name in ("POP.tif", "BUILT_S.tif", "LAND.tif")]
    done = ekistics("settlements", "classify", "--population", bands[0], "--built-up", bands[1], "--land", bands[2],
                    "--out", tmp_path / "classes.tif", "--json")  # fmt: skip
    told = json.loads(done.out)
    published = {30: (2145, 6723773.9), 23: (1511, 3544416.2), 22: (575, 897157.4), 21: (6789, 4875139.3), 13: (2091, 1256706.2),
                 12: (20955, 2933973.0), 11: (29713, 370929.6), 10: (2578, 0.0)}  # fmt: skip
    assert {row["class"]: row["cells"] for row in told["classes"]} == {code: cells for code, (cells, _) in published.items()}
    for row in told["classes"]:
        assert row["people"] == pytest.approx(published[row["class"]][1], abs=0.06)
    assert told["units"] == {"built_up": "m2", "land": "m2"}
    assert len(told["centres"]) == 33


def test_belgium_by_the_rule_of_2021_for_semi_dense_clusters_is_the_published_table(ekistics, data, tmp_path):
    bands = [data("belgium_ghsl", name) for name in ("POP.tif", "BUILT_S.tif", "LAND.tif")]
    rule = ("semi_dense_per_km2=300", "semi_dense_people=5000", "semi_dense_contiguity=queen", "semi_dense_buffer_cells=3")
    done = ekistics("settlements", "classify", "--population", bands[0], "--built-up", bands[1], "--land", bands[2],
                    "--out", tmp_path / "classes.tif", "--json", *(word for one in rule for word in ("--set", one)))  # fmt: skip
    told = {row["class"]: (row["cells"], row["people"]) for row in json.loads(done.out)["classes"]}
    assert {code: told[code][0] for code in (22, 21, 13)} == {22: 638, 21: 6653, 13: 2164}
    assert [told[code][1] for code in (22, 21, 13)] == pytest.approx([546747.1, 5110673.7, 1371582.2], abs=0.06)
