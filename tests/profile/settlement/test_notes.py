"""Notes on grids are whole sentences: their facts stand in slots, so that each can be translated and written by locale."""

from __future__ import annotations

from gettext import NullTranslations

import pytest
from babel import Locale

from ekistics.model.grids import GridNote, GridNoteKind
from ekistics.profile.settlement.notes import note_words, notes_block
from ekistics.publish.words import Words

CUT, BUILT_FROM = GridNoteKind.CENTRES_AT_THE_EDGE, GridNoteKind.BUILT_FROM


PORTUGUESE = {
    "The numbers of the grid of {year} are taken as {numbers}, and a cell as built from {share} of it on.": (
        "Os números da grade de {year} são lidos como {numbers}; uma célula é construída a partir de {share}."
    ),
    "m² in a cell": "m² por célula",
}


class Portuguese(NullTranslations):
    """A sentence and a unit as a translator would write them."""

    def gettext(self, message: str) -> str:
        return PORTUGUESE.get(message, message)


def told(note: GridNote, translations: NullTranslations | None = None, locale: str = "en") -> str:
    words = Words(translations or NullTranslations(), Locale.parse(locale))
    return words.plain(note_words(note)).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        (
            GridNote(GridNoteKind.NO_BUILT_UP_GRID, 2010),
            "No grid of built-up land of 2010 is given, so what is built there makes no cell dense.",
        ),
        (
            GridNote(CUT, 2010, count=1),
            "One urban centre of 2010 reaches the edge of the part of the grid that was read; what lies beyond is not counted.",
        ),
        (
            GridNote(CUT, 2010, count=1200),
            "1,200 urban centres of 2010 reach the edge of the part of the grid that was read; what lies beyond is not counted.",
        ),
        (GridNote(BUILT_FROM, 1990, share=0.25), "In the grid of 1990 a cell is taken as built from 25 % of it on."),
        (
            GridNote(BUILT_FROM, 1990, share=0.5, unit="percent"),
            "The numbers of the grid of 1990 are taken as per cent of a cell, and a cell as built from 50 % of it on.",
        ),
    ],
)
def test_a_note_is_one_sentence_with_its_facts(note, sentence):
    assert told(note) == sentence


def test_a_note_is_told_in_the_language_and_numbers_of_its_reader():
    note = GridNote(BUILT_FROM, 1990, share=0.125, unit="m2")
    assert told(note, Portuguese(), "pt") == (
        "Os números da grade de 1990 são lidos como m² por célula; uma célula é construída a partir de 12,5 %."
    )


@pytest.mark.parametrize("kind", GridNoteKind)
def test_notes_of_a_kind_share_one_message_whatever_their_facts(kind):
    one, other = (note_words(GridNote(kind, year, count=count, share=share)) for year, count, share in ((1990, 2, 0.5), (2020, 7, 0.1)))
    assert one.message == other.message


def test_without_notes_there_is_no_block():
    assert notes_block(()) == ()
