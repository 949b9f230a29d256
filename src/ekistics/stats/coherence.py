"""Do the parts of a composite speak of one thing? Cronbach's alpha, KMO, Bartlett's sphericity, principal components.

All rest on pairwise complete covariances or correlations: no unit is thrown away because one of its cells is missing. Such a matrix may
have slightly negative eigenvalues; they are shown as they are. What cannot be computed is NaN, and each docstring says when.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ekistics.stats.correlations import correlations, covariances

Array = NDArray[np.float64]

SINGULAR = 1e-10
"""A correlation matrix whose smallest eigenvalue is not above this has no inverse worth the name: its parts repeat one another."""


def cronbach_alpha(values: Array) -> Array:
    """Return Cronbach's alpha: how far the parts of a group measure the same thing.

    Parameters
    ----------
    values : (..., parts, units)
        NaN is missing; covariances are pairwise complete.

    Returns
    -------
    (...), at most 1
        k / (k - 1) x (1 - sum of variances / sum of all covariances); negative where parts go against one another. NaN with fewer
        than two parts, with a pair that shares fewer than two units, and where the covariances add to 0.

    Examples
    --------
    >>> float(cronbach_alpha(np.array([[1.0, 2, 3], [2.0, 4, 6]])).round(4))
    0.8889
    """
    spread = covariances(values)
    parts = spread.shape[-1]
    if parts < 2:
        return np.full(spread.shape[:-2], np.nan)
    own, whole = np.trace(spread, axis1=-2, axis2=-1), spread.sum(axis=(-2, -1))
    left = np.divide(own, whole, out=np.full(own.shape, np.nan), where=whole != 0)
    return np.asarray(parts / (parts - 1.0) * (1.0 - left))


@dataclass(frozen=True)
class SamplingAdequacy:
    """Kaiser, Meyer and Olkin's measure, 0 to 1: `overall` (...) and `parts` (..., parts). Below 0.5 is held to be unacceptable."""

    overall: Array
    parts: Array


def sampling_adequacy(correlation: Array) -> SamplingAdequacy:
    """Return how much of what the parts share is shared by more than two of them (KMO, Kaiser 1974).

    Parameters
    ----------
    correlation : (..., parts, parts)

    Returns
    -------
    SamplingAdequacy
        Sum of squared correlations over that sum plus the squared partial correlations (anti-image). 0.5 for any two parts. NaN with
        fewer than two parts and where the matrix cannot be inverted: a part is the sum of others, more parts than units, NaN in it.
    """
    matrix = np.asarray(correlation, dtype=np.float64)
    usable, safe = _invertible(matrix)
    inverse = np.linalg.inv(safe)
    scale = np.sqrt(np.abs(np.diagonal(inverse, axis1=-2, axis2=-1)))
    partial = inverse / scale[..., :, None] / scale[..., None, :]
    off = ~np.eye(matrix.shape[-1], dtype=bool)
    shared, left = np.where(off, safe**2, 0.0), np.where(off, partial**2, 0.0)
    parts = _share(shared.sum(axis=-1), left.sum(axis=-1))
    overall = _share(shared.sum(axis=(-2, -1)), left.sum(axis=(-2, -1)))
    return SamplingAdequacy(np.where(usable, overall, np.nan), np.where(usable[..., None], parts, np.nan))


@dataclass(frozen=True)
class Sphericity:
    """Bartlett's test that no part is related to any other: `statistic` (chi squared), `degrees_of_freedom`, `chance` (0 to 1)."""

    statistic: Array
    degrees_of_freedom: int
    chance: Array


