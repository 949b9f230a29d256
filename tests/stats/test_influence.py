"""The correlation ratio finds what is known by construction, and agrees with a spline written out the long way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import BSpline

from ekistics.stats.influence import FEWEST_UNITS, influence, relative_influence

RNG = np.random.default_rng(20260103)


def naive(x, y, segments):
    """The same curve by normal equations, one weight of the penalty after the other."""
    knots = x.min() + np.ptp(x) / segments * np.arange(-3, segments + 4)
    basis = BSpline.design_matrix(x, knots, 3, extrapolate=True).toarray()
    bends = np.diff(np.eye(segments + 3), n=2, axis=0)
    penalty = bends.T @ bends * np.trace(basis.T @ basis) / np.trace(bends.T @ bends)
    y = y - y.mean()
    found = []
    for weight in 10.0 ** np.linspace(-4.0, 10.0, 57):
        if weight > 1e6:  # normal equations lose their digits beyond; the curve is a line long before
            break
        hat = basis @ np.linalg.solve(basis.T @ basis + weight * penalty, basis.T)
        fitted, freedom = hat @ y, np.trace(hat)
        if 1.4 * freedom < x.size:
            found.append((((y - fitted) ** 2).sum() / (x.size - 1.4 * freedom) ** 2, (fitted**2).sum() / (y**2).sum(), freedom))
    return min(found)[1:]


def test_the_curve_is_that_of_the_normal_equations():
    x = RNG.normal(size=60)
    y = np.sin(2 * x) + 0.4 * RNG.normal(size=60)
    found = influence(x[None], y)
    ratio, freedom = naive(x, y, 60 // 4)
    assert found.ratio[0] == pytest.approx(ratio, rel=1e-8)
    assert found.degrees_of_freedom[0] == pytest.approx(freedom, rel=1e-8)


def test_first_order_effects_of_the_ishigami_function_are_found():
    x = RNG.uniform(-np.pi, np.pi, (3, 10_000))
    y = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    np.testing.assert_allclose(influence(x, y).ratio, [0.3139, 0.4424, 0.0], atol=0.015)  # about two standard errors of the sample


def test_a_bent_relation_counts_where_a_line_sees_nothing():
    x = RNG.uniform(-1, 1, 400)
    noise = RNG.normal(size=400) * np.sqrt(4 / 45)  # as much variance as x squared has
    found = influence(x[None], x**2 + noise)
    assert found.linear[0] < 0.02
    assert found.ratio[0] == pytest.approx(0.5, abs=0.08)


def test_a_linear_relation_has_its_r_squared_as_ratio():
    x = RNG.normal(size=300)
    y = 3 * x + RNG.normal(size=300)
    found = influence(x[None], y)
    assert found.ratio[0] == pytest.approx(found.linear[0], rel=0.02)
    assert influence(x[None], 2 - 5 * x).ratio[0] == pytest.approx(1.0, abs=1e-9)


def test_noise_is_taken_for_influence_no_more_than_it_says_itself():
    noise = RNG.normal(size=(500, 1, 51))
    found = influence(noise, RNG.normal(size=(500, 51)))
    assert found.ratio.mean() < 0.04
    assert found.ratio.mean() == pytest.approx(found.by_chance.mean(), abs=0.01)


def test_linear_influence_of_the_pillars_is_the_peers(data):
    peer = pd.read_csv(data("asem", "corr_aggregates_pearson.csv"), index_col=0)
    scores = pd.read_csv(data("asem", "stage_7_aggregated.csv"), index_col=0)
    pillars = list(peer.index[:8])
    found = influence(scores[pillars].to_numpy().T, scores["Index"].to_numpy())
    np.testing.assert_allclose(found.r, peer.loc[pillars, "Index"], rtol=1e-10)


def test_two_pillars_with_full_weight_have_almost_no_influence(data):
    scores = pd.read_csv(data("asem", "stage_7_aggregated.csv"), index_col=0)
    pillars = ["Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin"]
    weights = np.array([0.1] * 5 + [1 / 6] * 3)
    found = influence(scores[pillars].to_numpy().T, scores["Index"].to_numpy())
    weak = relative_influence(found.ratio) / weights < 0.25
    assert [code for code, little in zip(pillars, weak, strict=True) if little] == ["Environ", "SusEcFin"]


def test_shares_of_influence_add_to_one_without_the_missing():
    shares = relative_influence(np.array([[0.2, np.nan, 0.6], [0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(shares[0], [0.25, np.nan, 0.75])
    assert np.isnan(shares[1]).all()


def test_too_few_units_give_no_curve_but_a_line():
    x = RNG.normal(size=(1, FEWEST_UNITS - 1))
    found = influence(x, x[0] + RNG.normal(size=x.size))
    assert np.isnan(found.ratio[0])
    assert np.isfinite(found.linear[0])


def test_a_part_that_does_not_vary_has_no_influence_to_speak_of():
    found = influence(np.full((1, 30), 1e7 + 0.1), RNG.normal(size=30))
    assert np.isnan(found.ratio[0])
    assert np.isnan(found.r[0])


def test_a_part_is_held_against_the_units_that_it_has():
    x, y = RNG.normal(size=(2, 50)), RNG.normal(size=50)
    x[0, :8] = np.nan
    found = influence(x, y)
    assert found.units.tolist() == [42, 50]
    np.testing.assert_allclose(found.ratio[0], influence(x[:1, 8:], y[8:]).ratio[0], rtol=1e-10)


def test_leading_axes_are_free():
    x, y = RNG.normal(size=(2, 3, 4, 40)), RNG.normal(size=(2, 3, 40))
    np.testing.assert_allclose(influence(x, y).ratio[1, 2], influence(x[1, 2], y[1, 2]).ratio, rtol=1e-9)


@given(st.floats(1e-6, 1e6), st.floats(-1e6, 1e6), st.sampled_from([-1.0, 1.0]))
def test_influence_does_not_hang_on_the_scale_of_a_part(scale, shift, sign):
    x = np.random.default_rng(5).normal(size=40)
    y = np.cos(x) + 0.3 * np.random.default_rng(6).normal(size=40)
    # shifting by a million times the spread costs six digits of x itself
    assert influence((sign * scale * x + shift)[None], y).ratio[0] == pytest.approx(influence(x[None], y).ratio[0], rel=1e-3)
