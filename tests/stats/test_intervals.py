"""Summaries of runs are the reference's to the last digit; odds are shares of the runs that speak."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ekistics.stats.intervals import chance_ahead, chance_of_band, chance_of_rank, rank_intervals, score_intervals

RNG = np.random.default_rng(20260104)


@pytest.fixture(scope="module")
def stored(data):
    ranks = pd.read_csv(data("asem", "ua200_ranks.csv"), index_col="uCode")
    return ranks.drop(columns="Nominal").to_numpy().T, pd.read_csv(data("asem", "ua200_rankstats.csv"), index_col="uCode").loc[ranks.index]


def test_rank_statistics_of_the_stored_runs_are_the_peers(stored):
    ranks, peer = stored
    ours = rank_intervals(ranks, level=0.9)
    for found, column in ((ours.mean, "Mean"), (ours.median, "Median"), (ours.low, "Q5"), (ours.high, "Q95")):
        np.testing.assert_allclose(found, peer[column], rtol=1e-10)
    assert (ours.high - ours.low).mean() == pytest.approx(6.26, abs=0.005)
    assert peer.index[np.argmax(ours.high - ours.low)] == "LUX"


@given(arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats(-1e6, 1e6)), st.floats(0.01, 0.99))
def test_quantiles_are_of_type_seven(scores, level):
    ours = score_intervals(scores, level=level)
    low, median, high = np.quantile(scores, [0.5 - level / 2, 0.5, 0.5 + level / 2], axis=0)
    np.testing.assert_allclose([ours.low, ours.median, ours.high], [low, median, high], rtol=1e-9, atol=1e-6)


def test_intervals_hold_a_known_truth_as_often_as_their_level_says():
    # scores measured with a known error; the runs draw that error again about what was measured
    truth = RNG.normal(50, 10, 2000)
    measured = truth + RNG.normal(0, 3, 2000)
    ours = score_intervals(measured + RNG.normal(0, 3, (1000, 2000)), level=0.95)
    share = ((ours.low <= truth) & (truth <= ours.high)).mean()
    assert 0.93 < share < 0.97


def test_a_run_without_a_score_is_not_counted_for_that_unit():
    scores = RNG.normal(size=(50, 3))
    scores[:10, 1], scores[:, 2] = np.nan, np.nan
    ours, without = score_intervals(scores), score_intervals(scores[10:, 1:2])
    assert ours.counted.tolist() == [50, 40, 0]
    assert ours.median[1] == without.median[0]
    assert ours.spread[1] == pytest.approx(scores[10:, 1].std(ddof=1))
    assert np.isnan([ours.mean[2], ours.median[2], ours.low[2], ours.spread[2]]).all()


def test_a_rank_of_nought_is_no_rank():
    ranks = np.array([[1, 0], [1, 2], [2, 1]])
    assert rank_intervals(ranks).counted.tolist() == [3, 2]
    assert chance_of_rank(ranks, 1).tolist() == [pytest.approx(2 / 3), 0.5]
    assert chance_ahead(ranks, 0, 1).counted == 2


def test_odds_of_a_place_are_shares_of_the_runs(stored):
    ranks, _ = stored
    ours = chance_of_rank(ranks, [1, 10, 51])
    np.testing.assert_allclose(ours[1], [np.mean(column <= 10) for column in ranks.T])
    assert (ours[2] == 1).all()
    assert ours[0].sum() >= 1


def test_a_unit_that_never_has_a_rank_has_no_odds():
    assert np.isnan(chance_of_rank(np.array([[0, 1], [0, 1]]), 3)[0])


def test_ahead_behind_and_level_add_to_one(stored):
    ranks, _ = stored
    asked = np.array([3, 17, 42, 5])
    ours = chance_ahead(ranks, asked[:, None], asked)
    np.testing.assert_allclose(ours.ahead + ours.ahead.T + ours.level, 1.0, rtol=1e-12)
    assert ours.ahead[0, 1] == np.mean(ranks[:, 3] < ranks[:, 17])
    assert (np.diagonal(ours.level) == 1).all()


def test_units_that_move_together_are_told_apart_though_their_intervals_overlap():
    common = RNG.normal(0, 10, 500)
    scores = np.stack([common, common + 1], axis=1)
    ranks = np.where(scores == scores.max(axis=1, keepdims=True), 1, 2)
    wide = score_intervals(scores)
    assert wide.high[0] > wide.low[1]
    assert chance_ahead(ranks, 1, 0).ahead == 1.0


def test_a_pair_is_compared_in_the_runs_that_rank_both():
    ranks = np.array([[1.0, 2.0], [2.0, np.nan], [2.0, 1.0], [np.nan, np.nan]])
    ours = chance_ahead(ranks, [0, 1], [1, 0])
    assert ours.counted.tolist() == [2, 2]
    assert ours.ahead.tolist() == [0.5, 0.5]
    assert np.isnan(chance_ahead(np.array([[1, 0]]), 0, 1).ahead)


def test_a_unit_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="beyond the 2"):
        chance_ahead(np.array([[1, 2]]), 0, 2)


def test_a_score_belongs_to_the_highest_band_that_it_reaches():
    scores = np.array([[39.9, 60.0], [40.0, 59.9], [80.0, np.nan], [10.0, np.nan]])
    ours = chance_of_band(scores, [60, 40])  # in the order they were given
    assert ours.tolist() == [[0.25, 0.5], [0.25, 0.5]]


def test_bands_from_the_bottom_up_take_every_run():
    ours = chance_of_band(RNG.uniform(0, 100, (300, 8)), [0, 40, 60, 80])
    np.testing.assert_allclose(ours.sum(axis=0), 1.0)


def test_bands_of_a_unit_without_scores_have_no_odds():
    assert np.isnan(chance_of_band(np.full((3, 1), np.nan), [0, 50])).all()


def test_two_bands_from_the_same_score_up_are_refused():
    with pytest.raises(ValueError, match="score of its own"):
        chance_of_band(np.zeros((2, 2)), [50, 50])


def test_the_order_of_runs_does_not_matter(stored):
    ranks, _ = stored
    other = ranks[RNG.permutation(len(ranks))]
    np.testing.assert_array_equal(rank_intervals(ranks).low, rank_intervals(other).low)
    np.testing.assert_array_equal(chance_ahead(ranks, 0, 1).ahead, chance_ahead(other, 0, 1).ahead)
