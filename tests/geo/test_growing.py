"""Labelled cells take in what they surround: cases of flexurba's own tests and documentation, and the table of labels."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.geo.growing import LabelledCells, cells_of, fill_holes, grow_by_majority

MEMBER, LAND, WATER, EMPTY_WET, BEYOND = 30, 11, 10, 9, 255


def labels(picture: str) -> np.ndarray:
    """Return labels: a digit is a label, a dot none."""
    return np.array([[-1 if sign == "." else int(sign) for sign in line.strip()] for line in picture.strip().splitlines()], np.int32)


def started(given: np.ndarray, codes: np.ndarray | None = None) -> tuple[np.ndarray, LabelledCells, np.ndarray]:
    raster = np.full(given.shape, LAND, np.uint8) if codes is None else codes.astype(np.uint8)
    raster[given >= 0] = MEMBER
    cell = np.flatnonzero(given >= 0)
    return raster, LabelledCells(cell, given.reshape(-1)[cell]), cell


def shown(given: np.ndarray, cells: LabelledCells) -> list[str]:
    found = cells.at(np.arange(given.size)).reshape(given.shape)
    return ["".join("." if one < 0 else str(one) for one in line) for line in found.tolist()]


def grown(picture: str, *, five: bool, codes: np.ndarray | None = None) -> list[str]:
    given = labels(picture)
    raster, cells, start = started(given, codes)
    barred, passed = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
    barred[[WATER, BEYOND]] = 1
    passed[[WATER, EMPTY_WET]] = 1
    grow_by_majority(raster, cells, start, member=MEMBER, barred=barred, passed_over=passed, five_of_eight=five)
    return shown(given, cells)


def filled(picture: str, most: int = 14) -> list[str]:
    given = labels(picture)
    raster, cells, start = started(given)
    fill_holes(raster, cells, start, member=MEMBER, beyond=BEYOND, most_cells=most)
    return shown(given, cells)


def test_five_of_eight_as_in_the_tests_of_flexurba() -> None:
    assert grown("111\n1..\n111", five=True) == ["111", "111", "111"]
    assert grown("111\n1.2\n111", five=True) == ["111", "112", "111"]
    assert grown("112\n1..\n21.", five=True) == ["112", "1..", "21."]


def test_a_majority_of_valid_neighbours_as_in_the_tests_of_flexurba() -> None:
    assert grown("111\n1..\n111", five=False) == ["111", "111", "111"]
    water = np.full((3, 3), LAND)
    water[1, 2] = WATER
    assert grown("111\n1..\n111", five=False, codes=water) == ["111", "11.", "111"]
    wet = np.full((3, 3), LAND)
    wet[0, 1] = wet[0, 2] = EMPTY_WET
    assert grown("...\n...\n111", five=False, codes=wet) == ["...", "...", "111"]
    wet[1, 2] = EMPTY_WET
    assert grown("...\n...\n111", five=False, codes=wet) == ["...", ".1.", "111"]


def test_holes_as_in_the_tests_of_flexurba() -> None:
    assert filled("111\n1.1\n111") == ["111", "111", "111"]
    assert filled("111\n121\n111") == ["111", "121", "111"]
    assert filled("112\n1.2\n112") == ["112", "1.2", "112"]


def test_a_hole_of_three_cells_in_one_centre_is_filled_and_an_open_one_in_another_is_not() -> None:
    before = """
    ..111...
    ..1.1...
    ....1...
    ..222222
    ..2....2
    ..2.22.2
    ..222222
    ........
    """
    after = filled(before.replace("2....2", "2.2222").replace("2.22.2", "2..222"))
    assert after[:3] == ["..111...", "..1.1...", "....1..."]
    assert after[3:7] == ["..222222"] * 4


@settings(deadline=None)
@given(
    known=st.dictionaries(st.integers(0, 10**12), st.integers(0, 1000), max_size=60), asked=st.lists(st.integers(0, 10**12), max_size=20)
)
def test_the_table_of_labels_is_a_dictionary(known, asked) -> None:
    cells = LabelledCells(np.empty(0, np.int64), np.empty(0, np.int32))
    for half in (list(known.items())[::2], list(known.items())[1::2]):  # added in two steps, so that it grows
        cells.add(np.array([cell for cell, _ in half], np.int64), np.array([label for _, label in half], np.int32))
    wanted = [*known, *asked]
    assert cells.at(np.array(wanted, np.int64)).tolist() == [known.get(one, -1) for one in wanted]


def test_stretches_are_told_cell_by_cell() -> None:
    cell, value = cells_of(*(np.array(one, np.int32) for one in ([0, 2], [1, 0], [2, 0])), 4, np.array([7, 8], np.int32))
    assert cell.tolist() == [1, 2, 8]
    assert value.tolist() == [7, 7, 8]
