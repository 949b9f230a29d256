"""The explorer's payload: what is decoded is what was drawn, people stay people, and it keeps to its size."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput
from ekistics.profile.evidence import Dots, MapName, MapShapes, StreetLines
from ekistics.publish.explorer_data import DistrictLayer, Explorer, ReachLayer, encode_explorer

STUDY = shapely.box(24.90, 60.15, 24.98, 60.19)
HALVES = {"west": shapely.box(24.90, 60.15, 24.94, 60.19), "east": shapely.box(24.94, 60.15, 24.98, 60.19)}


def _shapes(**more) -> MapShapes:
    return MapShapes(study=STUDY, zones=dict(HALVES), credit="© someone", **more)


def _decoded(payload: dict, shape: dict) -> list:
    """Read a shape by its description, in degrees: an implementation apart from the one in the browser."""
    xy = np.cumsum(np.array(shape["xy"], dtype=float).reshape(-1, 2), axis=0) * payload["unit"] + payload["origin"]
    vertices = iter(np.split(xy, np.cumsum(shape["n"])[:-1]))
    if "r" not in shape:
        return [shapely.MultiLineString([next(vertices) for _ in range(parts)]) for parts in shape["p"]]
    rings = iter(shape["r"])
    polygons = lambda parts: [shapely.Polygon(next(vertices), [next(vertices) for _ in range(next(rings) - 1)]) for _ in range(parts)]  # noqa: E731
    return [shapely.MultiPolygon(polygons(parts)) for parts in shape["p"]]


def _payload(explorer: Explorer, **options) -> dict:
    return json.loads(encode_explorer(explorer, **options))


def test_shapes_come_back_within_a_metre():
    holed = STUDY.difference(shapely.box(24.93, 60.16, 24.95, 60.17)).union(shapely.box(25.0, 60.15, 25.01, 60.16))
    payload = _payload(Explorer("Helsinki", _shapes(open_space=holed)))
    areas = next(layer for layer in payload["layers"] if layer["kind"] == "areas")
    (back,) = _decoded(payload, areas["shape"])
    assert len(back.geoms) == 2
    assert sum(len(part.interiors) for part in back.geoms) == 1
    assert back.hausdorff_distance(holed) < 3e-5  # about 1.7 m along a meridian or a parallel at 60 degrees


def test_streets_come_back_by_rank_from_small_to_large():
    lines = {rank: shapely.LineString([(24.90 + rank / 100, 60.15), (24.95, 60.16), (24.96, 60.18)]) for rank in (3, 1, 2)}
    payload = _payload(Explorer("x", _shapes(streets=tuple(StreetLines(rank, line) for rank, line in lines.items()))))
    assert [one["rank"] for one in payload["base"]["streets"]] == [1, 2, 3]
    for one in payload["base"]["streets"]:
        (back,) = _decoded(payload, one["shape"])
        assert back.hausdorff_distance(lines[one["rank"]]) < 3e-5


def test_districts_keep_their_order_and_names():
    payload = _payload(Explorer("x", _shapes(), district_names={"east": "Itä"}))
    assert payload["districts"]["codes"] == ["west", "east"]
    assert payload["districts"]["names"] == ["west", "Itä"]
    assert [round(one.centroid.x, 3) for one in _decoded(payload, payload["districts"]["shape"])] == [24.92, 24.96]


@given(
    st.lists(st.tuples(st.floats(24.9, 24.98), st.floats(60.15, 60.19), st.floats(0.0, 400.0), st.booleans()), min_size=1, max_size=40),
    st.integers(50, 400),
)
def test_dots_share_people_out_evenly(homes, count):
    lon, lat, people, reached = (np.array(column) for column in zip(*homes, strict=True))
    dots = Dots(lon, lat, people, reached)
    payload = _payload(Explorer("x", _shapes(), reach=(ReachLayer("a", "A", "", "in", "out", dots),)), dots=count)
    states = payload["layers"][1]["states"]
    if people.sum() <= 0:
        assert states == ""
        return
    assert len(states) == count
    assert payload["dots"][0]["each"] == pytest.approx(people.sum() / count, abs=0.051)
    # the number of dots of a side is the people of that side, to within the rounding of each stretch of the curve
    assert abs(states.count("1") - people[reached].sum() / people.sum() * count) <= len(homes) + 1


def test_dots_of_one_home_stand_beside_each_other():
    dots = Dots(np.array([24.94]), np.array([60.17]), np.array([500.0]), np.array([True]))
    payload = _payload(Explorer("x", _shapes(dots=(dots,))), dots=50)
    xy = np.cumsum(np.array(payload["dots"][0]["xy"]).reshape(-1, 2), axis=0)
    assert len(np.unique(xy, axis=0)) == 50
    assert np.abs(xy - xy[0]).max() < 60


def test_the_same_people_are_sent_once_however_many_questions_are_asked_of_them():
    lon, lat, people = np.array([24.92, 24.96]), np.array([60.16, 60.18]), np.array([10.0, 30.0])
    reach = tuple(ReachLayer(str(i), "t", "", "in", "out", Dots(lon, lat, people, np.array([i == 0, True]))) for i in range(2))
    payload = _payload(Explorer("x", _shapes(), reach=reach), dots=40)
    assert len(payload["dots"]) == 1
    assert [layer["states"].count("0") for layer in payload["layers"] if layer["kind"] == "reach"] == [0, 10]


def test_a_missing_district_has_no_class_and_comes_last():
    layer = DistrictLayer(
        "a", "A", "", {"east": 20.0}, {"east": "20.0"}, (20.0, 40.0), ("0 to 20", "20 to 40", "40 to 60"), 50.0, "below half"
    )
    payload = _payload(Explorer("x", _shapes(), districts=(layer,)))
    shown = payload["layers"][0]
    assert (shown["classes"], shown["marked"], shown["order"], shown["texts"]) == ("02", "01", [1, 0], ["", "20.0"])


def test_shapes_are_simplified_until_they_fit():
    angle = np.linspace(0, 2 * np.pi, 20_001)[:-1]
    wavy = shapely.Polygon(np.column_stack([24.94 + np.cos(angle) * (0.03 + np.sin(angle * 900) / 4e4), 60.17 + np.sin(angle) * 0.015]))
    explorer = Explorer("x", _shapes(green=wavy))
    fine = _payload(explorer)
    limit = len(encode_explorer(explorer)) * 2 // 3
    small = _payload(explorer, limit_bytes=limit)
    assert fine["tolerance"] < small["tolerance"]
    assert len(encode_explorer(explorer, limit_bytes=limit)) <= limit
    with pytest.raises(InvalidInput):
        encode_explorer(explorer, limit_bytes=500)


def test_names_from_files_stay_text():
    payload = _payload(Explorer('</script>"', _shapes(names=(MapName("Ñuñoa", 24.94, 60.17, True),))))
    assert payload["name"] == '</script>"'
    assert payload["names"][0]["text"] == "Ñuñoa"


def test_a_place_without_a_boundary_is_refused_plainly():
    with pytest.raises(InvalidInput, match="boundary"):
        encode_explorer(Explorer("x", MapShapes(study=shapely.Polygon())))


def test_the_input_is_left_as_it_was():
    before = shapely.to_wkb(STUDY)
    encode_explorer(Explorer("x", _shapes()))
    assert shapely.to_wkb(STUDY) == before
