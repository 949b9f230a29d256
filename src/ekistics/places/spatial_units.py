"""Degree of urbanisation of spatial units (municipalities, wards): from what of a unit's people live in cells of which class.

Rules of the manual of 2021 and of July 2024 (Eurostat, "Applying the degree of urbanisation"), as documented by flexurba 0.2.2;
where its code departs from its own text (suburbs: it adds semi-dense for suburban people) the text is followed. A unit without
people is classified by its land area. What the texts leave open is decided here and marked "ours": water is no part of the
land; a unit of water alone is mostly uninhabited; of equal rural shares (2021) the denser class is taken; and shares that differ
from one half, or from each other, by less than 1e-9 are equal, so that the order in which people were summed decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from ekistics.model.errors import InvalidInput, NotFound

CITY, DENSE_TOWN, SEMI_DENSE_TOWN, SUBURB, VILLAGE, DISPERSED_RURAL, MOSTLY_UNINHABITED = 30, 23, 22, 21, 13, 12, 11
"""Classes of units at level 2."""
CITY_1, TOWN, RURAL = 3, 2, 1
"""Classes of units at level 1."""
NO_CLASS = 255
"""A unit that meets no cell of the map, and cells outside it."""

NAMES = {
    CITY_1: "city", TOWN: "town or semi-dense area", RURAL: "rural area",
    CITY: "city", DENSE_TOWN: "dense town", SEMI_DENSE_TOWN: "semi-dense town", SUBURB: "suburban or peri-urban area",
    VILLAGE: "village", DISPERSED_RURAL: "dispersed rural area", MOSTLY_UNINHABITED: "mostly uninhabited area",
    NO_CLASS: "not on the map",
}  # fmt: skip
"""What the classes of units are called."""

LEVEL_1_CELLS = (3, 2, 1, 0, NO_CLASS)
LEVEL_2_CELLS = (30, 23, 22, 21, 13, 12, 11, 10, NO_CLASS)
"""Classes of cells, in the order of the columns of all sums here; water (0, 10) and outside the map come last."""
_EQUAL = 1e-9

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


class DecidedBy(IntEnum):
    """What a unit's class rests on."""

    NOTHING = 0
    PEOPLE = 1
    LAND_AREA = 2
    WATER = 3


@dataclass(frozen=True)
class UnitSums:
    """People and area (km2) of units by class of cell.

    `people`, `area_km2` are (units, cells' classes), with columns as `classes` says; `counts` is (units,): where it is false the
    unit was too small for the grid, or lies under others, and its people are other units' people.
    """

    classes: tuple[int, ...]
    people: Floats
    area_km2: Floats
    counts: Flags


@dataclass(frozen=True)
class UnitClasses:
    """Class of each unit and what it rests on, (units,) or (units, classes).

    `shares` are of the people, or of the land where nobody lives, 0 to 1, NaN where there is neither; `people` are the unit's own:
    0 where it does not count (`UnitSums.counts`). `level_2` is absent where the cells were classified at level 1 only.
    """

    edition: str
    classes: tuple[int, ...]
    level_1: Codes
    level_2: Codes | None
    shares: Floats
    decided_by: Codes
    people: Floats
    counts: Flags


@dataclass(frozen=True)
class Balance:
    """Whether all people of the grid are somewhere: in units, outside them all, and of those in units how many have no class."""

    in_units: float
    outside_units: float
    without_class: float
    total: float

    @property
    def lost(self) -> float:
        """People of the grid that are neither in a unit nor outside; rounding apart it is 0."""
        return self.total - self.in_units - self.outside_units


def sum_by_class(unit: Integers, code: Codes, people: Floats, area_km2: Floats, *, classes: tuple[int, ...], counts: Flags) -> UnitSums:
    """Sum pieces of units by class of cell.

    Parameters
    ----------
    unit, code, people, area_km2 : (pieces,) which unit, class of the cell, people and area of the piece
    classes : `LEVEL_1_CELLS` or `LEVEL_2_CELLS`
    counts : (units,) whether the unit's people are its own

    Raises
    ------
    InvalidInput
        If a piece has another class.
    """
    column = np.full(256, -1)
    column[list(classes)] = np.arange(len(classes))
    where = column[code]
    if (where < 0).any():
        strange = sorted({int(one) for one in code[where < 0]})
        raise InvalidInput("a cell has a class that is not of this level", found=str(strange), expected=str(list(classes)))
    shape = (len(counts), len(classes))
    at = unit * len(classes) + where
    totals = [np.bincount(at, weights=one, minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape) for one in (people, area_km2)]
    return UnitSums(classes, totals[0], totals[1], counts)


def balance(sums: UnitSums, *, outside_units: float, total: float) -> Balance:
    """Hold people in units and outside them against the people of the grid."""
    own = sums.people[sums.counts]
    return Balance(float(own.sum()), outside_units, float(own[:, sums.classes.index(NO_CLASS)].sum()), total)


