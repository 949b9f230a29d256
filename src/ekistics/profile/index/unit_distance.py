"""How far a unit is from what each indicator aims at, and how many years that takes at the present pace."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from ekistics.assess.comparing.distances import Distance, Nearing
from ekistics.profile.blocks import Cell, Column, Link, LinkKind, Table
from ekistics.profile.document import Section
from ekistics.profile.index.common import part_name, span
from ekistics.profile.index.unit_evidence import UnitView
from ekistics.profile.texts import Name, Number, Text, say, say_n
from ekistics.profile.wording import unit_words

FAR = 200
"""Years beyond which none are counted: nothing moves evenly for so long."""
_ORDER = (Nearing.NEVER, Nearing.ON_THE_WAY, Nearing.NO_PACE, Nearing.REACHED)


def distance_section(told: UnitView) -> tuple[Section, ...]:
    """Return the distances to what is aimed at; nothing where no indicator of the recipe aims at anything."""
    aimed = [one for one in told.distances.values() if one.nearing in _ORDER]
    if not aimed:
        return ()
    aimed.sort(key=lambda one: (_ORDER.index(one.nearing), -(one.years or 0)))
    moves = any(one.pace is not None for one in aimed)
    heads = (
        Column(say("Indicator")),
        Column(say("Figure"), number=True),
        Column(say("Aim"), number=True),
        Column(say("Still to go"), number=True, phone=False),
        *((Column(say("A year"), number=True, phone=False),) if moves else ()),
        Column(say("At the present pace")),
    )
    rows = tuple(_row(told, one, _moves(one) if moves else ()) for one in aimed)
    table = Table(say("Distance to each aim"), heads, rows, hidden_caption=True)
    words = say(
        "The aim is the target of the benchmark, else its better goalpost. The pace is that of a line through the figures of one series,"
        " with its standard error."
    )
    return (Section("distances", _title(aimed), (table,), words),)


def _title(aimed: Sequence[Distance]) -> Text:
    found = Counter(one.nearing for one in aimed)
    reached, total = found[Nearing.REACHED], len(aimed)
    if reached == total:
        return say_n("The one aim is reached", "All {count} aims are reached", total)
    if found[Nearing.NO_PACE] == total - reached:
        return say("{reached} of {total} aims are reached; no pace is known for the others", reached=reached, total=total)
    if not found[Nearing.NEVER]:
        return say("{reached} of {total} aims are reached; the others come nearer", reached=reached, total=total)
    return say_n(
        "{reached} of {total} aims are reached; one moves away or stands still",
        "{reached} of {total} aims are reached; {count} move away or stand still",
        found[Nearing.NEVER],
        reached=reached,
        total=total,
    )


def _moves(one: Distance) -> tuple[Cell, ...]:
    if one.pace is None:
        return (Cell(say("not known")),)
    error = None if one.pace.error is None else say("± {error}", error=Number(one.pace.error))
    return (Cell(Number(one.pace.slope, signed=True), note=error),)


def _row(told: UnitView, one: Distance, moves: tuple[Cell, ...]) -> tuple[Cell, ...]:
    id_ = told.view.figure_of(one.indicator, told.unit)
    value = None if one.value is None else Number(one.value, one.unit, bare=True)
    year = None if one.year is None else Number(one.year, year=True)
    is_there = one.gap is None or one.nearing is Nearing.REACHED
    return (
        Cell(part_name(told.view, one.indicator), note=_unit(told, one)),
        Cell(value, note=year, link=Link(value, LinkKind.FIGURE, str(id_)) if id_ and value is not None else None),
        Cell(None if one.aim is None else Number(one.aim, one.unit, bare=True), note=_aim_note(one)),
        Cell(None if is_there or one.gap is None else Number(one.gap, one.unit, bare=True, signed=True)),
        *moves,
        Cell(_pace(one), strong=one.nearing is Nearing.REACHED, weak=one.nearing is Nearing.NEVER),
    )


def _unit(told: UnitView, one: Distance) -> Text | None:
    """Return what a figure is measured in; where it was divided, by what."""
    divided = next(each.denominator for each in told.recipe.indicators if each.code == one.indicator)
    if not one.unit:
        return say("divided by {what}", what=Name(divided)) if divided else None
    unit = unit_words(one.unit)
    return say("{unit}, divided by {what}", unit=unit, what=Name(divided)) if divided else unit


def _aim_note(one: Distance) -> Text | None:
    year = None if one.aim_year is None else say("by {year}", year=Number(one.aim_year, year=True))
    if not one.provisional:
        return year
    return say("provisional") if year is None else say("{year}, provisional", year=year)


def _pace(one: Distance) -> Text:
    if one.nearing is Nearing.REACHED:
        return say("reached")
    if one.nearing is Nearing.NEVER:
        return say("never at this pace")
    if one.nearing is Nearing.NO_PACE or one.years is None:
        return say("no pace known")
    if one.years > FAR:
        return say("more than {years}", years=Number(FAR, "a", decimals=0))
    low, high = one.years_low, one.years_high
    years = Number(one.years, "a", digits=2)
    if low is None or high is None:
        return years
    if high > FAR:
        return say("{years}, {low} at the least", years=years, low=Number(low, digits=2)) if math.isfinite(low) else years
    return say("{years}, {span}", years=years, span=span(low, high))
