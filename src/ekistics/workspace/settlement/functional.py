"""Functional urban areas from classified spatial units and a table of commuters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from ekistics.model.problems import Problem, Severity
from ekistics.places.degree_of_urbanisation import Classified
from ekistics.places.functional_areas import CentrePeople, Commuting, FunctionalAreas, Role, borders_of, functional_areas
from ekistics.publish.settlement_files import settlement_package
from ekistics.sources.commuting import CommutingTable, read_commuting
from ekistics.sources.unit_cells import people_in_centres
from ekistics.workspace.settlement.results import UnitResult

__all__ = ["NO_COMMUTING", "FunctionalResult", "functional_result", "read_commuting", "area_file"]

NO_COMMUTING = "no commuting table was given, so functional urban areas are not drawn (--commuting)"


@dataclass(frozen=True)
class FunctionalResult:
    """Functional urban areas of units, and what was wrong with the table."""

    units: UnitResult
    areas: FunctionalAreas
    problems: tuple[Problem, ...]


def functional_result(found: Classified, units: UnitResult, table: CommutingTable) -> FunctionalResult:
    """Draw functional urban areas; flows that name no unit are reported and left out."""
    code = {place.code: number for number, place in enumerate(units.read.places)}
    known = np.array([one in code and other in code for one, other in zip(table.origin, table.destination, strict=True)])
    problems = [*table.problems, *_unknown(table, code)]
    number = np.array([[code.get(one, 0), code.get(other, 0)] for one, other in zip(table.origin, table.destination, strict=True)])
    origin, destination, commuters = number[known, 0], number[known, 1], table.commuters[known]
    # who works outside all units is a worker too
    at_home = np.array([one in code for one in table.origin])
    workers = np.bincount(number[at_home, 0], weights=table.commuters[at_home], minlength=len(code)).astype(np.float64)
    away = origin != destination
    part = units.part
    labels = found.labels("urban centres", part.top, part.bottom)[:, part.left : part.right]
    inside = people_in_centres(units.cells, units.residents, labels)
    areas = functional_areas(
        CentrePeople(inside.unit, inside.centre, inside.people, inside.unit_people),
        Commuting(origin[away], destination[away], commuters[away], workers),
        borders_of(units.read.geometry),
    )
    return FunctionalResult(units, areas, tuple(problems))


def area_rows(result: FunctionalResult) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return a row and an outline for each functional area: its cities, people and number of units by role."""
    areas, units = result.areas, result.units
    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []
    for number in range(int(areas.area.max(initial=-1)) + 1):
        own = np.flatnonzero(areas.area == number)
        cities = own[areas.role[own] == Role.CITY]
        names = [units.read.places[one].name() for one in cities[np.argsort(-units.classes.people[cities])]]
        row: dict[str, Any] = {
            "code": f"FUA{number + 1:04}",
            "name": "–".join(names[:3]),
            "people": round(float(units.classes.people[own].sum()), 1),
        }
        row |= {
            f"{role.name.lower()}_units": int((areas.role[own] == role).sum()) for role in (Role.CITY, Role.COMMUTING_ZONE, Role.ENCLAVE)
        }
        rows.append(row)
        shapes.append(shapely.union_all(units.read.geometry[own]))
    return rows, shapes


def area_file(result: FunctionalResult) -> bytes:
    """Return areas, and units with their area and role, as a GeoPackage."""
    rows, shapes = area_rows(result)
    areas = result.areas
    members = [
        {
            "code": place.code,
            "name": place.name(),
            "functional_area": f"FUA{areas.area[one] + 1:04}" if areas.area[one] >= 0 else "",
            "role": Role(int(areas.role[one])).name.lower(),
            "commuting_share": None if np.isnan(areas.commuting_share[one]) else round(float(areas.commuting_share[one]), 6),
        }
        for one, place in enumerate(result.units.read.places)
    ]
    return settlement_package({"functional_areas": (rows, shapes), "units": (members, list(result.units.read.geometry))})


def _unknown(table: CommutingTable, code: dict[str, int]) -> Sequence[Problem]:
    missing = sorted({one for one in (*table.origin, *table.destination) if one not in code})
    if not missing:
        return ()
    message = "The table names units that are not among the spatial units."
    told = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
    mend = "check that both use the same codes; flows to them count as work outside"
    return (
        Problem("unit-unknown", message, severity=Severity.NOTE, found=told, expected="codes of the units", mend=mend, count=len(missing)),
    )
