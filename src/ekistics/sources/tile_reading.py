"""GeoTIFFs read tile by tile, where tiles that hold one number throughout, as the sea does, are decoded once and not a thousand times.

Tiles of one file that are packed into the same bytes hold the same numbers. So a tile is known by its bytes, without decoding them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from rasterio.windows import Window as FileWindow

__all__ = ["TileReader"]

Band = npt.NDArray[Any]

_PACKED_AT_LEAST = 64
"""A tile of one number is packed to less than this part of its size: LZW makes a 700th of 512 × 512 float64, DEFLATE a 1000th."""
_LEAST_CELLS = 256 * 256
"""Of a tile, from which it is looked for: to look takes 20 µs. Strips of a row or two are decoded as quickly."""
_MOST_KNOWN = 1000
"""Packed forms that are remembered; a file has one for each number that fills whole tiles: no data, nobody, all land."""


class TileReader:
    """Reads parts of the one band of an open GeoTIFF. Not for several threads at once, as the dataset is not."""

    def __init__(self, path: Path, dataset: Any) -> None:
        self._path, self._dataset = path, dataset
        self._height, self._width = dataset.block_shapes[0]
        self.kind = np.dtype(dataset.dtypes[0])
        cells = self._height * self._width
        looked_for = dataset.compression is not None and cells >= _LEAST_CELLS
        self._most_bytes = cells * self.kind.itemsize // _PACKED_AT_LEAST if looked_for else 0
        self._known: dict[bytes, Any] = {}

    def read(self, top: int, left: int, rows: int, columns: int) -> Band:
        """Read a part, (rows, columns); one that is known to hold one number is a view of that number, its strides are 0.

        Raises
        ------
        RasterioError, OSError
            If the file is damaged there.
        """
        if self._most_bytes == 0:
            plain: Band = self._dataset.read(1, window=FileWindow(left, top, columns, rows))
            return plain
        tile_rows = range(top // self._height, -(-(top + rows) // self._height))
        tiles = range(left // self._width, -(-(left + columns) // self._width))
        with self._path.open("rb") as file:
            packed = {row: {tile: self._packed(file, row, tile) for tile in tiles} for row in tile_rows}
        kinds = {one for row in packed.values() for one in row.values()}
        if len(kinds) == 1 and kinds <= self._known.keys():
            return np.broadcast_to(self._known[kinds.pop()], (rows, columns))
        part = np.empty((rows, columns), self.kind)
        for row in tile_rows:
            self._read_row(part, top, left, row, packed[row])
        return part

    def _read_row(self, part: Band, top: int, left: int, tile_row: int, packed: dict[int, bytes]) -> None:
        first, past = max(top, tile_row * self._height), min(top + len(part), (tile_row + 1) * self._height)
        band = part[first - top : past - top]
        for known, several in groupby(packed, key=lambda tile: packed[tile] in self._known):
            stretch = list(several)
            start, end = max(left, stretch[0] * self._width), min(left + part.shape[1], (stretch[-1] + 1) * self._width)
            if known:
                for tile in stretch:
                    band[:, self._inside(tile, left)] = self._known[packed[tile]]
                continue
            self._dataset.read(1, window=FileWindow(start, first, end - start, past - first), out=band[:, start - left : end - left])
            if past - first == self._height:
                self._learn((packed[tile], band[:, self._inside(tile, left)]) for tile in stretch if packed[tile])

    def _inside(self, tile: int, left: int) -> slice:
        return slice(max(0, tile * self._width - left), (tile + 1) * self._width - left)

    def _packed(self, file: BinaryIO, tile_row: int, tile: int) -> bytes:
        """Return the bytes of a tile, none where it is too large to hold one number, or is left out of the file."""
        where, size = (self._dataset.get_tag_item(f"BLOCK_{name}_{tile}_{tile_row}", "TIFF", bidx=1) for name in ("OFFSET", "SIZE"))
        if where is None or size is None or not 0 < int(size) <= self._most_bytes:
            return b""
        file.seek(int(where))
        return file.read(int(size))

    def _learn(self, tiles: Iterator[tuple[bytes, Band]]) -> None:
        for packed, cells in tiles:
            whole = cells.shape == (self._height, self._width)  # of a tile that is cut off nothing is known beyond
            if whole and len(self._known) < _MOST_KNOWN and _is_uniform(cells):
                self._known[packed] = cells[0, 0]


def _is_uniform(cells: Band) -> bool:
    first = cells[0, 0]
    if first != first:  # one NaN is as good as another
        return bool(np.isnan(cells).all())
    return bool((cells[0] == first).all() and (cells == first).all())
