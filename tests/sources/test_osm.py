"""What the reader of OpenStreetMap extracts promises, on files that the test writes and on two real cities."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import date
from itertools import pairwise

import numpy as np
import osmium
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.made_osm import place, write_osm

from ekistics.model.errors import InvalidInput
from ekistics.sources.osm import read_osm

SQUARE = [0, 1, 11, 10, 0]
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of(problems, kind):
    return [one for one in problems if one.kind == kind]


def test_a_street_comes_with_its_nodes_places_and_class(tmp_path):
    path = write_osm(tmp_path / "a.osm.pbf", ways={7: ([1, 2, 3], {"highway": "residential"})})
    streets = read_osm(path).streets
    assert streets.way.tolist() == [7]
    assert streets.node.tolist() == [1, 2, 3]
    assert np.allclose(np.column_stack([streets.longitude, streets.latitude]), [place(node) for node in (1, 2, 3)], atol=1e-7)
    assert (streets.street_class[0], streets.walkable[0], streets.drivable[0], streets.residential[0]) == ("residential", True, True, True)


@FEW
@given(
    ways=st.lists(
        st.tuples(st.lists(st.integers(0, 99), min_size=2, max_size=12), st.sampled_from(["footway", "primary", "path", "proposed"])),
        min_size=1,
        max_size=8,
    ),
    data=st.data(),
)
def test_every_stretch_with_both_nodes_is_read_and_no_other(tmp_path, ways, data):
    used = sorted({node for refs, _ in ways for node in refs})
    absent = set(data.draw(st.lists(st.sampled_from(used), unique=True, max_size=len(used) // 2)))
    made = {number: (refs, {"highway": kind}) for number, (refs, kind) in enumerate(ways, start=1)}
    made[99] = ([200, 201], {"highway": "footway"})
    streets = read_osm(write_osm(tmp_path / "a.osm.pbf", ways=made, absent=sorted(absent), header={})).streets
    (tmp_path / "a.osm.pbf").unlink()
    wanted = Counter(
        (number, *pair)
        for number, (refs, tags) in made.items()
        for pair in pairwise(refs)
        if tags["highway"] != "proposed" and absent.isdisjoint(pair)
    )
    found = Counter(
        (int(streets.way[row]), *pair)
        for row in range(len(streets))
        for pair in zip(*(streets.node[streets.offsets[row] + a : streets.offsets[row + 1] - 1 + a].tolist() for a in (0, 1)), strict=True)
    )
    assert found == wanted


def test_a_way_with_a_missing_node_is_broken_there_and_reported(tmp_path):
    path = write_osm(tmp_path / "a.osm.pbf", ways={7: ([1, 2, 3, 4, 5], {"highway": "footway"})}, absent=[3])
    osm = read_osm(path)
    assert np.split(osm.streets.node, osm.streets.offsets[1:-1])[0].tolist() == [1, 2]
    assert osm.streets.node.tolist() == [1, 2, 4, 5]
    assert of(osm.problems, "way-broken")[0].count == 1


def test_a_barrier_cuts_a_way_into_two_that_do_not_meet(tmp_path):
    path = write_osm(tmp_path / "a.osm.pbf", ways={7: ([1, 2, 3], {"highway": "footway"})}, nodes={2: {"barrier": "wall"}})
    streets = read_osm(path).streets
    first, second = np.split(streets.node, streets.offsets[1:-1])
    assert not set(first.tolist()) & set(second.tolist())
    assert streets.longitude[1] == streets.longitude[2]


def test_a_gate_that_foot_may_pass_cuts_nothing(tmp_path):
    gate = {"barrier": "gate", "access": "private", "foot": "yes"}
    path = write_osm(tmp_path / "a.osm.pbf", ways={7: ([1, 2, 3], {"highway": "footway"})}, nodes={2: gate})
    assert len(read_osm(path).streets) == 1


def test_an_area_is_no_street_but_its_outline_can_be_walked(tmp_path):
    path = write_osm(tmp_path / "a.osm.pbf", ways={7: (SQUARE, {"highway": "pedestrian", "area": "yes"})})
    osm = read_osm(path)
    assert (osm.streets.walkable[0], osm.streets.is_outline[0], osm.streets.is_street[0]) == (True, True, False)
    assert osm.areas.open_space_rule.tolist() == ["plaza"]


def test_a_roundabout_is_no_area(tmp_path):
    path = write_osm(tmp_path / "a.osm.pbf", ways={7: (SQUARE, {"highway": "residential"}), 8: (SQUARE, {"leisure": "park"})})
    assert read_osm(path).areas.id.tolist() == [8]


def test_a_ring_that_lacks_a_node_is_reported_and_never_closed(tmp_path):
    ways = {7: (SQUARE, {"leisure": "park", "name": "Town Park"}), 8: ([1, 2], {"highway": "path"})}
    osm = read_osm(write_osm(tmp_path / "a.osm.pbf", ways=ways, absent=[11]))
    assert len(osm.areas) == 0
    (problem,) = of(osm.problems, "area-without-nodes")
    assert problem.feature == "w7"
    assert "Town Park" in problem.message
    assert "1 of its 5 nodes" in problem.message


def test_a_relation_that_gives_no_area_says_why(tmp_path):
    ways = {1: ([0, 1, 11], {}), 2: ([11, 10, 0], {}), 3: ([50, 51, 61], {}), 9: ([1, 2], {"highway": "path"})}
    park = {"type": "multipolygon", "leisure": "park"}
    relations = {
        10: ([(1, "outer"), (2, "outer")], park),
        11: ([(3, "outer")], park),
        12: ([(1, "outer"), (77, "outer")], park),
        13: ([], park),
    }
    osm = read_osm(write_osm(tmp_path / "a.osm.pbf", ways=ways, relations=relations))
    assert [(kind, int(number)) for kind, number in zip(osm.areas.element, osm.areas.id, strict=True)] == [("r", 10)]
    told = {one.feature: (one.kind, one.found) for one in osm.problems}
    assert told["r11"] == ("area-open", "all its members are in the file, and its ring does not close")
    assert told["r12"] == ("area-without-members", "1 of its 2 member ways are not in the file")
    assert told["r13"] == ("area-without-members", "it has no member ways")


def test_a_square_drawn_as_a_multipolygon_is_an_area_and_a_closed_street_is_a_line(tmp_path):
    ways = {1: ([0, 1, 11], {}), 2: ([11, 10, 0], {}), 7: (SQUARE, {"highway": "pedestrian"})}
    relations = {10: ([(1, "outer"), (2, "outer")], {"type": "multipolygon", "highway": "pedestrian"})}
    osm = read_osm(write_osm(tmp_path / "a.osm.pbf", ways=ways, relations=relations))
    assert [(kind, int(number)) for kind, number in zip(osm.areas.element, osm.areas.id, strict=True)] == [("r", 10)]


def test_an_outline_that_crosses_itself_is_reported(tmp_path):
    ways = {7: ([0, 11, 1, 10, 0], {"leisure": "park"}), 8: ([1, 2], {"highway": "path"})}
    osm = read_osm(write_osm(tmp_path / "a.osm.pbf", ways=ways))
    assert [(one.kind, one.feature) for one in osm.problems] == [("area-broken", "w7")]


@pytest.mark.parametrize("name", ["Plaça, 1 = 50% d'ús", "%20%", "é20é", "سوق 🌳", "a@b\tc\\n", "k=v,w=x"])
def test_a_name_comes_as_it_was_written(tmp_path, name):
    square = {7: ([0, 1, 11, 10, 0], {"leisure": "park", "name": name})}
    schools = {5: {"amenity": "school", "name": name}}
    osm = read_osm(write_osm(tmp_path / "a.osm.pbf", ways=square, nodes=schools))
    assert (osm.areas.name.tolist(), osm.facilities.name.tolist()) == ([name], [name])


def test_a_facility_is_read_as_a_point_or_an_area(tmp_path):
    path = write_osm(tmp_path / "a.osm.pbf", ways={7: (SQUARE, {"amenity": "school"})}, nodes={5: {"amenity": "school", "name": "A"}})
    facilities = read_osm(path).facilities
    assert sorted(zip(facilities.element, facilities.kind, strict=True)) == [("n", "school"), ("w", "school")]
    assert {one.geom_type for one in facilities.geometry} == {"Point", "MultiPolygon"}


def test_the_date_is_that_of_the_header(tmp_path):
    ways = {7: ([1, 2], {"highway": "path"})}
    said = {"osmosis_replication_timestamp": "2023-02-21T21:21:21Z"}
    assert read_osm(write_osm(tmp_path / "a.osm.pbf", ways=ways, header=said)).as_of == date(2023, 2, 21)
    assert read_osm(write_osm(tmp_path / "b.osm.pbf", ways=ways)).as_of is None


def test_without_a_box_in_the_header_the_extent_is_that_of_what_was_read(tmp_path):
    path = write_osm(tmp_path / "a.osm.pbf", ways={7: ([1, 12], {"highway": "path"})})
    assert read_osm(path).extent == pytest.approx((*place(1), *place(12)))


def test_own_rules_stand_in_for_the_shipped_ones(tmp_path):
    (tmp_path / "cover.yaml").write_text("edition: mine\ngreen: {landuse: [moss]}\nwater: {}\nstreet_area: {}\n", encoding="utf-8")
    path = write_osm(tmp_path / "a.osm.pbf", ways={7: (SQUARE, {"landuse": "moss"})})
    osm = read_osm(path, rules=tmp_path)
    assert osm.areas.green.tolist() == [True]
    assert osm.rules["cover"]["edition"] == "mine"


@pytest.mark.parametrize("content", [b"", b"not a pbf", b"\x00" * 64, b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x05" + b"\xff" * 5])
def test_what_is_no_extract_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"bad\.osm\.pbf"):
        read_osm(path)


def test_an_extract_of_nothing_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no street, no area and no facility"):
        read_osm(write_osm(tmp_path / "a.osm.pbf", nodes={1: {"natural": "tree"}}))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidInput):
        read_osm(tmp_path / "none.osm.pbf")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the bytes of a small extract that no checksum guards, so that spoilt ones reach the decoder."""
    ways = {k: ([k % 90, k % 90 + 1, k % 90 + 11, k % 90 + 10, k % 90], {"building": "yes"}) for k in range(1, 60)}
    ways |= {100 + k: ([k, k + 1, k + 2], {"highway": "footway", "name": f"street {k}"}) for k in range(50)}
    park = {5: ([(1, "outer")], {"type": "multipolygon", "leisure": "park"})}
    path = tmp_path_factory.mktemp("whole") / "a.osm.pbf"
    write_osm(path, ways=ways, relations=park, nodes={5: {"amenity": "school"}}, kind="pbf,pbf_compression=none")
    return path.read_bytes()


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_truncated_file_is_refused(tmp_path, whole, share):
    path = tmp_path / "short.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InvalidInput):
        read_osm(path)


