"""The verb `measure --explain`: what a measurement would make, what is kept from an earlier one, and what is lacking.

Nothing is computed, and nothing is put on record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from ekistics.indicators.registry import newest_cards
from ekistics.model.cards import Card
from ekistics.workspace.formulas import USABLE
from ekistics.workspace.inputs import KIND_OF_SOURCE
from ekistics.workspace.measure import default_figures, record_formulas
from ekistics.workspace.measuring import chosen_variants, ground_cards, plan
from ekistics.workspace.session import Session
from ekistics.workspace.studying import inputs_of, options_of_place
from ekistics.workspace.trees import study_places

TABLE = "table"
"""What an indicator lacks that no formula of ours gives: an office reports it."""

IMPORTED_AS = {**KIND_OF_SOURCE, TABLE: (TABLE,)}
"""The kinds of file that fill what an indicator lacks; what is not among them is an indicator itself."""


class Outlook(StrEnum):
    """What would become of an indicator."""

    MADE = "made"
    KEPT = "kept"
    LACKING = "lacking"


@dataclass(frozen=True)
class PlannedStep:
    """One line of `measure --explain`."""

    place: str
    indicator: str
    edition: str
    variant: str
    outlook: Outlook
    layers: tuple[str, ...]
    """What it is tabulated from; empty for a formula over figures on record."""
    to_make: tuple[str, ...]
    """The layers that are not kept from earlier and would be made, those below them included."""
    figures: tuple[str, ...]
    """The indicators whose figures on record a formula takes."""
    lacks: tuple[str, ...]


def explain(
    session: Session, places: Sequence[str] | None, indicators: Sequence[str] | None, names: Sequence[str] | None
) -> list[PlannedStep]:
    """Return what a measurement would do, place by place, and what it lacks.

    Raises
    ------
    NotFound
        If a place, an indicator or a variant is unknown.
    """
    ground_cards(indicators)  # an unknown indicator is refused also where there is nothing to measure
    studied, variants = study_places(session, places), chosen_variants(names)
    steps = [step for code in studied for step in _on_the_ground(session, code, indicators, variants)]
    formulas = [one.card for one in record_formulas(indicators)]
    reported = [
        one.card for one in newest_cards() if indicators and one.card.code in indicators and not (one.card.layer or one.card.inputs)
    ]
    wanted = sorted({item.code for card in formulas for item in card.inputs} | {card.code for card in reported})
    frame = default_figures(session, places, wanted)
    usable = frame[frame["status"].isin(USABLE) & frame["value"].notna()]
    for code in places or dict.fromkeys([*studied, *sorted(usable["place"].unique())]):
        here = usable[usable["place"] == code]
        coming = {one.indicator for one in steps if one.place == code and one.outlook is not Outlook.LACKING}
        found = [*(_over_figures(code, card, here, coming) for card in formulas), *(_reported(code, card, here) for card in reported)]
        # what the many places lack that nobody asked for, such as districts, would bury the rest
        steps += [one for one in found if code in (places or studied) or one.outlook is not Outlook.LACKING]
    return steps


def _on_the_ground(session: Session, code: str, indicators: Sequence[str] | None, variants: Sequence[str]) -> list[PlannedStep]:
    inputs = inputs_of(session, code)
    if inputs is None:
        return []
    return [
        PlannedStep(code, one.indicator, one.edition, one.variant, _outlook(one.lacks, one.to_make), one.layers, one.to_make, (), one.lacks)
        for one in plan(inputs, wanted=indicators, names=variants, options=options_of_place(session, code))
    ]


def _outlook(lacks: Collection[str], to_make: Collection[str]) -> Outlook:
    if lacks:
        return Outlook.LACKING
    return Outlook.MADE if to_make else Outlook.KEPT


def _over_figures(place: str, card: Card, usable: pd.DataFrame, coming: Collection[str]) -> PlannedStep:
    """Plan a formula: a change takes figures of two dates, of which a measurement of today gives one."""
    operands = tuple(dict.fromkeys(item.code for item in card.inputs if item.code != "years"))
    changing = {item.code for item in card.inputs if item.at}
    optional = {item.code for item in card.inputs if item.optional}
    dates = usable.groupby("indicator")["period_end"].nunique()
    lacks = [
        f"{code} at two dates" if code in changing else code
        for code in operands
        if code not in optional and dates.get(code, 0) < (2 if code in changing else 1 - (code in coming))
    ]
    return PlannedStep(place, card.code, card.edition, "default", _outlook(lacks, operands), (), (), operands, tuple(lacks))


def _reported(place: str, card: Card, usable: pd.DataFrame) -> PlannedStep:
    lacks = () if (usable["indicator"] == card.code).any() else (TABLE,)
    return PlannedStep(place, card.code, card.edition, "default", _outlook(lacks, ()), (), (), (card.code,), lacks)
