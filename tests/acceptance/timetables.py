"""Departures by stop and hour counted from the texts of a feed of frequencies, one trip after the other, with nothing of ours."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections import Counter, defaultdict
from datetime import date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def rows_of(archive, name):
    with zipfile.ZipFile(archive) as opened:
        return list(csv.DictReader(io.TextIOWrapper(opened.open(name), encoding="utf-8-sig")))


def seconds(text):
    hours, minutes, rest = map(int, text.split(":"))
    return 3600 * hours + 60 * minutes + rest


def departures_by_stop_and_hour(archive, day):
    """Counter of (stop, hour): a trip leaves every headway from the start of its frequency to before its end, not from its last stop.

    The departures of a station stand at each of its stops.
    """
    when = date.fromisoformat(day)
    running = {
        row["service_id"]
        for row in rows_of(archive, "calendar.txt")
        if row[WEEKDAYS[when.weekday()]] == "1" and row["start_date"] <= when.strftime("%Y%m%d") <= row["end_date"]
    }
    trips = {row["trip_id"] for row in rows_of(archive, "trips.txt") if row["service_id"] in running}
    calls = defaultdict(list)
    for row in rows_of(archive, "stop_times.txt"):
        calls[row["trip_id"]].append((int(row["stop_sequence"]), seconds(row["departure_time"]), row["stop_id"]))
    stops = [row for row in rows_of(archive, "stops.txt") if row.get("location_type") in (None, "", "0", "4")]
    station = {row["stop_id"]: row.get("parent_station") or row["stop_id"] for row in stops}
    of_station = Counter()
    for row in rows_of(archive, "frequencies.txt"):
        if row["trip_id"] not in trips:
            continue
        called = sorted(calls[row["trip_id"]])
        start, end, headway = seconds(row["start_time"]), seconds(row["end_time"]), int(row["headway_secs"])
        for number in range(math.ceil((end - start) / headway)):
            for _, at, stop in called[:-1]:
                of_station[station[stop], (start + number * headway + at - called[0][1]) // 3600] += 1
    members = defaultdict(list)
    for stop, name in station.items():
        members[name].append(stop)
    return Counter({(stop, hour): count for (name, hour), count in of_station.items() for stop in members[name]})


def layer_of(workspace, place, kind):
    """A layer of a place under the default options, as its measurement makes it."""
    from ekistics.workspace.layering import LayerStack
    from ekistics.workspace.studying import inputs_of, options_of_place

    inputs = inputs_of(workspace.session, place)
    return LayerStack(inputs, options_of_place(workspace.session, place), inputs.layer_folder).value(kind)


def counted_by_layer(service):
    """Departures of a service layer as a Counter of (stop, hour)."""
    by_hour = service.departures_low + service.departures_high
    return Counter(
        {
            (str(stop), hour): int(count)
            for stop, row in zip(service.stop_id, by_hour, strict=True)
            for hour, count in enumerate(row)
            if count
        }
    )
