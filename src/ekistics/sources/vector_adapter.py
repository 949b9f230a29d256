"""The one door to OGR (pyogrio) and GeoParquet (pyarrow): a vector file as plain columns and well-known binary.

A format is known by its first bytes, never by its name: OGR would open a virtual file (VRT) that reads other files, or a
URL, under any name. Only GeoPackage, GeoJSON, Shapefile and GeoParquet pass.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pyproj.exceptions

from ekistics.model.errors import InvalidInput
from ekistics.sources.sqlite_tables import read_stored

DRIVERS = frozenset({"GPKG", "SQLite", "GeoJSON", "GeoJSONSeq", "ESRI Shapefile"})
_SQLITE, _SHAPEFILE, _PARQUET, _BOM = b"SQLite format 3\x00", b"\x00\x00\x27\x0a", b"PAR1", b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Features:
    """The features of one layer. `wkb` holds bytes or None; `columns` are as the file types them; `crs` is None where unstated.

    `crs_implied` says that the format, not the file, gives the coordinate system (GeoJSON without a `crs` member).
    """

    columns: dict[str, npt.NDArray[Any]]
    wkb: npt.NDArray[np.object_]
    crs: pyproj.CRS | None
    crs_implied: bool = False

    def __len__(self) -> int:
        return len(self.wkb)


def read_features(path: Path, *, layer: str | None = None) -> Features:
    """Read one layer of a vector file.

    Parameters
    ----------
    path : an existing local file (a Shapefile by its `.shp`)
    layer : the layer's name; may be absent where the file has one only

    Raises
    ------
    InvalidInput
        If the format is not one of those, the file cannot be read, or the layer is not there.
    """
    kind = _format_of(path)
    if kind == "GeoParquet":
        return _read_geoparquet(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # OGR warns of what the caller finds itself: rings, winding, field widths
            chosen = _layer_of(path, layer)
            meta, fids, wkb, values = pyogrio.raw.read(path, layer=chosen, force_2d=True, return_fids=True)
            driver = str(pyogrio.read_info(path, layer=chosen)["driver"])
    except InvalidInput:
        raise
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, RuntimeError, UnicodeError, OSError) as error:
        raise InvalidInput(
            f"the file cannot be read as {kind} ({error})", file=path.name, mend="open and save it again in a GIS"
        ) from error
    if driver not in DRIVERS:
        raise InvalidInput("this kind of vector file is not read", file=path.name, found=driver, expected=", ".join(sorted(DRIVERS)))
    if wkb is None:
        wkb = np.full(len(values[0]) if values else 0, None, dtype=object)
    columns = {str(name): np.asarray(column) for name, column in zip(meta["fields"], values, strict=True)}
    if kind == "GeoPackage":
        columns = _as_stored(path, chosen, fids, columns)
    implied = driver.startswith("GeoJSON") and not _names_its_crs(path)
    return Features(columns, wkb, parse_crs(meta["crs"], file=path.name) if meta["crs"] else None, implied)


def _as_stored(path: Path, table: str, fids: Any, columns: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Give columns that are declared as whole numbers and hold fractions their fractions back: OGR reads what is declared."""
    whole = [name for name, column in columns.items() if column.dtype.kind in "iu"]
    try:
        stored = read_stored(path, table, only=whole) if whole else None
    except InvalidInput:  # a view, or a database that OGR alone understands: what it says stands
        return columns
    if stored is None:
        return columns
    row = {int(one): at for at, one in enumerate(stored.rowid)}
    for name in whole:
        values = [stored.columns[name][row[int(fid)]] for fid in fids] if all(int(fid) in row for fid in fids) else []
        if any(isinstance(value, float) and not value.is_integer() for value in values):
            columns[name] = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return columns


def parse_crs(text: Any, *, file: str) -> pyproj.CRS:
    """Return a coordinate system from an authority code, WKT or PROJ JSON.

    Raises
    ------
    InvalidInput
        If there is no such coordinate system.
    """
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        shown = str(text)[:80]
        raise InvalidInput("no such coordinate system", file=file, found=shown, expected="a code such as EPSG:4326") from error


def _format_of(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(_SQLITE):
        return "GeoPackage"
    if head.startswith(_SHAPEFILE):
        return "Shapefile"
    if head.startswith(_PARQUET):
        return "GeoParquet"
    if head.removeprefix(_BOM).lstrip().startswith(b"{"):
        return "GeoJSON"
    raise InvalidInput(
        "the first bytes are not those of a vector file that is read here",
        file=path.name,
        found=repr(head[:12]) if head else "an empty file",
        expected="GeoPackage, GeoJSON, Shapefile or GeoParquet",
        mend="export it as GeoPackage",
    )


def _layer_of(path: Path, layer: str | None) -> str:
    names = [str(name) for name, _ in pyogrio.list_layers(path)]
    if layer is None and len(names) == 1:
        return names[0]
    if layer in names:
        return str(layer)
    said = "the file has no layer of that name" if layer else "the file has several layers" if names else "the file has no layer"
    raise InvalidInput(said, file=path.name, found=", ".join(names) or "none", expected=layer or "the name of one", mend="name the layer")


def _names_its_crs(path: Path) -> bool:
    with path.open("rb") as stream:
        return b'"crs"' in stream.read(65536)


def _read_geoparquet(path: Path) -> Features:
    try:
        table = pq.read_table(path)
        geo = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
        primary = geo["primary_column"]
        told = geo["columns"][primary]
        shapes = table.column(primary).cast(pa.binary()).to_pylist()
        columns = {name: _plain_column(table.column(name)) for name in table.column_names if name != primary}
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            "the file is not GeoParquet", file=path.name, found=type(error).__name__, mend="export it as GeoPackage"
        ) from error
    if told.get("encoding", "WKB") != "WKB":
        raise InvalidInput("the geometry encoding is not read", file=path.name, found=str(told["encoding"]), expected="WKB")
    wkb = np.empty(len(shapes), dtype=object)
    wkb[:] = shapes
    stated = told.get("crs", "OGC:CRS84")  # absent means CRS84, null means unknown: GeoParquet 1.1
    return Features(columns, wkb, parse_crs(stated, file=path.name) if stated else None)


def _plain_column(column: pa.ChunkedArray[Any]) -> npt.NDArray[Any]:
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return np.asarray(column.to_numpy())
    values = np.empty(len(column), dtype=object)
    values[:] = column.to_pylist()
    return values
