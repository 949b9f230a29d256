"""Results of parts kept on disk until the whole is done, so that stopped work goes on after the last part that was finished.

A folder belongs to one piece of work: its name is the hash of all that decides the results. It is taken away when the whole is
done, or cannot be done with these inputs. A part is written beside its name and then renamed, and begins with its checksum: one
that is damaged (power that fails before the disk has it) is done again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from ekistics.engine.steps import Steps
from ekistics.model.errors import InvalidInput

Part = TypeVar("Part")
Result = TypeVar("Result")
Whole = TypeVar("Whole")
Arrays = Mapping[str, np.ndarray[Any, Any]]


_CHECKSUM_BYTES = 32


@dataclass(frozen=True)
class Keeping(Generic[Result]):
    """How results of parts become named arrays and back."""

    fold: Callable[[Result], Arrays]
    unfold: Callable[[Arrays], Result]


def keeping_steps(steps: Steps[Part, Result, Whole], folder: Path, keeping: Keeping[Result]) -> Steps[tuple[int, Part], Result, Whole]:
    """Return the same work with its parts kept in a folder; parts that are there are read and not done again.

    After bad input nothing is kept: it would be bad again.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def numbered() -> Iterator[tuple[int, Part]]:
        return enumerate(steps.parts())

    def reduced(results: Iterator[Result]) -> Whole:
        try:
            whole = steps.reduce(results)
        except InvalidInput:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)
        return whole

    kept_work = partial(_kept_or_done, steps.work, folder, keeping)
    return replace(steps, parts=numbered, work=kept_work, reduce=reduced)  # type: ignore[return-value, arg-type]  # Part changes


def work_name(*decides: object) -> str:
    """Return a name that is the hash of all that decides a result (SHA-256, 16 characters)."""
    return hashlib.sha256(json.dumps(decides, sort_keys=True, default=str).encode()).hexdigest()[:16]


def parts_kept(folder: Path) -> int:
    """Return how many parts are kept in a folder."""
    return sum(1 for _ in folder.glob("*.kept")) if folder.is_dir() else 0


def file_marks(paths: Iterable[Path]) -> list[tuple[str, int, int]]:
    """Return name, size and time of change of files: enough to tell, before hours of work, that they are the ones begun with."""
    return [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]


def _kept_or_done(work: Callable[[Part], Result], folder: Path, keeping: Keeping[Result], numbered: tuple[int, Part]) -> Result:
    number, part = numbered
    path = folder / f"{number:06}.kept"
    if (arrays := _kept(path)) is not None:
        return keeping.unfold(arrays)
    result = work(part)
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **keeping.fold(result))
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    try:
        with unfinished.open("wb") as stream:
            stream.write(_checksum(content.getbuffer()))
            stream.write(content.getbuffer())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return result


def _kept(path: Path) -> Arrays | None:
    """Return the arrays of a part; None where there is none, or not the one that was written."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    if content[:_CHECKSUM_BYTES] != _checksum(memoryview(content)[_CHECKSUM_BYTES:]):
        return None
    with np.load(io.BytesIO(content[_CHECKSUM_BYTES:]), allow_pickle=False) as arrays:
        return dict(arrays)


def _checksum(content: memoryview) -> bytes:
    return hashlib.blake2b(content, digest_size=_CHECKSUM_BYTES).digest()
