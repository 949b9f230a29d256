"""Clusters of cells by stretches of rows, beside scipy's labelling of the whole grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ekistics.geo.runs import CORNERS, SIDES, Runs, codes_in_runs, components, paint, runs_of

STRUCTURE = {SIDES: ndimage.generate_binary_structure(2, 1), CORNERS: np.ones((3, 3), int)}


def labelled(mask: np.ndarray, reach: int) -> np.ndarray:
    runs = runs_of(mask)
    raster = np.zeros(mask.shape, np.int32)
    paint(raster, runs.row, runs.first, runs.last, components(runs.row, runs.first, runs.last, reach=reach) + 1)
    return raster


def same_partition(ours: np.ndarray, theirs: np.ndarray) -> bool:
    pairs = np.unique(np.stack([ours.ravel(), theirs.ravel()]), axis=1)
    return len(np.unique(pairs[0])) == len(np.unique(pairs[1])) == pairs.shape[1]


@st.composite
def masks(draw) -> np.ndarray:
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    return np.array(draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))).reshape(rows, columns)


@pytest.mark.parametrize("reach", [SIDES, CORNERS])
@settings(deadline=None)
@given(mask=masks())
def test_clusters_are_those_of_labelling_the_whole_grid(reach: int, mask: np.ndarray) -> None:
    assert same_partition(labelled(mask, reach), ndimage.label(mask, STRUCTURE[reach])[0])


@settings(deadline=None)
@given(mask=masks(), cut=st.integers(1, 8))
def test_stretches_cut_in_two_are_of_one_cluster(mask: np.ndarray, cut: int) -> None:
    left, right = runs_of(mask[:, :cut]), runs_of(mask[:, cut:])
    row = np.concatenate([left.row, right.row])
    first = np.concatenate([left.first, right.first + cut])
    last = np.concatenate([left.last, right.last + cut])
    order = np.lexsort((first, row))
    raster = np.zeros(mask.shape, np.int32)
    row, first, last = row[order], first[order].astype(np.int32), last[order].astype(np.int32)
    paint(raster, row, first, last, components(row, first, last, reach=SIDES) + 1)
    assert same_partition(raster, labelled(mask, SIDES))


def test_a_diagonal_bridge_joins_by_corners_only() -> None:
    mask = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], bool)
    assert labelled(mask, SIDES).max() == 3
    assert labelled(mask, CORNERS).max() == 1


def test_clusters_are_numbered_in_the_order_of_their_first_stretch() -> None:
    mask = np.array([[0, 0, 1], [1, 0, 1], [1, 0, 0]], bool)
    runs = runs_of(mask, row_offset=5)
    assert runs.row.tolist() == [5, 6, 6, 7]
    assert components(runs.row, runs.first, runs.last, reach=SIDES).tolist() == [0, 1, 0, 1]


def test_a_grid_without_cells_has_no_stretch() -> None:
    runs = runs_of(np.zeros((0, 4), bool))
    assert len(runs) == 0
    assert isinstance(runs, Runs)
    assert components(runs.row, runs.first, runs.last, reach=SIDES).tolist() == []


@settings(deadline=None)
@given(mask=masks(), other=masks())
def test_codes_are_counted_by_owner_also_where_owners_share_cells(mask: np.ndarray, other: np.ndarray) -> None:
    other = np.resize(other, mask.shape)
    codes = (np.arange(mask.size).reshape(mask.shape) % 5).astype(np.uint8)
    one, two = runs_of(mask), runs_of(other)
    row, first, last = (np.concatenate([getattr(one, name), getattr(two, name)]) for name in ("row", "first", "last"))
    owner = np.repeat(np.array([0, 1], np.int32), [len(one), len(two)])
    found = codes_in_runs(codes, row, first, last, owner, owners=3, kinds=5)
    assert found.tolist() == [np.bincount(codes[which], minlength=5).tolist() for which in (mask, other, np.zeros_like(mask))]
