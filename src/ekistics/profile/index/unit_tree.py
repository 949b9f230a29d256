"""How a unit's score is made: composites beside the median of its peers, the tree with weights and points, every cell below it."""

from __future__ import annotations

import math

import numpy as np

from ekistics.assess.comparing.contributions import Part
from ekistics.model.assessments import Change
from ekistics.model.recipes import IndexGroup, IndexIndicator
from ekistics.profile.blocks import Block, Cell, ChartBlock, Column, Link, LinkKind, Table
from ekistics.profile.chart_specs import DumbbellChart, Pair
from ekistics.profile.document import Section
from ekistics.profile.index.common import index_link, joined, listed, missing_cell, part_name, percent
from ekistics.profile.index.how import CHANGES
from ekistics.profile.index.unit_evidence import Touched, UnitView
from ekistics.profile.texts import Name, Number, Text, say, say_n
from ekistics.profile.wording import unit_words

CHARTED = 20
"""Composites on the chart; where the lowest level has more, those right below the index stand there."""


def charted_parts(told: UnitView) -> tuple[IndexGroup | IndexIndicator, ...]:
    """Return the parts that the chart compares: the lowest composites where they fit, else those right below the index.

    An index that is made of indicators alone is compared by these.
    """
    if 1 < len(told.lowest) <= CHARTED:
        return told.lowest
    below = tuple(one for one in told.recipe.children(told.view.top) if isinstance(one, IndexGroup))
    return below if len(below) > 1 else told.recipe.indicators[:CHARTED]


def compared(told: UnitView) -> dict[str, float]:
    """Return by charted part how far the unit is above the median of those it is compared with, where both are known."""
    found = {one.code: told.value_of(one.code) - told.median_of(one.code) for one in charted_parts(told)}
    return {code: apart for code, apart in found.items() if math.isfinite(apart)}


def against_words(told: UnitView) -> Text:
    """Return who the median is of."""
    return say("median of its peers") if told.peers is not None else say("median of all others")


def made_section(told: UnitView) -> Section:
    """Return the composites of a unit beside those of its peers, and the tree with weights and points."""
    blocks: list[Block] = [*composites_chart(told), *(composites_table(told, tree) for tree in told.trees if _has_composites(told, tree))]
    return Section("made", title_of_parts(told), tuple(blocks))


def title_of_parts(told: UnitView) -> Text:
    """Return in which composites a unit is furthest above and below those it is compared with."""
    apart = compared(told)
    if not apart:
        return say("How the score is made")
    most, least = max(apart, key=lambda code: apart[code]), min(apart, key=lambda code: apart[code])
    view = told.view
    if apart[least] >= 0:
        return say("In no part below the {median}; furthest above in {most}", median=against_words(told), most=part_name(view, most))
    if apart[most] <= 0:
        return say("In no part above the {median}; furthest below in {least}", median=against_words(told), least=part_name(view, least))
    return say("Furthest above in {most}, furthest below in {least}", most=part_name(view, most), least=part_name(view, least))


def composites_chart(told: UnitView) -> tuple[ChartBlock, ...]:
    """Return the composites of a unit beside the median of those it is compared with; nothing where none can be compared."""
    if not compared(told):
        return ()
    pairs = []
    for one in charted_parts(told):
        value, median = told.value_of(one.code), told.median_of(one.code)
        if math.isfinite(value):
            shown = median if math.isfinite(median) else None
            pairs.append(Pair(Name(one.name), shown, value, None if shown is None else value >= shown))
        else:
            pairs.append(Pair(Name(one.name), None, None, missing=say("too few figures")))
    pairs.sort(key=lambda one: (one.now is None or one.then is None, -(one.now or 0) + (one.then or 0)))
    ends = [value for one in pairs for value in (one.then, one.now) if value is not None]
    low, high = _scale(min(ends), max(ends))
    decimals = told.decimals
    chart = DumbbellChart(tuple(pairs), "", low, high, against_words(told), Name(told.name), decimals=decimals)
    subtitle = say("Score: the dot is {place}, the ring is the {median}", place=Name(told.name), median=against_words(told))
    description = say("Scores of {place} and the {median}, by part", place=Name(told.name), median=against_words(told))
    return (ChartBlock(None, subtitle, chart, description),)


