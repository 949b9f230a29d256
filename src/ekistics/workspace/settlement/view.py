"""The settlement page's values: read from kept layers, with the people of each year from the figures on record."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from ekistics.layers.catalogue import load_all
from ekistics.layers.cell_pictures import GrowthPicture, SettlementPicture
from ekistics.model.observations import Figure
from ekistics.profile.recorded import source_name
from ekistics.profile.settlement.evidence import (
    DegreeOfUrbanisation,
    ExtentYear,
    GrowthPeriod,
    SettlementView,
    UrbanGrowth,
)
from ekistics.workspace.inputs import GRID_SOURCES, KIND_OF_SOURCE, StudyInputs
from ekistics.workspace.layering import LayerStack


def settlement_view(
    inputs: StudyInputs, options: dict[str, Any], figures: Iterable[Figure], kept: MutableMapping[str, Any]
) -> SettlementView | None:
    """Return what the settlement page shows of a place; None where no grid of it is on record.

    `kept` holds pictures that were read before, by the name of their layer.
    """
    load_all()
    stack = LayerStack(inputs, options, inputs.layer_folder)
    degree = _kept(stack, "settlement_picture", kept)
    growth = _kept(stack, "growth_picture", kept)
    if degree is None and growth is None:
        return None
    assets = [asset for source in GRID_SOURCES for asset in inputs.assets if asset.kind in KIND_OF_SOURCE[source]]
    credit = "; ".join(dict.fromkeys(asset.attribution or source_name(asset.source) for asset in assets))
    people = _people(figures)
    return SettlementView(
        degree and _degree(degree), growth and _growth(growth, people), credit, tuple(dict.fromkeys(asset.name for asset in assets))
    )


def _kept(stack: LayerStack, name: str, kept: MutableMapping[str, Any]) -> Any:
    if stack.lacks(name):
        return None
    key = stack.name(name)
    if key not in kept:
        kept[key] = stack.value(name)
    return kept[key]


def _people(figures: Iterable[Figure]) -> dict[int, float]:
    found: dict[int, float] = {}
    for one in figures:
        told = one.observation
        if told.indicator == "population" and told.value is not None and told.breakdown == "total":
            found.setdefault(told.period.end.year, told.value)
    return found


def _degree(found: SettlementPicture) -> DegreeOfUrbanisation:
    return DegreeOfUrbanisation(found.year, 2, found.edition, found.picture, found.people, found.area_km2, found.centres, found.notes)


def _growth(found: GrowthPicture, people: dict[int, float]) -> UrbanGrowth:
    extents = tuple(
        ExtentYear(year, *areas, picture, people.get(year))
        for year, areas, picture in zip(found.years, found.areas, found.extents, strict=True)
    )
    periods = tuple(
        GrowthPeriod(start, end, kinds["infill"], kinds["extension"], kinds["leapfrog"], kinds["inclusion"], lost)
        for start, end, kinds, lost in found.growth
    )
    return UrbanGrowth(found.years, found.first_built, extents, periods, found.notes)
