"""From values to pixels: linear scales, round ticks and their labels."""

from __future__ import annotations

import math
from collections.abc import Callable

from ekistics.profile.texts import Number
from ekistics.publish.drawing import width_of
from ekistics.publish.words import Words

NARROW = 358
"""Width of the drawing for a phone, pixels."""

Scale = Callable[[float], float]


def ticks_of(start: float, end: float, count: int = 4) -> list[float]:
    """Return about `count` round numbers from start to end, both ends included where they are round.

    Examples
    --------
    >>> ticks_of(0, 100)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    >>> ticks_of(-1, 5, 6)
    [-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    """
    span = end - start
    if span <= 0 or not math.isfinite(span):
        return [start]
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.9999), 10 * power)
    first = math.ceil(start / step - 1e-9)
    last = math.floor(end / step + 1e-9)
    return [round(index * step, 12) + 0.0 for index in range(first, last + 1)]


def tick_words(ticks: list[float], unit: str, words: Words) -> list[str]:
    """Return tick labels with equal decimals; the unit stands at the last one only."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else abs(ticks[0]) or 1
    decimals = next((d for d in range(7) if abs(round(step, d) - step) < 1e-9), 6)
    symbol = unit if unit in ("%", "m2", "km2", "har", "km", "m", "ug/m3") else ""
    return [words.number(Number(tick, symbol if tick == ticks[-1] else "", decimals=decimals)) for tick in ticks]


def linear(start: float, end: float, left: float, right: float) -> Scale:
    """Return the scale from values to pixels."""
    span = end - start or 1.0
    return lambda value: left + (value - start) / span * (right - left)


def held_inside(x: float, text: str, width: float, size: float = 12) -> tuple[float, str]:
    """Return where a centred label stands so that it stays inside the drawing."""
    half = width_of(text, size) / 2
    if x - half < 0:
        return 0.0, ""
    if x + half > width:
        return width, "end"
    return x, "middle"
