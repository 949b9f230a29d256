"""Indicator tables (CSV, XLSX, long or wide) to figures, by a mapping file; no row is lost and none is guessed.

A number that cannot be read is a rejected figure with its row and column, never 0. Each figure keeps where it stood.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from ekistics.model.observations import Observation, observations_of
from ekistics.model.places import Place
from ekistics.model.problems import Problem, RowsSeen, Severity, Tally
from ekistics.sources.faults import Faults
from ekistics.sources.figures import Figures
from ekistics.sources.mappings import MeasureMapping, TableMapping, read_mapping
from ekistics.sources.proposals import propose_mapping
from ekistics.sources.row_keys import KeyReader
from ekistics.sources.spreadsheets import Cell
from ekistics.sources.table_rows import TableRows, column_positions, plain_text, read_table_rows

__all__ = ["TableReading", "propose_mapping", "read_mapping", "read_table"]


_REJECT_A_ROW = ("row-too-long", "no-place", "not-a-period", "breakdown-unlisted")
"""Kinds of fault for which a whole row is rejected."""

_SEEN, _SEEN_OF_EACH, _SEEN_COLUMNS = 12, 4, 6
"""How many rows are kept as they stand for those who must mend them: in all, of each problem, and in how many columns."""


@dataclass(frozen=True)
class TableReading:
    """What a table says. `table` has the columns of `OBSERVATION_SCHEMA`; `places` are those that the mapping makes.

    `tally` counts rows: used (all figures taken), repaired (some were), left out. `figures` counts cells of values.
    """

    table: pa.Table
    places: tuple[Place, ...]
    problems: tuple[Problem, ...]
    tally: Tally
    figures: Tally
    seen: RowsSeen = field(default_factory=RowsSeen)

    @property
    def observations(self) -> list[Observation]:
        """The figures one by one."""
        return observations_of(self.table)

    @property
    def rejected_rows(self) -> int:
        """How many rows were rejected whole; those that the mapping leaves out are none of them."""
        return sum(one.count for one in self.problems if one.kind in _REJECT_A_ROW)


def read_table(path: Path, mapping: TableMapping) -> TableReading:
    """Read a table by its mapping.

    Parameters
    ----------
    path : `.csv`, `.csv.gz`, `.tsv`, `.xlsx`, `.ods` or `.xls`; the kind is seen from the bytes

    Raises
    ------
    InvalidInput
        If the file cannot be read as a table, could harm, or a column of the mapping is not there.
    """
    rows = read_table_rows(
        path,
        sheet=mapping.sheet,
        header_row=mapping.header_row,
        header_rows=mapping.header_rows,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
    )
    faults = Faults(rows.file, rows.sheet)
    at = column_positions(rows, mapping.columns())
    keys = KeyReader(mapping, at, faults)
    figures = Figures(mapping, at, faults, rows.sheet)
    used = repaired = 0
    for number, row in zip(rows.number, rows.rows, strict=True):
        taken, all_well = _read_row(mapping, at, rows, keys, figures, faults, number, row)
        used += taken > 0 and all_well
        repaired += taken > 0 and not all_well
    count = len(rows.rows)
    figures.say_labels()
    return TableReading(
        figures.table(), keys.places(), (*rows.problems, *faults.problems()),
        Tally(rows.file, count, used, repaired, count - used - repaired), figures.tally(rows.file),
        _seen(rows, at, faults.problems()),
    )  # fmt: skip


def _seen(rows: TableRows, at: dict[str, int], problems: tuple[Problem, ...]) -> RowsSeen:
    """Return the first rows of each problem as they stand, in the columns that the mapping names."""
    asked = {number for one in problems if one.row is not None for number in (one.row, *one.more_rows)[:_SEEN_OF_EACH]}
    numbers = tuple(number for number in rows.number if number in asked)[:_SEEN]
    faulty = {one.column for one in problems}
    chosen = sorted(sorted(set(at.values()), key=lambda one: (rows.header[one] not in faulty, one))[:_SEEN_COLUMNS])
    by_number = dict(zip(rows.number, rows.rows, strict=True))
    cells = tuple(tuple(_short(row[one]) if one < len(row) else "" for one in chosen) for row in map(by_number.get, numbers) if row)
    return RowsSeen(tuple(rows.header[one] for one in chosen), numbers, cells)


def _short(cell: Cell) -> str:
    return f"{cell:.6g}" if isinstance(cell, float) and not cell.is_integer() else plain_text(cell)


def _read_row(
    mapping: TableMapping,
    at: dict[str, int],
    rows: TableRows,
    keys: KeyReader,
    figures: Figures,
    faults: Faults,
    number: int,
    row: list[Cell],
) -> tuple[int, bool]:
    """Read one row; return how many figures were taken of it, and whether that were all and nothing was mended."""
    width = len(rows.header)
    all_well = len(row) >= width
    if len(row) > width and any(plain_text(cell) for cell in row[width:]):
        faults.add(
            "row-too-long", "The row has more cells than the header has columns; it was rejected.", Severity.REJECTED, number,
            found=f"{len(row)} cells", expected=f"{width}", mend="put quotation marks around texts with a delimiter in them",
        )  # fmt: skip
        return 0, False
    if not all_well:
        row = [*row, *[""] * (width - len(row))]
        said = "The row has fewer cells than the header has columns; those at its end were taken as empty."
        faults.add("row-too-short", said, Severity.REPAIRED, number, expected=f"{width} cells")
    key = keys.key_of(row, number)
    if key is None:
        return 0, False
    measures = _measures(mapping, at, row, number, faults)
    taken = sum(figures.take(measure, key, row, number) for measure in measures)
    return taken, all_well and taken == len(measures)


def _measures(mapping: TableMapping, at: dict[str, int], row: list[Cell], number: int, faults: Faults) -> tuple[MeasureMapping, ...]:
    if mapping.indicator is None:
        return mapping.measures
    text = plain_text(row[at[mapping.indicator.column]])
    measure = mapping.indicator.values.get(text)
    if measure is None:
        said = "The mapping does not list this indicator; the row was left out."
        faults.add(
            "indicator-unlisted", said, Severity.LEFT_OUT, number, mapping.indicator.column, found=text or "an empty cell", expected=None
        )
        return ()
    return (measure,)
