"""A small index for the tests of this room: two groups of indicators under one top, min-max from 0 to 100 by given goalposts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ekistics.model.cards import Direction
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Recipe

LEVELS = ("indicator", "pillar", "index")


def goalposts(low=0.0, high=100.0, *, higher=True, **more) -> Benchmark:
    return Benchmark(Form.LINEAR, "", higher_is_better=higher, minimum=low, maximum=high, verified=True, **more)


def small_recipe(rows: int = 4, **changes) -> Recipe:
    """Return a recipe of so many indicators i0, i1 … shared out in turn to the pillars p0 and p1 under the index `top`."""
    indicators = tuple(
        IndexIndicator(f"i{row}", f"Indicator {row}", (f"p{row % 2}",), Direction.HIGHER, float(row + 1), benchmark=goalposts())
        for row in range(rows)
    )
    groups = (
        *(IndexGroup(f"p{pillar}", f"Pillar {pillar}", "pillar", ("top",), pillar + 1.0) for pillar in range(min(rows, 2))),
        IndexGroup("top", "Top", "index"),
    )
    recipe = Recipe("small", "Small", "1", LEVELS, indicators, groups, normalise=Method("goalposts", {"truncate": False}))
    return replace(recipe, **changes)


def small_table(values, *, years=None, units=None, **more) -> IndexTable:
    """Return a table of values (years, rows, units), or (rows, units) of one year."""
    cube = np.asarray(values, dtype=np.float64)
    cube = cube[None] if cube.ndim == 2 else cube
    units = units or tuple(f"u{unit}" for unit in range(cube.shape[2]))
    years = years or tuple(range(2020, 2020 + len(cube)))
    return IndexTable(units, units, years, tuple(f"i{row}" for row in range(cube.shape[1])), cube, **more)
