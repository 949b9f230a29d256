"""The map explorer's data: one compact JSON text a place, read by `web/src/explorer/payload.ts`.

Positions are whole metres on a local plane (equirectangular about the middle of the place; a picture, never a measure), each
written as the difference from the one before it, through a whole layer. Shapes are simplified to a tolerance that starts at 1 m
and doubles until the text is within its limit; the tolerance is said in the payload. Sent with gzip, Las Palmas takes about
half a megabyte.

The payload, version 1::

    {"v": 1, "name": str, "origin": [lon, lat], "unit": [degrees east a metre, degrees north a metre],
     "bounds": [west, south, east, north] of the study region, "tolerance": metres, "credit": str,
     "base": {"study": S, "land": S|null, "water": S|null, "green": S|null, "streets": [{"rank": 1..3, "shape": S}]},
     "names": [{"text": str, "at": [x, y], "water": bool}],
     "districts": {"codes": [str], "names": [str], "shape": S},
     "dots": [{"xy": [dx, dy, ...], "each": residents a dot}],
     "layers": [{"kind": "people", "id", "title", "note", "dots": index},   (reach and districts also have "group": its heading)
                {"kind": "reach", "id", "title", "note", "dots": index, "states": "1 reached, 0 not, one a dot",
                 "within": str, "beyond": str},
                {"kind": "districts", "id", "title", "note", "labels": [str], "classes": "1..5, 0 missing, one a district",
                 "texts": [str], "marked": "1 worse side, one a district", "mark": its words, "order": districts, lowest first},
                {"kind": "areas", "id", "title", "note", "shape": S}],
     "words": {key: str}}

A shape S is ``{"p": lines or polygons a feature, "r": rings a polygon (polygons only), "n": vertices a line or ring, "xy": [...]}``;
rings leave out their closing vertex.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from ekistics.model.errors import InvalidInput
from ekistics.profile.evidence import Dots, MapShapes
from ekistics.publish.explorer_words import WORDS

VERSION = 1
DOTS = 8000
"""Dots that stand for all residents: enough to see a street corner, few enough for a telephone."""
LIMIT_BYTES = 2_000_000
"""Largest payload before compression."""
TOLERANCES_M = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
METRES_A_DEGREE = 111_320.0
"""Length of a degree of latitude on a sphere of the Earth's mean circumference; a drawing needs no more."""

Json = dict[str, Any]  # what json.dumps takes; typed by the payload description above


@dataclass(frozen=True)
class ReachLayer:
    """Who is reached by something. Texts are ready to show: translated, numbers written in the reader's locale."""

    id: str
    title: str
    note: str
    within: str
    beyond: str
    dots: Dots
    group: str = ""


@dataclass(frozen=True)
class DistrictLayer:
    """A figure of each district. `values` and `texts` by district code; a code that is absent is missing.

    `breaks` are the inner limits of the classes, ascending, one fewer than `labels` (at most five); a district whose value lies
    below `mark_below` gets the mark of the worse side, which `mark_label` explains.
    """

    id: str
    title: str
    note: str
    values: Mapping[str, float]
    texts: Mapping[str, str]
    breaks: tuple[float, ...]
    labels: tuple[str, ...]
    mark_below: float | None = None
    mark_label: str = ""
    group: str = ""
    """Under which heading it is listed."""


@dataclass(frozen=True)
class Explorer:
    """All that the explorer of one place shows; `titles` are the ready texts of the layers named `people` and `open_space`."""

    name: str
    shapes: MapShapes
    district_names: Mapping[str, str] = field(default_factory=dict)
    reach: tuple[ReachLayer, ...] = ()
    districts: tuple[DistrictLayer, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=lambda: WORDS)