def _scale(low: float, high: float) -> tuple[float, float]:
    """Return the ends of the chart: the whole scale of 0 to 100 where scores stand on one, else what they span."""
    if low >= 0 and 50 < high <= 100:
        return 0.0, 100.0
    room = (high - low) / 12 or abs(high) / 12 or 1.0
    return low - room, high + room


def _has_composites(told: UnitView, tree: tuple[Part, ...]) -> bool:
    """Whether a tree has composites below the whole: else its one row would say what stands beside the title."""
    return any(part.depth == 1 and part.code in told.view.assessment.groups for part in tree)


def composites_table(told: UnitView, tree: tuple[Part, ...], *, deepest: int = 99) -> Table:
    """Return a tree of composites: what the index is made of, level by level.

    Parameters
    ----------
    deepest : how many levels below the whole are listed
    """
    groups = {one.code for one in told.recipe.groups}
    shown = [part for part in tree if part.code in groups and part.depth <= deepest]
    with_points = any(part.points is not None for part in shown)
    heads = (
        Column(say("Part")),
        Column(say("Score"), number=True),
        Column(say("Median of peers") if told.peers is not None else say("Median of others"), number=True),
        Column(say("Weight"), number=True, phone=False),
        *((Column(say("Points"), number=True),) if with_points else ()),
        Column(say("Resting on"), number=True, phone=False),
    )
    rows = tuple(_row(told, part, with_points=with_points) for part in shown)
    caption = say("What {index} is made of", index=part_name(told.view, tree[0].code))
    return Table(caption, heads, rows, source=_POINTS if with_points else None)


_POINTS = say(
    "Points are what a part brings to the whole: parts add up to what stands above them. Where they are not added up, none stand."
)


def _row(told: UnitView, part: Part, *, with_points: bool) -> tuple[Cell, ...]:
    view, name = told.view, part_name(told.view, part.code)
    refused = view.refusal(part.code, told.unit)
    lacks = say("no {parts}", parts=listed(view, refused.missing, 2)) if refused and refused.missing else None
    return (
        Cell(name, note=lacks, depth=part.depth, link=index_link(view, name, "matrix", part.code)),
        _score(told, part.value),
        number_cell(told, told.median_of(part.code)),
        _weight(told, part),
        *((points_cell(told, part),) if with_points else ()),
        _rest(told, part.code),
    )


def _score(told: UnitView, value: float) -> Cell:
    return number_cell(told, value) if math.isfinite(value) else missing_cell(say("refused"))


def _rest(told: UnitView, code: str) -> Cell:
    return Cell(percent(float(told.view.coverage_of(code)[told.unit])))


def number_cell(told: UnitView, value: float) -> Cell:
    """Return a score as it is printed on the page of the unit."""
    return Cell(Number(value, decimals=told.decimals) if math.isfinite(value) else _NONE)


_NONE = Name("–")
"""Too few have a value, or there is nothing to be told."""


def _weight(told: UnitView, part: Part) -> Cell:
    if part.depth == 0:
        return Cell(None)
    if math.isnan(part.value) or math.isnan(told.value_of(part.parent)):
        return Cell(percent(part.given))
    moved = not math.isclose(part.weight, part.given, abs_tol=5e-3)
    return Cell(percent(part.weight), note=say("given {weight}", weight=percent(part.given)) if moved else None)


def points_cell(told: UnitView, part: Part) -> Cell:
    """Return what a part brings to the whole, in points of its score."""
    if part.points is None:
        return Cell(_NONE)
    return Cell(Number(part.points, decimals=told.decimals + 1))


def cells_section(told: UnitView) -> Section:
    """Return every indicator of the unit: its figure, the year, what the stages did to it, its score and what it brings."""
    count = sum(math.isfinite(told.value_of(one.code)) for one in told.recipe.indicators)
    total = len(told.recipe.indicators)
    if count == total:
        title = say_n("The one figure behind the score", "All {count} figures behind the score", total)
    else:
        title = say("{count} of {total} indicators have a figure", count=count, total=total)
    words = say("Each figure in its own unit, what was done to it on the way, and its score on the scale of the index.")
    linked = told.view.assessment.table.figure_ids is not None
    return Section("cells", title, (_cells(told, say("A figure leads to the file that it came from.") if linked else None),), words)


