"""What a chart shows, before it is drawn: values, labels, targets. No colour, no size, no format."""

from __future__ import annotations

from dataclasses import dataclass

from ekistics.profile.texts import Text


@dataclass(frozen=True)
class TargetLine:
    """What is aimed at; a provisional one is dashed."""

    value: float
    label: Text
    year: int | None = None
    provisional: bool = False


@dataclass(frozen=True)
class Strip1D:
    """One value on a line from `start` to `end`, with its interval and target; `advised` is a recommended range."""

    value: float
    start: float
    end: float
    side: str
    start_label: Text
    lower: float | None = None
    upper: float | None = None
    target: TargetLine | None = None
    advised: tuple[float, float] | None = None


@dataclass(frozen=True)
class DistrictStrip:
    """One dot a district from `start` to `end`; those below `line` are the worse side."""

    values: tuple[float, ...]
    start: float
    end: float
    line: float
    labels: tuple[Text, Text, Text]
    """At the start, at the line, at the end."""


@dataclass(frozen=True)
class Line:
    """One line of a trend: points (year, value), oldest first. `colour` is 1 to 4, 0 for all that is not the subject.

    `breaks` are years before which the line is not joined; `modelled` is drawn dotted.
    """

    label: Text | None
    points: tuple[tuple[float, float], ...]
    colour: int = 1
    breaks: tuple[int, ...] = ()
    modelled: bool = False
    value_shown: bool = True
    """Whether the last value stands at the end of the line, under the label."""
    intervals: tuple[tuple[float, float, float], ...] = ()
    """(year, lower, upper)."""


@dataclass(frozen=True)
class TrendChart:
    """Lines over years. `first_year`, `last_year` bound the axis; what lies before the first point of a lone dot is hatched."""

    lines: tuple[Line, ...]
    unit: str
    first_year: int
    last_year: int
    target: TargetLine | None = None
    from_zero: bool = True
    not_before: Text | None = None
    pace: Text | None = None
    small: bool = False
    """A spark beside a finding: no axis but the end years."""


@dataclass(frozen=True)
class DotRow:
    """One row of a dot chart. `role` is `subject`, `ring` or `other`; `missing` are the words on its hatch."""

    label: Text
    value: float | None
    value_label: Text | None = None
    note: Text | None = None
    lower: float | None = None
    upper: float | None = None
    role: str = "ring"
    missing: Text | None = None


@dataclass(frozen=True)
class DotChart:
    """Values as dots with whiskers on one scale."""

    rows: tuple[DotRow, ...]
    unit: str
    start: float
    end: float
    target: TargetLine | None = None
    band: tuple[float, float] | None = None
    """A tinted span (the range that the method moves the figure over)."""


@dataclass(frozen=True)
class Pair:
    """One row of a dumbbell: then and now; `better` says whether it went the better way (None: no direction)."""

    label: Text
    then: float | None
    now: float | None
    better: bool | None = None
    subject: bool = False
    missing: Text | None = None


@dataclass(frozen=True)
class DumbbellChart:
    """Two dates a place on one scale: ring is then, dot is now. `squares` draws two measures instead (dot and square)."""

    pairs: tuple[Pair, ...]
    unit: str
    start: float
    end: float
    then_label: Text
    now_label: Text
    target: TargetLine | None = None
    decimals: int | None = None
    squares: bool = False


@dataclass(frozen=True)
class SwarmDot:
    """One place of a swarm; the chosen are named. `unstable` draws a ring."""

    name: str
    value: float
    chosen: bool = False
    unstable: bool = False


@dataclass(frozen=True)
class SwarmChart:
    """All places on one scale; those beyond an end stand at the edge. `line` parts the two sides, each with its words."""

    dots: tuple[SwarmDot, ...]
    unit: str
    start: float
    end: float
    line: float | None = None
    side_labels: tuple[Text, Text] | None = None
    decimals: int | None = None


Chart = Strip1D | DistrictStrip | TrendChart | DotChart | DumbbellChart | SwarmChart
"""Anything that `publish/charts.py` draws."""
