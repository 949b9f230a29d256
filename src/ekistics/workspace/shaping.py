"""The shapes that maps are drawn from: the base map, districts, and people by whether they are reached.

Shapes depend on layers alone, so they are read once and kept under the names of the layers; what figures say is no part of them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from ekistics.layers.catalogue import load_all
from ekistics.layers.open_space import OpenSpace
from ekistics.layers.people import BASES, SpreadPeople
from ekistics.profile.evidence import Dots, MapName, MapShapes, StreetLines
from ekistics.profile.recorded import source_name
from ekistics.workspace.inputs import StudyInputs
from ekistics.workspace.layering import LayerStack


@dataclass(frozen=True)
class ReachOf:
    """One share that maps explain, and how far within which layers: who is reached within any of them is reached."""

    indicator: str
    within_m: dict[str, float]


REACHES = (
    ReachOf("public_transport_access", {"reach_low_capacity_stops": 500.0, "reach_high_capacity_stops": 1000.0}),
    ReachOf("people_near_open_space_share", {"reach_open_space": 400.0}),
    ReachOf("people_within_15_minutes_of_school_share", {"reach_schools": 1200.0}),
    ReachOf("people_within_15_minutes_of_health_facility_share", {"reach_health": 1200.0}),
    ReachOf("people_within_15_minutes_of_market_share", {"reach_markets": 1200.0}),
)

_MOST_NAMES = 7
_APART = 0.05
"""Least distance north to south between two names, as a share of the diagonal of the region: labels are wide and low."""
_HOMES = (BASES.index("residential building"), BASES.index("untagged building"))


def shapes_of(inputs: StudyInputs, options: dict[str, Any], kept: MutableMapping[str, MapShapes]) -> MapShapes:
    """Return the shapes of a place's maps; what cannot be drawn from its files is left out.

    `kept` holds shapes that were read before, by the hash of the names of what they are made from.
    """
    load_all()
    stack = LayerStack(inputs, options, inputs.layer_folder)
    wanted = ["base_map", *(layer for one in REACHES for layer in one.within_m)]
    names = [stack.name(one) for one in wanted if not stack.lacks(one)]
    credits = [asset.attribution or source_name(asset.source) for asset in inputs.assets if asset.attribution or asset.source]
    key = hashlib.sha256("\n".join([*names, *inputs.names_of("zones"), *credits]).encode()).hexdigest()
    if key not in kept:
        kept[key] = _read(inputs, stack, "; ".join(dict.fromkeys(credits)), key)
    return kept[key]


def _read(inputs: StudyInputs, stack: LayerStack, credit: str, key: str) -> MapShapes:
    base = None if stack.lacks("base_map") else stack.value("base_map")
    dates = [asset.date for asset in inputs.assets if asset.date and asset.kind in ("osm", "streets")]
    return MapShapes(
        study=inputs.zones.geometry[0],
        water=_present(base and shapely.union_all([base.water, base.sea])),
        green=_present(base and base.green),
        open_space=_present(base and base.open_space),
        streets=tuple(StreetLines(rank + 1, one) for rank, one in enumerate(base.streets) if not one.is_empty) if base else (),
        dots=_dots(stack),
        zones=dict(zip(inputs.zones.code[1:].tolist(), inputs.zones.geometry[1:], strict=True)),
        homes=_homes(inputs, stack),
        names=_names(stack),
        credit=credit,
        as_of=max(dates, default=None),
        key=key,
    )


def _dots(stack: LayerStack) -> tuple[Dots, ...]:
    found = []
    for one in REACHES:
        reaches = [(stack.value(layer), limit) for layer, limit in one.within_m.items() if not stack.lacks(layer)]
        near = [reach.within(min(limit, reach.limits_m[-1])) for reach, limit in reaches if not reach.reason]
        if not near or not near[0].size:
            continue
        people = stack.value("people")
        found.append(Dots(people.longitude, people.latitude, people.people, np.logical_or.reduce(near), one.indicator))
    return tuple(found)


def _homes(inputs: StudyInputs, stack: LayerStack) -> dict[str, int]:
    """Return on how many buildings the people of each district rest; nothing where they do not rest on buildings."""
    if stack.lacks("people"):
        return {}
    people: SpreadPeople = stack.value("people")
    at_home = np.isin(people.basis, _HOMES)
    if not at_home.any():
        return {}
    counts = people.inside.sums(at_home.astype(np.float64))[1:].astype(int)
    return dict(zip(inputs.zones.code[1:].tolist(), counts.tolist(), strict=True))


def _names(stack: LayerStack) -> tuple[MapName, ...]:
    """Return the names of the largest open public spaces inside the region, far enough apart to stand on one map."""
    if stack.lacks("open_space"):
        return ()
    spaces: OpenSpace = stack.value("open_space")
    named = np.flatnonzero(spaces.name != "")
    largest = named[np.argsort(-spaces.area_m2[named], kind="stable")]
    middles = shapely.point_on_surface(spaces.geometry[largest])
    region = stack.inputs.zones.geometry[0]
    within = shapely.contains(region, middles)
    largest, middles = largest[within], middles[within]
    west, south, east, north = region.bounds
    apart = _APART * math.hypot(east - west, north - south)
    found: list[MapName] = []
    for row, middle in zip(largest.tolist(), middles.tolist(), strict=True):
        if len(found) == _MOST_NAMES:
            break
        if all(abs(middle.y - one.latitude) > apart for one in found):
            found.append(MapName(str(spaces.name[row]), middle.x, middle.y))
    return tuple(found)


def _present(shape: Any) -> Any:
    return shape if shape is not None and not shapely.is_empty(shape) else None
