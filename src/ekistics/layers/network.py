"""The ways that people walk and drive as a graph of straight segments, and where they meet.

Every piece between two nodes of a way is an edge with its length on the ellipsoid. Ways meet at nodes that they share; a way
with a missing node was broken there by the reader and is not bridged. People and entrances may join an edge whose connected
component holds at least `joinable_component_m` of ways; outlines of squares (`area=yes`) are walked, but do not count towards
that length, so an outline that meets no way is no place to join. What is left aside is in `checks`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from ekistics.geo.ellipsoid import LocalPlane, segment_lengths_m
from ekistics.geo.graph import Graph, components, degrees, graph_of
from ekistics.geo.join import Joined, SegmentIndex, index_segments, join
from ekistics.layers.registry import Zones, ZoneTable, layer
from ekistics.layers.study import in_zones, plane_of
from ekistics.model.extracts import Flags, Floats, Integers, OsmExtract, Streets


@dataclass(frozen=True)
class Network:
    """Edges between numbered nodes. `x`, `y` are the nodes on `plane`; `length_m` is on the ellipsoid; `extent` is the extract's.

    Edge e runs from node `start[e]` to `end[e]`, is part of way `way[e]`, and may be joined where `joinable[e]`.
    """

    plane: LocalPlane
    x: Floats
    y: Floats
    start: Integers
    end: Integers
    length_m: Floats
    way: Integers
    joinable: Flags
    extent: tuple[float, float, float, float]
    checks: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.start)

    # what every kind of target and every spread of people asks of the same network is made once

    @cached_property
    def graph(self) -> Graph:
        """The neighbour lists."""
        return graph_of(self.start, self.end, self.length_m, len(self.x))

    @cached_property
    def joinable_edges(self) -> Integers:
        """The numbers of the edges that people and entrances may join."""
        return np.flatnonzero(self.joinable)

    @cached_property
    def joinable_index(self) -> SegmentIndex:
        """The joinable edges, in their order, as segments to join points to."""
        return self._index(self.joinable_edges)

    def joined(self, x: Floats, y: Floats, *, within_m: float) -> Joined:
        """Return where points meet the nearest edge that may be joined, by the number of the edge."""
        found = join(self.joinable_index, x, y, within_m=within_m)
        if not len(self.joinable_edges):
            return found
        return Joined(np.where(found.edge >= 0, self.joinable_edges[found.edge], -1), found.position, found.off_m)

    @cached_property
    def index(self) -> SegmentIndex:
        """All edges as segments."""
        return self._index(np.arange(len(self)))

    @cached_property
    def joinable_lines(self) -> shapely.STRtree:
        """The joinable edges, in their order, as lines in a tree."""
        ends = [np.column_stack([self.x[one], self.y[one]]) for one in (self.start[self.joinable], self.end[self.joinable])]
        return shapely.STRtree(np.asarray(shapely.linestrings(np.stack(ends, axis=1)), dtype=object))

    def _index(self, edges: Integers) -> SegmentIndex:
        start, end = self.start[edges], self.end[edges]
        return index_segments(self.x[start], self.y[start], self.x[end], self.y[end])


@layer(edition="1")
def walking_network(*, osm: OsmExtract, zones: Zones, joinable_component_m: float = 1000.0) -> Network:
    """Return the ways that a person may walk."""
    return _network(osm, osm.streets.walkable, plane_of(zones), joinable_component_m)


@layer(edition="1")
def driving_network(*, osm: OsmExtract, zones: Zones) -> Network:
    """Return the ways that a car may drive."""
    return _network(osm, osm.streets.drivable, plane_of(zones), 0.0)


@layer(edition="1", gives=("intersections_walking", "intersections_driving"))
def zone_intersections(
    *, walking_network: Network, driving_network: Network, zones: Zones, merge_intersections_m: float = 15.0
) -> ZoneTable:
    """Count where at least three ways lead off a node; nodes within 15 m of one another (also over others) are one."""
    polygons = plane_of(zones).project(zones.geometry)
    columns, checks = {}, {"merge_intersections_m": merge_intersections_m}
    for code, network in (("intersections_walking", walking_network), ("intersections_driving", driving_network)):
        x, y = intersections(network, within_m=merge_intersections_m)
        columns[code] = in_zones(x, y, polygons).sums(np.ones(len(x)))
    return ZoneTable(columns, checks=checks)


def intersections(network: Network, *, within_m: float) -> tuple[Floats, Floats]:
    """Return where at least three ways lead off, merged within a distance: x and y of the middle of each group, metres."""
    crossing = np.flatnonzero(degrees(network.graph) >= 3)
    places = np.column_stack([network.x[crossing], network.y[crossing]])
    if not len(places):
        return np.zeros(0), np.zeros(0)
    pairs = KDTree(places).query_pairs(within_m, output_type="ndarray")
    near = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(places), len(places)))
    groups, label = connected_components(near, directed=False)
    size = np.bincount(label, minlength=groups)
    return tuple(np.bincount(label, weights=places[:, axis], minlength=groups) / size for axis in (0, 1))  # type: ignore[return-value]


def street_segments(streets: Streets, chosen: Flags) -> tuple[Integers, Integers]:
    """Return the pieces between two nodes of the chosen lines: the position of each piece's first vertex, and its line."""
    line = np.repeat(np.arange(len(streets)), np.diff(streets.offsets))
    first = np.flatnonzero((line[1:] == line[:-1]) & chosen[line[:-1]])
    return first.astype(np.int64), line[first].astype(np.int64)


def _network(osm: OsmExtract, chosen: Flags, plane: LocalPlane, joinable_component_m: float) -> Network:
    streets = osm.streets
    first, line = street_segments(streets, chosen)
    moved = streets.node[first] != streets.node[first + 1]
    first, line = first[moved], line[moved]
    _, vertex, number = np.unique(np.concatenate([streets.node[first], streets.node[first + 1]]), return_index=True, return_inverse=True)
    vertices = np.concatenate([first, first + 1])[vertex]
    x, y = plane.forward(streets.longitude[vertices], streets.latitude[vertices])
    start, end = number[: len(first)].astype(np.int64), number[len(first) :].astype(np.int64)
    ends = (streets.longitude[first], streets.latitude[first], streets.longitude[first + 1], streets.latitude[first + 1])
    length = segment_lengths_m(*ends)
    of_way = np.where(streets.is_outline[line], 0.0, length)
    component = components(graph_of(start, end, length, len(x)))[start] if len(start) else start
    held = np.bincount(component, weights=of_way) if len(start) else np.zeros(0)
    joinable = held[component] >= joinable_component_m
    aside = np.unique(component[~joinable])
    checks = {
        "length_km": float(length.sum() / 1000),
        "components": len(held),
        "components_left_aside": len(aside),
        "length_left_aside_km": float(length[~joinable].sum() / 1000),
        "ways_left_aside": len(np.unique(streets.way[line][~joinable])),
    }
    return Network(plane, x, y, start, end, length, streets.way[line], joinable, osm.extent, checks)
