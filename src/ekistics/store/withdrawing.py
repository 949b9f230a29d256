"""Withdrawing commits, and working out what that makes of the commits it reaches."""

from __future__ import annotations

import sqlalchemy as sa

from ekistics.model.errors import Conflict, NotFound
from ekistics.store.current import NOW, withdrawn_commits
from ekistics.store.tables import commit_states, commits, figure_withdrawals, observations, withdrawals


def withdraw_commit(connection: sa.Connection, number: int, *, by: int) -> None:
    """Withdraw a commit; what it had withdrawn itself holds again.

    Raises
    ------
    NotFound
        If no earlier commit has the number.
    Conflict
        If it is withdrawn already.
    """
    known = connection.execute(sa.select(commits.c.number).where(commits.c.number == number, commits.c.number < by)).scalar()
    if known is None:
        raise NotFound(f"there is no commit {number}", mend="list them with: ekistics doctor --commits")
    before = set(connection.execute(withdrawn_commits(NOW)).scalars())
    if number in before:
        raise Conflict(f"commit {number} is withdrawn already", mend="to bring it back, undo the commit that withdrew it")
    connection.execute(sa.insert(withdrawals).values(commit_number=by, withdrawn=number))
    after = _withdrawn(connection)
    states = [{"about": one, "since": by, "effective": one not in after} for one in sorted(before ^ after)]
    connection.execute(sa.insert(commit_states), states)


def withdraw_figures(connection: sa.Connection, ids: list[int], *, by: int) -> None:
    """Withdraw figures with all earlier versions of them, so that nothing older comes back in their place.

    Raises
    ------
    NotFound
        If a figure is not on record.
    """
    if not ids:
        return
    newest: dict[int, int] = {}
    for start in range(0, len(ids), 1000):
        asked = sa.select(observations.c.first_version, observations.c.id).where(observations.c.id.in_(ids[start : start + 1000]))
        found = connection.execute(asked).all()
        if len(found) != len(set(ids[start : start + 1000])):
            missing = set(ids[start : start + 1000]) - {one for _, one in found}
            raise NotFound(f"figure {min(missing)} is not on record", mend="withdraw only figures that are")
        for first, one in found:
            newest[first] = max(one, newest.get(first, one))
    rows = [{"observation_id": first, "commit_number": by} for first in newest]
    rows += [{"observation_id": one, "commit_number": by} for one in _later_versions(connection, newest)]
    connection.execute(sa.insert(figure_withdrawals), rows)


def _later_versions(connection: sa.Connection, newest: dict[int, int]) -> list[int]:
    firsts, found = list(newest), []
    for start in range(0, len(firsts), 1000):
        later = sa.select(observations.c.first_version, observations.c.id).where(
            observations.c.first_version.in_(firsts[start : start + 1000]), observations.c.id != observations.c.first_version
        )
        found += [one for first, one in connection.execute(later) if one <= newest[first]]
    return found


def _withdrawn(connection: sa.Connection) -> set[int]:
    """Replay all withdrawals, newest first: one counts when the commit that made it is not withdrawn by a later one that counts."""
    gone: set[int] = set()
    listed = sa.select(withdrawals.c.commit_number, withdrawals.c.withdrawn).order_by(withdrawals.c.commit_number.desc())
    for number, withdrawn in connection.execute(listed):
        if number not in gone:
            gone.add(withdrawn)
    return gone
