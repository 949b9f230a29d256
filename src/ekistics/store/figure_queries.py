"""Questions about figures: current ones of a place, one with all its versions, many as an Arrow table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from ekistics.model.errors import NotFound
from ekistics.model.lineage import Commit
from ekistics.model.observations import OBSERVATION_SCHEMA, Figure, observation_of
from ekistics.model.periods import Period
from ekistics.store.codes import columns_of_ids, known_ids
from ekistics.store.current import NOW, is_current, is_effective
from ekistics.store.engines import among
from ekistics.store.staleness import stale_parts
from ekistics.store.tables import DIMENSIONS, NUMBERS, commit_states, figure_withdrawals, observations, periods, withdrawals

BATCH = 50_000
"""Rows fetched at a time."""

FIGURE_SCHEMA = pa.schema([*OBSERVATION_SCHEMA, *((name, pa.int64()) for name in ("id", "commit", "run", "part"))])
"""An observation as it stands in the record: `OBSERVATION_SCHEMA`, its id, and the commit, run and part that made it."""

_PLAIN = {"id": "id", "commit": "commit_number", "run": "run_id", "part": "part_id"}


@dataclass(frozen=True)
class Version:
    """One version of a figure: as it was put, by which commit, whether it is current, and by which commits it was withdrawn."""

    figure: Figure
    commit: Commit
    is_current: bool
    withdrawn_by: tuple[int, ...] = ()


@dataclass(frozen=True)
class Selection:
    """Which figures are asked for; None is no condition."""

    places: Iterable[str] | None = None
    indicators: Iterable[str] | None = None
    ids: Iterable[int] | None = None
    period: Period | None = None
    breakdown: str | None = None
    boundary: str | None = None

    def conditions(self, connection: sa.Connection) -> list[sa.ColumnElement[bool]]:
        """Return the conditions on `observations`."""
        dialect, found = connection.dialect.name, []
        if self.ids is not None:
            found.append(among(observations.c.id, sorted({int(one) for one in self.ids}), dialect))
        told: dict[str, Iterable[str] | None] = {"place_id": self.places, "indicator_id": self.indicators}
        told["breakdown_id"] = None if self.breakdown is None else (self.breakdown,)
        told["boundary_id"] = None if self.boundary is None else (self.boundary,)
        for name, codes in told.items():
            if codes is not None:
                found.append(among(observations.c[name], known_ids(connection, name, _as_codes(codes)), dialect))
        if self.period is not None:
            same = sa.and_(periods.c.period_start == self.period.start, periods.c.period_end == self.period.end)
            found.append(observations.c.period_id.in_(sa.select(periods.c.id).where(same)))
        return found


class FigureQueries(ABC):
    """Questions about figures, each as of a commit (None: all that is on record)."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[sa.Connection]:
        """Give a connection that sees one moment of the record."""

    @abstractmethod
    def _commits_by_number(self, connection: sa.Connection, numbers: Iterable[int]) -> dict[int, Commit]:
        """Return commits by number."""

    def figures(
        self,
        *,
        places: Iterable[str] | None = None,
        indicators: Iterable[str] | None = None,
        ids: Iterable[int] | None = None,
        period: Period | None = None,
        as_of: int | None = None,
    ) -> list[Figure]:
        """Return the current figures of places and indicators, in the order in which they were put on record."""
        return self._current(Selection(places, indicators, ids, period), as_of)

    def voices(
        self,
        indicator: str,
        place: str,
        *,
        period: Period | None = None,
        breakdown: str | None = None,
        boundary: str | None = None,
        as_of: int | None = None,
    ) -> list[Figure]:
        """Return what every series says of one quantity, side by side."""
        return self._current(Selection((place,), (indicator,), None, period, breakdown, boundary), as_of)

    def figure(self, figure_id: int, *, as_of: int | None = None) -> Figure:
        """Return one figure, current or not.

        Raises
        ------
        NotFound
            If there is none with the id as of the commit.
        """
        upto = _upto(as_of)
        with self._reading() as connection:
            found = _figures(connection, [observations.c.id == figure_id, observations.c.commit_number <= upto], upto)
        if not found:
            raise NotFound(f"there is no figure {figure_id}", mend="look it up by place and indicator")
        return found[0]

    def history(self, figure_id: int, *, as_of: int | None = None) -> list[Version]:
        """Return all versions of a figure, oldest first.

        Raises
        ------
        NotFound
            If there is none with the id.
        """
        upto = _upto(as_of)
        with self._reading() as connection:
            first = connection.execute(sa.select(observations.c.first_version).where(observations.c.id == figure_id)).scalar()
            if first is None:
                raise NotFound(f"there is no figure {figure_id}", mend="look it up by place and indicator")
            of_key = [observations.c.first_version == first, observations.c.commit_number <= upto]
            figures = _figures(connection, of_key, upto)
            current = set(connection.execute(sa.select(observations.c.id).where(*of_key, is_current(observations, upto))).scalars())
            known = self._commits_by_number(connection, {one.commit for one in figures})
            taken = _withdrawals_of(connection, figures, upto)
        return [Version(one, known[one.commit], one.id in current, taken.get(one.id, ())) for one in figures]

    def current_table(
        self,
        *,
        places: Iterable[str] | None = None,
        indicators: Iterable[str] | None = None,
        ids: Iterable[int] | None = None,
        period: Period | None = None,
        as_of: int | None = None,
    ) -> pa.Table:
        """Return the current figures as a table of `FIGURE_SCHEMA`, in the order in which they were put on record."""
        with self._reading() as connection:
            chosen = Selection(places, indicators, ids, period).conditions(connection)
            batches = list(current_batches(connection, chosen, _upto(as_of)))
        return pa.concat_tables(batches) if batches else FIGURE_SCHEMA.empty_table()

    def indicators_of(self, commit: int) -> list[str]:
        """Return the indicators of which a commit put figures on record."""
        listed, _ = DIMENSIONS["indicator_id"]
        asked = sa.select(observations.c.indicator_id).where(observations.c.commit_number == commit).distinct()
        with self._reading() as connection:
            return sorted(connection.execute(sa.select(listed.c.code).where(listed.c.id.in_(asked))).scalars())

    def mark_of(self, places: Iterable[str]) -> tuple[int, int, int]:
        """Return a mark of the current figures of places: while it stays, so do they.

        It may move when they stay (any withdrawal moves it), never the other way about. Whether a figure is out of date is not in it.
        """
        with self._reading() as connection:
            asked = (
                sa.select(sa.func.max(observations.c.id)).where(*Selection(places).conditions(connection)),
                sa.select(sa.func.max(commit_states.c.id)),
                sa.select(sa.func.max(figure_withdrawals.c.commit_number)),
            )
            newest, states, withdrawn = (int(connection.execute(one).scalar() or 0) for one in asked)
        return newest, states, withdrawn

    def _any_figures(self, ids: Iterable[int], as_of: int | None) -> list[Figure]:
        """Return figures by id, current or not."""
        upto = _upto(as_of)
        with self._reading() as connection:
            return _figures(connection, Selection(ids=ids).conditions(connection), upto)

    def _current(self, selection: Selection, as_of: int | None) -> list[Figure]:
        upto = _upto(as_of)
        with self._reading() as connection:
            return _figures(connection, [*selection.conditions(connection), is_current(observations, upto)], upto)


