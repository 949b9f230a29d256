"""A small index made for tests: two pillars over indicators of given figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ekistics.model.cards import Direction
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import IndexGroup, IndexIndicator, Recipe

CODES = ("water", "homes", "crime", "parks")


def made_recipe(**changes) -> Recipe:
    """Return a recipe of four indicators in two pillars; crime is better when lower."""
    recipe = Recipe(
        code="made",
        name="Made index",
        version="1",
        levels=("indicator", "pillar", "index"),
        indicators=(
            IndexIndicator("water", "Water", ("services",)),
            IndexIndicator("homes", "Homes", ("services",), weight=2.0),
            IndexIndicator("crime", "Crime", ("life",), direction=Direction.LOWER),
            IndexIndicator("parks", "Parks", ("life",)),
        ),
        groups=(
            IndexGroup("services", "Services", "pillar", ("all",)),
            IndexGroup("life", "Life", "pillar", ("all",), weight=3.0),
            IndexGroup("all", "All", "index"),
        ),
    )
    return replace(recipe, **changes)


def made_table(values=None, years=(2020,), **changes) -> IndexTable:
    """Return a table of the four indicators; `values` (years, 4, units), figures of six units in one year where none are given."""
    if values is None:
        values = np.array([[[10.0, 20, 30, 40, 50, 60], [5.0, 3, 4, 1, 2, 6], [7.0, 1, 5, 2, 9, 3], [1.0, 2, 4, 8, 16, 32]]] * len(years))
    values = np.asarray(values, dtype=np.float64)
    units = tuple(f"U{unit}" for unit in range(values.shape[-1]))
    return replace(IndexTable(units, tuple(f"City {unit}" for unit in units), tuple(years), CODES, values), **changes)


def changed(recipe: Recipe, code: str, **fields) -> Recipe:
    """Return a recipe with fields of one indicator or group replaced."""
    return replace(
        recipe,
        indicators=tuple(replace(one, **fields) if one.code == code else one for one in recipe.indicators),
        groups=tuple(replace(one, **fields) if one.code == code else one for one in recipe.groups),
    )
