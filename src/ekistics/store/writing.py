"""One open commit: everything put on record in it becomes visible together, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from ekistics.model.errors import NotFound
from ekistics.model.lineage import Asset, Decision, LayerRecord, PartRecord, RunRecord
from ekistics.model.places import Boundary, Place, Relation
from ekistics.model.problems import Receipt
from ekistics.model.targets import Target
from ekistics.store import entries as kinds
from ekistics.store.figures import FigureCounts, put_figures
from ekistics.store.queries import Queries
from ekistics.store.runs import add_layers, add_runs
from ekistics.store.tables import commits, decisions, entries
from ekistics.store.withdrawing import withdraw_commit, withdraw_figures


class _Within(Queries):
    """The record as its open transaction sees it."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        yield self._connection


class OpenCommit:
    """A commit that is being written, under the write lock. `number` is its number, `now` reads the record with what it wrote."""

    def __init__(self, connection: sa.Connection, number: int) -> None:
        self._connection = connection
        self.number = number
        self.now = _Within(connection)
        self.abandoned = False
        """Set it where nothing came of the commit: on leaving, nothing of it stays, not even its number."""

    def add_asset(self, asset: Asset) -> None:
        """Put an asset on record; saying it again is no harm, and keeps it when an earlier import of it is undone."""
        self._put(kinds.entry_of_asset(asset))
        self._put(kinds.entry_of_reading(asset))

    def put_receipt(self, asset: str, receipt: Receipt) -> None:
        """Put on record what an import of an asset found; `receipt.commit` is this commit."""
        self._put(kinds.entry_of_receipt(asset, receipt))

    def put_place(self, place: Place) -> None:
        """Put a place on record, in the place of what was known of it."""
        self._put(kinds.entry_of_place(place))

    def put_boundary(self, boundary: Boundary) -> None:
        """Put a boundary edition on record."""
        self._put(kinds.entry_of_boundary(boundary))

    def put_relation(self, relation: Relation) -> None:
        """Put a relation between two places on record."""
        self._put(kinds.entry_of_relation(relation))

    def put_target(self, target: Target) -> None:
        """Put a target on record."""
        self._put(kinds.entry_of_target(target))

    def put_setting(self, key: str, value: Any) -> None:
        """Put a setting on record: any JSON value."""
        self._put(kinds.Entry(kinds.SETTING, key, {"value": value}))

    def add_layers(self, records: Iterable[LayerRecord]) -> None:
        """Put layers on record; one that is known is left alone, for its name is its content."""
        add_layers(self._connection, self.number, records)

    def add_run(self, run: RunRecord, made: Sequence[PartRecord]) -> tuple[int, dict[str, int]]:
        """Put a run and its parts on record and return its id and the id of each part by name.

        Raises
        ------
        InvalidInput
            If two parts have one name.
        NotFound
            If a part names a layer, an asset or a figure that is not on record.
        """
        return self.add_runs([(run, made)])[0]

    def add_runs(self, made: Sequence[tuple[RunRecord, Sequence[PartRecord]]]) -> list[tuple[int, dict[str, int]]]:
        """Put many runs with their parts on record at once; as `add_run` of each."""
        return add_runs(self._connection, self.number, made)

    def put_figures(self, table: pa.Table, *, part: int | None = None) -> FigureCounts:
        """Put a table of figures on record; see `figures.put_figures`."""
        return put_figures(self._connection, self.number, table, part=part)

    def withdraw_figures(self, ids: Iterable[int]) -> None:
        """Withdraw figures, with all earlier versions of them."""
        withdraw_figures(self._connection, sorted({int(one) for one in ids}), by=self.number)

    def withdraw(self, number: int) -> None:
        """Withdraw an earlier commit."""
        withdraw_commit(self._connection, number, by=self.number)

    def decide(self, decision: Decision) -> None:
        """Put a decision about a commit on record.

        Raises
        ------
        NotFound
            If there is no such commit.
        """
        if self._connection.execute(sa.select(commits.c.number).where(commits.c.number == decision.commit)).scalar() is None:
            raise NotFound(f"there is no commit {decision.commit}", mend="list them with: ekistics doctor --commits")
        row = {"about": decision.commit, "kind": str(decision.kind), "author": decision.author, "at": decision.at}
        row |= {"reason": decision.reason, "until": decision.until, "commit_number": self.number}
        self._connection.execute(sa.insert(decisions), row)

    def _put(self, entry: kinds.Entry) -> None:
        self._connection.execute(sa.insert(entries).values(**vars(entry), commit_number=self.number))
