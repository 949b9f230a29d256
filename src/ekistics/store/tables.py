"""The tables of the record: code lists with integer keys, one narrow table of figures, and the record of who wrote what.

Nothing is updated or deleted. A figure's `first_version` is the id of the first figure with the same key, so that all versions
of a figure are found by one integer; ids grow with commits. What is current is said in `current.py` and nowhere else.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from ekistics.model.errors import InvalidInput


class Instant(sa.TypeDecorator[datetime]):
    """A moment in UTC, kept as text of fixed width, so that it sorts and reads alike on every database."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write a moment; one without a time zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise InvalidInput("a moment needs a time zone", found=value.isoformat(), expected="a time with its offset from UTC")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read a moment."""
        return None if value is None else datetime.fromisoformat(value)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", _Id, primary_key=True)


def _to(name: str, table: str, *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    target = "commits.number" if table == "commits" else f"{table}.id"
    return sa.Column(name, _Id, sa.ForeignKey(target), nullable=nullable, index=index)


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **options)


record_info = sa.Table(
    "record_info", metadata, sa.Column("identity", sa.String(36), primary_key=True), sa.Column("made", Instant, nullable=False)
)

commits = sa.Table(
    "commits",
    metadata,
    sa.Column("number", _Id, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("message"),
    _text("author"),
    sa.Column("at", Instant, nullable=False, index=True),
)
withdrawals = sa.Table(
    "withdrawals",
    metadata,
    _id(),
    _to("commit_number", "commits"),
    _to("withdrawn", "commits", index=True),
)
commit_states = sa.Table(
    "commit_states",
    metadata,
    _id(),
    _to("about", "commits", index=True),
    _to("since", "commits", index=True),
    sa.Column("effective", sa.Boolean, nullable=False),
)
"""What a withdrawal made of the commits that it reaches, worked out when it is written: the last row up to a commit holds."""


def _codes(name: str) -> sa.Table:
    return sa.Table(name, metadata, _id(), _text("code", unique=True))


indicators, place_codes, boundary_codes = _codes("indicators"), _codes("place_codes"), _codes("boundary_codes")
breakdowns, units = _codes("breakdowns"), _codes("units")
periods = sa.Table(
    "periods",
    metadata,
    _id(),
    sa.Column("period_start", sa.Date, nullable=False),
    sa.Column("period_end", sa.Date, nullable=False),
    sa.UniqueConstraint("period_start", "period_end"),
)
series = sa.Table(
    "series",
    metadata,
    _id(),
    *(_text(name) for name in ("source", "origin", "edition", "variant")),
    sa.UniqueConstraint("source", "origin", "edition", "variant"),
)
qualities = sa.Table(
    "qualities",
    metadata,
    _id(),
    *(_text(name) for name in ("error_source", "status", "flags", "reason", "confidentiality")),
    sa.UniqueConstraint("status", "reason", "flags", "error_source", "confidentiality"),
)
"""What is said of a figure beside its numbers; a few combinations for millions of figures."""

DIMENSIONS: dict[str, tuple[sa.Table, tuple[str, ...]]] = {
    "indicator_id": (indicators, ("indicator",)),
    "place_id": (place_codes, ("place",)),
    "period_id": (periods, ("period_start", "period_end")),
    "breakdown_id": (breakdowns, ("breakdown",)),
    "series_id": (series, ("source", "origin", "edition", "variant")),
    "boundary_id": (boundary_codes, ("boundary",)),
    "unit_id": (units, ("unit",)),
    "quality_id": (qualities, ("error_source", "status", "flags", "reason", "confidentiality")),
}
"""Each integer column of a figure: its code list, and the columns of an observation table that it stands for."""

KEY = ("place_id", "indicator_id", "period_id", "breakdown_id", "series_id", "boundary_id")
"""What makes two figures the same."""

NUMBERS = (
    "value",
    "numerator",
    "denominator",
    "standard_error",
    "degrees_of_freedom",
    "sample_size",
    "lower",
    "upper",
    "level",
)

runs = sa.Table(
    "runs",
    metadata,
    _id(),
    _to("commit_number", "commits", index=True),
    *(_text(name) for name in ("function", "edition", "software", "engine")),
    sa.Column("parameters", sa.JSON, nullable=False),
    sa.Column("started", Instant),
    sa.Column("ended", Instant),
)
parts = sa.Table("parts", metadata, _id(), _to("run_id", "runs", index=True), _text("name"))

observations = sa.Table(
    "observations",
    metadata,
    sa.Column("id", _Id, primary_key=True, autoincrement=False),
    sa.Column("first_version", _Id, nullable=False),
    *(_to(name, table.name) for name, (table, _) in DIMENSIONS.items()),
    *(sa.Column(name, sa.Double) for name in NUMBERS),
    _text("locator"),
    _to("run_id", "runs"),
    _to("part_id", "parts"),
    _to("commit_number", "commits", index=True),
)
sa.Index("ix_observations_key", *(observations.c[name] for name in KEY))
_later = observations.c.id != observations.c.first_version
sa.Index("ix_observations_later", observations.c.first_version, observations.c.id, sqlite_where=_later, postgresql_where=_later)
"""Only versions after the first: a figure that nothing ever superseded costs nothing here."""

figure_withdrawals = sa.Table(
    "figure_withdrawals",
    metadata,
    _id(),
    _to("observation_id", "observations", index=True),
    _to("commit_number", "commits", index=True),
)

entries = sa.Table(
    "entries",
    metadata,
    _id(),
    _to("commit_number", "commits", index=True),
    _text("kind"),
    _text("name"),
    _text("scope"),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("geometry", sa.LargeBinary),
)
"""Places, boundaries, relations, targets, assets, settings: a later entry of the same kind and name supersedes."""
sa.Index("ix_entries_name", entries.c.kind, entries.c.name)
sa.Index("ix_entries_scope", entries.c.kind, entries.c.scope)

layers = sa.Table(
    "layers",
    metadata,
    _id(),
    _to("commit_number", "commits"),
    _text("name", unique=True),
    _text("kind"),
    _text("edition"),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("checks", sa.JSON, nullable=False),
)
part_layers = sa.Table("part_layers", metadata, _id(), _to("part_id", "parts", index=True), _to("layer_id", "layers"))
part_assets = sa.Table(
    "part_assets",
    metadata,
    _id(),
    _to("part_id", "parts", index=True),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("named", sa.Boolean, nullable=False),
)
"""The assets that a part rests on: those it names, and those that it reaches through its layers (`named` false)."""
part_inputs = sa.Table(
    "part_inputs",
    metadata,
    _id(),
    _to("part_id", "parts", index=True),
    _to("observation_id", "observations"),
    _text("role"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    _id(),
    _to("commit_number", "commits"),
    _to("about", "commits", index=True),
    _text("kind"),
    _text("author"),
    sa.Column("at", Instant, nullable=False),
    _text("reason"),
    sa.Column("until", sa.Date),
)
