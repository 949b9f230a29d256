"""Numbers as offices write them: decimal comma, grouped digits, Arabic-Indic digits, minus signs, percent signs.

A text is read by a declared style and never by guess: `1.204` is 1204 where the point groups digits, 1.204 where it is the decimal
mark, and a problem where the style says neither. What cannot be read is a problem, never 0.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field

MISSING_CODES = ("", "n/a", "na", "#n/a", "nan", "null", "none", "..", "...", "-", "–", "—", ":", "x")
"""Texts that say that there is no figure, in any case, unless a mapping names its own."""

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2069\ufeff"))
_MINUS = {ord(sign): "-" for sign in "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"}
_SPACES = "\u00a0\u202f\u2009\u2007 '’ʼ"
_ARABIC_DECIMAL, _ARABIC_THOUSANDS = "\u066b", "\u066c"
_PERCENT = ("%", "\u066a", "\uff05", "\ufe6a")
_PLAIN = re.compile(r"([+-]?)(\d[\d,.']*|[.,]\d+)(?:[eE]([+-]?\d{1,3}))?", re.ASCII)
_WESTERN = re.compile(r"\d{1,3}(?:T\d{3})+", re.ASCII)
_INDIAN = re.compile(r"\d{1,2}(?:T\d{2})+T\d{3}", re.ASCII)


@dataclass(frozen=True)
class NumberStyle:
    """How a file writes numbers: its decimal mark (`.` or `,`), its thousands mark (`.`, `,` or none), its missing codes.

    Spaces and apostrophes between groups of digits are read in any style: they can mean nothing else.
    """

    decimal: str = "."
    thousands: str = ""
    missing: frozenset[str] = field(default=frozenset(MISSING_CODES))


@dataclass(frozen=True)
class Parsed:
    """A number, or why there is none: `is_missing` by a missing code, else `fault` (what was expected, for a sentence)."""

    value: float | None
    is_missing: bool = False
    is_percent: bool = False
    fault: str = ""


def parse_number(text: str, style: NumberStyle | None = None) -> Parsed:
    """Read one number.

    Examples
    --------
    >>> parse_number("1.204,5", NumberStyle(decimal=",", thousands=".")).value
    1204.5
    >>> parse_number("1,204").fault
    'a number without a comma, or the comma declared as thousands or decimal mark'
    """
    style = style or NumberStyle()
    text = text.translate(_INVISIBLE).strip()
    if text.casefold() in style.missing:
        return Parsed(None, is_missing=True)
    plain, is_percent = _without_percent(text)
    plain = _ascii(plain.translate(_MINUS), style)
    matched = _PLAIN.fullmatch(_joined_at_spaces(plain))
    if matched is None:
        return Parsed(None, fault="a number")
    sign, digits, exponent = matched.groups()
    whole, mark, fraction = digits.partition(style.decimal)
    if mark and not fraction.isdigit() and fraction:
        return Parsed(None, fault="one decimal mark, and no thousands mark after it")
    ungrouped = _ungrouped(whole, style.thousands)
    if ungrouped is None:
        return Parsed(None, fault=_said_of_marks(whole, style))
    value = float(f"{sign}{ungrouped or 0}.{fraction or 0}e{exponent or 0}")
    if not math.isfinite(value):
        return Parsed(None, fault="a number within what can be held")
    # a missing code may be written as a number in another dress: -9999 as -9999.0
    if f"{value:.12g}" in style.missing and not is_percent:
        return Parsed(None, is_missing=True)
    return Parsed(value, is_percent=is_percent)


def _without_percent(text: str) -> tuple[str, bool]:
    for sign in _PERCENT:
        if text.endswith(sign) or text.startswith(sign):
            return text.removesuffix(sign).removeprefix(sign).strip(), True
    return text, False


def _ascii(text: str, style: NumberStyle) -> str:
    """Turn the digits of any script, and the Arabic marks, into those of the style."""
    if text.isascii():
        return text
    arabic = text.replace(_ARABIC_DECIMAL, style.decimal).replace(_ARABIC_THOUSANDS, "'")
    return "".join(str(unicodedata.decimal(one)) if unicodedata.decimal(one, -1) >= 0 else one for one in arabic)


def _joined_at_spaces(text: str) -> str:
    """Write spaces and apostrophes between digits as one sign that groups digits."""
    return re.sub(rf"(?<=\d)[{_SPACES}](?=\d)", "'", text)


def _ungrouped(whole: str, thousands: str) -> str | None:
    """Return digits without their grouping; None where the grouping is not one."""
    if whole.isdigit() or not whole:
        return whole
    mark = "'" if "'" in whole else thousands
    if not mark or mark not in whole:
        return None
    pattern = whole.replace(mark, "T")
    if _WESTERN.fullmatch(pattern) or _INDIAN.fullmatch(pattern):
        return pattern.replace("T", "")
    return None


def _said_of_marks(whole: str, style: NumberStyle) -> str:
    for mark, name in ((",", "comma"), (".", "point")):
        if mark in whole and mark != style.thousands:
            return f"a number without a {name}, or the {name} declared as thousands or decimal mark"
    return "digits in groups of three"
