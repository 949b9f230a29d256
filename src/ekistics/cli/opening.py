"""Which workspace a command works on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from ekistics.workspace.workspace import Workspace

Chosen = TypeVar("Chosen", bound=StrEnum)

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="The workspace folder (default: the nearest one upwards from here).", envvar="EKISTICS_WORKSPACE"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


LARGEST = 2**63 - 1
"""No record counts further."""
Figure = Annotated[int, typer.Argument(min=1, max=LARGEST, help="The figure's number (see: ekistics figures PLACE).")]


def opened(folder: Path | None) -> Workspace:
    """Open the workspace that was named, else the nearest one upwards from here."""
    from ekistics.workspace.workspace import Workspace

    return Workspace.open(folder) if folder else Workspace.find(Path.cwd())


def one_of(kind: type[Chosen], text: str) -> Chosen:
    """Return the member of a list of kinds that a word names."""
    from ekistics.model.errors import InvalidInput

    try:
        return kind(text)
    except ValueError:
        raise InvalidInput("no such kind", found=text, expected=", ".join(str(one) for one in kind)) from None


def nearest(folder: Path | None) -> Path | None:
    """Return the workspace that was named, else the nearest one upwards from here, else None: some commands need none."""
    from ekistics.model.errors import NotFound
    from ekistics.workspace.folder import find_folder

    if folder:
        return folder
    try:
        return find_folder(Path.cwd())
    except NotFound:
        return None
