"""Urban centres as places: codes that stay, numbers that go on, regions, and what followed what."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from ekistics.model.places import Boundary
from ekistics.places.centre_places import (
    EpochOutlines,
    centre_codes,
    centre_places,
    codes_on_record,
    identities_within,
    with_successors,
)
from ekistics.places.epochs import EpochCells, follow_centres
from ekistics.places.registry import check_places


def row(*stretches):
    """Cells of centres in a row of cells: first, last, people in each."""
    parts = [(np.arange(first, last + 1), number, each) for number, (first, last, each) in enumerate(stretches)]
    cell = np.concatenate([part for part, _, _ in parts])
    centre = np.concatenate([np.full(len(part), number, np.int32) for part, number, _ in parts])
    people = np.concatenate([np.full(len(part), each, float) for part, _, each in parts])
    return EpochCells(cell, centre, people)


def boxes(year, *stretches):
    outlines = np.empty(len(stretches), dtype=object)
    outlines[:] = [shapely.box(first / 100, 50.0, (last + 1) / 100, 50.01) for first, last, _ in stretches]
    return EpochOutlines(year, outlines)


BEFORE = ((0, 3, 100.0), (6, 8, 90.0), (12, 17, 80.0))
BETWEEN = ((0, 8, 110.0), (12, 17, 90.0))
AFTER = ((0, 17, 120.0),)
"""Two of three become one, then all are one."""


@pytest.fixture
def chain():
    return follow_centres([row(*BEFORE), row(*BETWEEN), row(*AFTER)])


@pytest.fixture
def epochs():
    return [boxes(2000, *BEFORE), boxes(2010, *BETWEEN), boxes(2020, *AFTER)]


def recorded(epoch, *codes):
    return [Boundary(code, epoch.edition, outline, 1.0) for code, outline in zip(codes, epoch.outlines, strict=True)]


def test_numbers_go_by_the_most_people_of_any_epoch(chain):
    most = {one: max(float(table.people[table.identity == one].sum()) for table in chain.epochs) for one in range(3)}
    codes = centre_codes(chain, range(3), prefix="X-", known={}, taken=())
    assert sorted(codes.values()) == ["X-UC0001", "X-UC0002", "X-UC0003"]
    assert sorted(codes, key=lambda one: codes[one]) == sorted(most, key=lambda one: -most[one])


def test_new_numbers_go_on_after_all_that_were_ever_given(chain):
    assert set(centre_codes(chain, [0, 2], prefix="", known={0: "UC0002"}, taken=("UC0002", "UC0007")).values()) == {"UC0002", "UC0008"}


def test_numbers_have_as_many_digits_as_the_last_one_needs(chain):
    assert centre_codes(chain, [0], prefix="", known={}, taken=("UC12345",)) == {0: "UC12346"}


def test_a_centre_on_record_has_the_code_of_the_place_with_which_it_shares_most_land(chain, epochs):
    codes = codes_on_record(chain, epochs, [*recorded(epochs[0], "A", "B", "C"), *recorded(epochs[1], "A", "C")])
    first = {int(one): code for one, code in zip(chain.epochs[0].identity, np.array(["A", "B", "C"])[chain.epochs[0].number], strict=True)}
    assert codes == first


def test_two_centres_never_have_one_code(chain, epochs):
    whole = Boundary("A", "2000", shapely.box(0, 50, 1, 51), 1.0)
    assert list(codes_on_record(chain, epochs, [whole]).values()) == ["A"]


def test_outlines_of_other_years_say_nothing(chain, epochs):
    assert codes_on_record(chain, epochs, [Boundary("A", "1990", epochs[0].outlines[0], 1.0)]) == {}


def test_centres_that_only_lie_beside_a_place_on_record_are_not_it(chain, epochs):
    beside = Boundary("A", "2000", shapely.box(0.04, 50, 0.06, 50.01), 1.0)
    assert codes_on_record(chain, epochs, [beside]) == {}


def test_a_region_holds_the_centres_that_meet_it_in_any_epoch(chain, epochs):
    gap = shapely.box(0.045, 50.0, 0.055, 50.01)
    in_2010 = {int(one) for table in chain.epochs[1:] for one in table.identity[table.number == 0]}
    assert identities_within(chain, epochs, gap) == in_2010
    assert identities_within(chain, epochs, None) == {0, 1, 2}


def test_successors_of_successors_come_along():
    small, large, largest = 1, 0, 2  # the large one takes in the small one in the second epoch, the largest takes in that in the third
    linked = follow_centres([row((0, 2, 50.0), (4, 7, 90.0)), row((0, 9, 40.0), (12, 19, 99.0)), row((5, 19, 60.0))])
    assert with_successors(linked, frozenset({small})) == {small, large, largest}
    assert with_successors(linked, frozenset({large})) == {large, largest}


def test_a_centre_without_a_code_leaves_no_trace(chain, epochs):
    codes = {2: "C"}
    found = centre_places(chain, epochs, codes, {2: {"en": "C"}}, source="made", part_of=("WHOLE", frozenset({0, 1})))
    assert [one.code for one in found.places] == ["C"]
    assert {one.place for one in found.boundaries} == {"C"}
    assert found.relations == ()


def test_the_registry_finds_nothing_wrong(chain, epochs):
    codes = centre_codes(chain, range(3), prefix="", known={}, taken=())
    found = centre_places(chain, epochs, codes, {one: {"en": code} for one, code in codes.items()}, source="made")
    assert check_places(found.places, found.boundaries, found.relations) == []
    assert len(found.relations) == 2
