"""Putting figures on record: many at once, new ones added, equal ones left alone, others superseding."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from ekistics.model.errors import Conflict, InvalidInput
from ekistics.model.observations import OBSERVATION_SCHEMA
from ekistics.store.codes import Ids, ids_of_columns
from ekistics.store.current import NOW, is_current
from ekistics.store.engines import insert_many
from ekistics.store.runs import runs_of_parts
from ekistics.store.staleness import stale_parts
from ekistics.store.tables import KEY, NUMBERS, observations

RELATIVE = 1e-12
"""Two values within this relative distance are the same value."""

BLOCK = 100_000
"""Rows matched at a time: bounds the memory that a large table takes."""

_incoming = sa.Table(
    "incoming",
    sa.MetaData(),
    sa.Column("row", sa.BigInteger, nullable=False),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in KEY),
    prefixes=["TEMPORARY"],
)
_CONTENT = ("unit_id", "quality_id")
_WRITTEN = tuple(column.name for column in observations.columns)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FigureCounts:
    """What became of the rows of a table: read = new + changed + unchanged. `ids` gives each row's figure, in the order read."""

    read: int
    new: int
    changed: int
    unchanged: int
    ids: Ids = field(default_factory=lambda: np.empty(0, np.int64), compare=False, repr=False)


@dataclass(frozen=True)
class _Block:
    """Rows as they go to the table: integer columns by name, numbers as one (rows, len(NUMBERS)) matrix with NaN for missing."""

    codes: dict[str, Ids]
    numbers: Floats
    locator: npt.NDArray[np.object_]
    part: Ids
    run: Ids

    def __len__(self) -> int:
        return len(self.part)

    def take(self, rows: Any) -> _Block:
        """Return some of the rows."""
        codes = {name: column[rows] for name, column in self.codes.items()}
        return _Block(codes, self.numbers[rows], self.locator[rows], self.part[rows], self.run[rows])


def put_figures(connection: sa.Connection, commit: int, table: pa.Table, *, part: int | None) -> FigureCounts:
    """Put a table of figures on record within a commit.

    Parameters
    ----------
    connection : a transaction under the write lock
    commit : its number
    table : (rows,) `OBSERVATION_SCHEMA`, and an integer column `part` where the rows come from several parts
    part : what they were computed or read in, where it is one for all

    Raises
    ------
    InvalidInput
        If a column is missing or of another type, a text is null, a number is infinite, or a row has no part.
    NotFound
        If a part is not on record.
    Conflict
        If the table gives two contents for one figure.
    """
    block = _checked(connection, table, part)
    first_row = _first_rows(block, table)
    chosen = np.flatnonzero(first_row == np.arange(len(block)))
    ids = np.empty(len(block), np.int64)
    new = changed = 0
    _ready_temporary_table(connection)
    stale = _StaleParts(connection)
    following = (connection.execute(sa.select(sa.func.max(observations.c.id))).scalar() or 0) + 1
    for start in range(0, len(chosen), BLOCK):
        rows = chosen[start : start + BLOCK]
        piece = block.take(rows)
        first_version, kept, replaces = _matched(connection, piece, stale)
        write = np.flatnonzero(kept < 0)
        given = following + np.arange(len(write))
        following += len(write)
        kept[write] = given
        ids[rows] = kept
        _insert(connection, piece.take(write), given, first_version[write], commit=commit)
        changed += int(replaces[write].sum())
        new += len(write) - int(replaces[write].sum())
    ids = ids[first_row]
    return FigureCounts(len(block), new, changed, len(block) - new - changed, ids)


def _checked(connection: sa.Connection, table: pa.Table, part: int | None) -> _Block:
    missing = [name for name in OBSERVATION_SCHEMA.names if name not in table.column_names]
    if missing:
        raise InvalidInput("the table of figures lacks columns", found=", ".join(table.column_names), expected=", ".join(missing))
    try:
        typed = table.select(OBSERVATION_SCHEMA.names).cast(OBSERVATION_SCHEMA)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InvalidInput("a column of the figures is of another type", found=str(error), expected="OBSERVATION_SCHEMA") from error
    for name in OBSERVATION_SCHEMA.names:
        if name not in NUMBERS and typed[name].null_count:
            row = pc.index(pc.is_null(typed[name]), True).as_py()
            raise InvalidInput("a figure lacks a text or date", row=row + 1, column=name, found="nothing", expected="a value; no null")
    numbers = np.column_stack([typed[name].to_numpy() for name in NUMBERS]).astype(np.float64)
    if np.isinf(numbers).any():
        row, column = np.argwhere(np.isinf(numbers))[0].tolist()
        raise InvalidInput("a figure is infinite", row=row + 1, column=NUMBERS[column], expected="a finite number, or null with a status")
    locator = np.array(typed["locator"].to_pylist(), dtype=object)
    made_in, position = np.unique(_parts(table, part), return_inverse=True)
    run_of = runs_of_parts(connection, made_in.tolist())
    runs = np.array([run_of[one] for one in made_in.tolist()], np.int64)
    return _Block(ids_of_columns(connection, typed), numbers, locator, made_in[position], runs[position])


def _parts(table: pa.Table, part: int | None) -> Ids:
    if "part" in table.column_names and not table["part"].null_count:
        return np.asarray(table["part"].cast(pa.int64()).to_numpy(), np.int64)
    if part is None:
        raise InvalidInput("a figure has no part of a run", column="part", expected="the part that made it; no figure without lineage")
    return np.full(table.num_rows, part, np.int64)


