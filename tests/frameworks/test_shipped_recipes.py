"""Recipes that come with Ekistics say what they rest upon: the benchmarks that were not read, and what is lacking."""

from __future__ import annotations

import pytest

from ekistics.frameworks.loader import load_shipped
from ekistics.frameworks.recipe_loader import SHIPPED_RECIPES, load_shipped_recipe, parse_recipe, recipe_problems, shipped_recipe_text
from ekistics.model.cards import Direction
from ekistics.model.errors import NotFound
from ekistics.model.recipes import Method

UMF_WITH_OWN = """\
recipe: 1
code: ours
name: "Our city"
version: "1"
framework: umf
normalise: benchmark
"""


@pytest.fixture(scope="module")
def shipped():
    return {name: load_shipped_recipe(name) for name in SHIPPED_RECIPES}


def items(code):
    return {item.code: item for item in load_shipped([code])[0].items}


@pytest.mark.parametrize("name", SHIPPED_RECIPES)
def test_every_unverified_benchmark_is_allowed_by_name_and_makes_the_title_provisional(shipped, name):
    assert sorted(shipped[name].allowed_unverified) == sorted(shipped[name].provisional)
    assert shipped[name].title.endswith("(provisional)")


@pytest.mark.parametrize("name", SHIPPED_RECIPES)
def test_every_item_of_the_agenda_is_in_the_tree_or_needs_something_in_words(shipped, name):
    recipe = shipped[name]
    taken = {one.code for one in recipe.indicators}
    for code, item in items(name).items():
        assert (code in taken) == (item.benchmark is not None)
        assert code in taken or recipe.needs[code]
    assert all(one.benchmark and one.unit == one.benchmark.unit for one in recipe.indicators)


def test_the_prosperity_index_has_six_dimensions_and_takes_no_benchmark_that_its_agenda_has_not(shipped):
    cpi = shipped["cpi"]
    assert cpi.levels == ("indicator", "sub-dimension", "dimension", "index")
    assert [one.code for one in cpi.children("cpi")] == ["P", "ID", "QOL", "ESI", "ES", "UGL"]
    assert set(cpi.needs) == {"P.2.2", "ID.1.5"}
    agenda = items("cpi")
    assert all(one.benchmark == agenda[one.code].benchmark for one in cpi.indicators)


def test_the_total_of_the_prosperity_index_is_a_setting_of_its_own():
    text = shipped_recipe_text("cpi").replace("index: arithmetic", "index: {method: mean-min}")
    made = parse_recipe(text)
    assert (made.aggregate["index"].name, made.aggregate["dimension"].name) == ("mean-min", "arithmetic")


def test_each_cell_of_the_monitoring_framework_is_part_of_a_domain_and_of_an_objective(shipped):
    umf = shipped["umf"]
    cells = umf.at_level("cell")
    assert len(cells) == 20
    assert {one.parents for one in cells} == {(f"domain {d}", f"objective {o}") for d in range(1, 6) for o in range(1, 5)}
    assert [one.code for one in umf.children("umf")] == [f"domain {d}" for d in range(1, 6)]
    assert [one.parents for one in umf.groups if one.code.startswith("objective")] == [()] * 4


def test_cells_without_an_indicator_stay_in_the_tree_and_need_one(shipped):
    umf = shipped["umf"]
    filled = {one.parents[0] for one in umf.indicators}
    assert filled == {"1.1", "1.3", "1.4", "2.2"}
    assert all(umf.needs[one.code] for one in umf.at_level("cell") if one.code not in filled)


def test_a_target_whose_indicator_was_removed_is_left_out_with_the_reason(shipped):
    sdg = shipped["sdg11"]
    assert [one.code for one in sdg.at_level("target")] == [f"11.{n}" for n in "1234567ab"]
    assert "review of 2020" in sdg.needs["11.c"]
    assert set(sdg.needs) >= {"11.4.1", "11.7.2", "11.4"}


def test_universal_access_stands_on_a_verified_target(shipped):
    assert not {"11.2.1", "11.7.1b"} & set(shipped["sdg11"].allowed_unverified)


def test_an_indicator_of_the_citys_own_fills_a_cell():
    text = UMF_WITH_OWN + (
        "indicators:\n"
        '  - {code: parks, name: "Parks", parent: "3.4", figures: [green_area_per_person],\n'
        '     benchmark: {form: "target, one-sided", unit: "m2/{person}", target: 15, source: "Plan", verified: true}}\n'
    )
    made = parse_recipe(text)
    parks = made.indicators[-1]
    assert (parks.code, parks.own, parks.parents, parks.direction) == ("parks", True, ("3.4",), Direction.HIGHER)
    assert "3.4" not in made.needs
    assert "3.3" in made.needs
    assert len(made.indicators) == 9


