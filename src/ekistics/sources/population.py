"""People by zone, point, H3 cell or grid cell, as they are given; spreading them is a layer's work.

Vector file with a count column · CSV with lon and lat · CSV of H3 cells · CSV of counts beside a file of zones, joined by code ·
GeoTIFF. Values are read as stored: a declared type that they contradict is reported, never obeyed.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Flags, Floats, Geometries, People, PeopleKind
from ekistics.model.problems import Problem, Severity, Tally
from ekistics.sources.counts import Counts, read_counts
from ekistics.sources.delimited import read_delimited
from ekistics.sources.h3_adapter import are_cells, cell_polygons
from ekistics.sources.numbers import NumberStyle, parse_number
from ekistics.sources.raster_adapter import read_grid
from ekistics.sources.sqlite_tables import declared_types, feature_tables, is_sqlite, read_geometry, read_stored
from ekistics.sources.vector_adapter import read_features

_ID_NAMES = ("id", "code", "zone_id", "h3", "h3_id", "hex_id", "cell", "geo_id", "fid")
_KEYS = frozenset({"ogc_fid", "objectid", "gid", *_ID_NAMES})
_LONGITUDE, _LATITUDE = ("lon", "lng", "longitude", "x"), ("lat", "latitude", "y")
_COUNT_NAMES = ("population", "people", "pop", "residents", "inhabitants", "persons")
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")

Box = tuple[float, float, float, float]


def read_population(
    path: Path,
    *,
    column: str | None = None,
    id: str | None = None,
    table: str | None = None,
    longitude: str | None = None,
    latitude: str | None = None,
    zones: Path | str | None = None,
    zones_id: str | None = None,
    decimal: str = ".",
    thousands: str = "",
    bbox: Sequence[float] | None = None,
) -> People:
    """Read people out of any of the kinds of file; which one is seen from the file.

    Parameters
    ----------
    column : the column of counts, persons; found by its name (`population`, `people`...) when absent
    id : the column of codes
    table : the layer of a vector file or database with several
    longitude, latitude : columns of a CSV of points, degrees (EPSG:4326)
    zones, zones_id : for a CSV of counts, the vector file of the zones, and its column of codes
    decimal, thousands : how texts write numbers
    bbox : west, south, east, north in degrees, to clip a grid

    Raises
    ------
    InvalidInput
        If the file is of no such kind, a column is not there, or nobody is in it.
    """
    box = _box(bbox)
    style = NumberStyle(decimal, thousands)
    with path.open("rb") as stream:
        head = stream.read(4)
    if head in _TIFF:
        people = _of_grid(path, box)
    elif is_sqlite(path):
        people = _of_database(path, table, column, id, style)
    elif path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt")):
        people = _of_text(path, column, id, (longitude, latitude), Path(zones) if zones else None, zones_id, style)
    else:
        people = _of_features(path, table, column, id, style)
    if not np.nansum(people.people) > 0:
        raise InvalidInput("nobody lives in this file: no row has a count above zero", file=path.name, mend="name the column of counts")
    return people


def _box(bbox: Sequence[float] | None) -> Box | None:
    if bbox is None:
        return None
    if len(bbox) != 4 or not bbox[0] < bbox[2] or not bbox[1] < bbox[3]:
        raise InvalidInput("not a box", found=str(tuple(bbox)), expected="west, south, east, north in degrees")
    return (float(bbox[0]), float(bbox[1]), float(bbox[2]), float(bbox[3]))


def _of_database(path: Path, table: str | None, column: str | None, code: str | None, style: NumberStyle) -> People:
    names = feature_tables(path)
    if table is None and len(names) != 1:
        raise InvalidInput("the file has several tables", file=path.name, found=", ".join(names) or "none", mend="name the table")
    table = table or names[0]
    rowid, wkb, crs = read_geometry(path, table)
    stored = read_stored(path, table, without=_blob_columns(path, table))
    where = {int(one): at for at, one in enumerate(rowid)}
    order = [where.get(int(one), -1) for one in stored.rowid]
    shapes: Geometries = np.array([wkb[at] if at >= 0 else None for at in order] or [], dtype=object)
    chosen = _count_column(column, stored.columns, path.name)
    return _of_zones(stored.columns, stored.declared, shapes, crs, chosen, code, style, path.name)


def _blob_columns(path: Path, table: str) -> list[str]:
    declared = declared_types(path, table)
    return [name for name, kind in declared.items() if any(word in kind for word in ("POLYGON", "POINT", "GEOM", "BLOB", "LINESTRING"))]


def _of_features(path: Path, table: str | None, column: str | None, code: str | None, style: NumberStyle) -> People:
    features = read_features(path, layer=table)
    columns: dict[str, list[Any]] = {name: list(values) for name, values in features.columns.items()}
    crs = features.crs.to_wkt() if features.crs is not None else None
    return _of_zones(columns, {}, features.wkb, crs, _count_column(column, columns, path.name), code, style, path.name)


def _of_zones(
    columns: dict[str, list[Any]],
    declared: dict[str, str],
    wkb: Geometries,
    crs: str | None,
    column: str,
    code: str | None,
    style: NumberStyle,
    file: str,
) -> People:
    if crs is None:
        raise InvalidInput("the file does not say its coordinate system", file=file, mend="save it in a GIS with one")
    shapes = _in_degrees(shapely.from_wkb(wkb, on_invalid="ignore"), crs)
    counts = read_counts(columns[column], file=file, column=column, declared=declared.get(column, ""), style=style)
    ids = _ids(columns, code, file, len(wkb))
    extra = _extra(columns, declared, {column, code or ""}, file, style)
    lost = _absent(shapes)
    is_points = bool(len(shapes)) and all(shape is None or shape.geom_type == "Point" for shape in shapes)
    kind = PeopleKind.POINTS if is_points else PeopleKind.ZONES
    return _kept(kind, ids, shapes, counts, extra, lost, file, None)


def _absent(shapes: Geometries) -> Flags:
    return np.array([shape is None or shape.is_empty for shape in shapes], dtype=bool)


def _in_degrees(shapes: Geometries, crs: str) -> Geometries:
    system = pyproj.CRS.from_user_input(crs)
    if system.equals(pyproj.CRS("EPSG:4326"), ignore_axis_order=True):
        return shapes
    change = pyproj.Transformer.from_crs(system, "EPSG:4326", always_xy=True)

    def in_degrees(points: Floats) -> Floats:
        return np.stack(change.transform(points[:, 0], points[:, 1]), axis=1)

    moved: Geometries = shapely.transform(shapes, in_degrees)
    return moved


def _of_text(
    path: Path,
    column: str | None,
    code: str | None,
    axes: tuple[str | None, str | None],
    zones: Path | None,
    zones_id: str | None,
    style: NumberStyle,
) -> People:
    text = read_delimited(path)
    if not text.rows:
        raise InvalidInput("the file is empty", file=path.name)
    header = [one.strip() for one in text.rows[0]]
    body = [row for row in text.rows[1:] if any(cell.strip() for cell in row)]
    columns: dict[str, list[Any]] = {name: [row[at] if at < len(row) else "" for row in body] for at, name in enumerate(header)}
    chosen = _count_column(column, columns, path.name)
    counts = read_counts(columns[chosen], file=path.name, column=chosen, style=style, first_row=2)
    ids = _ids(columns, code, path.name, len(body))
    x, y = _named(columns, axes[0], _LONGITUDE), _named(columns, axes[1], _LATITUDE)
    used = {name for name in (chosen, x, y, code, *_ID_NAMES) if name}
    extra = _extra(columns, {}, used, path.name, style)
    if zones is not None:
        return _joined(path, ids, counts, extra, zones, zones_id)
    if are_cells([one for one in ids[:20] if one]):
        outlines, _ = cell_polygons(ids)
        return _kept(PeopleKind.CELLS, ids, outlines, counts, extra, _absent(outlines), path.name, 2)
    if x is None or y is None:
        raise InvalidInput(
            "the file says how many people, but not where", file=path.name, found=", ".join(header),
            expected="columns lon and lat, or H3 cells in the column id", mend="name the columns, or give the file of the zones",
        )  # fmt: skip
    points = _points(columns[x], columns[y], style)
    return _kept(PeopleKind.POINTS, ids, points, counts, extra, _absent(points), path.name, 2)


def _points(longitude: Sequence[str], latitude: Sequence[str], style: NumberStyle) -> Geometries:
    x = read_degrees(longitude, 180.0, style)
    y = read_degrees(latitude, 90.0, style)
    points: Geometries = np.full(len(x), None, dtype=object)
    good = ~(np.isnan(x) | np.isnan(y))
    points[good] = shapely.points(x[good], y[good])
    return points


def read_degrees(texts: Sequence[str], most: float, style: NumberStyle) -> Floats:
    """Read degrees; NaN where the text is no number or lies beyond `most`."""
    from_text = [_degree(text, style) for text in texts]
    values = np.array(from_text, dtype=float)
    values[np.abs(values) > most] = np.nan
    return values


def _degree(text: str, style: NumberStyle) -> float:
    value = parse_number(text, style).value
    return np.nan if value is None else value


def _joined(path: Path, ids: Sequence[str], counts: Counts, extra: dict[str, Counts], zones: Path, zones_id: str | None) -> People:
    """Join counts to zones by code; codes without a partner on either side are reported with the nearest that there is."""
    features = read_features(zones)
    if features.crs is None:
        raise InvalidInput("the zones do not say their coordinate system", file=zones.name, mend="save them in a GIS with one")
    shapes = _in_degrees(shapely.from_wkb(features.wkb, on_invalid="ignore"), features.crs.to_wkt())
    theirs = _ids({name: list(values) for name, values in features.columns.items()}, zones_id, zones.name, len(features))
    where = {one: at for at, one in enumerate(theirs)}
    outlines: Geometries = np.full(len(ids), None, dtype=object)
    for at, one in enumerate(ids):
        if one in where:
            outlines[at] = shapes[where[one]]
    people = _kept(PeopleKind.ZONES, ids, outlines, counts, extra, _absent(outlines), path.name, 2)
    unknown = sorted({one for one in ids if one not in where})
    without = sorted(set(theirs) - set(ids))
    problems = (
        *people.problems,
        *_unmatched(unknown, theirs, path.name, "codes of the counts have no zone; their people were left out", Severity.REJECTED),
        *_unmatched(without, unknown or list(ids), zones.name, "zones have no count; nobody is put there", Severity.NOTE),
    )
    return replace(people, problems=problems)


def _unmatched(codes: Sequence[str], others: Sequence[str], file: str, said: str, severity: Severity) -> tuple[Problem, ...]:
    if not codes:
        return ()
    near = [(one, difflib.get_close_matches(one, others, n=1, cutoff=0.6)) for one in codes[:10]]
    found = ", ".join(f"{one} (nearest: {match[0]})" if match else one for one, match in near)
    return (Problem("code-unmatched", f"{len(codes):,} {said}.", severity, file, found=found, count=len(codes)),)


def _of_grid(path: Path, box: Box | None) -> People:
    grid = read_grid(path, bbox=box)
    ids = np.array([f"r{row}c{column}" for row, column in zip(grid.row, grid.column, strict=True)], dtype=np.str_)
    problems = []
    if grid.negative:
        problems.append(
            Problem(
                "negative",
                f"{grid.negative:,} cells hold a negative number of people; they were left out.",
                Severity.LEFT_OUT,
                path.name,
                found="negative numbers",
                mend=None if grid.declares_no_data else "declare the value that means no data",
                count=grid.negative,
            )
        )
    if not grid.declares_no_data:
        problems.append(Problem("no-data-undeclared", "The grid does not say which value means no data.", Severity.NOTE, path.name))
    used = len(grid.value) + grid.empty
    tally = Tally(path.name, grid.read, used, 0, grid.read - used)
    points: Geometries = np.asarray(shapely.points(np.stack([grid.longitude, grid.latitude], axis=1)), dtype=object)
    return People(PeopleKind.RASTER, ids, points, grid.value, grid.cell_m2, {}, tuple(problems), (tally,))


def _kept(
    kind: PeopleKind,
    ids: Sequence[str],
    shapes: Geometries,
    counts: Counts,
    extra: dict[str, Counts],
    lost: Flags,
    file: str,
    first_row: int | None,
) -> People:
    """Return the rows with a place and a count; the others are counted and said."""
    keep = ~lost & ~counts.is_rejected & ~np.isnan(counts.value)
    problems = [*counts.problems, *(problem for further in extra.values() for problem in further.problems)]
    if lost.any():
        at = np.flatnonzero(lost)
        people = float(np.nansum(counts.value[lost]))
        rows = () if first_row is None else tuple(int(one) + first_row for one in at[:20])
        said = f"{len(at):,} rows have no place that can be read; {people:,.0f} people in them were left out."
        problems.append(
            Problem(
                "no-place",
                said,
                Severity.REJECTED,
                file,
                row=rows[0] if rows else None,
                feature=ids[at[0]],
                count=len(at),
                more_rows=rows[1:],
            )
        )
    tally = Tally(file, len(ids), int(keep.sum()), 0, int((~keep).sum()))
    nothing = np.full(int(keep.sum()), np.nan)
    kept_extra = {name: further.value[keep] for name, further in extra.items()}
    return People(
        kind, np.array(ids, dtype=np.str_)[keep], shapes[keep], counts.value[keep], nothing, kept_extra, tuple(problems), (tally,)
    )


def _extra(columns: dict[str, list[Any]], declared: dict[str, str], used: set[str], file: str, style: NumberStyle) -> dict[str, Counts]:
    """Return the further columns of numbers; one that holds any text that is no number is none of them."""
    found = {}
    for name, values in columns.items():
        if name in used or name.lower() in _KEYS:
            continue
        counts = read_counts(values, file=file, column=name, declared=declared.get(name, ""), style=style)
        if not any(one.kind == "not-a-number" for one in counts.problems) and not np.isnan(counts.value).all():
            found[name] = counts
    return found


def _count_column(asked: str | None, columns: dict[str, list[Any]], file: str) -> str:
    found = _named(columns, asked, _COUNT_NAMES)
    if found is None:
        raise InvalidInput(
            "no column says how many people there are", file=file, found=", ".join(columns), expected=asked or "population",
            mend="name the column of counts",
        )  # fmt: skip
    return found


def _named(columns: dict[str, list[Any]], asked: str | None, usual: Sequence[str]) -> str | None:
    if asked is not None:
        return asked if asked in columns else None
    by_name = {name.strip().lower(): name for name in reversed(columns)}
    return next((by_name[one] for one in usual if one in by_name), None)


def _ids(columns: dict[str, list[Any]], asked: str | None, file: str, count: int) -> list[str]:
    if asked is not None and asked not in columns:
        raise InvalidInput("no such column", file=file, found=", ".join(columns), expected=asked)
    chosen = _named(columns, asked, _ID_NAMES)
    if chosen is None:
        return [str(number + 1) for number in range(count)]
    return [
        str(int(one)) if isinstance(one, (float, np.floating)) and float(one).is_integer() else str(one).strip() for one in columns[chosen]
    ]
