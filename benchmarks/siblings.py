"""Overlaps and gaps of 10,000 siblings against reading them from GeoPackage; run it as a script, it prints the ratio (at most 5)."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import geopandas
import numpy as np
import shapely

from ekistics.geo.siblings import sibling_faults
from ekistics.model.places import PlaceKind
from ekistics.sources.vector_adapter import read_features
from ekistics.sources.vectors import read_places

SIDE = 100
VERTICES = 40
"""Vertices of one side of a cell: districts are not squares."""


def cells() -> np.ndarray:
    """Make a grid whose shared sides wiggle; every hundredth cell is shifted, so that there is something to find."""
    step = np.linspace(0, 1, VERTICES, endpoint=False)
    wiggle = 0.1 * np.sin(2 * np.pi * step)
    made = []
    for row in range(SIDE):
        for column in range(SIDE):
            south = np.column_stack([column + step, row + wiggle])
            east = np.column_stack([column + 1 + wiggle, row + step])
            north = np.column_stack([column + step, row + 1 + wiggle])
            west = np.column_stack([column + wiggle, row + step])
            corner = [column + 1, row + 1], [column, row + 1]
            ring = np.vstack([south, east, [corner[0]], north[:0:-1], [corner[1]], west[:0:-1]])
            made.append(shapely.Polygon(0.001 * ring))
    found = np.array(made, dtype=object)
    found[::100] = shapely.transform(found[::100], lambda points: points + 0.0001)
    return found


def best(action, times: int = 3) -> float:
    """Return the least seconds of a few runs."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        spent.append(time.perf_counter() - start)
    return min(spent)


def main() -> None:
    made = cells()
    frame = geopandas.GeoDataFrame({"code": [f"{number:05d}" for number in range(len(made))]}, geometry=made, crs="EPSG:4326")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "siblings.gpkg"
        frame.to_file(path)
        bare = best(lambda: shapely.from_wkb(read_features(path).wkb))
        reading = best(lambda: read_places(path, kind=PlaceKind.DISTRICT, code_column="code"))
        outlines = read_places(path, kind=PlaceKind.DISTRICT, code_column="code").geometry
        check = best(lambda: sibling_faults(outlines))
        found = sibling_faults(outlines)
    print(f"{len(made)} siblings, {int(shapely.get_num_coordinates(made).sum())} vertices")
    print(f"overlaps {len(found.overlap)}, gaps {len(found.gap)}")
    print(f"read as bare geometry {bare:.3f} s, read as places {reading:.3f} s, overlaps and gaps {check:.3f} s")
    print(f"ratio to bare reading {check / bare:.2f}, to reading as places {check / reading:.2f}")


if __name__ == "__main__":
    main()
