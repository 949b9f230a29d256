"""From cells to pixels: cut to what a map shows, and thinned by majority so that a page stays light."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ekistics.model.grids import CellImage

Bytes = npt.NDArray[np.uint8]
Bounds = tuple[float, float, float, float]

NOTHING = 255
"""The code of cells that are not drawn."""


def cut(image: CellImage, bounds: Bounds) -> CellImage:
    """Return the whole cells of an image that bounds (west, south, east, north in degrees) touch; all of it where they touch none."""
    west, south, east, north = image.bounds
    rows, columns = image.codes.shape
    wide, high = (east - west) / columns, (north - south) / rows
    first, last = _span((bounds[0] - west) / wide, (bounds[2] - west) / wide, columns)
    top, bottom = _span((north - bounds[3]) / high, (north - bounds[1]) / high, rows)
    if first >= last or top >= bottom:
        return image
    where = (west + first * wide, north - bottom * high, west + last * wide, north - top * high)
    return CellImage(image.codes[top:bottom, first:last], where)


def _span(start: float, end: float, count: int) -> tuple[int, int]:
    return min(max(math.floor(start + 1e-9), 0), count), min(max(math.ceil(end - 1e-9), 0), count)


def thinned(image: CellImage, most: int) -> CellImage:
    """Return an image of at most `most` columns and 1.6 times as many rows: each pixel has the code that most of its cells have.

    Blocks are square; at the east and south they may reach past the image, whose bounds grow with them. Of codes equally frequent the
    lowest stays, and nothing gives way to something.

    Examples
    --------
    >>> cells = CellImage(np.array([[1, 1, 2, 2], [1, 3, 255, 2]], dtype=np.uint8), (0.0, 0.0, 4.0, 2.0))
    >>> thinned(cells, 2).codes
    array([[1, 2]], dtype=uint8)
    """
    rows, columns = image.codes.shape
    size = max(math.ceil(columns / most), math.ceil(rows / (1.6 * most)))
    if size <= 1:
        return image
    down, across = math.ceil(rows / size), math.ceil(columns / size)
    padded = np.full((down * size, across * size), NOTHING, dtype=np.uint8)
    padded[:rows, :columns] = image.codes
    found = np.full((down, across), NOTHING, dtype=np.uint8)
    best = np.zeros((down, across), dtype=np.uint32)
    for code in np.unique(image.codes).tolist():
        counts = (padded == code).reshape(down, size, across, size).sum(axis=(1, 3), dtype=np.uint32)
        better = counts > best
        found[better], best[better] = code, counts[better]
    west, south, east, north = image.bounds
    wide, high = (east - west) / columns, (north - south) / rows
    return CellImage(found, (west, north - down * size * high, west + across * size * wide, north))


def placed_in_palette(codes: Bytes, order: list[int]) -> Bytes:
    """Return for each cell where its code stands in `order`; codes that do not stand there get the number after the last."""
    table = np.full(256, len(order), dtype=np.uint8)
    for place, code in enumerate(order):
        table[code] = place
    return table[codes]
