"""Outliers are drawn in as the reference does it, cell by cell, and never beyond what the rule allows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stats.asem_stages import panel, read, stage

from ekistics.stats.moments import kurtosis, skewness
from ekistics.stats.treating import Change, hold_between, treat_outliers, winsorise_percentiles

RNG = np.random.default_rng(20260101)
SKEWED = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 30.0, 100.0])
seeds = st.integers(0, 100_000)


def rows(seed, units=30, lead=(5,)):
    """Return rows that lean to the right, to the left, or not, some with holes."""
    rng = np.random.default_rng(seed)
    values = np.exp(rng.normal(size=(*lead, units)) * rng.uniform(0.1, 3.0, size=(*lead, 1))) * rng.choice([-1.0, 1.0], size=(*lead, 1))
    values[rng.random(values.shape) < 0.1] = np.nan
    return values


def test_treated_stage_is_the_peers(data):
    before, after = stage(data("asem", "stage_4_screened.csv")), stage(data("asem", "stage_5_treated.csv"))
    assert before.indicators == after.indicators
    np.testing.assert_allclose(treat_outliers(before.values, at_most=5).values, after.values, rtol=1e-10)


def test_every_cell_that_the_peer_changed_is_flagged_and_no_other(data):
    before = stage(data("asem", "stage_4_screened.csv"))
    found = treat_outliers(before.values)
    codes = {"winhi": Change.LOWERED, "winlo": Change.RAISED}
    expected = np.zeros(before.values.shape, np.int8)
    for point in read(data("asem", "treated_points.csv")).itertuples():
        expected[before.indicators.index(point.iCode), before.units.index(point.uCode)] = codes[point.treatment]
    np.testing.assert_array_equal(found.changed, expected)


def test_shape_before_and_after_and_the_count_of_cells_are_the_peers(data):
    before = stage(data("asem", "stage_4_screened.csv"))
    peer = read(data("asem", "treatment_details.csv")).set_index("iCode").loc[list(before.indicators)]
    found = treat_outliers(before.values)
    treated = ~peer["check_SkewKurt0.Pass"].to_numpy(bool)
    np.testing.assert_allclose(found.skewness_before, peer["check_SkewKurt0.Skew"], rtol=1e-10)
    np.testing.assert_allclose(found.kurtosis_before, peer["check_SkewKurt0.Kurt"], rtol=1e-10)
    np.testing.assert_array_equal(found.winsorised, peer["winsorise.nwin"].fillna(0))
    np.testing.assert_allclose(found.skewness_after[treated], peer["check_SkewKurt1.Skew"][treated].to_numpy(float), rtol=1e-10)
    np.testing.assert_allclose(found.kurtosis_after[treated], peer["check_SkewKurt1.Kurt"][treated].to_numpy(float), rtol=1e-10)
    assert found.passed.all()


def test_every_limit_of_winsorised_cells_gives_the_peers_values_in_one_call(data):
    before = stage(data("asem", "stage_4_screened.csv"))
    told = read(data("asem", "treated_points_by_winmax.csv"))
    limits = sorted(told["winmax"].unique())
    found = treat_outliers(before.values, at_most=np.array(limits)[:, None])
    for k, limit in enumerate(limits):
        expected, logged = before.values.copy(), np.zeros(len(before.values), bool)
        for point in told[told["winmax"] == limit].itertuples():
            row = before.indicators.index(point.iCode)
            expected[row, before.units.index(point.uCode)] = point.after
            logged[row] |= "log_CT" in point.treatment
        np.testing.assert_allclose(found.values[k], expected, rtol=1e-10)
        np.testing.assert_array_equal(found.logged[k], logged)
        assert (found.changed[k][logged] == Change.LOGGED).all()


def test_treated_rows_with_holes_are_the_peers(data):
    before, after = stage(data("asem", "stage_2_denominated.csv")), stage(data("asem", "noimpute_treated.csv"))
    np.testing.assert_allclose(treat_outliers(before.values).values, after.values, rtol=1e-10)


def test_every_year_of_the_panel_is_treated_as_by_the_peer(data):
    told = read(data("asem", "panel_treatment.csv"))
    indicators = tuple(dict.fromkeys(told["iCode"]))
    units = tuple(dict.fromkeys(read(data("asem", "panel_screened.csv.gz"))["uCode"]))
    before, after = (panel(data("asem", f"panel_{name}.csv.gz"), indicators, units) for name in ("screened", "treated"))
    found = treat_outliers(before)
    np.testing.assert_allclose(found.values, after, rtol=1e-10)
    peer = told.pivot(index="Time", columns="iCode", values="nwin")[list(indicators)].fillna(0).to_numpy()
    np.testing.assert_array_equal(found.winsorised, peer)


def test_a_row_inside_the_limits_is_left_alone():
    found = treat_outliers(np.arange(20.0))
    np.testing.assert_array_equal(found.values, np.arange(20.0))
    assert not found.changed.any()
    assert found.passed


def test_high_outliers_take_the_next_value_below():
    found = treat_outliers(SKEWED)
    assert found.values.tolist()[-2:] == [30.0, 30.0]
    assert found.changed.tolist()[-2:] == [Change.NONE, Change.LOWERED]
    assert (found.winsorised, found.upper) == (1, 30.0)


def test_a_row_is_never_winsorised_to_a_single_value():
    found = treat_outliers([0.0] * 20 + [1.0])
    assert found.logged
    assert not found.passed
    assert len(set(found.values)) == 2


def test_a_row_that_leans_left_is_logged_in_the_mirror():
    found, turned = treat_outliers(SKEWED, at_most=0), treat_outliers(-SKEWED, at_most=0)
    assert found.logged
    assert turned.mirrored
    np.testing.assert_allclose(turned.values, -found.values, rtol=1e-12)
    assert abs(turned.skewness_after) < abs(turned.skewness_before)


def test_without_log_a_row_stays_winsorised_and_is_told_as_not_passed():
    values = np.exp(3 * RNG.normal(size=200))
    found = treat_outliers(values, at_most=2, log=False)
    assert not found.passed
    assert found.winsorised == 2
    np.testing.assert_array_equal(found.values, np.minimum(values, found.upper))


def test_tied_outliers_are_drawn_in_together():
    found = treat_outliers([*np.linspace(0, 1, 30), 50.0, 50.0], at_most=1)
    assert found.winsorised == 2


def test_a_row_too_short_to_have_a_shape_is_left_alone():
    found = treat_outliers([[1.0, 2.0, 900.0, np.nan], [np.nan] * 4])
    np.testing.assert_array_equal(found.values, [[1.0, 2.0, 900.0, np.nan], [np.nan] * 4])
    assert found.passed.all()


def test_an_infinite_value_is_refused_and_its_row_named():
    with pytest.raises(ValueError, match="row 1 holds an infinite value"):
        treat_outliers([[1.0, 2.0, 3.0], [1.0, np.inf, 3.0]])


def test_limits_may_differ_from_row_to_row():
    found = treat_outliers([SKEWED, SKEWED], skewness=[2.0, 50.0])
    assert found.winsorised.tolist() == [1, 0]


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(seeds)
def test_missing_cells_stay_missing_and_no_others_appear(seed):
    values = rows(seed)
    found = treat_outliers(values)
    np.testing.assert_array_equal(np.isnan(found.values), np.isnan(values))
    assert not found.changed[np.isnan(values)].any()


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(seeds)
def test_cells_without_a_flag_are_as_they_were(seed):
    values = rows(seed)
    found = treat_outliers(values)
    same = found.changed == Change.NONE
    np.testing.assert_array_equal(found.values[same], values[same])


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(seeds)
def test_treatment_keeps_the_order_of_units(seed):
    values = rows(seed, lead=())
    order = np.argsort(values)[: np.isfinite(values).sum()]
    assert (np.diff(treat_outliers(values).values[order]) >= 0).all()


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(seeds, st.integers(-3, 3), st.floats(-100, 100))
def test_scale_and_shift_go_through_winsorising(seed, power, shift):
    values = rows(seed)
    scale = 2.0**power
    plain, moved = treat_outliers(values, log=False), treat_outliers(values * scale + shift, log=False)
    np.testing.assert_array_equal(plain.changed, moved.changed)
    np.testing.assert_allclose(moved.values, plain.values * scale + shift, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(seeds)
def test_order_of_units_is_irrelevant(seed):
    values = rows(seed)
    order = np.random.default_rng(seed).permutation(values.shape[-1])
    np.testing.assert_allclose(treat_outliers(values[:, order]).values, treat_outliers(values).values[:, order], rtol=1e-12)


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(seeds)
def test_leading_axes_are_the_loop_over_them(seed):
    values = rows(seed, lead=(2, 3))
    limits = np.random.default_rng(seed).integers(0, 6, size=(2, 1))
    found = treat_outliers(values, at_most=limits)
    for run in range(2):
        for row in range(3):
            alone = treat_outliers(values[run, row], at_most=limits[run, 0])
            np.testing.assert_array_equal(found.values[run, row], alone.values)
            assert found.passed[run, row] == alone.passed


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(seeds)
def test_passed_says_what_the_moments_of_the_result_say(seed):
    found = treat_outliers(rows(seed))
    outside = (np.abs(skewness(found.values)) >= 2.0) & (kurtosis(found.values) >= 3.5)
    np.testing.assert_array_equal(found.passed, ~outside)


@settings(deadline=None, max_examples=50)  # the first call compiles
@given(seeds)
def test_bounds_of_a_treatment_give_it_again(seed):
    values = rows(seed)
    found = treat_outliers(values, log=False)
    again = hold_between(values, found.lower, found.upper)
    np.testing.assert_array_equal(again.values, found.values)
    np.testing.assert_array_equal(again.changed, found.changed)


def test_percentiles_are_interpolated_as_numpy_does():
    values = RNG.normal(size=(3, 40))
    values[1, ::3] = np.nan
    values[2] = np.nan
    found = winsorise_percentiles(values, 5, 90)
    np.testing.assert_allclose(found.lower[:2], np.nanpercentile(values[:2], 5, axis=-1), rtol=1e-12)
    np.testing.assert_allclose(found.upper[:2], np.nanpercentile(values[:2], 90, axis=-1), rtol=1e-12)
    assert np.isnan(found.values[2]).all()


def test_percentiles_that_do_not_rise_are_refused():
    with pytest.raises(ValueError, match="rising"):
        winsorise_percentiles(SKEWED, 90, 10)
