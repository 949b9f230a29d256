"""The one-file report: whole, offline, linked within itself, of bounded size, and hostile names do no harm in it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.assess.asem import asem_recipe, asem_table
from tests.profile.index_sample import BAD_NAME, index_recipe, index_table
from tests.workspace.assessing.made_index import RECIPE, UNCERTAIN, write_index

from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import Method, Origin, UncertainInput, Uncertainty
from ekistics.workspace.assessing.reports import BESIDE, report_html
from ekistics.workspace.assessing.results import IndexResult
from ekistics.workspace.assessing.verbs import Drawing, assess_file, assess_table

WEIGHTS = Uncertainty((UncertainInput("Weights", Origin.WEIGHTS),), runs=50, sensitivity_points=8)


@pytest.fixture(scope="module")
def report():
    return report_html(assess_table(index_recipe(), index_table()), ("scores.csv", "assessment.xlsx"))


def test_the_report_lies_in_the_folder_and_is_counted_among_its_files(tmp_path):
    recipe, table = write_index(tmp_path, RECIPE + UNCERTAIN)
    done = assess_file(recipe, table, tmp_path / "out")
    text = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "report.html" in done.files
    assert "Six cities" in text
    assert 'href="assessment.xlsx"' in text


def test_every_link_leads_into_the_file_or_to_a_file_beside_it(report):
    ids = set(re.findall(r'id="([^"]+)"', report))
    for address in set(re.findall(r'href="([^"]+)"', report)):
        assert address in ("scores.csv", "assessment.xlsx") or (address.startswith("#") and address[1:] in ids), address


def test_it_needs_neither_script_nor_network(report):
    assert "<script" not in report
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', report)
    assert not re.findall(r"url\((?!data:|#)", report)


def test_names_from_files_are_escaped(report):
    assert BAD_NAME not in report
    assert "&lt;b&gt;Bad &amp; Worse&lt;/b&gt;" in report


def test_a_file_that_is_not_there_is_no_link(report):
    assert 'href="sensitivity.csv"' not in report
    assert set(re.findall(r'href="([^"#]+)"', report)) <= set(BESIDE)


def test_each_of_a_few_units_has_its_long_page(report):
    assert report.count('id="page-index-unit-') >= 12
    assert "indicators were passed over, and why" in report


def test_a_report_of_51_units_by_49_indicators_stays_within_two_megabytes(data):
    recipe = asem_recipe(data, uncertainty=WEIGHTS)
    made = report_html(assess_table(recipe, asem_table(data)), tuple(BESIDE))
    assert len(re.findall(r'<div class="sheet" id="page-index-unit-', made)) == 51
    assert len(made.encode()) <= 2_000_000


def test_of_many_units_sixty_at_most_have_a_page():
    recipe = index_recipe(indicators=index_recipe().indicators[:3], groups=index_recipe().groups[:1], levels=("indicator", "group"))
    recipe = replace(recipe, groups=(replace(recipe.groups[0], parents=()),), uncertainty=Uncertainty(), coverage={"group": 0.5})
    values = np.random.default_rng(1).normal(50, 9, (1, 3, 150))
    names = tuple(f"U{number}" for number in range(150))
    table = IndexTable(names, names, (2020,), tuple(one.code for one in recipe.indicators), values)
    made = report_html(assess_table(recipe, table))
    assert len(re.findall(r'<div class="sheet" id="page-index-unit-', made)) == 60
    assert "90 more places have no page here." in made.replace('<bdi class="data">', "").replace("</bdi>", "")


def test_an_index_in_which_nobody_is_ranked_still_has_its_report():
    table = index_table()
    values = table.values.copy()
    for unit in range(12):
        values[0, unit % 9, unit] = np.nan
    recipe = index_recipe(impute=Method("none"), coverage={"group": 1.0, "index": 1.0})
    made = report_html(assess_table(recipe, replace(table, values=values), drawing=Drawing(runs=0)))
    assert "No place has enough figures to be ranked" in made
    assert "Nobody leads: no place could be ranked" in made


def test_a_report_says_the_same_however_often_it_is_written():
    result: IndexResult = assess_table(index_recipe(), index_table())
    assert report_html(result) == report_html(result)
