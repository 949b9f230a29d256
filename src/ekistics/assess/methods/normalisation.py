"""The registered ways to bring rows onto one scale, on which higher is better.

The contract: `function(values, facts, **options)` with values (..., rows, cells), NaN missing, and the answer an `Outcome` of the same
shape. A row holds the cells of one year, or of all years side by side. A row that the method cannot be used on is marked unfit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods.registry import Demands, OptionKind, OptionRule, register
from ekistics.assess.methods.row_facts import Outcome, RowFacts
from ekistics.assess.scores import score
from ekistics.model.assessments import Change
from ekistics.model.frameworks import Form
from ekistics.model.recipes import Option, Stage
from ekistics.stats import normalising
from ekistics.stats.extremes import RowExtremes, row_extremes
from ekistics.stats.moments import row_statistics
from ekistics.stats.penalising import ADJUSTED_SCALE, adjusted_goalposts

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

BY_FORM = ("form",)
"""A method that needs of a benchmark what its form needs."""


def _from_to(options: Mapping[str, Option]) -> float:
    to = options["to"]
    return to[0] if isinstance(to, tuple) else -math.inf


def _from_to_if(flag: str) -> Callable[[Mapping[str, Option]], float]:
    def lowest(options: Mapping[str, Option]) -> float:
        return _from_to(options) if options[flag] else -math.inf

    return lowest


_TO = OptionRule(
    "to", OptionKind.NUMBERS, "the scale: what stands at its lower and at its upper end", default=(0.0, 100.0), length=2, rising=True
)
_CAP = OptionRule("cap", OptionKind.YES_NO, "whether those beyond are held to the upper end", default=False)


@register(
    Stage.NORMALISE,
    "min-max",
    says="the worst value becomes the lower, the best the upper end of the scale, and the others lie between in proportion",
    options=(_TO,),
    demands=Demands(spread=True, lowest=_from_to),
)
def between_worst_and_best(values: Floats, facts: RowFacts, *, to: tuple[float, float]) -> Outcome:
    """Return values on a scale between the worst and the best of their row."""
    seen = row_extremes(values)
    return _line(values, seen.constant, lambda cells: normalising.min_max(cells, seen.low, seen.high, to=to, direction=facts.signs))


@register(
    Stage.NORMALISE,
    "z-score",
    says="how many standard deviations (n - 1) a value lies on the better side of the mean",
    options=(OptionRule("to", OptionKind.NUMBERS, "mean and standard deviation of the scores", default=(0.0, 1.0), length=2),),
    demands=Demands(spread=True, units=2),
)
def standardised(values: Floats, facts: RowFacts, *, to: tuple[float, float]) -> Outcome:
    """Return z-scores."""
    seen = row_statistics(values)
    unfit = seen.constant | (seen.count == 1)
    return _line(values, unfit, lambda cells: normalising.z_score(cells, seen.mean, seen.sd, to=to, direction=facts.signs))


@register(
    Stage.NORMALISE,
    "rank",
    says="places from the worst, 1, upwards; equal values share the lowest of their places",
    demands=Demands(lowest=lambda _: 1.0),
)
def placed(values: Floats, facts: RowFacts) -> Outcome:
    """Return places from the worst upwards."""
    return Outcome(normalising.rank_points(values, direction=facts.signs))


@register(
    Stage.NORMALISE,
    "percentile-rank",
    says="the share of the other units that a unit leaves behind",
    options=(_TO,),
    demands=Demands(units=2, lowest=_from_to),
)
def share_left_behind(values: Floats, facts: RowFacts, *, to: tuple[float, float]) -> Outcome:
    """Return percentile ranks, scaled."""
    alone = row_extremes(values).count == 1
    return _line(values, alone, lambda cells: to[0] + (to[1] - to[0]) * _percentile_rank(cells, facts))


@register(Stage.NORMALISE, "borda", says="how many units a unit leaves behind: its Borda points", demands=Demands(lowest=lambda _: 0.0))
def borda(values: Floats, facts: RowFacts) -> Outcome:
    """Return Borda points."""
    return Outcome(normalising.borda_points(values, direction=facts.signs))


@register(
    Stage.NORMALISE,
    "scaled",
    says="times (value - low) / (high - low), with numbers of choice; where lower is better the value changes its sign first",
    options=(
        OptionRule("between", OptionKind.NUMBERS, "low and high", default=(0.0, 100.0), length=2, rising=True),
        OptionRule("times", OptionKind.NUMBER, "what the high becomes", default=100.0, above=0.0),
    ),
)
def scaled(values: Floats, facts: RowFacts, *, between: tuple[float, float], times: float) -> Outcome:
    """Return values scaled by given numbers."""
    return Outcome(normalising.scaled(values, *between, times=times, direction=facts.signs))


@register(
    Stage.NORMALISE,
    "distance-to-maximum",
    says="how far a value has come from the worst to the best",
    options=(_TO,),
    demands=Demands(spread=True, lowest=_from_to),
)
def distance_to_maximum(values: Floats, facts: RowFacts, *, to: tuple[float, float]) -> Outcome:
    """Return the way from the worst to the best."""
    seen = row_extremes(values)
    worst, best = _ends(seen, facts)
    return _line(values, seen.constant, lambda cells: normalising.distance_to(cells, worst, best, to=to))


@register(
    Stage.NORMALISE,
    "fraction-of-maximum",
    says="a value as a share of the largest; where lower is better, 1 less that share",
    options=(OptionRule("times", OptionKind.NUMBER, "what the whole of the largest becomes", default=100.0, above=0.0),),
)
def fraction_of_maximum(values: Floats, facts: RowFacts, *, times: float) -> Outcome:
    """Return fractions of the largest value."""
    seen = row_extremes(values)
    high = np.where(seen.high > 0, seen.high, 1.0)
    unfit = (seen.count > 0) & (seen.high <= 0)
    return _line(values, unfit, lambda cells: times * normalising.fraction_of_maximum(cells, high, direction=facts.signs))


@register(
    Stage.NORMALISE,
    "distance-to-reference",
    says="how far a value has come from the worst to that of a unit of reference, of the newest year where years are fitted together",
    options=(OptionRule("unit", OptionKind.TEXT, "the code of the unit of reference", required=True), _TO, _CAP),
    demands=Demands(spread=True, lowest=_from_to, unit="unit"),
)
def distance_to_reference(values: Floats, facts: RowFacts, *, unit: str, to: tuple[float, float], cap: bool) -> Outcome:
    """Return the way from the worst to the unit of reference."""
    return _towards(values, facts, values[..., facts.cell_of(unit)], to, cap=cap)


@register(
    Stage.NORMALISE,
    "distance-to-target",
    says="how far a value has come from the worst to the target of its benchmark; a two-sided target is neared from both ends",
    options=(_TO, _CAP),
    demands=Demands(spread=True, benchmark=("target",), lowest=_from_to),
)
def distance_to_target(values: Floats, facts: RowFacts, *, to: tuple[float, float], cap: bool) -> Outcome:
    """Return the way from the worst to the target, or from both ends to a two-sided one."""
    two_sided = np.array([one is not None and one.form is Form.TARGET_TWO_SIDED for one in facts.benchmarks])
    goal = np.broadcast_to(facts.posts("target"), values.shape[:-1])
    if not two_sided.any():
        return _towards(values, facts, goal, to, cap=cap)
    if not two_sided.all():
        parts = [np.flatnonzero(~two_sided), np.flatnonzero(two_sided)]
        made = [distance_to_target(values[..., rows, :], facts.some(rows, facts.years), to=to, cap=cap) for rows in parts]
        return _put_together(values, parts, made)
    seen = row_extremes(values)
    unfit = (seen.count > 0) & ~((seen.low < goal) & (goal < seen.high))
    low, high = np.where(unfit, goal - 1, seen.low), np.where(unfit, goal + 1, seen.high)
    return _line(values, unfit, lambda cells: normalising.distance_two_sided(cells, low, goal, high, to=to))


@register(
    Stage.NORMALISE,
    "goalposts",
    says="the benchmark's worse goalpost becomes the lower, the better one the upper end of the scale, whatever the data are",
    options=(_TO, OptionRule("truncate", OptionKind.YES_NO, "whether values beyond a goalpost are held to it", default=True)),
    demands=Demands(benchmark=("minimum", "maximum"), lowest=_from_to_if("truncate")),
)
def between_goalposts(values: Floats, facts: RowFacts, *, to: tuple[float, float], truncate: bool) -> Outcome:
    """Return values on a scale between goalposts that do not depend on the data."""
    low, high = facts.posts("minimum"), facts.posts("maximum")
    scores = normalising.min_max(values, low, high, to=to, direction=facts.signs)
    if not truncate:
        return Outcome(scores)
    return Outcome(np.clip(scores, *to), _truncated((values < low[:, None]) | (values > high[:, None])))


@register(
    Stage.NORMALISE,
    "adjusted-goalposts",
    says="the goalposts of the adjusted Mazziotta-Pareto index: the mean of the first year less and plus half of the range over all years",
    options=(replace(_TO, default=ADJUSTED_SCALE),),
    demands=Demands(spread=True),
)
def between_adjusted_goalposts(values: Floats, facts: RowFacts, *, to: tuple[float, float]) -> Outcome:
    """Return values on a scale on which the mean of the first year stands in the middle."""
    seen = row_extremes(values)
    low, high = adjusted_goalposts(row_statistics(values[..., : len(facts.units)]).mean, seen.low, seen.high)
    unfit = seen.constant | ((seen.count > 0) & np.isnan(low))
    return _line(values, unfit, lambda cells: normalising.min_max(cells, low, high, to=to, direction=facts.signs))


@register(
    Stage.NORMALISE,
    "benchmark",
    says="the form of the indicator's benchmark, as in the City Prosperity Index: goalposts on a straight line, roots, logarithms, targets",
    demands=Demands(benchmark=BY_FORM, lowest=lambda _: 0.0),
)
def held_against_benchmark(values: Floats, facts: RowFacts) -> Outcome:
    """Return scores of 0 to 100 by the form of each row's benchmark."""
    scores, beyond = np.empty(values.shape), np.zeros(values.shape, np.bool_)
    for row, benchmark in enumerate(facts.benchmarks):
        if benchmark is None:
            raise AssertionError(f"{facts.codes[row]} has no benchmark")
        figures = values[..., row, :] * facts.to_benchmark[row]
        scores[..., row, :] = score(figures, benchmark)
        if benchmark.minimum is not None and benchmark.maximum is not None and benchmark.form is not Form.IDENTITY:
            beyond[..., row, :] = (figures < benchmark.minimum) | (figures > benchmark.maximum)
    return Outcome(scores, _truncated(beyond))


