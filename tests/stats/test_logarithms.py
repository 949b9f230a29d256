"""Logarithms keep the order of units and refuse what has none."""

from __future__ import annotations

import numpy as np
import pytest

from ekistics.stats.logarithms import log_from_maximum, log_from_minimum, log_of_global_innovation, log_plain
from ekistics.stats.treating import treat_outliers

ROW = np.array([[-3.0, 0.0, np.nan, 2.0, 97.0]])


def test_log_from_minimum_takes_values_of_any_sign():
    np.testing.assert_allclose(log_from_minimum(ROW, [-3.0], [97.0]), np.log(ROW + 3.0 + 1.0))


def test_log_from_minimum_refuses_a_value_far_below_bounds_of_other_years():
    with pytest.raises(ValueError, match="has no logarithm"):
        log_from_minimum(ROW, [0.0], [97.0])


def test_log_of_the_innovation_index_changes_its_values():
    # the peer's function computes the logarithm and gives back what it was handed
    found = log_of_global_innovation(ROW, [-3.0], [97.0])
    np.testing.assert_allclose(found[0, [0, 4]], [0.0, np.log(97.0)])
    assert (np.diff(found[0, [0, 1, 3, 4]]) > 0).all()


def test_log_of_the_innovation_index_refuses_to_turn_the_order_around():
    with pytest.raises(ValueError, match="turn the order"):
        log_of_global_innovation([[0.1, 0.5, 0.9]], [0.1], [0.9])


def test_plain_log_refuses_zero_and_says_where():
    with pytest.raises(ValueError, match=r"\(0, 1\) is 0 or less"):
        log_plain([[1.0, 0.0, 2.0]])


def test_missing_stays_missing():
    assert np.isnan(log_plain([np.nan, 1.0])).tolist() == [True, False]


def test_exchanged_bounds_are_refused():
    with pytest.raises(ValueError, match="not below"):
        log_from_minimum(ROW, [97.0], [-3.0])


def test_the_bounds_of_a_treatment_log_its_rows_again():
    values = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 30.0, 500.0], [-500.0, -30.0, -6.0, -5.0, -4.0, -3.0, -2.0, -1.0]])
    found = treat_outliers(values, at_most=0)
    assert found.mirrored.tolist() == [False, True]
    np.testing.assert_allclose(log_from_minimum(values[0], found.lower[0], found.upper[0]), found.values[0], rtol=1e-12)
    np.testing.assert_allclose(log_from_maximum(values[1], found.lower[1], found.upper[1]), found.values[1], rtol=1e-12)
