"""Imports: a dry run writes nothing, a file is kept once, one bad file does not keep out the good ones, and each can be taken back."""

from __future__ import annotations

import shutil
import zipfile

import pytest
import yaml
from tests.workspace.conftest import CITY, figure

from ekistics.model.errors import InvalidInput
from ekistics.model.problems import Severity

TABLE = "city,year,indicator,value\nXX_TESTVILLE,2022,fine_particles,11.5\n"


def write(folder, text, name="more.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def told(my_files, **more):
    return {"mapping": my_files / "figures.mapping.yaml", "source": "statistics-office", "date": "2024-06-01", **more}


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def state(workspace):
    record = workspace.session.record
    return (
        [one.number for one in record.commits()],
        [one.code for one in record.places()],
        sorted((one.sha256, one.kind) for one in record.assets()),
        {one.observation.key: one.observation.value for one in record.figures()},
        record.settings(),
    )


@pytest.mark.parametrize(
    ("name", "kind"), [("map.osm.pbf", "osm"), ("timetable.zip", "gtfs"), ("figures.csv", "table"), ("zones.geojson", "population")]
)
def test_a_dry_run_reads_and_writes_nothing(empty, my_files, name, kind):
    empty.add_place(CITY, "Testville")
    before, root = state(empty), empty.session.folder.root
    lying = files_below(root)
    options = {"options": {"column": "residents", "id": "code"}} if kind == "population" else {}
    receipt = empty.import_file(my_files / name, kind, place=CITY, dry_run=True, told=told(my_files, **options))
    assert receipt.commit is None
    assert state(empty) == before
    assert files_below(root) == lying, "no original is kept of a file that was only looked at"


def test_a_dry_run_says_what_an_import_would(empty, my_files):
    path = write(my_files, TABLE + "XX_TESTVILLE,soon,fine_particles,11\nXX_TESTVILLE,2023,fine_particles,many\n")
    tried = empty.import_file(path, "table", dry_run=True, told=told(my_files))
    done = empty.import_file(path, "table", told=told(my_files))
    assert (tried.read, tried.rejected, tried.problems, tried.tallies) == (done.read, done.rejected, done.problems, done.tallies)
    assert (done.read, done.new, done.rejected) == (3, 1, 2)
    rejected = [one for one in done.problems if one.severity is Severity.REJECTED]
    assert {one.row for one in rejected} == {3, 4}
    assert all(one.column and one.found and one.expected for one in rejected)


def test_a_file_sent_twice_is_one_asset_and_no_new_figure(city, my_files):
    before = state(city)
    receipts, _ = city.import_folder(my_files)
    assert sum(one.new + one.changed for one in receipts if one.tallies) == 0
    after = state(city)
    assert after[1:] == before[1:]


def test_the_same_bytes_under_another_name_are_one_file_on_disk(empty, my_files):
    write(my_files, TABLE, "a.csv"), write(my_files, TABLE, "b.csv")
    for name in ("a.csv", "b.csv"):
        empty.import_file(my_files / name, "table", told=told(my_files))
    assert len([one for one in files_below(empty.session.folder.assets) if one.endswith(".csv")]) == 1


def test_a_corrected_file_supersedes_and_its_undo_brings_the_first_back(city, my_files):
    first = figure(city, "pm25", period="2020").observation.value
    path = write(my_files, TABLE.replace("2022", "2020"))
    receipt = city.import_file(path, "table", told=told(my_files))
    assert (receipt.new, receipt.changed) == (0, 1)
    assert figure(city, "pm25", period="2020").observation.value == 11.5
    city.undo(receipt.commit)
    assert figure(city, "pm25", period="2020").observation.value == first


def test_one_bad_file_does_not_keep_out_the_good_ones(empty, my_files):
    (my_files / "timetable.zip").write_bytes(b"no archive")
    with pytest.raises(InvalidInput, match=r"1 of 4 files refused.*timetable\.zip") as error:
        empty.import_folder(my_files)
    assert "import again" in str(error.value)
    kinds = {one.kind for one in empty.session.record.assets()}
    assert {"osm", "table", "population"} <= kinds
    assert "gtfs" not in kinds
    assert empty.session.record.targets(CITY), "what the manifest says beside files is on record too"


def test_all_bad_files_are_named(empty, my_files):
    (my_files / "timetable.zip").write_bytes(b"no archive")
    (my_files / "map.osm.pbf").write_bytes(b"no map")
    with pytest.raises(InvalidInput, match=r"2 of 4 files refused") as error:
        empty.import_folder(my_files)
    assert "timetable.zip" in str(error.value)
    assert "map.osm.pbf" in str(error.value)


def test_a_folder_mended_after_a_refusal_is_completed_by_importing_again(empty, my_files, city_files):
    (my_files / "timetable.zip").write_bytes(b"no archive")
    with pytest.raises(InvalidInput):
        empty.import_folder(my_files)
    shutil.copy(city_files / "timetable.zip", my_files)
    receipts, _ = empty.import_folder(my_files)
    assert sum(one.unchanged for one in receipts) > 0
    assert "gtfs" in {one.kind for one in empty.session.record.assets()}


def test_a_refused_file_leaves_nothing_on_record(empty, my_files):
    before = state(empty)
    path = write(my_files, "nonsense")
    with pytest.raises(InvalidInput):
        empty.import_file(path, "table", told=told(my_files))
    assert state(empty) == before


def test_a_member_of_an_archive_is_taken_out_of_it(empty, my_files):
    with zipfile.ZipFile(my_files / "all.zip", "w") as archive:
        archive.writestr("data/more.csv", TABLE)
    receipt = empty.import_file(my_files / "all.zip", "table", told=told(my_files, member="data/more.csv"))
    assert receipt.new == 1
    with pytest.raises(InvalidInput, match=r"data/more\.csv"):
        empty.import_file(my_files / "all.zip", "table", told=told(my_files, member="other.csv"))


@pytest.mark.parametrize(
    ("path", "kind", "more", "said"),
    [
        ("figures.csv", "tabel", {}, "not read as that"),
        ("absent.csv", "table", {}, "not there"),
        ("letter.docx", "", {}, "not clear from its name"),
        ("figures.csv", "table", {"mapping": ""}, "mapping file"),
        ("figures.csv", "table", {"mapping": "absent.yaml"}, "mapping file is not there"),
        ("figures.csv", "table", {"date": "yesterday"}, "date"),
    ],
)
def test_a_file_described_wrongly_is_refused_in_a_sentence(empty, my_files, path, kind, more, said):
    write(my_files, "", "letter.docx")
    with pytest.raises(InvalidInput, match=said):
        empty.import_file(my_files / path, kind, told=told(my_files, **more))
    assert empty.commits() == []


def mapped(my_files, **measure):
    mapping = yaml.safe_load((my_files / "figures.mapping.yaml").read_text(encoding="utf-8"))
    mapping["indicator"]["values"] = {"land": measure}
    path = my_files / "m.yaml"
    path.write_text(yaml.safe_dump(mapping), encoding="utf-8")
    table = write(my_files, "city,year,indicator,value\nXX_TESTVILLE,2022,land,80\n")
    return table, {"mapping": path, "source": "statistics-office"}


def test_figures_go_on_record_in_the_unit_of_their_card(empty, my_files):
    path, described = mapped(my_files, indicator="built_up_area", unit="har")
    empty.import_file(path, "table", told=described)
    (one,) = empty.figures()
    assert (one.observation.value, one.observation.unit) == (pytest.approx(0.8), "km2")
    assert empty.recompute(one.id).equal


@pytest.mark.parametrize("measure", [{"unit": "m"}, {"unit": "km2", "to": "har"}])
def test_a_unit_that_is_not_the_cards_is_refused(empty, my_files, measure):
    path, described = mapped(my_files, indicator="built_up_area", **measure)
    with pytest.raises(InvalidInput, match="its card in km2"):
        empty.import_file(path, "table", told=described)
    assert empty.figures() == []


def test_an_indicator_without_a_card_is_kept_and_said(empty, my_files):
    path, described = mapped(my_files, indicator="built_up_aera", unit="km2")
    receipt = empty.import_file(path, "table", told=described)
    (said,) = (one for one in receipt.problems if one.kind == "indicator-unknown")
    assert said.found == "built_up_aera"
    assert "built_up_area" in said.expected
    assert receipt.new == 1


def test_places_that_are_not_on_record_are_said_with_the_nearest(city, my_files):
    path = write(my_files, TABLE.replace("TESTVILLE", "TESTVIL"))
    receipt = city.import_file(path, "table", told=told(my_files))
    (said,) = (one for one in receipt.problems if one.kind == "place-unknown")
    assert said.found == "XX_TESTVIL"
    assert "XX_TESTVILLE" in said.expected
