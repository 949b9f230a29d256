"""Departures by stop and hour on one service day, and which stops are served well enough in a window of the day.

The day is a named weekday inside the validity that the feeds share: of the dates with that weekday, those whose number of departures
is the most common one, and of these the one nearest to `near`, else the middle one (holidays and
one-off extras are rare, so they fall away). Feeds that share no
date use the same weekday each in its own validity, and the checks say so. Departures of a station's stops are added up and stand at
each of them. The feed proves nothing outside its first and last call: averages are taken over the part of the window inside
them, and a window wholly outside is not measurable, which is not zero.

*Any service* asks that a trip calls at the stop, also where it only ends there; so many departures an hour ask for departures, and
the last stop of a trip, or one where nobody may board, has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import numpy as np

from ekistics.layers.registry import layer
from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Flags, Floats, Integers, Texts, Timetable

HOURS = 28
"""Hours of a service day: it runs past midnight, as timetables do."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOUR_S = 3600.0


@dataclass(frozen=True)
class Service:
    """Stops with what departs there. `low` and `high` say by which capacity a stop is served at all on the chosen day.

    `departures_low`, `departures_high` are (stops, 28) counts by hour of the service day, of the stop's whole station.
    `served_low`, `served_high` say that a trip calls in the window and, where asked for, that so many an hour depart on average.
    `hours_low`, `hours_high` are the first and last call in the feeds by capacity, seconds; NaN where there is none.
    `measurable_low`, `measurable_high` say whether the feeds cover any of the window; where not, served flags mean nothing.
    """

    stop_id: Texts
    stop_name: Texts
    longitude: Floats
    latitude: Floats
    station: Integers
    low: Flags
    high: Flags
    departures_low: Integers
    departures_high: Integers
    served_low: Flags
    served_high: Flags
    an_hour_low: Floats
    an_hour_high: Floats
    hours_low: Floats
    hours_high: Floats
    measurable_low: bool
    measurable_high: bool
    days: tuple[str, ...]
    checks: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.stop_id)


@layer(edition="1")
def service(
    *,
    gtfs: Timetable,
    day: str = "",
    near: str = "",
    weekday: str = "tuesday",
    window_start_s: float = 0.0,
    window_end_s: float = HOURS * _HOUR_S,
    departures_an_hour: float = 0.0,
) -> Service:
    """Count departures by stop and hour on one service day.

    Parameters
    ----------
    gtfs : the timetable
    day : an ISO date; empty chooses one
    near : an ISO date, such as that of the street map: of the dates with the usual number of departures the nearest to it is
        chosen; empty takes the middle one
    weekday : the weekday to choose, in English
    window_start_s, window_end_s : the part of the day, seconds after midnight of the service day
    departures_an_hour : a stop is served with at least so many departures an hour on average; 0 asks for any call

    Raises
    ------
    InvalidInput
        If the day is no date, the weekday is none, or the window is empty.
    """
    if weekday not in WEEKDAYS:
        raise InvalidInput("no such weekday", found=weekday, expected=", ".join(WEEKDAYS))
    if not window_end_s > window_start_s:
        raise InvalidInput("the window of the day is empty", found=f"{window_start_s:.0f} to {window_end_s:.0f} seconds")
    feed = gtfs.trip_feed if len(gtfs.trip_feed) else np.zeros(len(gtfs.trip_id), dtype=np.int64)
    chosen, shared = _chosen_days(gtfs, feed, day, near, WEEKDAYS.index(weekday))
    series = _calls(gtfs, _runs(gtfs, feed, chosen))
    station = gtfs.stop_station if len(gtfs.stop_station) else np.arange(len(gtfs.stop_id), dtype=np.int64)
    window = (window_start_s, window_end_s)
    low = _capacity(series, ~gtfs.trip_high_capacity, station, window, departures_an_hour)
    high = _capacity(series, gtfs.trip_high_capacity, station, window, departures_an_hour)
    days = tuple(date.fromordinal(one).isoformat() if one else "" for one in chosen)
    checks = {
        "days": list(days),
        "day_shared_by_all_feeds": shared,
        "stops": len(gtfs.stop_id),
        "stations": len(np.unique(station)),
        "stops_without_call": int(np.count_nonzero(~(low.calls | high.calls))),
        "stops_without_departure": int(np.count_nonzero((low.by_hour + high.by_hour).sum(axis=1) == 0)),
        "departures": int(series.count[series.departs].sum()),
        "departure_times_interpolated": int(np.count_nonzero(gtfs.interpolated)),
        "calls_past_28_hours": int(series.count.sum() - series.before(HOURS * _HOUR_S).sum()),
        "low_capacity": low.said(window),
        "high_capacity": high.said(window),
    }
    return Service(
        stop_id=gtfs.stop_id,
        stop_name=gtfs.stop_name,
        longitude=gtfs.stop_longitude,
        latitude=gtfs.stop_latitude,
        station=station,
        low=low.calls,
        high=high.calls,
        departures_low=low.by_hour,
        departures_high=high.by_hour,
        served_low=low.served,
        served_high=high.served,
        an_hour_low=low.an_hour,
        an_hour_high=high.an_hour,
        hours_low=low.hours,
        hours_high=high.hours,
        measurable_low=low.measurable,
        measurable_high=high.measurable,
        days=days,
        checks=checks,
    )


