"""A stored assessment says again what it said, to the bit; what was altered is found."""

import json

import numpy as np
import pytest
from tests.assess.asem import asem_table
from tests.workspace.assessing.made_index import RECIPE, UNCERTAIN, write_index
from tests.workspace.assessing.test_verbs import asem

from ekistics.model.errors import Damaged, NotFound
from ekistics.model.index_tables import IndexTable
from ekistics.workspace.assessing import assess_file, replay, replaying
from ekistics.workspace.assessing.stored_tables import read_stored_table, stored_table


@pytest.fixture
def out(tmp_path):
    recipe, table = write_index(tmp_path, RECIPE + "screen: {units: 0.9}\n")
    return assess_file(recipe, table, tmp_path / "out").out


def test_a_replay_is_equal_to_the_bit(out):
    told = replay(out)
    assert (told.is_equal, told.is_same_software, told.largest, told.differing) == (True, True, 0.0, ())


def test_runs_are_replayed_too(tmp_path):
    recipe, table = write_index(tmp_path, RECIPE + UNCERTAIN)
    assert replay(assess_file(recipe, table, tmp_path / "out").out).is_equal


def test_the_reference_index_replays(data, tmp_path):
    assert replay(assess_file(asem(data), data("asem", "iData_panel.csv.gz"), tmp_path / "out").out).is_equal


def test_an_altered_file_is_told(out):
    path = out / "scores.csv"
    path.write_bytes(path.read_bytes().replace(b"Aville", b"Bville"))
    with pytest.raises(Damaged, match=r"scores\.csv"):
        replay(out)


def test_a_folder_without_an_assessment_is_told(tmp_path):
    with pytest.raises(NotFound):
        replay(tmp_path)


def test_a_figure_that_comes_out_otherwise_is_told_by_its_file(out, monkeypatch):
    made = replaying.assess_table

    def other(recipe, table, **more):
        table.values[0, 0, 0] += 1e-9
        return made(recipe, table, **more)

    monkeypatch.setattr(replaying, "assess_table", other)
    told = replay(out)
    assert not told.is_equal
    assert "scores.parquet" in told.differing
    assert 0 < told.largest < 1e-6


def test_other_software_may_differ_by_rounding_only(out, monkeypatch):
    made = replaying.assess_table

    def other(recipe, table, **more):
        table.values[0, 0, 0] *= 1 + 1e-14
        return made(recipe, table, **more)

    monkeypatch.setattr(replaying, "assess_table", other)
    monkeypatch.setattr(replaying, "software", lambda: {"numpy": "9"})
    assert replay(out).is_equal
    manifest = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    assert manifest["software"] != {"numpy": "9"}


def equal(one, other):
    assert (one.units, one.names, one.years, one.indicators, one.source) == (
        other.units, other.names, other.years, other.indicators, other.source,
    )  # fmt: skip
    assert (dict(one.labels), dict(one.measured_in)) == (dict(other.labels), dict(other.measured_in))
    for name in ("values", "standard_errors", "figure_ids", "figure_years"):
        first, second = getattr(one, name), getattr(other, name)
        assert (first is None) == (second is None)
        if first is not None:
            assert first.dtype == second.dtype
            np.testing.assert_array_equal(first, second)
    for code in one.denominators:
        np.testing.assert_array_equal(one.denominators[code], other.denominators[code])


def test_the_table_of_the_reference_is_kept_to_the_bit(data, tmp_path):
    import pyarrow.parquet as pq

    table = asem_table(data, panel=True)
    pq.write_table(stored_table(table), tmp_path / "t.parquet")
    equal(read_stored_table(tmp_path / "t.parquet"), table)


def test_errors_and_numbers_of_figures_are_kept_to_the_bit(tmp_path):
    import pyarrow.parquet as pq

    values = np.array([[[0.1, np.nan], [-0.0, 1e300]]])
    table = IndexTable(
        ("a", "b"), ("A", "B"), (2020,), ("x", "y"), values, np.array([[[np.nan, 1e-300], [2.0, 3.0]]]), {"d": np.array([[1.0, np.nan]])},
        {"region": ("", "N")}, np.array([[[1, 0], [2**53 + 1, 3]]]), np.array([[[2019, 0], [2020, 2020]]], np.int16), {"x": "%"}, "source",
    )  # fmt: skip
    pq.write_table(stored_table(table), tmp_path / "t.parquet")
    equal(read_stored_table(tmp_path / "t.parquet"), table)


def test_a_file_that_holds_no_table_is_told(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    with pytest.raises(Damaged):
        read_stored_table(tmp_path / "t.parquet")
