"""`settlements classify` as one verb: open and check the grids, classify, write what was asked for, and say what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ekistics.engine.steps import CancelToken
from ekistics.model.errors import InvalidInput
from ekistics.model.problems import Problem
from ekistics.places.degree_of_urbanisation import Classified, classify, require_built_up
from ekistics.places.settlement_cells import OUTSIDE
from ekistics.places.settlement_rules import BuiltUp, SettlementRules
from ekistics.publish.settlement_files import SETTLEMENT_COLOURS, write_files
from ekistics.sources.commuting import CommutingTable
from ekistics.sources.gazetteer import Gazetteer, read_gazetteer
from ekistics.sources.settlement_grids import SettlementGrids, open_settlement_grids
from ekistics.sources.vectors import VectorReading, read_places
from ekistics.workspace.assets import checksum_of
from ekistics.workspace.settlement.blockwise import KEPT_FROM_CELLS, Where, classify_grids, provenance
from ekistics.workspace.settlement.functional import FunctionalResult, area_file, functional_result, read_commuting
from ekistics.workspace.settlement.notes import notes_on
from ekistics.workspace.settlement.results import (
    PLACE_KIND,
    UnitResult,
    class_file,
    cluster_file,
    cluster_rows,
    label_file,
    names_of,
    require_on_grid,
    unit_file,
    unit_result,
)

if TYPE_CHECKING:
    import xarray

Say = Callable[[str, float], None]


def _quiet(text: str, done: float) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class SettlementInputs:
    """Files to classify from. `units` are `share` or `m2` by band; what is not told is recognised."""

    population: Path
    built_up: Path | None = None
    land: Path | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    names: Path | None = None
    spatial_units: Path | None = None
    unit_code: str | None = None
    unit_name: str | None = None
    commuting: Path | None = None


@dataclass(frozen=True)
class SettlementOutputs:
    """Files to write; what is None is not written."""

    classes: Path | None = None
    clusters: Path | None = None
    labels: Path | None = None
    spatial_units: Path | None = None
    functional_areas: Path | None = None


@dataclass(frozen=True)
class SettlementSummary:
    """What a classification found: cells and people by class, the largest centres, what was counted, and the files written."""

    level: int
    edition: str
    parameters: dict[str, Any]
    units: dict[str, str]
    recognised: tuple[str, ...]
    classes: tuple[dict[str, Any], ...]
    clusters: dict[str, int]
    centres: tuple[dict[str, Any], ...]
    report: dict[str, float]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    """What was wrong with rows of the spatial units and of the commuting table."""
    written: tuple[str, ...]


def classify_settlements(
    inputs: SettlementInputs,
    outputs: SettlementOutputs,
    *,
    rules: SettlementRules,
    level: int = 2,
    where: Where | None = None,
    say: Say = _quiet,
    cancel: CancelToken | None = None,
) -> SettlementSummary:
    """Classify settlements from files and write what is asked for: all of it, or nothing.

    Raises
    ------
    InvalidInput
        If a file cannot be used; nothing is then written.
    OSError
        If a file cannot be written; what was there before still is.
    Cancelled
        If it was stopped; blocks of a large grid that were done are kept beside the output for the next try.
    """
    _refuse_outputs(inputs, outputs)
    require_built_up(rules, given=inputs.built_up is not None)
    grids = open_settlement_grids(inputs.population, inputs.built_up, inputs.land, units=inputs.units)
    # what stands apart from the grid is read first: hours of work are not to end in a wrong column name
    read = _read_apart(inputs)
    if read.units:
        require_on_grid(read.units, grids.grid)
    found = _classified(grids, outputs, rules, level, where, say, cancel)
    units = unit_result(found, grids, read.units) if read.units else None
    areas = functional_result(found, units, read.commuting) if units and read.commuting else None
    say("writing", 0.95)
    written = write_files(_files(found, grids, outputs, read.gazetteer, units, areas))
    kind = "urban centres"
    rows = cluster_rows(found, grids.grid, kind, names_of(found, grids.grid, kind, read.gazetteer) if read.gazetteer else None)
    return SettlementSummary(
        level,
        found.rules.edition,
        asdict(found.rules),
        dict(grids.units),
        grids.recognised,
        tuple(_class_rows(found)),
        {kind: len(one) for kind, one in found.clusters.items()},
        tuple(sorted(rows, key=lambda row: str(row["code"]))),
        found.report,
        (*_notes_on_inputs(inputs, found.rules, read.gazetteer), *notes_on(found, units, areas)),
        (*(read.units.problems if read.units else ()), *(areas.problems if areas else ())),
        tuple(map(str, written)),
    )


def _require_same_coordinates(population: xarray.DataArray, band: Any, name: str) -> None:
    for axis in getattr(band, "dims", ()):
        ours, theirs = (np.asarray(one.coords[axis]) if axis in one.coords else None for one in (population, band))
        if band.dims != population.dims or (ours is not None and theirs is not None and not np.array_equal(ours, theirs)):
            raise InvalidInput(
                f"{name} does not lie cell on cell with the population", found=f"other coordinates along {axis}",
                expected=f"those of the population, in the order {', '.join(map(str, population.dims))}",
                mend="reindex or transpose it like the population",
            )  # fmt: skip


@dataclass(frozen=True)
class _ReadApart:
    gazetteer: Gazetteer | None
    units: VectorReading | None
    commuting: CommutingTable | None


def _read_apart(inputs: SettlementInputs) -> _ReadApart:
    if inputs.commuting and not inputs.spatial_units:
        raise InvalidInput("a commuting table without spatial units", file=inputs.commuting.name, mend="give the units too: --units")
    return _ReadApart(
        read_gazetteer(inputs.names) if inputs.names else None,
        _read_units(inputs, inputs.spatial_units) if inputs.spatial_units else None,
        read_commuting(inputs.commuting) if inputs.commuting else None,
    )


def _refuse_outputs(inputs: SettlementInputs, outputs: SettlementOutputs) -> None:
    """Refuse, before any work, outputs that would take the place of an input, of each other, or of a folder."""
    given = (inputs.population, inputs.built_up, inputs.land, inputs.names, inputs.spatial_units, inputs.commuting)
    read, seen = {path.resolve() for path in given if path}, set[Path]()
    for path in (one for one in vars(outputs).values() if one is not None):
        if path.resolve() in read | seen:
            fault = "an output is one of the inputs" if path.resolve() in read else "two outputs are one file"
            raise InvalidInput(fault, file=path.name, mend="give it another name")
        if path.is_dir():
            raise InvalidInput("an output is a folder", file=path.name, expected="a name for a file", mend="add the name of the file")
        seen.add(path.resolve())


def _classified(
    grids: SettlementGrids,
    outputs: SettlementOutputs,
    rules: SettlementRules,
    level: int,
    where: Where | None,
    say: Say,
    cancel: CancelToken | None,
) -> Classified:
    cells = grids.grid.shape[0] * grids.grid.shape[1]
    if outputs.classes is None or cells < KEPT_FROM_CELLS:
        return classify_grids(grids, rules=rules, level=level, where=where, say=say, cancel=cancel)
    keep = outputs.classes.with_name(f".{outputs.classes.name}.parts")
    try:
        return classify_grids(grids, rules=rules, level=level, where=where, keep=keep, say=say, cancel=cancel)
    finally:
        if keep.is_dir() and not any(keep.iterdir()):
            keep.rmdir()


def _files(
    found: Classified,
    grids: SettlementGrids,
    outputs: SettlementOutputs,
    gazetteer: Gazetteer | None,
    units: UnitResult | None,
    areas: FunctionalResult | None,
) -> Iterator[tuple[Path, bytes]]:
    bands = {"population": grids.people, "built_up": grids.built_up, "land": grids.land}
    tags = provenance(grids, found, {name: f"{path.name} sha256:{checksum_of(path)[0]}" for name, path in bands.items() if path})
    if outputs.classes:
        yield outputs.classes, class_file(found, grids.grid, tags)
    if outputs.labels:
        yield outputs.labels, label_file(found, grids.grid, "urban centres", tags)
    if outputs.clusters:
        yield outputs.clusters, cluster_file(found, grids.grid, gazetteer)
    if units and outputs.spatial_units:
        yield outputs.spatial_units, unit_file(units)
    if areas and outputs.functional_areas:
        yield outputs.functional_areas, area_file(areas)


def classify_xarray(population: xarray.DataArray, built_up: Any = None, land: Any = None, **options: Any) -> xarray.DataArray:
    """Classify a grid that lies in an xarray.DataArray; classes come back on the same coordinates, with what was counted as attributes.

    `options` are those of `places.degree_of_urbanisation.classify`.

    Raises
    ------
    InvalidInput
        If a band has other coordinates than the population, or it cannot be classified.
    """
    for name, band in (("built_up", built_up), ("land", land)):
        _require_same_coordinates(population, band, name)
    bands = [None if one is None else np.asarray(one) for one in (built_up, land)]
    found = classify(np.asarray(population), *bands, **options)
    counts = {f"cells_{code}": count for code, count in found.cells_by_class.items()}
    told = {"edition": found.rules.edition, "level": found.level, "_FillValue": OUTSIDE, **counts, **found.report}
    return population.copy(data=found.classes).rename("degree_of_urbanisation").assign_attrs(told)


def _read_units(inputs: SettlementInputs, path: Path) -> VectorReading:
    names = (inputs.unit_name,) if inputs.unit_name else ()
    read = read_places(path, kind=PLACE_KIND, code_column=inputs.unit_code, name_columns=names)
    if not read.places:
        raise InvalidInput("no spatial unit could be read", file=path.name, expected="polygons")
    return read


def _class_rows(found: Classified) -> list[dict[str, Any]]:
    rows = []
    for code in sorted(found.cells_by_class, reverse=True):
        people = found.people_by_class.get(code, 0.0)
        rows.append({"class": code, "name": SETTLEMENT_COLOURS[code][0], "cells": found.cells_by_class[code], "people": round(people, 1)})
    return rows


def _notes_on_inputs(inputs: SettlementInputs, rules: SettlementRules, gazetteer: Gazetteer | None) -> Iterator[str]:
    if not inputs.built_up and rules.built_up is not BuiltUp.OFF:
        yield "no built-up was given, so no cell is dense by what is built on it"
    if not inputs.land:
        yield "no land was given, so every cell with people known, or built-up, is land"
    if gazetteer and gazetteer.without_name:
        yield f"{gazetteer.without_name:,} places of the layer of names say no name or no place"
