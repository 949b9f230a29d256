"""Many writers at once, and writers that are killed: nothing acknowledged is lost, nothing is half visible."""

from __future__ import annotations

import os
import random

import pytest
from tests.store import killing
from tests.store.conftest import BOTH
from tests.store.making import values

TIMES = 15
SOAK = int(os.environ.get("EKISTICS_KILLS", "200"))


@pytest.fixture
def writes_in_all(fresh_url, tmp_path):
    """Return how many writes the whole work is, by kind of database."""

    def count(kind: str) -> int:
        assert killing.run_until_killed(fresh_url(kind), killing.NEVER, tmp_path / "whole") == []
        return int((tmp_path / "whole.count").read_text())

    return count


def kill_often(kind, times, fresh_url, tmp_path, total, *, broken=False):
    chance = random.Random(20260301)
    found = []
    for number in range(times):
        url, at = fresh_url(kind), chance.randint(1, total)
        found += [(at, one) for one in killing.run_until_killed(url, at, tmp_path / f"said{number}", broken=broken)]
    return found


@pytest.mark.parametrize("kind", BOTH)
def test_a_killed_writer_loses_nothing_acknowledged_and_leaves_nothing_half(kind, fresh_url, tmp_path, writes_in_all):
    assert kill_often(kind, TIMES, fresh_url, tmp_path, writes_in_all(kind)) == []


@pytest.mark.soak
@pytest.mark.parametrize("kind", BOTH)
def test_many_killed_writers_lose_nothing(kind, fresh_url, tmp_path, writes_in_all):
    assert kill_often(kind, SOAK, fresh_url, tmp_path, writes_in_all(kind)) == []


@pytest.mark.parametrize("kind", BOTH)
def test_the_kill_test_fails_where_the_transaction_is_removed(kind, fresh_url, tmp_path, writes_in_all):
    assert kill_often(kind, 4, fresh_url, tmp_path, writes_in_all(kind), broken=True) != []


def test_writers_wait_for_each_other_and_no_write_is_lost(record, url):
    children = [killing.processes.Process(target=killing.count_up, args=(url, 8)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 4
    assert record.settings() == {"counter": 32}
    assert [commit.number for commit in record.commits()] == list(range(1, 33))
    assert list(values(record).values()) == [32.0]