def test_a_city_replaces_single_facts_of_an_agendas_indicator():
    text = UMF_WITH_OWN + 'indicators:\n  - {code: "1.1.8", weight: 2, tolerance: 3}\ngroups:\n  - {code: "domain 2", weight: 3}\n'
    made, plain = parse_recipe(text), parse_recipe(UMF_WITH_OWN)
    at = [one.code for one in made.indicators].index("1.1.8")
    assert (made.indicators[at].weight, made.indicators[at].tolerance_years) == (2, 3)
    assert made.indicators[at].benchmark == plain.indicators[at].benchmark
    assert [one.code for one in made.indicators] == [one.code for one in plain.indicators]
    assert next(one for one in made.groups if one.code == "domain 2").weight == 3


def test_an_item_without_a_benchmark_is_taken_where_the_recipe_names_it():
    made = parse_recipe(UMF_WITH_OWN + 'indicators:\n  - {code: "1.2.1", normalise: min-max}\n')
    one = made.indicators[-1]
    assert (one.parents, one.figures, one.own, one.normalise) == (("1.2",), ("basic_services_access",), False, Method("min-max"))
    assert "1.2.1" not in made.needs


def test_an_item_whose_direction_is_not_known_is_not_taken_without_one():
    text = UMF_WITH_OWN + 'indicators:\n  - {code: "1.3.5"}\n'
    assert [(one.kind, one.row) for one in recipe_problems(text)] == [("direction", 8)]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ('indicators:\n  - {code: parks, parent: "9.9"}\n', "unknown-parent"),
        ("indicators:\n  - {code: parks}\n", "no-parent"),
        ('indicators:\n  - {code: parks, parent: "domain 1"}\n', "level-skipped"),
        ('indicators:\n  - {code: "1.1", parent: "1.2"}\n', "duplicate"),
        ('indicators:\n  - {code: "1.1.8", direction: higher}\n', "direction"),
        ('leave_out: {"7.7": "no data"}\n', "unknown-code"),
        ('leave_out: {"umf": "no data"}\n', "unknown-code"),
        ('leave_out: {"1.1.8": "no data"}\nindicators:\n  - {code: "1.1.8", weight: 2}\n', "left-out"),
        ("groups:\n  - {code: sixth, level: index}\n", "several-tops"),
        ("groups:\n  - {code: sixth, name: Sixth}\n", "not-as-agreed"),
    ],
)
def test_what_does_not_fit_the_agenda_is_a_fault(more, kind):
    assert kind in {one.kind for one in recipe_problems(UMF_WITH_OWN + more)}


def test_what_a_city_leaves_out_goes_with_all_that_hangs_on_it():
    made = parse_recipe(UMF_WITH_OWN + 'leave_out: {"1.1": "asked elsewhere", "1.4.2": "no survey"}\n')
    assert not {"1.1", "1.1.3", "1.1.8", "1.4.2"} & {one.code for one in (*made.groups, *made.indicators)}
    assert (made.needs["1.1"], made.needs["1.4.2"]) == ("asked elsewhere", "no survey")


def test_bands_and_coverage_are_those_of_the_agenda_unless_the_recipe_says_otherwise():
    made = parse_recipe(UMF_WITH_OWN)
    assert [one.letter for one in made.bands] == list("ABCDEF")
    assert set(made.coverage.values()) == {0.65}
    made = parse_recipe(UMF_WITH_OWN + "bands: []\ncoverage: {index: 0.4}\n")
    assert made.bands == ()
    assert made.coverage == {"cell": 0.65, "domain or objective": 0.65, "index": 0.4}


def test_a_benchmark_of_a_third_party_is_provisional_whatever_it_says_of_itself():
    from dataclasses import replace

    (cpi,) = load_shipped(["cpi"])
    said = tuple(replace(one, benchmark=one.benchmark and replace(one.benchmark, verified=True)) for one in cpi.items)
    text = UMF_WITH_OWN.replace("framework: umf", "framework: cpi")
    assert len(parse_recipe(text, frameworks=[replace(cpi, items=said)]).provisional) == 60


def test_a_name_that_is_no_shipped_recipe_is_answered_with_those_that_are():
    with pytest.raises(NotFound, match="cpi, umf, sdg11"):
        load_shipped_recipe("gdp")
