"""What is refused, or does not fit on the disk, leaves no file, and what was there before as it was."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from tests.made_grids import left_over, write_grid
from tests.workspace.settlement.country import RULES, inputs

from ekistics.model.errors import InvalidInput
from ekistics.workspace.settlement import classify as verb
from ekistics.workspace.settlement.classify import SettlementInputs, SettlementOutputs, classify_settlements


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
