"""The figure: one observation, its series and its status; as a value and as an Arrow table of many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

import pyarrow as pa

from ekistics.model.periods import Period

NO_BOUNDARY = "none"
TOTAL = "total"


class Origin(StrEnum):
    """How a series came about."""

    REPORTED = "reported"
    COMPUTED = "computed"
    ESTIMATED = "estimated"
    MODELLED = "modelled"
    PROJECTED = "projected"


class Status(StrEnum):
    """The main SDMX OBS_STATUS of a figure."""

    NORMAL = "A"
    ESTIMATED = "E"
    IMPUTED = "I"
    FORECAST = "F"
    MISSING = "O"
    NOT_COLLECTED = "L"
    UNDEFINED = "M"
    SUPPRESSED = "Q"
    UNSTABLE = "U"


class Flag(StrEnum):
    """Further SDMX statuses, held as a set beside the main one."""

    BREAK = "B"
    PROVISIONAL = "P"
    DEFINITION_DIFFERS = "D"
    NOT_VALIDATED = "V"


class ErrorSource(StrEnum):
    """Where the stated error comes from; `NONE_STATED` is not zero."""

    SAMPLING = "sampling"
    MEASUREMENT = "measurement"
    MODEL = "model"
    IMPUTATION = "imputation"
    NONE_STATED = "none stated"


@dataclass(frozen=True, order=True)
class Series:
    """One voice: who says so, how it came about, by which method edition and variant.

    `source` names the publisher and data set (`statistics-office/census`, `ghsl/ucdb`); of a computed figure it
    joins the sources that it was computed from with `+`, sorted.
    """

    source: str
    origin: Origin
    edition: str = ""
    variant: str = "default"


@dataclass(frozen=True)
class Observation:
    """One figure. `value` and terms stand in the card's unit; a missing value has a status and a reason."""

    indicator: str
    place: str
    period: Period
    series: Series
    value: float | None
    unit: str
    boundary: str = NO_BOUNDARY
    breakdown: str = TOTAL
    numerator: float | None = None
    denominator: float | None = None
    standard_error: float | None = None
    degrees_of_freedom: float | None = None
    sample_size: float | None = None
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    error_source: ErrorSource = ErrorSource.NONE_STATED
    status: Status = Status.NORMAL
    flags: frozenset[Flag] = frozenset()
    reason: str = ""
    confidentiality: str = "F"
    locator: str = ""
    """Where in the asset it was read (`sheet Data, row 12, column E`); empty for a computed figure."""

    @property
    def key(self) -> tuple[str, str, str, Period, str, Series]:
        """What makes two figures the same."""
        return (self.indicator, self.place, self.boundary, self.period, self.breakdown, self.series)


@dataclass(frozen=True)
class Figure:
    """An observation as it stands in the record."""

    id: int
    observation: Observation
    commit: int
    run: int
    part: int
    out_of_date: bool = False


def breakdown_code(dimensions: dict[str, str]) -> str:
    """Return the sorted dimension-code pairs as text (`AGE=Y15T24;SEX=F`), `total` when there are none."""
    return ";".join(f"{name}={dimensions[name]}" for name in sorted(dimensions)) or TOTAL


def breakdown_pairs(code: str) -> dict[str, str]:
    """Return the dimensions of a breakdown code."""
    return {} if code == TOTAL else dict(pair.split("=", 1) for pair in code.split(";"))


_COLUMNS: list[tuple[str, pa.DataType]] = [
    *((name, pa.string()) for name in ("indicator", "place", "boundary")),
    ("period_start", pa.date32()),
    ("period_end", pa.date32()),
    *((name, pa.string()) for name in ("breakdown", "source", "origin", "edition", "variant")),
    ("value", pa.float64()),
    ("unit", pa.string()),
    *(
        (name, pa.float64())
        for name in (
            "numerator",
            "denominator",
            "standard_error",
            "degrees_of_freedom",
            "sample_size",
            "lower",
            "upper",
            "level",
        )
    ),
    *((name, pa.string()) for name in ("error_source", "status", "flags", "reason", "confidentiality", "locator")),
]
OBSERVATION_SCHEMA = pa.schema(_COLUMNS)
"""Columns of a table of observations; `flags` are sorted letters joined by commas; numbers may be null, texts may not."""

KEY_COLUMNS = ("indicator", "place", "boundary", "period_start", "period_end", "breakdown", "source", "origin", "edition", "variant")

_SAME_NAME = {column.name for column in fields(Observation)} & set(OBSERVATION_SCHEMA.names)


def observation_table(observations: Iterable[Observation]) -> pa.Table:
    """Return observations as a table of `OBSERVATION_SCHEMA`."""
    return pa.Table.from_pylist([_row(one) for one in observations], schema=OBSERVATION_SCHEMA)


def observations_of(table: pa.Table) -> list[Observation]:
    """Return the rows of a table of `OBSERVATION_SCHEMA` as observations."""
    return [observation_of(row) for row in table.select(OBSERVATION_SCHEMA.names).to_pylist()]


def observation_of(row: dict[str, Any]) -> Observation:
    """Return one row (a mapping with the columns of `OBSERVATION_SCHEMA`, more are ignored) as an observation."""
    plain = {name: row[name] for name in _SAME_NAME}
    plain["error_source"], plain["status"] = ErrorSource(row["error_source"]), Status(row["status"])
    plain["flags"] = frozenset(Flag(letter) for letter in row["flags"].split(",") if letter)
    start, end = row["period_start"], row["period_end"]
    return Observation(
        period=Period(_as_date(start), _as_date(end)),
        series=Series(row["source"], Origin(row["origin"]), row["edition"], row["variant"]),
        **plain,
    )


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _row(one: Observation) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _SAME_NAME}
    row["error_source"], row["status"] = str(one.error_source), str(one.status)
    row["flags"] = ",".join(sorted(one.flags))
    return row | {
        "period_start": one.period.start,
        "period_end": one.period.end,
        "source": one.series.source,
        "origin": str(one.series.origin),
        "edition": one.series.edition,
        "variant": one.series.variant,
    }
