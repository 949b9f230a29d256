"""Sensitivity of the ranking to each input of a design: exact where it can be, with intervals where it cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.assess.asem import asem_table
from tests.assess.asem_design import INPUTS, asem_uncertain, stored_numbers
from tests.assess.made_index import made_recipe, made_table

from ekistics.assess.doubt.drawing import asked
from ekistics.assess.doubt.many_runs import locally, many_runs, plain_scores
from ekistics.assess.doubt.sensitivity import all_combinations, mean_rank_change, sensitivity_of
from ekistics.model.errors import InvalidInput
from ekistics.model.recipes import Method, Origin, Stage, UncertainInput, Uncertainty

SCALE = UncertainInput(
    "scale", Origin.CHOICE, Stage.NORMALISE, (Method("min-max", {"to": (1.0, 100.0)}), Method("z-score", {"to": (10.0, 2.0)}))
)
MEAN = UncertainInput("mean", Origin.CHOICE, Stage.AGGREGATE, (Method("arithmetic"), Method("geometric")))
WEIGHTS = UncertainInput("weights", Origin.WEIGHTS, share=0.9)


@pytest.fixture(scope="module")
def table(data):
    return asem_table(data)


@pytest.fixture(scope="module")
def combinations(data, table):
    """All 2,000 combinations of the reference's design, in its order."""
    ready = asked(asem_uncertain(data), table, None, None)
    return ready, locally(many_runs(ready.design, all_combinations(ready.design), ready.place))


def test_a_design_is_enumerated_in_the_order_of_the_reference(data, combinations):
    ours, theirs = all_combinations(combinations[0].design), stored_numbers(data, "ff2000_parameters_and_output.csv")
    for name in INPUTS:
        np.testing.assert_array_equal(ours[name], theirs[name])


def test_all_combinations_have_the_scores_of_the_reference(data, table, combinations):
    stored = pd.read_csv(data("asem", "ff2000_scores.csv.gz")).sort_values("run")[list(table.units)]
    np.testing.assert_allclose(combinations[1].scores, stored, rtol=1e-10)


def test_all_combinations_have_the_output_of_the_reference(data, combinations):
    ready, made = combinations
    stored = pd.read_csv(data("asem", "ff2000_parameters_and_output.csv"))["mean_abs_rank_change"]
    np.testing.assert_allclose(mean_rank_change(made, plain_scores(ready.design, ready.place)), stored, rtol=1e-10)


def test_exact_indices_are_those_of_the_reference(data, table):
    found = sensitivity_of(asem_uncertain(data), table)
    stored = pd.read_csv(data("asem", "ff2000_sobol_exact.csv")).set_index("input").loc[list(found.inputs)]
    np.testing.assert_allclose(found.first, stored["S"], rtol=1e-10)
    np.testing.assert_allclose(found.total, stored["ST"], rtol=1e-10)


def test_sampled_intervals_hold_the_exact_indices(data, table):
    exact = sensitivity_of(asem_uncertain(data), table)
    sampled = sensitivity_of(asem_uncertain(data, enumerate_up_to=10, sensitivity_points=1024, level=0.99), table)
    assert not sampled.exact
    assert ((sampled.first_low <= exact.first) & (exact.first <= sampled.first_high)).all()
    assert ((sampled.total_low <= exact.total) & (exact.total <= sampled.total_high)).all()


@pytest.fixture(scope="module")
def skewed():
    """Thirty units whose figures lean, so that scale and mean make a difference."""
    return made_table(np.random.default_rng(1).gamma(2.0, 10.0, (1, 4, 30)))


def uncertain(*inputs, **changes):
    return made_recipe(uncertainty=Uncertainty(inputs=inputs, sensitivity_points=64), **changes)


def test_an_input_that_changes_nothing_has_no_share_of_the_doubt(skewed):
    # nothing is skewed, so that it makes no difference how many values may be drawn in
    idle = UncertainInput("idle", Origin.CHOICE, Stage.TREAT, tuple(Method("winsorise-or-log", {"skewness": 9.0 + k}) for k in (0, 1)))
    found = sensitivity_of(uncertain(SCALE, idle, replace(MEAN, level="index")), skewed)
    assert found.total[1] == pytest.approx(0.0, abs=1e-12)


def test_weights_drawn_anew_in_every_run_are_one_input_beside_the_choices(skewed):
    found = sensitivity_of(uncertain(SCALE, WEIGHTS), skewed)
    assert (found.exact, found.evaluations) == (False, 64 * 4)
    assert found.total[1] > found.total[0]


def test_shares_of_each_unit_are_told_where_its_rank_moves(skewed):
    found = sensitivity_of(uncertain(SCALE, MEAN), skewed)
    assert found.by_unit.shape == found.by_unit_score.shape == (2, 30)
    assert np.nanmax(found.by_unit) <= 1.0 + 1e-12


def test_the_order_of_inputs_does_not_change_what_they_make_of_the_doubt(skewed):
    one = sensitivity_of(uncertain(SCALE, WEIGHTS), skewed)
    other = sensitivity_of(uncertain(WEIGHTS, SCALE), skewed)
    np.testing.assert_allclose(one.total, other.total[::-1], rtol=1e-12)


def test_no_exact_index_is_given_where_a_combination_fails_and_the_failures_are_counted(skewed):
    zero_based = replace(SCALE, methods=(Method("min-max"), Method("min-max", {"to": (1.0, 100.0)})))
    found = sensitivity_of(uncertain(zero_based, MEAN), skewed)
    assert (found.failed, found.evaluations) == (1, 4)
    assert np.isnan(found.first).all()
    assert found.failures[0].kind == "not-above-zero"


def test_a_recipe_that_gives_no_ranking_by_itself_is_refused(skewed):
    recipe = uncertain(SCALE, MEAN, normalise=Method("z-score"), aggregate={"index": Method("geometric")})
    with pytest.raises(InvalidInput, match="no ranking"):
        sensitivity_of(recipe, skewed)
