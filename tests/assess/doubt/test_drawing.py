"""How sure a ranking is: what every design promises, on made-up figures."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from tests.assess.made_index import CODES, changed, made_recipe, made_table

from ekistics.assess.doubt.drawing import asked, doubt_of, odds_ahead, replay
from ekistics.assess.doubt.many_runs import ManyRuns, locally, many_runs
from ekistics.assess.index.pipeline import assess
from ekistics.assess.index.refusals import check_recipe
from ekistics.engine.steps import Steps, run_steps
from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.frameworks import Band
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Origin, Stage, UncertainInput, Uncertainty

UNITS = 30
SCALE = UncertainInput("scale", Origin.CHOICE, Stage.NORMALISE, (Method("min-max", {"to": (1.0, 100.0)}), Method("rank")))
MEAN = UncertainInput("mean", Origin.CHOICE, Stage.AGGREGATE, (Method("arithmetic"), Method("geometric"), Method("median")))
WEIGHTS = UncertainInput("weights", Origin.WEIGHTS, share=0.25)
OUT = UncertainInput("out", Origin.LEFT_OUT, codes=("parks", "services"))
ERRORS = UncertainInput("errors", Origin.SAMPLING)
GAPS = UncertainInput("gaps", Origin.IMPUTATION)
TREATMENT = UncertainInput("treatment", Origin.CHOICE, Stage.TREAT, (Method("none"), Method("winsorise", {"percentiles": (10.0, 90.0)})))
EVERYTHING = (SCALE, MEAN, WEIGHTS, OUT, ERRORS, GAPS, TREATMENT)


def uncertain(*inputs, runs=60, **changes):
    return made_recipe(uncertainty=Uncertainty(inputs=inputs, runs=runs), **{"impute": Method("mean"), **changes})


def noisy_table(*, gaps=True):
    random = np.random.default_rng(1)
    values = random.gamma(3.0, 10.0, (1, len(CODES), UNITS))
    errors = 0.1 * values
    errors[:, 3] = np.nan
    if gaps:
        values[0, 1, 3:6] = np.nan
    return made_table(values, standard_errors=errors)


def on_threads(runs: ManyRuns):
    return run_steps(Steps("runs", runs.parts, runs.work, runs.reduce, runs.count), threads=2)


def test_every_run_can_be_made_again_from_its_numbers_alone():
    recipe, table = uncertain(*EVERYTHING), noisy_table()
    doubt = doubt_of(recipe, table)
    for run in range(doubt.runs):
        np.testing.assert_array_equal(replay(recipe, table, doubt.run(run)), doubt.scores[run])


@pytest.mark.parametrize("at_a_time", [1, 7, 60])
def test_figures_are_the_same_on_threads_and_in_parts_of_any_size(at_a_time):
    recipe, table = uncertain(*EVERYTHING), noisy_table()
    expected = doubt_of(recipe, table)
    found = doubt_of(recipe, table, where=lambda runs: on_threads(replace(runs, at_a_time=at_a_time)))
    np.testing.assert_array_equal(found.scores, expected.scores)
    np.testing.assert_array_equal(found.ranks, expected.ranks)


def test_runs_can_be_sent_to_another_process():
    ready = asked(uncertain(*EVERYTHING), noisy_table(), None, None)
    runs = many_runs(ready.design, ready.design.numbers(60), ready.place, at_a_time=20)
    sent = pickle.loads(pickle.dumps(runs))
    np.testing.assert_array_equal(locally(sent).scores, locally(runs).scores)


def test_the_order_of_units_does_not_matter():
    recipe, table = uncertain(SCALE, MEAN, WEIGHTS, OUT, ERRORS, TREATMENT), noisy_table()
    order = np.random.default_rng(4).permutation(UNITS)
    turned = replace(
        table,
        units=tuple(table.units[unit] for unit in order),
        names=tuple(table.names[unit] for unit in order),
        values=table.values[..., order],
        standard_errors=table.standard_errors[..., order],
    )
    one, other = doubt_of(recipe, table), doubt_of(recipe, turned)
    np.testing.assert_allclose(other.scores, one.scores[:, order], rtol=1e-12)  # sums over units run in another order
    np.testing.assert_array_equal(other.ranks, one.ranks[:, order])


def test_neither_the_order_of_inputs_nor_one_more_changes_what_the_others_draw():
    table = noisy_table()
    one = doubt_of(uncertain(SCALE, WEIGHTS, ERRORS), table)
    other = doubt_of(uncertain(ERRORS, WEIGHTS, SCALE), table)
    more = doubt_of(uncertain(SCALE, OUT, WEIGHTS, ERRORS), table)
    np.testing.assert_array_equal(one.scores, other.scores)
    np.testing.assert_array_equal(one.parameters["scale"], more.parameters["scale"])
    np.testing.assert_array_equal(one.factors["homes"], more.factors["homes"])


def test_a_longer_series_of_runs_begins_with_the_shorter():
    table = noisy_table()
    np.testing.assert_array_equal(
        doubt_of(uncertain(*EVERYTHING, runs=90), table).scores[:60], doubt_of(uncertain(*EVERYTHING), table).scores
    )


def test_another_seed_draws_other_runs():
    table = noisy_table()
    one, other = doubt_of(uncertain(WEIGHTS), table), doubt_of(uncertain(WEIGHTS, seed=1), table)
    assert not np.array_equal(one.scores, other.scores)


def test_weights_stay_within_their_share_and_the_factors_are_kept():
    doubt = doubt_of(uncertain(replace(WEIGHTS, levels=("pillar",)), runs=500), noisy_table())
    assert set(doubt.factors) == {"services", "life"}
    assert doubt.factors["life"].min() == pytest.approx(0.75, abs=0.01)
    assert doubt.factors["life"].max() == pytest.approx(1.25, abs=0.01)


def test_a_run_that_leaves_an_indicator_out_is_the_recipe_without_it():
    recipe, table = uncertain(replace(OUT, codes=("parks",))), noisy_table()
    bare = changed(recipe, "parks", weight=0.0)
    np.testing.assert_allclose(replay(recipe, table, {"out": 1}), assess(bare, table).scores[0, -1], rtol=1e-12)


def test_a_run_of_the_recipes_own_options_is_the_plain_assessment():
    recipe, table = uncertain(replace(SCALE, methods=(Method("min-max"), Method("rank")))), noisy_table()
    np.testing.assert_array_equal(replay(recipe, table, {"scale": 0}), assess(recipe, table).scores[0, -1])


def test_a_choice_of_one_level_goes_before_that_of_all_levels():
    own = UncertainInput("top", Origin.CHOICE, Stage.AGGREGATE, (Method("minimum"), Method("median")), level="index")
    recipe, table = uncertain(own, MEAN), noisy_table()
    expected = replace(recipe, aggregate={"pillar": Method("arithmetic"), "index": Method("minimum")})
    np.testing.assert_array_equal(replay(recipe, table, {"top": 0, "mean": 0}), assess(expected, table).scores[0, -1])


def test_how_many_figures_state_no_error_is_told():
    assert doubt_of(uncertain(ERRORS), noisy_table()).without_error == (UNITS, 4 * UNITS - 3)
    assert doubt_of(uncertain(WEIGHTS), noisy_table()).without_error is None


def test_a_table_without_errors_says_so_and_draws_nothing():
    doubt = doubt_of(uncertain(ERRORS, runs=5), replace(noisy_table(), standard_errors=None))
    assert doubt.options["errors"] == ("no figure states an error",)
    assert np.ptp(doubt.scores, axis=0).max() == 0.0


def test_errors_are_drawn_for_what_was_observed_and_not_for_what_fills_a_gap():
    recipe, table = uncertain(ERRORS, GAPS), noisy_table()
    ready = asked(recipe, table, None, None)
    numbers = {"errors": np.arange(3), "gaps": np.zeros(3, np.int64)}
    tables = ready.design.draws(numbers).filled.values
    gap = np.isnan(table.values[0])
    np.testing.assert_array_equal(tables[:, 0, gap], np.broadcast_to(ready.design.fillings[0][0, gap], (3, 3)))
    assert not np.array_equal(tables[0, 0, 0], tables[1, 0, 0])


def test_failed_runs_are_counted_with_the_reason():
    below_zero = replace(SCALE, methods=(Method("z-score"), Method("min-max", {"to": (1.0, 100.0)})))
    doubt = doubt_of(uncertain(below_zero, replace(MEAN, methods=MEAN.methods[:2])), noisy_table())
    both = (doubt.parameters["scale"] == 0) & (doubt.parameters["mean"] == 1)
    assert doubt.failed == both.sum() > 0
    assert np.isnan(doubt.scores[both]).all()
    assert (doubt.ranks[both] == 0).all()
    assert (doubt.ranks[~both] > 0).all()
    assert "a mean that needs values above 0 met others in services" in doubt.why_failed[0]


def test_a_run_that_leaves_nothing_to_tell_units_apart_fails_and_names_the_indicator():
    values = noisy_table(gaps=False).values.copy()
    values[0, 3] = 5.0
    values[0, 3, :2] = (1.0, 99.0)  # drawn in to the percentiles, the row is constant
    doubt = doubt_of(uncertain(TREATMENT), made_table(values))
    assert doubt.failed == (doubt.parameters["treatment"] == 1).sum()
    assert doubt.failures[0].kind == "unfit"
    assert doubt.failures[0].about == "parks"


def test_a_fault_in_another_branch_does_not_fail_a_group():
    values = noisy_table(gaps=False).values.copy()
    values[0, 3] = 5.0
    values[0, 3, :2] = (1.0, 99.0)
    assert doubt_of(uncertain(TREATMENT), made_table(values), group="services").failed == 0


def test_a_unit_that_is_refused_for_coverage_has_no_interval_and_fails_no_run():
    doubt = doubt_of(uncertain(WEIGHTS, impute=Method("none"), coverage={"pillar": 1.0, "index": 1.0}), noisy_table())
    assert doubt.failed == 0
    assert np.isnan(doubt.rank_low[3:6]).all()
    assert not np.isnan(doubt.rank_low[6:]).any()


def test_odds_of_bands_and_of_the_top_are_shares_of_the_runs():
    bands = (Band("low", "Low", 0.0), Band("high", "High", 40.0))
    doubt = doubt_of(uncertain(SCALE, WEIGHTS, ERRORS, bands=bands), noisy_table())
    np.testing.assert_allclose(doubt.in_band.sum(axis=0), 1.0)
    np.testing.assert_allclose(doubt.in_band[1], (doubt.scores >= 40.0).mean(axis=0))
    assert doubt.in_top.sum() == pytest.approx(10.0)


def test_one_unit_is_ahead_of_another_in_a_share_of_the_runs():
    doubt = doubt_of(uncertain(SCALE, WEIGHTS, ERRORS), noisy_table())
    best, last = int(np.argmin(doubt.rank_median)), int(np.argmax(doubt.rank_median))
    assert odds_ahead(doubt, best, last).ahead == (doubt.ranks[:, best] < doubt.ranks[:, last]).mean()


def test_the_year_asked_for_is_the_one_told():
    random = np.random.default_rng(2)
    table = made_table(random.gamma(3.0, 10.0, (3, 4, UNITS)), years=(2018, 2019, 2020))
    recipe = uncertain(SCALE)
    expected = assess(replace(recipe, normalise=SCALE.methods[0]), table).scores[1, -1]
    doubt = doubt_of(recipe, table, year=2019)
    np.testing.assert_array_equal(doubt.scores[doubt.parameters["scale"] == 0][0], expected)
    assert doubt.year == 2019


def test_weights_that_are_fitted_are_fitted_to_all_years():
    random = np.random.default_rng(2)
    table = made_table(random.gamma(3.0, 10.0, (3, 4, UNITS)), years=(2018, 2019, 2020))
    fitted = UncertainInput("fit", Origin.CHOICE, Stage.WEIGHT, (Method("given"), Method("equal-influence")))
    recipe = uncertain(fitted)
    expected = assess(replace(recipe, weights=fitted.methods[1]), table).scores[0, -1]
    np.testing.assert_allclose(replay(recipe, table, {"fit": 1}, year=2018), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ((), "names nothing that is uncertain"),
        ((SCALE, replace(MEAN, name="scale")), "are called scale"),
        ((SCALE, replace(SCALE, name="other")), "draw the same"),
        ((replace(SCALE, stage=None),), "no methods to choose from"),
        ((replace(WEIGHTS, share=1.5),), "share of themselves"),
        ((replace(WEIGHTS, levels=("index",)),), "No weights stand on this level"),
        ((replace(OUT, codes=("nobody",)),), "named by its code"),
        ((replace(WEIGHTS, given_sets=({"nobody": 1.0},)),), "names what the recipe has not"),
        ((replace(SCALE, methods=(Method("min-max"), Method("goalposts"))),), "benchmark"),
        ((GAPS, UncertainInput("fill", Origin.CHOICE, Stage.IMPUTE, (Method("mean"), Method("median")))), "take the place"),
    ],
)
def test_a_design_that_cannot_be_used_is_refused_by_name(inputs, said):
    with pytest.raises(InvalidInput, match=said):
        doubt_of(uncertain(*inputs), noisy_table())


def test_a_fault_of_the_design_is_told_when_the_recipe_is_checked():
    assert [one.kind for one in check_recipe(uncertain(replace(OUT, codes=("nobody",))))] == ["unknown-code"]


def test_an_unknown_group_or_year_is_not_found():
    with pytest.raises(NotFound, match="no such group"):
        doubt_of(uncertain(SCALE), noisy_table(), group="nothing")
    with pytest.raises(NotFound, match="no such year"):
        doubt_of(uncertain(SCALE), noisy_table(), year=1900)


def test_a_replay_without_a_number_for_each_input_is_refused():
    with pytest.raises(InvalidInput, match="one number for each input"):
        replay(uncertain(SCALE, MEAN), noisy_table(), {"scale": 0, "mean": 3})


def test_intervals_of_score_and_rank_hold_the_truth_in_19_of_20_cases():
    """Truths spread evenly over a range far wider than the errors, so that a rank errs as its scores do; 3,000 units in all."""
    units, repeats = 100, 30
    indicators = tuple(IndexIndicator(code, code, ("all",)) for code in ("one", "two"))
    recipe = made_recipe(
        levels=("indicator", "index"),
        indicators=indicators,
        groups=(IndexGroup("all", "All", "index"),),
        normalise=Method("scaled"),
        uncertainty=Uncertainty(inputs=(ERRORS,), runs=400, level=0.95),
    )
    held = np.zeros((2, repeats))
    for repeat in range(repeats):
        random = np.random.default_rng([2024, repeat])
        truth = np.repeat(random.uniform(0.0, 100.0, (1, units)), 2, axis=0)
        errors = random.uniform(5.0, 10.0, (2, units))
        seen = truth + errors * random.standard_normal((2, units))
        table = replace(made_table(np.zeros((1, 4, units))), indicators=("one", "two"), values=seen[None], standard_errors=errors[None])
        doubt = doubt_of(replace(recipe, seed=repeat), table)
        score = truth.mean(axis=0)
        rank = 1 + (score[:, None] < score).sum(axis=1)
        held[0, repeat] = ((doubt.score_low <= score) & (score <= doubt.score_high)).mean()
        held[1, repeat] = ((doubt.rank_low <= rank) & (rank <= doubt.rank_high)).mean()
    assert 0.93 <= held[0].mean() <= 0.97
    assert 0.93 <= held[1].mean() <= 0.97
