"""Means of parts: exact against the reference index, and what holds for every one of them."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.stats.asem_levels import build, read

from ekistics.stats.aggregating import (
    arithmetic_mean,
    coverage,
    geometric_mean,
    harmonic_mean,
    median,
    minimum,
    not_positive,
    power_mean,
    weighted_geometric_means,
    weighted_means,
)

EXACT = 1e-10
unhurried = settings(deadline=None, max_examples=60)  # the first example of a fresh machine compiles
MEANS = {
    "arithmetic": arithmetic_mean,
    "geometric": geometric_mean,
    "harmonic": harmonic_mean,
    "power 1/2": partial(power_mean, power=0.5),
    "power 2": partial(power_mean, power=2.0),
    "power -2": partial(power_mean, power=-2.0),
    "median": median,
    "minimum": minimum,
}
each_mean = pytest.mark.parametrize("mean", MEANS.values(), ids=MEANS.keys())


def figures(lowest=0.01, highest=1000.0):
    """Return pairs of values (parts, units), some missing, and weights (parts,) of which one at least is above 0."""
    sizes = st.tuples(st.integers(1, 6), st.integers(1, 5))

    def pair(shape):
        values = hnp.arrays(float, shape, elements=st.one_of(st.floats(lowest, highest), st.just(np.nan)))
        weights = hnp.arrays(float, shape[0], elements=st.sampled_from([0.0, 0.25, 1.0, 2.0, 3.5])).filter(lambda w: w.sum() > 0)
        return st.tuples(values, weights)

    return sizes.flatmap(pair)


@pytest.fixture(scope="module")
def lineage(data):
    return pd.read_csv(data("asem", "lineage.csv"))


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("amean", [arithmetic_mean] * 3),
        ("gmean", [geometric_mean] * 3),
        ("hmean", [harmonic_mean] * 3),
        ("genmean_pm2", [partial(power_mean, power=-2.0)] * 3),
        ("genmean_p05", [partial(power_mean, power=0.5)] * 3),
        ("genmean_p2", [partial(power_mean, power=2.0)] * 3),
        ("mixed_amean_amean_gmean", [arithmetic_mean, arithmetic_mean, geometric_mean]),
        ("mixed_amean_gmean_hmean", [arithmetic_mean, geometric_mean, harmonic_mean]),
    ],
)
def test_means_of_every_level_are_those_of_the_reference_index(data, lineage, name, means):
    reference = read(data("asem", f"agg_{name}_on_minmax_1_100.csv"))
    built = build(read(data("asem", "norm_minmax_1_100.csv")), lineage, means)
    np.testing.assert_allclose(built[reference.columns].loc[reference.index], reference, rtol=EXACT)


@pytest.mark.parametrize(
    ("name", "mean", "least"),
    [
        ("amean_nothresh", arithmetic_mean, (0, 0, 0)),
        ("amean_thresh90", arithmetic_mean, (0.9, 0.9, 0.9)),
        ("amean_thresh_90_50_50", arithmetic_mean, (0.9, 0.5, 0.5)),
        ("gmean_thresh90", geometric_mean, (0.9, 0.9, 0.9)),
        ("hmean_nothresh", harmonic_mean, (0, 0, 0)),
    ],
)
def test_means_with_gaps_are_those_of_the_reference_index(data, lineage, name, mean, least):
    reference = read(data("asem", f"noimpute_agg_{name}.csv"))
    built = build(read(data("asem", "noimpute_norm_minmax_1_100.csv")), lineage, [mean] * 3, least)
    np.testing.assert_allclose(built[reference.columns].loc[reference.index], reference, rtol=EXACT)


@pytest.mark.parametrize(
    ("column", "mean"),
    [
        ("def_geometric", geometric_mean),
        ("def_genmean_m1", partial(power_mean, power=-1.0)),
        ("def_genmean_05", partial(power_mean, power=0.5)),
        ("def_arithmetic", partial(power_mean, power=1.0)),
        ("def_genmean_2", partial(power_mean, power=2.0)),
    ],
)
def test_power_means_are_those_of_the_definition(data, column, mean):
    table = pd.read_csv(data("compind", "BLI_2017.csv")).set_index("country")
    reference = pd.read_csv(data("compind", "bli_means_5_indicators.csv")).set_index("country")
    values = table[["income", "education", "health", "safety", "environment"]].loc[reference.index].to_numpy().T
    np.testing.assert_allclose(mean(values, np.ones(5)), reference[column], rtol=EXACT)


@each_mean
@unhurried
@given(given_figures=figures())
def test_mean_lies_between_the_lowest_and_the_highest_part(mean, given_figures):
    values, weights = given_figures
    counted = np.where(weights[:, None] > 0, values, np.nan)
    found, some = mean(values, weights), ~np.isnan(counted).all(axis=0)
    assert np.array_equal(~np.isnan(found), some)
    lowest, highest = np.fmin.reduce(counted)[some], np.fmax.reduce(counted)[some]
    assert np.all(found[some] >= lowest * (1 - 1e-12))
    assert np.all(found[some] <= highest * (1 + 1e-12))


@each_mean
@unhurried
@given(given_figures=figures(), scale=st.floats(0.01, 100))
def test_scale_of_weights_changes_nothing(mean, given_figures, scale):
    values, weights = given_figures
    np.testing.assert_allclose(mean(values, weights * scale), mean(values, weights), rtol=1e-12)


@each_mean
@unhurried
@given(given_figures=figures(), scale=st.floats(0.01, 100))
def test_mean_scales_with_its_parts(mean, given_figures, scale):
    values, weights = given_figures
    np.testing.assert_allclose(mean(values * scale, weights), mean(values, weights) * scale, rtol=1e-11)


@each_mean
@unhurried
@given(given_figures=figures(), seed=st.integers(0, 9))
def test_order_of_parts_and_of_units_changes_nothing(mean, given_figures, seed):
    values, weights = given_figures
    random = np.random.default_rng(seed)
    parts, units = random.permutation(values.shape[0]), random.permutation(values.shape[1])
    shuffled = mean(values[parts][:, units], weights[parts])
    np.testing.assert_allclose(shuffled, mean(values, weights)[units], rtol=1e-12)


@unhurried
@given(figures())
def test_harmonic_is_at_most_geometric_is_at_most_arithmetic(given_figures):
    values, weights = given_figures
    harmonic, geometric, arithmetic = (mean(values, weights) for mean in (harmonic_mean, geometric_mean, arithmetic_mean))
    some = ~np.isnan(arithmetic)
    assert np.all(harmonic[some] <= geometric[some] * (1 + 1e-12))
    assert np.all(geometric[some] <= arithmetic[some] * (1 + 1e-12))


@each_mean
def test_leading_axes_are_a_loop_over_them(mean):
    random = np.random.default_rng(5)
    values, weights = random.uniform(1, 9, (3, 1, 4, 6)), random.uniform(0.5, 1, (2, 4))
    values[0, 0, 1, 2] = np.nan
    found = mean(values, weights)
    assert found.shape == (3, 2, 6)
    for year in range(3):
        for run in range(2):
            np.testing.assert_array_equal(found[year, run], mean(values[year, 0], weights[run]))


@each_mean
def test_blocks_of_units_do_not_show_in_the_figures(mean):
    values = np.random.default_rng(6).uniform(1, 9, (3, 2500))
    pieces = [mean(values[:, first : first + 500], np.ones(3)) for first in range(0, 2500, 500)]
    np.testing.assert_array_equal(mean(values, np.ones(3)), np.concatenate(pieces))


@each_mean
def test_arguments_are_left_as_they_were(mean):
    values, weights = np.array([[1.0, np.nan], [4.0, 3.0]]), np.array([1.0, 2.0])
    before = values.copy(), weights.copy()
    mean(values, weights)
    np.testing.assert_array_equal(values, before[0])
    np.testing.assert_array_equal(weights, before[1])


@each_mean
def test_weights_that_add_up_to_nothing_are_refused(mean):
    with pytest.raises(ValueError, match="add up to 0"):
        mean(np.ones((2, 3)), np.zeros(2))


@each_mean
@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_weights_that_are_no_weights_are_refused(mean, weight):
    with pytest.raises(ValueError, match="finite number of 0 or more"):
        mean(np.ones((2, 3)), np.array([1.0, weight]))


@each_mean
def test_a_weight_more_than_parts_is_refused(mean):
    with pytest.raises(ValueError, match="2 parts and 3 weights"):
        mean(np.ones((2, 3)), np.ones(3))


def test_power_mean_leaves_out_missing_parts_as_every_other_mean():
    values = np.array([[3.0], [np.nan], [4.0]])
    assert power_mean(values, np.ones(3), power=2.0)[0] == pytest.approx(np.sqrt(12.5), rel=1e-15)


def test_harmonic_mean_of_a_negative_part_is_refused_for_it_could_lie_outside_the_parts():
    with pytest.raises(ValueError, match="harmonic mean needs values above 0"):
        harmonic_mean(np.array([[-1.0], [1.0], [2.0]]), np.ones(3))


@pytest.mark.parametrize("mean", [geometric_mean, harmonic_mean, partial(power_mean, power=-2.0)])
def test_means_of_products_refuse_a_zero(mean):
    with pytest.raises(ValueError, match="needs values above 0"):
        mean(np.array([[0.0], [1.0]]), np.ones(2))


@pytest.mark.parametrize("mean", [geometric_mean, harmonic_mean, partial(power_mean, power=-2.0), partial(power_mean, power=0.5)])
def test_a_part_without_weight_may_be_what_it_likes(mean):
    assert mean(np.array([[-5.0], [7.0]]), np.array([0.0, 1.0]))[0] == pytest.approx(7.0)


def test_power_mean_of_a_negative_part_is_refused():
    with pytest.raises(ValueError, match="below 0"):
        power_mean(np.array([[-1.0], [1.0]]), np.ones(2), power=2.0)


def test_power_of_a_mean_is_finite():
    with pytest.raises(ValueError, match="finite number"):
        power_mean(np.ones((2, 1)), np.ones(2), power=np.inf)


def test_values_of_zero_or_less_are_named_and_missing_ones_are_not():
    assert not_positive(np.array([[1.0, 0.0, -1.0, np.nan]])).tolist() == [[False, True, True, False]]


def test_median_with_equal_weights_is_the_plain_median_of_what_is_there():
    values = np.random.default_rng(3).normal(size=(7, 40))
    values[np.random.default_rng(4).random(values.shape) < 0.2] = np.nan
    np.testing.assert_allclose(median(values, np.full(7, 0.1)), np.nanmedian(values, axis=0), rtol=1e-15)


def test_median_goes_by_weight():
    assert median(np.array([[1.0], [2.0], [9.0]]), np.array([1.0, 1.0, 3.0]))[0] == 9.0


def test_coverage_counts_parts_and_their_weight():
    share = coverage(np.array([[1.0, np.nan, np.nan], [2.0, 2.0, np.nan]]), np.array([3.0, 1.0]))
    assert share.by_count.tolist() == [1.0, 0.5, 0.0]
    assert share.by_weight.tolist() == [1.0, 0.25, 0.0]


def test_coverage_asks_nothing_of_a_part_without_weight():
    share = coverage(np.array([[np.nan], [2.0]]), np.array([0.0, 1.0]))
    assert (share.by_count[0], share.by_weight[0]) == (1.0, 1.0)


@pytest.mark.parametrize("holes", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(("together", "one"), [(weighted_means, arithmetic_mean), (weighted_geometric_means, geometric_mean)])
def test_many_runs_at_once_give_the_figures_of_each_run(together, one, holes):
    random = np.random.default_rng(7)
    values, weights = random.uniform(1, 100, (3, 5, 20)), random.uniform(0, 1, (12, 5))
    values[random.random(values.shape) < holes] = np.nan
    weights[:, 2] = 0.0
    of_run = random.integers(0, 3, 12)
    expected = [one(values[variant], weight) for variant, weight in zip(of_run, weights, strict=True)]
    np.testing.assert_allclose(together(values, weights, of_run), np.array(expected), rtol=1e-13)


def test_a_run_is_the_same_to_the_last_bit_in_any_company():
    random = np.random.default_rng(3)
    values, weights, of_run = random.normal(size=(4, 37, 203)), random.random((50, 37)), random.integers(0, 4, 50)
    together = weighted_means(values, weights, of_run)
    for run in (0, 7, 49):
        alone = weighted_means(values[of_run[[run]]], weights[[run]], np.zeros(1, np.int64))
        np.testing.assert_array_equal(alone[0], together[run])


def test_many_runs_refuse_a_product_of_a_zero_only_where_a_run_gives_it_weight():
    values = np.array([[[0.0], [2.0]], [[1.0], [4.0]]])
    weights = np.array([[0.0, 1.0], [1.0, 1.0]])
    assert weighted_geometric_means(values, weights, np.array([0, 1])).ravel().tolist() == pytest.approx([2.0, 2.0])
    with pytest.raises(ValueError, match="geometric mean needs values above 0"):
        weighted_geometric_means(values, weights, np.array([1, 0]))


def test_a_run_of_a_variant_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="variants 0 to 0"):
        weighted_means(np.ones((1, 2, 3)), np.ones((1, 2)), np.array([1]))
