"""From a raw value to a score of 0 to 100: the forms of the City Prosperity Index and the plain target, and the bands.

Every form takes a column and a benchmark in the same unit. Values beyond the goalposts score 0 or 100.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Band, Benchmark, Form
from ekistics.stats.estimates import Column

Scoring = Callable[[Column, Benchmark], Column]

SCORINGS: dict[Form, Scoring] = {}
"""One function a form: (rows,) values and a benchmark to (rows,) scores, 0 to 100, NaN where the value is."""


def score(values: Column, benchmark: Benchmark) -> Column:
    """Return the scores of values.

    Parameters
    ----------
    values : (rows,) in the unit of the benchmark; NaN is missing

    Returns
    -------
    (rows,) 0 to 100
        NaN where the value is missing.

    Raises
    ------
    InvalidInput
        If the benchmark lacks a number that its form needs.
    """
    return np.clip(SCORINGS[benchmark.form](np.asarray(values, dtype=np.float64), benchmark), 0.0, 100.0)


def band_of(points: float, bands: Sequence[Band]) -> Band | None:
    """Return the band of a score: the highest whose lower bound it reaches; None where there is none."""
    reached = [band for band in bands if points >= band.at_least]
    return max(reached, key=lambda band: band.at_least, default=None)


def _scaled(transform: Callable[[Column], NDArray[np.float64]]) -> Scoring:
    def between_goalposts(values: Column, benchmark: Benchmark) -> Column:
        low, high = _number(benchmark, "minimum"), _number(benchmark, "maximum")
        # held to the goalposts first: a root or logarithm beyond them may not exist, and the score there is 0 or 100 anyway
        held = transform(np.clip(values, low, high))
        ends = transform(np.array([low, high]))
        risen: Column = 100.0 * (held - ends[0]) / (ends[1] - ends[0])
        return risen if benchmark.higher_is_better else 100.0 - risen

    return between_goalposts


def _one_sided(values: Column, benchmark: Benchmark) -> Column:
    target = _number(benchmark, "target")
    return np.where(values >= target, 100.0, 100.0 * values / target)


def _two_sided(values: Column, benchmark: Benchmark) -> Column:
    target = _number(benchmark, "target")
    return 100.0 * (1.0 - np.abs(values - target) / target)


def _ceiling(values: Column, benchmark: Benchmark) -> Column:
    target = _number(benchmark, "target")
    return np.where(values <= target, 100.0, 100.0 * (1.0 - (values - target) / target))


def _identity(values: Column, benchmark: Benchmark) -> Column:
    return values if benchmark.higher_is_better else 100.0 - values


def _number(benchmark: Benchmark, name: str) -> float:
    value: float | None = getattr(benchmark, name)
    if value is None:
        raise InvalidInput(f"a benchmark of the form {benchmark.form} lacks its {name}", expected=f"a {name} in {benchmark.unit}")
    return value


def _root(power: int) -> Callable[[Column], NDArray[np.float64]]:
    return lambda column: np.power(column, 1.0 / power)


SCORINGS.update(
    {
        Form.LINEAR: _scaled(lambda column: column),
        Form.LOG: _scaled(np.log),
        Form.SQUARE_ROOT: _scaled(np.sqrt),
        Form.CUBE_ROOT: _scaled(np.cbrt),
        Form.FOURTH_ROOT: _scaled(_root(4)),
        Form.FIFTH_ROOT: _scaled(_root(5)),
        Form.TARGET_ONE_SIDED: _one_sided,
        Form.TARGET_TWO_SIDED: _two_sided,
        Form.TARGET_CEILING: _ceiling,
        Form.IDENTITY: _identity,
    }
)
