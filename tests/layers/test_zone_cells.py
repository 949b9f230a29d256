"""Cells in zones: shares of cells by area add up, and fine cells go to the zone that holds their middle."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate
from tests.layers.cells import grid_of, zones_in_cells

from ekistics.layers.zone_cells import middles_in_zones, shares_of_cells, zones_on

CUTS = st.lists(st.floats(8.0, 32.0), min_size=1, max_size=6)


def tiles(across: list[float], down: list[float], tilt: float = 0.0) -> list[shapely.Geometry]:
    """A region and the parts that cuts across and down make of it, turned as a whole."""
    region = rotate(shapely.box(10.3, 11.7, 29.1, 27.9), tilt)
    x, y = [-50.0, *sorted(across), 80.0], [-50.0, *sorted(down), 80.0]
    strips = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for i in range(len(x) - 1) for j in range(len(y) - 1)]
    parts = [shapely.intersection(one, region) for one in strips]
    return [region, *(one for one in parts if one.area > 1e-6 and one.geom_type == "Polygon")]


@settings(deadline=None, max_examples=25)
@given(CUTS, CUTS, st.floats(0, 90))
def test_people_in_are_people_out_however_a_region_is_cut(across, down, tilt):
    grid = grid_of(40, 40)
    people = np.random.default_rng(1).gamma(0.4, 60.0, (40, 40))
    sums = shares_of_cells(grid, zones_in_cells(grid, *tiles(across, down, tilt))).sums(people)
    assert sums[1:].sum() == pytest.approx(sums[0], rel=1e-9)


def test_shares_of_cells_add_up_to_the_area_of_each_zone():
    grid = grid_of(40, 40)
    zones = zones_in_cells(grid, *tiles([14.7, 22.0], [18.2], 31.0))
    sums = shares_of_cells(grid, zones).sums(np.ones((40, 40)))
    assert sums == pytest.approx(shapely.area(zones_on(grid, zones)), rel=1e-9)


def test_a_cell_that_a_border_cuts_is_shared_by_area():
    grid = grid_of(3, 3)
    people = np.arange(9.0).reshape(3, 3)
    west, east = shapely.box(0, 1, 1.25, 2), shapely.box(1.25, 1, 3, 2)
    sums = shares_of_cells(grid, zones_in_cells(grid, west, east)).sums(people)
    assert sums == pytest.approx([3 + 4 / 4, 4 * 3 / 4 + 5], rel=1e-9)


def test_a_zone_with_a_hole_has_nothing_of_the_hole():
    grid = grid_of(9, 9)
    ring = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)
    zones = zones_in_cells(grid, ring)
    assert shares_of_cells(grid, zones).sums(np.ones((9, 9))) == pytest.approx([72])
    assert middles_in_zones(grid, zones).cells.tolist() == [72]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.floats(-20, 130), st.floats(-20, 130)), min_size=4, max_size=12), st.integers(20, 90))
def test_cells_go_to_the_zone_that_holds_their_middle(points, rows):
    grid = grid_of(rows, 100, 30.0)
    drawn = shapely.convex_hull(shapely.MultiPoint(points)) ^ shapely.box(30, 30, 41, 41)
    if drawn.geom_type not in ("Polygon", "MultiPolygon") or drawn.area < 1e-3:
        return
    zones = zones_in_cells(grid, drawn)
    row, column = np.mgrid[:rows, :100]
    inside = shapely.contains_xy(zones_on(grid, zones)[0], column + 0.5, row + 0.5)
    found = middles_in_zones(grid, zones)
    assert found.cells.tolist() == [inside.sum()]
    assert found.counts((row % 7).astype(np.uint8), 7)[0].tolist() == [int((inside & (row % 7 == code)).sum()) for code in range(7)]


def test_zones_that_overlap_share_cells():
    grid = grid_of(10, 10, 100.0)
    found = middles_in_zones(grid, zones_in_cells(grid, shapely.box(0, 0, 10, 10), shapely.box(0, 0, 4, 10), shapely.box(2, 0, 5, 10)))
    assert found.counts(np.zeros((10, 10), np.uint8), 1)[:, 0].tolist() == [100, 40, 30]


def test_one_zone_can_be_taken_out():
    grid = grid_of(10, 10, 100.0)
    zones = zones_in_cells(grid, shapely.box(0, 0, 10, 10), shapely.box(0, 0, 4, 10))
    assert middles_in_zones(grid, zones).of(1).cells.tolist() == [40]
    assert shares_of_cells(grid, zones).of(1).sums(np.ones((10, 10))) == pytest.approx([40])


def test_what_lies_beyond_the_grid_is_not_covered():
    grid = grid_of(10, 10)
    zones = zones_in_cells(
        grid, shapely.box(0, 0, 10, 10), shapely.box(6, 0, 14, 5), shapely.box(30, 30, 40, 40), shapely.box(-9, 0, -4, 5)
    )
    for cells in (shares_of_cells(grid, zones), middles_in_zones(grid, zones)):
        assert cells.covered == pytest.approx([1, 0.5, 0, 0], abs=1e-9)


def test_a_zone_of_few_cells_is_covered_whichever_middles_it_holds():
    grid = grid_of(10, 10, 100.0)
    zones = zones_in_cells(grid, shapely.box(2.6, 2.6, 4.4, 4.4))
    assert middles_in_zones(grid, zones).cells.tolist() == [1]
    assert middles_in_zones(grid, zones).covered == pytest.approx([1])
