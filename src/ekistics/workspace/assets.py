"""The asset folder: originals kept under their SHA-256, written whole or not at all, checked whenever they are opened."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from ekistics.model.errors import Damaged, InvalidInput, NotFound

_BLOCK = 1 << 20


def checksum_of(path: Path) -> tuple[str, int]:
    """Return the SHA-256 (hexadecimal) and the size in bytes of a file.

    Raises
    ------
    InvalidInput
        If the file cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += len(block)
    except OSError as error:
        raise InvalidInput(
            "the file cannot be read", file=str(path), found=error.strerror, mend="check its name and your rights"
        ) from error
    return digest.hexdigest(), size


def path_of(folder: Path, sha256: str, name: str) -> Path:
    """Return where an asset lies; the suffix of its name is kept, because readers look at it."""
    suffix = "".join(Path(name).suffixes[-2:]) if name.endswith(".gz") or name.endswith(".osm.pbf") else Path(name).suffix
    return folder / sha256[:2] / f"{sha256}{suffix.lower()}"


def keep(folder: Path, source: Path) -> tuple[str, int, Path]:
    """Copy a file into the asset folder and return checksum, size and where it lies.

    A file that is there already is left alone; one that was damaged since is put right.
    """
    sha256, size = checksum_of(source)
    target = path_of(folder, sha256, source.name)
    if target.exists() and checksum_of(target) == (sha256, size):
        return sha256, size, target
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=target.parent, prefix=".unfinished-")
    try:
        with os.fdopen(handle, "wb") as stream, source.open("rb") as original:
            shutil.copyfileobj(original, stream, _BLOCK)
            stream.flush()
            os.fsync(stream.fileno())
        Path(unfinished).replace(target)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return sha256, size, target


def opened(folder: Path, sha256: str, name: str) -> Path:
    """Return the path of an asset after checking that its bytes are the bytes that were kept.

    Raises
    ------
    NotFound
        If the file is gone.
    Damaged
        If a byte differs.
    """
    path = path_of(folder, sha256, name)
    if not path.exists():
        raise NotFound(f"the original {name} is not in the asset folder", expected=str(path), mend="put the file back, or import it again")
    found, _ = checksum_of(path)
    if found != sha256:
        raise Damaged(
            f"the original {name} is damaged: its bytes are not those that were imported",
            file=str(path),
            found=f"SHA-256 {found[:16]}…",
            expected=f"SHA-256 {sha256[:16]}…",
            mend="restore the file from a copy, or import it again",
        )
    return path
