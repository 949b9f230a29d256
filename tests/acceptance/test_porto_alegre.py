"""Porto Alegre: two feeds merged, people by hexagon, streets only."""

from __future__ import annotations

import shutil

import pytest
from tests.acceptance.conftest import MANIFESTS
from tests.acceptance.regions import hexagons, write_region

from ekistics.workspace.manifest import read_manifest
from ekistics.workspace.workspace import Workspace

pytestmark = pytest.mark.xdist_group("porto_alegre")


@pytest.fixture(scope="module")
def porto_alegre(data, tmp_path_factory):
    files = tmp_path_factory.mktemp("porto_alegre") / "files"
    shutil.copytree(data("porto_alegre", "poa_osm.pbf").parent, files)
    shutil.copy(MANIFESTS / "porto_alegre.yaml", files)
    write_region(files / "region.geojson", hexagons(files / "poa_hexgrid.csv"))
    with Workspace.create(files.parent / "workspace") as workspace:
        workspace.import_manifest(read_manifest(files / "porto_alegre.yaml"), files)
        workspace.measure(variants=["default", "straight-line"])
        yield workspace


def shares(workspace, variant):
    return {
        one.observation.indicator: one.observation.value
        for one in workspace.figures(["BR_PORTO_ALEGRE_CENTRE"])
        if one.observation.series.variant == variant
    }


def test_people_given_are_people_measured(porto_alegre):
    assert shares(porto_alegre, "default")["population"] == pytest.approx(812_935)


def test_straight_line_shares_are_the_reference_ones(porto_alegre):
    # stray buildings of the streets-only extract move a few people off the middle of their hexagon: hence the tolerance
    straight = shares(porto_alegre, "straight-line")
    assert straight["public_transport_access_low_capacity"] == pytest.approx(96.7610, abs=0.02)
    assert straight["public_transport_access_high_capacity"] == pytest.approx(4.6497, abs=0.02)


def test_network_shares_are_at_most_that(porto_alegre):
    straight, network = shares(porto_alegre, "straight-line"), shares(porto_alegre, "default")
    for code in ("public_transport_access_low_capacity", "public_transport_access_high_capacity", "public_transport_access"):
        assert 0 < network[code] <= straight[code]


def test_open_space_of_an_extract_of_streets_only_is_missing_and_not_zero(porto_alegre):
    figure = next(one for one in porto_alegre.figures(["BR_PORTO_ALEGRE_CENTRE"], indicators=["open_space_share"]))
    assert figure.observation.value is None
    assert "streets only" in figure.observation.reason
