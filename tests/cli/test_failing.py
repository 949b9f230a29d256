"""What goes wrong outside the command line: a damaged record, a folder that cannot be written, a fault of the program itself."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from ekistics.cli.app import EXIT_CODES, UNFORESEEN, run
from ekistics.model.errors import Damaged, InvalidInput, NotFound, Unavailable
from ekistics.workspace.workspace import Workspace


def the_sentence(said):
    """Return the one sentence that a command left with."""
    (line,) = said.err.splitlines()
    assert line.startswith("ekistics: ")
    return line


def test_a_record_that_is_no_database_is_told_as_damaged(ekistics, city):
    (city / "record.sqlite").write_bytes(b"not a database" * 1000)
    said = ekistics("place", "list", "-w", city)
    assert said.code == EXIT_CODES[Damaged]
    assert "to mend: put a copy of the workspace back" in the_sentence(said)


def test_a_record_that_is_gone_is_not_made_anew(ekistics, city):
    for one in city.glob("record.sqlite*"):
        one.unlink()
    said = ekistics("doctor", "-w", city)
    assert said.code == EXIT_CODES[NotFound]
    assert "no record at" in the_sentence(said)
    assert not (city / "record.sqlite").exists()


@pytest.mark.parametrize(("content", "told"), [(b"\xff\x00", "cannot be read"), (b"format: 9\n", "another version")])
def test_settings_that_cannot_be_read_are_told(ekistics, city, content, told):
    (city / "workspace.yaml").write_bytes(content)
    said = ekistics("place", "list", "-w", city)
    assert said.code == EXIT_CODES[InvalidInput]
    assert told in the_sentence(said)


def test_a_workspace_cannot_be_made_inside_a_file(ekistics, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = ekistics("init", tmp_path / "file" / "w")
    assert said.code == EXIT_CODES[Unavailable]
    assert "to mend: check the name, the rights and the free space" in the_sentence(said)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write everywhere, or rights are of another kind")
def test_a_folder_that_cannot_be_written_is_told(ekistics, tmp_path):
    tmp_path.chmod(stat.S_IREAD | stat.S_IEXEC)
    said = ekistics("init", tmp_path / "w")
    tmp_path.chmod(stat.S_IRWXU)
    assert said.code == EXIT_CODES[Unavailable]
    assert str(tmp_path) in the_sentence(said)


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        (b"place: [", "city.yaml: the manifest cannot be read"),
        (b"\xff\xfe\x00a", "city.yaml: the manifest cannot be read"),
        (b"", "city.yaml: the manifest is empty"),
        (b"place: {code: X}\nfiles: []\n", "place.name: this key is missing"),
    ],
)
def test_a_broken_manifest_is_told_and_nothing_is_on_record(ekistics, tmp_path, manifest, told):
    folder = tmp_path / "my-city"
    folder.mkdir()
    (folder / "city.yaml").write_bytes(manifest)
    ekistics("init", tmp_path / "w")
    said = ekistics("import", folder, "-w", tmp_path / "w")
    assert said.code == EXIT_CODES[InvalidInput]
    assert told in the_sentence(said)
    with Workspace.open(tmp_path / "w") as workspace:
        assert not workspace.commits()


@pytest.mark.parametrize("words", [("import",), ("import", "--propose"), ("profile",)], ids=" ".join)
def test_an_empty_folder_says_which_files_are_looked_for(ekistics, measured, monkeypatch, tmp_path, words):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("EKISTICS_WORKSPACE", str(measured))
    said = ekistics(words[0], tmp_path / "empty", *words[1:])
    assert said.code == EXIT_CODES[InvalidInput]
    assert ".osm.pbf" in the_sentence(said)


def test_a_file_of_no_place_is_refused_where_several_could_be_meant(ekistics, files, tmp_path):
    ekistics("init", tmp_path / "w")
    said = ekistics("import", files / "timetable.zip", "--as", "gtfs", "-w", tmp_path / "w")
    assert said.code == EXIT_CODES[InvalidInput]
    assert "expected --place" in the_sentence(said)


def test_a_word_that_describes_a_file_wrongly_is_named(ekistics, files, measured):
    said = ekistics("import", files / "timetable.zip", "--as", "gtfs", "--date", "2024-13-45", "-w", measured)
    assert said.code == EXIT_CODES[InvalidInput]
    assert "found --date 2024-13-45" in the_sentence(said)


def test_a_fault_of_the_program_is_one_sentence_and_kept_for_a_report(ekistics, measured, monkeypatch):
    def broken(self):
        raise RuntimeError("the roof\nis off")

    monkeypatch.setattr(Workspace, "places", broken)
    said = ekistics("place", "list", "-w", measured)
    assert said.code == UNFORESEEN
    line = the_sentence(said)
    assert "(RuntimeError: the roof is off)" in line
    kept = Path(re.search(r"report it with (.+)$", line).group(1))
    assert "in broken" in kept.read_text(encoding="utf-8")
    kept.unlink()


def test_an_error_that_came_of_an_interruption_is_one(monkeypatch, capsys):
    def interrupted(*_: object, **__: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise RuntimeError("initialisation failed") from error

    monkeypatch.setattr("ekistics.cli.app.app", interrupted)
    with pytest.raises(SystemExit) as left:
        run(["doctor"])
    assert left.value.code == 130
    assert capsys.readouterr().err == "ekistics: stopped; nothing half-done was kept\n"
