"""Functional urban areas on small maps: each letter is a unit of 100 people and 100 workers that touches those beside it.

The edge of a picture is the edge of the map.

In a picture of what is given, A and B are units of the cities of two centres, a and b units of which 20 of 100 workers commute to
them, and a dot is a unit from which nobody commutes. In a picture of what is found, capitals are units of cities, small letters
commuting zones, + enclaves, x exclaves.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput
from ekistics.places.functional_areas import (
    Borders,
    CentrePeople,
    Commuting,
    Role,
    borders_of,
    city_centres,
    functional_areas,
)

LETTERS = "AB"


def units_of(picture):
    return [letter for line in picture.split() for letter in line]


def neighbours(picture):
    lines = picture.split()
    width = len(lines[0])
    number = np.arange(len(lines) * width).reshape(len(lines), width)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    at_edge = np.ones(number.shape, dtype=bool)
    at_edge[1:-1, 1:-1] = False
    return Borders(np.concatenate([across, down]), at_edge.ravel())


def world(picture, *more, workers=100.0):
    """Return the input of a picture; `more` are further flows (origin unit, destination unit, commuters)."""
    letters = units_of(picture)
    city = {letter: letters.index(letter) for letter in LETTERS if letter in letters}
    in_centre = [(unit, LETTERS.index(letter), 80.0) for unit, letter in enumerate(letters) if letter in LETTERS]
    flows = [(unit, city[letter.upper()], 20.0) for unit, letter in enumerate(letters) if letter in "ab"] + list(more)
    unit, centre, people = np.array(in_centre, dtype=float).reshape(-1, 3).T
    origin, destination, commuters = np.array(flows, dtype=float).reshape(-1, 3).T
    return (
        CentrePeople(unit.astype(np.int64), centre.astype(np.int64), people, np.full(len(letters), 100.0)),
        Commuting(origin.astype(np.int64), destination.astype(np.int64), commuters, np.full(len(letters), workers)),
        neighbours(picture),
    )


def drawn(found, picture):
    """Draw what was found; small and capital letters are the first and the second area."""
    signs = {Role.NONE: ".", Role.ENCLAVE: "+", Role.EXCLAVE: "x"}
    letters = [
        signs.get(Role(role)) or (LETTERS[area] if role == Role.CITY else LETTERS[area].lower())
        for area, role in zip(found.area, found.role, strict=True)
    ]
    width = len(picture.split()[0])
    return " ".join("".join(letters[start : start + width]) for start in range(0, len(letters), width))


def draw(picture, *more, **options):
    return drawn(functional_areas(*world(picture, *more), **options), picture)


def test_a_city_has_the_units_around_that_commute_to_it():
    assert draw("..... .aAA. ..a..") == "..... .aAA. ..a.."


def test_a_unit_is_of_a_city_from_half_of_its_people_in_the_centre():
    centres = CentrePeople(np.array([0, 1]), np.array([0, 0]), np.array([50.0, 49.9]), np.array([100.0, 100.0]))
    assert city_centres(centres).tolist() == [0, -1]


def test_a_unit_split_between_two_centres_is_of_the_larger_one():
    halves = CentrePeople(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([50.0, 50.0, 90.0]), np.array([100.0, 100.0]))
    assert city_centres(halves).tolist() == [1, 1]


def test_people_given_in_two_rows_are_added_up():
    twice = CentrePeople(np.array([0, 0]), np.array([0, 0]), np.array([30.0, 20.0]), np.array([100.0]))
    assert city_centres(twice).tolist() == [0]


def test_a_zone_begins_at_exactly_the_threshold():
    assert draw("A..", (1, 0, 15.0), (2, 0, 14.9)) == "Aa."


def test_commuters_to_all_units_of_a_city_count_together():
    assert draw("AA.", (2, 0, 8.0), (2, 1, 7.0)) == "AAa"


def test_another_threshold_draws_another_zone():
    assert draw("Aa.", commuting_share=0.25) == "A.."


def test_commuters_to_a_commuting_zone_draw_nobody_in():
    assert draw("Aa.", (2, 1, 90.0)) == "Aa."


def test_cities_between_which_many_commute_are_one_area():
    assert draw("A.B.b", (0, 2, 15.0)) == "A.A.x"


def test_cities_between_which_few_commute_stay_two():
    assert draw("AaBb", (0, 2, 14.0)) == "AaBb"


def test_commuters_from_both_cities_of_an_area_count_together():
    assert draw("A.B", (0, 2, 40.0), (1, 0, 8.0), (1, 2, 8.0)) == "AaA"


def test_a_unit_drawn_to_two_areas_is_of_the_larger_flow():
    assert draw("AbB", (1, 0, 30.0)) == "AaB"


def test_a_unit_drawn_to_two_areas_equally_is_of_the_one_with_more_people():
    assert draw("A.BB", (1, 0, 20.0), (1, 2, 20.0)) == "BaAA"


def test_an_enclave_comes_in():
    assert draw("aaaa aA.a aaaa") == "aaaa aA+a aaaa"


def test_several_units_surrounded_together_come_in():
    assert draw("aaaaa aA..a aaaaa") == "aaaaa aA++a aaaaa"


def test_a_unit_between_two_areas_is_no_enclave():
    assert draw("aaabbb aA.Bbb aaabbb") == "aaabbb aA.Bbb aaabbb"


def test_units_at_the_edge_of_the_map_are_not_surrounded():
    assert draw("aaaaa aAa.. aaaaa") == "aaaaa aAa.. aaaaa"


def test_a_city_in_the_middle_of_an_area_is_no_enclave():
    assert draw("aaa aBa aAa") == "aaa aBa aAa"


def test_an_exclave_goes_out():
    assert draw("Aa.a.. ...... ......") == "Aa.x.. ...... ......"


def test_several_units_that_hang_together_apart_from_the_city_go_out():
    assert draw("Aa.aa. ....a. ......") == "Aa.xx. ....x. ......"


def test_a_zone_hangs_together_over_its_own_units_only():
    assert draw("Aabba .Bbb. .....") == "Aabbx .Bbb. ....."


def test_an_exclave_within_another_area_becomes_its_enclave():
    assert draw("bbbbb. bBBab. bbbbb. .A....") == "aaaaa. aAA+a. aaaaa. .B...."


def test_an_exclave_within_its_own_area_comes_back_with_what_parts_it():
    assert draw("aaaaa a...a aAaaa") == "aaaaa a+++a aAaaa"
    assert draw("aaaaaa a....a a.aa.a a....a aAaaaa") == "aaaaaa a++++a a++++a a++++a aAaaaa"


def test_without_a_unit_of_half_in_it_a_centre_has_no_area():
    centres, commuting, borders = world("A..")
    thin = CentrePeople(centres.unit, centres.centre, np.array([40.0]), centres.unit_people)
    found = functional_areas(thin, commuting, borders)
    assert (found.area.tolist(), found.area_of_centre.tolist()) == ([-1, -1, -1], [-1])


def test_without_any_centre_there_is_no_area():
    found = functional_areas(*world("..."))
    assert (found.area.tolist(), found.area_of_centre.tolist()) == ([-1, -1, -1], [])


def test_units_without_workers_have_no_share_and_are_in_no_zone():
    centres, commuting, borders = world("Aa...")
    idle = Commuting(commuting.origin, commuting.destination, commuting.commuters, np.array([100.0, 0.0, np.nan, 1.0, 1.0]))
    found = functional_areas(centres, idle, borders)
    assert found.area.tolist() == [0, -1, -1, -1, -1]
    assert np.isnan(found.commuting_share[[1, 2]]).all()


def test_more_commuters_than_workers_are_told():
    assert functional_areas(*world("Aa", (1, 0, 81.0))).surplus.tolist() == [False, True]


@pytest.mark.parametrize("flow", [(9, 0, 1.0), (0, 9, 1.0), (1, 0, -1.0), (1, 0, np.nan)])
def test_flows_that_cannot_be_are_refused(flow):
    with pytest.raises(InvalidInput, match=r"not there|negative or missing"):
        functional_areas(*world("A.", flow))


def test_units_touch_where_they_share_a_border_not_a_corner():
    polygons = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(1, 1, 2, 2)], dtype=object)
    assert sorted(borders_of(polygons).touching.tolist()) == [[0, 1], [1, 2]]


def test_a_unit_lies_at_the_edge_by_a_border_not_by_a_corner_or_a_lake():
    lake = shapely.box(1.2, 1.2, 1.8, 1.8)
    plots = [shapely.box(x, y, x + 1, y + 1).difference(lake) for y in range(3) for x in range(3)]
    plots[0] = plots[0].union(shapely.box(-1, -1, 3, 0))
    assert borders_of(np.array(plots, dtype=object)).at_edge.tolist() == [True, False, True, True, False, True, True, True, True]


PICTURES = (
    st.lists(st.text("AB.ab", min_size=5, max_size=5), min_size=2, max_size=5).map(" ".join).filter(lambda one: {"A", "B"} <= set(one))
)


@given(PICTURES, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(picture, random):
    centres, commuting, borders = world(picture)
    one = functional_areas(centres, commuting, borders)
    flows = random.sample(range(len(commuting.origin)), len(commuting.origin))
    pairs = random.sample(range(len(centres.unit)), len(centres.unit))
    other = functional_areas(
        CentrePeople(centres.unit[pairs], centres.centre[pairs], centres.people[pairs], centres.unit_people),
        Commuting(commuting.origin[flows], commuting.destination[flows], commuting.commuters[flows], commuting.workers),
        Borders(borders.touching[::-1, ::-1], borders.at_edge),
    )
    assert (one.area.tolist(), one.role.tolist()) == (other.area.tolist(), other.role.tolist())


@given(PICTURES)
def test_every_unit_of_a_city_is_in_the_area_of_its_centre(picture):
    found = functional_areas(*world(picture))
    is_city = found.centre >= 0
    assert (found.area[is_city] == found.area_of_centre[found.centre[is_city]]).all()
    assert (found.role[is_city] == Role.CITY).all()


@given(PICTURES)
def test_in_the_end_there_is_neither_exclave_nor_enclave(picture):
    centres, commuting, borders = world(picture)
    found = functional_areas(centres, commuting, borders)
    around = {unit: set() for unit in range(len(found.area))}
    for one, other in borders.touching.tolist():
        around[one].add(other)
        around[other].add(one)
    for start in around:
        group, edge, todo = {start}, set(), [start]
        while todo:
            for unit in around[todo.pop()] - group:
                if found.area[unit] == found.area[start]:
                    group.add(unit)
                    todo.append(unit)
                else:
                    edge.add(int(found.area[unit]))
        if found.area[start] == -1:
            assert len(edge) != 1 or any(borders.at_edge[unit] for unit in group)
        else:
            assert any(found.role[unit] == Role.CITY for unit in group)
