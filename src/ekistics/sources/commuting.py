"""Tables of who works where: one row a pair of spatial units, with the people who live in one and work in the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ekistics.model.errors import InvalidInput
from ekistics.model.problems import Problem, Severity, Tally
from ekistics.sources.numbers import NumberStyle, parse_number
from ekistics.sources.table_rows import plain_text, read_table_rows

ORIGIN_COLUMNS = ("origin", "home", "residence", "from", "live_in")
DESTINATION_COLUMNS = ("destination", "work", "workplace", "to", "work_in")
COUNT_COLUMNS = ("commuters", "workers", "people", "persons", "count", "flow")


@dataclass(frozen=True)
class CommutingTable:
    """Flows between units by their codes, (flows,); those who work where they live are flows too."""

    origin: tuple[str, ...]
    destination: tuple[str, ...]
    commuters: npt.NDArray[np.float64]
    problems: tuple[Problem, ...] = ()
    tally: Tally | None = None


def read_commuting(path: Path) -> CommutingTable:
    """Read a table of commuters, CSV or spreadsheet, with columns such as `origin`, `destination`, `commuters`.

    Raises
    ------
    InvalidInput
        If it cannot be read, a column is absent, no row is good, or no row says how many work where they live.
    """
    table = read_table_rows(path)
    columns = [_column(table.header, usual, path.name) for usual in (ORIGIN_COLUMNS, DESTINATION_COLUMNS, COUNT_COLUMNS)]
    origin: list[str] = []
    destination: list[str] = []
    commuters: list[float] = []
    problems: list[Problem] = [*table.problems]
    for number, row in zip(table.number, table.rows, strict=True):
        here, there, text = (plain_text(row[at]).strip() if at < len(row) else "" for at in columns)
        value = None if text.endswith("%") else parse_number(text, NumberStyle()).value
        if not here or not there:
            column = table.header[columns[0 if not here else 1]]
            problems.append(_fault("code-missing", "A row names no unit.", path.name, number, column, "nothing", "the code of a unit"))
        elif value is None or not math.isfinite(value) or value < 0:
            head = table.header[columns[2]]
            said = text or "nothing"
            problems.append(_fault("number", "A row says no number of people.", path.name, number, head, said, "a number, 0 or more"))
        else:
            origin.append(here)
            destination.append(there)
            commuters.append(value)
    if not origin:
        first = problems[0] if problems else Problem("empty", "")
        raise InvalidInput(
            "the table has no row that can be used", file=path.name, row=first.row, column=first.column, found=first.found,
            expected=first.expected or "rows of origin, destination and commuters",
        )  # fmt: skip
    if not any(one == other for one, other in zip(origin, destination, strict=True)):
        raise InvalidInput(
            "no row says how many work where they live, so shares of all workers cannot be told",
            file=path.name,
            expected="rows with the same origin and destination",
        )
    tally = Tally(path.name, len(table.rows), len(origin), 0, len(table.rows) - len(origin))
    return CommutingTable(tuple(origin), tuple(destination), np.array(commuters), tuple(problems), tally)


def _column(header: Sequence[str], usual: Sequence[str], file: str) -> int:
    found = {name.strip().lower().replace(" ", "_"): at for at, name in enumerate(header)}
    for name in usual:
        if name in found:
            return found[name]
    raise InvalidInput(f"no column of {usual[0]}", file=file, row=1, found=", ".join(header), expected=" or ".join(usual))


def _fault(kind: str, message: str, file: str, row: int, column: str, found: str, expected: str) -> Problem:
    mend = "mend the row; it was left out"
    return Problem(kind, message, severity=Severity.REJECTED, file=file, row=row, column=column, found=found, expected=expected, mend=mend)
