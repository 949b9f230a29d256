"""Where a city ends by what is built: the urban extent of a grid of built-up cells, after the Atlas of Urban Expansion.

A built-up cell is urban, suburban or rural by the share of built-up cells within walking distance around it; open cells are fringe
or captured open space where they lie beside or within what is urban and suburban. Urban, suburban, fringe and captured cells
together are the urban extent. Everything is counted in whole cells and compared as whole numbers.

The rules are those of the Atlas and of UN-Habitat's training module on SDG 11.3.1 as commonly told; the original texts were not at
hand, so each number is a parameter. Ours, where the texts leave a gap: circles by cell centres; only cells on the map (neither
water nor without data) are in the denominator of a share; distances from centre to centre; an open cluster cut by the edge of the
grid, or meeting water or cells without data, is not captured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from ekistics.geo.compiling import compiled
from ekistics.geo.discs import MOST_CELLS, disc_any_of_rows, disc_cells, disc_cells_of_rows, disc_counts_of_rows
from ekistics.geo.patches import Patches, patches_of
from ekistics.geo.runs import CORNERS, SIDES
from ekistics.model.errors import InvalidInput
from ekistics.model.grids import IN_EXTENT, ExtentClass
from ekistics.places.settlement_rules import Contiguity

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.uint16]
Integers = npt.NDArray[np.int64]

_BLOCK_ROWS = 256
"""Rows worked on at a time: what they need stays near the processor, and what circles reach beyond them is little."""
_M2_PER_HA, _M2_PER_KM2 = 10_000, 1_000_000
_REACH = {Contiguity.ROOK: SIDES, Contiguity.QUEEN: CORNERS}


# as plain numbers, for comparing millions of bytes with
_URBAN, _SUBURBAN, _FRINGE, _CAPTURED = (
    int(ExtentClass.URBAN),
    int(ExtentClass.SUBURBAN),
    int(ExtentClass.FRINGE),
    int(ExtentClass.CAPTURED),
)
_RURAL, _EXURBAN = int(ExtentClass.RURAL), int(ExtentClass.EXURBAN)


@dataclass(frozen=True)
class ExtentRules:
    """The numbers of the method; each can be overridden by name."""

    circle_m: float = 564.0
    """Radius of the walking-distance circle, m: 564 m is 1 km²; 500 m is the option of the SDG training module."""
    urban_above: float = 0.5
    """Share of built-up cells in the circle above which a built-up cell is urban, 0 to 1."""
    suburban_from: float = 0.25
    """Share from which, up to and with `urban_above`, a built-up cell is suburban; below it is rural."""
    fringe_m: float = 100.0
    """Open cells at most so far from an urban or suburban cell are fringe, m from centre to centre."""
    captured_up_to_ha: float = 200.0
    """Enclosed open clusters of at most so much are captured, ha."""
    captured_contiguity: Contiguity = Contiguity.ROOK
    """Which open cells are one cluster, and which cells enclose it."""
    cluster_contiguity: Contiguity = Contiguity.QUEEN
    """Which cells of the extent are one cluster."""

    def __post_init__(self) -> None:
        if not 0 <= self.suburban_from <= self.urban_above <= 1:
            raise InvalidInput(
                "the thresholds of built-up share are not in order",
                found=f"suburban from {self.suburban_from}, urban above {self.urban_above}",
                expected="0 ≤ suburban_from ≤ urban_above ≤ 1, as shares and not as percentages",
            )
        for name in ("circle_m", "fringe_m", "captured_up_to_ha"):
            if not 0 <= (value := getattr(self, name)) < float("inf"):
                raise InvalidInput(f"{name} is not a size", found=str(value), expected="a number of 0 or more")

    def most_captured_cells(self, cell_m: float) -> int:
        """Return the cells of the largest open cluster that can be captured."""
        return int(self.captured_up_to_ha * _M2_PER_HA / cell_m**2 * (1 + 1e-12))


ATLAS_RULES = ExtentRules()
TRAINING_MODULE_RULES = ExtentRules(circle_m=500.0)


@dataclass(frozen=True)
class ExtentFigures:
    """What is counted of an extent, or of one cluster of it; areas in km², shares 0 to 1, None where there is no extent."""

    cells: int
    built_cells: int
    cell_m: float

    @property
    def area_km2(self) -> float:
        """Area of the extent."""
        return self.cells * self.cell_m**2 / _M2_PER_KM2

    @property
    def built_up_km2(self) -> float:
        """Built-up area inside the extent."""
        return self.built_cells * self.cell_m**2 / _M2_PER_KM2

    @property
    def open_space_km2(self) -> float:
        """Urbanised open space: fringe and captured."""
        return (self.cells - self.built_cells) * self.cell_m**2 / _M2_PER_KM2

    @property
    def saturation(self) -> float | None:
        """Built-up area over the area of the extent."""
        return self.built_cells / self.cells if self.cells else None

    @property
    def open_space_share(self) -> float | None:
        """Urbanised open space over the area of the extent."""
        return (self.cells - self.built_cells) / self.cells if self.cells else None


@dataclass(frozen=True)
class UrbanExtent:
    """The classes of a grid and the urban extent that they make up.

    Attributes
    ----------
    raster : (rows, columns) codes of `ExtentClass`
    cells : cells by class; every class is there
    clusters : the clusters of the extent
    built_cells : (clusters,) built-up cells of each
    cell_m : side of a cell, m
    rules : the numbers by which it was made
    """

    raster: Bytes
    cells: Mapping[ExtentClass, int]
    clusters: Patches
    built_cells: Integers
    cell_m: float
    rules: ExtentRules

    @property
    def circle_m2(self) -> float:
        """True area of the circle by cell centres, m²: not quite that of the radius."""
        return disc_cells(self.rules.circle_m / self.cell_m) * self.cell_m**2

    @property
    def areas_km2(self) -> dict[ExtentClass, float]:
        """Area by class, km²."""
        return {one: count * self.cell_m**2 / _M2_PER_KM2 for one, count in self.cells.items()}

    @property
    def mask(self) -> Flags:
        """The extent, (rows, columns)."""
        return extent_mask(self.raster)

    @property
    def whole(self) -> ExtentFigures:
        """Figures of the extent, all clusters together."""
        built = self.cells[ExtentClass.URBAN] + self.cells[ExtentClass.SUBURBAN]
        return ExtentFigures(sum(self.cells[one] for one in IN_EXTENT), built, self.cell_m)

    @property
    def main_cluster(self) -> int | None:
        """The cluster with most built-up cells (among equals the largest, then the first in reading order); None without any."""
        if not len(self.clusters):
            return None
        first_comes_last = -np.arange(len(self.clusters))
        return int(np.lexsort((first_comes_last, self.clusters.cells, self.built_cells))[-1])

    def figures_of(self, cluster: int) -> ExtentFigures:
        """Figures of one cluster."""
        return ExtentFigures(int(self.clusters.cells[cluster]), int(self.built_cells[cluster]), self.cell_m)

    def mask_of(self, cluster: int) -> Flags:
        """The cells of one cluster, (rows, columns)."""
        mask = np.zeros(self.raster.shape, np.bool_)
        chosen = np.arange(len(self.clusters)) == cluster
        self.clusters.paint_into(mask, chosen, chosen=chosen)
        return mask


def urban_extent(built: Flags, *, cell_m: float, on_map: Flags | None = None, rules: ExtentRules = ATLAS_RULES) -> UrbanExtent:
    """Find the urban extent of a grid of built-up cells.

    Parameters
    ----------
    built : (rows, columns), whether a cell is built-up
    cell_m : side of the square cells of an equal-area grid, m
    on_map : (rows, columns), whether a cell is on the map: neither water nor without data; all are, if not given. What is built
        off the map does not count.
    rules : the numbers of the method

    Returns
    -------
    UrbanExtent

    Raises
    ------
    InvalidInput
        If the grids differ or no cell is on the map, or if the cells are too coarse or too fine for the circle.

    Examples
    --------
    >>> found = urban_extent(np.ones((30, 30), bool), cell_m=30)
    >>> found.whole.area_km2, found.whole.saturation, found.circle_m2
    (0.81, 1.0, 998100)
    """
    _check(built, on_map, cell_m, rules)
    raster = np.empty(built.shape, np.uint8)
    _class_built(raster, built if on_map is None else built & on_map, on_map, cell_m, rules)
    _class_fringe(raster, rules.fringe_m / cell_m)
    _class_captured(raster, rules.most_captured_cells(cell_m), _REACH[rules.captured_contiguity])
    clusters = patches_of(extent_mask(raster), reach=_REACH[rules.cluster_contiguity])
    return UrbanExtent(raster, _count_classes(raster), clusters, clusters.holding(built), cell_m, rules)


def extent_mask(raster: Bytes) -> Flags:
    """Return the urban extent of a class raster."""
    # one comparison: what is below the first class of the extent wraps around to the top
    return (raster - np.uint8(_URBAN)) <= _CAPTURED - _URBAN


def _check(built: Flags, on_map: Flags | None, cell_m: float, rules: ExtentRules) -> None:
    if not 0 < cell_m < float("inf"):
        raise InvalidInput("the side of a cell is not a length", found=f"{cell_m}", expected="metres, above 0")
    for name, grid in (("built", built), ("on_map", on_map)):
        if grid is not None and (grid.ndim != 2 or grid.dtype != np.bool_):
            raise InvalidInput(
                f"the grid {name!r} is not a grid of yes and no",
                found=f"{grid.ndim} dimensions of {grid.dtype}",
                expected="rows and columns of bool",
                mend="say from which value on a cell is built-up, e.g. share > 0",
            )
    if on_map is not None and on_map.shape != built.shape:
        raise InvalidInput("the grids differ", found=f"{on_map.shape} cells on the map", expected=f"{built.shape} as built-up")
    if built.size == 0 or (on_map is not None and not on_map.any()):
        raise InvalidInput("no cell is on the map", mend="give a grid with land in it")
    cells = disc_cells(min(rules.circle_m / cell_m, 1e4))
    if not 1 < cells <= MOST_CELLS:
        raise InvalidInput(
            "the cells are too coarse or too fine for the circle",
            found=f"{cell_m:g} m a cell, {cells:,} cells within {rules.circle_m:g} m",
            expected=f"2 to {MOST_CELLS:,} cells",
            mend="resample to cells of 10 to 100 m",
        )


def _blocks(rows: int) -> Iterator[tuple[int, int]]:
    for first in range(0, rows, _BLOCK_ROWS):
        yield first, min(first + _BLOCK_ROWS, rows)


def _class_built(raster: Bytes, built: Flags, on_map: Flags | None, cell_m: float, rules: ExtentRules) -> None:
    """Write what built-up cells are, and `EXURBAN` for open ones."""
    radius = rules.circle_m / cell_m
    most_suburban, least_suburban = _thresholds(disc_cells(radius), rules)
    for first, stop in _blocks(len(raster)):
        counts = disc_counts_of_rows(built, radius, first, stop)
        cells = _cells_of_rows(on_map, raster.shape, radius, first, stop)
        block = raster[first:stop]
        _compare(built[first:stop].view(np.uint8), counts, _look_up(most_suburban, cells), _look_up(least_suburban, cells), block)
        if on_map is not None:
            np.multiply(block, on_map[first:stop], out=block)


def _thresholds(cells: int, rules: ExtentRules) -> tuple[Counts, Counts]:
    """Return the most and the least built-up cells of a suburban circle for 0, 1, ... cells on the map, (cells + 1,) each."""
    above, least = Fraction(str(rules.urban_above)), Fraction(str(rules.suburban_from))
    of = np.arange(cells + 1, dtype=object)  # whole numbers of any length: a threshold may have many decimals
    most_suburban = of * above.numerator // above.denominator
    least_suburban = -(-of * least.numerator // least.denominator)
    return most_suburban.astype(np.uint16), least_suburban.astype(np.uint16)


def _cells_of_rows(on_map: Flags | None, shape: tuple[int, ...], radius: float, first: int, stop: int) -> Counts:
    """Count the cells on the map around each cell of some rows; one row for all of them, where they do not differ."""
    rows, columns = shape
    reach = int(radius) + 1
    above, below = max(first - reach, 0), min(stop + reach, rows)
    if on_map is not None and not on_map[above:below].all():
        return disc_counts_of_rows(on_map, radius, first, stop)
    far_from_the_edge = first >= reach and stop + reach <= rows
    return disc_cells_of_rows((rows, columns), radius, first, first + 1 if far_from_the_edge else stop)


@compiled
def _look_up(table: Counts, cells: Counts) -> Counts:
    found = np.empty_like(cells)
    for row in range(cells.shape[0]):
        for column in range(cells.shape[1]):
            found[row, column] = table[np.intp(cells[row, column])]
    return found


@compiled
def _compare(built: Bytes, counts: Counts, most_suburban: Counts, least_suburban: Counts, classes: Bytes) -> None:
    for row in range(len(built)):
        # thresholds of one row are those of all
        at = min(row, len(most_suburban) - 1)
        _compare_row(built[row], counts[row], most_suburban[at], least_suburban[at], classes[row])


@compiled
def _compare_row(built: Bytes, counts: Counts, most_suburban: Counts, least_suburban: Counts, classes: Bytes) -> None:
    for column in range(len(built)):
        code = _SUBURBAN if counts[column] >= least_suburban[column] else _RURAL
        code = _URBAN if counts[column] > most_suburban[column] else code
        classes[column] = code if built[column] != 0 else _EXURBAN


def _class_fringe(raster: Bytes, radius: float) -> None:
    reach = int(radius) + 1
    for first, stop in _blocks(len(raster)):
        top = max(first - reach, 0)
        # earlier blocks have fringe in them by now, but fringe is measured from urban and suburban cells only
        urban = (raster[top : stop + reach] - np.uint8(_URBAN)) <= _SUBURBAN - _URBAN
        _mark_fringe(disc_any_of_rows(urban, radius, first - top, stop - top).view(np.uint8), raster[first:stop])


@compiled
def _mark_fringe(near: Bytes, classes: Bytes) -> None:
    for row in range(len(near)):
        _mark_fringe_row(near[row], classes[row])


@compiled
def _mark_fringe_row(near: Bytes, classes: Bytes) -> None:
    for column in range(len(near)):
        classes[column] = _FRINGE if (near[column] != 0) & (classes[column] == _EXURBAN) else classes[column]


def _class_captured(raster: Bytes, most_cells: int, reach: int) -> None:
    found = patches_of(raster == _EXURBAN, reach=reach)
    small = (found.cells <= most_cells) & ~found.cut_by_edge((raster.shape[0], raster.shape[1]))
    captured = small & ~found.meeting(raster, (ExtentClass.OFF_MAP, ExtentClass.RURAL), asked=small)
    found.paint_into(raster, np.full(len(found), ExtentClass.CAPTURED, np.uint8), chosen=captured)


def _count_classes(raster: Bytes) -> dict[ExtentClass, int]:
    counted = np.zeros(len(ExtentClass), np.int64)
    _count_codes(raster, counted)
    return {one: int(counted[one]) for one in ExtentClass}


@compiled
def _count_codes(raster: Bytes, counted: Integers) -> None:
    for row in range(len(raster)):
        for code in range(len(counted)):
            counted[code] += _count_code(raster[row], code)


@compiled
def _count_code(codes: Bytes, code: int) -> int:
    found = 0
    for column in range(len(codes)):
        found += 1 if codes[column] == code else 0
    return found
