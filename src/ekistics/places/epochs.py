"""Urban centres followed from epoch to epoch by the cells that they have in common.

A centre goes on as the same one where two of consecutive epochs overlap best of all that each of them overlaps. The size of an
overlap is the people of both epochs in the shared cells (or the shared cells alone, by a parameter), so that time run backwards
gives the same pairs. Of equal overlaps the one with the larger centre is better, then the one whose first cell comes first; what
a centre is numbered in the grids decides nothing. A centre that is not seen in one epoch and seen again in the next is another one.

Overlaps of less than a twentieth of either centre are cells that changed sides along a common border, not a merger or a split;
they are left out, and what they carry is what the weights lack to 1. Both rules are ours: no published text gives any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ekistics.model.errors import InvalidInput
from ekistics.model.places import Relation, RelationKind

LEAST_SHARE = 0.05
"""An overlap counts from this share of the people (or cells) of the earlier or of the later centre: ours."""
NONE = -1

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class OverlapBy(StrEnum):
    """What the size of an overlap is."""

    PEOPLE = "people"
    AREA = "area"


class Change(StrEnum):
    """What happened to a centre between two epochs."""

    BIRTH = "birth"
    DEATH = "death"
    MERGER = "merger"
    SPLIT = "split"


@dataclass(frozen=True)
class EpochCells:
    """The cells of all urban centres of an epoch, (cells,): index in the common grid, number of the centre, people."""

    cell: Integers
    centre: npt.NDArray[np.int32]
    people: Floats


@dataclass(frozen=True)
class EpochCentres:
    """The centres of an epoch, the largest first, (centres,): number in the grid, identity, people, area (km2)."""

    number: Integers
    identity: Integers
    people: Floats
    area_km2: Floats


@dataclass(frozen=True)
class Successions:
    """What of centres was carried over to centres of the next epoch, (links,), also to those that are the same.

    `epoch` is that of the earlier one; `earlier`, `later` are identities; `people_weight` is the share of the earlier one's people
    who live in cells of the later one (NaN if nobody lives in the earlier one), `area_weight` the share of its cells. `ends` says
    that the earlier identity ends there.
    """

    epoch: Integers
    earlier: Integers
    later: Integers
    people_weight: Floats
    area_weight: Floats
    ends: Flags


@dataclass(frozen=True)
class CentreChange:
    """One change, by the epoch in which it is first seen.

    A birth is of a centre that overlaps none before, a death of one that overlaps none after. `others` are the identities that
    merged into it, or into which it split, its own among them if it goes on.
    """

    kind: Change
    epoch: int
    identity: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class CentreChain:
    """Identities of centres over epochs: first and last epoch in which each is seen, (identities,), and what became of what.

    Identities are numbered from 0 by their first epoch, there the largest first: an epoch that is added later renumbers nothing.
    """

    epochs: tuple[EpochCentres, ...]
    first: Integers
    last: Integers
    successions: Successions
    changes: tuple[CentreChange, ...]


@dataclass(frozen=True)
class _Links:
    """Overlaps of two epochs, by positions in their tables of centres."""

    earlier: Integers
    later: Integers
    size: Floats
    people_weight: Floats
    area_weight: Floats


def follow_centres(
    epochs: Sequence[EpochCells], *, cell_km2: float = 1.0, by: OverlapBy = OverlapBy.PEOPLE, least_share: float = LEAST_SHARE
) -> CentreChain:
    """Match the urban centres of consecutive epochs.

    Parameters
    ----------
    epochs : cells of the centres by epoch, from the earliest; all on one grid
    cell_km2 : area of a cell, km2
    by : whether overlaps are measured by people or by area
    least_share : share of either centre, 0 to 1, from which an overlap counts

    Raises
    ------
    InvalidInput
        If a cell is in two centres of an epoch, or people are negative.
    """
    sorted_epochs = [_by_cell(one, at) for at, one in enumerate(epochs)]
    tables = [_centres(one, cell_km2) for one in sorted_epochs]
    links = [
        _overlaps((before, after), (table, following), by, least_share)
        for before, after, table, following in zip(sorted_epochs, sorted_epochs[1:], tables, tables[1:], strict=False)
    ]
    identities: list[Integers] = []
    count = 0
    for at, table in enumerate(tables):
        same = np.full(len(table.number), NONE, dtype=np.int64)
        if at:
            predecessor = _mutual_best(links[at - 1], len(tables[at - 1].number), len(same))
            same = np.where(predecessor >= 0, identities[-1][predecessor], NONE) if len(identities[-1]) else same
        new = same == NONE
        same[new] = count + np.arange(new.sum())
        count += int(new.sum())
        identities.append(same)
    first, last = np.full(count, len(epochs)), np.full(count, NONE)
    for at, identity in enumerate(identities):
        first[identity] = np.minimum(first[identity], at)
        last[identity] = at
    centres = tuple(
        EpochCentres(table.number, identity, table.people, table.area_km2) for table, identity in zip(tables, identities, strict=True)
    )
    changes = tuple(change for at, one in enumerate(links) for change in _changes(at, one, identities[at], identities[at + 1]))
    return CentreChain(centres, first, last, _successions(links, identities, last), changes)


def succession_relations(chain: CentreChain, *, codes: Sequence[str], dates: Sequence[date], source: str) -> list[Relation]:
    """Return what became of centres that ended, as relations of the registry.

    Parameters
    ----------
    codes : the place's code for each identity
    dates : the date of each epoch
    source : where the weights come from

    Returns
    -------
    list of Relation
        Valid from the later of the two epochs. What a centre that goes on gave to another is no succession of places, as figures
        would be taken from it: it is among the chain's changes and successions.
    """
    found = []
    links = chain.successions
    for at in np.nonzero(links.ends)[0]:
        shares: Mapping[str, float] = {"people": float(links.people_weight[at]), "area": float(links.area_weight[at])}
        weights = {name: min(1.0, share) for name, share in shares.items() if not np.isnan(share)}
        place, other = codes[links.earlier[at]], codes[links.later[at]]
        found.append(Relation(place, other, RelationKind.SUCCESSION, dates[links.epoch[at] + 1], None, weights, source))
    return found


def _by_cell(epoch: EpochCells, at: int) -> EpochCells:
    """Return the same in the order of cells, in which nothing depends on the order of rows."""
    order = np.argsort(epoch.cell, kind="stable")
    cell, people = epoch.cell[order], epoch.people[order]
    twice = np.nonzero(cell[1:] == cell[:-1])[0]
    if len(twice):
        raise InvalidInput(f"a cell is in two urban centres of epoch {at + 1}", found=f"cell {cell[twice[0]]}", expected="each cell once")
    if not (people >= 0).all():
        raise InvalidInput(f"people of epoch {at + 1} are negative or missing", expected="a count of 0 or more in each cell")
    return EpochCells(cell, epoch.centre[order], people)


def _centres(epoch: EpochCells, cell_km2: float) -> EpochCentres:
    """Return the table of centres, the largest first, of equal ones that with the first cell; identities are not known yet."""
    number, first, which, cells = np.unique(epoch.centre, return_index=True, return_inverse=True, return_counts=True)
    people = np.bincount(which, weights=epoch.people, minlength=len(number)).astype(np.float64)
    order = np.lexsort((epoch.cell[first], -people))
    return EpochCentres(
        number[order].astype(np.int64), np.full(len(number), NONE), people[order], cells[order].astype(np.float64) * cell_km2
    )


def _positions(epoch: EpochCells, table: EpochCentres) -> Integers:
    """Return for each cell the position of its centre in the table."""
    order = np.argsort(table.number)
    return order[np.searchsorted(table.number[order], epoch.centre)]


def _overlaps(cells: tuple[EpochCells, EpochCells], tables: tuple[EpochCentres, EpochCentres], by: OverlapBy, least_share: float) -> _Links:
    _, before, after = np.intersect1d(cells[0].cell, cells[1].cell, assume_unique=True, return_indices=True)
    earlier, later = _positions(cells[0], tables[0])[before], _positions(cells[1], tables[1])[after]
    width = max(1, len(tables[1].number))
    key, which = np.unique(earlier * width + later, return_inverse=True)
    earlier, later = np.divmod(key, width)
    shared = np.bincount(which, minlength=len(key)).astype(np.float64)
    people = [np.bincount(which, weights=one, minlength=len(key)) for one in (cells[0].people[before], cells[1].people[after])]
    size_of_cells = [np.bincount(_positions(one, table)) for one, table in zip(cells, tables, strict=True)]
    sizes = [table.people for table in tables] if by is OverlapBy.PEOPLE else size_of_cells
    parts = people if by is OverlapBy.PEOPLE else [shared, shared]
    # multiplied, not divided: where nobody lives any overlap counts
    counts = (parts[0] >= least_share * sizes[0][earlier]) | (parts[1] >= least_share * sizes[1][later])
    of_people = np.divide(people[0], tables[0].people[earlier], out=np.full(len(key), np.nan), where=tables[0].people[earlier] > 0)
    of_area = (shared / np.maximum(1, size_of_cells[0])[earlier]).astype(np.float64)
    size = np.asarray(parts[0] + parts[1], dtype=np.float64)
    return _Links(earlier[counts], later[counts], size[counts], of_people[counts], of_area[counts])


def _mutual_best(links: _Links, before: int, after: int) -> Integers:
    """Return for each later centre the earlier one that overlaps it best and is overlapped best by it, or -1."""
    to_later = _best(links.earlier, links.later, links.size, before)
    to_earlier = _best(links.later, links.earlier, links.size, after)
    found = to_earlier >= 0
    found[found] = to_later[to_earlier[found]] == np.nonzero(found)[0]
    return np.where(found, to_earlier, NONE)


def _best(of: Integers, other: Integers, size: Floats, count: int) -> Integers:
    """Return for each the other with the largest overlap; of equal ones the first, which is the larger centre."""
    order = np.lexsort((other, -size, of))
    one, at = np.unique(of[order], return_index=True)
    best = np.full(count, NONE, dtype=np.int64)
    best[one] = other[order][at]
    return best


def _changes(at: int, links: _Links, before: Integers, after: Integers) -> list[CentreChange]:
    """Return births, deaths, mergers and splits between two epochs, by kind and identity."""
    births = np.setdiff1d(np.arange(len(after)), links.later)
    deaths = np.setdiff1d(np.arange(len(before)), links.earlier)
    found = [CentreChange(Change.BIRTH, at + 1, int(after[one])) for one in births]
    found += [CentreChange(Change.DEATH, at + 1, int(before[one])) for one in deaths]
    for kind, names, of, other_names, other in (
        (Change.MERGER, after, links.later, before, links.earlier),
        (Change.SPLIT, before, links.earlier, after, links.later),
    ):
        order = np.argsort(of, kind="stable")
        several, start, count = np.unique(of[order], return_index=True, return_counts=True)
        found += [
            CentreChange(
                kind, at + 1, int(names[one]), tuple(sorted(int(name) for name in other_names[other[order[begin : begin + size]]]))
            )
            for one, begin, size in zip(several, start, count, strict=True)
            if size > 1
        ]
    return found


def _successions(links: Sequence[_Links], identities: Sequence[Integers], last: Integers) -> Successions:
    epoch = np.concatenate([np.empty(0, dtype=np.int64), *(np.full(len(one.earlier), at) for at, one in enumerate(links))])
    earlier = np.concatenate([np.empty(0, dtype=np.int64), *(identities[at][one.earlier] for at, one in enumerate(links))])
    later = np.concatenate([np.empty(0, dtype=np.int64), *(identities[at + 1][one.later] for at, one in enumerate(links))])
    by_people = np.concatenate([np.empty(0), *(one.people_weight for one in links)])
    by_area = np.concatenate([np.empty(0), *(one.area_weight for one in links)])
    return Successions(epoch, earlier, later, by_people, by_area, last[earlier] == epoch)
