"""Tables and recipes of any size for the index engine: figures that lean as those of cities do, three or four levels, errors stated."""

from __future__ import annotations

import numpy as np

from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Origin, Recipe, Stage, UncertainInput, Uncertainty

LEVELS = ("indicator", "pillar", "index")


def made_table(units: int, indicators: int, years: int = 1, *, error: float = 0.0) -> IndexTable:
    """Make a table; `error` is the standard error of every figure as a share of it, 0 for none stated.

    Of the indicators every third leans and peaks so much that it is winsorised or logged, as in the reference index of ASEM.
    """
    chance = np.random.default_rng(5)
    values = np.exp(3.0 + np.linspace(0.1, 0.75, indicators)[:, None] * chance.standard_normal((years, indicators, units)))
    return IndexTable(
        units=tuple(f"C{unit:05d}" for unit in range(units)),
        names=tuple(f"City {unit}" for unit in range(units)),
        years=tuple(range(2021 - years, 2021)),
        indicators=indicator_codes(indicators),
        values=values,
        standard_errors=error * values if error else None,
    )


def made_recipe(indicators: int, pillars: int, uncertainty: Uncertainty | None = None, **changes: object) -> Recipe:
    """Make a recipe: winsorised or logged, min-max, arithmetic means."""
    leaves = tuple(
        IndexIndicator(code, code, (f"P{place * pillars // indicators}",)) for place, code in enumerate(indicator_codes(indicators))
    )
    groups = tuple(IndexGroup(f"P{pillar}", f"Pillar {pillar}", "pillar", ("index",)) for pillar in range(pillars))
    told = {"treat": Method("winsorise-or-log"), **changes}
    return Recipe(
        "made",
        "Made",
        "1",
        LEVELS,
        leaves,
        (*groups, IndexGroup("index", "Index", "index")),
        uncertainty=uncertainty or Uncertainty(),
        **told,
    )


def indicator_codes(count: int) -> tuple[str, ...]:
    """Return codes in their own order."""
    return tuple(f"I{place:04d}" for place in range(count))


def choices(*, runs: int, sets: int = 0, sampling: bool = False) -> Uncertainty:
    """Return the design of the benchmarks: one to five values winsorised, two scales, weights a quarter up or down, two means."""
    inputs = (
        UncertainInput(
            "winsorised", Origin.CHOICE, Stage.TREAT, tuple(Method("winsorise-or-log", {"at_most": most}) for most in range(1, 6))
        ),
        UncertainInput(
            "scale", Origin.CHOICE, Stage.NORMALISE, (Method("min-max", {"to": (1.0, 100.0)}), Method("z-score", {"to": (10.0, 2.0)}))
        ),
        UncertainInput("weights", Origin.WEIGHTS, levels=("pillar",), sets=sets),
        UncertainInput("mean", Origin.CHOICE, Stage.AGGREGATE, (Method("arithmetic"), Method("geometric"))),
    )
    return Uncertainty((*inputs, UncertainInput("errors", Origin.SAMPLING)) if sampling else inputs, runs=runs)
