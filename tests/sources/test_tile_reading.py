"""Tiles that hold one number are decoded once, and every part of a file reads as rasterio reads it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine
from rasterio.windows import Window
from tests.made_grids import MOLLWEIDE

from ekistics.sources import tile_reading
from ekistics.sources.tile_reading import TileReader

TILE = 64
SHAPE = (4 * TILE - 10, 5 * TILE - 20)


@pytest.fixture(scope="module", autouse=True)
def small_tiles_count():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tile_reading, "_LEAST_CELLS", TILE)
        yield


class Counted:
    """A dataset that counts the cells that are decoded."""

    def __init__(self, dataset: Any) -> None:
        self.dataset, self.cells = dataset, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.dataset, name)

    def read(self, band: int, window: Window, **others: Any) -> Any:
        self.cells += window.width * window.height
        return self.dataset.read(band, window=window, **others)


def sea_with_islands(kind: str) -> np.ndarray:
    """Return a grid whose first tile rows are of one number, with an island, and the outside beyond it."""
    random = np.random.default_rng(3)
    grid = np.zeros(SHAPE, kind)
    grid[:, 3 * TILE :] = np.nan if np.dtype(kind).kind == "f" else 200
    grid[2 * TILE : 3 * TILE, TILE : 2 * TILE] = random.integers(0, 100, (TILE, TILE))
    grid[TILE + 5, 7] = 1  # a tile of one number but for a cell
    return grid


def written(folder: Path, grid: np.ndarray, **options: Any) -> Path:
    path = folder / "grid.tif"
    place = {"crs": MOLLWEIDE, "transform": Affine(1000, 0, 0, 0, -1000, 0)}
    tiles = {"tiled": True, "blockxsize": TILE, "blockysize": TILE} | options
    with rasterio.open(
        path, "w", driver="GTiff", height=grid.shape[0], width=grid.shape[1], count=1, dtype=grid.dtype, **place, **tiles
    ) as file:
        file.write(grid, 1)
    return path


@pytest.mark.parametrize("kind", ["float64", "float32", "uint32", "uint8", "int16"])
@pytest.mark.parametrize(
    "options",
    [
        {"compress": "lzw"},
        {"compress": "deflate", "predictor": 2},
        {"compress": "zstd", "sparse_ok": True},
        {"compress": "lzw", "tiled": False, "blockysize": 16},
        {},
    ],
    ids=["lzw", "deflate", "sparse", "strips", "plain"],
)
def test_whole_files_and_single_cells_read_as_they_were_written(tmp_path, kind, options):
    if kind == "uint8" and options.get("predictor"):
        options = {"compress": "deflate"}
    elif np.dtype(kind).kind == "f" and options.get("predictor"):
        options = options | {"predictor": 3}
    grid = sea_with_islands(kind)
    with rasterio.open(written(tmp_path, grid, **options)) as dataset:
        reader = TileReader(tmp_path / "grid.tif", dataset)
        for _ in range(2):  # as unknown tiles, and as known ones
            np.testing.assert_array_equal(reader.read(0, 0, *SHAPE), grid)
        assert reader.read(TILE + 5, 7, 1, 1)[0, 0] == 1
        assert reader.read(0, 0, *SHAPE).dtype == grid.dtype


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("packed"), sea_with_islands("float64"), compress="lzw")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(*(st.integers(0, n - 1) for n in SHAPE), *(st.integers(1, n) for n in SHAPE)), min_size=1, max_size=6))
def test_any_part_reads_as_rasterio_reads_it_whatever_was_read_before(packed, parts):
    with rasterio.open(packed) as dataset:
        reader = TileReader(packed, dataset)
        for top, left, rows, columns in parts:
            rows, columns = min(rows, SHAPE[0] - top), min(columns, SHAPE[1] - left)
            np.testing.assert_array_equal(
                reader.read(top, left, rows, columns), dataset.read(1, window=Window(left, top, columns, rows)), strict=True
            )


def test_a_tile_of_one_number_is_decoded_once_and_the_others_each_time(packed):
    with rasterio.open(packed) as dataset:
        counted = Counted(dataset)
        reader = TileReader(packed, counted)
        reader.read(0, 0, *SHAPE)
        counted.cells = 0
        reader.read(0, 0, *SHAPE)
        island, cell = TILE * TILE, TILE * TILE
        # whole tiles of nobody and of the outside are known; at the edges of the grid tiles are packed as filled up, and known as well
        assert island + cell <= counted.cells < 0.6 * SHAPE[0] * SHAPE[1]


def test_a_part_of_one_number_is_a_view_of_it_once_that_is_known(packed):
    with rasterio.open(packed) as dataset:
        reader = TileReader(packed, dataset)
        assert reader.read(0, 0, TILE, 2 * TILE).strides != (0, 0)
        sea = reader.read(0, TILE, TILE - 3, TILE + 5)
        assert sea.strides == (0, 0)
        assert sea.shape == (TILE - 3, TILE + 5)
        assert (sea == 0).all()


def test_a_tile_cut_off_at_the_edge_says_nothing_of_what_lies_beyond(tmp_path):
    # the last column of tiles is of one number where the grid is; what fills it up may be another
    grid = np.ones((TILE, 2 * TILE - 30), np.float64)
    with rasterio.open(written(tmp_path, grid, compress="lzw")) as dataset:
        reader = TileReader(tmp_path / "grid.tif", dataset)
        assert (reader.read(0, TILE, TILE, TILE - 30) == 1).all()
        assert (reader.read(0, 0, *grid.shape) == 1).all()


def test_strips_of_a_row_are_not_looked_for_and_read_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(tile_reading, "_LEAST_CELLS", 256 * 256)
    grid = sea_with_islands("float32")
    with rasterio.open(written(tmp_path, grid, compress="lzw", tiled=False, blockysize=1)) as dataset:
        counted = Counted(dataset)
        np.testing.assert_array_equal(TileReader(tmp_path / "grid.tif", counted).read(0, 0, *SHAPE), grid)
        assert counted.cells == grid.size


def test_a_damaged_tile_is_an_error_and_not_a_number(tmp_path):
    path = written(tmp_path, sea_with_islands("float64"), compress="deflate")
    with rasterio.open(path) as dataset:
        where, size = (int(dataset.get_tag_item(f"BLOCK_{name}_1_2", "TIFF", bidx=1)) for name in ("OFFSET", "SIZE"))
    with path.open("r+b") as file:
        file.seek(where)
        file.write(b"\xff" * size)
    with rasterio.open(path) as dataset, pytest.raises(rasterio.errors.RasterioError):
        TileReader(path, dataset).read(0, 0, *SHAPE)