def _chosen_days(gtfs: Timetable, feed: Integers, day: str, near: str, weekday: int) -> tuple[list[int], bool]:
    """Return the day (ordinal, 0 where there is none) of each feed, and whether it is one day for all."""
    feeds = int(feed.max(initial=0)) + 1
    if day:
        return [_ordinal(day)] * feeds, True
    close_to = _ordinal(near) if near else None
    totals = [_departures_by_day(gtfs, feed == number, weekday) for number in range(feeds)]
    running = [one for one in totals if one]
    shared = set.intersection(*(set(one) for one in running)) if running else set()
    if shared:
        together = {one: sum(total[one] for total in running) for one in shared}
        return [_typical(together, close_to)] * feeds, True
    return [_typical(one, close_to) if one else 0 for one in totals], len(running) < 2


def _ordinal(day: str) -> int:
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError as error:
        raise InvalidInput("the day cannot be read", found=day, expected="a date such as 2019-05-14") from error


def _departures_by_day(gtfs: Timetable, of_feed: Flags, weekday: int) -> dict[int, int]:
    """Return how many departures run on each date with the weekday; dates on which nothing runs are absent."""
    trips = of_feed & np.isin(gtfs.trip_service, np.flatnonzero([len(one) > 0 for one in gtfs.service_dates]))
    series = _calls(gtfs, trips)
    by_service = np.bincount(gtfs.trip_service[series.trip], weights=series.count * series.departs, minlength=len(gtfs.service_dates))
    totals: dict[int, int] = {}
    for number in np.flatnonzero(by_service):
        dates = gtfs.service_dates[number]
        for one in dates[(dates - 1) % 7 == weekday].tolist():  # ordinal 1 is a Monday
            totals[one] = totals.get(one, 0) + int(by_service[number])
    return totals


