"""Areas that should exist and do not: what was asked for compared with what came, each with its id, its name and the reason.

pyosmium leaves such areas out, or hands over one without an outline, and says nothing. A ring that the edge of the extract cuts is
refused, never closed with a false edge.
"""

from __future__ import annotations

from collections import Counter

from ekistics.model.problems import Problem, Severity
from ekistics.sources.osm_shapes import Relation, Shapes, Tags, Way
from ekistics.sources.osm_verdicts import AREA_KEYS, is_closed_line

_LEAST_NODES = 4  # of a closed way that encloses anything: three corners and the first again


def missing_areas(file: str, shapes: Shapes) -> list[Problem]:
    """Name the closed ways and the multipolygons that gave no area."""
    problems = []
    for way in sorted(shapes.absent_ways, key=lambda one: one.id):
        if len(way.nodes) >= _LEAST_NODES and not is_closed_line(way.tags) and way.tags.get("area") != "no":
            kind, reason = _why_no_outline(way)
            problems.append(_not_there(kind, f"w{way.id}", way.tags, reason, file))
    for one in shapes.absent_relations:
        kind, reason = _why_no_area(one, shapes.members)
        problems.append(_not_there(kind, f"r{one.id}", one.tags, reason, file))
    return problems


def _why_no_outline(way: Way) -> tuple[str, str]:
    if way.lacking:
        return "area-without-nodes", f"{sum(node in way.lacking for node in way.nodes)} of its {len(way.nodes)} nodes are not in the file"
    return "area-broken", "its outline crosses or touches itself"


def _why_no_area(relation: Relation, ways: dict[int, Way]) -> tuple[str, str]:
    if not relation.ways:
        return "area-without-members", "it has no member ways"
    lacking = [number for number in relation.ways if number not in ways]
    if lacking:
        return "area-without-members", f"{len(lacking)} of its {len(relation.ways)} member ways are not in the file"
    members = [ways[number] for number in relation.ways]
    nodes = {node for way in members for node in way.nodes}
    gone = set[int]().union(*(way.lacking for way in members))
    if gone:
        return (
            "area-open",
            f"all its member ways are in the file, but {len(gone)} of their {len(nodes)} nodes are not: its ring does not close",
        )
    ends = Counter(node for way in members for node in (way.nodes[0], way.nodes[-1]))
    if any(times % 2 for times in ends.values()):
        return "area-open", "all its members are in the file, and its ring does not close"
    return "area-broken", "all its members are in the file, and its outline crosses or touches itself"


def _not_there(kind: str, feature: str, tags: Tags, reason: str, file: str) -> Problem:
    name = tags.get("name", "")
    said = next((f"{key}={tags[key]}" for key in (*AREA_KEYS, "boundary", "highway", "man_made") if key in tags), "")
    said = said or next((f"{key}={value}" for key, value in tags.items() if key != "name"), "tagged")
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
