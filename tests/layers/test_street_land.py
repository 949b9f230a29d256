"""Street land is length by width, once; what lies in open space or in a street polygon is not counted again."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from tests.layers.las_palmas import quarters, study_region
from tests.layers.small_city import areas, drawn, extract, zones

from ekistics.layers.open_space import open_space
from ekistics.layers.registry import Zones
from ekistics.layers.street_land import line_lengths_m, lines_of, zone_street_land
from ekistics.sources.osm import read_osm
from ekistics.sources.osm_rules import load_rules

ROAD = [[(1, 0.0, 500.0), (2, 1000.0, 500.0)]]


def measured(osm, places):
    space = open_space(osm=osm, zones=places, least_areas_a_km2=0.0)
    return zone_street_land(osm=osm, open_space=space, zones=places)


def polygon(shape, **flags):
    """Return areas of one polygon with flags."""
    return replace(areas([shape], uses=[""]), **{name: np.array([value]) for name, value in flags.items()})


def test_a_street_takes_its_length_by_its_width():
    table = measured(extract(ROAD), zones())
    assert table.columns["street_length"][0] == pytest.approx(1.0, rel=1e-4)
    assert table.columns["street_area"][0] == pytest.approx(0.006, rel=1e-4)


def test_a_street_across_an_edge_counts_by_its_share_inside():
    lengths = measured(extract(ROAD), zones()).columns["street_length"]
    assert lengths[1:] == pytest.approx([0.5, 0.5], rel=1e-4)


def test_a_street_in_open_space_takes_no_street_land():
    park = polygon(shapely.box(0, 400, 250, 600), open_space=True)
    table = measured(extract(ROAD, buildings=park), zones())
    assert table.columns["street_area"][0] == pytest.approx(0.75 * 0.006, rel=1e-3)
    assert table.columns["street_length"][0] == pytest.approx(1.0, rel=1e-4)


def test_a_street_polygon_counts_as_drawn_and_the_line_within_it_not_again():
    square = polygon(shapely.box(0, 450, 500, 550), street_area=True)
    table = measured(extract(ROAD, buildings=square), zones())
    assert table.columns["street_area"][0] == pytest.approx(0.05 + 0.5 * 0.006, rel=1e-3)


def test_a_plaza_is_open_space_and_no_street_land():
    plaza = polygon(shapely.box(0, 450, 500, 550), street_area=True, open_space=True)
    table = measured(extract(ROAD, buildings=plaza), zones())
    assert table.columns["street_area"][0] == pytest.approx(0.5 * 0.006, rel=1e-3)


def test_outlines_are_no_walkable_length():
    table = measured(extract(ROAD * 2, outline=[True, False]), zones())
    assert table.columns["walkable_length"][0] == pytest.approx(1.0, rel=1e-4)


def test_a_city_without_streets_has_none():
    osm = extract(ROAD, walkable=[False])
    none = replace(osm.streets, is_street=np.array([False]))
    columns = measured(replace(osm, streets=none), zones()).columns
    assert {code: column[0] for code, column in columns.items()} == {"street_area": 0.0, "street_length": 0.0, "walkable_length": 0.0}


def test_lengths_are_those_of_the_geodesic():
    osm = extract()
    wanted = [Geod(ellps="WGS84").geometry_length(line) for line in lines_of(osm.streets)]
    assert line_lengths_m(osm.streets) == pytest.approx(wanted, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(cut=st.integers(1, 999), park=st.tuples(st.integers(0, 800), st.integers(0, 800)))
def test_parts_add_up_to_the_whole_wherever_it_is_cut(cut, park):
    here = polygon(shapely.box(park[0], park[1], park[0] + 150, park[1] + 150), open_space=True)
    whole = drawn(shapely.segmentize(shapely.box(-100, -100, 1100, 1100), 50))
    half = whole.intersection(drawn(shapely.segmentize(shapely.box(-200, -200, cut, 1200), 50)))
    places = Zones(np.array(["all", "a", "b"]), np.array([whole, half, whole.difference(half)], dtype=object))
    for column in measured(extract(buildings=here), places).columns.values():
        assert column[1] + column[2] == pytest.approx(column[0], rel=1e-6)


def test_las_palmas_has_the_street_length_that_was_published(data, tmp_path):
    """1,274.8 to 1,280.6 km by rule and projection (data README), counting the drives on private plots; 1,246.6 km by our rule."""
    rules = load_rules()["streets"] | {"not_street_service": []}
    (tmp_path / "streets.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    path = data("las_palmas", "las_palmas_osm_20230221.pbf")
    region = study_region(data)
    all_service = measured(read_osm(path, rules=tmp_path), region).columns["street_length"][0]
    assert 1274.8 <= all_service <= 1280.6
    columns = measured(read_osm(path), quarters(region)).columns
    assert columns["street_length"][0] == pytest.approx(1246.60, abs=0.05)
    for column in columns.values():
        assert column[1:].sum() == pytest.approx(column[0], rel=1e-6)
