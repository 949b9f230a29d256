"""Figures as files: CSV (guarded or raw), XLSX, Parquet with its data dictionary, GeoPackage.

Columns are those of an observation, with the names of place and indicator beside their codes. Every file explains itself.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ekistics.model.cards import Card
from ekistics.model.observations import TOTAL, Figure, observation_table
from ekistics.model.places import Place
from ekistics.publish.geopackage_adapter import geopackage_bytes
from ekistics.publish.xlsx_adapter import workbook_bytes

DICTIONARY: dict[str, str] = {
    "figure": "id of the figure in the record; its page shows where it comes from",
    "commit": "number of the commit by which the figure became known",
    "indicator": "code of what is measured",
    "indicator_name": "its name",
    "place": "code of the place",
    "place_name": "its name",
    "boundary": "edition of the boundary; none where the figure names no boundary",
    "period_start": "first day of the reference period",
    "period_end": "last day of the reference period, included",
    "breakdown": "of whom, as sorted dimension=code pairs (SDMX); total for all",
    "source": "who says so, publisher and data set; joined by + where several were used",
    "origin": "how it came about: reported, computed, estimated, modelled, projected",
    "edition": "edition of the method",
    "variant": "named set of parameters; default where none was chosen",
    "value": "the figure, in unit; empty where there is none, then status and reason say why",
    "unit": "UCUM code",
    "numerator": "upper term of a share, rate or mean",
    "denominator": "lower term of a share, rate or mean",
    "standard_error": "standard error, in unit",
    "degrees_of_freedom": "degrees of freedom of the standard error",
    "sample_size": "number of units observed",
    "lower": "lower end of the interval as shown",
    "upper": "upper end of the interval as shown",
    "level": "level of the interval, 0 to 1",
    "error_source": "sampling, measurement, model, imputation, or none stated (which is not zero)",
    "status": "SDMX OBS_STATUS: A normal, E estimated, I imputed, F forecast, O missing, L not collected, M undefined, "
    "Q protected, U unstable",
    "flags": "further statuses: B break, P provisional, D definition differs, V not validated",
    "reason": "why there is no figure, or what makes it unstable",
    "confidentiality": "SDMX CONF_STATUS",
    "locator": "where in the file it was read",
    "out_of_date": "true where its inputs changed since it was measured",
}
"""Every column and what it holds."""

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def figures_table(figures: Iterable[Figure], places: Mapping[str, Place], cards: Mapping[str, Card]) -> pa.Table:
    """Return figures as a table with the columns of `DICTIONARY`, in its order."""
    held = list(figures)
    table = observation_table(one.observation for one in held)
    names = [one.observation.place for one in held]
    codes = [one.observation.indicator for one in held]
    extra: dict[str, pa.Array[Any]] = {
        "figure": pa.array([one.id for one in held], pa.int64()),
        "commit": pa.array([one.commit for one in held], pa.int64()),
        "indicator_name": pa.array([cards[code].name if code in cards else code for code in codes], pa.string()),
        "place_name": pa.array([places[code].name() if code in places else code for code in names], pa.string()),
        "out_of_date": pa.array([one.out_of_date for one in held], pa.bool_()),
    }
    for name, column in extra.items():
        table = table.append_column(name, column)
    return table.select(list(DICTIONARY))


def csv_bytes(table: pa.Table, *, guard: bool = True) -> bytes:
    """Return a table as CSV in UTF-8 with a byte order mark, so that spreadsheets read its letters.

    Parameters
    ----------
    guard : put an apostrophe before texts that a spreadsheet would run as a formula; False writes texts as they stand
    """
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(table.column_names)
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            writer.writerow([_csv_cell(value, guard) for value in row])
    return ("\ufeff" + held.getvalue()).encode("utf-8")


def _csv_cell(value: Any, guard: bool) -> Any:
    if isinstance(value, str):
        return guarded(value) if guard else value
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs.

    Examples
    --------
    >>> guarded("=1+1"), guarded("Lima")
    ("'=1+1", 'Lima')
    """
    return f"'{text}" if text.startswith(_RISKY) or text.lstrip().startswith(_RISKY) else text


def xlsx_bytes(table: pa.Table) -> bytes:
    """Return a table as a workbook with a sheet of figures and one that explains each column."""

    def rows() -> Iterable[Sequence[Any]]:
        for batch in table.to_batches(max_chunksize=10_000):
            yield from zip(*(_plain(column.to_pylist()) for column in batch.columns), strict=True)

    described = [(name, DICTIONARY.get(name, ""), str(table.schema.field(name).type)) for name in table.column_names]
    return workbook_bytes((("Figures", table.column_names, rows()), ("Data dictionary", ("column", "meaning", "type"), described)))


def _plain(values: list[Any]) -> list[Any]:
    return [("true" if value else "false") if isinstance(value, bool) else _or_none(value) for value in values]


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as Parquet; each column carries its meaning, the file the whole data dictionary as JSON."""
    described = pa.schema(
        [field.with_metadata({"description": DICTIONARY.get(field.name, "")}) for field in table.schema],
        metadata={"data_dictionary": json.dumps(DICTIONARY)},
    )
    held = io.BytesIO()
    pq.write_table(table.cast(described), held, compression="zstd")
    return held.getvalue()


def dictionary_csv() -> bytes:
    """Return the data dictionary as CSV."""
    held = io.StringIO(newline="")
    csv.writer(held).writerows([("column", "meaning"), *DICTIONARY.items()])
    return held.getvalue().encode("utf-8")


def geopackage(table: pa.Table, boundaries: Mapping[str, Any], places: Mapping[str, Place], *, shown: Collection[int]) -> bytes:
    """Return places with the figure shown of each indicator as columns, and all figures as a second layer of points.

    Parameters
    ----------
    table : from `figures_table`
    boundaries : place code to shapely polygon in EPSG:4326; places without one are left out of the map layer
    shown : ids of the figures that stand for their place and indicator, of all voices and periods
    """
    rows = table.to_pylist()
    chosen = {(row["place"], row["indicator"]): row for row in rows if row["figure"] in shown}
    indicators = sorted({row["indicator"] for row in rows if row["breakdown"] == TOTAL})
    features = []
    for code in boundaries:
        name = places[code].name() if code in places else code
        values = {one: chosen[code, one]["value"] if (code, one) in chosen else None for one in indicators}
        features.append({"place": code, "name": name, **values})
    shapes = list(boundaries.values())
    layers: dict[str, tuple[list[dict[str, Any]], list[Any]]] = {"places": (features, shapes)}
    located = [row for row in rows if row["place"] in boundaries]
    if located:
        layers["figures"] = ([_texts(row) for row in located], [boundaries[row["place"]].representative_point() for row in located])
    return geopackage_bytes(layers)


def _texts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
