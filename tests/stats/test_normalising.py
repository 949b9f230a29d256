"""Normalised rows are the reference's, whatever the method; what cannot be scaled is refused and never NaN."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stats.asem_stages import directions, panel, read, stage

from ekistics.stats.moments import row_statistics
from ekistics.stats.normalising import (
    borda_points,
    distance_to,
    distance_two_sided,
    fraction_of_maximum,
    goalposts,
    min_max,
    percentile_rank,
    rank_points,
    scaled,
    z_score,
)

seeds = st.integers(0, 100_000)
quick = settings(deadline=None, max_examples=50)


@pytest.fixture(scope="module")
def asem(data):
    """Return the treated stage, its statistics and the directions."""
    treated = stage(data("asem", "stage_5_treated.csv"))
    return treated, row_statistics(treated.values), directions(data("asem", "iMeta.csv"), treated.indicators)


@pytest.fixture(scope="module")
def peer(data, asem):
    def of(name):
        found = stage(data("asem", f"norm_{name}.csv"))
        assert (found.indicators, found.units) == (asem[0].indicators, asem[0].units)
        return found.values

    return of


def same(ours, theirs):
    # the peer takes 1 - (best - x) / range where we take (x - worst) / range: the last digit of 1 is lost there
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(("name", "to"), [("minmax_0_100", (0, 100)), ("minmax_1_100", (1, 100))])
def test_min_max_is_the_peers(asem, peer, name, to):
    stage_5, fit, sign = asem
    same(min_max(stage_5.values, fit.low, fit.high, to=to, direction=sign), peer(name))


@pytest.mark.parametrize(("name", "to"), [("zscore_0_1", (0, 1)), ("zscore_10_2", (10, 2))])
def test_z_score_is_the_peers(asem, peer, name, to):
    stage_5, fit, sign = asem
    np.testing.assert_allclose(z_score(stage_5.values, fit.mean, fit.sd, to=to, direction=sign), peer(name), rtol=1e-10, atol=1e-13)


def test_ranks_borda_points_and_percentile_ranks_are_the_peers(asem, peer):
    stage_5, _, sign = asem
    same(rank_points(stage_5.values, direction=sign), peer("rank"))
    same(borda_points(stage_5.values, direction=sign), peer("borda"))
    same(percentile_rank(stage_5.values, direction=sign), peer("prank"))


def test_scaled_is_the_peers(asem, peer):
    stage_5, _, sign = asem
    same(scaled(stage_5.values, 0, 100, times=1, direction=sign), peer("scaled_0_100_1"))


def test_distance_to_the_maximum_is_the_peers(asem, peer):
    stage_5, fit, sign = asem
    worst, best = np.where(sign > 0, [fit.low, fit.high], [fit.high, fit.low])
    same(distance_to(stage_5.values, worst, best), peer("dist2max"))


@pytest.mark.parametrize(("name", "cap"), [("dist2ref_row13", None), ("dist2ref_row13_cap", 1)])
def test_distance_to_a_unit_of_reference_is_the_peers(asem, peer, name, cap):
    stage_5, fit, sign = asem
    worst = np.where(sign > 0, fit.low, fit.high)
    same(distance_to(stage_5.values, worst, stage_5.values[:, stage_5.units.index("ESP")], cap=cap), peer(name))


@pytest.mark.parametrize(("name", "cap"), [("dist2targ", None), ("dist2targ_cap", 1)])
def test_distance_to_a_target_is_the_peers(data, asem, peer, name, cap):
    stage_5, fit, sign = asem
    target = read(data("asem", "goalposts_and_targets.csv")).set_index("iCode").loc[list(stage_5.indicators), "Target"].to_numpy(float)
    same(distance_to(stage_5.values, np.where(sign > 0, fit.low, fit.high), target, cap=cap), peer(name))


def test_goalposts_are_the_peers_open_and_held(data, asem, peer):
    stage_5, _, sign = asem
    posts = read(data("asem", "goalposts_and_targets.csv")).set_index("iCode").loc[list(stage_5.indicators)]
    low, high = (posts[f"goalpost_{end}"].to_numpy(float) for end in ("lower", "upper"))
    same(goalposts(stage_5.values, low, high, to=(0, 1), direction=sign), peer("goalposts_trunc"))
    # the open form has scores near 0 from differences of figures around 1e5
    np.testing.assert_allclose(
        min_max(stage_5.values, low, high, to=(0, 100), direction=sign), peer("goalposts_open_100"), rtol=1e-10, atol=1e-11
    )


def test_fraction_of_maximum_is_the_peers_where_more_is_better(asem, peer):
    stage_5, fit, sign = asem
    more = sign > 0
    same(fraction_of_maximum(stage_5.values[more], fit.high[more]), peer("fracmax")[more])


def test_rows_with_holes_are_normalised_as_by_the_peer(data, asem):
    treated, expected = stage(data("asem", "noimpute_treated.csv")), stage(data("asem", "noimpute_norm_minmax_1_100.csv"))
    fit = row_statistics(treated.values)
    same(min_max(treated.values, fit.low, fit.high, to=(1, 100), direction=asem[2]), expected.values)


def test_bounds_of_all_years_give_the_peers_panel(data, asem):
    frame = read(data("asem", "panel_treated.csv.gz"))
    units, indicators = tuple(dict.fromkeys(frame["uCode"])), tuple(frame.columns[2:])
    treated, expected = (panel(data("asem", f"panel_{name}.csv.gz"), indicators, units) for name in ("treated", "normalised"))
    fit = row_statistics(treated).pooled(axis=0)
    sign = directions(data("asem", "iMeta.csv"), indicators)
    same(min_max(treated, fit.low, fit.high, direction=sign), expected)


def test_fraction_of_maximum_of_a_row_of_which_less_is_better_keeps_its_meaning():
    # the peer divides by the best value with its sign turned: NaN and infinite where the best is 0, and the order turned around
    scores = fraction_of_maximum([[0.0, 1.0, 4.0]], [4.0], direction=[-1])
    assert scores.tolist() == [[1.0, 0.75, 0.0]]


def test_fraction_of_a_maximum_of_zero_is_refused():
    with pytest.raises(ValueError, match="rows 1 have no largest value above 0"):
        fraction_of_maximum([[1.0, 2.0], [-3.0, 0.0]], [2.0, 0.0])


def test_a_constant_row_is_refused_by_name_and_not_turned_into_nan():
    values = [[1.0, 2.0], [5.0, 5.0]]
    fit = row_statistics(values)
    with pytest.raises(ValueError, match="rows 1 cannot be normalised"):
        min_max(values, fit.low, fit.high)
    with pytest.raises(ValueError, match="rows 1 cannot be normalised"):
        z_score(values, fit.mean, fit.sd)


def test_a_row_without_values_stays_missing_and_is_no_error():
    values = np.array([[1.0, 2.0], [np.nan, np.nan]])
    fit = row_statistics(values)
    np.testing.assert_array_equal(min_max(values, fit.low, fit.high), [[0, 100], [np.nan, np.nan]])


def test_a_single_value_has_no_percentile_rank():
    with pytest.raises(ValueError, match="a single value"):
        percentile_rank([[4.0, np.nan]])


def test_a_direction_is_one_or_minus_one():
    with pytest.raises(ValueError, match="direction"):
        min_max([[1.0, 2.0]], 1.0, 2.0, direction=0)


def test_two_sided_target_scores_less_on_both_sides():
    scores = distance_two_sided([0.0, 5.0, 10.0, 12.0, 20.0, 99.0, np.nan], 0.0, 10.0, 20.0, to=(0, 100))
    np.testing.assert_array_equal(scores, [0, 50, 100, 80, 0, 0, np.nan])


def test_two_sided_target_outside_its_bounds_is_refused():
    with pytest.raises(ValueError, match="rising"):
        distance_two_sided([1.0], 10.0, 10.0, 20.0)


def rows(seed, lead=(5,)):
    rng = np.random.default_rng(seed)
    values = rng.normal(rng.uniform(-50, 50), 10.0, size=(*lead, 20))
    values[rng.random(values.shape) < 0.2] = np.nan
    values[..., 0], values[..., 1] = 60.0, 70.0
    return values, rng.choice([-1.0, 1.0], size=lead)


@quick
@given(seeds)
def test_min_max_of_fitted_bounds_stays_within_them(seed):
    values, sign = rows(seed)
    fit = row_statistics(values)
    scores = min_max(values, fit.low, fit.high, direction=sign)
    assert np.nanmin(scores, axis=-1).tolist() == [0.0] * 5
    assert np.nanmax(scores, axis=-1).tolist() == [100.0] * 5


METHODS = {
    "min-max": lambda values, fit, sign: min_max(values, fit.low, fit.high, direction=sign),
    "z": lambda values, fit, sign: z_score(values, fit.mean, fit.sd, direction=sign),
    "percentile": lambda values, fit, sign: percentile_rank(values, direction=sign),
    "rank": lambda values, fit, sign: rank_points(values, direction=sign),
}


@quick
@pytest.mark.parametrize("method", METHODS)
@given(seed=seeds, power=st.integers(-5, 5), shift=st.integers(-100, 100))
def test_scale_and_shift_of_a_row_change_no_score(method, seed, power, shift):
    values, sign = rows(seed)
    values = np.round(values, 2)
    moved = values * 2.0**power + shift
    plain, after = (METHODS[method](cells, row_statistics(cells), sign) for cells in (values, moved))
    np.testing.assert_allclose(after, plain, rtol=1e-9, atol=1e-9)


@quick
@pytest.mark.parametrize("method", METHODS)
@given(seed=seeds)
def test_turning_a_row_and_its_direction_changes_no_score(method, seed):
    values, sign = rows(seed)
    plain, turned = METHODS[method](values, row_statistics(values), sign), METHODS[method](-values, row_statistics(-values), -sign)
    np.testing.assert_allclose(turned, plain, rtol=1e-12, atol=1e-12)


@quick
@pytest.mark.parametrize("method", METHODS)
@given(seed=seeds)
def test_leading_axes_are_the_loop_over_them(method, seed):
    values, sign = rows(seed, lead=(2, 3))
    together = METHODS[method](values, row_statistics(values), sign)
    for year in range(2):
        alone = METHODS[method](values[year], row_statistics(values[year]), sign[year])
        np.testing.assert_array_equal(together[year], alone)


@quick
@given(seeds)
def test_a_unit_added_under_fixed_bounds_changes_no_other_score(seed):
    values, sign = rows(seed)
    wider = np.concatenate([values, np.full((5, 1), 1e3)], axis=-1)
    np.testing.assert_array_equal(min_max(wider, -10, 90, direction=sign)[:, :-1], min_max(values, -10, 90, direction=sign))


def test_arguments_are_left_as_they_were():
    values, low, high = np.array([[1.0, 2.0]]), np.array([1.0]), np.array([2.0])
    min_max(values, low, high)
    assert (values.tolist(), low.tolist(), high.tolist()) == ([[1.0, 2.0]], [1.0], [2.0])
