"""Where a figure comes from, as a tree with shared branches: part and run, input figures, layers, assets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ekistics.model.errors import NotFound
from ekistics.model.lineage import Asset, LayerRecord, PartRecord, RunRecord
from ekistics.model.observations import Figure
from ekistics.store import entries as kinds
from ekistics.store.runs import ASSET_PREFIX
from ekistics.store.tables import entries, layers, observations, part_assets, part_inputs, part_layers, parts, runs


@dataclass(frozen=True)
class Lineage:
    """A figure with the part and run that made it, its input figures by role, its layers (all of them, inputs first) and assets.

    A figure that feeds several others is one and the same `Lineage` in each.
    """

    figure: Figure
    part: PartRecord
    run: RunRecord
    inputs: tuple[tuple[str, Lineage], ...]
    layers: tuple[LayerRecord, ...]
    assets: tuple[Asset, ...]

    def all_assets(self) -> tuple[Asset, ...]:
        """Return the assets of this figure and of all below it, each once, by name."""
        found = {one.sha256: one for one in self.assets}
        for _, below in self.inputs:
            found |= {one.sha256: one for one in below.all_assets()}
        return tuple(sorted(found.values(), key=lambda one: (one.name, one.sha256)))


def figures_below(connection: sa.Connection, part: int) -> list[int]:
    """Return the ids of all figures that a part rests on, directly or through other figures."""
    below = sa.select(part_inputs.c.observation_id.label("id")).where(part_inputs.c.part_id == part).cte("below", recursive=True)
    deeper = (
        sa.select(part_inputs.c.observation_id)
        .select_from(below)
        .join(observations, observations.c.id == below.c.id)
        .join(part_inputs, part_inputs.c.part_id == observations.c.part_id)
    )
    return list(connection.execute(sa.select(below.union(deeper).c.id).distinct()).scalars())


def lineage_of(connection: sa.Connection, first: Figure, below: Mapping[int, Figure]) -> Lineage:
    """Return the lineage of a figure, given all figures below it."""
    made: dict[int, Lineage] = {}
    kept: dict[int, tuple[PartRecord, RunRecord, tuple[LayerRecord, ...], tuple[Asset, ...]]] = {}

    def of(figure: Figure) -> Lineage:
        if figure.id not in made:
            if figure.part not in kept:
                kept[figure.part] = _about(connection, figure)
            part, run, found, assets = kept[figure.part]
            inputs = tuple((role, of(below[number])) for role, number in part.observations)
            made[figure.id] = Lineage(figure, part, run, inputs, found, assets)
        return made[figure.id]

    return of(first)


def run_of(connection: sa.Connection, run_id: int) -> RunRecord:
    """Return a run."""
    row = connection.execute(sa.select(runs).where(runs.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no run {run_id}", mend="look up the figure again")
    return RunRecord(row.function, row.edition, row.parameters, row.software, row.engine, row.started, row.ended)


def part_of(connection: sa.Connection, part_id: int) -> PartRecord:
    """Return a part with what it names."""
    name = connection.execute(sa.select(parts.c.name).where(parts.c.id == part_id)).scalar()
    if name is None:
        raise NotFound(f"there is no part {part_id}", mend="look up the figure again")
    on_layer = sa.select(layers.c.name).join(part_layers, part_layers.c.layer_id == layers.c.id)
    named = connection.execute(on_layer.where(part_layers.c.part_id == part_id).order_by(part_layers.c.id)).scalars()
    of_part = sa.select(part_assets.c.sha256).where(part_assets.c.part_id == part_id, part_assets.c.named.is_(True))
    assets = connection.execute(of_part.order_by(part_assets.c.id)).scalars()
    used = sa.select(part_inputs.c.role, part_inputs.c.observation_id).where(part_inputs.c.part_id == part_id).order_by(part_inputs.c.id)
    return PartRecord(name, tuple(named), tuple(assets), tuple((role, number) for role, number in connection.execute(used)))


def layer_of(row: Any) -> LayerRecord:
    """Return a row of `layers` as a layer."""
    return LayerRecord(row.name, row.kind, row.edition, row.options, tuple(row.inputs), row.checks)


def asset_of(connection: sa.Connection, sha256: str) -> Asset:
    """Return an asset as it was last described."""
    asked = sa.select(entries).where(entries.c.kind == kinds.ASSET, entries.c.name == sha256).order_by(entries.c.id.desc()).limit(1)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NotFound(f"there is no asset {sha256[:16]}…", mend="look at the list of assets")
    return kinds.asset_of(kinds.Entry(row.kind, row.name, row.content))


def _about(connection: sa.Connection, figure: Figure) -> tuple[PartRecord, RunRecord, tuple[LayerRecord, ...], tuple[Asset, ...]]:
    part = part_of(connection, figure.part)
    reached = sa.select(part_assets.c.sha256).where(part_assets.c.part_id == figure.part).order_by(part_assets.c.id)
    assets = tuple(asset_of(connection, one) for one in connection.execute(reached).scalars().all())
    return part, run_of(connection, figure.run), _layers_below(connection, part.layers), assets


def _layers_below(connection: sa.Connection, names: Iterable[str]) -> tuple[LayerRecord, ...]:
    found: dict[str, LayerRecord] = {}

    def visit(name: str) -> None:
        if name in found or name.startswith(ASSET_PREFIX):
            return
        row = connection.execute(sa.select(layers).where(layers.c.name == name)).one_or_none()
        if row is None:  # an input named by the hash of a value (`zones:…`) has no row of its own
            return
        one = layer_of(row)
        for below in one.inputs:
            visit(below)
        found[name] = one

    for name in names:
        visit(name)
    return tuple(found.values())
