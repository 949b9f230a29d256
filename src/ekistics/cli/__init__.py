"""The command line: a thin skin over `Workspace`. Each command loads what it needs when it is called.

May import: workspace, publish, model.
To add: a function in the module of its theme (`commands_*.py`) that checks its words, calls one verb and prints the result.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with the exit code of its table."""
    from ekistics.cli.app import run

    run(arguments)
