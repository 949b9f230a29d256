"""Classify settlements, from two million cells in memory to the world from tiles; each beside a yardstick of the same run.

Run: `make bench-settlements`, or `python -m benchmarks.settlements [--world FOLDER] [--packed FOLDER] [--scale 1] [--skip world …]`.
The world is made (`made_world`), unless `--world` (tiles as they are) and `--packed` (compressed) name folders with people.tif, built.tif
and land.tif. Belgium (GHSL around it) is used
where EKISTICS_TEST_DATA or ../shared/data has it; otherwise a made country of the same size.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import rasterio
from benchmarks.made_world import made_world, write_band, write_world
from rasterio.windows import Window as FileWindow

from ekistics.engine.cluster import cluster_client, run_on_cluster
from ekistics.engine.steps import Steps, run_steps
from ekistics.places.degree_of_urbanisation import classify
from ekistics.places.settlement_cells import GridUnits
from ekistics.places.settlement_rules import settlement_rules
from ekistics.places.urban_extent import urban_extent
from ekistics.sources.grid_files import CACHE_BYTES, Window
from ekistics.sources.settlement_grids import SettlementGrids, open_settlement_grids
from ekistics.workspace.settlement.blockwise import Where, classify_grids

ROUNDS = 3
COMPRESSED_ROUNDS = 5
PARTS = ("memory", "world", "compressed", "dask", "windows")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def timed_and_computed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds, and seconds of computing on all cores."""
    computed = time.process_time()
    seconds = timed(work)
    return seconds, time.process_time() - computed


def touched(work: Callable[[], object], size: int) -> tuple[float, float]:
    """Return the seconds of a job for which the machine has memory at hand: a virtual one asks its host first, up to 2 s for a world."""
    np.full(size, 1, np.uint8)
    return timed_and_computed(work)


