"""What the settlement page is made from: where the city is by the degree of urbanisation, and how it grew.

Images are cells on a regular grid in degrees, north up, so that a page draws them without knowing any projection.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ekistics.model.grids import CellImage, CentreNear, GridNote


@dataclass(frozen=True)
class DegreeOfUrbanisation:
    """The classes around a place in one year: `codes` as 30, 23, 22, 21, 13, 12, 11, 10 (level 2) or 3, 2, 1, 0 (level 1).

    People and km² by class are those inside the place's boundary.
    """

    year: int
    level: int
    edition: str
    image: CellImage
    people: dict[int, float]
    area_km2: dict[int, float]
    centres: tuple[CentreNear, ...]
    notes: tuple[GridNote, ...] = ()


@dataclass(frozen=True)
class ExtentYear:
    """The urban extent in one year, km²; `image` has the classes of `places.urban_extent`, `people` is None where nobody said."""

    year: int
    built_up_km2: float
    extent_km2: float
    urban_open_km2: float
    image: CellImage
    people: float | None = None


@dataclass(frozen=True)
class GrowthPeriod:
    """New built-up between two years by kind, and earlier built-up that the extent took in, km²."""

    start: int
    end: int
    infill_km2: float
    extension_km2: float
    leapfrog_km2: float
    inclusion_km2: float
    lost_km2: float = 0.0


@dataclass(frozen=True)
class UrbanGrowth:
    """How the built-up area and the urban extent grew. `first_built` has the position in `years` of the year first built."""

    years: tuple[int, ...]
    first_built: CellImage
    extents: tuple[ExtentYear, ...]
    periods: tuple[GrowthPeriod, ...]
    notes: tuple[GridNote, ...] = ()


@dataclass(frozen=True)
class SettlementView:
    """All that the settlement page shows; either part may be absent."""

    degree: DegreeOfUrbanisation | None = None
    growth: UrbanGrowth | None = None
    credit: str = ""
    files: tuple[str, ...] = field(default_factory=tuple)
