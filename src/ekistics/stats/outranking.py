"""Comparing units in pairs: which beats which on how much of the weight, and Copeland's score of wins less losses.

Nothing is averaged, so a bad part is not made good by another, and the scale of a part does not matter: only who is better on it.

A pair is compared on the parts that both units have, and their weights are scaled up to fill the place of the others. A pair without a
part in common is not compared: it is no win, no loss and no tie, and it is counted. What is said of a pair depends on its two units
alone, so no order of units changes it.

Shapes: values `(..., parts, units)`, weights `(..., parts)`, as in `aggregating`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ekistics.stats.aggregating import Floats, Integers, check_weights, lay_out
from ekistics.stats.compiling import compiled

_BLOCK = 1024
"""Opponents taken at a time: their figures stay in the cache."""

_TIE = 1e-12
"""Wins and losses that differ by less, as a share of both, are equal: 0.1 + 0.2 against 0.3 is a tie, in whatever order they are added."""


@dataclass(frozen=True)
class Tally:
    """How many other units each unit beats, ties with, loses to and cannot be compared with, (..., units) each; they add to units - 1."""

    wins: Integers
    ties: Integers
    losses: Integers
    uncompared: Integers


def outranking_matrix(values: Floats, weights: Floats) -> Floats:
    """Return on which share of the weight each unit is better than each other one.

    Parameters
    ----------
    values : (..., parts, units)
        More is better; NaN is missing.
    weights : (..., parts), 0 or more, with a sum above 0

    Returns
    -------
    (..., units, units), 0 to 1
        Row against column; an equal value counts half. A figure and its mirror image add to 1. 0 on the diagonal, NaN for a pair
        without a part in common.

    Raises
    ------
    ValueError
        As `aggregating.arithmetic_mean`.

    Examples
    --------
    >>> outranking_matrix(np.array([[1.0, 2.0], [5.0, 5.0]]), np.array([3.0, 1.0])).tolist()
    [[0.0, 0.125], [0.875, 0.0]]
    """
    check_weights(values, weights)
    laid, units = lay_out(values, weights), values.shape[-1]
    matrix = np.zeros((len(laid.of_values), units, units))
    _fill_matrix(laid.values, laid.weights, laid.of_values, laid.of_weights, matrix)
    return matrix.reshape(*laid.lead, units, units)


def copeland(values: Floats, weights: Floats) -> Floats:
    """Return Copeland's score of each unit: how many others it beats less how many beat it, on more than half of the weight.

    Parameters as in `outranking_matrix`; it can take the place of a mean.

    Returns
    -------
    (..., units), 1 - units to units - 1
        NaN for a unit that could be compared with none.

    Examples
    --------
    >>> copeland(np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 2.0]]), np.array([1.0, 1.0])).tolist()
    [-2.0, 0.0, 2.0]
    """
    tally = copeland_tally(values, weights)
    met = tally.wins + tally.ties + tally.losses
    return np.where(met > 0, (tally.wins - tally.losses).astype(np.float64), np.nan)


def copeland_tally(values: Floats, weights: Floats) -> Tally:
    """Return the counts behind Copeland's score; parameters as in `outranking_matrix`, whose matrix is never held."""
    check_weights(values, weights)
    laid, units = lay_out(values, weights), values.shape[-1]
    counts = np.zeros((4, len(laid.of_values), units), np.int64)
    _fill_tally(laid.values, laid.weights, laid.of_values, laid.of_weights, counts)
    wins, ties, losses, uncompared = counts.reshape(4, *laid.lead, units)
    return Tally(wins, ties, losses, uncompared)


def dominated_pairs(matrix: Floats) -> Integers:
    """Return how many pairs have a unit that is better on every part: no weights can turn their order.

    Parameters
    ----------
    matrix : (..., units, units)
        As `outranking_matrix` gives it.

    Returns
    -------
    (...)
        Of units x (units - 1) / 2 pairs.
    """
    return np.asarray(np.count_nonzero(matrix == 1.0, axis=(-2, -1)), np.int64)


@compiled
def _meet(values: Floats, weights: Floats, unit: int, first: int, wins: Floats, losses: Floats) -> None:
    """Add up, over the parts that both have, the weight on which a unit wins and loses against those from `first` on; ties halve it."""
    size = len(wins)
    wins[:] = 0.0
    losses[:] = 0.0
    for part in range(len(weights)):
        own, weight = values[part, unit], weights[part]
        if own != own or weight == 0:
            continue
        half = 0.5 * weight
        theirs = values[part, first : first + size]
        for other in range(size):
            figure = theirs[other]
            tie = half if own == figure else 0.0
            wins[other] += weight if own > figure else tie
            losses[other] += weight if own < figure else tie


@compiled
def _fill_matrix(values: Floats, weights: Floats, of_values: Integers, of_weights: Integers, matrix: Floats) -> None:
    """Fill in wins / (wins + losses) of each pair, once for its two sides."""
    units = values.shape[2]
    wins, losses = np.empty(_BLOCK), np.empty(_BLOCK)
    for one in range(len(of_values)):
        table, weighing = values[of_values[one]], weights[of_weights[one]]
        for unit in range(units):
            for first in range(unit + 1, units, _BLOCK):
                size = min(_BLOCK, units - first)
                _meet(table, weighing, unit, first, wins[:size], losses[:size])
                for other in range(size):
                    both = wins[other] + losses[other]
                    matrix[one, unit, first + other] = wins[other] / both if both > 0 else np.nan
                    matrix[one, first + other, unit] = losses[other] / both if both > 0 else np.nan


@compiled
def _fill_tally(values: Floats, weights: Floats, of_values: Integers, of_weights: Integers, counts: Integers) -> None:
    """Count each pair for its two sides: counts are wins, ties, losses, pairs not compared."""
    units = values.shape[2]
    wins, losses = np.empty(_BLOCK), np.empty(_BLOCK)
    for one in range(len(of_values)):
        table, weighing = values[of_values[one]], weights[of_weights[one]]
        for unit in range(units):
            for first in range(unit + 1, units, _BLOCK):
                size = min(_BLOCK, units - first)
                _meet(table, weighing, unit, first, wins[:size], losses[:size])
                for other in range(size):
                    both, lead = wins[other] + losses[other], wins[other] - losses[other]
                    own, theirs = 1, 1
                    if not both > 0:
                        own, theirs = 3, 3
                    elif lead > _TIE * both:
                        own, theirs = 0, 2
                    elif lead < -_TIE * both:
                        own, theirs = 2, 0
                    counts[own, one, unit] += 1
                    counts[theirs, one, first + other] += 1
