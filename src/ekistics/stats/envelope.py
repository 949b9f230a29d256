"""Benefit of the doubt: each unit is scored with the weights that are best for it, held against all others with the same weights.

The score of a unit is the highest weighted sum of its parts with weights of 0 or more under which no unit's sum is above 1 (Melyn and
Moesen; Cherchye and others): 1 where no mixture of other units is better on every part. Unbounded, it gives weights of 0 and many ties
at 1; bounds on the share of each part in the unit's own score keep both down.

A score depends on all units given. To compare years, put the units of all years side by side along the last axis. Weights are not
unique where scores are 1, and need not be the same from one solver to the next: scores are.

Parts have values of 0 or more, and more is better; their scale does not matter. A missing part counts for nothing: a unit is scored on
the parts that it has, and does not hold back others on a part that it lacks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from ekistics.stats.aggregating import Floats, Mask
from ekistics.stats.compiling import compiled

_TOLERANCE = 1e-10
"""By how much the solver may miss a bound; the parts are scaled to a highest value of 1."""

_BEST = 1e-9
"""A score that falls short of 1 by less is 1: the best tie, and rounding does not put them in an order."""


@dataclass(frozen=True)
class Envelope:
    """Scores by the benefit of the doubt.

    Attributes
    ----------
    scores : (..., units), 0 to 1
        NaN for a unit without parts, and for one that is `infeasible`.
    weights : (..., parts, units)
        The weights of each unit, on the values as given; 0 for a part that it lacks, NaN where there is no score.
    shares : (..., parts, units), 0 to 1
        Weight x value over score; NaN where the score is NaN or 0.
    infeasible : (..., units)
        Units that have parts, but so few that shares within their bounds cannot add up to 1.
    """

    scores: Floats
    weights: Floats
    shares: Floats
    infeasible: Mask


def benefit_of_the_doubt(values: Floats, *, least_share: Floats | float = 0.0, most_share: Floats | float = 1.0) -> Envelope:
    """Return the score of each unit with the weights that are best for it.

    Parameters
    ----------
    values : (..., parts, units), 0 or more
        NaN is missing.
    least_share, most_share : (parts,) or one number, 0 to 1
        Between which shares of the unit's own score each part that it has must lie. A part with value 0 and a least share above 0 makes
        the score 0.

    Raises
    ------
    ValueError
        If values are below 0 or infinite, a part is 0 for every unit, or bounds are out of order or cannot add up to 1.

    Examples
    --------
    >>> benefit_of_the_doubt(np.array([[4.0, 1.0, 2.0], [1.0, 4.0, 2.0]])).scores.round(3).tolist()
    [1.0, 1.0, 0.8]
    """
    *lead, parts, units = values.shape
    least, most = _bounds(least_share, most_share, parts)
    if np.any(values < 0) or np.any(np.isinf(values)):
        raise ValueError("the benefit of the doubt needs finite values of 0 or more")
    scores, weights = np.empty((*lead, units)), np.empty(values.shape)
    for one in np.ndindex(*lead):
        scores[one], weights[one] = _one_set(values[one], least, most)
    present = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(scores[..., None, :] > 0, weights * np.where(present, values, 0.0) / scores[..., None, :], np.nan)
    return Envelope(scores, weights, shares, np.isnan(scores) & present.any(axis=-2))


def _bounds(least_share: Floats | float, most_share: Floats | float, parts: int) -> tuple[Floats, Floats]:
    least, most = (np.broadcast_to(np.asarray(bound, np.float64), (parts,)) for bound in (least_share, most_share))
    if not np.all((least >= 0) & (least <= most) & (most <= 1)):
        raise ValueError("bounds on shares are 0 to 1, the least at most the most")
    if least.sum() > 1 + _TOLERANCE or most.sum() < 1 - _TOLERANCE:
        raise ValueError("shares within these bounds cannot add up to 1")
    return least, most


def _one_set(values: Floats, least: Floats, most: Floats) -> tuple[Floats, Floats]:
    """Return scores (units,) and weights (parts, units): one linear programme a unit, held against the units that nobody dominates."""
    known = np.where(np.isnan(values), 0.0, values)
    highest = known.max(axis=1, initial=0.0)
    if np.any(highest == 0):
        raise ValueError("a part is 0 or missing for every unit")
    scaled = np.ascontiguousarray((known / highest[:, None]).T)
    rivals = scaled[_undominated(scaled)]
    scores, weights = np.full(values.shape[1], np.nan), np.full(values.shape, np.nan)
    for unit, own in enumerate(scaled):
        present = ~np.isnan(values[:, unit])
        if present.any():
            scores[unit], weights[present, unit] = _best_for(own[present], rivals[:, present], least[present], most[present])
            weights[~present, unit] = 0.0 if np.isfinite(scores[unit]) else np.nan
    return scores, weights / highest[:, None]


def _best_for(own: Floats, rivals: Floats, least: Floats, most: Floats) -> tuple[float, Floats]:
    """Return the highest score, and the weights; NaN where the shares of these parts cannot add up to 1 within their bounds."""
    if least.sum() > 1 + _TOLERANCE or most.sum() < 1 - _TOLERANCE:
        return np.nan, np.full(len(own), np.nan)
    rows = [rivals]
    # weight x value >= least x score and <= most x score, where score is the sum of weight x value
    if np.any(least > 0):
        rows.append((least[:, None] * own - np.diag(own))[least > 0])
    if np.any(most < 1):
        rows.append((np.diag(own) - most[:, None] * own)[most < 1])
    matrix = np.concatenate(rows)
    limits = np.concatenate([np.ones(len(rivals)), np.zeros(len(matrix) - len(rivals))])
    found = linprog(
        -own,
        A_ub=matrix,
        b_ub=limits,
        method="highs-ds",
        options={"primal_feasibility_tolerance": _TOLERANCE, "dual_feasibility_tolerance": _TOLERANCE, "presolve": False},
    )
    # no weights at all keep every bound, and the parts are bounded: there is always a best
    if found.fun is None or found.x is None:
        raise ArithmeticError(f"the weights best for a unit could not be found: {found.message}")
    score = max(-float(found.fun), 0.0)
    return 1.0 if score > 1 - _BEST else score, np.asarray(found.x, np.float64)


@compiled
def _undominated(rows: Floats) -> NDArray[np.bool_]:
    """Tell which rows no other row equals or exceeds in every column; of equal rows the first is kept.

    Weights of 0 or more that hold these to a sum of 1 hold all: the others need no row in the programme.
    """
    count, columns = rows.shape
    kept = np.ones(count, np.bool_)
    for one in range(count):
        for other in range(count):
            if other == one or not kept[other]:
                continue
            covers, equal = True, True
            for column in range(columns):
                if rows[other, column] < rows[one, column]:
                    covers = False
                    break
                if rows[other, column] > rows[one, column]:
                    equal = False
            if covers and (not equal or other < one):
                kept[one] = False
                break
    return kept
