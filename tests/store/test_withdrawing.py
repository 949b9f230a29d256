"""Undo, undo of an undo, and what the history says of it."""

from __future__ import annotations

import pytest
from tests.store.making import NOON, asset, figure, import_figures, moment, put, values, write

from ekistics.model.errors import Conflict, NotFound
from ekistics.model.lineage import CommitKind, Decision, DecisionKind
from ekistics.model.places import Place, PlaceKind

KEY = ("population", "A", 2015)


def undo(record, number):
    return record.undo(number, author="a clerk", at=NOON).number


def test_undo_brings_back_what_was_superseded(record):
    import_figures(record, figure(1.0), figure(5.0, place="B"))
    second, _ = import_figures(record, figure(2.0))
    undo(record, second)
    assert values(record) == {KEY: 1.0, ("population", "B", 2015): 5.0}


def test_undo_of_an_undo_brings_the_commit_back(record):
    first, _ = import_figures(record, figure(1.0))
    undone = undo(record, first)
    assert values(record) == {}
    again = undo(record, undone)
    assert values(record) == {KEY: 1.0}
    undo(record, again)
    assert values(record) == {}


def test_what_superseded_after_an_undo_stays_when_the_undo_is_undone(record):
    first, _ = import_figures(record, figure(1.0))
    undone = undo(record, first)
    import_figures(record, figure(3.0))
    undo(record, undone)
    assert values(record) == {KEY: 3.0}


def test_the_record_can_be_read_as_of_every_commit(record):
    import_figures(record, figure(1.0))
    second, _ = import_figures(record, figure(2.0))
    undo(record, second)
    assert [values(record, as_of=number).get(KEY) for number in (0, 1, 2, 3)] == [None, 1.0, 2.0, 1.0]


def test_an_unknown_or_withdrawn_commit_is_not_undone(record):
    first, _ = import_figures(record, figure(1.0))
    with pytest.raises(NotFound, match="no commit 9"):
        undo(record, 9)
    undo(record, first)
    with pytest.raises(Conflict, match="withdrawn already"):
        undo(record, first)
    assert len(record.commits()) == 2


def test_a_commit_cannot_withdraw_itself(record):
    with pytest.raises(NotFound), write(record) as commit:
        commit.withdraw(commit.number)


def test_figures_that_came_back_after_undo_of_a_later_import_are_unchanged(record):
    import_figures(record, figure(1.0))
    second, _ = import_figures(record, figure(2.0))
    undo(record, second)
    _, counts = import_figures(record, figure(1.0))
    assert counts.unchanged == 1


def test_what_was_undone_is_new_when_it_is_imported_again(record):
    first, _ = import_figures(record, figure(1.0))
    undo(record, first)
    _, counts = import_figures(record, figure(1.0))
    assert (counts.new, counts.unchanged) == (1, 0)
    assert values(record) == {KEY: 1.0}


def test_a_withdrawn_figure_leaves_no_older_version_in_its_place(record):
    import_figures(record, figure(1.0))
    _, counts = import_figures(record, figure(2.0))
    with write(record, CommitKind.MEASURE) as commit:
        commit.withdraw_figures(counts.ids)
    assert values(record) == {}
    undo(record, commit.number)
    assert values(record) == {KEY: 2.0}


def test_withdrawing_an_unknown_figure_is_refused(record):
    with pytest.raises(NotFound, match="figure 4"), write(record) as commit:
        commit.withdraw_figures([4])


def test_withdrawing_no_figure_is_no_harm(record):
    with write(record) as commit:
        commit.withdraw_figures([])
    assert len(record.commits()) == 1


def test_history_shows_every_version_and_who_withdrew_it(record):
    import_figures(record, figure(1.0))
    second, counts = import_figures(record, figure(2.0))
    undone = undo(record, second)
    told = [
        (one.figure.observation.value, one.commit.number, one.is_current, one.withdrawn_by) for one in record.history(int(counts.ids[0]))
    ]
    assert told == [(1.0, 1, True, ()), (2.0, second, False, (undone,))]


def test_places_settings_and_assets_follow_undo_and_as_of(record):
    with write(record, CommitKind.PLACES) as first:
        first.put_place(Place("A", PlaceKind.CITY, {"und": "Old"}))
        first.put_setting("study:A", "2010")
    with write(record, CommitKind.PLACES) as second:
        second.put_place(Place("A", PlaceKind.CITY, {"und": "New"}))
        second.put_setting("study:A", {"edition": "2020"})
        second.add_asset(asset())
    undo(record, second.number)
    assert [record.place("A", as_of=number).name() for number in (1, 2, 3)] == ["Old", "New", "Old"]
    assert [record.settings(as_of=number) for number in (0, 1, 2)] == [{}, {"study:A": "2010"}, {"study:A": {"edition": "2020"}}]
    assert [len(record.assets(as_of=number)) for number in (1, 2, 3)] == [0, 1, 0]
    assert record.asset("a" * 64) == asset()


def test_an_asset_of_two_imports_outlives_the_undo_of_one(record):
    for _ in range(2):
        with write(record) as commit:
            commit.add_asset(asset())
    undo(record, 1)
    assert record.assets() == [asset()]
    undo(record, 2)
    assert record.assets() == []


def test_a_decision_is_kept_beside_the_commit_and_can_be_undone(record):
    first, _ = import_figures(record, figure(1.0))
    told = Decision(first, DecisionKind.VERIFIED, "Ana", moment(1), "checked against the yearbook")
    with write(record, CommitKind.SETTING) as commit:
        commit.decide(told)
    assert record.decisions(first) == [told]
    assert record.decisions(first, as_of=1) == []
    undo(record, commit.number)
    assert record.decisions(first) == []
    with pytest.raises(NotFound, match="no commit 99"), write(record) as commit:
        commit.decide(Decision(99, DecisionKind.VERIFIED, "Ana", NOON))


def test_the_number_of_a_commit_only_grows(record):
    numbers = [import_figures(record, figure(float(one)))[0] for one in range(4)]
    numbers.append(undo(record, numbers[-1]))
    with write(record) as commit:
        put(commit)
    assert numbers == sorted(set(numbers))
    assert commit.number > numbers[-1]
