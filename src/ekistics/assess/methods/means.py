"""The registered ways to make one score of the parts of a group.

The contract: `function(values, weights, of_run, **options)` with values (variants, years, parts, units), NaN missing, weights
(runs, parts) of 0 or more with a sum above 0, and `of_run` (runs,) telling which variant each run reads; the answer is
(runs, years, units). A part that is missing is left out and the weights of the others fill its place; a part with weight 0 does not
count. Where a method cannot take a value that has a weight (a product of values not above zero) the answer is NaN: the plain
assessment refuses such values before, by name, and a run of an uncertainty design counts as failed for that unit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods.registry import Demands, OptionKind, OptionRule, register
from ekistics.model.recipes import Method, Stage
from ekistics.stats.aggregating import arithmetic_mean, median, minimum, weighted_means
from ekistics.stats.outranking import copeland
from ekistics.stats.penalising import Penalty, mazziotta_pareto, mean_min

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ARITHMETIC = Method("arithmetic")
"""What is taken where a recipe names no method for a level."""


def means_of_runs(values: Floats, weights: Floats, of_run: Integers) -> Floats:
    """Return weighted arithmetic means of runs: as matrix products where many runs share a table, else each over its own.

    Parameters
    ----------
    values : (variants, years, parts, units)
    weights : (runs, parts)
    of_run : (runs,)

    Returns
    -------
    (runs, years, units)
    """
    variants, years, parts, units = values.shape
    if len(weights) == 1 and years > 1:  # a year of neighbouring parts is read in place, all years of them would be copied
        table = values[int(of_run[0])]
        return np.stack([arithmetic_mean(table[year], weights[0]) for year in range(years)])[None]
    if variants >= len(weights):
        return arithmetic_mean(as_read(values, of_run), weights[:, None, :])
    by_year = (of_run[:, None] * years + np.arange(years)).reshape(-1)
    means = weighted_means(values.reshape(variants * years, parts, units), np.repeat(weights, years, axis=0), by_year)
    return means.reshape(len(weights), years, units)


def as_read(values: Floats, of_run: Integers) -> Floats:
    """Return the table of each run, (runs, years, parts, units); the very array where every run reads its own."""
    own = len(values) == len(of_run) and bool(np.all(of_run == np.arange(len(of_run))))
    return values if own else values[of_run]


def spoilt_units(bad: NDArray[np.bool_], weights: Floats, of_run: Integers) -> NDArray[np.bool_]:
    """Return (runs, years, units) where a bad value stands in a part that has a weight."""
    return means_of_runs(bad.astype(np.float64), (weights > 0).astype(np.float64), of_run) > 0


@register(Stage.AGGREGATE, "arithmetic", says="the weighted arithmetic mean: a high part makes up for a low one")
def arithmetic(values: Floats, weights: Floats, of_run: Integers) -> Floats:
    """Return weighted arithmetic means."""
    return means_of_runs(values, weights, of_run)


@register(
    Stage.AGGREGATE,
    "geometric",
    says="the weighted geometric mean: a low part costs more than a high one wins",
    demands=Demands(above_zero=True),
)
def geometric(values: Floats, weights: Floats, of_run: Integers) -> Floats:
    """Return weighted geometric means, the exponentials of means of logarithms."""
    return _transformed(values, weights, of_run, np.log, np.exp)


@register(
    Stage.AGGREGATE,
    "harmonic",
    says="the weighted harmonic mean: a low part costs still more",
    demands=Demands(above_zero=True),
)
def harmonic(values: Floats, weights: Floats, of_run: Integers) -> Floats:
    """Return weighted harmonic means."""
    return _transformed(values, weights, of_run, np.reciprocal, np.reciprocal)


_POWER = OptionRule(
    "power", OptionKind.NUMBER, "1 is arithmetic, 0 geometric, -1 harmonic: the lower, the more a low part costs", required=True
)


@register(
    Stage.AGGREGATE,
    "power",
    says="the weighted power mean, the power being an option",
    options=(_POWER,),
    demands=Demands(above_zero=True),
)
def power_mean(values: Floats, weights: Floats, of_run: Integers, *, power: float) -> Floats:
    """Return weighted power means."""
    if power == 0:
        return geometric(values, weights, of_run)
    if power == 1:
        return arithmetic(values, weights, of_run)
    return _transformed(values, weights, of_run, lambda part: part**power, lambda mean: mean ** (1.0 / power))


@register(Stage.AGGREGATE, "median", says="the weighted median of the parts")
def middle(values: Floats, weights: Floats, of_run: Integers) -> Floats:
    """Return weighted medians."""
    return median(as_read(values, of_run), _over_years(weights, values))


@register(Stage.AGGREGATE, "minimum", says="the lowest part: nothing makes up for the worst")
def lowest(values: Floats, weights: Floats, of_run: Integers) -> Floats:
    """Return the lowest parts."""
    return minimum(as_read(values, of_run), _over_years(weights, values))


_PENALTY = OptionRule(
    "penalty",
    OptionKind.TEXT,
    "subtracted where more is better, added where more is worse",
    default=str(Penalty.SUBTRACTED),
    choices=tuple(str(one) for one in Penalty),
)
_DIVISOR = OptionRule(
    "variance",
    OptionKind.TEXT,
    "whether the variance over the parts divides by their number (as the paper) or by their number less one",
    default="n",
    choices=("n", "n-1"),
)


@register(
    Stage.AGGREGATE,
    "mazziotta-pareto",
    says="the Mazziotta-Pareto index: the mean less a penalty for uneven parts, on z-scores around 100 with a deviation of 10",
    options=(_PENALTY, _DIVISOR),
    demands=Demands(above_zero=True, keeps_above_zero=False),
)
@register(
    Stage.AGGREGATE,
    "adjusted-mazziotta-pareto",
    says="the adjusted Mazziotta-Pareto index: the same penalty on goalposts scaled to 70 and 130, comparable over years",
    options=(_PENALTY, _DIVISOR),
    demands=Demands(above_zero=True, keeps_above_zero=False),
)
def penalised(values: Floats, weights: Floats, of_run: Integers, *, penalty: str, variance: str) -> Floats:
    """Return means with a penalty for uneven parts."""
    parts = as_read(values, of_run)
    bad = arithmetic_mean(parts, weights[:, None, :]) <= 0
    parts = np.where(bad[..., None, :], np.nan, parts)
    return mazziotta_pareto(parts, _over_years(weights, values), penalty=Penalty(penalty), degrees_lost=1 if variance == "n-1" else 0)


_SHARE = OptionRule("share", OptionKind.NUMBER, "0 is the mean, 1 (with slope 0) the lowest part", default=1.0, at_least=0.0, at_most=1.0)
_SLOPE = OptionRule("slope", OptionKind.NUMBER, "how gently the penalty sets in, in the unit of the parts", default=1.0, at_least=0.0)


@register(
    Stage.AGGREGATE,
    "mean-min",
    says="between the mean of the parts and the lowest of them",
    options=(_SHARE, _SLOPE),
    demands=Demands(keeps_above_zero=False),
)
def between_mean_and_lowest(values: Floats, weights: Floats, of_run: Integers, *, share: float, slope: float) -> Floats:
    """Return the mean-min function of the parts."""
    return mean_min(as_read(values, of_run), _over_years(weights, values), share=share, slope=slope)


@register(
    Stage.AGGREGATE,
    "copeland",
    says="Copeland's outranking: how many units a unit beats on more than half of the weight, less how many beat it",
    demands=Demands(units=2, keeps_above_zero=False),
)
def outranking(values: Floats, weights: Floats, of_run: Integers) -> Floats:
    """Return Copeland's scores."""
    return copeland(as_read(values, of_run), _over_years(weights, values))


def _transformed(
    values: Floats, weights: Floats, of_run: Integers, forth: Callable[[Floats], Floats], back: Callable[[Floats], Floats]
) -> Floats:
    """Return the mean of transformed values, transformed back; NaN where a value with a weight is not above zero."""
    bad = values <= 0
    any_bad = bool(bad.any())
    means = means_of_runs(forth(np.where(bad, np.nan, values) if any_bad else values), weights, of_run)
    scores = back(means)
    if any_bad:
        scores[spoilt_units(bad, weights, of_run)] = np.nan
    return np.asarray(scores)


def _over_years(weights: Floats, values: Floats) -> Floats:
    runs, parts = weights.shape
    return np.broadcast_to(weights[:, None, :], (runs, values.shape[1], parts))
