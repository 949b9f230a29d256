"""Peers are found by the rule of the recipe, and who has none is told why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.assess.asem import asem_recipe, asem_table

from ekistics.assess.comparing.peers import NoPeers, PeerKind, peers_of
from ekistics.assess.comparing.size_classes import FUNCTIONAL_URBAN_AREAS, size_classes, size_labels
from ekistics.assess.index.pipeline import assess
from ekistics.model.errors import InvalidInput
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import IndexGroup, IndexIndicator, PeerRule, Recipe

UNITS = ("a", "b", "c", "d", "e")


def assessed(values, *, labels=None, rule=None, units=UNITS):
    rows = tuple(f"i{row}" for row in range(len(values)))
    recipe = Recipe(
        "small", "Small", "1", ("indicator", "index"), tuple(IndexIndicator(code, code, ("top",)) for code in rows),
        (IndexGroup("top", "Top", "index"),), peers=rule or PeerRule(),
    )  # fmt: skip
    table = IndexTable(units, units, (2020,), rows, np.array([values], dtype=float), labels=labels or {})
    return assess(recipe, table)


LINE = [[0.0, 1.0, 2.0, 6.0, 10.0]]


def places(assessment, unit, **more):
    return peers_of(assessment, **more).of(unit).units.tolist()


def test_peers_share_every_label():
    labels = {"region": ("n", "n", "n", "s", "s"), "size": ("big", "small", "big", "big", "big")}
    made = assessed(LINE, labels=labels, rule=PeerRule(("region", "size"), 0))
    assert [places(made, unit) for unit in range(5)] == [[2], [], [0], [4], [3]]


def test_who_shares_its_labels_with_nobody_takes_the_nearest_and_says_so():
    made = assessed(LINE, labels={"region": ("n", "n", "n", "s", "")}, rule=PeerRule(("region",), 2))
    alone, unlabelled = peers_of(made).of(3), peers_of(made).of(4)
    assert (alone.kind, alone.why, alone.units.tolist()) == (PeerKind.PROFILE, (NoPeers.ALONE,), [2, 4])
    assert (unlabelled.kind, unlabelled.why) == (PeerKind.PROFILE, (NoPeers.NO_LABEL,))


def test_without_nearest_those_left_over_have_no_peers_and_say_why():
    made = peers_of(assessed(LINE, labels={"region": ("n", "n", "n", "s", "")}, rule=PeerRule(("region",), 0)))
    assert made.without == {3: (NoPeers.ALONE,), 4: (NoPeers.NO_LABEL,)}


def test_units_without_a_label_are_not_peers_of_each_other():
    made = assessed(LINE, labels={"region": ("n", "n", "n", "", "")}, rule=PeerRule(("region",), 0))
    assert places(made, 3) == []


def test_nearest_in_profile_need_not_be_mutual():
    made = assessed(LINE, rule=PeerRule(nearest=1))
    assert places(made, 4) == [3]
    assert places(made, 3) == [2]  # of two at the same distance the one whose code comes first


def test_a_unit_without_figures_in_common_has_no_peers():
    made = assessed([[0.0, 1.0, 2.0, 6.0, np.nan], [0.0, 1.0, 2.0, 6.0, np.nan]], rule=PeerRule(nearest=2))
    assert peers_of(made).without == {4: (NoPeers.NO_PROFILE,)}


def test_distances_are_in_normalised_points():
    group = peers_of(assessed(LINE, rule=PeerRule(nearest=2))).of(0)
    np.testing.assert_allclose(group.distances, [10.0, 20.0])


def test_indicators_count_by_their_weight():
    values = [[0.0, 0.0, 10.0, 5.0, 5.0], [0.0, 4.0, 1.0, 9.0, 10.0]]
    made = assessed(values, rule=PeerRule(nearest=1))
    heavy = replace(made, weights={"top": np.array([0.001, 0.999])})
    assert (places(made, 0), places(heavy, 0)) == ([1], [2])


def test_peers_do_not_depend_on_the_order_of_units():
    values = np.array([[0.0, 1.0, 1.0, 2.0, 2.0], [3.0, 1.0, 5.0, 3.0, 3.0]])
    turned = [4, 2, 0, 1, 3]
    one, other = assessed(values), assessed(values[:, turned], units=tuple(UNITS[unit] for unit in turned))
    for unit, code in enumerate(UNITS):
        mine = [UNITS[peer] for peer in places(one, unit, rule=PeerRule(nearest=2))]
        place = other.table.units.index(code)
        assert [other.table.units[peer] for peer in places(other, place, rule=PeerRule(nearest=2))] == mine


def test_a_grouping_that_the_table_lacks_is_refused_with_what_there_is():
    with pytest.raises(InvalidInput, match=r"income.*expected region"):
        peers_of(assessed(LINE, labels={"region": tuple("nnnss")}, rule=PeerRule(("income",))))


@pytest.mark.parametrize("rule", [PeerRule((), 0), PeerRule(("region",), -1)])
def test_a_rule_that_names_nobody_is_refused(rule):
    with pytest.raises(InvalidInput, match="names nobody"):
        peers_of(assessed(LINE, labels={"region": tuple("nnnss")}, rule=rule))


def test_everybody_of_the_reference_has_peers_of_its_continent_and_size(data):
    recipe = asem_recipe(data, peers=PeerRule(("EurAsia_group", "Pop_group")))
    made = assess(recipe, asem_table(data))
    peers = peers_of(made)
    assert not peers.without
    labels = made.table.labels
    for unit in range(len(made.table.units)):
        group = peers.of(unit)
        assert group.kind is PeerKind.LABELS
        assert {(labels["EurAsia_group"][one], labels["Pop_group"][one]) for one in group.units} == {peers.labels[unit]}


def test_size_classes_begin_at_their_lower_bound():
    assert size_labels([299_999, 300_000, 9_999_999, 1e7]) == (
        "fewer than 300,000",
        "300,000 to 500,000",
        "5 to 10 million",
        "10 million or more",
    )


def test_people_too_few_for_the_smallest_class_or_unknown_have_no_label():
    assert size_labels([49_999, np.nan, 50_000], FUNCTIONAL_URBAN_AREAS) == ("", "", "small urban area")


def test_every_set_of_size_classes_has_a_source_and_rising_bounds():
    for one in size_classes().values():
        assert one.source
        assert all(low < high for low, high in zip(one.at_least, one.at_least[1:], strict=False))


def test_unknown_size_classes_are_refused_with_those_there_are():
    with pytest.raises(InvalidInput, match="world-urbanization-prospects"):
        size_labels([1.0], "mine")