@pytest.mark.parametrize("spoilt", [b"stre\xfft 7", b"stre\xc3", b"s\xed\xa0\x80t 7", b"\xf4\x90\x80\x80t 7"])
def test_a_name_that_is_no_text_is_refused_and_ends_nothing(tmp_path, whole, spoilt):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(whole.replace(b"street 7", spoilt.ljust(8, b"."), 1))
    with pytest.raises(InvalidInput):
        read_osm(path)


def test_reading_leaves_nothing_behind(tmp_path, whole, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for name, content in (("good", whole), ("bad", whole.replace(b"street 7", b"stre\xfft 7"))):
        path = tmp_path / f"{name}.osm.pbf"
        path.write_bytes(content)
        with suppress(InvalidInput):
            read_osm(path)
    assert not list((tmp_path / "temporary").iterdir())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), flips=st.integers(1, 6))
def test_flipped_bytes_give_an_extract_or_a_sentence(tmp_path, whole, seed, flips):
    drawn = random.Random(seed)
    spoilt = bytearray(whole)
    for _ in range(flips):
        spoilt[drawn.randrange(len(spoilt))] ^= 1 << drawn.randrange(8)
    path = tmp_path / "spoilt.osm.pbf"
    path.write_bytes(bytes(spoilt))
    with suppress(InvalidInput):  # and nothing else may be raised
        read_osm(path)


