"""Catalogues: the nearest language is given, English where there is none, and a broken file is named."""

from __future__ import annotations

import pytest

from ekistics.model.errors import InvalidInput
from ekistics.publish.catalogues import PSEUDO_LANGUAGE, Catalogues, catalogue_folder, locale_of

PORTUGUESE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: pt\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "People"
msgstr "Pessoas"

#, fuzzy
msgid "Streets"
msgstr "Estradas"

msgid "One place"
msgid_plural "{count} places"
msgstr[0] "Um lugar"
msgstr[1] "{count} lugares"
"""


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "pt" / "LC_MESSAGES" / "ekistics.po"
    path.parent.mkdir(parents=True)
    path.write_text(PORTUGUESE, "utf-8")
    return tmp_path


def test_a_catalogue_translates_and_knows_its_plural_rule(folder):
    words = Catalogues.read(folder).of("pt")
    assert words.gettext("People") == "Pessoas"
    assert [words.ngettext("One place", "{count} places", n) for n in (0, 1, 2)] == ["Um lugar", "Um lugar", "{count} lugares"]


def test_a_doubtful_translation_is_left_out(folder):
    assert Catalogues.read(folder).of("pt").gettext("Streets") == "Streets"


@pytest.mark.parametrize(
    ("asked", "given"),
    [("pt-BR,pt;q=0.9,en;q=0.8", "pt"), ("pt", "pt"), ("pt_BR", "pt"), ("ar", "en"), ("", "en"), ("../../etc", "en"), ("en", "en")],
)
def test_the_nearest_language_is_chosen(folder, asked, given):
    assert Catalogues.read(folder).chosen(asked) == given


def test_english_is_the_message_ids_themselves(folder):
    catalogues = Catalogues.read(folder)
    assert catalogues.languages == ("en", "pt")
    assert catalogues.of("en").gettext("People") == "People"


def test_the_pseudo_locale_marks_every_message_and_is_not_offered(folder):
    catalogues = Catalogues.read(folder)
    assert catalogues.of(catalogues.chosen("en-XA")).gettext("People") == "⟦People⟧"
    assert PSEUDO_LANGUAGE not in catalogues.languages
    assert locale_of(PSEUDO_LANGUAGE) == "en"


@pytest.mark.parametrize(("name", "text"), [("pt", "this is no catalogue"), ("no language", PORTUGUESE)])
def test_a_broken_catalogue_is_named(tmp_path, name, text):
    path = tmp_path / name / "LC_MESSAGES" / "ekistics.po"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(InvalidInput, match=r"ekistics\.po"):
        Catalogues.read(tmp_path)


def test_the_catalogues_of_the_package_can_be_read():
    assert "en" in Catalogues.read(catalogue_folder()).languages
