"""Options of a file: which go to its reader, and which say what it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOT_FOR_READERS = ("boundary", "partial", "how")


def reader_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a file's options those that go to its reader."""
    return {name: value for name, value in options.items() if name not in NOT_FOR_READERS}
