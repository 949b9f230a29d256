"""Functional urban areas: a city (or cities that commute to each other) and the units around from which people commute to it.

After the definition of the OECD and the European Commission: a city is the units with at least half of their people in an urban
centre; cities between which many commute are one; units from which many commute to it are its commuting zone; units that the
area surrounds come in, and units that do not hang together with the city go out. Without a commuting table there is none.

What the definition leaves open is decided here and marked "ours": cities are joined once, over chains of cities, by flows
between the cities as they were; a unit drawn to two areas equally belongs to the one with more people; exclaves go out before
enclaves come in, so that in the end there is neither; an exclave is not offered to the area of its second largest flow; and a
group of units is surrounded if all units that it touches are of one area and none lies at the edge of the map: the rest of a
country with one city touches that city's area alone, and is not surrounded by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from ekistics.model.errors import InvalidInput

CITY_SHARE = 0.5
"""A unit is of a city if at least this share of its people lives in the centre."""
COMMUTING_SHARE = 0.15
"""Share of resident workers commuting to a city from which a unit is in its zone, and two cities are one area.

verified: false (background knowledge of the definition; no source is at hand).
"""
NONE = -1
_EQUAL = 1e-9

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Role(IntEnum):
    """What a unit is in its area; an exclave was drawn to one and is in none."""

    NONE = 0
    CITY = 1
    COMMUTING_ZONE = 2
    ENCLAVE = 3
    EXCLAVE = 4


@dataclass(frozen=True)
class CentrePeople:
    """People of units in urban centres, (pairs,), with centres numbered from 0; `unit_people` is (units,): all people of the unit."""

    unit: Integers
    centre: Integers
    people: Floats
    unit_people: Floats


@dataclass(frozen=True)
class Commuting:
    """Commuters from unit to unit, (flows,), and resident workers by unit, (units,): those who stay at home are among them."""

    origin: Integers
    destination: Integers
    commuters: Floats
    workers: Floats


@dataclass(frozen=True)
class Borders:
    """Which units touch, (pairs, 2), each pair once or twice, and of each unit, (units,), whether it lies at the edge of the map.

    The edge is where no unit follows (the sea, another country): what lies there is not surrounded.
    """

    touching: Integers
    at_edge: Flags


@dataclass(frozen=True)
class FunctionalAreas:
    """The area of each unit, numbered from 0 with the most people in its cities first, or -1.

    By unit, (units,): `area`, `role`, `centre` of a city's unit (else -1), `commuting_share` to the area that draws most of it (0 to 1;
    NaN without workers), `surplus`: more commute from it than there are workers, so the table is to be looked at. By centre,
    (centres,): `area_of_centre`, -1 where no unit has half of its people in it.
    """

    area: Integers
    role: npt.NDArray[np.uint8]
    centre: Integers
    commuting_share: Floats
    surplus: Flags
    area_of_centre: Integers


def functional_areas(
    centres: CentrePeople, commuting: Commuting, borders: Borders, *, city_share: float = CITY_SHARE,
    commuting_share: float = COMMUTING_SHARE,
) -> FunctionalAreas:  # fmt: skip
    """Draw functional urban areas of whole units.

    Parameters
    ----------
    centres : people of units in urban centres
    commuting : who works where
    borders : which units touch, and which lie at the edge
    city_share, commuting_share : thresholds, 0 to 1

    Raises
    ------
    InvalidInput
        If a row names a unit that is not there, or counts are negative.
    """
    units = len(centres.unit_people)
    _refuse(units, centres, commuting, borders)
    centre = city_centres(centres, share=city_share)
    number = int(centres.centre.max(initial=-1)) + 1
    area_of_centre = _join_cities(centre, number, centres, commuting, commuting_share)
    area = np.where(centre >= 0, area_of_centre[centre], NONE) if number else np.full(units, NONE)
    drawn, share = _drawn_to(area, commuting)
    zone = (area == NONE) & (share >= commuting_share - _EQUAL) & (drawn != NONE)
    role = np.select([area != NONE, zone], [Role.CITY, Role.COMMUTING_ZONE], Role.NONE).astype(np.uint8)
    area = np.where(zone, drawn, area)
    exclave = _exclaves(area, role == Role.CITY, borders.touching)
    area[exclave], role[exclave] = NONE, Role.EXCLAVE
    surrounding = _surrounding(area, borders)
    enclave = surrounding != NONE
    area[enclave], role[enclave] = surrounding[enclave], Role.ENCLAVE
    leaving = np.bincount(commuting.origin, weights=commuting.commuters, minlength=units)
    return FunctionalAreas(area, role, centre, share, leaving > commuting.workers * (1 + _EQUAL), area_of_centre)


def city_centres(centres: CentrePeople, *, share: float = CITY_SHARE) -> Integers:
    """Return for each unit the centre in which at least that share of its people lives, or -1.

    Of two such centres it is the one with more of the unit's people, then with more people in all, then the first.
    """
    pairs = _summed(centres.unit, centres.centre, centres.people, (len(centres.unit_people), int(centres.centre.max(initial=-1)) + 1))
    total = np.asarray(pairs.sum(axis=0)).ravel()
    most, at = _largest_of_row(pairs, rank=np.lexsort((np.arange(len(total)), -total)).argsort())
    return np.where((most > 0) & (most >= share * centres.unit_people * (1 - _EQUAL)), at, NONE)


def borders_of(polygons: npt.NDArray[np.object_]) -> Borders:
    """Return which of (units,) polygons have more than single points in common, each pair once, and which lie at the outer edge.

    A gap within the units (a lake) is no edge.
    """
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    pairs = np.column_stack([first[once], second[once]]).astype(np.int64)
    shared = shapely.intersection(polygons[pairs[:, 0]], polygons[pairs[:, 1]])
    touching = pairs[(shapely.length(shared) > 0) | (shapely.area(shared) > 0)]
    whole = shapely.get_parts(shapely.union_all(polygons))
    edge = shapely.get_exterior_ring(whole[shapely.get_type_id(whole) == shapely.GeometryType.POLYGON])
    at, _ = shapely.STRtree(edge).query(polygons, predicate="intersects")
    at = np.unique(at)
    shapely.prepare(polygons)
    along = shapely.length(shapely.intersection(polygons[at], shapely.multilinestrings(edge)))
    at_edge = np.zeros(len(polygons), dtype=bool)
    at_edge[at[along > 0]] = True
    return Borders(touching, at_edge)


def _refuse(units: int, centres: CentrePeople, commuting: Commuting, borders: Borders) -> None:
    """Refuse rows about units that are not there, and counts that cannot be."""
    for said, rows in (("people in centres", centres.unit), ("commuting origins", commuting.origin),
                       ("commuting destinations", commuting.destination), ("touching units", borders.touching)):  # fmt: skip
        wrong = rows[(rows < 0) | (rows >= units)]
        if wrong.size:
            raise InvalidInput(f"{said} name a unit that is not there", found=str(int(wrong.flat[0])), expected=f"0 to {units - 1}")
    for said, given in (("resident workers", commuting.workers), ("edges", borders.at_edge)):
        if len(given) != units:
            raise InvalidInput(f"{said} are not given for each unit", found=str(len(given)), expected=str(units))
    for said, counts in (("people", centres.people), ("commuters", commuting.commuters), ("workers", commuting.workers)):
        if (counts < 0).any() or (said != "workers" and np.isnan(counts).any()):
            row = int(np.argmax(~(counts >= 0)))
            raise InvalidInput(f"{said} are negative or missing", row=row + 1, found=f"{counts[row]:g}", expected="a count of 0 or more")


def _summed(row: Integers, column: Integers, value: Floats, shape: tuple[int, int]) -> sparse.csr_array:
    """Return a table of sums; a pair that comes in several rows is added up."""
    table = sparse.coo_array((value, (row, column)), shape=shape).tocsr()
    table.sum_duplicates()
    return table


def _largest_of_row(table: sparse.csr_array, *, rank: Integers) -> tuple[Floats, Integers]:
    """Return each row's largest value and its column (0 and -1 where empty); of equal ones the column of the lowest rank."""
    pairs = table.tocoo()
    row, column = pairs.coords
    order = np.lexsort((rank[column], -pairs.data, row))
    row, column, value = row[order], column[order], pairs.data[order]
    rows, at = np.unique(row, return_index=True)
    most, where = np.zeros(table.shape[0]), np.full(table.shape[0], NONE, dtype=np.int64)
    most[rows], where[rows] = value[at], column[at]
    return most, where