def encode_explorer(explorer: Explorer, *, dots: int = DOTS, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Return the explorer's payload as UTF-8 JSON.

    Parameters
    ----------
    explorer : shapes in EPSG:4326 with ready texts
    dots : how many dots share out the residents of a set
    limit_bytes : largest size before compression; shapes are simplified until they fit

    Raises
    ------
    InvalidInput
        If there is no study region, classes do not fit their breaks, or even the coarsest drawing is too large.
    """
    if explorer.shapes.study is None or explorer.shapes.study.is_empty:
        raise InvalidInput(f"the map of {explorer.name} has no study region", mend="import the boundary of the place")
    plane = _Plane.about(explorer.shapes.study)
    fixed = _fixed_parts(explorer, plane, dots)
    size = 0
    for tolerance in TOLERANCES_M:
        payload = fixed | _drawn_parts(explorer, plane, tolerance)
        payload["layers"] = fixed["layers"] + payload.pop("areas")
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        size = len(text)
        if size <= limit_bytes:
            return text
    raise InvalidInput(
        f"the map of {explorer.name} takes {size:,} bytes", expected=f"at most {limit_bytes:,}", mend="measure a smaller place"
    )


@dataclass(frozen=True)
class _Plane:
    """Whole metres east and north of an origin."""

    longitude: float
    latitude: float
    east: float
    north: float

    @classmethod
    def about(cls, study: BaseGeometry) -> _Plane:
        west, low, right, high = study.bounds
        latitude = (low + high) / 2
        return cls((west + right) / 2, latitude, 1 / (METRES_A_DEGREE * np.cos(np.radians(latitude))), 1 / METRES_A_DEGREE)

    def metres(self, degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return (n, 2) positions in metres from (n, 2) longitudes and latitudes."""
        moved: npt.NDArray[np.float64] = (degrees - [self.longitude, self.latitude]) / [self.east, self.north]
        return moved


def _fixed_parts(explorer: Explorer, plane: _Plane, dots: int) -> Json:
    """Return what does not depend on the tolerance: words, names, dots, and layers that only colour what others draw."""
    shapes = explorer.shapes
    shared: list[Json] = []
    layers: list[Json] = []
    picks: list[tuple[Dots, npt.NDArray[np.int64]]] = []
    for one in explorer.reach:
        index = next((i for i, (known, _) in enumerate(picks) if _same_people(known, one.dots)), len(picks))
        if index == len(picks):
            chosen, xy, each = _share_out(one.dots, plane, dots)
            picks.append((one.dots, chosen))
            shared.append({"xy": _deltas(xy), "each": round(each, 1)})
        reached = np.asarray(one.dots.reached, dtype=bool)[picks[index][1]]
        words = {"id": one.id, "title": one.title, "note": one.note, "within": one.within, "beyond": one.beyond, "group": one.group}
        layers.append({"kind": "reach", **words, "dots": index, "states": "".join("01"[int(r)] for r in reached)})
    if not shared and shapes.dots:
        _, xy, each = _share_out(shapes.dots[0], plane, dots)
        shared.append({"xy": _deltas(xy), "each": round(each, 1)})
    if shared:
        title = explorer.titles.get("people", WORDS["people"])
        layers.insert(0, {"kind": "people", "id": "people", "title": title, "note": explorer.titles.get("people_note", ""), "dots": 0})
    codes = list(shapes.zones)
    layers += [_district_layer(one, codes) for one in explorer.districts]
    places = [(name, plane.metres(np.array([[name.longitude, name.latitude]]))[0]) for name in shapes.names]
    return {
        "v": VERSION,
        "name": explorer.name,
        "origin": [round(plane.longitude, 6), round(plane.latitude, 6)],
        "unit": [plane.east, plane.north],
        "bounds": [round(value, 6) for value in shapes.study.bounds],
        "credit": shapes.credit,
        "names": [{"text": name.text, "at": [round(x), round(y)], "water": name.water} for name, (x, y) in places],
        "dots": shared,
        "layers": layers,
        "words": dict(explorer.words),
    }


def _same_people(one: Dots, other: Dots) -> bool:
    return all(
        np.array_equal(np.asarray(a), np.asarray(b))
        for a, b in ((one.longitude, other.longitude), (one.latitude, other.latitude), (one.people, other.people))
    )


def _district_layer(layer: DistrictLayer, codes: Sequence[str]) -> Json:
    if len(layer.labels) != len(layer.breaks) + 1 or len(layer.labels) > 5:
        raise InvalidInput(f"layer {layer.id}", found=f"{len(layer.labels)} labels", expected=f"{len(layer.breaks) + 1}, at most 5")
    values = np.array([layer.values.get(code, np.nan) for code in codes], dtype=float)
    classes = np.where(np.isnan(values), 0, np.searchsorted(layer.breaks, values, side="right") + 1)
    marked = np.zeros(len(codes), dtype=bool) if layer.mark_below is None else values < layer.mark_below
    return {
        "kind": "districts",
        "id": layer.id,
        "title": layer.title,
        "note": layer.note,
        "group": layer.group,
        "labels": list(layer.labels),
        "classes": "".join(map(str, classes)),
        "texts": [layer.texts.get(code, "") for code in codes],
        "marked": "".join("01"[int(mark)] for mark in marked),
        "mark": layer.mark_label,
        "order": np.argsort(values, kind="stable").tolist(),  # what is missing (NaN) comes last
    }


def _drawn_parts(explorer: Explorer, plane: _Plane, tolerance: float) -> Json:
    shapes = explorer.shapes

    def areas(geometry: BaseGeometry | None) -> Json | None:
        return None if geometry is None or geometry.is_empty else _polygons([geometry], plane, tolerance)

    open_space = areas(shapes.open_space)
    title = explorer.titles.get("open_space", WORDS["open_space"])
    note = explorer.titles.get("open_space_note", "")
    return {
        "tolerance": tolerance,
        "base": {
            "study": areas(shapes.study),
            "land": areas(shapes.land),
            "water": areas(shapes.water),
            "green": areas(shapes.green),
            "streets": [
                {"rank": one.rank, "shape": _lines([one.geometry], plane, tolerance)}
                for one in sorted(shapes.streets, key=lambda street: street.rank)
                if one.geometry is not None and not one.geometry.is_empty
            ],
        },
        "districts": {
            "codes": list(shapes.zones),
            "names": [explorer.district_names.get(code, code) for code in shapes.zones],
            # neighbours share their edge: simplified apart, slivers would open between them
            "shape": _polygons(list(shapes.zones.values()), plane, min(tolerance, 2.0)),
        },
        "areas": [{"kind": "areas", "id": "open_space", "title": title, "note": note, "shape": open_space}] if open_space else [],
    }


def _share_out(people: Dots, plane: _Plane, count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], float]:
    """Share residents out evenly over dots: every dot stands for as many, homes with more of them get more dots.

    Returns the home of each dot, its position in metres, and the residents that it stands for. Homes are walked along a
    space-filling curve, so that dots fall evenly over every neighbourhood; dots of one home stand around it, not upon each other.
    """
    weight = np.nan_to_num(np.asarray(people.people, dtype=float), nan=0.0).clip(min=0.0)
    total = float(weight.sum())
    if total <= 0 or count <= 0:
        return np.empty(0, dtype=np.int64), np.empty((0, 2)), 0.0
    homes = plane.metres(np.column_stack([np.asarray(people.longitude, dtype=float), np.asarray(people.latitude, dtype=float)]))
    order = np.argsort(_curve(homes), kind="stable")
    each = total / count
    running = np.cumsum(weight[order])
    index = np.searchsorted(running, (np.arange(count) + 0.5) * each).clip(max=len(order) - 1)
    chosen = order[index]
    nth = np.arange(count) - np.searchsorted(index, index)  # 0 for a home's first dot, then 1, 2, ... (index ascends)
    angle, radius = nth * 2.399963, 7.0 * np.sqrt(nth)  # the golden angle: an even spiral, 7 m between turns
    return chosen, homes[chosen] + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), each


