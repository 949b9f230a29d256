"""Variance-based sensitivity: which input makes how much of the doubt. Exact where all combinations were run, else by sampling.

Exact indices come from the full table of a discrete design (Sobol 1993): no sampling error, any number of inputs, many outputs at once.
Where the table would be too large, runs are made at scrambled Sobol points in the radial design A, B, A with one column of B
(Saltelli and others 2010), centred before anything is multiplied: uncentred products lose a tenth of the variance to the mean.

The interval of a sampled index resamples base runs, all outputs of one base run together, with mean and variance made anew each time.
With independent points 95 % intervals hold the truth in 94 to 96 % of repeats at 512 base runs, in 91 to 96 % at 128. Scrambled points
mostly err less than independent ones, so the interval is mostly on the wide side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

Array = NDArray[np.float64]

NO_VARIANCE = 1e-12
"""An output whose standard deviation is below this share of its largest size does not vary but by rounding: no index is defined."""

_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class ExactIndices:
    """Sobol indices without sampling error.

    Attributes
    ----------
    first : (inputs, ...) share of the variance that each input makes by itself
    total : (inputs, ...) the same with everything in which it takes part
    second : (inputs, inputs, ...) share that each pair makes beyond its two members; NaN on the diagonal
    mean, variance : (...) of the output over all combinations
    failed : (...) how many combinations gave no output; such an output has no indices: NaN
    """

    first: Array
    total: Array
    second: Array
    mean: Array
    variance: Array
    failed: NDArray[np.int64]


def exact_indices(table: Array, inputs: int, *, chances: Sequence[Array] | None = None) -> ExactIndices:
    """Return the Sobol indices of every output from the table of all combinations.

    Parameters
    ----------
    table : (options of input 1, ..., options of the last input, ...)
        Outputs; axes beyond the inputs are outputs of their own (units). NaN is a run that failed.
    inputs : at least 1
        How many of the leading axes are inputs.
    chances : for each input, (options,), optional
        How likely each option is; scaled to add to 1. None makes all equally likely.

    Returns
    -------
    ExactIndices
        NaN where an output does not vary or a combination failed.

    Examples
    --------
    >>> made = exact_indices(np.array([[0.0, 1.0], [2.0, 3.0]]), 2)
    >>> made.first.round(3).tolist(), made.total.round(3).tolist()
    ([0.8, 0.2], [0.8, 0.2])
    """
    told = np.asarray(table, dtype=np.float64)
    if not 1 <= inputs <= told.ndim:
        raise ValueError(f"a table of {told.ndim} axes has not {inputs} inputs")
    shares = _shares(told.shape[:inputs], chances)
    outputs = told.shape[inputs:]
    failed = (~np.isfinite(told)).sum(axis=tuple(range(inputs)))
    size = np.max(np.abs(np.where(np.isfinite(told), told, 0.0)), axis=tuple(range(inputs)), initial=0.0)
    mean = _over(np.where(np.isfinite(told), told, 0.0), shares, range(inputs))
    centred = np.where(failed > 0, 0.0, told - mean)
    variance = _over(centred**2, shares, range(inputs)).reshape(outputs)
    defined = (failed == 0) & (np.sqrt(variance) > NO_VARIANCE * size)
    safe = np.where(defined, variance, 1.0)

    def part_of_variance(kept: tuple[int, ...]) -> Array:
        """Variance of the mean over all inputs but those kept, as a share."""
        seen = _over(centred, shares, [axis for axis in range(inputs) if axis not in kept])
        share = _over(seen**2, shares, kept).reshape(outputs) / safe
        return np.asarray(np.where(defined, share, np.nan))

    first = np.stack([part_of_variance((i,)) for i in range(inputs)])
    rest = [tuple(j for j in range(inputs) if j != i) for i in range(inputs)]
    total = np.stack([1.0 - part_of_variance(others) for others in rest])
    second = np.full((inputs, inputs, *outputs), np.nan)
    for i, j in combinations(range(inputs), 2):
        second[i, j] = second[j, i] = part_of_variance((i, j)) - first[i] - first[j]
    blank = failed > 0
    return ExactIndices(
        first,
        np.where(np.isnan(first), np.nan, total),
        second,
        np.where(blank, np.nan, mean.reshape(outputs)),
        np.where(blank, np.nan, variance),
        np.asarray(failed, dtype=np.int64),
    )


@dataclass(frozen=True)
class SobolDesign:
    """Where the model is run: `points` (inputs + 2, runs, inputs), each 0 to 1: A, B, then A with column i of B for each input."""

    points: Array

    @property
    def runs(self) -> int:
        """How many times the model is run in all."""
        return int(self.points.shape[0] * self.points.shape[1])


def sobol_design(inputs: int, runs: int, *, seed: int) -> SobolDesign:
    """Return a radial design on scrambled Sobol points.

    Parameters
    ----------
    inputs : at least 1
    runs : a power of 2
        Base runs; the model is run `runs` x (inputs + 2) times. Only at a power of 2 are the points balanced.
    seed : of the scrambling (Owen)
    """
    if runs < 2 or runs & (runs - 1):
        raise ValueError(f"the points are balanced at a power of 2 only, such as {1 << max(1, int(runs).bit_length())}; got {runs} runs")
    drawn = qmc.Sobol(2 * inputs, scramble=True, rng=np.random.default_rng(seed)).random_base2(int(runs).bit_length() - 1)
    points = np.empty((inputs + 2, runs, inputs))
    points[0], points[1] = drawn[:, :inputs], drawn[:, inputs:]
    points[2:] = points[0]
    for i in range(inputs):
        points[2 + i, :, i] = points[1, :, i]
    return SobolDesign(points)


def options_drawn(points: Array, options: int) -> NDArray[np.int64]:
    """Return which of equally likely options each draw stands for: floor(draw x options), whatever the other draws are.

    Parameters
    ----------
    points : any shape, 0 up to 1
    options : at least 1

    Examples
    --------
    >>> options_drawn(np.array([0.0, 0.49, 0.5, 0.999]), 2).tolist()
    [0, 0, 1, 1]
    """
    if options < 1:
        raise ValueError("there must be an option to choose")
    return np.minimum(np.floor(np.asarray(points) * options).astype(np.int64), options - 1)


@dataclass(frozen=True)
class SampledIndices:
    """Sobol indices as estimated from runs, with intervals of the asked level.

    Attributes
    ----------
    first, first_low, first_high : (inputs, ...)
        By the centred estimator of Saltelli and others (2010). An estimate may come out slightly below 0.
    total, total_low, total_high : (inputs, ...)
        By Jansen's (1999) estimator. An input on which nothing depends has exactly 0.
    dummy, dummy_low, dummy_high : (...)
        What the same runs give for an input that the model does not have: the truth is 0. A first index within this interval
        cannot be told from nothing.
    mean, variance : (...) of the output over A and B
    used : (...) base runs of which every output was there
    failed : (...) base runs left out because one of their outputs was missing
    """

    first: Array
    first_low: Array
    first_high: Array
    total: Array
    total_low: Array
    total_high: Array
    dummy: Array
    dummy_low: Array
    dummy_high: Array
    mean: Array
    variance: Array
    used: NDArray[np.int64]
    failed: NDArray[np.int64]


def sampled_indices(outputs: Array, *, seed: int, level: float = 0.95, resamples: int = 1000) -> SampledIndices:
    """Return the Sobol indices of outputs from the runs of a radial design.

    Parameters
    ----------
    outputs : (inputs + 2, runs, ...)
        What the model gave at `SobolDesign.points`; further axes are outputs of their own. NaN is a run that failed: its whole base run
        is left out of that output, and counted.
    seed : of the resampling
    level : 0 to 1
    resamples : 0 leaves the intervals NaN

    Returns
    -------
    SampledIndices
        NaN where an output does not vary or fewer than two base runs are whole; an interval is NaN too where some resample does not
        vary, as with an output that one base run alone moves.
    """
    told = np.asarray(outputs, dtype=np.float64)
    if told.ndim < 2 or told.shape[0] < 3:
        raise ValueError(f"outputs stand as (inputs + 2, runs, ...); got the shape {told.shape}")
    if not 0.0 < level < 1.0:
        raise ValueError(f"the level of an interval lies between 0 and 1; got {level}")
    inputs, runs, beyond = told.shape[0] - 2, told.shape[1], told.shape[2:]
    flat = told.reshape(inputs + 2, runs, -1)
    draws = _resampled(runs, resamples, seed)
    step = max(1, _CELLS_AT_ONCE // ((inputs + 2) * max(runs, resamples)))
    pieces = [_sampled(flat[..., k : k + step], draws, level) for k in range(0, flat.shape[-1], step)]
    joined = [np.concatenate(columns, axis=-1) for columns in zip(*pieces, strict=True)]
    shaped = [column.reshape((*column.shape[:-1], *beyond)) for column in joined]
    best, low, high, mean, variance, used = shaped
    first, total, dummy = slice(0, inputs), slice(inputs, 2 * inputs), 2 * inputs
    return SampledIndices(
        first=best[first],
        first_low=low[first],
        first_high=high[first],
        total=best[total],
        total_low=low[total],
        total_high=high[total],
        dummy=best[dummy],
        dummy_low=low[dummy],
        dummy_high=high[dummy],
        mean=mean,
        variance=variance,
        used=used.astype(np.int64),
        failed=runs - used.astype(np.int64),
    )


def _sampled(flat: Array, draws: Array, level: float) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Return estimates, lower and upper ends (2 inputs + 1, outputs), then mean, variance and whole base runs (outputs,)."""
    whole = np.isfinite(flat).all(axis=0)
    used = whole.sum(axis=0).astype(np.float64)
    size = np.max(np.abs(np.where(whole, flat, 0.0)), axis=(0, 1), initial=0.0)
    mean = np.where(whole, flat[0] + flat[1], 0.0).sum(axis=0) / np.maximum(2.0 * used, 1.0)
    centred = np.where(whole, flat - mean, 0.0)
    a, b, mixed = centred[0], centred[1], centred[2:]
    sums = [a + b, a**2 + b**2, a * b]  # means of these carry every estimator, so a resample is one product of matrices
    sums += [one for i in range(len(mixed)) for one in (b * (mixed[i] - a), mixed[i] - a, (mixed[i] - a) ** 2)]
    equal = np.ones((1, flat.shape[1]))
    best, spread = (_indices([w @ one for one in sums], w @ whole, size) for w in (equal, draws))
    low, high = np.full((2, *best[:, 0].shape), np.nan)
    if len(draws):
        left_out = _indices([one.sum(axis=0) - one for one in sums], used - whole, size)
        low, high = _accelerated(best[:, 0], spread, np.where(whole, left_out, np.nan), level)
    variance = sums[1].sum(axis=0) / np.maximum(2.0 * used, 1.0)
    few = used < 2
    return best[:, 0], low, high, np.where(few, np.nan, mean), np.where(few, np.nan, variance), used


