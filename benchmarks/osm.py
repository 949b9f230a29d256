"""The layers of an OpenStreetMap extract, beside assembling its areas with pyosmium and nothing else; the limit is 4 times that.

Reader and yardstick take turns in one process, and the best of each counts: what else runs on the machine slows both.
"""

from __future__ import annotations

import time

from benchmarks.las_palmas import OSM, require, yardstick

ROUNDS = 7
LIMIT = 4.0


def main() -> None:
    require()
    from ekistics.sources.osm import read_osm

    sticks, reads = [], []
    for _ in range(ROUNDS):
        sticks.append(yardstick())
        start = time.perf_counter()
        osm = read_osm(OSM)
        reads.append(time.perf_counter() - start)
        print(f"  read_osm {reads[-1]:.2f} s; yardstick {sticks[-1]:.2f} s; ratio {reads[-1] / sticks[-1]:.2f}")
    print(f"{len(osm.areas)} areas, {len(osm.streets)} street lines, {len(osm.problems)} problems told")
    print(f"best {min(reads):.2f} s over best {min(sticks):.2f} s: ratio {min(reads) / min(sticks):.2f} (limit {LIMIT:g})")


if __name__ == "__main__":
    main()
