"""Timetables: broken feeds as they exist, every row counted."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.sources.gtfs import is_high_capacity, read_gtfs

WHOLE = {
    "agency.txt": "agency_name\nCity Lines\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\na,A,0.00,10\nb,B,0.01,10\nc,C,0.04,10\n",
    "routes.txt": "route_id,route_type\nr,3\n",
    "trips.txt": "route_id,service_id,trip_id\nr,s,t\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t,8:00:00,8:00:00,a,1\nt,,,b,2\nt,08:40:00,08:40:00,c,3\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "s,1,1,1,1,1,0,0,20240101,20240114\n",
    "calendar_dates.txt": "service_id,date,exception_type\ns,20240102,2\ns,20240106,1\n",
}


def feed(path, **changed):
    """Write a small feed; a keyword such as `stops="..."` replaces that file, None leaves it away."""
    files = WHOLE | {f"{name}.txt": content for name, content in changed.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def kinds(timetable):
    return [problem.kind for problem in timetable.problems]


def tally(timetable, name):
    return next(one for one in timetable.tallies if one.file.endswith(f"/{name}.txt"))


def test_blank_times_are_interpolated_by_distance(tmp_path):
    timetable = read_gtfs([feed(tmp_path / "f.zip")])
    assert timetable.departure_s == pytest.approx([28800, 28800 + 600, 28800 + 2400], abs=0.1)
    assert timetable.interpolated.tolist() == [False, True, False]
    assert (tally(timetable, "stop_times").used, tally(timetable, "stop_times").repaired) == (2, 1)


def test_blank_times_follow_the_distance_travelled_where_it_is_given(tmp_path):
    times = "trip_id,departure_time,stop_id,stop_sequence,shape_dist_traveled\nt,8:00:00,a,1,0\nt,,b,2,5\nt,9:00:00,c,3,10\n"
    assert read_gtfs([feed(tmp_path / "f.zip", stop_times=times)]).departure_s[1] == pytest.approx(28800 + 1800, abs=0.5)


def test_a_blank_time_with_nothing_after_it_is_left_out(tmp_path):
    times = "trip_id,departure_time,stop_id,stop_sequence\nt,8:00:00,a,1\nt,,b,2\n"
    timetable = read_gtfs([feed(tmp_path / "f.zip", stop_times=times)])
    assert (kinds(timetable), tally(timetable, "stop_times").left_out, timetable.is_last.tolist()) == (["time-absent"], 1, [False])


def test_exceptions_add_and_remove_days(tmp_path):
    timetable = read_gtfs([feed(tmp_path / "f.zip")])
    days = [np.datetime64("0001-01-01") + int(one) - 1 for one in timetable.service_dates[0]]
    assert [str(one) for one in days[:5]] == ["2024-01-01", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-06"]
    assert len(days) == 10


def test_a_feed_of_exceptions_only_runs(tmp_path):
    timetable = read_gtfs([feed(tmp_path / "f.zip", calendar=None)])
    assert [len(one) for one in timetable.service_dates] == [1]


def test_a_service_given_twice_is_reported_and_not_fatal(tmp_path):
    row = "s,1,1,1,1,1,0,0,20240101,20240114\n"
    same = read_gtfs([feed(tmp_path / "f.zip", calendar=WHOLE["calendar.txt"] + row)])
    assert (kinds(same)[-1], tally(same, "calendar").left_out) == ("service-twice", 1)
    other = read_gtfs([feed(tmp_path / "g.zip", calendar=WHOLE["calendar.txt"] + row.replace("0,0,", "1,0,"))])
    assert (kinds(other)[-1], tally(other, "calendar").left_out, len(other.service_dates[0])) == ("service-conflict", 0, 11)


def test_times_after_midnight_belong_to_the_service_day(tmp_path):
    times = "trip_id,departure_time,stop_id,stop_sequence\nt,25:10:00,b,2\nt, 23:59 ,a,1\n"
    timetable = read_gtfs([feed(tmp_path / "f.zip", stop_times=times)])
    assert timetable.departure_s.tolist() == [86340.0, 90600.0]
    assert tally(timetable, "stop_times").repaired == 1


def test_times_that_run_backwards_or_cannot_be_read_are_treated_as_blank(tmp_path):
    times = "trip_id,departure_time,stop_id,stop_sequence\nt,8:00:00,a,1\nt,7:00:00,b,2\nt,9:00:00,c,3\nt,soon,b,4\nt,9:30:00,a,5\n"
    timetable = read_gtfs([feed(tmp_path / "f.zip", stop_times=times)])
    assert kinds(timetable) == ["time-unreadable", "time-backwards", "time-interpolated"]
    assert (np.diff(timetable.departure_s) >= 0).all()


def test_stops_without_a_place_on_earth_are_left_out_with_their_times(tmp_path):
    stops = "stop_id,stop_name,stop_lat,stop_lon\na,A,0.0,10\nb,B,0,0\nc,C,,\nd,D,95,10\n"
    timetable = read_gtfs([feed(tmp_path / "f.zip", stops=stops)])
    assert (tally(timetable, "stops").left_out, tally(timetable, "stop_times").left_out) == (3, 2)
    assert kinds(timetable)[:2] == ["stop-without-coordinates", "stop-off-earth"]


def test_stops_of_one_station_share_its_number(tmp_path):
    stops = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    stops += "S,Central,0,10,1,\na,A,0,10,0,S\nb,B,0.01,10,,S\nc,C,0.04,10,0,\n"
    timetable = read_gtfs([feed(tmp_path / "f.zip", stops=stops)])
    assert timetable.stop_id.tolist() == ["a", "b", "c"]
    assert timetable.stop_station[0] == timetable.stop_station[1] != timetable.stop_station[2]


def test_stop_times_of_unknown_trips_are_left_out(tmp_path):
    timetable = read_gtfs([feed(tmp_path / "f.zip", stop_times=WHOLE["stop_times.txt"] + "x,9:00:00,9:00:00,a,1\n")])
    assert (kinds(timetable)[0], tally(timetable, "stop_times").left_out) == ("trip-unknown", 1)


def test_column_order_mark_quotes_and_line_ends_do_not_matter(tmp_path):
    stops = '\ufeff"stop_lon" , "stop_id","stop_lat","stop_name"\r\n10,"a",0.00,"A, the first"\r\n10, b ,0.01,B\r\n10,c,0.04,C\r\n'
    timetable = read_gtfs([feed(tmp_path / "f.zip", stops=stops)])
    assert (timetable.stop_id.tolist(), timetable.stop_name[0]) == (["a", "b", "c"], "A, the first")
    assert tally(timetable, "stops").repaired == 1


def test_rows_with_too_few_values_are_left_out_and_counted(tmp_path):
    timetable = read_gtfs([feed(tmp_path / "f.zip", stops=WHOLE["stops.txt"] + "d,D\n")])
    assert (kinds(timetable), tally(timetable, "stops").read, tally(timetable, "stops").left_out) == (
        ["row-malformed", "time-interpolated"],
        4,
        1,
    )


def test_several_feeds_are_merged_with_their_numbers(tmp_path):
    timetable = read_gtfs([feed(tmp_path / "f.zip"), feed(tmp_path / "g.zip")])
    assert timetable.stop_id.tolist() == ["1:a", "1:b", "1:c", "2:a", "2:b", "2:c"]
    assert timetable.time_stop.tolist() == [0, 1, 2, 3, 4, 5]
    assert timetable.route_types == {3: 2}


@pytest.mark.parametrize("absent", ["stops", "routes", "trips", "stop_times"])
def test_a_required_file_that_is_absent_is_named(tmp_path, absent):
    with pytest.raises(InvalidInput, match=f"{absent}.txt"):
        read_gtfs([feed(tmp_path / "f.zip", **{absent: None})])


def test_a_required_column_that_is_absent_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="stop_lat"):
        read_gtfs([feed(tmp_path / "f.zip", stops="stop_id,stop_lon\na,1\n")])


def test_train_metro_and_ferry_are_high_capacity_and_bus_and_tram_are_low():
    assert is_high_capacity(np.array([1, 2, 4, 12, 100, 401, 1000, 1200])).all()
    assert not is_high_capacity(np.array([0, 3, 5, 6, 7, 11, 200, 700, 702, 900])).any()


CELLS = st.sampled_from(
    ["", "a", "b", "t", "s", "r", "0", "1", "-1", "1e309", "nan", "25:00:00", "99:99:99", '"', "\x00", "é", "20240101", "\n"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(WHOLE)), rows=st.lists(st.lists(CELLS, min_size=1, max_size=11), max_size=8))
def test_any_rows_give_a_sentence_or_add_up(tmp_path, name, rows):
    content = WHOLE[name] + "\n".join(",".join(row) for row in rows)
    try:
        timetable = read_gtfs([feed(tmp_path / "f.zip", **{name.removesuffix(".txt"): content})])
    except EkisticsError:
        return
    assert len(timetable.departure_s) == len(timetable.time_stop) == len(timetable.is_last)
    assert not np.isnan(timetable.departure_s).any()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_broken_archives_give_a_sentence(tmp_path, seed):
    chance = np.random.default_rng(seed)
    content = bytearray(feed(tmp_path / "f.zip").read_bytes())
    for _ in range(chance.integers(1, 8)):
        content[chance.integers(len(content))] = chance.integers(256)
    (tmp_path / "broken.zip").write_bytes(bytes(content[: chance.integers(len(content) // 2, len(content) + 1)]))
    try:
        read_gtfs([tmp_path / "broken.zip"])
    except EkisticsError:
        return


def test_porto_alegre_two_feeds(data):
    timetable = read_gtfs([data("porto_alegre", "poa_eptc.zip"), data("porto_alegre", "poa_trensurb.zip")])
    times = timetable.tallies[3]
    assert (times.read, times.repaired, int(timetable.interpolated.sum())) == (130_019, 125_271, 125_271)
    assert timetable.route_types == {3: 115, 2: 2}


def test_sao_paulo_service_ids_given_twice_are_reported(data):
    timetable = read_gtfs([data("sao_paulo", "spo.zip")])
    assert [(one.kind, one.count) for one in timetable.problems] == [("service-twice", 6)]
    assert len(timetable.frequency_trip) == 704


def test_accra_columns_in_another_order(data):
    timetable = read_gtfs([data("accra", "gtfs_accra_2019.zip")])
    assert (len(timetable.trip_id), len(timetable.time_trip), len(timetable.frequency_trip)) == (554, 11_336, 554)
    assert (len(timetable.stop_id), int(timetable.stop_station.max()) + 1) == (2_525, 1_646)
