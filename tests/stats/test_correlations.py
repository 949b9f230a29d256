"""Correlations agree with the peer's stored matrices and with SciPy, pair by pair."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ekistics.stats.correlations import Coefficient, correlations, covariances

RNG = np.random.default_rng(20260101)


def asem(data, name):
    return pd.read_csv(data("asem", name), index_col=0, keep_default_na=False, na_values=[""])


@pytest.mark.parametrize("coefficient", list(Coefficient))
def test_indicators_correlate_as_the_peer_found(data, coefficient):
    stage = asem(data, "stage_6_normalised.csv")
    peer = asem(data, f"corr_indicators_normalised_{coefficient}.csv")
    ours = correlations(stage[list(peer.columns)].to_numpy(float).T, coefficient=coefficient)
    np.testing.assert_allclose(ours.r, peer.to_numpy(float), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("coefficient", list(Coefficient))
def test_aggregates_correlate_as_the_peer_found(data, coefficient):
    peer = asem(data, f"corr_aggregates_{coefficient}.csv")
    scores = asem(data, "stage_7_aggregated.csv")[list(peer.columns)].to_numpy(float).T
    np.testing.assert_allclose(correlations(scores, coefficient=coefficient).r, peer.to_numpy(float), rtol=1e-10, atol=1e-14)


def test_chances_of_the_pillars_are_the_peers(data):
    peer = asem(data, "corr_pvalues_pillars.csv")
    scores = asem(data, "stage_7_aggregated.csv")[list(peer.columns)].to_numpy(float).T
    np.testing.assert_allclose(correlations(scores).chance, peer.to_numpy(float), rtol=1e-10, atol=1e-300)


def test_indicators_against_the_pillars_are_the_peers(data):
    peer = pd.read_csv(data("asem", "corr_indicators_vs_pillars.csv")).pivot_table(index="Var1", columns="Var2", values="Correlation")
    scores = asem(data, "stage_7_aggregated.csv")
    ours = correlations(scores[list(peer.index)].to_numpy(float).T, scores[list(peer.columns)].to_numpy(float).T)
    np.testing.assert_allclose(ours.r, peer.to_numpy(float), rtol=1e-10, atol=1e-14)


def test_indicators_that_follow_a_denominator_are_those_the_peer_names(data):
    peer = pd.read_csv(data("asem", "denom_corr_07.csv")).set_index(["Ind", "Denom"])["Corr"]
    table = pd.read_csv(data("asem", "iData.csv"), keep_default_na=False, na_values=[""])
    denominators = ["Area", "Energy", "GDP", "Population"]
    indicators = [one for one in table.columns[table.columns.get_loc("Population") + 1 :] if one != "Time"]
    ours = correlations(table[indicators].to_numpy(float).T, table[denominators].to_numpy(float).T).r
    above = {(indicators[i], denominators[j]): ours[i, j] for i, j in np.argwhere(np.abs(ours) > 0.7)}
    assert above == pytest.approx(peer.to_dict(), rel=1e-10)


def test_a_pair_is_compared_over_the_units_that_both_have():
    values = RNG.normal(size=(3, 40))
    values[0, :5], values[2, 30:] = np.nan, np.nan
    values = np.round(values, 1)  # with ties
    oracles = {
        Coefficient.PEARSON: stats.pearsonr,
        Coefficient.SPEARMAN: stats.spearmanr,
        Coefficient.KENDALL: lambda a, b: stats.kendalltau(a, b, method="asymptotic"),
    }
    for coefficient, oracle in oracles.items():
        ours = correlations(values, coefficient=coefficient)
        for i, j in ((0, 1), (0, 2), (2, 1)):
            both = np.isfinite(values[i]) & np.isfinite(values[j])
            right = oracle(values[i][both], values[j][both])
            assert ours.units[i, j] == both.sum()
            assert ours.r[i, j] == pytest.approx(right.statistic, rel=1e-12)
            assert ours.chance[i, j] == pytest.approx(right.pvalue, rel=1e-9)


def test_tau_counts_the_pairs_that_a_naive_count_finds():
    x, y = RNG.integers(0, 6, 60).astype(float), RNG.integers(0, 4, 60).astype(float)
    higher_x, higher_y = np.sign(x[:, None] - x), np.sign(y[:, None] - y)
    naive = (higher_x * higher_y).sum() / np.sqrt((higher_x**2).sum() * (higher_y**2).sum())
    assert correlations(np.stack([x, y]), coefficient=Coefficient.KENDALL).r[0, 1] == pytest.approx(naive, rel=1e-13)


@pytest.mark.parametrize("coefficient", list(Coefficient))
def test_a_constant_row_has_no_correlation(coefficient):
    values = np.stack([np.full(10_000, 1e9 + 0.1), RNG.normal(size=10_000)])
    ours = correlations(values, coefficient=coefficient).r
    assert np.isnan(ours[0]).all()
    assert np.isnan(ours[:, 0]).all()
    assert ours[1, 1] == pytest.approx(1.0)


@pytest.mark.parametrize("coefficient", list(Coefficient))
def test_leading_axes_are_free(coefficient):
    values = RNG.normal(size=(2, 3, 4, 15))
    values[1, 2, 3, 4] = np.nan
    together = correlations(values, values[..., :2, :], coefficient=coefficient)
    assert together.r.shape == (2, 3, 4, 2)
    alone = correlations(values[1, 2], values[1, 2, :2], coefficient=coefficient)
    np.testing.assert_array_equal(together.r[1, 2], alone.r)
    np.testing.assert_array_equal(together.chance[1, 2], alone.chance)


def test_covariances_use_every_unit_that_a_pair_has():
    values = RNG.normal(size=(4, 20))
    values[1, 3], values[2, 5:9] = np.nan, np.nan
    np.testing.assert_allclose(covariances(values), pd.DataFrame(values.T).cov().to_numpy(), rtol=1e-12)


def test_rows_of_other_units_are_not_compared():
    with pytest.raises(ValueError, match="same units"):
        correlations(np.zeros((2, 5)), np.zeros((2, 6)))


def test_values_handed_in_stay_as_they_were():
    values = RNG.normal(size=(3, 9))
    before = values.copy()
    for coefficient in Coefficient:
        correlations(values, coefficient=coefficient)
    np.testing.assert_array_equal(values, before)
