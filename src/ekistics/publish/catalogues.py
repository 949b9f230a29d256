"""Translations by language, read from gettext catalogues (`locale/LANGUAGE/LC_MESSAGES/ekistics.po`)."""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from ekistics.model.errors import InvalidInput
from ekistics.publish.words import PseudoTranslations, Translations

DOMAIN = "ekistics"
SOURCE_LANGUAGE = "en"
PSEUDO_LANGUAGE = "en-XA"
"""The pseudo-locale: every message marked, so that a text outside the catalogue is seen. Never offered to readers."""


@dataclass(frozen=True)
class Catalogues:
    """Every language that there is, English among them without a catalogue: its texts are the message ids."""

    _by_language: Mapping[str, Translations] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Catalogues:
        """Read every catalogue in a folder; a translation marked fuzzy is left out, so its English stands.

        Raises
        ------
        InvalidInput
            If a catalogue cannot be read, or a folder's name is no language.
        """
        found: dict[str, Translations] = {}
        for path in sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
            language = path.parents[1].name.replace("_", "-")
            try:
                Locale.parse(language, sep="-")
                with path.open("rb") as opened:
                    catalogue = read_po(opened, abort_invalid=True)
            except (PoFileError, UnknownLocaleError, ValueError) as error:
                raise InvalidInput("this catalogue cannot be read", file=str(path), found=str(error)) from error
            compiled = io.BytesIO()
            write_mo(compiled, catalogue)
            compiled.seek(0)
            found[language] = gettext.GNUTranslations(compiled)
        return cls(found)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that a reader may choose, English first."""
        return (SOURCE_LANGUAGE, *(one for one in self._by_language if one != SOURCE_LANGUAGE))

    def chosen(self, asked: str) -> str:
        """Return the language nearest to what was asked for (`pt-BR, pt`), English where none fits."""
        wanted = [part.partition(";")[0].strip().replace("_", "-") for part in asked.split(",")]
        if PSEUDO_LANGUAGE in wanted:
            return PSEUDO_LANGUAGE
        return negotiate_locale([one for one in wanted if one], self.languages, sep="-") or SOURCE_LANGUAGE

    def of(self, language: str) -> Translations:
        """Return the translations of a language that `chosen` gave."""
        if language == PSEUDO_LANGUAGE:
            return PseudoTranslations()
        return self._by_language.get(language) or gettext.NullTranslations()


def locale_of(language: str) -> str:
    """Return the CLDR tag that numbers and dates are written by: the language itself, English for the pseudo-locale."""
    return SOURCE_LANGUAGE if language == PSEUDO_LANGUAGE else language


def catalogue_folder() -> Path:
    """Return where the package keeps its catalogues."""
    return Path(__file__).resolve().parents[1] / "locale"
