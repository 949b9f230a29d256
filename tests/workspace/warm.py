"""Loaded once into the fork server: a measurement's rooms and its compiled kernels, so that a child starts in milliseconds.

The kernels are called on a city made in memory. Readers are left to the children: some keep threads, which a fork does not copy.
"""

from __future__ import annotations

import numpy as np
import shapely
from tests.layers.small_city import drawn, extract, facilities, given, zones
from tests.layers.walking import reach_of

import ekistics.workspace.importing
import ekistics.workspace.measure
import ekistics.workspace.workspace  # noqa: F401
from ekistics.layers.catalogue import load_all
from ekistics.layers.network import driving_network, walking_network, zone_intersections
from ekistics.layers.people import people


def warm_up() -> None:
    """Call what is compiled."""
    load_all()
    region = zones()
    school = facilities([shapely.Point(100, 0)], ["school"])
    osm = extract(places=school)
    walking, driving = walking_network(osm=osm, zones=region), driving_network(osm=osm, zones=region)
    zone_intersections(walking_network=walking, driving_network=driving, zones=region)
    spread = people(zones=region, people_given=given([shapely.box(0, 0, 1000, 1000)], [100.0]), osm=osm)
    reached = reach_of("schools", osm=osm, walking_network=walking, people=spread, zones=region)
    assert np.isfinite(reached.distance_m).any()
    assert drawn(shapely.Point(0, 0)) is not None


warm_up()
