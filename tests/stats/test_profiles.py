"""The nearest profiles are those of plain differences, whatever the order, and gaps make nobody nearer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ekistics.stats.profiles import nearest_profiles

TABLES = st.tuples(st.integers(1, 5), st.integers(2, 9)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.one_of(st.just(np.nan), st.integers(0, 6).map(float)))
)


def plainly(values, weights, unit, least_shared=0.5):
    """Return the others by distance, then by place: the definition, pair by pair."""
    found = []
    for other in range(values.shape[1]):
        both = ~np.isnan(values[:, unit]) & ~np.isnan(values[:, other])
        shared = weights[both].sum() / weights.sum()
        if other != unit and shared >= least_shared - 1e-12 and shared > 0:
            squares = (values[both, unit] - values[both, other]) ** 2
            found.append((round(float(np.sqrt((weights[both] * squares).sum() / weights[both].sum())), 9), other))
    return sorted(found)


@given(TABLES, st.integers(1, 4))
def test_nearest_are_those_of_plain_differences(values, count):
    weights = np.arange(1.0, len(values) + 1)
    made = nearest_profiles(values, weights, count=count)
    for unit in range(values.shape[1]):
        expected = plainly(values, weights, unit)[:count]
        assert made.units[unit][made.units[unit] >= 0].tolist() == [other for _, other in expected]
        np.testing.assert_allclose(made.distances[unit][: len(expected)], [far for far, _ in expected], atol=1e-8)


def test_a_gap_makes_nobody_nearer():
    values = np.array([[0.0, 3.0, 3.0], [0.0, 3.0, np.nan]])
    made = nearest_profiles(values, np.ones(2), count=2)
    assert made.distances[0].tolist() == [3.0, 3.0]
    assert made.shared[0].tolist() == [1.0, 0.5]


def test_units_that_share_less_than_asked_are_not_compared():
    values = np.array([[0.0, 3.0], [0.0, np.nan], [0.0, np.nan]])
    assert nearest_profiles(values, np.ones(3), count=1).units.tolist() == [[-1], [-1]]


def test_small_distances_survive_large_values():
    values = np.array([[1e9, 1e9 + 2, 1e9 + 1]])
    made = nearest_profiles(values, np.ones(1), count=1)
    assert made.units[:, 0].tolist() == [2, 2, 0]
    assert made.distances[0, 0] == pytest.approx(1.0)


def test_weights_scale_out():
    values = np.random.default_rng(5).normal(size=(4, 12))
    one, other = (nearest_profiles(values, weights, count=3) for weights in (np.arange(1.0, 5), 10 * np.arange(1.0, 5)))
    np.testing.assert_array_equal(one.units, other.units)
    np.testing.assert_allclose(one.distances, other.distances)
