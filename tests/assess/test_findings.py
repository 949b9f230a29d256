"""Findings stand on a written rule: what qualifies, on which side, and why the rest does not."""

from __future__ import annotations

import pytest
from tests.assess.figures import figure

from ekistics.assess.findings import find, finding_rule
from ekistics.assess.rating import rate
from ekistics.frameworks.loader import load_shipped
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Band, Benchmark, Form, Framework, Item, Level

BANDS = (Band("A", "good", 50), Band("F", "poor", 0))


def ratings_of(*figures, verified=True):
    benchmark = Benchmark(Form.IDENTITY, "%", target=100, source="SDG", verified=verified)
    codes = [one.observation.indicator for one in figures]
    items = tuple(Item(code, code, ("1",), True, (code,), benchmark, "higher") for code in codes)
    framework = Framework("x", "X", "1", "us", True, axes={"target": (Level("1", "One"),)}, items=items, bands=BANDS)
    return rate(framework, {one.observation.indicator: [one] for one in figures})


def found(*figures, **more):
    return find({"x": ratings_of(*figures, **more)})


def why_not(*figures, **more):
    (one,) = found(*figures, **more).passed_over
    return one.reason


def test_sides_are_told_apart_and_ordered_by_how_far_they_stand_out():
    made = found(figure(75, indicator="a"), figure(95, indicator="b"), figure(20, indicator="c"), figure(5, indicator="d"))
    assert [one.rating.indicator for one in made.strongest] == ["b", "a"]
    assert [one.rating.indicator for one in made.weakest] == ["d", "c"]
    assert all(one.reasons for one in (*made.strongest, *made.weakest))


def test_provisional_benchmark_makes_no_finding():
    assert why_not(figure(95), verified=False) == "its benchmark is provisional"


def test_middling_score_makes_no_finding():
    assert why_not(figure(60)) == "its score is neither strong nor weak"


def test_interval_across_the_line_makes_no_finding():
    assert why_not(figure(75, lower=55, upper=90)) == "its interval lies on both sides of the line"
    assert found(figure(75, lower=62, upper=90)).strongest
    assert why_not(figure(40, lower=30, upper=61)) == "its interval lies on both sides of the line"


def test_figure_out_of_date_or_of_low_coverage_makes_no_finding():
    assert why_not(figure(95, out_of_date=True)) == "its figure is out of date"
    one = figure(95)
    made = find({"x": ratings_of(one)}, coverage={one.id: 0.4})
    assert not made.strongest
    assert "40 %" in made.passed_over[0].reason


def test_no_more_than_the_rule_allows_and_fewer_where_fewer_qualify():
    made = found(*(figure(80 + n, indicator=f"i{n}") for n in range(8)))
    assert len(made.strongest) == 5
    assert made.weakest == ()
    assert [one.reason for one in made.passed_over] == ["others stand out more"] * 3


def test_one_indicator_speaks_once_though_two_agendas_rate_it():
    rows = ratings_of(figure(90))
    made = find({"x": rows, "y": rows})
    assert [one.framework for one in made.strongest] == ["x"]
    assert made.passed_over[0].reason == "it is told already for another item"


def test_rule_is_spoken_with_its_numbers_and_may_be_changed():
    assert "at least 70 (strong) or below 50 (weak)" in finding_rule().spoken()
    assert finding_rule({"at_most_a_side": 2}).at_most_a_side == 2
    with pytest.raises(InvalidInput, match="strong_frm"):
        finding_rule({"strong_frm": 3})
    with pytest.raises(InvalidInput, match="overlap"):
        finding_rule({"weak_below": 90})


def test_shipped_agendas_give_findings_on_verified_targets_only():
    figures = (
        figure(96),
        figure(30, indicator="people_near_open_space_share"),
        figure(83, indicator="life_expectancy", unit="a"),
    )
    voices = {one.observation.indicator: [one] for one in figures}
    made = find({one.code: rate(one, voices) for one in load_shipped()})
    assert [one.rating.item.code for one in made.strongest] == ["11.2.1"]
    assert [one.rating.item.code for one in made.weakest] == ["11.7.1b"]
