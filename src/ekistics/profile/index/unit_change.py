"""How the score and the rank of a unit changed since the year before, parted by indicator and by cause; the parts add up to the change."""

from __future__ import annotations

import math

import numpy as np

from ekistics.assess.comparing.changes import Cause, Changes
from ekistics.model.recipes import Stage
from ekistics.profile.blocks import Block, Cell, ChartBlock, Column, Prose, Table
from ekistics.profile.chart_specs import Line, TrendChart
from ekistics.profile.document import Section
from ekistics.profile.index.common import part_name
from ekistics.profile.index.unit_evidence import FEWEST, UnitView
from ekistics.profile.texts import Name, Number, Text, say, say_n

LISTED = 10
"""Indicators that moved the score most, one by one; the others are told together."""
CAUSES = {
    Cause.REVISED_DATA: say("revised figures of the same year"),
    Cause.NEW_DATA: say("figures of the newer year"),
    Cause.NEW_METHOD: say("another recipe"),
    Cause.OTHER_UNITS: say("other places in the field"),
}


def change_section(told: UnitView) -> tuple[Section, ...]:
    """Return the change since the year before; nothing where the table has one year, or the unit no score in one of the two."""
    place = range(len(told.view.assessment.table.years))[told.view.year]
    if place == 0:
        return ()
    chart = _chart(told, place)
    found = told.view.changes
    if found is None:
        words = say("What moved it cannot be parted: the screening of the recipe leaves out other places in other years.")
        return (Section("changes", say("The score over the years"), (*chart, Prose((words,)))),) if chart else ()
    at = found.units.index(told.view.units[told.unit])
    if not math.isfinite(float(found.score_after[at] - found.score_before[at])):
        return ()
    return (Section("changes", _title(told, found, at), (*chart, _by_indicator(told, found, at, place), *_by_cause(told, found, at))),)


def _title(told: UnitView, found: Changes, at: int) -> Text:
    moved = float(found.score_after[at] - found.score_before[at])
    climbed = float(found.rank_before[at] - found.rank_after[at])
    points, year = Number(moved, decimals=told.decimals + 1, signed=True), Number(found.years[0], year=True)
    if climbed == 0 or not math.isfinite(climbed):
        return say("{points} points since {year}, and the same rank", points=points, year=year)
    if climbed > 0:
        return say_n(
            "{points} points since {year}, and one rank up",
            "{points} points since {year}, and {count} ranks up",
            int(climbed),
            points=points,
            year=year,
        )
    return say_n(
        "{points} points since {year}, and one rank down",
        "{points} points since {year}, and {count} ranks down",
        int(-climbed),
        points=points,
        year=year,
    )


def _chart(told: UnitView, place: int) -> tuple[ChartBlock, ...]:
    assessment, row = told.view.assessment, told.view.assessment.row(told.view.top)
    years = assessment.table.years[: place + 1]
    mine = assessment.scores[: place + 1, row, told.unit]
    theirs = assessment.scores[: place + 1, row][:, told.against]
    enough = np.isfinite(theirs).sum(axis=1) >= FEWEST
    medians = [float(np.nanmedian(one)) if known else float("nan") for one, known in zip(theirs, enough, strict=True)]
    own = tuple((float(year), float(value)) for year, value in zip(years, mine, strict=True) if np.isfinite(value))
    middle = tuple((float(year), value) for year, value in zip(years, medians, strict=True) if math.isfinite(value))
    if len(own) < 2:
        return ()
    label = say("median of peers") if told.peers is not None else say("median of others")
    lines = (Line(Name(told.name), own), *((Line(label, middle, colour=0),) if len(middle) > 1 else ()))
    words = say("Score of {place} over the years", place=Name(told.name))
    return (ChartBlock(None, words, TrendChart(lines, "", years[0], years[-1], from_zero=False), words),)


def _by_indicator(told: UnitView, found: Changes, at: int, place: int) -> Table:
    points, ranks = found.score_by_indicator[:, at], found.rank_by_indicator[:, at]
    order = [row for row in np.argsort(-np.abs(points[:-1]), kind="stable").tolist() if points[row] != 0][:LISTED]
    rest = np.setdiff1d(np.arange(len(points)), order)
    rows = [
        (
            Cell(part_name(told.view, found.indicators[row]), note=Name(found.indicators[row])),
            _figure(told, found.indicators[row], place - 1),
            _figure(told, found.indicators[row], place),
            *_parts(told, float(points[row]), float(ranks[row])),
        )
        for row in order
    ]
    if np.any(points[rest] != 0):
        rows.append(
            (Cell(say("All others together")), Cell(None), Cell(None), *_parts(told, float(points[rest].sum()), float(ranks[rest].sum())))
        )
    rows.append((Cell(say("The whole change")), Cell(None), Cell(None), *_parts(told, float(points.sum()), float(ranks.sum()))))
    first, last = (Number(year, year=True) for year in found.years)
    heads = (
        Column(say("Indicator")),
        Column(first, number=True, phone=False),
        Column(last, number=True, phone=False),
        Column(say("Points"), number=True),
        Column(say("Ranks"), number=True),
    )
    source = say("Figures in the unit of the indicator. Ranks above 0 lead upwards; others that move are part of what an indicator does.")
    return Table(say("What moved the score"), heads, tuple(rows), source=source)


def _parts(told: UnitView, points: float, ranks: float) -> tuple[Cell, Cell]:
    upwards = -ranks  # a rank is better the smaller it is
    return (
        Cell(Number(points, decimals=told.decimals + 1, signed=True), strong=points > 0, weak=points < 0),
        Cell(Number(upwards, decimals=1, signed=True) if math.isfinite(upwards) else Name("–")),
    )


def _figure(told: UnitView, code: str, place: int) -> Cell:
    done = {stage.stage: stage for stage in told.view.assessment.stages}
    stage = done.get(Stage.DENOMINATE) or done[Stage.CHOOSE]
    value = float(stage.values[place, stage.rows.index(code), told.unit])
    return Cell(Number(value) if math.isfinite(value) else say("none"))


def _by_cause(told: UnitView, found: Changes, at: int) -> tuple[Block, ...]:
    if len(found.causes) < 2:
        return ()
    rows = tuple(
        (Cell(CAUSES[cause]), *_parts(told, float(points), float(ranks)))
        for cause, points, ranks in zip(found.causes, found.score_by_cause[:, at], found.rank_by_cause[:, at], strict=True)
    )
    heads = (Column(say("Cause")), Column(say("Points"), number=True), Column(say("Ranks"), number=True))
    return (Table(say("By cause"), heads, rows),)
