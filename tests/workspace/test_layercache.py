"""Kept layers: what is read is what was written, and a file that is not whole is made again."""

from __future__ import annotations

import json
import random
from datetime import date

import numpy as np
import pytest
import shapely

from ekistics.layers.registry import Zones, ZoneTable
from ekistics.model.periods import Period
from ekistics.model.places import PlaceKind
from ekistics.workspace import layercache

TABLE = ZoneTable(
    {"area": np.array([1.5, np.nan])},
    {"area": np.array(["", "no outline"])},
    {
        "whole": True,
        "count": 3,
        "day": date(2024, 5, 1),
        "kind": PlaceKind.CITY,
        "nothing": None,
        "pairs": ((1, 2.5), (3, 4.5)),
        "names": frozenset({"a"}),
        "region": shapely.box(0, 0, 1, 1),
        "of numpy": np.float64(0.25),
    },
)


def kept_file(folder, value=TABLE, name="zone_area-0123"):
    layercache.keep(folder, name, value)
    return folder / f"{name}.npz"


def assert_same(found, wanted):
    assert type(found) is type(wanted)
    assert np.array_equal(found.columns["area"], wanted.columns["area"], equal_nan=True)
    assert found.reasons["area"].tolist() == wanted.reasons["area"].tolist()
    assert found.checks == wanted.checks


def test_a_layer_is_read_as_it_was_kept(tmp_path):
    kept_file(tmp_path)
    assert_same(layercache.kept(tmp_path, "zone_area-0123"), TABLE)


def test_geometries_keep_their_order_and_their_gaps(tmp_path):
    outlines = np.array([shapely.box(0, 0, 1, 1), None, shapely.Point(2, 3)], dtype=object)
    kept_file(tmp_path, Zones(np.array(["a", "b", "c"]), outlines))
    found = layercache.kept(tmp_path, "zone_area-0123")
    assert found.code.tolist() == ["a", "b", "c"]
    assert [shapely.equals(*pair) if pair[0] else pair[1] is None for pair in zip(found.geometry, outlines, strict=True)] == [True] * 3


def test_an_empty_layer_is_kept(tmp_path):
    kept_file(tmp_path, Zones(np.array([], dtype=np.str_), np.array([], dtype=object)))
    assert len(layercache.kept(tmp_path, "zone_area-0123")) == 0


def test_what_was_not_kept_is_none(tmp_path):
    assert layercache.kept(tmp_path, "zone_area-0123") is None


def test_nothing_is_pickled(tmp_path):
    with pytest.raises(TypeError, match="a layer cannot hold"):
        layercache.keep(tmp_path, "x", ZoneTable({}, {}, {"function": print}))
    assert list(tmp_path.iterdir()) == [], "nothing unfinished is left"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_file_cut_short_is_not_trusted(tmp_path, share):
    path = kept_file(tmp_path)
    good = path.read_bytes()
    path.write_bytes(good[: int(share * len(good))])
    assert layercache.kept(tmp_path, "zone_area-0123") is None


def test_a_file_with_a_flipped_byte_is_read_right_or_not_at_all(tmp_path):
    path = kept_file(tmp_path)
    good = path.read_bytes()
    chance = random.Random(20260304)
    refused = 0
    for at in chance.sample(range(len(good)), 400):
        path.write_bytes(good[:at] + bytes([good[at] ^ (1 << chance.randrange(8))]) + good[at + 1 :])
        found = layercache.kept(tmp_path, "zone_area-0123")
        if found is None:
            refused += 1
        else:
            assert_same(found, TABLE)
    assert refused > 200


@pytest.mark.parametrize(
    "skeleton",
    [
        {"dataclass": "os:system", "fields": {}},
        {"dataclass": "ekistics.layers.registry:Gone", "fields": {}},
        {"dataclass": "ekistics.layers.gone:Zones", "fields": {}},
        {"dataclass": "ekistics.layers.registry:Zones", "fields": {"other": {"value": 1}}},
        {"array": "a9"},
        {"unheard": 1},
        [],
    ],
    ids=["a class of others", "a class that is gone", "a module that is gone", "other fields", "no such array", "no such part", "a list"],
)
def test_a_layer_of_another_program_is_made_again(tmp_path, skeleton):
    path = tmp_path / "zone_area-0123.npz"
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, skeleton=np.frombuffer(json.dumps(skeleton).encode(), np.uint8))
    assert layercache.kept(tmp_path, "zone_area-0123") is None
    assert not path.exists()


def test_a_period_is_a_dataclass_like_any_other(tmp_path):
    layercache.keep(tmp_path, "period", ZoneTable({}, {}, {"period": Period.year(2020)}))
    assert layercache.kept(tmp_path, "period").checks["period"] == Period.year(2020)
