"""What is drawn by chance in the runs of an uncertainty design: errors of figures, and how far weights are moved.

Every draw has a number, and goes by the seed, the name of its input, and that number alone: not by the other inputs, not by how many
runs there are, nor by which of them are worked out together. Within a draw, figures and weights take their chances in the order of
their codes, so that the order of rows and units in a table does not matter either.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_DRAWS_A_STREAM = 64
"""Small draws that share one generator: to set one up takes longer than to draw a few numbers."""
_ERRORS_AT_A_TIME = 1 << 13
"""Errors drawn, scaled and added in one step: they stay in the nearest cache."""


def chances(seed: int, name: str, number: int = 0) -> np.random.Generator:
    """Return the source of chance of one draw of one input."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()), number))))


@dataclass(frozen=True)
class SamplingErrors:
    """The figures that state a standard error, in the order in which they take their chances.

    Attributes
    ----------
    cells : (figures,) places in the table (years, rows, units) laid out flat; None where they are all of them, in order
    errors : (figures,) standard errors
    degrees : (figures,) their degrees of freedom, NaN where none are stated; None where none of them states any
    stated, figures : how many figures state one, of how many
    """

    cells: Integers | None
    errors: Floats
    degrees: Floats | None
    stated: int
    figures: int


def sampling_errors(
    values: Floats, errors: Floats | None, degrees: Floats | None, rows: Sequence[str], units: Sequence[str]
) -> SamplingErrors:
    """Return what errors can be drawn from.

    Parameters
    ----------
    values : (years, rows, units)
    errors : the same shape, or None: NaN is not stated, which is not zero
    degrees : the same shape, or None: degrees of freedom of the errors, NaN or 0 where they are not stated
    rows, units : their codes
    """
    there = ~np.isnan(values)
    if errors is None:
        return SamplingErrors(np.empty(0, np.int64), np.empty(0), None, 0, int(there.sum()))
    stated = there & ~np.isnan(errors)
    moved = stated & (np.nan_to_num(errors) > 0)
    by_row, by_unit = (np.argsort(np.array(codes), kind="stable") for codes in (rows, units))
    places = np.arange(values.size).reshape(values.shape)[:, by_row][:, :, by_unit]
    cells = places[moved[:, by_row][:, :, by_unit]]
    in_order = len(cells) == values.size and bool(np.all(np.diff(cells) == 1))
    freedom = None if degrees is None else np.where(degrees > 0, degrees, np.nan).reshape(-1)[cells]
    freedom = None if freedom is None or np.isnan(freedom).all() else freedom
    return SamplingErrors(None if in_order else cells, errors.reshape(-1)[cells], freedom, int(stated.sum()), int(there.sum()))


def with_errors(tables: Floats, told: SamplingErrors, numbers: Integers, *, seed: int, name: str) -> Floats:
    """Return tables with a draw of errors added to each: normal ones, and Student's t where degrees of freedom are stated.

    Parameters
    ----------
    tables : (runs, years, rows, units), or (1, years, rows, units) that all runs read
    numbers : (runs,) of the draws

    Returns
    -------
    (runs, years, rows, units)
    """
    made = np.empty((len(numbers), *tables.shape[1:]))
    made[:] = tables
    portions = [slice(first, first + _ERRORS_AT_A_TIME) for first in range(0, len(told.errors), _ERRORS_AT_A_TIME)]
    drawn = np.empty(min(_ERRORS_AT_A_TIME, len(told.errors)))
    for table, number in zip(made.reshape(len(numbers), -1), numbers, strict=True):
        source = chances(seed, name, int(number))
        for some in portions:
            errors = told.errors[some]
            moved = source.standard_normal(out=drawn[: len(errors)])
            if told.degrees is not None:
                _spread_to_t(moved, told.degrees[some], source)
            np.multiply(moved, errors, out=moved)
            table[some if told.cells is None else told.cells[some]] += moved
    return made


def _spread_to_t(drawn: Floats, degrees: Floats, source: np.random.Generator) -> None:
    """Make normal draws ones of Student's t, in place, where degrees of freedom are known."""
    known = np.flatnonzero(~np.isnan(degrees))
    drawn[known] /= np.sqrt(source.chisquare(degrees[known]) / degrees[known])


def drawn_factors(codes: Sequence[str], share: float, numbers: Integers, *, seed: int, name: str) -> Floats:
    """Return what weights are multiplied by: evenly between 1 - share and 1 + share, each weight by itself.

    Parameters
    ----------
    codes : of the weights that are moved
    numbers : (runs,) of the draws

    Returns
    -------
    (runs, codes)
    """
    order = np.argsort(np.array(codes), kind="stable")
    made = np.empty((len(numbers), len(codes)))
    streams, places = np.divmod(numbers, _DRAWS_A_STREAM)
    for stream in np.unique(streams):
        runs = np.flatnonzero(streams == stream)
        drawn = chances(seed, name, int(stream)).uniform(1.0 - share, 1.0 + share, (_DRAWS_A_STREAM, len(codes)))
        made[np.ix_(runs, order)] = drawn[places[runs]]
    return made
