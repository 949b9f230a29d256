"""The first schema of the record."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "boundary_codes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_boundary_codes_code")),
    )
    op.create_table(
        "breakdowns",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakdowns")),
        sa.UniqueConstraint("code", name=op.f("uq_breakdowns_code")),
    )
    op.create_table(
        "commits",
        sa.Column("number", _ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_commits")),
    )
    op.create_index(op.f("ix_commits_at"), "commits", ["at"], unique=False)
    op.create_table(
        "indicators",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicators")),
        sa.UniqueConstraint("code", name=op.f("uq_indicators_code")),
    )
    op.create_table(
        "periods",
        sa.Column("id", _ID, nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periods")),
        sa.UniqueConstraint("period_start", "period_end", name=op.f("uq_periods_period_start")),
    )
    op.create_table(
        "place_codes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_place_codes_code")),
    )
    op.create_table(
        "qualities",
        sa.Column("id", _ID, nullable=False),
        sa.Column("error_source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confidentiality", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualities")),
        sa.UniqueConstraint("status", "reason", "flags", "error_source", "confidentiality", name=op.f("uq_qualities_status")),
    )
    op.create_table(
        "record_info",
        sa.Column("identity", sa.String(length=36), nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_record_info")),
    )
    op.create_table(
        "series",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("source", "origin", "edition", "variant", name=op.f("uq_series_source")),
    )
    op.create_table(
        "units",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "commit_states",
        sa.Column("id", _ID, nullable=False),
        sa.Column("about", _ID, nullable=False),
        sa.Column("since", _ID, nullable=False),
        sa.Column("effective", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["about"], ["commits.number"], name=op.f("fk_commit_states_about")),
        sa.ForeignKeyConstraint(["since"], ["commits.number"], name=op.f("fk_commit_states_since")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commit_states")),
    )
    op.create_index(op.f("ix_commit_states_about"), "commit_states", ["about"], unique=False)
    op.create_index(op.f("ix_commit_states_since"), "commit_states", ["since"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("commit_number", _ID, nullable=False),
        sa.Column("about", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["about"], ["commits.number"], name=op.f("fk_decisions_about")),
        sa.ForeignKeyConstraint(["commit_number"], ["commits.number"], name=op.f("fk_decisions_commit_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_about"), "decisions", ["about"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("commit_number", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("geometry", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["commit_number"], ["commits.number"], name=op.f("fk_entries_commit_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    op.create_index(op.f("ix_entries_commit_number"), "entries", ["commit_number"], unique=False)
    op.create_index("ix_entries_name", "entries", ["kind", "name"], unique=False)
    op.create_index("ix_entries_scope", "entries", ["kind", "scope"], unique=False)
    op.create_table(
        "layers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("commit_number", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["commit_number"], ["commits.number"], name=op.f("fk_layers_commit_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layers")),
        sa.UniqueConstraint("name", name=op.f("uq_layers_name")),
    )
    op.create_table(
        "runs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("commit_number", _ID, nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("started", sa.String(32), nullable=True),
        sa.Column("ended", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["commit_number"], ["commits.number"], name=op.f("fk_runs_commit_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_commit_number"), "runs", ["commit_number"], unique=False)
    op.create_table(
        "withdrawals",
        sa.Column("id", _ID, nullable=False),
        sa.Column("commit_number", _ID, nullable=False),
        sa.Column("withdrawn", _ID, nullable=False),
        sa.ForeignKeyConstraint(["commit_number"], ["commits.number"], name=op.f("fk_withdrawals_commit_number")),
        sa.ForeignKeyConstraint(["withdrawn"], ["commits.number"], name=op.f("fk_withdrawals_withdrawn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
    )
    op.create_index(op.f("ix_withdrawals_withdrawn"), "withdrawals", ["withdrawn"], unique=False)
    op.create_table(
        "parts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_parts_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
    )
    op.create_index(op.f("ix_parts_run_id"), "parts", ["run_id"], unique=False)
    op.create_table(
        "observations",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("first_version", _ID, nullable=False),
        sa.Column("indicator_id", _ID, nullable=False),
        sa.Column("place_id", _ID, nullable=False),
        sa.Column("period_id", _ID, nullable=False),
        sa.Column("breakdown_id", _ID, nullable=False),
        sa.Column("series_id", _ID, nullable=False),
        sa.Column("boundary_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("quality_id", _ID, nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("denominator", sa.Double(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.Column("degrees_of_freedom", sa.Double(), nullable=True),
        sa.Column("sample_size", sa.Double(), nullable=True),
        sa.Column("lower", sa.Double(), nullable=True),
        sa.Column("upper", sa.Double(), nullable=True),
        sa.Column("level", sa.Double(), nullable=True),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("part_id", _ID, nullable=False),
        sa.Column("commit_number", _ID, nullable=False),
        sa.ForeignKeyConstraint(["boundary_id"], ["boundary_codes.id"], name=op.f("fk_observations_boundary_id")),
        sa.ForeignKeyConstraint(["breakdown_id"], ["breakdowns.id"], name=op.f("fk_observations_breakdown_id")),
        sa.ForeignKeyConstraint(["commit_number"], ["commits.number"], name=op.f("fk_observations_commit_number")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicators.id"], name=op.f("fk_observations_indicator_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_observations_part_id")),
        sa.ForeignKeyConstraint(["period_id"], ["periods.id"], name=op.f("fk_observations_period_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place_codes.id"], name=op.f("fk_observations_place_id")),
        sa.ForeignKeyConstraint(["quality_id"], ["qualities.id"], name=op.f("fk_observations_quality_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_observations_run_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_observations_series_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_observations_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
    )
    op.create_index(op.f("ix_observations_commit_number"), "observations", ["commit_number"], unique=False)
    op.create_index(
        "ix_observations_key",
        "observations",
        ["place_id", "indicator_id", "period_id", "breakdown_id", "series_id", "boundary_id"],
        unique=False,
    )
    op.create_index(
        "ix_observations_later",
        "observations",
        ["first_version", "id"],
        unique=False,
        sqlite_where=sa.text("id != first_version"),
        postgresql_where=sa.text("id != first_version"),
    )
    op.create_table(
        "part_assets",
        sa.Column("id", _ID, nullable=False),
        sa.Column("part_id", _ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_part_assets_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_assets")),
    )
    op.create_index(op.f("ix_part_assets_part_id"), "part_assets", ["part_id"], unique=False)
    op.create_table(
        "part_layers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("part_id", _ID, nullable=False),
        sa.Column("layer_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["layer_id"], ["layers.id"], name=op.f("fk_part_layers_layer_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_part_layers_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_layers")),
    )
    op.create_index(op.f("ix_part_layers_part_id"), "part_layers", ["part_id"], unique=False)
    op.create_table(
        "figure_withdrawals",
        sa.Column("id", _ID, nullable=False),
        sa.Column("observation_id", _ID, nullable=False),
        sa.Column("commit_number", _ID, nullable=False),
        sa.ForeignKeyConstraint(["commit_number"], ["commits.number"], name=op.f("fk_figure_withdrawals_commit_number")),
        sa.ForeignKeyConstraint(["observation_id"], ["observations.id"], name=op.f("fk_figure_withdrawals_observation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_withdrawals")),
    )
    op.create_index(op.f("ix_figure_withdrawals_commit_number"), "figure_withdrawals", ["commit_number"], unique=False)
    op.create_index(op.f("ix_figure_withdrawals_observation_id"), "figure_withdrawals", ["observation_id"], unique=False)
    op.create_table(
        "part_inputs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("part_id", _ID, nullable=False),
        sa.Column("observation_id", _ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["observation_id"], ["observations.id"], name=op.f("fk_part_inputs_observation_id")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_part_inputs_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_inputs")),
    )
    op.create_index(op.f("ix_part_inputs_part_id"), "part_inputs", ["part_id"], unique=False)
