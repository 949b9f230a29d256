"""Every how-to is run as it is written, on a small made-up city, in a folder of its own."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from tests.docs.made_settlements import make_settlements
from tests.docs.running_pages import run_page

from ekistics.workspace.workspace import Workspace

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
BEGINS_WITH = {
    "your-own-city": "with_files",
    "a-map-and-a-timetable": "with_files",
    "a-spreadsheet": "imported",
    "where-a-figure-comes-from": "imported",
    "undo-and-history": "imported",
    "places": "imported",
    "targets-and-agendas": "measured",
    "sharing-a-profile": "measured",
    "in-a-notebook": "measured",
}
"""What lies in the folder when a page begins; postgresql.md, rank-cities.md and settlements.md have tests of their own."""


def test_every_page_is_run():
    assert {page.stem for page in PAGES.glob("*.md")} == {*BEGINS_WITH, "postgresql", "rank-cities", "settlements"}


@pytest.mark.parametrize("name", [name for name in BEGINS_WITH if name != "your-own-city"])
def test_the_page_does_what_it_says(name, start, request):
    start(request.getfixturevalue(BEGINS_WITH[name]))
    run_page(PAGES / f"{name}.md")


def test_the_page_on_settlements_does_what_it_says(tmp_path, monkeypatch):
    real = make_settlements(tmp_path / "home")
    monkeypatch.chdir(tmp_path / "home")
    run_page(PAGES / "settlements.md", hold=real)
    with Workspace.open("work") as city:
        figures = {(one.observation.indicator, str(one.observation.period)): one.observation for one in city.figures(["XX_BOX"])}
    kinds = ("people_in_urban_centres", "people_in_urban_clusters", "people_in_rural_cells")
    people = [figures[kind, "2020"].value for kind in kinds]
    assert sum(people) == pytest.approx(figures["population", "2020"].value, rel=1e-9)
    grown = [figures["built_up_area", year].value for year in ("1990", "2000", "2014")]
    assert 0 < grown[0] < grown[1] < grown[2]


def test_the_page_on_ranking_goes_from_one_csv_to_an_index_with_intervals(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_page(PAGES / "rank-cities.md")
    assert {"ranking.csv", "runs.parquet", "assessment.xlsx"} <= {path.name for path in (tmp_path / "result").iterdir()}


@pytest.mark.postgres
def test_the_page_on_postgresql_does_what_it_says(start, with_files, server):
    start(with_files)
    run_page(PAGES / "postgresql.md", instead={"postgresql+psycopg://ekistics@localhost/ekistics": server})


def test_the_page_on_a_city_of_one_s_own_makes_a_profile_with_the_figures_that_it_must_have(start, with_files):
    start(with_files)
    run_page(PAGES / "your-own-city.md")
    page = Path("testville.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "Testville" in page
    assert not re.search(r'(?:src|href)="https?://', page), "a self-contained file asks nothing of the network"
    assert Path("testville-at-once.html").exists()
    the_made_city_has_the_figures_that_it_must()


def the_made_city_has_the_figures_that_it_must():
    with Workspace.open("work") as city:
        found = {
            (one.observation.indicator, one.observation.series.edition): one.observation.value
            for one in city.figures(["XX_TESTVILLE"])
            if one.observation.series.variant == "default" and str(one.observation.period) != "2010"
        }
        districts = city.figures(["XX_T_01", "XX_T_02"], indicators=["population"])
    ratio = 0.1 / math.log(1.2)
    assert found["land_consumption_ratio", "2021-03"] == pytest.approx(ratio)
    assert found["open_space_area", "1"] > 0
    assert 0 < found["public_transport_access", "2021-03"] < 100
    people = {one.observation.place: one.observation.value for one in districts if one.observation.series.variant == "default"}
    assert people["XX_T_01"] == pytest.approx(3000, rel=0.02)
    assert people["XX_T_02"] == pytest.approx(1000, rel=0.05)
