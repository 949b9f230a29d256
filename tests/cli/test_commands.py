"""Every command: its help, its JSON, its one-sentence errors and their exit codes."""

from __future__ import annotations

import json
from importlib import resources

import pytest
import typer
from tests.cli.conftest import CITY

from ekistics.cli import commands_data, commands_figures, commands_pages
from ekistics.cli.app import EXIT_CODES, app
from ekistics.model.errors import Conflict, Damaged, InvalidInput, NotFound, Unavailable
from ekistics.workspace.workspace import Workspace

ROOMS = (commands_data, commands_figures, commands_pages)


def every_command(group, above=()):
    for name, one in getattr(group, "commands", {}).items():
        yield (*above, name)
        yield from every_command(one, (*above, name))


COMMANDS = list(every_command(typer.main.get_command(app)))
VERBS = [
    "init",
    "place",
    "import",
    "measure",
    "rate",
    "profile",
    "lineage",
    "recompute",
    "undo",
    "export",
    "serve",
    "demo",
    "frameworks",
    "indicators",
    "doctor",
]


def test_the_verbs_are_those_of_the_house():
    assert {one[0] for one in COMMANDS} >= set(VERBS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(ekistics, words):
    said = ekistics(*words, "--help")
    assert said.code == 0
    sentence = said.out.strip().splitlines()[2].strip()
    assert sentence[0].isupper()
    assert sentence.endswith((".", ",", ":")) or len(sentence) > 60  # a long one goes on in the next line


@pytest.mark.parametrize(
    "words",
    [
        ("place", "list"),
        ("indicators",),
        ("frameworks", "list"),
        ("frameworks", "show", "sdg11"),
        ("measure", "--explain"),
        ("measure",),
        ("rate", CITY),
        ("figures", CITY),
        ("recompute", 1),
        ("doctor",),
        ("doctor", "--commits"),
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_json_is_all_that_goes_to_standard_output(ekistics, city, words):
    here = () if words[0] in ("indicators",) else ("-w", city)
    said = ekistics(*words, *here, "--json")
    assert said.code == 0
    assert json.loads(said.out) is not None
    assert not said.err


def test_an_import_tells_its_receipts_as_json(ekistics, city, files):
    said = ekistics("import", files / "figures.csv", "--mapping", files / "figures.mapping.yaml", "--as", "table", "-w", city, "--json")
    (receipt,) = json.loads(said.out)
    assert receipt["read"] == receipt["unchanged"] + receipt["new"] + receipt["changed"] + receipt["rejected"]


@pytest.mark.parametrize(
    ("words", "error", "told"),
    [
        (("figures", "NOWHERE"), NotFound, "no place NOWHERE"),
        (("rate", "NOWHERE"), NotFound, "no place NOWHERE"),
        (("rate", CITY, "--framework", "none"), NotFound, "none"),
        (("profile", "NOWHERE"), NotFound, "no place NOWHERE"),
        (("lineage", 999_999), NotFound, "no figure 999999"),
        (("recompute", 999_999), NotFound, "no figure 999999"),
        (("undo", 999), NotFound, "no commit 999"),
        (("figures", CITY, "--as-of", 999), NotFound, "no commit 999"),
        (("measure", "-i", "none"), NotFound, "no such indicator; found none"),
        (("measure", "--variant", "none"), NotFound, "no such variant; found none"),
        (("measure", "NOWHERE"), NotFound, "no place NOWHERE"),
        (("measure", "--period", "20x3"), InvalidInput, "not a reference period"),
        (("frameworks", "show", "none"), NotFound, "found none; expected cpi, nua, sdg11, umf"),
        (("place", "add", "A", "--name", "A", "--kind", "none"), InvalidInput, "no such kind; found none; expected world"),
        (("place", "relate", CITY, CITY, "--kind", "none"), InvalidInput, "no such kind; found none; expected administrative"),
        (("place", "relate", CITY, CITY, "--weight", "people=x"), InvalidInput, "not a weight; found people=x"),
        (("place", "import", "none.gpkg", "--code", "a"), InvalidInput, "none.gpkg: the file is not there"),
        (("place", "import", "none.gpkg", "--code", "a", "--parent", "NOWHERE"), NotFound, "no place NOWHERE"),
        (("import", "none", "--propose"), InvalidInput, "none: the file or folder is not there"),
        (("export", CITY, "-o", "a"), InvalidInput, "no such format; found a name without an ending"),
        (("import", "none.csv"), InvalidInput, "none.csv: the file is not there"),
        (("export", CITY, "-o", "a.doc"), InvalidInput, "no such format; found .doc; expected .csv"),
        (("export", CITY, "-o", "none/a.csv"), Unavailable, "No such file or directory"),
        (("serve", "--port", 99_999), Unavailable, "99999 is no port"),
        (("place", "add", "", "--name", "A"), InvalidInput, "a place needs a code"),
        (("place", "add", "A", "--name", "A", "--parent", "NOWHERE"), NotFound, "no place NOWHERE"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_an_error_is_one_sentence_with_the_code_of_its_kind(ekistics, measured, monkeypatch, tmp_path, words, error, told):
    monkeypatch.chdir(tmp_path)
    here = () if words[0] == "frameworks" else ("-w", measured)
    said = ekistics(*words, *here)
    assert said.code == EXIT_CODES[error]
    (line,) = [one for one in said.err.splitlines() if one.startswith("ekistics: ")]
    assert told in line
    assert "Traceback" not in said.err


@pytest.mark.parametrize("words", [("place", "list"), ("measure",), ("figures", CITY), ("doctor",), ("serve",)], ids=" ".join)
def test_without_a_workspace_it_says_how_to_make_one(ekistics, monkeypatch, tmp_path, words):
    monkeypatch.chdir(tmp_path)
    said = ekistics(*words)
    assert said.code == EXIT_CODES[NotFound]
    assert "ekistics init" in said.err


@pytest.mark.parametrize("words", [("nosuch",), ("lineage", "abc"), ("lineage", 10**23), ("undo", 10**23), ("undo", 0), ("recompute", -1)])
def test_words_that_are_not_known_leave_with_two(ekistics, words):
    said = ekistics(*words)
    assert said.code == 2
    assert "Error: " in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("zones.geojson",), "expected --as osm, streets, gtfs, population, population_grid"),
        (("zones.geojson", "--as", "foo"), "found foo; expected --as osm"),
        (("map.osm.pbf", "--place", "NOWHERE"), "no place NOWHERE"),
    ],
)
def test_a_file_that_is_not_described_is_refused_before_anything_is_kept(ekistics, files, tmp_path, words, told):
    ekistics("init", tmp_path / "w")
    said = ekistics("import", files / words[0], *words[1:], "-w", tmp_path / "w")
    assert said.code in (EXIT_CODES[InvalidInput], EXIT_CODES[NotFound])
    assert told in said.err
    with Workspace.open(tmp_path / "w") as workspace:
        assert not workspace.commits()


@pytest.mark.parametrize("words", [("place", "list"), ("measure",)], ids=" ".join)
def test_an_empty_workspace_says_what_comes_next(ekistics, tmp_path, words):
    ekistics("init", tmp_path / "w")
    said = ekistics(*words, "-w", tmp_path / "w")
    assert said.code == 0
    assert "ekistics import FOLDER" in said.out


def test_a_place_without_figures_says_what_comes_next(ekistics, city):
    ekistics("place", "add", "NEW", "--name", "New", "-w", city)
    assert "ekistics measure NEW" in ekistics("figures", "NEW", "-w", city).out


def test_recompute_asks_for_the_originals_also_where_the_record_holds_the_outline(ekistics, city):
    area = next(one["id"] for one in json.loads(ekistics("figures", CITY, "-i", "area", "-w", city, "--json").out))
    for original in (city / "assets").rglob("*"):
        if original.is_file():
            original.unlink()
    said = ekistics("recompute", area, "-w", city)
    assert said.code == EXIT_CODES[NotFound]
    assert "the original boundary.geojson" in said.err


def test_a_workspace_is_not_made_twice(ekistics, tmp_path):
    assert ekistics("init", tmp_path / "w").code == 0
    again = ekistics("init", tmp_path / "w")
    assert again.code == EXIT_CODES[Conflict]
    assert "lies in" in again.err


def test_a_database_that_cannot_be_reached_leaves_no_half_workspace(ekistics, tmp_path):
    said = ekistics("init", tmp_path / "w", "--database", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert said.code == EXIT_CODES[Unavailable]
    assert len(said.err.splitlines()) == 1
    assert ekistics("init", tmp_path / "w").code == 0


def test_an_undo_is_undone_and_not_done_twice(ekistics, city):
    before = ekistics("figures", CITY, "-w", city, "--json").out
    assert ekistics("undo", 2, "-w", city).code == 0
    twice = ekistics("undo", 2, "-w", city)
    assert twice.code == EXIT_CODES[Conflict]
    with Workspace.open(city) as workspace:
        last = workspace.commits()[-1].number
    assert ekistics("undo", last, "-w", city).code == 0
    assert ekistics("figures", CITY, "-w", city, "--json").out == before


def test_a_measurement_explained_names_layers_and_what_is_lacking_and_writes_nothing(ekistics, files, tmp_path):
    root = tmp_path / "w"
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("boundary.geojson", "map.osm.pbf"):
        (bare / name).write_bytes((files / name).read_bytes())
    (bare / "city.yaml").write_text(
        "place: {code: XX_BARE, name: Bare, boundaries: [{edition: '1', file: boundary.geojson, source: city}]}\n"
        "files: [{file: map.osm.pbf, as: osm, source: openstreetmap, date: 2024-01-02}]\n",
        encoding="utf-8",
    )
    ekistics("init", root)
    assert ekistics("import", bare, "-w", root).code == 0
    steps = json.loads(ekistics("measure", "--explain", "-w", root, "--json").out)
    by_name = {(one["indicator"], one["variant"]): one for one in steps}
    assert by_name["area", "default"]["layers"] == ["zone_area"]
    assert by_name["area", "default"]["outlook"] == "made"
    assert by_name["people_near_stop", "default"]["lacks"] == ["gtfs", "people_given"]
    assert by_name["people_near_stop", "default"]["outlook"] == "lacking"
    assert by_name["population_growth_rate", "default"]["lacks"] == ["population at two dates"]
    assert "gtfs is lacking: ekistics import FILE --as gtfs" in ekistics("measure", "--explain", "-w", root).out
    with Workspace.open(root) as workspace:
        assert len(workspace.commits()) == 2
        assert not workspace.figures()


def test_what_a_measurement_left_is_explained_as_kept(ekistics, measured):
    steps = json.loads(ekistics("measure", "--explain", "-w", measured, "--json").out)
    ground = [one for one in steps if one["layers"]]
    assert {one["outlook"] for one in ground if not one["lacks"]} == {"kept"}
    assert {lack for one in ground for lack in one["lacks"]} == {"settlements", "built_epochs"}  # the made city has no grids
    assert not any(one["to_make"] for one in ground)
    ratio = next(one for one in steps if one["indicator"] == "land_consumption_ratio")
    assert (ratio["outlook"], ratio["figures"]) == ("made", ["built_up_area", "population"])


def test_a_figure_that_only_an_office_gives_is_explained_as_lacking_a_table(ekistics, city):
    ekistics("place", "add", "BARE", "--name", "Bare", "-w", city)
    steps = json.loads(ekistics("measure", CITY, "BARE", "--explain", "-i", "pm25", "-w", city, "--json").out)
    assert {one["place"]: one["lacks"] for one in steps} == {CITY: [], "BARE": ["table"]}


def test_a_trial_of_a_folder_reports_each_file_and_keeps_nothing(ekistics, files, tmp_path):
    root = tmp_path / "w"
    ekistics("init", root)
    said = ekistics("import", files, "--dry-run", "-w", root)
    assert said.code == 0
    assert said.out.count("nothing stored") == 5
    assert "timetable.zip/stops.txt: 5 rows read" in said.out
    assert not list((root / "assets").rglob("*.*"))
    with Workspace.open(root) as workspace:
        assert not workspace.commits()
        assert not workspace.places()


def test_a_trial_names_the_refused_file_and_goes_on(ekistics, files, tmp_path):
    spoiled = tmp_path / "spoiled"
    spoiled.mkdir()
    for one in files.iterdir():
        (spoiled / one.name).write_bytes(b"PK" if one.suffix == ".zip" else one.read_bytes())
    ekistics("init", tmp_path / "w")
    said = ekistics("import", spoiled, "--dry-run", "-w", tmp_path / "w")
    assert "rejected: timetable.zip: The file is refused" in said.out
    assert "figures.csv: nothing stored" in said.out


def test_recompute_says_equal_and_a_flipped_byte_is_named(ekistics, city):
    assert ekistics("recompute", 20, "-w", city).out.startswith("equal: ")
    original = next(path for path in (city / "assets").rglob("*") if path.is_file() and path.stat().st_size == _size_of_map(city))
    original.chmod(0o644)
    content = bytearray(original.read_bytes())
    content[len(content) // 2] ^= 1
    original.write_bytes(content)
    said = ekistics("recompute", 20, "-w", city)
    assert said.code == EXIT_CODES[Damaged]
    assert "map.osm.pbf" in said.err
    assert ekistics("doctor", "-w", city).code == 1


def _size_of_map(city):
    with Workspace.open(city) as workspace:
        return next(one.size for one in workspace.session.record.assets() if one.kind == "osm")


@pytest.mark.parametrize(
    ("ending", "first"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("parquet", b"PAR1"), ("gpkg", b"SQLite"), ("svg", b"<")]
)
def test_every_format_is_written(ekistics, measured, tmp_path, ending, first):
    out = tmp_path / f"a.{ending}"
    assert ekistics("export", CITY, "-o", out, "-w", measured).code == 0
    assert out.read_bytes().startswith(first)


def test_a_csv_has_its_dictionary_beside_it(ekistics, measured, tmp_path):
    ekistics("export", CITY, "-o", tmp_path / "a.csv", "-w", measured)
    header = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    told = (tmp_path / "a.dictionary.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [line.split(",")[0] for line in told] == header


def test_an_agenda_file_is_checked_with_all_its_faults(ekistics, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("code: x\nitems: 7\n", encoding="utf-8")
    said = ekistics("frameworks", "check", bad)
    assert said.code == 1
    assert {"name", "edition", "items"} <= {line.split(":")[1].rsplit(" ", 1)[-1] for line in said.out.splitlines()}


def test_an_agenda_file_without_fault_is_told_so(ekistics, tmp_path):
    good = resources.files("ekistics.frameworks").joinpath("sdg11.yaml")
    copy = tmp_path / "mine.yaml"
    copy.write_text(good.read_text(encoding="utf-8"), encoding="utf-8")
    assert ekistics("frameworks", "check", copy).out == f"{copy}: no fault found\n"
    assert ekistics("frameworks", "check", copy, "--json").out == "[]\n"


def test_a_profile_is_one_file(ekistics, measured, tmp_path):
    out = tmp_path / "p.html"
    said = ekistics("profile", CITY, "-o", out, "-w", measured)
    assert said.code == 0
    assert str(out) in said.out
    assert "<script src" not in out.read_text(encoding="utf-8")
