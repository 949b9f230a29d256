"""Many runs at once: each is what it would be alone, and the stored runs of the reference are reproduced."""

from __future__ import annotations

import numpy as np
import pytest
from tests.assess.asem import asem_recipe, asem_table, read
from tests.assess.made_index import changed, made_recipe, made_table

from ekistics.assess.index.pipeline import assess, ranked
from ekistics.assess.index.running import Draws, prepare, run
from ekistics.assess.index.variants import Choice, Variants
from ekistics.assess.methods.filling import filling_draws
from ekistics.model.recipes import Method

TREATMENTS = tuple(Method("winsorise-or-log", {"at_most": most}) for most in range(1, 6))
SCALES = (Method("min-max", {"to": (1.0, 100.0)}), Method("z-score", {"to": (10.0, 2.0)}))
MEANS = (Method("arithmetic"), Method("geometric"))


def reference_draws(prepared, told, weight_sets) -> Draws:
    mean = Choice(MEANS, (told["aggregation"] == "a_gmean").to_numpy().astype(np.int64))
    factors = np.ones((len(told), len(prepared.tree.codes)))
    for node, code in enumerate(prepared.tree.codes):
        if code in weight_sets:
            factors[:, node] = weight_sets[code].loc[told["weight_set"]]
    return Draws(
        len(told),
        treat=Choice(TREATMENTS, told["winmax"].to_numpy() - 1),
        normalise=Choice(SCALES, (told["normalisation"] != "minmax_1_100").to_numpy().astype(np.int64)),
        aggregate=dict.fromkeys(prepared.recipe.levels[1:], mean),
        factors=factors,
    )


@pytest.fixture(scope="module")
def prepared(data):
    return prepare(asem_recipe(data), asem_table(data))


def index_scores(prepared, runs):
    return runs.scores[:, 0, -1]


def test_stored_runs_of_the_reference_are_reproduced_in_scores_and_ranks(data, prepared):
    told, sets = read(data, "ua200_parameters.csv"), read(data, "ua_weight_sets.csv").set_index("set")
    made = index_scores(prepared, run(prepared, reference_draws(prepared, told, sets)))
    units = list(prepared.start.table.units)
    columns = [f"r_{number}" for number in told["rep"]]
    np.testing.assert_allclose(made.T, read(data, "ua200_scores.csv.gz").set_index("uCode").loc[units, columns], rtol=1e-10)
    np.testing.assert_array_equal(ranked(made, "min").T, read(data, "ua200_ranks.csv").set_index("uCode").loc[units, columns])


def test_all_combinations_of_the_reference_are_reproduced(data, prepared):
    told, sets = read(data, "ff2000_parameters_and_output.csv"), read(data, "ua_weight_sets.csv").set_index("set")
    made = index_scores(prepared, run(prepared, reference_draws(prepared, told, sets)))
    expected = read(data, "ff2000_scores.csv.gz")[list(prepared.start.table.units)]
    np.testing.assert_allclose(made, expected, rtol=1e-10)


def test_the_nominal_run_is_the_plain_assessment(data, prepared):
    made = assess(prepared.recipe, prepared.start.table)
    np.testing.assert_array_equal(run(prepared).scores[0], made.scores)


