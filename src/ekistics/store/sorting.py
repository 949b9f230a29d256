"""DuckDB over Parquet: the one module that speaks to it. File names and values go as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

MEMORY = "1GB"
"""What sorting may take before it spills to disk."""

ROW_GROUP = 131_072

_ORDER = "indicator, period_start, period_end, place, boundary, breakdown, source, origin, edition, variant, id"


def copy_sorted(target: Path, *, fresh: Path, base: Path | None, touched: Path | None) -> None:
    """Write the fresh figures, with those of `base` whose key is not touched, sorted by indicator, period and place."""
    rows, given = "SELECT * FROM read_parquet(?)", [str(fresh)]
    if base is not None and touched is not None:
        rows += (
            " UNION ALL SELECT * FROM read_parquet(?) AS base WHERE base.first_version NOT IN (SELECT first_version FROM read_parquet(?))"
        )
        given += [str(base), str(touched)]
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET memory_limit = ?", [MEMORY])
        connection.execute("SET temp_directory = ?", [str(target.parent / "spill")])
        connection.execute(
            f"COPY (SELECT * FROM ({rows}) ORDER BY {_ORDER}) TO '{_quoted(target)}'"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})",
            given,
        )


def query(path: Path, columns: Sequence[str], among: dict[str, Iterable[Any] | None]) -> pa.Table:
    """Return columns of a sorted file where each expression is among the values given for it (None: any)."""
    conditions, given = ["TRUE"], [str(path)]
    for expression, values in among.items():
        if values is not None:
            listed = [values] if isinstance(values, str) else list(values)
            conditions.append(f"{expression} IN ({', '.join('?' * len(listed))})" if listed else "FALSE")
            given += listed
    chosen = ", ".join(f'"{name}"' for name in columns)
    statement = f"SELECT {chosen} FROM read_parquet(?) WHERE {' AND '.join(conditions)}"
    with duckdb.connect(":memory:") as connection:
        found: pa.Table = connection.sql(statement, params=given).to_arrow_table()
        return found


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")  # COPY TO takes no parameter for its file
