"""What a row of an indicator table speaks of: its place, its period and its breakdown, or why it is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ekistics.model.errors import InvalidInput
from ekistics.model.observations import breakdown_code
from ekistics.model.periods import Period
from ekistics.model.places import Place
from ekistics.model.problems import Severity
from ekistics.sources.faults import Faults
from ekistics.sources.mappings import LeaveOutMapping, TableMapping
from ekistics.sources.spreadsheets import Cell
from ekistics.sources.table_rows import plain_text

_YEARS = re.compile(r"(\d{4})\s*(?:-|–|—|to|/)\s*(\d{4})")
_NOT_IN_A_CODE = re.compile(r"[;=\s]+")


@dataclass(frozen=True)
class RowKey:
    """Place, period (None where each measure has its own) and breakdown of a row."""

    place: str
    period: Period | None
    breakdown: dict[str, str]


class KeyReader:
    """Reads keys row by row; texts that come again are looked up, not read again."""

    def __init__(self, mapping: TableMapping, at: dict[str, int], faults: Faults) -> None:
        self._mapping, self._at, self._faults = mapping, at, faults
        self._periods: dict[str, Period | None] = {}
        self._places: dict[str, Place] = {}

    def key_of(self, row: list[Cell], number: int) -> RowKey | None:
        """Return what the row speaks of; None, and a fault, where it is left out or cannot be read."""
        for rule in self._mapping.leave_out:
            if _is_meant(rule, plain_text(row[self._at[rule.column]])):
                self._faults.add("left-out", f"Left out by the mapping: {rule.reason}.", Severity.LEFT_OUT, number, rule.column)
                return None
        place = self._place(row, number)
        if place is None:
            return None
        period, is_read = self._period(row, number)
        if not is_read:
            return None
        breakdown = self._breakdown(row, number)
        return None if breakdown is None else RowKey(place, period, breakdown)

    def places(self) -> tuple[Place, ...]:
        """Return the places met, where the mapping says of which kind they are."""
        return tuple(self._places.values())

    def _place(self, row: list[Cell], number: int) -> str | None:
        asked = self._mapping.place
        if asked.column is None:
            return asked.code
        text = plain_text(row[self._at[asked.column]])
        if not text and asked.empty:
            return asked.empty
        if not text:
            said = "The row does not say its place; it was rejected."
            self._faults.add("no-place", said, Severity.REJECTED, number, asked.column, mend="fill the cell, or give place.empty")
            return None
        if text in asked.codes:
            code = asked.codes[text]
        elif asked.only_listed:
            said = "The mapping does not list this place; the row was left out."
            self._faults.add("place-unlisted", said, Severity.LEFT_OUT, number, asked.column, found=text)
            return None
        else:
            code = asked.prefix + text
        if asked.kind is not None and code not in self._places:
            name = plain_text(row[self._at[asked.name]]) if asked.name else text
            self._places[code] = Place(code, asked.kind, {"und": name or text})
        return code

    def _period(self, row: list[Cell], number: int) -> tuple[Period | None, bool]:
        asked = self._mapping.period
        if asked.start and asked.end:
            column = asked.start
            text = f"{plain_text(row[self._at[asked.start]])}/{plain_text(row[self._at[asked.end]])}"
        elif asked.column:
            column, text = asked.column, plain_text(row[self._at[asked.column]])
        elif asked.text:
            column, text = "", asked.text
        else:
            return None, True
        if text not in self._periods:
            self._periods[text] = parse_period(text)
        period = self._periods[text]
        if period is None:
            said = "The reference period cannot be read; the row was rejected."
            self._faults.add(
                "not-a-period", said, Severity.REJECTED, number, column, found=repr(text), expected="2015, 2015-06, 2011-2021 or a date"
            )
        return period, period is not None

    def _breakdown(self, row: list[Cell], number: int) -> dict[str, str] | None:
        pairs: dict[str, str] = {}
        for asked in self._mapping.breakdowns:
            text = plain_text(row[self._at[asked.column]])
            if not text or text in asked.total:
                continue
            if asked.codes and text not in asked.codes:
                said = "The mapping has no code for this part of the breakdown; the row was rejected."
                self._faults.add(
                    "breakdown-unlisted", said, Severity.REJECTED, number, asked.column, found=text, mend="add it to codes, or to total"
                )
                return None
            pairs[asked.dimension] = asked.codes.get(text) or _NOT_IN_A_CODE.sub("_", text)
        return pairs


def parse_period(text: str) -> Period | None:
    """Read a period as tables write it; None where it is none."""
    try:
        if years := _YEARS.fullmatch(text):
            return Period(Period.year(int(years[1])).start, Period.year(int(years[2])).end)
        return Period.parse(text)
    except (InvalidInput, ValueError):
        return None


def joined_breakdown(row: dict[str, str], measure: dict[str, str]) -> str:
    """Return the code of a row's and a measure's breakdowns together."""
    return breakdown_code(row | measure)


def _is_meant(rule: LeaveOutMapping, text: str) -> bool:
    return (rule.empty and not text) or text in rule.equals or any(text.startswith(one) for one in rule.starts)
