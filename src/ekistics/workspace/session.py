"""What every verb is handed: the folder, the record and how work runs; opened once, closed once."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ekistics import __version__
from ekistics.model.lineage import Asset, CommitKind
from ekistics.store.record import Record
from ekistics.workspace import assets
from ekistics.workspace.folder import Folder

SOFTWARE = f"ekistics {__version__}"


@dataclass(frozen=True)
class Session:
    """An open workspace."""

    folder: Folder
    record: Record
    author: str

    @contextmanager
    def write(self, kind: CommitKind, message: str) -> Iterator[Any]:
        """Give one commit: all that is written inside becomes visible together, or not at all."""
        with self.record.write(kind, message, self.author, now()) as commit:
            yield commit

    def keep(self, path: Path) -> tuple[str, int]:
        """Keep a file as an asset and return its checksum and size."""
        sha256, size, _ = assets.keep(self.folder.assets, path)
        return sha256, size

    def path_of(self, asset: Asset) -> Path:
        """Return the checked path of an asset."""
        return assets.opened(self.folder.assets, asset.sha256, asset.name)


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


def user_name() -> str:
    """Return who is writing, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
