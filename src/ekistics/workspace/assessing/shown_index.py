"""What the pages of a chosen recipe show: the table cut out of the record, and the doubt that a command drew for it and kept.

A page draws doubt itself up to so many units. With more, `ekistics assess CODE --workspace W` draws it once and keeps it in the folder
`assessments/` of the workspace; pages take it from there as long as neither the recipe nor the record has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ekistics.model.assessments import Doubt, Remark, Sensitivities
from ekistics.model.errors import Damaged, NotFound
from ekistics.model.index_tables import IndexTable
from ekistics.model.places import PlaceKind
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Recipe
from ekistics.workspace.assessing.chosen_recipes import chosen_path, chosen_recipe
from ekistics.workspace.assessing.record_tables import RecordCut, table_of_record
from ekistics.workspace.assessing.results import IndexResult, InputRefused
from ekistics.workspace.assessing.verbs import Drawing, assess_table
from ekistics.workspace.gathering import moment
from ekistics.workspace.session import Session

KINDS = (
    PlaceKind.CITY,
    PlaceKind.URBAN_CENTRE,
    PlaceKind.DISTRICT,
    PlaceKind.NEIGHBOURHOOD,
    PlaceKind.SETTLEMENT,
    PlaceKind.REGION,
    PlaceKind.COUNTRY,
)
"""Kinds of places in the order in which they are tried: the first with two places that have figures is compared."""

_ARRAYS = ("ranks", "score_low", "score_high", "rank_low", "rank_high", "rank_median", "in_top", "in_band")
_PLAIN = ("group", "year", "level", "top", "runs", "failed")
_INDICES = ("first", "total", "first_low", "first_high", "total_low", "total_high")

Say = Callable[[str, float], None]
Arrays = dict[str, np.ndarray[Any, Any]]


def table_shown(session: Session, recipe: Recipe) -> tuple[IndexTable, tuple[Problem, ...]]:
    """Return the table of the first kind of places of which two or more have figures, with what has to be said of it.

    Raises
    ------
    InputRefused
        If no place has a figure that the recipe asks for.
    """
    found: tuple[IndexTable, tuple[Problem, ...]] | None = None
    for kind in KINDS:
        try:
            made = table_of_record(session, recipe, RecordCut(kind=kind))
        except NotFound:
            continue
        if len(made[0].units) > 1:
            return made
        found = found or made
    if found is None:
        said = "No place on record has a figure that the recipe asks for."
        raise InputRefused([Problem("no-figures", said, Severity.REJECTED, mend="import or measure them first")])
    return found


def state_of(session: Session, code: str) -> str:
    """Return what tells whether a chosen recipe's index is still the same: the bytes of its file, and the last commit.

    Raises
    ------
    NotFound
        If no such recipe is chosen.
    """
    told = hashlib.sha256(chosen_path(session.folder, code).read_bytes()).hexdigest()
    return f"{told} {moment(session, None)[0]}"


def keep_doubt(session: Session, code: str, drawing: Drawing, say: Say) -> tuple[IndexResult, Path]:
    """Draw the doubt of a chosen recipe's index and keep it for the pages; return the index and the file.

    Raises
    ------
    NotFound
        If no such recipe is chosen.
    InputRefused
        If the recipe cannot be applied to what is on record.
    """
    state, recipe = state_of(session, code), chosen_recipe(session.folder, code)
    table, notes = table_shown(session, recipe)
    result = assess_table(recipe, table, drawing=drawing, notes=notes, say=say)
    path = session.folder.assessments / f"{code}.npz"
    if result.doubt is not None:
        path.parent.mkdir(exist_ok=True)
        _write(path, state, result.doubt, result.sensitivities)
    return result, path


def kept_doubt(session: Session, code: str) -> tuple[Doubt, tuple[Sensitivities, ...]] | None:
    """Return the doubt that was kept for a chosen recipe; None where there is none, or recipe or record have changed since.

    Scores of single runs are not kept: they are NaN.

    Raises
    ------
    Damaged
        If the file is there and cannot be read.
    """
    path = session.folder.assessments / f"{code}.npz"
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as held:
            told = json.loads(str(held["told"]))
            if told["state"] != state_of(session, code):
                return None
            arrays = {name: held[name] for name in held.files}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise Damaged("the doubt that was kept cannot be read", file=str(path), mend=f"draw it again: ekistics assess {code}") from error
    return _doubt(told, arrays), tuple(_sensitivities(one, arrays, at) for at, one in enumerate(told["sensitivities"]))


def _write(path: Path, state: str, doubt: Doubt, causes: tuple[Sensitivities, ...]) -> None:
    """Write beside, then rename: pages that are read meanwhile find the old file or the new one."""
    told = {name: getattr(doubt, name) for name in _PLAIN} | {
        "state": state,
        "units": doubt.units,
        "options": dict(doubt.options),
        "without_error": doubt.without_error,
        "failures": [(one.kind, one.about, dict(one.numbers)) for one in doubt.failures],
        "sensitivities": [
            {"inputs": one.inputs, "output": one.output, "exact": one.exact, "evaluations": one.evaluations} for one in causes
        ],
    }
    arrays = {name: getattr(doubt, name) for name in _ARRAYS}
    arrays |= {f"drawn {name}": values for name, values in doubt.parameters.items()}
    for at, one in enumerate(causes):
        arrays |= {f"{name} {at}": values for name in _INDICES if (values := getattr(one, name)) is not None}
    beside = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    try:
        with beside.open("wb") as out:
            np.savez_compressed(out, allow_pickle=False, told=np.array(json.dumps(told)), **arrays)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _doubt(told: dict[str, Any], arrays: Arrays) -> Doubt:
    ranks = arrays["ranks"]
    drawn = {name.removeprefix("drawn "): values for name, values in arrays.items() if name.startswith("drawn ")}
    options = {name: tuple(values) for name, values in told["options"].items()}
    plain: dict[str, Any] = {name: told[name] for name in _PLAIN} | {name: arrays[name] for name in _ARRAYS}
    return Doubt(
        **plain,
        parameters=drawn,
        options=options,
        scores=np.broadcast_to(np.float64(np.nan), ranks.shape),
        without_error=tuple(told["without_error"]) if told["without_error"] else None,
        failures=tuple(Remark(*one) for one in told["failures"]),
        units=tuple(told["units"]),
    )


def _sensitivities(told: dict[str, Any], arrays: Arrays, at: int) -> Sensitivities:
    found: dict[str, Any] = {name: arrays.get(f"{name} {at}") for name in _INDICES}
    return Sensitivities(**{**told, "inputs": tuple(told["inputs"])}, **found)
