"""A battery for every registered method, and the rules for options and versions."""

from __future__ import annotations

import numpy as np
import pytest
from tests.assess.made_index import made_recipe, made_table

from ekistics.assess.index.pipeline import assess
from ekistics.assess.methods.catalogue import (
    CHOOSING,
    REGISTRY,
    Demands,
    OptionKind,
    OptionRule,
    find,
    method_problems,
    methods_of,
    register,
)
from ekistics.assess.methods.filling import gaps_of
from ekistics.assess.methods.row_facts import facts_of
from ekistics.assess.methods.trees import tree_of
from ekistics.model.errors import Conflict, NotFound
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.recipes import Method, Stage

NEEDED = {"power": 0.5, "group": "region", "unit": "U5"}
POSTS = Benchmark(Form.LINEAR, "", minimum=0.5, maximum=100.0, target=500.0, verified=True)
EVERY = sorted(REGISTRY, key=str)
HOLED = made_table().values[None].copy()
HOLED[0, 0, 1, 2] = np.nan
LABELS = {"region": ("n", "n", "n", "s", "s", "s")}


def options_of(told):
    return told.completed(Method(told.name, {one.name: NEEDED[one.name] for one in told.options if one.required}))


def facts():
    recipe = made_recipe()
    found = facts_of(recipe, made_table().units, np.ones(4))
    return type(found)(found.codes, np.ones(4), (POSTS,) * 4, found.to_benchmark, found.units)


@pytest.mark.parametrize("key", EVERY)
def test_every_method_says_in_a_sentence_what_it_does(key):
    assert len(REGISTRY[key].says) > 10
    assert all(one.says for one in REGISTRY[key].options)


@pytest.mark.parametrize("key", EVERY)
def test_every_default_is_one_that_the_option_may_be(key):
    assert all(one.holds(one.default) for one in REGISTRY[key].options if not one.required)


def test_every_stage_with_a_choice_has_a_method_that_recipes_start_with():
    named = {stage: methods_of(stage)[0].name for stage in CHOOSING}
    assert list(named.values()) == ["none", "none", "min-max", "given", "arithmetic"]


@pytest.mark.parametrize("told", [*methods_of(Stage.TREAT), *methods_of(Stage.NORMALISE)], ids=lambda told: told.name)
def test_missing_stays_missing_and_nothing_else_becomes_so(told):
    options = options_of(told)
    options.pop("years")
    before = HOLED[0].copy()
    made = told.function(before, facts(), **options)
    np.testing.assert_array_equal(np.isnan(made.values), np.isnan(HOLED[0]))
    np.testing.assert_array_equal(before, HOLED[0])
    assert made.unfit is None or not made.unfit.any()


@pytest.mark.parametrize("told", methods_of(Stage.NORMALISE), ids=lambda told: told.name)
def test_a_better_figure_never_scores_less(told):
    options = options_of(told)
    options.pop("years")
    made = told.function(HOLED[0], facts(), **options).values[0]
    for row in range(4):
        order = np.argsort(HOLED[0, 0, row])
        scores = made[row, order][~np.isnan(made[row, order])]
        assert (np.diff(scores) >= 0).all()


@pytest.mark.parametrize("told", methods_of(Stage.NORMALISE), ids=lambda told: told.name)
def test_no_score_lies_below_what_the_method_promises(told):
    options = options_of(told)
    lowest = told.demands.lowest(options)
    options.pop("years")
    assert np.nanmin(told.function(HOLED[0], facts(), **options).values) >= lowest - 1e-9


@pytest.mark.parametrize("told", methods_of(Stage.IMPUTE), ids=lambda told: told.name)
def test_a_figure_that_was_there_is_never_changed(told):
    table = made_table(years=(2018, 2019, 2020), labels=LABELS)
    values = table.values[None].copy()
    values[0, 1, 0, 2], values[0, 1, 3, 4] = np.nan, np.nan
    recipe = made_recipe()
    gaps = gaps_of(table, tree_of(recipe), facts(), seed=1)
    before = values.copy()
    made = told.function(values, gaps, **options_of(told))
    there = ~np.isnan(values)
    np.testing.assert_array_equal(made[there], values[there])
    np.testing.assert_array_equal(values, before)
    assert np.isnan(made).any() == (told.name == "none")


@pytest.mark.parametrize("told", methods_of(Stage.AGGREGATE), ids=lambda told: told.name)
def test_a_mean_of_one_part_keeps_its_order_and_a_part_without_weight_does_not_count(told):
    values = np.array([[[[1.0, 4, 2, 8], [3.0, 1, 9, 1], [np.nan] * 4]]])
    made = told.function(values, np.array([[1.0, 0.0, 0.0]]), np.zeros(1, np.int64), **options_of(told))
    assert made.shape == (1, 1, 4)
    np.testing.assert_array_equal(np.argsort(made[0, 0]), np.argsort(values[0, 0, 0]))


