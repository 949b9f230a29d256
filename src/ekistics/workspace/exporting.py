"""The verb `export`: a place's current figures in the format that the file's ending says, each with the data dictionary."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from ekistics.model.errors import InvalidInput
from ekistics.publish.tables import csv_bytes, figures_table, geopackage, parquet_bytes, xlsx_bytes
from ekistics.workspace.gathering import newest_by_code
from ekistics.workspace.session import Session
from ekistics.workspace.trees import PlaceTree, tree_of

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
}


def export(session: Session, place: str, out: Path) -> int:
    """Write a place's figures and return how many.

    Raises
    ------
    InvalidInput
        If the ending of the file is no known format.
    """
    kind = out.suffix.lower().lstrip(".")
    table, tree = _figures(session, place)
    out.write_bytes(_written(session, table, tree, kind))
    return int(table.num_rows)


def exported(session: Session, place: str, kind: str) -> bytes:
    """Return a place's figures as the bytes of a file."""
    table, tree = _figures(session, place)
    return _written(session, table, tree, kind)


def _figures(session: Session, place: str) -> tuple[pa.Table, PlaceTree]:
    tree = tree_of(session, place)
    codes = [place, *(district.code for district, _ in tree.districts)]
    places = {one.code: one for one in session.record.places()}
    return figures_table(session.record.figures(places=codes), places, newest_by_code()), tree


def _written(session: Session, table: pa.Table, tree: PlaceTree, kind: str) -> bytes:
    outlines = {boundary.place: boundary.geometry for _, boundary in tree.districts}
    if tree.boundary:
        outlines[tree.place.code] = tree.boundary.geometry
    writers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: csv_bytes(table),
        "xlsx": lambda: xlsx_bytes(table),
        "parquet": lambda: parquet_bytes(table),
        "gpkg": lambda: geopackage(table, outlines, {one.code: one for one in session.record.places()}),
    }
    if kind not in writers:
        raise InvalidInput("no such format", found=f".{kind}", expected=", ".join(f".{one}" for one in writers))
    return writers[kind]()
