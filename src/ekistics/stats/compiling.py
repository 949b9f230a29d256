"""The one door of this room to numba, which is untyped: a decorator that compiles a loop and keeps it typed.

A twin of the one in `geo`: neither room may import the other, and both stand at the bottom of the house.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over arrays to machine code at its first call; the code is kept on disk for the next process."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True)(function))
