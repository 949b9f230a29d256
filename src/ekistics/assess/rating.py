"""Hold a place's figures against an agenda: score, band, gap and trend of each item, or the reason why it is not rated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from ekistics.assess.preference import Choice, Rule, prefer
from ekistics.assess.scores import band_of, score
from ekistics.assess.trends import Trend, trend_of
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Band, Benchmark, Form, Framework, Item
from ekistics.model.observations import TOTAL, Figure, Observation, Status
from ekistics.model.targets import Target
from ekistics.model.units import factor

_RATED_STATUSES = {Status.NORMAL, Status.ESTIMATED, Status.IMPUTED}


class Standing(StrEnum):
    """What could be said of an item."""

    RATED = "rated"
    NOT_RATED = "not rated"
    """There is a figure, but nothing to score it by, or it is not fit to be scored."""
    MISSING = "missing"


@dataclass(frozen=True)
class Rating:
    """One item of an agenda as it stands for a place.

    `value`, `aim`, `gap` and `trend` are in `unit`, the unit of the figure. `gap` is aim minus value with its sign: how far the
    value would have to move. `aim` is the city's target, else the benchmark's, else its better goalpost. Scores run from 0 to
    100; `score_low`, `score_high` bound the score over the interval of the figure, None where no interval is stated.
    `provisional` is said of every score on a benchmark that was not read in the official text.
    """

    item: Item
    standing: Standing
    indicator: str = ""
    figure: Figure | None = None
    choice: Choice | None = None
    value: float | None = None
    unit: str = ""
    year: int | None = None
    benchmark: Benchmark | None = None
    aim: float | None = None
    aim_year: int | None = None
    aim_source: str = ""
    score: float | None = None
    score_low: float | None = None
    score_high: float | None = None
    band: Band | None = None
    band_low: Band | None = None
    band_high: Band | None = None
    gap: float | None = None
    trend: Trend | None = None
    provisional: bool = False
    reason: str = ""

    @property
    def trend_sign(self) -> int | None:
        """1, 0 or -1; None where there is no trend."""
        return self.trend.sign if self.trend else None


def rate(
    framework: Framework,
    figures: Mapping[str, Sequence[Figure]],
    targets: Iterable[Target] = (),
    *,
    rule: Rule | None = None,
    boundary: str | None = None,
) -> tuple[Rating, ...]:
    """Rate every item of an agenda for one place.

    Parameters
    ----------
    framework : the agenda
    figures : by indicator code, the current figures of the place, of all periods and series
    targets : what the place set out to reach
    rule : the preference rule; None takes the shipped one
    boundary : the boundary edition asked for

    Returns
    -------
    tuple of Rating
        In the order of the items.
    """
    aims = {target.indicator: target for target in targets if target.breakdown == TOTAL}
    return tuple(_rate_item(item, framework, figures, aims, rule, boundary) for item in framework.items)


def _rate_item(
    item: Item,
    framework: Framework,
    figures: Mapping[str, Sequence[Figure]],
    aims: Mapping[str, Target],
    rule: Rule | None,
    boundary: str | None,
) -> Rating:
    """Rate by the first of the item's indicators that can be rated, else show the first that has a figure."""
    shown: Rating | None = None
    for code in item.indicators:
        voices = [one for one in figures.get(code, ()) if one.observation.breakdown == TOTAL]
        choice = prefer(voices, rule, boundary=boundary)
        if choice.chosen is None:
            continue
        one = _rate_figure(item, framework, choice.chosen, aims.get(code))
        one = replace(one, choice=choice, trend=trend_of(voices, rule, boundary=boundary))
        if one.standing is Standing.RATED:
            return one
        if shown is None or (shown.standing is Standing.MISSING and one.standing is Standing.NOT_RATED):
            shown = one
    return shown or Rating(item, Standing.MISSING, reason=item.needs or "no indicator is known for this item")


