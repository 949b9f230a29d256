"""Charts as SVG: strips, trends, dots with whiskers, dumbbells, swarms; each drawn at the width at which it stands.

Time runs left to right in every language. The caller keeps drawings by content hash; the same specification, width and
language give the same bytes.
"""

from __future__ import annotations

from functools import singledispatch

from markupsafe import Markup

from ekistics.model.errors import InvalidInput
from ekistics.profile.chart_specs import (
    Chart,
    DistrictStrip,
    DotChart,
    DumbbellChart,
    Strip1D,
    SwarmChart,
    TargetLine,
    TrendChart,
)
from ekistics.profile.texts import Number
from ekistics.publish.drawing import Drawing, width_of
from ekistics.publish.scales import NARROW, Scale, held_inside, linear, tick_words, ticks_of
from ekistics.publish.trend_chart import trend_marks
from ekistics.publish.words import Words


def draw(chart: Chart, words: Words, *, width: float, title: str = "", description: str = "", kind: str = "") -> Markup:
    """Draw a chart.

    Parameters
    ----------
    width : pixels of the column it stands in; type sizes do not change with it
    title, description : what a screen reader says in place of the picture
    kind : class of the drawing (`wide`, `narrow`)
    """
    return marks_of(chart, words, width).svg(title, description, kind)


@singledispatch
def marks_of(chart: Chart, words: Words, width: float) -> Drawing:
    """Return the marks of one kind of chart."""
    raise InvalidInput("no drawing for this chart", found=type(chart).__name__)


@marks_of.register
def _strip(chart: Strip1D, words: Words, width: float) -> Drawing:
    width = min(width, 300)
    art = Drawing(width, 48)
    at = linear(chart.start, chart.end, 6, width - 8)
    y = 16
    if chart.advised:
        art.rect(at(chart.advised[0]), y - 8, at(chart.advised[1]) - at(chart.advised[0]), 16, "advised")
    art.line(at(chart.start), y, at(chart.value), y, f"{chart.side}-line")
    if chart.lower is not None and chart.upper is not None:
        low, high = at(chart.lower), at(chart.upper)
        art.path(f"M{low:.1f} {y}H{high:.1f}M{low:.1f} {y - 4}V{y + 4}M{high:.1f} {y - 4}V{y + 4}", "whisker")
    if chart.target:
        _target_mark(art, chart.target, at, words, y, width)
    art.dot(at(chart.value), y, 5.5, f"{chart.side} edge")
    art.text(at(chart.start), 42, words.plain(chart.start_label), "n")
    return art


def _target_mark(art: Drawing, target: TargetLine, at: Scale, words: Words, y: float, width: float) -> None:
    x = at(target.value)
    art.line(x, y - 10, x, y + 10, "target provisional" if target.provisional else "target")
    label = words.plain(target.label)
    held, anchor = held_inside(max(x, 24 + width_of(label, 12) / 2), label, width)
    art.text(held, 42, label, "n", anchor)


@marks_of.register
def _districts(chart: DistrictStrip, words: Words, width: float) -> Drawing:
    width = min(width, 300)
    art = Drawing(width, 62)
    at = linear(chart.start, chart.end, 6, width - 8)
    base = 36
    art.line(6, base + 5, width - 8, base + 5, "axis")
    art.line(at(chart.line), base - 26, at(chart.line), base + 5, "target provisional")
    for x, level, value in stacked([(at(value), value) for value in sorted(chart.values)], 7.4):
        art.dot(x, base - level * 7.2, 3.7, "weak" if value < chart.line else "other")
    for value, label, anchor in zip((chart.start, chart.line, chart.end), chart.labels, ("", "middle", "end"), strict=True):
        art.text(at(value), 58, words.plain(label), "n", anchor)
    return art


def stacked(marks: list[tuple[float, float]], size: float) -> list[tuple[float, int, float]]:
    """Place marks (x, value), sorted by x, on the lowest level where they touch no other: (x, level, value)."""
    levels: list[float] = []
    placed = []
    for x, value in marks:
        level = next((index for index, last in enumerate(levels) if x - last >= size), len(levels))
        levels[level : level + 1] = [x]
        placed.append((x, level, value))
    return placed


@marks_of.register
def _trend(chart: TrendChart, words: Words, width: float) -> Drawing:
    return trend_marks(chart, words, width)


