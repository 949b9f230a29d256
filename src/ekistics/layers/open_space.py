"""Open public space: the polygons that the rule file counts, joined so that overlap counts once.

Which tags count, and which refuse, is in `sources/rules/open_space.yaml` and was decided when the extract was read; here only the
shapes are joined. Areas are measured on an equal-area plane and nowhere else. Plazas that are mapped as a point count as places to
reach and have no area.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import STRtree

from ekistics.geo.ellipsoid import LocalPlane, equal_area_plane
from ekistics.layers.registry import Zones, ZoneTable, layer
from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import FacilityKind, Flags, Floats, Geometries, OsmExtract, Texts

GARDENS = ("counted", "left out")
STREETS_ONLY = "The extract holds streets only: of open space and green land it tells nothing."


@dataclass(frozen=True)
class OpenSpace:
    """Connected open public spaces. `geometry` are polygons in EPSG:4326, `area_m2` is on the equal-area plane `plane`.

    `plaza` are further places to reach, mapped as points. `name` is that of the largest named polygon in the space. `reason` says why
    nothing can be told of open space (an extract of streets only), empty where it can.
    """

    geometry: Geometries
    area_m2: Floats
    name: Texts
    plaza: Geometries
    plane: LocalPlane
    reason: str = ""
    checks: dict[str, Any] = field(default_factory=dict)


@layer(edition="1")
def open_space(*, osm: OsmExtract, zones: Zones, gardens: str = "counted", least_areas_a_km2: float = 1.0) -> OpenSpace:
    """Join the open public spaces of an extract.

    Parameters
    ----------
    gardens : `counted` (public gardens by the rule file) or `left out`
    least_areas_a_km2 : an extract with fewer mapped areas (of any kind) per km2 of the study region holds streets only; of open
        space it tells nothing, which is not the same as none

    Raises
    ------
    InvalidInput
        If `gardens` is neither of the two.
    """
    if gardens not in GARDENS:
        raise InvalidInput("the option `gardens` is not known", found=gardens, expected=" or ".join(GARDENS))
    areas = osm.areas
    chosen = areas.open_space & ~areas.garden if gardens == "left out" else areas.open_space
    plane = plane_of_areas(zones)
    region_km2 = float(shapely.area(plane.project(zones.geometry[:1]))[0]) / 1e6
    reason = STREETS_ONLY if len(areas) < least_areas_a_km2 * region_km2 else ""
    if reason:
        chosen = np.zeros(len(areas), dtype=np.bool_)
    counted = on_plane(plane, areas.geometry[chosen])
    spaces = joined(counted)
    plazas = osm.facilities.geometry[osm.facilities.kind == FacilityKind.PLAZA.value]
    checks = {
        "polygons": int(chosen.sum()),
        "spaces": len(spaces),
        "overlap_counted_once_m2": round(float(shapely.area(counted).sum() - shapely.area(spaces).sum()), 1),
        "by_rule": _counts(areas.open_space_rule, chosen),
        "refused_by_rule": _counts(areas.refused_rule, areas.refused_rule != ""),
        "plazas_as_points": len(plazas),
        "areas_that_do_not_exist_in_the_file": sum(one.kind.startswith("area-") for one in osm.problems),
    }
    return OpenSpace(
        plane.unproject(spaces), shapely.area(spaces), _names(spaces, counted, areas.name[chosen]), plazas, plane, reason, checks
    )


@layer(edition="1", gives=("open_space_area", "green_area"))
def zone_open_space(*, open_space: OpenSpace, osm: OsmExtract, zones: Zones) -> ZoneTable:
    """Tabulate open public space and mapped green land by zone, in km2."""
    plane = open_space.plane
    outlines = on_plane(plane, zones.geometry)
    green = joined(on_plane(plane, osm.areas.geometry[osm.areas.green]))
    columns = {
        "open_space_area": areas_in_zones(on_plane(plane, open_space.geometry), outlines) / 1e6,
        "green_area": areas_in_zones(green, outlines) / 1e6,
    }
    checks = {"green_polygons": int(osm.areas.green.sum())}
    if not open_space.reason:
        return ZoneTable(columns, checks=checks)
    told = np.full(len(zones), open_space.reason)
    return ZoneTable({code: np.full(len(zones), np.nan) for code in columns}, dict.fromkeys(columns, told), checks)


def plane_of_areas(zones: Zones) -> LocalPlane:
    """Return the equal-area plane of a study region."""
    west, south, east, north = shapely.bounds(zones.geometry[0]).tolist()
    return equal_area_plane((west, south, east, north))


def on_plane(plane: LocalPlane, polygons: Geometries) -> Geometries:
    """Return polygons in EPSG:4326 on a plane, and valid there.

    Moving vertices can fold an outline that was valid in degrees (a corner a hair's breadth from an edge); it is mended by its
    structure, which changes no area that anybody could see.
    """
    flat = plane.project(polygons)
    folded = ~shapely.is_valid(flat)
    flat[folded] = shapely.make_valid(flat[folded], method="structure", keep_collapsed=False)
    return flat


def joined(polygons: Geometries) -> Geometries:
    """Return the connected polygons of a union; most of a city's polygons touch no other, and only those that do are united."""
    parts = np.asarray(shapely.get_parts(polygons), dtype=object)
    one, other = STRtree(parts).query(parts, predicate="intersects")
    touching = coo_array((np.ones(len(one), dtype=np.bool_), (one, other)), shape=(len(parts), len(parts)))
    groups, group = connected_components(touching, directed=False)
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=groups))
    united = [shapely.union_all(rows) if len(rows) > 1 else rows[0] for rows in np.split(parts[order], ends[:-1])] if groups else []
    spaces = np.asarray(shapely.get_parts(united), dtype=object)
    polygonal: Geometries = spaces[shapely.get_dimensions(spaces) == 2]
    return polygonal


