"""Belgium and around: people, built-up land and land by cell, measured inside the rectangle of the grids."""

from __future__ import annotations

import shutil

import numpy as np
import pyproj
import pytest
import shapely
import yaml
from tests.acceptance.regions import write_region
from tests.made_town import write_outlines

from ekistics.workspace.workspace import Workspace

pytestmark = pytest.mark.xdist_group("belgium")
CITY = "EU_BELGIUM_WINDOW"
BOUNDS = (187_000.0, 5_816_000.0, 490_000.0, 6_035_000.0)
MIDDLE = (350_400.0, 5_930_700.0)
"""Where the window is cut in four: across cells."""
PEOPLE = {
    "population": 20_602_095.72,
    "people_in_urban_centres": 6_723_773.9,
    "people_in_urban_clusters": 3_544_416.2 + 897_157.4 + 4_875_139.3,
    "people_in_rural_cells": 1_256_706.2 + 2_933_973.0 + 370_929.6,
}
KM2 = {"urban_centre_area": 2145, "urban_cluster_area": 1511 + 575 + 6789, "rural_cell_area": 2091 + 20_955 + 29_713}
"""People and cells by class of level 2 as an independent implementation of the same rules counts them."""


def in_degrees(west, south, east, north):
    back = pyproj.Transformer.from_crs("ESRI:54009", "EPSG:4326", always_xy=True)
    return shapely.transform(shapely.box(west, south, east, north), lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))


def write_files(data, folder, **options):
    shutil.copytree(data("belgium_ghsl", "POP.tif").parent, folder)
    write_region(folder / "window.geojson", in_degrees(*BOUNDS))
    (west, south, east, north), (x, y) = BOUNDS, MIDDLE
    quarters = {"SW": (west, south, x, y), "SE": (x, south, east, y), "NW": (west, y, x, north), "NE": (x, y, east, north)}
    write_outlines(folder / "quarters.geojson", **{code: in_degrees(*box) for code, box in quarters.items()})
    place = {
        "code": CITY,
        "name": "Belgium and around",
        "boundaries": [{"edition": "window", "file": "window.geojson", "source": "made"}],
        "districts": {"file": "quarters.geojson", "code": "code", "prefix": "Q_", "source": "made"},
    }
    bands = {"POP.tif": "population_grid", "BUILT_S.tif": "built_up_grid", "LAND.tif": "land_grid"}
    files = [{"file": name, "as": kind, "source": "ghsl", "licence": "CC BY 4.0", "date": 2020} for name, kind in bands.items()]
    files[0]["options"] = options
    (folder / "city.yaml").write_text(yaml.safe_dump({"place": place, "files": files}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def belgium(data, tmp_path_factory):
    files = write_files(data, tmp_path_factory.mktemp("belgium") / "files")
    with Workspace.create(files.parent / "workspace") as workspace:
        receipts, _ = workspace.import_folder(files)
        workspace.measure()
        yield workspace, receipts


def value(workspace, indicator, place=CITY):
    (one,) = workspace.figures([place], indicators=[indicator])
    assert one.observation.period.start.year == 2020
    return one.observation.value


@pytest.mark.parametrize("indicator", PEOPLE)
def test_people_are_those_of_the_classes_to_a_tenth_of_a_person(belgium, indicator):
    assert value(belgium[0], indicator) == pytest.approx(PEOPLE[indicator], abs=0.2)


@pytest.mark.parametrize("indicator", KM2)
def test_land_is_that_of_the_cells(belgium, indicator):
    assert value(belgium[0], indicator) == pytest.approx(KM2[indicator], abs=1e-3)


@pytest.mark.parametrize("indicator", [*PEOPLE, *KM2])
def test_quarters_that_cut_cells_add_up_to_the_window(belgium, indicator):
    quarters = [value(belgium[0], indicator, f"Q_{one}") for one in ("SW", "SE", "NW", "NE")]
    assert sum(quarters) == pytest.approx(value(belgium[0], indicator), rel=1e-9)


def test_shares_of_people_are_of_everybody(belgium):
    assert value(belgium[0], "city_population_share") == pytest.approx(100 * 6_723_773.9 / 20_602_095.7, rel=1e-6)
    assert value(belgium[0], "urban_population_share") == pytest.approx(100 - 100 * 4_561_608.8 / 20_602_095.7, rel=1e-6)


def test_what_the_numbers_are_is_recognised_and_said(belgium):
    said = {one.file: one.message for receipt in belgium[1] for one in receipt.problems}
    assert "taken as m2" in said["BUILT_S.tif"]
    assert "taken as m2" in said["LAND.tif"]


def test_a_figure_computed_again_from_the_files_is_the_same(belgium):
    workspace, _ = belgium
    (one,) = workspace.figures([CITY], indicators=["people_in_urban_centres"])
    assert workspace.recompute(one.id).equal
    lines = "\n".join(workspace.lineage_lines(one.id))
    assert all(name in lines for name in ("POP.tif", "BUILT_S.tif", "LAND.tif", "unit m2"))


def test_the_page_names_the_centres(belgium):
    page = belgium[0].pages().page(CITY, "settlement", {})
    assert "UC0001" in page
    assert "1,404,431" in page


@pytest.mark.parametrize(
    ("options", "people", "km2"),
    [({"edition": "R2022A"}, 6_300_321.1, 1808), ({"criterion": "off"}, 6_301_103.3, 1815)],
)
def test_other_rules_give_other_centres(data, tmp_path, options, people, km2):
    with Workspace.create(tmp_path / "w") as workspace:
        workspace.import_folder(write_files(data, tmp_path / "files", **options))
        workspace.measure(variants=["default"])
        assert value(workspace, "people_in_urban_centres") == pytest.approx(people, abs=0.2)
        assert value(workspace, "urban_centre_area") == pytest.approx(km2, abs=1e-3)
