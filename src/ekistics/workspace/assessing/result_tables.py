"""What came out of an assessment as tables: one row a unit and year; every changed cell with its reason; every run with what it drew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ekistics.assess.comparing.scales import scores_compare
from ekistics.model.assessments import Assessment, Change, Doubt, Sensitivities, StageTable
from ekistics.model.index_tables import Cube
from ekistics.model.recipes import Recipe, Stage

STAGE_NAMES = {
    Stage.CHOOSE: "1-chosen",
    Stage.DENOMINATE: "2-denominated",
    Stage.SCREEN: "3-screened",
    Stage.IMPUTE: "4-imputed",
    Stage.TREAT: "5-treated",
    Stage.NORMALISE: "6-normalised",
    Stage.WEIGHT: "7-weighted",
    Stage.AGGREGATE: "8-aggregated",
}
"""Under which name the table after a stage is kept."""

REASONS = {
    Change.OLDER_YEAR: "no figure for the year itself: the newest one within the tolerance was taken",
    Change.NO_DENOMINATOR: "what it is divided by is missing, so the figure is too",
    Change.SCREENED_OUT: "left out: too little is known of the unit or of the indicator",
    Change.IMPUTED: "missing: filled by the recipe's way of imputing",
    Change.WINSORISED_LOW: "an outlier at the low end: drawn in to the next figure",
    Change.WINSORISED_HIGH: "an outlier at the high end: drawn in to the next figure",
    Change.LOGGED: "the logarithm was taken, because the indicator is skewed",
    Change.TRUNCATED: "beyond a goalpost: held at it",
    Change.BELOW_COVERAGE: "too few of its parts are known: refused",
}
"""Why a cell was changed, in words."""

Integers = npt.NDArray[np.int64]


def years_of(found: Assessment) -> tuple[int, ...]:
    """Return the years that were assessed: those of the table up to the reference year."""
    return found.table.years[: found.scores.shape[0]]


def score_table(found: Assessment) -> pa.Table:
    """Return one row a unit and year, one column a composite, the top one first; empty where refused."""
    return _wide(found, found.groups, found.scores, top_first=True)


def rank_table(found: Assessment) -> pa.Table:
    """Return ranks as `score_table` has scores; 1 is best."""
    return _wide(found, found.groups, found.ranks, top_first=True)


def coverage_table(found: Assessment) -> pa.Table:
    """Return the share of its indicators, 0 to 1, that each composite rests on."""
    return _wide(found, found.groups, found.coverage, top_first=True)


def stage_table(found: Assessment, stage: StageTable) -> pa.Table:
    """Return the figures after a stage: one row a unit and year, one column an indicator."""
    return _wide(found, stage.rows, stage.values)


def ranking_table(found: Assessment, doubt: Doubt | None = None) -> pa.Table:
    """Return the top composite in its last year, best first: rank, score, band, coverage; with doubt their intervals and odds."""
    top = found.recipe.top.code
    row, table = found.row(top), found.table
    ranks = found.ranks[-1, row]
    order = np.lexsort((np.array(table.units), np.where(ranks > 0, ranks, np.iinfo(np.int32).max)))
    bands = (found.band(top, unit) for unit in order.tolist()) if found.recipe.bands else ()
    columns: dict[str, Any] = {
        "rank": _ranked(ranks[order]),
        "unit": pa.array([table.units[at] for at in order.tolist()], pa.string()),
        "name": pa.array([table.names[at] for at in order.tolist()], pa.string()),
        "score": _numbers(found.scores[-1, row, order]),
    }
    if found.recipe.bands:
        columns["band"] = pa.array([one.letter if one else None for one in bands], pa.string())
    columns["coverage"] = _numbers(found.coverage[-1, row, order])
    for name, told in table.labels.items():
        columns[_free(name, columns)] = pa.array([told[at] for at in order.tolist()], pa.string())
    if doubt is not None and doubt.group == top:
        columns |= {name: _numbers(values[order]) for name, values in _intervals(doubt, found.recipe).items()}
        columns |= {
            f"probability_{band.letter}": _numbers(odds[order]) for band, odds in zip(found.recipe.bands, doubt.in_band, strict=False)
        }
    return pa.table(columns)


def _intervals(doubt: Doubt, recipe: Recipe) -> dict[str, npt.NDArray[np.float64]]:
    """Return the columns of intervals; scores have none where runs put them on several scales."""
    scores = {"score_low": doubt.score_low, "score_high": doubt.score_high} if scores_compare(recipe) else {}
    ranks = {"rank_low": doubt.rank_low, "rank_median": doubt.rank_median, "rank_high": doubt.rank_high}
    return {**ranks, **scores, f"probability_top_{doubt.top}": doubt.in_top}


def weight_table(found: Assessment) -> pa.Table:
    """Return the weights as they were used, which sum to 1 within each composite."""
    names = {one.code: one.name for one in found.recipe.groups}
    rows = [
        {"group": group, "group_name": names[group], "part": part.code, "part_name": part.name, "weight": float(weight)}
        for group, weights in found.weights.items()
        for part, weight in zip(found.recipe.children(group), weights, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=_schema("group", "group_name", "part", "part_name", weight=pa.float64()))


def change_table(found: Assessment) -> pa.Table:
    """Return every cell that a stage changed by itself, and not as it changes all: before, after, and why."""
    parts = [_changes(found, stage, before) for stage, before in _with_before(found)]
    return pa.concat_tables([one for one in parts if one.num_rows] or [_changes_of(found, Stage.CHOOSE, (), (_NONE, _NONE, _NONE))])


_NONE: Integers = np.empty(0, np.int64)


def _with_before(found: Assessment) -> Iterator[tuple[StageTable, Cube | None]]:
    """Yield each stage with the values before it, None where its rows are others."""
    at = {code: row for row, code in enumerate(found.table.indicators)}
    before: Cube | None = None
    rows: tuple[str, ...] = ()
    for stage in found.stages:
        if stage.stage is Stage.CHOOSE and all(code in at for code in stage.rows):
            before, rows = found.table.values[: len(stage.values), [at[code] for code in stage.rows]], stage.rows
        yield stage, before if rows == stage.rows and before is not None and before.shape == stage.values.shape else None
        before, rows = stage.values, stage.rows


def _changes(found: Assessment, stage: StageTable, before: Cube | None) -> pa.Table:
    if stage.changes is None:
        return _changes_of(found, stage.stage, stage.rows, (_NONE, _NONE, _NONE))
    where = np.nonzero(stage.changes)
    return _changes_of(
        found, stage.stage, stage.rows, (where[0], where[1], where[2]), stage.changes[where], None if before is None else before[where],
        stage.values[where],
    )  # fmt: skip


def _changes_of(
    found: Assessment,
    stage: Stage,
    rows: Sequence[str],
    where: tuple[Integers, Integers, Integers],
    kinds: npt.NDArray[np.int8] | None = None,
    before: npt.NDArray[np.float64] | None = None,
    after: npt.NDArray[np.float64] | None = None,
) -> pa.Table:
    year, row, unit = where
    codes = np.empty(0, np.int64) if kinds is None else kinds.astype(np.int64)
    nothing = np.full(len(codes), np.nan)
    reasons = [REASONS.get(Change(code), "") for code in range(len(Change))]
    return pa.table(
        {
            "stage": pa.array([str(stage)] * len(codes), pa.string()),
            "unit": _coded(unit, found.table.units),
            "indicator": _coded(row, rows),
            "year": pa.array(np.array(years_of(found), np.int64)[year]),
            "before": _numbers(nothing if before is None else before),
            "after": _numbers(nothing if after is None else after),
            "kind": _coded(codes, [one.name.lower() for one in Change]),
            "reason": _coded(codes, reasons),
        }
    )


def refusal_table(found: Assessment) -> pa.Table:
    """Return the composites that were not made, with what was missing, and the units that the screening left out."""
    names = {one.code: one.name for one in found.recipe.groups}
    units = dict(zip(found.table.units, found.table.names, strict=True))
    rows: list[dict[str, Any]] = [
        {
            "unit": one.unit, "name": units.get(one.unit, ""), "year": one.year, "group": one.group, "group_name": names.get(one.group, ""),
            "coverage": one.coverage, "needed": one.needed, "missing": ", ".join(one.missing),
        }
        for one in found.refused
    ]  # fmt: skip
    rows += [
        {
            "unit": unit,
            "year": years_of(found)[-1],
            "group_name": "left out by the screening",
            "coverage": share,
            "needed": found.recipe.screen.units,
        }
        for unit, share in found.left_out.items()
    ]
    numbers = {"year": pa.int64(), "coverage": pa.float64(), "needed": pa.float64()}
    return pa.Table.from_pylist(
        rows, schema=_schema("unit", "name", "year", "group", "group_name", "coverage", "needed", "missing", **numbers)
    )


def run_table(doubt: Doubt) -> pa.Table:
    """Return what every run drew: by input its number, the option that it stands for, by code what a weight was multiplied by.

    With the recipe and the table, the numbers are all that a run needs to be done again.
    """
    columns: dict[str, Any] = {"run": pa.array(np.arange(1, doubt.runs + 1))}
    for name, drawn in doubt.parameters.items():
        columns[f"number:{name}"] = pa.array(drawn.astype(np.int64))
        if options := doubt.options.get(name, ()):
            columns[f"option:{name}"] = _coded(drawn.astype(np.int64), options)
    columns |= {f"weight:{code}": _numbers(factors) for code, factors in doubt.factors.items()}
    columns["ranked"] = pa.array([bool(ranks.any()) for ranks in doubt.ranks > 0], pa.bool_())
    return pa.table(columns)


def sensitivity_table(found: Sequence[Sensitivities]) -> pa.Table:
    """Return how much of the doubt each input makes: first-order and total indices, exact or with intervals."""
    rows = []
    for one in found:
        for at, name in enumerate(one.inputs):
            told: dict[str, Any] = {"output": one.output, "input": name, "exact": one.exact, "evaluations": one.evaluations}
            for what in ("first", "first_low", "first_high", "total", "total_low", "total_high"):
                values = getattr(one, what)
                told[what] = None if values is None else float(values[at])
            rows.append(told)
    return pa.Table.from_pylist(rows)


def _wide(found: Assessment, rows: Sequence[str], values: npt.NDArray[Any], *, top_first: bool = False) -> pa.Table:
    """Return values (years, rows, units) with one line a unit and year, years in order."""
    years, units = years_of(found), found.table.units
    columns: dict[str, Any] = {
        "unit": pa.array(list(units) * len(years), pa.string()),
        "name": pa.array(list(found.table.names) * len(years), pa.string()),
        "year": pa.array(np.repeat(np.array(years, np.int64), len(units))),
    }
    order = range(len(rows) - 1, -1, -1) if top_first else range(len(rows))
    make = _ranked if np.issubdtype(values.dtype, np.integer) else _numbers
    for row in order:
        columns[_free(rows[row], columns)] = make(values[:, row].reshape(-1))
    return pa.table(columns)


def _free(name: str, taken: Iterable[str]) -> str:
    """Return the heading of a column, another one where a person's code is the name of a column of ours."""
    return f"{name} (as named in the recipe)" if name in taken else name


def _numbers(values: npt.NDArray[Any]) -> Any:
    return pa.array(np.ascontiguousarray(values, np.float64), from_pandas=True)


def _ranked(ranks: npt.NDArray[Any]) -> Any:
    return pa.array(ranks, pa.int32(), mask=ranks <= 0)


def _coded(at: Integers, texts: Sequence[str]) -> Any:
    """Return texts by their number, held once each."""
    return pa.DictionaryArray.from_arrays(at.astype(np.int32), pa.array(list(texts), pa.string()))


def _schema(*names: str, **kinds: Any) -> pa.Schema:
    """Return columns of texts, but for those whose kind is told."""
    every: Any = [(name, kinds.get(name, pa.string())) for name in dict.fromkeys((*names, *kinds))]
    return pa.schema(every)
