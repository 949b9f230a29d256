"""Rules of the registry: what is wrong is named, all at once."""

from __future__ import annotations

from datetime import date

import shapely

from ekistics.model.places import Boundary, Place, PlaceKind, Relation, RelationKind
from ekistics.places.registry import check_places

CITY, DISTRICT = Place("c", PlaceKind.CITY), Place("d", PlaceKind.DISTRICT)


def part(place, other, kind=RelationKind.ADMINISTRATIVE, **more):
    return Relation(place, other, kind, **more)


def kinds(*arguments):
    return [problem.kind for problem in check_places(*arguments)]


def test_a_sound_registry_has_no_problem_even_without_boundaries():
    assert kinds([CITY, DISTRICT], [], [part("d", "c")]) == []


def test_a_circle_is_named_once():
    places = [CITY, DISTRICT, Place("n", PlaceKind.NEIGHBOURHOOD)]
    ring = [part(a, b, RelationKind.STATISTICAL) for a, b in (("c", "d"), ("d", "n"), ("n", "c"))]
    assert kinds(places, [], ring) == ["cycle"]
    assert kinds(places, [], [part("c", "c", RelationKind.FUNCTIONAL)]) == ["cycle"]


def test_a_chain_beside_a_circle_is_not_blamed():
    places = [Place(code, PlaceKind.CELL) for code in "abcd"]
    links = [part(a, b, RelationKind.FUNCTIONAL) for a, b in ("ab", "bc", "cb", "cd")]
    assert [one.message for one in check_places(places, [], links)] == ["The functional relations run in a circle through b, c."]


def test_a_part_is_smaller_than_its_whole():
    assert kinds([CITY, DISTRICT], [], [part("c", "d")]) == ["kind-order"]


def test_unknown_and_repeated_codes_are_named():
    assert kinds([CITY, CITY]) == ["code-twice"]
    assert kinds([CITY], [], [part("x", "c")]) == ["place-unknown"]


def test_validity_runs_forward_and_boundaries_stay_within_their_place():
    town = Place("t", PlaceKind.CITY, valid_from=date(2000, 1, 1), valid_to=date(2010, 1, 1))
    late = Boundary("t", "2", shapely.box(0, 0, 1, 1), 1.0, valid_to=date(2011, 1, 1))
    assert kinds([town], [late]) == ["validity-outside"]
    assert kinds([Place("t", PlaceKind.CITY, valid_from=date(2010, 1, 1), valid_to=date(2000, 1, 1))]) == ["validity-backwards"]


def test_a_boundary_edition_is_given_once():
    one = Boundary("c", "1", shapely.box(0, 0, 1, 1), 1.0)
    assert kinds([CITY], [one, one]) == ["edition-twice"]


def test_succession_weights_are_shares_with_a_source():
    places = [CITY, Place("e", PlaceKind.CITY), Place("f", PlaceKind.CITY)]
    links = [
        part("c", "e", RelationKind.SUCCESSION, weights={"people": 0.7}, source="census"),
        part("c", "f", RelationKind.SUCCESSION, weights={"people": 0.5}),
    ]
    assert kinds(places, [], links) == ["weights-without-source", "weights-above-one"]
