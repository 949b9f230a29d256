"""Lines over years: direct labels at their ends, target with its year, breaks as gaps, one measurement as a dot with whiskers."""

from __future__ import annotations

from itertools import pairwise

from ekistics.profile.chart_specs import Line, TrendChart
from ekistics.profile.texts import Number
from ekistics.publish.drawing import Drawing, width_of
from ekistics.publish.scales import Scale, linear, tick_words, ticks_of
from ekistics.publish.words import Words


def trend_marks(chart: TrendChart, words: Words, width: float) -> Drawing:
    """Return the marks of a trend: 230 pixels high, 84 where it is a spark beside a finding."""
    if chart.small:
        return _spark(chart, words, min(width, 300))
    labels = [words.plain(one.label) for one in chart.lines]
    right_room = max((width_of(label, 13) for label in labels), default=0) + 14 if any(labels) else 64
    right_room = min(max(right_room, 64), width * 0.42)
    art = Drawing(width, 236)
    low, high = _range(chart)
    ticks = ticks_of(low, high, 3)
    unit = chart.unit if chart.unit == "%" else ""  # other units stand in the subtitle, the margin is narrow
    told = tick_words(ticks, unit, words)
    left, top, bottom = max(42.0, max((width_of(label, 12) for label in told), default=0.0) + 12), 26.0, 206.0
    right = width - right_room
    at_x, at_y = linear(chart.first_year, chart.last_year, left, right), linear(low, high, bottom, top)
    for tick, label in zip(ticks, told, strict=True):
        art.line(left, at_y(tick), right, at_y(tick), "axis" if tick == 0 else "grid")
        art.text(left - 8, at_y(tick) + 4, label, "s", "end")
    _years(art, chart, at_x, bottom)
    _before(art, chart, words, at_x, (left, top, bottom))
    _target(art, chart, words, at_x, at_y, (left, right))
    ends = _spaced([at_y(one.points[-1][1]) for one in chart.lines if one.points], 32)
    for line, label, y in zip((one for one in chart.lines if one.points), labels, ends, strict=False):
        _line(art, line, at_x, at_y)
        _end_label(art, line, (label, words.number(Number(line.points[-1][1]))), (at_x(line.points[-1][0]) + 9, y))
        if len(line.points) > 1 and len(chart.lines) == 1:
            _first_value(art, line, words, at_x, at_y, bottom)
    return art


def _first_value(art: Drawing, line: Line, words: Words, at_x: Scale, at_y: Scale, bottom: float) -> None:
    """Write the first value on the side of the line that it leaves free: under a line that rises, above one that does not."""
    (year, value), (later, then) = line.points[:2]
    x, y = at_x(year), at_y(value)
    steep = y - at_y(then) > 0.12 * (at_x(later) - x)
    below = steep and y + 20 < bottom
    art.text(x, y + 18 if below else y - 9, words.number(Number(value)), "n halo", "end" if steep and not below else "")


def _end_label(art: Drawing, line: Line, told: tuple[str, str], at: tuple[float, float]) -> None:
    label, value = told
    x, y = at
    if not label:
        art.text(x, y + 4, value, "t b halo")
        return
    art.text(x, y - 2, label, "t halo")
    if line.value_shown:
        art.text(x, y + 14, value, "t b halo")


def _range(chart: TrendChart) -> tuple[float, float]:
    values = [value for one in chart.lines for _, value in one.points]
    values += [bound for one in chart.lines for _, *bounds in one.intervals for bound in bounds]
    if chart.target:
        values.append(chart.target.value)
    low, high = min(values, default=0.0), max(values, default=1.0)
    if chart.from_zero and low >= 0:
        low = 0.0
    margin = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    whole = chart.unit == "%" and 80 < high <= 100
    return (low if low == 0 else low - margin), (100.0 if whole else high + margin)


def _years(art: Drawing, chart: TrendChart, at_x: Scale, bottom: float) -> None:
    years = sorted({int(year) for one in chart.lines for year, _ in one.points} | {chart.first_year, chart.last_year})
    last = -100.0
    final = at_x(years[-1])
    for year in years:
        x = at_x(year)
        if x - last < 38 or (year != years[-1] and final - x < 38):
            continue
        art.text(x, bottom + 22, str(year), "s", "middle")
        last = x


