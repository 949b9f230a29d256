"""Lengths and areas on the ellipsoid against pyproj and known figures."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from ekistics.geo.ellipsoid import areas_m2, equal_area_plane, lengths_m, segment_lengths_m, true_length_plane, utm_code

GEOD = Geod(ellps="WGS84")


@settings(deadline=None)
@given(
    longitude=st.floats(-179, 179),
    latitude=st.floats(-89.5, 89.5),
    east=st.floats(-0.5, 0.5),
    north=st.floats(-0.4, 0.4),
    scale=st.sampled_from([1e-5, 1e-3, 0.04, 1.0]),
)
def test_segments_are_within_a_millionth_of_the_geodesic(longitude, latitude, east, north, scale):
    other = (longitude + east * scale, latitude + north * scale)
    truth = GEOD.inv(longitude, latitude, *other)[2]
    found = segment_lengths_m(np.array([longitude]), np.array([latitude]), np.array([other[0]]), np.array([other[1]]))[0]
    assert found == pytest.approx(truth, rel=1e-6, abs=1e-6)


def test_lines_and_outlines_are_as_long_as_their_segments():
    line = shapely.LineString([(0, 0), (0.01, 0), (0.01, 0.01)])
    ring = shapely.Polygon([(0, 0), (0.01, 0), (0.01, 0.01)])
    parts = shapely.MultiLineString([[(0, 0), (0.01, 0)], [(0.01, 0), (0.01, 0.01)]])
    found = lengths_m(np.array([line, ring, parts, shapely.Point(0, 0)], dtype=object))
    assert found[0] == pytest.approx(GEOD.geometry_length(line), rel=1e-6)
    assert found[1] == pytest.approx(GEOD.geometry_length(ring.exterior), rel=1e-6)
    assert found[2] == pytest.approx(found[0])
    assert found[3] == 0


def test_holes_are_taken_off_whichever_way_rings_are_drawn():
    square = shapely.box(10, 50, 10.1, 50.1)
    hole = shapely.box(10.02, 50.02, 10.04, 50.04)
    holed = square.difference(hole)
    whole, inside, rest, turned = areas_m2(np.array([square, hole, holed, shapely.reverse(holed)], dtype=object))
    assert rest == pytest.approx(whole - inside)
    assert turned == pytest.approx(rest)


def test_the_equal_area_plane_keeps_areas_and_the_other_keeps_lengths():
    extent = (-15.5, 28.0, -15.4, 28.2)
    box = np.array([shapely.box(*extent)], dtype=object)
    dense = shapely.segmentize(box, 0.001)
    assert shapely.area(equal_area_plane(extent).project(dense))[0] == pytest.approx(areas_m2(dense)[0], rel=1e-6)
    assert shapely.length(true_length_plane(extent).project(dense))[0] == pytest.approx(lengths_m(dense)[0], rel=1e-5)


def test_points_come_back_from_the_plane():
    plane = true_length_plane((-51.3, -30.1, -51.1, -29.9))
    longitude, latitude = plane.backward(*plane.forward(np.array([-51.2]), np.array([-30.0])))
    assert (longitude[0], latitude[0]) == pytest.approx((-51.2, -30.0), abs=1e-9)


def test_utm_zone_of_an_extent():
    assert utm_code((-51.3, -30.1, -51.1, -29.9)) == 32722
    assert utm_code((-15.5, 28.0, -15.4, 28.2)) == 32628
