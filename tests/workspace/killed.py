"""A workspace whose process is killed at one of its writes while it imports or measures a made-up city."""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from pathlib import Path

from tests.store.killing import Trap

from ekistics.store.record import Record
from ekistics.workspace.folder import open_folder
from ekistics.workspace.session import Session
from ekistics.workspace.workspace import Workspace

NEVER = 10**9
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.workspace.killed", "ekistics.workspace.importing", "ekistics.workspace.measure"])


def work(root: str, files: str, at: int, said: str) -> None:
    """Import and measure; count the writes, and be killed at the n-th."""
    trap = Trap(at)
    with Workspace.open(root) as city, Path(said).open("a", encoding="ascii") as out:
        trap.set_on(city.session.record)
        receipts, code = city.import_folder(files)
        out.write("".join(f"{one.commit}\n" for one in receipts))
        out.flush()
        done = city.measure([code])
        out.write("".join(f"{number}\n" for number in done.commits))
        out.flush()
    Path(f"{said}.count").write_text(str(trap.count), encoding="ascii")


def run(root: Path, files: Path, at: int, said: Path) -> None:
    """Let a child work until it is killed."""
    child = processes.Process(target=work, args=(str(root), str(files), at, str(said)))
    child.start()
    child.join(120)
    assert child.exitcode == (-signal.SIGKILL if at < NEVER else 0)


def figures_by_commit(root: Path) -> dict[int, Counter[str]]:
    """Return how many figures of each indicator every commit holds."""
    with Workspace.open(root) as city:
        found: dict[int, Counter[str]] = {one.number: Counter() for one in city.commits()}
        for one in city.figures():
            found[one.commit][one.observation.indicator] += 1
        assert all(one.good for one in city.doctor() if one.name == "originals")
    return found


def make_workspace(root: Path, url: str) -> None:
    """Make a workspace over an empty record that is there already."""
    from ekistics.workspace.folder import make_folder

    make_folder(root, database=url)
    Session(open_folder(root), Record.open(url), "test").record.close()
