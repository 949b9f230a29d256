"""Grids of several epochs classified one after another, and what of them is kept: cells, outlines and names of urban centres."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ekistics.model.errors import InvalidInput
from ekistics.places.centre_places import EpochOutlines
from ekistics.places.degree_of_urbanisation import cell_values
from ekistics.places.epochs import CentreChain, EpochCells
from ekistics.places.settlement_clusters import CELL_KM2
from ekistics.places.settlement_rules import SettlementRules
from ekistics.sources.gazetteer import Gazetteer
from ekistics.sources.grid_files import open_grid
from ekistics.sources.settlement_grids import SettlementGrids, open_settlement_grids, require_same_grid
from ekistics.workspace.settlement.blockwise import Where, classify_grids, grid_units
from ekistics.workspace.settlement.notes import notes_on
from ekistics.workspace.settlement.results import bands, cluster_outlines, names_of

Say = Callable[[str, float], None]
KIND = "urban centres"
FUNCTION = "urban centres over epochs"
"""What a run is called that follows centres over epochs."""


@dataclass(frozen=True)
class EpochFiles:
    """The grids of one epoch, and the unit of each band (what is not told is recognised)."""

    year: int
    population: Path
    built_up: Path | None = None
    land: Path | None = None
    units: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Epoch:
    """The urban centres of one epoch; `names` by their number in the grid."""

    year: int
    grids: SettlementGrids
    cells: EpochCells
    outlines: npt.NDArray[np.object_]
    names: Mapping[int, str]
    notes: tuple[str, ...]

    def drawn(self, asset: str | None) -> EpochOutlines:
        """Return the outlines with the file that they were drawn from."""
        return EpochOutlines(self.year, self.outlines, asset)


@dataclass(frozen=True)
class CentreSum:
    """People and built-up land (km2; None without a grid of it) of a year in the cells of a centre as an epoch draws it."""

    identity: int
    edition: str
    year: int
    people: float
    built_up_km2: float | None


def open_epochs(files: Sequence[EpochFiles]) -> list[SettlementGrids]:
    """Open and check the grids of all epochs, before any of them is worked on.

    Raises
    ------
    InvalidInput
        If a file cannot be used, or the epochs do not lie cell on cell.
    """
    opened = [open_settlement_grids(one.population, one.built_up, one.land, units=one.units) for one in files]
    first = open_grid(files[0].population)
    for one in files[1:]:
        require_same_grid(first, open_grid(one.population))
    if len({one.built_up is None for one in files}) > 1:
        lacking = ", ".join(str(one.year) for one in files if one.built_up is None)
        raise InvalidInput(
            "built-up land is given for some of the epochs only, so centres would change by what is known and not by what is there",
            found=f"none for {lacking}",
            expected="a grid for each epoch, or for none",
        )
    return opened


def find_epochs(
    files: Sequence[EpochFiles],
    *,
    rules: SettlementRules,
    gazetteer: Gazetteer | None = None,
    where: Where | None = None,
    say: Say | None = None,
) -> list[Epoch]:
    """Classify epochs, the earliest first.

    Raises
    ------
    InvalidInput
        If a file cannot be used, or the epochs do not lie cell on cell.
    """
    found = []
    for at, (one, grids) in enumerate(zip(files, open_epochs(files), strict=True)):
        found.append(_epoch(one.year, grids, rules, gazetteer, where, _part(say, one.year, at, len(files))))
    return found


def sums_by_epoch(epochs: Sequence[Epoch], chain: CentreChain) -> Iterator[CentreSum]:
    """Yield the sums of each centre in its own cells of each epoch, and of each epoch of its life in the cells of its newest one.

    A change is only measured inside one boundary; growth is that of the newest outline, as SDG 11.3.1 asks for one area of analysis.
    """
    for drawn, (edition, table) in enumerate(zip(epochs, chain.epochs, strict=True)):
        identity_of = np.zeros(len(edition.outlines), np.int64)
        identity_of[table.number] = table.identity
        identity = identity_of[edition.cells.centre]
        for counted in range(drawn + 1):
            wanted = (
                (chain.last[identity] == drawn) & (chain.first[identity] <= counted) if counted < drawn else np.ones(len(identity), bool)
            )
            yield from _sums(epochs[counted], str(edition.year), edition.cells.cell[wanted], identity[wanted])


def _sums(epoch: Epoch, edition: str, cells: npt.NDArray[np.int64], identity: npt.NDArray[np.int64]) -> Iterator[CentreSum]:
    people, built = _values(epoch.grids, cells)
    centre, which = np.unique(identity, return_inverse=True)
    counted = np.bincount(which, weights=people, minlength=len(centre)).tolist()
    covered = np.bincount(which, weights=built * CELL_KM2, minlength=len(centre)).tolist()
    has_built = epoch.grids.built_up is not None
    for one, residents, land in zip(centre.tolist(), counted, covered, strict=True):
        yield CentreSum(one, edition, epoch.year, residents, land if has_built else None)


def _epoch(
    year: int, grids: SettlementGrids, rules: SettlementRules, gazetteer: Gazetteer | None, where: Where | None, say: Say | None
) -> Epoch:
    found = classify_grids(grids, rules=rules, level=1, where=where, say=say)
    cells, centres = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
    for top, labels in bands(found, KIND):
        row, column = np.nonzero(labels >= 0)
        cells.append((row + top) * grids.grid.shape[1] + column)
        centres.append(labels[row, column])
    cell = np.concatenate(cells)
    people, _ = _values(grids, cell)
    names = names_of(found, grids.grid, KIND, gazetteer) if gazetteer else {}
    notes = tuple(f"{year}: {note}" for note in notes_on(found))
    return Epoch(year, grids, EpochCells(cell, np.concatenate(centres), people), cluster_outlines(found, grids.grid, KIND), names, notes)


def _values(grids: SettlementGrids, cells: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    return cell_values(*grids.people_at(*np.divmod(cells, grids.grid.shape[1])), grid_units(grids))


def _part(say: Say | None, year: int, number: int, total: int) -> Say | None:
    return None if say is None else lambda text, done: say(f"{year}: {text}", (number + done) / (total + 1))