def test_tables_that_runs_share_are_made_once(prepared):
    runs = 1000
    draws = Draws(
        runs,
        treat=Choice(TREATMENTS, np.arange(runs) % 5),
        normalise=Choice(SCALES, np.arange(runs) // 5 % 2),
    )
    assert len(run(prepared, draws).leaves.values) == 10


def test_each_run_is_what_it_would_be_alone(prepared):
    rng = np.random.default_rng(1)
    factors = rng.uniform(0.5, 1.5, (6, len(prepared.tree.codes)))
    factors[3, 4] = 0.0
    mean = Choice(MEANS, np.array([0, 1, 0, 1, 1, 0]))
    together = run(
        prepared, Draws(6, normalise=Choice(SCALES, np.array([0, 0, 1, 1, 0, 1])), aggregate={"pillar": mean}, factors=factors)
    ).scores
    for number in range(6):
        alone = Draws(
            normalise=Choice.one(SCALES[[0, 0, 1, 1, 0, 1][number]]),
            aggregate={"pillar": Choice.one(MEANS[[0, 1, 0, 1, 1, 0][number]])},
            factors=factors[number : number + 1],
        )
        np.testing.assert_allclose(together[number], run(prepared, alone).scores[0], rtol=1e-12)


def test_a_weight_of_nothing_leaves_an_indicator_out_as_taking_it_from_the_recipe_does():
    prepared = prepare(made_recipe(), made_table())
    factors = np.ones((2, len(prepared.tree.codes)))
    factors[1, prepared.tree.node_of["parks"]] = 0.0
    made = run(prepared, Draws(2, factors=factors)).scores[1, 0]
    life = prepared.tree.node_of["life"] - prepared.tree.indicators
    np.testing.assert_allclose(made[life], run(prepared).leaves.values[0, 0, 2])


def test_a_group_without_parts_in_a_run_is_left_out_of_the_one_above():
    prepared = prepare(made_recipe(coverage={"index": 1.0}), made_table())
    factors = np.ones((1, len(prepared.tree.codes)))
    factors[0, [prepared.tree.node_of["water"], prepared.tree.node_of["homes"]]] = 0.0
    scores = run(prepared, Draws(factors=factors)).scores[0, 0]
    assert np.isnan(scores[0]).all()
    np.testing.assert_allclose(scores[2], scores[1], rtol=1e-12)


def test_a_run_with_a_row_that_cannot_be_scaled_fails_and_is_named():
    prepared = prepare(made_recipe(), made_table())
    flat = prepared.start.values.copy()
    flat[:, 1] = 4.0
    figures = Variants(np.stack([prepared.start.values, flat]), np.array([0, 1, 0]))
    made = run(prepared, Draws(3, figures=figures))
    assert dict(made.failed) == {1: ("homes",)}
    assert np.isnan(made.scores[1]).all()
    assert not np.isnan(made.scores[[0, 2]]).any()


def test_a_run_in_which_a_product_cannot_be_taken_has_no_score_for_that_unit():
    prepared = prepare(made_recipe(normalise=Method("z-score")), made_table())
    made = run(prepared, Draws(aggregate={"pillar": Choice.one(Method("geometric"))}))
    below = (made.leaves.values[0, 0, :2] <= 0).any(axis=0)
    np.testing.assert_array_equal(np.isnan(made.scores[0, 0, 0]), below)


def test_threads_change_nothing():
    rng = np.random.default_rng(3)
    table = made_table(rng.gamma(0.3, size=(3, 4, 60_000)), years=(2018, 2019, 2020))
    recipe = made_recipe(treat=Method("winsorise-or-log"))
    one, two = assess(recipe, table), assess(recipe, table, threads=2)
    np.testing.assert_array_equal(one.scores, two.scores)
    np.testing.assert_array_equal(one.ranks, two.ranks)
    np.testing.assert_array_equal(one.stages[1].changes, two.stages[1].changes)


@pytest.mark.parametrize("fixed", [True, False])
def test_large_tables_are_worked_on_in_portions_with_the_same_answer(monkeypatch, fixed):
    rng = np.random.default_rng(4)
    table = made_table(rng.gamma(0.3, size=(3, 4, 50)), years=(2018, 2019, 2020))
    recipe = made_recipe(treat=Method("winsorise-or-log"), fixed_over_years=fixed)
    recipe = changed(recipe, "crime", treat=Method("none"), normalise=Method("rank"))
    whole = assess(recipe, table)
    monkeypatch.setattr("ekistics.assess.index.stages._CELLS_AT_A_TIME", 60)
    parts = assess(recipe, table)
    np.testing.assert_array_equal(whole.scores, parts.scores)
    np.testing.assert_array_equal(whole.stages[1].changes, parts.stages[1].changes)


def test_draws_of_an_imputation_fill_the_gaps_and_nothing_else(data):
    prepared = prepare(asem_recipe(data), asem_table(data))
    before = prepared.start.values
    drawn = filling_draws(prepared.recipe.impute, prepared.gaps, before, draws=5, seed=1)
    there = ~np.isnan(before)
    assert drawn.shape == (5, *before.shape)
    np.testing.assert_array_equal(drawn[:, there], np.broadcast_to(before[there], (5, there.sum())))
    assert not np.isnan(drawn).any()
    assert (drawn[:, ~there].std(axis=0) > 0).mean() > 0.8
    made = run(prepared, Draws(5, filled=Variants(drawn, np.arange(5))))
    assert not made.failed
    assert (made.scores.std(axis=0) > 0).any()
    again = filling_draws(prepared.recipe.impute, prepared.gaps, before, draws=5, seed=1)
    np.testing.assert_array_equal(drawn, again)
