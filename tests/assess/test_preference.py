"""One ordered rule chooses the voice that is shown, and says why the others are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.figures import figure, with_terms

from ekistics.assess.preference import prefer, rule_from
from ekistics.model.errors import InvalidInput
from ekistics.model.observations import Origin, Status

COMPUTED = {"origin": Origin.COMPUTED, "edition": "2021-03", "source": "osm"}


def chosen_of(*figures, **more):
    return prefer(figures, **more).chosen


def test_nothing_is_chosen_from_nothing():
    assert prefer([]).chosen is None


@pytest.mark.parametrize(
    ("better", "worse", "step"),
    [
        (figure(1.0), figure(None, status=Status.MISSING), "value"),
        (figure(year=2021), with_terms(year=2019, **COMPUTED), "period"),
        (with_terms(**COMPUTED), with_terms(**COMPUTED | {"edition": "2016-07"}), "edition"),
        (with_terms(**COMPUTED), with_terms(**COMPUTED, variant="straight-line"), "variant"),
        (with_terms(**COMPUTED), with_terms(), "manner"),
        (with_terms(), figure(), "manner"),
        (figure(), figure(origin=Origin.MODELLED), "manner"),
        (figure(origin=Origin.MODELLED), figure(origin=Origin.PROJECTED), "manner"),
        (figure(commit=5), figure(commit=4, source="another"), "commit"),
    ],
)
def test_each_step_prefers_one_and_is_named(better, worse, step):
    for order in ([better, worse], [worse, better]):
        choice = prefer(order)
        assert choice.chosen is better
        assert [(one.figure, one.step) for one in choice.passed_over] == [(worse, step)]
        assert choice.why == step
        assert choice.passed_over[0].reason


def test_boundary_asked_for_comes_before_the_newest_year():
    asked, other, none = figure(boundary="2015", year=2015), figure(boundary="2020", year=2020), figure(year=2018)
    assert chosen_of(other, none, asked, boundary="2015") is asked
    assert chosen_of(other, none, boundary="2015") is none


def test_editions_of_different_publishers_are_not_compared():
    office, model = figure(edition="2010", source="a"), figure(edition="R2023A", source="b", origin=Origin.MODELLED)
    assert chosen_of(office, model) is office


def test_a_workspace_may_put_another_order():
    rule = rule_from({"manners": ["reported bare", "computed with terms"]})
    assert chosen_of(figure(), with_terms(**COMPUTED), rule=rule).observation.series.origin is Origin.REPORTED


def test_misspelt_rule_is_refused():
    with pytest.raises(InvalidInput, match="newness"):
        rule_from({"steps": ["newness"]})
    with pytest.raises(InvalidInput, match="guessed"):
        rule_from({"manners": ["guessed"]})


VOICES = [
    figure(), with_terms(), with_terms(**COMPUTED), figure(year=2015), figure(source="z"), figure(origin=Origin.MODELLED),
    figure(None, status=Status.MISSING), with_terms(**COMPUTED, variant="equal"),
]  # fmt: skip


@given(st.permutations(VOICES))
def test_the_choice_does_not_depend_on_the_order_and_accounts_for_every_voice(voices):
    choice = prefer(voices)
    assert choice.chosen is prefer(VOICES).chosen
    assert {one.figure.id for one in choice.passed_over} | {choice.chosen.id} == {one.id for one in VOICES}
