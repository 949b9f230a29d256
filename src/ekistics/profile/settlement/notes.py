"""What is to be said of the grids that classes and growth come from, as sentences that a translator has seen whole."""

from __future__ import annotations

from collections.abc import Sequence

from ekistics.model.grids import GridNote, GridNoteKind
from ekistics.profile.blocks import Block, Prose
from ekistics.profile.texts import Name, Number, Text, say, say_n

_NUMBERS = {"share": say("shares of a cell"), "percent": say("per cent of a cell"), "m2": say("m² in a cell")}
"""What numbers of built-up land may be taken for."""


def notes_block(notes: Sequence[GridNote]) -> tuple[Block, ...]:
    """Return the notes as one block, nothing where there are none."""
    return (Prose(tuple(map(note_words, notes)), note=True),) if notes else ()


def note_words(note: GridNote) -> Text:
    """Return the sentence of a note."""
    year = Number(note.year, year=True)
    match note.kind:
        case GridNoteKind.NO_BUILT_UP_GRID:
            return say("No grid of built-up land of {year} is given, so what is built there makes no cell dense.", year=year)
        case GridNoteKind.CENTRES_AT_THE_EDGE:
            return say_n(
                "One urban centre of {year} reaches the edge of the part of the grid that was read; what lies beyond is not counted.",
                "{count} urban centres of {year} reach the edge of the part of the grid that was read; what lies beyond is not counted.",
                note.count,
                year=year,
            )
        case GridNoteKind.BUILT_FROM:
            share = _percent(note.share)
            if not note.unit:
                return say("In the grid of {year} a cell is taken as built from {share} of it on.", year=year, share=share)
            return say(
                "The numbers of the grid of {year} are taken as {numbers}, and a cell as built from {share} of it on.",
                year=year,
                numbers=_NUMBERS.get(note.unit) or Name(note.unit),
                share=share,
            )


def _percent(share: float) -> Number:
    """Return a share that somebody set, in per cent as they set it: 50 %, 12.5 %."""
    told = round(100 * share, 1)
    return Number(told, "%", decimals=0 if told.is_integer() else 1)
