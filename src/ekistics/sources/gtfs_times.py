"""Stop times of a feed: sorted, checked against trips and stops, blank times interpolated along the trip.

A blank time is interpolated between the nearest times given before and after it in the trip, by `shape_dist_traveled` where the
whole trip has it, else by straight-line distance from stop to stop. A time that runs backwards is treated as blank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ekistics.model.extracts import Flags, Floats, Integers
from ekistics.sources.gtfs_tables import FeedTable, TextColumn, index_of, is_empty

_METRES_A_DEGREE = 111_195.0
_APART = 1e9
"""Wider than any trip, metres or seconds: keeps trips apart in one running computation."""


@dataclass(frozen=True)
class StopTimes:
    """Usable stop times, by trip and sequence."""

    trip: Integers
    stop: Integers
    departure_s: Floats
    interpolated: Flags
    is_last: Flags
    no_pickup: Flags


def stop_times_of(table: FeedTable, trips: TextColumn, stops: TextColumn, longitude: Floats, latitude: Floats) -> StopTimes:
    """Return the stop times whose trip and stop are known, and mark in the table what became of each row.

    Parameters
    ----------
    trips, stops : ids; the result points into them
    longitude, latitude : (stops,) degrees
    """
    trip, stop, sequence = index_of(table.text("trip_id"), trips), index_of(table.text("stop_id"), stops), table.numbers("stop_sequence")
    table.leave_out(trip < 0, "trip-unknown", "The stop time belongs to a trip that is not used.")
    table.leave_out(np.isnan(sequence), "sequence-unreadable", "The stop sequence is not a number.")
    order = np.lexsort((sequence, trip))
    order = order[~table.left_out[order]]
    repeated = np.zeros(table.rows, bool)
    same = (np.diff(trip[order]) == 0) & (np.diff(sequence[order]) == 0)
    repeated[order[1:][same]] = True
    table.leave_out(repeated, "sequence-twice", "The trip has this stop sequence already.")
    order = order[~repeated[order]]
    last = np.append(np.diff(trip[order]) != 0, True)[: len(order)]
    table.leave_out(stop < 0, "stop-unknown", "The stop time belongs to a stop that is not used.")
    known = stop[order] >= 0
    order, last = order[known], last[known]
    given = _given_times(table, order, trip[order])
    along = _along(trip[order], stop[order], table.numbers("shape_dist_traveled")[order], longitude, latitude)
    times = _interpolated(trip[order], along, given)
    _say_times(table, order, given, times)
    timed = ~np.isnan(times)
    order = order[timed]
    no_pickup = table.numbers("pickup_type")[order] == 1
    return StopTimes(trip[order], stop[order], times[timed], np.isnan(given[timed]), last[timed], no_pickup)


def _given_times(table: FeedTable, order: Integers, trip: Integers) -> Floats:
    """Return departure, else arrival, in order; NaN where blank, unreadable or before an earlier time of the trip."""
    departure, arrival = table.times("departure_time"), table.times("arrival_time")
    blank = is_empty(table.text("departure_time")) & is_empty(table.text("arrival_time"))
    given = np.where(np.isnan(departure), arrival, departure)
    bad = np.isnan(given) & ~blank
    table.repair(bad, "time-unreadable", "The time cannot be read and was treated as blank.", expected="HH:MM:SS")
    times = given[order]
    base = np.unique(trip, return_inverse=True)[1] * _APART
    before = np.fmax.accumulate(times + base) if len(times) else times
    backwards = times + base < before
    marked = np.zeros(table.rows, bool)
    marked[order[backwards]] = True
    table.repair(marked, "time-backwards", "The time lies before an earlier one of the trip and was treated as blank.")
    return np.where(backwards, np.nan, times)


def _along(trip: Integers, stop: Integers, travelled: Floats, longitude: Floats, latitude: Floats) -> Floats:
    """Return how far along its trip each stop time lies; rising within a trip, in metres or the feed's unit."""
    if not len(trip):
        return np.empty(0)
    starts = np.append(True, np.diff(trip) != 0)
    east = np.diff(longitude[stop]) * np.cos(np.radians(latitude[stop][1:]))
    step = np.append(0.0, np.hypot(east, np.diff(latitude[stop])) * _METRES_A_DEGREE)
    group = np.cumsum(starts) - 1
    tells = np.isfinite(travelled) & (starts | np.append(True, np.diff(travelled) >= 0))
    whole = np.logical_and.reduceat(tells, np.flatnonzero(starts))[group]
    told = np.append(0.0, np.diff(travelled))
    step = np.where(starts, 0.0, np.where(whole, told, step) + 1e-3)  # two stops on one spot still follow each other
    total = np.cumsum(step)
    along: Floats = total - total[np.flatnonzero(starts)][group]
    return along


def _interpolated(trip: Integers, along: Floats, given: Floats) -> Floats:
    """Return times with the blanks between two given ones of the same trip filled; NaN where one side is missing."""
    known = np.flatnonzero(~np.isnan(given))
    if not len(known):
        return given
    rows = np.arange(len(given))
    after = np.searchsorted(known, rows)
    left, right = known[np.clip(after - 1, 0, None)], known[np.clip(after, None, len(known) - 1)]
    between = np.isnan(given) & (left < rows) & (right > rows) & (trip[left] == trip) & (trip[right] == trip)
    span = np.where(between, along[right] - along[left], 1.0)
    share = np.where(between, along - along[left], 0.0) / np.where(span > 0, span, 1.0)
    filled = given[left] + share * (given[right] - given[left])
    return np.where(between, filled, given)


def _say_times(table: FeedTable, order: Integers, given: Floats, times: Floats) -> None:
    filled, absent = np.zeros(table.rows, bool), np.zeros(table.rows, bool)
    filled[order[np.isnan(given) & ~np.isnan(times)]] = True
    absent[order[np.isnan(times)]] = True
    table.repair(filled, "time-interpolated", "The time is blank and was interpolated along the trip.")
    table.leave_out(absent, "time-absent", "The time is blank and the trip has none before or none after it.")
