"""Work that was stopped, or killed, goes on after its last block; blocks of other work are not taken."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from tests.made_grids import made_country, write_country, write_grid
from tests.workspace.settlement.country import RULES, TILES, inputs, same, stopped_after

from ekistics.model.errors import Cancelled
from ekistics.places.degree_of_urbanisation import classify
from ekistics.sources.settlement_grids import open_settlement_grids
from ekistics.workspace.settlement import classify as verb
from ekistics.workspace.settlement.blockwise import Where, classify_grids
from ekistics.workspace.settlement.classify import SettlementOutputs, classify_settlements


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
