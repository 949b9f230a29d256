"""An OpenStreetMap extract: streets, areas, facilities, and every area that should exist and does not.

One pass over the file. pyosmium assembles areas and is silent about those that it cannot: what was asked for (closed ways,
multipolygons) is compared with what came, and each that did not come is reported with its id, its name and the reason. Rings cut
by the edge of the extract are never closed with a false edge; a way with missing nodes is broken there, never bridged.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ekistics.model.extracts import Areas, Facilities, FacilityKind, OsmExtract, Streets
from ekistics.model.problems import Problem, Severity
from ekistics.sources import osm_rules
from ekistics.sources.osm_adapter import Area, Node, Relation, Tags, Way, read_header, read_points, read_shapes, read_ways

_AREA_KEYS = ("building", "landuse", "leisure", "natural", "amenity")
_LINE_KEYS = ("highway", "barrier", "railway", "waterway", "aeroway", "power", "aerialway", "route")


@dataclass
class _Lines:
    """Street lines as they are collected."""

    way: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    node: list[int] = field(default_factory=list)
    longitude: list[float] = field(default_factory=list)
    latitude: list[float] = field(default_factory=list)
    said: list[tuple[str, bool, bool, bool, bool, float, str, bool]] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    fresh: int = -1


@dataclass
class _Found:
    """Everything as it is collected in the one pass."""

    lines: _Lines = field(default_factory=_Lines)
    areas: list[Area] = field(default_factory=list)
    points: list[tuple[int, FacilityKind, float, float, str]] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    closed_ways: dict[int, Tags] = field(default_factory=dict)
    coast: list[Way] = field(default_factory=list)
    relations: dict[int, Relation] = field(default_factory=dict)
    came: set[tuple[str, int]] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)


def read_osm(path: Path, *, rules: Path | None = None) -> OsmExtract:
    """Read one `.osm.pbf` extract.

    Parameters
    ----------
    path : the file
    rules : a folder whose rule files stand in for the shipped ones

    Returns
    -------
    OsmExtract
        Coordinates in EPSG:4326; `problems` names all that was left out, with id, name and reason.

    Raises
    ------
    InvalidInput
        If the file is not a whole extract, or holds nothing.
    """
    ruled = osm_rules.load_rules(rules)
    head = read_header(path)
    found = _Found()
    for node in read_points(path, _keys_of(ruled)):
        _take_node(found, node, ruled)
    for one in read_shapes(path, {"highway": "", "natural": "coastline"}):
        if isinstance(one, Way):
            _take_way(found, one, ruled)
        elif isinstance(one, Area):
            found.came.add(("w" if one.from_way else "r", one.id))
            if not _is_closed_line(one.tags):
                found.areas.append(one)
        else:
            found.relations[one.id] = one
    areas, facilities, problems = _areas(found, ruled, path.name)
    streets = _streets(found.lines)
    extent = head.box or _extent(streets, areas)
    problems = [*_missing_areas(path, found), *problems, *_broken_ways(found, path.name)]
    found.counts.update(areas=len(areas), facilities=len(facilities), street_lines=len(found.lines.way))
    return OsmExtract(streets, areas, facilities, extent, head.as_of, tuple(problems), dict(found.counts), ruled, _coastline(found.coast))


def _keys_of(ruled: dict[str, Any]) -> set[str]:
    """Return the keys of points that a rule asks for."""
    return {"barrier"} | {key for kind in FacilityKind for key in ruled["facilities"][kind.value]}


def _take_node(found: _Found, node: Node, ruled: dict[str, Any]) -> None:
    found.counts["nodes looked at"] += 1
    if "barrier" in node.tags and osm_rules.blocks_walkers(node.tags, ruled["walking"]):
        found.blocked.add(node.id)
    for kind in FacilityKind:
        if osm_rules.fits(node.tags, ruled["facilities"][kind.value]):
            found.points.append((node.id, kind, node.longitude, node.latitude, node.tags.get("name", "")))


def _take_way(found: _Found, way: Way, ruled: dict[str, Any]) -> None:
    found.counts["tagged ways"] += 1
    tags = way.tags
    if way.is_closed:
        found.closed_ways[way.id] = tags
    if tags.get("natural") == "coastline":
        found.coast.append(way)
    if "highway" not in tags:
        return
    rules = ruled["streets"]
    outline = tags.get("area") == "yes"
    walkable = osm_rules.is_walkable(tags, ruled["walking"])
    kind = tags["highway"]
    drivable = (
        kind in rules["drivable"] and tags.get("motor_vehicle", tags.get("access", "")) not in rules["closed_to_cars"] and not outline
    )
    is_street = kind in rules["street"] and tags.get("service", "") not in rules["not_street_service"] and not outline
    if not (walkable or drivable or is_street):
        return
    width, taken_from = osm_rules.width_of(tags, rules)
    said = (kind[:24], walkable, drivable, is_street, outline, width, taken_from, kind in rules["residential"])
    _add_line(found, way, said)


def _add_line(found: _Found, way: Way, said: tuple[str, bool, bool, bool, bool, float, str, bool]) -> None:
    """Add a way as one line, or as several where a node is missing or stops walkers."""
    lines = found.lines
    piece: list[tuple[int, float, float]] = []

    def close() -> None:
        if len(piece) > 1:
            lines.way.append(way.id)
            lines.lengths.append(len(piece))
            lines.said.append(said)
            lines.node += [one[0] for one in piece]
            lines.longitude += [one[1] for one in piece]
            lines.latitude += [one[2] for one in piece]
        piece.clear()

    for node, place in zip(way.nodes, way.coordinates, strict=True):
        if place is None:
            lines.broken.append(way.id)
            close()
        elif node in found.blocked and said[1]:
            # the line ends before the barrier and begins again behind it: two nodes of our own at the same point
            piece.append((lines.fresh, *place))
            close()
            piece.append((lines.fresh - 1, *place))
            lines.fresh -= 2
        else:
            piece.append((node, *place))
    close()


def _coastline(ways: list[Way]) -> Any:
    """Return the coast as lines, broken where nodes are missing, joined where they meet."""
    pieces = []
    for way in ways:
        for known, run in groupby(way.coordinates, key=lambda place: place is not None):
            places = [place for place in run if place is not None]
            if known and len(places) > 1:
                pieces.append(shapely.LineString(places))
    merged = shapely.line_merge(shapely.MultiLineString(pieces), directed=True)
    return np.asarray(shapely.get_parts(merged), dtype=object)


def _streets(lines: _Lines) -> Streets:
    said = lines.said
    column = list(zip(*said, strict=True)) if said else [()] * 8
    return Streets(
        way=np.array(lines.way, dtype=np.int64),
        offsets=np.concatenate([[0], np.cumsum(lines.lengths)]).astype(np.int64),
        node=np.array(lines.node, dtype=np.int64),
        longitude=np.array(lines.longitude, dtype=np.float64),
        latitude=np.array(lines.latitude, dtype=np.float64),
        street_class=np.array(column[0], dtype=np.str_),
        walkable=np.array(column[1], dtype=np.bool_),
        drivable=np.array(column[2], dtype=np.bool_),
        is_street=np.array(column[3], dtype=np.bool_),
        is_outline=np.array(column[4], dtype=np.bool_),
        width_m=np.array(column[5], dtype=np.float64),
        width_from=np.array(column[6], dtype=np.str_),
        residential=np.array(column[7], dtype=np.bool_),
    )


def _extent(streets: Streets, areas: Areas) -> tuple[float, float, float, float]:
    """Return the box of all that was read, for a file whose head names none."""
    boxes = [shapely.total_bounds(areas.geometry)] if len(areas) else []
    if len(streets.node):
        boxes.append(np.array([streets.longitude.min(), streets.latitude.min(), streets.longitude.max(), streets.latitude.max()]))
    if not boxes:
        return (0.0, 0.0, 0.0, 0.0)
    west, south, east, north = np.vstack([[box[0], box[1], -box[2], -box[3]] for box in boxes]).min(axis=0).tolist()
    return (west, south, -east, -north)


def _areas(found: _Found, ruled: dict[str, Any], file: str) -> tuple[Areas, Facilities, list[Problem]]:
    """Judge every assembled area; roads that merely close are none."""
    problems = [_refused(one, file) for one in found.areas if not one.wkb]
    kept = [one for one in found.areas if one.wkb]
    outlines = np.asarray(shapely.from_wkb([one.wkb for one in kept]), dtype=object)
    broken = ~shapely.is_valid(outlines)
    outlines[broken] = shapely.make_valid(outlines[broken], method="structure", keep_collapsed=False)
    problems += [_repaired(kept[row], file) for row in np.flatnonzero(broken)]
    judged = [osm_rules.open_space_of(one.tags, ruled["open_space"]) for one in kept]
    cover = ruled["cover"]
    areas = Areas(
        id=np.array([one.id for one in kept], dtype=np.int64),
        element=np.array(["w" if one.from_way else "r" for one in kept], dtype=np.str_),
        geometry=outlines,
        open_space=np.array([bool(one.rule) for one in judged], dtype=np.bool_),
        open_space_rule=np.array([one.rule for one in judged], dtype=np.str_),
        refused_rule=np.array([one.refused for one in judged], dtype=np.str_),
        garden=np.array([one.rule == "garden" for one in judged], dtype=np.bool_),
        green=np.array([osm_rules.fits(one.tags, cover["green"]) for one in kept], dtype=np.bool_),
        water=np.array([osm_rules.fits(one.tags, cover["water"]) for one in kept], dtype=np.bool_),
        street_area=np.array([osm_rules.fits(one.tags, cover["street_area"]) for one in kept], dtype=np.bool_),
        building_use=np.array([osm_rules.building_use_of(one.tags, ruled["buildings"]) for one in kept], dtype=np.str_),
        levels=np.array([osm_rules.metres(one.tags.get("building:levels", "")) or np.nan for one in kept], dtype=np.float64),
        name=np.array([one.tags.get("name", "") for one in kept], dtype=np.str_),
    )
    return areas, _facilities(found, kept, outlines, ruled), problems


def _facilities(found: _Found, areas: list[Area], outlines: Any, ruled: dict[str, Any]) -> Facilities:
    rows: list[tuple[int, str, str, Any, str]] = [
        (number, "n", kind.value, shapely.Point(longitude, latitude), name) for number, kind, longitude, latitude, name in found.points
    ]
    for one, outline in zip(areas, outlines, strict=True):
        for kind in (FacilityKind.SCHOOL, FacilityKind.HEALTH, FacilityKind.MARKET):
            if osm_rules.fits(one.tags, ruled["facilities"][kind.value]):
                rows += [(one.id, "w" if one.from_way else "r", kind.value, outline, one.tags.get("name", ""))]
    geometry = np.empty(len(rows), dtype=object)
    geometry[:] = [row[3] for row in rows]
    return Facilities(
        id=np.array([row[0] for row in rows], dtype=np.int64),
        element=np.array([row[1] for row in rows], dtype=np.str_),
        kind=np.array([row[2] for row in rows], dtype=np.str_),
        geometry=geometry,
        name=np.array([row[4] for row in rows], dtype=np.str_),
    )


def _is_closed_line(tags: Tags) -> bool:
    """Whether a closed way is a line that comes back to its start (a roundabout, a fence round a field), not an area."""
    if tags.get("area") == "yes" or any(key in tags for key in (*_AREA_KEYS, "place", "man_made", "boundary", "area:highway")):
        return False
    return any(key in tags for key in _LINE_KEYS) and tags.get("type") not in ("multipolygon", "boundary")


def _missing_areas(path: Path, found: _Found) -> list[Problem]:
    """Name the areas that were asked for and did not come."""
    closed = {
        number: tags
        for number, tags in found.closed_ways.items()
        if ("w", number) not in found.came and not _is_closed_line(tags) and tags.get("area") != "no"
    }
    absent = [one for number, one in found.relations.items() if ("r", number) not in found.came]
    ways = read_ways(path, [*closed, *(way for one in absent for way in one.ways)])
    problems = []
    for number, tags in closed.items():
        lacking = sum(place is None for place in ways[number].coordinates)
        reason = (
            f"{lacking} of its {len(ways[number].nodes)} nodes are not in the file" if lacking else "its outline crosses or touches itself"
        )
        problems.append(_not_there("area-without-nodes" if lacking else "area-broken", f"w{number}", tags, reason, path.name))
    for one in absent:
        kind, reason = _why_no_area(one, ways)
        problems.append(_not_there(kind, f"r{one.id}", one.tags, reason, path.name))
    return problems


def _why_no_area(relation: Relation, ways: dict[int, Way]) -> tuple[str, str]:
    lacking = [number for number in relation.ways if number not in ways]
    if lacking:
        return "area-without-members", f"{len(lacking)} of its {len(relation.ways)} member ways are not in the file"
    cut = [number for number in relation.ways if any(place is None for place in ways[number].coordinates)]
    if cut:
        return "area-open", f"all its member ways are in the file, but {len(cut)} lack nodes: its ring does not close"
    ends = Counter(node for number in relation.ways for node in (ways[number].nodes[0], ways[number].nodes[-1]))
    if any(times % 2 for times in ends.values()):
        return "area-open", "all its members are in the file, and its ring does not close"
    return "area-broken", "all its members are in the file, and its outline crosses or touches itself"


def _not_there(kind: str, feature: str, tags: Tags, reason: str, file: str) -> Problem:
    name = tags.get("name", "")
    said = next((f"{key}={tags[key]}" for key in (*_AREA_KEYS, "boundary", "highway", "man_made", "type") if key in tags), "tagged")
    return Problem(
        kind,
        f"{said}{f' “{name}”' if name else ''} gives no area: {reason}",
        Severity.LEFT_OUT,
        file=file,
        feature=feature,
        found=reason,
        expected="a closed outline with all its nodes",
        mend="cut the extract wider, or correct the object on the map",
    )


def _refused(one: Area, file: str) -> Problem:
    return _not_there("area-broken", f"{'w' if one.from_way else 'r'}{one.id}", one.tags, "its outline could not be written", file)


def _repaired(one: Area, file: str) -> Problem:
    feature = f"{'w' if one.from_way else 'r'}{one.id}"
    return Problem("area-repaired", "the outline crossed itself and was repaired", Severity.REPAIRED, file=file, feature=feature)


def _broken_ways(found: _Found, file: str) -> list[Problem]:
    broken = sorted(set(found.lines.broken))
    if not broken:
        return []
    return [
        Problem(
            "way-broken",
            f"{len(broken)} street ways lack nodes in the file; each is broken there and not bridged",
            Severity.REPAIRED,
            file=file,
            feature=", ".join(f"w{number}" for number in broken[:5]),
            count=len(broken),
            mend="cut the extract wider than the study region",
        )
    ]
