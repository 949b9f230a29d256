"""Where a figure comes from: assets, layers, runs by part, commits, decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
"""Parameters and options, as they go to JSON."""


@dataclass(frozen=True)
class Asset:
    """An original file, kept under its SHA-256. `extent` is west, south, east, north in EPSG:4326.

    `kind` says what it is read as: `osm`, `gtfs`, `population`, `table`, `boundary`, `raster`.
    `source` is the slug that series carry; `attribution` is the credit line that maps print.
    """

    sha256: str
    name: str
    size: int
    kind: str
    source: str
    licence: str = ""
    attribution: str = ""
    origin: str = ""
    date: date | None = None
    crs: str = ""
    extent: tuple[float, float, float, float] | None = None
    reader: str = ""
    options: Json = field(default_factory=dict)
    place: str | None = None
    """The study place it belongs to, where it describes one."""
    reading: str = ""
    """Which reading of the file it is, where one kind of reading is done several ways (the mapping of a table)."""


@dataclass(frozen=True)
class LayerRecord:
    """One computed layer: its name is the hash of kind, edition, options and inputs (asset checksums, layer names)."""

    name: str
    kind: str
    edition: str
    options: Json = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    """Layer names and `sha256:…` of assets."""
    checks: Json = field(default_factory=dict)
    """What it reports of itself: conservation (people in, people out), shares left aside, counts."""


@dataclass(frozen=True)
class PartRecord:
    """One part of a run: one city's layers, one block of a grid, one file.

    `observations` are (role, observation id): role is the parameter that the figure filled (`population_end`).
    """

    name: str
    layers: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    observations: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class RunRecord:
    """One computation for many places."""

    function: str
    edition: str
    parameters: Json = field(default_factory=dict)
    software: str = ""
    engine: str = "local"
    started: datetime | None = None
    ended: datetime | None = None


class CommitKind(StrEnum):
    """Which verb wrote."""

    IMPORT = "import"
    PLACES = "places"
    MEASURE = "measure"
    UNDO = "undo"
    SETTING = "setting"


@dataclass(frozen=True)
class Commit:
    """One write. `number` only grows and is given out under the write lock."""

    number: int
    kind: CommitKind
    message: str
    author: str
    at: datetime
    withdraws: tuple[int, ...] = ()


class DecisionKind(StrEnum):
    """What was decided about a commit."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    RETURNED = "returned"
    PUBLISHED = "published"
    EMBARGOED = "embargoed"


@dataclass(frozen=True)
class Decision:
    """A decision about a commit; its own append-only record, never a column of a figure."""

    commit: int
    kind: DecisionKind
    author: str
    at: datetime
    reason: str = ""
    until: date | None = None
