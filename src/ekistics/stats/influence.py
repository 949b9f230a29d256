"""How much of a composite's variance each part accounts for: correlation ratios by a penalised spline, beside the linear r squared.

The correlation ratio (first-order effect) of a part x on the whole y is Var(E(y | x)) / Var(y): the share of the variance of y that
would be gone if x were known (Paruolo, Saisana and Saltelli 2013, J. R. Stat. Soc. A 176; Becker, Saisana, Paruolo and Vandecasteele
2017, Ecological Indicators 80). E(y | x) is smoothed by a penalised cubic B-spline (Eilers and Marx 1996):

- equally spaced knots over the range of x, one segment for every four units, 3 to 20 segments;
- second differences of neighbouring coefficients are penalised, so the smoothest curve of all is the straight line, and the ratio of a
  linear relation is its r squared;
- the weight of the penalty minimises generalised cross-validation, with each effective degree of freedom counted 1.4 times (Kim and
  Gu 2004), because the plain criterion now and then follows noise.

Parts that are correlated share what they account for, so the ratios of the parts add to more or less than 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FEWEST_UNITS = 10
"""Below so many units with both values no curve is drawn: the ratio is NaN, the linear figures stay."""

_MOST_SEGMENTS, _FEWEST_SEGMENTS, _UNITS_A_SEGMENT = 20, 3, 4
_COUNTED = 1.4
_PENALTIES = 10.0 ** np.linspace(-4.0, 10.0, 57)
"""Weights tried, relative to a penalty as large as the data term; the last leaves the straight line to ten digits."""


@dataclass(frozen=True)
class Influence:
    """What each part accounts for in its whole, (..., parts) throughout.

    Attributes
    ----------
    ratio : 0 to 1
        Correlation ratio by the spline. NaN below `FEWEST_UNITS` units.
    r : -1 to 1
        Pearson's correlation; NaN where a row does not vary or below three units.
    degrees_of_freedom : 2 or more
        Effective degrees of freedom of the curve; 2 is a straight line.
    units : how many units have both values
    """

    ratio: Array
    r: Array
    degrees_of_freedom: Array
    units: NDArray[np.int64]

    @property
    def linear(self) -> Array:
        """The share of variance that a straight line accounts for: r squared."""
        return self.r**2

    @property
    def by_chance(self) -> Array:
        """The ratio that a part without any relation would show on average: a curve takes up some noise."""
        return (self.degrees_of_freedom - 1.0) / np.maximum(self.units - 1, 1)


def influence(parts: Array, whole: Array) -> Influence:
    """Return how much of the variance of a whole each part accounts for.

    Parameters
    ----------
    parts : (..., parts, units)
        NaN is missing; each part is compared over the units that have it and the whole.
    whole : (..., units)

    Returns
    -------
    Influence

    Examples
    --------
    >>> x = np.linspace(-1, 1, 200)
    >>> found = influence(np.stack([x]), x**2)
    >>> found.ratio.round(3).tolist(), abs(found.linear.round(3)).tolist()
    ([1.0], [0.0])
    """
    x = np.asarray(parts, dtype=np.float64)
    y = np.broadcast_to(np.asarray(whole, dtype=np.float64)[..., None, :], x.shape)
    flat_x, flat_y = x.reshape(-1, x.shape[-1]), y.reshape(-1, x.shape[-1])
    # as many rows at once as keep their bases within some 200 MB
    rows = max(1, 1_000_000 // max(1, x.shape[-1]))
    made = [_influence(flat_x[k : k + rows], flat_y[k : k + rows]) for k in range(0, len(flat_x), rows)]
    joined = [np.concatenate(columns).reshape(x.shape[:-1]) for columns in zip(*made, strict=True)]
    return Influence(joined[0], joined[1], joined[2], joined[3].astype(np.int64))


def relative_influence(ratio: Array) -> Array:
    """Return ratios as shares of their sum, (..., parts), to hold against weights that add to 1; a missing ratio takes no share."""
    total = np.nansum(ratio, axis=-1, keepdims=True)
    return np.asarray(np.divide(ratio, total, out=np.full(np.shape(ratio), np.nan), where=total > 0))


def _influence(x: Array, y: Array) -> tuple[Array, Array, Array, Array]:
    there = np.isfinite(x) & np.isfinite(y)
    units = there.sum(axis=-1)
    x, spread_x = _standardised(x, there)
    y, spread_y = _standardised(y, there)
    varies = (spread_x > 0) & (spread_y > 0) & (units > 2)
    r = np.where(varies, np.clip((x * y).sum(axis=-1), -1.0, 1.0), np.nan)
    ratio, freedom = _smooth(x, y, there)
    drawn = varies & (units >= FEWEST_UNITS)
    return np.where(drawn, ratio, np.nan), r, np.where(drawn, freedom, np.nan), units.astype(np.float64)


def _standardised(row: Array, there: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return rows less their mean over the root of their sum of squares, 0 where missing, and that root (0 for a constant row)."""
    first = np.take_along_axis(row, there.argmax(axis=-1)[:, None], axis=-1)
    count = np.maximum(there.sum(axis=-1, keepdims=True), 1)
    # from the first value, so that a constant row has exactly no spread
    shifted = np.where(there, row - np.where(np.isfinite(first), first, 0.0), 0.0)
    centred = np.where(there, shifted - shifted.sum(axis=-1, keepdims=True) / count, 0.0)
    size = np.sqrt((centred**2).sum(axis=-1))
    return centred / np.where(size > 0, size, 1.0)[:, None], size


