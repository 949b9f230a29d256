"""Errors of figures and movements of weights, as they are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ekistics.assess.doubt.drawn_figures import drawn_factors, sampling_errors, with_errors

ROWS, UNITS = ("one", "two"), ("a", "b", "c")
VALUES = np.arange(6.0).reshape(1, 2, 3)
ERRORS = np.array([[[1.0, np.nan, 2.0], [0.0, 3.0, 4.0]]])


def drawn(numbers=40_000, errors=ERRORS, degrees=None, values=VALUES):
    told = sampling_errors(values, errors, degrees, ROWS, UNITS)
    return with_errors(values[None], told, np.arange(numbers), seed=3, name="errors")[:, 0] - values[0]


def test_errors_are_normal_and_as_large_as_stated():
    found = drawn()[:, 1, 2]
    assert stats.kstest(found / 4.0, "norm").pvalue > 0.01


def test_errors_with_degrees_of_freedom_follow_students_t():
    degrees = np.full(ERRORS.shape, np.nan)
    degrees[0, 1, 2] = 3.0
    found = drawn(degrees=degrees)
    assert stats.kstest(found[:, 1, 2] / 4.0, "t", (3,)).pvalue > 0.01
    assert stats.kstest(found[:, 1, 1] / 3.0, "norm").pvalue > 0.01


def test_a_figure_without_an_error_or_with_none_at_all_stays():
    found = drawn(10)
    assert (found[:, 0, 1] == 0).all()
    assert (found[:, 1, 0] == 0).all()


def test_an_error_of_zero_is_stated_and_one_that_lacks_is_not():
    told = sampling_errors(VALUES, ERRORS, None, ROWS, UNITS)
    assert (told.stated, told.figures) == (5, 6)


def test_a_gap_stays_a_gap_and_draws_nothing():
    values = VALUES.copy()
    values[0, 1, 2] = np.nan
    assert np.isnan(drawn(5, values=values)[:, 1, 2]).all()


def test_errors_of_two_figures_are_not_related():
    found = drawn()
    assert abs(np.corrcoef(found[:, 1, 1], found[:, 1, 2])[0, 1]) < 0.02


def test_many_figures_draw_the_same_whatever_stands_beside_them_in_a_portion():
    values, errors = np.zeros((1, 2, 9000)), np.ones((1, 2, 9000))
    units = tuple(f"{unit:05d}" for unit in range(9000))
    told = sampling_errors(values, errors, None, ROWS, units)
    many = with_errors(values[None], told, np.arange(3), seed=1, name="errors")
    alone = with_errors(values[None], told, np.array([2]), seed=1, name="errors")
    np.testing.assert_array_equal(many[2], alone[0])
    assert many.std() == pytest.approx(1.0, abs=0.01)


def test_weights_move_evenly_and_each_by_itself():
    found = drawn_factors(("b", "a"), 0.25, np.arange(20_000), seed=1, name="weights")
    assert stats.kstest(found[:, 0], "uniform", (0.75, 0.5)).pvalue > 0.01
    assert abs(np.corrcoef(found.T)[0, 1]) < 0.02


def test_a_weight_moves_the_same_in_whatever_order_the_weights_stand():
    one = drawn_factors(("b", "a"), 0.25, np.arange(100), seed=1, name="weights")
    other = drawn_factors(("a", "b"), 0.25, np.arange(100), seed=1, name="weights")
    np.testing.assert_array_equal(one, other[:, ::-1])