@marks_of.register
def _dots(chart: DotChart, words: Words, width: float) -> Drawing:
    narrow = width <= NARROW
    longest = max((width_of(words.plain(one.label), 13) for one in chart.rows), default=0.0)
    left = 10.0 if narrow else min(max(longest + 18, width * 0.25), width * 0.5)
    row = (62 if any(one.note for one in chart.rows) else 46) if narrow else (40 if any(one.note for one in chart.rows) else 30)
    top, bottom = 14, row * len(chart.rows) + 14
    art = Drawing(width, bottom + 24)
    right = width - (18 if narrow else 46)
    at = linear(chart.start, chart.end, left, right)
    ticks = ticks_of(chart.start, chart.end, 3 if narrow else 4)
    for tick, label in zip(ticks, tick_words(ticks, chart.unit, words), strict=True):
        art.line(at(tick), top, at(tick), bottom, "grid")
        art.text(at(tick), bottom + 18, label, "s", "middle")
    if chart.band and not narrow:
        art.rect(at(chart.band[0]), top, at(chart.band[1]) - at(chart.band[0]), bottom - top, "span")
    if chart.target:
        art.line(
            at(chart.target.value), top - 6, at(chart.target.value), bottom, "target provisional" if chart.target.provisional else "target"
        )
    for index, one in enumerate(chart.rows):
        # a phone has the words above the dot, a desktop beside it
        y = top + row * (index + 1) - 12 if narrow else top + row * (index + 0.5)
        if chart.band and narrow:
            art.rect(at(chart.band[0]), y - 8, at(chart.band[1]) - at(chart.band[0]), 16, "span")
        bold = "t b" if one.role == "subject" else "t"
        above, room = (top + row * index + 14, width) if narrow else (y + (-2 if one.note else 4), left - 8)
        art.text(0, above, _cut(words.plain(one.label), room, 13), f"{bold} halo")
        if one.note:
            art.text(0, above + 15, _cut(words.plain(one.note), room, 12), "s halo")
        if one.value is None:
            art.rect(left, y - 8, right - left, 16, "hatch", "url(#hatch)")
            art.text(left + 8, y + 4, words.plain(one.missing), "n halo")
            continue
        if one.lower is not None and one.upper is not None:
            low, high = at(one.lower), at(one.upper)
            art.path(f"M{low:.1f} {y}H{high:.1f}M{low:.1f} {y - 4}V{y + 4}M{high:.1f} {y - 4}V{y + 4}", "whisker")
        x = at(one.value)
        art.dot(x, y, 5.5 if one.role == "subject" else 4.2, {"subject": "strong edge", "other": "other"}.get(one.role, "ring-subject"))
        label = words.plain(one.value_label) if one.value_label else words.number(Number(one.value))
        past = max(x, at(one.upper) if one.upper is not None else x)
        if past + 10 + width_of(label) <= width:
            art.text(past + 10, y + 4, label, f"{bold} halo")
        else:
            before = min(x, at(one.lower) if one.lower is not None else x)
            art.text(before - 10, y + 4, label, f"{bold} halo", "end")
    return art


def _cut(label: str, room: float, size: float) -> str:
    most = max(4, int(room / (size * 0.53)))
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


@marks_of.register
def _dumbbells(chart: DumbbellChart, words: Words, width: float) -> Drawing:
    narrow = width <= NARROW
    longest = max((width_of(words.plain(one.label)) for one in chart.pairs), default=0.0)
    left = min(max(108 if narrow else 150, longest + 14), width * 0.4)
    row, top = 28, 40
    bottom = top + row * len(chart.pairs)
    art = Drawing(width, bottom + 26)
    right = width - 56
    at = linear(chart.start, chart.end, left, right)
    ticks = ticks_of(chart.start, chart.end, 3 if narrow else 5)
    for tick, label in zip(ticks, tick_words(ticks, chart.unit, words), strict=True):
        art.line(at(tick), top - 8, at(tick), bottom, "axis" if tick == 0 and chart.start < 0 else "grid")
        art.text(at(tick), bottom + 20, label, "s", "middle")
    if chart.target:
        x = at(chart.target.value)
        art.line(x, 16, x, bottom, "target provisional" if chart.target.provisional else "target")
        art.text(x + 6, 14, words.plain(chart.target.label), "n")
    _pair_heads(art, chart, words, at, top)
    for index, pair in enumerate(chart.pairs):
        y = top + row * (index + 0.5)
        art.text(left - 12, y + 4, _cut(words.plain(pair.label), left - 14, 13), "t b" if pair.subject else "t", "end")
        if pair.now is None:
            art.rect(left, y - 8, right - left, 16, "hatch", "url(#hatch)")
            art.text(left + 8, y + 4, words.plain(pair.missing), "n")
            continue
        side = {True: "good", False: "bad", None: ""}[pair.better]
        if pair.then is not None:
            art.line(at(pair.then), y, at(pair.now), y, f"join-{side}" if side else "join")
            art.dot(at(pair.then), y, 4.2, "now-good" if chart.squares else "ring")
        x = at(pair.now)
        if chart.squares:
            art.rect(x - 4.5, y - 4.5, 9, 9, "square")
        else:
            art.dot(x, y, 5, f"now-{side}" if side else "plain")
        if not chart.squares:
            past = max(x, at(pair.then) if pair.then is not None else x)
            art.text(past + 10, y + 4, words.number(Number(pair.now, decimals=chart.decimals)), "t halo")
    return art


