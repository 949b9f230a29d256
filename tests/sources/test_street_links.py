"""Tables of links become streets; connectors do not."""

import numpy as np
import pytest
import shapely

from ekistics.model.errors import InvalidInput
from ekistics.sources.street_links import read_street_links

from .made_spatialite import make

DECLARED = {"link_id": "INTEGER", "a_node": "INTEGER", "b_node": "INTEGER", "modes": "TEXT", "link_type": "TEXT", "lanes_ab": "INTEGER"}


def line(*points):
    return shapely.LineString(points)


def links(path, rows):
    return read_street_links(make(path / "p.sqlite", "links", 2, DECLARED, rows))


def test_coquimbo_has_19846_streets_and_137_connectors(data):
    extract = read_street_links(data("coquimbo", "project_database.sqlite"))
    assert len(extract.streets) == 19_846
    assert extract.problems[0].count == 137
    assert not len(extract.areas)
    assert not len(extract.facilities)


def test_links_meet_at_the_nodes_that_the_table_names(tmp_path):
    rows = [
        (line((0, 0), (0.5, 0.1), (1, 0)), (7, 1, 2, "cw", "residential", 2)),
        (line((1, 0), (2, 0)), (8, 2, 3, "cw", "primary", None)),
        (line((9, 9), (0, 0)), (9, 4, 1, "cw", "centroid_connector", None)),
    ]
    streets = links(tmp_path, rows).streets
    assert streets.way.tolist() == [7, 8]
    assert streets.offsets.tolist() == [0, 3, 5]
    assert streets.node[[0, 2, 3, 4]].tolist() == [1, 2, 2, 3]
    assert len(np.unique(streets.node)) == 4
    assert streets.walkable.all()
    assert streets.width_from.tolist() == ["lanes", "class"]


def test_where_modes_forget_walking_the_class_decides_and_it_is_said(tmp_path):
    rows = [
        (line((0, 0), (1, 0)), (1, 1, 2, "c", "residential", None)),
        (line((1, 0), (2, 0)), (2, 2, 3, "c", "residential", None)),
        (line((2, 0), (3, 0)), (3, 3, 4, "c", "motorway", None)),
    ]
    extract = links(tmp_path, rows)
    assert extract.streets.walkable.tolist() == [True, True, False]
    assert [one.kind for one in extract.problems] == ["modes-incomplete"]


def test_a_table_of_connectors_only_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no street is left"):
        links(tmp_path, [(line((0, 0), (1, 0)), (1, 1, 2, "c", "centroid_connector", None))])


def test_a_table_that_is_not_there_is_named(tmp_path):
    path = make(tmp_path / "p.sqlite", "links", 2, DECLARED, [(line((0, 0), (1, 0)), (1, 1, 2, "c", "primary", None))])
    with pytest.raises(InvalidInput, match="roads"):
        read_street_links(path, table="roads")
