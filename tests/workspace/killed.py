"""A workspace whose process is killed at one of its writes while it imports or measures a made-up city, and what must hold after."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

import sqlalchemy as sa
from tests.store.killing import Trap, without_transaction

from ekistics.store.record import Record
from ekistics.store.tables import metadata
from ekistics.workspace import importing
from ekistics.workspace.folder import make_folder
from ekistics.workspace.workspace import Workspace

NEVER = 10**9
VARIANTS = ("default",)
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["pandas", "tests.workspace.warm", "tests.workspace.killed"])  # pyarrow loads pandas when first used


def read_here() -> None:
    """Read tables in this process: a child with limits is another promise, and costs more than all that is watched here."""
    importing.run_limited = lambda function, *args: function(*args)


def carry_out(root: Path | str, files: Path | str, said: Path, before=lambda record: None) -> None:
    """Import and measure, and say of each commit that it is done once it is."""
    with Workspace.open(root) as city, said.open("a", encoding="ascii") as out:
        before(city.session.record)
        receipts, code = city.import_folder(files)
        out.write("".join(f"{one.commit}\n" for one in receipts))
        out.flush()
        done = city.measure([code], variants=VARIANTS)
        out.write("".join(f"{number}\n" for number in done.commits))


def work(root: str, files: str, at: int, said: str, broken: bool) -> None:
    """Import and measure; count the writes, and be killed at the n-th."""
    read_here()
    if broken:
        without_transaction()
    trap = Trap(at)
    carry_out(root, files, Path(said), trap.set_on)
    Path(f"{said}.count").write_text(str(trap.count), encoding="ascii")


def run(root: Path, files: Path, at: int, said: Path, *, broken: bool = False) -> None:
    """Let a child work until it is killed."""
    child = processes.Process(target=work, args=(str(root), str(files), at, str(said), broken))
    child.start()
    child.join(120)
    assert child.exitcode == (-signal.SIGKILL if at < NEVER else 0)


def rows_by_commit(url: str) -> dict[int, dict[str, int]]:
    """Return how many rows of each table every commit holds: places, outlines, settings, files, layers, runs and figures alike."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        numbers = connection.execute(sa.select(metadata.tables["commits"].c.number)).scalars()
        found: dict[int, dict[str, int]] = {number: {} for number in numbers}
        for table in metadata.sorted_tables:
            if "commit_number" in table.c:
                column = table.c.commit_number
                for number, count in connection.execute(sa.select(column, sa.func.count()).group_by(column)):
                    found.setdefault(number, {})[table.name] = count
    engine.dispose()
    return found


def figures(root: Path) -> dict:
    """Return the current figures by key."""
    with Workspace.open(root) as city:
        return {one.observation.key: one.observation.value for one in city.figures()}


def violations(root: Path, url: str, said: Path, whole: dict[int, dict[str, int]]) -> list[str]:
    """Return what is wrong with a workspace after its writer was killed; `whole` is what commits hold where nobody was killed."""
    found = []
    held = rows_by_commit(url)
    acknowledged = {int(one) for one in said.read_text(encoding="ascii").split()} if said.exists() else set()
    if not acknowledged <= set(held) or sorted(held) != list(range(1, len(held) + 1)):
        found.append(f"commits {sorted(acknowledged)} were acknowledged, the record has {sorted(held)}")
    found += [
        f"commit {number} is half visible: {rows} of {whole.get(number)}" for number, rows in held.items() if rows != whole.get(number)
    ]
    with Workspace.open(root) as city:
        found += [one.found for one in city.doctor() if one.name == "originals" and not one.good]
    return found


def make_workspace(root: Path, url: str) -> None:
    """Make a workspace over an empty record that is there already."""
    Record.open(make_folder(root, database=url).database).close()
