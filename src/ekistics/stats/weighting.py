"""Weights of parts: equal, given, from experts' points, from principal components, or such that parts have the influence wanted.

A weight says what a part gives to the whole; it does not say how much the part moves the ranking, for parts vary unequally and go
together. The two last ways look at the figures, so their weights change when the figures do: over several years they are found once
and held fixed.

Weights returned add up to 1. Missing values are taken out pair by pair when parts are correlated; no unit is dropped for one gap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from ekistics.stats.aggregating import Floats, Mask, arithmetic_mean
from ekistics.stats.coherence import PrincipalComponents, components_of
from ekistics.stats.correlations import correlations

_ROTATIONS = 1000
"""Rounds of varimax at most; a few dozen are usual."""

_STILL = 1e-14
"""Varimax stops when a round adds less than this share to its criterion."""


@dataclass(frozen=True)
class BudgetAllocation:
    """Weights of experts who shared out points, (parts,) each, and which experts are not in them, (experts,).

    `spread` is the standard deviation over experts (their number less one), NaN with one expert; `lowest` and `highest` are the bounds
    within which the experts disagree.
    """

    weights: Floats
    spread: Floats
    lowest: Floats
    highest: Floats
    left_out: Mask


@dataclass(frozen=True)
class ComponentWeights:
    """Weights of parts from principal components.

    Attributes
    ----------
    weights : (..., parts)
        They add up to 1; 0 where the loading is negative.
    loadings : (..., parts)
        The loadings that the weights come from, with their sign.
    negative : (..., parts)
        Parts that run against the others. Their weight of 0 takes them out of the whole: a recipe that wants none of that refuses when
        one is marked, and whoever turned the part's direction round looks at it again.
    share_of_variance : (...), 0 to 1
        What the components kept tell of the variance of all parts.
    """

    weights: Floats
    loadings: Floats
    negative: Mask
    share_of_variance: Floats


@dataclass(frozen=True)
class BalancedWeights:
    """Weights sought for the influence of parts on the whole, (parts,) each.

    `influence` are the correlations of part and whole that they give, `wanted` the correlations in the proportions wanted, with the
    same sum. `misfit` is the largest difference of the two as shares of that sum: 0 but for rounding where the wanted influence can be
    had, more where it would need weights below 0; these are 0 then, and the rest comes as near as least squares can.
    """

    weights: Floats
    influence: Floats
    wanted: Floats
    misfit: float


def equal_weights(parts: int) -> Floats:
    """Return weights of 1 / parts."""
    return np.full(parts, 1.0 / parts)


def given_weights(weights: Floats) -> Floats:
    """Return weights scaled to add up to 1.

    Parameters
    ----------
    weights : (..., parts), 0 or more, with a sum above 0

    Raises
    ------
    ValueError
        If one is negative or not finite, or they add up to 0.
    """
    if not np.all(np.isfinite(weights)) or np.any(weights < 0):
        raise ValueError("a weight is a finite number of 0 or more")
    total = weights.sum(axis=-1, keepdims=True)
    if not np.all(total > 0):
        raise ValueError("the weights add up to 0")
    return np.asarray(weights / total)


def budget_allocation(points: Floats) -> BudgetAllocation:
    """Return the mean of the weights of experts who shared out points.

    Parameters
    ----------
    points : (experts, parts), 0 or more
        Each expert's own sum is scaled to 1, so that a budget of 100 and one of 10 count alike. An expert with a missing point (NaN is
        not 0 points), or without any point given, is left out and marked.

    Raises
    ------
    ValueError
        If points are negative or infinite, or no expert is left.

    Examples
    --------
    >>> budget_allocation(np.array([[60.0, 40.0], [2.0, 8.0], [np.nan, 5.0]])).weights.round(3).tolist()
    [0.4, 0.6]
    """
    if np.any(np.isinf(points)) or np.any(points < 0):
        raise ValueError("an expert's points are finite numbers of 0 or more")
    left_out = np.isnan(points).any(axis=1) | (points.sum(axis=1) == 0)
    if left_out.all():
        raise ValueError("no expert has given points for every part")
    shares = given_weights(points[~left_out])
    spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.full(points.shape[1], np.nan)
    return BudgetAllocation(shares.mean(axis=0), spread, shares.min(axis=0), shares.max(axis=0), left_out)


def component_weights(values: Floats) -> ComponentWeights:
    """Return weights in proportion to the loadings of the first principal component of the standardised parts.

    The sign of a component is arbitrary; here its loadings add to a positive number, so that the component rises with the plain mean
    of the parts.

    Parameters
    ----------
    values : (..., parts, units)
        NaN is missing.

    Raises
    ------
    ValueError
        If a part does not vary, or two parts are not known together for any units.
    """
    found = _components(values)
    loadings = found.loadings[..., 0]
    return _weights_of(loadings, np.abs(loadings), found.proportions[..., 0])


def rotated_component_weights(values: Floats, *, components: int) -> ComponentWeights:
    """Return weights from several principal components, rotated so that each part belongs to one of them.

    The way of the OECD and JRC handbook on composite indicators: loadings times the root of the variance, rotated by varimax; a part
    belongs to the component on which its loading is largest in size, its weight is the square of that loading over the variance of
    the component, and the component weighs in by its share of the variance kept: in the end, the square over the sum of squares.

    Parameters
    ----------
    values : (parts, units)
        NaN is missing.
    components : 1 to parts
        How many are kept; `PrincipalComponents.above` tells how many vary more than a single part.

    Raises
    ------
    ValueError
        If `components` is out of its range; also as `component_weights`.
    """
    found = _components(values)
    if not 1 <= components <= len(found.variances):
        raise ValueError(f"{len(found.variances)} parts have 1 to {len(found.variances)} components, not {components}")
    scaled = found.loadings[:, :components] * np.sqrt(np.maximum(found.variances[:components], 0.0))
    rotated = varimax(scaled)
    rotated = rotated * np.where(rotated.sum(axis=0) < 0, -1.0, 1.0)
    loadings = np.take_along_axis(rotated, np.abs(rotated).argmax(axis=1)[:, None], axis=1)[:, 0]
    return _weights_of(loadings, loadings**2, found.proportions[:components].sum())


def varimax(loadings: Floats) -> Floats:
    """Return loadings, (parts, components), rotated so that their squares vary as much as they can within each component (Kaiser)."""
    parts, components = loadings.shape
    rotation, before = np.eye(components), 0.0
    for _ in range(_ROTATIONS):
        turned = loadings @ rotation
        left, sizes, right = np.linalg.svd(loadings.T @ (turned**3 - turned * (turned**2).sum(axis=0) / parts))
        rotation = left @ right
        if sizes.sum() <= before * (1 + _STILL):
            break
        before = sizes.sum()
    return np.asarray(loadings @ rotation)


def balanced_weights(values: Floats, *, wanted: Floats | None = None) -> BalancedWeights:
    """Return weights of an arithmetic mean with which each part goes with the whole as much as wanted.

    The correlation of a part with a weighted sum is linear in the weights but for one common factor, so the weights are the solution
    of one linear system; where it has entries below 0, they come from least squares with weights of 0 or more.

    Parameters
    ----------
    values : (parts, units)
        NaN is missing; the system is that of the pairwise complete correlations, and with gaps `misfit` tells what that leaves.
    wanted : (parts,) above 0, optional
        In which proportions the parts are to go with the whole, in the order of the parts; None is alike.

    Raises
    ------
    ValueError
        If a part does not vary, or `wanted` is not one number above 0 a part.

    Examples
    --------
    >>> found = balanced_weights(np.array([[1.0, 2, 3, 4], [10.0, 30, 20, 40]]))
    >>> found.weights.round(3).tolist(), found.influence.round(3).tolist()
    ([0.909, 0.091], [0.949, 0.949])
    """
    aim = _aim(wanted, len(values))
    matrix = _correlation_matrix(values)
    scaled = np.linalg.lstsq(matrix, aim, rcond=None)[0]
    if np.any(scaled < 0) or not np.allclose(matrix @ scaled, aim, rtol=0, atol=1e-9):
        scaled = optimize.nnls(matrix, aim)[0]
    weights = given_weights(scaled / np.nanstd(values, axis=1))
    return _judged(values, weights, arithmetic_mean(values, weights), aim)


def searched_weights(
    values: Floats, whole: Callable[[Floats], Floats], *, wanted: Floats | None = None, start: Floats | None = None, rounds: int = 200
) -> BalancedWeights:
    """Return weights with which each part goes with the whole as much as wanted, for any way of making the whole.

    For means that are not arithmetic, wholes over several levels, and data with gaps: a least-squares search over the logarithms of
    the weights, which are above 0 throughout.

    Parameters
    ----------
    values : (parts, units)
    whole : weights (parts,), adding up to 1, to scores (units,)
    wanted : (parts,) above 0, optional
        As in `balanced_weights`.
    start : (parts,) above 0, optional
        Where the search sets out; None is equal weights.
    rounds : 1 or more
        How often the whole is made at most, not counting what slopes need.

    Raises
    ------
    ValueError
        If `wanted` or `start` is not one number above 0 a part, or the whole does not vary.
    """
    aim = _aim(wanted, len(values))
    first = np.log(_aim(start, len(values)))

    def weights_at(logarithms: Floats) -> Floats:
        raised = np.exp(logarithms - logarithms.max())
        return np.asarray(raised / raised.sum())

    def misses(logarithms: Floats) -> Floats:
        influence = _influence(values, whole(weights_at(logarithms)))
        return np.asarray(influence - aim * influence.sum())

    found = optimize.least_squares(misses, first, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=rounds)
    weights = weights_at(np.asarray(found.x))
    return _judged(values, weights, whole(weights), aim)


def _components(values: Floats) -> PrincipalComponents:
    return components_of(_correlation_matrix(values))


def _correlation_matrix(values: Floats) -> Floats:
    matrix = correlations(values).r
    if not np.all(np.isfinite(matrix)):
        raise ValueError("parts cannot be correlated: one does not vary, or two are known together for too few units")
    return matrix


def _weights_of(loadings: Floats, sizes: Floats, share: Floats) -> ComponentWeights:
    negative = loadings < 0
    return ComponentWeights(given_weights(np.where(negative, 0.0, sizes)), loadings, negative, np.asarray(share))


def _aim(told: Floats | None, parts: int) -> Floats:
    """Return proportions that add up to 1; alike where none are told."""
    if told is None:
        return equal_weights(parts)
    if told.shape != (parts,) or not np.all(np.isfinite(told)) or np.any(told <= 0):
        raise ValueError(f"one number above 0 is needed for each of {parts} parts")
    return given_weights(told)


def _influence(values: Floats, whole: Floats) -> Floats:
    """Return the correlation of each part with the whole."""
    found = correlations(values, whole[None]).r[:, 0]
    if not np.all(np.isfinite(found)):
        raise ValueError("the whole does not vary with these weights, or a part is not known where the whole is")
    return found


def _judged(values: Floats, weights: Floats, whole: Floats, aim: Floats) -> BalancedWeights:
    influence = _influence(values, whole)
    total = float(influence.sum())
    misfit = float(np.max(np.abs(influence / total - aim))) if total > 0 else np.inf
    return BalancedWeights(weights, influence, aim * total, misfit)
