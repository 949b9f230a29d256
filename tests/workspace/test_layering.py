"""Layers are named by what they are made from, computed once, and made again where their file is not whole."""

from __future__ import annotations

import dataclasses

import pytest
from tests.workspace.conftest import CITY

from ekistics.layers.catalogue import load_all
from ekistics.workspace.layering import LayerStack
from ekistics.workspace.studying import inputs_of


@pytest.fixture
def inputs(measured, tmp_path):
    load_all()
    return dataclasses.replace(inputs_of(measured.session, CITY), layer_folder=tmp_path / "layers")


@pytest.fixture
def stack(inputs):
    return LayerStack(inputs, {}, inputs.layer_folder)


def test_a_layer_is_computed_once_and_then_kept(inputs, stack):
    first = stack.value("zone_people")
    assert {"people", "zone_people"} <= set(stack.computed)
    again = LayerStack(inputs, {}, inputs.layer_folder)
    assert again.value("zone_people").columns["population"].tolist() == first.columns["population"].tolist()
    assert again.computed == []


def test_a_kept_layer_opens_no_file(inputs, stack):
    stack.value("zone_people")

    def refuse(source, assets, path_of):
        raise AssertionError(f"{source} was read")

    closed = dataclasses.replace(inputs, read=refuse)
    assert LayerStack(closed, {}, inputs.layer_folder).value("zone_people") is not None


def test_a_damaged_layer_is_made_again(inputs, stack):
    wanted = stack.value("zone_people").columns["population"].tolist()
    path = inputs.layer_folder / f"{stack.name('zone_people')}.npz"
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    again = LayerStack(inputs, {}, inputs.layer_folder)
    assert again.value("zone_people").columns["population"].tolist() == wanted
    assert again.computed == ["zone_people"]
    assert path.read_bytes() == good


def test_an_option_changes_the_names_of_the_layers_that_rest_on_it_and_of_no_other(inputs, stack):
    other = LayerStack(inputs, {"spread": "streets"}, inputs.layer_folder)
    assert other.name("people") != stack.name("people")
    assert other.name("zone_people") != stack.name("zone_people")
    assert other.name("walking_network") == stack.name("walking_network")


def test_other_rules_for_tags_make_other_layers_of_the_street_map_only(inputs, stack):
    ruled = dataclasses.replace(inputs, rules="other")
    other = LayerStack(ruled, {}, inputs.layer_folder)
    assert other.name("walking_network") != stack.name("walking_network")
    assert other.name("zone_area") == stack.name("zone_area")
    assert other.name("service") == stack.name("service")


def test_another_file_makes_another_layer(inputs, stack):
    assets = tuple(dataclasses.replace(one, sha256="0" * 64) if one.kind == "gtfs" else one for one in inputs.assets)
    other = LayerStack(dataclasses.replace(inputs, assets=assets), {}, inputs.layer_folder)
    assert other.name("service") != stack.name("service")
    assert other.name("open_space") == stack.name("open_space")


def test_what_a_layer_lacks_is_told_by_source(inputs):
    bare = dataclasses.replace(inputs, assets=tuple(one for one in inputs.assets if one.kind == "gtfs"))
    stack = LayerStack(bare, {}, inputs.layer_folder)
    assert stack.lacks("service") == set()
    assert stack.lacks("zone_reach_stops") == {"osm"}
    assert stack.lacks("zone_area") == set()


def test_the_lineage_of_a_layer_names_all_that_it_was_made_from(stack):
    records = {one.kind: one for one in stack.records("zone_reach_stops")}
    assert {"zone_reach_stops", "reach_low_capacity_stops", "service", "walking_network", "people"} <= set(records)
    assert records["service"].name == stack.name("service")
    assert any(text.startswith("sha256:") for text in records["service"].inputs)
    known = {one.name for one in records.values()}
    for one in records.values():
        assert all(text in known or text.partition(":")[0] in ("sha256", "zones", "options", "rules") for text in one.inputs)
