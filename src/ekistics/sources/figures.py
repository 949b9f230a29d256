"""The figures of an indicator table: values and terms read, brought to the card's unit, and gathered as columns."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pyarrow as pa

from ekistics.model.errors import InvalidInput
from ekistics.model.observations import OBSERVATION_SCHEMA, ErrorSource, Status
from ekistics.model.periods import Period
from ekistics.model.problems import Severity, Tally
from ekistics.model.units import factor
from ekistics.sources.faults import Faults
from ekistics.sources.mappings import MeasureMapping, TableMapping
from ekistics.sources.numbers import MISSING_CODES, NumberStyle, Parsed, parse_number
from ekistics.sources.row_keys import RowKey, joined_breakdown
from ekistics.sources.spreadsheets import Cell, PercentCell
from ekistics.sources.table_rows import plain_text

_SCALED = ("standard_error", "lower", "upper")
_TERMS = ("numerator", "denominator", "sample_size")
_PERCENT_UNITS = {"%": "%", "1": "%", "%/a": "%/a", "/a": "%/a"}
_NUMBERS = ("value", *_SCALED, *_TERMS, "level")


class Figures:
    """Gathers figures row by row; a figure whose key was there before is refused."""

    def __init__(self, mapping: TableMapping, at: dict[str, int], faults: Faults, sheet: str | None) -> None:
        self._mapping, self._at, self._faults, self._sheet = mapping, at, faults, sheet
        codes = MISSING_CODES if mapping.missing is None else ("", *mapping.missing)
        self._style = NumberStyle(mapping.decimal, mapping.thousands, frozenset(code.strip().casefold() for code in codes))
        self._texts: dict[str, Parsed] = {}
        self._seen: dict[tuple[Any, ...], tuple[int, float | None]] = {}
        self._labels: Counter[tuple[str, str]] = Counter()
        self._columns: dict[str, list[Any]] = {name: [] for name in OBSERVATION_SCHEMA.names}
        self._read = self._mended = 0

    def take(self, measure: MeasureMapping, key: RowKey, row: list[Cell], number: int) -> bool:
        """Take one figure; return whether it stands now (a missing one does, unless the mapping leaves these out)."""
        self._read += 1
        column = measure.column or self._mapping.value or ""
        numbers = self._numbers(measure, column, row, number)
        period = Period.parse(measure.period) if measure.period else key.period
        if numbers is None or period is None:
            return False
        status, flags = self._status(row, number, is_missing=numbers["value"] is None)
        breakdown = joined_breakdown(key.breakdown, measure.breakdown)
        if numbers["value"] is None and self._mapping.missing_figures == "leave out":
            self._faults.add("missing", "There is no figure in the cell; it was left out.", Severity.LEFT_OUT, number, column)
            return False
        if not self._is_new((measure.indicator, key.place, period, breakdown), numbers["value"], number, column):
            return False
        if measure.label is not None:
            self._labels[measure.label, measure.unit] += 1
        where = f"row {number}, column {column}"
        has_error = any(numbers[name] is not None for name in _SCALED)
        self._put(numbers | {
            "indicator": measure.indicator, "place": key.place, "boundary": self._mapping.boundary, "period_start": period.start,
            "period_end": period.end, "breakdown": breakdown, "unit": measure.to or measure.unit, "status": str(status), "flags": flags,
            "error_source": str(measure.error_source if has_error else ErrorSource.NONE_STATED),
            "reason": "missing in the source" if numbers["value"] is None else "",
            "locator": f"sheet {self._sheet}, {where}" if self._sheet else where,
        })  # fmt: skip
        return True

    def table(self) -> pa.Table:
        """Return the figures as a table of `OBSERVATION_SCHEMA`."""
        series = self._mapping.series
        count = len(self._columns["value"])
        constant = {"source": series.source, "origin": str(series.origin), "edition": series.edition, "variant": series.variant}
        constant |= {"confidentiality": "F"}
        arrays = [
            pa.array([constant[name]] * count if name in constant else self._columns[name] or [None] * count, type=kind.type)
            for name, kind in zip(OBSERVATION_SCHEMA.names, OBSERVATION_SCHEMA, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=OBSERVATION_SCHEMA)

    def tally(self, file: str) -> Tally:
        """Count the figures: read, taken, left out."""
        used = len(self._columns["value"])
        return Tally(f"{file}, figures", self._read, used, 0, self._read - used)

    def say_labels(self) -> None:
        """Say which labels of units the mapping puts right."""
        for (label, unit), count in self._labels.items():
            said = f"The file labels {count:,} figures as “{label}”; by the mapping they are in the unit “{unit}”."
            self._faults.add("unit-label-wrong", said, Severity.NOTE, None, found=label, expected=unit)

    def _numbers(self, measure: MeasureMapping, column: str, row: list[Cell], number: int) -> dict[str, float | None] | None:
        """Read value, terms and errors in the card's unit; None, and a fault, where any cannot be read."""
        scale = factor(measure.unit, measure.to or measure.unit)
        numbers: dict[str, float | None] = dict.fromkeys(_NUMBERS)
        for name, where in (("value", column), *((name, getattr(measure, name)) for name in (*_SCALED, *_TERMS))):
            if where is None:
                continue
            cell = row[self._at[where]]
            parsed = self._parsed(cell, measure.unit if name not in _TERMS else "")
            if parsed.fault:
                said = "The cell holds something else than a number; the figure was rejected."
                self._faults.add(
                    "not-a-number", said, Severity.REJECTED, number, where, found=repr(plain_text(cell)), expected=parsed.fault,
                    mend="correct the cell, or declare the decimal mark, the thousands mark or a missing code in the mapping",
                )  # fmt: skip
                return None
            numbers[name] = parsed.value if parsed.value is None or name in _TERMS else parsed.value * scale
        if numbers["lower"] is not None or numbers["upper"] is not None:
            numbers["level"] = measure.level
        return numbers

    def _parsed(self, cell: Cell, unit: str) -> Parsed:
        if isinstance(cell, str):
            parsed = self._texts.get(cell)
            if parsed is None:
                parsed = self._texts[cell] = parse_number(cell, self._style)
        elif isinstance(cell, PercentCell):
            parsed = Parsed(cell.value, is_percent=True)
        elif isinstance(cell, (int, float)) and not isinstance(cell, bool) and math.isfinite(cell):
            is_missing = f"{cell:.12g}" in self._style.missing
            return Parsed(None, is_missing=True) if is_missing else Parsed(float(cell))
        else:
            return Parsed(None, fault="a number")
        return _unpercented(parsed, unit) if parsed.is_percent else parsed

    def _status(self, row: list[Cell], number: int, *, is_missing: bool) -> tuple[Status, str]:
        usual = Status.MISSING if is_missing else Status.NORMAL
        asked = self._mapping.status
        if asked is None:
            return usual, ""
        text = plain_text(row[self._at[asked.column]])
        if not text or text in asked.codes or text in asked.flags:
            flag = asked.flags.get(text)
            status = asked.codes.get(text, usual)
            return (usual if is_missing and status is Status.NORMAL else status), str(flag) if flag else ""
        said = "The mapping has no status for this text; the figure was taken as it stands."
        self._faults.add("status-unlisted", said, Severity.NOTE, number, asked.column, found=text)
        return usual, ""

    def _is_new(self, key: tuple[Any, ...], value: float | None, number: int, column: str) -> bool:
        first = self._seen.get(key)
        if first is None:
            self._seen[key] = (number, value)
            return True
        is_same = first[1] == value
        said = (
            "The figure stands in the table twice, with the same value; it was taken once."
            if is_same
            else "The figure stands in the table twice, with different values; the first was taken."
        )
        mend = None if is_same else "add the column that tells the two apart to the breakdowns, or correct one"
        severity = Severity.LEFT_OUT if is_same else Severity.REJECTED
        self._faults.add("twice", said, severity, number, column, found=None if is_same else f"also in row {first[0]}", mend=mend)
        return False

    def _put(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            self._columns[name].append(value)


def _unpercented(parsed: Parsed, unit: str) -> Parsed:
    """Bring a number with a per-cent sign to the declared unit."""
    given = _PERCENT_UNITS.get(unit)
    if given is None or parsed.value is None:
        return Parsed(None, fault="a number without a per-cent sign")
    try:
        return Parsed(parsed.value * factor(given, unit))
    except InvalidInput:
        return Parsed(None, fault="a number without a per-cent sign")
