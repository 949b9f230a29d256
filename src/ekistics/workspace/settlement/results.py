"""What a classification gives: the class raster, tables and outlines of centres and clusters, spatial units, functional areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from ekistics.model.errors import InvalidInput
from ekistics.model.places import PlaceKind
from ekistics.places.degree_of_urbanisation import Classified
from ekistics.places.settlement_cells import OUTSIDE
from ekistics.places.settlement_clusters import CELL_KM2, Clusters
from ekistics.places.spatial_units import LEVEL_1_CELLS, LEVEL_2_CELLS, NAMES, Balance, UnitClasses, balance, classify_units, sum_by_class
from ekistics.publish.settlement_files import (
    SETTLEMENT_COLOURS,
    class_raster,
    in_degrees,
    number_raster,
    outlines,
    settlement_package,
)
from ekistics.sources.gazetteer import Gazetteer
from ekistics.sources.grid_files import Grid, Window
from ekistics.sources.settlement_grids import SettlementGrids
from ekistics.sources.unit_cells import GridFrame, UnitCells, overlay_units, spread_over_units
from ekistics.sources.vectors import VectorReading

KINDS = {
    "urban centres": ("UC", "urban centre"),
    "urban clusters": ("CL", "urban cluster"),
    "dense urban clusters": ("DC", "dense urban cluster"),
    "semi-dense urban clusters": ("SD", "semi-dense urban cluster"),
    "rural clusters": ("RC", "rural cluster"),
}
"""First letters of the codes of clusters, and what one is called. Numbers go by people, the largest first."""
PLACE_KIND = PlaceKind.DISTRICT
"""Kind under which spatial units are read."""
_BAND_CELLS = 40_000_000


@dataclass(frozen=True)
class UnitResult:
    """Spatial units with their classes: what was read, what they cover, and whether people add up.

    `part` is the part of the grid that they lie on, and `residents` the people of its cells, (rows, columns).
    """

    read: VectorReading
    classes: UnitClasses
    cells: UnitCells
    people: Balance
    part: Window
    residents: npt.NDArray[np.float64]


def cluster_rows(found: Classified, grid: Grid, kind: str, names: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    """Return a row a cluster, in the order of `found.clusters[kind]`: code, name, people, km², people per km², built-up."""
    clusters, (letters, called) = found.clusters[kind], KINDS[kind]
    rank = _ranks(clusters)
    width = max(4, len(str(len(clusters))))
    x, y = grid.middles((clusters.top + clusters.bottom) / 2, (clusters.left + clusters.right) / 2)
    longitude, latitude = pyproj.Transformer.from_crs(grid.system, "EPSG:4326", always_xy=True).transform(x, y)
    on_world = np.isfinite(longitude) & np.isfinite(latitude)
    built = bool(clusters.built_km2.any())
    area = clusters.cells * CELL_KM2
    return [
        {
            "code": f"{letters}{rank[one]:0{width}}",
            "kind": called,
            "name": (names or {}).get(one, ""),
            "people": round(float(clusters.people[one]), 1),
            "area_km2": float(area[one]),
            "people_per_km2": round(float(clusters.people[one] / area[one]), 1),
            "built_up_km2": round(float(clusters.built_km2[one]), 3) if built else None,
            "longitude": round(float(longitude[one]), 5) if on_world[one] else None,
            "latitude": round(float(latitude[one]), 5) if on_world[one] else None,
        }
        for one in range(len(clusters))
    ]


def _ranks(clusters: Clusters) -> npt.NDArray[np.int64]:
    """Return the number of each cluster by people, from 1, (clusters,)."""
    rank = np.empty(len(clusters), np.int64)
    rank[np.argsort(-clusters.people, kind="stable")] = np.arange(1, len(clusters) + 1)
    return rank


def names_of(found: Classified, grid: Grid, kind: str, gazetteer: Gazetteer) -> dict[int, str]:
    """Return the name of each cluster that holds a place of the gazetteer; the highest ranking one wins."""
    x, y = pyproj.Transformer.from_crs("EPSG:4326", grid.system, always_xy=True).transform(gazetteer.longitude, gazetteer.latitude)
    a, _, c, _, e, f = grid.transform
    with np.errstate(invalid="ignore"):
        column, row = np.floor((np.asarray(x) - c) / a), np.floor((np.asarray(y) - f) / e)
    inside = np.isfinite(row) & np.isfinite(column) & (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
    first: dict[int, int] = {}
    for top, labels in bands(found, kind):
        here = np.flatnonzero(inside & (row >= top) & (row < top + len(labels)))
        numbers = labels[(row[here] - top).astype(int), column[here].astype(int)]
        for number, at in zip(numbers.tolist(), here.tolist(), strict=True):
            if number >= 0:
                first[number] = min(at, first.get(number, at))  # the highest ranking stands first
    return {number: gazetteer.name[at] for number, at in first.items()}


def bands(found: Classified, kind: str) -> Any:
    """Yield first row and labels of parts of the grid, one below the other."""
    rows, columns = found.classes.shape
    step = max(1, _BAND_CELLS // columns)
    for top in range(0, rows, step):
        yield top, found.labels(kind, top, min(rows, top + step))


def cluster_outlines(found: Classified, grid: Grid, kind: str) -> npt.NDArray[np.object_]:
    """Return the outline of each cluster in EPSG:4326, (clusters,)."""
    drawn = outlines(bands(found, kind), grid.transform, len(found.clusters[kind]))
    return in_degrees(drawn, grid.wkt)


def class_file(found: Classified, grid: Grid, tags: Mapping[str, str]) -> bytes:
    """Return the class raster as a GeoTIFF."""
    colours = {code: SETTLEMENT_COLOURS[code] for code in ((30, 23, 22, 21, 13, 12, 11, 10) if found.level == 2 else (3, 2, 1, 0))}
    return class_raster(found.classes, grid.transform, grid.wkt, colours=colours, tags=tags)


def label_file(found: Classified, grid: Grid, kind: str, tags: Mapping[str, str]) -> bytes:
    """Return the numbers of clusters, from 1 by people (as in their codes), as a GeoTIFF."""
    numbers = np.append(_ranks(found.clusters[kind]), 0).astype(np.int32)  # 0, the last, is for cells in none
    return number_raster(numbers[found.labels(kind)], grid.transform, grid.wkt, no_data=0, tags=tags)


def cluster_file(found: Classified, grid: Grid, gazetteer: Gazetteer | None = None) -> bytes:
    """Return a GeoPackage with a layer a kind of cluster, the clusters with the most people first."""
    layers: dict[str, tuple[Sequence[Mapping[str, Any]], Sequence[Any]]] = {}
    for kind in found.clusters:
        names = names_of(found, grid, kind, gazetteer) if gazetteer else None
        rows, shapes = cluster_rows(found, grid, kind, names), cluster_outlines(found, grid, kind)
        order = sorted(range(len(rows)), key=lambda one, rows=rows: rows[one]["code"])  # type: ignore[misc]
        layers[kind.replace(" ", "_").replace("-", "_")] = ([rows[one] for one in order], [shapes[one] for one in order])
    return settlement_package(layers)


def unit_result(found: Classified, grids: SettlementGrids, read: VectorReading) -> UnitResult:
    """Classify spatial units by where their people live; only the part of the grid that they lie on is read."""
    polygons = grids.grid.placed(read.geometry)
    whole = GridFrame.of(grids.grid.transform, grids.grid.shape)
    top, bottom, left, right = part = grids.grid.around(polygons, 1)
    residents = np.nan_to_num(grids.read(part)[0].astype(np.float64), nan=0.0)
    residents[residents == grids.no_data[0]] = 0.0
    west, north = whole.left + left * whole.cell_m, whole.top - top * whole.cell_m
    cells = overlay_units(polygons, GridFrame(west, north, whole.cell_m, bottom - top, right - left))
    pieces = spread_over_units(cells, residents, np.ascontiguousarray(found.classes[top:bottom, left:right]))
    classes = LEVEL_2_CELLS if found.level == 2 else LEVEL_1_CELLS
    sums = sum_by_class(pieces.unit, pieces.code, pieces.people, pieces.area_km2, classes=classes, counts=pieces.counts)
    edition = "2021" if found.rules.edition in ("2021", "R2022A") else "2024"
    told = balance(sums, outside_units=pieces.people_outside, total=pieces.people_total)
    return UnitResult(read, classify_units(sums, edition=edition), cells, told, part, residents)


def unit_rows(result: UnitResult) -> list[dict[str, Any]]:
    """Return a row a unit: code, name, classes with their names, people, and the share of people by class of cell."""
    units, rows = result.classes, []
    for one, place in enumerate(result.read.places):
        row: dict[str, Any] = {"code": place.code, "name": place.name(), "people": round(float(units.people[one]), 1)}
        row |= {"level_1": int(units.level_1[one]), "level_1_name": NAMES[int(units.level_1[one])]}
        if units.level_2 is not None:
            row |= {"level_2": int(units.level_2[one]), "level_2_name": NAMES[int(units.level_2[one])]}
        row["decided_by"] = ("nothing", "people", "land area", "water")[int(units.decided_by[one])]
        row["too_small_for_the_grid"] = bool(result.cells.too_small[one])
        for column, code in enumerate(units.classes):
            if code != OUTSIDE:
                share = float(units.shares[one, column])
                row[f"share_in_{code}"] = None if np.isnan(share) else round(share, 6)
        rows.append(row)
    return rows


def unit_file(result: UnitResult) -> bytes:
    """Return the units with their classes as a GeoPackage."""
    return settlement_package({"units": (unit_rows(result), list(result.read.geometry))})


def require_on_grid(read: VectorReading, grid: Grid) -> None:
    """Refuse spatial units of which none lies on the grid.

    Raises
    ------
    InvalidInput
        If they lie elsewhere.
    """
    frame = GridFrame.of(grid.transform, grid.shape)
    west, south, east, north = shapely.total_bounds(grid.placed(read.geometry))
    right, bottom = frame.left + frame.cell_m * frame.columns, frame.top - frame.cell_m * frame.rows
    if not (west < right and east > frame.left and south < frame.top and north > bottom):
        raise InvalidInput(
            "no spatial unit lies on the grid",
            found=f"units from {west:.0f}, {south:.0f} to {east:.0f}, {north:.0f}",
            expected=f"within {frame.left:.0f}, {bottom:.0f} to {right:.0f}, {frame.top:.0f} in {grid.system_name}",
            mend="check the coordinate system of the units, and that both are of one country",
        )
