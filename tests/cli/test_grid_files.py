"""Grids of people and of built-up land brought in one by one on the command line."""

from __future__ import annotations

import json

import pytest
from tests.made_town import TOWN, write_manifest, write_town

KINDS = ("population_grid", "built_up_grid", "land_grid", "built_up_epoch", "first_built_year")


@pytest.fixture(scope="module")
def grids(tmp_path_factory):
    return write_manifest(write_town(tmp_path_factory.mktemp("grids") / "files"))


@pytest.fixture
def root(ekistics, grids, tmp_path):
    """A workspace that has the outline of the town and no grid."""
    assert ekistics("init", tmp_path / "w").code == 0
    assert ekistics("import", grids, "-w", tmp_path / "w").code == 0
    return tmp_path / "w"


def import_people(ekistics, grids, root, *more):
    path = grids / "population_grid_2010.tif"
    return ekistics("import", path, "--as", "population_grid", "--place", TOWN, "--source", "made", "-w", root, *more)


@pytest.mark.parametrize("date", ["2010", "2010-12-31"])
def test_a_grid_is_of_a_day_or_of_a_year(ekistics, grids, root, date):
    assert import_people(ekistics, grids, root, "--date", date).code == 0
    assert ekistics("measure", "-w", root).code == 0
    (one,) = json.loads(ekistics("figures", TOWN, "-i", "population", "-w", root, "--json").out)
    assert "1100000" in json.dumps(one) or "1099999.9" in json.dumps(one)
    assert "2010" in json.dumps(one)


def test_a_grid_without_a_date_says_how_to_give_one(ekistics, grids, root):
    said = import_people(ekistics, grids, root)
    assert said.code == 3
    assert "import it with --date" in said.err


@pytest.mark.parametrize("words", [("--option", "edition=2021"), ("--option", "edition=2021", "--option", "criterion=off"), ()])
def test_options_of_a_reader_are_given_by_name(ekistics, grids, root, words):
    assert import_people(ekistics, grids, root, "--date", "2010", *words).code == 0
    assert ekistics("measure", "-w", root).code == 0
    (one,) = json.loads(ekistics("figures", TOWN, "-i", "people_in_urban_centres", "-w", root, "--json").out)
    lineage = ekistics("lineage", one["id"], "-w", root).out
    assert ("read with edition 2021" in lineage) is bool(words)


@pytest.mark.parametrize(
    ("option", "told"),
    [("editon=2021", "perhaps edition"), ("edition", "such as unit=m2"), ("=3", "such as unit=m2"), ("parameters=dense", "parameters"),
     ("edition=[", "such as unit=m2"), ("criterion=[1]", "criterion")],
)  # fmt: skip
def test_an_option_that_is_not_understood_is_named(ekistics, grids, root, option, told):
    said = import_people(ekistics, grids, root, "--date", "2010", "--option", option)
    assert said.code == 3
    assert told in said.err


def test_a_trial_keeps_nothing_and_tells_the_same(ekistics, grids, root):
    said = import_people(ekistics, grids, root, "--date", "2010", "--dry-run")
    assert said.code == 0
    assert "40" in said.out
    assert json.loads(ekistics("figures", TOWN, "-w", root, "--json").out) == []


def test_the_help_names_every_kind_of_grid(ekistics):
    told = ekistics("import", "--help").out
    assert all(kind in told for kind in KINDS)
