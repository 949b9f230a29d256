"""Undirected graphs of edges between numbered nodes: neighbour lists and connected components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Graph:
    """Neighbour lists: node i meets `neighbour[offsets[i]:offsets[i + 1]]` at `length_m` (each edge stands twice)."""

    offsets: Integers
    neighbour: Short
    length_m: Floats

    @property
    def nodes(self) -> int:
        """How many nodes there are, joined to an edge or not."""
        return len(self.offsets) - 1


def graph_of(start: Integers, end: Integers, length_m: Floats, nodes: int) -> Graph:
    """Return the neighbour lists of undirected edges.

    Of parallel edges the shortest is kept; edges of length zero stay; loops (start = end) lead nowhere and are dropped.

    Parameters
    ----------
    start, end : (edges,) node numbers, 0 to nodes - 1
    length_m : (edges,) metres, 0 or more, finite
    nodes : how many nodes there are

    Raises
    ------
    ValueError
        If a node number is out of range or a length is negative, infinite or missing.
    """
    if len(start) and (min(start.min(), end.min()) < 0 or max(start.max(), end.max()) >= nodes):
        raise ValueError("an edge names a node that is not there")
    if len(length_m) and not (np.isfinite(length_m).all() and length_m.min() >= 0):
        raise ValueError("the length of an edge must be 0 m or more")
    offsets, neighbour, lengths = _neighbour_lists(start, end, length_m.astype(np.float64), nodes)
    return Graph(offsets, neighbour, lengths)


def degrees(graph: Graph) -> Integers:
    """Return how many different neighbours each node has, (nodes,)."""
    return np.diff(graph.offsets)


def components(graph: Graph) -> Integers:
    """Return the number of the connected component of each node, (nodes,), numbered in order of their first node."""
    return _components(graph.offsets, graph.neighbour)


@compiled
def _neighbour_lists(start: Integers, end: Integers, length: Floats, nodes: int) -> tuple[Integers, Short, Floats]:
    counts = np.zeros(nodes + 1, np.int64)
    for edge in range(len(start)):
        if start[edge] != end[edge]:
            counts[start[edge] + 1] += 1
            counts[end[edge] + 1] += 1
    ends = np.cumsum(counts)
    place = ends[:-1].copy()
    neighbour = np.empty(ends[-1], np.int32)
    lengths = np.empty(ends[-1], np.float64)
    for edge in range(len(start)):
        one, other = start[edge], end[edge]
        if one != other:
            neighbour[place[one]] = other
            lengths[place[one]] = length[edge]
            place[one] += 1
            neighbour[place[other]] = one
            lengths[place[other]] = length[edge]
            place[other] += 1
    # parallel edges: keep the shortest, in place, list by list (lists are short, so a scan beats a sort)
    offsets = np.zeros(nodes + 1, np.int64)
    kept = 0
    for node in range(nodes):
        first = kept
        for position in range(ends[node], ends[node + 1]):
            found = -1
            for earlier in range(first, kept):
                if neighbour[earlier] == neighbour[position]:
                    found = earlier
                    break
            if found >= 0:
                lengths[found] = min(lengths[found], lengths[position])
            else:
                neighbour[kept] = neighbour[position]
                lengths[kept] = lengths[position]
                kept += 1
        offsets[node + 1] = kept
    return offsets, neighbour[:kept].copy(), lengths[:kept].copy()


@compiled
def _components(offsets: Integers, neighbour: Short) -> Integers:
    nodes = len(offsets) - 1
    label = np.full(nodes, -1, np.int64)
    stack = np.empty(nodes, np.int64)
    number = 0
    for seed in range(nodes):
        if label[seed] >= 0:
            continue
        label[seed] = number
        stack[0] = seed
        height = 1
        while height:
            height -= 1
            node = stack[height]
            for position in range(offsets[node], offsets[node + 1]):
                other = neighbour[position]
                if label[other] < 0:
                    label[other] = number
                    stack[height] = other
                    height += 1
        number += 1
    return label