def _pair_heads(art: Drawing, chart: DumbbellChart, words: Words, at: Scale, top: float) -> None:
    first = next((pair for pair in chart.pairs if pair.then is not None and pair.now is not None), None)
    if first is None or first.then is None or first.now is None:
        return
    then, now = at(first.then), at(first.now)
    then_label, now_label = words.plain(chart.then_label), words.plain(chart.now_label)
    room = (width_of(then_label, 12) + width_of(now_label, 12)) / 2 + 8
    if abs(then - now) >= room:
        art.text(then, top - 2, then_label, "s halo", "middle")
        art.text(now, top - 2, now_label, "s halo", "middle")
        return
    left_side, right_side = ((then, then_label), (now, now_label)) if then <= now else ((now, now_label), (then, then_label))
    art.text(left_side[0], top - 2, left_side[1], "s halo", "end")
    art.text(right_side[0] + 4, top - 2, right_side[1], "s halo")


@marks_of.register
def _swarm(chart: SwarmChart, words: Words, width: float) -> Drawing:
    at = linear(chart.start, chart.end, 10, width - 12)
    spread = sorted((min(max(one.value, chart.start), chart.end), index) for index, one in enumerate(chart.dots))
    placed = stacked([(at(value), float(index)) for value, index in spread], 7.8)
    tallest = max((level for _, level, _ in placed), default=0)
    named = _named(chart, words, placed, width)
    lines = max((line for _, _, line in named.values()), default=-1) + 1
    base = 40 + 18 * lines + 8 * tallest
    art = Drawing(width, base + 30)
    art.line(6, base + 6, width - 6, base + 6, "axis")
    ticks = ticks_of(chart.start, chart.end, 3 if width <= NARROW else 6)
    for tick, label in zip(ticks, tick_words(ticks, chart.unit, words), strict=True):
        held, anchor = held_inside(at(tick), label, width)
        art.text(held, base + 26, label, "s", anchor)
    if chart.line is not None:
        art.line(at(chart.line), 4, at(chart.line), base + 6, "target")
        if chart.side_labels:
            before, after = (words.plain(one) for one in chart.side_labels)
            if width_of(before, 12) < at(chart.line) - 6:
                art.text(at(chart.line) - 6, 12, before, "n halo", "end")
            if width_of(after, 12) < width - at(chart.line) - 6:
                art.text(at(chart.line) + 6, 12, after, "n halo")
    for x, level, index in placed:
        one = chart.dots[int(index)]
        if not one.chosen:
            art.dot(x, base - level * 7.8, 3.7, "other")
    for x, level, index in placed:
        if int(index) in named:
            art.line(x, 36 + 18 * named[int(index)][2], x, base - level * 7.8 - 4, "leader")
    # names after all leaders: their halo parts a line that passes behind
    for start, label, line in named.values():
        art.text(start, 32 + 18 * line, label, "t halo")
    for x, level, index in placed:
        one = chart.dots[int(index)]
        if one.chosen:
            art.dot(x, base - level * 7.8, 4.4, "ring-subject" if one.unstable else "now-good")
    return art


NAME_LINES = 6
"""Lines of names above a swarm; who finds no room on them stays a dot, and the table names it."""


def _named(chart: SwarmChart, words: Words, placed: list[tuple[float, int, float]], width: float) -> dict[int, tuple[float, str, int]]:
    """Return where the names of the chosen stand above the swarm: start, label, and the first line that is free."""
    taken: list[float] = []
    found = {}
    for x, _, index in placed:
        one = chart.dots[int(index)]
        if not one.chosen:
            continue
        label = f"{one.name} {words.number(Number(one.value, decimals=chart.decimals))}"
        room = width_of(label, 13)
        start = min(max(x - room / 2, 0), width - room)
        line = next((number for number, last in enumerate(taken) if start >= last + 8), len(taken))
        if line < NAME_LINES:
            taken[line : line + 1] = [start + room]
            found[int(index)] = (start, label, line)
    return found
