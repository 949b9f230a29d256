"""Statistics of rows are those of the reference and of SciPy, and of years together those of all their figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.stats.asem_stages import read, stage

from ekistics.stats.moments import constant_rows, kurtosis, row_statistics, skewness

RNG = np.random.default_rng(20260101)


@pytest.mark.parametrize(("name", "label"), [("stage_1_raw.csv", "Raw"), ("stage_5_treated.csv", "Treated")])
def test_skewness_and_kurtosis_are_the_peers(data, name, label):
    here = stage(data("asem", name))
    peer = read(data("asem", "skew_kurt.csv"))
    peer = peer[peer["dset"] == label].set_index("iCode").loc[list(here.indicators)]
    np.testing.assert_allclose(skewness(here.values), peer["skew"].to_numpy(float), rtol=1e-10)
    np.testing.assert_allclose(kurtosis(here.values), peer["kurt"].to_numpy(float), rtol=1e-10)


def test_moments_are_scipys_bias_corrected_ones():
    values = RNG.lognormal(size=(4, 3, 30))
    np.testing.assert_allclose(skewness(values), stats.skew(values, axis=-1, bias=False), rtol=1e-12)
    np.testing.assert_allclose(kurtosis(values), stats.kurtosis(values, axis=-1, bias=False), rtol=1e-12)


def test_missing_values_take_no_part():
    row = RNG.lognormal(size=20)
    holed = np.insert(row, [0, 7, 20], np.nan)
    assert skewness(holed) == skewness(row)
    assert kurtosis(holed) == kurtosis(row)


def test_a_row_too_short_or_constant_has_no_shape():
    assert np.isnan(skewness([1.0, 2.0]))
    assert np.isnan(kurtosis([1.0, 2.0, 4.0]))
    assert np.isnan(skewness([0.1] * 9))
    assert np.isnan(skewness([np.nan] * 4))


def test_a_shift_far_from_zero_keeps_the_digits():
    row = RNG.lognormal(size=50)
    np.testing.assert_allclose(skewness(np.round(row, 3) + 1e6), skewness(np.round(row, 3)), rtol=1e-7)


def test_statistics_of_rows_are_numpys():
    values = RNG.normal(size=(5, 7, 40))
    values[RNG.random(values.shape) < 0.2] = np.nan
    ours = row_statistics(values)
    np.testing.assert_array_equal(ours.low, np.nanmin(values, axis=-1))
    np.testing.assert_array_equal(ours.high, np.nanmax(values, axis=-1))
    np.testing.assert_allclose(ours.mean, np.nanmean(values, axis=-1), rtol=1e-12)
    np.testing.assert_allclose(ours.sd, np.nanstd(values, axis=-1, ddof=1), rtol=1e-12)


def test_a_constant_row_is_told_though_its_mean_has_a_rounding_error():
    values = np.array([[0.1] * 10, [np.nan] * 10, [5.0] + [np.nan] * 9, list(range(10))])
    assert constant_rows(values).tolist() == [True, False, True, False]
    assert row_statistics(values).sd[0] == 0


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(st.integers(0, 10_000), st.floats(0, 0.9))
def test_years_pooled_are_all_their_figures_in_one_row(seed, holes):
    rng = np.random.default_rng(seed)
    values = rng.normal(5.0, 3.0, size=(4, 3, 6))
    values[rng.random(values.shape) < holes] = np.nan
    together = row_statistics(np.moveaxis(values, 0, 1).reshape(3, 24))
    pooled = row_statistics(values).pooled(axis=0)
    for name in ("count", "low", "high"):
        np.testing.assert_array_equal(getattr(pooled, name), getattr(together, name))
    np.testing.assert_allclose(pooled.mean, together.mean, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(pooled.sd, together.sd, rtol=1e-11, atol=1e-12)
