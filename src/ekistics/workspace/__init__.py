"""The composition root: opens a record, an asset folder and an engine, and carries out the verbs, one module each.

May import: every room below it.
To add: a verb is a module here (one of settlements in `settlement/`) and a method that delegates to it in `workspace.py`; the command
line gets a thin skin in `cli/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ekistics.workspace.workspace import Workspace

__all__ = ["Workspace"]


def __getattr__(name: str) -> Any:
    if name == "Workspace":
        from ekistics.workspace.workspace import Workspace

        return Workspace
    raise AttributeError(name)
