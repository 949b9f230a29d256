"""The verb `recompute`: a figure again from the bytes of its files, in a new process, with no layer kept; and compare.

A figure that was read is read again; a formula gets operands that are themselves recomputed; a figure of the ground is measured
again with an empty layer folder; one of an urban centre by classifying the grids of all epochs again.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ekistics.indicators.registry import edition_of
from ekistics.model.errors import Damaged, EkisticsError, InvalidInput, NotFound, Unavailable
from ekistics.model.observations import Figure, Observation
from ekistics.workspace.importing import observations_of_asset
from ekistics.workspace.inputs import KIND_OF_SOURCE
from ekistics.workspace.measuring import measure_ground
from ekistics.workspace.session import Session
from ekistics.workspace.studying import inputs_of, options_of_place

TOLERANCE = 1e-12
"""Relative difference up to which two values are equal."""
GIVE_FIGURES = ("table", *KIND_OF_SOURCE["people_given"])
"""Kinds of asset that are figures as they are read."""
Read = dict[tuple[str, str, str], dict[Any, Observation]]
_SECONDS = 1800
_FAMILY: dict[str, type[EkisticsError]] = {kind.__name__: kind for kind in (Damaged, InvalidInput, NotFound, Unavailable)}


@dataclass(frozen=True)
class Comparison:
    """A figure on record and the same computed again."""

    figure: int
    recorded: float | None
    recomputed: float | None
    equal: bool


def recompute(session: Session, figure: int) -> Comparison:
    """Compute a figure again in a new process, and compare.

    Raises
    ------
    Damaged
        If an original's bytes are not those that were imported; the file is named.
    NotFound
        If there is no such figure.
    """
    recorded = session.record.figure(figure).observation.value
    command = [sys.executable, "-m", "ekistics.workspace.recomputing", str(session.folder.root), str(figure)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603  # our own interpreter
    try:
        told = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise Unavailable("the figure could not be computed again", found=done.stderr.strip()[-300:]) from error
    if "error" in told:
        raise _FAMILY.get(told["error"], EkisticsError)(told["message"])
    value = told["value"]
    return Comparison(figure, recorded, value, _equal(recorded, value))


def value_again(session: Session, figure: int, read: Read | None = None) -> float | None:
    """Return a figure's value computed from its files; nothing that was kept is used. `read` holds files read on the way."""
    read = {} if read is None else read
    one = session.record.figure(figure)
    run = session.record.run(one.run)
    part = session.record.part(one.part)
    if run.function.startswith("read "):
        return _read_again(session, one, part.assets, read)
    if run.parameters.get("ground"):
        return _measured_again(session, one, part.name, str(run.parameters["variant"]))
    if run.parameters.get("epochs"):
        from ekistics.workspace.settlement.record import centre_value_again  # brings the kernels, which only grids need

        return centre_value_again(session, one, run)
    return _formula_again(session, one, part.observations, read)


def _read_again(session: Session, one: Figure, assets: tuple[str, ...], read: Read) -> float | None:
    # one file may be read as several kinds, for several places: the figure stands in the reading that gives it
    for asset in (found for found in session.record.assets() if found.sha256 == assets[0] and found.kind in GIVE_FIGURES):
        key = (asset.sha256, asset.kind, f"{asset.place} {asset.reading}")
        if key not in read:
            read[key] = {again.key: again for again in observations_of_asset(session, asset)}
        if one.observation.key in read[key]:
            return read[key][one.observation.key].value
    raise NotFound("the file does not give this figure any more", found=assets[0][:16])


def _measured_again(session: Session, one: Figure, study: str, variant: str) -> float | None:
    inputs = inputs_of(session, study)
    if inputs is None:
        raise NotFound(f"{study} has no outline on record any more")
    with tempfile.TemporaryDirectory(prefix="ekistics-empty-") as empty:
        fresh = replace(inputs, layer_folder=Path(empty))
        made, _ = measure_ground(
            fresh,
            wanted=[one.observation.indicator],
            names=[variant],
            options=options_of_place(session, study),
            period=one.observation.period,
            say=lambda text, done: None,
        )
    again = [found for measured in made for found in measured.observations if found.key == one.observation.key]
    if not again:
        raise NotFound("the files do not give this figure any more", found=study)
    return again[0].value


def _formula_again(session: Session, one: Figure, operands: tuple[tuple[str, int], ...], read: Read) -> float | None:
    registered = edition_of(one.observation.indicator, one.observation.series.edition)
    given: dict[str, Any] = {}
    terms: dict[str, Figure] = {}
    for role, number in operands:
        given[role] = np.array([_number(value_again(session, number, read))])
        terms[role] = session.record.figure(number)
    if any(item.code == "years" for item in registered.card.inputs):
        start = next(terms[item.parameter] for item in registered.card.inputs if item.at == "start")
        end = next(terms[item.parameter] for item in registered.card.inputs if item.at == "end")
        given["years"] = np.array([start.observation.period.years_until(end.observation.period)])
    value = float(registered.function(**given).value[0])
    return value if math.isfinite(value) else None


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _equal(recorded: float | None, again: float | None) -> bool:
    if recorded is None or again is None:
        return recorded is None and again is None
    return math.isclose(recorded, again, rel_tol=TOLERANCE, abs_tol=0.0)


def _main(root: str, figure: str) -> None:
    from ekistics.workspace.workspace import Workspace

    try:
        with Workspace.open(root) as city:
            for asset in city.session.record.lineage(int(figure)).all_assets():
                city.session.path_of(asset)  # outlines come from the record: their files are held to their checksums all the same
            answer: dict[str, Any] = {"value": value_again(city.session, int(figure))}
    except EkisticsError as error:
        answer = {"error": type(error).__name__, "message": error.sentence()}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    _main(*sys.argv[1:])
