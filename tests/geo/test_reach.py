"""Reach along a network, against networkx on the graph with every point put in as a node."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.geo.graph import graph_of
from ekistics.geo.join import Joined, index_segments, join
from ekistics.geo.reach import node_distances_m, point_distances_m, reached_lengths_m


def joined_by_networkx(start, end, length, entrances, points):
    """Return the distances with every entrance and point as a node of its own, edges cut where they join."""
    graph = nx.MultiGraph()
    graph.add_node("entrance")
    for edge in range(len(start)):
        stops = [(0.0, ("node", int(start[edge]))), (1.0, ("node", int(end[edge])))]
        for name, joined in (("e", entrances), ("p", points)):
            stops.extend((float(joined.position[one]), (name, int(one))) for one in np.flatnonzero(joined.edge == edge))
        stops = sorted(stops, key=lambda stop: stop[0])
        for (at, name), (then, other) in itertools.pairwise(stops):
            graph.add_edge(name, other, weight=(then - at) * length[edge])
    for one in np.flatnonzero(entrances.edge >= 0):
        graph.add_edge(("e", int(one)), "entrance", weight=float(entrances.off_m[one]))
    found = nx.single_source_dijkstra_path_length(graph, "entrance")
    return np.array([found.get(("p", one), np.inf) + points.off_m[one] for one in range(len(points))])


def reach(start, end, length, nodes, entrances, points, cut_off, **how):
    graph = graph_of(start, end, length, nodes)
    at_nodes = node_distances_m(graph, start, end, length, entrances, cut_off_m=cut_off, **how)
    return point_distances_m(at_nodes, start, end, length, entrances, points, cut_off_m=cut_off)


@st.composite
def cities(draw):
    nodes = draw(st.integers(2, 10))
    count = draw(st.integers(1, 20))
    whole = st.integers(0, nodes - 1)
    pairs = draw(st.lists(st.tuples(whole, whole), min_size=count, max_size=count).map(lambda all_: [p for p in all_ if p[0] != p[1]]))
    pairs = pairs or [(0, 1)]
    length = draw(st.lists(st.integers(0, 60), min_size=len(pairs), max_size=len(pairs)))

    def joined(most):
        edge = draw(st.lists(st.integers(-1, len(pairs) - 1), min_size=1, max_size=most))
        position = [draw(st.integers(0, 4)) / 4 for _ in edge]
        off = [float(draw(st.integers(0, 9))) if one >= 0 else np.inf for one in edge]
        return Joined(np.array(edge, np.int64), np.array(position), np.array(off))

    start, end = (np.array([pair[at] for pair in pairs], np.int64) for at in (0, 1))
    return start, end, np.array(length, np.float64), nodes, joined(4), joined(8)


@settings(max_examples=150, deadline=None)
@given(cities(), st.sampled_from([None, 0.5, 1000.0]))
def test_distances_are_those_of_networkx_with_every_point_as_a_node(city, step):
    start, end, length, nodes, entrances, points = city
    truth = joined_by_networkx(start, end, length, entrances, points)
    assert reach(start, end, length, nodes, entrances, points, 1e6, step_m=step) == pytest.approx(truth)


@settings(deadline=None)
@given(cities(), st.integers(0, 120))
def test_the_cut_off_is_inclusive_and_changes_nothing_within(city, cut_off):
    start, end, length, nodes, entrances, points = city
    far = reach(start, end, length, nodes, entrances, points, 1e6)
    assert reach(start, end, length, nodes, entrances, points, float(cut_off)) == pytest.approx(np.where(far <= cut_off, far, np.inf))


def grid_city(seed=3, side=25):
    random = np.random.default_rng(seed)
    x, y = 90.0 * np.stack(np.divmod(np.arange(side * side), side)) + random.normal(0, 15, (2, side * side))
    number = np.arange(side * side).reshape(side, side)
    start = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    end = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = random.random(len(start)) > 0.25
    start, end = start[kept], end[kept]
    return x, y, start, end, np.hypot(x[end] - x[start], y[end] - y[start])


def test_the_way_by_network_is_never_shorter_than_the_straight_one():
    x, y, start, end, length = grid_city()
    random = np.random.default_rng(4)
    doors, people = random.uniform(0, 2200, (2, 12)), random.uniform(-50, 2250, (2, 600))
    index = index_segments(x[start], y[start], x[end], y[end])
    joined = [join(index, *where, within_m=250.0) for where in (doors, people)]
    found = reach(start, end, length, len(x), *joined, 1500.0)
    straight = np.hypot(doors[0] - people[0][:, None], doors[1] - people[1][:, None]).min(axis=1)
    assert (found >= straight - 1e-9).all()
    assert np.isfinite(found).any()


def test_a_node_that_is_reached_beyond_the_cut_off_is_not_reached():
    graph = graph_of(np.array([0, 1]), np.array([1, 2]), np.array([10.0, 10.0]), 3)
    at = Joined(np.array([0]), np.array([0.0]), np.array([5.0]))
    found = node_distances_m(graph, np.array([0, 1]), np.array([1, 2]), np.array([10.0, 10.0]), at, cut_off_m=15.0)
    assert found.tolist() == [5.0, 15.0, np.inf]


def test_an_edge_is_reached_from_both_ends_as_far_as_the_limit():
    from_start, from_end = reached_lengths_m(np.array([5.0, np.inf]), np.array([0]), np.array([1]), np.array([20.0]), limit_m=15.0)
    assert (from_start[0], from_end[0]) == (10.0, 0.0)
