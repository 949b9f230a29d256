"""The registered ways to treat outliers.

The contract: `function(values, facts, **options)` with values (..., rows, cells), NaN missing, and the answer an `Outcome` of the same
shape. A row holds the cells of one year, or of all years side by side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods.registry import Demands, OptionKind, OptionRule, register
from ekistics.assess.methods.row_facts import Outcome, RowFacts
from ekistics.model.assessments import Change
from ekistics.model.recipes import Stage
from ekistics.stats import treating
from ekistics.stats.logarithms import log_plain
from ekistics.stats.treating import treat_outliers, winsorise_percentiles

Floats = NDArray[np.float64]

_CODES = np.zeros(len(treating.Change), np.int8)
_CODES[treating.Change.RAISED] = Change.WINSORISED_LOW
_CODES[treating.Change.LOWERED] = Change.WINSORISED_HIGH
_CODES[treating.Change.LOGGED] = Change.LOGGED


@register(Stage.TREAT, "none", says="outliers stay as they are")
def untreated(values: Floats, facts: RowFacts) -> Outcome:
    """Return the values as they are."""
    return Outcome(values)


@register(
    Stage.TREAT,
    "winsorise-or-log",
    says="rows that are both skewed and peaked are winsorised one value at a time, and logged where that is not enough",
    options=(
        OptionRule("skewness", OptionKind.NUMBER, "a row with this absolute skewness or more", default=treating.SKEWNESS_LIMIT, above=0.0),
        OptionRule(
            "kurtosis", OptionKind.NUMBER, "and this excess kurtosis or more is treated", default=treating.KURTOSIS_LIMIT, above=0.0
        ),
        OptionRule("at_most", OptionKind.WHOLE, "cells of a row that may be winsorised before it is logged instead", default=5, at_least=0),
        OptionRule("log", OptionKind.YES_NO, "whether a row that winsorising cannot mend is logged", default=True),
    ),
)
def winsorised_or_logged(values: Floats, facts: RowFacts, *, skewness: float, kurtosis: float, at_most: int, log: bool) -> Outcome:
    """Return rows within the limits of skewness and kurtosis."""
    treated = treat_outliers(values, skewness=skewness, kurtosis=kurtosis, at_most=at_most, log=log)
    return _outcome(treated.values, treated.changed)


@register(
    Stage.TREAT,
    "winsorise",
    says="values beyond two percentiles of their row take the value of the percentile",
    options=(
        OptionRule(
            "percentiles",
            OptionKind.NUMBERS,
            "the lower and the upper percentile",
            default=(5.0, 95.0),
            at_least=0.0,
            at_most=100.0,
            length=2,
            rising=True,
        ),
    ),
)
def winsorised(values: Floats, facts: RowFacts, *, percentiles: tuple[float, float]) -> Outcome:
    """Return rows held between two of their percentiles."""
    held = winsorise_percentiles(values, *percentiles)
    return _outcome(held.values, held.changed)


@register(Stage.TREAT, "log", says="natural logarithms of values above zero", demands=Demands(above_zero=True))
def logged(values: Floats, facts: RowFacts) -> Outcome:
    """Return logarithms; the flag is said of every cell."""
    unfit: NDArray[np.bool_] = np.any(values <= 0, axis=-1, keepdims=True)[..., 0]
    kept = np.where(unfit[..., None], np.nan, values) if unfit.any() else values
    changes = np.where(np.isnan(kept), np.int8(0), np.int8(Change.LOGGED)).astype(np.int8)
    return Outcome(log_plain(kept), changes, unfit if unfit.any() else None)


def _outcome(values: Floats, changed: NDArray[np.int8]) -> Outcome:
    return Outcome(values, _CODES[changed] if changed.any() else None)
