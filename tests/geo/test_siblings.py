"""Overlaps and gaps between siblings, with their area."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.geo.ellipsoid import areas_m2
from ekistics.geo.siblings import sibling_faults

SIZE = 0.01


def grid(side, west=10.0, south=5.0):
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    edges = west + np.arange(side + 1) * SIZE, south + np.arange(side + 1) * SIZE
    cells = [
        shapely.box(edges[0][i], edges[1][j], edges[0][i + 1], edges[1][j + 1]) for i, j in zip(column.ravel(), row.ravel(), strict=True)
    ]
    return np.array(cells, dtype=object)


@settings(max_examples=25, deadline=None)
@given(side=st.integers(1, 7), west=st.floats(-170, 170), south=st.floats(-60, 60))
def test_a_perfect_grid_has_neither(side, west, south):
    found = sibling_faults(grid(side, west, south))
    assert (len(found.overlap), len(found.gap)) == (0, 0)


@settings(max_examples=25, deadline=None)
@given(share=st.floats(0.01, 0.9))
def test_a_shifted_cell_overlaps_and_leaves_a_gap_of_known_area(share):
    cells = grid(3)
    middle = cells[4].bounds
    cells[4] = shapely.affinity.translate(cells[4], share * SIZE)
    found = sibling_faults(cells)
    strip = shapely.box(middle[0], middle[1], middle[0] + share * SIZE, middle[3])
    assert (found.overlap_first.tolist(), found.overlap_second.tolist()) == ([4], [5])
    assert found.overlap_m2[0] == pytest.approx(areas_m2(np.array([strip]))[0], rel=1e-6)
    assert found.gap_m2 == pytest.approx([found.overlap_m2[0]], rel=1e-6)


def test_faults_within_the_tolerance_are_passed_over():
    cells = grid(3)
    cells[4] = shapely.affinity.translate(cells[4], 0.1 * SIZE)
    found = sibling_faults(cells, tolerance_m2=1e6)
    assert (len(found.overlap), len(found.gap)) == (0, 0)


def test_a_sibling_inside_another_overlaps_it_wholly():
    found = sibling_faults(np.array([shapely.box(0, 0, 1, 1), shapely.box(0.2, 0.2, 0.4, 0.4)], dtype=object))
    assert found.overlap_m2 == pytest.approx(areas_m2(np.array([shapely.box(0.2, 0.2, 0.4, 0.4)])))


def test_places_without_outline_are_passed_over():
    found = sibling_faults(np.array([None, shapely.box(0, 0, 1, 1), None, shapely.box(0.5, 0, 1.5, 1)], dtype=object))
    assert (found.overlap_first.tolist(), found.overlap_second.tolist()) == ([1], [3])
    assert len(sibling_faults(np.empty(0, dtype=object)).gap) == 0


def test_agrees_with_intersecting_every_pair():
    chance = np.random.default_rng(4)
    shapes = shapely.buffer(shapely.points(chance.random((30, 2)) * 0.1), 0.012)
    found = sibling_faults(shapes, tolerance_m2=0.0)
    naive = {(i, j) for i in range(30) for j in range(i) if shapely.intersection(shapes[i], shapes[j]).area > 0}
    assert {(second, first) for first, second in zip(found.overlap_first.tolist(), found.overlap_second.tolist(), strict=True)} == naive
