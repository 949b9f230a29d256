"""Measuring: what it leaves alone, what it withdraws, what is out of date and how it is mended; the record as it was."""

from __future__ import annotations

import json
from importlib import resources

import pytest
import yaml
from tests.workspace.conftest import CITY, figure

from ekistics.model.errors import InvalidInput, NotFound

BOTH = ["default", "straight-line"]


def stale(city):
    return {one.observation.indicator for one in city.figures() if one.out_of_date}


def values(city, **more):
    return {one.observation.key: one.observation.value for one in city.figures(**more)}


def imported(city, name):
    """The commit that imported a file."""
    return next(one.number for one in reversed(city.commits()) if one.message == f"import {name}")


def reimported(city, my_files, **changes):
    """Import the folder again with other keys in its manifest."""
    path = my_files / "city.yaml"
    told = yaml.safe_load(path.read_text(encoding="utf-8")) | changes
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    city.import_folder(my_files)


def test_measuring_when_nothing_changed_leaves_no_commit(city):
    before = [one.number for one in city.commits()]
    done = city.measure(variants=BOTH)
    assert (done.new, done.changed, done.withdrawn, done.commits) == (0, 0, 0, ())
    assert [one.number for one in city.commits()] == before


def test_measuring_again_leaves_no_other_trace_either(city):
    layers = sorted(path.name for path in city.session.folder.layers.iterdir())
    city.measure(variants=BOTH)
    assert sorted(path.name for path in city.session.folder.layers.iterdir()) == layers


def test_measuring_with_all_layers_gone_makes_the_same_figures(city):
    before = values(city)
    for path in city.session.folder.layers.iterdir():
        path.unlink()
    done = city.measure(variants=BOTH)
    assert (done.new, done.changed, done.withdrawn) == (0, 0, 0)
    assert values(city) == before


def test_undo_of_an_import_makes_what_rests_on_it_out_of_date_and_nothing_else(city):
    assert stale(city) == set()
    city.undo(imported(city, "timetable.zip"))
    assert {"people_near_stop", "public_transport_access"} <= stale(city)
    assert not stale(city) & {"street_density", "open_space_share", "population", "area", "land_consumption_ratio"}


def test_measuring_again_mends_what_is_out_of_date(city):
    city.undo(imported(city, "timetable.zip"))
    done = city.measure(variants=BOTH)
    assert done.withdrawn > 0
    assert stale(city) == set()
    assert city.figures([CITY], indicators=["public_transport_access"]) == []
    assert all(one.good for one in city.doctor())


def test_undo_of_the_undo_brings_the_figures_back(city):
    before = values(city)
    number = city.undo(imported(city, "timetable.zip"))
    city.undo(number)
    assert stale(city) == set()
    assert values(city) == before


def test_figures_of_a_table_go_with_their_import_and_their_formulas_follow(city):
    city.undo(imported(city, "figures.csv"))
    assert city.figures([CITY], indicators=["pm25"]) == []
    assert {"land_consumption_ratio", "population_growth_rate"} <= stale(city)
    city.measure(variants=BOTH)
    assert city.figures([CITY], indicators=["land_consumption_ratio"]) == []
    assert stale(city) == set()


def test_a_corrected_figure_makes_its_formulas_out_of_date_and_measuring_mends_them(city, my_files):
    path = my_files / "figures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2020,people,3600", "2020,people,3500"), encoding="utf-8")
    before = figure(city, "population_growth_rate").observation.value
    city.import_file(path, "table", place=CITY, told={"mapping": my_files / "figures.mapping.yaml", "source": "statistics-office"})
    assert "population_growth_rate" in stale(city)
    city.measure(variants=BOTH)
    assert "population_growth_rate" not in stale(city)
    assert figure(city, "population_growth_rate").observation.value < before


def test_changed_options_make_other_figures(city, my_files):
    before = figure(city, "open_space_area").observation.value
    stops = figure(city, "people_near_stop").observation.value
    reimported(city, my_files, measure={"window_start_s": 0.0, "window_end_s": 3600.0})
    city.measure(variants=BOTH)
    assert figure(city, "open_space_area").observation.value == before
    at_night = figure(city, "people_near_stop").observation
    assert stops > 0
    assert at_night.value is None, "the timetable proves nothing at midnight"
    assert at_night.reason


def said_of_figures(city):
    return next(one for one in city.doctor() if one.name == "figures")


def test_changed_options_are_found_to_ask_for_a_new_measurement(city, my_files):
    assert said_of_figures(city).good
    concerned = len([one for one in city.figures() if "stop" in one.observation.indicator or "transport" in one.observation.indicator])
    reimported(city, my_files, measure={"weekday": "monday"})
    assert f"{concerned} out of date" in said_of_figures(city).found
    city.measure(variants=BOTH)
    assert said_of_figures(city).good


