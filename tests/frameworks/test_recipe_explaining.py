"""A recipe is told in plain words, with what each indicator counts in the whole."""

from __future__ import annotations

import pytest

from ekistics.frameworks.recipe_explaining import explain, explanation_lines, tree_rows
from ekistics.frameworks.recipe_loader import load_shipped_recipe, parse_recipe

SMALL = """\
recipe: 1
code: small
name: "Small"
version: "3"
levels: [indicator, theme, index]
groups:
  - {code: all, name: "All", level: index}
  - {code: air, name: "Air", level: theme, parent: all}
  - {code: rest, name: "Rest", level: theme, parent: all, weight: 3}
indicators:
  - {code: pm, name: "Particles", parent: air, direction: lower, denominator: area, treat: log}
  - {code: green, parent: rest}
  - {code: homes, parent: rest, weight: 0.5, year: 2020, tolerance: 1}
figures: {year: 2022, tolerance: 3}
normalise: {method: min-max, to: [1, 100]}
aggregate: {theme: arithmetic, index: geometric}
coverage: {theme: 0.5, index: 0.8}
uncertainty:
  inputs:
    - {name: "Weights", origin: weights, share: 0.25}
    - {name: "Mean", origin: choice, stage: aggregate, level: index, methods: [arithmetic, geometric]}
"""


@pytest.fixture(scope="module")
def small():
    return parse_recipe(SMALL)


def sentences(recipe, heading):
    return next(part.sentences for part in explain(recipe).parts if part.heading == heading)


def test_the_tree_says_what_each_part_counts_of_its_parent_and_of_the_whole(small):
    rows = [(one.code, one.depth, one.within, one.of_whole) for one in tree_rows(small)]
    assert rows == [
        ("all", 0, 1, 1),
        ("air", 1, 0.25, 0.25),
        ("pm", 2, 1, 0.25),
        ("rest", 1, 0.75, 0.75),
        ("green", 2, pytest.approx(2 / 3), pytest.approx(0.5)),
        ("homes", 2, pytest.approx(1 / 3), pytest.approx(0.25)),
    ]


def test_equal_weights_pass_over_those_of_the_recipe():
    rows = {one.code: one.of_whole for one in tree_rows(parse_recipe(SMALL + "weights: equal\n"))}
    assert (rows["air"], rows["homes"]) == (0.5, 0.25)


def test_weights_that_come_from_the_data_are_not_told_beforehand():
    assert {one.of_whole for one in tree_rows(parse_recipe(SMALL + "weights: principal-components\n"))} == {None}


def test_each_stage_is_told_with_its_choices(small):
    assert sentences(small, "Figures") == (
        "Figures of 2022 are taken.",
        "Where there is none, one that is up to 3 years older takes its place and is marked.",
        "Particles is divided by area.",
        "homes: 2020, up to 1 year older.",
    )
    assert sentences(small, "Outliers") == ("none.", "Particles: log.")
    assert sentences(small, "One scale")[0] == "min-max (to [1, 100])."
    assert sentences(small, "Composites") == (
        "theme: arithmetic.",
        "index: geometric.",
        "theme: refused with less than 50 % of its parts, by weight.",
        "index: refused with less than 80 % of its parts, by weight.",
    )
    assert sentences(small, "How sure")[1:] == (
        "Weights: each weight up to 25 % more or less.",
        "Mean: to aggregate on the level index, arithmetic or geometric.",
    )


def test_what_a_method_does_is_told_by_the_registry_of_methods(small):
    told = explain(small, lambda stage, method: f"what {method.name} does to {stage}")
    assert (
        next(part for part in told.parts if part.heading == "Composites").sentences[0]
        == "theme: arithmetic. What arithmetic does to aggregate."
    )


def test_provisional_benchmarks_and_what_is_lacking_are_named():
    umf = load_shipped_recipe("umf")
    assert "1.1.8 Traffic deaths" in sentences(umf, "Provisional")[0]
    assert any(one.startswith("A benchmark: 1.1.4, 1.1.5") for one in sentences(umf, "What it lacks"))
    assert explain(umf).title == "Global Urban Monitoring Framework (provisional), version 1"


def test_a_benchmark_that_is_not_allowed_is_told_as_refused():
    text = SMALL.replace("parent: rest}", 'parent: rest, benchmark: {form: "target, one-sided", unit: "%", target: 3}}')
    assert sentences(parse_recipe(text), "Provisional") == (
        "Benchmarks that were not read in an official text, refused until allow_unverified names them: green.",
    )


def test_a_cell_with_two_parents_stands_under_each_of_them():
    rows = [one for one in tree_rows(load_shipped_recipe("umf")) if one.code == "1.1.8"]
    assert [one.of_whole for one in rows] == [pytest.approx(0.025), pytest.approx(0.1)]
    assert all(one.provisional for one in rows)


def test_it_reads_as_lines(small):
    lines = list(explanation_lines(explain(small)))
    assert lines[0] == "Small, version 3"
    assert "      homes  33.3 % of it, 25 % in all" in lines