def current_batches(
    connection: sa.Connection, conditions: Iterable[sa.ColumnElement[bool]], upto: int, *, more: tuple[str, ...] = ()
) -> Iterator[pa.Table]:
    """Give the current figures under some conditions, a table of at most `BATCH` rows at a time, by id.

    `more` names further integer columns of `observations` to give.
    """
    yield from _batches(connection, [*conditions, is_current(observations, upto)], more)


def _batches(connection: sa.Connection, conditions: list[sa.ColumnElement[bool]], more: tuple[str, ...] = ()) -> Iterator[pa.Table]:
    names = list(dict.fromkeys([*_PLAIN.values(), *more, *DIMENSIONS, *NUMBERS, "locator"]))
    statement = sa.select(*(observations.c[name] for name in names)).where(*conditions).order_by(observations.c.id)
    with connection.execute(statement, execution_options={"yield_per": BATCH}) as result:
        for rows in result.partitions(BATCH):
            columns = dict(zip(names, zip(*rows, strict=True), strict=True))
            yield _table(connection, columns, more)


def _table(connection: sa.Connection, columns: dict[str, tuple[Any, ...]], more: tuple[str, ...]) -> pa.Table:
    given: dict[str, pa.Array[Any]] = {}
    for name in DIMENSIONS:
        given |= dict(columns_of_ids(connection, name, np.array(columns[name], np.int64)))
    for name in NUMBERS:
        given[name] = pa.array(columns[name], pa.float64())
    given["locator"] = pa.array(columns["locator"], pa.string())
    for name, stored in _PLAIN.items():
        given[name] = pa.array(columns[stored], pa.int64())
    table = pa.table({name: given[name] for name in FIGURE_SCHEMA.names}, schema=FIGURE_SCHEMA)
    for name in more:
        table = table.append_column(name, pa.array(columns[name], pa.int64()))
    return table


def _figures(connection: sa.Connection, conditions: list[sa.ColumnElement[bool]], upto: int) -> list[Figure]:
    rows = [row for batch in _batches(connection, conditions) for row in batch.to_pylist()]
    stale = stale_parts(connection, sorted({row["part"] for row in rows}), upto)
    return [Figure(row["id"], observation_of(row), row["commit"], row["run"], row["part"], row["part"] in stale) for row in rows]


def _withdrawals_of(connection: sa.Connection, figures: list[Figure], upto: int) -> dict[int, tuple[int, ...]]:
    """Return for each figure the effective commits that withdrew it, alone or with its commit."""
    taken: dict[int, set[int]] = {}
    alone = sa.select(figure_withdrawals.c.observation_id, figure_withdrawals.c.commit_number).where(
        among(figure_withdrawals.c.observation_id, [one.id for one in figures], connection.dialect.name),
        is_effective(figure_withdrawals.c.commit_number, upto),
    )
    for one, number in connection.execute(alone):
        taken.setdefault(one, set()).add(number)
    whole = sa.select(withdrawals.c.withdrawn, withdrawals.c.commit_number).where(is_effective(withdrawals.c.commit_number, upto))
    for withdrawn, number in connection.execute(whole):
        for figure in figures:
            if figure.commit == withdrawn:
                taken.setdefault(figure.id, set()).add(number)
    return {one: tuple(sorted(numbers)) for one, numbers in taken.items()}


def _upto(as_of: int | None) -> int:
    return NOW if as_of is None else as_of


def _as_codes(codes: Iterable[str]) -> Iterable[str]:
    return (codes,) if isinstance(codes, str) else codes
