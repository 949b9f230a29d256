"""Points in zones, and how large zones are."""

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.layers.small_city import zones

from ekistics.layers.registry import Zones
from ekistics.layers.study import in_zones, plane_of, zone_area
from ekistics.model.errors import InvalidInput

PLACES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=30)


@settings(deadline=None)
@given(PLACES)
def test_people_of_zones_that_share_the_region_add_up_also_on_their_borders(places):
    x, y = np.array(places, float).T
    quarters = [shapely.box(0, 0, 40, 40), *(shapely.box(a, b, a + 20, b + 20) for a in (0, 20) for b in (0, 20))]
    sums = in_zones(x, y, np.array(quarters, dtype=object)).sums(np.arange(1.0, len(x) + 1))
    assert sums[0] == np.arange(1, len(x) + 1).sum()
    assert sums[1:].sum() == sums[0]


def test_zones_that_overlap_both_count_the_point():
    both = in_zones(np.array([5.0]), np.array([5.0]), np.array([shapely.box(0, 0, 9, 9), shapely.box(0, 0, 8, 8), shapely.box(1, 1, 9, 9)]))
    assert both.sums(np.array([2.0])).tolist() == [2, 2, 2]


def test_areas_are_in_square_kilometres():
    assert zone_area(zones=zones()).columns["area"] == pytest.approx([1.44, 0.72, 0.72], rel=1e-5)


def test_without_a_region_it_is_said():
    with pytest.raises(InvalidInput, match="no study region"):
        plane_of(Zones(np.zeros(0, str), np.zeros(0, object)))


def test_the_region_of_las_palmas_measures_as_published(data):
    folder = data("las_palmas", "boundary_municipality_cnig.geojson").parent
    names = ("boundary_municipality_cnig.geojson", "ghs_ucdb2015_R2019A_las_palmas.gpkg")
    town, urban = (pyogrio.read_dataframe(folder / name).to_crs(4326).geometry.union_all() for name in names)
    region = Zones(np.array(["r"]), np.array([town.intersection(urban)], dtype=object))
    assert zone_area(zones=region).columns["area"][0] == pytest.approx(62.988, abs=5e-4)