def bartlett_sphericity(correlation: Array, units: Array | int) -> Sphericity:
    """Return Bartlett's (1951) test of sphericity: a small `chance` says that the parts are related.

    Parameters
    ----------
    correlation : (..., parts, parts)
    units : (...) or one number
        On how many units the correlations rest; where the pairs differ, give the smallest.

    Returns
    -------
    Sphericity
        -(n - 1 - (2k + 5) / 6) x ln det R with k (k - 1) / 2 degrees of freedom. NaN where the matrix cannot be inverted and where
        the units are too few for the factor to be positive.
    """
    matrix, n = np.asarray(correlation, dtype=np.float64), np.asarray(units, dtype=np.float64)
    parts = matrix.shape[-1]
    usable, safe = _invertible(matrix)
    _, log_determinant = np.linalg.slogdet(safe)
    factor = n - 1.0 - (2.0 * parts + 5.0) / 6.0
    freedom = parts * (parts - 1) // 2
    statistic = np.where(usable & (factor > 0), -factor * log_determinant, np.nan)
    return Sphericity(statistic, freedom, np.asarray(special.chdtrc(max(freedom, 1), np.maximum(statistic, 0.0))))


@dataclass(frozen=True)
class PrincipalComponents:
    """Principal components of standardised parts, the largest first.

    Attributes
    ----------
    variances : (..., components)
        Eigenvalues of the correlation matrix; they add to the number of parts.
    proportions : (..., components)
        Shares of the whole variance, 0 to 1.
    loadings : (..., parts, components)
        Unit vectors. The sign is fixed: the loadings of a component add to a positive number; where they add to 0 within rounding the
        largest in size (the first of equals) is positive.
    """

    variances: Array
    proportions: Array
    loadings: Array

    def above(self, variance: float = 1.0) -> NDArray[np.int64]:
        """Return how many components have more than this variance; 1 is what a single part has (Kaiser's rule)."""
        return np.asarray((self.variances > variance).sum(axis=-1), dtype=np.int64)


def principal_components(values: Array) -> PrincipalComponents:
    """Return the principal components of parts over units.

    Parameters
    ----------
    values : (..., parts, units)
        NaN is missing. The components are those of the pairwise complete correlation matrix; without missing cells they are the
        components of the standardised values. No unit is dropped. NaN throughout where a part does not vary.
    """
    return components_of(correlations(values).r)


def components_of(correlation: Array) -> PrincipalComponents:
    """Return the principal components of a correlation matrix, (..., parts, parts); NaN throughout where it holds a NaN."""
    matrix = np.asarray(correlation, dtype=np.float64)
    whole = np.asarray(np.isfinite(matrix).all(axis=(-2, -1)))
    parts = matrix.shape[-1]
    rising, vectors = np.linalg.eigh(np.where(whole[..., None, None], matrix, np.eye(parts)))
    variances, loadings = rising[..., ::-1], vectors[..., ::-1]
    loadings = loadings * _signs(loadings)[..., None, :]
    variances = np.where(whole[..., None], variances, np.nan)
    return PrincipalComponents(variances, variances / parts, np.where(whole[..., None, None], loadings, np.nan))


def _signs(loadings: Array) -> Array:
    total = loadings.sum(axis=-2)
    size = np.abs(loadings)
    # the first among those within rounding of the largest: equal loadings must not let noise choose
    leading = np.argmax(size >= size.max(axis=-2, keepdims=True) * (1 - 1e-9), axis=-2)
    largest = np.take_along_axis(loadings, leading[..., None, :], axis=-2)[..., 0, :]
    deciding = np.where(np.abs(total) > 1e-9, total, largest)
    return np.asarray(np.where(deciding < 0, -1.0, 1.0))


def _invertible(matrix: Array) -> tuple[NDArray[np.bool_], Array]:
    """Return which matrices have an inverse, and the same with the others replaced by ones that have."""
    whole = np.asarray(np.isfinite(matrix).all(axis=(-2, -1)))
    unit = np.eye(matrix.shape[-1])
    safe = np.where(whole[..., None, None], matrix, unit)
    usable = whole & (np.linalg.eigvalsh(safe)[..., 0] > SINGULAR) & (matrix.shape[-1] > 1)
    return usable, np.where(usable[..., None, None], safe, unit)


def _share(part: Array, rest: Array) -> Array:
    whole = part + rest
    return np.asarray(np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0))
