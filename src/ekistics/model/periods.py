"""Reference periods: two dates, both included."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from ekistics.model.errors import InvalidInput

DAYS_A_YEAR = 365.25

_YEAR, _MONTH = re.compile(r"\d{4}"), re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, order=True)
class Period:
    """A reference period, `start` and `end` both included (2015 is 2015-01-01 to 2015-12-31)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidInput("a period ends before it starts", found=f"{self.start} to {self.end}", expected="start on or before end")

    @classmethod
    def year(cls, year: int) -> Period:
        """Return the calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def day(cls, day: date) -> Period:
        """Return one day."""
        return cls(day, day)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2015`, `2015-06`, `2015-06-30` or `2015-01-01/2015-12-31`.

        Raises
        ------
        InvalidInput
            If the text is none of these.
        """
        text = text.strip()
        try:
            if "/" in text:
                start, _, end = text.partition("/")
                return cls(cls.parse(start).start, cls.parse(end).end)
            if _YEAR.fullmatch(text):
                return cls.year(int(text))
            if month := _MONTH.fullmatch(text):
                year, number = int(month[1]), int(month[2])
                return cls(date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1]))
            return cls.day(date.fromisoformat(text))
        except (ValueError, calendar.IllegalMonthError):
            raise InvalidInput(
                "not a reference period", found=repr(text), expected="2015, 2015-06, 2015-06-30 or 2015-01-01/2015-12-31"
            ) from None

    def __str__(self) -> str:
        if self == Period.year(self.start.year):
            return f"{self.start.year:04d}"
        if self.start == self.end:
            return self.start.isoformat()
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    @property
    def is_whole_year(self) -> bool:
        """Whether it is one calendar year."""
        return self == Period.year(self.start.year)

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.start <= day <= self.end

    def years_until(self, later: Period) -> float:
        """Return the time to a later period in years: whole numbers between calendar years, else days / 365.25 between ends."""
        if self.is_whole_year and later.is_whole_year:
            return float(later.start.year - self.start.year)
        return (later.end - self.end).days / DAYS_A_YEAR
