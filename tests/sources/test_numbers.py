"""Numbers: each style reads what it declares, and nothing by guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.sources.numbers import NumberStyle, parse_number

STYLES = {
    "english": NumberStyle(".", ","),
    "german": NumberStyle(",", "."),
    "french": NumberStyle(",", ""),
    "plain": NumberStyle(".", ""),
}
VALUES = [0.0, 5.0, 12.5, 999.0, 1234.0, 98765.25, 1234567.0, 1234567.125, 12345678.5]


def written(value, decimal, thousands, groups="western"):
    whole, _, fraction = f"{value:.3f}".rstrip("0").rstrip(".").partition(".")
    parts, size = [], 3
    while whole:
        parts.insert(0, whole[-size:])
        whole, size = whole[:-size], 2 if groups == "indian" else 3
    return thousands.join(parts) + (decimal + fraction if fraction else "")


def cases():
    """Some three hundred writings: styles x groupings x signs x digits x values."""
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    persian = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    for value in VALUES:
        for style, decimal, thousands in (
            ("english", ".", ","), ("german", ",", "."), ("french", ",", "\u202f"), ("french", ",", "\u00a0"), ("plain", ".", " "),
            ("plain", ".", "'"), ("plain", ".", "’"), ("plain", ".", ""), ("french", ",", ""),
        ):  # fmt: skip
            text = written(value, decimal, thousands)
            yield text, style, value
            yield "−" + text, style, -value
            yield f" \u200f{text}\u00a0", style, value
        yield written(value, ".", ",", "indian"), "english", value
        yield written(value, ".", ",").translate(arabic), "english", value
        yield written(value, "٫", "٬").translate(arabic), "plain", value
        yield written(value, "٫", "٬").translate(persian), "french", value
        yield "+" + written(value, ".", ""), "plain", value


CASES = list(cases())


def test_there_are_three_hundred_cases():
    assert len(CASES) >= 280


@pytest.mark.parametrize(("text", "style", "value"), CASES)
def test_a_number_is_read_as_its_style_writes_it(text, style, value):
    assert parse_number(text, STYLES[style]).value == value


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("1,204", "plain"), ("1.204", "french"), ("1.2.3", "plain"), ("1,23,4", "english"), ("12,34", "english"), ("1 2", "plain"),
        ("abc", "plain"), ("12abc", "plain"), ("1..2", "plain"), ("--5", "plain"), ("inf", "plain"), ("1e999", "plain"), ("0x10", "plain"),
        ("=1+1", "plain"), ("5*", "plain"), ("(5)", "plain"), ("1,5,", "french"), ("1.5,000", "english"), ("1_000", "plain"),
        ("٣٫٥٫١", "plain"), ("12:30", "plain"), ("True", "plain"), ("²", "plain"),
    ],
)  # fmt: skip
def test_what_is_no_number_in_the_style_is_a_fault_and_never_zero(text, style):
    parsed = parse_number(text, STYLES[style])
    assert parsed.value is None
    assert parsed.fault


@pytest.mark.parametrize("text", ["", "  ", "n/a", "N/A", "..", "—", "NULL", "\u00a0"])
def test_missing_codes_are_missing(text):
    assert parse_number(text).is_missing


@pytest.mark.parametrize("text", ["-9999", "-9999.0", "−9999"])
def test_a_numeric_missing_code_is_missing_however_it_is_written(text):
    assert parse_number(text, NumberStyle(missing=frozenset({"", "-9999"}))).is_missing


@pytest.mark.parametrize("text", ["12.5%", "12.5 %", "%12.5", "12.5\u00a0%", "١٢٫٥٪"])
def test_a_percent_sign_is_told(text):
    parsed = parse_number(text)
    assert (parsed.value, parsed.is_percent) == (12.5, True)


@given(st.text(max_size=30), st.sampled_from(sorted(STYLES)))
def test_any_text_gives_a_number_a_missing_or_a_fault(text, style):
    parsed = parse_number(text, STYLES[style])
    assert (parsed.value is not None) + parsed.is_missing + bool(parsed.fault) == 1


@given(st.floats(-1e15, 1e15))
def test_what_python_writes_reads_back_equal(value):
    assert parse_number(repr(value)).value == value
