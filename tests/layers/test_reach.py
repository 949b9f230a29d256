"""How far people walk, worked out by hand on small cities and held against networkx on a real one."""

import zipfile

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from tests.layers.small_city import drawn, extract, facilities, given, zones
from tests.layers.walking import reach_of, walk_to

from ekistics.geo.join import join
from ekistics.layers.network import walking_network
from ekistics.layers.open_space import OpenSpace, plane_of_areas
from ekistics.layers.people import people, zone_people
from ekistics.layers.registry import Zones
from ekistics.layers.service import Service
from ekistics.layers.tabulate import zone_reach_open_space, zone_reach_schools, zone_reach_stops
from ekistics.layers.walks import OUTSIDE_WINDOW
from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import People, PeopleKind
from ekistics.sources.osm import read_osm


def stops(low=(), high=(), *, degrees=False, measurable=True):
    """Return a service at places, in metres or degrees."""
    places = [*low, *high]
    count = len(places)
    shapes = [shapely.Point(place) if degrees else drawn(shapely.Point(place)) for place in places]
    is_low, none = np.arange(count) < len(low), np.zeros((count, 28), np.int64)
    return Service(
        stop_id=np.array([str(number) for number in range(count)], dtype=str),
        stop_name=np.full(count, ""),
        longitude=np.array([shape.x for shape in shapes], float),
        latitude=np.array([shape.y for shape in shapes], float),
        station=np.arange(count),
        low=is_low,
        high=~is_low,
        departures_low=none,
        departures_high=none,
        served_low=is_low & measurable,
        served_high=~is_low & measurable,
        an_hour_low=np.zeros(count),
        an_hour_high=np.zeros(count),
        hours_low=np.zeros(2),
        hours_high=np.zeros(2),
        measurable_low=measurable,
        measurable_high=measurable,
        days=("2024-01-02",),
    )


def at(*places, people_each=1.0):
    return given([shapely.Point(place) for place in places], [people_each] * len(places), PeopleKind.POINTS)


def walked(homes, service, **options):
    study, osm = zones(), extract()
    network, spread = walking_network(osm=osm, zones=study), people(zones=study, people_given=homes)
    return reach_of("low_capacity_stops", service=service, walking_network=network, people=spread, zones=study, **options), spread


def test_the_way_to_and_from_the_network_counts_at_both_ends():
    # home 10 m off the street y = 0 at x = 50; stop 20 m off the street x = 200 at y = 100
    found, _ = walked(at((50, 10)), stops([(220, 100)]))
    assert found.distance_m == pytest.approx([10 + 150 + 100 + 20], rel=1e-4)


def test_home_and_stop_on_the_same_edge_meet_along_it():
    found, _ = walked(at((50, 10)), stops([(90, -5)]))
    assert found.distance_m == pytest.approx([10 + 40 + 5], rel=1e-4)


def test_the_limit_is_inclusive_and_nothing_is_told_beyond_it():
    found, _ = walked(at((0, 0), (600, 0)), stops([(0, 400)]))
    assert found.distance_m[0] == pytest.approx(400, rel=1e-4)
    assert np.isinf(found.distance_m[1])
    with pytest.raises(ValueError, match="searched to 500"):
        found.within(501)


def test_too_far_from_a_street_is_told_and_not_reached():
    found, _ = walked(at((50, 90), (50, 10)), stops([(50, 100)]), max_join_m=20.0)
    assert found.too_far.tolist() == [True, False]
    assert np.isinf(found.distance_m).all()
    assert found.checks["people_too_far_from_a_street"] == 1
    assert found.checks["targets_too_far_from_a_street"] == 1


def test_straight_lines_are_an_option_and_never_longer():
    homes, service = at(*np.random.default_rng(2).uniform(0, 1000, (200, 2))), stops([(220, 110), (770, 333)])
    (network, _), (straight, _) = walked(homes, service), walked(homes, service, distance="straight-line")
    assert (network.distance_m >= straight.distance_m - 0.01).all()
    assert np.isfinite(network.distance_m).any()


