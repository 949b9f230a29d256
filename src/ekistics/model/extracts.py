"""What readers hand to layers: streets, areas, facilities, timetables and people, as equal columns.

All coordinates are EPSG:4326 (longitude, latitude in degrees); lengths are metres on the WGS 84 ellipsoid.
Text columns are numpy unicode arrays, geometry columns are object arrays of shapely geometries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from ekistics.model.problems import Problem, Tally

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
Geometries = npt.NDArray[np.object_]


class FacilityKind(StrEnum):
    """What people walk to."""

    SCHOOL = "school"
    HEALTH = "health"
    MARKET = "market"
    STOP = "stop"
    PLAZA = "plaza"


@dataclass(frozen=True)
class Streets:
    """Street lines, already cut where a node is missing and at nodes that a person cannot pass.

    A line i has the nodes `offsets[i]:offsets[i + 1]` of `node`, `longitude`, `latitude`; lines that share a node id meet there.
    `is_outline` marks the outline of an `area=yes` way: walkable, but no place to join when isolated.
    `width_m` is filled by rule; `width_from` says by which (`tag`, `lanes`, `class`).
    """

    way: Integers
    offsets: Integers
    node: Integers
    longitude: Floats
    latitude: Floats
    street_class: Texts
    walkable: Flags
    drivable: Flags
    is_street: Flags
    is_outline: Flags
    width_m: Floats
    width_from: Texts
    residential: Flags

    def __len__(self) -> int:
        return len(self.way)


@dataclass(frozen=True)
class Areas:
    """Polygons with what they are. Categories may overlap: a park is `open_space` and `green`.

    `id` is the OSM id of the way or relation, `element` is `w` or `r`. `open_space` says that the rule file counts it as open
    public space, `open_space_rule` by which rule (`park`, `garden`, `plaza`, ...), `refused_rule` by which rule it was refused
    (`fee`, `private`, `golf`).
    `building_use` is `residential`, `untagged` (plain yes, no other use) or the other use; empty for no building.
    `street_area` marks polygons of carriageway or pedestrian area.
    """

    id: Integers
    element: Texts
    geometry: Geometries
    open_space: Flags
    open_space_rule: Texts
    refused_rule: Texts
    garden: Flags
    green: Flags
    water: Flags
    street_area: Flags
    building_use: Texts
    levels: Floats
    name: Texts

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Facilities:
    """Schools, health facilities, markets, stops and plazas mapped as a point; points or polygons."""

    id: Integers
    element: Texts
    kind: Texts
    geometry: Geometries
    name: Texts

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class OsmExtract:
    """What was read out of one `.osm.pbf`. `extent` is west, south, east, north of its nodes (or of its header)."""

    streets: Streets
    areas: Areas
    facilities: Facilities
    extent: tuple[float, float, float, float]
    as_of: date | None
    problems: tuple[Problem, ...] = ()
    """Every area that should exist and does not, with id, name and reason, and all else that was left out."""
    counts: dict[str, int] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    """The rule files that decided, as read, with their editions."""
    coastline: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))
    """Lines of the coast as mapped: land lies to their left."""


@dataclass(frozen=True)
class Timetable:
    """One or several GTFS feeds merged; ids are prefixed by feed number where there are several.

    Stops are boarding places at their own coordinates; `stop_station` says which belong to one station. Stop times are sorted by trip
    and sequence; `departure_s` is seconds after midnight of the service day (blank ones interpolated, `interpolated` says which);
    `is_last` marks the last stop of a trip, which is no departure. `high_capacity` is by trip (rail, metro, ferry by route type).
    `frequency_*` rows repeat a trip from `start_s` to before `end_s` each `headway_s`.
    `service_dates[k]` holds the days (ordinals, sorted) on which service k runs, exceptions applied.
    """

    stop_id: Texts
    stop_name: Texts
    stop_longitude: Floats
    stop_latitude: Floats
    trip_id: Texts
    trip_service: Integers
    trip_route_type: Integers
    trip_high_capacity: Flags
    time_trip: Integers
    time_stop: Integers
    departure_s: Floats
    interpolated: Flags
    is_last: Flags
    frequency_trip: Integers
    frequency_start_s: Floats
    frequency_end_s: Floats
    frequency_headway_s: Floats
    service_id: Texts
    service_dates: tuple[Integers, ...]
    agencies: tuple[str, ...] = ()
    route_types: dict[int, int] = field(default_factory=dict)
    """How many routes of each GTFS route type."""
    problems: tuple[Problem, ...] = ()
    tallies: tuple[Tally, ...] = ()
    stop_station: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """The station of each stop: stops with one parent station share a number. Empty: each stop is its own."""
    no_pickup: Flags = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    """Stop times at which nobody may board, which are no departures. Empty: none."""
    trip_feed: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """The number of the feed of each trip, from 0. Empty: one feed."""


class PeopleKind(StrEnum):
    """How the people are given."""

    ZONES = "zones"
    POINTS = "points"
    CELLS = "cells"
    RASTER = "raster"


@dataclass(frozen=True)
class People:
    """People by zone, point, H3 cell or raster cell. `geometry` are polygons (zones, cells) or points (points, raster centres).

    `cell_m2` is the size of a raster cell at each centre (NaN otherwise). `extra` are further columns
    by name (jobs, schools; NaN where missing).
    """

    kind: PeopleKind
    id: Texts
    geometry: Geometries
    people: Floats
    cell_m2: Floats
    extra: dict[str, Floats] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    tallies: tuple[Tally, ...] = ()

    def __len__(self) -> int:
        return len(self.id)
