"""Penalised means: the definitions in both variance conventions, and that unevenness costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ekistics.stats.penalising import ADJUSTED_SCALE, Penalty, adjusted_goalposts, mazziotta_pareto, mean_min

EXACT = 1e-10


def table(path, key):
    return pd.read_csv(path).set_index(key)


@pytest.fixture(scope="module")
def standardised(data):
    return table(data("compind", "bli_norm_z_100_10.csv"), "country").to_numpy().T


@pytest.mark.parametrize(
    ("column", "penalty", "degrees_lost"),
    [
        ("def_minus_n", Penalty.SUBTRACTED, 0),
        ("def_plus_n", Penalty.ADDED, 0),
        ("def_minus_n1", Penalty.SUBTRACTED, 1),
        ("def_plus_n1", Penalty.ADDED, 1),
        ("compind_penalty_POS", Penalty.SUBTRACTED, 1),
        ("compind_penalty_NEG", Penalty.ADDED, 1),
    ],
)
def test_plain_index_is_that_of_the_definition_in_the_convention_asked_for(data, standardised, column, penalty, degrees_lost):
    reference = table(data("compind", "bli_mpi.csv"), "country")[column]
    found = mazziotta_pareto(standardised, np.ones(11), penalty=penalty, degrees_lost=degrees_lost)
    np.testing.assert_allclose(found, reference, rtol=EXACT)


@pytest.mark.parametrize(("column", "penalty"), [("def_ampi_minus", Penalty.SUBTRACTED), ("def_ampi_plus", Penalty.ADDED)])
def test_adjusted_index_is_unrounded_and_goes_by_the_penalty_asked_for(data, column, penalty):
    panel = pd.read_csv(data("compind", "eu2020_panel_2008_2011.csv"))
    settings = table(data("compind", "ampi_settings.csv"), "indicator")
    reference = pd.read_csv(data("compind", "eu2020_ampi.csv"))
    lows, highs = adjusted_goalposts(*(settings[c].to_numpy() for c in ("goalpost_reference", "min_all", "max_all")))
    bottom, top = ADJUSTED_SCALE
    share = (panel[settings.index].to_numpy().T - lows[:, None]) / (highs - lows)[:, None]
    share = np.where((settings["polarity"] == "NEG").to_numpy()[:, None], 1 - share, share)
    found = mazziotta_pareto(bottom + (top - bottom) * share, np.ones(5), penalty=penalty)
    wanted = reference.merge(panel[["geo", "year"]].assign(found=found), on=["geo", "year"], validate="1:1")
    assert len(wanted) == len(reference)
    np.testing.assert_allclose(wanted["found"], wanted[column], rtol=EXACT)


def test_mean_min_standardises_nothing_by_itself_and_gives_the_figure_of_the_definition(data):
    values = table(data("compind", "BLI_2017.csv"), "country")[["income", "education", "health", "safety", "environment"]].to_numpy().T
    standard = 100 + 10 * (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, ddof=1, keepdims=True)
    reference = table(data("compind", "bli_mean_min_5_indicators.csv"), "country")["def_mean_min_a1_b1"]
    np.testing.assert_allclose(mean_min(standard, np.ones(5)), reference, rtol=EXACT)


def test_even_profile_costs_nothing_and_uneven_one_does():
    values = np.array([[100.0, 90.0], [100.0, 110.0]])
    assert mazziotta_pareto(values, np.ones(2)).tolist() == [100.0, 99.0]
    assert mazziotta_pareto(values, np.ones(2), penalty=Penalty.ADDED).tolist() == [100.0, 101.0]


def test_conventions_of_the_variance_differ_by_two_with_two_parts():
    values = np.array([[90.0], [110.0]])
    assert 100 - mazziotta_pareto(values, np.ones(2), degrees_lost=1)[0] == pytest.approx(2.0)


def test_missing_parts_are_left_out_of_mean_and_variance():
    values = np.array([[90.0, 90.0], [110.0, 110.0], [np.nan, 100.0]])
    found = mazziotta_pareto(values, np.ones(3))
    assert found[0] == mazziotta_pareto(values[:2, :1], np.ones(2))[0] != found[1]


def test_weighted_index_is_that_of_a_part_given_twice():
    values = np.random.default_rng(1).uniform(80, 120, (3, 5))
    doubled = mazziotta_pareto(values[[0, 0, 1, 2]], np.ones(4))
    np.testing.assert_allclose(mazziotta_pareto(values, np.array([2.0, 1.0, 1.0])), doubled, rtol=1e-14)


@pytest.mark.parametrize("method", [mazziotta_pareto, mean_min])
def test_leading_axes_are_a_loop_over_them(method):
    random = np.random.default_rng(2)
    values, weights = random.uniform(80, 120, (3, 1, 4, 6)), random.uniform(0.5, 1, (2, 4))
    values[1, 0, 2, 3] = np.nan
    found = method(values, weights)
    assert found.shape == (3, 2, 6)
    np.testing.assert_array_equal(found[1, 1], method(values[1, 0], weights[1]))


def test_one_part_has_no_variance_with_a_degree_lost_and_none_to_speak_of_without():
    values = np.array([[90.0], [np.nan]])
    assert np.isnan(mazziotta_pareto(values, np.ones(2), degrees_lost=1)[0])
    assert mazziotta_pareto(values, np.ones(2))[0] == 90.0


def test_scale_with_means_of_zero_or_less_is_refused():
    with pytest.raises(ValueError, match="mean is above 0"):
        mazziotta_pareto(np.array([[-1.0], [1.0]]), np.ones(2))


def test_mean_min_goes_from_the_mean_to_the_lowest_part():
    values = np.array([[2.0], [4.0], [np.nan]])
    assert mean_min(values, np.ones(3), share=0.0)[0] == 3.0
    assert mean_min(values, np.ones(3), share=1.0, slope=0.0)[0] == 2.0


def test_mean_min_refuses_a_share_above_one():
    with pytest.raises(ValueError, match="share of 0 to 1"):
        mean_min(np.ones((2, 1)), np.ones(2), share=1.5)
