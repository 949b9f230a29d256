"""The shapes that maps are drawn from: the base map, districts, and people by whether they are reached."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shapely

from ekistics.layers.catalogue import load_all
from ekistics.profile.evidence import Dots, MapShapes, StreetLines
from ekistics.workspace.inputs import StudyInputs
from ekistics.workspace.layering import LayerStack


@dataclass(frozen=True)
class ReachOf:
    """One reach layer that maps show: the layer, how far, and which share it explains."""

    layer: str
    indicator: str
    limit_m: float


REACHES = (
    ReachOf("reach_low_capacity_stops", "public_transport_access", 500.0),
    ReachOf("reach_open_space", "people_near_open_space_share", 400.0),
    ReachOf("reach_schools", "people_within_15_minutes_of_school_share", 1200.0),
    ReachOf("reach_health", "people_within_15_minutes_of_health_facility_share", 1200.0),
    ReachOf("reach_markets", "people_within_15_minutes_of_market_share", 1200.0),
)


def shapes_of(inputs: StudyInputs, options: dict[str, Any], figure_id: Callable[[str], int | None]) -> MapShapes:
    """Return the shapes of a place's maps; what cannot be drawn from its files is left out."""
    load_all()
    stack = LayerStack(inputs, options, inputs.layer_folder)
    base = None if stack.lacks("base_map") else stack.value("base_map")
    dots = _dots(stack, figure_id)
    names = [stack.name("base_map")] if base else []
    names += [stack.name(one.layer) for one in REACHES if not stack.lacks(one.layer)]
    key = hashlib.sha256("\n".join([*names, *inputs.names_of("zones"), *(str(one.figure_id) for one in dots)]).encode()).hexdigest()
    dates = [asset.date for asset in inputs.assets if asset.date and asset.kind in ("osm", "streets")]
    return MapShapes(
        study=inputs.zones.geometry[0],
        water=_present(base and shapely.union_all([base.water, base.sea])),
        green=_present(base and base.green),
        open_space=_present(base and base.open_space),
        streets=tuple(StreetLines(rank + 1, one) for rank, one in enumerate(base.streets) if not one.is_empty) if base else (),
        dots=dots,
        zones=dict(zip(inputs.zones.code[1:].tolist(), inputs.zones.geometry[1:], strict=True)),
        credit="; ".join(dict.fromkeys(asset.attribution for asset in inputs.assets if asset.attribution)),
        as_of=max(dates, default=None),
        key=key,
    )


def _dots(stack: LayerStack, figure_id: Callable[[str], int | None]) -> tuple[Dots, ...]:
    found = []
    for one in REACHES:
        if stack.lacks(one.layer):
            continue
        reach, people = stack.value(one.layer), stack.value("people")
        if reach.reason or not len(people):
            continue
        limit = min(one.limit_m, reach.limits_m[-1])
        told = figure_id(one.indicator)
        found.append(Dots(people.longitude, people.latitude, people.people, reach.within(limit), one.indicator, told))
    return tuple(found)


def _present(shape: Any) -> Any:
    return shape if shape is not None and not shapely.is_empty(shape) else None