def areas_in_zones(polygons: Geometries, zones: Geometries) -> Floats:
    """Return the area of polygons (which do not overlap) inside each zone, (zones,) in the unit of the plane squared."""
    total = np.zeros(len(zones))
    if not len(polygons):
        return total
    tree = STRtree(polygons)
    zone, polygon = tree.query(zones, predicate="intersects")
    whole = is_within(polygons[polygon], zones, zone)
    size = np.empty(len(zone))
    size[whole] = shapely.area(polygons[polygon[whole]])
    size[~whole] = shapely.area(shapely.intersection(polygons[polygon[~whole]], zones[zone[~whole]]))
    np.add.at(total, zone, size)
    return total


def is_within(shapes: Geometries, zones: Geometries, zone: Any) -> Flags:
    """Return which shapes lie whole in their zone, given by its row, (shapes,)."""
    within = np.zeros(len(shapes), dtype=np.bool_)
    for number in np.unique(zone):
        rows = np.flatnonzero(zone == number)
        shapely.prepare(zones[number])
        within[rows] = shapely.contains(zones[number], shapes[rows])
    return within


def _names(spaces: Geometries, polygons: Geometries, names: Texts) -> Texts:
    """Return for each space the name of its largest named polygon."""
    found = np.full(len(spaces), "", dtype=object)
    named = np.flatnonzero(names != "")
    if len(named) and len(spaces):
        order = named[np.argsort(shapely.area(polygons[named]))]
        inside = shapely.point_on_surface(polygons[order])
        point, space = STRtree(spaces).query(inside, predicate="intersects")
        ranks = np.argsort(point, kind="stable")
        found[space[ranks]] = names[order[point[ranks]]]
    return found.astype(np.str_)


def _counts(rules: Texts, chosen: Flags) -> dict[str, int]:
    return dict(Counter(rules[chosen].tolist()).most_common())
