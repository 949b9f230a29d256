"""Ranks of scores: 1 is the highest score; a unit without a score has no rank."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ekistics.stats.compiling import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_VALUES_A_STEP = 1 << 18
"""Values ranked at a time by one thread: what is needed beside the answer stays a few megabytes."""


class Ties(StrEnum):
    """What rank units with equal scores share."""

    MINIMUM = "minimum"
    """The best of their places, and the places behind it stay empty: 1, 2, 2, 4. The convention of competitions, and the default."""

    DENSE = "dense"
    """The next number, and no place stays empty: 1, 2, 2, 3."""

    AVERAGE = "average"
    """The average of their places: 1, 2.5, 2.5, 4. Sums of ranks do not depend on ties."""


def ranks(scores: Floats, *, ties: Ties = Ties.MINIMUM, threads: int = 1) -> Floats:
    """Return the rank of each unit within its row: 1 is the highest score.

    Scores tie when they are the same number: who wants scores that differ by rounding error to tie rounds them first.

    Parameters
    ----------
    scores : (..., units)
        NaN is no score.
    ties : what units with equal scores share
    threads : 1 or more
        How many rows are ranked at a time.

    Returns
    -------
    (..., units) float64
        NaN where there is no score; units without a score take no place.

    Examples
    --------
    >>> ranks(np.array([5.0, 9.0, np.nan, 5.0, 1.0])).tolist()
    [2.0, 1.0, nan, 2.0, 4.0]
    """
    *lead, units = scores.shape
    flat = np.ascontiguousarray(scores, np.float64).reshape(math.prod(lead), units)
    found = np.empty(flat.shape)
    rows = max(1, _VALUES_A_STEP // max(1, units))
    steps = [slice(first, first + rows) for first in range(0, len(flat), rows)]

    def rank_some(some: slice) -> None:
        # NaN stays NaN when its sign is turned, and sorts last: the highest score comes first
        _assign(flat[some], np.argsort(-flat[some], axis=-1), _CODES[ties], found[some])

    if threads <= 1 or len(steps) == 1:
        for some in steps:
            rank_some(some)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(rank_some, steps))
    return found.reshape(scores.shape)


_CODES = {Ties.MINIMUM: 0, Ties.DENSE: 1, Ties.AVERAGE: 2}


@compiled
def _assign(scores: Floats, order: Integers, ties: int, found: Floats) -> None:
    """Walk each row from its highest score down, a run of equal scores at a time, and write the rank that the run shares."""
    rows, units = scores.shape
    for row in range(rows):
        first, group = 0, 0
        while first < units:
            score = scores[row, order[row, first]]
            if score != score:
                break
            last = first
            while last + 1 < units and scores[row, order[row, last + 1]] == score:
                last += 1
            rank = first + 1.0
            if ties == 1:
                rank = group + 1.0
            elif ties == 2:
                rank = (first + last) / 2.0 + 1.0
            for place in range(first, last + 1):
                found[row, order[row, place]] = rank
            first, group = last + 1, group + 1
        for place in range(first, units):
            found[row, order[row, place]] = np.nan
