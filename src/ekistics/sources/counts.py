"""A column of counts (people, jobs) as numbers, with all that speaks against it said: missing, unreadable, negative, fractions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ekistics.model.extracts import Flags, Floats
from ekistics.model.problems import Problem, Severity
from ekistics.sources.numbers import NumberStyle, parse_number


@dataclass(frozen=True)
class Counts:
    """`value` is NaN where there is none; `is_rejected` marks what stood there and could not be taken (text, a negative number)."""

    value: Floats
    is_rejected: Flags
    problems: tuple[Problem, ...]


def read_counts(
    values: Sequence[Any], *, file: str, column: str, declared: str = "", style: NumberStyle | None = None, first_row: int | None = None
) -> Counts:
    """Read a column of counts.

    Parameters
    ----------
    values : as stored: numbers, texts, None
    declared : the type that the file declares; fractions in an INTEGER column are reported and kept
    style : how texts write numbers
    first_row : the row of the first value as a person counts; None where the file has no rows to count
    """
    numbers = np.full(len(values), np.nan)
    rejected = np.zeros(len(values), dtype=bool)
    rows: dict[str, list[int]] = {}
    for at, value in enumerate(values):
        number, kind = _one(value, style)
        if number is not None:
            numbers[at] = number
        if kind:
            rows.setdefault(kind, []).append(at)
            rejected[at] = kind in {"not-a-number", "negative"}
    problems = [_problem(kind, places, values, file, column, first_row) for kind, places in rows.items()]
    return Counts(numbers, rejected, (*problems, *_declared_type(numbers, declared, file, column)))


def _one(value: Any, style: NumberStyle | None) -> tuple[float | None, str]:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None, "missing"
    if isinstance(value, str):
        parsed = parse_number(value, style)
        if parsed.is_missing:
            return None, "missing"
        if parsed.value is None or parsed.is_percent:
            return None, "not-a-number"
        number = parsed.value
    elif isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool) and math.isfinite(value):
        number = float(value)
    else:
        return None, "not-a-number"
    return (None, "negative") if number < 0 else (number, "")


_SAID = {
    "missing": ("{n} rows have no value in the column {column}; they stay missing.", Severity.NOTE),
    "not-a-number": ("{n} rows hold something else than a number in the column {column}; they were rejected.", Severity.REJECTED),
    "negative": ("{n} rows hold a negative number in the column {column}; they were rejected.", Severity.REJECTED),
}


def _problem(kind: str, places: list[int], values: Sequence[Any], file: str, column: str, first_row: int | None) -> Problem:
    text, severity = _SAID[kind]
    message = text.format(n=len(places), column=column)
    if len(places) == 1:
        message = message.replace("1 rows have", "1 row has").replace("1 rows hold", "1 row holds").replace("they stay", "it stays")
        message = message.replace("they were", "it was")
    rows = () if first_row is None else tuple(first_row + at for at in places[:20])
    found = None if kind == "missing" else repr(values[places[0]])[:60]
    mend = None if kind == "missing" else "correct the cells, or name the decimal mark or missing code in the options"
    return Problem(
        kind, message, severity, file, row=rows[0] if rows else None, column=column, found=found,
        expected="a number, 0 or more", mend=mend, count=len(places), more_rows=rows[1:],
    )  # fmt: skip


def _declared_type(numbers: Floats, declared: str, file: str, column: str) -> tuple[Problem, ...]:
    given = numbers[~np.isnan(numbers)]
    broken = int((given != np.floor(given)).sum())
    if "INT" not in declared.upper() or not broken:
        return ()
    message = (
        f"The column {column} is declared as whole numbers ({declared}), but {broken:,} of its {len(given):,} values have fractions; "
        f"they were read as they stand and add up to {given.sum():,.2f}."
    )
    return (Problem("type-contradicted", message, Severity.NOTE, file, column=column, found="fractions", expected=declared, count=broken),)
