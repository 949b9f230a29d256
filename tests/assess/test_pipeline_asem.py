"""The pipeline held to the reference index of ASEM, stage by stage and level by level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.assess.asem import asem_recipe, asem_table, panel_reference, read, reference

from ekistics.assess.index.leaving_out import without
from ekistics.assess.index.pipeline import assess
from ekistics.model.assessments import Change
from ekistics.model.recipes import Method, Screening, Stage

EXACT = {"rtol": 1e-10, "atol": 1e-10}
FROM_1 = Method("min-max", {"to": (1.0, 100.0)})
NO_DENOMINATORS = {"treat": Method("winsorise-or-log", {"years": "each"}), "normalise": Method("min-max"), "impute": Method("none")}


@pytest.fixture(scope="module")
def standard(data):
    return assess(asem_recipe(data), asem_table(data))


@pytest.fixture(scope="module")
def panel(data):
    recipe = asem_recipe(data, screen=Screening(units=0.9), **NO_DENOMINATORS)
    recipe = replace(recipe, indicators=tuple(replace(one, denominator="") for one in recipe.indicators))
    return assess(recipe, asem_table(data, panel=True))


@pytest.mark.parametrize(
    ("stage", "name"),
    [
        (Stage.DENOMINATE, "stage_2_denominated.csv"),
        (Stage.IMPUTE, "stage_3_imputed.csv"),
        (Stage.TREAT, "stage_5_treated.csv"),
        (Stage.NORMALISE, "stage_6_normalised.csv"),
        (Stage.AGGREGATE, "stage_7_aggregated.csv"),
    ],
)
def test_every_stage_is_that_of_the_reference(data, standard, stage, name):
    found = standard.stage(stage)
    np.testing.assert_allclose(found.values[0], reference(data, name, found.rows, standard.table.units), **EXACT)


def test_ranks_of_every_level_are_those_of_the_reference(data, standard):
    np.testing.assert_array_equal(standard.ranks[0], reference(data, "ranks.csv", standard.groups, standard.table.units))


def test_filled_cells_are_flagged_and_no_others(data, standard):
    told = read(data, "imputed_cells.csv")
    stage = standard.stage(Stage.IMPUTE)
    found = {(stage.rows[row], standard.table.units[unit]) for _, row, unit in np.argwhere(stage.changes == Change.IMPUTED)}
    assert found == set(zip(told["iCode"], told["uCode"], strict=True))


def test_a_missing_denominator_is_flagged(standard):
    stage = standard.stage(Stage.DENOMINATE)
    found = {(stage.rows[row], standard.table.units[unit]) for _, row, unit in np.argwhere(stage.changes == Change.NO_DENOMINATOR)}
    assert found == {("Elec", "LAO"), ("Gas", "LAO")}


def test_winsorised_cells_are_flagged_with_their_side(data, standard):
    told = read(data, "treated_points.csv")
    changes = standard.stage(Stage.TREAT).changes
    assert (changes == Change.WINSORISED_HIGH).sum() == 34
    assert (changes == Change.WINSORISED_LOW).sum() == 1
    assert (changes != 0).sum() == len(told)


@pytest.mark.parametrize(
    ("name", "methods"),
    [
        ("amean", (Method("arithmetic"),) * 3),
        ("gmean", (Method("geometric"),) * 3),
        ("hmean", (Method("harmonic"),) * 3),
        ("genmean_pm2", (Method("power", {"power": -2.0}),) * 3),
        ("genmean_p05", (Method("power", {"power": 0.5}),) * 3),
        ("genmean_p2", (Method("power", {"power": 2.0}),) * 3),
        ("mixed_amean_amean_gmean", (Method("arithmetic"), Method("arithmetic"), Method("geometric"))),
        ("mixed_amean_gmean_hmean", (Method("arithmetic"), Method("geometric"), Method("harmonic"))),
    ],
)
def test_every_mean_by_level_is_that_of_the_reference(data, name, methods):
    recipe = asem_recipe(data, normalise=FROM_1)
    recipe = replace(recipe, aggregate=dict(zip(recipe.levels[1:], methods, strict=True)))
    made = assess(recipe, asem_table(data))
    np.testing.assert_allclose(made.scores[0], reference(data, f"agg_{name}_on_minmax_1_100.csv", made.groups, made.table.units), **EXACT)


@pytest.mark.parametrize(
    ("name", "mean", "coverage"),
    [
        ("amean_nothresh", "arithmetic", (0.0, 0.0, 0.0)),
        ("amean_thresh90", "arithmetic", (0.9, 0.9, 0.9)),
        ("amean_thresh_90_50_50", "arithmetic", (0.9, 0.5, 0.5)),
        ("gmean_thresh90", "geometric", (0.9, 0.9, 0.9)),
        ("hmean_nothresh", "harmonic", (0.0, 0.0, 0.0)),
    ],
)
def test_composites_with_gaps_are_those_of_the_reference(data, name, mean, coverage):
    recipe = asem_recipe(data, normalise=FROM_1, impute=Method("none"))
    levels = recipe.levels[1:]
    recipe = replace(recipe, aggregate=dict.fromkeys(levels, Method(mean)), coverage=dict(zip(levels, coverage, strict=True)))
    made = assess(recipe, asem_table(data))
    expected = reference(data, f"noimpute_agg_{name}.csv", made.groups, made.table.units)
    np.testing.assert_allclose(made.scores[0], expected, **EXACT)
    assert len(made.refused) == np.isnan(expected).sum()


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("minmax_0_100", Method("min-max", {"to": (0.0, 100.0)})),
        ("zscore_0_1", Method("z-score")),
        ("zscore_10_2", Method("z-score", {"to": (10.0, 2.0)})),
        ("scaled_0_100_1", Method("scaled", {"between": (0.0, 100.0), "times": 1.0})),
        ("rank", Method("rank")),
        ("prank", Method("percentile-rank", {"to": (0.0, 1.0)})),
        ("borda", Method("borda")),
        ("dist2max", Method("distance-to-maximum", {"to": (0.0, 1.0)})),
        ("dist2ref_row13", Method("distance-to-reference", {"unit": "ESP", "to": (0.0, 1.0)})),
        ("dist2ref_row13_cap", Method("distance-to-reference", {"unit": "ESP", "to": (0.0, 1.0), "cap": True})),
        ("dist2targ", Method("distance-to-target", {"to": (0.0, 1.0)})),
        ("dist2targ_cap", Method("distance-to-target", {"to": (0.0, 1.0), "cap": True})),
        ("goalposts_trunc", Method("goalposts", {"to": (0.0, 1.0)})),
        ("goalposts_open_100", Method("goalposts", {"truncate": False})),
    ],
)
def test_every_normalisation_is_that_of_the_reference(data, name, method):
    recipe = asem_recipe(data, normalise=method)
    made = assess(recipe, asem_table(data))
    expected = reference(data, f"norm_{name}.csv", made.stage(Stage.NORMALISE).rows, made.table.units)
    np.testing.assert_allclose(made.normalised[0], expected, **EXACT)


@pytest.mark.parametrize(("stage", "name"), [(Stage.TREAT, "panel_treated.csv.gz"), (Stage.NORMALISE, "panel_normalised.csv.gz")])
def test_a_panel_is_treated_by_year_and_normalised_over_all_years(data, panel, stage, name):
    found = panel.stage(stage)
    np.testing.assert_allclose(found.values, panel_reference(data, name, found.rows, panel.table.units, panel.table.years), **EXACT)


def test_composites_of_a_panel_are_those_of_the_reference(data, panel):
    expected = panel_reference(data, "panel_aggregated.csv", panel.groups, panel.table.units, panel.table.years)
    assert len(panel.table.units) == 46
    assert len(panel.left_out) == 5
    np.testing.assert_allclose(panel.scores, expected, **EXACT)


@pytest.mark.parametrize("level", [1, 2])
def test_leaving_one_out_gives_the_scores_and_ranks_of_the_reference(data, standard, level):
    scores = read(data, f"remove_level{level}_scores.csv").set_index("uCode").loc[list(standard.table.units)]
    ranks = read(data, f"remove_level{level}_ranks.csv").set_index("uCode").loc[list(standard.table.units)]
    table = replace(standard.table, values=standard.stage(Stage.DENOMINATE).values)
    recipe = replace(standard.recipe, indicators=tuple(replace(one, denominator="") for one in standard.recipe.indicators))
    for code in scores.columns[1:]:
        made = assess(without(recipe, code), table)
        row = made.row("Index")
        np.testing.assert_allclose(made.scores[0, row], scores[code], err_msg=code, **EXACT)
        np.testing.assert_array_equal(made.ranks[0, row], ranks[code], err_msg=code)


@pytest.mark.parametrize(("name", "points"), [("pillars", None), ("pillars_weights_12312312", (1, 2, 3, 1, 2, 3, 1, 2))])
def test_outranking_of_the_pillars_is_that_of_the_reference(data, name, points):
    recipe = asem_recipe(data)
    pillars = [one for one in recipe.groups if one.level == "pillar"]
    weights = dict(zip((one.code for one in pillars), points or (1,) * len(pillars), strict=True))
    recipe = replace(
        recipe,
        levels=("indicator", "pillar", "index"),
        groups=(
            *(replace(one, parents=("Index",), weight=weights[one.code]) for one in pillars),
            replace(recipe.top, aggregate=Method("copeland")),
        ),
    )
    made = assess(recipe, asem_table(data))
    told = read(data, f"copeland_{name}.csv").set_index("uCode").loc[list(made.table.units)]
    np.testing.assert_allclose(made.scores[0, made.row("Index")], told.iloc[:, 0], **EXACT)


def test_weights_for_equal_influence_are_those_of_the_reference(data):
    recipe = asem_recipe(data, weights=Method("equal-influence", {"level": "index"}))
    made = assess(recipe, asem_table(data))
    # the reference is printed to five digits where it was sought to the last
    np.testing.assert_allclose(made.weights["Index"], [0.38532, 0.61468], atol=1e-5)
    np.testing.assert_allclose(made.weights["Conn"], np.full(5, 0.2), **EXACT)
