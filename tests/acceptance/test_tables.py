"""Official tables through a workspace and mapping files: what is a city, what is a total, what a fraction; and the Atlas' growth."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from ekistics.model.problems import Severity
from ekistics.workspace.workspace import Workspace

pytestmark = pytest.mark.xdist_group("tables")
MAPPINGS = Path(__file__).parents[1] / "mappings"
OFFICIAL = "official_sdg11_tables"
TABLES = {
    "unhabitat_green_area": ("unhabitat_green_area", "green_area_1990_2020.xlsx"),
    "canada_11_2_1": (OFFICIAL, "canada_11-2-1.csv.gz"),
    "canada_11_3_1": (OFFICIAL, "canada_11-3-1.csv"),
    "uk_11_1_1": (OFFICIAL, "uk_11-1-1.csv"),
    "uk_11_4_1": (OFFICIAL, "uk_11-4-1.csv"),
    "uk_11_5_1": (OFFICIAL, "uk_11-5-1.csv"),
    "uk_11_6_2": (OFFICIAL, "uk_11-6-2.csv"),
    "uk_11_7_1": (OFFICIAL, "uk_11-7-1.csv"),
    "bristol_11_6_2": (OFFICIAL, "bristol_11-6-2.csv"),
    "bristol_11_7_1_a": (OFFICIAL, "bristol_11-7-1-a.csv"),
}
ATLAS = ("atlas_first_date", "atlas_second_date", "atlas_last_date")


@pytest.fixture(scope="module")
def imported(data, tmp_path_factory):
    paths = {name: data(*where) for name, where in TABLES.items()}
    with Workspace.create(tmp_path_factory.mktemp("tables") / "workspace") as workspace:
        told = {name: {"mapping": MAPPINGS / f"{name}.yaml", "source": "an office"} for name in paths}
        receipts = {name: workspace.import_file(path, "table", told=told[name]) for name, path in paths.items()}
        yield workspace, receipts


@pytest.fixture(scope="module")
def tables(imported):
    return imported[0]


def value(workspace, place, indicator, year, breakdown="total"):
    (one,) = (
        one.observation
        for one in workspace.figures(indicators=[indicator])
        if (one.observation.place, one.observation.period.end.year, one.observation.breakdown) == (place, year, breakdown)
    )
    return one.value


@pytest.mark.parametrize("name", TABLES)
def test_every_row_and_every_figure_is_accounted_for(imported, name):
    receipt = imported[1][name]
    rows, figures = receipt.tallies
    assert rows.read == rows.used + rows.repaired + rows.left_out
    assert figures.read == figures.used + figures.repaired + figures.left_out
    assert receipt.read == receipt.new + receipt.rejected > 0


def test_green_area_takes_659_cities_and_leaves_out_eight_regions(imported):
    workspace, receipts = imported
    rows = receipts["unhabitat_green_area"].tallies[0]
    assert (rows.read, rows.used, rows.left_out) == (667, 659, 8)
    (left_out,) = (one for one in receipts["unhabitat_green_area"].problems if one.kind == "left-out")
    assert (left_out.count, left_out.severity) == (8, Severity.LEFT_OUT)
    assert len({one.observation.place for one in workspace.figures(indicators=["green_area_share"])}) == 659
    # UN-Habitat's published examples
    assert value(workspace, "AF_KABUL", "green_area_share", 1990) == pytest.approx(5.494, abs=5e-4)
    assert value(workspace, "MZ_MAPUTO", "green_area_per_person", 1990) == pytest.approx(132.600, abs=5e-4)


def test_canadas_fractions_labelled_per_cent_are_taken_as_fractions_and_the_label_is_said(imported):
    workspace, receipts = imported
    (label,) = (one for one in receipts["canada_11_3_1"].problems if one.kind == "unit-label-wrong")
    assert label.found == "Percentage (%)"
    assert value(workspace, "CA/Toronto, Ontario", "land_consumption_rate", 2021) == pytest.approx(0.0012)
    assert value(workspace, "CA/Chicoutimi - Jonquière, Quebec", "land_consumption_ratio", 2021) == pytest.approx(-1.6562)


def test_canadas_people_near_transport_keep_the_totals_of_their_breakdowns(tables):
    assert value(tables, "CA/Canada", "people_near_transport", 2023) == 75.3


def test_empty_means_the_total_in_british_tables(tables):
    assert value(tables, "GB", "open_space_share", 2019) == 4.9
    assert value(tables, "GB-ENG", "non_decent_homes", 2020) == 15.0
    parts = [value(tables, "BRISTOL", "pm25", 2010, f"COMPONENT={one}") for one in ("ANTHROPOGENIC", "NATURAL")]
    assert value(tables, "BRISTOL", "pm25", 2010) == pytest.approx(sum(parts), abs=1e-3)


def test_financial_years_are_rejected_with_their_rows_and_not_read_as_months(imported):
    receipt = imported[1]["uk_11_4_1"]
    (period,) = (one for one in receipt.problems if one.kind == "not-a-period")
    assert (period.count, period.found, period.row) == (40, "'2000/01'", 23)
    assert (receipt.read, receipt.new, receipt.rejected) == (103, 63, 40)


def test_a_table_sent_twice_changes_nothing(imported, data):
    workspace, receipts = imported
    before = {(one.sha256, one.reading) for one in workspace.session.record.assets()}
    again = workspace.import_file(data(*TABLES["uk_11_7_1"]), "table", told={"mapping": MAPPINGS / "uk_11_7_1.yaml", "source": "an office"})
    assert (again.read, again.new, again.changed, again.unchanged) == (4, 0, 0, 4)
    assert receipts["uk_11_7_1"].new == 4
    after = [(one.sha256, one.reading) for one in workspace.session.record.assets()]
    assert len(after) == len(set(after))
    assert set(after) == before


@pytest.fixture(scope="module")
def atlas(data, tmp_path_factory):
    table = data("atlas_urban_expansion", "atlas_cities_tidy.csv")
    with Workspace.create(tmp_path_factory.mktemp("atlas") / "workspace") as workspace:
        for name in ATLAS:
            told = {"mapping": MAPPINGS / f"{name}.yaml", "source": "atlas-of-urban-expansion"}
            assert workspace.import_file(table, "table", told=told).new == 400
        workspace.measure()
        with table.open(encoding="utf-8") as stream:
            yield workspace, list(csv.DictReader(stream))


def by_city_and_dates(workspace, indicator, edition):
    return {
        (one.observation.place, one.observation.period.start, one.observation.period.end): one.observation
        for one in workspace.figures(indicators=[indicator])
        if one.observation.series.edition == edition
    }


@pytest.mark.parametrize(
    ("indicator", "edition", "published", "within"),
    [
        ("population_growth_rate", "2021-03", "pub_pop_growth", 0.0501),
        ("land_consumption_rate", "2016-07", "pub_extent_growth", 0.07),
    ],
)
def test_atlas_growth_of_400_city_periods_is_the_published_one(atlas, indicator, edition, published, within):
    workspace, cities = atlas
    made = by_city_and_dates(workspace, indicator, edition)
    compared = 0
    for city in cities:
        for start, end in (("t1", "t2"), ("t2", "t3")):
            dates = date.fromisoformat(city[start]), date.fromisoformat(city[end])
            found = made[f"ATLAS_{city['city_code']}", *dates]
            assert abs(100 * found.value - float(city[f"{published}_{start}{end}_pct"])) <= within, (city["city"], start)
            compared += 1
    assert compared == 400


def test_atlas_cities_that_shrink_keep_the_sign_of_their_ratio(atlas):
    workspace, cities = atlas
    made = by_city_and_dates(workspace, "land_consumption_ratio", "2021-03")
    people = {
        f"ATLAS_{city['city_code']}": {date.fromisoformat(city[t]): float(city[f"pop_{t}"]) for t in ("t1", "t2", "t3")} for city in cities
    }
    shrinking = {key for key in made if people[key[0]][key[2]] < people[key[0]][key[1]]}
    assert shrinking
    assert {key for key, found in made.items() if found.value < 0} == shrinking


def test_atlas_ratios_lead_to_the_table_they_came_from(atlas):
    workspace, _ = atlas
    one = workspace.figures(["ATLAS_2802"], indicators=["land_consumption_ratio"])[0]
    way = workspace.session.record.lineage(one.id)
    assert {asset.name for asset in way.all_assets()} == {"atlas_cities_tidy.csv"}
    assert workspace.recompute(one.id).equal
