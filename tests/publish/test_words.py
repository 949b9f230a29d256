"""Numbers and texts as readers see them."""

from __future__ import annotations

from datetime import date
from gettext import NullTranslations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput
from ekistics.profile.texts import Name, Number, say, say_n
from ekistics.publish.words import PseudoTranslations, Words

ENGLISH = Words(NullTranslations(), Locale("en"))
SPANISH = Words(NullTranslations(), Locale("es"))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (Number(443141.0, "{person}", decimals=0), "443,141\u00a0people"),
        (Number(93.14, "%"), "93.1\u202f%"),
        (Number(0.0714448), "0.0714"),
        (Number(-0.98), "\u22120.980"),
        (Number(0.0), "0"),
        (Number(2015, year=True), "2015"),
        (Number(24.31, error=2.2), "24.3"),
        (Number(24.31, error=22.0), "24"),
        (Number(1.5, "%", signed=True), "+1.5\u202f%"),
        (Number(-0.0001, decimals=1), "0.0"),
        (Number(5.0, "ug/m3", decimals=0, bare=True), "5"),
    ],
)
def test_numbers(number, told):
    assert ENGLISH.number(number) == told


def test_numbers_follow_the_locale():
    assert SPANISH.number(Number(1234567.0, decimals=0)) == "1.234.567"


def test_a_plural_follows_its_count():
    assert [ENGLISH.plain(say_n("one file", "{count} files", count)) for count in (1, 2)] == ["one file", "2 files"]


def test_slots_are_isolated_and_escaped():
    assert ENGLISH.markup(say("In {place}", place="<i>X</i>")) == 'In <bdi class="data">&lt;i&gt;X&lt;/i&gt;</bdi>'


def test_a_translation_cannot_bring_markup():
    class Hostile(NullTranslations):
        def gettext(self, message):
            return "<script>"

    assert "<script>" not in Words(Hostile(), Locale("en")).markup(say("Hello"))


def test_dates_follow_the_locale():
    assert ENGLISH.plain(say("{day}", day=date(2026, 11, 21))) == "21 Nov 2026"


def test_what_cannot_be_printed_is_refused():
    with pytest.raises(InvalidInput):
        ENGLISH.plain(object())


def test_the_pseudo_language_wraps_messages_not_names():
    assert Words(PseudoTranslations(), Locale("en")).plain(say("In {place}", place=Name("Lima"))) == "⟦In Lima⟧"


@given(st.floats(-1e12, 1e12))
def test_a_number_never_prints_an_ascii_minus(value):
    assert "-" not in ENGLISH.number(Number(value))