def _join_cities(centre: Integers, number: int, centres: CentrePeople, commuting: Commuting, threshold: float) -> Integers:
    """Return the area of each centre: cities from which enough commute to another are one area with it."""
    is_city = centre >= 0
    people = np.bincount(centre[is_city], weights=centres.unit_people[is_city], minlength=number)
    workers = np.bincount(centre[is_city], weights=np.nan_to_num(commuting.workers[is_city]), minlength=number)
    exists = np.bincount(centre[is_city], minlength=number) > 0
    between = is_city[commuting.origin] & is_city[commuting.destination]
    flows = _summed(
        centre[commuting.origin[between]], centre[commuting.destination[between]], commuting.commuters[between], (number, number)
    ).tocoo()
    start, end = flows.coords
    linked = (flows.data > 0) & (flows.data >= threshold * workers[start] * (1 - _EQUAL))
    group = _groups(number, np.column_stack([start[linked], end[linked]]))
    # numbered by people of their cities, then by their lowest centre: what a unit or a row is numbered decides nothing
    inside = np.bincount(group, weights=people, minlength=number)
    lowest = np.full(number, number)
    np.minimum.at(lowest, group, np.arange(number))
    real = np.unique(group[exists])
    name = np.full(number, NONE, dtype=np.int64)
    name[real[np.lexsort((lowest[real], -inside[real]))]] = np.arange(len(real))
    return np.where(exists, name[group], NONE)


