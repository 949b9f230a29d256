"""On which days each service of a feed runs: weekly pattern, days added, days removed.

A service id that is given twice runs on every day that any of its rows says; an identical second row is left out, both are reported.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ekistics.model.extracts import Flags, Floats, Integers
from ekistics.sources.gtfs_tables import FeedTable, TextColumn, first_of_each, is_empty, plain

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_DAYS = 14_610
"""Forty years: a longer validity is a slip of the pen, days."""


def days_of_services(calendar: FeedTable, exceptions: FeedTable) -> dict[str, Integers]:
    """Return the days (ordinals, sorted) of each service id of `calendar.txt` and `calendar_dates.txt`."""
    days = {service: set(found) for service, found in _weekly(calendar).items()}
    _apply(exceptions, days)
    return {service: np.array(sorted(found), dtype=np.int64) for service, found in days.items()}


def _weekly(table: FeedTable) -> dict[str, set[int]]:
    ids = table.text("service_id")
    runs = np.column_stack([table.numbers(day) for day in WEEKDAYS]) if table.rows else np.empty((0, 7))
    start, end = table.dates("start_date"), table.dates("end_date")
    table.leave_out(is_empty(ids), "service-without-id", "The service has no id.")
    table.leave_out(
        np.asarray(~np.isin(runs, (0, 1)).all(axis=1)), "weekday-unreadable", "A weekday is neither 0 nor 1.", expected="0 or 1"
    )
    table.leave_out((start == 0) | (end == 0), "date-unreadable", "The start or end date cannot be read.", expected="YYYYMMDD")
    table.leave_out((end < start) | (end - start > LONGEST_DAYS), "validity-impossible", "The service ends before it starts, or never.")
    _say_repeated(table, ids, runs, start, end)
    names = plain(ids)
    days: dict[str, set[int]] = {}
    for row in np.flatnonzero(~table.left_out):
        every = np.arange(start[row], end[row] + 1)
        wanted = every[runs[row].astype(bool)[(every - 1) % 7]]  # ordinal 1 is a Monday
        days.setdefault(names[row], set()).update(wanted.tolist())
    return days


def _say_repeated(table: FeedTable, ids: TextColumn, runs: Floats, start: Integers, end: Integers) -> None:
    if not table.rows:
        return
    again = ~first_of_each(ids) & ~table.left_out
    rows = pd.DataFrame(runs).assign(id=plain(ids), start=start, end=end)
    same: Flags = rows.duplicated().to_numpy(dtype=bool)
    table.leave_out(again & same, "service-twice", "The service id is given twice, with the same days; it was taken once.")
    table.note(again & ~same, "service-conflict", "The service id is given twice, with other days; it runs on the days of both.")


def _apply(table: FeedTable, days: dict[str, set[int]]) -> None:
    ids, when, kind = table.text("service_id"), table.dates("date"), table.numbers("exception_type")
    table.leave_out(is_empty(ids), "service-without-id", "The exception names no service.")
    table.leave_out(when == 0, "date-unreadable", "The date cannot be read.", expected="YYYYMMDD")
    table.leave_out(~np.isin(kind, (1, 2)), "exception-unknown", "The exception type is neither 1 (added) nor 2 (removed).")
    names = plain(ids)
    for row in np.flatnonzero(~table.left_out):
        found = days.setdefault(names[row], set())
        if kind[row] == 1:
            found.add(int(when[row]))
        else:
            found.discard(int(when[row]))
