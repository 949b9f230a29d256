"""`settlements classify` as one verb: open and check the grids, classify, write what was asked for, and say what was found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ekistics.engine.steps import CancelToken
from ekistics.model.errors import InvalidInput
from ekistics.places.degree_of_urbanisation import Classified, classify
from ekistics.places.settlement_cells import OUTSIDE
from ekistics.places.settlement_rules import SettlementRules
from ekistics.publish.settlement_files import SETTLEMENT_COLOURS
from ekistics.sources.gazetteer import read_gazetteer
from ekistics.sources.settlement_grids import open_settlement_grids
from ekistics.sources.vectors import VectorReading, read_places
from ekistics.workspace.functional import NO_COMMUTING, FunctionalResult, functional_result, read_commuting, write_areas
from ekistics.workspace.settlement_results import (
    PLACE_KIND,
    UnitResult,
    cluster_rows,
    names_of,
    unit_result,
    write_classes,
    write_clusters,
    write_labels,
    write_units,
)
from ekistics.workspace.settlements import KEPT_FROM_CELLS, Where, classify_grids, provenance

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
    """Classify settlements from files and write what is asked for; a file is written whole or not at all.

    Raises
    ------
    InvalidInput
        If a file cannot be used; nothing is then written.
    Cancelled
        If it was stopped; blocks of a large grid that were done are kept beside the output for the next try.
    """
    grids = open_settlement_grids(inputs.population, inputs.built_up, inputs.land, units=inputs.units)
    # what stands apart from the grid is read first: hours of work are not to end in a wrong column name
    gazetteer = read_gazetteer(inputs.names) if inputs.names else None
    units = _read_units(inputs) if inputs.spatial_units else None
    commuting = read_commuting(inputs.commuting) if inputs.commuting else None
    if commuting and not units:
        raise InvalidInput("a commuting table without spatial units", file=str(inputs.commuting), mend="give the units too: --units")
    cells = grids.grid.shape[0] * grids.grid.shape[1]
    keep = _keep_beside(outputs.classes) if outputs.classes and cells >= KEPT_FROM_CELLS else None
    found = classify_grids(grids, rules=rules, level=level, where=where, keep=keep, say=say, cancel=cancel)
    if keep and keep.is_dir() and not any(keep.iterdir()):
        keep.rmdir()
    result = unit_result(found, grids, units) if units else None
    areas = functional_result(found, grids, result, commuting) if result and commuting else None
    notes = _notes(found, result, areas, has_units=bool(units))
    say("writing", 0.95)
    tags = provenance(grids, found, {path.name: _checksum(path) for path in (grids.people, grids.built_up, grids.land) if path})
    written: list[str] = []
    for path, write in (
        (outputs.classes, lambda out: write_classes(found, grids.grid, out, tags)),
        (outputs.labels, lambda out: write_labels(found, grids.grid, "urban centres", out, tags)),
        (outputs.clusters, lambda out: write_clusters(found, grids.grid, out, gazetteer)),
        (outputs.spatial_units if result else None, lambda out: write_units(_must(result), out)),
        (outputs.functional_areas if areas else None, lambda out: write_areas(_must(areas), out)),
    ):
        if path is not None:
            write(path)
            written.append(str(path))
    kind = "urban centres"
    rows = cluster_rows(found, grids.grid, kind, names_of(found, grids.grid, kind, gazetteer) if gazetteer else None)
    return SettlementSummary(
        level,
        found.rules.edition,
        {name: str(getattr(found.rules, name)) for name in found.rules.__dataclass_fields__},
        dict(grids.units),
        grids.recognised,
        tuple(_class_rows(found)),
        {kind: len(one) for kind, one in found.clusters.items()},
        tuple(sorted(rows, key=lambda row: str(row["code"]))),
        found.report,
        tuple(notes),
        tuple(written),
    )


def classify_xarray(population: xarray.DataArray, built_up: Any = None, land: Any = None, **options: Any) -> xarray.DataArray:
    """Classify a grid that lies in an xarray.DataArray; classes come back on the same coordinates, with what was counted as attributes.

    `options` are those of `places.degree_of_urbanisation.classify`.
    """
    bands = [None if one is None else np.asarray(one) for one in (built_up, land)]
    found = classify(np.asarray(population), *bands, **options)
    counts = {f"cells_{code}": count for code, count in found.cells_by_class.items()}
    told = {"edition": found.rules.edition, "level": found.level, "_FillValue": OUTSIDE, **counts, **found.report}
    return population.copy(data=found.classes).rename("degree_of_urbanisation").assign_attrs(told)


def _read_units(inputs: SettlementInputs) -> VectorReading:
    assert inputs.spatial_units is not None  # noqa: S101  # asked by the caller
    names = (inputs.unit_name,) if inputs.unit_name else ()
    read = read_places(inputs.spatial_units, kind=PLACE_KIND, code_column=inputs.unit_code, name_columns=names)
    if not read.places:
        raise InvalidInput("no spatial unit could be read", file=inputs.spatial_units.name, expected="polygons")
    return read


def _must(value: Any) -> Any:
    if value is None:
        raise AssertionError("asked only where there is one")
    return value


def _keep_beside(out: Path) -> Path:
    return out.with_name(f".{out.name}.parts")


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _class_rows(found: Classified) -> list[dict[str, Any]]:
    rows = []
    for code in sorted(found.cells_by_class, reverse=True):
        people = found.people_by_class.get(code, 0.0)
        rows.append({"class": code, "name": SETTLEMENT_COLOURS[code][0], "cells": found.cells_by_class[code], "people": round(people, 1)})
    return rows


def _notes(found: Classified, units: UnitResult | None, areas: FunctionalResult | None, *, has_units: bool) -> list[str]:
    told = found.report
    notes = []
    for name, text in (
        ("people_without_data_on_land", "cells on land where people are not known; they count as nobody"),
        ("land_without_data", "cells where land is not known; they count as none"),
        ("built_up_without_data", "cells where built-up is not known; they count as nothing built"),
        ("dense_cells_rural_at_level_1", "cells of class 23 by what is built on them, which level 1 calls rural"),
        ("semi_dense_cells_rural_at_level_1", "cells of class 22 in clusters too small for level 1, which calls them rural"),
    ):
        if count := int(told.get(name, 0)):
            notes.append(f"{count:,} {text}")
    if units:
        small = int(units.cells.too_small.sum())
        notes += (
            [f"{small:,} spatial units are too small for the grid: classified by the cells they touch, without people"] if small else []
        )
        outside = units.people.outside_units
        notes += [f"{outside:,.0f} people of the grid around the units live in none of them"] if outside >= 0.5 else []
        if beyond := int(units.cells.beyond.sum()):
            notes.append(f"{beyond:,} spatial units reach beyond the grid: only what lies on it counts")
    if has_units and areas is None:
        notes.append(NO_COMMUTING)
    return notes
