"""Urban centres followed over epochs on small pictures: a letter is a cell of 10 people of the centre of that letter."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput
from ekistics.model.places import Place, PlaceKind
from ekistics.places.epochs import Change, EpochCells, OverlapBy, follow_centres, succession_relations
from ekistics.places.registry import check_places
from ekistics.places.succession import rebase


def epoch(picture, people=10.0):
    letters = np.array([letter for line in picture.split() for letter in line])
    cell = np.nonzero(letters != ".")[0]
    return EpochCells(cell, np.array([ord(one) for one in letters[cell]], dtype=np.int32), np.full(len(cell), people))


def identities(chain):
    """Return {letter: identity} of each epoch."""
    return [{chr(number): int(identity) for number, identity in zip(one.number, one.identity, strict=True)} for one in chain.epochs]


def changes(chain):
    return [(str(one.kind), one.epoch, one.identity, one.others) for one in chain.changes]


def links(chain):
    """Return {(epoch, earlier, later): (weight by people, weight by area)}."""
    one = chain.successions
    keys = zip(one.epoch.tolist(), one.earlier.tolist(), one.later.tolist(), strict=True)
    return dict(zip(keys, zip(one.people_weight.tolist(), one.area_weight.tolist(), strict=True), strict=True))


def test_a_centre_that_grows_goes_on_as_the_same():
    chain = follow_centres([epoch("AA.. AA.."), epoch("XXX. XXX."), epoch("BBBB BBBB")])
    assert identities(chain) == [{"A": 0}, {"X": 0}, {"B": 0}]
    assert (chain.first.tolist(), chain.last.tolist(), chain.changes) == ([0], [2], ())


def test_the_table_of_an_epoch_has_people_and_area_the_largest_centre_first():
    table = follow_centres([epoch("A.BB ...B")], cell_km2=0.25).epochs[0]
    assert (table.number.tolist(), table.people.tolist(), table.area_km2.tolist()) == ([ord("B"), ord("A")], [30.0, 10.0], [0.75, 0.25])


def test_two_centres_that_merge_go_on_as_the_larger_one():
    chain = follow_centres([epoch("AAA.BB"), epoch("MMMMMM")])
    assert identities(chain)[1] == {"M": 0}
    assert changes(chain) == [("merger", 1, 0, (0, 1))]
    assert links(chain) == {(0, 0, 0): (1.0, 1.0), (0, 1, 0): (1.0, 1.0)}
    assert (chain.first.tolist(), chain.last.tolist()) == ([0, 0], [1, 0])


def test_a_centre_that_splits_goes_on_as_the_larger_part():
    chain = follow_centres([epoch("AAAAAA"), epoch("BB.CCC")])
    assert identities(chain)[1] == {"C": 0, "B": 1}
    assert changes(chain) == [("split", 1, 0, (0, 1))]
    assert links(chain) == {(0, 0, 0): (0.5, 0.5), (0, 0, 1): (2 / 6, 2 / 6)}


def test_a_split_and_a_merger_at_once():
    chain = follow_centres([epoch("AAAABB CCCC.."), epoch("AAABBB AA....")])
    assert identities(chain) == [{"A": 0, "C": 1, "B": 2}, {"A": 0, "B": 2}]
    assert changes(chain) == [("merger", 1, 0, (0, 1)), ("merger", 1, 2, (0, 2)), ("split", 1, 0, (0, 2))]
    assert links(chain)[0, 1, 0] == (0.5, 0.5)


def test_births_and_deaths_are_of_centres_that_overlap_none():
    chain = follow_centres([epoch("AA..BB"), epoch("AA...."), epoch("AA..BB")])
    assert identities(chain) == [{"A": 0, "B": 1}, {"A": 0}, {"A": 0, "B": 2}]
    assert changes(chain) == [("death", 1, 1, ()), ("birth", 2, 2, ())]
    assert (chain.first.tolist(), chain.last.tolist()) == ([0, 0, 2], [2, 0, 2])


def test_an_epoch_without_any_centre_ends_all():
    chain = follow_centres([epoch("AA"), epoch(".."), epoch("AA")])
    assert changes(chain) == [("death", 1, 0, ()), ("birth", 2, 1, ())]


def test_overlaps_are_measured_by_people_unless_area_is_asked_for():
    before = epoch("AAAA....")
    after = EpochCells(np.array([0, 2, 3]), np.array([1, 2, 2], dtype=np.int32), np.array([900.0, 10.0, 10.0]))
    by_people, by_area = (follow_centres([before, after], by=by).epochs[1] for by in (OverlapBy.PEOPLE, OverlapBy.AREA))
    assert dict(zip(by_people.number.tolist(), by_people.identity.tolist(), strict=True)) == {1: 0, 2: 1}
    assert dict(zip(by_area.number.tolist(), by_area.identity.tolist(), strict=True)) == {1: 1, 2: 0}


def test_cells_that_change_sides_along_a_border_are_no_merger_and_no_split():
    before, after = epoch("A" * 30 + "B" * 30), epoch("A" * 31 + "B" * 29)
    assert changes(follow_centres([before, after])) == []
    every = follow_centres([before, after], least_share=0.0)
    assert changes(every) == [("merger", 1, 0, (0, 1)), ("split", 1, 1, (0, 1))]
    assert links(every)[0, 1, 0] == pytest.approx((1 / 30, 1 / 30))


def test_a_small_centre_within_a_large_one_is_not_overlooked():
    assert changes(follow_centres([epoch("A" * 40 + ".B"), epoch("A" * 42)])) == [("merger", 1, 0, (0, 1))]


def test_of_equal_overlaps_the_larger_centre_goes_on():
    chain = follow_centres([epoch("AABBB."), epoch(".XXX..")], least_share=0.0)
    assert identities(chain) == [{"B": 0, "A": 1}, {"X": 0}]


def test_where_nobody_lives_the_weight_by_people_is_missing_not_nought():
    chain = follow_centres([epoch("AA", people=0.0), epoch("A.", people=0.0)])
    (weights,) = links(chain).values()
    assert np.isnan(weights[0])
    assert weights[1] == 0.5


def test_an_epoch_added_later_renumbers_nothing():
    one, two, three = epoch("A.BB.CCC"), epoch("AABB.CC."), epoch("DDDDDDDD")
    assert identities(follow_centres([one, two])) == identities(follow_centres([one, two, three]))[:2]


def test_time_run_backwards_gives_the_same_pairs():
    pictures = [epoch("AAAABB CCCC.."), epoch("AAABBB AA....")]
    forward, backward = follow_centres(pictures), follow_centres(pictures[::-1])
    same = [{(a, b) for a in x for b in y if x[a] == y[b]} for x, y in (identities(forward), identities(backward)[::-1])]
    assert same[0] == same[1]


def test_centres_that_ended_become_successions_of_the_registry():
    chain = follow_centres([epoch("AAA.BB"), epoch("MMM..M"), epoch("MMM.BB")])
    codes = [f"centre-{number}" for number in range(len(chain.first))]
    dates = [date(1990, 1, 1), date(2000, 1, 1), date(2010, 1, 1)]
    relations = succession_relations(chain, codes=codes, dates=dates, source="overlap")
    assert [(one.place, one.other, one.valid_from, one.weights) for one in relations] == [
        ("centre-1", "centre-0", date(2000, 1, 1), {"people": 0.5, "area": 0.5})
    ]
    assert rebase({"centre-1": 20.0}, relations).values == {"centre-0": 10.0}


def test_a_cell_in_two_centres_is_refused():
    with pytest.raises(InvalidInput, match="two urban centres of epoch 1"):
        follow_centres([EpochCells(np.array([3, 3]), np.array([1, 2], dtype=np.int32), np.ones(2))])


def test_missing_people_are_refused():
    with pytest.raises(InvalidInput, match="negative or missing"):
        follow_centres([epoch("AA", people=np.nan)])


PICTURES = st.lists(st.text("ABCD.", min_size=24, max_size=24), min_size=1, max_size=5)


@given(PICTURES, st.randoms(use_true_random=False))
def test_numbers_of_centres_and_order_of_cells_change_nothing(pictures, random):
    epochs = [epoch(one) for one in pictures]
    other = []
    for one in epochs:
        rename = dict(zip(range(65, 69), random.sample(range(1, 1000), 4), strict=True))
        rows = random.sample(range(len(one.cell)), len(one.cell))
        renamed = np.array([rename[int(number)] for number in one.centre], dtype=np.int32)
        other.append(EpochCells(one.cell[rows], renamed[rows], one.people[rows]))
    chain, again = follow_centres(epochs), follow_centres(other)
    assert [one.identity.tolist() for one in chain.epochs] == [one.identity.tolist() for one in again.epochs]
    assert (links(chain), chain.changes) == (links(again), again.changes)


@given(PICTURES, st.sampled_from(list(OverlapBy)))
def test_weights_out_of_a_centre_add_up_to_at_most_one(pictures, by):
    chain = follow_centres([epoch(one) for one in pictures], by=by)
    for earlier in {key[:2] for key in links(chain)}:
        out = np.array([weights for key, weights in links(chain).items() if key[:2] == earlier])
        assert (out.sum(axis=0) <= 1 + 1e-12).all()


@given(PICTURES)
def test_without_a_least_share_the_weights_carry_every_shared_cell(pictures):
    chain = follow_centres([epoch(one) for one in pictures], least_share=0.0)
    for at, (before, after) in enumerate(pairwise(pictures)):
        cells = {int(i): area for i, area in zip(chain.epochs[at].identity, chain.epochs[at].area_km2, strict=True)}
        carried = sum(cells[key[1]] * weights[1] for key, weights in links(chain).items() if key[0] == at)
        assert carried == pytest.approx(sum(a != "." and b != "." for a, b in zip(before, after, strict=True)))


@given(PICTURES)
def test_every_centre_is_explained(pictures):
    """A new identity is a birth or has a predecessor; one that ends is a death or has a successor."""
    chain = follow_centres([epoch(one) for one in pictures])
    told = {(one.kind, one.identity) for one in chain.changes}
    for identity, (first, last) in enumerate(zip(chain.first, chain.last, strict=True)):
        followed = {key[1] for key in links(chain) if key[0] == last}
        led_to = {key[2] for key in links(chain) if key[0] == first - 1}
        assert first == 0 or ((Change.BIRTH, identity) in told) != (identity in led_to)
        assert last == len(pictures) - 1 or ((Change.DEATH, identity) in told) != (identity in followed)


@given(PICTURES)
def test_the_registry_finds_no_fault_with_the_successions(pictures):
    chain = follow_centres([epoch(one) for one in pictures])
    dates = [date(1975 + 5 * at, 1, 1) for at in range(len(pictures))]
    codes = [str(number) for number in range(len(chain.first))]
    places = [
        Place(code, PlaceKind.URBAN_CENTRE, {}, dates[first], dates[last])
        for code, first, last in zip(codes, chain.first, chain.last, strict=True)
    ]
    assert check_places(places, (), succession_relations(chain, codes=codes, dates=dates, source="overlap")) == []
