"""Run one function in a child process with limits of memory and time: what kills a parser does not kill Ekistics.

A parser written in C or Rust can abort the process on a hostile file (a sheet of two cells that spans 17 billion asks for
549 GB), which no `except` catches. The function must be importable by name, its arguments and result picklable.
On POSIX the address space is limited; elsewhere only the time is.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from ekistics.model.errors import EkisticsError, InvalidInput

MEMORY_BYTES = 2_000_000_000
"""What the child may take on top of what its imports take, bytes."""
SECONDS = 300.0

_MEND = "open the file in the program that made it, keep only the sheet or columns that are needed, and save it anew"
_P = ParamSpec("_P")
_R = TypeVar("_R")


def run_limited(function: Callable[_P, _R], *args: _P.args, **options: _P.kwargs) -> _R:
    """Return `function(*args, **options)`, computed in a child process within `MEMORY_BYTES` and `SECONDS`.

    Raises
    ------
    InvalidInput
        If the child ran out of memory or time, or was killed.
    EkisticsError
        Whatever the function raises of the family; any other error of it is raised as it is.
    """
    return run_within(MEMORY_BYTES, SECONDS, function, *args, **options)


def run_within(memory_bytes: int, seconds: float, function: Callable[_P, _R], *args: _P.args, **options: _P.kwargs) -> _R:
    """Return `function(*args, **options)`, computed in a child process within the limits that are given.

    Parameters
    ----------
    memory_bytes : address space beyond what the child's imports take, bytes (POSIX)
    seconds : wall time, s

    Raises
    ------
    InvalidInput
        If the child ran out of memory or time, or was killed.
    """
    order = pickle.dumps((list(sys.path), memory_bytes)) + pickle.dumps((function, args, options))
    try:
        child = subprocess.run(
            [sys.executable, "-m", "ekistics.engine.limits"],
            input=order,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=_environment(),
        )
    except subprocess.TimeoutExpired:
        raise InvalidInput("reading the file took too long and was stopped", expected=f"at most {seconds:g} s", mend=_MEND) from None
    if child.returncode != 0 or not child.stdout:
        raise InvalidInput(
            "reading the file ended in a crash of the reader, which was kept apart",
            found=f"exit code {child.returncode}",
            mend=_MEND,
        )
    result, error = pickle.loads(child.stdout)  # noqa: S301 - written by our own child
    if error is not None:
        raise error
    return cast(_R, result)


def _environment() -> dict[str, str]:
    """Return the environment with one thread a library: each thread reserves address space that the limit counts."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    paths = os.pathsep.join(one for one in sys.path if one)
    return os.environ | threads | {"ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONPATH": paths}


def limit_memory(memory_bytes: int) -> bool:
    """Limit this process to what it has now and `memory_bytes` more; return whether the system could."""
    if sys.platform == "win32":
        return False
    import resource

    wanted = _address_space() + memory_bytes
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))
    except (ValueError, OSError):
        return False  # macOS knows the limit but does not always take it; the time limit remains
    return True


def _address_space() -> int:
    """Return the address space of this process, bytes (0 where the system does not say)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123 - no file of the user's
            return int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _child() -> None:
    """Do what stands on standard input and write (result, error) to standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not print into the answer
    order = sys.stdin.buffer
    paths, memory_bytes = pickle.load(order)  # noqa: S301 - written by our own parent
    sys.path[:] = paths
    function, args, options = pickle.load(order)  # noqa: S301
    limit_memory(memory_bytes)
    answer: tuple[Any, BaseException | None]
    try:
        answer = (function(*args, **options), None)
    except MemoryError:
        answer = (None, InvalidInput("reading the file took more memory than it may", expected=f"{memory_bytes:,} bytes", mend=_MEND))
    except EkisticsError as error:
        answer = (None, error)
    except Exception as error:  # it is raised again in the parent
        answer = (None, error)
    out.write(pickle.dumps(answer))
    out.close()


if __name__ == "__main__":
    _child()
