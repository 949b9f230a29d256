"""Units over a grid: each sub-cell in one unit, nobody twice and nobody lost."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput
from ekistics.sources.unit_cells import GridFrame, overlay_units, people_in_centres, spread_over_units

FRAME = GridFrame(left=0.0, top=3000.0, cell_m=1000.0, rows=3, columns=4)
CLASSES = np.array([[30, 30, 12, 11], [30, 21, 12, 11], [13, 13, 10, 255]], dtype=np.uint8)
PEOPLE = np.arange(12, dtype=np.float64).reshape(3, 4) * 100


def boxes(*bounds):
    return np.array([shapely.box(*one) for one in bounds], dtype=object)


def table(cells):
    """Return {(unit, row, column): sub-cells}; no pair may come twice."""
    found = {(int(u), int(r), int(c)): int(n) for u, r, c, n in zip(cells.unit, cells.row, cells.column, cells.sub_cells, strict=True)}
    assert len(found) == len(cells.unit)
    return found


def naive(polygons, frame, parts):
    """Ask for each sub-cell's centre, unit by unit, who holds it first."""
    found = {}
    side = frame.cell_m / parts
    for row in range(frame.rows * parts):
        for column in range(frame.columns * parts):
            centre = shapely.Point(frame.left + (column + 0.5) * side, frame.top - (row + 0.5) * side)
            holder = next((number for number, one in enumerate(polygons) if one.contains(centre)), None)
            if holder is not None:
                key = (holder, row // parts, column // parts)
                found[key] = found.get(key, 0) + 1
    return found


def test_a_unit_of_whole_cells_has_all_their_sub_cells():
    assert table(overlay_units(boxes((0, 1000, 2000, 3000)), FRAME)) == {(0, r, c): 400 for r in (0, 1) for c in (0, 1)}


def test_a_cell_is_shared_by_the_centres_that_each_unit_holds():
    assert table(overlay_units(boxes((0, 2000, 300, 3000), (300, 2000, 1000, 3000)), FRAME)) == {(0, 0, 0): 120, (1, 0, 0): 280}


def test_where_units_overlap_the_first_has_the_sub_cell():
    cells = overlay_units(boxes((0, 2000, 600, 3000), (400, 2000, 1000, 3000)), FRAME)
    assert table(cells) == {(0, 0, 0): 240, (1, 0, 0): 160}


def test_a_shared_slanting_border_gives_each_sub_cell_once():
    left = shapely.Polygon([(0, 0), (4000, 3000), (0, 3000)])
    right = shapely.Polygon([(0, 0), (4000, 0), (4000, 3000)])
    cells = overlay_units(np.array([left, right], dtype=object), FRAME)
    assert cells.sub_cells.sum() == 12 * 400


def test_a_unit_without_a_centre_has_the_sub_cells_it_touches_and_counts_no_people():
    cells = overlay_units(boxes((0, 2000, 1000, 3000), (999, 2410, 1001, 2420)), FRAME)
    assert table(cells) == {(0, 0, 0): 400, (1, 0, 0): 1, (1, 0, 1): 1}
    assert cells.too_small.tolist() == [False, True]
    assert cells.counts.tolist() == [True, False]


def test_a_unit_held_wholly_by_earlier_ones_is_said_to_be_covered():
    cells = overlay_units(boxes((0, 1000, 2000, 3000), (0, 2000, 1000, 3000)), FRAME)
    assert (cells.covered.tolist(), cells.too_small.tolist()) == ([False, True], [False, False])
    assert table(cells)[1, 0, 0] == 400
    assert spread_over_units(cells, PEOPLE, CLASSES).people_outside == PEOPLE.sum() - PEOPLE[:2, :2].sum()


def test_a_unit_beyond_the_grid_is_said_to_be_and_one_off_the_grid_has_no_cell():
    cells = overlay_units(boxes((3500, 0, 4500, 3000), (9000, 0, 9900, 900), (0, 0, 1000, 1000)), FRAME)
    assert cells.beyond.tolist() == [True, True, False]
    assert set(cells.unit.tolist()) == {0, 2}
    assert cells.too_small[1]


def test_a_hole_in_a_unit_is_not_its_own():
    ring = shapely.box(0, 0, 3000, 3000).difference(shapely.box(1000, 1000, 2000, 2000))
    assert (0, 1, 1) not in table(overlay_units(np.array([ring], dtype=object), FRAME))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-500, 4500), st.floats(-500, 3500), st.floats(30, 1800), st.integers(3, 7)), min_size=1, max_size=5),
    st.sampled_from([4, 7, 9, 4096]),
)
def test_every_window_gives_what_asking_each_centre_gives(spots, window):
    polygons = np.array([shapely.affinity.rotate(shapely.Point(x, y).buffer(r, quad_segs=n), 7.3) for x, y, r, n in spots], dtype=object)
    cells = overlay_units(polygons, FRAME, sub_cell_m=250, window=window)
    own = {key: number for key, number in table(cells).items() if cells.counts[key[0]]}
    assert own == naive(polygons, FRAME, 4)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-500, 4500), st.floats(-500, 3500), st.floats(1, 1800)), min_size=1, max_size=6))
def test_people_in_units_and_outside_add_up_to_the_grid(spots):
    cells = overlay_units(np.array([shapely.Point(x, y).buffer(r) for x, y, r in spots], dtype=object), FRAME)
    pieces = spread_over_units(cells, PEOPLE, CLASSES)
    inside = pieces.people[pieces.counts[pieces.unit]].sum()
    assert inside + pieces.people_outside == pytest.approx(pieces.people_total, rel=1e-12)
    assert pieces.people_total == PEOPLE.sum()


