"""An indicator that no unit has a figure of: refused where figures make the scale, a gap like any other where a benchmark does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.assess.made_index import made_recipe, made_table

from ekistics.assess.index.pipeline import assess
from ekistics.assess.index.refusals import check
from ekistics.assess.methods.catalogue import methods_of
from ekistics.frameworks.recipe_loader import load_shipped_recipe
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.index_tables import IndexTable
from ekistics.model.problems import Severity
from ekistics.model.recipes import Method, Stage

GOALPOSTS = Method("goalposts", {"to": (1.0, 100.0)})


def held_against(method, **changes):
    """Return the made recipe with goalposts for every indicator, and a method to normalise by."""
    recipe = made_recipe(normalise=method, coverage={"pillar": 0.6, "index": 0.6}, **changes)
    posts = Benchmark(Form.LINEAR, "", minimum=0.0, maximum=100.0, verified=True)
    told = (replace(one, benchmark=replace(posts, higher_is_better=one.code != "crime")) for one in recipe.indicators)
    return replace(recipe, indicators=tuple(told))


def without_parks(years=(2019, 2020)):
    """Return the made table of two years in which no unit has a figure of its parks."""
    table = made_table(years=years)
    values = table.values.copy()
    values[:, table.indicators.index("parks")] = np.nan
    return replace(table, values=values, labels={"region": ("north", "north", "south", "south", "south", "south")})


@pytest.mark.parametrize("method", [GOALPOSTS, Method("benchmark")], ids=lambda one: one.name)
def test_an_indicator_without_figures_is_a_gap_where_benchmarks_are_fixed(method):
    recipe, table = held_against(method), without_parks()
    made = assess(recipe, table)
    whole = assess(recipe, made_table(years=(2019, 2020)))
    services, life = made.row("services"), made.row("life")
    assert np.array_equal(made.scores[:, services], whole.scores[:, services])
    assert np.isnan(made.scores[:, life]).all()
    assert {one.missing for one in made.refused if one.group == "life"} == {("parks",)}
    assert np.isnan(made.scores[:, made.row("all")]).all()


def test_a_composite_that_keeps_its_coverage_stands_without_the_indicator():
    made = assess(replace(held_against(GOALPOSTS), coverage={"pillar": 0.5, "index": 0.6}), without_parks())
    assert not np.isnan(made.scores[:, made.row("all")]).any()
    assert np.all(made.coverage[:, made.row("life")] == 0.5)


def test_one_note_says_which_indicators_have_no_figure():
    (note,) = check(held_against(GOALPOSTS), without_parks())
    assert (note.kind, note.severity, note.found) == ("without-figures", Severity.NOTE, "1 of 4: parks")


@pytest.mark.parametrize("name", ["min-max", "z-score", "rank", "percentile-rank", "distance-to-target"])
def test_an_indicator_without_figures_stays_refused_where_figures_make_the_scale(name):
    recipe = held_against(Method(name))
    targets = (replace(one, benchmark=replace(one.benchmark, target=50.0 if one.code != "crime" else 0.5)) for one in recipe.indicators)
    recipe = replace(recipe, indicators=tuple(targets))
    told = [one for one in check(recipe, without_parks()) if one.column == "parks"]
    assert [(one.kind, one.severity) for one in told] == [("all-missing", Severity.REJECTED)]
    with pytest.raises(InvalidInput, match="Parks has no figure at all"):
        assess(recipe, without_parks())


@pytest.mark.parametrize("fill", methods_of(Stage.IMPUTE), ids=lambda one: one.name)
@pytest.mark.parametrize("treat", methods_of(Stage.TREAT), ids=lambda one: one.name)
def test_no_method_fills_or_stumbles_over_an_indicator_without_figures(fill, treat):
    options = {"group": "region"} if fill.demands.group else {}
    recipe = held_against(GOALPOSTS, impute=Method(fill.name, options), treat=Method(treat.name))
    made = assess(recipe, without_parks())
    assert np.isnan(made.normalised[:, 3]).all()
    assert not np.isnan(made.normalised[:, :3]).any()


def test_the_prosperity_index_of_a_few_figures_is_refused_composite_by_composite_and_not_as_a_whole():
    recipe = load_shipped_recipe("cpi")
    dimension = next(one for one in recipe.groups if one.code == "P")
    parts = {one.code for one in recipe.children(dimension.code)}
    has = [any(parent in parts for parent in one.parents) for one in recipe.indicators]
    middle = [(one.benchmark.minimum or 0.0) + 1.0 if told else np.nan for one, told in zip(recipe.indicators, has, strict=True)]
    codes = tuple(one.code for one in recipe.indicators)
    table = IndexTable(("A", "B"), ("A", "B"), (2020,), codes, np.repeat(np.array(middle)[None, :, None], 2, axis=2))
    made = assess(recipe, table)
    assert not np.isnan(made.scores[0, made.row("P")]).any()
    assert np.isnan(made.scores[0, made.row("cpi")]).all()
    refused = next(one for one in made.refused if one.group == "cpi")
    assert refused.missing == ("ID", "QOL", "ESI", "ES", "UGL")
