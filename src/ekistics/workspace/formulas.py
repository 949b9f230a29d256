"""Formulas over figures on record: changes between two dates, densities and shares, for all places at once.

Operands of one result share place, boundary edition and breakdown; a change never mixes two series of one indicator. Where one
source gives all operands, that source's result is computed for each source (voices stand side by side); operands of different
sources are joined only where no single source gives all of them. Between several dates a change is measured over each
consecutive pair and from each earlier date to the latest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from ekistics.indicators.registry import Registered
from ekistics.model.cards import Card
from ekistics.model.observations import Observation, Origin, Series, Status
from ekistics.model.periods import Period

_WHERE = ["place", "boundary", "breakdown"]
_SERIES = ["source", "origin", "edition", "variant"]
USABLE = frozenset({"A", "E", "I", "F"})
"""Statuses of figures that may enter a formula."""
_ORIGIN_ORDER = {"reported": 0, "computed": 1, "estimated": 2, "modelled": 3, "projected": 4}


@dataclass(frozen=True)
class Computed:
    """One formula's figures: each with its operands as (parameter, id of the observation)."""

    card: Card
    observations: tuple[Observation, ...]
    operands: tuple[tuple[tuple[str, int], ...], ...]


def compute_formula(one: Registered, figures: pd.DataFrame) -> Computed:
    """Run one formula over the current figures of its inputs.

    Parameters
    ----------
    one : the indicator with its card
    figures : one row a figure: `id`, `indicator`, the key columns, `value`, `status`

    Returns
    -------
    Computed
        One figure a combination of operands; empty when no place has all of them.
    """
    card = one.card
    needed = {item.code for item in card.inputs if item.code != "years"}
    usable = figures[figures["indicator"].isin(needed) & figures["status"].isin(USABLE) & figures["value"].notna()]
    # what this formula made earlier must not feed it; a computed operand (a rate) may feed another formula only by its own card
    rows = _changes(card, usable) if any(item.at for item in card.inputs) else _at_one_time(card, usable)
    if rows.empty:
        return Computed(card, (), ())
    given = {
        item.parameter: rows[item.parameter].to_numpy(float) for item in card.inputs if item.code != "years" and item.parameter in rows
    }
    if any(item.code == "years" for item in card.inputs):
        given["years"] = rows["years"].to_numpy(float)
    estimates = one.function(**given)
    return Computed(card, _observations(card, rows, estimates), _operands(card, rows))


def _at_one_time(card: Card, figures: pd.DataFrame) -> pd.DataFrame:
    """Join the operands of one period."""
    on = [*_WHERE, "period_start", "period_end"]
    tables = {item.parameter: figures[figures["indicator"] == item.code] for item in card.inputs}
    return _joined(tables, on)


def _changes(card: Card, figures: pd.DataFrame) -> pd.DataFrame:
    """Join the operands at the start and the end of each pair of dates."""
    pairs = {code: _pairs_of(figures[figures["indicator"] == code]) for code in {item.code for item in card.inputs if item.at}}
    on = [*_WHERE, "period_start", "period_end"]
    tables = {}
    for item in (item for item in card.inputs if item.at):
        table = pairs[item.code]
        tables[item.parameter] = table.rename(columns={f"value_{item.at}": "value", f"id_{item.at}": "id"})[
            [*on, *_SERIES, "value", "id", "years"]
        ]
    rows = _joined(tables, on)
    if not rows.empty:
        rows["years"] = rows[f"{next(iter(tables))}_years"]
    return rows


