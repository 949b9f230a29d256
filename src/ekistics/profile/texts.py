"""Texts before they are translated and numbers before they are formatted.

A text is a `Say`: a message id (one whole sentence in plain English, with named slots) and the values of its slots. Numbers stay
numbers until `publish/` writes them in the reader's locale; names from files are `str` in a slot and are never translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Number:
    """A number to print: UCUM unit (empty prints none), and how exact.

    `decimals` fixes the places after the mark; without it three significant digits are shown, fewer where `error` (a standard
    error or half an interval, in the same unit) justifies fewer. `signed` prints a plus; `year` prints a year, never grouped.
    """

    value: float
    unit: str = ""
    decimals: int | None = None
    error: float | None = None
    digits: int = 3
    signed: bool = False
    bare: bool = False
    """Rounded as its unit asks, printed without it."""
    year: bool = False


@dataclass(frozen=True)
class Say:
    """A message with its slots. `plural` and `count` choose between two forms by the language's own rule."""

    message: str
    slots: Mapping[str, Number | Say | Name | str | int | date] = field(default_factory=dict)
    plural: str = ""
    count: int | None = None


def say(message: str, /, **slots: Number | Say | Name | str | int | date) -> Say:
    """Return a text to be translated; `{name}` in it stands for the slot of that name."""
    return Say(message, slots)


def say_n(one: str, many: str, count: int, /, **slots: Number | Say | Name | str | int | date) -> Say:
    """Return a text whose form depends on a count; `{count}` prints it."""
    return Say(one, {"count": count, **slots}, many, count)


@dataclass(frozen=True)
class Name:
    """A text that comes from data or a file: shown as it stands, isolated, never translated."""

    text: str


Text = Say | Name | Number
"""Anything that can be printed in a line."""
