"""Bring rows of different units to one scale, higher always the better.

Every method takes its parameters as arguments, so that bounds may be fitted to the data (`moments.row_statistics`, pooled over years
where scores shall compare over time), or be given by a recipe. `direction` is 1 for a row of which more is better, -1 for one of which
less is; parameters stay in the unit of the row, as it was measured.

Values are (..., units) with units last, one row an indicator; parameters are (...), or fewer axes or one number for all rows. NaN is
missing and stays missing. A row that cannot be scaled, because its bounds are equal, missing or infinite, is refused by a ValueError
that names it: ask `moments.constant_rows` first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ekistics.stats.ranking import Ties, ranks

Values = NDArray[np.float64]

_CELLS_A_STEP = 1 << 15
"""Cells scaled at a time, so that the passes over them stay in the processor's cache."""


def min_max(
    values: ArrayLike, low: ArrayLike, high: ArrayLike, *, to: tuple[float, float] = (0.0, 100.0), direction: ArrayLike = 1
) -> Values:
    """Map the worst bound of each row to `to[0]` and the best to `to[1]`; values beyond the bounds go beyond them.

    Parameters
    ----------
    values : (..., units); NaN is missing
    low, high : (...) in the unit of the row
    to : scores of the worst and of the best bound
    direction : 1 or -1, (...)

    Examples
    --------
    >>> min_max([[1.0, 2.0, 3.0]], [1.0], [3.0], direction=[-1]).tolist()
    [[100.0, 50.0, 0.0]]
    """
    worst, best = _ends(low, high, direction)
    return _on_a_line(values, worst, best - worst, to)


def z_score(values: ArrayLike, mean: ArrayLike, sd: ArrayLike, *, to: tuple[float, float] = (0.0, 1.0), direction: ArrayLike = 1) -> Values:
    """Return how many standard deviations a value lies on the better side of the mean, times `to[1]`, plus `to[0]`.

    Parameters
    ----------
    values : (..., units); NaN is missing
    mean, sd : (...) in the unit of the row
    to : mean and standard deviation of the scores
    direction : 1 or -1, (...)
    """
    return _on_a_line(values, mean, np.asarray(sd, dtype=np.float64) * _signs(direction), (to[0], to[0] + to[1]))


def scaled(values: ArrayLike, low: ArrayLike, high: ArrayLike, *, times: float = 100.0, direction: ArrayLike = 1) -> Values:
    """Return `times` x (value - low) / (high - low) with two numbers of choice; a row of which less is better changes its sign first.

    Parameters
    ----------
    values : (..., units); NaN is missing
    low, high : (...), low and high of the value after its sign was changed
    direction : 1 or -1, (...)
    """
    sign = _signs(direction)
    least, most = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    return _on_a_line(values, sign * least, sign * (most - least), (0.0, times))


def distance_to(
    values: ArrayLike, worst: ArrayLike, goal: ArrayLike, *, to: tuple[float, float] = (0.0, 1.0), cap: float | None = None
) -> Values:
    """Return how far a value has come from the worst to a goal: the largest value, the value of a unit of reference, or a target.

    The direction lies in the bounds: a row of which less is better has its worst above its goal.

    Parameters
    ----------
    values : (..., units); NaN is missing
    worst, goal : (...) in the unit of the row
    to : scores at the worst and at the goal
    cap : the highest score, usually `to[1]`; None lets those beyond the goal score more
    """
    start = np.asarray(worst, dtype=np.float64)
    scores = _on_a_line(values, start, np.asarray(goal, dtype=np.float64) - start, to)
    return scores if cap is None else np.minimum(scores, cap, out=scores)


def goalposts(
    values: ArrayLike, low: ArrayLike, high: ArrayLike, *, to: tuple[float, float] = (0.0, 100.0), direction: ArrayLike = 1
) -> Values:
    """Map the goalposts to `to` as `min_max` does, and hold the scores of values beyond them to the ends.

    Parameters
    ----------
    values : (..., units); NaN is missing
    low, high : (...) in the unit of the row
    to : scores at the worse and at the better post
    direction : 1 or -1, (...)
    """
    scores = min_max(values, low, high, to=to, direction=direction)
    return np.clip(scores, min(to), max(to), out=scores)


def distance_two_sided(
    values: ArrayLike, low: ArrayLike, target: ArrayLike, high: ArrayLike, *, to: tuple[float, float] = (0.0, 1.0)
) -> Values:
    """Score `to[1]` at the target and less on both sides of it, in straight lines down to `to[0]` at low and at high and beyond.

    Parameters
    ----------
    values : (..., units); NaN is missing
    low, target, high : (...) rising, in the unit of the row
    """
    least, aim, most = (np.asarray(bound, dtype=np.float64) for bound in (low, target, high))
    if (least >= aim).any() or (aim >= most).any():
        raise ValueError("a two-sided target needs three rising numbers: low, target, high")
    near = np.minimum(_on_a_line(values, least, aim - least, (0.0, 1.0)), _on_a_line(values, most, aim - most, (0.0, 1.0)))
    return np.asarray(to[0] + (to[1] - to[0]) * np.clip(near, 0.0, 1.0), dtype=np.float64)


