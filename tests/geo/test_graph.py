"""Neighbour lists and components."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.geo.graph import components, degrees, graph_of

EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(0, 100)), max_size=40)


def made(edges, nodes=12):
    start, end, length = (np.array([edge[at] for edge in edges], kind) for at, kind in ((0, np.int64), (1, np.int64), (2, np.float64)))
    return graph_of(start, end, length, nodes)


@settings(deadline=None)
@given(EDGES)
def test_of_parallel_edges_the_shortest_stays_and_none_of_length_zero_is_lost(edges):
    shortest = {}
    for one, other, length in edges:
        if one != other:
            for pair in ((one, other), (other, one)):
                shortest[pair] = min(length, shortest.get(pair, np.inf))
    graph = made(edges)
    found = {}
    for node in range(graph.nodes):
        for place in range(graph.offsets[node], graph.offsets[node + 1]):
            found[node, int(graph.neighbour[place])] = graph.length_m[place]
    assert found == shortest


@settings(deadline=None)
@given(EDGES)
def test_components_are_those_of_networkx(edges):
    reference = nx.Graph()
    reference.add_nodes_from(range(12))
    reference.add_edges_from((one, other) for one, other, _ in edges)
    label = components(made(edges))
    assert {frozenset(np.flatnonzero(label == number).tolist()) for number in set(label.tolist())} == {
        frozenset(part) for part in nx.connected_components(reference)
    }


def test_the_degree_counts_different_neighbours():
    assert degrees(made([(0, 1, 1.0), (1, 0, 2.0), (1, 2, 1.0), (2, 2, 1.0)], 4)).tolist() == [1, 2, 1, 0]


@pytest.mark.parametrize("edge", [(0, 12, 1.0), (-1, 0, 1.0), (0, 1, -1.0), (0, 1, np.nan), (0, 1, np.inf)])
def test_edges_that_cannot_be_are_refused(edge):
    with pytest.raises(ValueError, match="edge"):
        made([edge])