def _smooth(x: Array, y: Array, there: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return the share of the variance of y (mean 0, sum of squares 1) along the best curve, and the curve's degrees of freedom."""
    units = np.maximum(there.sum(axis=-1), 1).astype(np.float64)
    ratio, freedom = np.full(len(x), np.nan), np.full(len(x), np.nan)
    segments = np.clip(units // _UNITS_A_SEGMENT, _FEWEST_SEGMENTS, _MOST_SEGMENTS).astype(int)
    for count in np.unique(segments):  # a handful: rows with as many units have as many segments
        rows = np.flatnonzero(segments == count)
        ratio[rows], freedom[rows] = _best_curve(x[rows], y[rows], there[rows], units[rows], int(count))
    return ratio, freedom


def _best_curve(x: Array, y: Array, there: NDArray[np.bool_], units: Array, segments: int) -> tuple[Array, Array]:
    basis = _cubic_basis(x, there, segments)
    gram = basis.transpose(0, 2, 1) @ basis
    bends = np.diff(np.eye(segments + 3), n=2, axis=0)
    penalty = bends.T @ bends
    penalty = penalty * (np.trace(gram, axis1=1, axis2=2) / np.trace(penalty))[:, None, None]
    # in the frame where data term and penalty are both diagonal, 1 - s and s, every weight of the penalty costs a sum (Demmler, Reinsch)
    both = gram + penalty
    scale = np.sqrt(np.maximum(np.diagonal(both, axis1=1, axis2=2), 1e-300))
    root = np.linalg.cholesky(both / scale[:, :, None] / scale[:, None, :] + 1e-14 * np.eye(segments + 3)) * scale[:, :, None]
    half = np.linalg.solve(root, penalty)
    s, frame = np.linalg.eigh(np.linalg.solve(root, half.transpose(0, 2, 1)))
    s = np.clip(s, 0.0, 1.0)
    s[:, :2] = 0.0  # constants and straight lines bend nowhere: exactly
    seen = np.linalg.solve(root, (y[:, None, :] @ basis).transpose(0, 2, 1))
    z = (frame.transpose(0, 2, 1) @ seen)[..., 0] ** 2
    data, shrunk = (1.0 - s)[:, None, :], (1.0 - s)[:, None, :] + _PENALTIES[:, None] * s[:, None, :]
    freedom = (data / shrunk).sum(axis=-1)
    explained = (data * z[:, None, :] / shrunk**2).sum(axis=-1)
    left = np.maximum(1.0 - 2.0 * (z[:, None, :] / shrunk).sum(axis=-1) + explained, 0.0)
    room = units[:, None] - _COUNTED * freedom
    criterion = np.where(room > 0, left / np.where(room > 0, room, 1.0) ** 2, np.inf)
    best = criterion.argmin(axis=-1)
    rows = np.arange(len(x))
    return np.clip(explained[rows, best], 0.0, 1.0), freedom[rows, best]


def _cubic_basis(x: Array, there: NDArray[np.bool_], segments: int) -> Array:
    """Return the cubic B-splines on equal segments of each row's range, (rows, units, segments + 3); 0 where a unit is missing."""
    low = np.min(np.where(there, x, np.inf), axis=-1, keepdims=True, initial=np.inf)
    high = np.max(np.where(there, x, -np.inf), axis=-1, keepdims=True, initial=-np.inf)
    span = np.where(high > low, high - low, 1.0)
    place = np.where(there, (x - np.where(np.isfinite(low), low, 0.0)) / span, 0.0) * segments
    left = np.clip(np.floor(place).astype(int), 0, segments - 1)
    t = place - left
    splines = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], axis=-1) / 6.0
    basis = np.zeros((*x.shape, segments + 3))
    np.put_along_axis(basis, left[..., None] + np.arange(4), np.where(there[..., None], splines, 0.0), axis=-1)
    return basis