def test_another_distance_is_refused():
    with pytest.raises(InvalidInput, match="network, straight-line"):
        walked(at((0, 0)), stops([(0, 0)]), distance="flight")


def test_no_stop_of_a_kind_is_missing_with_a_reason_and_either_is_the_other():
    found, spread = walked(at((0, 0), (900, 900), people_each=3), stops([(0, 100)]))
    none, _ = walked(at((0, 0), (900, 900), people_each=3), stops())
    table = zone_reach_stops(reach_low_capacity_stops=found, reach_high_capacity_stops=none, people=spread)
    assert table.columns["people_near_low_capacity_stop"].tolist() == [3, 3, 0]
    assert np.isnan(table.columns["people_near_high_capacity_stop"]).all()
    assert "holds no" in table.reasons["people_near_high_capacity_stop"][0]
    assert table.columns["people_near_stop"].tolist() == [3, 3, 0]


def test_hours_that_the_timetable_does_not_cover_are_not_measurable_and_neither_is_either():
    found, spread = walked(at((0, 0)), stops([(0, 100)]))
    closed, _ = walked(at((0, 0)), stops([(0, 100)], measurable=False))
    table = zone_reach_stops(reach_low_capacity_stops=found, reach_high_capacity_stops=closed, people=spread)
    assert np.isnan(table.columns["people_near_stop"]).all()
    assert table.reasons["people_near_stop"][0] == OUTSIDE_WINDOW


def open_spaces(*shapes):
    shape = np.array([drawn(one) for one in shapes], dtype=object)
    names = np.full(len(shapes), "")
    return OpenSpace(shape, np.zeros(len(shapes)), names, np.empty(0, object), plane_of_areas(zones()))


def test_who_lives_inside_an_open_space_is_there_and_others_walk_to_its_door():
    study, osm = zones(), extract()
    network, spread = walking_network(osm=osm, zones=study), people(zones=study, people_given=at((200, 90), (300, 0), (900, 900)))
    park = open_spaces(shapely.box(150, 50, 250, 150))
    found = reach_of("open_space", open_space=park, walking_network=network, people=spread, zones=study)
    # 100 m along y = 0 and 50 m up x = 200 to the door; straight across it would be 71 m
    assert found.distance_m == pytest.approx([0, 150, np.inf], rel=1e-4)
    table = zone_reach_open_space(reach_open_space=found, people=spread)
    assert table.columns["people_near_open_space"].tolist() == [2, 2, 0]


def schools(places, homes, **how):
    study, osm = zones(), extract(places=facilities(places, ["school"] * len(places)))
    network, spread = walking_network(osm=osm, zones=study), people(zones=study, people_given=homes, osm=osm if homes is None else None)
    found = reach_of("schools", osm=osm, walking_network=network, people=spread, zones=study, **how)
    return zone_reach_schools(reach_schools=found, people=spread)


def test_one_search_answers_five_ten_and_fifteen_minutes_and_the_mean():
    table = schools([shapely.Point(0, 0)], at((395, 0), (795, 0), (1000, 0), (1000, 1000), people_each=2))
    values = {code: value[0] for code, value in table.columns.items()}
    assert values["people_within_5_minutes_of_school"] == 2
    assert values["people_within_10_minutes_of_school"] == 4
    assert values["people_within_15_minutes_of_school"] == 6
    assert values["people_with_distance_to_school"] == 8
    assert values["person_metres_to_school"] == pytest.approx(2 * (395 + 795 + 1000 + 2000), rel=1e-4)


def test_nothing_mapped_of_a_kind_is_missing_with_the_reason():
    table = schools([], at((400, 0)))
    assert all(np.isnan(column).all() for column in table.columns.values())
    assert set(table.reasons) == set(table.columns)


def test_zones_that_share_the_region_add_up():
    table = schools([shapely.box(150, 150, 250, 250)], at(*np.random.default_rng(4).uniform(0, 1000, (300, 2))))
    for column in table.columns.values():
        assert column[1:].sum() == pytest.approx(column[0])


