"""What the shipped rules make of tags; each line is one decision that moves a figure."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput
from ekistics.sources import osm_rules
from ekistics.sources.osm_verdicts import area_judge, street_judge

RULES = osm_rules.load_rules()


@pytest.mark.parametrize(
    ("tags", "walks"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "residential"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "trunk", "sidewalk": "both"}, True),
        ({"highway": "footway", "access": "private"}, False),
        ({"highway": "footway", "access": "private", "foot": "yes"}, True),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "service", "service": "driveway"}, False),
        ({"highway": "service", "service": "alley"}, True),
        ({"highway": "proposed"}, False),
        ({"highway": "construction"}, False),
    ],
)
def test_who_may_walk(tags, walks):
    assert osm_rules.is_walkable(tags, RULES["walking"]) is walks


def test_stairs_are_a_rule():
    assert not osm_rules.is_walkable({"highway": "steps"}, RULES["walking"] | {"stairs": False})


@pytest.mark.parametrize(
    ("tags", "stops"),
    [
        ({"barrier": "wall"}, True),
        ({"barrier": "bollard"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, False),
        ({"barrier": "gate", "locked": "yes"}, True),
    ],
)
def test_what_stops_a_walker(tags, stops):
    assert osm_rules.blocks_walkers(tags, RULES["walking"]) is stops


@pytest.mark.parametrize(
    ("tags", "rule", "refused"),
    [
        ({"leisure": "park"}, "park", ""),
        ({"leisure": "park", "fee": "yes"}, "", "fee"),
        ({"leisure": "park", "fee": "no"}, "park", ""),
        ({"leisure": "park", "access": "private"}, "", "private"),
        ({"leisure": "park", "access": "customers"}, "", "private"),
        ({"leisure": "park", "building": "no"}, "park", ""),
        ({"leisure": "garden"}, "garden", ""),
        ({"leisure": "garden", "garden:type": "residential"}, "", ""),
        ({"leisure": "playground"}, "playground", ""),
        ({"leisure": "playground", "amenity": "school"}, "", "school yard"),
        ({"place": "square"}, "plaza", ""),
        ({"highway": "pedestrian", "area": "yes"}, "plaza", ""),
        ({"natural": "beach"}, "beach", ""),
        ({"leisure": "golf_course"}, "", "golf"),
        ({"landuse": "cemetery"}, "", "cemetery"),
        ({"amenity": "school"}, "", "school yard"),
        ({"leisure": "pitch"}, "", "sports pitch"),
        ({"landuse": "residential"}, "", ""),
    ],
)
def test_what_counts_as_open_public_space(tags, rule, refused):
    verdict = osm_rules.open_space_of(tags, RULES["open_space"])
    assert (verdict.rule, verdict.refused) == (rule, refused)


@pytest.mark.parametrize(
    ("tags", "use"),
    [
        ({"building": "apartments"}, "residential"),
        ({"building": "yes"}, "untagged"),
        ({"building": "yes", "shop": "bakery"}, "shop"),
        ({"building": "school"}, "school"),
        ({"building": "no"}, ""),
        ({}, ""),
    ],
)
def test_what_a_building_is_used_for(tags, use):
    assert osm_rules.building_use_of(tags, RULES["buildings"]) == use


@pytest.mark.parametrize(
    ("text", "metres"),
    [("5", 5.0), ("5 m", 5.0), ("5m", 5.0), ("5,5", 5.5), ("5.5 metres", 5.5), ("16'", 4.8768), ("16'6\"", 5.0292), ("20 ft", 6.096)],
)
def test_lengths_are_read_as_mappers_write_them(text, metres):
    assert osm_rules.metres(text) == pytest.approx(metres)


@given(st.text(max_size=20))
def test_any_text_is_a_positive_length_or_none(text):
    value = osm_rules.metres(text)
    assert value is None or (value > 0 and math.isfinite(value))


@given(st.text(max_size=12))
def test_any_text_is_a_believable_number_of_storeys_or_missing(text):
    levels = osm_rules.levels_of({"building:levels": text})
    assert math.isnan(levels) or 0 < levels <= 200


@pytest.mark.parametrize(
    ("tags", "width", "taken_from"),
    [
        ({"highway": "primary", "width": "11", "lanes": "2"}, 11.0, "tag"),
        ({"highway": "primary", "width": "900", "lanes": "2"}, 9.0, "lanes"),
        ({"highway": "primary", "width": "wide"}, 14.0, "class"),
        ({"highway": "footway"}, 2.0, "class"),
    ],
)
def test_width_is_tagged_else_by_lanes_else_by_class(tags, width, taken_from):
    assert osm_rules.width_of(tags, RULES["streets"]) == (width, taken_from)


def test_every_street_class_has_a_width():
    assert set(RULES["streets"]["street"]) <= set(RULES["streets"]["width_m"])


@given(st.dictionaries(st.sampled_from(["name", "addr:street", "wikidata", "source"]), st.text(max_size=8)))
def test_a_verdict_hangs_on_no_name(names):
    park, street = {"leisure": "park"}, {"highway": "footway"}
    assert area_judge(RULES)(park | names) == area_judge(RULES)(park)
    assert street_judge(RULES)(street | names) == street_judge(RULES)(street)


@pytest.mark.parametrize("content", ["", "- a list", "edition: 1", "a: [", b"\xff\xfe\x00"])
def test_a_rule_file_that_is_none_is_refused_by_name(tmp_path, content):
    path = tmp_path / "walking.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InvalidInput, match=r"walking\.yaml"):
        osm_rules.load_rules(tmp_path)


def test_every_shipped_rule_file_has_an_edition():
    assert all(RULES[name]["edition"] for name in osm_rules.NAMES)
