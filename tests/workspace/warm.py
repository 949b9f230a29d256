"""Loaded once into the fork server: a measurement's rooms and its compiled kernels, so that a child starts in milliseconds.

The layers are made of a city in memory. Readers are left to the children: some keep threads, which a fork does not copy.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import shapely
from tests.layers.small_city import drawn, extract, facilities, given

import ekistics.workspace.importing
import ekistics.workspace.measure
import ekistics.workspace.workspace  # noqa: F401
from ekistics.layers.catalogue import load_all
from ekistics.model.lineage import Asset
from ekistics.model.places import Boundary, Place, PlaceKind
from ekistics.workspace.inputs import StudyInputs
from ekistics.workspace.layering import LayerStack


def read(source, assets, path_of):
    """Return what is asked for, made in memory."""
    if source == "people_given":
        return given([shapely.box(0, 0, 1000, 1000)], [100.0])
    return extract(places=facilities([shapely.Point(100, 0)], ["school"]))


def warm_up() -> None:
    """Make the layers of a school within reach, and the intersections; they call all that is compiled."""
    load_all()
    region = Boundary("XX", "1", drawn(shapely.box(-100, -100, 1100, 1100)), 1.44e6)
    assets = tuple(Asset(letter * 64, kind, 1, kind, "made") for letter, kind in (("a", "osm"), ("b", "population")))
    with tempfile.TemporaryDirectory(prefix="ekistics-warm-") as folder:
        inputs = StudyInputs(Place("XX", PlaceKind.CITY, {"und": "X"}), region, (), assets, lambda asset: Path(), read, Path(folder))
        stack = LayerStack(inputs, {}, Path(folder))
        for layer in ("zone_reach_schools", "zone_intersections"):
            assert stack.value(layer).columns


warm_up()
