"""Washington and Baltimore: built-up land by the year in which it was first built, 1975 to 2020, and nothing else."""

from __future__ import annotations

import math
import shutil

import pytest
import yaml

from ekistics.workspace.workspace import Workspace

pytestmark = pytest.mark.xdist_group("washington")
CITY = "US_WASHINGTON"
GRID = "ghsl_first_built_year_100m.tif"
BUILT_KM2 = {
    1975: 3191.79, 1980: 3291.47, 1985: 3396.25, 1990: 3494.16, 1995: 3664.01, 2000: 3811.79, 2005: 3930.00, 2010: 4063.65,
    2015: 4185.82, 2020: 4334.09,
}  # fmt: skip
"""Cells of 100 m built by each year whose middle lies in the area of interest, counted once by other means."""
PERIODS = list(zip(BUILT_KM2, list(BUILT_KM2)[1:], strict=False))


@pytest.fixture(scope="module")
def washington(data, tmp_path_factory):
    files = tmp_path_factory.mktemp("washington") / "files"
    shutil.copytree(data("washington_ghsl_built_epochs", GRID).parent, files)
    place = {
        "code": CITY,
        "name": "Washington and Baltimore",
        "boundaries": [{"edition": "aoi", "file": "aoi.geojson", "source": "worldbank/GOSTurban"}],
    }
    # later years of the grid are projections
    entry = {"file": GRID, "as": "first_built_year", "source": "ghsl-built", "licence": "CC BY 4.0", "options": {"until": 2020}}
    (files / "city.yaml").write_text(yaml.safe_dump({"place": place, "files": [entry]}), encoding="utf-8")
    with Workspace.create(files.parent / "workspace") as workspace:
        workspace.import_folder(files)
        workspace.measure()
        yield workspace


def values(workspace, indicator, edition="1"):
    found = (one.observation for one in workspace.figures([CITY], indicators=[indicator]))
    return {(one.period.start.year, one.period.end.year): one.value for one in found if one.series.edition == edition}


def of_years(workspace, indicator):
    return {end: value for (_, end), value in values(workspace, indicator).items()}


def test_built_up_land_of_each_year_is_that_of_the_cells(washington):
    assert of_years(washington, "built_up_area") == pytest.approx(BUILT_KM2, abs=0.01)


@pytest.mark.parametrize(("start", "end"), PERIODS)
def test_new_land_by_kind_adds_up_to_the_growth(washington, start, end):
    new = sum(values(washington, f"{kind}_area")[start, end] for kind in ("infill", "extension", "leapfrog"))
    assert new == pytest.approx(BUILT_KM2[end] - BUILT_KM2[start], abs=0.01)


@pytest.mark.parametrize(
    ("start", "end", "rate"), [(2000, 2005, 0.006108), (2005, 2010, 0.006688), (2010, 2015, 0.005924), (2015, 2020, 0.006962)]
)
def test_land_consumption_is_that_of_the_edition_with_logarithms(washington, start, end, rate):
    assert values(washington, "land_consumption_rate", "2016-07")[start, end] == pytest.approx(rate, abs=1e-6)


def test_land_consumption_of_the_newer_edition_is_of_plain_change(washington):
    rates = values(washington, "land_consumption_rate", "2021-03")
    assert rates[1975, 2020] == pytest.approx((4334.09 / 3191.79 - 1) / 45, rel=1e-6)
    assert all(
        math.log1p(5 * rates[pair]) / 5 == pytest.approx(values(washington, "land_consumption_rate", "2016-07")[pair]) for pair in PERIODS
    )


def test_the_extent_is_its_built_up_and_its_open_land(washington):
    extent, open_land, built = (of_years(washington, f"{one}_area") for one in ("urban_extent", "urbanised_open", "built_up_in_extent"))
    saturation = of_years(washington, "extent_saturation")
    for year in BUILT_KM2:
        assert open_land[year] + built[year] == pytest.approx(extent[year])
        assert built[year] < BUILT_KM2[year]
        assert saturation[year] == pytest.approx(100 * built[year] / extent[year])


def test_the_city_filled_up(washington):
    saturation = of_years(washington, "extent_saturation")
    assert list(saturation.values()) == sorted(saturation.values())


def test_years_that_are_projections_are_left_out(washington):
    assert max(end for _, end in values(washington, "built_up_area")) == 2020


def test_measuring_again_changes_nothing(washington):
    done = washington.measure()
    assert (done.new, done.changed, done.withdrawn, done.commits) == (0, 0, 0, ())
    assert done.unchanged > 100


def test_a_figure_computed_again_from_the_file_is_the_same(washington):
    (one,) = (one for one in washington.figures([CITY], indicators=["urban_extent_area"]) if one.observation.period.end.year == 2020)
    assert washington.recompute(one.id).equal
    assert GRID in "\n".join(washington.lineage_lines(one.id))


def test_the_page_draws_growth(washington):
    page = washington.pages().page(CITY, "settlement", {})
    assert "1975" in page
    assert 'class="map-figure cells"' in page
