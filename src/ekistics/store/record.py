"""The record: opened by an address, read as of any commit, written one commit at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType

import sqlalchemy as sa

from ekistics.model.errors import InvalidInput
from ekistics.model.lineage import Commit, CommitKind
from ekistics.store.engines import engine_of, reading, require_database, sqlite_file, take_write_lock, writing
from ekistics.store.queries import Queries
from ekistics.store.schema import create_schema, require_schema
from ekistics.store.tables import commits, record_info
from ekistics.store.writing import OpenCommit


class Record(Queries):
    """An open record. Close it, or use it as a context manager."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @classmethod
    def create(cls, url: str, *, made: datetime | None = None) -> Record:
        """Make a new record at `sqlite:///path` or `postgresql+psycopg://…` and open it.

        Raises
        ------
        Conflict
            If a record lies there already.
        """
        engine = engine_of(url)
        if path := sqlite_file(engine):
            path.parent.mkdir(parents=True, exist_ok=True)
        with _closed_on_failure(engine):
            create_schema(engine, made or datetime.now(UTC))
        return cls(engine)

    @classmethod
    def open(cls, url: str) -> Record:
        """Open a record, brought to the schema of this program.

        Raises
        ------
        NotFound
            If there is none.
        InvalidInput
            If a newer program wrote it.
        """
        engine = engine_of(url)
        with _closed_on_failure(engine):
            require_database(engine)
            require_schema(engine)
        return cls(engine)

    @contextmanager
    def write(self, kind: CommitKind, message: str, author: str, at: datetime) -> Iterator[OpenCommit]:
        """Give one commit under the write lock: on leaving, all of it becomes visible; an exception takes all of it back.

        A commit that was abandoned leaves nothing.

        Raises
        ------
        Unavailable
            If another writer does not finish in time.
        """
        if at.tzinfo is None:
            raise InvalidInput("a commit needs a moment with a time zone", found=at.isoformat(), expected="a time with its offset from UTC")
        with writing(self.engine) as connection:
            take_write_lock(connection)
            number = int(connection.execute(sa.select(sa.func.max(commits.c.number))).scalar() or 0) + 1
            connection.execute(sa.insert(commits).values(number=number, kind=str(kind), message=message, author=author, at=at))
            commit = OpenCommit(connection, number)
            yield commit
            if commit.abandoned:
                connection.rollback()
            else:
                connection.commit()

    def undo(self, number: int, *, author: str, at: datetime, message: str = "") -> Commit:
        """Withdraw a commit by a new one; undoing that one brings it back.

        Raises
        ------
        NotFound
            If there is no such commit.
        Conflict
            If it is withdrawn already.
        """
        with self.write(CommitKind.UNDO, message or f"undo commit {number}", author, at) as commit:
            commit.withdraw(number)
        return self.commit(commit.number)

    @property
    def identity(self) -> str:
        """What tells this record from all others."""
        with self._reading() as connection:
            return str(connection.execute(sa.select(record_info.c.identity)).scalar_one())

    @contextmanager
    def connected(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one moment of the record, for the other modules of this room."""
        with reading(self.engine) as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Record:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self.connected() as connection:
            yield connection


@contextmanager
def _closed_on_failure(engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    except BaseException:
        engine.dispose()
        raise
