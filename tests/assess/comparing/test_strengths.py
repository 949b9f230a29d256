"""Strengths and weaknesses stand on a written rule that knows the error of the figures."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from tests.assess.asem import asem_recipe, asem_table
from tests.assess.small_index import goalposts, small_recipe, small_table

from ekistics.assess.comparing.figure_errors import figure_errors
from ekistics.assess.comparing.peers import PeerGroup, PeerKind, peers_of
from ekistics.assess.comparing.strengths import NotStandingOut, strength_rule, strengths_of
from ekistics.assess.index.pipeline import assess
from ekistics.model.cards import Direction
from ekistics.model.errors import InvalidInput
from ekistics.model.recipes import Method, PeerRule, Stage

FLAT = [50.0, 50.0, 50.0, 50.0]
"""Four peers at the middle of the scale."""


def told(first, rule=None, *, errors=None, others=FLAT, recipe=None, among=None):
    """Return in what a unit with these values, one an indicator, stands out from peers."""
    values = np.array([[value, *others] for value in first])
    stated = None if errors is None else np.array([[error, *(np.nan for _ in others)] for error in errors])[None]
    made = assess(recipe or small_recipe(len(first)), small_table(values, standard_errors=stated))
    peers = PeerGroup(0, PeerKind.LABELS, np.arange(1, len(others) + 1))
    return strengths_of(made, peers, errors=figure_errors(made), rule=rule, among=among)


def codes(comparisons):
    return [one.code for one in comparisons]


def why(strengths, code):
    (one,) = [one for one in strengths.passed_over if one.comparison.code == code]
    return one.why


def test_what_is_far_enough_from_the_median_of_the_peers_stands_out_on_its_side():
    made = told([61.0, 59.0, 39.0, 41.0], strength_rule({"points": 10}))
    assert (codes(made.strongest), codes(made.weakest)) == (["i0"], ["i2"])
    assert [why(made, code) for code in ("i1", "i3")] == [NotStandingOut.CLOSE, NotStandingOut.CLOSE]


def test_the_furthest_come_first_and_only_so_many():
    made = told([65.0, 95.0, 75.0, 10.0], strength_rule({"at_most_a_side": 2}))
    assert (codes(made.strongest), codes(made.weakest)) == (["i1", "i2"], ["i3"])
    assert why(made, "i0") is NotStandingOut.OTHERS_MORE


def test_nothing_is_made_up_where_nobody_stands_out():
    made = told([50.0, 52.0])
    assert made.strongest == made.weakest == ()
    assert len(made.passed_over) == 2


def test_a_difference_within_its_error_does_not_stand_out():
    made = told([70.0, 70.0], errors=[5.0, 15.0])
    assert codes(made.strongest) == ["i0"]
    assert why(made, "i1") is NotStandingOut.WITHIN_ERROR


def test_the_level_of_the_rule_decides_at_which_error_a_difference_is_lost():
    z = NormalDist().inv_cdf(0.975)
    assert codes(told([70.0, 70.0], errors=[19.9 / z, 20.1 / z]).strongest) == ["i0"]
    assert codes(told([70.0, 70.0], strength_rule({"level": 0.9}), errors=[19.9 / z, 20.1 / z]).strongest) == ["i0", "i1"]


def test_a_figure_without_an_error_is_judged_by_its_distance_alone():
    made = told([70.0, 70.0], errors=[np.nan, 1.0])
    assert [one.error for one in made.strongest] == [None, 1.0]


def test_the_error_takes_in_that_of_the_peers_median():
    made = told([90.0], errors=[3.0], others=[40.0, 45.0, 50.0, 55.0, 60.0])
    spread = 1.4826 * 5.0
    assert made.strongest[0].spread == pytest.approx(spread)
    assert made.strongest[0].error == pytest.approx(np.hypot(3.0, np.sqrt(np.pi / 2) * spread / np.sqrt(5)))


def test_one_odd_peer_widens_no_spread():
    made = told([90.0], others=[50.0, 50.0, 50.0, 50.0, 0.0])
    assert made.strongest[0].spread == 0.0


def test_where_lower_is_better_a_low_figure_is_a_strength():
    recipe = small_recipe(1)
    lower = replace(recipe.indicators[0], direction=Direction.LOWER, benchmark=goalposts(higher=False))
    assert codes(told([10.0], recipe=replace(recipe, indicators=(lower,))).strongest) == ["i0"]


def test_points_are_hundredths_of_the_scale():
    recipe = small_recipe(1, normalise=Method("goalposts", {"to": (0.0, 1.0)}))
    made = told([65.0], recipe=recipe)
    assert made.strongest[0].difference == pytest.approx(0.15)
    assert made.strongest[0].of_scale == pytest.approx(15.0)


def test_without_a_scale_of_its_own_a_method_is_judged_by_the_range_of_its_values():
    made = told([100.0], others=[0.0, 50.0, 50.0, 50.0], recipe=small_recipe(1, normalise=Method("z-score")))
    assert made.strongest[0].of_scale == pytest.approx(50.0)


def test_a_figure_that_was_filled_in_is_no_strength():
    recipe = small_recipe(2, impute=Method("mean"))
    made = told([np.nan, 90.0], others=[50.0, 80.0, 20.0, 0.0], recipe=recipe)
    assert why(made, "i0") is NotStandingOut.FILLED_IN


def test_a_missing_figure_is_said_to_be_missing():
    assert why(told([np.nan, 90.0]), "i0") is NotStandingOut.NO_FIGURE


def test_too_few_peers_with_a_value_say_nothing():
    made = told([90.0], others=[50.0, 50.0, np.nan, np.nan])
    assert why(made, "i0") is NotStandingOut.FEW_PEERS


def test_composites_can_stand_out_too():
    made = told([90.0, 10.0, 90.0, 10.0], among=("p0", "p1", "top"))
    assert (codes(made.strongest), codes(made.weakest)) == (["p0"], ["p1", "top"])
    assert made.weakest[1].of_scale == pytest.approx(made.weakest[1].difference)


def test_an_error_goes_through_the_stages_with_the_ends_of_the_scale_that_it_moves():
    """The best by far sets the end of min-max: its own error then moves everybody else."""
    recipe = small_recipe(1, normalise=Method("min-max"))
    made = told([100.0], errors=[10.0], others=[0.0, 50.0, 50.0, 50.0], recipe=recipe)
    assert made.strongest[0].error == pytest.approx((100 * 50 / 90 - 100 * 50 / 110) / 2)


def test_unknown_keys_and_numbers_out_of_range_are_refused():
    with pytest.raises(InvalidInput, match="no such key"):
        strength_rule({"colour": 1})
    with pytest.raises(InvalidInput, match="out of range"):
        strength_rule({"level": 95})


def test_the_rule_is_told_with_its_numbers():
    assert "at least 7 hundredths" in strength_rule({"points": 7}).spoken()


def test_errors_are_carried_through_denominators_and_scales(data):
    recipe, table = asem_recipe(data, treat=Method("none"), peers=PeerRule(nearest=8)), asem_table(data)
    made = assess(recipe, replace(table, standard_errors=0.02 * np.abs(table.values)))
    unit, row = table.units.index("EST"), table.indicators.index("Forest")
    found = {one.code: one for one in _all(strengths_of(made, peers_of(made).of(unit), errors=figure_errors(made)))}["Forest"]
    divided = made.stage(Stage.DENOMINATE).values[0, row]
    carried = 100 * 0.02 * divided[unit] / (np.nanmax(divided) - np.nanmin(divided))
    assert found.error == pytest.approx(np.hypot(carried, np.sqrt(np.pi / 2) * found.spread / np.sqrt(8)), rel=1e-9)


def _all(strengths):
    return (*strengths.strongest, *strengths.weakest, *(one.comparison for one in strengths.passed_over))
