"""Accra: a timetable of minibuses by headway and nothing else; what it cannot tell says which file would."""

from __future__ import annotations

import shutil

import pytest
import shapely
from tests.acceptance.conftest import MANIFESTS, opened_pages
from tests.acceptance.regions import write_region
from tests.acceptance.timetables import counted_by_layer, departures_by_stop_and_hour, layer_of, rows_of

from ekistics.workspace.manifest import read_manifest
from ekistics.workspace.workspace import Workspace

pytestmark = pytest.mark.xdist_group("accra")
CITY = "GH_ACCRA"
BOX_OF_STOPS = shapely.box(-0.424, 5.522, 0.003, 5.762)


@pytest.fixture(scope="module")
def imported(data, tmp_path_factory):
    files = tmp_path_factory.mktemp("accra") / "files"
    shutil.copytree(data("accra", "gtfs_accra_2019.zip").parent, files)
    shutil.copy(MANIFESTS / "accra.yaml", files)
    write_region(files / "region.geojson", BOX_OF_STOPS)
    with Workspace.create(files.parent / "workspace") as workspace:
        receipts = workspace.import_manifest(read_manifest(files / "accra.yaml"), files)
        workspace.measure()
        yield workspace, receipts


@pytest.fixture(scope="module")
def accra(imported):
    return imported[0]


def test_no_row_of_the_feed_is_lost(imported, data):
    feed = data("accra", "gtfs_accra_2019.zip")
    tallies = {one.file.partition("/")[2]: one for receipt in imported[1] for one in receipt.tallies if ".zip/" in one.file}
    read = {name: one.read for name, one in tallies.items()}
    assert (read["routes.txt"], read["stops.txt"], read["trips.txt"]) == (277, 4171, 554)
    assert (read["frequencies.txt"], read["stop_times.txt"]) == (554, 11_336)
    assert read == {name: len(rows_of(feed, name)) for name in tallies}
    assert all(one.used + one.repaired + one.left_out == one.read for one in tallies.values())


def test_departures_by_stop_and_hour_are_those_of_the_headways(accra, data):
    service = layer_of(accra, CITY, "service")
    (day,) = service.days
    counted = departures_by_stop_and_hour(data("accra", "gtfs_accra_2019.zip"), day)
    assert sum(counted.values()) > 100_000
    assert counted_by_layer(service) == counted


def test_minibuses_are_low_capacity(accra):
    service = layer_of(accra, CITY, "service")
    assert service.low.sum() > 1000
    assert not service.high.any()


def test_what_can_be_measured_is(accra):
    (area,) = accra.figures([CITY], indicators=["area"])
    assert area.observation.value == pytest.approx(1255.49, abs=0.01)


def test_people_are_missing_with_the_reason_and_not_zero(accra):
    (people,) = accra.figures([CITY], indicators=["population"])
    assert people.observation.value is None
    assert "count of people" in people.observation.reason


def test_the_plan_says_which_file_an_indicator_lacks(accra):
    lacks = {step.indicator: step.lacks for step in accra.explain([CITY], variants=["default"])}
    assert lacks["area"] == ()
    assert lacks["street_density"] == ("osm",)
    assert set(lacks["public_transport_access"]) == {"osm", "people_given"}
    assert lacks["population"] == ("people_given",)


def test_every_page_of_the_city_opens_and_says_which_file_would_fill_what_is_missing(accra):
    pages = opened_pages(accra, CITY)
    assert all("Accra" in page for page in pages.values())
    assert "a count of people by zone" in pages["agenda/sdg11"]
    assert "a street map (OpenStreetMap)" in pages["how-we-know"]
