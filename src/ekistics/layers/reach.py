"""How far people walk to the nearest open space, stop, school, health facility and market.

The way runs along the walking network and counts from door to door: straight to the nearest joinable edge, along edges, and
straight to the entrance (`entrances.py`). One search for each kind of target answers every limit. Who lives inside the
target is at distance 0. Who lives farther than `max_join_m` from any joinable edge, unless inside, is not reached: such people
stay in the denominator and are counted in `people_too_far_from_a_street`. A target too far from any edge is no target.
`distance="straight-line"` measures to the shape itself instead; the way by network is never shorter.
Beyond the boundary, network and targets are used as far as the extract reaches; the share of the boundary nearer to the extract's
edge than the farthest limit is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from ekistics.geo.join import Joined, join
from ekistics.geo.reach import node_distances_m, point_distances_m
from ekistics.layers.entrances import Targets, inside, nearest_shape_m, targets_of
from ekistics.layers.network import Network
from ekistics.layers.open_space import OpenSpace
from ekistics.layers.people import SpreadPeople
from ekistics.layers.registry import Zones, layer
from ekistics.layers.service import Service
from ekistics.layers.study import points_of
from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import FacilityKind, Flags, Floats, Geometries, OsmExtract

DISTANCES = ("network", "straight-line")
METRES_A_MINUTE = 80.0
WALKS_MINUTES = (5, 10, 15)
MAX_JOIN_M = 250.0
FARTHEST_M = 5000.0


OUTSIDE_WINDOW = "The timetable does not run in the hours asked for, so service then cannot be measured."


@dataclass(frozen=True)
class Reach:
    """Distances of people points to the nearest target.

    `distance_m` is infinite where no target lies within `limits_m[-1]`. `node_distance_m` is that of the network's nodes (for
    maps; empty for straight lines). `reason` says why nothing could be measured, empty where it could.
    """

    distance_m: Floats
    too_far: Flags
    node_distance_m: Floats
    door_x: Floats
    door_y: Floats
    limits_m: tuple[float, ...]
    reason: str = ""
    checks: dict[str, Any] = field(default_factory=dict)

    def within(self, limit_m: float) -> Flags:
        """Return who has a target within a limit (inclusive)."""
        if limit_m > self.limits_m[-1]:
            raise ValueError(f"searched to {self.limits_m[-1]} m only, {limit_m} m asked")
        return self.distance_m <= limit_m


@layer(edition="1")
def reach_open_space(
    *,
    open_space: OpenSpace,
    walking_network: Network,
    people: SpreadPeople,
    zones: Zones,
    distance: str = "network",
    max_join_m: float = MAX_JOIN_M,
    open_space_limit_m: float = 400.0,
) -> Reach:
    """Measure how far people are from an open public space; plazas mapped as a point count as places to reach."""
    spaces = np.concatenate([open_space.geometry, open_space.plaza])
    missing = "No open public space is mapped in the extract."
    return _reach(spaces, missing, walking_network, people, zones, distance, max_join_m, (open_space_limit_m,))


@layer(edition="1")
def reach_low_capacity_stops(
    *,
    service: Service,
    walking_network: Network,
    people: SpreadPeople,
    zones: Zones,
    distance: str = "network",
    max_join_m: float = MAX_JOIN_M,
    low_capacity_limit_m: float = 500.0,
) -> Reach:
    """Measure how far people are from a stop of buses, trams and the like."""
    stops, missing = _stops(service, service.low, service.served_low, measurable=service.measurable_low, capacity="low")
    return _reach(stops, missing, walking_network, people, zones, distance, max_join_m, (low_capacity_limit_m,))


@layer(edition="1")
def reach_high_capacity_stops(
    *,
    service: Service,
    walking_network: Network,
    people: SpreadPeople,
    zones: Zones,
    distance: str = "network",
    max_join_m: float = MAX_JOIN_M,
    high_capacity_limit_m: float = 1000.0,
) -> Reach:
    """Measure how far people are from a station of trains, metros or ferries."""
    stops, missing = _stops(service, service.high, service.served_high, measurable=service.measurable_high, capacity="high")
    return _reach(stops, missing, walking_network, people, zones, distance, max_join_m, (high_capacity_limit_m,))


@layer(edition="1")
def reach_schools(
    *,
    osm: OsmExtract,
    walking_network: Network,
    people: SpreadPeople,
    zones: Zones,
    distance: str = "network",
    max_join_m: float = MAX_JOIN_M,
    farthest_m: float = FARTHEST_M,
) -> Reach:
    """Measure how far people are from a school."""
    limits = (*_walks(), farthest_m)
    return _reach(_of(osm, FacilityKind.SCHOOL), _none("school"), walking_network, people, zones, distance, max_join_m, limits)


@layer(edition="1")
def reach_health(
    *,
    osm: OsmExtract,
    walking_network: Network,
    people: SpreadPeople,
    zones: Zones,
    distance: str = "network",
    max_join_m: float = MAX_JOIN_M,
    farthest_m: float = FARTHEST_M,
) -> Reach:
    """Measure how far people are from a health facility."""
    limits = (*_walks(), farthest_m)
    return _reach(_of(osm, FacilityKind.HEALTH), _none("health facility"), walking_network, people, zones, distance, max_join_m, limits)


@layer(edition="1")
def reach_markets(
    *,
    osm: OsmExtract,
    walking_network: Network,
    people: SpreadPeople,
    zones: Zones,
    distance: str = "network",
    max_join_m: float = MAX_JOIN_M,
    farthest_m: float = FARTHEST_M,
) -> Reach:
    """Measure how far people are from a market."""
    limits = (*_walks(), farthest_m)
    return _reach(_of(osm, FacilityKind.MARKET), _none("market"), walking_network, people, zones, distance, max_join_m, limits)


def _walks() -> tuple[float, ...]:
    return tuple(minutes * METRES_A_MINUTE for minutes in WALKS_MINUTES)


def _none(what: str) -> str:
    return f"No {what} is mapped in the extract."


def _of(osm: OsmExtract, kind: FacilityKind) -> Geometries:
    chosen: Geometries = osm.facilities.geometry[osm.facilities.kind == kind.value]
    return chosen


def _stops(service: Service, there: Flags, served: Flags, *, measurable: bool, capacity: str) -> tuple[Geometries, str]:
    """Return the stops that count, and why there is nothing to measure in case there are none."""
    if not measurable and there.any():
        return points_of(np.zeros(0), np.zeros(0)), OUTSIDE_WINDOW
    missing = f"The timetable holds no {capacity}-capacity stop with the service asked for."
    return points_of(service.longitude[served], service.latitude[served]), missing


def _reach(
    geometries: Geometries,
    missing: str,
    network: Network,
    people: SpreadPeople,
    zones: Zones,
    distance: str,
    max_join_m: float,
    limits_m: tuple[float, ...],
) -> Reach:
    if distance not in DISTANCES:
        raise InvalidInput("no such distance", found=distance, expected=", ".join(DISTANCES))
    if list(limits_m) != sorted(limits_m):
        raise InvalidInput("limits must rise", found=str(limits_m), expected="the farthest last")
    targets = targets_of(geometries, network)
    nobody, nothing = np.zeros(len(people), np.bool_), np.zeros(0)
    if not len(targets) or not len(people):
        return Reach(np.full(len(people), np.inf), nobody, nothing, nothing, nothing, limits_m, missing if not len(targets) else "")
    near_edge = {f"{limit:g} m": share for limit, share in zip(limits_m, _near_edge(network, zones, limits_m), strict=True)}
    checks: dict[str, Any] = {"targets": len(targets), "boundary_near_the_edge_of_the_extract": near_edge}
    if distance == "straight-line":
        straight = nearest_shape_m(targets, people.points.geometries, within_m=limits_m[-1])
        return Reach(straight, nobody, nothing, targets.x, targets.y, limits_m, "", checks)
    return _along_network(targets, network, people, max_join_m, limits_m, checks)


def _along_network(
    targets: Targets,
    network: Network,
    people: SpreadPeople,
    max_join_m: float,
    limits_m: tuple[float, ...],
    checks: dict[str, Any],
) -> Reach:
    ends = ((targets.x, targets.y), (people.x, people.y))
    doors, homes = (_on_edges(join(network.joinable_index, x, y, within_m=max_join_m), network.joinable_edges) for x, y in ends)
    parts = (network.start, network.end, network.length_m)
    at_nodes = node_distances_m(network.graph, *parts, doors, cut_off_m=limits_m[-1])
    found = point_distances_m(at_nodes, *parts, doors, homes, cut_off_m=limits_m[-1])
    there = inside(targets, people.points)
    found[there] = 0.0
    too_far = (homes.edge < 0) & ~there
    every = join(network.index, people.x, people.y, within_m=max_join_m)
    beside = (every.edge >= 0) & ~network.joinable[every.edge]
    shapes_left = np.setdiff1d(np.arange(len(targets)), targets.shape_of[doors.edge >= 0])
    told = {
        **checks,
        "doors": len(targets.x),
        "polygons_that_no_way_meets": targets.unmet,
        "targets_too_far_from_a_street": len(shapes_left),
        "people_too_far_from_a_street": float(people.people[too_far].sum()),
        "people_nearest_to_ways_left_aside": float(people.people[beside].sum()),
    }
    return Reach(found, too_far, at_nodes, targets.x, targets.y, limits_m, "", told)


def _on_edges(joined: Joined, edges: np.ndarray[Any, np.dtype[np.int64]]) -> Joined:
    if not len(edges):
        return joined
    return Joined(np.where(joined.edge >= 0, edges[joined.edge], -1), joined.position, joined.off_m)


def _near_edge(network: Network, zones: Zones, limits_m: tuple[float, ...]) -> list[float]:
    """Return the share of the study region's boundary that lies nearer than each limit to the edge of the extract, or beyond it."""
    extent = shapely.segmentize(shapely.box(*network.extent), 0.01)
    outline, covered = network.plane.project(np.array([shapely.boundary(zones.geometry[0]), extent], dtype=object))
    inner = (shapely.buffer(covered, -limit) for limit in limits_m)
    return [float(1 - shapely.intersection(outline, one).length / outline.length) for one in inner]