def _indices(sums: list[Array], count: Array, size: Array) -> Array:
    """Return first, total and dummy indices, (2 inputs + 1, resamples, outputs), from weighted sums over base runs."""
    enough = count > 1.5
    means = [one / np.where(enough, count, 1.0) for one in sums]
    centre = 0.5 * means[0]
    variance = 0.5 * means[1] - centre**2
    defined = enough & (np.sqrt(np.maximum(variance, 0.0)) > NO_VARIANCE * size)
    safe = np.where(defined, variance, 1.0)
    first = [(means[k] - centre * means[k + 1]) / safe for k in range(3, len(means), 3)]
    total = [0.5 * means[k] / safe for k in range(5, len(means), 3)]
    # as if the model had one more input: B and A share none of the others, so nothing but chance relates their outputs
    dummy = (means[2] - centre**2) / safe
    return np.asarray(np.where(defined, np.stack([*first, *total, dummy]), np.nan))


def _accelerated(best: Array, spread: Array, left_out: Array, level: float) -> tuple[Array, Array]:
    """Return the ends of the bias-corrected and accelerated interval (Efron 1987), (indices, outputs).

    An index is a ratio of skewed sums: plain percentiles of the resamples hold the truth too seldom at a few hundred runs.
    """
    resamples = spread.shape[1]
    below = (spread < best[:, None]).sum(axis=1) + 0.5 * (spread == best[:, None]).sum(axis=1)
    bias = special.ndtri(np.clip(below / resamples, 0.5 / resamples, 1.0 - 0.5 / resamples))
    pull = np.where(np.isnan(left_out), 0.0, _mean_of_known(left_out) - left_out)
    power = (pull**2).sum(axis=1)
    skew = np.divide((pull**3).sum(axis=1), 6.0 * power**1.5, out=np.zeros_like(power), where=power > 0)
    ordered, ends = np.sort(spread, axis=1), []
    for tail in (0.5 * (1.0 - level), 0.5 * (1.0 + level)):
        step = bias + special.ndtri(tail)
        place = special.ndtr(bias + step / np.maximum(1.0 - skew * step, 0.1)) * (resamples - 1)
        at = np.clip(np.floor(place).astype(int), 0, max(resamples - 2, 0))[:, None]
        near, far = (np.take_along_axis(ordered, np.minimum(k, resamples - 1), axis=1)[:, 0] for k in (at, at + 1))
        ends.append(near + (place - at[:, 0]) * (far - near))
    low, high = (np.where(np.isnan(spread).any(axis=1), np.nan, end) for end in ends)
    return low, high


