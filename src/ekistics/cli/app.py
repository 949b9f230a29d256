"""The application: its commands by theme, and the table from kinds of error to exit codes."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import typer

from ekistics import __version__
from ekistics.model.errors import Cancelled, Conflict, Damaged, EkisticsError, InvalidInput, NotFound, Unavailable

EXIT_CODES: dict[type[EkisticsError], int] = {InvalidInput: 3, NotFound: 4, Conflict: 5, Unavailable: 6, Damaged: 7, Cancelled: 130}
"""Exit codes by kind of error; 0 is done, 1 a check that found something, 2 words that the command line does not know."""

UNFORESEEN = 70
"""A fault of the program itself (EX_SOFTWARE of sysexits.h)."""
STOPPED = "stopped; nothing half-done was kept"

app = typer.Typer(
    name="ekistics",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help starts three times as fast
    help="From a city's files to its profile: every figure traceable to the file and the formula it came from.",
)


def _version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


@app.callback()
def _root(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version and leave.")) -> None:
    """Nothing to do before a command."""


def ready_streams() -> None:
    """Make the standard streams take whatever is printed: a stream that is closed swallows it, an old console shows what it can."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # as long as the process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def run(arguments: Sequence[str] | None = None) -> None:
    """Run one command; say errors in one sentence on standard error and leave with their code."""
    ready_streams()
    try:
        # each registers its commands
        from ekistics.cli import (
            commands_assess,
            commands_data,
            commands_extent,
            commands_figures,
            commands_pages,
            commands_settlement_places,
            commands_settlements,
        )

        _ = (commands_data, commands_figures, commands_pages, commands_settlements, commands_extent, commands_settlement_places)
        _ = commands_assess
        app(args=list(arguments) if arguments is not None else None, standalone_mode=True)
    except EkisticsError as error:
        code = next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
        _leave(error.sentence(), code)
    except BrokenPipeError:
        # whoever read the output has enough of it; what is still to be written would fail again at the end
        sys.stdout = None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _leave(f"{where}{error.strerror or error}; to mend: check the name, the rights and the free space", EXIT_CODES[Unavailable])
    except KeyboardInterrupt:  # before Typer was there to take it
        _leave(STOPPED, EXIT_CODES[Cancelled])
    except SystemExit as left:
        if left.code == EXIT_CODES[Cancelled]:  # Typer leaves so when it is interrupted, without a word
            print(f"ekistics: {STOPPED}", file=sys.stderr)
        raise
    except Exception as error:  # the outermost door: what nobody foresaw is told in one sentence too, and kept whole for a report
        if _was_interrupted(error):
            _leave(STOPPED, EXIT_CODES[Cancelled])
        _leave(_unforeseen(error), UNFORESEEN)


def _leave(sentence: str, code: int) -> NoReturn:
    print(f"ekistics: {sentence}", file=sys.stderr)
    sys.exit(code)


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether an error came of Ctrl-C: a library that is interrupted while it loads says so in an error of its own."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _unforeseen(error: Exception) -> str:
    """Keep the way to a fault of the program in a file, and say where it lies."""
    import tempfile
    import traceback

    said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    with tempfile.NamedTemporaryFile("w", prefix="ekistics-fault-", suffix=".txt", encoding="utf-8", delete=False) as kept:
        kept.writelines(traceback.format_exception(error))
    return f"a fault of the program, not of your files ({said}); to mend: report it with {kept.name}"
