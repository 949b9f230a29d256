"""The one door to rasterio's PNG writer: cells as a picture with a palette, a few thousand bytes for a city."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rasterio.io import MemoryFile
from rasterio.transform import Affine

Colour = tuple[int, int, int]


def indexed_png(pixels: npt.NDArray[np.uint8], palette: Sequence[Colour]) -> bytes:
    """Return (rows, columns) places in a palette as a PNG; what lies past the end of the palette is clear.

    The file's palette has the colours in the order given and one clear entry after them, so that whoever reads it can tell a place
    in it from its number.
    """
    clear = len(palette)
    rows, columns = pixels.shape
    with MemoryFile() as memory:
        # without a position rasterio warns of a picture that is nowhere; the picture itself keeps none
        nowhere = Affine(1.0, 0.0, 0.0, 0.0, -1.0, float(rows))
        deep = {"NBITS": 4} if clear < 16 else {}
        with memory.open(
            driver="PNG", width=columns, height=rows, count=1, dtype="uint8", transform=nowhere, ZLEVEL=9, **deep
        ) as file:  # fmt: skip
            file.write(np.minimum(pixels, clear).astype(np.uint8), 1)
            file.write_colormap(1, {place: (*colour, 255) for place, colour in enumerate(palette)} | {clear: (0, 0, 0, 0)})
        memory.seek(0)
        return bytes(memory.read())