@pytest.fixture(scope="module")
def porto_alegre(data):
    """Return network, people and places of the stops of both feeds (all stops of a feed, as the published figure counts them)."""
    hexagons = pd.read_csv(data("porto_alegre", "poa_hexgrid.csv"))
    centres = shapely.points(hexagons.lon, hexagons.lat)
    region = Zones(np.array(["poa"]), np.array([shapely.multipoints(centres).convex_hull.buffer(0.01)], dtype=object))
    numbers = np.full(len(hexagons), np.nan)
    homes = People(PeopleKind.POINTS, hexagons.id.to_numpy(str), centres, hexagons.population.to_numpy(float), numbers)
    network = walking_network(osm=read_osm(data("porto_alegre", "poa_osm.pbf")), zones=region)
    spread = people(zones=region, people_given=homes)
    feeds = []
    for name in ("poa_eptc.zip", "poa_trensurb.zip"):
        with zipfile.ZipFile(data("porto_alegre", name)) as archive, archive.open("stops.txt") as member:
            feeds.append(pd.read_csv(member))
    return region, network, spread, [list(zip(feed.stop_lon, feed.stop_lat, strict=True)) for feed in feeds]


@pytest.mark.parametrize(("feed", "limit", "straight_share"), [(0, 500.0, 96.7610), (1, 1000.0, 4.6497)])
def test_porto_alegre_is_reached_as_published_straight_and_as_networkx_finds_along_streets(porto_alegre, feed, limit, straight_share):
    region, network, spread, places = porto_alegre
    search = {"walking_network": network, "zones": region, "low_capacity_limit_m": limit, "service": stops(places[feed], degrees=True)}
    options = {**search, "people": spread}
    assert zone_people(people=spread, zones=region).columns["population"][0] == 812_935
    straight = reach_of("low_capacity_stops", distance="straight-line", **options)
    share = 100 * spread.people[straight.within(limit)].sum() / spread.people.sum()
    assert share == pytest.approx(straight_share, abs=5e-5)
    along = reach_of("low_capacity_stops", **options)
    found = 100 * spread.people[along.within(limit)].sum() / spread.people.sum()
    assert found <= straight_share
    truth = by_networkx(network, walk_to("low_capacity_stops", **search).targets, spread, limit)
    assert found == pytest.approx(100 * spread.people[truth <= limit].sum() / spread.people.sum(), abs=0.01)


def by_networkx(network, targets, spread, limit):
    """Return distances by networkx from the same joints on, with every entrance and home as a node of its own."""
    edges, index = network.joinable_edges, network.joinable_index
    doors, homes = (join(index, x, y, within_m=250.0) for x, y in ((targets.x, targets.y), (spread.x, spread.y)))
    on_edge: dict[int, list] = {}
    for name, joined in (("door", doors), ("home", homes)):
        for one in np.flatnonzero(joined.edge >= 0):
            on_edge.setdefault(int(edges[joined.edge[one]]), []).append((joined.position[one], (name, int(one))))
    graph = nx.MultiGraph()
    for edge in range(len(network)):
        last, here = 0.0, int(network.start[edge])
        for position, name in sorted(on_edge.get(edge, [])):
            graph.add_edge(here, name, weight=(position - last) * network.length_m[edge])
            last, here = position, name
        graph.add_edge(here, int(network.end[edge]), weight=(1 - last) * network.length_m[edge])
    for one in np.flatnonzero(doors.edge >= 0):
        graph.add_edge("stop", ("door", int(one)), weight=doors.off_m[one])
    reached = nx.single_source_dijkstra_path_length(graph, "stop", cutoff=limit + 1)
    return np.array([reached.get(("home", one), np.inf) + homes.off_m[one] for one in range(len(homes))])


def test_where_no_stop_of_any_kind_is_served_neither_kind_is_blamed():
    none, spread = walked(at((0, 0)), stops())
    table = zone_reach_stops(reach_low_capacity_stops=none, reach_high_capacity_stops=none, people=spread)
    assert table.reasons["people_near_stop"][0] == "The timetable holds no stop with the service asked for."
