"""Estimates keep terms, say why a row has no value, and never raise for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model import observations
from ekistics.stats.estimates import Estimates, Status, col

numbers = st.floats(min_value=1e-6, max_value=1e9)


def test_share_is_in_per_cent_and_keeps_its_terms():
    made = Estimates.share(col(1, 3), col(4, 4))
    assert made.value.tolist() == [25.0, 75.0]
    assert made.numerator.tolist() == [1, 3]
    assert made.denominator.tolist() == [4, 4]


def test_missing_term_is_a_missing_row_with_a_reason():
    made = Estimates.share(col(np.nan, 1), col(4, 4))
    assert made.status.tolist() == ["O", "A"]
    assert made.reason.tolist() == ["a term is missing", ""]


def test_zero_denominator_is_undefined():
    made = Estimates.ratio(col(1.0), col(0.0))
    assert np.isnan(made.value[0])
    assert (made.status[0], made.reason[0]) == ("M", "the denominator is 0")


def test_small_denominator_is_unstable_and_keeps_its_value():
    made = Estimates.ratio(col(1.0), col(-1e-9), unstable_below=1e-8)
    assert made.value[0] == pytest.approx(-1e9)
    assert made.status[0] == "U"


def test_part_larger_than_its_whole_is_marked():
    assert Estimates.share(col(1.1), col(1.0)).status[0] == "U"
    assert Estimates.share(col(1.0 + 1e-12), col(1.0)).status[0] == "A"


def test_quantity_says_why_a_value_is_missing():
    made = Estimates.quantity(col(1, np.nan, np.nan), reason=["", "no street near", ""])
    assert made.status.tolist() == ["A", "O", "O"]
    assert made.reason.tolist() == ["", "no street near", "no value was given"]


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match=r"length|dimension"):
        Estimates.ratio(col(1.0), col(1.0, 2.0))
    with pytest.raises(ValueError, match=r"length|dimension"):
        Estimates.ratio(np.ones((2, 2)), np.ones((2, 2)))


def test_interval_is_kept_beside_the_value():
    made = Estimates.quantity(col(5.0)).with_interval(col(4.0), col(6.0), level=0.95, source=observations.ErrorSource.SAMPLING)
    assert (made.lower[0], made.upper[0], made.level[0], made.error_source[0]) == (4, 6, 0.95, "sampling")


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_order_of_rows_is_irrelevant(rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    n, d = (np.array(column) for column in zip(*rows, strict=True))
    assert np.array_equal(Estimates.ratio(n, d).value[order], Estimates.ratio(n[order], d[order]).value)


@given(numbers, numbers, st.floats(1e-3, 1e3))
def test_units_scale_through_a_ratio(n, d, k):
    assert Estimates.ratio(col(k * n), col(d)).value[0] == pytest.approx(k * Estimates.ratio(col(n), col(d)).value[0], rel=1e-12)


def test_statuses_are_those_of_the_record():
    assert all(observations.Status(one.value).name == one.name for one in Status)
