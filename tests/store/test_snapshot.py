"""Snapshots hold what the record holds, also when they are brought up to date."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.store.making import NOON, figure, import_figures, write

from ekistics.model.errors import Conflict, NotFound
from ekistics.model.observations import Origin, Series, Status
from ekistics.store.record import Record
from ekistics.store.snapshot import open_snapshot, write_snapshot

NAMES = ("A", "B", "C")


def some(record):
    figures = [
        figure(100.0 * n + year, indicator, place, year)
        for n, place in enumerate(NAMES)
        for indicator in ("population", "area")
        for year in (2000, 2010)
    ]
    return import_figures(record, *reversed(figures))


def rows(snapshot):
    return pq.read_table(snapshot.path).to_pylist()


def test_a_snapshot_holds_the_current_figures_sorted(record, tmp_path):
    some(record)
    import_figures(record, figure(7.0, place="A", year=2000))
    snapshot = write_snapshot(record, tmp_path)
    keys = [(row["indicator"], row["period_start"], row["place"]) for row in rows(snapshot)]
    assert keys == sorted(keys)
    by_id = sorted(snapshot.table().to_pylist(), key=lambda row: row["id"])
    assert by_id == record.current_table().to_pylist()
    assert (snapshot.rows, snapshot.as_of) == (12, 2)


def test_a_snapshot_brought_up_to_date_is_a_fresh_one(record, tmp_path):
    some(record)
    write_snapshot(record, tmp_path / "kept")
    second, counts = import_figures(record, figure(7.0, place="A", year=2000), figure(8.0, place="D"))
    with write(record) as commit:
        commit.withdraw_figures(counts.ids[1:])
    steps = [lambda: record.undo(second, author="x", at=NOON), lambda: record.undo(commit.number, author="x", at=NOON)]
    steps += [lambda: record.undo(4, author="x", at=NOON), lambda: record.undo(1, author="x", at=NOON)]
    for number, step in enumerate([lambda: None, *steps]):
        step()
        fresh = write_snapshot(record, tmp_path / f"fresh{number}")
        assert rows(write_snapshot(record, tmp_path / "kept")) == rows(fresh)
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_an_older_snapshot_and_one_of_another_record_are_written_anew(record, tmp_path):
    some(record)
    import_figures(record, figure(7.0, place="D"))
    write_snapshot(record, tmp_path)
    assert write_snapshot(record, tmp_path, as_of=1).rows == 12
    assert open_snapshot(tmp_path).as_of == 1
    url = f"sqlite:///{tmp_path / 'other.sqlite'}"
    with Record.create(url) as other:
        import_figures(other, figure(1.0))
        assert write_snapshot(other, tmp_path).rows == 1


def test_there_is_no_snapshot_before_one_is_written(tmp_path):
    with pytest.raises(NotFound, match="no snapshot"):
        open_snapshot(tmp_path)


def test_an_empty_record_gives_an_empty_snapshot(record, tmp_path):
    snapshot = write_snapshot(record, tmp_path)
    assert snapshot.rows == 0
    assert np.isnan(snapshot.array(["population"], ["A"], [2000])).all()


def test_tables_are_cut_by_indicator_place_and_year(record, tmp_path):
    some(record)
    snapshot = write_snapshot(record, tmp_path)
    found = snapshot.table(indicators=["area"], places=["A", "C"], years=[2010], columns=("place", "value"))
    assert found.to_pylist() == [{"place": "A", "value": 2010.0}, {"place": "C", "value": 2210.0}]
    assert snapshot.table(indicators=[]).num_rows == 0
    with pytest.raises(NotFound, match="no column geometry"):
        snapshot.table(columns=("geometry",))


def test_an_array_has_the_order_asked_for_and_leaves_missing_missing(record, tmp_path):
    some(record)
    import_figures(record, figure(None, place="B", year=2010, status=Status.MISSING), figure(5.0, breakdown="SEX=F", year=2000))
    found = write_snapshot(record, tmp_path).array(["population", "none", "area"], ["C", "A", "B", "unknown"], [2010, 1990, 2000])
    assert found.shape == (4, 3, 3)
    assert found[0, 0].tolist() == pytest.approx([2210.0, np.nan, 2200.0], nan_ok=True)
    assert found[1, 2, 0] == 2010.0
    assert np.isnan(found[2, 0, 0])
    assert np.isnan(found[3]).all()
    assert np.isnan(found[:, 1]).all()


def test_an_array_chooses_no_voice_silently(record, tmp_path):
    some(record)
    import_figures(record, figure(5.0, year=2000, series=Series("ghsl-pop", Origin.MODELLED)))
    snapshot = write_snapshot(record, tmp_path)
    with pytest.raises(Conflict, match="several figures of population for A in 2000"):
        snapshot.array(["population"], list(NAMES), [2000])
    assert snapshot.array(["population"], ["A"], [2000], source="ghsl-pop").item() == 5.0
    assert snapshot.array(["population"], ["A"], [2000], origin="reported").item() == 2000.0
