"""Points find their nearest edge."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.geo.join import index_segments, join

NUMBER = st.floats(-1000, 1000).map(lambda value: round(value, 2))
SEGMENTS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), min_size=1, max_size=30)
POINTS = st.lists(st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000)), min_size=1, max_size=20)


@settings(deadline=None)
@given(SEGMENTS, POINTS, st.sampled_from([5.0, 300.0, 10_000.0]))
def test_no_other_edge_is_nearer(segments, points, within):
    coordinates, wanted = np.array(segments), np.array(points)
    found = join(index_segments(*coordinates.T), *wanted.T, within_m=within)
    lines = shapely.linestrings(coordinates.reshape(-1, 2, 2))
    nearest = shapely.distance(shapely.points(wanted)[:, None], lines[None, :]).min(axis=1)
    clear = np.abs(nearest - within) > 1e-6
    assert ((found.edge >= 0) == (nearest <= within))[clear].all()
    held = found.edge >= 0
    assert found.off_m[held] == pytest.approx(nearest[held], abs=1e-6)
    assert np.isinf(found.off_m[~held]).all()
    start, end = coordinates[found.edge[held], :2], coordinates[found.edge[held], 2:]
    foot = start + (end - start) * found.position[held, None]
    assert np.hypot(*(foot - wanted[held]).T) == pytest.approx(found.off_m[held], abs=1e-6)


def test_a_city_of_segments_is_searched_right():
    random = np.random.default_rng(5)
    start = random.uniform(0, 5000, (4000, 2))
    coordinates = np.hstack([start, start + random.normal(0, 40, (4000, 2))])
    wanted = random.uniform(-200, 5200, (500, 2))
    found = join(index_segments(*coordinates.T), *wanted.T, within_m=1e4)
    tree = shapely.STRtree(shapely.linestrings(coordinates.reshape(-1, 2, 2)))
    assert found.off_m == pytest.approx(tree.query_nearest(shapely.points(wanted), return_distance=True, all_matches=False)[1])


def test_without_edges_nothing_joins():
    nothing = np.zeros(0)
    found = join(index_segments(nothing, nothing, nothing, nothing), np.array([1.0]), np.array([1.0]), within_m=10.0)
    assert found.edge.tolist() == [-1]


def test_an_endless_search_is_refused():
    with pytest.raises(ValueError, match="finite"):
        join(index_segments(*np.zeros((4, 1))), np.zeros(1), np.zeros(1), within_m=np.inf)
