"""Titles claim no more than the figures bear."""

from __future__ import annotations

from dataclasses import replace

from tests.profile.sample import AIR, CARDS, evidence, figure

from ekistics.model.targets import Target
from ekistics.profile.evidence import Trend
from ekistics.profile.titles import districts_sentence, trend_title
from ekistics.profile.wording import display_name, even_decimals


def test_a_trend_within_its_error_has_hardly_moved():
    now = replace(AIR[2014], observation=replace(AIR[2014].observation, standard_error=3.0))
    assert "within its error" in trend_title(CARDS["pm25"], Trend("pm25", (AIR[2000], now))).message


def test_a_trend_is_not_told_across_a_break():
    assert "breaks" in trend_title(CARDS["pm25"], Trend("pm25", tuple(AIR.values()), breaks=(2010,))).message


def test_a_rise_above_a_guideline_misses_it():
    aim = Target("pm25", "x-1", 5.0, "ug/m3", 2021, "WHO")
    assert trend_title(CARDS["pm25"], Trend("pm25", tuple(AIR.values()), aim)).message.endswith("rose since {since} and misses its target")


def test_one_measurement_is_no_trend():
    assert "measured once" in trend_title(CARDS["pm25"], Trend("pm25", (figure(1, "pm25", 4.0, 2014),))).message


def test_districts_below_half_are_counted():
    assert districts_sentence(evidence().districts, "public_transport_access").count == 1


def test_capitals_are_set_in_title_case():
    assert display_name("CEO OMAYRA SÁNCHEZ") == "CEO Omayra Sánchez"


def test_a_column_has_equal_decimals():
    assert even_decimals([12.8, 3.1, 61.0]) == 1
    assert even_decimals([]) == 0


def test_a_break_is_dated_by_the_last_figure_before_it():
    broken = Trend(
        "population",
        (figure(1, "population", 1.0, 1975), figure(2, "population", 2.0, 2000), figure(3, "population", 3.0, 2015)),
        breaks=(2015,),
    )
    assert trend_title(evidence().cards["population"], broken).slots["year"].value == 2000
