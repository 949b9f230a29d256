"""How far a unit is from what each indicator aims at, and how many years that takes at the present pace, in the indicator's own unit.

The pace is the slope of a line by least squares through the figures of one series up to the year asked; figures that were filled in or
carried over from an earlier year are no points of it. An aim is the benchmark's target, else its better goalpost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ekistics.assess.index.choosing import chosen
from ekistics.assess.index.recipe_faults import benchmark_factor
from ekistics.assess.trends import Trend
from ekistics.model.assessments import Assessment
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import IndexIndicator, Recipe, Screening, Stage
from ekistics.stats.slopes import least_squares_slopes

Floats = NDArray[np.float64]

_SAME = 1e-12
"""Relative: a value this close to its target has reached it."""


class Nearing(StrEnum):
    """How a figure stands to its aim."""

    REACHED = "reached"
    ON_THE_WAY = "on the way"
    NEVER = "never at this pace"
    """It stands still, or moves away."""
    NO_PACE = "no pace known"
    """There are not two figures of one series."""
    NO_FIGURE = "no figure"
    NO_AIM = "no aim"
    """No benchmark is known, or it has neither target nor goalpost on the better side."""


@dataclass(frozen=True)
class Pace:
    """How fast a series moves.

    Attributes
    ----------
    slope : in the unit of the figure, a year
    error : standard error of the slope; None with fewer than three points
    points, first, last : how many figures it rests on, and their first and last year
    """

    slope: float
    error: float | None
    points: int
    first: float
    last: float


@dataclass(frozen=True)
class Distance:
    """How far a unit is from what one indicator aims at; numbers in `unit`, None where there is none.

    Attributes
    ----------
    year : that the value speaks of
    gap : aim less value: how far the value has to move; with a one-sided aim that is reached it has nowhere to go
    years : from `year` on, at the pace; `years_low`, `years_high` at the paces of its interval, infinite where that does not lead there
    in_time : whether the aim is reached by its own year at the pace, where it has one
    """

    indicator: str
    nearing: Nearing
    unit: str = ""
    value: float | None = None
    year: int | None = None
    aim: float | None = None
    aim_year: int | None = None
    aim_source: str = ""
    provisional: bool = False
    gap: float | None = None
    pace: Pace | None = None
    years: float | None = None
    years_low: float | None = None
    years_high: float | None = None
    in_time: bool | None = None


def distances_of(
    assessment: Assessment, unit: int, *, year: int = -1, paces: Mapping[str, Pace] | None = None, level: float = 0.95
) -> tuple[Distance, ...]:
    """Return the distance of a unit to the aim of each indicator, in the order of the recipe.

    Parameters
    ----------
    unit : its place
    year : place of the year among those of the table
    paces : by indicator, in its unit, where a longer series than the table's is known; None takes the years of the table
    level : of the interval of years, 0 to 1; Student's t on two degrees less than there are points
    """
    recipe, table = assessment.recipe, assessment.table.of_units(np.array([unit]))
    place = range(len(table.years))[year]
    series, times = _series(recipe, table, place)
    done = {one.stage: one.values for one in assessment.stages}
    values = done[Stage.DENOMINATE if Stage.DENOMINATE in done else Stage.CHOOSE][place, :, unit]
    found = []
    for row, one in enumerate(recipe.indicators):
        told = (paces or {}).get(one.code) or pace_of(times[:, row], series[:, row])
        spoken = _year_of(recipe, table, one, place)
        found.append(_distance(one, float(values[row]), spoken, told, level))
    return tuple(found)


def pace_of(years: Sequence[float] | Floats, values: Sequence[float] | Floats) -> Pace | None:
    """Return the pace of one series; None with fewer than two figures of different years. NaN is no figure."""
    at, told = np.asarray(years, dtype=np.float64), np.asarray(values, dtype=np.float64)
    found = least_squares_slopes(at, told)
    if math.isnan(float(found.slope)):
        return None
    there = at[~np.isnan(told) & ~np.isnan(at)]
    error = float(found.error)
    return Pace(float(found.slope), None if math.isnan(error) else error, int(found.points), float(there.min()), float(there.max()))


def pace_of_trend(trend: Trend | None) -> Pace | None:
    """Return the pace of the stretch of a trend since its last break: nothing is reckoned across a break."""
    if trend is None:
        return None
    stretch = [one.observation for one in trend.figures[trend.breaks[-1] if trend.breaks else 0 :]]
    values = [float("nan") if one.value is None else one.value for one in stretch]
    start = stretch[0].period
    return pace_of([start.end.year + start.years_until(one.period) for one in stretch], values)


def _series(recipe: Recipe, table: IndexTable, place: int) -> tuple[Floats, Floats]:
    """Return (years, indicators) figures as they were told for each year, none carried over, and the years that they speak of."""
    plain = replace(
        recipe,
        reference_year=None,
        tolerance_years=0,
        screen=Screening(),
        indicators=tuple(replace(one, reference_year=None, tolerance_years=None) for one in recipe.indicators),
    )
    own = chosen(plain, replace(table, figure_years=None)).values[: place + 1, :, 0]
    times = np.tile(np.array(table.years[: place + 1], dtype=np.float64)[:, None], (1, own.shape[1]))
    if table.figure_years is not None:
        spoken = table.figure_years[: place + 1, [table.indicators.index(one.code) for one in recipe.indicators], 0]
        times = np.where(spoken > 0, spoken, times)
    return _once_a_year(own, times), times


def _once_a_year(values: Floats, times: Floats) -> Floats:
    """Return values without those that a later row tells again for the same year."""
    kept = values.copy()
    for row in range(len(values) - 1):
        told_again = (times[row + 1 :] == times[row]) & ~np.isnan(values[row + 1 :])
        kept[row, told_again.any(axis=0)] = np.nan
    return kept


def _year_of(recipe: Recipe, table: IndexTable, one: IndexIndicator, place: int) -> int:
    """Return the year that the figure of an indicator speaks of in a year of the table: it may have been taken from an earlier one."""
    row = table.indicators.index(one.code)
    reference = recipe.reference_year if one.reference_year is None else one.reference_year
    wanted = table.years[place] if reference is None else min(table.years[place], reference)
    there = [at for at in range(place + 1) if table.years[at] <= wanted and not math.isnan(table.values[at, row, 0])]
    taken = there[-1] if there else place
    spoken = 0 if table.figure_years is None else int(table.figure_years[taken, row, 0])
    return spoken or table.years[taken]


def _distance(one: IndexIndicator, value: float, year: int, pace: Pace | None, level: float) -> Distance:
    aim = _aim(one)
    base = Distance(one.code, Nearing.NO_AIM, one.unit, pace=pace)
    if one.benchmark is not None and aim is not None:
        benchmark = one.benchmark
        base = replace(base, aim=aim, aim_year=benchmark.target_year, aim_source=benchmark.source, provisional=benchmark.provisional)
    if math.isnan(value):
        return replace(base, nearing=Nearing.NO_AIM if aim is None else Nearing.NO_FIGURE)
    base = replace(base, value=value, year=year)
    if one.benchmark is None or aim is None:
        return base
    base = replace(base, gap=aim - value)
    if _is_reached(one.benchmark, value, aim):
        return replace(base, nearing=Nearing.REACHED, years=0.0, in_time=True if base.aim_year else None)
    return replace(base, nearing=Nearing.NO_PACE) if pace is None else _at_pace(base, pace, aim - value, year, level)


def _at_pace(base: Distance, pace: Pace, gap: float, year: int, level: float) -> Distance:
    speed = pace.slope if gap > 0 else -pace.slope
    years = _years(gap, speed)
    low = high = None
    if pace.error is not None:
        reach = float(special.stdtrit(pace.points - 2, 0.5 + level / 2.0)) * pace.error
        low, high = _years(gap, speed + reach), _years(gap, speed - reach)
    in_time = None if base.aim_year is None else year + years <= base.aim_year
    nearing = Nearing.NEVER if math.isinf(years) else Nearing.ON_THE_WAY
    told = None if math.isinf(years) else years
    return replace(base, nearing=nearing, years=told, years_low=low, years_high=high, in_time=in_time)


def _years(gap: float, speed: float) -> float:
    return abs(gap) / speed if speed > 0 else math.inf


def _aim(one: IndexIndicator) -> float | None:
    """Return what an indicator aims at, in its own unit."""
    benchmark = one.benchmark
    if benchmark is None:
        return None
    better = benchmark.maximum if _is_better_higher(benchmark) else benchmark.minimum
    held = better if benchmark.target is None else benchmark.target
    return None if held is None else held / benchmark_factor(one)


def _is_reached(benchmark: Benchmark, value: float, aim: float) -> bool:
    if abs(value - aim) <= _SAME * max(abs(value), abs(aim)):
        return True
    if benchmark.form is Form.TARGET_TWO_SIDED:
        return False
    return value > aim if _is_better_higher(benchmark) else value < aim


def _is_better_higher(benchmark: Benchmark) -> bool:
    """Whether more is better: the forms of a target tell by themselves, the others by the benchmark."""
    if benchmark.form in (Form.TARGET_ONE_SIDED, Form.TARGET_CEILING):
        return benchmark.form is Form.TARGET_ONE_SIDED
    return benchmark.higher_is_better
