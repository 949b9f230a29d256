"""How results are printed: tables for people, JSON for scripts, progress with time left."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import Any

from ekistics.model.problems import Problem, Receipt
from ekistics.model.units import unit_of

_BETWEEN = 2
_FEW_WORDS = 30
SHOWN = 20
"""Problems shown on a terminal before the rest is counted; `--json` gives all."""


def as_json(value: Any) -> None:
    """Print a value as JSON."""
    # JSON has an escape of its own for what a console of another time cannot show
    escaped = (sys.stdout.encoding or "ascii").lower().replace("-", "") != "utf8"
    print(json.dumps(plain(value), ensure_ascii=escaped, indent=2))


def plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return str(value)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, decimals: Mapping[str, int] | None = None) -> None:
    """Print rows under their columns, numbers to the right; on a terminal too narrow for them one below the other.

    Parameters
    ----------
    decimals : by column, how many decimals all its numbers have; others are shown to four digits
    """
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table

    fixed = [(decimals or {}).get(column) for column in columns]
    cells = [[_cell(cell, digits) for cell, digits in zip(row, fixed, strict=True)] for row in rows]
    widths = [max(map(cell_len, (column, *(row[number] for row in cells)))) for number, column in enumerate(columns)]
    # a pipe or a file has no width of its own: rows stay on one line there
    width = None if sys.stdout.isatty() else sum(widths) + _BETWEEN * len(widths)
    console = Console(width=width, highlight=False, markup=False, emoji=False)  # a name may hold brackets and colons
    if not _fits(widths, console.width):
        _one_below_the_other(columns, cells)
        return
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for number, column in enumerate(columns):
        is_number = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
        shown.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in cells:
        shown.add_row(*row)
    console.print(shown)


def _fits(widths: Sequence[int], terminal: int) -> bool:
    """Whether a table can be read on a terminal: its longest column may be folded, to no less than a few words."""
    longest = max(widths)
    return sum(widths) + _BETWEEN * (len(widths) - 1) - longest + min(longest, _FEW_WORDS) <= terminal


def _one_below_the_other(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    for first, *others in cells:
        print(first)
        for column, cell in zip(columns[1:], others, strict=True):
            if cell:
                print(f"  {column}: {cell}")


def receipt(one: Receipt, name: str = "") -> None:
    """Print what an import did, and what it found wrong."""
    done = f"commit {one.commit}" if one.commit is not None else "nothing stored"
    if not one.read and _is_to_measure_from(one):
        counts = "kept to measure from; it gives no figure by itself"
    elif one.commit is None:  # of a trial nobody knows yet what is new
        counts = f"{one.read} read, {one.rejected} rejected"
    else:
        counts = f"{one.read} read = {one.new} new + {one.changed} changed + {one.unchanged} unchanged + {one.rejected} rejected"
    print(f"{name + ': ' if name else ''}{done}; {counts}")
    for tally in one.tallies:
        print(f"  {tally.file}: {tally.read} rows read = {tally.used} used + {tally.repaired} repaired + {tally.left_out} left out")
    problems(one.problems)


def _is_to_measure_from(one: Receipt) -> bool:
    """Whether a file without figures is on record and was read: a map or a timetable, not a table in which nothing could be used."""
    return one.commit is not None and (not one.tallies or any(tally.used + tally.repaired for tally in one.tallies))


def problems(found: Sequence[Problem]) -> None:
    """Print problems, the first of them in full, the rest as a count."""
    for one in found[:SHOWN]:
        where = ", ".join(
            text for text in (one.file, one.sheet and f"sheet {one.sheet}", one.row and f"row {one.row}", one.column, one.feature) if text
        )
        times = f" ({one.count} times)" if one.count > 1 else ""
        said = "; ".join(
            text
            for text in (
                one.message,
                one.found is not None and f"found {one.found}",
                one.expected and f"expected {one.expected}",
                one.mend and f"to mend: {one.mend}",
            )
            if text
        )
        print(f"  {one.severity}{times}: {where + ': ' if where else ''}{said}")
    if len(found) > SHOWN:
        print(f"  showing {SHOWN} of {len(found)} findings; --json lists all")


def number(value: float | None, unit: str) -> str:
    """Return a value with its unit, for a terminal."""
    if value is None:
        return "–"
    known = unit_of(unit)
    digits = f"{value:,.0f}" if known.whole else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{digits} {known.symbol}".strip()


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """Give a function that shows what is being done, how far it is and how long it will take; on standard error."""
    if quiet or not sys.stderr.isatty():
        yield (lambda text, done: None) if quiet else _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("starting", total=1.0)
        yield lambda text, done: shown.update(task, description=text, completed=done)


def _lines() -> Callable[[str, float], None]:
    said: list[str] = []
    start = time.monotonic()

    def say(text: str, done: float) -> None:
        if text not in said:
            said.append(text)
            print(f"{time.monotonic() - start:6.1f} s  {text}", file=sys.stderr)

    return say


def _cell(cell: Any, decimals: int | None = None) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float) and decimals is not None:
        return f"{cell:,.{decimals}f}"
    return f"{cell:,.4g}" if isinstance(cell, float) else str(cell)
