"""The one door to pyogrio and geopandas, which are untyped."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio


def geopackage_bytes(layers: Mapping[str, tuple[Sequence[Mapping[str, Any]], Sequence[Any]]]) -> bytes:
    """Return a GeoPackage of several layers in EPSG:4326.

    Parameters
    ----------
    layers : by name: rows (column to value, all with the same columns) and their shapely geometries

    Raises
    ------
    OSError
        If it cannot be written, as on a full disk.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.gpkg"
        for name, (rows, shapes) in layers.items():
            frame = gpd.GeoDataFrame(list(rows), geometry=list(shapes), crs=4326)
            try:
                frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
            except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
                raise OSError(f"the layer {name} cannot be written to the temporary folder ({str(error)[:80]})") from error
        return path.read_bytes()
