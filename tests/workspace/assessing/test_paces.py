"""How fast a place moves is told from its figures on record, in the unit of the recipe."""

from __future__ import annotations

import pytest
from tests.store.making import figure, put, write

from ekistics.model.places import Place, PlaceKind
from ekistics.model.recipes import IndexGroup, IndexIndicator, Recipe
from ekistics.workspace.assessing.paces import paces_of_place


def recipe(**told):
    leaf = IndexIndicator("green", "Green", ("index",), **told)
    return Recipe("r", "R", "1", ("indicator", "index"), (leaf,), (IndexGroup("index", "Index", "index"),))


@pytest.fixture
def city(empty):
    """A city whose green area grew by two hectares a year; gives the session."""
    with write(empty.session.record) as commit:
        commit.put_place(Place("A", PlaceKind.CITY, {"en": "City A"}))
        put(commit, *(figure(100.0 + 2 * (year - 2010), "green", "A", year, unit="har") for year in (2010, 2013, 2018)))
    return empty.session


def test_the_pace_is_that_of_the_series_on_record(city):
    pace = paces_of_place(city, recipe(unit="har"), "A")["green"]
    assert (pace.slope, pace.points, pace.first, pace.last) == (pytest.approx(2.0), 3, 2010, 2018)


def test_the_pace_stands_in_the_unit_of_the_recipe(city):
    assert paces_of_place(city, recipe(unit="m2"), "A")["green"].slope == pytest.approx(20_000.0)


def test_a_unit_without_a_factor_gives_no_pace(city):
    assert paces_of_place(city, recipe(unit="%"), "A") == {}


def test_what_is_divided_has_no_pace_of_its_figure(city):
    assert paces_of_place(city, recipe(unit="har", denominator="population"), "A") == {}


def test_another_indicator_of_the_record_may_fill_it(city):
    asked = recipe(unit="har", figures=("parks", "green"))
    assert list(paces_of_place(city, asked, "A")) == ["green"]
