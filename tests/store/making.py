"""Small figures and commits, as the tests of the record write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from ekistics.model.lineage import Asset, CommitKind, PartRecord, RunRecord
from ekistics.model.observations import Observation, Origin, Series, observation_table
from ekistics.model.periods import Period

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CENSUS = Series("statistics-office/census", Origin.REPORTED)


def moment(number: int) -> datetime:
    return NOON + timedelta(days=number)


def figure(value, indicator="population", place="A", year=2015, **more) -> Observation:
    told = {"series": CENSUS, "unit": "{person}"} | more
    return Observation(indicator, place, Period.year(year), value=value, **told)


def table(*figures: Observation) -> pa.Table:
    return observation_table(figures)


def asset(letter: str = "a", **more) -> Asset:
    return Asset(letter * 64, f"{letter}.csv", 10, "table", "statistics-office/census", **more)


def write(record, kind=CommitKind.IMPORT, day=0):
    return record.write(kind, "a write", "a clerk", moment(day))


def put(commit, *figures, inputs=(), assets=(), layers=()):
    """Put figures with a run of one part and return the counts."""
    _, parts = commit.add_run(RunRecord("reading", "1"), [PartRecord("all", tuple(layers), tuple(assets), tuple(inputs))])
    return commit.put_figures(table(*figures), part=parts["all"])


def import_figures(record, *figures, **more):
    """Import figures in a commit of their own and return its number and the counts."""
    with write(record) as commit:
        counts = put(commit, *figures, **more)
    return commit.number, counts


def values(record, **more):
    """The current figures as {(indicator, place, year): value}."""
    return {
        (one.observation.indicator, one.observation.place, one.observation.period.start.year): one.observation.value
        for one in record.figures(**more)
    }
