"""`settlements places` from the command line: what it prints, what it refuses, and its JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.made_grids import write_grid

from ekistics.cli.app import EXIT_CODES
from ekistics.model.errors import Conflict, InvalidInput, NotFound


@pytest.fixture
def settle(ekistics, tmp_path):
    """The command over two epochs in which two centres become one, with more words where they are given."""
    before, after = np.zeros((20, 30)), np.zeros((20, 30))
    before[5:12, 5:12], before[5:12, 14:20], after[5:12, 5:20] = 2_000, 1_600, 2_500
    grids = {
        name: write_grid(tmp_path / f"{name}.tif", cells, dtype="float32")
        for name, cells in {"pop_2000": before, "pop_2015": after, "built_2000": before / 5e3, "built_2015": after / 5e3}.items()
    }
    ekistics("init", tmp_path / "w")
    people = ("--population", f"2000={grids['pop_2000']}", "--population", f"2015={grids['pop_2015']}")
    built = ("--built-up", f"2000={grids['built_2000']}", "--built-up", f"2015={grids['built_2015']}")
    return lambda *more, given=(*people, *built): ekistics("settlements", "places", *given, "-w", tmp_path / "w", *more)


def test_centres_changes_and_commit_are_printed(settle):
    said = settle()
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[1].split() == ["UC0001", "Urban", "centre", "UC0001", "2000-01-01", "open", "262500", "105.2", "52.5"]
    assert "2015: UC0001 takes in UC0002" in lines
    assert lines[-1] == "commit 1: 2 urban centres, 12 figures = 12 new + 0 changed + 0 unchanged"


def test_sent_again_it_says_unchanged(settle):
    settle()
    assert settle().out.splitlines()[-1] == "unchanged: 2 urban centres with 12 figures are on record already; no commit"


def test_a_dry_run_says_that_nothing_is_stored(settle, ekistics, tmp_path):
    assert settle("--dry-run").out.splitlines()[-1] == "nothing stored; 2 urban centres with 12 figures would come on record"
    assert json.loads(ekistics("place", "list", "-w", tmp_path / "w", "--json").out) == []


def test_json_is_all_that_came_on_record_and_nothing_else(settle):
    told = json.loads(settle("--json", "--prefix", "XX-").out)
    assert (told["commit"], told["new"]) == (1, 12)
    assert told["centres"][1] == {
        "code": "XX-UC0002", "name": "Urban centre XX-UC0002", "valid_from": "2000-01-01", "valid_to": "2014-12-31", "epochs": [2000],
        "people": 67200.0, "area_km2": told["centres"][1]["area_km2"], "built_up_km2": pytest.approx(13.44),
    }  # fmt: skip
    assert told["changes"] == [{"year": 2015, "what": "merger", "code": "XX-UC0001", "others": ["XX-UC0002"]}]


def test_one_grid_of_land_serves_all_epochs(settle, tmp_path):
    land = write_grid(tmp_path / "land.tif", np.ones((20, 30)), dtype="float32")
    assert json.loads(settle("--json", "--land", land, "--unit", "land=share").out)["commit"] == 1


@pytest.mark.parametrize("engine", ["here", "threads:2"])
def test_where_it_works_changes_nothing(settle, engine):
    assert json.loads(settle("--json", "--dry-run", "--engine", engine).out)["figures"] == 12


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        (("--population", "pop.tif"), InvalidInput, "YEAR=FILE"),
        (("--population", "15=pop.tif"), InvalidInput, "YEAR=FILE"),
        (("--population", "2015="), InvalidInput, "YEAR=FILE"),
        (("--population", "2015=a.tif", "--population", "2015=b.tif"), InvalidInput, "two grids are of one year"),
        (("--population", "2015=there-is-none.tif"), InvalidInput, "there-is-none.tif"),
        (("--population", "2015=a.tif", "--land", "2000=b.tif"), InvalidInput, "land is given for a year without"),
    ],
)
def test_grids_that_are_not_understood_are_refused(settle, words, kind, said):
    done = settle(given=words)
    assert done.code == EXIT_CODES[kind]
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_place_that_is_not_on_record_is_refused(settle):
    assert settle("--within", "NOWHERE").code == EXIT_CODES[NotFound]


def test_other_rules_than_on_record_are_refused_with_the_way_out(settle):
    settle()
    done = settle("--edition", "2021")
    assert done.code == EXIT_CODES[Conflict]
    assert "--prefix" in done.err
