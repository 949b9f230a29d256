"""A manifest with faults: every wrong key is told at once, with what was found and expected, before anything is on record."""

from __future__ import annotations

from typing import get_args

import pytest
import yaml

from ekistics.model.errors import InvalidInput
from ekistics.workspace.inputs import SOURCE_OF_KIND
from ekistics.workspace.manifest import FileEntry, propose_manifest, read_manifest


def changed(folder, change):
    """Change the city's manifest and return its path."""
    path = folder / "city.yaml"
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return path


def refused(workspace, folder):
    """Import the folder, see it refused with nothing on record, and return what was said."""
    with pytest.raises(InvalidInput) as error:
        workspace.import_folder(folder)
    assert workspace.commits() == []
    assert workspace.places() == []
    assert "to mend" in str(error.value)
    return str(error.value)


WRONG = {
    "a place without a code": (lambda told: told["place"].pop("code"), "place.code: this key is missing"),
    "an unknown key": (lambda told: told["place"].update(boundery=[]), "place.boundery: there is no such key; perhaps boundary"),
    "an unknown key of a file": (lambda told: told["files"][0].update(licens="x"), "files.0.licens: there is no such key; perhaps licence"),
    "a kind of place that is none": (lambda told: told["place"].update(kind="town"), "found 'town'"),
    "a kind of file that is none": (
        lambda told: told["files"][1].update({"as": "gtf"}),
        "files.1.as: Input should be 'osm', 'streets', 'gtfs'",
    ),
    "a date that is none": (lambda told: told["files"][0].update(date="last spring"), "found 'last spring'"),
    "a value that is no number": (lambda told: told["targets"][0].update(value="ten"), "targets.0.value"),
    "files that are no list": (lambda told: told.update(files="map.osm.pbf"), "files: Input should be"),
    "a file that is not there": (
        lambda told: told["files"][0].update(file="mep.osm.pbf"),
        "files.0.file: there is no file mep.osm.pbf; perhaps map.osm.pbf",
    ),
    "a mapping that is not there": (lambda told: told["files"][3].update(mapping="m.yaml"), "files.3.mapping: there is no file m.yaml"),
    "a boundary that is not there": (lambda told: told["place"]["boundaries"][0].update(file="b.shp"), "place.boundaries.0.file"),
    "districts that are not there": (lambda told: told["place"]["districts"].update(file="z.gpkg"), "place.districts.file"),
    "a study edition that is not drawn": (
        lambda told: told["place"].update(study="2023"),
        "place.study: found 2023, expected one of the editions 2024",
    ),
    "an option that the reader of a file does not take": (
        lambda told: told["files"][2].update(options={"colum": "residents"}),
        "files.2.options.colum: files read as population take no such option; perhaps column",
    ),
    "an option of a file that takes none": (
        lambda told: told["files"][1].update(options={"weekday": "monday"}),
        "files.1.options.weekday: files read as gtfs take no such option",
    ),
    "an option that leads to a file which would not be kept": (
        lambda told: told["files"][2].update(options={"zones": "zones.geojson"}),
        "files.2.options.zones: files read as population take no such option",
    ),
    "an option that no layer has": (
        lambda told: told.update(measure={"weekdy": "monday"}),
        "measure.weekdy: no layer has such an option; perhaps weekday",
    ),
    "an option of another kind": (
        lambda told: told.update(measure={"window_start_s": "8:00"}),
        "measure.window_start_s: found '8:00', expected something like 0.0",
    ),
    "a target of no indicator": (
        lambda told: told["targets"][0].update(indicator="pm26"),
        "targets.0.indicator: no indicator pm26; perhaps pm25",
    ),
    "a target in another unit": (lambda told: told["targets"][0].update(unit="mg/m3"), "targets.0.unit: found mg/m3, expected ug/m3"),
    "an own indicator that is none": (
        lambda told: told["own_indicators"][0].update(indicator="pm2"),
        "own_indicators.0.indicator: no indicator pm2",
    ),
    "an agenda that is none": (
        lambda told: told["own_indicators"][0].update(framework="unf"),
        "own_indicators.0.framework: found unf, expected one of",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_is_told_with_its_key_and_nothing_is_on_record(empty, my_files, name):
    change, expected = WRONG[name]
    changed(my_files, change)
    assert expected in refused(empty, my_files)


def test_all_faults_of_form_are_told_at_once(empty, my_files):
    def spoil(told):
        told["place"].pop("name")
        told["files"][0]["as"] = "map"
        told["targets"][0].pop("unit")
        told["colour"] = "blue"

    changed(my_files, spoil)
    said = refused(empty, my_files)
    for key in ("place.name", "files.0.as", "targets.0.unit", "colour"):
        assert f"{key}:" in said


def test_all_that_is_not_there_is_told_at_once(empty, my_files):
    def spoil(told):
        told["files"][0]["file"] = "a.pbf"
        told["files"][1]["file"] = "b.zip"
        told["targets"][0]["indicator"] = "happiness"
        told["measure"] = {"colour": "blue"}

    changed(my_files, spoil)
    said = refused(empty, my_files)
    for key in ("files.0.file", "files.1.file", "targets.0.indicator", "measure.colour"):
        assert f"{key}:" in said


@pytest.mark.parametrize(
    "text",
    [b"place: [", b"", b"- a\n- b\n", b"\xff\xfe\x00", b"a: &a [*a]", b"just words"],
    ids=["cut", "empty", "list", "bytes", "loop", "words"],
)
def test_a_file_that_is_no_manifest_is_refused_in_a_sentence(empty, my_files, text):
    (my_files / "city.yaml").write_bytes(text)
    refused(empty, my_files)


def test_a_folder_without_a_manifest_gets_a_proposal_that_reads(empty, my_files):
    (my_files / "city.yaml").unlink()
    assert "proposed" in refused(empty, my_files)
    proposed = read_manifest(my_files / "city.yaml")
    assert {one.file for one in proposed.files} == {"map.osm.pbf", "timetable.zip", "figures.csv"}


def test_a_folder_of_nothing_known_gets_no_manifest(empty, tmp_path):
    folder = tmp_path / "nothing"
    folder.mkdir()
    (folder / "letter.docx").write_bytes(b"")
    refused(empty, folder)
    assert not (folder / "city.yaml").exists()


def test_a_proposal_takes_outlines_as_boundaries_and_tables_as_tables(my_files):
    told = propose_manifest(my_files)
    assert told["place"]["boundaries"][0]["file"] == "boundary.geojson"
    assert {one["file"]: one["as"] for one in told["files"]}["figures.csv"] == "table"


def test_every_kind_of_file_but_a_table_gives_a_source_of_layers():
    kinds = get_args(FileEntry.model_fields["as_"].annotation)
    assert set(kinds) - {"table"} == set(SOURCE_OF_KIND)