@pytest.mark.parametrize("told", methods_of(Stage.AGGREGATE), ids=lambda told: told.name)
def test_a_mean_gives_runs_what_it_gives_each_alone(told):
    rng = np.random.default_rng(1)
    values, weights = rng.uniform(1, 100, (2, 3, 4, 9)), rng.uniform(0.5, 2, (5, 4))
    values[0, 0, 1, 3] = np.nan
    of_run, options = np.array([0, 1, 1, 0, 1]), options_of(told)
    together = told.function(values, weights, of_run, **options)
    for run in range(5):
        alone = told.function(values[of_run[run]][None], weights[run : run + 1], np.zeros(1, np.int64), **options)
        np.testing.assert_allclose(together[run], alone[0], rtol=1e-10)


@pytest.mark.parametrize(
    ("stage", "method", "kind", "where"),
    [
        (Stage.TREAT, Method("squash"), "unknown-method", "key"),
        (Stage.TREAT, Method("winsorise", version="9"), "unknown-version", "key"),
        (Stage.TREAT, Method("winsorise", {"percentile": 5.0}), "unknown-option", "key.percentile"),
        (Stage.TREAT, Method("winsorise", {"percentiles": (95.0, 5.0)}), "bad-option", "key.percentiles"),
        (Stage.TREAT, Method("winsorise", {"percentiles": (-1.0, 5.0)}), "bad-option", "key.percentiles"),
        (Stage.TREAT, Method("winsorise-or-log", {"at_most": 2.5}), "bad-option", "key.at_most"),
        (Stage.TREAT, Method("winsorise-or-log", {"at_most": True}), "bad-option", "key.at_most"),
        (Stage.TREAT, Method("winsorise-or-log", {"log": 1}), "bad-option", "key.log"),
        (Stage.TREAT, Method("winsorise-or-log", {"skewness": float("nan")}), "bad-option", "key.skewness"),
        (Stage.TREAT, Method("winsorise", {"years": "both"}), "bad-option", "key.years"),
        (Stage.NORMALISE, Method("min-max", {"to": (0.0, 50.0, 100.0)}), "bad-option", "key.to"),
        (Stage.NORMALISE, Method("min-max", {"to": "0-100"}), "bad-option", "key.to"),
        (Stage.IMPUTE, Method("group-mean"), "missing-option", "key"),
        (Stage.WEIGHT, Method("budget-allocation", {"smell": (1.0,)}), "unknown-option", "key.smell"),
        (Stage.WEIGHT, Method("budget-allocation", {"water": (-1.0,)}), "bad-option", "key.water"),
    ],
)
def test_a_wrong_method_or_option_is_named_with_what_there_is(stage, method, kind, where):
    (found,) = method_problems(stage, method, "key", frozenset({"water"}))
    assert (found.kind, found.column) == (kind, where)
    assert found.expected


def test_options_named_by_codes_are_taken():
    assert not list(method_problems(Stage.WEIGHT, Method("budget-allocation", {"water": (1.0, 2.0)}), "weights", frozenset({"water"})))


def test_a_method_that_is_not_there_is_not_found():
    with pytest.raises(NotFound, match="min-max 1"):
        find(Stage.NORMALISE, Method("squash"))


def test_a_name_and_version_is_given_once():
    with pytest.raises(Conflict):
        register(Stage.TREAT, "winsorise", says="again")(lambda values, facts: values)


def test_a_users_own_function_takes_part_by_name_and_version():
    try:

        @register(
            Stage.AGGREGATE,
            "worst-but-one",
            version="2",
            says="the second lowest part",
            options=(OptionRule("plus", OptionKind.NUMBER, "points added", default=0.0),),
            demands=Demands(),
        )
        def worst_but_one(values, weights, of_run, *, plus):
            return np.sort(values[of_run], axis=2)[:, :, 1] + plus

        recipe = made_recipe(aggregate={"pillar": Method("worst-but-one", {"plus": 5.0}, version="2")})
        made = assess(recipe, made_table())
        np.testing.assert_allclose(made.scores[0, 0], made.normalised[0, :2].max(axis=0) + 5.0)
        assert made.versions["aggregate.pillar"] == "worst-but-one 2"
    finally:
        REGISTRY.pop((Stage.AGGREGATE, "worst-but-one", "2"), None)