@pytest.fixture(scope="module")
def las_palmas(data):
    path = data("las_palmas", "las_palmas_osm_20230221.pbf")
    return path, read_osm(path)


def test_las_palmas_tells_of_every_closed_way_that_lacks_nodes(las_palmas):
    """Counted here by node references alone: 46 closed ways, 39 with one of five keys, one a road, which is no area."""
    path, osm = las_palmas
    ids = {one.id for one in osmium.FileProcessor(str(path), osmium.osm.NODE)}
    lacking = {
        one.id: dict(one.tags)
        for one in osmium.FileProcessor(str(path), osmium.osm.WAY)
        if one.is_closed() and len(one.tags) and any(node.ref not in ids for node in one.nodes)
    }
    keys = {"building", "landuse", "leisure", "natural", "amenity"}
    assert len(lacking) == 46
    assert sum(bool(keys & set(tags)) for tags in lacking.values()) == 39
    roads = [number for number, tags in lacking.items() if "highway" in tags and tags.get("area") != "yes"]
    assert len(roads) == 1
    told = {one.feature for one in of(osm.problems, "area-without-nodes")}
    assert told == {f"w{number}" for number in lacking if number not in roads}


def test_las_palmas_has_ten_relations_without_area_and_one_of_them_is_complete(las_palmas):
    _, osm = las_palmas
    relations = {one.feature: one for one in osm.problems if (one.feature or "").startswith("r")}
    assert len(relations) == 10
    assert [feature for feature, one in relations.items() if one.kind != "area-without-members"] == ["r3335027"]
    assert "does not close" in relations["r3335027"].message


def test_las_palmas_is_dated_and_every_outline_is_valid(las_palmas):
    _, osm = las_palmas
    assert osm.as_of == date(2023, 2, 21)
    assert shapely.is_valid(osm.areas.geometry).all()
    assert (osm.streets.width_m[osm.streets.is_street] > 0).all()


def test_helsinki_refuses_the_rings_that_its_edge_cuts(data):
    """Counted by node references: the box cuts 137 closed ways, and 26 relations of which 14 are boundaries of whole districts."""
    osm = read_osm(data("helsinki_centre", "helsinki_centre.osm.pbf"))
    kinds = Counter(one.kind for one in osm.problems)
    assert (kinds["area-without-nodes"], kinds["area-without-members"], kinds["area-open"]) == (137, 20, 6)
    boundaries = sum("boundary=" in one.message for one in osm.problems if (one.feature or "").startswith("r"))
    assert boundaries == 14
