"""The migrations make the tables that the code speaks of."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import ekistics.store
from ekistics.store.schema import REVISIONS
from ekistics.store.tables import metadata


def test_the_migrations_make_the_tables_of_the_code(record):
    with record.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_list_of_revisions_is_that_of_the_migrations():
    scripts = ScriptDirectory(str(Path(ekistics.store.__file__).parent / "migrations"))
    assert tuple(one.revision for one in reversed(list(scripts.walk_revisions()))) == REVISIONS
