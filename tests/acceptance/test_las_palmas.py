"""Las Palmas: the whole way from OpenStreetMap, GTFS, boundary, zones and the urban centre record."""

from __future__ import annotations

import pytest

from ekistics.model.errors import Damaged
from ekistics.workspace import assets

pytestmark = pytest.mark.xdist_group("las_palmas")


@pytest.fixture(scope="module")
def las_palmas(city_of):
    return city_of("las_palmas", "las_palmas", "las_palmas_osm_20230221.pbf")


@pytest.fixture(scope="module")
def figures(las_palmas):
    workspace, _, code = las_palmas
    found = {}
    for one in workspace.figures([code]):
        told = one.observation
        found[told.indicator, told.series.edition, told.series.variant, str(told.period)] = one
    return found


def value(figures, indicator, variant="default", edition=None, period="2023"):
    found = [
        one.observation.value
        for key, one in figures.items()
        if key[0] == indicator and key[2] == variant and key[3] == period and edition in (None, key[1])
    ]
    assert len(found) == 1, (indicator, found)
    return found[0]


def test_study_region_is_the_municipality_in_the_urban_centre(figures):
    assert value(figures, "area") == pytest.approx(62.988, abs=5e-4)


def test_areas_that_should_exist_and_do_not_are_reported_with_id_and_reason(las_palmas):
    _, receipts, _ = las_palmas
    missing = {one.feature: one for receipt in receipts for one in receipt.problems if one.kind.startswith("area-") and one.file}
    ways = [feature for feature in missing if feature.startswith("w")]
    relations = [feature for feature in missing if feature.startswith("r")]
    assert len(ways) == 45, "46 closed ways lack nodes; w546461639 is a road, which is no area"
    assert "w546461639" not in missing
    assert len(relations) == 10
    assert "ring does not close" in missing["r3335027"].message
    assert all(one.message and one.found for one in missing.values())


def test_land_consumption_ratio_of_the_record_in_both_editions(figures):
    period = "1990-01-01/2015-12-31"
    assert value(figures, "land_consumption_ratio", edition="2016-07", period=period) == pytest.approx(0.0714448, abs=5e-8)
    assert value(figures, "land_consumption_ratio", edition="2021-03", period=period) == pytest.approx(0.0722951, abs=5e-8)
    assert value(figures, "land_consumption_ratio", "published", period=period) == pytest.approx(0.071445)


def test_network_figures_are_never_above_straight_line_ones(figures):
    compared = 0
    for (code, edition, variant, period), one in figures.items():
        straight = figures.get((code, edition, "straight-line", period))
        if variant == "default" and straight and one.observation.value is not None and code.startswith("people_"):
            assert one.observation.value <= straight.observation.value * (1 + 1e-9), code
            compared += 1
    assert compared > 15


def test_more_service_asked_for_reaches_no_more_people(figures):
    assert value(figures, "public_transport_access", "service-4-an-hour") < value(figures, "public_transport_access")


def test_every_figure_leads_to_a_file_with_a_checksum(las_palmas):
    workspace, _, code = las_palmas
    for one in workspace.figures([code]):
        way = workspace.session.record.lineage(one.id)
        assert way.all_assets(), one.observation.indicator
        assert all(len(asset.sha256) == 64 for asset in way.all_assets())


def test_every_district_figure_stays_within_the_city(las_palmas, figures):
    workspace, _, _ = las_palmas
    zones = [one for one in workspace.places() if one.code.startswith("ES_LP_")]
    assert len(zones) == 29
    for one in workspace.figures([zone.code for zone in zones], indicators=["open_space_share", "public_transport_access"]):
        assert one.observation.value is None or 0 <= one.observation.value <= 100 * (1 + 1e-9)


def test_measuring_again_changes_nothing(las_palmas):
    workspace, _, _ = las_palmas
    done = workspace.measure()
    assert (done.new, done.changed, done.withdrawn) == (0, 0, 0)


@pytest.mark.parametrize("indicator", ["public_transport_access", "open_space_share", "land_consumption_ratio", "pm25"])
def test_figures_recompute_from_the_bytes_of_their_files(las_palmas, figures, indicator):
    workspace, _, _ = las_palmas
    one = next(one for key, one in figures.items() if key[0] == indicator and key[2] == "default" and one.observation.value)
    assert workspace.recompute(one.id).equal


def test_a_flipped_byte_in_an_original_is_found_and_named(las_palmas):
    workspace, _, code = las_palmas
    asset = next(one for one in workspace.session.record.assets() if one.kind == "gtfs")
    path = assets.path_of(workspace.session.folder.assets, asset.sha256, asset.name)
    good = path.read_bytes()
    middle = len(good) // 2
    figure = next(one for one in workspace.figures([code], indicators=["public_transport_access"]) if one.observation.value)
    try:
        path.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
        assert any(not one.good and asset.name in one.found for one in workspace.doctor())
        with pytest.raises(Damaged, match=asset.name):
            workspace.recompute(figure.id)
    finally:
        path.write_bytes(good)
    assert all(one.good for one in workspace.doctor() if one.name == "originals")
