"""Distance along a network from many entrances at once, with a cut-off; both ends joined to edges.

The path of a person is: straight to the nearest edge, along it, along the graph, along the entrance's edge, straight to the
entrance. One search answers for every limit up to the cut-off. Labels are corrected in rounds over a frontier (no heap: with
a few hundred metres a path has few hops, so a heap only costs), nearer nodes first.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled
from ekistics.geo.graph import Graph
from ekistics.geo.join import Joined

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]


def node_distances_m(
    graph: Graph, start: Integers, end: Integers, length_m: Floats, entrances: Joined, *, cut_off_m: float, step_m: float | None = None
) -> Floats:
    """Return the distance from each node to the nearest entrance, (nodes,) metres; infinite beyond the cut-off (inclusive).

    Parameters
    ----------
    graph : the neighbour lists of the edges
    start, end, length_m : (edges,) node numbers and metres of the edges that entrances are joined to
    entrances : where the entrances meet edges; those that meet none are passed over
    cut_off_m : metres
    step_m : metres; nodes within a step are settled together. It decides speed only. Default: eight mean edges

    Raises
    ------
    ValueError
        If the cut-off is not a finite distance.
    """
    if not np.isfinite(cut_off_m):
        raise ValueError("a search needs a finite cut-off")
    if step_m is None:
        step_m = 8 * float(graph.length_m.mean()) if len(graph.length_m) else 1.0
    distance = np.full(graph.nodes, np.inf)
    held = entrances.edge >= 0
    edge, along = entrances.edge[held], entrances.position[held] * length_m[entrances.edge[held]]
    np.minimum.at(distance, start[edge], entrances.off_m[held] + along)
    np.minimum.at(distance, end[edge], entrances.off_m[held] + (length_m[edge] - along))
    _settle(graph.offsets, graph.neighbour, graph.length_m, distance, cut_off_m, max(step_m, 1e-3))
    return distance


def point_distances_m(
    node_distance_m: Floats, start: Integers, end: Integers, length_m: Floats, entrances: Joined, points: Joined, *, cut_off_m: float
) -> Floats:
    """Return the distance from each joined point to the nearest entrance, (points,) metres; infinite beyond the cut-off.

    Points and entrances on the same edge meet along it, exactly. `node_distance_m` is what `node_distances_m` gave for the same
    entrances and edges.
    """
    order = np.argsort(entrances.edge, kind="stable")
    order = order[entrances.edge[order] >= 0]
    bounds = np.zeros(len(start) + 1, np.int64)
    np.cumsum(np.bincount(entrances.edge[order], minlength=len(start)), out=bounds[1:])
    at, off = entrances.position[order], entrances.off_m[order]
    return _to_points(node_distance_m, start, end, length_m, bounds, at, off, points.edge, points.position, points.off_m, cut_off_m)


def reached_lengths_m(
    node_distance_m: Floats, start: Integers, end: Integers, length_m: Floats, *, limit_m: float
) -> tuple[Floats, Floats]:
    """Return how much of each edge is reached from its start and from its end, both (edges,) metres, at most its length.

    The stretch around an entrance in the middle of an edge is told only where it reaches an end; for maps, not for counts.
    """
    from_start = np.clip(limit_m - node_distance_m[start], 0.0, length_m)
    from_end = np.clip(limit_m - node_distance_m[end], 0.0, length_m)
    return from_start, from_end


@compiled
def _settle(offsets: Integers, neighbour: Short, length: Floats, distance: Floats, cut_off: float, step: float) -> None:
    nodes = len(distance)
    near, coming, far = np.empty(nodes, np.int32), np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    # 1: waits in the coming round, 2: waits among the far, so that each node stands once in each list
    waits = np.zeros(nodes, np.uint8)
    near_count, far_count = 0, 0
    for node in range(nodes):
        if distance[node] <= cut_off:
            far[far_count] = node
            far_count += 1
            waits[node] = 2
        else:
            distance[node] = np.inf
    edge_of_step = 0.0
    while far_count:
        lowest = np.inf
        for place in range(far_count):
            lowest = min(lowest, distance[far[place]])
        # a settled node may still stand among the far, so the step starts at the lowest label that waits
        edge_of_step = max(edge_of_step, lowest) + step
        kept = 0
        for place in range(far_count):
            node = far[place]
            if distance[node] <= edge_of_step:
                near[near_count] = node
                near_count += 1
                waits[node] = 0
            else:
                far[kept] = node
                kept += 1
        far_count = kept
        while near_count:
            coming_count = 0
            for place in range(near_count):
                node = near[place]
                waits[node] &= 2
                here = distance[node]
                for position in range(offsets[node], offsets[node + 1]):
                    there = here + length[position]
                    other = neighbour[position]
                    if there < distance[other] and there <= cut_off:
                        distance[other] = there
                        if there <= edge_of_step:
                            if waits[other] & 1 == 0:
                                waits[other] |= 1
                                coming[coming_count] = other
                                coming_count += 1
                        elif waits[other] & 2 == 0:
                            waits[other] |= 2
                            far[far_count] = other
                            far_count += 1
            near, coming = coming, near
            near_count = coming_count
        near_count = 0


@compiled
def _to_points(
    node_distance: Floats,
    start: Integers,
    end: Integers,
    length: Floats,
    bounds: Integers,
    entrance_at: Floats,
    entrance_off: Floats,
    edge: Integers,
    position: Floats,
    off: Floats,
    cut_off: float,
) -> Floats:
    distance = np.full(len(edge), np.inf)
    for point in range(len(edge)):
        one = edge[point]
        if one < 0:
            continue
        along = position[point] * length[one]
        best = min(node_distance[start[one]] + along, node_distance[end[one]] + (length[one] - along))
        for place in range(bounds[one], bounds[one + 1]):
            best = min(best, abs(position[point] - entrance_at[place]) * length[one] + entrance_off[place])
        if best + off[point] <= cut_off:
            distance[point] = best + off[point]
    return distance
