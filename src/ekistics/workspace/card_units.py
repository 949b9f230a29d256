"""What the cards of indicators ask of a mapping: figures go on record in the unit of their card, or not at all.

A formula takes its inputs to stand in the units of their cards, so hectares under a card in square kilometres would be a figure
a hundred times too large that nothing shows.
"""

from __future__ import annotations

import difflib

from ekistics.indicators.registry import newest
from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.problems import Problem
from ekistics.model.units import factor
from ekistics.sources.mappings import MeasureMapping, TableMapping
from ekistics.workspace.catalogue import indicator_codes


def in_card_units(mapping: TableMapping, *, file: str) -> TableMapping:
    """Return the mapping with every measure of a known indicator brought to the unit of its card.

    Raises
    ------
    InvalidInput
        If a unit leads to the card's by no listed factor, or the mapping asks for another one; all such measures are named.
    """
    faults: list[str] = []

    def brought(one: MeasureMapping) -> MeasureMapping:
        wanted = _unit_of_card(one.indicator)
        if wanted is None or (one.to or one.unit) == wanted:
            return one
        if one.to is not None or not _leads_to(one.unit, wanted):
            faults.append(f"{one.indicator} stands in {one.to or one.unit}, its card in {wanted}")
            return one
        return one.model_copy(update={"to": wanted})

    measures = tuple(brought(one) for one in mapping.measures)
    indicator = mapping.indicator
    if indicator is not None:
        indicator = indicator.model_copy(update={"values": {text: brought(one) for text, one in indicator.values.items()}})
    if faults:
        raise InvalidInput(
            f"the mapping brings figures in a unit that is not their card's: {'; '.join(dict.fromkeys(faults))}",
            file=file,
            mend="write the unit of the numbers in the file as unit, and leave to away",
        )
    return mapping.model_copy(update={"measures": measures, "indicator": indicator})


def without_a_card(mapping: TableMapping, *, file: str) -> list[Problem]:
    """Return a note for each indicator of the mapping that has no card: a slip of the pen, or a figure that no agenda asks for."""
    measures = mapping.measures or tuple(mapping.indicator.values.values() if mapping.indicator else ())
    known = indicator_codes()
    unknown = dict.fromkeys(one.indicator for one in measures if one.indicator not in known)
    return [
        Problem(
            "indicator-unknown",
            "No indicator has this code; the figures are kept and exported, and no page rates them.",
            file=file,
            found=code,
            expected=", ".join(difflib.get_close_matches(code, known, n=3)) or None,
            mend="choose a code from: ekistics indicators",
        )
        for code in unknown
    ]


def _unit_of_card(code: str) -> str | None:
    try:
        return newest(code).card.unit
    except NotFound:
        return None


def _leads_to(found: str, wanted: str) -> bool:
    try:
        factor(found, wanted)
    except InvalidInput:
        return False
    return True
