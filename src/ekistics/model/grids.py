"""Grids of classified cells around a study place: settlements by the degree of urbanisation, and built-up land over the years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from ekistics.model.problems import Problem, Tally

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


class ExtentClass(IntEnum):
    """What a cell is in a map of urban extent; the codes of its raster. Those from `URBAN` to `CAPTURED` make up the urban extent."""

    OFF_MAP = 0
    """Water, without data, or not on the map."""
    URBAN = 1
    """Built-up, among more than half built-up."""
    SUBURBAN = 2
    """Built-up, among a quarter to half built-up."""
    FRINGE = 3
    """Open, close to urban or suburban cells."""
    CAPTURED = 4
    """Open, in a small cluster enclosed by urban, suburban and fringe cells."""
    RURAL = 5
    """Built-up, among less than a quarter built-up."""
    EXURBAN = 6
    """All other open cells."""


IN_EXTENT = (ExtentClass.URBAN, ExtentClass.SUBURBAN, ExtentClass.FRINGE, ExtentClass.CAPTURED)
BUILT_UP = (ExtentClass.URBAN, ExtentClass.SUBURBAN, ExtentClass.RURAL)
URBANISED_OPEN = (ExtentClass.FRINGE, ExtentClass.CAPTURED)


class GrowthClass(IntEnum):
    """What became of a cell between two dates; the codes of the growth raster."""

    OFF_MAP = 0
    """Not on the map at the later date, and not built at the earlier one."""
    OPEN = 1
    """Open at both dates."""
    KEPT = 2
    """Built-up at both dates, and none of the inclusions."""
    INFILL = 3
    """Newly built on the fringe or captured open space of the earlier extent."""
    EXTENSION = 4
    """Newly built outside the earlier extent, in a cluster of such cells that touches it."""
    LEAPFROG = 5
    """Newly built outside the earlier extent, in a cluster of such cells that does not touch it."""
    INCLUSION = 6
    """Built-up at both dates, outside the earlier extent and inside the later one."""
    LOST = 7
    """Built-up at the earlier date and not at the later one, on the map or off it."""


NEWLY_BUILT = (GrowthClass.INFILL, GrowthClass.EXTENSION, GrowthClass.LEAPFROG)


@dataclass(frozen=True)
class CellImage:
    """Codes of cells on a regular grid in degrees, north up, (rows, columns) uint8, 255 where there is nothing.

    `bounds` are west, south, east, north in degrees.
    """

    codes: Bytes
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class CellGrid:
    """Where the cells of an equal-area grid lie: left and top edge and side of a cell, m, and the coordinate system as WKT."""

    left: float
    top: float
    cell_m: float
    rows: int
    columns: int
    wkt: str

    @property
    def cell_km2(self) -> float:
        """Area of a cell, km²."""
        return self.cell_m**2 / 1e6


class GridNoteKind(StrEnum):
    """What a reader of figures from grids has to know. Each has a sentence where it is shown; its facts are in the note."""

    NO_BUILT_UP_GRID = "no-built-up-grid"
    """No grid of built-up land of the year is on record, so what is built makes no cell dense."""
    CENTRES_AT_THE_EDGE = "centres-at-the-edge"
    """So many urban centres (`count`) reach the edge of the part of the grid that was read."""
    BUILT_FROM = "built-from"
    """A cell counts as built from a `share` of it on; `unit` is what its numbers were taken for where nobody told."""


@dataclass(frozen=True)
class GridNote:
    """What is to be said of the grids of a year: its kind, and the facts that its sentence tells."""

    kind: GridNoteKind
    year: int
    count: int = 0
    share: float = 0.0
    unit: str = ""

    def facts(self) -> dict[str, Any]:
        """Return the note as it stands in a lineage: its kind, year and the facts that it has."""
        return {name: value for name, value in (asdict(self) | {"kind": str(self.kind)}).items() if value}


@dataclass(frozen=True)
class SettlementCentre:
    """An urban centre near the place: its code, people, km² of cells and built up (None: not known), and its cells' rows and columns."""

    code: str
    name: str
    people: float
    area_km2: float
    built_up_km2: float | None
    rows: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]


@dataclass(frozen=True)
class CentreNear:
    """An urban centre around a place, as its page shows it: people, km² of its cells and built up (None: not known).

    `share_inside` is the share of its cells that lie inside the place's boundary, 0 to 1.
    """

    code: str
    name: str
    people: float
    area_km2: float
    built_up_km2: float | None
    share_inside: float


@dataclass(frozen=True)
class SettlementEpoch:
    """Classes of level 2, 255 outside the map, and people by cell, (rows, columns), in one year; `notes` are what was said on the way."""

    year: int
    edition: str
    classes: Bytes
    people: Floats
    centres: tuple[SettlementCentre, ...]
    notes: tuple[GridNote, ...] = ()


@dataclass(frozen=True)
class Settlements:
    """The classified grid around a place, one epoch a year of the grids on record, the earliest first."""

    grid: CellGrid
    epochs: tuple[SettlementEpoch, ...]


@dataclass(frozen=True)
class BuiltEpoch:
    """Built-up cells and the classes of the urban extent, (rows, columns), in one year."""

    year: int
    built: Bytes
    extent: Bytes


@dataclass(frozen=True)
class BuiltGrowth:
    """New built-up between two years by kind, (rows, columns), and how many cells were built before and are not now."""

    start: int
    end: int
    kinds: Bytes
    lost_cells: int


@dataclass(frozen=True)
class BuiltEpochs:
    """Built-up land over the years, the earliest first; `circle_m2` is the true area of the walking-distance circle."""

    grid: CellGrid
    epochs: tuple[BuiltEpoch, ...]
    growth: tuple[BuiltGrowth, ...]
    circle_m2: float
    notes: tuple[GridNote, ...] = ()


@dataclass(frozen=True)
class GridCheck:
    """What is said of a grid file when it is imported: its extent in degrees, and its cells as a tally."""

    extent: tuple[float, float, float, float]
    problems: tuple[Problem, ...] = ()
    tallies: tuple[Tally, ...] = ()
    as_of: date | None = None
    """The last year that the grid tells of, where it tells of several."""
    recognised: Mapping[str, str] = field(default_factory=dict)
    """Options that were not told and are beyond doubt, such as the unit: they are kept with the file as if they had been told."""
