"""pyosmium, and nothing else of it anywhere: what the reader needs of a file, as plain Python values.

The library is untyped; its objects are valid only while their turn lasts, so everything wanted is copied out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import osmium

from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Floats

Tags = dict[str, str]

_WKB_LINE_HEAD = 9  # bytes before the first coordinate: byte order, type, number of points
_FAULTS = (RuntimeError, ValueError, osmium.InvalidLocationError)


@dataclass(frozen=True)
class Header:
    """What the head of a file says: the box that was asked for (west, south, east, north) and the date of the data."""

    box: tuple[float, float, float, float] | None
    as_of: date | None


class Node(NamedTuple):
    """A tagged node."""

    id: int
    longitude: float
    latitude: float
    tags: Tags


class Way(NamedTuple):
    """A way: node ids and coordinates, (nodes, 2) degrees, longitude first; a node that the file lacks has NaN."""

    id: int
    tags: Tags
    nodes: list[int]
    coordinates: Floats

    @property
    def lacking(self) -> set[int]:
        """The nodes that the file lacks."""
        return {node for node, gone in zip(self.nodes, np.isnan(self.coordinates[:, 0]).tolist(), strict=True) if gone}


class Relation(NamedTuple):
    """A multipolygon or boundary: ids of its member ways."""

    id: int
    tags: Tags
    ways: list[int]


class Area(NamedTuple):
    """An area that the library assembled: the way or relation it came from and its outline as WKB (empty: refused)."""

    id: int
    from_way: bool
    tags: Tags
    wkb: bytes


@dataclass
class Shapes:
    """What one pass over the file gave.

    `ways` are streets and coast; of every way the id is in `there`; `closed` are the tagged ways that come back to their first node,
    and `cut` holds all ways that lack a node.
    """

    points: list[Node] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    there: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    cut: dict[int, Way] = field(default_factory=dict)


def read_header(path: Path) -> Header:
    """Read the head of a file.

    Raises
    ------
    InvalidInput
        If it is not an OpenStreetMap file.
    """
    with _refusing(path):
        reader = osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING)
        try:
            head = reader.header()
            box, stamp = head.box(), head.get("osmosis_replication_timestamp")
            found = (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat) if box.valid() else None
        finally:
            reader.close()
    return Header(found, _date(stamp))


def read_shapes(path: Path, point_tags: Mapping[str, Iterable[str] | str]) -> Shapes:
    """Go once through the points, the ways, the multipolygons and the areas that the library assembles.

    Points come where they have one of `point_tags` (key to values, `*` for any value). Streets (`highway`), the coast and ways that
    lack a node bring their tags and nodes; of every other way only its id is kept: copying tags is what takes time, and the area of
    the way brings them.

    Raises
    ------
    InvalidInput
        If the file is damaged.
    """
    factory = osmium.geom.WKBFactory()
    found = Shapes()
    with _refusing(path):
        for one in _processor(path).with_areas().with_filter(_point_sieve(point_tags)):
            if one.is_way():
                _take_way(found, one, factory)
            elif one.is_area():
                found.areas.append(Area(one.orig_id(), one.from_way(), dict(one.tags), _outline(factory, one)))
            elif one.is_node():
                if one.location.valid():
                    found.points.append(Node(one.id, one.location.lon, one.location.lat, dict(one.tags)))
            elif one.tags.get("type") in ("multipolygon", "boundary"):
                found.relations.append(Relation(one.id, dict(one.tags), [member.ref for member in one.members if member.type == "w"]))
    return found


def _take_way(found: Shapes, one: Any, factory: Any) -> None:
    number, tags = one.id, one.tags
    found.there.add(number)
    if one.is_closed() and len(tags):
        found.closed.add(number)
    wanted = "highway" in tags or tags.get("natural") == "coastline"
    try:
        # also how a way that lacks a node is found: the library refuses it; node by node takes five times as long
        written = factory.create_linestring(one, osmium.geom.use_nodes.ALL)
    except _FAULTS:
        way = _way_node_by_node(one)
        found.cut[number] = way
        found.ways += [way] if wanted else []
        return
    if wanted:
        coordinates = np.frombuffer(bytes.fromhex(written), dtype="<f8", offset=_WKB_LINE_HEAD).reshape(-1, 2)
        found.ways.append(Way(number, dict(tags), _references(one), coordinates))


def _point_sieve(tags: Mapping[str, Iterable[str] | str]) -> Any:
    """Return a filter of points alone: the library sifts tens of thousands of them faster than Python looks at one in ten."""
    if "*" in tags.values():
        sieve: Any = osmium.filter.KeyFilter(*tags)
    else:
        sieve = osmium.filter.TagFilter(*((key, value) for key, values in tags.items() for value in values))
    return sieve.enable_for(osmium.osm.NODE)


def read_ways(path: Path, ids: Iterable[int]) -> dict[int, Way]:
    """Return the ways of the given ids that the file has, tagged or not, with their nodes; no pass where no id is given.

    Raises
    ------
    InvalidInput
        If the file is damaged.
    """
    wanted = set(ids)
    if not wanted:
        return {}
    # not the library's filter by id: its table has a bit for each id up to the largest, gigabytes for the ids of today
    ways = _processor(path, osmium.osm.NODE | osmium.osm.WAY).with_locations().with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    with _refusing(path):
        return {one.id: _way_node_by_node(one) for one in ways if one.id in wanted}


def _processor(path: Path, *entities: Any) -> Any:
    return osmium.FileProcessor(str(path), *entities)


def _references(one: Any) -> list[int]:
    listed = one.nodes
    return [listed[row].ref for row in range(len(listed))]


def _way_node_by_node(one: Any) -> Way:
    places = [(place.lon, place.lat) if place.valid() else (np.nan, np.nan) for place in (node.location for node in one.nodes)]
    return Way(one.id, dict(one.tags), _references(one), np.array(places, dtype=np.float64).reshape(-1, 2))


def _outline(factory: Any, one: Any) -> bytes:
    try:
        return bytes.fromhex(factory.create_multipolygon(one))
    except _FAULTS:
        return b""


def _date(stamp: str) -> date | None:
    try:
        return datetime.fromisoformat(stamp.replace("Z", "+00:00")).date()
    except ValueError:
        return None


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn what the library throws at a damaged file into one sentence."""
    try:
        yield
    except _FAULTS as error:
        raise InvalidInput(
            "the file cannot be read as an OpenStreetMap extract",
            file=path.name,
            found=str(error)[:200],
            expected="a whole .osm.pbf file",
            mend="download it again",
        ) from error
