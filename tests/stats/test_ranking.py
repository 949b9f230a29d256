"""Ranks: the reference ranking, the three conventions for ties, and units without a score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import rankdata
from tests.stats.asem_levels import read

from ekistics.stats.ranking import Ties, ranks

PEER = {Ties.MINIMUM: "min", Ties.DENSE: "dense", Ties.AVERAGE: "average"}
unhurried = settings(deadline=None, max_examples=60)  # the first example of a fresh machine compiles
few_values = st.one_of(st.sampled_from([0.0, -0.0, 1.0, 2.5, -3.0, np.inf, np.nan]), st.floats(-5, 5))
tables = hnp.arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 12)), elements=few_values)


def test_ranks_of_every_level_are_those_of_the_reference_index(data):
    reference = read(data("asem", "ranks.csv"))
    scores = read(data("asem", "stage_7_aggregated.csv"))[reference.columns].loc[reference.index]
    np.testing.assert_array_equal(ranks(scores.to_numpy().T), reference.to_numpy().T)


@pytest.mark.parametrize("ties", Ties)
@unhurried
@given(scores=tables)
def test_ranks_are_those_of_an_independent_implementation(ties, scores):
    expected = rankdata(-scores, method=PEER[ties], axis=-1, nan_policy="omit")
    np.testing.assert_array_equal(ranks(scores, ties=ties), expected)


@unhurried
@given(tables, st.integers(0, 9))
def test_order_of_units_changes_no_rank(scores, seed):
    order = np.random.default_rng(seed).permutation(scores.shape[1])
    np.testing.assert_array_equal(ranks(scores[:, order]), ranks(scores)[:, order])


def test_units_without_a_score_take_no_place():
    assert ranks(np.array([np.nan, 1.0, np.nan, 2.0]))[[1, 3]].tolist() == [2.0, 1.0]


def test_threads_do_not_show_in_the_ranks():
    scores = np.random.default_rng(2).integers(0, 5000, (90, 9000)).astype(float)
    np.testing.assert_array_equal(ranks(scores, threads=3), ranks(scores))


def test_ranks_have_the_shape_of_the_scores():
    assert ranks(np.zeros((2, 0, 4))).shape == (2, 0, 4)
    assert ranks(np.zeros((3, 0))).shape == (3, 0)
    assert ranks(np.zeros(3)).tolist() == [1.0, 1.0, 1.0]
