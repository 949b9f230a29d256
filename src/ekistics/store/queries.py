"""All questions that the record answers: about figures, and about what they hang on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from ekistics.model.errors import NotFound
from ekistics.model.lineage import Asset, Commit, CommitKind, Decision, DecisionKind, LayerRecord, PartRecord, RunRecord
from ekistics.model.places import Boundary, Place, Relation
from ekistics.model.problems import Receipt
from ekistics.model.targets import Target
from ekistics.store import entries as kinds
from ekistics.store import lineage
from ekistics.store.current import NOW, is_current_entry, is_effective, withdrawn_commits
from ekistics.store.engines import among
from ekistics.store.figure_queries import FigureQueries
from ekistics.store.tables import commits, decisions, entries, layers, withdrawals


class Queries(FigureQueries):
    """Every question, each as of a commit (None: all that is on record)."""

    def commits(self, *, as_of: int | None = None) -> list[Commit]:
        """Return all commits, oldest first."""
        with self._reading() as connection:
            return _commits(connection, [commits.c.number <= _upto(as_of)])

    def commit(self, number: int) -> Commit:
        """Return one commit.

        Raises
        ------
        NotFound
            If no commit has the number.
        """
        with self._reading() as connection:
            found = _commits(connection, [commits.c.number == number])
        if not found:
            raise NotFound(f"there is no commit {number}", mend="list them with: ekistics doctor --commits")
        return found[0]

    def commit_at(self, moment: date | datetime) -> int | None:
        """Return the last commit up to a moment, or up to the end of a day (UTC); None where there was none yet."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time.max, UTC)
        with self._reading() as connection:
            return connection.execute(sa.select(sa.func.max(commits.c.number)).where(commits.c.at <= moment)).scalar()

    def withdrawn(self, *, as_of: int | None = None) -> frozenset[int]:
        """Return the commits that are withdrawn."""
        with self._reading() as connection:
            return frozenset(connection.execute(withdrawn_commits(_upto(as_of))).scalars())

    def decisions(self, commit: int | None = None, *, as_of: int | None = None) -> list[Decision]:
        """Return the decisions about a commit (or all), oldest first."""
        asked = sa.select(decisions).where(is_effective(decisions.c.commit_number, _upto(as_of))).order_by(decisions.c.id)
        if commit is not None:
            asked = asked.where(decisions.c.about == commit)
        with self._reading() as connection:
            rows = connection.execute(asked).all()
        return [Decision(one.about, DecisionKind(one.kind), one.author, one.at, one.reason, one.until) for one in rows]

    def places(self, *, as_of: int | None = None) -> list[Place]:
        """Return all places."""
        return [kinds.place_of(one) for one in self._entries(kinds.PLACE, as_of)]

    def place(self, code: str, *, as_of: int | None = None) -> Place:
        """Return one place.

        Raises
        ------
        NotFound
            If none has the code.
        """
        found = self._entries(kinds.PLACE, as_of, name=code)
        if not found:
            raise NotFound(f"there is no place {code}", mend="list them with: ekistics place list; or import it")
        return kinds.place_of(found[0])

    def boundaries(self, place: str | None = None, *, as_of: int | None = None) -> list[Boundary]:
        """Return the boundary editions of a place (or of all), the one put last at the end."""
        return [kinds.boundary_of(one) for one in self._entries(kinds.BOUNDARY, as_of, scope=place)]

    def relations(self, *, as_of: int | None = None) -> list[Relation]:
        """Return all relations between places."""
        return [kinds.relation_of(one) for one in self._entries(kinds.RELATION, as_of)]

    def targets(self, place: str | None = None, *, as_of: int | None = None) -> list[Target]:
        """Return the targets of a place (or of all)."""
        return [kinds.target_of(one) for one in self._entries(kinds.TARGET, as_of, scope=place)]

    def settings(self, *, as_of: int | None = None) -> dict[str, Any]:
        """Return all settings by key."""
        return {one.name: one.content["value"] for one in self._entries(kinds.SETTING, as_of)}

    def assets(self, *, as_of: int | None = None) -> list[Asset]:
        """Return all assets that an effective commit put on record; a file that is read as several kinds stands once for each."""
        return [kinds.asset_of(one) for one in self._entries(kinds.READING, as_of)]

    def asset(self, sha256: str) -> Asset:
        """Return one asset, also one whose imports were all withdrawn: lineage must still name it.

        Raises
        ------
        NotFound
            If no asset has the checksum.
        """
        with self._reading() as connection:
            return lineage.asset_of(connection, sha256)

    def receipt(self, commit: int, asset: str = "") -> tuple[str, Receipt, bool]:
        """Return the checksum of a file that a commit imported, what was found, and whether it still stands (or was undone).

        Parameters
        ----------
        asset : how the checksum begins, where the commit imported several files

        Raises
        ------
        NotFound
            If the commit imported no such file.
        """
        stands = is_effective(entries.c.commit_number, NOW).label("stands")
        asked = sa.select(entries, stands).where(entries.c.kind == kinds.RECEIPT, entries.c.commit_number == commit)
        with self._reading() as connection:
            rows = [one for one in connection.execute(asked.order_by(entries.c.id)) if one.scope.startswith(asset)]
        if not rows:
            raise NotFound(f"commit {commit} imported no such file", mend="list them with: ekistics doctor --commits")
        first = rows[0]
        return first.scope, kinds.receipt_of(kinds.Entry(first.kind, first.name, first.content, first.scope)), bool(first.stands)

    def import_commits(self, *, as_of: int | None = None) -> dict[str, int]:
        """Return the last commit that imported each file, by checksum."""
        asked = sa.select(entries.c.scope, entries.c.commit_number).where(
            entries.c.kind == kinds.RECEIPT, is_current_entry(entries, _upto(as_of))
        )
        with self._reading() as connection:
            return {asset: int(number) for asset, number in connection.execute(asked.order_by(entries.c.id))}

    def layer(self, name: str) -> LayerRecord:
        """Return one layer.

        Raises
        ------
        NotFound
            If no layer has the name.
        """
        with self._reading() as connection:
            row = connection.execute(sa.select(layers).where(layers.c.name == name)).one_or_none()
        if row is None:
            raise NotFound(f"there is no layer {name}", mend="measure again")
        return lineage.layer_of(row)

    def run(self, run_id: int) -> RunRecord:
        """Return one run.

        Raises
        ------
        NotFound
            If no run has the id.
        """
        with self._reading() as connection:
            return lineage.run_of(connection, run_id)

    def part(self, part_id: int) -> PartRecord:
        """Return one part of a run.

        Raises
        ------
        NotFound
            If no part has the id.
        """
        with self._reading() as connection:
            return lineage.part_of(connection, part_id)

    def lineage(self, figure_id: int, *, as_of: int | None = None) -> lineage.Lineage:
        """Return where a figure comes from: its part and run, input figures with theirs, layers and assets.

        Raises
        ------
        NotFound
            If there is no such figure.
        """
        first = self.figure(figure_id, as_of=as_of)
        with self._reading() as connection:
            ids = lineage.figures_below(connection, first.part)
        below = {one.id: one for one in self._any_figures(ids, as_of)}
        with self._reading() as connection:
            return lineage.lineage_of(connection, first, below)

    def _entries(self, kind: str, as_of: int | None, *, name: str | None = None, scope: str | None = None) -> list[kinds.Entry]:
        asked = sa.select(entries).where(entries.c.kind == kind, is_current_entry(entries, _upto(as_of))).order_by(entries.c.id)
        if name is not None:
            asked = asked.where(entries.c.name == name)
        if scope is not None:
            asked = asked.where(entries.c.scope == scope)
        with self._reading() as connection:
            rows = connection.execute(asked).all()
        return [kinds.Entry(one.kind, one.name, one.content, one.scope, one.geometry) for one in rows]

    def _commits_by_number(self, connection: sa.Connection, numbers: Iterable[int]) -> dict[int, Commit]:
        chosen = among(commits.c.number, sorted(numbers), connection.dialect.name)
        return {one.number: one for one in _commits(connection, [chosen])}


def _commits(connection: sa.Connection, conditions: list[sa.ColumnElement[bool]]) -> list[Commit]:
    rows = connection.execute(sa.select(commits).where(*conditions).order_by(commits.c.number)).all()
    withdrawn: dict[int, list[int]] = {}
    asked = sa.select(withdrawals.c.commit_number, withdrawals.c.withdrawn).order_by(withdrawals.c.id)
    for number, one in connection.execute(asked):
        withdrawn.setdefault(number, []).append(one)
    return [Commit(one.number, CommitKind(one.kind), one.message, one.author, one.at, tuple(withdrawn.get(one.number, ()))) for one in rows]


def _upto(as_of: int | None) -> int:
    return NOW if as_of is None else as_of
