"""What an import found, told again later: the receipt on record, the rows concerned, and what it changed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from ekistics.indicators.registry import newest_cards
from ekistics.model.errors import NotFound
from ekistics.model.observations import KEY_COLUMNS, Observation, observation_of
from ekistics.model.problems import Receipt, Severity
from ekistics.profile.evidence import Change, Coverage, ImportEvidence, ImportRow
from ekistics.workspace.session import Session

_WORST_FIRST = (Severity.REJECTED, Severity.LEFT_OUT, Severity.REPAIRED, Severity.NOTE)
_MOST_CHANGES, _MOST_INDICATORS = 12, 12


def import_evidence(session: Session, key: str) -> ImportEvidence:
    """Return what a commit imported, found and changed.

    Parameters
    ----------
    key : the number of the commit; where it imported several files, with a hyphen and how the checksum of one begins

    Raises
    ------
    NotFound
        If the commit imported no file.
    """
    number, _, asset = key.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise NotFound(f"there is no import {key}", mend="list them with: ekistics doctor --commits")
    commit = int(number)
    sha256, receipt, stands = session.record.receipt(commit, asset)
    coverage, changes = _effects(session, commit, receipt)
    return ImportEvidence(
        session.record.asset(sha256),
        receipt,
        sheet=next((one.sheet for one in receipt.problems if one.sheet), ""),
        columns=receipt.seen.columns,
        rows=tuple(_rows(receipt)),
        coverage=coverage,
        changes=changes,
        withdrawn=not stands,
    )


def _rows(receipt: Receipt) -> Iterable[ImportRow]:
    columns = receipt.seen.columns
    for number, cells in zip(receipt.seen.numbers, receipt.seen.cells, strict=True):
        spoken = [one for one in receipt.problems if one.row is not None and number in (one.row, *one.more_rows)]
        worst = min((one.severity for one in spoken), key=_WORST_FIRST.index, default=Severity.NOTE)
        faulty = frozenset(index for index, name in enumerate(columns) if any(one.column == name for one in spoken))
        yield ImportRow(number, cells, str(worst), faulty)


def _effects(session: Session, commit: int, receipt: Receipt) -> tuple[tuple[Coverage, ...], tuple[Change, ...]]:
    """Return how many places have a figure before and after, and the figures that took the place of others."""
    codes = session.record.indicators_of(commit)[:_MOST_INDICATORS] if receipt.new + receipt.changed else []
    if not codes:
        return (), ()
    before, after = (session.record.current_table(indicators=codes, as_of=number).to_pandas() for number in (commit - 1, commit))
    indicators = {one.card.code: one.card.name for one in newest_cards()}
    coverage = tuple(Coverage(indicators.get(code, code), _places_with(before, code), _places_with(after, code)) for code in codes)
    if not receipt.changed:
        return coverage, ()
    key = list(KEY_COLUMNS)
    own = after[after["commit"] == commit].merge(before[key], on=key).head(_MOST_CHANGES)
    earlier = own[key].merge(before, on=key)
    places = {one.code: one.name() for one in session.record.places()}
    changes = tuple(
        Change(indicators.get(new["indicator"], new["indicator"]), places.get(new["place"], new["place"]), _observed(old), _observed(new))
        for old, new in zip(earlier.to_dict("records"), own.to_dict("records"), strict=True)
    )
    return coverage, changes


def _places_with(figures: pd.DataFrame, indicator: str) -> int:
    given = figures[(figures["indicator"] == indicator) & figures["value"].notna()]
    return int(given["place"].nunique())


def _observed(row: Mapping[Hashable, Any]) -> Observation:
    return observation_of({str(name): None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()})
