"""Class of a spatial unit by the cells its people live in: every rule, at its boundary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput, NotFound
from ekistics.places.spatial_units import (
    LEVEL_1_CELLS,
    LEVEL_2_CELLS,
    NAMES,
    DecidedBy,
    UnitSums,
    balance,
    classify_units,
    sum_by_class,
)

LEVEL_1_OF = {30: 3, 23: 2, 22: 2, 21: 2, 13: 1, 12: 1, 11: 1, 255: 255}


def sums(*units, area=None, classes=LEVEL_2_CELLS):
    """Make units from {class of cell: people}."""
    table = [[float(unit.get(code, 0.0)) for code in classes] for unit in units]
    land = table if area is None else [[float(one.get(code, 0.0)) for code in classes] for one in area]
    return UnitSums(classes, np.array(table), np.array(land), np.ones(len(units), dtype=bool))


def level_2(unit, edition="2024"):
    return int(classify_units(sums(unit), edition=edition).level_2[0])


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({3: 50, 1: 50}, 3),  # exactly half in centres
        ({3: 49, 2: 1, 1: 50}, 2),  # exactly half in rural cells is no majority
        ({3: 49, 1: 51}, 1),
        ({2: 50, 1: 50}, 2),
        ({2: 49, 1: 51}, 1),
        ({3: 30, 2: 70}, 2),
    ],
)
def test_level_1_is_city_from_half_in_centres_and_rural_above_half_in_rural_cells(people, expected):
    found = classify_units(sums(people, classes=LEVEL_1_CELLS))
    assert (found.level_1.tolist(), found.level_2) == ([expected], None)


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({30: 50, 11: 50}, 30),
        ({30: 20, 23: 30, 21: 50}, 23),  # centre and dense cells count together, and before the suburb rule
        ({30: 20, 23: 29, 22: 1, 21: 50}, 21),
        ({30: 20, 23: 29, 22: 2, 21: 49}, 22),
        ({22: 50, 21: 25, 12: 25}, 21),  # suburban and rural cells together
        ({22: 51, 21: 24, 12: 25}, 22),  # semi-dense people are not suburban ones
        ({22: 90, 21: 10}, 22),
        ({21: 49, 13: 1, 12: 50}, 13),  # urban and rural clusters together, exactly half
        ({13: 50, 11: 50}, 13),  # a village before it is uninhabited
        ({13: 49, 12: 1, 11: 50}, 11),
        ({13: 49, 12: 2, 11: 49}, 12),
        ({12: 100}, 12),
    ],
)
def test_level_2_of_2024(people, expected):
    assert level_2(people) == expected


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({30: 50, 11: 50}, 30),
        ({23: 30, 22: 30, 21: 40}, 23),  # as many dense as semi-dense
        ({23: 29, 22: 31, 21: 40}, 22),
        ({23: 30, 22: 20, 21: 50}, 21),  # as many suburban as both
        ({23: 30, 22: 21, 21: 49}, 23),
        ({30: 40, 23: 5, 21: 5, 12: 50}, 21),  # centres do not count for a dense town
        ({21: 10, 13: 40, 12: 30, 11: 20}, 13),
        ({21: 10, 13: 30, 12: 40, 11: 20}, 12),
        ({21: 10, 13: 20, 12: 30, 11: 40}, 11),
        ({13: 50, 12: 50}, 13),  # ours: of equal shares the denser
        ({12: 50, 11: 50}, 12),
    ],
)
def test_level_2_of_2021(people, expected):
    assert level_2(people, "2021") == expected


def test_the_editions_differ_where_a_suburb_is_smaller_than_half():
    unit = {23: 20, 22: 10, 21: 34, 12: 36}
    assert (level_2(unit, "2021"), level_2({23: 40, 22: 20, 21: 20, 12: 20}, "2021")) == (21, 23)
    assert (level_2(unit, "2024"), level_2({23: 40, 22: 20, 21: 20, 12: 20}, "2024")) == (21, 22)


def test_a_unit_without_people_is_classified_by_its_land():
    found = classify_units(sums({}, area=[{30: 5, 12: 4, 10: 90}]))
    assert (found.level_2.tolist(), found.decided_by.tolist()) == ([30], [DecidedBy.LAND_AREA])
    assert found.shares[0, LEVEL_2_CELLS.index(30)] == 5 / 9


def test_people_decide_wherever_there_are_any():
    found = classify_units(sums({13: 0.5}, area=[{30: 50}]))
    assert (found.level_2.tolist(), found.decided_by.tolist()) == ([13], [DecidedBy.PEOPLE])


def test_a_unit_of_water_alone_is_mostly_uninhabited_and_says_why():
    found = classify_units(sums({}, area=[{10: 3}]))
    assert (found.level_1.tolist(), found.level_2.tolist(), found.decided_by.tolist()) == ([1], [11], [DecidedBy.WATER])
    assert np.isnan(found.shares).all()


def test_a_unit_off_the_map_has_no_class():
    found = classify_units(sums({}, {255: 10}, area=[{}, {255: 3}]))
    assert found.level_1.tolist() == found.level_2.tolist() == [255, 255]
    assert found.decided_by.tolist() == [DecidedBy.NOTHING] * 2


def test_people_outside_the_map_are_in_no_share():
    assert level_2({30: 10, 11: 10, 255: 1000}) == 30


def test_a_unit_that_does_not_count_has_a_class_and_no_people():
    units = sums({30: 10}, {30: 10})
    found = classify_units(UnitSums(units.classes, units.people, units.area_km2, np.array([True, False])))
    assert (found.level_2.tolist(), found.people.tolist()) == ([30, 30], [10.0, 0.0])


def test_pieces_are_summed_by_unit_and_class():
    found = sum_by_class(
        np.array([1, 0, 1, 1]), np.array([30, 11, 30, 12], dtype=np.uint8), np.array([1.0, 2, 4, 8]), np.array([1.0, 1, 0.5, 0.25]),
        classes=LEVEL_2_CELLS, counts=np.array([True, True, True]),
    )  # fmt: skip
    assert found.people[1, [0, 5]].tolist() == [5.0, 8.0]
    assert found.area_km2.sum(axis=1).tolist() == [1.0, 1.75, 0.0]


def test_a_class_of_another_level_is_refused():
    one = np.ones(1)
    with pytest.raises(InvalidInput, match=r"found \[30\]"):
        sum_by_class(np.array([0]), np.array([30], dtype=np.uint8), one, one, classes=LEVEL_1_CELLS, counts=np.array([True]))


def test_an_unknown_edition_is_refused():
    with pytest.raises(NotFound, match="2021, 2024"):
        classify_units(sums({30: 1}), edition="1999")


def test_people_in_units_and_outside_are_held_against_the_grid():
    units = sums({30: 10, 255: 2}, {11: 5})
    uncounted = UnitSums(units.classes, units.people, units.area_km2, np.array([True, False]))
    found = balance(uncounted, outside_units=8.0, total=20.0)
    assert (found.in_units, found.without_class, found.lost) == (12.0, 2.0, 0.0)
    assert balance(uncounted, outside_units=7.0, total=20.0).lost == 1.0


def test_every_class_of_unit_has_a_name():
    assert set(NAMES) == {30, 23, 22, 21, 13, 12, 11, 3, 2, 1, 255}


PEOPLE = st.lists(st.lists(st.integers(0, 5), min_size=9, max_size=9), min_size=1, max_size=20)


@given(PEOPLE, st.sampled_from(["2021", "2024"]))
def test_level_1_of_units_is_the_aggregate_of_level_2(rows, edition):
    table = np.array(rows, dtype=float)
    found = classify_units(UnitSums(LEVEL_2_CELLS, table, table, np.ones(len(rows), dtype=bool)), edition=edition)
    assert found.level_1.tolist() == [LEVEL_1_OF[int(code)] for code in found.level_2]


@given(PEOPLE, st.sampled_from(["2021", "2024"]), st.floats(1e-3, 1e6))
def test_only_shares_matter_not_how_many_people(rows, edition, factor):
    table = np.array(rows, dtype=float)
    counts = np.ones(len(rows), dtype=bool)
    one = classify_units(UnitSums(LEVEL_2_CELLS, table, table, counts), edition=edition)
    other = classify_units(UnitSums(LEVEL_2_CELLS, table * factor, table, counts), edition=edition)
    assert np.array_equal(one.level_2, other.level_2)


@given(PEOPLE)
def test_cells_of_level_1_give_the_same_level_1_as_cells_of_level_2(rows):
    fine = np.array(rows, dtype=float)
    coarse = np.column_stack([fine[:, 0], fine[:, 1:4].sum(axis=1), fine[:, 4:7].sum(axis=1), fine[:, 7], fine[:, 8]])
    counts = np.ones(len(rows), dtype=bool)
    one = classify_units(UnitSums(LEVEL_2_CELLS, fine, fine, counts))
    assert np.array_equal(one.level_1, classify_units(UnitSums(LEVEL_1_CELLS, coarse, coarse, counts)).level_1)
