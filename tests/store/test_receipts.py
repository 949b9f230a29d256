"""What an import found stays on record with its commit."""

from __future__ import annotations

import pytest
from tests.store.making import NOON, asset, figure, import_figures, write

from ekistics.model.errors import NotFound
from ekistics.model.problems import Problem, Receipt, RowsSeen, Severity, Tally

PROBLEM = Problem("no-place", "Two rows have no place.", Severity.REJECTED, "a.csv", row=6, column="B", count=2, more_rows=(9,))
SEEN = RowsSeen(("Place", "Value"), (6, 9), (("", "1"), ("", "2")))


def import_file(record, letter="a", day=0):
    with write(record, day=day) as commit:
        commit.add_asset(asset(letter))
        receipt = Receipt(commit.number, 4, 2, 0, 0, 2, (PROBLEM,), (Tally("a.csv", 4, 2, 0, 2),), SEEN)
        commit.put_receipt(letter * 64, receipt)
    return receipt


def test_a_receipt_reads_back_as_it_was_put(record):
    receipt = import_file(record)
    assert record.receipt(receipt.commit) == ("a" * 64, receipt, True)


def test_a_receipt_is_still_read_after_its_import_was_undone(record):
    receipt = import_file(record)
    record.undo(receipt.commit, author="a clerk", at=NOON)
    assert record.receipt(receipt.commit) == ("a" * 64, receipt, False)
    assert record.import_commits() == {}


def test_the_last_import_of_a_file_is_known(record):
    import_file(record)
    second = import_file(record, day=1)
    assert record.import_commits() == {"a" * 64: second.commit}


def test_one_of_several_files_of_a_commit_is_found_by_its_checksum(record):
    with write(record) as commit:
        for letter in "ab":
            commit.add_asset(asset(letter))
            commit.put_receipt(letter * 64, Receipt(commit.number, 1, 1))
        number = commit.number
    assert record.receipt(number, "bb")[0] == "b" * 64


@pytest.mark.parametrize("asked", [(1, ""), (7, "")])
def test_a_commit_that_imported_no_file_has_no_receipt(record, asked):
    import_figures(record, figure(1.0))
    with pytest.raises(NotFound, match="imported no such file"):
        record.receipt(*asked)


def test_the_indicators_of_a_commit_are_those_it_put_figures_of(record):
    first, _ = import_figures(record, figure(1.0))
    second, _ = import_figures(record, figure(2.0, place="B", indicator="area"))
    assert record.indicators_of(first) == ["population"]
    assert record.indicators_of(second) == ["area"]
