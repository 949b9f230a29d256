"""Penalised means and the benefit of the doubt in a whole recipe, held to the figures of Compind by definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ekistics.assess.index.pipeline import assess
from ekistics.model.cards import Direction
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Recipe

FIVE = ("income", "education", "health", "safety", "environment")


def flat_recipe(codes, lower=(), **changes) -> Recipe:
    return Recipe(
        code="flat",
        name="Flat",
        version="1",
        levels=("indicator", "index"),
        indicators=tuple(
            IndexIndicator(code, code, ("index",), direction=Direction.LOWER if code in lower else Direction.HIGHER) for code in codes
        ),
        groups=(IndexGroup("index", "Index", "index"),),
        **changes,
    )


def better_life(data) -> tuple[IndexTable, tuple[str, ...]]:
    told = pd.read_csv(data("compind", "BLI_2017.csv"))
    codes = tuple(told.columns[1:])
    units = tuple(told["country"])
    return IndexTable(units, units, (2017,), codes, told[list(codes)].to_numpy(np.float64).T[None]), codes


def by_country(data, name, units):
    return pd.read_csv(data("compind", name)).set_index("country").loc[list(units)]


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ({}, "def_minus_n"),
        ({"penalty": "added"}, "def_plus_n"),
        ({"variance": "n-1"}, "def_minus_n1"),
        ({"variance": "n-1", "penalty": "added"}, "def_plus_n1"),
    ],
)
def test_the_mazziotta_pareto_index_follows_its_definition_in_both_conventions(data, options, column):
    table, codes = better_life(data)
    recipe = flat_recipe(
        codes, normalise=Method("z-score", {"to": (100.0, 10.0)}), aggregate={"index": Method("mazziotta-pareto", options)}
    )
    made = assess(recipe, table)
    np.testing.assert_allclose(made.scores[0, 0], by_country(data, "bli_mpi.csv", table.units)[column], rtol=1e-10)


@pytest.mark.parametrize(("penalty", "column"), [("subtracted", "def_ampi_minus"), ("added", "def_ampi_plus")])
def test_the_adjusted_index_compares_over_years_and_its_penalty_is_not_ignored(data, penalty, column):
    told = pd.read_csv(data("compind", "eu2020_panel_2008_2011.csv"))
    expected = pd.read_csv(data("compind", "eu2020_ampi.csv")).set_index(["year", "geo"])
    codes, years, units = tuple(told.columns[2:]), tuple(sorted(told["year"].unique().tolist())), tuple(sorted(told["geo"].unique()))
    rows = told.set_index(["year", "geo"])
    values = np.stack([rows.loc[[(year, unit) for unit in units], list(codes)].to_numpy(np.float64).T for year in years])
    recipe = flat_recipe(
        codes,
        lower=("gasemiss",),
        normalise=Method("adjusted-goalposts"),
        aggregate={"index": Method("adjusted-mazziotta-pareto", {"penalty": penalty})},
    )
    made = assess(recipe, IndexTable(units, units, years, codes, values))
    for place, year in enumerate(years):
        reference = expected.loc[[(year, unit) for unit in units]]
        np.testing.assert_allclose(made.normalised[place], reference[list(codes)].to_numpy().T, rtol=1e-10)
        np.testing.assert_allclose(made.scores[place, 0], reference[column], rtol=1e-10)


@pytest.mark.parametrize(
    ("options", "name", "column"),
    [
        ({}, "bli_bod_5_indicators.csv", "bod"),
        ({"least_share": 0.1, "most_share": 0.5}, "bli_bod_constrained_010_050.csv", "compind_bod_constr"),
    ],
)
def test_the_benefit_of_the_doubt_is_that_of_the_reference(data, options, name, column):
    table, _ = better_life(data)
    # the reference takes the figures as they are: a line through (0, 0)
    recipe = flat_recipe(FIVE, normalise=Method("scaled", {"between": (0.0, 10.0)}), weights=Method("benefit-of-the-doubt", options))
    made = assess(recipe, table)
    # the peer's solver stops about 1e-12 short
    np.testing.assert_allclose(made.scores[0, 0], 100 * by_country(data, name, table.units)[column], rtol=1e-9)
