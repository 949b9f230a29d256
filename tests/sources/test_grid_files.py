"""Where shapes in degrees lie on a grid, and which part of it reaches around them."""

import numpy as np
import pyproj
import pytest
import shapely
from tests.made_grids import CORNER, MOLLWEIDE

from ekistics.sources.grid_files import Grid, Window

GRID = Grid((40, 60), (1000.0, 0.0, CORNER[0], 0.0, -1000.0, CORNER[1]), pyproj.CRS(MOLLWEIDE).to_wkt())


def in_cells(left: float, top: float, right: float, bottom: float) -> shapely.Geometry:
    """Return a box drawn in cells, columns to the right and rows down, in the grid's coordinates."""
    return shapely.box(CORNER[0] + 1000 * left, CORNER[1] - 1000 * bottom, CORNER[0] + 1000 * right, CORNER[1] - 1000 * top)


def test_shapes_in_degrees_are_placed_on_the_grid():
    drawn = np.array([in_cells(10, 5, 12, 8), in_cells(20, 5, 22, 8)], dtype=object)
    back = pyproj.Transformer.from_crs(GRID.system, "EPSG:4326", always_xy=True)
    degrees = shapely.transform(drawn, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))
    assert shapely.bounds(GRID.placed(degrees)) == pytest.approx(shapely.bounds(drawn), abs=0.01)
    assert shapely.bounds(GRID.placed(degrees[0])) == pytest.approx(shapely.bounds(drawn[0]), abs=0.01)


@pytest.mark.parametrize(
    ("box", "cells", "part"),
    [
        ((10.2, 5.2, 11.8, 7.8), 0, Window(5, 8, 10, 12)),
        ((10.0, 5.0, 12.0, 8.0), 0, Window(5, 8, 10, 12)),
        ((10.2, 5.2, 11.8, 7.8), 2, Window(3, 10, 8, 14)),
        ((-3.0, -3.0, 1.5, 1.5), 1, Window(0, 3, 0, 3)),
        ((58.5, 38.5, 90.0, 90.0), 1, Window(37, 40, 57, 60)),
    ],
)
def test_the_part_around_a_shape_ends_where_the_grid_does(box, cells, part):
    assert GRID.around(in_cells(*box), cells) == part


def test_the_part_around_several_shapes_holds_them_all():
    assert GRID.around(np.array([in_cells(1, 2, 3, 4), in_cells(30, 20, 31, 22)], dtype=object), 0) == Window(2, 22, 1, 31)


@pytest.mark.parametrize("box", [(-5, 5, 0, 8), (60, 5, 62, 8), (10, -4, 12, 0), (10, 40, 12, 42)])
def test_there_is_no_part_around_a_shape_off_the_grid_however_near(box):
    assert GRID.around(in_cells(*box), 10) == Window(0, 0, 0, 0)
