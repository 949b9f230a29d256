"""Weights: experts' budgets, principal components with a fixed sign, and parts with the influence wanted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.stats.asem_levels import HALVES, PILLARS, children, parts, read

from ekistics.stats.aggregating import arithmetic_mean, geometric_mean
from ekistics.stats.weighting import (
    balanced_weights,
    budget_allocation,
    component_weights,
    equal_weights,
    given_weights,
    rotated_component_weights,
    searched_weights,
    varimax,
)

EXACT = 1e-10
unhurried = settings(deadline=None, max_examples=60)  # the first example of a fresh machine compiles


@pytest.fixture
def scores(data):
    return read(data("asem", "stage_7_aggregated.csv"))


def made(seed, count=4, units=40):
    """Return parts that go together to a different degree, on different scales."""
    random = np.random.default_rng(seed)
    common = random.normal(size=units)
    return np.array([(random.normal(size=units) + (k + 1) * common) * 10.0 ** (k % 3) for k in range(count)])


def test_equal_weights_add_up_to_one():
    assert equal_weights(4).tolist() == [0.25] * 4


def test_given_weights_are_scaled_to_one():
    assert given_weights(np.array([[1.0, 3.0], [2.0, 2.0]])).tolist() == [[0.25, 0.75], [0.5, 0.5]]


@pytest.mark.parametrize(("weights", "message"), [([0.0, 0.0], "add up to 0"), ([1.0, -1.0], "0 or more"), ([1.0, np.nan], "finite")])
def test_weights_that_are_none_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        given_weights(np.array(weights))


def test_experts_budgets_count_alike_whatever_their_size():
    found = budget_allocation(np.array([[30.0, 70.0], [7.0, 3.0]]))
    assert found.weights == pytest.approx([0.5, 0.5])
    assert found.spread == pytest.approx([np.sqrt(0.08)] * 2)
    assert found.lowest == pytest.approx([0.3, 0.3])
    assert found.highest == pytest.approx([0.7, 0.7])


def test_expert_with_a_gap_or_without_points_is_left_out_and_marked():
    found = budget_allocation(np.array([[1.0, 3.0], [np.nan, 5.0], [0.0, 0.0]]))
    assert found.left_out.tolist() == [False, True, True]
    assert found.weights.tolist() == [0.25, 0.75]
    assert np.isnan(found.spread).all()


@pytest.mark.parametrize(("points", "message"), [([[np.nan, 1.0]], "no expert"), ([[-1.0, 2.0]], "0 or more"), ([[np.inf, 2.0]], "finite")])
def test_budgets_that_say_nothing_are_refused(points, message):
    with pytest.raises(ValueError, match=message):
        budget_allocation(np.array(points))


@pytest.mark.parametrize("half", HALVES)
def test_loadings_are_those_of_the_reference_with_their_sign_fixed(data, scores, half):
    lineage = pd.read_csv(data("asem", "lineage.csv"))
    reference = pd.read_csv(data("asem", "pca_weights_level2.csv")).set_index("iCode")["Weight"]
    codes = children(lineage, "Sub-index", half)
    found = component_weights(parts(scores, codes))
    np.testing.assert_allclose(found.loadings * np.sign(found.loadings @ reference[codes]), reference[codes], rtol=EXACT)
    assert found.loadings.sum() > 0


def test_part_that_runs_against_the_others_is_marked_and_has_no_weight(scores):
    found = component_weights(parts(scores, PILLARS))
    assert [code for code, negative in zip(PILLARS, found.negative, strict=True) if negative] == ["Environ", "SusEcFin"]
    assert np.all((found.weights == 0) == found.negative)
    assert found.weights.sum() == pytest.approx(1.0, rel=1e-15)
    assert found.share_of_variance == pytest.approx(0.47196545, abs=1e-8)


@unhurried
@given(st.integers(0, 50), st.integers(0, 3))
def test_turning_one_part_round_turns_its_loading_and_leaves_the_others(seed, part):
    values = made(seed)
    turned = values.copy()
    turned[part] *= -1
    before, after = component_weights(values).loadings, component_weights(turned).loadings
    assume(abs(before.sum() - 2 * before[part]) > 1e-6)
    side = np.sign(before.sum() - 2 * before[part])
    expected = before * side
    expected[part] *= -1
    np.testing.assert_allclose(after, expected, atol=1e-9)


def test_a_gap_costs_no_unit_its_say_in_the_components():
    values = made(1)
    values[0, 0] = np.nan
    dropped = component_weights(values[:, 1:]).loadings
    assert np.abs(component_weights(values).loadings - dropped).max() > 1e-6
    assert np.abs(component_weights(values).loadings - component_weights(made(1)).loadings).max() < 0.05


def test_component_weights_take_leading_axes():
    both = np.stack([made(1), made(2)])
    np.testing.assert_allclose(component_weights(both).weights[1], component_weights(made(2)).weights, rtol=1e-12)


def test_part_that_does_not_vary_is_refused():
    values = made(1)
    values[2] = 5.0
    with pytest.raises(ValueError, match="does not vary"):
        component_weights(values)
    with pytest.raises(ValueError, match="does not vary"):
        balanced_weights(values)


def test_rotation_keeps_what_each_part_shares_and_finds_two_groups():
    random = np.random.default_rng(3)
    one, two = random.normal(size=(2, 200))
    values = np.array([one, one, two, two]) + 0.1 * random.normal(size=(4, 200))
    found = rotated_component_weights(values, components=2)
    assert found.weights == pytest.approx([0.25] * 4, abs=0.01)
    assert found.share_of_variance > 0.98


def test_varimax_turns_loadings_and_changes_no_sum_of_squares():
    loadings = np.random.default_rng(4).normal(size=(6, 3))
    turned = varimax(loadings)

    def criterion(table):
        return (table**2).var(axis=0).sum()

    np.testing.assert_allclose((turned**2).sum(axis=1), (loadings**2).sum(axis=1), rtol=1e-12)
    assert criterion(turned) > criterion(loadings)
    for angle in np.linspace(-0.2, 0.2, 9):
        small = np.eye(3)
        small[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        assert criterion(turned @ small) <= criterion(turned) + 1e-12


@pytest.mark.parametrize("components", [0, 5])
def test_components_that_are_not_there_are_refused(components):
    with pytest.raises(ValueError, match="1 to 4 components"):
        rotated_component_weights(made(1), components=components)


def test_weights_for_equal_influence_are_those_of_the_reference(data, scores):
    reference = pd.read_csv(data("asem", "opt_weights_level3_tight_corr.csv"))
    found = balanced_weights(parts(scores, HALVES))
    # the peer searches and stops: its correlations are equal to 1e-13, its weights to about 1e-12
    np.testing.assert_allclose(found.weights, reference["OptWeight"], rtol=EXACT)
    assert found.influence[0] == pytest.approx(found.influence[1], rel=1e-12)
    assert found.misfit < 1e-14


def test_influence_is_what_the_whole_shows():
    values = made(2)
    found = balanced_weights(values)
    whole = arithmetic_mean(values, found.weights)
    assert found.influence == pytest.approx([np.corrcoef(part, whole)[0, 1] for part in values], rel=1e-12)


@unhurried
@given(st.integers(0, 30), st.integers(0, 9))
def test_wanted_influence_goes_with_its_part_in_any_order(seed, order):
    values, wanted = made(seed, count=3), np.array([1.0, 1.1, 1.2])
    found = balanced_weights(values, wanted=wanted)
    assume(found.misfit < 1e-9)
    assert found.influence / found.influence[0] == pytest.approx(wanted, rel=1e-9)
    turn = np.random.default_rng(order).permutation(3)
    assert balanced_weights(values[turn], wanted=wanted[turn]).weights == pytest.approx(found.weights[turn], rel=1e-9)


@unhurried
@given(st.integers(0, 30))
def test_scale_of_a_part_is_made_good_by_its_weight(seed):
    values, scale = made(seed), np.array([1.0, 10.0, 0.1, 3.0])
    before = balanced_weights(values)
    after = balanced_weights(values * scale[:, None])
    assert after.influence == pytest.approx(before.influence, rel=1e-8)


def test_influence_that_needs_weights_below_zero_is_told_as_a_misfit(scores):
    found = balanced_weights(parts(scores, PILLARS))
    assert np.all(found.weights >= 0)
    assert np.count_nonzero(found.weights == 0) > 0
    assert 0.01 < found.misfit < 0.03


def test_two_parts_that_are_the_same_share_their_weight():
    one, other = made(5, count=2)
    found = balanced_weights(np.array([one, one, other]))
    assert found.weights[0] == pytest.approx(found.weights[1], rel=1e-9)
    assert found.misfit < 1e-9


def test_search_finds_what_the_linear_system_gives():
    values = made(6, count=3)
    exact = balanced_weights(values)
    assert exact.misfit < 1e-12
    found = searched_weights(values, lambda weights: arithmetic_mean(values, weights))
    assert found.weights == pytest.approx(exact.weights, rel=1e-6)


def test_search_balances_a_geometric_mean():
    values = np.exp(made(6, count=3) / np.array([10.0, 100.0, 1000.0])[:, None])
    found = searched_weights(values, lambda weights: geometric_mean(values, weights))
    assert found.misfit < 1e-8
    assert found.influence == pytest.approx([found.influence.mean()] * 3, rel=1e-6)


@pytest.mark.parametrize("wanted", [[1.0], [1.0, 0.0], [1.0, np.nan]])
def test_wanted_influence_is_one_number_above_zero_a_part(wanted):
    with pytest.raises(ValueError, match="one number above 0"):
        balanced_weights(made(1, count=2), wanted=np.array(wanted))