def test_people_and_area_are_spread_evenly_over_a_cell_with_its_class():
    pieces = spread_over_units(overlay_units(boxes((1000, 1000, 1250, 2000)), FRAME), PEOPLE, CLASSES)
    assert (pieces.code.tolist(), pieces.people.tolist(), pieces.area_km2.tolist()) == ([21], [125.0], [0.25])


def test_a_finer_grid_of_people_takes_the_class_of_the_cell_around():
    fine = GridFrame(left=1000.0, top=2000.0, cell_m=500.0, rows=2, columns=4)
    people = np.array([[1, 2, 4, 8], [16, 32, 64, 128]], dtype=np.float32)
    cells = overlay_units(boxes((1000, 1000, 3000, 2000)), fine)
    pieces = spread_over_units(cells, people, CLASSES, class_frame=FRAME)
    assert {code: pieces.people[pieces.code == code].sum() for code in (21, 12)} == {21: 51.0, 12: 204.0}


def test_people_off_the_class_grid_have_no_class_and_are_not_lost():
    wide = GridFrame(left=-1000.0, top=3000.0, cell_m=1000.0, rows=1, columns=2)
    pieces = spread_over_units(overlay_units(boxes((-1000, 2000, 1000, 3000)), wide), np.array([[5.0, 7.0]]), CLASSES, class_frame=FRAME)
    assert dict(zip(pieces.code.tolist(), pieces.people.tolist(), strict=True)) == {255: 5.0, 30: 7.0}


def test_people_of_units_are_told_by_urban_centre():
    labels = np.array([[7, 7, -1, -1], [7, -1, -1, 0], [-1, -1, -1, 0]], dtype=np.int32)
    cells = overlay_units(boxes((0, 1000, 2000, 3000), (2000, 0, 4000, 3000), (3999, 500, 4001, 501)), FRAME)
    found = people_in_centres(cells, PEOPLE, labels)
    pairs = dict(zip(zip(found.unit.tolist(), found.centre.tolist(), strict=True), found.people.tolist(), strict=True))
    assert pairs == {(0, 7): 500.0, (1, 0): 1800.0, (2, 0): 1100 / 400}
    assert found.unit_people.tolist() == [1000.0, 3900.0, 1100 / 400]


@pytest.mark.parametrize(("left", "cell_m"), [(40.0, 500.0), (0.0, 300.0), (0.0, 2000.0)])
def test_a_grid_of_people_that_does_not_fit_is_refused_with_the_mending(left, cell_m):
    frame = GridFrame(left=left, top=3000.0, cell_m=cell_m, rows=2, columns=2)
    cells = overlay_units(boxes((0, 2000, 1000, 3000)), frame)
    with pytest.raises(InvalidInput, match=r"does not fit into the class grid.*warp"):
        spread_over_units(cells, np.ones((2, 2)), CLASSES, class_frame=FRAME)


def test_a_cell_that_sub_cells_do_not_divide_is_refused():
    with pytest.raises(InvalidInput, match=r"whole sub-cells.*take sub-cells of 50 m"):
        overlay_units(boxes((0, 0, 1, 1)), FRAME, sub_cell_m=300)


def test_a_line_for_a_unit_is_refused_by_its_number():
    with pytest.raises(InvalidInput, match=r"feature 2: a spatial unit is not a polygon.*LineString"):
        overlay_units(np.array([shapely.box(0, 0, 9, 9), shapely.LineString([(0, 0), (1, 1)])], dtype=object), FRAME)


def test_negative_people_are_refused_and_nan_is_nobody():
    cells = overlay_units(boxes((0, 0, 4000, 3000)), FRAME)
    holed = PEOPLE.copy()
    holed[2, 3] = np.nan
    assert spread_over_units(cells, holed, CLASSES).people_total == PEOPLE.sum() - 1100
    holed[2, 3] = -200
    with pytest.raises(InvalidInput, match="negative"):
        spread_over_units(cells, holed, CLASSES)


def test_a_turned_grid_is_refused():
    with pytest.raises(InvalidInput, match="turned"):
        GridFrame.of((1000, 5, 0, 0, -1000, 0), (3, 4))
    assert GridFrame.of((1000, 0, 0, 0, -1000, 3000), (3, 4)) == FRAME


def test_the_grid_and_the_people_are_left_as_they_were():
    people = PEOPLE.copy()
    spread_over_units(overlay_units(boxes((0, 0, 2000, 2000)), FRAME), people, CLASSES)
    assert np.array_equal(people, PEOPLE)


def test_the_people_of_belgium_are_all_in_units_or_outside(data):
    with rasterio.open(data("belgium_ghsl", "POP.tif")) as grid:
        people, frame = grid.read(1), GridFrame.of(grid.transform, grid.shape)
    middle = (frame.left + frame.columns * 500.0, frame.top - frame.rows * 500.0)
    discs = np.array([shapely.Point(*middle).buffer(radius) for radius in (20_000, 60_000)], dtype=object)
    pieces = spread_over_units(overlay_units(discs, frame), people, np.full(people.shape, 11, dtype=np.uint8))
    assert pieces.people_total == pytest.approx(20_602_095.72, abs=0.01)
    assert pieces.people.sum() + pieces.people_outside == pytest.approx(pieces.people_total, rel=1e-12)
    assert pieces.area_km2 == pytest.approx(np.pi * np.array([400.0, 3600.0 - 400.0]), rel=2e-3)
