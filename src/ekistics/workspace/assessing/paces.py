"""How fast the figures of one place move: the trend of each indicator on record, in the unit of a recipe."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from ekistics.assess.comparing.distances import Pace, pace_of_trend
from ekistics.assess.trends import trend_of
from ekistics.model.errors import InvalidInput
from ekistics.model.observations import TOTAL, Figure
from ekistics.model.recipes import IndexIndicator, Recipe
from ekistics.model.units import factor
from ekistics.workspace.assessing.record_tables import figures_of
from ekistics.workspace.rating import preference
from ekistics.workspace.session import Session
from ekistics.workspace.trees import tree_of


def paces_of_place(session: Session, recipe: Recipe, place: str, *, as_of: int | None = None) -> dict[str, Pace]:
    """Return by indicator of a recipe how fast its figure moves in a place, since the last break of its series.

    An indicator that is divided by another has none: how fast the quotient moves is not how fast its figure does.

    Raises
    ------
    NotFound
        If there is no such place.
    """
    tree = tree_of(session, place, as_of=as_of)
    held: dict[str, list[Figure]] = defaultdict(list)
    for one in session.record.figures(places=[place], as_of=as_of):
        if one.observation.breakdown == TOTAL:
            held[one.observation.indicator].append(one)
    rule, boundary = preference(session), tree.boundary.edition if tree.boundary else None
    found: dict[str, Pace] = {}
    for indicator in recipe.indicators:
        code = next((code for code in figures_of(indicator) if code in held), None)
        if code is None or indicator.denominator:
            continue
        trend = trend_of(held[code], rule, boundary=boundary)
        pace = pace_of_trend(trend)
        if trend is not None and pace is not None and (told := _in_unit(pace, trend.figures[-1].observation.unit, indicator)) is not None:
            found[indicator.code] = told
    return found


def _in_unit(pace: Pace, unit: str, indicator: IndexIndicator) -> Pace | None:
    """Return a pace in the unit of the indicator; None where no factor leads there."""
    if not indicator.unit:
        return pace
    try:
        scale = factor(unit, indicator.unit)
    except InvalidInput:
        return None
    return replace(pace, slope=pace.slope * scale, error=None if pace.error is None else pace.error * abs(scale))
