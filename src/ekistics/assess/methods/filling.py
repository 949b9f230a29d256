"""The registered ways to fill gaps.

The contract: `function(values, gaps, **options)` with values (variants, years, rows, units), NaN missing, and the answer of the same
shape with some of the gaps filled; a cell that was there is never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods.registry import Demands, OptionKind, OptionRule, find, register
from ekistics.assess.methods.row_facts import RowFacts
from ekistics.assess.methods.trees import Tree
from ekistics.model.assessments import Remark
from ekistics.model.index_tables import Cube, IndexTable
from ekistics.model.recipes import Method, Stage
from ekistics.stats import imputing
from ekistics.stats.imputing import Filled
from ekistics.stats.moments import row_statistics

Floats = NDArray[np.float64]

_REPEATS = 5
"""How often a tenth of the known cells is hidden and filled to say how far off a method is."""


@dataclass(frozen=True)
class Gaps:
    """What a method of filling gaps may know.

    Attributes
    ----------
    years : (years,) rising
    facts : of the rows
    pillars : (rows,) whole numbers: rows of the same group share one
    labels : by grouping, (units,) whole numbers: units with the same label share one
    seed : where a method draws
    """

    years: NDArray[np.int64]
    facts: RowFacts
    pillars: NDArray[np.int64]
    labels: dict[str, NDArray[np.int64]]
    seed: int


def gaps_of(table: IndexTable, tree: Tree, facts: RowFacts, seed: int) -> Gaps:
    """Return what methods may know; a row belongs to the first group that names it."""
    pillars = np.full(tree.indicators, -1, dtype=np.int64)
    for group, parts in enumerate(tree.parts):
        rows = parts[parts < tree.indicators]
        pillars[rows] = np.where(pillars[rows] < 0, group, pillars[rows])
    labels = {name: np.unique(np.array(told), return_inverse=True)[1].astype(np.int64) for name, told in table.labels.items()}
    return Gaps(np.array(table.years, dtype=np.int64), facts, pillars, labels, seed)


_GROUP = OptionRule("group", OptionKind.TEXT, "the column of labels whose groups are taken", required=True)
_BY_GROUP = Demands(group="group")


@register(Stage.IMPUTE, "none", says="gaps stay gaps")
def unfilled(values: Floats, gaps: Gaps) -> Floats:
    """Return the values as they are."""
    return values


@register(Stage.IMPUTE, "mean", says="the mean of the indicator over the units of the year")
def mean(values: Floats, gaps: Gaps) -> Floats:
    """Return gaps filled with the mean of their row."""
    return imputing.fill_mean(values).values


@register(Stage.IMPUTE, "median", says="the median of the indicator over the units of the year")
def median(values: Floats, gaps: Gaps) -> Floats:
    """Return gaps filled with the median of their row."""
    return imputing.fill_median(values).values


@register(Stage.IMPUTE, "group-mean", says="the mean over the units of the same group in the year", options=(_GROUP,), demands=_BY_GROUP)
def group_mean(values: Floats, gaps: Gaps, *, group: str) -> Floats:
    """Return gaps filled with the mean of their group."""
    return imputing.fill_group_mean(values, gaps.labels[group]).values


@register(
    Stage.IMPUTE, "group-median", says="the median over the units of the same group in the year", options=(_GROUP,), demands=_BY_GROUP
)
def group_median(values: Floats, gaps: Gaps, *, group: str) -> Floats:
    """Return gaps filled with the median of their group."""
    return imputing.fill_group_median(values, gaps.labels[group]).values


@register(Stage.IMPUTE, "row-mean", says="the mean of the unit's other indicators of the same group, each on its scale from worst to best")
def row_mean(values: Floats, gaps: Gaps) -> Floats:
    """Return gaps filled from the siblings of their row."""
    return imputing.fill_pillar_mean(values, gaps.pillars, direction=gaps.facts.signs).values


@register(
    Stage.IMPUTE,
    "last-value",
    says="the last value before the gap",
    options=(OptionRule("limit", OptionKind.WHOLE, "how many years old the value may be; left out, any age", at_least=1),),
)
def last_value(values: Floats, gaps: Gaps, *, limit: int | None) -> Floats:
    """Return gaps filled with the last value before them."""
    return _over_time(values, lambda cells: imputing.fill_last(cells, gaps.years, limit=limit))


@register(Stage.IMPUTE, "linear", says="on the straight line in time between the values on both sides")
def linear(values: Floats, gaps: Gaps) -> Floats:
    """Return gaps filled on straight lines in time."""
    return _over_time(values, lambda cells: imputing.fill_linear(cells, gaps.years))


@register(Stage.IMPUTE, "linear-constant", says="as linear, and the first and the last value of a series before and after it")
def linear_constant(values: Floats, gaps: Gaps) -> Floats:
    """Return gaps filled on straight lines, level before the first and after the last value."""
    return _over_time(values, lambda cells: imputing.fill_linear_constant(cells, gaps.years))


@register(Stage.IMPUTE, "constant", says="the last value before the gap; before the first value, that one")
def constant(values: Floats, gaps: Gaps) -> Floats:
    """Return gaps filled with the value nearest before them, else the first."""
    return _over_time(values, lambda cells: imputing.fill_nearest_in_time(cells, gaps.years))


_WITHIN = OptionRule(
    "within_range", OptionKind.YES_NO, "whether no gap is filled beyond the least and the largest figure of its indicator", default=True
)
_ROUNDS = OptionRule("rounds", OptionKind.WHOLE, "rounds of regressions at most", default=10, at_least=1, at_most=1000)
_NEIGHBOURS = OptionRule(
    "neighbours", OptionKind.WHOLE, "how many other indicators one is regressed on, drawn by correlation; left out, all", at_least=1
)


@register(
    Stage.IMPUTE,
    "regression",
    says="what the unit's other indicators let expect by regression, year by year",
    options=(_WITHIN, _ROUNDS, _NEIGHBOURS),
)
def regression(values: Floats, gaps: Gaps, *, within_range: bool, rounds: int, neighbours: int | None) -> Floats:
    """Return gaps filled by chained regressions."""
    from ekistics.stats.imputing_model import fill_regression  # loads scikit-learn, which takes seconds: only who asks for it waits

    low, high = _range(values, within_range=within_range)
    return fill_regression(values, low=low, high=high, rounds=rounds, neighbours=neighbours, seed=gaps.seed).values


@register(
    Stage.IMPUTE,
    "multiple",
    says="multiple imputation: the mean of several draws from what the regressions leave open, the draws being the doubt about the gap",
    options=(OptionRule("draws", OptionKind.WHOLE, "how many draws", default=20, at_least=2, at_most=1000), _WITHIN, _ROUNDS, _NEIGHBOURS),
)
def multiple(values: Floats, gaps: Gaps, *, draws: int, within_range: bool, rounds: int, neighbours: int | None) -> Floats:
    """Return gaps filled with the mean of several draws."""
    drawn = regression_draws(values, gaps, draws=draws, seed=gaps.seed, within_range=within_range, rounds=rounds, neighbours=neighbours)
    return np.where(np.isnan(values), drawn.mean(axis=0), values)


def regression_draws(
    values: Floats, gaps: Gaps, *, draws: int, seed: int, within_range: bool, rounds: int, neighbours: int | None
) -> Floats:
    """Return (draws, variants, years, rows, units): gaps filled so many times from what the regressions leave open."""
    from ekistics.stats.imputing_model import draw_imputations  # loads scikit-learn, which takes seconds: only who asks for it waits

    low, high = _range(values, within_range=within_range)
    return draw_imputations(values, draws=draws, seed=seed, low=low, high=high, rounds=rounds, neighbours=neighbours).values


def filling_draws(method: Method, gaps: Gaps, before: Cube, *, draws: int, seed: int) -> Floats:
    """Return (draws, years, rows, units): the gaps filled so many times, their spread being the doubt about them.

    Multiple imputation draws from its regressions. To any other method a normal error as large as its hold-out error is added, held
    within the range of the indicator's figures; a row whose hold-out error is not known is filled alike in every draw.

    Parameters
    ----------
    before : (years, rows, units) figures with their gaps
    """
    told = find(Stage.IMPUTE, method)
    options = told.completed(method)
    if told.name == "multiple":
        options.pop("draws")
        return np.asarray(regression_draws(before[None], gaps, draws=draws, seed=seed, **options)[:, 0])  # type: ignore[arg-type]  # checked
    filled: Floats = told.function(before[None], gaps, **options)[0]
    imputed = np.isnan(before) & ~np.isnan(filled)
    made = np.repeat(filled[None], draws, axis=0)
    if not imputed.any():
        return made
    rmse = {one.about: one.numbers["rmse"] for one in hold_out_remarks(method, gaps, before, imputed)}
    error = np.nan_to_num(np.array([rmse.get(code, 0.0) for code in gaps.facts.codes]))
    low, high = _range(before[None], within_range=True)
    where = np.argwhere(imputed)
    drawn = np.random.default_rng(seed).standard_normal((draws, len(where)))
    years, rows, units = where.T
    made[:, years, rows, units] = np.clip(made[:, years, rows, units] + drawn * error[rows], low[rows], high[rows])
    return made


def _range(values: Floats, *, within_range: bool) -> tuple[Floats, Floats]:
    """Return (rows,) bounds of what may be filled in: the least and the largest figure of each row, or none."""
    if not within_range:
        return np.full(values.shape[2], -np.inf), np.full(values.shape[2], np.inf)
    low = np.fmin.reduce(values, axis=(0, 1, 3))
    high = np.fmax.reduce(values, axis=(0, 1, 3))
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)


def hold_out_remarks(method: Method, gaps: Gaps, before: Cube, filled: NDArray[np.bool_]) -> tuple[Remark, ...]:
    """Return, for each row with cells filled, how far off the method is where known cells are hidden and filled.

    Parameters
    ----------
    before, filled : (years, rows, units) figures before, and which cells were filled

    Returns
    -------
    tuple of Remark
        `hold-out-error`: the error in the unit of the row (`rmse`) and in its standard deviations (`relative`), how many cells were
        `tried`, how many of them stayed `unfilled`; NaN where none could be filled.
    """
    rows = np.flatnonzero(filled.any(axis=(0, 2)))
    if len(rows) == 0:
        return ()
    if method.name == "multiple":  # what its draws spread around is the regression, which is many times as quick
        method = Method("regression", {name: value for name, value in method.options.items() if name != "draws"})
    told = find(Stage.IMPUTE, method)
    options = told.completed(method)

    def fill(cells: Floats) -> Filled:
        made = told.function(cells[None], gaps, **options)[0]
        return Filled(made, np.isnan(cells) & ~np.isnan(made))

    found = imputing.hold_out_error(fill, before, repeats=_REPEATS, seed=gaps.seed)
    met = found.tried - found.unfilled
    squares = np.where(met > 0, met * np.nan_to_num(found.rmse) ** 2, 0.0).sum(axis=0)
    met = met.sum(axis=0)
    rmse = np.sqrt(np.divide(squares, met, out=np.full(met.shape, np.nan), where=met > 0))
    spread = row_statistics(before).pooled(axis=0).sd
    relative = np.divide(rmse, spread, out=np.full(met.shape, np.nan), where=spread > 0)
    tried, unfilled = found.tried.sum(axis=0), found.unfilled.sum(axis=0)
    return tuple(
        Remark(
            "hold-out-error",
            gaps.facts.codes[row],
            {
                "rmse": float(rmse[row]),
                "relative": float(relative[row]),
                "tried": float(tried[row]),
                "unfilled": float(unfilled[row]),
            },
        )
        for row in rows
    )


def _over_time(values: Floats, fill: Callable[[Floats], Filled]) -> Floats:
    return np.moveaxis(fill(np.moveaxis(values, 1, 0)).values, 0, 1)