def _mean_of_known(values: Array) -> Array:
    known = np.isfinite(values)
    return np.asarray(np.where(known, values, 0.0).sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1))


def _resampled(runs: int, resamples: int, seed: int) -> Array:
    """Return how often each base run stands in each resample, (resamples, runs)."""
    picks = np.random.default_rng(seed).integers(0, runs, (resamples, runs))
    counts = np.zeros((resamples, runs))
    np.add.at(counts, (np.arange(resamples)[:, None], picks), 1.0)
    return counts


def _shares(options: tuple[int, ...], chances: Sequence[Array] | None) -> list[Array]:
    if chances is None:
        return [np.full(count, 1.0 / count) for count in options]
    told = [np.asarray(one, dtype=np.float64) for one in chances]
    if [one.shape for one in told] != [(count,) for count in options] or any((one < 0).any() or one.sum() <= 0 for one in told):
        raise ValueError(f"for each input one chance an option, none below 0; the options are {options}")
    return [one / one.sum() for one in told]


def _over(table: Array, shares: list[Array], axes: Sequence[int]) -> Array:
    """Return the mean over some inputs, each kept as an axis of length 1."""
    for axis in axes:
        table = np.expand_dims(np.tensordot(shares[axis], table, axes=(0, axis)), axis)
    return table
