"""Opening a database so that a write is whole or not at all, on SQLite and PostgreSQL alike.

SQLite: write-ahead log, foreign keys, `synchronous=FULL`; every writer begins IMMEDIATE, because a busy timeout does not help a
transaction that starts by reading and then wants to write. PostgreSQL: one advisory lock held by the writing transaction;
readers work in one repeatable-read transaction, so that an answer made of several queries speaks of one moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from ekistics.model.errors import Damaged, InvalidInput, NotFound, Unavailable

BUSY_SECONDS = 60.0
"""How long a writer waits for the writer before it."""

_LOCK = 0x656B6973
"""The number of the advisory lock ("ekis")."""

_WRITES = "ekistics_writes"


def engine_of(url: str) -> sa.Engine:
    """Return an engine for `sqlite:///path` or `postgresql+psycopg://…`.

    Raises
    ------
    InvalidInput
        If the address is of another kind.
    Unavailable
        If the driver is not installed.
    """
    try:
        address = sa.make_url(url)
    except ArgumentError as error:
        raise InvalidInput("the address of the record cannot be read", expected=_KINDS) from error
    if address.get_backend_name() == "sqlite" and address.database:
        return _sqlite(address)
    if address.get_backend_name() == "postgresql":
        return _postgresql(address)
    raise InvalidInput("a record lies in SQLite or PostgreSQL", found=address.drivername, expected=_KINDS)


_KINDS = "sqlite:///path or postgresql+psycopg://user@host/database"


def sqlite_file(engine: sa.Engine) -> Path | None:
    """Return the file of an SQLite record; None for a server."""
    return Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None


def require_database(engine: sa.Engine) -> None:
    """Refuse to open a record that is not there; SQLite would make an empty one.

    Raises
    ------
    NotFound
        If the file is missing.
    """
    path = sqlite_file(engine)
    if path is not None and not path.exists():
        raise NotFound(f"no record at {path}", mend="put its copy back, or correct the address in workspace.yaml")


def reading(engine: sa.Engine) -> sa.Connection:
    """Return a connection whose transaction sees one moment of the record."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return _connected(engine)


def writing(engine: sa.Engine) -> sa.Connection:
    """Return a connection whose next transaction holds the write lock from its first statement."""
    return _connected(engine.execution_options(**{_WRITES: True}))


def take_write_lock(connection: sa.Connection) -> None:
    """Begin the transaction and wait until no other writes.

    Raises
    ------
    Unavailable
        If another writer does not finish in time.
    """
    try:
        connection.begin()
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.set_config("lock_timeout", f"{int(BUSY_SECONDS * 1000)}ms", True)))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    except DBAPIError as error:
        raise Unavailable("another writer holds the record", mend="wait until it has finished, then try again") from error


def insert_many(connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert many rows fast; the values stand in the order of `names`, as the driver wants them."""
    quote = connection.dialect.identifier_preparer
    target = f"{quote.format_table(table)} ({', '.join(quote.format_column(table.c[name]) for name in names)})"
    if connection.dialect.name == "postgresql":
        with connection.connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:  # type: ignore[attr-defined]
            for row in rows:  # psycopg's own way to load many rows, which DB-API does not know
                copy.write_row(row)
        return
    batch = list(rows)
    if batch:
        connection.exec_driver_sql(f"INSERT INTO {target} VALUES ({', '.join('?' * len(names))})", batch)


def among(column: sa.ColumnElement[Any], keys: Sequence[int], dialect: str) -> sa.ColumnElement[bool]:
    """Say that a column is one of many integers, with one parameter however many there are."""
    if len(keys) <= 20:
        return column.in_(keys)
    if dialect == "postgresql":
        return column == sa.any_(sa.literal(list(keys), ARRAY(sa.BigInteger)))
    listed = sa.func.json_each(sa.literal(list(keys), sa.JSON)).table_valued("value")
    return column.in_(sa.select(listed.c.value))


def _connected(engine: sa.Engine) -> sa.Connection:
    try:
        return engine.connect()
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        found, code = str(error.orig).strip(), getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise Damaged(f"the record at {where} is damaged", found=found, mend="put a copy of the workspace back") from error
        mend = "check that its folder is there and may be written to" if sqlite_file(engine) else "check the address"
        raise Unavailable(f"the record at {where} cannot be reached", found=found, mend=mend) from error


def _sqlite(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin by itself, too late and deferred
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}").close()

    sa.event.listen(engine, "begin", begin_sqlite)
    return engine


def begin_sqlite(connection: sa.Connection) -> None:
    """Begin IMMEDIATE where the connection is one that writes."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(address: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(address.set(drivername="postgresql+psycopg"))
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise Unavailable(
            "the driver for PostgreSQL is not installed", mend="install ekistics with the extra: ekistics[postgres]"
        ) from error
