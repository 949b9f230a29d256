"""The same steps on Dask workers: on this machine, or on a cluster that is already there.

Dask comes with the extra `cluster`. Results are reduced in the order of the parts, so the whole is the same as here.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from ekistics.engine.steps import CancelToken, Progress, Steps, run_results, stop_if_cancelled
from ekistics.model.errors import Unavailable

if TYPE_CHECKING:
    from distributed import Client

Part = TypeVar("Part")
Result = TypeVar("Result")
Whole = TypeVar("Whole")

_AHEAD = 3
"""Parts under way per worker: one at work, the others waiting, so that no worker waits for us."""
_LOOK_S, _WITHOUT_WORKERS_S = 2.0, 30.0
"""How often to look whether there are workers, and how long to wait for some."""


@contextmanager
def cluster_client(address: str | None = None, *, workers: int | None = None, patience_s: float = 10.0) -> Iterator[Client]:
    """Give a client of the scheduler at an address, or of workers started on this machine (loopback only) and stopped afterwards.

    Parameters
    ----------
    address : of a scheduler, such as `tcp://host:8786`
    workers : how many to start here; by default one a core
    patience_s : seconds that a scheduler has to answer

    Raises
    ------
    Unavailable
        If Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise Unavailable("Dask is not installed", mend="install it: pip install 'ekistics[cluster]'") from error
    if address is None:
        with _deaf_to_interruption():
            local = LocalCluster(
                n_workers=workers or os.cpu_count() or 1,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # none given would be port 8787, which may be taken
                silence_logs=50,
            )
        with local, Client(local) as client:
            yield client
        return
    try:
        client = Client(address, timeout=patience_s)
    except (OSError, ValueError) as error:  # no answer (a TimeoutError is an OSError), or no address
        raise Unavailable("no Dask scheduler answers", found=address, mend="check the address and the network") from error
    with client:
        yield client


def run_on_cluster(
    steps: Steps[Part, Result, Whole], client: Client, *, say: Callable[[Progress], None] | None = None, cancel: CancelToken | None = None
) -> Whole:
    """Run all parts on the workers of a client and return the reduced whole; `steps.work` must be sendable (no closure).

    Raises
    ------
    Cancelled
        If `cancel` was set; what is under way is given up.
    Unavailable
        If workers die at their work, or the scheduler is gone.
    """
    with closing(_results(steps, client, cancel or CancelToken())) as results:  # while there is a client to give work up with
        return run_results(steps, results, say)


@contextmanager
def _deaf_to_interruption() -> Iterator[None]:
    """Let processes that are started not hear Ctrl-C, which a terminal sends to all: this process hears it and ends them."""
    if threading.current_thread() is not threading.main_thread():  # handlers are the main thread's; a terminal is there only
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _results(steps: Steps[Part, Result, Any], client: Client, token: CancelToken) -> Generator[Result, None, None]:
    under_way: deque[Any] = deque()
    most = _AHEAD * max(1, len(client.scheduler_info()["workers"]))
    try:
        for part in steps.parts():
            stop_if_cancelled(steps.name, token)
            under_way.append(client.submit(steps.work, part, pure=False))
            if len(under_way) >= most:
                yield _result(under_way.popleft(), client)
        while under_way:
            stop_if_cancelled(steps.name, token)
            yield _result(under_way.popleft(), client)
    finally:
        client.cancel(list(under_way))


def _result(future: Any, client: Client) -> Any:
    from distributed import KilledWorker

    until = time.monotonic() + _WITHOUT_WORKERS_S
    try:
        while True:
            try:
                return future.result(timeout=_LOOK_S)
            except TimeoutError:
                if future.done():  # it came while we stopped waiting, or the timeout is the work's own: then it is raised again
                    return future.result()
            if client.scheduler_info()["workers"]:
                until = time.monotonic() + _WITHOUT_WORKERS_S
            elif time.monotonic() > until:  # Dask would wait for new ones for ever
                raise Unavailable("the cluster has no worker left", mend="start workers, with more memory if they died, and start again")
    except KilledWorker as error:
        raise Unavailable(
            "the workers died at their work", found=str(error).splitlines()[0], mend="give them more memory, or take fewer on a machine"
        ) from error
    except CancelledError as error:
        raise Unavailable("the cluster has gone", mend="look at the scheduler, and start again; what was finished is kept") from error
