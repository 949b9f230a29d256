"""A made world of settlements: 18,000 × 36,082 cells of 1 km² with the shares of land, towns and cities that the real one has.

Nothing is fetched. `python -m benchmarks.made_world FOLDER [--scale 10] [--compress lzw]` writes people, built-up and land.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import Affine
from scipy import ndimage

ROWS, COLUMNS = 18_000, 36_082
LAND_SHARE = 0.30
"""Of the cells inside the ellipse, as on Earth with the coasts counted in."""
CITIES, TOWNS, VILLAGES = 2_100, 68_000, 300_000
"""For the whole world; fewer at a smaller scale."""


def made_world(rows: int, columns: int, seed: int = 8) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return people, built-up and land shares, (rows, columns) float32, NaN outside the ellipse."""
    random = np.random.default_rng(seed)
    part = rows * columns / (ROWS * COLUMNS)
    coarse = ndimage.gaussian_filter(random.standard_normal((90, 181)), 3, mode="wrap")
    sea_level = np.quantile(coarse, 1 - LAND_SHARE)
    land = np.empty((rows, columns), np.float32)
    across = np.linspace(0, 180, columns)
    for row in range(rows):
        at = row / rows * 89
        low = int(at)
        line = coarse[low] * (1 - at + low) + coarse[min(89, low + 1)] * (at - low)
        land[row] = np.clip((np.interp(across, np.arange(181), line) - sea_level) * 400 + 0.5, 0, 1)
    people = np.zeros((rows, columns), np.float32)
    for row in range(0, rows, 1000):
        block = land[row : row + 1000]
        lived = (block > 0) & (random.random(block.shape, np.float32) < 0.35)
        people[row : row + 1000][lived] = random.gamma(0.6, 14.0, int(lived.sum())).astype(np.float32)
    for count, least, shape, density in ((CITIES, 3.0, 1.6, 5200.0), (TOWNS, 1.2, 2.6, 2600.0), (VILLAGES, 0.6, 3.0, 900.0)):
        _settle(people, land, random, max(1, int(count * part)), least, shape, density)
    built = np.minimum(0.55, people / 9000.0).astype(np.float32)
    half_height, half_width = rows / 2, columns / 2
    for row in range(rows):
        reach = half_width * np.sqrt(max(0.0, 1 - ((row + 0.5 - half_height) / half_height) ** 2))
        outside = np.abs(np.arange(columns) + 0.5 - half_width) > reach
        for band in (people, built, land):
            band[row, outside] = np.nan
    return people, built, land


def _settle(people: np.ndarray, land: np.ndarray, random, count: int, least: float, shape: float, density: float) -> None:
    rows, columns = people.shape
    placed = 0
    while placed < count:
        row, column = random.integers(40, rows - 40), random.integers(40, columns - 40)
        if land[row, column] < 0.9:
            continue
        placed += 1
        radius = min(38.0, least * (1 + random.pareto(shape)))
        reach = int(np.ceil(radius * 1.6))
        r, c = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        spread = density * random.uniform(0.6, 1.6) * np.exp(-((r * r + c * c) / (radius * radius)) * 1.2)
        spread *= random.uniform(0.25, 1.6, spread.shape)
        window = people[row - reach : row + reach + 1, column - reach : column + reach + 1]
        kept = land[row - reach : row + reach + 1, column - reach : column + reach + 1] > 0.2
        if window.shape == spread.shape:
            window += (spread * (spread > 40) * kept).astype(np.float32)


def as_shipped(people: np.ndarray, built: np.ndarray, land: np.ndarray, seed: int = 9) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the bands as GHSL ships them: people as float64, built-up and land as whole m²; rivers and lanes make no two cells alike."""
    random = np.random.default_rng(seed)
    outside = np.isnan(land)
    ground, roofs = np.zeros(land.shape, np.uint32), np.zeros(land.shape, np.uint32)
    for row in range(0, land.shape[0], 1000):
        part = slice(row, row + 1000)
        shape = land[part].shape
        wet = np.where(random.random(shape, np.float32) < 0.3, random.gamma(0.5, 0.01, shape), 0.0)
        ground[part] = np.nan_to_num(np.clip(land[part] - wet * (land[part] > 0), 0, 1) * 1e6).astype(np.uint32)
        lanes = np.where((land[part] > 0) & (random.random(shape, np.float32) < 0.5), random.gamma(0.7, 0.004, shape), 0.0)
        roofs[part] = np.nan_to_num(np.clip(built[part] + lanes, 0, 1) * 1e6).astype(np.uint32)
    ground[outside], roofs[outside] = NO_DATA, NO_DATA
    return people.astype(np.float64), roofs, ground


NO_DATA = 4_294_967_295


def write_world(
    folder: Path, scale: int = 1, *, compress: str | None = None, seed: int = 8, shipped: bool = False
) -> tuple[Path, Path, Path]:
    """Write the three bands as GeoTIFFs of 512 × 512 tiles in World Mollweide; `scale` 10 makes a hundredth of the cells."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = (folder / "people.tif", folder / "built.tif", folder / "land.tif")
    rows, columns = ROWS // scale, COLUMNS // scale
    bands = made_world(rows, columns, seed)
    for path, band in zip(paths, as_shipped(*bands) if shipped else bands, strict=True):
        write_band(path, band, np.nan if np.issubdtype(band.dtype, np.floating) else NO_DATA, compress=compress)
    return paths


def write_band(path: Path, band: np.ndarray, no_data: float, *, compress: str | None = None) -> None:
    """Write one band as a GeoTIFF of 512 × 512 tiles in World Mollweide, its middle at 0, 0."""
    rows, columns = band.shape
    shift = Affine(1000, 0, -columns // 2 * 1000, 0, -1000, rows // 2 * 1000)
    told = {"compress": compress} if compress else {}
    with rasterio.open(
        path, "w", driver="GTiff", height=rows, width=columns, count=1, dtype=band.dtype, crs="ESRI:54009", transform=shift, nodata=no_data,
        tiled=True, blockxsize=512, blockysize=512, bigtiff="if_safer", num_threads="all_cpus", **told,
    ) as file:  # fmt: skip
        file.write(band, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--compress")
    parser.add_argument("--shipped", action="store_true", help="number types as GHSL ships them")
    told = parser.parse_args()
    print(*write_world(told.folder, told.scale, compress=told.compress, shipped=told.shipped), sep="\n")
