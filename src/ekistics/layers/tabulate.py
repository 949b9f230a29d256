"""Tables by zone of who has what within reach: the counts and sums that indicators divide.

A minute's walk is 80 m. Sums of distance (`person_metres_to_...`) run over the people who have a target within the farthest
limit, and `people_with_distance_to_...` counts them. Where people are given no count, or nothing of the kind is mapped, the
quantities are missing with the reason; shares of floor space within reach are then in `checks`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ekistics.layers.people import NO_COUNT, NOBODY, SpreadPeople
from ekistics.layers.reach import Reach
from ekistics.layers.registry import ZoneTable, layer
from ekistics.layers.walks import METRES_A_MINUTE, OUTSIDE_WINDOW, WALKS_MINUTES
from ekistics.model.extracts import Flags, Floats

NO_STOP = "The timetable holds no stop with the service asked for."


def _walk_codes(what: str) -> tuple[str, ...]:
    near = (f"people_within_{minutes}_minutes_of_{what}" for minutes in WALKS_MINUTES)
    return (*near, f"person_metres_to_{what}", f"people_with_distance_to_{what}")


@layer(edition="1", gives=("people_near_open_space",))
def zone_reach_open_space(*, reach_open_space: Reach, people: SpreadPeople) -> ZoneTable:
    """Count the people of each zone who have an open public space within the limit (400 m)."""
    reached = {"people_near_open_space": (reach_open_space, reach_open_space.within(reach_open_space.limits_m[-1]))}
    return _counted(reached, people)


@layer(edition="2", gives=("people_near_low_capacity_stop", "people_near_high_capacity_stop", "people_near_stop"))
def zone_reach_stops(*, reach_low_capacity_stops: Reach, reach_high_capacity_stops: Reach, people: SpreadPeople) -> ZoneTable:
    """Count the people of each zone near a low-capacity stop (500 m), near a high-capacity one (1 km), and near either.

    Where the timetable holds one kind only, near either is near that kind; where one kind cannot be measured in the hours asked
    for, near either cannot.
    """
    low, high = reach_low_capacity_stops, reach_high_capacity_stops
    near_low, near_high = low.within(low.limits_m[-1]), high.within(high.limits_m[-1])
    either = next((one for one in (low, high) if one.reason == OUTSIDE_WINDOW), high if low.reason else low)
    if low.reason and high.reason and either.reason != OUTSIDE_WINDOW:
        either = replace(either, reason=NO_STOP)
    reached = {
        "people_near_low_capacity_stop": (low, near_low),
        "people_near_high_capacity_stop": (high, near_high),
        "people_near_stop": (either, near_low | near_high),
    }
    return _counted(reached, people)


@layer(edition="1", gives=_walk_codes("school"))
def zone_reach_schools(*, reach_schools: Reach, people: SpreadPeople) -> ZoneTable:
    """Count the people of each zone by their walk to the nearest school."""
    return _walks("school", reach_schools, people)


@layer(edition="1", gives=_walk_codes("health_facility"))
def zone_reach_health(*, reach_health: Reach, people: SpreadPeople) -> ZoneTable:
    """Count the people of each zone by their walk to the nearest health facility."""
    return _walks("health_facility", reach_health, people)


@layer(edition="1", gives=_walk_codes("market"))
def zone_reach_markets(*, reach_markets: Reach, people: SpreadPeople) -> ZoneTable:
    """Count the people of each zone by their walk to the nearest market."""
    return _walks("market", reach_markets, people)


def _walks(what: str, reach: Reach, people: SpreadPeople) -> ZoneTable:
    *near, metres, counted = _walk_codes(what)
    reached = {code: (reach, reach.within(minutes * METRES_A_MINUTE)) for code, minutes in zip(near, WALKS_MINUTES, strict=True)}
    known = np.isfinite(reach.distance_m)
    table = _counted({**reached, counted: (reach, known)}, people)
    walked = people.inside.sums(np.where(known, reach.distance_m, 0.0) * people.people)
    missing = np.isnan(table.columns[counted])
    columns = {**table.columns, metres: np.where(missing, np.nan, walked)}
    reasons = {**table.reasons, **({metres: table.reasons[counted]} if counted in table.reasons else {})}
    return ZoneTable(columns, reasons, table.checks)


def _counted(reached: dict[str, tuple[Reach, Flags]], people: SpreadPeople) -> ZoneTable:
    zones = people.inside.zones
    total = people.inside.sums(people.people)
    columns: dict[str, Floats] = {}
    reasons = {}
    checks = {code: dict(reach.checks) for code, (reach, _) in reached.items()}
    for code, (reach, near) in reached.items():
        why = reach.reason or ("" if people.counted else NO_COUNT if len(people) else NOBODY)
        sums = people.inside.sums(people.people * near)
        columns[code] = np.full(zones, np.nan) if why else sums
        if why:
            reasons[code] = np.full(zones, why)
        if not people.counted and not reach.reason and zones and total[0] > 0:
            checks[code]["share_of_floor_space"] = float(sums[0] / total[0])
    return ZoneTable(columns, reasons, checks)
