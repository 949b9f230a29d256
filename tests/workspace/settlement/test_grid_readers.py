"""Where a grid lies in degrees."""

from __future__ import annotations

import pyproj
import pytest
from tests.made_grids import CORNER, MOLLWEIDE

from ekistics.sources.grid_files import Grid
from ekistics.workspace.settlement.grid_readers import extent_of


def grid(west, north, rows, columns, cell=1000.0):
    return Grid((rows, columns), (cell, 0.0, west, 0.0, -cell, north), pyproj.CRS.from_user_input(MOLLWEIDE).to_wkt())


def test_a_grid_of_a_country_lies_between_its_corners():
    west, south, east, north = extent_of(grid(*CORNER, 219, 303))
    assert (west, south, east, north) == pytest.approx((2.4410, 49.4523, 6.5784, 51.5518), abs=1e-4)


def test_a_grid_of_the_world_has_corners_off_the_earth_and_holds_all_of_it():
    west, south, east, north = extent_of(grid(-18_041_000.0, 9_000_000.0, 18_000, 36_082))
    assert (west, south, east, north) == pytest.approx((-180, -90, 180, 90), abs=5.0)


def test_a_grid_of_which_only_a_corner_is_on_earth_lies_there():
    west, south, east, north = extent_of(grid(-16_041_000.0, 6_000_000.0, 1_000, 4_000))
    assert -180 <= west < east <= -90
    assert 30 <= south < north <= 60


def test_a_grid_that_is_nowhere_on_earth_is_taken_as_anywhere():
    assert extent_of(grid(17_900_000.0, 8_900_000.0, 10, 10)) == (-180.0, -90.0, 180.0, 90.0)
