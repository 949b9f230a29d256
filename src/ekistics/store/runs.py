"""Layers, runs and their parts: what was computed, and what each part of it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.lineage import LayerRecord, PartRecord, RunRecord
from ekistics.store.engines import among
from ekistics.store.entries import ASSET
from ekistics.store.tables import entries, layers, observations, part_assets, part_inputs, part_layers, parts, runs

ASSET_PREFIX = "sha256:"


def add_layers(connection: sa.Connection, commit: int, records: Iterable[LayerRecord]) -> None:
    """Put layers on record; one that is known is left alone, for its name is its content."""
    for one in records:
        if connection.execute(sa.select(layers.c.id).where(layers.c.name == one.name)).scalar() is None:
            row: dict[str, Any] = {"name": one.name, "kind": one.kind, "edition": one.edition, "options": one.options}
            row |= {"inputs": list(one.inputs), "checks": one.checks, "commit_number": commit}
            connection.execute(sa.insert(layers), row)


def add_runs(
    connection: sa.Connection, commit: int, made: Sequence[tuple[RunRecord, Sequence[PartRecord]]]
) -> list[tuple[int, dict[str, int]]]:
    """Put runs and their parts on record and return of each its id and the id of each part by name; see `OpenCommit.add_runs`."""
    for _, pieces in made:
        if len({one.name for one in pieces}) != len(pieces):
            raise InvalidInput("two parts of a run have one name", expected="a name of its own for each part")
    _require_figures(connection, {number for _, pieces in made for one in pieces for _, number in one.observations})
    run_id, part = (int(connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0) for table in (runs, parts))
    known = _Known(connection)
    rows: dict[sa.Table, list[dict[str, Any]]] = {runs: [], parts: [], part_layers: [], part_assets: [], part_inputs: []}
    given: list[tuple[int, dict[str, int]]] = []
    for run, pieces in made:
        run_id += 1
        rows[runs].append({"id": run_id, **vars(run), "commit_number": commit})
        ids: dict[str, int] = {}
        for one in pieces:
            part += 1
            ids[one.name] = part
            rows[parts].append({"id": part, "run_id": run_id, "name": one.name})
            rows[part_layers] += [{"part_id": part, "layer_id": known.layer(name)[0]} for name in one.layers]
            reached = {asset for name in one.layers for asset in known.assets_of(name)} - set(one.assets)
            named = [(asset, True) for asset in one.assets] + [(asset, False) for asset in sorted(reached)]
            rows[part_assets] += [{"part_id": part, "sha256": known.asset(asset), "named": told} for asset, told in named]
            rows[part_inputs] += [{"part_id": part, "observation_id": number, "role": role} for role, number in one.observations]
        given.append((run_id, ids))
    for table, found in rows.items():
        if found:
            connection.execute(sa.insert(table), found)
    return given


def runs_of_parts(connection: sa.Connection, asked: Sequence[int]) -> dict[int, int]:
    """Return the run of each part.

    Raises
    ------
    NotFound
        If a part is not on record.
    """
    chosen = sa.select(parts.c.id, parts.c.run_id).where(among(parts.c.id, asked, connection.dialect.name))
    found = dict(connection.execute(chosen).all())
    if missing := set(asked) - found.keys():
        raise NotFound(f"part {min(missing)} is not on record", mend="put the run and its parts on record before their figures")
    return found


def _require_figures(connection: sa.Connection, ids: set[int]) -> None:
    asked = sorted(ids)
    found = connection.execute(sa.select(observations.c.id).where(among(observations.c.id, asked, connection.dialect.name))).scalars()
    missing = ids - set(found)
    if missing:
        raise NotFound(f"figure {min(missing)} is not on record", mend="put the inputs on record before the part that uses them")


class _Known:
    """What the parts of runs name, looked up once each."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._layers: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._reached: dict[str, frozenset[str]] = {}
        self._assets: set[str] = set()

    def layer(self, name: str) -> tuple[int, tuple[str, ...]]:
        """Return the id of a layer and its inputs."""
        if name not in self._layers:
            found = self._connection.execute(sa.select(layers.c.id, layers.c.inputs).where(layers.c.name == name)).one_or_none()
            if found is None:
                raise NotFound(f"layer {name} is not on record", mend="add a layer before what uses it")
            self._layers[name] = (found[0], tuple(found[1]))
        return self._layers[name]

    def assets_of(self, name: str) -> frozenset[str]:
        """Return the assets that a layer rests on, through all layers below it."""
        if name not in self._reached:
            found: set[str] = set()
            for one in self.layer(name)[1]:
                if one.startswith(ASSET_PREFIX):
                    found.add(one.removeprefix(ASSET_PREFIX))
                elif ":" not in one:  # `zones:…` and the like name a value by its hash: no row of their own
                    found |= self.assets_of(one)
            self._reached[name] = frozenset(found)
        return self._reached[name]

    def asset(self, sha256: str) -> str:
        """Return the checksum of an asset that is on record."""
        if sha256 not in self._assets:
            asked = sa.select(entries.c.id).where(entries.c.kind == ASSET, entries.c.name == sha256).limit(1)
            if self._connection.execute(asked).scalar() is None:
                raise NotFound(f"asset {sha256[:16]}… is not on record", mend="add the asset before what uses it")
            self._assets.add(sha256)
        return sha256
