"""Street lines and coast out of ways: broken where a node is missing, cut where a barrier stops walkers, never bridged."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely

from ekistics.model.extracts import Floats, Geometries, Integers, Streets
from ekistics.sources.osm_shapes import Way
from ekistics.sources.osm_verdicts import Judge, StreetVerdict, column


@dataclass
class Lines:
    """Street lines as they are collected; `broken` are the ways that lack nodes, `cut` those with a barrier in them."""

    way: list[int] = field(default_factory=list)
    nodes: list[list[int]] = field(default_factory=list)
    places: list[Floats] = field(default_factory=list)
    verdicts: list[StreetVerdict] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    fresh: int = -1

    def add(self, way: int, nodes: list[int], places: Floats, verdict: StreetVerdict) -> None:
        """Add one line, unless it is a single point."""
        if len(nodes) > 1:
            self.way.append(way)
            self.nodes.append(nodes)
            self.places.append(places)
            self.verdicts.append(verdict)


def lines_of_ways(ways: list[Way], judge: Judge[StreetVerdict], blocked: set[int]) -> Lines:
    """Return the lines of all ways that the rules want, given the nodes that stop walkers."""
    lines = Lines()
    for way in ways:
        if "highway" not in way.tags:
            continue
        verdict = judge(way.tags)
        if not verdict.is_wanted:
            continue
        barriers = verdict.walkable and not blocked.isdisjoint(way.nodes)
        if not way.is_whole:
            lines.broken.append(way.id)
        if barriers:
            lines.cut.append(way.id)
        if barriers or not way.is_whole:
            _add_pieces(lines, way, verdict, blocked if barriers else set())
        else:
            lines.add(way.id, way.nodes, way.coordinates, verdict)
    return lines


def _add_pieces(lines: Lines, way: Way, verdict: StreetVerdict, blocked: set[int]) -> None:
    """Add a way as several lines: a barrier becomes two nodes of our own (negative) at its point, one on either side."""
    nodes: list[int] = []
    start = 0
    missing = np.isnan(way.coordinates[:, 0])

    def close(stop: int) -> None:
        lines.add(way.id, nodes, way.coordinates[start:stop], verdict)

    for row, node in enumerate(way.nodes):
        if missing[row]:
            close(row)
            nodes, start = [], row + 1
        elif node in blocked:
            nodes.append(lines.fresh)
            close(row + 1)
            nodes, start = [lines.fresh - 1], row
            lines.fresh -= 2
        else:
            nodes.append(node)
    close(len(way.nodes))


def streets_of(lines: Lines) -> Streets:
    """Return the collected lines as equal columns."""
    places = np.concatenate([np.empty((0, 2)), *lines.places])
    lengths = np.array([len(nodes) for nodes in lines.nodes], dtype=np.int64)
    node: Integers = np.array([node for nodes in lines.nodes for node in nodes], dtype=np.int64)
    said = lines.verdicts
    return Streets(
        way=np.array(lines.way, dtype=np.int64),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]),
        node=node,
        longitude=np.ascontiguousarray(places[:, 0]),
        latitude=np.ascontiguousarray(places[:, 1]),
        street_class=column(said, "street_class", np.str_),
        walkable=column(said, "walkable", np.bool_),
        drivable=column(said, "drivable", np.bool_),
        is_street=column(said, "is_street", np.bool_),
        is_outline=column(said, "is_outline", np.bool_),
        width_m=column(said, "width_m", np.float64),
        width_from=column(said, "width_from", np.str_),
        residential=column(said, "residential", np.bool_),
    )


def coastline_of(ways: list[Way]) -> Geometries:
    """Return the coast as lines, broken where nodes are missing, joined where they meet; land lies to their left."""
    pieces = []
    for way in ways:
        if way.tags.get("natural") == "coastline":
            runs = np.split(way.coordinates, np.flatnonzero(np.isnan(way.coordinates[:, 0])))
            known = [run[~np.isnan(run[:, 0])] for run in runs]
            pieces += [shapely.LineString(run) for run in known if len(run) > 1]
    merged = shapely.line_merge(shapely.MultiLineString(pieces), directed=True)
    return np.asarray(shapely.get_parts(merged), dtype=object)
