"""The table that went into an assessment, as one Parquet file: it comes back to the last bit, so that the assessment can be replayed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ekistics.model.errors import Damaged
from ekistics.model.index_tables import IndexTable

_ABOUT = b"ekistics.index_table"
_CUBES = {
    "value": "values",
    "standard_error": "standard_errors",
    "degrees_of_freedom": "degrees_of_freedom",
    "figure": "figure_ids",
    "figure_year": "figure_years",
}
"""First part of the name of a column, and the field that it holds: `value:LPI`, `standard_error:LPI`."""


def stored_table(table: IndexTable) -> pa.Table:
    """Return a table of an index as one row a unit and year."""
    count = len(table.years)
    columns: dict[str, Any] = {
        "unit": pa.array(list(table.units) * count, pa.string()),
        "name": pa.array(list(table.names) * count, pa.string()),
        "year": pa.array(np.repeat(np.array(table.years, np.int64), len(table.units))),
    }
    columns |= {f"label:{name}": pa.array(list(told) * count, pa.string()) for name, told in table.labels.items()}
    for kind, field in _CUBES.items():
        cube = getattr(table, field)
        if cube is not None:
            columns |= {f"{kind}:{code}": _flat(cube[:, row]) for row, code in enumerate(table.indicators)}
    columns |= {f"denominator:{code}": _flat(values) for code, values in table.denominators.items()}
    about = {
        "years": table.years, "units": len(table.units), "indicators": table.indicators, "denominators": list(table.denominators),
        "labels": list(table.labels), "measured_in": dict(table.measured_in), "source": table.source,
        "cubes": [kind for kind, field in _CUBES.items() if getattr(table, field) is not None],
    }  # fmt: skip
    return pa.table(columns).replace_schema_metadata({_ABOUT: json.dumps(about).encode()})


def read_stored_table(path: Path) -> IndexTable:
    """Return the table that `stored_table` laid out.

    Raises
    ------
    Damaged
        If the file holds no such table.
    """
    try:
        held = pq.read_table(path)
        about = json.loads((held.schema.metadata or {})[_ABOUT])
        return _table(held, about)
    except (pa.ArrowException, KeyError, ValueError, OSError) as error:
        raise Damaged("the kept table cannot be read", file=str(path), mend="assess the original file again") from error


def _table(held: pa.Table, about: dict[str, Any]) -> IndexTable:
    shape = (len(about["years"]), about["units"])
    codes = tuple(about["indicators"])

    def cube(kind: str) -> npt.NDArray[Any] | None:
        if kind not in about["cubes"]:
            return None
        if not codes:
            return np.empty((shape[0], 0, shape[1]))
        return np.stack([_unflat(held[f"{kind}:{code}"], shape) for code in codes], axis=1)

    def texts(column: str) -> tuple[str, ...]:
        return tuple(str(one) for one in held[column].to_pylist()[: shape[1]])

    values = cube("value")
    if values is None:
        raise KeyError("value")
    return IndexTable(
        units=texts("unit"),
        names=texts("name"),
        years=tuple(about["years"]),
        indicators=codes,
        values=values,
        standard_errors=cube("standard_error"),
        degrees_of_freedom=cube("degrees_of_freedom"),
        denominators={code: _unflat(held[f"denominator:{code}"], shape) for code in about["denominators"]},
        labels={name: texts(f"label:{name}") for name in about["labels"]},
        figure_ids=cube("figure"),
        figure_years=cube("figure_year"),
        measured_in=about["measured_in"],
        source=about["source"],
    )


def _flat(values: npt.NDArray[Any]) -> Any:
    return pa.array(np.ascontiguousarray(values.reshape(-1)), from_pandas=True)


def _unflat(column: Any, shape: tuple[int, int]) -> npt.NDArray[Any]:
    return np.asarray(column.to_numpy()).reshape(shape)
