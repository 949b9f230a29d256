"""Trends follow one series; a change of series is a break."""

from __future__ import annotations

import pytest
from tests.assess.figures import figure, with_terms

from ekistics.assess.trends import trend_of
from ekistics.model.observations import Flag, Origin


def test_change_a_year_and_its_sign():
    made = trend_of([figure(10, year=2010), figure(16, year=2013)])
    assert (made.change, made.years, made.per_year, made.sign, made.breaks) == (6, 3, 2, 1, ())
    assert trend_of([figure(16, year=2010), figure(10, year=2013)]).sign == -1


def test_a_single_figure_has_no_trend_and_none_at_all_is_none():
    assert trend_of([figure(1)]).sign is None
    assert trend_of([]) is None


def test_change_of_series_is_a_break_and_is_not_differenced_across():
    made = trend_of([figure(10, year=2010), figure(11, year=2012), with_terms(50, year=2020, origin=Origin.COMPUTED, source="osm")])
    assert made.breaks == (2,)
    assert made.break_years == (2020,)
    assert made.change is None


def test_change_of_boundary_and_a_flagged_figure_are_breaks():
    assert trend_of([figure(1, year=2010, boundary="a"), figure(2, year=2011, boundary="b")]).breaks == (1,)
    made = trend_of([figure(1, year=2010), figure(5, year=2011, flags=frozenset({Flag.BREAK})), figure(6, year=2012)])
    assert (made.breaks, made.change) == ((1,), 1)


def test_trend_follows_the_series_of_the_newest_figure_where_two_speak():
    model = [figure(v, year=y, origin=Origin.MODELLED, source="model") for v, y in ((1, 2010), (2, 2015), (3, 2020))]
    made = trend_of([*model, figure(40, year=2010)])
    assert [one.observation.value for one in made.figures] == [1, 2, 3]


def test_intervals_that_meet_cannot_be_told_apart():
    made = trend_of([figure(10, year=2010, lower=8, upper=12), figure(11, year=2012, lower=9, upper=13)])
    assert (made.sign, made.change) == (0, 1)


def test_change_over_all_dates_is_no_point_of_the_trend():
    rates = [figure(1, period="1990/2000"), figure(2, period="2001/2014"), figure(9, period="1990/2014")]
    made = trend_of(rates)
    assert [one.observation.value for one in made.figures] == [1, 2]


def test_equal_ends_have_sign_zero():
    assert trend_of([figure(10, year=2010), figure(10, year=2013)]).sign == 0
    assert trend_of([figure(10, year=2010), figure(10, year=2013)]).per_year == pytest.approx(0)
