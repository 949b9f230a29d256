"""The connectivity index of ASEM as a recipe and a table, made from the peer's own inputs; its reference figures by unit code."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ekistics.model.cards import Direction
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Recipe

LEVELS = ("indicator", "pillar", "sub-index", "index")
GROUPINGS = ("GDP_group", "GDPpc_group", "Pop_group", "EurAsia_group")
DENOMINATORS = ("Area", "Energy", "GDP", "Population")


def asem_recipe(data, **changes) -> Recipe:
    """Return the standard build of the reference as a recipe; `changes` replace fields of it.

    The reference screens after it has filled the gaps, so that nobody leaves; here units are screened first, so nothing is asked for.
    """
    told = read(data, "iMeta.csv")
    targets = read(data, "goalposts_and_targets.csv").set_index("iCode")
    leaves = told[told["Level"] == 1]
    recipe = Recipe(
        code="asem",
        name="Sustainable Connectivity",
        version="1",
        levels=LEVELS,
        indicators=tuple(_indicator(row, targets) for row in leaves.itertuples()),
        groups=tuple(
            IndexGroup(row.iCode, row.iName, LEVELS[int(row.Level) - 1], (row.Parent,) if isinstance(row.Parent, str) else (), row.Weight)
            for row in told[told["Level"] > 1].itertuples()
        ),
        impute=Method("group-mean", {"group": "EurAsia_group"}),
        treat=Method("winsorise-or-log", {"at_most": 5}),
        normalise=Method("min-max", {"to": (0.0, 100.0)}),
    )
    return replace(recipe, **changes)


def asem_table(data, *, panel: bool = False) -> IndexTable:
    """Return the table of the reference, in the order of its own file: one year, or the five of the panel."""
    name = "iData_panel.csv.gz" if panel else "iData.csv"
    rows = read(data, name)
    rows["Time"] = rows["Time"].astype(int)
    years = tuple(sorted(rows["Time"].unique().tolist()))
    units = tuple(rows[rows["Time"] == years[0]]["uCode"])
    indicators = tuple(name for name in rows.columns[7 + len(DENOMINATORS) :])
    by_year = [rows[rows["Time"] == year].set_index("uCode").loc[list(units)] for year in years]
    first = by_year[0]
    return IndexTable(
        units=units,
        names=tuple(first["uName"]),
        years=years,
        indicators=indicators,
        values=np.stack([one[list(indicators)].to_numpy(np.float64).T for one in by_year]),
        denominators={code: np.stack([one[code].to_numpy(np.float64) for one in by_year]) for code in DENOMINATORS},
        labels={name: tuple(first[name]) for name in GROUPINGS},
        source=name,
    )


def read(data, name: str) -> pd.DataFrame:
    """Return a file of the reference as it stands; an empty field is the only missing marker."""
    return pd.read_csv(data("asem", name), keep_default_na=False, na_values=[""])


def reference(data, name: str, rows: tuple[str, ...], units: tuple[str, ...]):
    """Return (rows, units) of a file of the reference that has one line a unit; joined by code, never by position."""
    told = read(data, name).set_index("uCode")
    return told.loc[list(units), list(rows)].to_numpy(np.float64).T


def panel_reference(data, name: str, rows: tuple[str, ...], units: tuple[str, ...], years: tuple[int, ...]):
    """Return (years, rows, units) of a file of the reference's panel."""
    told = read(data, name)
    return np.stack([told[told["Time"] == year].set_index("uCode").reindex(units)[list(rows)].to_numpy(np.float64).T for year in years])


def _indicator(row, targets: pd.DataFrame) -> IndexIndicator:
    posts = targets.loc[row.iCode]
    higher = row.Direction > 0
    benchmark = Benchmark(
        Form.LINEAR,
        row.Unit,
        higher_is_better=higher,
        minimum=float(posts["goalpost_lower"]),
        maximum=float(posts["goalpost_upper"]),
        target=float(posts["Target"]),
        verified=True,
    )
    return IndexIndicator(
        row.iCode,
        row.iName,
        (row.Parent,),
        direction=Direction.HIGHER if higher else Direction.LOWER,
        weight=row.Weight,
        unit=row.Unit,
        benchmark=benchmark,
        denominator=row.Denominator if isinstance(row.Denominator, str) else "",
    )
