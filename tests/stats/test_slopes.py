"""Lines by least squares are those of an independent implementation, and gaps leave no trace."""

from __future__ import annotations

import numpy as np
from scipy.stats import linregress

from ekistics.stats.slopes import least_squares_slopes


def test_slopes_and_errors_are_those_of_scipy():
    random = np.random.default_rng(3)
    times = np.arange(2000.0, 2012.0)
    values = random.normal(size=(4, 3, 12)) + 0.3 * times
    values[0, 0, 4] = np.nan
    made = least_squares_slopes(times, values)
    for at in np.ndindex(4, 3):
        there = ~np.isnan(values[at])
        expected = linregress(times[there], values[at][there])
        np.testing.assert_allclose([made.slope[at], made.error[at]], [expected.slope, expected.stderr], rtol=1e-9)


def test_two_points_have_a_slope_and_no_error():
    made = least_squares_slopes([2010.0, 2020.0], [1.0, 6.0])
    assert (made.slope.item(), np.isnan(made.error.item()), made.points.item()) == (0.5, True, 2)


def test_one_point_or_one_year_has_no_slope():
    assert np.isnan(least_squares_slopes([2010.0, np.nan], [1.0, 6.0]).slope)
    assert np.isnan(least_squares_slopes([2010.0, 2010.0], [1.0, 6.0]).slope)


def test_a_slope_does_not_depend_on_where_years_are_counted_from():
    values = np.array([1.0, 2.5, 2.0, 4.0])
    one, other = (least_squares_slopes(start + np.arange(4.0), values).slope for start in (0.0, 2020.0))
    np.testing.assert_allclose(one, other, rtol=1e-12)
