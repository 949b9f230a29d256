"""A made-up town on grids: 20 × 20 km in a country of 40 × 40, with people and built-up land of 2000 and 2010 in round numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyproj
import shapely
import yaml
from tests.made_grids import CORNER, MOLLWEIDE, write_grid

TOWN = "XX_GRIDTOWN"
PEOPLE = {2000: 1_000_000.0, 2010: 1_100_000.0}
"""Residents of the town."""
BUILT_KM2 = {2000: 100.0, 2010: 120.0}
"""Built-up land of the town, in the west of it."""
BORDER = 5.42
"""Where the western half of the town ends, km from its west: within what was newly built."""
_TOP, _LEFT, _SIDE = 10, 10, 20
FINE = 10
"""Cells of 100 m to a cell of 1 km."""


def people(year: int) -> np.ndarray:
    """People a cell of 1 km: all cells of the town alike, and ten in each cell around it."""
    cells = np.full((40, 40), 10.0)
    cells[_TOP : _TOP + _SIDE, _LEFT : _LEFT + _SIDE] = PEOPLE[year] / _SIDE**2
    return cells


def built(year: int) -> np.ndarray:
    """What is built in cells of 100 m: the west of the town, farther to the east in the later year, and a hamlet outside."""
    cells = np.zeros((40 * FINE, 40 * FINE), np.uint8)
    columns = round(BUILT_KM2[year] / _SIDE * FINE)
    cells[_TOP * FINE : (_TOP + _SIDE) * FINE, _LEFT * FINE : _LEFT * FINE + columns] = 1
    cells[5:10, 5:10] = 1
    return cells


def outline(west: float = 0.0, north: float = 0.0, east: float = _SIDE, south: float = _SIDE) -> shapely.Geometry:
    """A rectangle in degrees, given in cells of 1 km from the corner of the town."""
    back = pyproj.Transformer.from_crs(MOLLWEIDE, "EPSG:4326", always_xy=True)
    x, y = CORNER[0] + 1000.0 * _LEFT, CORNER[1] - 1000.0 * _TOP

    def degrees(points: np.ndarray) -> np.ndarray:
        return np.column_stack(back.transform(x + 1000 * points[:, 0], y - 1000 * points[:, 1]))

    return shapely.transform(shapely.box(west, north, east, south), degrees)


def write_outlines(path: Path, **shapes: shapely.Geometry) -> None:
    """Write shapes as features with their code."""
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": shapely.geometry.mapping(one)} for code, one in shapes.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def grid_entry(kind: str, year: int, **options: object) -> dict:
    """Describe a grid as a manifest does, as written by `write_town`."""
    source = "made-people" if "population" in kind else "made-built"
    told = {"file": f"{kind}_{year}.tif", "as": kind, "source": source, "licence": "CC0-1.0", "date": f"{year}-12-31"}
    return told | ({"options": dict(options)} if options else {})


def write_manifest(folder: Path, *files: dict) -> Path:
    """Write the manifest of the town with these files."""
    place = {
        "code": TOWN,
        "name": "Gridtown",
        "boundaries": [{"edition": "1", "file": "town.geojson", "source": "made"}],
        "districts": {"file": "halves.geojson", "code": "code", "prefix": "XX_", "source": "made"},
    }
    (folder / "city.yaml").write_text(yaml.safe_dump({"place": place, "files": list(files)}), encoding="utf-8")
    return folder


def write_town(folder: Path) -> Path:
    """Write the grids of the town, its outline and that of its halves, and a manifest with people and built-up land of both years."""
    folder.mkdir(parents=True)
    write_outlines(folder / "town.geojson", town=outline())
    write_outlines(folder / "halves.geojson", WEST=outline(east=BORDER), EAST=outline(west=BORDER))
    for year in PEOPLE:
        write_grid(folder / f"population_grid_{year}.tif", people(year), dtype="float32", no_data=-9999)
        write_grid(folder / f"built_up_epoch_{year}.tif", built(year), cell=(100.0, 100.0), no_data=255)
    entries = [grid_entry(kind, year) for kind in ("population_grid", "built_up_epoch") for year in PEOPLE]
    return write_manifest(folder, *entries)