def _rate_figure(item: Item, framework: Framework, figure: Figure, target: Target | None) -> Rating:
    one = figure.observation
    benchmark = _benchmark(item, target)
    base = Rating(
        item,
        Standing.NOT_RATED,
        indicator=one.indicator,
        figure=figure,
        value=one.value,
        unit=one.unit,
        year=one.period.end.year,
        benchmark=benchmark,
    )
    if one.value is None:
        return replace(base, standing=Standing.MISSING, reason=one.reason or "the figure has no value")
    if benchmark is None:
        return replace(base, reason=_nothing_to_hold_against(item))
    try:
        to_benchmark, back = factor(one.unit, benchmark.unit), factor(benchmark.unit, one.unit)
        base = _with_aim(base, benchmark, target, back)
    except InvalidInput as error:
        return replace(base, reason=error.sentence())
    if reason := _unfit(one):
        return replace(base, reason=reason)
    return _scored(base, framework, benchmark, to_benchmark)


def _scored(base: Rating, framework: Framework, benchmark: Benchmark, to_benchmark: float) -> Rating:
    if base.figure is None or base.value is None:
        raise AssertionError("a figure without a value cannot be scored")
    one = base.figure.observation
    points = float(score(np.array([base.value * to_benchmark]), benchmark)[0])
    low, high = _score_bounds(one, benchmark, to_benchmark)
    return replace(
        base,
        standing=Standing.RATED,
        score=points,
        score_low=low,
        score_high=high,
        band=band_of(points, framework.bands),
        band_low=None if low is None else band_of(low, framework.bands),
        band_high=None if high is None else band_of(high, framework.bands),
        provisional=benchmark.provisional or (framework.third_party and benchmark is base.item.benchmark),
    )


def _benchmark(item: Item, target: Target | None) -> Benchmark | None:
    """Return what scores the item: its own benchmark, else the city's target by the way that is better."""
    if item.benchmark is not None or target is None or item.direction == "neutral" or target.value <= 0:
        return item.benchmark
    higher = item.direction == "higher"
    form = Form.TARGET_ONE_SIDED if higher else Form.TARGET_CEILING
    return Benchmark(
        form, target.unit, higher_is_better=higher, target=target.value, target_year=target.year, source=target.set_by, verified=True
    )


def _with_aim(base: Rating, benchmark: Benchmark, target: Target | None, back: float) -> Rating:
    """Add aim and gap, in the unit of the figure."""
    if base.value is None:
        return base
    if target is not None:
        aim: float | None = target.value * factor(target.unit, base.unit)
        year, source = target.year, target.set_by
    else:
        held = benchmark.target if benchmark.target is not None else _better_end(benchmark)
        aim = None if held is None else held * back
        year, source = benchmark.target_year or 0, benchmark.source
    return replace(base, aim=aim, aim_year=year or None, aim_source=source, gap=None if aim is None else aim - base.value)


def _better_end(benchmark: Benchmark) -> float | None:
    return benchmark.maximum if benchmark.higher_is_better else benchmark.minimum


def _nothing_to_hold_against(item: Item) -> str:
    if item.direction == "neutral":
        return "no direction is known: more is not always better"
    return "no benchmark is known and the city has set no target"


def _unfit(one: Observation) -> str:
    """Return why a figure is shown and not scored; empty where it can be."""
    if one.status not in _RATED_STATUSES:
        return one.reason or f"the figure has the status {one.status}"
    if one.denominator is not None and one.denominator <= 0:
        # a ratio of rates with a falling population is small or negative for the worst of reasons
        return "the ratio cannot be judged: what it is compared with did not grow"
    return ""


def _score_bounds(one: Observation, benchmark: Benchmark, to_benchmark: float) -> tuple[float | None, float | None]:
    """Return the lowest and highest score over the interval; a two-sided form peaks inside it where it holds the target."""
    if one.lower is None or one.upper is None or one.value is None:
        return None, None
    points = [one.lower * to_benchmark, one.value * to_benchmark, one.upper * to_benchmark]
    if benchmark.target is not None and points[0] <= benchmark.target <= points[2]:
        points.append(benchmark.target)
    scores = score(np.array(points), benchmark)
    return float(scores.min()), float(scores.max())
