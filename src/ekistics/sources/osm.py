"""An OpenStreetMap extract: streets, areas, facilities, and every area that should exist and does not.

The library (pyosmium) assembles areas and is silent about those that it cannot: what was asked for (closed ways, multipolygons) is
compared with what came, and each that did not come is reported with its id, its name and the reason (`osm_missing`). Rings cut by
the edge of the extract are never closed with a false edge; a way with missing nodes is broken there, never bridged (`osm_lines`).
Which tags mean what is written in `rules/*.yaml`. All is read in one pass.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Areas, Facilities, FacilityKind, Geometries, OsmExtract, Streets
from ekistics.model.problems import Problem, Severity
from ekistics.sources import osm_rules
from ekistics.sources.osm_adapter import read_header, read_shapes
from ekistics.sources.osm_lines import Lines, coastline_of, lines_of_ways, streets_of
from ekistics.sources.osm_missing import missing_areas
from ekistics.sources.osm_shapes import Area, Node
from ekistics.sources.osm_verdicts import AreaVerdict, area_judge, column, street_judge


def read_osm(path: Path, *, rules: Path | None = None) -> OsmExtract:
    """Read one `.osm.pbf` extract.

    Parameters
    ----------
    path : the file
    rules : a folder whose rule files stand in for the shipped ones of the same name

    Returns
    -------
    OsmExtract
        Coordinates in EPSG:4326; `problems` names all that was left out, with id, name and reason.

    Raises
    ------
    InvalidInput
        If the file is not a whole extract or holds nothing of a city, or if a rule file is not one.
    """
    ruled = osm_rules.load_rules(rules)
    head = read_header(path)
    shapes = read_shapes(path, osm_rules.point_tags(ruled))
    blocked = {node.id for node in shapes.points if osm_rules.blocks_walkers(node.tags, ruled["walking"])}
    lines = lines_of_ways(shapes.ways, street_judge(ruled), blocked)
    streets = streets_of(lines)
    areas, of_areas, problems = _areas(shapes.areas, ruled, path.name)
    facilities = _facilities(shapes.points, of_areas, ruled)
    if not (len(streets) or len(areas) or len(facilities)):
        raise InvalidInput("the extract holds no street, no area and no facility", file=path.name, mend="cut the extract at another place")
    counts = {
        "points with a rule": len(shapes.points),
        "ways": len(shapes.there),
        "areas": len(areas),
        "facilities": len(facilities),
        "street lines": len(streets),
        "ways cut at a barrier": len(lines.cut),
        "ways broken where nodes are missing": len(lines.broken),
    }
    return OsmExtract(
        streets,
        areas,
        facilities,
        head.box or _extent(streets, areas, facilities),
        head.as_of,
        (*missing_areas(path.name, shapes), *problems, *_broken_ways(lines, path.name)),
        counts,
        ruled,
        coastline_of(shapes.ways),
    )


def _extent(streets: Streets, areas: Areas, facilities: Facilities) -> tuple[float, float, float, float]:
    """Return the box of all that was read, for a file whose head names none."""
    corners = shapely.bounds(np.concatenate([areas.geometry, facilities.geometry])).reshape(-1, 2)
    ends = np.vstack([corners, np.column_stack([streets.longitude, streets.latitude])])
    west, south = np.nanmin(ends, axis=0).tolist()
    east, north = np.nanmax(ends, axis=0).tolist()
    return (west, south, east, north)


def _areas(found: list[Area], ruled: dict[str, Any], file: str) -> tuple[Areas, list[tuple[Area, AreaVerdict, Any]], list[Problem]]:
    """Judge every assembled area (roads that merely close are none); also return those that are facilities, with their outline."""
    judge = area_judge(ruled)
    judged = [(one, judge(one.tags)) for one in found]
    # what was put together from a relation is an area by being one; the library takes its `type` out of the tags
    areal = [(one, verdict) for one, verdict in judged if one.wkb and not (verdict.is_line and one.from_way)]
    kept, verdicts = [one for one, _ in areal], [verdict for _, verdict in areal]
    outlines, repaired = _outlines(kept)
    problems = [_repaired(kept[row], file) for row in repaired]
    areas = Areas(
        id=column(kept, "id", np.int64),
        element=np.where(column(kept, "from_way", np.bool_), "w", "r"),
        geometry=outlines,
        open_space=column(verdicts, "open_space_rule", np.str_) != "",
        open_space_rule=column(verdicts, "open_space_rule", np.str_),
        refused_rule=column(verdicts, "refused_rule", np.str_),
        garden=column(verdicts, "open_space_rule", np.str_) == "garden",
        green=column(verdicts, "green", np.bool_),
        water=column(verdicts, "water", np.bool_),
        street_area=column(verdicts, "street_area", np.bool_),
        building_use=column(verdicts, "building_use", np.str_),
        levels=column(verdicts, "levels", np.float64),
        name=np.array([one.tags.get("name", "") for one in kept], dtype=np.str_),
    )
    return areas, [row for row in zip(kept, verdicts, outlines, strict=True) if row[1].facilities], problems


def _outlines(kept: list[Area]) -> tuple[Geometries, list[int]]:
    """Return the outlines as shapes, and which of them had to be repaired."""
    outlines: Geometries = np.empty(len(kept), dtype=object)
    outlines[:] = shapely.from_wkb([one.wkb for one in kept]) if kept else []
    broken = np.flatnonzero(~shapely.is_valid(outlines))
    outlines[broken] = shapely.make_valid(outlines[broken], method="structure", keep_collapsed=False)
    return outlines, broken.tolist()


def _facilities(points: list[Node], areas: list[tuple[Area, AreaVerdict, Any]], ruled: dict[str, Any]) -> Facilities:
    rows: list[tuple[int, str, str, Any, str]] = []
    for kind in FacilityKind:
        pattern = ruled["facilities"][kind.value]
        fitting = [node for node in points if osm_rules.fits(node.tags, pattern)]
        rows += [(one.id, "n", kind.value, shapely.Point(one.longitude, one.latitude), one.tags.get("name", "")) for one in fitting]
    for one, verdict, outline in areas:
        rows += [(one.id, "w" if one.from_way else "r", kind, outline, one.tags.get("name", "")) for kind in verdict.facilities]
    geometry = np.empty(len(rows), dtype=object)
    geometry[:] = [row[3] for row in rows]
    return Facilities(
        id=np.array([row[0] for row in rows], dtype=np.int64),
        element=np.array([row[1] for row in rows], dtype=np.str_),
        kind=np.array([row[2] for row in rows], dtype=np.str_),
        geometry=geometry,
        name=np.array([row[4] for row in rows], dtype=np.str_),
    )


def _repaired(one: Area, file: str) -> Problem:
    feature = f"{'w' if one.from_way else 'r'}{one.id}"
    return Problem("area-repaired", "the outline crossed itself and was repaired", Severity.REPAIRED, file=file, feature=feature)


def _broken_ways(lines: Lines, file: str) -> list[Problem]:
    broken = sorted(lines.broken)
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
