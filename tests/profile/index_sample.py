"""A made-up index of twelve places: three groups of three indicators, gaps, a place with too little, a name that must be escaped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from ekistics.model.frameworks import Band, Benchmark, Form
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import (
    IndexGroup,
    IndexIndicator,
    Method,
    Origin,
    PeerRule,
    Recipe,
    Stage,
    UncertainInput,
    Uncertainty,
)
from ekistics.workspace.assessing.index_pages import view_of

BAD_NAME = "<b>Bad & Worse</b>"
GROUPS = ("land", "people", "money")
INDICATORS = tuple(f"{group}{number}" for group in GROUPS for number in (1, 2, 3))
UNITS = tuple(f"U/{number}" for number in range(1, 13))
POOR = 11
"""The place that has figures of one group only."""

CHOICE = UncertainInput("Mean", Origin.CHOICE, Stage.AGGREGATE, (Method("arithmetic"), Method("geometric")))
WEIGHTS = UncertainInput("Weights", Origin.WEIGHTS, share=0.25, sets=8)
SCALES = UncertainInput("Scale", Origin.CHOICE, Stage.NORMALISE, (Method("min-max", {"to": (1.0, 100.0)}), Method("rank")))


def index_recipe(**changes) -> Recipe:
    """Return the recipe; `changes` replace fields of it."""
    made = Recipe(
        code="made",
        name="Made-up index",
        version="1",
        levels=("indicator", "group", "index"),
        indicators=tuple(IndexIndicator(code, f"Indicator {code}", (code[:-1],)) for code in INDICATORS),
        groups=(*(IndexGroup(code, code.title(), "group", ("whole",)) for code in GROUPS), IndexGroup("whole", "Whole", "index")),
        impute=Method("median"),
        normalise=Method("min-max", {"to": (1.0, 100.0)}),
        coverage={"group": 0.5, "index": 0.5},
        bands=(Band("A", "good", 60), Band("B", "middling", 40), Band("C", "poor", 0)),
        peers=PeerRule(nearest=3),
        uncertainty=Uncertainty((CHOICE, WEIGHTS), runs=60, top=3),
        seed=7,
    )
    return replace(made, **changes)


def index_table(units: int = len(UNITS), **changes) -> IndexTable:
    """Return the table: places get worse one after the other, with noise; a gap at the second place, nearly nothing at the last."""
    noise = np.random.default_rng(3)
    values = np.linspace(100, 10, units) + noise.normal(0, 6, (1, len(INDICATORS), units))
    values[0, 0, 1] = np.nan if units > 2 else 50.0
    made = IndexTable(
        units=UNITS if units == len(UNITS) else tuple(f"U{number}" for number in range(units)),
        names=(*(f"Place {number}" for number in range(1, units)), BAD_NAME),
        years=(2020,),
        indicators=INDICATORS,
        values=values,
        source="made.csv",
    )
    return replace(made, **changes)


def provisional_recipe(**changes) -> Recipe:
    """Return the recipe with a benchmark that was not read in the official text."""
    recipe = index_recipe(allowed_unverified=(INDICATORS[0],), **changes)
    benchmark = Benchmark(Form.LINEAR, "", minimum=0, maximum=120, source="a blog", verified=False)
    first = replace(recipe.indicators[0], benchmark=benchmark)
    return replace(recipe, indicators=(first, *recipe.indicators[1:]))


def poor_table() -> IndexTable:
    """Return the table in which the last place has figures of one group only."""
    table = index_table()
    values = table.values.copy()
    values[0, 3:, POOR] = np.nan
    return replace(table, values=values)


def index_view(recipe: Recipe | None = None, table: IndexTable | None = None, **changes):
    """Return the view of the index; `changes` replace fields of it."""
    made = view_of(recipe or index_recipe(), table or index_table())
    return replace(made, commit=7, known_on=date(2024, 3, 2), **changes)


def refusing_view():
    """Return the view of an index that fills no gap, so that the last place is refused."""
    return index_view(index_recipe(impute=Method("none")), poor_table())