def _before(art: Drawing, chart: TrendChart, words: Words, at_x: Scale, box: tuple[float, float, float]) -> None:
    left, top, bottom = box
    first = min((one.points[0][0] for one in chart.lines if one.points), default=chart.first_year)
    if chart.not_before is None or at_x(first) - left < 40:
        return
    end = at_x(first) - 8
    art.rect(left, top, end - left, bottom - top, "hatch", "url(#hatch)")
    label = words.plain(chart.not_before)
    lines = [label] if width_of(label, 12) < end - left - 8 else _halves(label)
    for index, told in enumerate(lines):
        art.text((left + end) / 2, (top + bottom) / 2 + 15 * index, told, "n halo", "middle")


def _halves(label: str) -> list[str]:
    parts = label.split(" ")
    middle = (len(parts) + 1) // 2
    return [" ".join(parts[:middle]), " ".join(parts[middle:])]


def _target(art: Drawing, chart: TrendChart, words: Words, at_x: Scale, at_y: Scale, box: tuple[float, float]) -> None:
    if chart.target is None:
        return
    left, right = box
    y = at_y(chart.target.value)
    art.line(left, y, right, y, "target provisional" if chart.target.provisional else "target")
    label = words.plain(chart.target.label)
    above = y - 7 > 12
    art.text(right, y - 7 if above else y + 16, label, "n halo", "end")
    lone = chart.lines[0] if len(chart.lines) == 1 else None
    if lone and lone.points and chart.target.year and chart.target.year <= chart.last_year and chart.pace:
        year, value = lone.points[-1]
        art.line(at_x(year), at_y(value), at_x(chart.target.year), y, "pace")
        for index, told in enumerate(_halves(words.plain(chart.pace))):
            art.text(right, at_y(value) + 38 + 15 * index, told, "n halo", "end")


def _line(art: Drawing, line: Line, at_x: Scale, at_y: Scale) -> None:
    segments: list[list[tuple[float, float]]] = [[]]
    for point in line.points:
        if segments[-1] and any(segments[-1][-1][0] < year <= point[0] for year in line.breaks):
            middle = (at_x(segments[-1][-1][0]) + at_x(point[0])) / 2
            art.line(middle, at_y(point[1]) - 22, middle, at_y(point[1]) + 22, "axis")
            segments.append([])
        segments[-1].append(point)
    for segment in segments:
        d = "L".join(f"{at_x(year):.1f} {at_y(value):.1f}" for year, value in segment)
        if len(segment) > 1:
            art.path(f"M{d}", f"l{line.colour}{' modelled' if line.modelled else ''}")
        for year, value in segment:
            art.dot(at_x(year), at_y(value), 5.5 if len(line.points) == 1 else 4.2, f"d{line.colour}")
    for year, lower, upper in line.intervals:
        x, low, high = at_x(year), at_y(lower), at_y(upper)
        art.path(f"M{x:.1f} {low:.1f}V{high:.1f}M{x - 4:.1f} {low:.1f}H{x + 4:.1f}M{x - 4:.1f} {high:.1f}H{x + 4:.1f}", "whisker")


def _spaced(heights: list[float], room: float) -> list[float]:
    """Move labels apart, keeping their order, so that none covers another."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = list(heights)
    for before, index in pairwise(order):
        placed[index] = max(placed[index], placed[before] + room)
    return placed


def _spark(chart: TrendChart, words: Words, width: float) -> Drawing:
    art = Drawing(width, 74)
    labels = [words.plain(one.label) for one in chart.lines]
    right = width - max((width_of(label, 12) for label in labels), default=0) - 10
    low, high = _range(chart)
    at_x, at_y = linear(chart.first_year, chart.last_year, 4, right), linear(low, high, 52, 10)
    ends = _spaced([at_y(one.points[-1][1]) for one in chart.lines if one.points], 15)
    for line, label, y in zip((one for one in chart.lines if one.points), labels, ends, strict=False):
        _line(art, line, at_x, at_y)
        art.text(at_x(line.points[-1][0]) + 8, y + 4, label, "n")
    art.text(4, 72, str(chart.first_year), "s")
    art.text(right, 72, str(chart.last_year), "s", "middle")
    return art
