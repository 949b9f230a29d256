"""Timetables: one or several GTFS feeds as one `Timetable`, broken feeds as they exist.

Stops are boarding places, each at its own coordinates, because people walk to the platform or kerb; `stop_station` maps those with
the same parent station to one number, so that a station's departures count once. Rows used + repaired + left out = rows read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml

from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Flags, Floats, Integers, Texts, Timetable
from ekistics.model.problems import Problem, Tally
from ekistics.sources.archives import Member, checked_members
from ekistics.sources.gtfs_calendar import days_of_services
from ekistics.sources.gtfs_tables import FeedTable, TextColumn, first_of_each, index_of, is_empty, plain, read_feed_table
from ekistics.sources.gtfs_times import StopTimes, stop_times_of

BUS = 3
_LONGEST_NAME = 200
_REQUIRED = {
    "stops.txt": ("stop_id", "stop_lat", "stop_lon"),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("route_id", "service_id", "trip_id"),
    "stop_times.txt": ("trip_id", "stop_id", "stop_sequence"),
}
_OPTIONAL = {
    "calendar.txt": ("service_id", "start_date", "end_date"),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
    "frequencies.txt": ("trip_id", "start_time", "end_time", "headway_secs"),
    "agency.txt": (),
}


def read_gtfs(paths: Sequence[Path], *, progress: Callable[[float], None] | None = None) -> Timetable:
    """Read one or several feeds and merge them; with several, ids start with the number of the feed (`2:TRUNK`).

    Parameters
    ----------
    paths : GTFS zips
    progress : told the share done, 0 to 1

    Raises
    ------
    InvalidInput
        If a path is no archive, a required file or column is absent, or a text is no table.
    """
    if not paths:
        raise InvalidInput("no timetable was given", mend="name at least one GTFS zip")
    feeds = []
    for number, path in enumerate(paths):
        feeds.append(_read_feed(path, f"{number + 1}:" if len(paths) > 1 else ""))
        if progress:
            progress((number + 1) / len(paths))
    return _merged(feeds)


def is_high_capacity(route_type: Integers) -> Flags:
    """Return which GTFS route types (plain or extended) are high capacity by `rules/modes.yaml`."""
    rule = _modes()["high_capacity"]
    high = np.isin(route_type, rule["types"])
    for first, last in rule["ranges"]:
        high |= (route_type >= first) & (route_type <= last)
    return high


@cache
def _modes() -> dict[str, Any]:
    text = resources.files("ekistics.sources").joinpath("rules/modes.yaml").read_text(encoding="utf-8")
    rules: dict[str, Any] = yaml.safe_load(text)
    return rules


@dataclass(frozen=True)
class _Stops:
    ids: TextColumn
    name: Texts
    longitude: Floats
    latitude: Floats
    station: Integers


@dataclass(frozen=True)
class _Trips:
    ids: TextColumn
    service: list[str]
    route_type: Integers


@dataclass(frozen=True)
class _Frequencies:
    trip: Integers
    start_s: Floats
    end_s: Floats
    headway_s: Floats


@dataclass(frozen=True)
class _Feed:
    prefix: str
    stops: _Stops
    trips: _Trips
    times: StopTimes
    frequencies: _Frequencies
    days: dict[str, Integers]
    agencies: tuple[str, ...]
    route_types: dict[int, int]
    problems: tuple[Problem, ...]
    tallies: tuple[Tally, ...]


def _read_feed(path: Path, prefix: str) -> _Feed:
    tables = _tables(path)
    days = days_of_services(tables["calendar.txt"], tables["calendar_dates.txt"])
    stops = _stops(tables["stops.txt"])
    trips, route_types = _trips(tables["trips.txt"], tables["routes.txt"], days)
    times = stop_times_of(tables["stop_times.txt"], trips.ids, stops.ids, stops.longitude, stops.latitude)
    frequencies = _frequencies(tables["frequencies.txt"], trips.ids)
    agencies = tuple(name for name in plain(tables["agency.txt"].text("agency_name")) if name)
    problems = tuple(problem for table in tables.values() for problem in table.problems)
    tallies = tuple(table.tally() for table in tables.values() if table.rows or table.malformed)
    return _Feed(prefix, stops, trips, times, frequencies, days, agencies, route_types, problems, tallies)


def _tables(path: Path) -> dict[str, FeedTable]:
    if not path.is_file():
        raise InvalidInput("the file is not there", file=str(path))
    members: dict[str, Member] = {}
    for member in checked_members(path):
        if not member.name.startswith("__MACOSX"):
            members.setdefault(member.name.rsplit("/", 1)[-1].lower(), member)
    missing = [name for name in _REQUIRED if name not in members]
    if "calendar.txt" not in members and "calendar_dates.txt" not in members:
        missing.append("calendar.txt or calendar_dates.txt")
    if missing:
        raise InvalidInput("a file that GTFS requires is not in the archive", file=path.name, expected=", ".join(missing))
    return {name: read_feed_table(path, members.get(name), name, wanted) for name, wanted in (_REQUIRED | _OPTIONAL).items()}


def _stops(table: FeedTable) -> _Stops:
    ids, parent = table.text("stop_id"), table.text("parent_station")
    longitude, latitude = table.numbers("stop_lon"), table.numbers("stop_lat")
    kind = np.nan_to_num(table.numbers("location_type"))
    table.leave_out(is_empty(ids), "stop-without-id", "The stop has no id.")
    table.leave_out(~first_of_each(ids), "stop-twice", "The stop id is given already; the later row was left out.")
    boards = np.isin(kind, (0, 4))
    nowhere = np.isnan(longitude) | np.isnan(latitude)
    table.leave_out(boards & nowhere, "stop-without-coordinates", "The stop has no readable coordinates.")
    off = (np.abs(longitude) > 180) | (np.abs(latitude) > 90) | ((np.abs(longitude) < 1e-6) & (np.abs(latitude) < 1e-6))
    table.leave_out(boards & off, "stop-off-earth", "The coordinates are out of range or 0, 0, which is the open sea.")
    among = set(plain(ids))
    orphan = np.array([bool(one) and one not in among for one in plain(parent)], dtype=bool)
    table.note(orphan & boards, "station-unknown", "The parent station is not in the file; the stops that name it count as one station.")
    kept = boards & ~table.left_out
    station_of = [up or own for up, own in zip(plain(parent), plain(ids), strict=True)]
    station = np.unique(np.array(station_of, dtype=object)[kept].astype(np.str_), return_inverse=True)[1]
    names = [text[:_LONGEST_NAME] for text in plain(table.text("stop_name").filter(pa.array(kept)))]
    return _Stops(ids.filter(pa.array(kept)), _texts(names), longitude[kept], latitude[kept], station.astype(np.int64))


def _trips(table: FeedTable, routes: FeedTable, days: dict[str, Integers]) -> tuple[_Trips, dict[int, int]]:
    route_ids, kinds = routes.text("route_id"), routes.numbers("route_type")
    routes.leave_out(is_empty(route_ids), "route-without-id", "The route has no id.")
    routes.leave_out(~first_of_each(route_ids), "route-twice", "The route id is given already; the later row was left out.")
    unreadable = np.isnan(kinds) | (kinds != np.floor(np.nan_to_num(kinds))) | (np.abs(kinds) > 10_000)
    routes.repair(unreadable, "route-type-unreadable", "The route type cannot be read; the route was taken as a bus line.")
    route_type: Integers = np.where(unreadable, BUS, kinds).astype(np.int64)
    ids, service = table.text("trip_id"), table.text("service_id")
    route = index_of(table.text("route_id"), route_ids)
    table.leave_out(is_empty(ids), "trip-without-id", "The trip has no id.")
    table.leave_out(~first_of_each(ids), "trip-twice", "The trip id is given already; the later row was left out.")
    unknown = (route < 0) | (routes.left_out[route] if routes.rows else True)
    table.leave_out(unknown, "route-unknown", "The trip belongs to a route that is not used.")
    idle = np.array([one not in days or not len(days[one]) for one in plain(service)], dtype=bool)
    table.note(idle, "service-without-days", "The trip belongs to a service that runs on no day.")
    kept = ~table.left_out
    chosen = _Trips(ids.filter(pa.array(kept)), plain(service.filter(pa.array(kept))), route_type[route[kept]])
    return chosen, dict(Counter(route_type[~routes.left_out].tolist()))


def _frequencies(table: FeedTable, trips: TextColumn) -> _Frequencies:
    trip = index_of(table.text("trip_id"), trips)
    start, end, headway = table.times("start_time"), table.times("end_time"), table.numbers("headway_secs")
    table.leave_out(trip < 0, "trip-unknown", "The frequency belongs to a trip that is not used.")
    table.leave_out(np.isnan(start) | np.isnan(end) | ~(end > start), "time-unreadable", "The start or end time cannot be used.")
    table.leave_out(~(headway >= 1), "headway-unreadable", "The headway is not a number of seconds above zero.")
    kept = ~table.left_out
    return _Frequencies(trip[kept], start[kept], end[kept], headway[kept])


def _merged(feeds: Sequence[_Feed]) -> Timetable:
    stops = np.cumsum([0, *(len(feed.stops.ids) for feed in feeds)])
    stations = np.cumsum([0, *(int(feed.stops.station.max(initial=-1)) + 1 for feed in feeds)])
    trips = np.cumsum([0, *(len(feed.trips.ids) for feed in feeds)])
    services = {feed.prefix + name: found for feed in feeds for name, found in feed.days.items()}
    for feed in feeds:
        for name in feed.trips.service:
            services.setdefault(feed.prefix + name, np.empty(0, dtype=np.int64))
    place = {name: number for number, name in enumerate(services)}
    kinds = np.concatenate([feed.trips.route_type for feed in feeds])
    return Timetable(
        stop_id=_texts([feed.prefix + one for feed in feeds for one in plain(feed.stops.ids)]),
        stop_name=np.concatenate([feed.stops.name for feed in feeds]),
        stop_longitude=np.concatenate([feed.stops.longitude for feed in feeds]),
        stop_latitude=np.concatenate([feed.stops.latitude for feed in feeds]),
        stop_station=np.concatenate([feed.stops.station + first for feed, first in zip(feeds, stations, strict=False)]),
        trip_id=_texts([feed.prefix + one for feed in feeds for one in plain(feed.trips.ids)]),
        trip_service=np.array([place[feed.prefix + one] for feed in feeds for one in feed.trips.service], dtype=np.int64),
        trip_route_type=kinds,
        trip_high_capacity=is_high_capacity(kinds),
        trip_feed=np.concatenate([np.full(len(feed.trips.ids), number, dtype=np.int64) for number, feed in enumerate(feeds)]),
        time_trip=np.concatenate([feed.times.trip + first for feed, first in zip(feeds, trips, strict=False)]),
        time_stop=np.concatenate([feed.times.stop + first for feed, first in zip(feeds, stops, strict=False)]),
        departure_s=np.concatenate([feed.times.departure_s for feed in feeds]),
        interpolated=np.concatenate([feed.times.interpolated for feed in feeds]),
        is_last=np.concatenate([feed.times.is_last for feed in feeds]),
        no_pickup=np.concatenate([feed.times.no_pickup for feed in feeds]),
        frequency_trip=np.concatenate([feed.frequencies.trip + first for feed, first in zip(feeds, trips, strict=False)]),
        frequency_start_s=np.concatenate([feed.frequencies.start_s for feed in feeds]),
        frequency_end_s=np.concatenate([feed.frequencies.end_s for feed in feeds]),
        frequency_headway_s=np.concatenate([feed.frequencies.headway_s for feed in feeds]),
        service_id=_texts(list(services)),
        service_dates=tuple(services.values()),
        agencies=tuple(dict.fromkeys(name for feed in feeds for name in feed.agencies)),
        route_types=dict(sum((Counter(feed.route_types) for feed in feeds), Counter())),
        problems=tuple(problem for feed in feeds for problem in feed.problems),
        tallies=tuple(tally for feed in feeds for tally in feed.tallies),
    )


def _texts(values: list[str]) -> Texts:
    return np.array(values, dtype=np.str_) if values else np.empty(0, dtype="U1")
