"""Recorded names in words: what is listed is said, what is not stays readable, nothing of the machine is shown."""

from __future__ import annotations

import pytest

from ekistics.profile.recorded import layer_words, option_words, report_words, source_name, variant_words
from ekistics.profile.texts import Name, Number


def test_a_source_that_is_not_listed_reads_as_a_name():
    assert source_name("guaguas-municipales+office/open-data") == "Guaguas Municipales, Office, open data"


def test_a_source_with_capitals_stays_as_recorded():
    assert source_name("INE Padrón") == "INE Padrón"


@pytest.mark.parametrize("kind", ["walk_to_schools", "reach_low_capacity_stops", "zone_reach_health", "something_new"])
def test_no_layer_shows_an_underscore(kind):
    words = layer_words(kind)
    told = words.text if isinstance(words, Name) else words.message
    assert "_" not in told


def test_a_variant_that_is_not_listed_has_spaces():
    assert variant_words("two-stops") == Name("two stops")


def test_counts_of_zero_are_not_reported():
    assert report_words({"targets": 0, "ready": True, "by_rule": {"park": 3}}) is None


def test_a_share_is_reported_in_per_cent():
    assert report_words({"share_on_untagged_buildings": 0.546}).slots["value"] == Number(54.6, "%")


def test_a_time_of_day_is_a_clock_time():
    assert option_words("window_end_s", 100_800.0)[1] == Name("28:00")


def test_what_only_tells_the_machine_how_it_ran_is_left_out():
    assert option_words("ground", True) is None
