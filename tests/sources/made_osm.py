"""Small OpenStreetMap files that tests write: a grid of nodes a hundredth of a degree apart, and what is asked for upon it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

STEP = 0.01
Tags = Mapping[str, str]


def place(node: int) -> tuple[float, float]:
    """Where node k lies: ten to a row, from 0.01° E 0.01° N."""
    return (STEP * (1 + node % 10), STEP * (1 + node // 10))


def write_osm(
    path: Path,
    *,
    ways: Mapping[int, tuple[Sequence[int], Tags]] | None = None,
    nodes: Mapping[int, Tags] | None = None,
    relations: Mapping[int, tuple[Sequence[tuple[int, str]], Tags]] | None = None,
    absent: Sequence[int] = (),
    header: Tags | None = None,
    kind: str = "pbf",
) -> Path:
    """Write ways by node numbers, tagged nodes and relations by way numbers; `absent` nodes are referred to and not in the file.

    `kind` is the library's name of the format; `pbf,pbf_compression=none` lets a test spoil what no checksum guards.
    """
    ways, nodes, relations = ways or {}, nodes or {}, relations or {}
    head = osmium.io.Header()
    for key, value in (header or {}).items():
        head.set(key, value)
    wanted = ({node for refs, _ in ways.values() for node in refs} | set(nodes)) - set(absent)
    with osmium.SimpleWriter(osmium.io.File(str(path), kind), header=head) as writer:
        for node in sorted(wanted):
            writer.add_node(Node(id=node, location=place(node), tags=dict(nodes.get(node, {}))))
        for number, (refs, tags) in sorted(ways.items()):
            writer.add_way(Way(id=number, nodes=list(refs), tags=dict(tags)))
        for number, (members, tags) in sorted(relations.items()):
            writer.add_relation(Relation(id=number, members=[("w", ref, role) for ref, role in members], tags=dict(tags)))
    return path
