"""Creating, opening, and one write at a time."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from tests.store.making import figure, import_figures, moment, put, values, write

from ekistics.model.errors import Conflict, InvalidInput, NotFound
from ekistics.model.lineage import CommitKind
from ekistics.store.record import Record


def test_a_record_is_created_once_and_then_opened(record, url):
    with pytest.raises(Conflict, match="already"):
        Record.create(url)
    with Record.open(url) as again:
        assert again.identity == record.identity


def test_a_missing_sqlite_record_is_not_made_by_opening_it(tmp_path):
    with pytest.raises(NotFound, match="no record"):
        Record.open(f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_is_no_record(tmp_path):
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(NotFound, match="holds no record"):
        Record.open(f"sqlite:///{tmp_path / 'empty.sqlite'}")


@pytest.mark.parametrize("address", ["mysql://host/name", "nonsense", "sqlite://"])
def test_an_address_of_another_kind_is_refused_in_plain_words(address):
    with pytest.raises(InvalidInput, match="sqlite:///path or postgresql"):
        Record.open(address)


def test_a_newer_schema_is_refused(record, url):
    with record.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InvalidInput, match="newer version of Ekistics"):
        Record.open(url)


def test_what_failed_leaves_nothing(record):
    import_figures(record, figure(1.0))
    with contextlib.suppress(RuntimeError), write(record) as commit:
        put(commit, figure(2.0), figure(3.0, place="B"))
        commit.put_setting("key", 1)
        raise RuntimeError
    assert values(record) == {("population", "A", 2015): 1.0}
    assert record.settings() == {}
    assert [one.number for one in record.commits()] == [1]


def test_a_reader_does_not_see_an_open_commit(record):
    with write(record) as commit:
        put(commit, figure(1.0))
        assert values(record) == {}
        assert [one.observation.value for one in commit.now.figures()] == [1.0]
    assert values(record) == {("population", "A", 2015): 1.0}


def test_commits_are_listed_with_who_when_and_why(record):
    with record.write(CommitKind.PLACES, "three districts", "Ana", moment(2)):
        pass
    (commit,) = record.commits()
    assert (commit.number, commit.kind, commit.message, commit.author, commit.at) == (
        1,
        CommitKind.PLACES,
        "three districts",
        "Ana",
        moment(2),
    )


def test_a_moment_without_time_zone_is_refused(record):
    with pytest.raises(InvalidInput, match="time zone"), record.write(CommitKind.IMPORT, "m", "a", datetime(2026, 3, 1)):
        pass


def test_a_date_is_looked_up_to_the_last_commit_of_that_day(record):
    for day in (0, 2, 2):
        with write(record, day=day):
            pass
    found = [record.commit_at(date(2026, 2, 28)), record.commit_at(date(2026, 3, 2)), record.commit_at(date(2026, 3, 3))]
    assert found == [None, 1, 3]
    assert record.commit_at(moment(2)) == 3
