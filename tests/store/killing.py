"""A writer that is killed in the middle of its work, and what must hold of the record afterwards.

The children come from a fork server that has the record imported, so that one costs little.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from tests.store.making import asset, figure, put, values, write

from ekistics.model.lineage import CommitKind
from ekistics.store import engines, figures
from ekistics.store import record as record_module
from ekistics.store.record import Record

PLACES = tuple(f"P{number:02d}" for number in range(20))
ROUNDS = 4
NEVER = 10**9

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["pandas", "ekistics.store.record", "tests.store.killing"])  # pyarrow loads pandas when first used


class Trap:
    """Kills its own process at the n-th write: a statement, the middle of a bulk load, or a commit about to be made."""

    def __init__(self, at: int):
        self.at, self.count = at, 0

    def write(self) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def set_on(self, record: Record) -> None:
        plain = figures.insert_many

        def watched(connection, table, names, rows: Iterable) -> None:
            listed = list(rows)
            plain(connection, table, names, self._halfway(listed))
            self.write()

        figures.insert_many = watched
        sa.event.listen(record.engine, "after_cursor_execute", self._statement)
        sa.event.listen(record.engine, "commit", lambda _connection: self.write())

    def _halfway(self, rows):
        for position, row in enumerate(rows):
            if position == len(rows) // 2:
                self.write()
            yield row

    def _statement(self, _connection, _cursor, statement, _parameters, _context, _many) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "WITH")):
            self.write()


def without_transaction() -> None:
    """Break the promise on purpose: every statement is visible at once."""
    engines.begin_sqlite = lambda _connection: None
    plain = record_module.writing

    def broken(engine):
        if engine.dialect.name == "postgresql":
            return engine.execution_options(isolation_level="AUTOCOMMIT").connect()
        return plain(engine)

    record_module.writing = broken


def work(url: str, at: int, said: str, broken: bool) -> None:
    """Import and measure in turn, and say of each commit that it is done once it is."""
    if broken:
        without_transaction()
    trap = Trap(at)
    with Record.open(url) as record, Path(said).open("a", encoding="ascii") as out:
        trap.set_on(record)
        for number in range(1, ROUNDS + 1):
            before = record.figures(indicators=["population"])
            with write(record, CommitKind.IMPORT if number % 2 else CommitKind.MEASURE) as commit:
                one_write(commit, number, before)
            out.write(f"{number}\n")
            out.flush()
    Path(f"{said}.count").write_text(str(trap.count), encoding="ascii")


def one_write(commit, number: int, before) -> None:
    if number % 2:
        commit.add_asset(asset("a"))
        put(commit, *(figure(float(number), place=place) for place in PLACES), assets=["a" * 64])
    else:
        inputs = [(one.observation.place, one.id) for one in before]
        put(commit, *(figure(float(number), "density", place) for place in PLACES), inputs=inputs)
    commit.put_setting("last", number)


def violations(url: str, acknowledged: int) -> list[str]:
    """Return what is wrong with the record after a writer was killed."""
    found = []
    with Record.open(url) as record:
        known = [commit.number for commit in record.commits()]
        if known != list(range(1, len(known) + 1)) or len(known) < acknowledged:
            found.append(f"{acknowledged} commits were acknowledged, the record has {known}")
        for number in known:
            held = values(record, as_of=number)
            expected = {("population", place, 2015): float(number - (number + 1) % 2) for place in PLACES}
            if number > 1:
                expected |= {("density", place, 2015): float(number - number % 2) for place in PLACES}
            if held != expected or record.settings(as_of=number) != {"last": number}:
                found.append(f"commit {number} is half visible: {len(held)} figures of {len(expected)}")
    return found


def run_until_killed(url: str, at: int, said: Path, *, broken: bool = False) -> list[str]:
    """Let a child write until it is killed at its n-th write; return what is wrong afterwards."""
    child = processes.Process(target=work, args=(url, at, str(said), broken))
    child.start()
    child.join(60)
    assert child.exitcode == (-signal.SIGKILL if at < NEVER else 0)
    acknowledged = len(said.read_text(encoding="ascii").split()) if said.exists() else 0
    found = violations(url, acknowledged)
    if not broken:
        with Record.open(url) as record, write(record) as commit:  # the next writer is not held up
            put(commit, figure(1.0, place="after"))
    return found


def count_up(url: str, times: int) -> None:
    """Read a number and write it one higher, often."""
    with Record.open(url) as record:
        for _ in range(times):
            with write(record) as commit:
                commit.put_setting("counter", commit.now.settings().get("counter", 0) + 1)
                put(commit, figure(float(commit.number)))
