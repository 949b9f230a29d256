"""Doors."""

import numpy as np
import pytest
import shapely
from tests.layers.small_city import cross, drawn, extract, zones

from ekistics.layers.entrances import Targets, nearest_shape_m, targets_of
from ekistics.layers.network import walking_network


def network(lines=None):
    return walking_network(osm=extract(lines), zones=zones())


def doors(*shapes, lines=None):
    return targets_of(np.array([drawn(shape) for shape in shapes], dtype=object), network(lines))


def spots(targets):
    longitude, latitude = network().plane.backward(targets.x, targets.y)
    return np.column_stack([longitude, latitude])


def expected(*places):
    return np.array([[one.x, one.y] for one in (drawn(shapely.Point(place)) for place in places)])


def test_a_space_is_entered_where_ways_cross_its_edge():
    found = doors(shapely.box(150, 50, 250, 150))  # the street x = 200 runs through it
    assert np.sort(spots(found), axis=0) == pytest.approx(np.sort(expected((200, 50), (200, 150)), axis=0), abs=1e-6)
    assert found.unmet == 0


def test_a_way_that_ends_at_the_edge_is_a_door_though_the_last_digit_differs():
    lines = [*cross(), [(0, 0, 0), (900, 50, 50)]]
    found = doors(shapely.box(50 + 1e-6, 40, 120, 120), lines=lines)
    assert len(found.x) == 1
    assert spots(found) == pytest.approx(expected((50, 50)), abs=1e-6)


def test_a_way_along_the_edge_is_a_door_all_along():
    found = doors(shapely.box(210, 200, 390, 300))
    assert len(found.x) >= 9
    assert np.ptp(found.y) < 1


def test_a_space_that_no_way_meets_has_a_door_each_twenty_metres_and_none_in_its_middle():
    space = shapely.box(30, 30, 170, 170)
    found = doors(space)
    assert found.unmet == 1
    ring = shapely.LineString(np.column_stack([found.x, found.y]))
    assert np.hypot(np.diff(found.x), np.diff(found.y)).max() <= 20.001
    assert ring.length == pytest.approx(560, rel=1e-3)


def test_a_way_that_nobody_may_join_is_no_door():
    found = doors(shapely.box(50, 50, 120, 120), lines=[*cross(), [(900, 60, 100), (901, 60, 140)]])
    assert found.unmet == 1


def test_a_point_is_its_own_door_and_parts_belong_to_their_shape():
    two = shapely.MultiPolygon([shapely.box(150, 50, 250, 150), shapely.box(30, 230, 60, 260)])
    found = doors(shapely.Point(5, 5), two)
    assert set(found.shape_of.tolist()) == {0, 1}
    assert (found.shape_of == 0).sum() == 1


def test_straight_lines_end_at_the_shape_and_are_zero_inside():
    found = doors(shapely.box(150, 50, 250, 150))
    middle = found.x.mean(), found.y.mean()
    points = shapely.points([middle[0], middle[0] + 80, middle[0] + 900], np.full(3, middle[1]))
    assert nearest_shape_m(found, shapely.STRtree(points), within_m=400) == pytest.approx([0, 30, np.inf], abs=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_straight_lines_are_as_long_as_shapely_says_for_shapes_of_every_kind(seed):
    drawn_by = np.random.default_rng(seed)
    corner = drawn_by.uniform(0, 900, (8, 2))
    ring = shapely.Point(corner[0]).buffer(90).difference(shapely.Point(corner[0]).buffer(60))
    shapes = np.array(
        [
            ring,
            shapely.MultiPoint(corner[1:3]),
            shapely.LineString(corner[3:6]),
            shapely.box(*corner[6], *(corner[6] + 50)),
            shapely.Point(),
        ],
        dtype=object,
    )
    targets = Targets(shapes, corner[:0, 0], corner[:0, 1], np.zeros(0, np.int64), 0)
    points = shapely.points(np.concatenate([drawn_by.uniform(-200, 1100, (300, 2)), corner]))
    straight = shapely.distance(shapes[:-1, None], points).min(axis=0)
    within = 150.0
    assert nearest_shape_m(targets, shapely.STRtree(points), within_m=within) == pytest.approx(
        np.where(straight <= within, straight, np.inf)
    )
