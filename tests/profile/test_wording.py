"""Voices told apart by what differs, and units as people read them."""

from __future__ import annotations

from dataclasses import replace

from tests.profile.sample import ACCESS

from ekistics.model.observations import Origin, Series
from ekistics.profile.recorded import VARIANTS
from ekistics.profile.texts import Name, Number
from ekistics.profile.wording import value_of, voice_words

ONE = replace(ACCESS.observation, series=Series("osm", Origin.COMPUTED, "2021-03"))


def test_voices_of_one_source_are_told_apart_by_their_variant_alone():
    other = replace(ONE, series=replace(ONE.series, variant="straight-line"))
    assert voice_words([ONE, other], other) == (VARIANTS["straight-line"], None)


def test_a_voice_for_another_boundary_says_inside_which():
    other = replace(ONE, boundary="urban-centre-2015")
    assert voice_words([ONE, other], other)[0].slots["boundary"] == Name("urban centre 2015")


def test_a_rate_a_year_is_read_as_per_cent_a_year():
    rate = value_of(replace(ONE, value=0.0146, unit="/a"))
    assert isinstance(rate, Number)
    assert (round(rate.value, 6), rate.unit) == (1.46, "%/a")
