"""What an extract holds, as plain values: points, ways, and the areas that came or did not.

The library copies tags and nodes to Python one by one, which takes longer than all else. So it writes them as text (OPL, one object a
line: https://osmcode.org/opl-file-format/), and this module reads the lines. Cost grows with the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ekistics.model.extracts import Floats

Tags = dict[str, str]

_MOST_LONGITUDE, _MOST_LATITUDE = 180.0, 90.0
_ESCAPED = re.compile("%([0-9a-f]+)%")
_SEPARATOR = re.compile("%(2c|3d)%")
"""A comma or an equals sign inside a word: such words are parted before they are read."""


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
    is_whole: bool

    @property
    def lacking(self) -> set[int]:
        """The nodes that the file lacks."""
        return {node for node, gone in zip(self.nodes, np.isnan(self.coordinates[:, 0]).tolist(), strict=True) if gone}


class Relation(NamedTuple):
    """A multipolygon or boundary: ids of its member ways."""

    id: int
    tags: Tags
    ways: list[int]


class Outline(NamedTuple):
    """What the library assembled: the way or relation it came from and its outline as WKB (empty: refused)."""

    id: int
    from_way: bool
    wkb: bytes


class Area(NamedTuple):
    """An assembled area with its tags."""

    id: int
    from_way: bool
    tags: Tags
    wkb: bytes


@dataclass
class Shapes:
    """What a file gave.

    `ways` are streets and coast, `there` the ids of all ways. `absent_ways` are the tagged ways that come back to their first node
    and gave no area; `absent_relations` the multipolygons and boundaries that gave none, with those of their `members` that are there.
    """

    points: list[Node] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    there: set[int] = field(default_factory=set)
    absent_ways: list[Way] = field(default_factory=list)
    absent_relations: list[Relation] = field(default_factory=list)
    members: dict[int, Way] = field(default_factory=dict)


class _Line(NamedTuple):
    """A way as it is written: `tags` and `nodes` still text."""

    id: int
    tags: str
    nodes: str


def shapes_of(path: Path, outlines: Iterable[Outline]) -> Shapes:
    """Read the text that the library wrote of an extract, beside the outlines that it assembled.

    Raises
    ------
    ValueError
        If a tag holds what is no text.
    """
    found = Shapes()
    came = {("w" if one.from_way else "r", one.id): one for one in outlines}
    wanted: list[_Line] = []
    absent: list[_Line] = []
    for written in _lines(path):
        line = written[:-1].split(" ")
        kind, number, tags = line[0][0], int(line[0][1:]), line[1][1:]
        if kind == "w":
            found.there.add(number)
            if not tags:
                continue
            way = _Line(number, tags, line[2][1:])
            if "highway=" in tags or "natural=coastline" in tags:
                wanted.append(way)
            if _is_closed(way.nodes):
                _take_closed(found, absent, way, came.get(("w", number)))
        elif kind == "n":
            found.points += _point(number, tags, line[2][1:], line[3][1:])
        else:
            _take_relation(found, Relation(number, _tags(tags), _way_members(line[2][1:])), came.get(("r", number)))
    found.ways = [one for one in _ways(wanted) if "highway" in one.tags or one.tags.get("natural") == "coastline"]
    found.absent_ways = _ways(absent)
    found.members = _members(path, found)
    return found


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as stream:
        yield from stream


def _point(number: int, tags: str, longitude: str, latitude: str) -> list[Node]:
    """Return a point, or nothing where it has no place on earth."""
    place = (float(longitude or "nan"), float(latitude or "nan"))
    return [Node(number, *place, _tags(tags))] if abs(place[0]) <= _MOST_LONGITUDE and abs(place[1]) <= _MOST_LATITUDE else []


def _take_closed(found: Shapes, absent: list[_Line], way: _Line, outline: Outline | None) -> None:
    if outline:
        found.areas.append(Area(way.id, True, _tags(way.tags), outline.wkb))
    if not outline or not outline.wkb:
        absent.append(way)


def _take_relation(found: Shapes, relation: Relation, outline: Outline | None) -> None:
    if outline:
        # an area has the tags of its relation, without that which makes the relation one
        tags = {key: value for key, value in relation.tags.items() if key != "type"}
        found.areas.append(Area(relation.id, False, tags, outline.wkb))
    if (not outline or not outline.wkb) and relation.tags.get("type") in ("multipolygon", "boundary"):
        found.absent_relations.append(relation)


def _members(path: Path, found: Shapes) -> dict[int, Way]:
    """Return the members of absent relations, tagged or not; the text is read again only where there is such a relation."""
    wanted = found.there.intersection(number for one in found.absent_relations for number in one.ways)
    if not wanted:
        return {}
    names = {f"w{number}" for number in wanted}
    members = [line[:-1].split(" ") for line in _lines(path) if line[: line.index(" ")] in names]
    return {one.id: one for one in _ways([_Line(int(name[1:]), tags[1:], nodes[1:]) for name, tags, nodes in members])}


def _ways(lines: list[_Line]) -> list[Way]:
    """Return ways with their nodes, written as `n1x-15.4y28.1,n2xy`: id, longitude, latitude; the last lacks its place."""
    text = ",".join(one.nodes for one in lines if one.nodes)
    for mark, meaning in (("n", ""), ("xy", " nan nan"), ("x", " "), ("y", " "), (",", " ")):
        text = text.replace(mark, meaning)
    numbers = np.fromstring(text, sep=" ").reshape(-1, 3)
    nodes = numbers[:, 0].astype(np.int64).tolist()  # ids of nodes lie far below 2**53, so a float holds them exactly
    places = np.ascontiguousarray(numbers[:, 1:])
    places[(np.abs(places) > (_MOST_LONGITUDE, _MOST_LATITUDE)).any(axis=1)] = np.nan
    ends = np.cumsum([0, *(one.nodes.count("n") for one in lines)])
    lacking = np.concatenate([[0], np.cumsum(np.isnan(places[:, 0]))])[ends]
    spans = zip(lines, ends[:-1].tolist(), ends[1:].tolist(), (np.diff(lacking) == 0).tolist(), strict=True)
    return [Way(one.id, _tags(one.tags), nodes[start:end], places[start:end], is_whole) for one, start, end, is_whole in spans]


def _is_closed(nodes: str) -> bool:
    return bool(nodes) and nodes[1 : nodes.index("x")] == nodes[nodes.rindex("n") + 1 : nodes.rindex("x")]


def _way_members(members: str) -> list[int]:
    """Return the ways among members, written as `n1@role,w2@,r3@`."""
    return [int(one[1 : one.index("@")]) for one in members.split(",") if one.startswith("w")]


def _tags(text: str) -> Tags:
    """Return tags, written as `key=value,key=value`, with every other sign as its code between two per cent signs."""
    if not text:
        return {}
    separated = _SEPARATOR.search(text)
    if "%" in text and not separated:
        text = _unescaped(text)
    pairs = [pair.split("=") for pair in text.split(",")]
    return {_unescaped(key): _unescaped(value) for key, value in pairs} if separated else dict(pairs)


def _unescaped(word: str) -> str:
    """Return a word with its signs; ValueError where a code is no sign."""
    said = _ESCAPED.sub(_sign, word)
    said.encode()
    return said


def _sign(code: re.Match[str]) -> str:
    return chr(int(code[1], 16))
