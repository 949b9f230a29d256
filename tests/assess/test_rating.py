"""An item is rated against its benchmark, or says why it is not."""

from __future__ import annotations

import pytest
from tests.assess.figures import figure

from ekistics.assess.rating import Standing, rate
from ekistics.model.frameworks import Band, Benchmark, Form, Framework, Item, Level
from ekistics.model.observations import Status
from ekistics.model.targets import Target

BANDS = (Band("A", "very solid", 80), Band("B", "solid", 70), Band("F", "very weak", 0))
ACCESS = Benchmark(Form.IDENTITY, "%", target=100, target_year=2030, source="SDG", verified=True)


def agenda(*items, third_party=False):
    return Framework("x", "X", "1", "us", True, third_party, {"target": (Level("1", "One"),)}, items, BANDS)


def item(benchmark=ACCESS, direction="higher", indicators=("public_transport_access",), needs="a timetable"):
    return Item("1.1", "Access", ("1",), True, indicators, benchmark, direction, needs)


def rating(*figures, targets=(), third_party=False, **more):
    voices: dict[str, list] = {}
    for one in figures:
        voices.setdefault(one.observation.indicator, []).append(one)
    return rate(agenda(item(**more), third_party=third_party), voices, targets)[0]


def test_figure_gets_score_band_gap_and_year():
    made = rating(figure(75.0, year=2023))
    assert (made.standing, made.score, made.band.letter, made.gap, made.year) == (Standing.RATED, 75.0, "B", 25.0, 2023)
    assert (made.aim, made.aim_year, made.provisional) == (100, 2030, False)


def test_item_without_a_figure_says_which_file_would_fill_it():
    made = rating()
    assert (made.standing, made.reason) == (Standing.MISSING, "a timetable")


def test_figure_without_a_value_says_its_own_reason():
    made = rating(figure(None, status=Status.UNDEFINED, reason="nobody lives there"))
    assert (made.standing, made.reason, made.score) == (Standing.MISSING, "nobody lives there", None)


def test_item_without_benchmark_or_direction_is_shown_and_not_rated():
    assert "no benchmark" in rating(figure(), benchmark=None).reason
    assert "no direction" in rating(figure(), benchmark=None, direction="neutral").reason
    assert rating(figure(75.0), benchmark=None).value == 75.0


def test_unstable_figure_is_shown_and_not_rated():
    made = rating(figure(75.0, status=Status.UNSTABLE, reason="too small a sample"))
    assert (made.standing, made.value, made.score, made.reason) == (Standing.NOT_RATED, 75.0, None, "too small a sample")


def test_ratio_over_a_falling_population_is_not_praised():
    made = rating(
        figure(-2.0, indicator="land_consumption_ratio", unit="1", numerator=0.02, denominator=-0.01),
        indicators=("land_consumption_ratio",),
        benchmark=Benchmark(Form.LINEAR, "1", higher_is_better=False, minimum=0, maximum=3),
        direction="lower",
    )
    assert (made.standing, made.score) == (Standing.NOT_RATED, None)
    assert "cannot be judged" in made.reason


def test_figure_in_another_unit_is_converted_by_the_listed_factor_and_the_gap_is_in_its_own():
    made = rating(figure(0.75, unit="1"))
    assert made.score == pytest.approx(75)
    assert made.gap == pytest.approx(0.25)
    assert rating(figure(75.0, unit="furlong")).standing is Standing.NOT_RATED


def test_interval_goes_through_to_the_score_and_the_band():
    made = rating(figure(75.0, lower=65.0, upper=85.0))
    assert (made.score_low, made.score_high, made.band_low.letter, made.band_high.letter) == (65, 85, "F", "A")
    two_sided = rating(figure(19.0, lower=15.0, upper=25.0), benchmark=Benchmark(Form.TARGET_TWO_SIDED, "%", target=20))
    assert two_sided.score_high == 100


def test_unverified_and_third_party_benchmarks_are_provisional():
    assert rating(figure(), benchmark=Benchmark(Form.LINEAR, "%", minimum=0, maximum=100)).provisional
    assert rating(figure(), third_party=True).provisional


def test_the_citys_own_target_gives_the_gap_and_scores_what_has_no_benchmark():
    target = Target("public_transport_access", "city", 80.0, "%", 2028, "the council")
    made = rating(figure(60.0), targets=[target])
    assert (made.gap, made.aim_year, made.score) == (20, 2028, 60)
    alone = rating(figure(60.0), targets=[target], benchmark=None)
    assert (alone.score, alone.provisional) == (75, False)
    lower = rating(figure(100.0), targets=[target], benchmark=None, direction="lower")
    assert lower.score == 75


def test_the_first_indicator_that_can_be_rated_is():
    codes = ("handwashing_share", "public_transport_access")
    assert rating(figure(70.0), indicators=codes).indicator == "public_transport_access"
    unfit = figure(70.0, indicator="handwashing_share", status=Status.UNSTABLE)
    assert rating(unfit, figure(60.0), indicators=codes).indicator == "public_transport_access"


def test_trend_and_voices_are_kept_beside_the_score():
    made = rating(figure(50.0, year=2010), figure(70.0, year=2020))
    assert (made.trend_sign, made.trend.per_year, made.value) == (1, 2, 70)
    assert len(made.choice.passed_over) == 1


def test_figures_of_a_part_of_the_people_are_not_taken_for_the_whole():
    assert rating(figure(70.0, breakdown="SEX=F")).standing is Standing.MISSING