def _pairs_of(figures: pd.DataFrame) -> pd.DataFrame:
    """Return, for each series of each place, its pairs of dates with both values."""
    columns = [*_WHERE, *_SERIES, "period_start", "period_end", "value_start", "value_end", "id_start", "id_end", "years"]
    figures = figures[figures.duplicated([*_WHERE, *_SERIES], keep=False)]
    found = []
    for key, group in figures.sort_values(["period_end", "period_start"]).groupby([*_WHERE, *_SERIES], sort=False):
        rows = list(group[["period_start", "period_end", "value", "id"]].itertuples(index=False, name=None))
        for first, second in sorted({*pairwise(range(len(rows))), *((i, len(rows) - 1) for i in range(len(rows) - 1))}):
            start, end = rows[first], rows[second]
            years = Period(start[0], start[1]).years_until(Period(end[0], end[1]))
            if years > 0:
                found.append((*key, start[0], end[1], start[2], end[2], start[3], end[3], years))
    return pd.DataFrame(found, columns=columns)


def _joined(tables: dict[str, pd.DataFrame], on: list[str]) -> pd.DataFrame:
    """Join operands: by source where one source gives all, else across sources, the most direct voice of each operand."""
    if any(table.empty for table in tables.values()):
        return pd.DataFrame()
    alike = _merge({name: _one_voice(table, [*on, "source"]) for name, table in tables.items()}, [*on, "source"])
    across = _merge({name: _one_voice(table, on) for name, table in tables.items()}, on)
    if across.empty or alike.empty:
        return alike if across.empty else across
    covered = alike.set_index(on).index
    return pd.concat([alike, across[~across.set_index(on).index.isin(covered)]], ignore_index=True)


def _one_voice(table: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Keep one series a key: reported before computed before modelled, default variant first."""
    order = table["origin"].map(_ORIGIN_ORDER) * 2 + (table["variant"] != "default")
    return table.assign(_order=order).sort_values("_order", kind="stable").drop_duplicates(on)


def _merge(tables: dict[str, pd.DataFrame], on: list[str]) -> pd.DataFrame:
    merged: pd.DataFrame | None = None
    for name, table in tables.items():
        kept = [column for column in ("value", "id", "source", "years") if column in table and column not in on]
        names = {column: name if column == "value" else f"{name}_{column}" for column in kept}
        renamed = table[[*on, *kept]].rename(columns=names)
        merged = renamed if merged is None else merged.merge(renamed, on=on)
    return pd.DataFrame() if merged is None else merged


def _observations(card: Card, rows: pd.DataFrame, estimates: Any) -> tuple[Observation, ...]:
    sources = _sources(card, rows)
    return tuple(
        Observation(
            card.code,
            place,
            Period(start, end),
            Series(sources[row], Origin.COMPUTED, card.edition),
            _number(estimates.value, row),
            card.unit,
            boundary=boundary,
            breakdown=breakdown,
            numerator=_number(estimates.numerator, row),
            denominator=_number(estimates.denominator, row),
            status=Status(str(estimates.status[row])),
            reason=str(estimates.reason[row]),
        )
        for row, (place, boundary, breakdown, start, end) in enumerate(
            rows[[*_WHERE, "period_start", "period_end"]].itertuples(index=False, name=None)
        )
    )


def _sources(card: Card, rows: pd.DataFrame) -> list[str]:
    if "source" in rows and rows["source"].notna().all():
        return [str(source) for source in rows["source"]]
    parameters: Sequence[str] = [item.parameter for item in card.inputs if f"{item.parameter}_source" in rows]
    across = [
        sorted(set(map(str, values))) for values in rows[[f"{name}_source" for name in parameters]].itertuples(index=False, name=None)
    ]
    alone = rows["source"].tolist() if "source" in rows else [None] * len(rows)
    return [
        str(one) if isinstance(one, str) else "+".join(name for name in joined if name != "nan")
        for one, joined in zip(alone, across, strict=True)
    ]


def _operands(card: Card, rows: pd.DataFrame) -> tuple[tuple[tuple[str, int], ...], ...]:
    parameters = [item.parameter for item in card.inputs if f"{item.parameter}_id" in rows]
    ids = rows[[f"{name}_id" for name in parameters]].to_numpy(np.int64)
    return tuple(tuple(zip(parameters, map(int, row), strict=True)) for row in ids)


def _number(column: Any, row: int) -> float | None:
    if column is None:
        return None
    value = float(column[row])
    return value if np.isfinite(value) else None
