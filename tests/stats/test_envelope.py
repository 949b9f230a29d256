"""Benefit of the doubt: the reference scores, bounds on shares, gaps, and that scale and order do not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ekistics.stats.envelope import benefit_of_the_doubt

EXACT = 1e-10
FIVE = ["income", "education", "health", "safety", "environment"]

tables = st.tuples(st.integers(1, 4), st.integers(2, 6)).flatmap(
    lambda shape: hnp.arrays(float, shape, elements=st.integers(1, 20).map(float))
)
few = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def reference(data):
    def columns(name):
        return pd.read_csv(data("compind", name)).set_index("country")

    return columns


def test_scores_of_eleven_parts_are_the_reference_with_fifteen_at_one(reference):
    scores = benefit_of_the_doubt(reference("BLI_2017.csv").to_numpy().T).scores
    np.testing.assert_allclose(scores, reference("bli_bod_unconstrained.csv")["bod"], rtol=EXACT)
    assert np.count_nonzero(scores == 1.0) == 15


def test_scores_of_five_parts_are_the_reference_with_six_at_one(reference):
    scores = benefit_of_the_doubt(reference("BLI_2017.csv")[FIVE].to_numpy().T).scores
    np.testing.assert_allclose(scores, reference("bli_bod_5_indicators.csv")["bod"], rtol=EXACT)
    assert np.count_nonzero(scores == 1.0) == 6


def test_scores_with_bounded_shares_are_the_reference(reference):
    found = benefit_of_the_doubt(reference("BLI_2017.csv")[FIVE].to_numpy().T, least_share=0.1, most_share=0.5)
    np.testing.assert_allclose(found.scores, reference("bli_bod_constrained_010_050.csv")["compind_bod_constr"], rtol=EXACT)
    np.testing.assert_allclose(found.shares.sum(axis=0), 1.0, rtol=EXACT)
    assert found.shares.min() >= 0.1 - 1e-9
    assert found.shares.max() <= 0.5 + 1e-9


@few
@given(tables)
def test_no_unit_is_above_one_with_the_weights_of_any(values):
    found = benefit_of_the_doubt(values)
    assert np.all(found.weights >= 0)
    assert np.all(found.weights.T @ values <= 1 + 1e-8)
    np.testing.assert_allclose((found.weights * values).sum(axis=0), found.scores, rtol=1e-8)


@few
@given(tables)
def test_best_on_a_part_has_the_score_one(values):
    scores = benefit_of_the_doubt(values).scores
    assert np.all(scores[values.argmax(axis=1)] == 1.0)


@few
@given(tables, st.integers(0, 9))
def test_scale_of_parts_and_order_change_no_score(values, seed):
    random = np.random.default_rng(seed)
    parts, units = random.permutation(len(values)), random.permutation(values.shape[1])
    scaled = values * random.uniform(0.01, 100, len(values))[:, None]
    shuffled = benefit_of_the_doubt(scaled[parts][:, units], most_share=1.0).scores
    np.testing.assert_allclose(shuffled, benefit_of_the_doubt(values).scores[units], rtol=1e-9)


@few
@given(tables)
def test_bounds_on_shares_only_take_away(values):
    bounded = benefit_of_the_doubt(values, least_share=0.5 / len(values)).scores
    assert np.all(bounded <= benefit_of_the_doubt(values).scores + 1e-9)


def test_equal_shares_leave_no_choice_of_weights():
    values = np.array([[4.0, 2.0], [1.0, 2.0]])
    # weights of unit 0 are (1/8, 1/2) times its score; unit 1 then has 1.25 of it, so the score is 0.8; unit 1 is best with its own
    assert benefit_of_the_doubt(values, least_share=0.5, most_share=0.5).scores == pytest.approx([0.8, 0.8])


def test_unit_with_a_gap_is_scored_on_what_it_has_and_holds_nobody_back_on_the_rest():
    whole = np.array([[4.0, 1.0, 2.0], [1.0, 4.0, 2.0]])
    holed = np.where(np.array([[0, 0, 0], [0, 1, 0]]), np.nan, whole)
    found = benefit_of_the_doubt(holed)
    assert found.scores == pytest.approx([1.0, 0.25, 1.0])
    assert found.weights[1, 1] == 0.0


def test_unit_without_parts_has_no_score():
    found = benefit_of_the_doubt(np.array([[4.0, np.nan], [1.0, np.nan]]))
    assert np.isnan(found.scores).tolist() == [False, True]
    assert not found.infeasible.any()


def test_unit_whose_few_parts_cannot_fill_the_bounds_is_named():
    found = benefit_of_the_doubt(np.array([[4.0, 1.0], [1.0, np.nan], [2.0, np.nan]]), most_share=0.5)
    assert found.infeasible.tolist() == [False, True]
    assert np.isnan(found.scores[1])


def test_part_of_value_zero_with_a_least_share_makes_the_score_zero():
    values = np.array([[4.0, 2.0], [0.0, 2.0]])
    assert benefit_of_the_doubt(values, least_share=0.1).scores == pytest.approx([0.0, 1.0])


def test_leading_axes_are_sets_of_their_own():
    values = np.random.default_rng(1).uniform(1, 9, (2, 3, 5))
    found = benefit_of_the_doubt(values)
    assert found.weights.shape == values.shape
    np.testing.assert_array_equal(found.scores[1], benefit_of_the_doubt(values[1]).scores)


@pytest.mark.parametrize(
    ("values", "bounds", "message"),
    [
        ([[1.0, -1.0]], {}, "0 or more"),
        ([[1.0, np.inf]], {}, "finite"),
        ([[1.0, 1.0], [0.0, np.nan]], {}, "0 or missing for every unit"),
        ([[1.0, 1.0]], {"least_share": 0.6, "most_share": 0.5}, "the least at most the most"),
        ([[1.0], [1.0], [1.0]], {"least_share": 0.5}, "cannot add up to 1"),
        ([[1.0], [1.0], [1.0]], {"most_share": 0.2}, "cannot add up to 1"),
    ],
)
def test_what_has_no_meaning_is_refused(values, bounds, message):
    with pytest.raises(ValueError, match=message):
        benefit_of_the_doubt(np.array(values), **bounds)
