"""Where the files of Las Palmas lie, and the yardstick that several benchmarks pair with."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import osmium

DATA = Path(os.environ.get("EKISTICS_TEST_DATA", Path(__file__).parents[2] / "shared" / "data")) / "las_palmas"
OSM = DATA / "las_palmas_osm_20230221.pbf"


def require() -> None:
    """Leave with a sentence where the data are absent."""
    if not OSM.exists():
        print("the files of Las Palmas are absent: set EKISTICS_TEST_DATA to the folder that holds las_palmas/")
        sys.exit(0)


def yardstick() -> float:
    """Assemble every area of the extract with pyosmium and write it as WKB, nothing else; seconds."""
    start = time.perf_counter()
    factory = osmium.geom.WKBFactory()
    for one in osmium.FileProcessor(str(OSM)).with_areas().with_filter(osmium.filter.EmptyTagFilter()):
        if one.is_area():
            factory.create_multipolygon(one)
    return time.perf_counter() - start
