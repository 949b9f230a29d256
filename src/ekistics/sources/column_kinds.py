"""What the columns of a person's table seem to hold, for a recipe to be begun from it: numbers, labels, or numbers with other marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ekistics.sources.faults import Faults
from ekistics.sources.index_columns import (
    NAME_HEADINGS,
    UNIT_HEADINGS,
    WHERE_HEADINGS,
    YEAR_HEADINGS,
    Headings,
    IndexFileOptions,
    error_columns,
    slug,
    tidy_columns,
)  # fmt: skip
from ekistics.sources.number_columns import NumberReader
from ekistics.sources.numbers import MISSING_CODES, NumberStyle
from ekistics.sources.spreadsheets import Cell
from ekistics.sources.table_rows import plain_text

_STRAY = 0.2
"""Share of cells that may be no number in a column of numbers; the reader tells them when the table is read."""
_MARKS = ((".", ""), (".", ","), (",", ""), (",", "."))
"""Decimal and thousands marks of the styles that are tried, for each decimal mark the plainer first."""
_HEADER_WITHIN = 10
"""Rows among which the header is looked for where the first is none."""

Columns = Mapping[str, Sequence[Cell]]


@dataclass(frozen=True)
class ColumnKinds:
    """What the columns of a table seem to hold, by heading.

    Attributes
    ----------
    numbers : may be indicators; `with_errors` are those of them whose standard errors the table states
    groupings : texts that several units share
    unread : texts that are numbers if the file writes them with `marks`, options of the reader such as `--decimal ,`
    """

    numbers: tuple[str, ...]
    with_errors: tuple[str, ...]
    groupings: tuple[str, ...]
    unread: tuple[str, ...] = ()
    marks: str = ""


def column_kinds(header: Sequence[str], rows: Sequence[Sequence[Cell]], options: IndexFileOptions) -> ColumnKinds:
    """Look at the headings and first rows of a table, so that a recipe can be begun from it; a tidy one names indicators in its rows."""
    headings = Headings(header, Faults("", None))
    if tidy := tidy_columns(headings):
        named = (plain_text(row[tidy.indicator]) for row in rows if tidy.indicator < len(row))
        codes = tuple(dict.fromkeys(one for one in named if one))
        return ColumnKinds(codes, codes if tidy.standard_error is not None else (), ())
    taken: set[int | None] = set()
    for asked, usual in ((options.unit, UNIT_HEADINGS), (options.name, NAME_HEADINGS), (options.year, YEAR_HEADINGS)):
        taken.add(headings.named(asked, usual, taken))
    if taken == {None}:
        taken.add(headings.first_free(()))
    cells = {
        heading: [row[at] for row in rows if at < len(row)]
        for at, heading in enumerate(header)
        if at not in taken and heading and slug(heading) not in WHERE_HEADINGS
    }
    cells = {heading: held for heading, held in cells.items() if any(plain_text(cell) for cell in held)}
    numbers = _numbers(cells, options)
    groupings = tuple(heading for heading, held in cells.items() if heading not in numbers and _is_shared(held))
    unread, marks = _under_other_marks(cells, numbers, options)
    errors = error_columns(headings, {one: header.index(one) for one in numbers})
    figures = tuple(one for one in numbers if header.index(one) not in errors.values())
    return ColumnKinds(figures, tuple(one for one in figures if one in errors), groupings, unread, marks)


def likely_header_row(header: Sequence[str], rows: Sequence[Sequence[Cell]], header_row: int) -> int | None:
    """Return the row in which the header seems to stand, counted from 1, where it is not the one that was taken; None where it is.

    A title above a table has one cell, or few; the header is the first row with as many as the widest.
    """
    widths = [sum(1 for cell in row if plain_text(cell)) for row in ([*header], *rows[:_HEADER_WITHIN])]
    widest = max(widths)
    at = widths.index(widest)
    return header_row + at if at and widths[0] <= widest / 2 else None


def _numbers(cells: Columns, options: IndexFileOptions) -> tuple[str, ...]:
    """Return the columns that are of numbers as the options say that these are written."""
    missing = {code.strip().casefold() for code in (*MISSING_CODES, *options.missing)}
    reader = NumberReader(NumberStyle(options.decimal, options.thousands, frozenset(missing)))
    return tuple(heading for heading, held in cells.items() if len(reader.read(held).faults) <= _STRAY * len(held))


def _is_shared(cells: Sequence[Cell]) -> bool:
    texts = [text for cell in cells if (text := plain_text(cell))]
    return 2 <= len(set(texts)) <= max(2, len(texts) // 2)


def _under_other_marks(cells: Columns, numbers: Sequence[str], options: IndexFileOptions) -> tuple[tuple[str, ...], str]:
    """Return the columns that are of numbers only under the marks that read most columns, and the options that declare these."""
    texts = {heading: held for heading, held in cells.items() if any(isinstance(cell, str) for cell in held)}
    tried = [(marks, _numbers(texts, replace(options, decimal=marks[0], thousands=marks[1]))) for marks in _MARKS]
    most = max((len(found) for _, found in tried), default=0)
    if most <= sum(1 for one in numbers if one in texts):
        return (), ""
    best = [(marks, found) for marks, found in tried if len(found) == most]
    # where a style without a thousands mark reads as much, the mark need not be declared
    said = [_options(*marks) for at, (marks, _) in enumerate(best) if marks[0] not in {other[0] for other, _ in best[:at]}]
    unread = tuple(one for one in best[0][1] if one not in numbers)
    return unread, " or ".join(said)


def _options(decimal: str, thousands: str) -> str:
    """Return the options that declare marks, without those that are so anyway."""
    return " ".join([*([f"--decimal {decimal}"] if decimal != "." else []), *([f"--thousands {thousands}"] if thousands else [])])
