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
    def lacking(self) -> int:
        """How many of its nodes the file lacks."""
        return int(np.isnan(self.coordinates[:, 0]).sum())


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
    """What one pass over the ways and areas gave. `closed` are the ids of tagged ways that come back to their first node."""

    ways: list[Way] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    tagged_ways: int = 0


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


def read_points(path: Path, tags: Mapping[str, Iterable[str] | str]) -> list[Node]:
    """Return the nodes that have one of the tags (key to values, `*` for any value); the library sifts, not Python.

    Raises
    ------
    InvalidInput
        If the file is damaged.
    """
    if "*" in tags.values():
        sieve: Any = osmium.filter.KeyFilter(*tags)
    else:
        sieve = osmium.filter.TagFilter(*((key, value) for key, values in tags.items() for value in values))
    with _refusing(path):
        found = _processor(path, osmium.osm.NODE).with_filter(sieve)
        return [Node(one.id, one.location.lon, one.location.lat, dict(one.tags)) for one in found if one.location.valid()]


def read_shapes(path: Path) -> Shapes:
    """Go once through the ways, the multipolygons and the areas that the library assembles.

    Streets (`highway`) and the coast bring their tags and nodes. Of every other tagged way only its id is kept, and only where it is
    closed: copying tags is what takes time, and the area of the way brings them.

    Raises
    ------
    InvalidInput
        If the file is damaged.
    """
    factory = osmium.geom.WKBFactory()
    kinds = osmium.osm.WAY | osmium.osm.RELATION | osmium.osm.AREA
    processor = _processor(path).with_areas().with_filter(osmium.filter.EntityFilter(kinds)).with_filter(osmium.filter.EmptyTagFilter())
    found = Shapes()
    with _refusing(path):
        for one in processor:
            tags = one.tags
            if one.is_way():
                found.tagged_ways += 1
                if one.ends_have_same_id() and len(one.nodes) > 3:
                    found.closed.add(one.id)
                if "highway" in tags or tags.get("natural") == "coastline":
                    found.ways.append(_way(one, factory))
            elif one.is_area():
                found.areas.append(Area(one.orig_id(), one.from_way(), dict(tags), _outline(factory, one)))
            elif tags.get("type") in ("multipolygon", "boundary"):
                found.relations.append(Relation(one.id, dict(tags), [member.ref for member in one.members if member.type == "w"]))
    return found


def read_ways(path: Path, ids: Iterable[int]) -> dict[int, Way]:
    """Return the ways of the given ids that the file has, tagged or not, with their nodes.

    Raises
    ------
    InvalidInput
        If the file is damaged.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    factory = osmium.geom.WKBFactory()
    processor = _processor(path, osmium.osm.NODE | osmium.osm.WAY).with_locations()
    ways = processor.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(osmium.filter.IdFilter(wanted))
    with _refusing(path):
        return {one.id: _way(one, factory) for one in ways}


def _processor(path: Path, *entities: Any) -> Any:
    return osmium.FileProcessor(str(path), *entities)


def _way(one: Any, factory: Any) -> Way:
    nodes = [node.ref for node in one.nodes]
    try:
        # the library writes all coordinates at once; node by node they take five times as long
        written = bytes.fromhex(factory.create_linestring(one, osmium.geom.use_nodes.ALL))
        coordinates = np.frombuffer(written, dtype="<f8", offset=_WKB_LINE_HEAD).reshape(-1, 2)
    except _FAULTS:  # a node is missing, or there is only one
        places = [(place.lon, place.lat) if place.valid() else (np.nan, np.nan) for place in (node.location for node in one.nodes)]
        coordinates = np.array(places, dtype=np.float64).reshape(-1, 2)
    return Way(one.id, dict(one.tags), nodes, coordinates)


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
