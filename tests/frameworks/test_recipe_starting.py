"""Somebody who has only a table gets a recipe that works, and that says in notes what to check."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.assess.index.refusals import check_recipe
from ekistics.assess.methods.catalogue import method_problems
from ekistics.frameworks.recipe_loader import parse_recipe, recipe_problems
from ekistics.frameworks.recipe_starting import code_of, recipe_for_table
from ekistics.model.errors import InvalidInput
from ekistics.model.recipes import Method, Origin, Stage

HEADINGS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12).map(str.strip).filter(bool)


def test_every_column_is_an_indicator_of_equal_weight_to_be_checked():
    text = recipe_for_table(["Green area (m²)", "Homicides"], name="Our cities")
    made = parse_recipe(text)
    assert [(one.code, one.parents, one.weight) for one in made.indicators] == [
        ("Green area (m²)", ("index",), 1),
        ("Homicides", ("index",), 1),
    ]
    assert text.count("direction: higher} # check") == 2
    assert (made.code, made.name, made.levels) == ("our-cities", "Our cities", ("indicator", "index"))
    assert (made.normalise, made.aggregate["index"]) == (Method("min-max", {"to": (0.0, 100.0)}), Method("arithmetic"))
    assert made.coverage == {"index": 0.65}


def test_its_methods_and_options_are_those_that_there_are():
    text = recipe_for_table(["a", "b"], name="x", with_errors=["a"], groupings=["Region"])
    assert recipe_problems(text, methods=method_problems) == []
    assert list(check_recipe(parse_recipe(text))) == []


def test_sampling_error_is_drawn_where_the_table_states_one_and_its_lack_is_said_where_not():
    drawn = parse_recipe(recipe_for_table(["a", "b"], name="x", with_errors=["b"])).uncertainty.inputs
    assert [one.origin for one in drawn] == [Origin.WEIGHTS, Origin.CHOICE, Origin.CHOICE, Origin.SAMPLING]
    text = recipe_for_table(["a", "b"], name="x")
    assert Origin.SAMPLING not in {one.origin for one in parse_recipe(text).uncertainty.inputs}
    assert "states no standard errors" in text


def test_no_run_of_its_design_takes_a_geometric_mean_of_zero():
    inputs = parse_recipe(recipe_for_table(["a"], name="x")).uncertainty.inputs
    scales = next(one.methods for one in inputs if one.stage is Stage.NORMALISE)
    assert [one.options["to"] for one in scales] == [(1, 100), (100, 10)]


def test_units_are_compared_with_those_of_the_same_label():
    assert parse_recipe(recipe_for_table(["a"], name="x", groupings=["Region", "Size: class"])).peers.groups == ("Region", "Size: class")


@settings(max_examples=100, deadline=None)
@given(st.lists(HEADINGS, min_size=1, max_size=5, unique=True), st.text(min_size=1).filter(str.strip) | HEADINGS)
def test_whatever_the_headings_are_the_recipe_reads_and_keeps_them(headings, name):
    made = parse_recipe(recipe_for_table(headings, name=name[:200]))
    assert [one.code for one in made.indicators] == headings


@pytest.mark.parametrize("columns", [[], ["a", "a"], [" a"], ["a\nb"], [""]])
def test_columns_that_can_be_no_indicators_are_refused(columns):
    with pytest.raises(InvalidInput):
        recipe_for_table(columns, name="x")


@pytest.mark.parametrize(("name", "code"), [("Qualité de vie 2024", "qualite-de-vie-2024"), ("2024", "index"), ("城市", "index")])
def test_a_code_is_made_of_the_name(name, code):
    assert code_of(name) == code
