"""The one door to pyogrio and geopandas, which are untyped."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd


def geopackage_bytes(layers: Mapping[str, tuple[Sequence[Mapping[str, Any]], Sequence[Any]]]) -> bytes:
    """Return a GeoPackage of several layers in EPSG:4326.

    Parameters
    ----------
    layers : by name: rows (column to value, all with the same columns) and their shapely geometries
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.gpkg"
        for name, (rows, shapes) in layers.items():
            frame = gpd.GeoDataFrame(list(rows), geometry=list(shapes), crs=4326)
            frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
        return path.read_bytes()
