"""The table of a theme's figures: what is worth a row, with its terms in one line where it is a share."""

from __future__ import annotations

from dataclasses import replace

from ekistics.model.cards import Card, Kind
from ekistics.model.observations import Figure, Observation
from ekistics.model.units import unit_of
from ekistics.profile import wording
from ekistics.profile.blocks import Cell, Column, Link, LinkKind, Table
from ekistics.profile.document import Section
from ekistics.profile.evidence import Evidence
from ekistics.profile.missing import without_value
from ekistics.profile.texts import Number, Text, say, say_n

_QUANTITIES = (Kind.COUNT, Kind.AREA, Kind.LENGTH, Kind.SUM)
_OF_THEIR_OWN = ("population", "area", "built_up_area")
"""Quantities that are read for themselves, whatever they enter."""


def is_only_a_term(evidence: Evidence, code: str) -> bool:
    """Whether a count, area or length only feeds figures of its own theme that are in hand: it stands in their row and page."""
    card = evidence.cards[code]
    if card.kind not in _QUANTITIES or code in _OF_THEIR_OWN:
        return False
    return any(
        other.theme == card.theme and other.kind not in _QUANTITIES and any(one.code == code for one in other.inputs)
        for other in evidence.cards.values()
        if evidence.figure(other.code) is not None
    )


def figures_section(evidence: Evidence, codes: list[str]) -> Section:
    """Return the table of the figures of a theme; columns that would say the same in every row are said once instead."""
    here = [(evidence.cards[code], figure) for code in codes if not is_only_a_term(evidence, code) and (figure := evidence.figure(code))]
    shown = [(card, figure) for card, figure in here if figure.observation.value is not None]
    gone = without_value((figure.observation, card) for card, figure in here)
    if not shown:
        return Section("figures", say("What is missing, and why"), (gone,) if gone else ())
    stated = any(one.observation.lower is not None for _, one in shown)
    terms = any(_terms(evidence, card, one.observation) for card, one in shown)
    heads = [Column(say("Indicator")), Column(say("Value"), number=True)]
    heads += [Column(say("Interval"), phone=False)] if stated else []
    heads += [Column(say("What over what"), phone=False)] if terms else []
    heads += [Column(say("Period"), date=True), Column(say("Source"), phone=False)]
    rows = tuple(_row(evidence, card, figure, stated=stated, terms=terms) for card, figure in shown)
    none = (
        None
        if stated
        else say_n(
            "Its error is not stated, which is not the same as none.",
            "None of them states its error, which is not the same as none.",
            len(shown),
        )
    )
    table = Table(say("Figures of this theme"), tuple(heads), rows, hidden_caption=True)
    blocks = (table, replace(gone, hidden_caption=False)) if gone else (table,)
    return Section("figures", say_n("The figure of this theme", "All {count} figures of this theme", len(rows)), blocks, none)


def _row(evidence: Evidence, card: Card, figure: Figure, *, stated: bool, terms: bool) -> tuple[Cell, ...]:
    one = figure.observation
    value, name = wording.value_of(one), wording.card_name(card)
    link = Link(value, LinkKind.FIGURE, str(figure.id))
    cells = [Cell(name), Cell(value, link=link)]
    cells += [Cell(wording.interval_of(one))] if stated else []
    cells += [Cell(_terms(evidence, card, one))] if terms else []
    return (*cells, Cell(wording.period_of(one.period)), Cell(wording.source_of(one)))


def _terms(evidence: Evidence, card: Card, one: Observation) -> Text | None:
    """Return numerator and denominator of a share in words, with the unit of what enters it."""
    if card.kind is not Kind.SHARE or not one.numerator or not one.denominator or one.denominator == 100:
        return None
    unit = next((given.unit for given in card.inputs if given.code in evidence.cards), "")
    decimals = 0 if unit_of(unit).whole else None
    part, whole = Number(one.numerator, decimals=decimals), Number(one.denominator, unit, decimals=decimals)
    return say("{part} of {whole}", part=part, whole=whole)
