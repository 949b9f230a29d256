"""The pipeline held to the reference index of ASEM, stage by stage and level by level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.assess.asem import asem_recipe, asem_table, reference

from ekistics.assess.pipeline import assess
from ekistics.model.recipes import Method, Stage

EXACT = {"rtol": 1e-10, "atol": 1e-10}


@pytest.fixture(scope="module")
def imputed(data):
    """The recipe and the table after the reference's own imputation."""
    recipe, table = asem_recipe(data), asem_table(data)
    values = reference(data, "stage_3_imputed.csv", table.indicators, table.units)[None]
    plain = tuple(replace(one, denominator="") for one in recipe.indicators)
    return replace(recipe, indicators=plain, impute=Method("none")), replace(table, values=values)


@pytest.mark.parametrize(("stage", "name"), [(Stage.TREAT, "stage_5_treated.csv"), (Stage.NORMALISE, "stage_6_normalised.csv")])
def test_stages_are_those_of_the_reference(data, imputed, stage, name):
    made = assess(*imputed)
    np.testing.assert_allclose(made.stage(stage).values[0], reference(data, name, made.stage(stage).rows, made.table.units), **EXACT)


def test_composites_of_every_level_are_those_of_the_reference(data, imputed):
    made = assess(*imputed)
    np.testing.assert_allclose(made.scores[0], reference(data, "stage_7_aggregated.csv", made.groups, made.table.units), **EXACT)


def test_ranks_of_every_level_are_those_of_the_reference(data, imputed):
    made = assess(*imputed)
    np.testing.assert_array_equal(made.ranks[0], reference(data, "ranks.csv", made.groups, made.table.units))
