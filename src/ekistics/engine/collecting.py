"""When the interpreter looks for garbage: not while very many objects are made that all stay.

A city is some hundred thousand shapes. As they are made, the interpreter goes over all of them again and again in search of cycles
that nobody holds any more, and shapes and arrays hold none: what is let go of is freed at once, without any search.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no garbage inside the block; the outermost of nested blocks decides. It is looked for again after, come what may."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
