"""Everything that is refused before anything is computed, each with what, where and how to mend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.assess.made_index import CODES, changed, made_recipe, made_table

from ekistics.assess.index.pipeline import assess
from ekistics.assess.index.refusals import check, check_recipe
from ekistics.model.cards import Direction
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.problems import Severity
from ekistics.model.recipes import IndexIndicator, Method, PeerRule, Screening

POSTS = Benchmark(Form.LINEAR, "%", minimum=0.0, maximum=100.0, target=90.0, verified=True)


def kinds(recipe, table):
    return {(one.kind, one.column) for one in check(recipe, table) if one.severity is Severity.REJECTED}


def on_posts(method="goalposts", **options):
    recipe = made_recipe(normalise=Method(method, options))
    return replace(recipe, indicators=tuple(replace(one, benchmark=benchmark_for(one)) for one in recipe.indicators))


def benchmark_for(one):
    return replace(POSTS, higher_is_better=one.direction is Direction.HIGHER, target=90.0 if one.direction is Direction.HIGHER else 0.5)


def with_cell(row, unit, figure):
    values = made_table().values.copy()
    values[0, row, unit] = figure
    return made_table(values)


def with_row(row, figures):
    values = made_table().values.copy()
    values[0, row] = figures
    return made_table(values)


def test_a_recipe_and_a_table_without_fault_are_not_refused():
    assert check(made_recipe(), made_table()) == ()
    assert check(on_posts(), made_table()) == ()


def test_an_indicator_without_a_column_is_named():
    table = made_table()
    table = replace(table, indicators=CODES[:3], values=table.values[:, :3])
    assert kinds(made_recipe(), table) == {("missing-column", "parks")}


def test_a_constant_indicator_is_refused_where_it_must_be_scaled_by_its_range():
    (found,) = check(made_recipe(), with_row(1, 4.0))
    assert (found.kind, found.column, found.found) == ("constant", "homes", "4 throughout")
    assert found.mend
    assert not kinds(on_posts(), with_row(1, 4.0))
    assert not kinds(made_recipe(normalise=Method("rank")), with_row(1, 4.0))


def test_a_single_figure_is_refused_for_being_single_and_not_for_being_the_same_everywhere():
    (found,) = check(made_recipe(), with_row(1, [np.nan, 4.0, *[np.nan] * 4]))
    assert (found.kind, found.found, found.expected) == ("one-figure", "4", "figures of two units or more")


def test_an_indicator_constant_in_one_year_is_refused_where_each_year_is_looked_at_alone():
    values = np.repeat(made_table().values, 2, axis=0)
    values[0, 1] = 4.0
    table = made_table(values, years=(2019, 2020))
    assert kinds(made_recipe(fixed_over_years=False), table) == {("constant", "homes")}
    assert not kinds(made_recipe(), table)
    assert kinds(made_recipe(normalise=Method("min-max", {"years": "each"})), table) == {("constant", "homes")}


def test_an_indicator_without_any_figure_is_refused_where_it_must_be_scaled():
    assert kinds(made_recipe(), with_row(1, np.nan)) == {("all-missing", "homes")}


def test_infinite_figures_are_refused_with_the_units_that_have_them():
    (found,) = check(made_recipe(), with_cell(1, 2, np.inf))
    assert (found.kind, found.column, found.found, found.count) == ("infinite", "homes", "U2 2020", 1)


def test_standard_errors_below_0_are_refused():
    errors = np.full((1, 4, 6), 0.1)
    errors[0, 2, 3] = -1.0
    assert kinds(made_recipe(), made_table(standard_errors=errors)) == {("bad-standard-error", "crime")}


@pytest.mark.parametrize("mean", ["geometric", "harmonic"])
def test_a_mean_of_products_over_a_scale_from_0_is_refused_with_the_scale_to_take(mean):
    recipe = made_recipe(aggregate={"pillar": Method(mean)})
    found = check(recipe, made_table())
    assert {(one.kind, one.column) for one in found} == {("not-above-zero", "services"), ("not-above-zero", "life")}
    assert all("[1, 100]" in (one.mend or "") for one in found)
    assert all(mean in one.message for one in found)
    assert not kinds(replace(recipe, normalise=Method("min-max", {"to": (1.0, 100.0)})), made_table())


def test_a_mean_of_products_over_values_that_happen_to_be_below_0_is_refused_by_name():
    recipe = made_recipe(aggregate={"pillar": Method("geometric")}, normalise=Method("z-score"))
    with pytest.raises(InvalidInput, match="geometric mean of Services needs values above 0") as caught:
        assess(recipe, made_table())
    assert caught.value.column == "services"


def test_z_scores_far_from_0_may_enter_a_mean_of_products():
    recipe = made_recipe(aggregate={"pillar": Method("geometric")}, normalise=Method("z-score", {"to": (10.0, 2.0)}))
    assert not np.isnan(assess(recipe, made_table()).scores).any()


def test_outranking_scores_cannot_enter_a_mean_of_products_unseen():
    recipe = made_recipe(aggregate={"pillar": Method("copeland"), "index": Method("geometric")})
    with pytest.raises(InvalidInput, match="geometric mean of All"):
        assess(recipe, made_table())


def test_weights_that_add_up_to_0_are_refused():
    recipe = changed(changed(made_recipe(), "water", weight=0.0), "homes", weight=0.0)
    assert kinds(recipe, made_table()) == {("weights-of-zero", "services")}


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_a_weight_that_is_no_weight_is_refused(weight):
    assert kinds(changed(made_recipe(), "water", weight=weight), made_table()) == {("bad-weight", "water")}


def test_a_direction_against_the_benchmark_is_refused():
    recipe = made_recipe(normalise=Method("benchmark"))
    recipe = replace(recipe, indicators=tuple(replace(one, benchmark=POSTS) for one in recipe.indicators))
    assert kinds(recipe, made_table()) == {("direction-against-benchmark", "crime")}


@pytest.mark.parametrize(("direction", "target"), [(Direction.HIGHER, 5.0), (Direction.LOWER, 70.0)])
def test_a_target_behind_the_worst_figure_is_refused(direction, target):
    recipe = changed(on_posts("distance-to-target"), "water", direction=direction, benchmark=replace(POSTS, target=target))
    assert ("target-behind", "water") in kinds(recipe, made_table())


def test_a_two_sided_target_is_neared_from_both_sides():
    benchmark = replace(POSTS, form=Form.TARGET_TWO_SIDED, target=40.0)
    recipe = changed(on_posts("distance-to-target"), "water", direction=Direction.NEUTRAL, benchmark=benchmark)
    made = assess(recipe, made_table())
    np.testing.assert_allclose(made.normalised[0, 0], [0, 100 / 3, 200 / 3, 100, 50, 0])


def test_an_indicator_without_a_direction_is_refused_but_for_a_two_sided_target():
    recipe = changed(made_recipe(), "water", direction=Direction.NEUTRAL)
    assert kinds(recipe, made_table()) == {("no-direction", "water")}
    benchmark = Benchmark(Form.TARGET_TWO_SIDED, "", target=30.0, verified=True)
    assert not kinds(changed(recipe, "water", normalise=Method("benchmark"), benchmark=benchmark), made_table())


def test_groups_that_a_method_needs_must_be_in_the_table():
    recipe = made_recipe(impute=Method("group-mean", {"group": "region"}))
    (found,) = check(recipe, made_table(labels={"income": ("a",) * 6}))
    assert (found.kind, found.column, found.found) == ("missing-labels", "impute", "income")


def test_labels_that_peers_are_grouped_by_and_the_table_has_not_are_told():
    recipe = made_recipe(peers=PeerRule(("region", "income")))
    (found,) = check(recipe, made_table(labels={"income": ("a",) * 6}))
    assert (found.severity, found.column, found.found) == (Severity.NOTE, "region", "income")


def test_units_without_a_label_that_a_method_needs_are_named():
    recipe = made_recipe(impute=Method("group-mean", {"group": "region"}))
    (found,) = check(recipe, made_table(labels={"region": ("n", "", "n", "s", "", "s")}))
    assert (found.kind, found.found) == ("empty-label", "U1, U4")


def test_an_unverified_benchmark_is_refused_unless_it_is_allowed_by_name():
    recipe = on_posts()
    recipe = changed(recipe, "parks", benchmark=replace(recipe.indicators[3].benchmark, verified=False, source="an app"))
    (found,) = check(recipe, made_table())
    assert (found.kind, found.column, found.found) == ("unverified-benchmark", "parks", "an app")
    assert "allow_unverified" in (found.mend or "")
    assert not kinds(replace(recipe, allowed_unverified=("parks",)), made_table())


def test_an_unverified_benchmark_that_no_method_reads_is_no_fault():
    assert not kinds(changed(made_recipe(), "parks", benchmark=replace(POSTS, verified=False)), made_table())


def test_goalposts_in_the_wrong_order_are_refused():
    recipe = changed(on_posts(), "water", benchmark=replace(POSTS, minimum=100.0, maximum=0.0))
    assert kinds(recipe, made_table()) == {("goalposts-order", "water")}


def test_a_benchmark_without_the_number_that_the_method_reads_is_refused():
    recipe = changed(on_posts(), "water", benchmark=replace(POSTS, maximum=None))
    assert kinds(recipe, made_table()) == {("incomplete-benchmark", "water")}
    assert kinds(changed(on_posts(), "water", benchmark=None), made_table()) == {("no-benchmark", "water")}


def test_a_goalpost_that_has_no_logarithm_is_refused():
    recipe = changed(on_posts(), "water", normalise=Method("benchmark"), benchmark=replace(POSTS, form=Form.LOG))
    assert kinds(recipe, made_table()) == {("goalpost-without-root", "water")}


def test_a_target_of_0_has_no_shares():
    benchmark = Benchmark(Form.TARGET_ONE_SIDED, "", target=0.0, verified=True)
    recipe = changed(on_posts(), "water", normalise=Method("benchmark"), benchmark=benchmark)
    assert kinds(recipe, made_table()) == {("bad-target", "water")}


def test_a_column_in_a_unit_without_a_listed_factor_is_refused():
    recipe = changed(made_recipe(), "water", unit="km2")
    (found,) = check(recipe, made_table(measured_in={"water": "%"}))
    assert (found.kind, found.column, found.found, found.expected) == ("wrong-unit", "water", "%", "km2")


def test_a_benchmark_in_a_unit_without_a_listed_factor_is_refused():
    assert kinds(changed(on_posts(), "water", unit="km2"), made_table()) == {("unit-of-benchmark", "water")}


def test_a_benchmark_in_another_unit_is_held_against_converted_figures():
    recipe = changed(on_posts(), "water", unit="1")
    made = assess(recipe, with_row(0, [0.1, 0.2, 0.3, 0.4, 0.5, 1.5]))
    np.testing.assert_allclose(made.normalised[0, 0], [10, 20, 30, 40, 50, 100])


def test_a_denominator_that_the_table_has_not_is_refused():
    assert kinds(changed(made_recipe(), "water", denominator="people"), made_table()) == {("missing-denominator", "water")}


@pytest.mark.parametrize("people", [0.0, -5.0, np.inf])
def test_a_denominator_of_0_or_less_is_refused_with_the_unit(people):
    table = made_table(denominators={"people": np.array([[1.0, 2, 3, people, 5, 6]])})
    (found,) = check(changed(made_recipe(), "water", denominator="people"), table)
    assert (found.kind, found.column, found.found) == ("bad-denominator", "people", "U3 2020")


def test_too_few_units_for_a_method_are_refused():
    values = made_table().values.copy()
    values[0, 1, 1:] = np.nan
    assert ("too-few-units", "homes") in kinds(made_recipe(normalise=Method("percentile-rank")), made_table(values))


def test_a_logarithm_of_0_is_refused():
    recipe = changed(made_recipe(), "parks", treat=Method("log"))
    assert kinds(recipe, with_cell(3, 0, 0.0)) == {("not-above-zero", "parks")}
    assert not kinds(recipe, made_table())


def test_a_unit_of_reference_must_be_there():
    recipe = made_recipe(normalise=Method("distance-to-reference", {"unit": "X"}))
    assert kinds(recipe, made_table()) == {("missing-reference", "normalise.unit")}


def test_weights_that_are_for_adding_up_are_refused_with_another_mean():
    recipe = made_recipe(weights=Method("equal-influence"), aggregate={"index": Method("median")})
    assert kinds(recipe, made_table()) == {("weights-need-arithmetic", "all")}
    assert not kinds(replace(recipe, weights=Method("equal-influence", {"level": "pillar"})), made_table())


def test_weights_that_cannot_be_found_are_refused_with_the_group():
    recipe = made_recipe(weights=Method("benefit-of-the-doubt"), normalise=Method("z-score"))
    with pytest.raises(InvalidInput, match="benefit-of-the-doubt finds no weights for the parts of Services") as caught:
        assess(recipe, made_table())
    assert caught.value.column == "services"


def test_a_screening_that_leaves_nobody_is_refused():
    values = made_table().values.copy()
    values[0, 0] = np.nan
    values[0, 0, 0] = 1.0
    values[0, 1, 0] = np.nan
    (found,) = check(made_recipe(screen=Screening(units=1.0)), made_table(values))
    assert (found.kind, found.column) == ("screened-out", "screen.units")


def test_a_reference_year_before_all_figures_is_refused():
    assert kinds(made_recipe(reference_year=1990), made_table()) == {("no-year", "reference_year")}


def test_years_that_do_not_rise_are_refused():
    table = made_table(years=(2020, 2019))
    assert ("years-order", "years") in kinds(made_recipe(), table)


def test_units_that_stand_twice_are_refused():
    table = made_table()
    assert kinds(made_recipe(), replace(table, units=("U0", *table.units[:5]))) == {("duplicate-unit", "units")}


@pytest.mark.parametrize(
    ("recipe", "kind", "where"),
    [
        (changed(made_recipe(), "water", parents=("smell",)), "unknown-parent", "water"),
        (changed(made_recipe(), "water", parents=()), "no-parent", "water"),
        (changed(made_recipe(), "water", parents=("services", "services")), "duplicate-parent", "water"),
        (changed(made_recipe(), "all", parents=("services",)), "level-order", "all"),
        (changed(made_recipe(), "life", level="pile"), "unknown-level", "life"),
        (
            replace(made_recipe(), indicators=(*made_recipe().indicators, IndexIndicator("water", "W", ("life",)))),
            "duplicate-code",
            "water",
        ),
        (made_recipe(levels=("indicator", "pillar", "index", "world")), "no-top", "levels"),
        (made_recipe(coverage={"pillar": 65.0}), "bad-share", "coverage.pillar"),
        (made_recipe(screen=Screening(units=-0.1)), "bad-share", "screen.units"),
        (made_recipe(coverage={"pile": 0.5}), "unknown-level", "pile"),
        (made_recipe(ties="coin"), "unknown-ties", "ties"),
        (made_recipe(treat=Method("squash")), "unknown-method", "treat"),
        (changed(made_recipe(), "life", aggregate=Method("power")), "missing-option", "groups.life.aggregate"),
        (changed(made_recipe(), "water", treat=Method("winsorise", {"x": 1.0})), "unknown-option", "indicators.water.treat.x"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused_with_the_key(recipe, kind, where):
    assert (kind, where) in {(one.kind, one.column) for one in check_recipe(recipe)}


def test_all_faults_are_told_at_once():
    recipe = changed(changed(made_recipe(), "water", unit="km2", weight=2.0), "homes", denominator="people")
    table = made_table(measured_in={"water": "%"})
    table = replace(table, indicators=("water", "homes", "crime", "shops"))
    assert kinds(recipe, table) == {("wrong-unit", "water"), ("missing-denominator", "homes"), ("missing-column", "parks")}


def test_an_assessment_is_refused_with_the_first_fault_and_the_number_of_the_others():
    table = replace(made_table(), indicators=("water", "homes", "a", "b"))
    with pytest.raises(InvalidInput, match=r"no column for Crime \(and 1 more\)") as caught:
        assess(made_recipe(), table)
    assert caught.value.column == "crime"
    assert caught.value.mend