def test_changed_rules_for_tags_are_found_to_ask_for_a_new_measurement(city):
    shipped = resources.files("ekistics.sources").joinpath("rules", "open_space.yaml").read_text(encoding="utf-8")
    (city.session.folder.rules / "open_space.yaml").write_text(shipped + "\n# ours\nedition: ours\n", encoding="utf-8")
    assert "out of date" in said_of_figures(city).found
    assert not said_of_figures(city).good


def test_a_district_that_left_the_study_region_takes_its_figures_along(city, my_files):
    before = len(city.figures(["XX_T_02"]))
    assert before > 0
    boundary = json.loads((my_files / "boundary.geojson").read_text(encoding="utf-8"))
    boundary["features"][0]["geometry"] = json.loads((my_files / "zones.geojson").read_text(encoding="utf-8"))["features"][0]["geometry"]
    (my_files / "boundary.geojson").write_text(json.dumps(boundary), encoding="utf-8")
    city.import_folder(my_files)
    assert not said_of_figures(city).good
    city.measure(variants=BOTH)
    assert city.figures(["XX_T_02"]) == []
    assert len(city.figures(["XX_T_01"])) == before
    assert said_of_figures(city).good


def test_one_indicator_asked_for_is_measured_with_its_terms_and_touches_no_other(empty, city_files):
    empty.import_folder(city_files)
    empty.measure([CITY], indicators=["open_space_share"], variants=["default"])
    made = {one.observation.indicator for one in empty.figures() if one.observation.series.origin == "computed"}
    assert made == {"open_space_share", "open_space_area", "area"}


def test_the_plan_writes_nothing(empty, city_files):
    empty.import_folder(city_files)
    before = [one.number for one in empty.commits()]
    steps = empty.explain([CITY])
    assert {step.indicator for step in steps} >= {"open_space_share", "public_transport_access"}
    assert all(step.layers or step.figures for step in steps)
    assert [one.number for one in empty.commits()] == before
    assert list(empty.session.folder.layers.iterdir()) == []


def test_what_is_asked_for_and_unknown_is_refused(city):
    with pytest.raises(NotFound, match="no such indicator"):
        city.measure(indicators=["happiness"])
    with pytest.raises(NotFound, match="no such variant"):
        city.measure(variants=["by-bicycle"])
    with pytest.raises(NotFound):
        city.measure(["NOWHERE"])
    with pytest.raises(InvalidInput):
        city.measure(period="last year")


def test_the_record_is_read_as_it_was(city, my_files):
    last = city.commits()[-1].number
    before = values(city)
    city.undo(imported(city, "figures.csv"))
    city.measure(variants=BOTH)
    assert values(city) != before
    assert values(city, as_of=last) == before
    frame = city.frame(CITY, as_of=last)
    assert len(frame) == len(city.figures([CITY], as_of=last))


def test_before_the_first_import_there_was_nothing(measured):
    assert measured.figures(as_of=0) == []
    assert measured.places(as_of=0) == []


def test_a_snapshot_keeps_the_figures_of_its_commit(city):
    last, wanted = city.commits()[-1].number, values(city)
    city.undo(imported(city, "figures.csv"))
    assert city.snapshot(as_of=last).table().num_rows == len(wanted)
    assert city.snapshot().table().num_rows == len(values(city)) < len(wanted)


def test_own_targets_are_held_against_the_figures(city):
    ratings = city.rate(CITY, framework="umf")["umf"]
    own = [one for one in ratings if one.item.own]
    assert [one.item.indicators for one in own] == [("pm25",)]
    (one,) = own
    assert one.figure is not None
    assert one.figure.observation.indicator == "pm25"


def test_progress_grows_from_nothing_to_all(empty, city_files):
    said = []
    empty.import_folder(city_files)
    empty.measure(variants=["default"], say=lambda text, done: said.append((text, done)))
    shares = [done for _, done in said]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] == 1.0
    assert all(text for text, _ in said)


def test_two_study_places_may_share_a_district(city, my_files):
    path = my_files / "city.yaml"
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    told["place"]["code"], told["place"]["name"] = "XX_REGION", "Region"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    city.import_folder(my_files)
    city.measure(variants=BOTH)
    before = values(city)
    assert {"XX_REGION", CITY} <= {one.observation.place for one in city.figures()}
    assert city.measure([CITY], variants=BOTH).withdrawn == 0
    assert city.measure(["XX_REGION"], variants=BOTH).withdrawn == 0
    assert values(city) == before
