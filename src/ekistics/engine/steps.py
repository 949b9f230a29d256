"""Long work as steps: parts, what is done to a part, and how results become one; run here, on one core or several.

Between parts the work can be stopped, and what it says of its progress is said there: a kernel never calls back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, TypeVar

from ekistics.model.errors import Cancelled

Part = TypeVar("Part")
Result = TypeVar("Result")
Whole = TypeVar("Whole")


@dataclass(frozen=True)
class Steps(Generic[Part, Result, Whole]):
    """Work that can be done part by part.

    `reduce` takes the results in the order of the parts, whatever order they were done in: the same figures on any number
    of cores. `count` is how many parts there are, None where that is not known.
    """

    name: str
    parts: Callable[[], Iterable[Part]]
    work: Callable[[Part], Result]
    reduce: Callable[[Iterator[Result]], Whole]
    count: int | None = None


@dataclass(frozen=True)
class Progress:
    """How far the work is: parts done, of how many (None: not known), seconds since the start, seconds left (None: not known)."""

    name: str
    done: int
    count: int | None
    seconds: float
    seconds_left: float | None


class CancelToken:
    """Set from anywhere (a signal handler, another thread) to stop the work before its next part."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return self._event.is_set()


def run_steps(
    steps: Steps[Part, Result, Whole],
    *,
    threads: int = 1,
    say: Callable[[Progress], None] | None = None,
    cancel: CancelToken | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Whole:
    """Run all parts and return the reduced whole.

    Parameters
    ----------
    threads : how many parts at a time; 1 runs them in the caller's thread
    say : told after each part
    cancel : asked before each part
    clock : seconds that only grow

    Raises
    ------
    Cancelled
        If `cancel` was set; parts under way are finished, no other begins.
    """
    token = cancel or CancelToken()
    # closed here and now: what is under way is not to go on behind a failure of the reducer
    with closing(_serial(steps, token) if threads <= 1 else _threaded(steps, token, threads)) as results:
        return run_results(steps, results, say, clock)


def run_results(
    steps: Steps[Part, Result, Whole],
    results: Iterator[Result],
    say: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Whole:
    """Reduce results that come in the order of the parts, from wherever they are worked out, and tell of the progress."""
    return steps.reduce(_told(steps, results, say, clock))


def _told(
    steps: Steps[Part, Result, Whole], results: Iterator[Result], say: Callable[[Progress], None] | None, clock: Callable[[], float]
) -> Iterator[Result]:
    start = clock()
    for done, result in enumerate(results, start=1):
        if say is not None:
            passed = clock() - start
            left = None if steps.count is None else passed / done * max(0, steps.count - done)
            say(Progress(steps.name, done, steps.count, passed, left))
        yield result


def _serial(steps: Steps[Part, Result, Whole], token: CancelToken) -> Generator[Result, None, None]:
    for part in steps.parts():
        stop_if_cancelled(steps.name, token)
        yield steps.work(part)


def _threaded(steps: Steps[Part, Result, Whole], token: CancelToken, threads: int) -> Generator[Result, None, None]:
    """Yield results in the order of the parts, with at most twice as many parts under way as threads."""
    waiting: list[Future[Result]] = []
    with ThreadPoolExecutor(threads) as pool:
        try:
            for part in steps.parts():
                stop_if_cancelled(steps.name, token)
                waiting.append(pool.submit(steps.work, part))
                while len(waiting) >= 2 * threads:
                    wait(waiting[:1], return_when=FIRST_COMPLETED)
                    yield waiting.pop(0).result()
            while waiting:
                stop_if_cancelled(steps.name, token)
                yield waiting.pop(0).result()
        finally:
            for one in waiting:
                one.cancel()


def spoken(say: Callable[[str, float], None] | None) -> Callable[[Progress], None] | None:
    """Return what tells of progress as a name and the share that is done, 0 to 1; None where nobody listens."""
    if say is None:
        return None
    return lambda told: say(told.name, told.done / told.count if told.count else 0.0)


def stop_if_cancelled(name: str, token: CancelToken) -> None:
    """Raise `Cancelled` where the work was asked to stop."""
    if token.is_cancelled:
        raise Cancelled(f"{name} was stopped", mend="start it again; what was finished is kept")
