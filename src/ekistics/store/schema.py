"""Bringing a database to the schema that this program knows; a newer one is refused, never guessed at."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from ekistics.model.errors import Conflict, InvalidInput, NotFound
from ekistics.store.engines import reading, take_write_lock, writing
from ekistics.store.tables import record_info

REVISIONS = ("0001",)
"""The migrations in order, oldest first; the last is the schema of `tables.py`."""

_VERSION_TABLE = "alembic_version"


def create_schema(engine: sa.Engine, made: datetime) -> None:
    """Make the tables of a new record.

    Raises
    ------
    Conflict
        If a record lies there already.
    """
    with writing(engine) as connection:
        take_write_lock(connection)
        if _revision(connection) is not None:
            raise Conflict("a record lies there already", mend="open it, or choose another address")
        _migrate(connection)
        connection.execute(sa.insert(record_info).values(identity=str(uuid.uuid4()), made=made))
        connection.commit()


def require_schema(engine: sa.Engine) -> None:
    """Bring an existing record up to date.

    Raises
    ------
    NotFound
        If the database holds no record.
    InvalidInput
        If a newer version of the program wrote it.
    """
    with reading(engine) as connection:
        found = _revision(connection)
    if found is None:
        raise NotFound("the database holds no record", mend="put its copy back, or correct the address in workspace.yaml")
    if found not in REVISIONS:
        raise InvalidInput(
            "the record was written by a newer version of Ekistics",
            found=f"schema {found}",
            expected=f"schema {REVISIONS[-1]} or older",
            mend="install the newer version",
        )
    if found != REVISIONS[-1]:
        with writing(engine) as connection:
            take_write_lock(connection)
            _migrate(connection)
            connection.commit()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSION_TABLE):
        return None
    version = sa.table(_VERSION_TABLE, sa.column("version_num"))
    found = connection.execute(sa.select(version.c.version_num)).scalar_one_or_none()
    return None if found is None else str(found)


def _migrate(connection: sa.Connection) -> None:
    from alembic import command  # slow to load, and needed only when a record is made or is old
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
