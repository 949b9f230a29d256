"""Small GeoTIFFs of cells for tests: World Mollweide, 1 km, unless told otherwise; and a made country to classify."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.transform import Affine

MOLLWEIDE = "ESRI:54009"
CORNER = (187_000.0, 6_035_000.0)
"""West and north edge, m: in Belgium, where Mollweide's distortion is like that of real grids."""


def write_grid(
    path: Path, cells: Any, *, crs: Any = MOLLWEIDE, corner: tuple[float, float] = CORNER, cell: tuple[float, float] = (1000.0, 1000.0),
    no_data: float | None = None, dtype: str | None = None, transform: Any = None, **options: Any,
) -> Path:  # fmt: skip
    """Write cells, (rows, columns) or (bands, rows, columns), as a GeoTIFF; `options` are those of the driver."""
    array = np.asarray(cells, dtype=dtype)
    bands = array if array.ndim == 3 else array[np.newaxis]
    place = Affine(cell[0], 0, corner[0], 0, -cell[1], corner[1]) if transform is None else transform
    with rasterio.open(
        path, "w", driver="GTiff", count=len(bands), height=bands.shape[1], width=bands.shape[2], dtype=bands.dtype, crs=crs,
        transform=place, nodata=no_data, **options,
    ) as file:  # fmt: skip
        file.write(bands)
    return path


def made_country(rows: int = 60, columns: int = 80, seed: int = 4) -> dict[str, np.ndarray]:
    """Return people, built-up and land, (rows, columns), of a country with two cities, towns, villages, a lake and a sea.

    Built-up and land are shares. The larger city lies at row 20, column 20, the smaller at row 40, column 60.
    """
    random = np.random.default_rng(seed)
    row, column = np.mgrid[:rows, :columns]
    people = np.floor(random.gamma(0.4, 60.0, (rows, columns)))
    for at, across, most, size in (
        (20, 20, 9_000, 4.0),
        (40, 60, 7_000, 3.0),
        (12, 55, 4_000, 1.5),
        (48, 25, 2_500, 2.0),
        (30, 42, 1_500, 1.0),
    ):
        people += np.floor(most * np.exp(-((row - at) ** 2 + (column - across) ** 2) / (2 * size**2)))
    land = np.ones((rows, columns))
    land[:, :3] = 0.0
    land[18:20, 22:24] = 0.0
    land[:, 3] = 0.5
    people[land == 0] = 0.0
    built = np.minimum(np.round(people / 12_000, 6), land)
    return {"people": people, "built_up": built, "land": land}


def write_country(folder: Path, *, in_m2: bool = False, country: Mapping[str, np.ndarray] | None = None, **options: Any) -> dict[str, Path]:
    """Write the bands of a country as `people.tif`, `built_up.tif` and `land.tif`: shares, or m² as GHSL ships them (whole numbers)."""
    bands = country or made_country()
    written = {}
    for name, cells in bands.items():
        as_m2 = in_m2 and name != "people"
        dtype = "uint32" if as_m2 else "float64"
        no_data = 4_294_967_295 if as_m2 else -9999.0
        written[name] = write_grid(
            folder / f"{name}.tif", np.round(cells * 1e6) if as_m2 else cells, dtype=dtype, no_data=no_data, **options
        )
    return written


def left_over(folder: Path) -> list[str]:
    """Return what is in a folder that nobody asked for: files begun and not ended, parts that were kept."""
    return sorted(one.name for one in folder.iterdir() if one.name.startswith(".") or one.name.endswith(".part"))
