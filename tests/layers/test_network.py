"""Ways as a graph."""

import numpy as np
import pytest
from tests.layers.small_city import cross, extract, zones

from ekistics.layers.network import driving_network, intersections, walking_network, zone_intersections


def test_edges_are_as_long_as_the_ways():
    network = walking_network(osm=extract(), zones=zones())
    assert network.length_m.sum() == pytest.approx(12 * 1000, rel=1e-5)
    assert len(network) == 60


def test_ways_that_share_no_node_do_not_meet():
    lines = [[(1, 0, 0), (2, 1200, 0)], [(3, 600, -600), (4, 600, 600)]]
    network = walking_network(osm=extract(lines), zones=zones())
    assert network.checks["components"] == 2
    assert len(intersections(network, within_m=15.0)[0]) == 0


def test_a_small_piece_is_left_aside_and_said():
    lines = [*cross(), [(900, 50, 50), (901, 150, 50)]]
    network = walking_network(osm=extract(lines), zones=zones())
    assert (~network.joinable).sum() == 1
    assert network.checks["length_left_aside_km"] == pytest.approx(0.1, rel=1e-4)
    assert walking_network(osm=extract(lines), zones=zones(), joinable_component_m=50.0).joinable.all()


@pytest.mark.parametrize(("corner", "joins"), [(900, False), (0, True)])
def test_an_outline_of_a_square_is_joined_only_where_a_way_leads_to_it(corner, joins):
    ring = [(corner, 0, 0), (901, -400, 0), (902, -400, -400), (903, 0, -400), (corner, 0, 0)]
    outline = [False] * 12 + [True]
    network = walking_network(osm=extract([*cross(), ring], outline=outline), zones=zones())
    assert network.joinable[network.way == 112].all() == joins


def test_crossings_nearer_than_fifteen_metres_are_one():
    double = [[(1, 0, 0), (2, 100, 0), (3, 112, 0), (4, 300, 0)], [(5, 100, -90), (2, 100, 0), (6, 100, 90)], [(7, 112, -90), (3, 112, 0)]]
    network = walking_network(osm=extract(double), zones=zones())
    x, _ = intersections(network, within_m=15.0)
    assert len(x) == 1
    assert len(intersections(network, within_m=5.0)[0]) == 2


def test_walking_and_driving_are_counted_apart_and_zones_add_up():
    osm = extract(drivable=[True] * 6 + [False] * 6)
    study = zones()
    walking, driving = walking_network(osm=osm, zones=study), driving_network(osm=osm, zones=study)
    table = zone_intersections(walking_network=walking, driving_network=driving, zones=study)
    assert table.columns["intersections_walking"].tolist() == [32, 16, 16]
    assert table.columns["intersections_driving"].tolist() == [0, 0, 0]


def test_an_extract_without_ways_gives_an_empty_network():
    network = walking_network(osm=extract(walkable=[False] * 12), zones=zones())
    assert len(network) == 0
    assert network.graph.nodes == 0
    assert np.isfinite(network.checks["length_km"])
