"""Changes of scores and ranks are parted by cause and by indicator, and the parts add up to the whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.asem import asem_recipe, asem_table
from tests.assess.small_index import small_recipe, small_table

from ekistics.assess.comparing.changes import Cause, changes_between, changes_over_years
from ekistics.assess.index.leaving_out import without
from ekistics.assess.index.pipeline import assess
from ekistics.model.errors import InvalidInput
from ekistics.model.recipes import Method

FIGURES = np.array([[10.0, 40.0, 70.0], [20.0, 50.0, 60.0], [30.0, 30.0, 80.0], [90.0, 20.0, 50.0]])


def parts_add_up(made, tolerance=1e-9):
    for parts, before, after in ((made.scores, made.score_before, made.score_after), (made.ranks, made.rank_before, made.rank_after)):
        told = made.orders > 0
        np.testing.assert_allclose(parts.sum(axis=(0, 1))[told], (after - before)[told], atol=tolerance)


def changed(place, value, figures=FIGURES):
    made = figures.copy()
    made[place] = value
    return made


def test_a_newer_figure_is_told_its_weight_times_its_change():
    made = changes_over_years(assess(small_recipe(), small_table([FIGURES, changed((2, 0), 70.0)])))
    assert made.causes == (Cause.NEW_DATA,)
    # i2 weighs 3 of 4 in p0, and p0 1 of 3 in the top
    np.testing.assert_allclose(made.score_by_indicator[:, 0], [0, 0, 40.0 * 3 / 4 / 3, 0, 0], atol=1e-12)


def test_another_value_for_the_same_year_is_revised_data():
    one, other = (assess(small_recipe(), small_table(values)) for values in (FIGURES, changed((2, 0), 70.0)))
    made = changes_between(one, other)
    assert made.causes == (Cause.REVISED_DATA,)
    np.testing.assert_allclose(made.score_by_indicator[2], [10.0, 0.0, 0.0], atol=1e-12)


def test_a_revision_of_last_year_and_a_new_year_are_told_apart():
    revision = changed((2, 0), 50.0)
    before = assess(small_recipe(), small_table([FIGURES]))
    after = assess(small_recipe(), small_table([revision, changed((2, 0), 90.0)]))
    made = changes_between(before, after)
    assert made.causes == (Cause.REVISED_DATA, Cause.NEW_DATA)
    np.testing.assert_allclose(made.scores[:, 2, 0], [20.0 / 4, 40.0 / 4], atol=1e-12)


def test_a_newer_figure_in_the_same_row_is_new_data_and_the_same_period_is_revised():
    years = np.full((1, 4, 3), 2018, dtype=np.int16)
    recipe = small_recipe(tolerance_years=5)
    newer = years.copy()
    newer[0, 1] = 2020
    values = changed((1, 0), 80.0, changed((2, 0), 70.0))
    one = assess(recipe, small_table(FIGURES, figure_years=years))
    other = assess(recipe, small_table(values, figure_years=newer))
    made = changes_between(one, other)
    told = dict(zip(made.causes, made.scores[:, :, 0], strict=True))
    assert np.flatnonzero(np.abs(told[Cause.REVISED_DATA]) > 1e-9).tolist() == [2]
    assert np.flatnonzero(np.abs(told[Cause.NEW_DATA]) > 1e-9).tolist() == [1]


def test_a_figure_that_was_not_there_is_new_and_one_withdrawn_is_revised():
    gap = changed((2, 0), np.nan)
    came = changes_between(assess(small_recipe(), small_table(gap)), assess(small_recipe(), small_table(FIGURES)))
    went = changes_between(assess(small_recipe(), small_table(FIGURES)), assess(small_recipe(), small_table(gap)))
    assert (came.causes, went.causes) == ((Cause.NEW_DATA,), (Cause.REVISED_DATA,))
    np.testing.assert_allclose(came.scores[0], -went.scores[0], atol=1e-12)
    # it stands above its only sibling, which did not change, and lifts the pillar to between them
    np.testing.assert_allclose(came.score_by_indicator[:, 0], [0, 0, (0.25 * 10 + 0.75 * 30 - 10) / 3, 0, 0], atol=1e-12)


def test_another_method_alone_is_told_apart_from_the_data():
    recipe = small_recipe()
    heavier = replace(recipe, version="2", indicators=(replace(recipe.indicators[0], weight=9.0), *recipe.indicators[1:]))
    made = changes_between(assess(recipe, small_table(FIGURES)), assess(heavier, small_table(FIGURES)))
    assert made.causes == (Cause.NEW_METHOD,)
    parts_add_up(made)
    assert made.scores[0, -1] == pytest.approx(0.0, abs=1e-12)


def test_another_name_or_version_is_no_new_method():
    recipe = small_recipe()
    made = changes_between(assess(recipe, small_table(FIGURES)), assess(replace(recipe, version="2"), small_table(FIGURES)))
    assert made.causes == ()
    assert made.scores.shape == (0, 5, 3)


def test_an_indicator_that_a_new_recipe_leaves_out_is_the_methods_doing():
    recipe = small_recipe()
    made = changes_between(assess(recipe, small_table(FIGURES)), assess(without(recipe, "i3"), small_table(FIGURES)))
    assert made.causes == (Cause.NEW_METHOD,)
    parts_add_up(made)
    # what went stood far above the rest of unit 0: losing it costs
    assert made.score_by_indicator[3, 0] < 0
    np.testing.assert_allclose(made.scores[0, -1], 0.0, atol=1e-12)


def test_an_indicator_that_a_new_recipe_adds_brings_its_own_figures():
    recipe = small_recipe()
    less = without(recipe, "i3")
    table = small_table(FIGURES)
    old = replace(table, indicators=table.indicators[:3], values=table.values[:, :3])
    made = changes_between(assess(less, old), assess(recipe, table))
    assert made.causes == (Cause.NEW_METHOD,)
    parts_add_up(made)


def test_another_mean_is_no_single_indicators_doing():
    recipe = small_recipe()
    geometric = replace(recipe, aggregate={"pillar": Method("geometric")})
    made = changes_between(assess(recipe, small_table(FIGURES)), assess(geometric, small_table(FIGURES)))
    np.testing.assert_allclose(made.scores[0, :-1], 0.0, atol=1e-9)
    np.testing.assert_allclose(made.scores[0, -1], made.score_after - made.score_before, atol=1e-9)


def test_units_that_leave_the_field_lift_ranks_and_no_scores_under_fixed_benchmarks():
    table = small_table(FIGURES)
    made = changes_between(assess(small_recipe(), table), assess(small_recipe(), table.of_units(np.array([0, 1]))))
    assert made.causes == (Cause.OTHER_UNITS,)
    assert made.units == ("u0", "u1")
    np.testing.assert_allclose(made.scores, 0.0, atol=1e-12)
    np.testing.assert_allclose(made.ranks[0, -1], [-1.0, -1.0])
    np.testing.assert_allclose(made.ranks[0, :-1], 0.0, atol=1e-12)


def test_units_that_set_the_ends_of_a_scale_change_scores_when_they_leave():
    recipe = small_recipe(normalise=Method("min-max"))
    table = small_table(FIGURES)
    made = changes_between(assess(recipe, table), assess(recipe, table.of_units(np.array([0, 2]))))
    assert np.abs(made.score_by_cause).max() > 1.0
    parts_add_up(made)


def test_a_rank_lost_because_others_improved_is_told_the_indicator_in_which_they_did():
    later = changed((3, 1), 100.0, changed((3, 0), 90.0))
    made = changes_over_years(assess(small_recipe(), small_table([FIGURES, later])))
    moved = np.flatnonzero(np.abs(made.ranks).sum(axis=(0, 2)) > 1e-9)
    assert moved.tolist() == [3]
    parts_add_up(made)


def test_every_cause_at_once_adds_up_over_all_orders():
    table = small_table([FIGURES, FIGURES + 5.0])
    before = assess(small_recipe(normalise=Method("min-max")), small_table([FIGURES]))
    newer = replace(table, values=np.stack([changed((1, 1), 10.0), changed((2, 2), 5.0, FIGURES + 3.0)]))
    fourth = small_table(np.concatenate([newer.values, np.full((2, 4, 1), 33.0)], axis=2))
    after = assess(small_recipe(normalise=Method("min-max", {"to": (1.0, 100.0)}), aggregate={"index": Method("geometric")}), fourth)
    made = changes_between(before, after)
    assert set(made.causes) == set(Cause)
    assert made.orders.tolist() == [12, 12, 12]
    parts_add_up(made)


def test_the_mean_over_orders_is_the_mean_over_orders():
    """Two causes that work together: each is told the mean of what it does first and last."""
    recipe = small_recipe(1)
    doubled = replace(recipe, normalise=Method("goalposts", {"to": (0.0, 200.0), "truncate": False}))
    one, other = assess(recipe, small_table([[10.0, 20.0]])), assess(doubled, small_table([[30.0, 20.0]]))
    made = changes_between(one, other)
    assert made.causes == (Cause.REVISED_DATA, Cause.NEW_METHOD)
    np.testing.assert_allclose(made.score_by_cause[:, 0], [(20.0 + 40.0) / 2, (10.0 + 30.0) / 2])


def test_an_order_that_cannot_be_walked_is_left_out():
    """The new recipe cannot take the old figures, so the method comes last in the one order that is left."""
    recipe, geometric = small_recipe(2), small_recipe(2, aggregate={"index": Method("geometric")})
    old = np.array([[-10.0, 20.0], [30.0, 40.0]])
    made = changes_between(assess(recipe, small_table(old)), assess(geometric, small_table(np.abs(old))))
    assert made.orders.tolist() == [1, 2]
    parts_add_up(made)


def test_refused_composites_have_no_parts():
    gap = FIGURES.copy()
    gap[:, 0] = np.nan
    made = changes_over_years(assess(small_recipe(), small_table([FIGURES, gap])))
    assert np.isnan(made.scores[:, :, 0]).all()
    assert made.orders.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    "method",
    [
        Method("arithmetic"), Method("geometric"), Method("harmonic"), Method("power", {"power": 0.5}), Method("power", {"power": -2.0}),
        Method("median"), Method("minimum"), Method("mazziotta-pareto"), Method("mean-min"), Method("copeland"),
    ],
    ids=lambda method: f"{method.name}{method.options.get('power', '')}",
)  # fmt: skip
@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), gaps=st.floats(0, 0.3))
def test_parts_add_up_whatever_the_method(method, seed, gaps):
    random = np.random.default_rng(seed)
    values = random.uniform(40.0, 95.0, (2, 6, 5))
    values[random.random(values.shape) < gaps] = np.nan
    top = Method("arithmetic") if method.name == "copeland" else method
    recipe = small_recipe(6, aggregate={"pillar": method, "index": top})
    parts_add_up(changes_over_years(assess(recipe, small_table(values))))


@pytest.mark.parametrize(
    "weights", [Method("principal-components"), Method("equal-influence"), Method("benefit-of-the-doubt")], ids=lambda one: one.name
)
def test_parts_add_up_with_fitted_weights(weights):
    random = np.random.default_rng(8)
    one, other = (small_table(random.uniform(5.0, 95.0, (6, 9))) for _ in range(2))
    recipe = small_recipe(6, weights=weights)
    parts_add_up(changes_between(assess(recipe, one), assess(recipe, other)))


def test_an_indicator_that_stands_still_under_geometric_means_has_no_part():
    recipe = small_recipe(aggregate={"pillar": Method("geometric"), "index": Method("geometric")})
    made = changes_over_years(assess(recipe, small_table([FIGURES, changed((2, 0), 70.0)])))
    np.testing.assert_allclose(np.delete(made.score_by_indicator[:, 0], 2), 0.0, atol=1e-9)


def test_small_changes_under_geometric_means_are_told_by_the_slope():
    recipe = small_recipe(aggregate={"pillar": Method("geometric"), "index": Method("geometric")})
    step = 1e-6
    made = changes_over_years(assess(recipe, small_table([FIGURES, FIGURES + step])))
    score, weights = made.score_before[0], np.array([1 / 4, 2 / 6, 3 / 4, 4 / 6]) * np.array([1, 2, 1, 2]) / 3
    np.testing.assert_allclose(made.score_by_indicator[:-1, 0], score * weights / FIGURES[:, 0] * step, rtol=1e-4)


def test_indicators_that_cancel_each_other_are_still_told():
    later = FIGURES.copy()
    later[0, 0] += 30.0  # weighs 1 in p0
    later[2, 0] -= 10.0  # weighs 3 in p0
    made = changes_over_years(assess(small_recipe(), small_table([FIGURES, later])))
    np.testing.assert_allclose(made.score_by_indicator[[0, 2], 0], [2.5, -2.5])


def test_changes_do_not_depend_on_the_order_of_units():
    random = np.random.default_rng(4)
    values = random.uniform(0, 100, (2, 4, 6))
    turned = np.array([3, 0, 5, 1, 4, 2])
    recipe = small_recipe(normalise=Method("min-max"))
    one = changes_over_years(assess(recipe, small_table(values)))
    other = changes_over_years(assess(recipe, small_table(values).of_units(turned)))
    np.testing.assert_allclose(other.scores, one.scores[..., turned], atol=1e-9)
    np.testing.assert_allclose(other.ranks, one.ranks[..., turned], atol=1e-9)


def test_a_composite_that_one_of_them_lacks_is_refused():
    made = assess(small_recipe(), small_table(FIGURES))
    with pytest.raises(InvalidInput, match="no such composite"):
        changes_between(made, made, group="p9")


def test_assessments_of_other_units_cannot_be_compared():
    one, other = (assess(small_recipe(), small_table(FIGURES, units=units)) for units in (("a", "b", "c"), ("d", "e", "f")))
    with pytest.raises(InvalidInput, match="no unit in common"):
        changes_between(one, other)


def test_the_reference_panel_adds_up_in_every_composite(data):
    made = assess(asem_recipe(data), asem_table(data, panel=True))
    for group in made.groups:
        changes = changes_over_years(made, group=group, first=0)
        assert changes.causes == (Cause.NEW_DATA,)
        parts_add_up(changes)
        # by arithmetic means and fixed bounds, each indicator is told its weight times its change
        np.testing.assert_allclose(changes.scores[:, -1], 0.0, atol=1e-9)


def test_the_reference_under_another_treatment_and_mean_adds_up(data):
    table = asem_table(data)
    one = assess(asem_recipe(data), table)
    other = assess(
        asem_recipe(
            data, treat=Method("none"), normalise=Method("min-max", {"to": (1.0, 100.0)}), aggregate={"index": Method("geometric")}
        ),
        replace(table, values=np.where(np.arange(51) % 7 == 0, 1.1, 1.0) * table.values),
    )
    made = changes_between(one, other)
    assert made.causes == (Cause.REVISED_DATA, Cause.NEW_METHOD)
    parts_add_up(made)
