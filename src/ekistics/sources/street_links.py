"""Streets out of a table of links with nodes at their ends (GMNS, AequilibraE), as the nouns that an OSM extract gives.

Class from `link_type`, width by the class table of `rules/streets.yaml` (lanes where told). Who may walk is taken from the
column `modes` where it says so of most links, else from the class by `rules/walking.yaml`, and said. Connectors of zone centres
are no streets. There are no areas and no facilities in such a table.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Areas, Facilities, Flags, Geometries, Integers, OsmExtract, Streets, Texts
from ekistics.model.problems import Problem, Severity
from ekistics.sources.osm_rules import is_walkable, load_rules, width_of
from ekistics.sources.sqlite_tables import read_geometry, read_stored

CONNECTORS = frozenset({"centroid_connector", "connector", "centroid connector"})
_BIT_SHIFT = 1 << 40
"""Nodes inside a link get ids from here, so that no two links meet at one."""


@dataclass(frozen=True)
class _Links:
    """Links that are lines and no connectors."""

    id: Integers
    start: Integers
    end: Integers
    kind: list[str]
    modes: list[str]
    lanes: list[float]
    line: Geometries


def read_street_links(
    path: Path, *, table: str = "links", walk_mode: str = "w", car_mode: str = "c", rules_folder: Path | None = None
) -> OsmExtract:
    """Read a table of street links out of a SpatiaLite or GeoPackage file.

    Parameters
    ----------
    table : the table, with `link_type`, `geometry` and, where there are, `link_id`, `a_node`, `b_node`, `modes`, `lanes_ab`, `lanes_ba`
    walk_mode, car_mode : the letters that stand for walking and driving in `modes`
    rules_folder : rule files that stand in for the shipped ones

    Raises
    ------
    InvalidInput
        If the table or a column is not there, the coordinates are not in degrees, or no street is left.
    """
    rules = load_rules(rules_folder)
    problems: list[Problem] = []
    links = _links(path, table, problems)
    counts = Counter(links.kind)
    tags = [_tags(kind, lanes) for kind, lanes in zip(links.kind, links.lanes, strict=True)]
    is_street = np.array([tag["highway"] in rules["streets"]["street"] for tag in tags], dtype=bool)
    drivable_class = np.array([tag["highway"] in rules["streets"]["drivable"] for tag in tags], dtype=bool)
    by_car = np.array([car_mode in modes for modes in links.modes], dtype=bool)
    walkable = _walkable(links, tags, walk_mode, rules, path.name, problems)
    residential = np.array([tag["highway"] in rules["streets"]["residential"] for tag in tags], dtype=bool)
    widths = [width_of(tag, rules["streets"]) for tag in tags]
    offsets, node, points = _nodes(links)
    streets = Streets(
        way=links.id, offsets=offsets, node=node, longitude=points[:, 0].copy(), latitude=points[:, 1].copy(),
        street_class=np.array([tag["highway"] for tag in tags], dtype=np.str_), walkable=walkable,
        drivable=by_car if by_car.any() else drivable_class, is_street=is_street, is_outline=np.zeros(len(tags), dtype=bool),
        width_m=np.array([width for width, _ in widths]), width_from=np.array([told for _, told in widths], dtype=np.str_),
        residential=residential,
    )  # fmt: skip
    extent = (float(points[:, 0].min()), float(points[:, 1].min()), float(points[:, 0].max()), float(points[:, 1].max()))
    said = {f"links of class {kind}": number for kind, number in sorted(counts.items())} | {"links": len(links.id)}
    return OsmExtract(streets, _no_areas(), _no_facilities(), extent, None, tuple(problems), said, dict(rules))


def _links(path: Path, table: str, problems: list[Problem]) -> _Links:
    rowid, wkb, crs = read_geometry(path, table)
    if crs not in {"EPSG:4326", "OGC:CRS84"}:
        raise InvalidInput(
            "the links are not in degrees", file=path.name, found=str(crs), expected="EPSG:4326", mend="reproject them in a GIS"
        )
    stored = read_stored(path, table, without=("geometry", "geom"))
    columns = stored.columns
    if "link_type" not in columns:
        raise InvalidInput("the table has no column for the class", file=path.name, found=", ".join(columns), expected="link_type")
    where = {int(one): at for at, one in enumerate(rowid)}
    shapes = shapely.from_wkb(
        np.array([wkb[where[int(one)]] if int(one) in where else None for one in stored.rowid], dtype=object), "ignore"
    )
    is_line = np.array([shape is not None and shape.geom_type == "LineString" and len(shape.coords) > 1 for shape in shapes], dtype=bool)
    kinds = [str(one or "") for one in columns["link_type"]]
    is_connector = np.array([kind in CONNECTORS for kind in kinds], dtype=bool)
    _say_left_out(path.name, table, is_line, is_connector, stored.rowid, problems)
    keep = np.flatnonzero(is_line & ~is_connector)
    if not len(keep):
        raise InvalidInput("no street is left in the table", file=path.name, mend="name the table of streets")
    ids = _whole(columns.get("link_id"), stored.rowid)[keep]
    a, b = (_whole(columns.get(name), np.full(len(kinds), -1))[keep] for name in ("a_node", "b_node"))
    lanes = [_lanes(columns, int(at)) for at in keep]
    modes = columns.get("modes", [""] * len(kinds))
    return _Links(ids, a, b, [kinds[at] for at in keep], [str(modes[at] or "") for at in keep], lanes, shapes[keep])


def _say_left_out(file: str, table: str, is_line: Flags, is_connector: Flags, rowid: Integers, problems: list[Problem]) -> None:
    if is_connector.any():
        first = int(rowid[np.flatnonzero(is_connector)[0]])
        said = (
            f"{int(is_connector.sum()):,} of {len(rowid):,} links tie zone centres to the network and are no streets; they were left out."
        )
        problems.append(
            Problem(
                "connector", said, Severity.LEFT_OUT, file, sheet=table, row=first, column="link_type", found="centroid_connector",
                count=int(is_connector.sum()),
            )
        )  # fmt: skip
    broken = ~is_line & ~is_connector
    if broken.any():
        said = f"{int(broken.sum()):,} links have no line that can be read; they were left out."
        first = int(rowid[np.flatnonzero(broken)[0]])
        problems.append(Problem("no-line", said, Severity.REJECTED, file, sheet=table, row=first, count=int(broken.sum())))


def _whole(values: list[Any] | None, otherwise: Integers) -> Integers:
    if values is None:
        return otherwise
    return np.array([one if isinstance(one, int) else int(instead) for one, instead in zip(values, otherwise, strict=True)], dtype=np.int64)


def _lanes(columns: dict[str, list[Any]], at: int) -> float:
    given = [columns[name][at] for name in ("lanes_ab", "lanes_ba") if name in columns]
    return float(sum(one for one in given if isinstance(one, (int, float))))


def _tags(kind: str, lanes: float) -> dict[str, str]:
    """Return the tags of a link as a map would have them: the rules are written in tags."""
    tags = {"highway": re.sub(r"[^a-z0-9]+", "_", kind.strip().lower())}
    if lanes > 0:
        tags["lanes"] = f"{lanes:g}"
    return tags


def _walkable(
    links: _Links, tags: list[dict[str, str]], walk_mode: str, rules: dict[str, Any], file: str, problems: list[Problem]
) -> Flags:
    by_mode = np.array([walk_mode in modes for modes in links.modes], dtype=bool)
    if by_mode.sum() * 2 >= len(by_mode):
        return by_mode
    by_class = np.array([is_walkable(tag, rules["walking"]) for tag in tags], dtype=bool)
    said = (
        f"The column modes lets people walk on {int(by_mode.sum()):,} of {len(by_mode):,} links only; who may walk was taken from the "
        f"class of the street instead, on {int(by_class.sum()):,} links."
    )
    problems.append(Problem("modes-incomplete", said, Severity.NOTE, file, column="modes", found=f"{int(by_mode.sum()):,} links"))
    either: Flags = by_mode | by_class
    return either


def _nodes(links: _Links) -> tuple[Integers, Integers, np.typing.NDArray[np.float64]]:
    """Return offsets, node ids and points; links meet at their end nodes, or, where these are not given, at equal points."""
    points, index = shapely.get_coordinates(links.line, return_index=True)
    offsets = np.searchsorted(index, np.arange(len(links.line) + 1)).astype(np.int64)
    node = np.arange(len(points), dtype=np.int64) + _BIT_SHIFT
    first, last = offsets[:-1], offsets[1:] - 1
    if (links.start >= 0).all() and (links.end >= 0).all():
        node[first], node[last] = links.start, links.end
        return offsets, node, points
    ends = np.concatenate([first, last])
    _, same = np.unique(points[ends].round(7), axis=0, return_inverse=True)
    node[ends] = np.ravel(same)
    return offsets, node, points


def _no_areas() -> Areas:
    texts: Texts = np.empty(0, dtype=np.str_)
    flags: Flags = np.empty(0, dtype=bool)
    shapes: Geometries = np.empty(0, dtype=object)
    return Areas(
        np.empty(0, dtype=np.int64), texts, shapes, flags, texts, texts, flags, flags, flags, flags, texts, np.empty(0), texts
    )  # fmt: skip


def _no_facilities() -> Facilities:
    texts: Texts = np.empty(0, dtype=np.str_)
    return Facilities(np.empty(0, dtype=np.int64), texts, texts, np.empty(0, dtype=object), texts)
