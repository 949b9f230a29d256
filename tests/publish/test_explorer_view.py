"""The explorer's layers: round classes that hold every value, and texts that are ready to show."""

from __future__ import annotations

import gettext
import itertools
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from tests.profile.sample import evidence

from ekistics.model.errors import NotFound
from ekistics.model.observations import Status
from ekistics.model.places import Place, PlaceKind
from ekistics.profile.evidence import Dots, Evidence, MapShapes
from ekistics.publish.explorer_data import encode_explorer
from ekistics.publish.explorer_view import explorer_of, round_breaks
from ekistics.publish.words import PseudoTranslations, Words

EVIDENCE = Evidence(place=Place("x", PlaceKind.CITY, {"und": "Grid Town"}), commit=1, known_on=date(2026, 11, 21))
DOTS = Dots(np.array([10.0, 10.01]), np.array([50.0, 50.01]), np.array([1500.0, 500.0]), np.array([True, False]), "people_near_stops")


@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 4)), min_size=2, max_size=30).filter(lambda v: max(v) - min(v) > 1e-3))
def test_classes_are_at_most_five_equal_and_split_the_values(values):
    breaks = round_breaks(values)
    assert 1 <= len(breaks) <= 4
    assert all(b > a for a, b in itertools.pairwise(breaks))
    assert np.allclose(np.diff(breaks), np.diff(breaks)[0] if len(breaks) > 1 else 0)
    used = set(np.searchsorted(breaks, values, side="right"))
    assert {0, len(breaks)} <= used, "the first and the last class are not empty"


def test_people_are_counted_in_the_readers_locale():
    shown = explorer_of(replace(EVIDENCE, shapes=MapShapes(study=shapely.box(10, 50, 10.1, 50.1), dots=(DOTS,))), _words("de"))
    assert shown.reach[0].within == "reached: 1.500 people"
    assert shown.reach[0].beyond == "not reached: 500 people"
    assert json.loads(encode_explorer(shown))["name"] == "Grid Town"


def test_every_text_goes_through_the_catalogue():
    words = Words(PseudoTranslations(), Locale.parse("en"))
    shown = explorer_of(replace(EVIDENCE, shapes=MapShapes(study=shapely.box(10, 50, 10.1, 50.1), dots=(DOTS,))), words)
    told = [*shown.words.values(), *shown.titles.values(), shown.reach[0].within, shown.reach[0].beyond]
    assert [text for text in told if not text.startswith("⟦")] == []


def test_districts_are_named_classed_and_missing_ones_left_missing():
    shown = explorer_of(evidence(), _words("en"))
    (layer,) = shown.districts
    assert shown.district_names["d-1"] == "District D-1"
    assert (layer.title, layer.texts["d-1"]) == ("People within reach of public transport, %", "41.5")
    assert layer.labels == ("0 to 20", "20 to 40", "40 to 60", "60 to 80", "80 to 100")
    payload = json.loads(encode_explorer(shown, dots=50))
    sent = next(one for one in payload["layers"] if one["kind"] == "districts")
    assert (sent["classes"], sent["marked"]) == ("30", "10")


def test_no_dots_are_sent_where_no_count_of_people_is_in_hand():
    city = evidence()
    gone = lambda one: replace(one, observation=replace(one.observation, value=None, status=Status.MISSING))  # noqa: E731
    unknown = replace(city, chosen=tuple(replace(one, figure=gone(one.figure)) for one in city.chosen))
    payload = json.loads(encode_explorer(explorer_of(unknown, _words("en"))))
    assert payload["dots"] == []


def test_without_a_boundary_there_is_no_explorer():
    with pytest.raises(NotFound, match="Grid Town"):
        explorer_of(EVIDENCE, _words("en"))


def _words(locale: str) -> Words:
    return Words(gettext.NullTranslations(), Locale.parse(locale))
