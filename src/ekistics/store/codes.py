"""Code lists: texts and dates to integer keys and back, for whole columns at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from ekistics.store.engines import among
from ekistics.store.tables import DIMENSIONS

Ids = npt.NDArray[np.int64]

_ENOUGH = 5000
"""Above this many wanted codes the whole list is read instead of asking for each."""


def ids_of_columns(connection: sa.Connection, table: pa.Table) -> dict[str, Ids]:
    """Return the integer columns that stand for the texts and dates of a table; codes that are new are added.

    Parameters
    ----------
    connection : a transaction under the write lock
    table : (rows,) columns of `OBSERVATION_SCHEMA`, no nulls in texts and dates
    """
    return {name: _ids(connection, listed, table.select(list(columns))) for name, (listed, columns) in DIMENSIONS.items()}


def known_ids(connection: sa.Connection, dimension: str, codes: Iterable[str]) -> list[int]:
    """Return the ids of those codes of a one-column list that are known."""
    listed, _ = DIMENSIONS[dimension]
    wanted = set(codes)
    if len(wanted) <= _ENOUGH:
        chosen = sa.select(listed.c.id).where(listed.c.code.in_(sorted(wanted)))
        return [int(one) for one in connection.execute(chosen).scalars()]
    return [one for one, code in connection.execute(sa.select(listed.c.id, listed.c.code)) if code in wanted]


def columns_of_ids(connection: sa.Connection, dimension: str, ids: Ids) -> list[tuple[str, pa.Array[Any]]]:
    """Return the named columns that a column of ids stands for, dictionary-encoded where they are texts."""
    listed, names = DIMENSIONS[dimension]
    unique, places = np.unique(ids, return_inverse=True)
    fields = _fields(listed)
    statement = sa.select(listed.c.id, *(listed.c[field] for field in fields))
    if len(unique) <= _ENOUGH:
        statement = statement.where(among(listed.c.id, unique.tolist(), connection.dialect.name))
    rows = {row[0]: row[1:] for row in connection.execute(statement)}
    found = [rows[one] for one in unique.tolist()]
    columns = []
    for position, name in enumerate(names):
        values = [row[position] for row in found]
        kind = pa.date32() if name.startswith("period_") else pa.string()
        columns.append((name, pa.array(values, kind).take(places)))
    return columns


def _fields(listed: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in listed.columns if column.name != "id")


def _ids(connection: sa.Connection, listed: sa.Table, table: pa.Table) -> Ids:
    position, unique = _positions(table)
    known = _known(connection, listed, unique)
    missing = [one for one in unique if one not in known]
    if missing:
        fields = _fields(listed)
        connection.execute(sa.insert(listed), [dict(zip(fields, one, strict=True)) for one in missing])
        known |= _known(connection, listed, missing)
    return np.array([known[one] for one in unique], np.int64)[position] if unique else np.empty(0, np.int64)


def _positions(table: pa.Table) -> tuple[Ids, list[tuple[Any, ...]]]:
    """Return for each row which of the unique rows it is, and the unique rows."""
    position = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        encoded = column.combine_chunks().dictionary_encode()
        indices = encoded.indices.to_numpy(zero_copy_only=False)
        _, position = np.unique(position * (len(encoded.dictionary) + 1) + indices, return_inverse=True)
    first = np.unique(position, return_index=True)[1]
    unique = [tuple(row.values()) for row in table.take(first).to_pylist()]
    return position.astype(np.int64), unique


def _known(connection: sa.Connection, listed: sa.Table, wanted: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    columns = [listed.c[field] for field in _fields(listed)]
    statement = sa.select(listed.c.id, *columns)
    if len(wanted) <= _ENOUGH and len(columns) == 1:
        statement = statement.where(columns[0].in_([one[0] for one in wanted]))
    return {tuple(row[1:]): row[0] for row in connection.execute(statement)}
