"""Lineage and what is out of date."""

from __future__ import annotations

from datetime import date

import pytest
from tests.store.making import NOON, asset, figure, import_figures, moment, put, write

from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.lineage import CommitKind, LayerRecord, PartRecord, RunRecord

A = "a" * 64


def chain(record):
    """people from a file, a density from people, a score from density and people; return their ids."""
    with write(record) as commit:
        commit.add_asset(asset())
        people = int(put(commit, figure(100.0), assets=[A]).ids[0])
    with write(record, CommitKind.MEASURE) as commit:
        density = int(put(commit, figure(10.0, "density"), inputs=[("population", people)]).ids[0])
        score = int(put(commit, figure(50.0, "score"), inputs=[("density", density), ("population", people)]).ids[0])
    return people, density, score


def stale(record, **more):
    return {one.observation.indicator for one in record.figures(**more) if one.out_of_date}


def test_the_lineage_of_a_figure_goes_down_to_the_file_and_shares_branches(record):
    people, density, score = chain(record)
    tree = record.lineage(score)
    assert [(role, below.figure.id) for role, below in tree.inputs] == [("density", density), ("population", people)]
    assert tree.inputs[0][1].inputs[0][1] is tree.inputs[1][1]
    assert tree.inputs[1][1].assets == (asset(),)
    assert tree.all_assets() == (asset(),)
    assert tree.run.function == "reading"


def test_a_part_names_layers_and_reaches_the_assets_below_them(record):
    streets = LayerRecord("l1", "streets", "1", {"rule": "2026"}, (f"sha256:{A}", "zones:abc"), {"km": 3.5})
    reach = LayerRecord("l2", "reach", "1", {"limit_m": 500}, ("l1",))
    with write(record) as commit:
        commit.add_asset(asset())
        commit.add_layers([streets, reach])
        commit.add_layers([reach])
        found = int(put(commit, figure(1.0), layers=["l2"]).ids[0])
    tree = record.lineage(found)
    assert tree.layers == (streets, reach)
    assert tree.assets == (asset(),)
    assert tree.part == PartRecord("all", ("l2",))
    assert record.layer("l1") == streets


def test_a_run_reads_back_as_it_was_put(record):
    told = RunRecord("density", "2", {"limit_m": 500, "days": [1, 2]}, "ekistics 1", "local", moment(0), moment(1))
    with write(record) as commit:
        run, _ = commit.add_run(told, [])
    assert record.run(run) == told


def test_an_asset_reads_back_as_it_was_put(record):
    told = asset("b", licence="ODbL", date=date(2023, 2, 21), extent=(-15.5, 28.0, -15.4, 28.2), options={"layer": 1}, place="A")
    with write(record) as commit:
        commit.add_asset(told)
    assert record.asset("b" * 64) == told


def test_fresh_figures_are_not_out_of_date(record):
    chain(record)
    assert stale(record) == set()


def test_superseding_an_input_makes_all_above_it_out_of_date(record):
    chain(record)
    import_figures(record, figure(120.0))
    assert stale(record) == {"density", "score"}
    assert stale(record, as_of=2) == set()


def test_undoing_the_new_input_makes_them_good_again(record):
    chain(record)
    number, _ = import_figures(record, figure(120.0))
    record.undo(number, author="a clerk", at=NOON)
    assert stale(record) == set()


def test_withdrawing_the_import_makes_all_above_it_out_of_date(record):
    chain(record)
    record.undo(1, author="a clerk", at=NOON)
    assert stale(record) == {"density", "score"}


def test_withdrawing_only_the_asset_makes_what_was_read_from_it_out_of_date(record):
    with write(record) as commit:
        commit.add_asset(asset())
    with write(record) as commit:
        put(commit, figure(1.0), assets=[A])
    record.undo(1, author="a clerk", at=NOON)
    assert stale(record) == {"population"}


def test_measuring_again_with_an_equal_value_makes_a_figure_good_again(record):
    chain(record)
    _, counts = import_figures(record, figure(120.0))
    people = int(counts.ids[0])
    with write(record, CommitKind.MEASURE) as commit:
        again = put(commit, figure(10.0, "density"), inputs=[("population", people)])
    assert again.changed == 1
    assert stale(record) == {"score"}


def test_a_part_names_only_what_is_on_record(record):
    for part in (PartRecord("p", layers=("none",)), PartRecord("p", assets=("f" * 64,)), PartRecord("p", observations=(("x", 5),))):
        with pytest.raises(NotFound, match="not on record"), write(record) as commit:
            commit.add_run(RunRecord("f", "1"), [part])


def test_two_parts_of_one_name_are_refused(record):
    with pytest.raises(InvalidInput, match="one name"), write(record) as commit:
        commit.add_run(RunRecord("f", "1"), [PartRecord("p"), PartRecord("p")])


def test_what_is_not_there_is_said_so(record):
    for ask, key in ((record.run, 3), (record.part, 3), (record.layer, "x"), (record.asset, A), (record.place, "x"), (record.commit, 3)):
        with pytest.raises(NotFound, match="there is no"):
            ask(key)
