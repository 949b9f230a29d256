"""Departures by stop, hour and service day; what the feed does not cover is not measurable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from scipy.spatial import cKDTree

from ekistics.layers.service import service
from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Timetable
from ekistics.model.places import PlaceKind
from ekistics.sources.gtfs import read_gtfs
from ekistics.sources.vectors import read_places

TUESDAYS = np.array([date(2024, 1, day).toordinal() for day in (2, 9, 16)])


def timetable(times, *, stops=3, high=(False,), service_dates=(TUESDAYS,), services=(0,), frequencies=(), feed=(), stations=()):
    """Make a timetable of (trip, stop, seconds, is last)."""
    trip, stop, seconds, last = (np.array(column) for column in zip(*times, strict=True))
    repeats = np.array(frequencies, dtype=float).reshape(-1, 4)
    return Timetable(
        stop_id=np.array([f"s{number}" for number in range(stops)]),
        stop_name=np.array([""] * stops),
        stop_longitude=np.arange(stops) * 0.01,
        stop_latitude=np.zeros(stops),
        trip_id=np.array([f"t{number}" for number in range(len(high))]),
        trip_service=np.array(services),
        trip_route_type=np.where(high, 2, 3),
        trip_high_capacity=np.array(high),
        time_trip=trip,
        time_stop=stop,
        departure_s=seconds.astype(float),
        interpolated=np.zeros(len(trip), bool),
        is_last=last.astype(bool),
        frequency_trip=repeats[:, 0].astype(int),
        frequency_start_s=repeats[:, 1],
        frequency_end_s=repeats[:, 2],
        frequency_headway_s=repeats[:, 3],
        service_id=np.array([f"v{number}" for number in range(len(service_dates))]),
        service_dates=tuple(service_dates),
        trip_feed=np.array(feed, dtype=int),
        stop_station=np.array(stations, dtype=int),
    )


ONE = [(0, 0, 8 * 3600, 0), (0, 1, 8.5 * 3600, 0), (0, 2, 9 * 3600, 1)]


def test_the_last_stop_of_a_trip_is_no_departure_but_is_called_at():
    found = service(gtfs=timetable(ONE))
    assert found.departures_low.sum(axis=1).tolist() == [1, 1, 0]
    assert found.departures_low[:2, 8].tolist() == [1, 1]
    assert found.served_low.tolist() == [True, True, True]
    assert not found.served_high.any()


def test_a_stop_where_nobody_may_board_has_no_departure():
    found = service(gtfs=replace(timetable(ONE), no_pickup=np.array([True, False, False])))
    assert found.departures_low.sum(axis=1).tolist() == [0, 1, 0]


def test_a_headway_repeats_the_trip_until_before_its_end():
    repeated = timetable(ONE, frequencies=[(0, 6 * 3600, 8 * 3600, 900)])
    found = service(gtfs=repeated)
    assert found.departures_low[0, 6:9].tolist() == [4, 4, 0]
    assert found.departures_low[1, 6:9].tolist() == [2, 4, 2]  # half an hour down the line
    assert found.hours_low.tolist() == [6 * 3600, 7.75 * 3600 + 3600]


def test_departures_of_one_station_stand_at_each_of_its_stops():
    found = service(gtfs=timetable(ONE, stations=[0, 0, 1]))
    assert found.departures_low.sum(axis=1).tolist() == [2, 2, 0]


def test_a_window_outside_the_feed_is_not_measurable():
    found = service(gtfs=timetable(ONE), window_start_s=5 * 3600, window_end_s=7 * 3600)
    assert not found.measurable_low
    assert not found.measurable_high
    assert np.isnan(found.an_hour_low).all()


def test_departures_an_hour_are_averaged_over_what_the_feed_covers():
    times = [(0, 0, 8 * 3600, 0), (0, 1, 10 * 3600, 1), (1, 0, 8.5 * 3600, 0), (1, 1, 10 * 3600, 1)]
    rare = timetable(times, stops=2, high=(False, False), services=(0, 0))
    assert service(gtfs=rare).an_hour_low.tolist() == [1.0, 0.0]  # two departures in the two hours from 8 to 10
    assert service(gtfs=rare, departures_an_hour=1.0).served_low.tolist() == [True, False]
    assert service(gtfs=rare, departures_an_hour=1.1).served_low.tolist() == [False, False]


def test_the_usual_day_is_chosen_and_said():
    holiday_extra = np.array([TUESDAYS[2]])
    trips = [(number, stop, seconds, last) for number in (0, 1) for _, stop, seconds, last in ONE]
    found = service(gtfs=timetable(trips, high=(False, False), services=(0, 1), service_dates=(TUESDAYS, holiday_extra)))
    assert found.days == ("2024-01-09",)
    assert found.checks["departures"] == 2


def test_feeds_without_a_common_date_use_the_same_weekday_each():
    later = TUESDAYS + 364
    trips = [(number, stop, seconds, last) for number in (0, 1) for _, stop, seconds, last in ONE]
    apart = timetable(trips, high=(False, True), services=(0, 1), service_dates=(TUESDAYS, later), feed=(0, 1))
    found = service(gtfs=apart)
    assert found.days == ("2024-01-09", date.fromordinal(int(later[1])).isoformat())
    assert found.checks["day_shared_by_all_feeds"] is False
    assert found.served_low.all()
    assert found.served_high.all()


def test_a_day_on_which_nothing_runs_is_not_measurable():
    assert not service(gtfs=timetable(ONE), day="2024-01-03").measurable_low


@pytest.mark.parametrize("wrong", [{"day": "soon"}, {"weekday": "noday"}, {"window_start_s": 10.0, "window_end_s": 5.0}])
def test_options_that_mean_nothing_are_refused(wrong):
    with pytest.raises(InvalidInput):
        service(gtfs=timetable(ONE), **wrong)


def share_within(path, epsg, found, served, reach_m):
    move = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    cells = pd.read_csv(path)
    stops = cKDTree(np.column_stack(move.transform(found.longitude[served], found.latitude[served])))
    distance = stops.query(np.column_stack(move.transform(cells["lon"], cells["lat"])))[0]
    return 100 * cells["population"][distance <= reach_m].sum() / cells["population"].sum()


def test_porto_alegre_straight_line_shares(data):
    cells = data("porto_alegre", "poa_hexgrid.csv")
    found = service(gtfs=read_gtfs([data("porto_alegre", "poa_eptc.zip"), data("porto_alegre", "poa_trensurb.zip")]))
    assert share_within(cells, 31982, found, found.served_low, 500) == pytest.approx(96.7610, abs=5e-5)
    assert share_within(cells, 31982, found, found.served_high, 1000) == pytest.approx(4.6497, abs=5e-5)
    assert (found.checks["low_capacity"]["first_call"], found.checks["low_capacity"]["last_call"]) == ("11:20", "17:50")
    assert found.checks["day_shared_by_all_feeds"]


def test_porto_alegre_morning_is_not_measurable_by_bus(data):
    feeds = [data("porto_alegre", "poa_eptc.zip"), data("porto_alegre", "poa_trensurb.zip")]
    found = service(gtfs=read_gtfs(feeds), window_start_s=6 * 3600, window_end_s=9 * 3600)
    assert (found.measurable_low, found.measurable_high) == (False, True)


def test_sao_paulo_any_stop(data):
    found = service(gtfs=read_gtfs([data("sao_paulo", "spo.zip")]))
    either = found.served_low | found.served_high
    assert share_within(data("sao_paulo", "spo_hexgrid.csv"), 31983, found, either, 500) == pytest.approx(70.83, abs=5e-3)


def test_accra_by_headway(data):
    found = service(gtfs=read_gtfs([data("accra", "gtfs_accra_2019.zip")]))
    assert found.served_low.sum() == 2_525
    assert found.checks["low_capacity"]["first_call"] == "05:00"


def test_las_palmas_area_near_a_stop(data):
    town = read_places(data("las_palmas", "boundary_municipality_cnig.geojson"), kind=PlaceKind.CITY, code_column=None)
    centre = read_places(data("las_palmas", "ghs_ucdb2015_R2019A_las_palmas.gpkg"), kind=PlaceKind.CITY, code_column=None)
    region = shapely.intersection(town.geometry[0], centre.geometry[0])
    found = service(gtfs=read_gtfs([data("las_palmas", "gtfs_guaguas_20230222.zip")]))
    move = pyproj.Transformer.from_crs(4326, 5635, always_xy=True)
    metres = shapely.transform(region, lambda points: np.column_stack(move.transform(*points.T)))
    stops = shapely.points(*move.transform(found.longitude, found.latitude))
    near = shapely.union_all(shapely.buffer(stops, 500, quad_segs=32)).intersection(metres)
    assert 100 * near.area / metres.area == pytest.approx(68.34, abs=0.02)
