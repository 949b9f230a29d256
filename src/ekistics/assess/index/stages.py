"""The stages that work on rows: treat and normalise, on tables of any number of variants at once.

Each indicator goes through its own method where it has one, else through the recipe's. What is fitted to the data is fitted to all
years of a variant together, or to each year alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods.catalogue import Registered, find
from ekistics.assess.methods.row_facts import Changes, Outcome, RowFacts, Values
from ekistics.model.recipes import IndexIndicator, Method, Option, Stage

_Where = tuple[slice, slice, slice | NDArray[np.int64]]

_CELLS_AT_A_TIME = 1 << 20
"""Cells (8 bytes each) that are worked on in one call: they stay in the cache, and little is needed beside the answer."""


def own_or(indicators: Sequence[IndexIndicator], stage: Stage, method: Method) -> tuple[Method, ...]:
    """Return the method of each indicator: its own for the stage, else the one given."""
    own = [one.treat if stage is Stage.TREAT else one.normalise if stage is Stage.NORMALISE else None for one in indicators]
    return tuple(one or method for one in own)


def worked(stage: Stage, facts: RowFacts, values: Values, methods: Sequence[Method], *, together: bool, threads: int = 1) -> Outcome:
    """Put tables through a stage.

    Parameters
    ----------
    stage : treat or normalise
    values : (variants, years, rows, units)
    methods : (rows,) the method of each row
    together : whether what is fitted is fitted to all years, where the method does not say
    threads : how many portions are worked on at a time; the answer is the same

    Returns
    -------
    Outcome of the same shape
        The very values where no method does anything to them. `unfit` is (variants, rows).
    """
    answer: _Answer | None = None
    for method, rows in _by_method(methods):
        told = find(stage, method)
        options = told.completed(method)
        years = options.pop("years", "") or ("together" if together else "each")
        if stage is Stage.TREAT and told.name == "none":
            continue
        answer = answer or _Answer(values.copy() if len(rows) < values.shape[2] else np.empty_like(values))
        pooled = years == "together" and values.shape[1] > 1
        one_portion = partial(_work, told, options, facts, values, answer, pooled=pooled)
        portions = list(_portions(rows, values.shape, pooled=pooled))
        if threads <= 1 or len(portions) == 1:
            for portion in portions:
                one_portion(portion)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(one_portion, portions))
    return Outcome(values) if answer is None else Outcome(answer.values, answer.changes, answer.unfit)


class _Answer:
    """Where the portions of an answer come together; changes and unfit rows take no memory until there is one."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self._making = Lock()
        self.changes: Changes | None = None
        self.unfit: NDArray[np.bool_] | None = None

    def take(self, at: _Where, outcome: Outcome, pooled: tuple[int, ...] | None) -> None:
        """Write one portion; `pooled` is its shape where the years lay side by side."""
        self.values[at] = outcome.values if pooled is None else _unpooled(outcome.values, pooled)
        if outcome.changes is not None and outcome.changes.any():
            with self._making:
                if self.changes is None:
                    self.changes = np.zeros(self.values.shape, np.int8)
            self.changes[at] = outcome.changes if pooled is None else _unpooled(outcome.changes, pooled)
        if outcome.unfit is not None and outcome.unfit.any():
            with self._making:
                if self.unfit is None:
                    self.unfit = np.zeros((self.values.shape[0], self.values.shape[2]), np.bool_)
                self.unfit[at[0], at[2]] |= outcome.unfit if pooled is not None else outcome.unfit.any(axis=1)


def _work(
    told: Registered,
    options: Mapping[str, Option],
    facts: RowFacts,
    values: Values,
    answer: _Answer,
    portion: tuple[slice, slice, NDArray[np.int64]],
    *,
    pooled: bool,
) -> None:
    """Put one portion through a method; pooled, with its years side by side."""
    variants, years, rows = portion
    at = (variants, years, _as_slice(rows))
    part = values[at]
    shape = part.shape
    if pooled:
        part = part.transpose(0, 2, 1, 3).reshape(shape[0], shape[2], -1)
    outcome: Outcome = told.function(part, facts.some(rows, shape[1] if pooled else 1), **options)
    answer.take(at, outcome, shape if pooled else None)


def _unpooled(part: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    variants, years, rows, units = shape
    return part.reshape(variants, rows, years, units).transpose(0, 2, 1, 3)


def _portions(rows: NDArray[np.int64], shape: tuple[int, ...], *, pooled: bool) -> Iterator[tuple[slice, slice, NDArray[np.int64]]]:
    """Yield variants, years and rows so that a portion is small; years are only parted where each is looked at alone."""
    variants, years, _, units = shape
    rows_at_a_time = max(1, min(len(rows), _CELLS_AT_A_TIME // max(1, units * (years if pooled else 1))))
    years_at_a_time = years if pooled else max(1, _CELLS_AT_A_TIME // max(1, units * rows_at_a_time))
    variants_at_a_time = max(1, _CELLS_AT_A_TIME // max(1, units * rows_at_a_time * min(years, years_at_a_time)))
    for variant in range(0, variants, variants_at_a_time):
        for year in range(0, years, years_at_a_time):
            for row in range(0, len(rows), rows_at_a_time):
                yield (
                    slice(variant, variant + variants_at_a_time),
                    slice(year, year + years_at_a_time),
                    rows[row : row + rows_at_a_time],
                )


def _as_slice(rows: NDArray[np.int64]) -> slice | NDArray[np.int64]:
    """Return rows that follow each other as a slice: they are then read in place and not copied."""
    follow = len(rows) > 0 and int(rows[-1] - rows[0]) == len(rows) - 1 and bool(np.all(np.diff(rows) == 1))
    return slice(int(rows[0]), int(rows[-1]) + 1) if follow else rows


def _by_method(methods: Sequence[Method]) -> list[tuple[Method, NDArray[np.int64]]]:
    """Return each distinct method with the rows that go through it."""
    found: list[tuple[Method, list[int]]] = []
    for row, method in enumerate(methods):
        mine = next((rows for known, rows in found if known == method), None)
        if mine is None:
            found.append((method, [row]))
        else:
            mine.append(row)
    return [(method, np.array(rows, dtype=np.int64)) for method, rows in found]
