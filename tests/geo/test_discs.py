"""Counts within circles, beside one sum over the circle for each cell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.geo.discs import disc_any_of_rows, disc_cells, disc_cells_of_rows, disc_counts, disc_counts_of_rows, half_widths


def naive(mask: np.ndarray, radius: float) -> np.ndarray:
    """Look from every cell at every cell."""
    row, column = np.indices(mask.shape)
    counts = np.zeros(mask.shape, np.int64)
    for r, c in np.ndindex(mask.shape):
        within = (row - r) ** 2 + (column - c) ** 2 <= radius**2 + 1e-9
        counts[r, c] = (mask[within] != 0).sum()
    return counts


@st.composite
def masks(draw) -> np.ndarray:
    rows, columns = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    return np.array(draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))).reshape(rows, columns)


RADII = st.sampled_from([0.0, 0.9, 1.0, 1.5, 2.0, 2.9, 100 / 30, 4.0, 5.64, 9.5, 18.8])


@settings(deadline=None)
@given(mask=masks(), radius=RADII)
def test_counts_are_those_of_looking_at_every_cell(mask: np.ndarray, radius: float) -> None:
    assert np.array_equal(disc_counts(mask, radius), naive(mask, radius))


@settings(deadline=None)
@given(mask=masks(), radius=RADII)
def test_any_is_a_count_above_0(mask: np.ndarray, radius: float) -> None:
    assert np.array_equal(disc_any_of_rows(mask, radius, 0, len(mask)), naive(mask, radius) > 0)


@settings(deadline=None)
@given(mask=masks(), radius=RADII, cut=st.integers(0, 12))
def test_work_in_blocks_of_rows_changes_nothing(mask: np.ndarray, radius: float, cut: int) -> None:
    cut = min(cut, len(mask))
    blocks = [disc_counts_of_rows(mask, radius, 0, cut), disc_counts_of_rows(mask, radius, cut, len(mask))]
    assert np.array_equal(np.concatenate(blocks), disc_counts(mask, radius))


@settings(deadline=None)
@given(rows=st.integers(1, 30), columns=st.integers(1, 30), radius=RADII, cut=st.integers(0, 29))
def test_cells_of_the_grid_are_counts_where_all_are_1(rows: int, columns: int, radius: float, cut: int) -> None:
    first = min(cut, rows)
    counted = disc_counts_of_rows(np.ones((rows, columns), bool), radius, first, rows)
    assert np.array_equal(disc_cells_of_rows((rows, columns), radius, first, rows), counted)


def test_circles_as_they_are_published_have_their_cells() -> None:
    assert [disc_cells(564 / 30), disc_cells(564 / 100), disc_cells(500 / 100)] == [1109, 97, 81]


def test_a_centre_exactly_on_the_circle_is_within_whatever_the_floating_point() -> None:
    assert disc_cells(0.3 / 0.1) == disc_cells(3) == 29
    assert disc_cells(2.999) == 25


def test_a_circle_wider_than_a_byte_counts_exactly() -> None:
    mask = np.ones((300, 300), np.uint8)
    mask[::7, ::3] = 0
    radius = 144.0
    widths = half_widths(radius)
    middle = sum(int(mask[150 + row - 144, 150 - width : 150 + width + 1].sum()) for row, width in enumerate(widths.tolist()))
    assert disc_counts(mask, radius)[150, 150] == middle
    row, column = np.indices((300, 300)) - 150
    assert disc_counts(np.ones((300, 300), bool), radius)[150, 150] == disc_cells(radius) == (row**2 + column**2 <= 144**2).sum()


def test_cells_that_are_not_0_count_once_whatever_they_are() -> None:
    assert disc_counts(np.array([[0, 255, 7]], np.uint8), 1).tolist() == [[1, 2, 2]]


def test_a_view_across_the_grid_counts_as_its_copy() -> None:
    mask = np.random.default_rng(1).random((9, 14)) < 0.5
    assert np.array_equal(disc_counts(mask[::2, ::3].T, 2), disc_counts(mask[::2, ::3].T.copy(), 2))


def test_a_circle_that_16_bits_cannot_count_is_refused() -> None:
    with pytest.raises(ValueError, match=r"66,\d{3} cells is more than 65,535"):
        disc_counts(np.ones((3, 3), bool), 145.2)


@pytest.mark.parametrize("radius", [-1.0, float("nan"), float("inf")])
def test_a_radius_that_is_none_is_refused(radius: float) -> None:
    with pytest.raises(ValueError, match="the radius of a circle"):
        half_widths(radius)
