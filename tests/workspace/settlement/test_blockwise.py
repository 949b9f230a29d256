"""Wherever the work is done, and in whatever order, the result is that of the whole grid at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.made_grids import made_country
from tests.workspace.settlement.country import RULES, same

from ekistics.model.errors import InvalidInput
from ekistics.places.degree_of_urbanisation import classify
from ekistics.places.settlement_rules import settlement_rules
from ekistics.sources.settlement_grids import SettlementGrids, open_settlement_grids
from ekistics.workspace.settlement.blockwise import Where, classify_grids


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
