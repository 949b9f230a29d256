"""Names of settlements from a layer of points or areas (a gazetteer): GeoPackage, GeoJSON, Shapefile or GeoParquet.

A settlement takes the name that ranks highest among those that lie in it: by population where the layer has it, else the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from ekistics.model.errors import InvalidInput
from ekistics.sources.numbers import NumberStyle, parse_number
from ekistics.sources.vector_adapter import Features, read_features

NAME_COLUMNS = ("name", "name_en", "nom", "nombre", "nome", "toponym")
RANK_COLUMNS = ("population", "pop", "pop_max", "people", "rank_population")


@dataclass(frozen=True)
class Gazetteer:
    """Names, (names,), with their place in degrees, the highest ranking first; `without_name` are features that say none."""

    name: tuple[str, ...]
    longitude: npt.NDArray[np.float64]
    latitude: npt.NDArray[np.float64]
    without_name: int = 0


def read_gazetteer(path: Path, *, name_column: str | None = None, rank_column: str | None = None) -> Gazetteer:
    """Read names and where they are.

    Parameters
    ----------
    name_column, rank_column : found by their names when absent; without a rank the order of the file decides

    Raises
    ------
    InvalidInput
        If the file cannot be read, has no column of names, or does not say its coordinate system.
    """
    features = read_features(path)
    if features.crs is None:
        raise InvalidInput("the file does not say its coordinate system", file=path.name, mend="save it with one, such as EPSG:4326")
    names = features.columns[_column(features, name_column, NAME_COLUMNS, path.name)]
    ranked = _column(features, rank_column, RANK_COLUMNS, path.name, optional=rank_column is None)
    rank = _numbers(features.columns[ranked]) if ranked else np.zeros(len(features))
    try:
        shapes = shapely.from_wkb(features.wkb)
    except shapely.errors.GEOSException as error:
        raise InvalidInput(
            "the places of the file cannot be read", file=path.name, found=str(error), mend="open and save it again in a GIS"
        ) from error
    middle = shapely.centroid(shapes)
    turn = pyproj.Transformer.from_crs(features.crs, "EPSG:4326", always_xy=True)
    longitude, latitude = (np.asarray(one, np.float64) for one in turn.transform(shapely.get_x(middle), shapely.get_y(middle)))
    texts = np.array(["" if value is None or value != value else str(value).strip() for value in names.tolist()], dtype=object)
    known = np.isfinite(longitude) & np.isfinite(latitude) & (texts != "")
    order = np.argsort(-rank[known], kind="stable")
    kept = np.flatnonzero(known)[order]
    return Gazetteer(tuple(texts[kept]), longitude[kept], latitude[kept], int((~known).sum()))


def _column(features: Features, asked: str | None, usual: tuple[str, ...], file: str, *, optional: bool = False) -> str:
    if asked is not None:
        if asked not in features.columns:
            raise InvalidInput("no such column", file=file, found=", ".join(features.columns), expected=asked)
        return asked
    found = {name.lower(): name for name in features.columns}
    chosen = next((found[one] for one in usual if one in found), "")
    if not chosen and not optional:
        raise InvalidInput("no column of names", file=file, found=", ".join(features.columns), expected=" or ".join(usual))
    return chosen


def _numbers(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Return what places are ranked by; one that says no number ranks last."""
    if values.dtype.kind in "biuf":
        return np.nan_to_num(values.astype(np.float64), nan=0.0)
    read = (parse_number(value if isinstance(value, str) else str(value), NumberStyle()).value for value in values.tolist())
    return np.nan_to_num(np.array([0.0 if one is None else one for one in read], np.float64), nan=0.0)
