"""What a place has to be measured from: its study region, its districts and its assets, read when a layer needs them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ekistics.geo.ellipsoid import areas_m2
from ekistics.layers.registry import Zones
from ekistics.model.lineage import Asset
from ekistics.model.places import Boundary, Place

KIND_OF_SOURCE = {
    "osm": ("osm", "streets"),
    "gtfs": ("gtfs",),
    "people_given": ("population",),
    "settlements": ("population_grid", "built_up_grid", "land_grid"),
    "built_epochs": ("built_up_epoch", "first_built_year"),
}
"""Which kinds of asset give which source of the layers, in the order in which their dates say the year of what is measured."""
GRID_SOURCES = ("settlements", "built_epochs")
"""Sources that are read from grids around the place."""
SOURCE_OF_KIND = {kind: source for source, kinds in KIND_OF_SOURCE.items() for kind in kinds}


LEAST_SHARE = 0.01
"""A district of which less lies inside the study region is not measured: what touches it is drawing error."""
_WHOLE = 0.999


def clipped(districts: Sequence[tuple[Place, Boundary]], study: Boundary) -> tuple[tuple[Place, Boundary], ...]:
    """Return the districts cut to the study region, each cut one under an edition that says so; those outside are left out."""
    found = []
    for place, boundary in districts:
        inside = shapely.intersection(boundary.geometry, study.geometry)
        parts = [part for part in shapely.get_parts(inside) if part.geom_type == "Polygon"]
        outline = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
        area = float(areas_m2(np.array([outline], dtype=object))[0])
        if area >= _WHOLE * boundary.area_m2:
            found.append((place, boundary))
        elif area >= LEAST_SHARE * boundary.area_m2:
            edition = f"{boundary.edition} within {study.edition}"
            found.append((place, replace(boundary, edition=edition, geometry=outline, area_m2=area)))
    return tuple(found)


@dataclass(frozen=True)
class StudyInputs:
    """One study place: the boundary that is measured, its districts, and the assets that describe it."""

    place: Place
    boundary: Boundary
    districts: tuple[tuple[Place, Boundary], ...]
    assets: tuple[Asset, ...]
    path_of: Callable[[Asset], Path]
    read: Callable[[str, tuple[Asset, ...], Callable[[Asset], Path]], Any]
    layer_folder: Path
    outlines: tuple[str, ...] = ()
    """Checksums of the files that the study region and its districts were drawn in."""
    rules: str = ""
    """The hash of the tag rules that decide what a map extract means: another rule makes another layer."""

    def assets_of(self, source: str) -> tuple[Asset, ...]:
        """Return the assets that give a source, in the order of their checksums (so that a layer's name does not depend on it)."""
        kinds = KIND_OF_SOURCE.get(source, ())
        return tuple(sorted((asset for asset in self.assets if asset.kind in kinds), key=lambda asset: asset.sha256))

    def has(self, source: str) -> bool:
        """Whether the source can be given."""
        if source == "zones":
            return True
        given = {asset.kind for asset in self.assets_of(source)}
        return bool(given) if source != "settlements" else "population_grid" in given

    def names_of(self, source: str) -> tuple[str, ...]:
        """Return what stands for the source in the name of a layer: checksums with reading options, or the boundary itself."""
        if source == "zones":
            return self._zone_names
        assets = self.assets_of(source)
        said = [f"options:{json.dumps(asset.options, sort_keys=True)}" for asset in assets if asset.options]
        ruled = [f"rules:{self.rules}"] if source == "osm" and self.rules else []
        return (*(f"sha256:{asset.sha256}" for asset in assets), *said, *ruled)

    def value_of(self, source: str) -> Any:
        """Return the source as it was read; None where there is no asset for it."""
        if source == "zones":
            return self.zones
        if source not in self._values:
            assets = self.assets_of(source)
            self._values[source] = self.read(source, assets, self.path_of) if assets else None
        return self._values[source]

    @cached_property
    def zones(self) -> Zones:
        """The study region in row 0, the districts below it."""
        codes = [self.place.code, *(place.code for place, _ in self.districts)]
        outlines = np.empty(len(codes), dtype=object)
        outlines[:] = [self.boundary.geometry, *(boundary.geometry for _, boundary in self.districts)]
        return Zones(code=np.array(codes, dtype=np.str_), geometry=outlines)

    @cached_property
    def _values(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _zone_names(self) -> tuple[str, ...]:
        digest = hashlib.sha256()
        for code, outline in zip(self.zones.code.tolist(), self.zones.geometry.tolist(), strict=True):
            digest.update(code.encode() + b"\0" + outline.wkb)
        return (f"zones:{digest.hexdigest()[:32]}",)
