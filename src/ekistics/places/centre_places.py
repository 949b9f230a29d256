"""Urban centres of several epochs as places of the registry: codes that stay, validity, a boundary edition an epoch, successions.

A centre that is seen in the epochs 2000 to 2015 is valid from 1 January 2000 and ends on the day before the first epoch in which
it is not seen; one that is seen in the last epoch is open. A boundary edition is named by its epoch's year, and is valid from
1 January of it until the next epoch begins. Both rules are ours: the epochs say no more than that something changed between them.

Codes go by the most people that a centre had in any epoch, the largest first. A centre that is on record keeps its code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import shapely

from ekistics.geo.ellipsoid import areas_m2
from ekistics.model.places import Boundary, Place, PlaceKind, Relation, RelationKind
from ekistics.places.epochs import CentreChain, succession_relations

LETTERS = "UC"
Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class EpochOutlines:
    """The outlines of the centres of an epoch in EPSG:4326, by their number in the grid, and the file that they were drawn from."""

    year: int
    outlines: Shapes
    asset: str | None = None

    @property
    def edition(self) -> str:
        """The name of the boundary edition."""
        return str(self.year)


@dataclass(frozen=True)
class CentrePlaces:
    """What is to be put on record of urban centres; boundaries of a place go from the earliest to the newest."""

    places: tuple[Place, ...]
    boundaries: tuple[Boundary, ...]
    relations: tuple[Relation, ...]


def identities_within(chain: CentreChain, epochs: Sequence[EpochOutlines], region: shapely.Geometry | None) -> frozenset[int]:
    """Return the centres that intersect a region in any epoch; all of them where there is none."""
    if region is None:
        return frozenset(range(len(chain.first)))
    shapely.prepare(region)
    found: set[int] = set()
    for epoch, table in zip(epochs, chain.epochs, strict=True):
        touching = shapely.intersects(region, epoch.outlines[table.number])
        found.update(table.identity[touching].tolist())
    return frozenset(found)


def with_successors(chain: CentreChain, chosen: frozenset[int]) -> frozenset[int]:
    """Return centres with those that followed them when they ended: a succession needs both places on record."""
    links = chain.successions
    found = set(chosen)
    for at in np.flatnonzero(links.ends):  # by epoch, so one pass follows a whole chain
        if int(links.earlier[at]) in found:
            found.add(int(links.later[at]))
    return frozenset(found)


def codes_on_record(chain: CentreChain, epochs: Sequence[EpochOutlines], recorded: Iterable[Boundary]) -> dict[int, str]:
    """Return the code of each centre that is on record: the one whose outlines of the same years share most land with it.

    Parameters
    ----------
    recorded : boundary editions of the centres on record

    Returns
    -------
    dict
        Code by identity; each code once.
    """
    by_edition: dict[str, list[Boundary]] = defaultdict(list)
    for one in recorded:
        by_edition[one.edition].append(one)
    shared: dict[tuple[int, str], float] = defaultdict(float)
    for epoch, table in zip(epochs, chain.epochs, strict=True):
        known = by_edition.get(epoch.edition, [])
        outlines = epoch.outlines[table.number]
        centre, other = shapely.STRtree([one.geometry for one in known]).query(outlines, predicate="intersects")
        areas = shapely.area(shapely.intersection(outlines[centre], np.array([one.geometry for one in known], dtype=object)[other]))
        for identity, place, area in zip(table.identity[centre].tolist(), other.tolist(), areas.tolist(), strict=True):
            if area > 0:
                shared[identity, known[place].place] += area
    codes: dict[int, str] = {}
    taken: set[str] = set()
    for (identity, code), _ in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        if identity not in codes and code not in taken:
            codes[identity] = code
            taken.add(code)
    return codes


def centre_codes(
    chain: CentreChain, chosen: Iterable[int], *, prefix: str, known: Mapping[int, str], taken: Iterable[str]
) -> dict[int, str]:
    """Return the code of each centre: the one on record, else the next number, the largest first.

    Parameters
    ----------
    chosen : identities that get a code
    known : codes on record by identity
    taken : all codes that were ever given under the prefix
    """
    most = np.zeros(len(chain.first))
    for table in chain.epochs:
        np.maximum.at(most, table.identity, table.people)
    codes = {one: known[one] for one in chosen if one in known}
    new = sorted((one for one in chosen if one not in known), key=lambda one: (-most[one], one))
    used = [int(code[len(prefix + LETTERS) :]) for code in taken if code[len(prefix + LETTERS) :].isdigit()]
    width = max(4, len(str(max(used, default=0) + len(new))))
    return codes | {one: f"{prefix}{LETTERS}{number:0{width}}" for number, one in enumerate(new, max(used, default=0) + 1)}


def centre_places(
    chain: CentreChain,
    epochs: Sequence[EpochOutlines],
    codes: Mapping[int, str],
    names: Mapping[int, Mapping[str, str]],
    *,
    source: str,
    part_of: tuple[str, frozenset[int]] | None = None,
) -> CentrePlaces:
    """Return places, boundary editions and relations of urban centres.

    Parameters
    ----------
    codes : code by identity; a centre without one is left out
    names : names by language of each of these
    source : who says so: the source of the grids
    part_of : code of a place and the centres that are a statistical part of it
    """
    starts = [date(epoch.year, 1, 1) for epoch in epochs]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), None]
    places = tuple(
        Place(codes[one], PlaceKind.URBAN_CENTRE, dict(names[one]), starts[chain.first[one]], ends[chain.last[one]])
        for one in sorted(codes, key=lambda one: codes[one])
    )
    boundaries: list[Boundary] = []
    for epoch, table, start, end in zip(epochs, chain.epochs, starts, ends, strict=True):
        coded = [at for at, one in enumerate(table.identity.tolist()) if one in codes]
        outlines = epoch.outlines[table.number[coded]]
        for at, outline, area in zip(coded, outlines, areas_m2(outlines).tolist() if coded else [], strict=True):
            code = codes[int(table.identity[at])]
            boundaries.append(Boundary(code, epoch.edition, outline, area, source, start, end, epoch.asset))
    every = [codes.get(one, "") for one in range(len(chain.first))]
    relations = [one for one in succession_relations(chain, codes=every, dates=starts, source=source) if one.place and one.other]
    if part_of:
        whole, parts = part_of
        relations += [Relation(codes[one], whole, RelationKind.STATISTICAL, source=source) for one in sorted(parts & codes.keys())]
    return CentrePlaces(places, tuple(boundaries), tuple(relations))
