"""What the page on settlements works on: grids of a country (real ones where they are at hand), squares as its municipalities, a city."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyproj
from scipy import ndimage
from tests.conftest import DATA
from tests.made_grids import CORNER, MOLLWEIDE, made_country, write_grid

BELGIUM = DATA / "belgium_ghsl"
SQUARE_KM = 20
BOX = (4.25, 50.76, 4.48, 50.92)
"""West, south, east, north of the city, degrees."""
CELL_M = 50.0


def make_settlements(home: Path) -> bool:
    """Fill a folder; whether the country is the real one."""
    country, city = home / "country", home / "city"
    country.mkdir(parents=True)
    city.mkdir()
    real = BELGIUM.is_dir()
    if real:
        for name, given in (("people", "POP"), ("built-up", "BUILT_S"), ("land", "LAND")):
            shutil.copyfile(BELGIUM / f"{given}.tif", country / f"{name}.tif")
        rows, columns = 219, 303
        corner = CORNER
    else:
        bands, corner = made_country(219, 303), _corner()
        write_grid(country / "people.tif", bands["people"], corner=corner)
        write_grid(country / "built-up.tif", bands["built_up"], corner=corner)
        write_grid(country / "land.tif", bands["land"], corner=corner)
        rows, columns = bands["people"].shape
    _municipalities(country / "municipalities.geojson", rows, columns, corner)
    _city(city)
    return real


def _corner() -> tuple[float, float]:
    """Return where a made country begins so that its largest city, at row 20 and column 20, lies in the box."""
    turn = pyproj.Transformer.from_crs("EPSG:4326", MOLLWEIDE, always_xy=True)
    x, y = turn.transform((BOX[0] + BOX[2]) / 2, (BOX[1] + BOX[3]) / 2)
    return round(x, -3) - 20_000, round(y, -3) + 20_000


def _municipalities(path: Path, rows: int, columns: int, corner: tuple[float, float]) -> None:
    turn = pyproj.Transformer.from_crs(MOLLWEIDE, "EPSG:4326", always_xy=True)
    features = []
    for row in range(0, rows - SQUARE_KM, SQUARE_KM):
        for column in range(0, columns - SQUARE_KM, SQUARE_KM):
            west, north = corner[0] + column * 1000, corner[1] - row * 1000
            east, south = west + SQUARE_KM * 1000, north - SQUARE_KM * 1000
            ring = [turn.transform(x, y) for x, y in ((west, south), (east, south), (east, north), (west, north), (west, south))]
            told = {"code": f"M{row // SQUARE_KM:02}{column // SQUARE_KM:02}"}
            features.append({"type": "Feature", "properties": told, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def _city(folder: Path) -> None:
    west, south, east, north = BOX
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    outline = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (folder / "outline.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [outline]}), encoding="utf-8")
    turn = pyproj.Transformer.from_crs("EPSG:4326", MOLLWEIDE, always_xy=True)
    left, bottom, right, top = turn.transform_bounds(*BOX)
    rows, columns = int((top - bottom) / CELL_M) + 40, int((right - left) / CELL_M) + 40
    row, column = np.mgrid[:rows, :columns]
    off = np.hypot(row - rows / 2, column - columns / 2)
    # blocks of some hundred metres are built at a time, by their rank in a smooth random field
    field = ndimage.gaussian_filter(np.random.default_rng(7).random((rows, columns)), 2.5)
    chance = np.empty(field.size)
    chance[np.argsort(field, axis=None)] = np.arange(field.size) / field.size
    chance = chance.reshape(rows, columns)
    for year, reach in ((1990, 70.0), (2000, 84.0), (2014, 100.0)):
        # one draw for all years: what is built stays
        built = chance < np.exp(-((off / reach) ** 2)) * 1.1
        write_grid(
            folder / f"built-{year}.tif",
            built,
            dtype="uint8",
            no_data=255,
            corner=(left - 20 * CELL_M, top + 20 * CELL_M),
            cell=(CELL_M, CELL_M),
        )
