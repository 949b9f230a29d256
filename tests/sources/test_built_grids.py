"""Grids of built-up land: what their numbers are, which cells are built and which are known, and years of first being built."""

import numpy as np
import pytest
from tests.made_grids import write_grid

from ekistics.model.errors import InvalidInput
from ekistics.sources.built_grids import (
    PERCENT,
    SHARE,
    SQUARE_METRES,
    UNITS,
    YES_NO,
    check_first_built,
    open_built_grid,
    read_first_built,
)

WHOLE = (0, 2, 0, 3)


def written(path, cells, *, side=100.0, **more):
    return write_grid(path / "built.tif", cells, cell=(side, side), **more)


def opened(path, cells, *, built_from=0.5, unit="", **more):
    return open_built_grid(written(path, cells, **more), built_from=built_from, unit=unit)


@pytest.mark.parametrize(
    ("cells", "dtype", "unit"),
    [
        ([[0, 1, 0], [1, 1, 0]], "uint8", YES_NO),
        ([[0, 1, 0], [1, 1, 0]], "float32", YES_NO),
        ([[0, 0.5, 0.4], [1, 0.9, 0]], "float32", SHARE),
        ([[0, 5000, 4999], [10_000, 9000, 0]], "uint16", SQUARE_METRES),
        ([[0, 5000, 4999], [10_000, 9000, 0]], "float64", SQUARE_METRES),
    ],
)
def test_what_the_numbers_are_is_recognised(tmp_path, cells, dtype, unit):
    grid = opened(tmp_path, cells, dtype=dtype)
    assert grid.unit == unit
    assert (f"taken as {unit}; a cell is taken as built from 50% of it on" in grid.said) is (unit != YES_NO)
    assert grid.read(WHOLE)[0].tolist() == [[False, True, False], [True, True, False]]


@pytest.mark.parametrize("side", [30.0, 100.0])
def test_square_metres_are_of_the_cell(tmp_path, side):
    whole = side**2
    grid = opened(tmp_path, [[0, whole * 0.5, whole * 0.49], [whole, whole * 0.6, 0]], dtype="float32", side=side, unit=SQUARE_METRES)
    assert grid.read(WHOLE)[0].tolist() == [[False, True, False], [True, True, False]]


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_that_is_told_is_taken(tmp_path, unit):
    whole = {YES_NO: 1, SHARE: 1, PERCENT: 100, SQUARE_METRES: 10_000}[unit]
    grid = opened(tmp_path, [[0, whole, 0], [0, 0, whole]], dtype="uint16", unit=unit)
    assert grid.read(WHOLE)[0].tolist() == [[False, True, False], [False, False, True]]


def test_how_much_of_a_cell_makes_it_built_is_an_option(tmp_path):
    grid = opened(tmp_path, [[0, 20, 19], [100, 90, 0]], dtype="uint8", unit=PERCENT, built_from=0.2)
    assert grid.read(WHOLE)[0].tolist() == [[False, True, False], [True, True, False]]


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        ([[0, 60, 40], [100, 90, 0]], "uint8"),  # percentages, or m² of cells that hold little
        ([[0, 1, 2], [3, 4, 5]], "uint8"),  # classes
        ([[0, 1, 255], [1, 1, 0]], "uint8"),  # 255 without being told as no data
        ([[0, 60, 255], [100, 90, 0]], "uint8"),  # bytes cannot hold the m² of a whole cell
        ([[0, 20_000, 0], [0, 0, 0]], "uint16"),  # more than a cell has
        ([[0, 0.5, -1], [1, 0.9, 0]], "float32"),
        ([[0, 1, -1], [1, 1, 0]], "int16"),
    ],
)
def test_numbers_that_may_mean_two_things_are_refused(tmp_path, cells, dtype):
    with pytest.raises(InvalidInput, match=r"not beyond doubt.*say the unit \(yes-no, share, percent, m2\)"):
        opened(tmp_path, cells, dtype=dtype)


def test_a_unit_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match=r"no such unit.*found acres.*yes-no, share, percent, m2"):
        opened(tmp_path, [[0, 1]], dtype="uint8", unit="acres")


