"""How far people walk to the nearest open space, stop, school, health facility and market.

The way runs along the walking network and counts from door to door: straight to the nearest joinable edge, along edges, and
straight to the entrance (`entrances.py`); the search from the targets is in `walks.py`. Who lives inside the target is at
distance 0. Who lives farther than `max_join_m` from any joinable edge, unless inside, is not reached: such people stay in the
denominator and are counted in `people_too_far_from_a_street`. `distance="straight-line"` measures to the shape itself instead;
the way by network is never shorter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ekistics.geo.join import Joined, join
from ekistics.geo.reach import point_distances_m
from ekistics.layers.entrances import inside, nearest_shape_m
from ekistics.layers.network import Network
from ekistics.layers.people import SpreadPeople
from ekistics.layers.registry import layer
from ekistics.layers.walks import MAX_JOIN_M, Walk
from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Flags, Floats

DISTANCES = ("network", "straight-line")


@dataclass(frozen=True)
class Reach:
    """Distances of people points to the nearest target.

    `distance_m` is infinite where no target lies within `limits_m[-1]`. `reason` says why nothing could be measured, empty where
    it could.
    """

    distance_m: Floats
    too_far: Flags
    limits_m: tuple[float, ...]
    reason: str = ""
    checks: dict[str, Any] = field(default_factory=dict)

    def within(self, limit_m: float) -> Flags:
        """Return who has a target within a limit (inclusive)."""
        if limit_m > self.limits_m[-1]:
            raise ValueError(f"searched to {self.limits_m[-1]} m only, {limit_m} m asked")
        return self.distance_m <= limit_m


@dataclass(frozen=True)
class Homes:
    """Where people meet the network: the nearest edge that may be joined, and for whom a way that was left aside is nearer."""

    joined: Joined
    beside_ways_left_aside: Flags


@layer(edition="1")
def homes(*, people: SpreadPeople, walking_network: Network, max_join_m: float = MAX_JOIN_M) -> Homes:
    """Join people to the walking network."""
    network = walking_network
    nearest = join(network.index, people.x, people.y, within_m=max_join_m)
    beside = (nearest.edge >= 0) & ~network.joinable[nearest.edge] if len(network) else np.zeros(len(people), np.bool_)
    return Homes(network.joined(people.x, people.y, within_m=max_join_m), beside)


@layer(edition="2")
def reach_open_space(
    *, homes: Homes, walk_to_open_space: Walk, walking_network: Network, people: SpreadPeople, distance: str = "network"
) -> Reach:
    """Measure how far people are from an open public space."""
    return _reach(walk_to_open_space, homes, walking_network, people, distance)


@layer(edition="2")
def reach_low_capacity_stops(
    *, homes: Homes, walk_to_low_capacity_stops: Walk, walking_network: Network, people: SpreadPeople, distance: str = "network"
) -> Reach:
    """Measure how far people are from a stop of buses, trams and the like."""
    return _reach(walk_to_low_capacity_stops, homes, walking_network, people, distance)


@layer(edition="2")
def reach_high_capacity_stops(
    *, homes: Homes, walk_to_high_capacity_stops: Walk, walking_network: Network, people: SpreadPeople, distance: str = "network"
) -> Reach:
    """Measure how far people are from a station of trains, metros or ferries."""
    return _reach(walk_to_high_capacity_stops, homes, walking_network, people, distance)


@layer(edition="2")
def reach_schools(
    *, homes: Homes, walk_to_schools: Walk, walking_network: Network, people: SpreadPeople, distance: str = "network"
) -> Reach:
    """Measure how far people are from a school."""
    return _reach(walk_to_schools, homes, walking_network, people, distance)


@layer(edition="2")
def reach_health(*, homes: Homes, walk_to_health: Walk, walking_network: Network, people: SpreadPeople, distance: str = "network") -> Reach:
    """Measure how far people are from a health facility."""
    return _reach(walk_to_health, homes, walking_network, people, distance)


@layer(edition="2")
def reach_markets(
    *, homes: Homes, walk_to_markets: Walk, walking_network: Network, people: SpreadPeople, distance: str = "network"
) -> Reach:
    """Measure how far people are from a market."""
    return _reach(walk_to_markets, homes, walking_network, people, distance)


def _reach(walk: Walk, homes: Homes, network: Network, people: SpreadPeople, distance: str) -> Reach:
    if distance not in DISTANCES:
        raise InvalidInput("no such distance", found=distance, expected=", ".join(DISTANCES))
    nobody = np.zeros(len(people), np.bool_)
    if walk.reason or not len(people):
        return Reach(np.full(len(people), np.inf), nobody, walk.limits_m, walk.reason)
    if distance == "straight-line":
        straight = nearest_shape_m(walk.targets, people.points, within_m=walk.limits_m[-1])
        return Reach(straight, nobody, walk.limits_m, "", walk.checks)
    parts = (network.start, network.end, network.length_m)
    found = point_distances_m(walk.node_distance_m, *parts, walk.doors, homes.joined, cut_off_m=walk.limits_m[-1])
    there = inside(walk.targets, people.points)
    found[there] = 0.0
    too_far = (homes.joined.edge < 0) & ~there
    told = {
        **walk.checks,
        "people_too_far_from_a_street": float(people.people[too_far].sum()),
        "people_nearest_to_ways_left_aside": float(people.people[homes.beside_ways_left_aside].sum()),
    }
    return Reach(found, too_far, walk.limits_m, "", told)