def peak_gb() -> float:
    """Return the largest memory of this process; what the process that started it took is not in it, as it would be in `getrusage`."""
    status = Path("/proc/self/status")
    if status.exists():
        told = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(told.split()[1]) * 1024 / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def apart(work: Callable[..., dict[str, float]], *told: object) -> dict[str, float]:
    """Run in a process of its own, so that its memory is its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(work, told)


def belgium() -> tuple[list[np.ndarray], GridUnits] | None:
    """Return the bands around Belgium as GHSL ships them, where they are at hand."""
    data = Path(os.environ.get("EKISTICS_TEST_DATA", Path(__file__).parents[2] / "shared" / "data")) / "belgium_ghsl"
    if not data.is_dir():
        return None
    grids = open_settlement_grids(data / "POP.tif", data / "BUILT_S.tif", data / "LAND.tif")
    bands = [band for band in grids.read(next(iter(grids.windows()))) if band is not None]
    return bands, GridUnits(1e6, 1e6, grids.no_data)


def write_tiled(folder: Path, times: int) -> bool:
    """Write Belgium again and again as compressed tiles, 66,357 × times² cells; False where it is not at hand."""
    found = belgium()
    if found is None:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for name, band, empty in zip(("people", "built", "land"), found[0], found[1].no_data, strict=True):
        write_band(folder / f"{name}.tif", np.tile(band, (times, times)), empty, compress="lzw")
    return True


def in_memory() -> dict[str, float]:
    """Level 2 of 30 Belgiums, 1.99 million cells."""
    found = belgium()
    single, units = found if found else (list(made_world(219, 303)), GridUnits())
    bands = [np.tile(band, (6, 5)) for band in single]
    floor = peak_gb()
    classify(*(band[:300] for band in bands), units=units)  # loads the compiled code
    seconds = min(timed(lambda: classify(*bands, units=units)) for _ in range(7))
    one_pass = min(timed(lambda: [np.nansum(band) for band in bands]) for _ in range(7))
    return {"cells": bands[0].size, "seconds": seconds, "pass": one_pass, "before": floor, "peak": peak_gb()}


def streaming_pass(grids: SettlementGrids) -> None:
    """Read everything once and sum it."""
    for window in grids.windows():
        for band in grids.read(window):
            if band is not None:
                np.sum(band)


def decode(grids: SettlementGrids, threads: int) -> None:
    """Read everything once as rasterio does by itself: the same parts in the same order, and as many at a time."""
    windows, own = list(grids.windows()), threading.local()
    paths = [path for path in (grids.people, grids.built_up, grids.land) if path is not None]

    def read(window: Window) -> int:
        if not hasattr(own, "files"):
            own.files = [rasterio.open(path) for path in paths]
        part = FileWindow(window.left, window.top, window.right - window.left, window.bottom - window.top)
        with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES):
            bands = [file.read(1, window=part) for file in own.files]
        return len(bands)

    run_steps(Steps("decode", lambda: windows, read, sum, len(windows)), threads=threads)


def world(folder: str) -> dict[str, float]:
    """Level 2 of a world from uncompressed tiles, one core."""
    grids, rules = opened(Path(folder)), settlement_rules()
    streaming_pass(grids)
    passes, seconds = [], []
    for _ in range(ROUNDS):
        passes.append(timed(lambda: streaming_pass(grids)))
        seconds.append(timed(lambda: classify_grids(grids, rules=rules)))
    ratios = sorted(one / other for one, other in zip(seconds, passes, strict=True))
    cells = grids.grid.shape[0] * grids.grid.shape[1]
    return {"cells": cells, "pass": min(passes), "seconds": min(seconds), "ratio": ratios[len(ratios) // 2], "peak": peak_gb()}


def compressed(folder: str) -> dict[str, float]:
    """The same from compressed tiles, beside decoding alone with as many threads: seconds, and computing on all cores.

    Decoding is what rasterio does by itself; the program decodes a tile of one number, as the sea is full of, once. The
    median of rounds in which the two come one after the other: a machine that slows down slows both.
    """
    grids, rules = opened(Path(folder)), settlement_rules()
    found: dict[str, float] = {}
    for threads in (1, 2):
        where = Where(threads=threads)
        jobs = (partial(decode, grids, threads), partial(classify_grids, grids, rules=rules, where=where))
        jobs[1]()
        rounds = [[touched(job, 2 * grids.grid.shape[0] * grids.grid.shape[1]) for job in jobs] for _ in range(COMPRESSED_ROUNDS)]
        pairs = np.array(rounds)  # (rounds, [decoding, all], [seconds, computing])
        ratio, computed = np.median(pairs[:, 1] / pairs[:, 0], axis=0)
        found |= {f"seconds_{threads}": float(np.median(pairs[:, 1, 0])), f"ratio_{threads}": float(ratio)}
        found[f"computed_{threads}"] = float(computed)
    return {**found, "peak": peak_gb()}


def dask(folder: str) -> dict[str, float]:
    """One worker and two on the same cores, and whether the classes are the same as here."""
    grids, rules = opened(Path(folder)), settlement_rules()
    here = classify_grids(grids, rules=rules, where=Where(threads=2)).classes
    found: dict[str, float] = {}
    for workers in (1, 2):
        with cluster_client(workers=workers) as client:
            where = Where(dask=True, address=client.scheduler.address)
            classify_grids(grids, rules=rules, where=where)
            seconds = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                classes = classify_grids(grids, rules=rules, where=where).classes
                seconds.append(time.perf_counter() - began)
            found[f"seconds_{workers}"] = min(seconds)
            found[f"same_{workers}"] = float(np.array_equal(classes, here))
    return found


def window_extent(seed: int) -> int:
    """Find the urban extent of one made city window of 2,000 × 2,000 cells at 30 m."""
    return len(urban_extent(made_city(seed), cell_m=30.0).clusters)


def made_city(seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    row, column = np.mgrid[:2000, :2000]
    chance = np.exp(-np.hypot(row - 1000, column - 1000) / random.uniform(300, 600))
    return random.random((2000, 2000)) < chance * 0.8


def windows(count: int) -> dict[str, float]:
    """Urban extents of city windows, on one and on two Dask workers."""
    found: dict[str, float] = {}
    for workers in (1, 2):
        with cluster_client(workers=workers) as client:
            client.gather(client.map(window_extent, range(workers * 2), pure=False))
            steps = Steps("windows", lambda: range(count), window_extent, sum, count)
            found[f"seconds_{workers}"] = timed(lambda steps=steps, client=client: run_on_cluster(steps, client))
    return found


def packed_files(scratch: Path, scale: int, world: Path | None) -> Iterator[tuple[str, Path, bool]]:
    """Give compressed grids one after the other, and whether they are the world that limits are for; Belgium tiled is nothing but towns."""
    if write_tiled(scratch / "belgium", 33):
        yield "Belgium tiled to 72 M cells", scratch / "belgium", False
    if world is None:
        world = scratch / "packed"
        write_world(world, scale, compress="lzw", shipped=True)
    yield "the same from LZW tiles", world, True


def opened(folder: Path) -> SettlementGrids:
    return open_settlement_grids(folder / "people.tif", folder / "built.tif", folder / "land.tif")


def line(job: str, found: str, limit: str, good: bool, *, limited: bool = True) -> None:
    verdict = ("reached" if good else "MISSED ") if limited else "told   "
    print(f"{verdict}  {job:<58} {found:<52} {limit if limited else 'no limit: nothing but towns'}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", type=Path, help="folder with people.tif, built.tif and land.tif")
    parser.add_argument("--packed", type=Path, help="folder with the same, compressed")
    parser.add_argument("--scale", type=int, default=1, help="of the made world: 10 makes a hundredth of its cells")
    parser.add_argument("--windows", type=int, default=100)
    parser.add_argument("--skip", nargs="*", default=[], choices=PARTS)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ekistics-world-") as scratch:
        if "memory" not in told.skip:
            one = apart(in_memory)
            text = f"{one['seconds']:.3f} s ({one['seconds'] / one['pass']:.1f} passes), {one['peak']:.2f} GB ({one['before']:.2f} before)"
            line(f"level 2, {one['cells']:,.0f} cells in memory", text, "≤ 0.12 s, ≤ 0.4 GB", one["seconds"] <= 0.12 and one["peak"] <= 0.4)
        if "world" not in told.skip:
            folder = told.world or Path(scratch) / "world"
            if not told.world:
                write_world(folder, told.scale)
            one = apart(world, str(folder))
            text = f"{one['seconds']:.2f} s, {one['ratio']:.2f} passes of {one['pass']:.2f} s, {one['peak']:.2f} GB"
            line(
                f"level 2, {one['cells']:,.0f} cells from tiles, one core",
                text,
                "≤ 3.5 passes, ≤ 1.5 GB",
                one["ratio"] <= 3.5 and one["peak"] <= 1.5,
            )
        files = [] if {"compressed", "dask"} <= set(told.skip) else packed_files(Path(scratch), told.scale, told.packed)
        for name, folder, limited in files:
            if "compressed" not in told.skip:
                one = apart(compressed, str(folder))
                ways = ", ".join(
                    f"{one[f'ratio_{threads}']:.2f} × ({one[f'computed_{threads}']:.2f} × computing, {one[f'seconds_{threads}']:.2f} s) "
                    f"with {threads} thread{'s' * (threads > 1)}"
                    for threads in (1, 2)
                )
                good = max(one["ratio_1"], one["ratio_2"]) <= 1.25
                line(f"{name}, beside decoding", f"{ways}, {one['peak']:.2f} GB", "≤ 1.25 ×", good, limited=limited)
            if "dask" not in told.skip:
                one = dask(str(folder))
                gain = one["seconds_1"] / one["seconds_2"]
                text = f"{one['seconds_1']:.2f} s and {one['seconds_2']:.2f} s: {gain:.2f} ×, efficiency {gain / 2:.0%}"
                same = one["same_1"] * one["same_2"] == 1
                line(f"{name}, one and two Dask workers", text, "≥ 1.5 ×, cell for cell", gain >= 1.5 and same, limited=limited)
    if "windows" not in told.skip:
        one = windows(told.windows)
        gain = one["seconds_1"] / one["seconds_2"]
        text = f"{one['seconds_1']:.2f} s and {one['seconds_2']:.2f} s: {gain:.2f} ×, efficiency {gain / 2:.0%}"
        line(f"urban extent of {told.windows} windows of 2,000 × 2,000 on Dask", text, "≥ 1.5 ×", gain >= 1.5)


if __name__ == "__main__":
    main()
