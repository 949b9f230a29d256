"""pyosmium, and nothing else of it anywhere: what the reader needs of a file, as plain Python values.

The library is untyped; its objects are valid only while their turn lasts, so everything wanted is copied out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import osmium

from ekistics.model.errors import InvalidInput

Tags = dict[str, str]


@dataclass(frozen=True)
class Header:
    """What the head of a file says: the box that was asked for (west, south, east, north) and the date of the data."""

    box: tuple[float, float, float, float] | None
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Node:
    """A tagged node."""

    id: int
    longitude: float
    latitude: float
    tags: Tags


@dataclass(frozen=True, slots=True)
class Way:
    """A way: node ids and coordinates; a node that the file lacks has None. Both are empty where only the tags were asked for."""

    id: int
    tags: Tags
    is_closed: bool
    nodes: list[int]
    coordinates: list[tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class Relation:
    """A multipolygon or boundary: ids of its member ways."""

    id: int
    tags: Tags
    ways: list[int]


@dataclass(frozen=True, slots=True)
class Area:
    """An area that the library assembled: the way or relation it came from and its outline as hexadecimal WKB (empty: refused)."""

    id: int
    from_way: bool
    tags: Tags
    wkb: str


def read_header(path: Path) -> Header:
    """Read the head of a file.

    Raises
    ------
    InvalidInput
        If it is not an OpenStreetMap file.
    """
    try:
        reader = osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING)
        try:
            head = reader.header()
            box, stamp = head.box(), head.get("osmosis_replication_timestamp")
            found = (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat) if box.valid() else None
        finally:
            reader.close()
    except (RuntimeError, ValueError) as error:
        raise _refused(path, error) from error
    return Header(found, _date(stamp))


def read_points(path: Path, keys: Iterable[str]) -> Iterator[Node]:
    """Go through the nodes that have one of the keys.

    Raises
    ------
    InvalidInput
        If the file is damaged.
    """
    try:
        for one in _processor(path, osmium.osm.NODE).with_filter(osmium.filter.KeyFilter(*keys)):
            if one.location.valid():
                yield Node(one.id, one.location.lon, one.location.lat, dict(one.tags))
    except (RuntimeError, ValueError) as error:
        raise _refused(path, error) from error


def read_shapes(path: Path, line_tags: Mapping[str, str]) -> Iterator[Way | Relation | Area]:
    """Go once through the tagged ways, the multipolygons and the assembled areas.

    Ways with one of `line_tags` (key to value, empty for any) bring their nodes.

    Raises
    ------
    InvalidInput
        If the file is damaged.
    """
    factory = osmium.geom.WKBFactory()
    kinds = osmium.osm.WAY | osmium.osm.RELATION | osmium.osm.AREA
    processor = _processor(path).with_areas().with_filter(osmium.filter.EntityFilter(kinds)).with_filter(osmium.filter.EmptyTagFilter())
    try:
        for one in processor:
            kind = one.type_str()
            if kind == "w":
                yield _way(one, any(key in one.tags and value in ("", one.tags[key]) for key, value in line_tags.items()))
            elif kind == "a":
                yield Area(one.orig_id(), one.from_way(), dict(one.tags), _outline(factory, one))
            elif one.tags.get("type") in ("multipolygon", "boundary"):
                yield Relation(one.id, dict(one.tags), [member.ref for member in one.members if member.type == "w"])
    except (RuntimeError, ValueError) as error:
        raise _refused(path, error) from error


def read_ways(path: Path, ids: Iterable[int]) -> dict[int, Way]:
    """Return the ways of the given ids that the file has, tagged or not, with their nodes."""
    wanted = set(ids)
    if not wanted:
        return {}
    ways = _processor(path, osmium.osm.NODE | osmium.osm.WAY).with_locations().with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    return {one.id: _way(one, True) for one in ways if one.id in wanted}


def _processor(path: Path, *entities: Any) -> Any:
    return osmium.FileProcessor(str(path), *entities)


def _way(one: Any, with_nodes: bool) -> Way:
    nodes: list[int] = []
    coordinates: list[tuple[float, float] | None] = []
    if with_nodes:
        for node in one.nodes:
            nodes.append(node.ref)
            location = node.location
            coordinates.append((location.lon, location.lat) if location.valid() else None)
    return Way(one.id, dict(one.tags), len(one.nodes) > 3 and one.ends_have_same_id(), nodes, coordinates)


def _outline(factory: Any, one: Any) -> str:
    try:
        return str(factory.create_multipolygon(one))
    except RuntimeError:
        return ""


def _date(stamp: str) -> date | None:
    try:
        return datetime.fromisoformat(stamp.replace("Z", "+00:00")).date()
    except ValueError:
        return None


def _refused(path: Path, error: Exception) -> InvalidInput:
    return InvalidInput(
        "the file cannot be read as an OpenStreetMap extract",
        file=path.name,
        found=str(error)[:200],
        expected="a whole .osm.pbf file",
        mend="download it again",
    )