@pytest.mark.parametrize("built_from", [0, -0.1, 1.5, 50, float("nan")])
def test_a_part_of_a_cell_that_is_no_share_is_refused(tmp_path, built_from):
    with pytest.raises(InvalidInput, match="built_from is no share"):
        opened(tmp_path, [[0, 1]], dtype="uint8", built_from=built_from)


def test_cells_without_data_are_not_known_and_not_built(tmp_path):
    built, known = opened(tmp_path, [[0, 1, 255], [255, 1, 0]], dtype="uint8", no_data=255).read(WHOLE)
    assert built.tolist() == [[False, True, False], [False, True, False]]
    assert known.tolist() == [[True, True, False], [False, True, True]]


@pytest.mark.parametrize("no_data", [None, float("nan"), -9999.0])
def test_nan_is_not_known(tmp_path, no_data):
    cells = [[0, 0.7, np.nan], [-9999 if no_data == -9999 else np.nan, 1, 0]]
    built, known = opened(tmp_path, cells, dtype="float32", no_data=no_data).read(WHOLE)
    assert built.tolist() == [[False, True, False], [False, True, False]]
    assert known.tolist() == [[True, True, False], [False, True, True]]


@pytest.mark.parametrize("side", [10.0, 30.0, 100.0, 250.0])
def test_cells_from_10_to_250_m_are_taken(tmp_path, side):
    assert opened(tmp_path, [[0, 1]], dtype="uint8", side=side).grid.cell_m == side


@pytest.mark.parametrize("side", [1.0, 1000.0])
def test_other_cells_are_refused(tmp_path, side):
    with pytest.raises(InvalidInput, match="not of a size that an urban extent can be found from"):
        opened(tmp_path, [[0, 1]], dtype="uint8", side=side)


def test_cells_that_are_not_square_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match="cells of 30 × 60"):
        open_built_grid(write_grid(tmp_path / "b.tif", [[0, 1]], dtype="uint8", cell=(30.0, 60.0)))


def test_degrees_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match=r"not on an equal-area projection.*degrees"):
        open_built_grid(write_grid(tmp_path / "b.tif", [[0, 1]], dtype="uint8", crs="EPSG:4326", corner=(4, 51), cell=(0.001, 0.001)))


def test_a_projection_that_does_not_keep_areas_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="not on an equal-area projection"):
        open_built_grid(write_grid(tmp_path / "b.tif", [[0, 1]], dtype="uint8", crs="EPSG:32631", cell=(30, 30)))


FIRST = [[1990, 2000, 65535], [0, 1990, 2010]]


def test_years_of_first_being_built_are_told(tmp_path):
    grid, years = check_first_built(written(tmp_path, FIRST, dtype="uint16", no_data=65535))
    assert (grid.cell_m, years) == (100, (1990, 2000, 2010))


def test_a_cell_that_was_never_built_has_no_year(tmp_path):
    cells = [[1990, 2000, 65535], [0, 1990, 7]]
    path = written(tmp_path, cells, dtype="uint16")
    assert check_first_built(path, not_built=7)[1] == (1990, 2000)
    first = read_first_built(path, WHOLE, not_built=7)
    assert first.tolist() == [[1990, 2000, 65535], [65535, 1990, 65535]]


def test_no_data_has_no_year(tmp_path):
    assert read_first_built(written(tmp_path, [[1990, 9, 9]], dtype="int16", no_data=9), (0, 1, 0, 3), not_built=0).tolist() == [
        [1990, 65535, 65535]
    ]


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [([[0, 1], [1, 0]], "uint8"), ([[1990, 5], [0, 0]], "uint16"), ([[1990.5, 2000], [0, 0]], "float32"), ([[0, 0], [0, 0]], "uint16")],
)
def test_a_grid_that_does_not_hold_years_is_refused(tmp_path, cells, dtype):
    with pytest.raises(InvalidInput, match=r"does not hold years.*whole numbers such as 1990"):
        check_first_built(written(tmp_path, cells, dtype=dtype))


def test_a_number_that_is_no_year_is_refused_where_it_is_read(tmp_path):
    with pytest.raises(InvalidInput, match=r"does not hold years.*found 5;"):
        read_first_built(written(tmp_path, [[1990, 5, 0]], dtype="uint16"), (0, 1, 0, 3), not_built=65535)