def _curve(metres: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    """Return the place of each position on a Z-order curve over a grid of 2^16 steps a side."""
    low, high = metres.min(axis=0), metres.max(axis=0)
    cells = ((metres - low) / np.maximum((high - low).max(), 1.0) * 65535).astype(np.uint64)
    code = np.zeros(len(cells), dtype=np.uint64)
    for bit in range(16):
        step, at = np.uint64(bit), np.uint64(2 * bit)
        code |= ((cells[:, 0] >> step) & np.uint64(1)) << at
        code |= ((cells[:, 1] >> step) & np.uint64(1)) << (at + np.uint64(1))
    return code


def _on_plane(geometries: Sequence[BaseGeometry], plane: _Plane, tolerance: float) -> npt.NDArray[np.object_]:
    moved = shapely.transform(np.array(geometries, dtype=object), plane.metres)
    # keeping the topology leaves a polygon valid and never empties a feature that others refer to by its place in the list
    simple: npt.NDArray[np.object_] = shapely.simplify(moved, tolerance, preserve_topology=True)
    return simple


def _polygons(geometries: Sequence[BaseGeometry], plane: _Plane, tolerance: float) -> Json:
    features = _on_plane(geometries, plane, tolerance)
    parts, feature = shapely.get_parts(features, return_index=True)
    rings, polygon = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.empty(0, dtype=bool)
    return {
        "p": np.bincount(feature, minlength=len(features)).tolist(),
        "r": np.bincount(polygon, minlength=len(parts)).tolist(),
        "n": (np.bincount(ring, minlength=len(rings)) - 1).tolist() if len(rings) else [],
        "xy": _deltas(coordinates[~last]),
    }


def _lines(geometries: Sequence[BaseGeometry], plane: _Plane, tolerance: float) -> Json:
    features = _on_plane(geometries, plane, tolerance)
    parts, feature = shapely.get_parts(features, return_index=True)
    coordinates, line = shapely.get_coordinates(parts, return_index=True)
    return {
        "p": np.bincount(feature, minlength=len(features)).tolist(),
        "n": np.bincount(line, minlength=len(parts)).tolist(),
        "xy": _deltas(coordinates),
    }


def _deltas(metres: npt.NDArray[np.float64]) -> list[int]:
    """Return whole metres as differences from the position before, x and y in turn."""
    whole = np.rint(metres).astype(np.int64)
    flat: list[int] = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()
    return flat
