"""São Paulo: lines that run by headway, service ids given twice, streets only."""

from __future__ import annotations

import shutil

import numpy as np
import pyproj
import pytest
from scipy.spatial import cKDTree
from tests.acceptance.conftest import MANIFESTS, opened_pages
from tests.acceptance.regions import hexagons, write_region
from tests.acceptance.timetables import counted_by_layer, departures_by_stop_and_hour, layer_of, rows_of

from ekistics.model.problems import Severity
from ekistics.workspace.manifest import read_manifest
from ekistics.workspace.workspace import Workspace

pytestmark = pytest.mark.xdist_group("sao_paulo")
CITY = "BR_SAO_PAULO_CENTRE"


@pytest.fixture(scope="module")
def imported(data, tmp_path_factory):
    files = tmp_path_factory.mktemp("sao_paulo") / "files"
    shutil.copytree(data("sao_paulo", "spo.zip").parent, files)
    shutil.copy(MANIFESTS / "sao_paulo.yaml", files)
    write_region(files / "region.geojson", hexagons(files / "spo_hexgrid.csv"))
    with Workspace.create(files.parent / "workspace") as workspace:
        receipts = workspace.import_manifest(read_manifest(files / "sao_paulo.yaml"), files)
        workspace.measure(variants=["default", "straight-line", "service-4-an-hour"])
        yield workspace, receipts


@pytest.fixture(scope="module")
def sao_paulo(imported):
    return imported[0]


def share(workspace, indicator, variant="default"):
    (one,) = (one for one in workspace.figures([CITY], indicators=[indicator]) if one.observation.series.variant == variant)
    return one.observation.value


def test_service_ids_given_twice_are_reported_and_not_fatal(imported):
    problems = [problem for receipt in imported[1] for problem in receipt.problems if problem.kind == "service-twice"]
    (twice,) = problems
    assert (twice.count, twice.severity, twice.file) == (6, Severity.LEFT_OUT, "spo.zip/calendar.txt")
    assert twice.row, "the row is named"


def test_no_row_of_the_feed_is_lost(imported, data):
    feed = data("sao_paulo", "spo.zip")
    tallies = {one.file.partition("/")[2]: one for receipt in imported[1] for one in receipt.tallies if one.file.startswith("spo.zip/")}
    assert set(tallies) >= {"stops.txt", "routes.txt", "trips.txt", "stop_times.txt", "calendar.txt", "frequencies.txt"}
    for name, one in tallies.items():
        assert one.read == len(rows_of(feed, name)), name
        assert one.used + one.repaired + one.left_out == one.read


def test_departures_by_stop_and_hour_are_those_of_the_headways(sao_paulo, data):
    service = layer_of(sao_paulo, CITY, "service")
    (day,) = service.days
    counted = departures_by_stop_and_hour(data("sao_paulo", "spo.zip"), day)
    assert sum(counted.values()) > 50_000
    assert counted_by_layer(service) == counted


def test_people_within_500_m_of_any_stop_in_a_straight_line_are_the_reference_share(sao_paulo):
    people, service = layer_of(sao_paulo, CITY, "people"), layer_of(sao_paulo, CITY, "service")
    plane = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:31983", always_xy=True)
    stops = np.column_stack(plane.transform(service.longitude, service.latitude))
    homes = np.column_stack(plane.transform(people.longitude, people.latitude))
    near = cKDTree(stops).query(homes)[0] <= 500
    assert people.people.sum() == pytest.approx(517_570)
    assert 100 * people.people[near].sum() / people.people.sum() == pytest.approx(70.83, abs=0.005)


def test_network_shares_are_at_most_straight_line_ones_and_headways_tell(sao_paulo):
    for code in ("public_transport_access_low_capacity", "public_transport_access_high_capacity", "public_transport_access"):
        assert 0 < share(sao_paulo, code) <= share(sao_paulo, code, "straight-line")
    often = share(sao_paulo, "public_transport_access_low_capacity", "service-4-an-hour")
    assert 0 < often < share(sao_paulo, "public_transport_access_low_capacity")


def test_what_an_extract_of_streets_only_cannot_tell_is_missing_with_the_reason(sao_paulo):
    (one,) = sao_paulo.figures([CITY], indicators=["open_space_share"])
    assert one.observation.value is None
    assert "streets only" in one.observation.reason


def test_every_page_of_the_city_opens(sao_paulo):
    pages = opened_pages(sao_paulo, CITY)
    assert all("São Paulo (centre)" in page for page in pages.values())
    assert "517,570" in pages["glance"]


def test_the_dots_of_the_map_are_reached_as_the_share_that_they_explain_says(sao_paulo):
    dots = next(one for one in sao_paulo.pages().evidence(CITY).shapes.dots if one.indicator == "public_transport_access")
    (share,) = [
        one for one in sao_paulo.figures([CITY], indicators=["public_transport_access"]) if one.observation.series.variant == "default"
    ]
    assert 100 * dots.people[dots.reached].sum() / dots.people.sum() == pytest.approx(share.observation.value)
