"""What an assessment promises whatever the data: order, scale, what is missing, what is flagged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.assess.made_index import CODES, changed, made_recipe, made_table
from tests.assess.small_index import small_recipe, small_table

from ekistics.assess.index.leaving_out import without
from ekistics.assess.index.pipeline import assess, same
from ekistics.model.assessments import Change
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Band, Benchmark, Form
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Recipe, Screening, Stage

FIGURES = hnp.arrays(np.float64, (1, 4, 7), elements=st.floats(0.5, 1e4), unique=True)
SLOW_START = settings(deadline=None, max_examples=40)
POSTS = Benchmark(Form.LINEAR, "", minimum=0.0, maximum=100.0, verified=True)


def scores_by_code(made):
    return {group: made.scores[:, made.row(group)] for group in made.groups}


@SLOW_START
@given(FIGURES, st.permutations(range(7)))
def test_the_order_of_units_is_irrelevant(values, order):
    plain, turned = assess(made_recipe(), made_table(values)), assess(made_recipe(), made_table(values[..., order]))
    np.testing.assert_allclose(turned.scores, plain.scores[..., order], rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(turned.ranks, plain.ranks[..., order])


@SLOW_START
@given(FIGURES, st.permutations(range(4)), st.permutations(range(4)))
def test_the_order_of_indicators_in_table_and_recipe_is_irrelevant(values, columns, rows):
    recipe = made_recipe(treat=Method("winsorise-or-log", {"at_most": 1}))
    table = made_table(values)
    turned_table = replace(table, indicators=tuple(CODES[one] for one in columns), values=values[:, list(columns)])
    turned = replace(recipe, indicators=tuple(recipe.indicators[one] for one in rows), groups=recipe.groups[::-1])
    plain, other = assess(recipe, table), assess(turned, turned_table)
    for group, expected in scores_by_code(plain).items():
        np.testing.assert_allclose(scores_by_code(other)[group], expected, rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(other.ranks[:, other.row(group)], plain.ranks[:, plain.row(group)])


@SLOW_START
@given(FIGURES, st.floats(0.01, 100.0), st.floats(-50.0, 50.0))
def test_the_scale_of_an_indicator_is_irrelevant(values, times, plus):
    other = values.copy()
    other[:, 1] = other[:, 1] * times + plus
    plain, scaled = assess(made_recipe(), made_table(values)), assess(made_recipe(), made_table(other))
    np.testing.assert_allclose(scaled.scores, plain.scores, rtol=1e-6, atol=1e-6)


@SLOW_START
@given(FIGURES, st.floats(0.01, 100.0))
def test_the_scale_of_weights_is_irrelevant(values, times):
    recipe = made_recipe()
    more = replace(recipe, groups=tuple(replace(one, weight=one.weight * times) for one in recipe.groups))
    np.testing.assert_allclose(assess(more, made_table(values)).scores, assess(recipe, made_table(values)).scores, rtol=1e-12)


@SLOW_START
@given(FIGURES, hnp.arrays(np.float64, (1, 4, 1), elements=st.floats(-1e5, 1e5)))
def test_a_unit_added_under_fixed_benchmarks_changes_no_other_score(values, newcomer):
    recipe = made_recipe(normalise=Method("goalposts"))
    recipe = replace(recipe, indicators=tuple(replace(one, benchmark=POSTS) for one in recipe.indicators))
    before, after = assess(recipe, made_table(values)), assess(recipe, made_table(np.concatenate([values, newcomer], axis=-1)))
    np.testing.assert_array_equal(after.scores[..., :-1], before.scores)


@SLOW_START
@given(FIGURES, st.permutations(range(7)), hnp.arrays(np.bool_, (1, 4, 7)))
def test_outranking_is_independent_of_order_also_with_gaps(values, order, holes):
    recipe = made_recipe(aggregate={"pillar": Method("copeland")}, normalise=Method("rank"))
    values = np.where(holes, np.nan, values)
    values[..., :2] = [[[1.0, 2.0]] * 4]
    plain, turned = assess(recipe, made_table(values)), assess(recipe, made_table(values[..., order]))
    np.testing.assert_array_equal(turned.scores[:, :2], plain.scores[:, :2][..., order])


@SLOW_START
@given(hnp.arrays(np.float64, (1, 4, 7), elements=st.integers(0, 4).map(float)))
def test_scores_that_differ_by_rounding_alone_share_a_rank(values):
    values[..., 0], values[..., 1] = 5.0, -1.0
    recipe = made_recipe()
    backwards = replace(recipe, indicators=recipe.indicators[::-1], groups=recipe.groups[::-1])
    plain, other = assess(recipe, made_table(values)), assess(backwards, made_table(values))
    for group in plain.groups:
        np.testing.assert_array_equal(other.ranks[:, other.row(group)], plain.ranks[:, plain.row(group)])


def test_replay_of_a_stored_assessment_is_equal():
    recipe = made_recipe(treat=Method("winsorise-or-log"), impute=Method("median"), screen=Screening(units=0.5))
    values = made_table().values.copy()
    values[0, 1, 2] = np.nan
    values[0, :3, 5] = np.nan
    made = assess(recipe, made_table(values))
    assert made.left_out == {"U5": 0.25}
    assert same(assess(made.recipe, made.table), made)


def test_what_is_not_the_same_is_not_called_the_same():
    made = assess(made_recipe(), made_table())
    assert not same(assess(made_recipe(bands=(Band("A", "all", 0.0),)), made_table()), made)
    assert not same(assess(changed(made_recipe(), "parks", weight=2.0), made_table()), made)


def test_composites_by_hand():
    made = assess(made_recipe(), made_table())
    water, homes, crime, parks = (
        [0, 20, 40, 60, 80, 100],
        [80, 40, 60, 0, 20, 100],
        [25, 100, 50, 87.5, 0, 75],
        np.array([0, 1, 3, 7, 15, 31]) / 0.31,
    )
    services, life = (np.array(water) + 2 * np.array(homes)) / 3, (np.array(crime) + parks) / 2
    np.testing.assert_allclose(made.scores[0], [services, life, (services + 3 * life) / 4])
    np.testing.assert_allclose(made.weights["services"], [1 / 3, 2 / 3])
    assert made.ranks[0, 0, 5] == 1


def test_equal_scores_share_a_rank_by_the_rule_of_the_recipe():
    values = np.array([[[1.0, 2, 2, 3]] * 4])
    recipe = changed(made_recipe(), "crime", direction=made_recipe().indicators[0].direction)
    assert assess(recipe, made_table(values)).ranks[0, 2].tolist() == [4, 2, 2, 1]
    assert assess(replace(recipe, ties="dense"), made_table(values)).ranks[0, 2].tolist() == [3, 2, 2, 1]


def test_bands_are_found_whatever_their_order():
    bands = (Band("C", "low", 0.0), Band("A", "high", 70.0), Band("B", "middle", 40.0))
    made = assess(made_recipe(bands=bands), made_table())
    for unit, score in enumerate(made.scores[0, 2]):
        band = made.band("all", unit)
        assert band is not None
        assert band.letter == ("A" if score >= 70 else "B" if score >= 40 else "C")


def test_a_score_below_every_band_has_none():
    made = assess(made_recipe(bands=(Band("A", "high", 99.0),)), made_table())
    assert made.band("all", 0) is None


def test_a_composite_below_its_coverage_is_refused_with_what_is_missing():
    values = made_table().values.copy()
    values[0, 1, 2] = np.nan
    made = assess(made_recipe(coverage={"pillar": 0.5, "index": 1.0}), made_table(values))
    told = {(one.group, one.unit): one for one in made.refused}
    assert set(told) == {("services", "U2"), ("all", "U2")}
    pillar, index = told["services", "U2"], told["all", "U2"]
    assert (pillar.missing, pillar.needed, pillar.year) == (("homes",), 0.5, 2020)
    assert pillar.coverage == pytest.approx(1 / 3)
    assert index.missing == ("services",)
    assert made.ranks[0, :, 2].tolist() == [0, made.ranks[0, 1, 2], 0]
    assert made.stage(Stage.AGGREGATE).changes[0, 0, 2] == Change.BELOW_COVERAGE


def test_a_group_may_ask_for_more_than_its_level():
    values = made_table().values.copy()
    values[0, 1, 2] = np.nan
    recipe = changed(made_recipe(), "services", coverage=0.9)
    assert [one.group for one in assess(recipe, made_table(values)).refused] == ["services"]


def test_coverage_says_on_what_share_of_its_indicators_a_composite_rests():
    values = made_table().values.copy()
    values[0, 1, 2] = np.nan
    made = assess(made_recipe(), made_table(values))
    assert made.coverage[0, :, 2] == pytest.approx([1 / 3, 1.0, (1 / 3 + 3) / 4])
    assert (made.coverage[0, :, 0] == 1.0).all()


@pytest.mark.parametrize("rows", [26, 49, 98])
def test_coverage_of_everything_is_one_to_the_bit_whatever_the_weights_add_up_to(rows):
    values = np.random.default_rng(rows).uniform(1, 99, (rows, 4))
    values[0, 3] = np.nan  # one unit lacks something, so that coverage is worked out
    recipe = small_recipe(rows)
    recipe = replace(recipe, indicators=tuple(replace(one, weight=1.0) for one in recipe.indicators))
    coverage = assess(recipe, small_table(values)).coverage
    assert (coverage[..., :3] == 1.0).all()
    assert (coverage[..., 3] < 1.0).any()


def test_units_with_too_few_figures_leave_and_are_told():
    values = made_table().values.copy()
    values[0, :3, 1] = np.nan
    made = assess(made_recipe(screen=Screening(units=0.5)), made_table(values))
    assert made.left_out == {"U1": 0.25}
    assert "U1" not in made.table.units
    assert made.scores.shape[-1] == 5


def test_a_unit_screened_out_in_one_year_stays_in_the_others():
    values = np.repeat(made_table().values, 2, axis=0)
    values[0, :3, 1] = np.nan
    made = assess(made_recipe(screen=Screening(units=0.5), impute=Method("mean")), made_table(values, years=(2019, 2020)))
    assert np.isnan(made.scores[0, :, 1]).all()
    assert not np.isnan(made.scores[1]).any()
    assert made.stage(Stage.SCREEN).changes[0, 3, 1] == Change.SCREENED_OUT


def test_an_indicator_that_few_have_is_left_out_for_all_and_told():
    values = made_table().values.copy()
    values[0, 1, :4] = np.nan
    made = assess(made_recipe(screen=Screening(indicators=0.5), impute=Method("mean")), made_table(values))
    assert [(one.kind, one.about) for one in made.stage(Stage.SCREEN).said] == [("indicator-screened-out", "homes")]
    assert made.weights["services"].tolist() == [1.0, 0.0]
    np.testing.assert_allclose(made.scores[0, 0], made.normalised[0, 0])


def test_an_older_figure_takes_the_place_within_the_tolerance_and_is_flagged():
    values = np.repeat(made_table().values, 3, axis=0)
    values[2, 0, 1], values[1:, 1, 2] = np.nan, np.nan
    table = made_table(values, years=(2016, 2019, 2020))
    stage = assess(made_recipe(tolerance_years=2), table).stage(Stage.CHOOSE)
    assert stage.values[2, 0, 1] == values[1, 0, 1]
    assert np.argwhere(stage.changes == Change.OLDER_YEAR).tolist() == [[2, 0, 1]]
    assert np.isnan(stage.values[2, 1, 2])


def test_an_indicator_may_allow_older_figures_than_the_recipe():
    values = np.repeat(made_table().values, 2, axis=0)
    values[1, :2, 0] = np.nan
    table = made_table(values, years=(2010, 2020))
    stage = assess(changed(made_recipe(), "homes", tolerance_years=10), table).stage(Stage.CHOOSE)
    assert np.isnan(stage.values[1, 0, 0])
    assert stage.values[1, 1, 0] == values[0, 1, 0]


def test_an_older_figure_is_divided_by_the_denominator_of_its_own_year():
    values = np.repeat(made_table().values, 2, axis=0)
    values[1, 0, 0] = np.nan
    people = np.array([[10.0] * 6, [20.0] * 6])
    recipe = changed(made_recipe(tolerance_years=1), "water", denominator="people")
    stage = assess(recipe, made_table(values, years=(2019, 2020), denominators={"people": people})).stage(Stage.DENOMINATE)
    assert stage.values[1, 0, :2].tolist() == [1.0, 1.0]


def test_years_after_the_reference_year_are_left_out():
    made = assess(made_recipe(reference_year=2019), made_table(years=(2018, 2019, 2020)))
    assert made.table.years == (2018, 2019)
    assert made.scores.shape[0] == 2


def test_a_figure_too_old_for_the_recipe_is_left_out():
    spoken = np.full((1, 4, 6), 2020, dtype=np.int16)
    spoken[0, 0, :2] = (2018, 2010)
    stage = assess(made_recipe(tolerance_years=5), made_table(figure_years=spoken)).stage(Stage.CHOOSE)
    assert stage.values[0, 0, 0] == 10.0
    assert np.isnan(stage.values[0, 0, 1])
    assert stage.changes[0, 0].tolist() == [Change.OLDER_YEAR, Change.OLDER_YEAR, 0, 0, 0, 0]


def test_figures_are_converted_by_a_listed_factor_and_it_is_told():
    recipe = changed(made_recipe(), "water", unit="%")
    stage = assess(recipe, made_table(measured_in={"water": "1"})).stage(Stage.CHOOSE)
    assert stage.values[0, 0, 0] == 1000.0
    assert [(one.kind, one.about, one.numbers["factor"]) for one in stage.said] == [("unit-converted", "water", 100.0)]


def test_benchmarks_fixed_over_years_let_scores_compare():
    values = np.repeat(made_table().values, 2, axis=0)
    values[1] *= 2
    together = assess(made_recipe(), made_table(values, years=(2019, 2020)))
    alone = assess(made_recipe(fixed_over_years=False), made_table(values, years=(2019, 2020)))
    assert together.normalised[0, 0].max() < 50
    assert together.normalised[1, 0].max() == 100
    assert alone.normalised[:, 0].max(axis=-1).tolist() == [100, 100]


def test_forms_of_the_city_prosperity_index_score_by_each_benchmark():
    recipe = made_recipe(normalise=Method("benchmark"), allowed_unverified=("parks",))
    recipe = changed(recipe, "water", benchmark=POSTS)
    recipe = changed(recipe, "homes", benchmark=Benchmark(Form.TARGET_ONE_SIDED, "", target=4.0, verified=True))
    recipe = changed(recipe, "crime", benchmark=Benchmark(Form.LOG, "", False, 1.0, 10.0, verified=True))
    recipe = changed(recipe, "parks", benchmark=Benchmark(Form.TARGET_TWO_SIDED, "", target=8.0))
    made = assess(recipe, made_table())
    assert made.normalised[0, 0].tolist() == [10, 20, 30, 40, 50, 60]
    assert made.normalised[0, 1].tolist() == [100, 75, 100, 25, 50, 100]
    assert made.normalised[0, 2, 1] == 100
    assert made.normalised[0, 3].tolist() == [12.5, 25, 50, 100, 0, 0]
    assert made.recipe.title == "Made index (provisional)"


def test_values_beyond_a_goalpost_are_flagged():
    recipe = made_recipe(normalise=Method("goalposts"))
    recipe = replace(recipe, indicators=tuple(replace(one, benchmark=replace(POSTS, maximum=55.0)) for one in recipe.indicators))
    stage = assess(recipe, made_table()).stage(Stage.NORMALISE)
    assert np.argwhere(stage.changes == Change.TRUNCATED).tolist() == [[0, 0, 5]]
    assert stage.values[0, 0, 5] == 100


def matrix_recipe() -> Recipe:
    """Cells that belong to a domain and to an objective, as in the Global Urban Monitoring Framework."""
    cells = (("s1", "society", "safe"), ("s2", "society", "fair"), ("e1", "economy", "safe"), ("e2", "economy", "fair"))
    return Recipe(
        code="matrix",
        name="Matrix",
        version="1",
        levels=("indicator", "cell", "side", "index"),
        indicators=tuple(IndexIndicator(code, code, (cell,)) for code, (cell, _, _) in zip(CODES, cells, strict=True)),
        groups=(
            *(IndexGroup(cell, cell, "cell", (domain, objective)) for cell, domain, objective in cells),
            *(IndexGroup(domain, domain, "side", ("index",)) for domain in ("society", "economy")),
            *(IndexGroup(objective, objective, "side") for objective in ("safe", "fair")),
            IndexGroup("index", "Index", "index"),
        ),
    )


def test_a_cell_counts_in_its_domain_and_in_its_objective():
    made = assess(matrix_recipe(), made_table())
    scores = {group: made.scores[0, made.row(group)] for group in made.groups}
    np.testing.assert_allclose(scores["society"], (scores["s1"] + scores["s2"]) / 2)
    np.testing.assert_allclose(scores["safe"], (scores["s1"] + scores["e1"]) / 2)
    np.testing.assert_allclose(scores["index"], (scores["society"] + scores["economy"]) / 2)
    assert (made.ranks[0, made.row("fair")] > 0).all()


def test_leaving_out_a_group_takes_what_belongs_to_no_other():
    left = without(matrix_recipe(), "society")
    assert {one.code for one in left.groups} == {"s1", "s2", "e1", "e2", "economy", "safe", "fair", "index"}
    assert next(one for one in left.groups if one.code == "s1").parents == ("safe",)
    assert {one.code for one in without(matrix_recipe(), "society", "safe", "fair").indicators} == {"crime", "parks"}


def test_leaving_out_the_last_part_of_a_group_takes_the_group():
    assert {one.code for one in without(made_recipe(), "water", "homes").groups} == {"life", "all"}


def test_leaving_out_what_is_not_there_is_refused():
    with pytest.raises(InvalidInput, match="no such indicator"):
        without(made_recipe(), "smell")


def test_weights_by_experts_are_the_mean_of_their_shares():
    points = Method("budget-allocation", {"water": (60.0, 1.0), "homes": (40.0, 3.0)})
    made = assess(made_recipe(weights=points), made_table())
    np.testing.assert_allclose(made.weights["services"], [0.425, 0.575])
    np.testing.assert_allclose(made.weights["life"], [0.5, 0.5])


def test_equal_weights_replace_those_of_the_recipe():
    made = assess(made_recipe(weights=Method("equal")), made_table())
    assert made.weights["services"].tolist() == [0.5, 0.5]


def test_the_benefit_of_the_doubt_gives_each_unit_its_best_score():
    made = assess(
        made_recipe(weights=Method("benefit-of-the-doubt", {"level": "pillar"}), normalise=Method("min-max", {"to": (1.0, 100.0)})),
        made_table(),
    )
    plain = assess(made_recipe(normalise=Method("min-max", {"to": (1.0, 100.0)})), made_table())
    assert made.scores[0, 0].max() == pytest.approx(100)
    assert (made.scores[0, :2] >= plain.scores[0, :2] / plain.scores[0, :2].max(axis=-1, keepdims=True) * 100 - 1e-9).all()
    assert made.weights["services"].sum() == pytest.approx(1)


def test_the_engine_leaves_what_it_is_handed_as_it_was():
    table = made_table()
    before = table.values.copy()
    assess(made_recipe(treat=Method("winsorise-or-log"), impute=Method("mean")), table)
    np.testing.assert_array_equal(table.values, before)


def test_a_group_whose_indicators_were_all_screened_out_rests_on_nothing():
    table = made_table()
    values = table.values.copy()
    values[0, 2:, 1:] = np.nan
    made = assess(made_recipe(screen=Screening(indicators=0.5)), replace(table, values=values))
    life, whole = made.row("life"), made.row("all")
    assert np.isnan(made.scores[0, life]).all()
    assert made.coverage[0, life].tolist() == [0.0] * 6
    assert made.scores[0, whole].tolist() == made.scores[0, made.row("services")].tolist()


def test_refusals_of_one_group_year_and_unit_are_those_of_the_whole_list():
    table = made_table(years=(2019, 2020))
    values = table.values.copy()
    values[0, :2, 1], values[1, 2:, 3], values[1, 0, 5] = np.nan, np.nan, np.nan
    made = assess(made_recipe(coverage={"pillar": 0.9, "index": 0.9}), replace(table, values=values))
    every = tuple(made.refused)
    for group in made.groups:
        for year in (2019, 2020):
            assert made.refused.of_group(group, year) == tuple(one for one in every if (one.group, one.year) == (group, year))
            for unit in table.units:
                wanted = tuple(one for one in every if (one.group, one.year, one.unit) == (group, year, unit))
                assert made.refused.of_group(group, year, unit) == wanted
    assert len(every) == 6
