"""Texts in the reader's language and numbers in the reader's locale (CLDR through Babel)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from ekistics.model.errors import InvalidInput
from ekistics.model.units import unit_of
from ekistics.profile.texts import Name, Number, Say, Text

_MINUS = "\u2212"
_NARROW_SPACE = "\u202f"


class Translations(Protocol):
    """What gettext offers: any `gettext.NullTranslations` or Babel catalogue."""

    def gettext(self, message: str) -> str:
        """Translate a message id."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Translate a message id with the form for a count."""


class PseudoTranslations:
    """A language that wraps every message in ⟦ ⟧: what stands outside was never handed to the catalogue."""

    def gettext(self, message: str) -> str:
        """Wrap a message; the empty one (the catalogue's header) stays empty."""
        return f"⟦{message}⟧" if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Wrap the form for a count."""
        return self.gettext(msgid1 if n == 1 else msgid2)


@dataclass(frozen=True)
class Words:
    """One language and locale. `plain` gives text for drawings and tables, `markup` gives HTML with data isolated by `<bdi>`."""

    translations: Translations
    locale: Locale

    @property
    def direction(self) -> str:
        """Return `ltr` or `rtl`."""
        return str(self.locale.text_direction)

    def plain(self, text: Text | str | int | date | None) -> str:
        """Return a text without markup."""
        match text:
            case None:
                return ""
            case Say():
                return _fill(self._message(text), {name: self.plain(slot) for name, slot in text.slots.items()})
            case Name(text=words):
                return words
            case Number():
                return self.number(text)
            case date():
                return str(format_date(text, "d MMM y", locale=self.locale))
            case int():
                return _signs(str(format_decimal(text, locale=self.locale)))
            case str():
                return text
            case _:
                raise InvalidInput("a slot that cannot be printed", found=type(text).__name__, expected="a text, a number or a date")

    def markup(self, text: Text | str | int | date | None) -> Markup:
        """Return a text as HTML: data inside `<bdi class="data">`, all of it escaped."""
        if text is None:
            return Markup("")
        if isinstance(text, Say):
            slots = {name: str(self.markup(slot)) for name, slot in text.slots.items()}
            return Markup(_fill(str(escape(self._message(text))), slots))  # noqa: S704  (each slot is escaped by its own call)
        return Markup('<bdi class="data">{}</bdi>').format(self.plain(text))

    def number(self, number: Number) -> str:
        """Return a number with its unit: three significant digits unless it says otherwise, never more than its error justifies."""
        if number.year:
            return str(int(number.value))
        decimals = decimals_of(number)
        pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
        rounded = round(number.value, decimals)
        told = _signs(str(format_decimal(rounded + 0.0, format=pattern, locale=self.locale)))
        if number.signed and rounded > 0:
            told = f"+{told}"
        symbol = unit_of(number.unit).symbol if number.unit and not number.bare else ""
        return f"{told}{_NARROW_SPACE if symbol == '%' else chr(0xA0)}{self._unit(symbol)}" if symbol else told

    def _unit(self, symbol: str) -> str:
        return self.translations.gettext(symbol) if symbol.isascii() and symbol[:1].isalpha() and len(symbol) > 3 else symbol

    def _message(self, text: Say) -> str:
        if text.plural and text.count is not None:
            return self.translations.ngettext(text.message, text.plural, text.count)
        return self.translations.gettext(text.message) if text.message else ""


def decimals_of(number: Number) -> int:
    """Return how many decimals to print.

    Examples
    --------
    >>> [decimals_of(Number(value)) for value in (443141.0, 93.14, 0.07144, 0.0)]
    [0, 1, 4, 0]
    >>> decimals_of(Number(24.31, error=2.2))
    1
    """
    if number.decimals is not None:
        return number.decimals
    value = abs(number.value)
    if value == 0 or not math.isfinite(value):
        return 0
    wanted = max(0, number.digits - 1 - math.floor(math.log10(value)))
    if number.unit == "%" and number.digits <= 3 and value >= 1:
        wanted = min(wanted, 1)
    if number.error is not None and number.error > 0:
        wanted = min(wanted, max(0, 1 - math.floor(math.log10(number.error))))
    return min(wanted, 9)


def _fill(message: str, slots: dict[str, str]) -> str:
    for name, told in slots.items():
        message = message.replace("{" + name + "}", told)
    return message


def _signs(told: str) -> str:
    return told.replace("-", _MINUS)
