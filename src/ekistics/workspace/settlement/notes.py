"""What a person has to know of a classification: cells without data, classes that do not nest, units and flows that do not fit."""

from __future__ import annotations

from ekistics.places.degree_of_urbanisation import Classified
from ekistics.workspace.settlement.functional import NO_COMMUTING, FunctionalResult
from ekistics.workspace.settlement.results import UnitResult

_CELLS = {
    "people_without_data_on_land": "cells on land where people are not known; they count as nobody",
    "land_without_data": "cells where land is not known; they count as none",
    "built_up_without_data": "cells where built-up is not known; they count as nothing built",
    "dense_cells_rural_at_level_1": "cells of class 23 by what is built on them, which level 1 calls rural",
    "semi_dense_cells_rural_at_level_1": "cells of class 22 in clusters too small for level 1, which calls them rural",
}


def notes_on(found: Classified, units: UnitResult | None = None, areas: FunctionalResult | None = None) -> tuple[str, ...]:
    """Return what is to be said, a sentence each; nothing where all is as it should be."""
    told = [f"{count:,} {text}" for name, text in _CELLS.items() if (count := int(found.report.get(name, 0)))]
    if units:
        told += _on_units(units)
    if areas:
        told += _on_areas(areas)
    elif units:
        told.append(NO_COMMUTING)
    return tuple(told)


def _on_units(units: UnitResult) -> list[str]:
    told = []
    if missing := len(units.read.without_outline):
        told.append(f"{missing:,} spatial units have no outline and are left out")
    if small := int(units.cells.too_small.sum()):
        told.append(f"{small:,} spatial units are too small for the grid: classified by the cells they touch, without people")
    if covered := int(units.cells.covered.sum()):
        told.append(f"{covered:,} spatial units lie under others: classified by their cells, without people")
    if (outside := units.people.outside_units) >= 0.5:
        told.append(f"{outside:,.0f} people of the grid around the units live in none of them")
    if beyond := int(units.cells.beyond.sum()):
        told.append(f"{beyond:,} spatial units reach beyond the grid: only what lies on it counts")
    return told


def _on_areas(areas: FunctionalResult) -> list[str]:
    told = []
    if int(areas.areas.area.max(initial=-1)) < 0:
        told.append("no spatial unit has half of its people in an urban centre, so there is no functional urban area")
    if surplus := int(areas.areas.surplus.sum()):
        told.append(f"from {surplus:,} spatial units more people commute than the table has workers who live there; look at the table")
    return told
