"""Putting figures on record: new, changed, unchanged, refused."""

from __future__ import annotations

import dataclasses
from datetime import date

import pyarrow as pa
import pytest
from tests.store.making import NOON, figure, import_figures, put, table, values, write

from ekistics.model.errors import Conflict, InvalidInput, NotFound
from ekistics.model.lineage import PartRecord, RunRecord
from ekistics.model.observations import ErrorSource, Flag, Origin, Series, Status, observation_table
from ekistics.model.periods import Period
from ekistics.store.figure_queries import FIGURE_SCHEMA


def test_a_figure_reads_back_as_it_was_put(record):
    full = figure(
        0.25,
        "served_share",
        series=Series("osm+gtfs", Origin.COMPUTED, "2021", "straight-line"),
        unit="1",
        boundary="municipality",
        breakdown="AGE=Y15T24;SEX=F",
        numerator=1.0,
        denominator=4.0,
        standard_error=0.1,
        degrees_of_freedom=7.0,
        sample_size=8.0,
        lower=0.1,
        upper=0.4,
        level=0.95,
        error_source=ErrorSource.SAMPLING,
        status=Status.UNSTABLE,
        flags=frozenset({Flag.BREAK, Flag.PROVISIONAL}),
        reason="few-respondents",
        confidentiality="C",
        locator="sheet Données, row 12",
    )
    full = dataclasses.replace(full, period=Period(date(2014, 6, 1), date(2015, 5, 31)))
    import_figures(record, full, figure(None, status=Status.MISSING, reason="not-reported"))
    assert [one.observation for one in record.figures()] == [full, figure(None, status=Status.MISSING, reason="not-reported")]


def test_the_same_import_sent_twice_adds_no_row(record):
    figures = [figure(float(year), year=year) for year in range(2000, 2010)]
    _, first = import_figures(record, *figures)
    _, second = import_figures(record, *figures)
    assert (first.read, first.new, first.changed, first.unchanged) == (10, 10, 0, 0)
    assert (second.read, second.new, second.changed, second.unchanged) == (10, 0, 0, 10)
    assert second.ids.tolist() == first.ids.tolist()


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({"value": 100.0 * (1 + 5e-13)}, "unchanged"),
        ({"value": 100.0 * (1 + 5e-12)}, "changed"),
        ({"locator": "row 99"}, "unchanged"),
        ({"status": Status.ESTIMATED}, "changed"),
        ({"standard_error": 1.0}, "changed"),
        ({"flags": frozenset({Flag.BREAK})}, "changed"),
        ({"unit": "{household}"}, "changed"),
        ({"series": Series("another-office", Origin.REPORTED)}, "new"),
        ({"breakdown": "SEX=F"}, "new"),
        ({"boundary": "2020"}, "new"),
        ({"period": Period.parse("2015-06")}, "new"),
    ],
)
def test_equal_figures_are_unchanged_and_others_supersede(record, change, counted):
    import_figures(record, figure(100.0))
    _, counts = import_figures(record, dataclasses.replace(figure(100.0), **change))
    assert {name: getattr(counts, name) for name in ("new", "changed", "unchanged")} == {"new": 0, "changed": 0, "unchanged": 0} | {
        counted: 1
    }
    assert len(record.figures()) == (2 if counted == "new" else 1)


def test_missing_is_not_zero(record):
    import_figures(record, figure(None, status=Status.MISSING))
    _, counts = import_figures(record, figure(0.0, status=Status.MISSING))
    assert counts.changed == 1


def test_series_stand_side_by_side(record):
    office, satellite = figure(10.0), figure(11.0, series=Series("ghsl-pop", Origin.MODELLED, "R2023A"))
    import_figures(record, office)
    import_figures(record, satellite)
    assert [one.observation for one in record.voices("population", "A", period=Period.year(2015))] == [office, satellite]


def test_a_figure_given_twice_alike_counts_once_and_differently_is_refused(record):
    _, counts = import_figures(record, figure(1.0), figure(2.0, place="B"), figure(1.0))
    assert (counts.read, counts.new, counts.unchanged) == (3, 2, 1)
    assert counts.ids[0] == counts.ids[2]
    with pytest.raises(Conflict, match=r"row 2.*two contents.*population of A"):
        import_figures(record, figure(1.0), figure(2.0))
    assert len(record.commits()) == 1


