"""A whole column of cells as numbers at once: what reads plainly is read by Arrow, the rest text by text as offices write numbers.

The rules are those of `numbers.parse_number`; a column of a million cells takes a fraction of a second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from ekistics.sources.delimited_columns import TextColumn
from ekistics.sources.numbers import NumberStyle, Parsed, parse_number
from ekistics.sources.spreadsheets import Cell, PercentCell

_PLAIN = {".": r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$", ",": r"^-?[0-9]+(,[0-9]+)?([eE][+-]?[0-9]{1,3})?$"}
_compute: Any = pyarrow.compute  # the stubs type by element, which a column read at run time does not know
_Texts = Any
"""An Arrow array of texts; `Any` for the same reason."""
_KNOWN_AT_MOST = 200_000
"""Texts remembered with what they mean; a column of ever new texts would fill the memory."""


@dataclass(frozen=True)
class NumberColumn:
    """Cells as numbers, (rows,). `value` is NaN where there is none; `faults` says by row what was expected of a cell that is none.

    A number with a per-cent sign is what a person sees (12.5 for 12.5 %), and marked.
    """

    value: npt.NDArray[np.float64]
    is_percent: npt.NDArray[np.bool_]
    faults: dict[int, str]


class NumberReader:
    """Reads columns in one style; texts that were met before are not read again."""

    def __init__(self, style: NumberStyle) -> None:
        self._style = style
        self._known: dict[str, Parsed] = {}
        self._missing = [number for number in map(_float_or_none, style.missing) if number is not None]

    def read(self, cells: Sequence[Cell]) -> NumberColumn:
        """Read a column of texts (of a delimited file) or of cells as a spreadsheet stores them."""
        count = len(cells)
        found = NumberColumn(np.full(count, np.nan), np.zeros(count, bool), {})
        texts = _as_texts(cells)
        left: Sequence[int]
        if texts is None:
            left = range(count)
        else:
            plain, numbers = self._plain(texts)
            found.value[plain] = numbers
            left = np.flatnonzero(~plain).tolist()
        for at in left:
            self._take(found, at, self._parsed(cells[at]))
        if self._missing:
            found.value[np.isin(found.value, self._missing)] = np.nan
        return found

    def _plain(self, texts: _Texts) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
        """Return which texts are plain numbers (or empty) and their values, in order."""
        decimal = self._style.decimal
        empty = _compute.equal(texts, "")
        plain = _compute.or_(empty, _compute.match_substring_regex(texts, _PLAIN[decimal]))
        chosen = _compute.if_else(empty, None, texts).filter(plain)
        if decimal != ".":
            chosen = _compute.replace_substring(chosen, decimal, ".")
        values = chosen.cast(pa.float64()).to_numpy(zero_copy_only=False)
        flags = plain.to_numpy(zero_copy_only=False)
        if np.isinf(values).any():  # 1e999: for the other way, which says what is wrong with it
            places = np.flatnonzero(flags)
            flags = flags.copy()
            flags[places[np.isinf(values)]] = False
            values = values[~np.isinf(values)]
        return flags, values

    def _parsed(self, cell: Cell) -> Parsed:
        if isinstance(cell, str):
            parsed = self._known.get(cell)
            if parsed is None:
                if len(self._known) >= _KNOWN_AT_MOST:
                    self._known.clear()
                parsed = self._known[cell] = parse_number(cell, self._style)
            return parsed
        if isinstance(cell, PercentCell):
            return Parsed(cell.value, is_percent=True)
        if isinstance(cell, (int, float)) and not isinstance(cell, bool) and math.isfinite(cell):
            return Parsed(float(cell))
        return Parsed(None, fault="a number")

    @staticmethod
    def _take(found: NumberColumn, at: int, parsed: Parsed) -> None:
        if parsed.fault:
            found.faults[at] = parsed.fault
        elif parsed.value is not None:
            found.value[at], found.is_percent[at] = parsed.value, parsed.is_percent


def _as_texts(cells: Sequence[Cell]) -> _Texts | None:
    """Return the cells as trimmed texts; None where one of them is something else."""
    if isinstance(cells, TextColumn):
        return _compute.utf8_trim_whitespace(cells.array)
    try:
        return _compute.utf8_trim_whitespace(pa.array(cells, pa.string()))
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return None


def _float_or_none(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
