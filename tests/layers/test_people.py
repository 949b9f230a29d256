"""People are spread and none is lost."""

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st
from tests.layers.small_city import areas, extract, given, zones

from ekistics.layers.people import BASES, NO_COUNT, people, zone_people
from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import PeopleKind

HALVES = (shapely.box(-100, -100, 500, 1100), shapely.box(500, -100, 1100, 1100))


def house(x, y, side=10.0):
    return shapely.box(x, y, x + side, y + side)


@settings(deadline=None, max_examples=40)
@given_by(
    homes=st.lists(
        st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(["residential", "untagged", "school"])), max_size=9
    ),
    count=st.lists(st.floats(0, 1e6), min_size=2, max_size=2),
    spread=st.sampled_from(["buildings", "streets", "equal"]),
)
def test_people_in_are_people_out(homes, count, spread):
    osm = extract(buildings=areas([house(x, y) for x, y, _ in homes], [use for *_, use in homes]))
    found = people(zones=zones(), people_given=given(HALVES, count), osm=osm, spread=spread)
    assert found.people.sum() + found.checks["people_left_outside"] == pytest.approx(sum(count))
    assert zone_people(people=found, zones=zones()).columns["population"][0] == pytest.approx(found.people.sum())


def test_people_live_by_floor_space_where_levels_are_known():
    osm = extract(buildings=areas([house(100, 100), house(200, 200), house(300, 300, 20)], ["residential"] * 3, [3, np.nan, np.nan]))
    found = people(zones=zones(), people_given=given(HALVES[:1], [80]), osm=osm)
    assert sorted(found.people.tolist()) == pytest.approx([10, 30, 40], rel=1e-4)


def test_other_uses_house_nobody_and_the_share_on_untagged_is_told():
    osm = extract(buildings=areas([house(100, 100), house(200, 200), house(300, 300)], ["residential", "untagged", "school"]))
    found = people(zones=zones(), people_given=given(HALVES[:1], [80]), osm=osm)
    assert len(found) == 2
    assert found.checks["share_on_untagged_buildings"] == pytest.approx(0.5, rel=1e-4)


def test_a_zone_without_buildings_is_spread_evenly_and_counted():
    found = people(zones=zones(), people_given=given(HALVES, [60, 60]), osm=extract(buildings=areas([house(100, 100)], ["residential"])))
    assert {BASES[one] for one in found.basis} == {"residential building", "even spread"}
    assert zone_people(people=found, zones=zones()).columns["population"] == pytest.approx([120, 60, 60])


def test_people_outside_the_region_are_left_out_and_counted():
    found = people(zones=zones(), people_given=given([shapely.box(-1300, -100, 1100, 1100)], [200]))
    assert found.people.sum() == pytest.approx(100, rel=0.03)
    assert found.checks["people_left_outside"] == pytest.approx(200 - found.people.sum())


def test_people_beyond_the_extract_are_not_piled_onto_its_buildings():
    osm = extract(buildings=areas([house(100, 100)], ["residential"]), box=(-100, -100, 500, 1100))
    found = people(zones=zones(), people_given=given([shapely.box(-100, -100, 1100, 1100)], [100]), osm=osm)
    assert found.people[found.basis == BASES.index("residential building")].sum() == pytest.approx(50, rel=1e-3)


def test_cells_without_buildings_stand_for_their_middle():
    found = people(zones=zones(), people_given=given([shapely.box(0, 0, 100, 100)], [7], PeopleKind.CELLS))
    assert (found.x - found.x[0] == 0).all()
    assert found.people.tolist() == [7]
    assert BASES[found.basis[0]] == "middle of the cell"


def test_raster_cells_are_spread_over_the_buildings_they_cover():
    osm = extract(buildings=areas([house(110, 110), house(900, 900)], ["residential"] * 2))
    found = people(zones=zones(), people_given=given([shapely.Point(150, 150)], [7], PeopleKind.RASTER, cell_m=100.0), osm=osm)
    assert BASES[found.basis[0]] == "residential building"
    assert found.people.tolist() == [7]


def test_points_stay_where_they_are():
    osm = extract(buildings=areas([house(110, 110)], ["residential"]))
    found = people(zones=zones(), people_given=given([shapely.Point(700, 150)], [7], PeopleKind.POINTS), osm=osm)
    assert zone_people(people=found, zones=zones()).columns["population"].tolist() == [7, 0, 7]


def test_a_unit_without_a_count_is_counted_not_guessed():
    found = people(zones=zones(), people_given=given(HALVES, [np.nan, 5]))
    assert found.people.sum() == pytest.approx(5)
    assert found.checks["units_without_count"] == 1


def test_without_a_count_the_population_is_missing_with_the_reason():
    osm = extract(buildings=areas([house(100, 100)], ["residential"]))
    found = people(zones=zones(), osm=osm)
    table = zone_people(people=found, zones=zones())
    assert not found.counted
    assert np.isnan(table.columns["population"]).all()
    assert set(table.reasons["population"].tolist()) == {NO_COUNT}


def test_the_order_of_units_does_not_matter():
    osm = extract(buildings=areas([house(100, 100), house(700, 200)], ["residential"] * 2))
    ahead, back = (people(zones=zones(), people_given=given(HALVES[::step], [60, 90][::step]), osm=osm) for step in (1, -1))
    assert np.array_equal(
        zone_people(people=ahead, zones=zones()).columns["population"], zone_people(people=back, zones=zones()).columns["population"]
    )


def test_an_unknown_spread_is_refused():
    with pytest.raises(InvalidInput, match="buildings, streets, equal"):
        people(zones=zones(), spread="guess")


def test_what_was_given_is_left_as_it_was():
    one = given(HALVES, [60, 90])
    before = dataclasses.replace(one, people=one.people.copy())
    people(zones=zones(), people_given=one)
    assert np.array_equal(before.people, one.people)
