"""Where long work is done: on threads of this process, or on Dask."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ekistics.engine.cluster import cluster_client, run_on_cluster
from ekistics.engine.steps import CancelToken, Progress, Steps, run_steps
from ekistics.model.errors import InvalidInput

Part = TypeVar("Part")
Result = TypeVar("Result")
Whole = TypeVar("Whole")

_MOST_THREADS = 8
"""More would take memory for their parts, while what is common to all is done by one."""


@dataclass(frozen=True)
class Where:
    """Where the work is done: on threads of this process, or on Dask: workers of this machine (`dask`) or a scheduler's (an address)."""

    threads: int = 1
    dask: bool = False
    workers: int | None = None
    address: str | None = None

    @classmethod
    def named(cls, text: str) -> Where:
        """Read `here`, `threads:2`, `dask`, `dask:2` or the address of a scheduler (`tcp://host:8786`).

        Raises
        ------
        InvalidInput
            If it is none of them.
        """
        kind, _, rest = text.partition(":")
        if kind in ("tcp", "tls", "ucx"):
            return cls(dask=True, address=text)
        if kind in ("here", "threads", "dask") and (not rest or (rest.isdigit() and int(rest) > 0 and kind != "here")):
            number = int(rest) if rest else None
            return (
                cls(dask=True, workers=number)
                if kind == "dask"
                else cls(threads=1 if kind == "here" else number or min(_MOST_THREADS, os.cpu_count() or 1))
            )
        raise InvalidInput(
            "this is no place to work",
            found=text,
            expected="here, threads:2, dask, dask:2, or a scheduler's address such as tcp://host:8786",
        )


def run_where(
    steps: Steps[Part, Result, Whole],
    where: Where,
    *,
    say: Callable[[Progress], None] | None = None,
    cancel: CancelToken | None = None,
) -> Whole:
    """Run steps where they are to be done; on Dask `steps.work` must be sendable (no closure).

    Raises
    ------
    Cancelled
        If `cancel` was set.
    Unavailable
        If there is no Dask, or its scheduler does not answer.
    """
    if not where.dask:
        return run_steps(steps, threads=where.threads, say=say, cancel=cancel)
    with cluster_client(where.address, workers=where.workers) as client:
        return run_on_cluster(steps, client, say=say, cancel=cancel)
