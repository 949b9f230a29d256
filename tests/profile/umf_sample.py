"""A made-up table of five cities for the recipe of the Global Urban Monitoring Framework: only the cells of one domain are filled."""

from __future__ import annotations

import numpy as np

from ekistics.assess.doubt.drawing import doubt_of
from ekistics.frameworks.recipe_loader import load_shipped_recipe
from ekistics.model.index_tables import IndexTable
from ekistics.profile.index.unit_evidence import UnitView
from ekistics.workspace.assessing.index_pages import view_of


def umf_place(unit: int = 1, *, missing: tuple[str, ...] = (), runs_below: bool = True) -> UnitView:
    """Return one of the cities in the index; the first lacks the indicators named."""
    recipe = load_shipped_recipe("umf")
    values = []
    for one in recipe.indicators:
        held = one.benchmark
        low, high = (held.minimum or 0.0, held.maximum or 100.0) if held.target is None or held.maximum else (0.0, held.target)
        values.append(low + (high - low) * np.linspace(0.5, 0.9, 5))
        if one.code in missing:
            values[-1] = np.where(np.arange(5) == 0, np.nan, values[-1])
    codes = tuple(one.code for one in recipe.indicators)
    table = IndexTable(tuple("ABCDE"), tuple(f"City {one}" for one in "ABCDE"), (2020,), codes, np.array(values)[None])
    doubts = {code: doubt_of(recipe, table, group=code) for code in ("domain 1", "objective 1")} if runs_below else {}
    return UnitView(view_of(recipe, table), unit, doubts=doubts)