def _put_together(values: Floats, parts: list[NDArray[np.int64]], made: list[Outcome]) -> Outcome:
    """Return the outcomes of some rows each as one."""
    scores, changes, unfit = np.empty(values.shape), np.zeros(values.shape, np.int8), np.zeros(values.shape[:-1], np.bool_)
    for rows, one in zip(parts, made, strict=True):
        scores[..., rows, :] = one.values
        if one.changes is not None:
            changes[..., rows, :] = one.changes
        if one.unfit is not None:
            unfit[..., rows] = one.unfit
    return Outcome(scores, changes if changes.any() else None, unfit if unfit.any() else None)


def _percentile_rank(cells: Floats, facts: RowFacts) -> Floats:
    points = normalising.borda_points(cells, direction=facts.signs)
    others = (~np.isnan(points)).sum(axis=-1, keepdims=True) - 1
    return np.asarray(points / np.maximum(others, 1), dtype=np.float64)


def _towards(values: Floats, facts: RowFacts, goal: Floats, to: tuple[float, float], *, cap: bool) -> Outcome:
    seen = row_extremes(values)
    worst, _ = _ends(seen, facts)
    # a goal on the worse side of all values would turn their order around
    unfit = (seen.count > 0) & ~((goal - worst) * facts.signs > 0)
    made = _line(values, unfit, lambda cells: normalising.distance_to(cells, worst, goal, to=to, cap=to[1] if cap else None))
    beyond = (values - goal[..., None]) * facts.towards_better > 0
    return Outcome(made.values, _truncated(beyond) if cap else None, made.unfit)


def _ends(seen: RowExtremes, facts: RowFacts) -> tuple[Floats, Floats]:
    """Return the worst and the best value of rows."""
    higher = facts.signs > 0
    return np.where(higher, seen.low, seen.high), np.where(higher, seen.high, seen.low)


def _line(values: Floats, unfit: Mask, method: Callable[[Floats], Floats]) -> Outcome:
    """Return what a method makes of the rows that are fit for it; the others become missing."""
    if not unfit.any():
        return Outcome(method(values))
    return Outcome(method(np.where(unfit[..., None], np.nan, values)), unfit=unfit)


def _truncated(beyond: Mask) -> NDArray[np.int8] | None:
    return np.where(beyond, np.int8(Change.TRUNCATED), np.int8(0)).astype(np.int8) if beyond.any() else None
