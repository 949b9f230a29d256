"""The one door to h3: outlines of cells by their ids."""

from __future__ import annotations

from collections.abc import Sequence

import h3
import numpy as np
import shapely

from ekistics.model.extracts import Geometries


def are_cells(ids: Sequence[str]) -> bool:
    """Whether all of the ids (at least one) are H3 cells."""
    return bool(ids) and all(_is_cell(one) for one in ids)


def cell_polygons(ids: Sequence[str]) -> tuple[Geometries, list[int]]:
    """Return the outline of each cell in EPSG:4326 (None where the id is no cell), and the positions of those that are none."""
    outlines: Geometries = np.full(len(ids), None, dtype=object)
    wrong: list[int] = []
    for at, one in enumerate(ids):
        if _is_cell(one):
            outlines[at] = shapely.Polygon([(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(one)])
        else:
            wrong.append(at)
    return outlines, wrong


def _is_cell(text: str) -> bool:
    try:
        return bool(h3.is_valid_cell(text))
    except (ValueError, TypeError):
        return False
