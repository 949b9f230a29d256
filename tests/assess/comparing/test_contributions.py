"""What parts bring to a composite adds up to it, whatever the mean, and nothing is said where it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.assess.made_index import changed, made_recipe, made_table

from ekistics.assess.comparing.contributions import contributions_of
from ekistics.assess.index.pipeline import assess
from ekistics.model.recipes import Method

TO = Method("min-max", {"to": (1.0, 100.0)})
MEANS = [Method("arithmetic"), Method("geometric"), Method("harmonic"), Method("power", {"power": 0.5}), Method("power", {"power": 3.0})]


def parts_of(made, unit, **options):
    return {(one.code, one.parent): one for one in contributions_of(made, unit, **options)}


def children(found, parent):
    return [one for one in found.values() if one.parent == parent]


@pytest.mark.parametrize("method", MEANS, ids=lambda one: f"{one.name}{one.options.get('power', '')}")
@given(hnp.arrays(np.float64, (1, 4, 5), elements=st.floats(0.5, 99.5).map(lambda value: round(value, 1)), unique=True))
def test_parts_add_up_to_their_composite_at_every_level(method, values):
    recipe = made_recipe(normalise=TO, aggregate={"pillar": method, "index": method})
    made = assess(recipe, made_table(values))
    for unit in range(5):
        found = parts_of(made, unit)
        for code, parent in [("all", ""), ("services", "all"), ("life", "all")]:
            total = sum(one.points for one in children(found, code))
            assert total == pytest.approx(found[code, parent].points, rel=1e-9)


def test_a_part_of_an_arithmetic_mean_brings_its_weight_times_its_value():
    found = parts_of(assess(made_recipe(), made_table()), 3)
    # services weigh a quarter, and homes two thirds of them; homes of the fourth unit stand at 0, water at 60
    assert found["homes", "services"].points == 0
    assert found["water", "services"].points == pytest.approx(0.25 / 3 * 60)
    assert (found["water", "services"].weight, found["water", "services"].depth) == (pytest.approx(1 / 3), 2)


def test_what_is_missing_brings_nothing_and_leaves_its_weight_to_the_others():
    table = made_table()
    values = table.values.copy()
    values[0, 0, 1] = np.nan
    found = parts_of(assess(made_recipe(), replace(table, values=values)), 1)
    assert (found["water", "services"].weight, found["water", "services"].points) == (0.0, None)
    assert (found["homes", "services"].weight, found["homes", "services"].given) == (1.0, pytest.approx(2 / 3))


@pytest.mark.parametrize("name", ["median", "minimum", "copeland", "mazziotta-pareto"])
def test_nothing_is_said_of_parts_that_do_not_add_up(name):
    made = assess(made_recipe(normalise=TO, aggregate={"pillar": Method("arithmetic"), "index": Method(name)}), made_table())
    found = contributions_of(made, 2)
    assert all(one.points is None for one in found if one.depth)
    assert found[0].points == made.scores[0, made.row("all"), 2]


def test_nothing_is_said_where_each_unit_has_weights_of_its_own():
    recipe = made_recipe(normalise=TO, weights=Method("benefit-of-the-doubt", {"level": "pillar"}))
    found = [parts_of(assess(recipe, made_table()), unit) for unit in range(6)]
    assert any(one.points is None for told in found for one in children(told, "life"))


def test_a_refused_composite_lists_its_parts_and_counts_nothing():
    table = made_table()
    values = table.values.copy()
    values[0, 2:, 4] = np.nan
    found = contributions_of(assess(made_recipe(coverage={"pillar": 0.5, "index": 0.9}), replace(table, values=values)), 4)
    assert [one.code for one in found] == ["all", "services", "water", "homes", "life", "crime", "parks"]
    assert np.isnan(found[0].value)
    assert all(one.points is None for one in found)


def test_a_part_with_two_parents_stands_under_each():
    recipe = changed(made_recipe(), "parks", parents=("services", "life"))
    found = parts_of(assess(recipe, made_table()), 2)
    assert {parent for code, parent in found if code == "parks"} == {"services", "life"}
    assert sum(one.points for one in children(found, "services")) == pytest.approx(found["services", "all"].points)
