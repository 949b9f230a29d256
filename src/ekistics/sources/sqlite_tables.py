"""Tables of a GeoPackage or SpatiaLite file as they are stored: each value with its own type, whatever the column declares.

SQLite stores what it is given; OGR reads a column as it is declared and cuts the fractions off an INTEGER column.
"""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio

from ekistics.model.errors import InvalidInput

_HEAD = b"SQLite format 3\x00"


@dataclass(frozen=True)
class StoredTable:
    """Rows of a table: `rowid`, `columns` as stored (int, float, str, bytes or None), and what each column is declared as."""

    rowid: npt.NDArray[np.int64]
    columns: dict[str, list[Any]]
    declared: dict[str, str]


def is_sqlite(path: Path) -> bool:
    """Whether the file is an SQLite database by its first bytes."""
    with path.open("rb") as stream:
        return stream.read(16) == _HEAD


def feature_tables(path: Path) -> tuple[str, ...]:
    """Return the names of the tables with geometry.

    Raises
    ------
    InvalidInput
        If the file is damaged, or no database.
    """
    with _opened(path) as database:
        found = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        names: list[str] = []
        for registry, column in (("gpkg_geometry_columns", "table_name"), ("geometry_columns", "f_table_name")):
            if registry in found:
                names += [row[0] for row in database.execute(f'SELECT {column} FROM "{registry}"')]
    return tuple(dict.fromkeys(names))


def declared_types(path: Path, table: str) -> dict[str, str]:
    """Return what each column of a table is declared as, in capitals.

    Raises
    ------
    InvalidInput
        If there is no such table, or the file is damaged.
    """
    with _opened(path) as database:
        told = database.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    if not told:
        raise InvalidInput("no such table", file=path.name, found=", ".join(feature_tables(path)), expected=table)
    return {row[1]: str(row[2]).upper() for row in told}


def read_stored(path: Path, table: str, *, without: Sequence[str] = (), only: Sequence[str] | None = None) -> StoredTable:
    """Read a table as stored, in the order of its row ids.

    Parameters
    ----------
    without : columns that are not wanted (its geometry)
    only : the columns that are wanted; None takes all

    Raises
    ------
    InvalidInput
        If there is no such table, or the file is damaged.
    """
    declared = {name: kind for name, kind in declared_types(path, table).items() if name not in without and (only is None or name in only)}
    with _opened(path) as database:
        wanted = ", ".join(["rowid", *(_quoted(name) for name in declared)])
        rows = database.execute(f"SELECT {wanted} FROM {_quoted(table)} ORDER BY rowid").fetchall()
    columns = {name: [row[1 + number] for row in rows] for number, name in enumerate(declared)}
    return StoredTable(np.array([row[0] for row in rows], dtype=np.int64), columns, declared)


def read_geometry(path: Path, table: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_], str | None]:
    """Return row ids, well-known binary (bytes or None) and coordinate system of a table with geometry.

    Raises
    ------
    InvalidInput
        If OGR cannot read it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # OGR warns of declared field types; the fields are not read here
            meta, fids, wkb, _ = pyogrio.raw.read(path, layer=table, columns=[], return_fids=True, force_2d=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, RuntimeError, OSError) as error:
        raise InvalidInput(f"the table {table} cannot be read ({error})", file=path.name, mend="open and save it in a GIS") from error
    if wkb is None:
        raise InvalidInput(f"the table {table} holds no geometry", file=path.name, mend="name a table with geometry")
    return np.asarray(fids, dtype=np.int64), wkb, str(meta["crs"]) if meta["crs"] else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        database = sqlite3.connect(uri, uri=True)
        try:
            database.execute("PRAGMA trusted_schema = OFF")
            yield database
        finally:
            database.close()
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        raise InvalidInput(f"the database cannot be read ({error})", file=path.name, mend="export it again") from error
