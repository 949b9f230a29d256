"""How a city grew between two dates: infill, extension, leapfrog and inclusion, from the urban extents of both; and epochs in order.

Newly built cells are infill on the urbanised open space of the earlier extent, extension where their cluster outside that extent
touches it, and leapfrog where it does not. Inclusion is what was built outside the earlier extent and now lies inside the later one.
What was built and is no longer is counted as lost: nothing is netted. As commonly told of the Atlas of Urban Expansion; ours, where
the texts leave a gap: clusters and touching go by sides and corners.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled
from ekistics.geo.patches import patches_of
from ekistics.geo.runs import CORNERS, SIDES
from ekistics.model.errors import InvalidInput
from ekistics.model.grids import BUILT_UP, IN_EXTENT, NEWLY_BUILT, URBANISED_OPEN, ExtentClass, GrowthClass
from ekistics.places.settlement_rules import Contiguity
from ekistics.places.urban_extent import UrbanExtent

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Years = npt.NDArray[np.uint16]
Integers = npt.NDArray[np.int64]

NEVER_BUILT = 65_535
"""In a raster of the years in which cells were first built: not built by the last of them. As in the rasters of the GHSL."""
_M2_PER_KM2 = 1_000_000


@dataclass(frozen=True)
class UrbanGrowth:
    """What became of the cells of a grid between two dates.

    Attributes
    ----------
    raster : (rows, columns) codes of `GrowthClass`
    cells : cells by class; every class is there
    cell_m : side of a cell, m
    new_off_map_before : newly built cells that were not on the map at the earlier date: perhaps reclaimed, perhaps only unknown
    lost_off_map_since : lost cells that are not on the map at the later date: perhaps still there
    """

    raster: Bytes
    cells: Mapping[GrowthClass, int]
    cell_m: float
    new_off_map_before: int
    lost_off_map_since: int

    @property
    def areas_km2(self) -> dict[GrowthClass, float]:
        """Area by class, km²."""
        return {one: count * self.cell_m**2 / _M2_PER_KM2 for one, count in self.cells.items()}

    @property
    def newly_built_km2(self) -> float:
        """Infill, extension and leapfrog."""
        return sum(self.cells[one] for one in NEWLY_BUILT) * self.cell_m**2 / _M2_PER_KM2

    @property
    def shares_of_newly_built(self) -> dict[GrowthClass, float] | None:
        """Infill, extension and leapfrog as shares of what is newly built, 0 to 1; None where nothing is."""
        total = sum(self.cells[one] for one in NEWLY_BUILT)
        return {one: self.cells[one] / total for one in NEWLY_BUILT} if total else None


@dataclass(frozen=True)
class PeriodGrowth:
    """The growth from one year to another."""

    start: int
    end: int
    growth: UrbanGrowth


def urban_growth(earlier: UrbanExtent, later: UrbanExtent, *, contiguity: Contiguity = Contiguity.QUEEN) -> UrbanGrowth:
    """Say of every cell what became of it between two dates.

    Parameters
    ----------
    earlier, later : urban extents of the same grid by the same rules
    contiguity : which newly built cells are one cluster, and which cells touch the earlier extent

    Raises
    ------
    InvalidInput
        If the grids or the rules differ.

    Examples
    --------
    >>> from ekistics.places.urban_extent import urban_extent
    >>> street = np.array([[True, True, False, False, False, False, False, False, True]])
    >>> then, now = urban_extent(street, cell_m=100), urban_extent(street | True, cell_m=100)
    >>> growth = urban_growth(then, now)
    >>> growth.cells[GrowthClass.INFILL], growth.cells[GrowthClass.EXTENSION], growth.cells[GrowthClass.INCLUSION]
    (1, 5, 1)
    """
    _check(earlier, later)
    raster = np.empty(earlier.raster.shape, np.uint8)
    cells = np.zeros((len(ExtentClass), len(ExtentClass)), np.int64)
    became = _became()
    _compare(earlier.raster, later.raster, became, raster, cells)
    counted = np.bincount(became.ravel(), weights=cells.ravel(), minlength=len(GrowthClass)).astype(np.int64)
    outside = patches_of(raster == int(GrowthClass.LEAPFROG), reach=SIDES if contiguity is Contiguity.ROOK else CORNERS)
    touching = outside.meeting(earlier.raster, IN_EXTENT)
    outside.paint_into(raster, np.full(len(outside), GrowthClass.EXTENSION, np.uint8), chosen=touching)
    extension = int(outside.cells[touching].sum())
    counted[GrowthClass.EXTENSION] += extension
    counted[GrowthClass.LEAPFROG] -= extension
    built, off_map = list(BUILT_UP), int(ExtentClass.OFF_MAP)
    by_class = {one: int(counted[one]) for one in GrowthClass}
    return UrbanGrowth(raster, by_class, earlier.cell_m, int(cells[off_map, built].sum()), int(cells[built, off_map].sum()))


def growth_by_period(extents: Iterable[tuple[int, UrbanExtent]], *, contiguity: Contiguity = Contiguity.QUEEN) -> Iterator[PeriodGrowth]:
    """Give the growth between each two successive years; no more than two extents are held at a time.

    Parameters
    ----------
    extents : year and extent, in rising order of years
    contiguity : as in `urban_growth`

    Raises
    ------
    InvalidInput
        If the years do not rise, or as in `urban_growth`.
    """
    before: tuple[int, UrbanExtent] | None = None
    for year, extent in extents:
        if before is not None:
            _check_rising(before[0], year)
            yield PeriodGrowth(before[0], year, urban_growth(before[1], extent, contiguity=contiguity))
        before = (year, extent)


def first_built_years(epochs: Iterable[tuple[int, Flags]]) -> Years:
    """Return for every cell the first year in which it was built-up, `NEVER_BUILT` where it never was.

    Parameters
    ----------
    epochs : year and (rows, columns) mask of what is built, in rising order of years. A cell that is no longer built later keeps
        its first year.

    Raises
    ------
    InvalidInput
        If there is no epoch, the years do not rise or do not fit, or the grids differ.
    """
    found: Years | None = None
    before = 0
    for year, built in epochs:
        _check_rising(before, year)
        if year >= NEVER_BUILT:
            raise InvalidInput("the epoch is not a year", found=str(year), expected=f"a year before {NEVER_BUILT}")
        if found is None:
            found = np.full(built.shape, NEVER_BUILT, np.uint16)
        if built.shape != found.shape or built.dtype != np.bool_:
            raise InvalidInput(
                f"the grid of {year} is not as those before", found=f"{built.shape} {built.dtype}", expected=f"{found.shape} bool"
            )
        found[built & (found == NEVER_BUILT)] = year
        before = year
    if found is None:
        raise InvalidInput("there is no epoch", mend="give the built-up cells of at least one year")
    return found


def built_epochs(first_built: Years, *, no_years: Collection[int] = (NEVER_BUILT,)) -> Iterator[tuple[int, Flags]]:
    """Give each year of a raster of first built years, in order, with the (rows, columns) mask of all that was built by then.

    Parameters
    ----------
    first_built : (rows, columns) years
    no_years : values that are no years: never built, or without data
    """
    built = np.zeros(first_built.shape, np.bool_)
    for year in np.unique(first_built).tolist():
        if year not in no_years:
            built = built | (first_built == year)
            yield year, built


def _check(earlier: UrbanExtent, later: UrbanExtent) -> None:
    for name in ("cell_m", "rules"):
        then, now = getattr(earlier, name), getattr(later, name)
        if then != now:
            raise InvalidInput(f"the extents differ in {name}", found=str(now), expected=str(then), mend="make both in one way")
    if earlier.raster.shape != later.raster.shape:
        raise InvalidInput(
            "the extents are of different grids",
            found=f"{later.raster.shape} cells",
            expected=f"{earlier.raster.shape} cells",
            mend="bring both dates to one grid first",
        )


def _check_rising(before: int, year: int) -> None:
    if year <= before:
        raise InvalidInput("the years of the epochs do not rise", found=f"{year} after {before}", mend="give the oldest epoch first")


def _became() -> Bytes:
    """Return what a cell became by its earlier and its later class; what is new outside the earlier extent is first all leapfrog."""
    became = np.full((len(ExtentClass), len(ExtentClass)), GrowthClass.OPEN, np.uint8)
    became[:, ExtentClass.OFF_MAP] = GrowthClass.OFF_MAP
    for built in BUILT_UP:
        became[:, built] = GrowthClass.LEAPFROG
        became[list(URBANISED_OPEN), built] = GrowthClass.INFILL
    for built in BUILT_UP:
        became[built, :] = GrowthClass.LOST
        became[built, list(BUILT_UP)] = GrowthClass.KEPT
    became[ExtentClass.RURAL, [ExtentClass.URBAN, ExtentClass.SUBURBAN]] = GrowthClass.INCLUSION
    return became


@compiled
def _compare(earlier: Bytes, later: Bytes, became: Bytes, raster: Bytes, cells: Integers) -> None:
    for row in range(raster.shape[0]):
        for column in range(raster.shape[1]):
            then, now = earlier[row, column], later[row, column]
            raster[row, column] = became[then, now]
            cells[then, now] += 1
