"""What is current: the one place in the code that says it, as conditions on a table, as of a commit.

A commit is effective unless a later, effective commit withdraws it. A figure is current when its commit is effective, no
effective commit withdrew the figure itself, and no later version of it is so. An entry (a place, a setting) likewise.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import NamedFromClause

from ekistics.store.tables import commit_states, entries, figure_withdrawals, observations

NOW = 2**62
"""As of whatever is on record."""


def withdrawn_commits(as_of: int) -> sa.Select[Any]:
    """Return the query of the commits that are not effective as of a commit."""
    state, last = commit_states.alias(), commit_states.alias()
    newest = sa.select(sa.func.max(last.c.id)).where(last.c.since <= as_of).group_by(last.c.about)
    return sa.select(state.c.about).where(state.c.id.in_(newest), state.c.effective.is_(False))


def is_effective(commit_number: sa.ColumnElement[Any], as_of: int) -> sa.ColumnElement[bool]:
    """Say that a commit number is known and effective as of a commit."""
    return sa.and_(commit_number <= as_of, commit_number.not_in(withdrawn_commits(as_of)))


def _is_standing(figure: NamedFromClause, as_of: int) -> sa.ColumnElement[bool]:
    taken = figure_withdrawals.alias()
    taken_back = sa.exists().where(taken.c.observation_id == figure.c.id, is_effective(taken.c.commit_number, as_of))
    return sa.and_(is_effective(figure.c.commit_number, as_of), sa.not_(taken_back))


def is_current(figure: NamedFromClause, as_of: int) -> sa.ColumnElement[bool]:
    """Say that a row of `observations` is the current figure of its key as of a commit."""
    later = observations.alias()
    superseded = sa.exists().where(
        later.c.first_version == figure.c.first_version,
        later.c.id != later.c.first_version,  # so that the small index of later versions serves
        later.c.id > figure.c.id,
        _is_standing(later, as_of),
    )
    return sa.and_(_is_standing(figure, as_of), sa.not_(superseded))


def is_current_entry(entry: NamedFromClause, as_of: int) -> sa.ColumnElement[bool]:
    """Say that a row of `entries` is the current one of its kind and name as of a commit."""
    later = entries.alias()
    superseded = sa.exists().where(
        later.c.kind == entry.c.kind,
        later.c.name == entry.c.name,
        later.c.id > entry.c.id,
        is_effective(later.c.commit_number, as_of),
    )
    return sa.and_(is_effective(entry.c.commit_number, as_of), sa.not_(superseded))