def classify_units(sums: UnitSums, *, edition: str = "2024") -> UnitClasses:
    """Classify units by the shares of their people in classes of cells.

    Parameters
    ----------
    sums : people and area of the units by class of cell, of level 1 or level 2; a level 1 class follows from level 2 ones
    edition : "2021" or "2024"; they differ at level 2 only

    Returns
    -------
    UnitClasses
        Level 1: city from 50 % of the people in urban centres; else rural above 50 % in rural cells; else town.

    Raises
    ------
    NotFound
        If there is no such edition.
    """
    if edition not in EDITIONS:
        raise NotFound("no such edition of the rules for spatial units", found=edition, expected=", ".join(EDITIONS))
    shares, decided_by = _shares(sums)
    parts = _Parts(shares, sums.classes)
    level_1 = np.select([_half(parts.of(3, 30)), _above_half(parts.of(1, 13, 12, 11))], [CITY_1, RURAL], TOWN).astype(np.uint8)
    level_1[decided_by == DecidedBy.WATER] = RURAL
    level_1[decided_by == DecidedBy.NOTHING] = NO_CLASS
    level_2 = None
    if 30 in sums.classes:
        is_town, is_rural = level_1 == TOWN, (level_1 == RURAL) & (decided_by != DecidedBy.WATER)
        towns, rural = EDITIONS[edition]
        level_2 = np.select(
            [level_1 == CITY_1, is_town, is_rural, level_1 == RURAL],
            [np.full(len(level_1), CITY), towns(parts), rural(parts), np.full(len(level_1), MOSTLY_UNINHABITED)],
            NO_CLASS,
        ).astype(np.uint8)
    people = np.where(sums.counts, sums.people.sum(axis=1), 0.0)
    return UnitClasses(edition, sums.classes, level_1, level_2, shares, decided_by, people, sums.counts)


class _Parts:
    """Shares of units by class of cell, to be added up."""

    def __init__(self, shares: Floats, classes: tuple[int, ...]) -> None:
        self._shares = np.nan_to_num(shares)
        self._column = {code: number for number, code in enumerate(classes)}

    def of(self, *codes: int) -> Floats:
        """Return the share of units in all these classes together."""
        columns = [self._column[code] for code in codes if code in self._column]
        return np.asarray(self._shares[:, columns].sum(axis=1))


def _shares(sums: UnitSums) -> tuple[Floats, Codes]:
    """Return shares by people on the map, else by land, and which of them it was."""
    outside = np.array([code == NO_CLASS for code in sums.classes])
    water = np.array([code in (0, 10) for code in sums.classes])
    people, land = np.where(outside, 0.0, sums.people), np.where(outside | water, 0.0, sums.area_km2)
    all_people, all_land = people.sum(axis=1), land.sum(axis=1)
    decided_by = np.select(
        [all_people > 0, all_land > 0, sums.area_km2[:, water].sum(axis=1) > 0],
        [DecidedBy.PEOPLE, DecidedBy.LAND_AREA, DecidedBy.WATER],
        DecidedBy.NOTHING,
    ).astype(np.uint8)
    numerator = np.where((all_people > 0)[:, None], people, land)
    denominator = np.where(all_people > 0, all_people, all_land)
    shares = np.divide(numerator, denominator[:, None], out=np.full(numerator.shape, np.nan), where=denominator[:, None] > 0)
    return shares, decided_by


def _half(share: Floats) -> Flags:
    return share >= 0.5 - _EQUAL


def _above_half(share: Floats) -> Flags:
    return share > 0.5 + _EQUAL


def _towns_2021(parts: _Parts) -> Integers:
    """Dense or semi-dense by the larger of the two, unless suburban cells have as many people as both."""
    dense, semi_dense, suburban = parts.of(23), parts.of(22), parts.of(21)
    suburb = dense + semi_dense <= suburban + _EQUAL
    return np.select([suburb, dense >= semi_dense - _EQUAL], [SUBURB, DENSE_TOWN], SEMI_DENSE_TOWN)


def _rural_2021(parts: _Parts) -> Integers:
    """By the largest of the three rural shares; of equal ones by the denser (ours)."""
    shares = np.stack([parts.of(13), parts.of(12), parts.of(11)])
    largest = np.argmax(shares >= shares.max(axis=0) - _EQUAL, axis=0)
    return np.select([largest == 0, largest == 1], [VILLAGE, DISPERSED_RURAL], MOSTLY_UNINHABITED)


def _towns_2024(parts: _Parts) -> Integers:
    dense, spread_out = _half(parts.of(30, 23)), _half(parts.of(21, 13, 12, 11))
    return np.select([dense, spread_out], [DENSE_TOWN, SUBURB], SEMI_DENSE_TOWN)


def _rural_2024(parts: _Parts) -> Integers:
    clustered, empty = _half(parts.of(30, 23, 22, 21, 13)), _half(parts.of(11))
    return np.select([clustered, empty], [VILLAGE, MOSTLY_UNINHABITED], DISPERSED_RURAL)


Rule = Callable[[_Parts], Integers]
EDITIONS: dict[str, tuple[Rule, Rule]] = {"2021": (_towns_2021, _rural_2021), "2024": (_towns_2024, _rural_2024)}
"""How towns and how rural units are divided at level 2, by edition."""
