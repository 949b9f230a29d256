"""Exact indices agree with the full table of the reference; sampled ones with SciPy, and their intervals hold the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ekistics.stats.sobol import exact_indices, options_drawn, sampled_indices, sobol_design

INPUTS = ["winmax", "normalisation", "weights", "aggregation"]
ISHIGAMI_FIRST, ISHIGAMI_TOTAL = [0.31390519, 0.44241114, 0.0], [0.55758886, 0.44241114, 0.24368366]


def ishigami(points):
    x = (2 * points - 1) * np.pi
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


@pytest.fixture(scope="module")
def full_table(data):
    runs = pd.read_csv(data("asem", "ff2000_parameters_and_output.csv"))
    codes = [pd.factorize(runs[one], sort=True)[0] for one in ("winmax", "normalisation", "weight_set", "aggregation")]
    table = np.full((5, 2, 100, 2), np.nan)
    table[tuple(codes)] = runs["mean_abs_rank_change"]
    return table


def test_exact_indices_of_the_full_design_are_the_reference(data, full_table):
    right = pd.read_csv(data("asem", "ff2000_sobol_exact.csv")).set_index("input").loc[INPUTS]
    ours = exact_indices(full_table, 4)
    np.testing.assert_allclose(ours.first, right["S"], rtol=1e-10)
    np.testing.assert_allclose(ours.total, right["ST"], rtol=1e-10)
    assert ours.variance == pytest.approx(0.67514, abs=5e-6)
    assert ours.mean == pytest.approx(1.88053, abs=5e-6)


def test_second_order_of_an_interaction_is_known_by_construction():
    x = np.array([-1.0, 1.0])
    table = x[:, None, None] + 2 * x[None, :, None] * x[None, None, :]  # variances 1 and 4
    ours = exact_indices(table, 3)
    np.testing.assert_allclose(ours.first, [0.2, 0, 0], atol=1e-15)
    np.testing.assert_allclose(ours.total, [0.2, 0.8, 0.8], rtol=1e-14)
    np.testing.assert_allclose([ours.second[0, 1], ours.second[0, 2], ours.second[1, 2]], [0, 0, 0.8], atol=1e-15)
    assert np.isnan(np.diagonal(ours.second)).all()


@given(st.integers(1, 4), st.integers(0, 10_000))
def test_shares_of_all_orders_add_to_one(inputs, seed):
    table = np.random.default_rng(seed).normal(size=(2, 3, 2, 2)[:inputs])
    ours = exact_indices(table, inputs)
    assert (ours.first >= -1e-12).all()
    assert (ours.total >= ours.first - 1e-12).all()
    if inputs <= 2:
        assert ours.first.sum() + np.nansum(np.triu(ours.second)) == pytest.approx(1.0)


def test_every_unit_is_an_output_of_its_own():
    table = np.random.default_rng(1).normal(size=(3, 4, 2, 7))
    together, alone = exact_indices(table, 3), exact_indices(table[..., 5], 3)
    assert together.total.shape == (3, 7)
    np.testing.assert_allclose(together.total[:, 5], alone.total, rtol=1e-12)
    np.testing.assert_allclose(together.second[:, :, 5], alone.second, rtol=1e-12)


def test_options_may_be_unequally_likely():
    table = np.random.default_rng(2).normal(size=(2, 3))
    doubled = exact_indices(np.concatenate([table, table[1:]]), 2)  # the second option stands twice
    ours = exact_indices(table, 2, chances=[np.array([1.0, 2.0]), np.ones(3)])
    np.testing.assert_allclose(ours.first, doubled.first, rtol=1e-12)
    np.testing.assert_allclose(ours.total, doubled.total, rtol=1e-12)


def test_an_output_that_does_not_vary_has_no_indices():
    ours = exact_indices(np.full((2, 3), 0.1) * np.array([1.0, 1 + 1e-16, 1]), 2)
    assert np.isnan(ours.first).all()
    assert np.isnan(ours.total).all()


def test_a_failed_combination_is_counted_and_leaves_only_its_own_output_without_indices():
    table = np.random.default_rng(3).normal(size=(2, 3, 4))
    table[1, 2, 0] = np.nan
    ours = exact_indices(table, 2)
    assert ours.failed.tolist() == [1, 0, 0, 0]
    assert np.isnan(ours.first[:, 0]).all()
    assert np.isnan(ours.mean[0])
    assert np.isfinite(ours.first[:, 1:]).all()


def test_estimates_are_scipys_on_the_same_runs():
    design = sobol_design(3, 256, seed=4)
    f = ishigami(design.points)
    right = stats.sobol_indices(func={"f_A": f[None, 0], "f_B": f[None, 1], "f_AB": f[2:, None, :]}, n=256)
    ours = sampled_indices(f, seed=1, resamples=0)
    np.testing.assert_allclose(ours.first, np.ravel(right.first_order), rtol=1e-10)
    np.testing.assert_allclose(ours.total, np.ravel(right.total_order), rtol=1e-10)
    assert np.isnan(ours.first_low).all()


def test_estimates_approach_the_analytic_indices():
    ours = sampled_indices(ishigami(sobol_design(3, 4096, seed=5).points), seed=1, resamples=0)
    np.testing.assert_allclose(ours.first, ISHIGAMI_FIRST, atol=0.01)
    np.testing.assert_allclose(ours.total, ISHIGAMI_TOTAL, atol=0.01)


def test_a_far_off_mean_costs_no_precision():
    f = ishigami(sobol_design(3, 512, seed=6).points)
    near, far = sampled_indices(f, seed=1, resamples=0), sampled_indices(f + 1e6, seed=1, resamples=0)
    np.testing.assert_allclose(far.first, near.first, atol=1e-8)


def held(points, seed):
    """Which of the six intervals hold the truth."""
    ours = sampled_indices(ishigami(points), seed=seed, resamples=500)
    low, high = np.r_[ours.first_low, ours.total_low], np.r_[ours.first_high, ours.total_high]
    truth = np.r_[ISHIGAMI_FIRST, ISHIGAMI_TOTAL]
    return (low <= truth) & (high >= truth)


def test_intervals_hold_the_truth_as_often_as_their_level_says():
    rng = np.random.default_rng(7)
    shares = []
    for k in range(400):
        a, b = rng.random((2, 512, 3))
        shares.append(held(np.stack([a, b, *(np.where(np.arange(3) == i, b, a) for i in range(3))]), k))
    assert 0.93 < np.mean(shares) < 0.97
    assert (np.mean(shares, axis=0) > 0.95 - 3 * 0.011).all()  # three standard errors of 400 repeats


def test_intervals_on_scrambled_points_hold_the_truth_at_least_as_often():
    shares = [held(sobol_design(3, 512, seed=k).points, k) for k in range(100)]
    assert np.mean(shares) > 0.95


def test_an_input_without_effect_has_exactly_no_total_index():
    points = sobol_design(3, 64, seed=8).points
    ours = sampled_indices(points[..., 0] + points[..., 1] ** 2, seed=1)
    assert ours.total[2] == 0.0
    assert ours.first[2] == 0.0


def test_the_dummy_shows_how_large_nothing_looks():
    design = sobol_design(3, 256, seed=9)
    ours = sampled_indices(ishigami(design.points), seed=2)
    assert ours.dummy_low < 0 < ours.dummy_high
    assert ours.dummy_low <= ours.first[2] <= ours.dummy_high
    assert ours.first[1] > ours.dummy_high


def test_outputs_of_a_base_run_are_resampled_together():
    # the output is the input itself: whatever base runs are drawn, its total index is a ratio near 1 and its spread small
    points = sobol_design(1, 256, seed=10).points
    ours = sampled_indices(points[..., 0], seed=3)
    assert ours.total_high[0] - ours.total_low[0] < 0.3


def test_a_failed_run_takes_its_base_run_out_and_is_counted():
    f = ishigami(sobol_design(3, 128, seed=11).points)
    holed = np.stack([f, f], axis=-1)
    holed[3, 17, 1] = np.nan
    ours = sampled_indices(holed, seed=4, resamples=50)
    without = sampled_indices(np.delete(f, 17, axis=1), seed=4, resamples=0)
    assert ours.failed.tolist() == [0, 1]
    assert ours.used.tolist() == [128, 127]
    np.testing.assert_allclose(ours.first[:, 1], without.first, rtol=1e-10)
    np.testing.assert_allclose(ours.total[:, 1], without.total, rtol=1e-10)


def test_the_same_seed_gives_the_same_bits():
    f = ishigami(sobol_design(3, 64, seed=12).points)
    np.testing.assert_array_equal(sobol_design(3, 64, seed=12).points, sobol_design(3, 64, seed=12).points)
    np.testing.assert_array_equal(sampled_indices(f, seed=5).first_low, sampled_indices(f, seed=5).first_low)
    assert (sampled_indices(f, seed=5).first_low != sampled_indices(f, seed=6).first_low).any()


def test_points_are_balanced_at_powers_of_two_only():
    with pytest.raises(ValueError, match="power of 2"):
        sobol_design(2, 100, seed=1)


@settings(max_examples=30)
@given(st.integers(1, 12), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=20))
def test_an_option_does_not_hang_on_the_other_draws(options, draws):
    together = options_drawn(np.array(draws), options)
    alone = [int(options_drawn(np.array([one]), options)[0]) for one in draws]
    assert together.tolist() == alone == [min(int(np.floor(one * options)), options - 1) for one in draws]


@pytest.fixture(scope="module")
def stored_runs(data):
    runs = pd.read_csv(data("asem", "sa200_parameters_and_output.csv"))
    return runs["mean_abs_rank_change"].to_numpy().reshape(6, 200)


def test_the_peers_uncentred_estimates_come_out_of_its_stored_runs(data, stored_runs):
    peer = pd.read_csv(data("asem", "sa200_sensitivity.csv"))
    a, b, mixed = stored_runs[0], stored_runs[1], stored_runs[2:]
    variance = np.var(np.r_[a, b], ddof=1)
    np.testing.assert_allclose((b * (mixed - a)).mean(axis=1) / variance, peer["Si"], rtol=1e-10)
    np.testing.assert_allclose(((a - mixed) ** 2).mean(axis=1) / (2 * variance), peer["STi"], rtol=1e-10)


def test_centring_brings_the_stored_runs_nearer_to_the_exact_indices(data, stored_runs):
    exact = pd.read_csv(data("asem", "ff2000_sobol_exact.csv"))
    peer = pd.read_csv(data("asem", "sa200_sensitivity.csv"))
    ours = sampled_indices(stored_runs, seed=1)
    assert np.abs(ours.first - exact["S"]).max() < 0.5 * np.abs(peer["Si"] - exact["S"]).max()
    low, high, truth = np.r_[ours.first_low, ours.total_low], np.r_[ours.first_high, ours.total_high], np.r_[exact["S"], exact["ST"]]
    # eight intervals of 95 % from 200 runs: one of them may miss
    assert ((low <= truth) & (truth <= high)).sum() >= 7
