"""What is out of date: figures whose inputs, or the inputs of those, are no longer what the record holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ekistics.store.current import is_current, is_current_entry
from ekistics.store.engines import among
from ekistics.store.tables import entries, observations, part_assets, part_inputs, parts


def stale_parts(connection: sa.Connection, wanted: Sequence[int], as_of: int) -> set[int]:
    """Return those of some parts that rest, directly or through other figures, on something that no longer holds.

    That is a figure that is not current any more, or an asset whose every import was withdrawn.
    """
    if not wanted:
        return set()
    reach = _reach(among(parts.c.id, wanted, connection.dialect.name))
    bad = sa.or_(_has_lost_figure(reach, as_of), _has_lost_asset(reach, as_of))
    return set(connection.execute(sa.select(reach.c.root).where(bad).distinct()).scalars())


def _reach(condition: sa.ColumnElement[bool]) -> sa.CTE:
    """Return the pairs (root, part): each wanted part with itself and every part that it rests on."""
    reach = sa.select(parts.c.id.label("root"), parts.c.id.label("part")).where(condition).cte("reach", recursive=True)
    deeper = (
        sa.select(reach.c.root, observations.c.part_id)
        .select_from(reach)
        .join(part_inputs, part_inputs.c.part_id == reach.c.part)
        .join(observations, observations.c.id == part_inputs.c.observation_id)
    )
    return reach.union(deeper)


def _has_lost_figure(reach: sa.CTE, as_of: int) -> sa.ColumnElement[bool]:
    used, figure = part_inputs.alias(), observations.alias()
    joined = sa.select(sa.literal(1)).select_from(used.join(figure, figure.c.id == used.c.observation_id))
    return joined.where(used.c.part_id == reach.c.part, sa.not_(is_current(figure, as_of))).exists()


def _has_lost_asset(reach: sa.CTE, as_of: int) -> sa.ColumnElement[bool]:
    used, entry = part_assets.alias(), entries.alias()
    standing: Any = sa.exists().where(entry.c.kind == "asset", entry.c.name == used.c.sha256, is_current_entry(entry, as_of))
    return sa.exists().where(used.c.part_id == reach.c.part, sa.not_(standing))
