"""Rounding bounds hold the exact figure."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ekistics.stats.rounding import bounds_of_rounded_ratio, rounding_error_of_log_ratio

people = st.floats(min_value=100, max_value=1e7)


@given(people, people)
def test_log_ratio_of_rounded_counts_lies_within_the_stated_error(start, end):
    exact = np.log(end / start)
    rounded = np.log(round(end) / round(start))
    bound = rounding_error_of_log_ratio(np.array([round(start)], float), np.array([round(end)], float))[0]
    assert abs(exact - rounded) <= bound * 1.01 + 1e-12


@given(st.floats(-1, 1), st.floats(-1, 1).filter(lambda x: abs(x) > 1e-3))
def test_ratio_of_exact_terms_lies_within_the_bounds_of_the_rounded_ones(n, d):
    lowest, highest = bounds_of_rounded_ratio(np.array([round(n, 2)]), np.array([round(d, 2)]), step=0.01)
    assert lowest[0] - 1e-9 <= n / d <= highest[0] + 1e-9
