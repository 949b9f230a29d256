"""The verb `doctor`: every original against its checksum, what is out of date, what the machine lacks."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from ekistics.model.errors import Damaged, NotFound
from ekistics.workspace.freshness import resting_on_other_layers
from ekistics.workspace.session import Session

_FREE_BYTES = 500_000_000


@dataclass(frozen=True)
class Finding:
    """One check and how it came out."""

    name: str
    good: bool
    found: str


def check(session: Session) -> list[Finding]:
    """Return all checks; a fault says what to do."""
    return [_originals(session), _dates(session), _disk(session)]


def _originals(session: Session) -> Finding:
    faults, known = [], {asset.sha256: asset for asset in session.record.assets()}
    for asset in known.values():
        try:
            session.path_of(asset)
        except (Damaged, NotFound) as error:
            faults.append(error.sentence())
    return Finding("originals", not faults, "; ".join(faults) or f"{len(known)} files, each equal to its checksum")


def _dates(session: Session) -> Finding:
    figures = session.record.figures()
    old = {one.id for one in figures if one.out_of_date} | set(resting_on_other_layers(session))
    said = f"{len(figures)} current figures" + (f", {len(old)} out of date: run ekistics measure" if old else ", none out of date")
    return Finding("figures", not old, said)


def _disk(session: Session) -> Finding:
    free = shutil.disk_usage(session.folder.root).free
    return Finding("disk", free > _FREE_BYTES, f"{free / 1e9:.1f} GB free")
