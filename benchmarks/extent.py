"""The share of built-up land within walking distance, beside other ways to sum over a circle, and the five classes beside the share.

Run: `python -m benchmarks.extent [--side CELLS] [--windows COUNT] [--rounds COUNT] [--without-peers]`. Cells of 30 m, a circle of
564 m. All take turns in one process, and the best of each counts: what else runs on the machine slows all. opencv is compared with
where it is installed (pip install opencv-python-headless); it is no dependency of ours.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import ndimage, signal

from ekistics.geo.discs import disc_cells, disc_counts, half_widths
from ekistics.places.urban_extent import urban_extent

CELL_M, RADIUS_M = 30, 564
RADIUS = RADIUS_M / CELL_M
WINDOW = 2_000
LIMITS = {"cv2.filter2D": 3.5, "scipy oaconvolve": 10.0, "scipy fftconvolve": 10.0}
"""How many times faster than these the counts must be."""
LIMIT_OF_CLASSES = 5.0


def made_land(side: int) -> np.ndarray:
    """Make built-up cells of towns: thick around some centres, thin between them, in pieces of a few cells; about a quarter in all."""
    chance = np.random.default_rng(11)
    coarse = ndimage.gaussian_filter(chance.random((side // 50 + 2, side // 50 + 2)).astype(np.float32), 6)
    coarse = (coarse - coarse.min()) / (coarse.max() - coarse.min())
    land = np.empty((side, side), bool)
    column = np.arange(side) / 50
    for row in range(side):
        if row % 500 == 0:
            fine = ndimage.uniform_filter(chance.random((500, side), dtype=np.float32), 3)
        near = np.interp(column, np.arange(coarse.shape[1]), coarse[row // 50])
        land[row] = fine[row % 500] > 0.76 - 0.38 * near
    return land


def kernel() -> np.ndarray:
    widths = half_widths(RADIUS)
    column = np.arange(len(widths)) - len(widths) // 2
    return (np.abs(column) <= widths[:, None]).astype(np.float32)


def peers(land: np.ndarray) -> dict[str, Callable[[], np.ndarray]]:
    """Return the other ways, each with its own kind of input ready."""
    cells, disc = land.astype(np.float32), kernel()
    found = {
        "scipy oaconvolve": lambda: signal.oaconvolve(cells, disc, mode="same"),
        "scipy fftconvolve": lambda: signal.fftconvolve(cells, disc, mode="same"),
    }
    if importlib.util.find_spec("cv2") is None:
        print("opencv is not installed: not compared with cv2.filter2D")
        return found
    import cv2

    cv2.setNumThreads(1)
    return {"cv2.filter2D": lambda: cv2.filter2D(cells, -1, disc, borderType=cv2.BORDER_CONSTANT), **found}


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def largest_memory() -> float:
    """Return the largest memory of the process so far, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def memory_now() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def bench_memory(land: np.ndarray) -> None:
    before = memory_now()
    disc_counts(land, RADIUS)
    counted = largest_memory()
    urban_extent(land, cell_m=CELL_M)
    print(f"memory beyond the input: counts {(counted - before) / land.size:.2f} bytes a cell (2 of them are the output)")
    print(f"  classes and clusters {(largest_memory() - before) / land.size:.2f} bytes a cell (1 of them is the class raster)")


def bench_classes(land: np.ndarray, rounds: int) -> None:
    circle, classes = [], []
    for _ in range(rounds):
        circle.append(seconds(lambda: disc_counts(land, RADIUS)))
        classes.append(seconds(lambda: urban_extent(land, cell_m=CELL_M)))
    print(f"circle counts: best {min(circle):.3f} s = {min(circle) / land.size * 1e9:.2f} ns a cell")
    ratio = min(classes) / min(circle)
    print(f"five classes, extent and clusters: best {min(classes):.3f} s: {ratio:.2f} x the circle alone (limit {LIMIT_OF_CLASSES:g})")
    lakes = np.random.default_rng(2).random((50, 50)) < 0.1
    on_map = ~np.kron(lakes, np.ones((land.shape[0] // 50 + 1,) * 2, bool))[: land.shape[0], : land.shape[1]]
    spent = min(seconds(lambda: urban_extent(land, cell_m=CELL_M, on_map=on_map)) for _ in range(rounds))
    print(f"  with lakes, where a share needs two counts: {spent / (2 * min(circle)):.2f} x the two")
    found = urban_extent(land, cell_m=CELL_M).cells
    print("  classes: " + ", ".join(f"{one.name.lower()} {count / land.size:.1%}" for one, count in found.items()))


def bench_peers(land: np.ndarray, rounds: int) -> None:
    found, exact = peers(land), disc_counts(land, RADIUS)
    ours, theirs = [], {name: [] for name in found}
    for _ in range(rounds):
        for name, work in found.items():
            ours.append(seconds(lambda: disc_counts(land, RADIUS)))
            theirs[name].append(seconds(work))
    for name, work in found.items():
        ratio = min(theirs[name]) / min(ours)
        off = float(np.abs(work() - exact).max())
        print(f"{name}: best {min(theirs[name]):.2f} s, {ratio:.1f} x as long (at least {LIMITS[name]:g}); off by up to {off:.1g} cells")


def bench_windows(land: np.ndarray, windows: int) -> None:
    """Print the time a cell of many city windows beside that of the whole grid: linear in cells."""
    across = land.shape[0] // WINDOW
    if across == 0:
        return
    whole = min(seconds(lambda: urban_extent(land, cell_m=CELL_M)) for _ in range(2)) / land.size
    start = time.perf_counter()
    for number in range(windows):
        row, column = divmod(number % across**2, across)
        cut = land[row * WINDOW : (row + 1) * WINDOW, column * WINDOW : (column + 1) * WINDOW]
        urban_extent(np.ascontiguousarray(cut), cell_m=CELL_M)
    each = (time.perf_counter() - start) / windows
    print(f"{windows} windows of {WINDOW:,} x {WINDOW:,}: {each:.3f} s each = {each / WINDOW**2 * 1e9:.1f} ns a cell", end="")
    print(f", {each / WINDOW**2 / whole:.2f} x the time a cell of the whole grid ({whole * 1e9:.1f} ns)")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--side", type=int, default=10_000)
    options.add_argument("--windows", type=int, default=100)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--without-peers", action="store_true")
    chosen = options.parse_args()
    land = made_land(chosen.side)
    urban_extent(land[:300, :300], cell_m=CELL_M)  # compile
    disc_counts(land[:300, :300], RADIUS)
    print(f"{chosen.side:,} x {chosen.side:,} cells, {land.mean():.0%} built-up; circle of {disc_cells(RADIUS):,} cells")
    bench_memory(land)
    bench_classes(land, chosen.rounds)
    bench_windows(land, chosen.windows)
    if not chosen.without_peers:
        bench_peers(land, chosen.rounds)


if __name__ == "__main__":
    main()