def _drawn_to(city: Integers, commuting: Commuting) -> tuple[Integers, Floats]:
    """Return the area to whose cities most commute from a unit, and their share of its workers (0 if nobody does)."""
    to_city = city[commuting.destination] != NONE
    table = _summed(
        commuting.origin[to_city], city[commuting.destination[to_city]], commuting.commuters[to_city],
        (len(city), int(city.max(initial=-1)) + 1),
    )  # fmt: skip
    most, drawn = _largest_of_row(table, rank=np.arange(table.shape[1]))  # areas are numbered by their people
    share = np.divide(most, commuting.workers, out=np.full(len(city), np.nan), where=commuting.workers > 0)
    return np.where(most > 0, drawn, NONE), share


def _exclaves(area: Integers, is_city: Flags, touching: Integers) -> Flags:
    """Return which units of areas hang together with no unit of their own area's cities."""
    group = _groups(len(area), touching[area[touching[:, 0]] == area[touching[:, 1]]])
    with_city = np.zeros(len(area), dtype=bool)
    with_city[group[is_city]] = True
    return np.asarray((area != NONE) & ~with_city[group], dtype=bool)


def _surrounding(area: Integers, borders: Borders) -> Integers:
    """Return for each unit outside all areas the one area that alone surrounds it and the others around it, or -1."""
    touching = borders.touching
    left, right = area[touching[:, 0]], area[touching[:, 1]]
    group = _groups(len(area), touching[(left == NONE) & (right == NONE)])
    border = np.concatenate([touching[(left == NONE) & (right != NONE)], touching[(left != NONE) & (right == NONE)][:, ::-1]])
    least, most = np.full(len(area), np.iinfo(np.int64).max), np.full(len(area), NONE, dtype=np.int64)
    np.minimum.at(least, group[border[:, 0]], area[border[:, 1]])
    np.maximum.at(most, group[border[:, 0]], area[border[:, 1]])
    most[group[borders.at_edge & (area == NONE)]] = NONE
    return np.where((area == NONE) & (least[group] == most[group]), most[group], NONE)


def _groups(size: int, links: Integers) -> Integers:
    """Number 0 to size - 1 by what hangs together over links, (links, 2)."""
    graph = sparse.coo_array((np.ones(len(links), dtype=bool), (links[:, 0], links[:, 1])), shape=(size, size))
    return np.asarray(csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)