def _first_rows(block: _Block, table: pa.Table) -> Ids:
    """Return for each row the first row of the table with its key."""
    position = np.zeros(len(block), np.int64)
    for name in KEY:
        values, inverse = np.unique(block.codes[name], return_inverse=True)
        _, position = np.unique(position * (len(values) + 1) + inverse, return_inverse=True)
    _, first = np.unique(position, return_index=True)
    first_row = first[position].astype(np.int64)
    again = np.flatnonzero(first_row != np.arange(len(block)))
    if len(again):
        one, other = block.take(again), block.take(first_row[again])
        differs = np.flatnonzero(~_same(one, other.numbers, other.codes))
        if len(differs):
            row = int(again[differs[0]])
            told = table.slice(row, 1).to_pylist()[0]
            raise Conflict(
                "the table gives two contents for one figure",
                row=row + 1,
                found=f"{told['indicator']} of {told['place']}, {told['period_start']} to {told['period_end']}, again as in row"
                f" {int(first_row[row]) + 1} but different",
                expected="one row for each indicator, place, boundary, period, breakdown and series",
                mend="leave one of the rows out, or tell them apart by breakdown or series",
            )
    return first_row


def _same(block: _Block, numbers: Floats, codes: dict[str, Ids]) -> npt.NDArray[np.bool_]:
    near = np.abs(block.numbers - numbers) <= RELATIVE * np.maximum(np.abs(block.numbers), np.abs(numbers))
    equal = near | (np.isnan(block.numbers) & np.isnan(numbers))
    same = np.asarray(equal.all(axis=1), np.bool_)
    for name in _CONTENT:
        same &= block.codes[name] == codes[name]
    return same


def _ready_temporary_table(connection: sa.Connection) -> None:
    if not sa.inspect(connection).has_table(_incoming.name):
        _incoming.create(connection)


class _StaleParts:
    """The parts that no longer hold, asked for once they are needed and then remembered within one table."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._known: dict[int, bool] = {}

    def among(self, parts: Ids) -> npt.NDArray[np.bool_]:
        """Return for each part whether anything that it was made from no longer holds."""
        asked = [one for one in np.unique(parts).tolist() if one not in self._known]
        if asked:
            stale = stale_parts(self._connection, asked, NOW)
            self._known |= {one: one in stale for one in asked}
        return np.array([self._known[one] for one in parts.tolist()], np.bool_)


def _matched(connection: sa.Connection, block: _Block, stale: _StaleParts) -> tuple[Ids, Ids, npt.NDArray[np.bool_]]:
    """Find what is on record for each row: first version (-1: none), the figure that may stay (-1: none), whether one is replaced.

    An equal figure stays unless what it was made from no longer holds: then the same value, made anew, takes its place,
    because it would stay out of date for ever otherwise.
    """
    connection.execute(sa.delete(_incoming))
    key = [block.codes[name].tolist() for name in KEY]
    insert_many(connection, _incoming, ("row", *KEY), zip(range(len(block)), *key, strict=True))
    first_version, kept = np.full(len(block), -1, np.int64), np.full(len(block), -1, np.int64)
    replaces = np.zeros(len(block), np.bool_)
    on_key = sa.and_(*(_incoming.c[name] == observations.c[name] for name in KEY))
    first = sa.select(_incoming.c.row, observations.c.id).join(observations, on_key)
    for row, one in connection.execute(first.where(observations.c.id == observations.c.first_version)):
        first_version[row] = one
    if not (first_version >= 0).any():
        return first_version, kept, replaces
    wanted = [observations.c[name] for name in ("id", "part_id", *_CONTENT, *NUMBERS)]
    found = connection.execute(sa.select(_incoming.c.row, *wanted).join(observations, on_key).where(is_current(observations, NOW))).all()
    if found:
        rows = np.array([one[0] for one in found], np.int64)
        codes = {name: np.array([one[3 + position] for one in found], np.int64) for position, name in enumerate(_CONTENT)}
        numbers = np.array([one[3 + len(_CONTENT) :] for one in found], np.float64)
        same = _same(block.take(rows), numbers, codes) & ~stale.among(np.array([one[2] for one in found], np.int64))
        kept[rows[same]] = np.array([one[1] for one in found], np.int64)[same]
        replaces[rows[~same]] = True
    return first_version, kept, replaces


def _insert(connection: sa.Connection, block: _Block, ids: Ids, first_version: Ids, *, commit: int) -> None:
    if not len(block):
        return
    columns: dict[str, list[Any]] = {name: column.tolist() for name, column in block.codes.items()}
    for position, name in enumerate(NUMBERS):
        column = block.numbers[:, position]
        missing = np.isnan(column)
        values = column.astype(object) if missing.any() else column
        if missing.any():
            values[missing] = None
        columns[name] = values.tolist()
    columns["id"] = ids.tolist()
    columns["first_version"] = np.where(first_version < 0, ids, first_version).tolist()
    columns["locator"] = block.locator.tolist()
    columns["part_id"] = block.part.tolist()
    columns["run_id"], columns["commit_number"] = block.run.tolist(), [commit] * len(block)
    insert_many(connection, observations, _WRITTEN, zip(*(columns[name] for name in _WRITTEN), strict=True))