def test_rows_of_several_parts_keep_their_part(record):
    with write(record) as commit:
        _, parts = commit.add_run(RunRecord("f", "1"), [PartRecord("north"), PartRecord("south")])
        rows = table(figure(1.0), figure(2.0, place="B")).append_column("part", pa.array([parts["south"], parts["north"]]))
        commit.put_figures(rows)
    assert [record.part(one.part).name for one in record.figures()] == ["south", "north"]


def test_figures_of_several_runs_go_on_record_in_one_table(record):
    with write(record) as commit:
        (first, of_first), (second, of_second) = commit.add_runs(
            [(RunRecord("f", "1"), [PartRecord("all")]), (RunRecord("g", "2"), [PartRecord("all")])]
        )
        rows = table(figure(1.0), figure(2.0, place="B")).append_column("part", pa.array([of_second["all"], of_first["all"]]))
        commit.put_figures(rows)
    assert [(one.run, record.run(one.run).function) for one in record.figures()] == [(second, "g"), (first, "f")]


def test_an_abandoned_commit_leaves_nothing_not_even_its_number(record):
    with write(record) as commit:
        put(commit, figure(1.0))
        commit.abandoned = True
    assert not record.commits()
    assert not record.figures()
    assert import_figures(record, figure(1.0))[0] == 1


def test_a_figure_without_part_is_refused(record):
    with pytest.raises(InvalidInput, match="no part of a run"), write(record) as commit:
        commit.put_figures(table(figure(1.0)))


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_an_infinite_figure_is_refused_with_its_row(record, value):
    with pytest.raises(InvalidInput, match=r"row 2, column value.*infinite"):
        import_figures(record, figure(1.0), figure(value, place="B"))


def test_a_null_text_is_refused_with_its_row(record):
    rows = table(figure(1.0), figure(2.0, place="B")).to_pylist()
    rows[1]["breakdown"] = None
    with pytest.raises(InvalidInput, match="row 2, column breakdown"), write(record) as commit:
        commit.put_figures(pa.Table.from_pylist(rows, schema=observation_table([]).schema), part=1)


def test_a_part_that_is_not_on_record_is_refused(record):
    with pytest.raises(NotFound, match="part 7 is not on record"), write(record) as commit:
        commit.put_figures(table(figure(1.0)), part=7)


def test_a_table_without_a_column_is_refused(record):
    with pytest.raises(InvalidInput, match="lacks columns"), write(record) as commit:
        commit.put_figures(table(figure(1.0)).drop_columns(["status"]), part=1)


def test_an_empty_table_is_no_figure(record):
    _, counts = import_figures(record)
    assert counts.read == 0
    assert record.current_table().num_rows == 0


def test_not_a_number_is_kept_as_missing(record):
    import_figures(record, figure(float("nan"), status=Status.MISSING))
    assert record.figures()[0].observation.value is None


def test_a_later_table_of_one_commit_supersedes_an_earlier_one(record):
    with write(record) as commit:
        put(commit, figure(1.0))
        assert put(commit, figure(2.0)).changed == 1
    assert values(record) == {("population", "A", 2015): 2.0}


def test_the_table_of_current_figures_holds_what_the_figures_hold(record):
    import_figures(record, figure(1.0), figure(2.0, place="B"))
    import_figures(record, figure(3.0))
    found = record.current_table()
    assert found.schema == FIGURE_SCHEMA
    assert [(row["place"], row["value"], row["commit"]) for row in found.to_pylist()] == [("B", 2.0, 1), ("A", 3.0, 2)]
    assert record.current_table(places=["B"]).num_rows == 1
    assert record.current_table(places=["unknown"]).num_rows == 0
    assert record.current_table(places=["B"], indicators=["area"]).num_rows == 0
    assert record.current_table(as_of=1).num_rows == 2


def test_many_places_at_once_are_found(record):
    import_figures(record, *(figure(float(number), place=f"P{number}") for number in range(60)))
    assert len(record.figures(places=[f"P{number}" for number in range(5, 55)])) == 50


def test_a_figure_that_does_not_exist_is_said_so(record):
    for ask in (record.figure, record.history, record.lineage):
        with pytest.raises(NotFound, match="no figure 7"):
            ask(7)


def test_the_mark_of_a_place_moves_with_its_figures_and_with_withdrawals_only(record):
    number, _ = import_figures(record, figure(1.0), figure(2.0, place="B"))
    first = record.mark_of(["A"])
    import_figures(record, figure(3.0, place="B"))
    assert record.mark_of(["A"]) == first
    import_figures(record, figure(4.0))
    second = record.mark_of(["A"])
    assert second != first
    record.undo(number, author="a clerk", at=NOON)
    assert record.mark_of(["A"]) != second