def _cells(told: UnitView, source: Text | None) -> Table:
    """Return one table: each of the lowest composites with its indicators under it."""
    heads = (
        Column(say("Indicator")),
        Column(say("Figure"), number=True),
        Column(say("Year"), number=True, phone=False),
        Column(say("Score"), number=True),
        Column(say("Median of peers") if told.peers is not None else say("Median of others"), number=True, phone=False),
        Column(say("Weight"), number=True, phone=False),
        Column(say("Points"), number=True, phone=False),
    )
    rows: list[tuple[Cell, ...]] = []
    for group in told.lowest:
        rows.append(_group_row(told, group))
        rows += [_cell_row(told, group, one) for one in told.indicators_of(group.code)]
    return Table(say("Every indicator of {place}", place=Name(told.name)), heads, tuple(rows), hidden_caption=True, source=source)


def _group_row(told: UnitView, group: IndexGroup) -> tuple[Cell, ...]:
    part = next(part for tree in told.trees for part in tree if part.code == group.code)
    head, empty = Cell(Name(group.name)), Cell(None)
    median = number_cell(told, told.median_of(group.code))
    points = points_cell(told, part) if math.isfinite(part.value) else empty
    return (head, empty, empty, _score(told, part.value), median, _weight(told, part), points)


def _cell_row(told: UnitView, group: IndexGroup, one: IndexIndicator) -> tuple[Cell, ...]:
    view = told.view
    raw, value, part = float(view.raw_of(one.code)[told.unit]), told.value_of(one.code), told.brings[one.code, group.code]
    name = Name(one.name)
    head = Cell(name, note=joined((Name(one.code), *done_to(told, one))), depth=1)
    median = number_cell(told, told.median_of(one.code))
    if not math.isfinite(raw) and not math.isfinite(value):
        needs = view.recipe.needs.get(one.code)
        why = say("no figure: {needs}", needs=Name(needs)) if needs else say("no figure")
        return (head, missing_cell(why), Cell(None), Cell(None), median, _weight(told, part), Cell(None))
    unit = view.assessment.table.measured_in.get(one.code, "") or one.unit
    figure = Number(raw, unit, bare=True) if math.isfinite(raw) else say("none")
    id_ = view.figure_of(one.code, told.unit)
    return (
        head,
        Cell(
            figure,
            note=unit_words(unit) if unit and math.isfinite(raw) else None,
            link=Link(figure, LinkKind.FIGURE, str(id_)) if id_ else None,
        ),
        _year(told, one),
        number_cell(told, value) if math.isfinite(value) else missing_cell(say("left out")),
        median,
        _weight(told, part),
        points_cell(told, part) if math.isfinite(value) else Cell(None),
    )


def _year(told: UnitView, one: IndexIndicator) -> Cell:
    year = told.distances[one.code].year
    if year is None:
        return Cell(None)
    older = year < told.view.year_shown
    return Cell(Number(year, year=True), note=say("older") if older else None, weak=older)


def done_to(told: UnitView, one: IndexIndicator) -> tuple[Text, ...]:
    """Return what the stages did to the figure of an indicator, one by one, with the value before and after."""
    words: list[Text] = []
    year = told.distances[one.code].year
    divided = float(told.view.divided_of(one.code)[told.unit])
    if one.denominator and np.isfinite(divided):
        words.append(say("divided by {what}: {value}", what=Name(one.denominator), value=Number(divided)))
    return (*words, *(_step(step, year) for step in told.touched(one.code)))


def _step(step: Touched, year: int | None) -> Text:
    name = CHANGES[step.change][0]
    if step.change is Change.OLDER_YEAR and year is not None:
        return say("the figure of {year} stands in", year=Number(year, year=True))
    if step.change in (Change.WINSORISED_LOW, Change.WINSORISED_HIGH, Change.LOGGED) and math.isfinite(step.before):
        return say("{what}, {before} to {after}", what=_small(step.change), before=Number(step.before), after=Number(step.after))
    if step.change is Change.IMPUTED:
        return say("imputed: {value}", value=Number(step.after))
    return _SMALL.get(step.change, name)


def _small(change: Change) -> Text:
    return _SMALL.get(change, CHANGES[change][0])


_SMALL = {
    Change.NO_DENOMINATOR: say("what it is divided by is missing"),
    Change.SCREENED_OUT: say("left out: too little is known"),
    Change.WINSORISED_LOW: say("drawn in from below"),
    Change.WINSORISED_HIGH: say("drawn in from above"),
    Change.LOGGED: say("logarithm taken"),
    Change.TRUNCATED: say("held at a goalpost"),
}
"""What happened to a cell, within a sentence."""
