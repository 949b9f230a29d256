"""Figures through a change of boundary: nothing is invented, nothing is lost unsaid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model.places import Relation, RelationKind
from ekistics.places.succession import rebase


def follows(old, new, **weights):
    return Relation(old, new, RelationKind.SUCCESSION, weights=weights, source="census")


def test_a_split_divides_by_the_weights_and_the_rest_stays():
    found = rebase({"a": 100.0, "z": 5.0}, [follows("a", "b", people=0.6), follows("a", "c", people=0.4)])
    assert found.values == {"z": 5.0, "b": 60.0, "c": 40.0}
    assert (found.incomplete, found.lost) == ({}, 0.0)


def test_a_merger_adds_up():
    assert rebase({"a": 1.0, "b": 2.0}, [follows("a", "c"), follows("b", "c")]).values == {"c": 3.0}


def test_a_missing_part_makes_the_whole_incomplete_not_smaller():
    found = rebase({"a": 1.0}, [follows("a", "c"), follows("b", "c")])
    assert (found.values, list(found.incomplete)) == ({}, ["c"])


def test_a_missing_weight_is_not_guessed():
    found = rebase({"a": 1.0}, [follows("a", "b", area=0.5), follows("a", "c", area=0.5)])
    assert sorted(found.incomplete) == ["b", "c"]


def test_what_went_to_no_place_is_said():
    assert rebase({"a": 100.0}, [follows("a", "b", people=0.9)]).lost == pytest.approx(10.0)


@given(st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1)), min_size=1, max_size=20))
def test_whole_weights_carry_everything_over(parts):
    values = {f"old{number}": value for number, (value, _) in enumerate(parts)}
    links = [
        link
        for number, (_, share) in enumerate(parts)
        for link in (follows(f"old{number}", "left", people=share), follows(f"old{number}", "right", people=1 - share))
    ]
    assert sum(rebase(values, links).values.values()) == pytest.approx(sum(values.values()))
