"""Which figures were touched between two commits: added, withdrawn, or brought back."""

from __future__ import annotations

import sqlalchemy as sa

from ekistics.store.record import Record
from ekistics.store.tables import commit_states, figure_withdrawals, observations


def touched_keys(record: Record, after: int, upto: int) -> list[int]:
    """Return the first versions of all figures that anything happened to after one commit and up to another."""

    def between(column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        return sa.and_(column > after, column <= upto)

    turned = sa.select(commit_states.c.about).where(between(commit_states.c.since))
    added = sa.select(observations.c.first_version).where(
        sa.or_(between(observations.c.commit_number), observations.c.commit_number.in_(turned))
    )
    taken = sa.select(figure_withdrawals.c.observation_id).where(
        sa.or_(between(figure_withdrawals.c.commit_number), figure_withdrawals.c.commit_number.in_(turned))
    )
    withdrawn = sa.select(observations.c.first_version).where(observations.c.id.in_(taken))
    with record.connected() as connection:
        return sorted(connection.execute(added.union(withdrawn)).scalars())