def fraction_of_maximum(values: ArrayLike, high: ArrayLike, *, direction: ArrayLike = 1) -> Values:
    """Return value / high; for a row of which less is better 1 - value / high, so that none at all scores 1 and the largest 0.

    Parameters
    ----------
    values : (..., units); NaN is missing
    high : (...) above 0, in the unit of the row
    direction : 1 or -1, (...)

    Raises
    ------
    ValueError
        If the largest value of a row is 0 or less: fractions of it would turn the order around.
    """
    most = np.asarray(high, dtype=np.float64)
    if (most <= 0).any():
        raise ValueError(f"rows {_named(most <= 0)} have no largest value above 0 to take fractions of")
    sign = _signs(direction)
    return _on_a_line(values, np.where(sign > 0, 0.0, most), most * sign, (0.0, 1.0))


def rank_points(values: ArrayLike, *, direction: ArrayLike = 1, threads: int = 1) -> Values:
    """Return ranks from the worst, 1, upwards; equal values share the lowest of their places.

    Parameters
    ----------
    values : (..., units); NaN is missing, takes no place and has no rank
    direction : 1 or -1, (...)
    threads : how many rows are ranked at a time
    """
    return ranks(-_signs(direction)[..., None] * np.asarray(values, dtype=np.float64), ties=Ties.MINIMUM, threads=threads)


def borda_points(values: ArrayLike, *, direction: ArrayLike = 1, threads: int = 1) -> Values:
    """Return how many units each unit leaves behind: its `rank_points` less 1."""
    return rank_points(values, direction=direction, threads=threads) - 1.0


def percentile_rank(values: ArrayLike, *, direction: ArrayLike = 1, threads: int = 1) -> Values:
    """Return the share of the other units that each unit leaves behind, 0 to 1; equal values share the lowest.

    Raises
    ------
    ValueError
        If a row has a single value: there are no others to leave behind.
    """
    points = borda_points(values, direction=direction, threads=threads)
    others = (~np.isnan(points)).sum(axis=-1, keepdims=True) - 1
    if (others == 0).any():
        raise ValueError(f"rows {_named(others[..., 0] == 0)} have a single value: a percentile rank needs two")
    return np.asarray(points / np.maximum(others, 1), dtype=np.float64)


def _ends(low: ArrayLike, high: ArrayLike, direction: ArrayLike) -> tuple[Values, Values]:
    more = _signs(direction) > 0
    least, most = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    return np.where(more, least, most), np.where(more, most, least)


def _signs(direction: ArrayLike) -> Values:
    signs = np.asarray(direction, dtype=np.float64)
    if not np.isin(signs, (1.0, -1.0)).all():
        raise ValueError("a direction is 1 where more is better, or -1 where less is")
    return signs


def _on_a_line(values: ArrayLike, start: ArrayLike, span: ArrayLike, to: tuple[float, float]) -> Values:
    """Return scores on the line through (start, to[0]) and (start + span, to[1])."""
    cells = np.asarray(values, dtype=np.float64)
    lead = np.broadcast_shapes(cells.shape[:-1], np.shape(start), np.shape(span))
    rows = np.broadcast_to(cells, (*lead, cells.shape[-1])).reshape(-1, cells.shape[-1])
    starts, spans = (np.broadcast_to(np.asarray(one, dtype=np.float64), lead).reshape(-1, 1) for one in (start, span))
    _refuse_unscalable(rows, starts[:, 0], spans[:, 0])
    scores = np.empty(rows.shape)
    step = max(1, _CELLS_A_STEP // max(1, rows.shape[1]))
    for first in range(0, len(rows), step):
        some = slice(first, first + step)
        part = scores[some]
        np.subtract(rows[some], starts[some], out=part)
        np.divide(part, spans[some], out=part)
        if to != (0.0, 1.0):
            np.multiply(part, to[1] - to[0], out=part)
            np.add(part, to[0], out=part)
    return scores.reshape(*lead, cells.shape[-1])


def _refuse_unscalable(rows: Values, starts: Values, spans: Values) -> None:
    doubtful = ~np.isfinite(starts) | ~np.isfinite(spans) | (spans == 0)
    if not doubtful.any():
        return
    # a row without any value has no bounds either: it stays missing
    doubtful[doubtful] = ~np.isnan(rows[doubtful]).all(axis=1)
    if doubtful.any():
        raise ValueError(f"rows {_named(doubtful)} cannot be normalised: their bounds are equal, missing or infinite")


def _named(mask: NDArray[np.bool_]) -> str:
    found = np.flatnonzero(mask)
    return ", ".join(str(row) for row in found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
