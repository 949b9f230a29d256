"""The way on foot to the nearest open space, stop, school, health facility and market from wherever one stands on the network.

One search from all doors of a kind answers every limit, for people spread in any way. A target too far from any edge that may be
joined is no target. Beyond the boundary, network and targets are used as far as the extract reaches; the share of the boundary
nearer to the extract's edge than the farthest limit is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from ekistics.geo.join import Joined
from ekistics.geo.reach import node_distances_m
from ekistics.layers.entrances import Targets, targets_of
from ekistics.layers.network import Network
from ekistics.layers.open_space import OpenSpace
from ekistics.layers.registry import Zones, layer
from ekistics.layers.service import Service
from ekistics.layers.study import points_of
from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import FacilityKind, Flags, Floats, Geometries, OsmExtract

METRES_A_MINUTE = 80.0
WALKS_MINUTES = (5, 10, 15)
MAX_JOIN_M = 250.0
FARTHEST_M = 5000.0

OUTSIDE_WINDOW = "The timetable does not run in the hours asked for, so service then cannot be measured."


@dataclass(frozen=True)
class Walk:
    """The way to one kind of target.

    `doors` are where its entrances meet edges of the network (-1 where none is near), `node_distance_m` is the way from each node
    to the nearest door, infinite beyond `limits_m[-1]`. `reason` says why there is nothing to walk to, empty where there is.
    """

    targets: Targets
    doors: Joined
    node_distance_m: Floats
    limits_m: tuple[float, ...]
    reason: str = ""
    checks: dict[str, Any] = field(default_factory=dict)


@layer(edition="1")
def walk_to_open_space(
    *, open_space: OpenSpace, walking_network: Network, zones: Zones, max_join_m: float = MAX_JOIN_M, open_space_limit_m: float = 400.0
) -> Walk:
    """Search the way to an open public space; plazas mapped as a point count as places to reach."""
    spaces = np.concatenate([open_space.geometry, open_space.plaza])
    return _walk(spaces, "No open public space is mapped in the extract.", walking_network, zones, max_join_m, (open_space_limit_m,))


@layer(edition="1")
def walk_to_low_capacity_stops(
    *, service: Service, walking_network: Network, zones: Zones, max_join_m: float = MAX_JOIN_M, low_capacity_limit_m: float = 500.0
) -> Walk:
    """Search the way to a stop of buses, trams and the like."""
    stops, missing = _stops(service, service.low, service.served_low, measurable=service.measurable_low, capacity="low")
    return _walk(stops, missing, walking_network, zones, max_join_m, (low_capacity_limit_m,))


@layer(edition="1")
def walk_to_high_capacity_stops(
    *, service: Service, walking_network: Network, zones: Zones, max_join_m: float = MAX_JOIN_M, high_capacity_limit_m: float = 1000.0
) -> Walk:
    """Search the way to a station of trains, metros or ferries."""
    stops, missing = _stops(service, service.high, service.served_high, measurable=service.measurable_high, capacity="high")
    return _walk(stops, missing, walking_network, zones, max_join_m, (high_capacity_limit_m,))


@layer(edition="1")
def walk_to_schools(
    *, osm: OsmExtract, walking_network: Network, zones: Zones, max_join_m: float = MAX_JOIN_M, farthest_m: float = FARTHEST_M
) -> Walk:
    """Search the way to a school."""
    return _walk_to(osm, FacilityKind.SCHOOL, "school", walking_network, zones, max_join_m, farthest_m)


@layer(edition="1")
def walk_to_health(
    *, osm: OsmExtract, walking_network: Network, zones: Zones, max_join_m: float = MAX_JOIN_M, farthest_m: float = FARTHEST_M
) -> Walk:
    """Search the way to a health facility."""
    return _walk_to(osm, FacilityKind.HEALTH, "health facility", walking_network, zones, max_join_m, farthest_m)


@layer(edition="1")
def walk_to_markets(
    *, osm: OsmExtract, walking_network: Network, zones: Zones, max_join_m: float = MAX_JOIN_M, farthest_m: float = FARTHEST_M
) -> Walk:
    """Search the way to a market."""
    return _walk_to(osm, FacilityKind.MARKET, "market", walking_network, zones, max_join_m, farthest_m)


def _walk_to(osm: OsmExtract, kind: FacilityKind, what: str, network: Network, zones: Zones, max_join_m: float, farthest_m: float) -> Walk:
    chosen: Geometries = osm.facilities.geometry[osm.facilities.kind == kind.value]
    limits = (*(minutes * METRES_A_MINUTE for minutes in WALKS_MINUTES), farthest_m)
    return _walk(chosen, f"No {what} is mapped in the extract.", network, zones, max_join_m, limits)


def _stops(service: Service, there: Flags, served: Flags, *, measurable: bool, capacity: str) -> tuple[Geometries, str]:
    """Return the stops that count, and why there is nothing to measure in case there are none."""
    if not measurable and there.any():
        return points_of(np.zeros(0), np.zeros(0)), OUTSIDE_WINDOW
    missing = f"The timetable holds no {capacity}-capacity stop with the service asked for."
    return points_of(service.longitude[served], service.latitude[served]), missing


def _walk(geometries: Geometries, missing: str, network: Network, zones: Zones, max_join_m: float, limits_m: tuple[float, ...]) -> Walk:
    if list(limits_m) != sorted(limits_m):
        raise InvalidInput("limits must rise", found=str(limits_m), expected="the farthest last")
    targets = targets_of(geometries, network)
    doors = network.joined(targets.x, targets.y, within_m=max_join_m)
    parts = (network.start, network.end, network.length_m)
    at_nodes = node_distances_m(network.graph, *parts, doors, cut_off_m=limits_m[-1])
    if not len(targets):
        return Walk(targets, doors, at_nodes, limits_m, missing)
    near_edge = {f"{limit:g} m": share for limit, share in zip(limits_m, _near_edge(network, zones, limits_m), strict=True)}
    checks: dict[str, Any] = {
        "targets": len(targets),
        "boundary_near_the_edge_of_the_extract": near_edge,
        "doors": len(targets.x),
        "polygons_that_no_way_meets": targets.unmet,
        "targets_too_far_from_a_street": len(np.setdiff1d(np.arange(len(targets)), targets.shape_of[doors.edge >= 0])),
    }
    return Walk(targets, doors, at_nodes, limits_m, "", checks)


def _near_edge(network: Network, zones: Zones, limits_m: tuple[float, ...]) -> list[float]:
    """Return the share of the study region's boundary that lies nearer than each limit to the edge of the extract, or beyond it."""
    extent = shapely.segmentize(shapely.box(*network.extent), 0.01)
    outline, covered = network.plane.project(np.array([shapely.boundary(zones.geometry[0]), extent], dtype=object))
    inner = (shapely.buffer(covered, -limit) for limit in limits_m)
    return [float(1 - shapely.intersection(outline, one).length / outline.length) for one in inner]
