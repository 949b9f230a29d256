"""Distances and years are in the indicator's own unit, and no pace is made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t as student
from tests.assess.asem import asem_recipe, asem_table
from tests.assess.figures import figure
from tests.assess.small_index import goalposts, small_recipe, small_table

from ekistics.assess.comparing.distances import Nearing, distances_of, pace_of, pace_of_trend
from ekistics.assess.index.pipeline import assess
from ekistics.assess.trends import trend_of
from ekistics.model.cards import Direction
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.recipes import Method, Stage

OTHERS = 7.0
"""What the second unit of the field has; it is of no account."""


def distance(series, benchmark=None, *, direction=Direction.HIGHER, years=None, unit="", recipe=None, year=-1, **more):
    """Return the distance of a unit with such a series to its benchmark."""
    recipe = recipe or small_recipe(1)
    one = replace(recipe.indicators[0], benchmark=benchmark or goalposts(), direction=direction, unit=unit)
    values = np.array([[[value, OTHERS]] for value in series])
    made = assess(replace(recipe, indicators=(one,)), small_table(values, years=years, **more))
    return distances_of(made, 0, year=year)[0]


def target(value, form=Form.TARGET_ONE_SIDED, **more):
    return Benchmark(form, "", target=value, verified=True, **more)


BY_BENCHMARK = small_recipe(1, normalise=Method("benchmark"))


def test_years_are_the_gap_over_the_slope_of_the_line():
    made = distance([10.0, 14.0, 16.0, 20.0], years=(2010, 2012, 2014, 2016))
    slope = np.polyfit([2010, 2012, 2014, 2016], [10, 14, 16, 20], 1)[0]
    assert (made.nearing, made.value, made.year, made.aim, made.gap) == (Nearing.ON_THE_WAY, 20.0, 2016, 100.0, 80.0)
    assert made.pace.slope == pytest.approx(slope)
    assert made.years == pytest.approx(80.0 / slope)


def test_the_interval_of_years_is_that_of_the_slope():
    made = distance([10.0, 14.0, 16.0, 20.0])
    reach = student.ppf(0.975, 2) * made.pace.error
    assert made.years_low == pytest.approx(80.0 / (made.pace.slope + reach))
    assert made.years_high == pytest.approx(80.0 / (made.pace.slope - reach))


def test_a_pace_that_may_be_none_at_all_may_take_for_ever():
    made = distance([10.0, 30.0, 5.0, 20.0])
    assert made.years_high == np.inf


@pytest.mark.parametrize("series", [[20.0, 20.0, 20.0], [30.0, 25.0, 20.0]])
def test_what_stands_still_or_moves_away_never_arrives(series):
    made = distance(series)
    assert (made.nearing, made.years) == (Nearing.NEVER, None)


def test_a_single_figure_has_no_pace():
    made = distance([20.0])
    assert (made.nearing, made.pace, made.gap) == (Nearing.NO_PACE, None, 80.0)


def test_two_figures_have_a_pace_without_an_error():
    made = distance([10.0, 20.0])
    assert (made.years, made.pace.error, made.years_low) == (8.0, None, None)


def test_what_is_better_than_its_aim_has_reached_it():
    assert distance([20.0, 110.0]).nearing is Nearing.REACHED
    falling = distance([20.0, -1.0], goalposts(higher=False), direction=Direction.LOWER)
    assert (falling.nearing, falling.years) == (Nearing.REACHED, 0.0)


def test_where_lower_is_better_the_lower_goalpost_is_the_aim():
    made = distance([50.0, 40.0], goalposts(10.0, 90.0, higher=False), direction=Direction.LOWER)
    assert (made.aim, made.gap, made.years) == (10.0, -30.0, 3.0)


def test_a_target_goes_before_a_goalpost():
    assert distance([20.0, 30.0], goalposts(target=50.0)).aim == 50.0


def test_a_target_from_both_sides_is_not_reached_by_passing_it():
    made = distance([90.0, 80.0], target(50.0, Form.TARGET_TWO_SIDED), recipe=BY_BENCHMARK)
    assert (made.nearing, made.years) == (Nearing.ON_THE_WAY, 3.0)


def test_a_ceiling_is_reached_from_below():
    one = target(50.0, Form.TARGET_CEILING, higher_is_better=False)
    assert distance([90.0, 40.0], one, recipe=BY_BENCHMARK, direction=Direction.LOWER).nearing is Nearing.REACHED


def test_the_year_of_the_aim_says_whether_it_is_met_in_time():
    late, early = (distance([60.0, 70.0], target(100.0, target_year=year), recipe=BY_BENCHMARK) for year in (2023, 2024))
    assert (late.years, late.in_time, early.in_time) == (3.0, False, True)


def test_aims_are_told_in_the_unit_of_the_indicator():
    benchmark = Benchmark(Form.LINEAR, "km", minimum=0.0, maximum=2.0, verified=True)
    made = distance([1000.0, 1500.0], benchmark, unit="m")
    assert (made.aim, made.gap, made.years) == (2000.0, 500.0, 1.0)


def test_a_figure_carried_over_is_no_point_of_the_pace_and_keeps_its_year():
    recipe = small_recipe(1, tolerance_years=5)
    made = distance([10.0, 20.0, np.nan], recipe=recipe)
    assert (made.value, made.year, made.pace.points, made.years) == (20.0, 2021, 2, 8.0)


def test_a_figure_told_again_for_a_later_year_is_one_point():
    recipe = small_recipe(1, tolerance_years=5)
    spoken = np.array([[[2020, 2020]], [[2021, 2021]], [[2021, 2022]]], dtype=np.int16)
    made = distance([10.0, 20.0, 20.0], recipe=recipe, figure_years=spoken)
    assert (made.year, made.pace.points, made.pace.slope) == (2021, 2, 10.0)


def test_figures_after_the_year_asked_do_not_count():
    made = distance([10.0, 20.0, 90.0], year=1)
    assert (made.value, made.pace.slope) == (20.0, 10.0)


def test_a_filled_gap_is_no_figure():
    made = distance([10.0, np.nan], recipe=small_recipe(1, impute=Method("mean")))
    assert (made.nearing, made.value, made.aim) == (Nearing.NO_FIGURE, None, 100.0)


def test_without_a_benchmark_there_is_no_aim():
    recipe = small_recipe(1, normalise=Method("min-max"))
    recipe = replace(recipe, indicators=(replace(recipe.indicators[0], benchmark=None),))
    made = assess(recipe, small_table([[1.0, 2.0, 3.0]]))
    assert distances_of(made, 0)[0].nearing is Nearing.NO_AIM


def test_a_longer_series_than_the_tables_can_be_given():
    made = assess(small_recipe(1), small_table([[20.0, 3.0]]))
    assert distances_of(made, 0, paces={"i0": pace_of([2000, 2020], [0.0, 20.0])})[0].years == pytest.approx(80.0)


def test_nothing_is_reckoned_across_a_break():
    voices = [figure(10.0, year=2010, source="old"), figure(50.0, year=2014), figure(60.0, year=2016), figure(62.0, year=2018)]
    pace = pace_of_trend(trend_of(voices))
    assert (pace.points, pace.slope) == (3, pytest.approx(3.0, rel=1e-3))
    assert pace_of_trend(trend_of([figure(10.0, year=2010)])) is None


def test_paces_of_the_reference_panel_are_those_of_its_denominated_figures(data):
    made = assess(asem_recipe(data), asem_table(data, panel=True))
    unit = made.table.units.index("EST")
    told = {one.indicator: one for one in distances_of(made, unit)}
    row = made.table.indicators.index("CO2")
    series = made.stage(Stage.DENOMINATE).values[:, row, unit]
    assert told["CO2"].pace.slope == pytest.approx(np.polyfit(made.table.years, series, 1)[0], rel=1e-9)
    assert told["CO2"].aim == pytest.approx(made.recipe.indicators[row].benchmark.target)
