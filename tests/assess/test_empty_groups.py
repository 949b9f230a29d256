"""A heading of an agenda that has no indicator is missing: no composite is made as if it were not there."""

from __future__ import annotations

import numpy as np
import pytest

from ekistics.assess.index.pipeline import assess
from ekistics.assess.index.refusals import check_recipe
from ekistics.frameworks.recipe_loader import SHIPPED_RECIPES, load_shipped_recipe
from ekistics.model.index_tables import IndexTable


def made_up(recipe, missing=()):
    """Return five units with figures half-way between the goalposts, or at the target; the first unit lacks some."""
    values = []
    for one in recipe.indicators:
        held = one.benchmark
        ends = (held.target, held.target) if held.minimum is None and held.target else (held.minimum or 0, held.maximum or 100)
        values.append(np.full(5, sum(ends) / 2))
        values[-1][0] = np.nan if one.code in missing else values[-1][0]
    codes = tuple(one.code for one in recipe.indicators)
    return IndexTable(tuple("ABCDE"), tuple("ABCDE"), (2020,), codes, np.array(values)[None])


@pytest.mark.parametrize("name", SHIPPED_RECIPES)
def test_a_shipped_recipe_has_no_fault(name):
    assert [one.message for one in check_recipe(load_shipped_recipe(name))] == []


def test_domains_and_objectives_with_too_few_cells_are_refused_and_so_is_the_index():
    made = assess(load_shipped_recipe("umf"), made_up(load_shipped_recipe("umf")))
    there = {code for code in made.groups if not np.isnan(made.scores[0, made.row(code)]).any()}
    assert there == {"1.1", "1.3", "1.4", "2.2", "domain 1"}
    assert made.coverage[0, made.row("domain 1")].tolist() == [0.75] * 5
    assert made.coverage[0, made.row("domain 2")].tolist() == [0.25] * 5
    refused = {one.group: one for one in made.refused if one.unit == "A"}
    assert refused["domain 2"].missing == ("2.1", "2.3", "2.4")
    assert refused["umf"].missing == ("domain 2", "domain 3", "domain 4", "domain 5")


def test_the_goal_has_a_score_where_all_targets_with_a_benchmark_do_and_none_where_one_lacks():
    recipe = load_shipped_recipe("sdg11")
    whole = assess(recipe, made_up(recipe))
    assert whole.coverage[0, whole.row("sdg11")] == pytest.approx([6 / 9] * 5)
    assert not np.isnan(whole.scores[0, whole.row("sdg11")]).any()
    lacking = assess(recipe, made_up(recipe, missing=("11.2.1",)))
    assert np.isnan(lacking.scores[0, lacking.row("sdg11")]).tolist() == [True, False, False, False, False]


def test_the_prosperity_index_is_the_mean_of_its_six_dimensions():
    recipe = load_shipped_recipe("cpi")
    made = assess(recipe, made_up(recipe))
    dimensions = [made.scores[0, made.row(code), 0] for code in ("P", "ID", "QOL", "ESI", "ES", "UGL")]
    assert made.scores[0, made.row("cpi"), 0] == pytest.approx(np.mean(dimensions), rel=1e-12)
