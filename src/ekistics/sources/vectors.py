"""Places with their outlines from GeoPackage, GeoJSON, Shapefile (file, folder or zip) and GeoParquet.

Every feature becomes a place with an outline, a place without one, or a problem that names it. Outlines are reprojected to
EPSG:4326; a crossing or touching ring is repaired and said so; what has no area after that is refused. Codes are texts: a
text column keeps its leading zeros, a column of numbers is reported because the zeros were lost before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Floats, Geometries
from ekistics.model.places import Place, PlaceKind, Relation, RelationKind
from ekistics.model.problems import Problem, Severity, Tally
from ekistics.sources.archives import checked_members, is_archive, open_member
from ekistics.sources.vector_adapter import Features, parse_crs, read_features

LONGITUDE_LATITUDE = "EPSG:4326"
_ENDINGS = (".gpkg", ".geojson", ".json", ".shp", ".parquet", ".geoparquet")
_POLYGONS = (3, 6)
_COLLECTION = 7


@dataclass(frozen=True)
class VectorReading:
    """What was read: `places`, `geometry` and each column of `attributes` go row by row; outlines are in EPSG:4326.

    `crs` is the coordinate system of the file (`EPSG:5635`). `without_outline` are places whose feature holds no geometry.
    `attributes` keep the file's own types, so that a column of figures can be imported.
    """

    places: tuple[Place, ...]
    geometry: Geometries
    crs: str
    attributes: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    without_outline: tuple[Place, ...] = ()
    problems: tuple[Problem, ...] = ()
    tallies: tuple[Tally, ...] = ()


def read_places(
    path: Path,
    *,
    kind: PlaceKind,
    code_column: str | None,
    name_columns: Sequence[str] = (),
    parent: str = "",
    parent_column: str | None = None,
    crs: str | None = None,
    layer: str | None = None,
) -> VectorReading:
    """Read places with their outlines.

    Parameters
    ----------
    path : a local file, a folder with one Shapefile, or a zip with one vector file
    kind : what kind of places these are
    code_column : the column of the codes; None numbers the features from 1
    name_columns : columns of names; `name:fr` or `name_fr` fills the language `fr`, any other `und`
    parent, parent_column : the place they are part of, one for all or by feature
    crs : the coordinate system, for a file that does not state one
    layer : the layer's name, for a file with several

    Raises
    ------
    InvalidInput
        If the file is none of the formats, a column is absent, or the coordinate system is unknown.
    """
    _refuse_remote(path)
    features = _features(path, layer)
    _refuse_absent(features, (code_column, parent_column, *name_columns), path.name)
    found: list[Problem] = []
    system = _crs_of(features, crs, path.name, found)
    codes = _codes(features, code_column, path.name, found)
    outlines, state = _outlines(features, system, codes, path.name, found)
    kept = _with_own_code(codes, state, path.name, found)
    outlined = kept & (state != _ABSENT)
    parents = _texts(features.columns[parent_column]) if parent_column else [parent] * len(features)
    repaired = int(np.count_nonzero(outlined & (state == _REPAIRED)))
    used = int(np.count_nonzero(kept)) - repaired

    def place(row: Any) -> Place:
        return Place(codes[row], kind, _names(features, name_columns, row))

    return VectorReading(
        places=tuple(place(row) for row in np.flatnonzero(outlined)),
        geometry=outlines[outlined],
        crs=_code_of(system),
        attributes={name: column[outlined] for name, column in features.columns.items()},
        relations=tuple(Relation(codes[row], parents[row], RelationKind.ADMINISTRATIVE) for row in np.flatnonzero(kept) if parents[row]),
        without_outline=tuple(place(row) for row in np.flatnonzero(kept & (state == _ABSENT))),
        problems=tuple(found),
        tallies=(Tally(path.name, len(features), used, repaired, len(features) - used - repaired),),
    )


def _features(path: Path, layer: str | None) -> Features:
    with tempfile.TemporaryDirectory(prefix="ekistics-vector-") as temporary:
        return read_features(_local_file(path, Path(temporary)), layer=layer)


def _refuse_absent(features: Features, columns: Sequence[str | None], file: str) -> None:
    for column in columns:
        if column is not None and column not in features.columns:
            raise InvalidInput("no such column", file=file, found=", ".join(features.columns), expected=column)


def _code_of(system: pyproj.CRS) -> str:
    authority = system.to_authority()
    return ":".join(authority) if authority else str(system.to_string())


def _refuse_remote(path: Path) -> None:
    text = str(path)
    if "://" in text or ":/" in text[2:] or "/vsi" in text:
        raise InvalidInput("only a local file is read", found=text, mend="download it first")
    if not path.exists():
        raise InvalidInput("the file is not there", file=text)


def _local_file(path: Path, temporary: Path) -> Path:
    """Return the one vector file of a folder or zip (taken out of it), or the file itself."""
    if path.is_dir():
        return _only([one for one in sorted(path.iterdir()) if one.suffix.lower() in _ENDINGS], path.name)
    if not is_archive(path):
        return path
    taken = []
    for number, member in enumerate(checked_members(path)):
        name = Path(member.name)
        folder = temporary / ("in_" + str(member.name)[: -len(name.name) or None].replace("/", "_").strip("._"))
        folder.mkdir(exist_ok=True)
        target = folder / (name.name or str(number))
        with open_member(path, member) as stream, target.open("wb") as out:
            while block := stream.read(1 << 20):
                out.write(block)
        taken.append(target)
    return _only([one for one in taken if one.suffix.lower() in _ENDINGS], path.name)


def _only(files: list[Path], where: str) -> Path:
    if len(files) == 1:
        return files[0]
    found = ", ".join(one.name for one in files) or "none"
    raise InvalidInput("one vector file is read at a time", file=where, found=found, expected=f"one of {', '.join(_ENDINGS)}")


def _crs_of(features: Features, given: str | None, file: str, found: list[Problem]) -> pyproj.CRS:
    asked = parse_crs(given, file=file) if given else None
    stated = features.crs
    if stated is not None and features.crs_implied and asked is not None:
        stated = None
    if stated is None and asked is None:
        raise InvalidInput("the file does not say its coordinate system", file=file, mend="give it, for example crs: EPSG:32628")
    if stated is not None and asked is not None and not stated.equals(asked, ignore_axis_order=True):
        said = "The coordinate system given differs from the one that the file states; the file's own was used."
        found.append(Problem("crs-differs", said, Severity.NOTE, file, found=given, expected=stated.name))
    chosen = stated if stated is not None else asked
    assert chosen is not None  # noqa: S101  # one of the two, by the refusal above
    return chosen


def _codes(features: Features, column: str | None, file: str, found: list[Problem]) -> list[str]:
    if column is None:
        return [str(number + 1) for number in range(len(features))]
    values = features.columns[column]
    if values.dtype.kind in "iuf":
        said = "The codes are stored as numbers: leading zeros, if there were any, were lost before the file was written."
        found.append(Problem("codes-are-numbers", said, Severity.NOTE, file, column=column, mend="export the codes as text"))
    return _texts(values)


def _texts(values: npt.NDArray[Any]) -> list[str]:
    return [_text(value) for value in values.tolist()]


def _text(value: Any) -> str:
    if value is None or value != value:  # NaN and NaT differ from themselves
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\x00", "").strip()


_SOUND, _REPAIRED, _ABSENT, _REFUSED = 0, 1, 2, 3


def _outlines(
    features: Features, system: pyproj.CRS, codes: list[str], file: str, found: list[Problem]
) -> tuple[Geometries, npt.NDArray[np.int64]]:
    """Return the outlines in EPSG:4326 and what became of each: sound, repaired, absent, refused."""
    raw: Geometries = shapely.from_wkb(features.wkb, on_invalid="ignore")
    state = np.array([_SOUND if value is not None else _ABSENT for value in features.wkb], dtype=np.int64)
    outlines = _in_degrees(raw, system)
    on_earth = _on_earth(outlines)
    for row in np.flatnonzero(state != _ABSENT):
        reason = _not_an_outline(raw[row]) or ("" if on_earth[row] else _OFF_EARTH)
        named = f"{row + 1} ({codes[row]})"
        if not reason:
            invalid = shapely.is_valid_reason(raw[row])
            outlines[row], repaired = _areal(outlines[row])
            reason = "" if outlines[row] is not None else "The outline encloses no area, even after repair."
            if repaired and not reason:
                state[row] = _REPAIRED
                said = f"The outline was not valid ({invalid}) and was repaired."
                mend = "look at it on the map"
                found.append(Problem("outline-repaired", said, Severity.REPAIRED, file, feature=named, mend=mend))
        if reason:
            state[row] = _REFUSED
            found.append(Problem("outline-refused", reason, Severity.LEFT_OUT, file, feature=named, mend="redraw it in a GIS"))
    return outlines, state


_OFF_EARTH = "The outline lies outside the Earth: its coordinates do not fit the coordinate system."


def _on_earth(outlines: Geometries) -> npt.NDArray[np.bool_]:
    bounds: Floats = shapely.bounds(outlines)
    limits = np.array([180.0, 90.0, 180.0, 90.0]) + 1e-7
    return np.asarray((np.abs(bounds) <= limits).all(axis=1))  # NaN and infinite bounds fail the comparison


def _not_an_outline(raw: Any) -> str:
    if raw is None or shapely.is_empty(raw):
        return "The geometry is empty or cannot be read."
    if shapely.get_type_id(raw) not in (*_POLYGONS, _COLLECTION):
        return f"A place has a polygon as its outline, and this is a {raw.geom_type}."
    return ""


def _in_degrees(raw: Geometries, system: pyproj.CRS) -> Geometries:
    if system.is_geographic and system.equals(pyproj.CRS(LONGITUDE_LATITUDE), ignore_axis_order=True):
        return raw.copy()
    transformer = pyproj.Transformer.from_crs(system, LONGITUDE_LATITUDE, always_xy=True)

    def project(points: Floats) -> Floats:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    outlines: Geometries = shapely.transform(raw, project)
    return outlines


def _areal(outline: Any) -> tuple[Any, bool]:
    """Return the (multi)polygon of an outline and whether it had to be repaired; None where it encloses nothing."""
    if shapely.is_valid(outline) and shapely.get_type_id(outline) in _POLYGONS:
        return (outline if outline.area > 0 else None), False
    mended = shapely.make_valid(outline)
    parts = [part for part in shapely.get_parts(shapely.get_parts(mended)) if shapely.get_type_id(part) == 3 and part.area > 0]
    return (shapely.union_all(parts) if parts else None), True


def _with_own_code(codes: list[str], state: npt.NDArray[np.int64], file: str, found: list[Problem]) -> npt.NDArray[np.bool_]:
    """Return which features stay: those that were not refused and whose code is there and not taken by an earlier one."""
    kept: npt.NDArray[np.bool_] = state != _REFUSED
    first: dict[str, int] = {}
    for row in np.flatnonzero(kept):
        code = codes[row]
        if not code:
            said = "The feature has no code."
            found.append(Problem("code-missing", said, Severity.LEFT_OUT, file, feature=str(row + 1), mend="give it a code"))
        elif code in first:
            said = f"The code stands already at feature {first[code] + 1}; the later one was left out."
            named = f"{row + 1} ({code})"
            mend = "merge the features, or give each its own code"
            found.append(Problem("code-twice", said, Severity.LEFT_OUT, file, feature=named, found=code, mend=mend))
        else:
            first[code] = int(row)
            continue
        kept[row] = False
    return kept


def _names(features: Features, columns: Sequence[str], row: int) -> dict[str, str]:
    names: dict[str, str] = {}
    for column in columns:
        text = _text(features.columns[column][row])
        if text:
            names.setdefault(_language_of(column), text)
    return names


def _language_of(column: str) -> str:
    for mark in (":", "_"):
        head, found, tail = column.lower().rpartition(mark)
        if found and head in ("name", "nom", "nombre", "nome") and 2 <= len(tail) <= 3 and tail.isalpha():
            return tail
    return "und"
