"""Fill gaps from the other indicators by regression, once or many times over: the one door to scikit-learn's chained equations.

Each row with gaps is regressed on the others (Bayesian ridge, which bears more indicators than units), in rounds, each starting from
what the round before filled in (van Buuren and Groothuis-Oudshoorn 2011; scikit-learn `IterativeImputer`). Rows are brought to mean 0
and standard deviation 1 first, so that units of measurement do not matter. The kernel works on one table: leading axes are looped over.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # its import is what makes the next one possible
from sklearn.impute import IterativeImputer
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types; scikit-learn brings it

from ekistics.stats.imputing import Filled, Mask, Values
from ekistics.stats.moments import row_statistics


@dataclass(frozen=True)
class Imputations:
    """Several fillings of the same gaps: `values` (draws, ..., rows, units); `imputed` cells (..., rows, units), the same in all."""

    values: Values
    imputed: Mask


def fill_regression(
    values: ArrayLike,
    *,
    low: ArrayLike = -np.inf,
    high: ArrayLike = np.inf,
    neighbours: int | None = None,
    rounds: int = 10,
    seed: int = 0,
) -> Filled:
    """Fill gaps with what the other rows of the unit let expect.

    Parameters
    ----------
    values : (..., rows, units); NaN is missing
    low, high : one number or (rows,), in the unit of the row
        No gap is filled beyond them: 0 and 100 for a share in per cent.
    neighbours : how many other rows a row is regressed on, drawn with a chance that grows with their correlation; None for all
    rounds : at most so many
    seed : of the draw of neighbours

    Returns
    -------
    Filled
        With `settled`, (...). A row without values, and a unit without any, stay missing.
    """
    cells = np.asarray(values, dtype=np.float64)
    settled = np.empty(cells.shape[:-2], np.bool_)
    filled = np.empty(cells.shape)
    for lead in np.ndindex(settled.shape):
        chain = _Chain(rounds, neighbours, seed, draws_from_posterior=False)
        filled[lead], settled[lead] = _fill_table(cells[lead], low, high, chain)
    gaps = np.isnan(cells)
    return Filled(filled, gaps & ~np.isnan(filled), settled=settled)


def draw_imputations(
    values: ArrayLike,
    *,
    draws: int,
    seed: int,
    low: ArrayLike = -np.inf,
    high: ArrayLike = np.inf,
    neighbours: int | None = None,
    rounds: int = 10,
) -> Imputations:
    """Fill gaps several times, each with a draw from what the regressions leave open: their spread is the doubt about the gap.

    Parameters
    ----------
    values : (..., rows, units); NaN is missing
    draws : 1 or more
    seed : the same seed gives the same draws, and a longer series begins with the shorter one
    low, high, neighbours, rounds : as in `fill_regression`; draws follow the normal distribution cut off at `low` and `high`

    Returns
    -------
    Imputations
    """
    if draws < 1:
        raise ValueError(f"multiple imputation draws once or more, not {draws} times")
    cells = np.asarray(values, dtype=np.float64)
    filled = np.empty((draws, *cells.shape))
    for draw in range(draws):
        for place, lead in enumerate(np.ndindex(cells.shape[:-2])):
            own_seed = int(np.random.SeedSequence((seed, draw, place)).generate_state(1)[0])
            chain = _Chain(rounds, neighbours, own_seed, draws_from_posterior=True)
            filled[(draw, *lead)] = _fill_table(cells[lead], low, high, chain)[0]
    gaps = np.isnan(cells)
    return Imputations(filled, gaps & ~np.isnan(filled[0]))


@dataclass(frozen=True)
class _Chain:
    rounds: int
    neighbours: int | None
    seed: int
    draws_from_posterior: bool


def _fill_table(table: Values, low: ArrayLike, high: ArrayLike, chain: _Chain) -> tuple[Values, bool]:
    """Fill one (rows, units) table; say whether the rounds settled."""
    known = ~np.isnan(table)
    rows, units = known.any(axis=1), known.any(axis=0)
    filled = table.copy()
    if known[np.ix_(rows, units)].all() or rows.sum() < 2:
        return filled, True
    part = table[np.ix_(rows, units)]
    fit = row_statistics(part)
    scale = np.where(fit.sd > 0, fit.sd, 1.0)
    bounds = [(np.broadcast_to(np.asarray(one, dtype=np.float64), len(table))[rows] - fit.mean) / scale for one in (low, high)]
    answer, settled = _chained((part - fit.mean[:, None]) / scale[:, None], bounds[0], bounds[1], chain)
    back = answer * scale[:, None] + fit.mean[:, None]
    filled[np.ix_(rows, units)] = np.where(np.isnan(part), back, part)  # what was there keeps its very bits
    return filled, settled


def _chained(scores: Values, low: NDArray[np.float64], high: NDArray[np.float64], chain: _Chain) -> tuple[Values, bool]:
    imputer = IterativeImputer(
        max_iter=chain.rounds,
        n_nearest_features=chain.neighbours,
        sample_posterior=chain.draws_from_posterior,
        random_state=chain.seed,
        min_value=low,
        max_value=high,
        skip_complete=True,
    )
    # many small regressions: threads of the linear algebra would wait for each other, twenty times as long
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # the rounds needed are told by n_iter_; the warning says nothing more
        warnings.simplefilter("ignore", ConvergenceWarning)
        answer = np.asarray(imputer.fit_transform(scores.T), dtype=np.float64).T
    return answer, chain.draws_from_posterior or imputer.n_iter_ < chain.rounds