def _typical(totals: dict[int, int], near: int | None) -> int:
    values, counts = np.unique(list(totals.values()), return_counts=True)
    usual = values[counts == counts.max()].max()
    days = sorted(one for one, total in totals.items() if total == usual)
    return days[len(days) // 2] if near is None else min(days, key=lambda one: (abs(one - near), one))


def _runs(gtfs: Timetable, feed: Integers, days: list[int]) -> Flags:
    runs = np.zeros(len(gtfs.trip_id), bool)
    for number, one in enumerate(days):
        active = np.array([bool(np.isin(one, dates)) for dates in gtfs.service_dates], dtype=bool)
        if len(active):
            runs |= (feed == number) & active[gtfs.trip_service]
    return runs


@dataclass(frozen=True)
class _Series:
    """Evenly spaced calls: `count` of them at a stop from `start_s`, one each `headway_s`; a plain call is one."""

    stop: Integers
    trip: Integers
    start_s: Floats
    headway_s: Floats
    count: Integers
    departs: Flags

    def before(self, moment_s: float) -> Integers:
        """Return how many of each series come before a moment."""
        steps = np.ceil((moment_s - self.start_s) / self.headway_s)
        return np.clip(steps, 0, self.count).astype(np.int64)

    def only(self, which: Flags) -> _Series:
        """Return some of the series."""
        return _Series(*(getattr(self, one.name)[which] for one in fields(self)))


def _calls(gtfs: Timetable, runs: Flags) -> _Series:
    called = runs[gtfs.time_trip]
    departs = ~gtfs.is_last
    if len(gtfs.no_pickup):
        departs = departs & ~gtfs.no_pickup
    first = np.full(len(gtfs.trip_id), np.inf)
    np.minimum.at(first, gtfs.time_trip, gtfs.departure_s)
    repeated = np.zeros(len(gtfs.trip_id), bool)
    repeated[gtfs.frequency_trip] = True
    once = np.flatnonzero(called & ~repeated[gtfs.time_trip])
    rows = np.flatnonzero(called & repeated[gtfs.time_trip])  # sorted by trip, as stop times are
    begin = np.searchsorted(gtfs.time_trip[rows], gtfs.frequency_trip, side="left")
    length = np.searchsorted(gtfs.time_trip[rows], gtfs.frequency_trip, side="right") - begin
    which = np.repeat(np.arange(len(length)), length)
    inner = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length)
    again = rows[begin[which] + inner] if len(which) else np.empty(0, dtype=np.int64)
    offset = gtfs.departure_s[again] - first[gtfs.time_trip[again]]
    headway = gtfs.frequency_headway_s[which]
    count = np.ceil((gtfs.frequency_end_s - gtfs.frequency_start_s) / gtfs.frequency_headway_s).astype(np.int64)[which]
    every = np.concatenate([once, again])
    return _Series(
        gtfs.time_stop[every],
        gtfs.time_trip[every],
        np.concatenate([gtfs.departure_s[once], gtfs.frequency_start_s[which] + offset]),
        np.concatenate([np.ones(len(once)), headway]),
        np.concatenate([np.ones(len(once), dtype=np.int64), count]),
        departs[every],
    )


@dataclass(frozen=True)
class _Capacity:
    by_hour: Integers
    calls: Flags
    served: Flags
    an_hour: Floats
    hours: Floats
    covered_s: float
    measurable: bool

    def said(self, window: tuple[float, float]) -> dict[str, Any]:
        """Return what the layer reports of this capacity."""
        asked = window[1] - window[0]
        return {
            "first_call": _clock(self.hours[0]),
            "last_call": _clock(self.hours[1]),
            "stops_with_call": int(np.count_nonzero(self.calls)),
            "stops_served_in_window": int(np.count_nonzero(self.served)),
            "measurable": self.measurable,
            "share_of_window_covered": round(self.covered_s / asked, 4),
        }


def _capacity(series: _Series, trips: Flags, station: Integers, window: tuple[float, float], least: float) -> _Capacity:
    own = series.only(trips[series.trip])
    leaving = own.only(own.departs)
    stations = int(station.max(initial=-1)) + 1

    def by_station(which: _Series, start_s: float, end_s: float) -> Integers:
        counts = np.bincount(station[which.stop], weights=which.before(end_s) - which.before(start_s), minlength=stations)
        return counts.astype(np.int64)

    by_hour = np.stack([by_station(leaving, hour * _HOUR_S, (hour + 1) * _HOUR_S) for hour in range(HOURS)], axis=1)
    ends = own.start_s + (own.count - 1) * own.headway_s
    hours = np.array([own.start_s.min(), ends.max()]) if len(ends) else np.array([np.nan, np.nan])
    covered = float(min(hours[1], window[1]) - max(hours[0], window[0])) if len(ends) else -1.0
    an_hour = by_station(leaving, *window) / (covered / _HOUR_S) if covered > 0 else np.full(stations, np.nan)
    served = by_station(own, *window) > 0
    if least > 0:
        served &= np.nan_to_num(an_hour) >= least
    calls = np.bincount(station[own.stop], minlength=stations) > 0
    return _Capacity(by_hour[station], calls[station], served[station], an_hour[station], hours, max(covered, 0.0), covered >= 0)


def _clock(seconds: float) -> str:
    return "" if np.isnan(seconds) else f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}"
