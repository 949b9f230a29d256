"""Las Palmas: what holds of a whole real city."""

import numpy as np
import pyogrio
import pytest
from tests.layers.walking import reach_of

from ekistics.layers.network import driving_network, walking_network, zone_intersections
from ekistics.layers.open_space import open_space
from ekistics.layers.people import people, zone_people
from ekistics.layers.registry import Zones
from ekistics.layers.service import service
from ekistics.model.extracts import People, PeopleKind
from ekistics.sources.gtfs import read_gtfs
from ekistics.sources.osm import read_osm


@pytest.fixture(scope="module")
def city(data):
    def shapes(name):
        return pyogrio.read_dataframe(data("las_palmas", name)).to_crs(4326).geometry

    urban = shapes("ghs_ucdb2015_R2019A_las_palmas.gpkg").union_all()
    region = shapes("boundary_municipality_cnig.geojson").union_all().intersection(urban)
    districts = list(shapes("secondary_school_catchments_gobcan.geojson"))
    zones = Zones(np.array([str(number) for number in range(30)]), np.array([region, *districts], dtype=object))
    # residents of the urban centre in 2015: GHS Urban Centre Database R2019A V1.2, P15
    count = People(PeopleKind.ZONES, np.array(["uc"]), np.array([urban], dtype=object), np.array([443141.22]), np.array([np.nan]))
    osm = read_osm(data("las_palmas", "las_palmas_osm_20230221.pbf"))
    network = walking_network(osm=osm, zones=zones)
    return osm, zones, network, people(zones=zones, people_given=count, osm=osm)


@pytest.fixture(scope="module")
def reached(city, data):
    osm, zones, network, spread = city
    stops = service(gtfs=read_gtfs([data("las_palmas", "gtfs_guaguas_20230222.zip")]))
    spaces = open_space(osm=osm, zones=zones)

    def both(kind, **needs):
        options = {"walking_network": network, "people": spread, "zones": zones, **needs}
        return reach_of(kind, **options), reach_of(kind, **options, distance="straight-line")

    return {
        "open space": both("open_space", open_space=spaces),
        "stops": both("low_capacity_stops", service=stops),
        "schools": both("schools", osm=osm),
        "health": both("health", osm=osm),
        "markets": both("markets", osm=osm),
    }


def test_nobody_is_lost_between_the_count_and_the_zones(city):
    _, zones, _, spread = city
    assert spread.people.sum() + spread.checks["people_left_outside"] == pytest.approx(443141.22)
    population = zone_people(people=spread, zones=zones).columns["population"]
    # the catchments of schools overlap here and there
    again = spread.checks["people_counted_again_where_zones_overlap"]
    assert population[1:].sum() + spread.checks["people_in_no_zone"] - again == pytest.approx(population[0])
    assert 0 < again < 0.02 * population[0]


@pytest.mark.parametrize("kind", ["open space", "stops", "schools", "health", "markets"])
def test_no_way_by_network_is_shorter_than_the_straight_one(reached, kind):
    network, straight = reached[kind]
    near = np.isfinite(network.distance_m)
    # lengths on the ellipsoid and on the local plane agree to 1e-5
    assert (network.distance_m[near] >= straight.distance_m[near] * (1 - 2e-5) - 0.01).all()
    assert near.any()
    for limit in network.limits_m:
        assert (network.within(limit) <= straight.within(limit + 0.1 if limit < straight.limits_m[-1] else limit)).all()


def test_what_is_left_aside_and_who_it_concerns_is_told(city, reached):
    _, _, network, spread = city
    assert 0 < network.checks["length_left_aside_km"] < 0.1 * network.checks["length_km"]
    concerned = reached["schools"][0].checks["people_nearest_to_ways_left_aside"]
    assert 0 < concerned < 0.1 * spread.people.sum()


def test_no_part_of_the_boundary_lies_within_a_kilometre_of_the_edge_of_the_extract(reached):
    assert reached["schools"][0].checks["boundary_near_the_edge_of_the_extract"]["1200 m"] == 0


def test_crossings_of_the_driving_network_are_fewer_than_of_the_walking_one(city):
    osm, zones, network, _ = city
    table = zone_intersections(walking_network=network, driving_network=driving_network(osm=osm, zones=zones), zones=zones)
    assert 0 < table.columns["intersections_driving"][0] < table.columns["intersections_walking"][0]
