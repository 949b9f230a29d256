"""A ranking has as many places as can be told apart, by a written rule."""

from __future__ import annotations

import time

import numpy as np
import pytest

from ekistics.assess.doubt.told_apart import DEFAULT_RULE, apart_rule, clusters_of, tied_behind
from ekistics.model.assessments import Doubt
from ekistics.model.errors import InvalidInput


def doubt_of_ranks(ranks):
    """Return what runs (runs, units) of ranks say; the rest of a doubt is of no account here."""
    ranks = np.array(ranks, dtype=np.int32)
    none = np.full(ranks.shape[1], np.nan)
    return Doubt(
        "top", 2020, 0.95, 10, len(ranks), 0, {}, {}, np.full(ranks.shape, np.nan), ranks, none, none, none, none, none, none,
        np.empty((0, ranks.shape[1])),
    )  # fmt: skip


def runs(*shares):
    """Return ten runs of three units; each share is a number of runs and the ranks in them."""
    return doubt_of_ranks([ranks for count, ranks in shares for _ in range(count)])


def test_the_leader_stands_alone_where_it_leads_often_enough():
    made = clusters_of(runs((9, [1, 2, 3]), (1, [2, 1, 3])), (0, 1, 2))
    assert made.clusters == ((0,), (1,), (2,))


def test_units_that_change_places_too_often_share_a_cluster():
    made = clusters_of(runs((6, [1, 2, 3]), (4, [2, 1, 3])), (0, 1, 2))
    assert made.clusters == ((0, 1), (2,))
    assert made.leaders == (0, 1)


def test_the_rule_says_how_often_is_often_enough():
    doubt = runs((6, [1, 2, 3]), (4, [2, 1, 3]))
    assert clusters_of(doubt, (0, 1, 2), apart_rule({"ahead": 0.6})).leaders == (0,)


def test_what_moves_two_units_together_does_not_tie_them():
    """Both swing over the same ranks, one always ahead of the other: their intervals overlap, and they are told apart."""
    made = clusters_of(doubt_of_ranks([[1, 2, 3, 4], [3, 4, 1, 2]] * 5), (0, 1))
    assert made.clusters == ((0,), (1,))


def test_equal_ranks_do_not_tell_units_apart():
    assert tied_behind(doubt_of_ranks([[1, 1, 3]] * 10), (0, 1, 2), 0) == 1


def test_units_that_no_run_ranks_together_are_not_told_apart():
    assert tied_behind(doubt_of_ranks([[1, 0, 2], [0, 1, 2]]), (0, 1, 2), 0) == 1


def test_the_last_has_nobody_behind_it():
    assert tied_behind(runs((10, [1, 2, 3])), (0, 1, 2), 2) == 0


def test_every_ranked_unit_is_in_one_cluster_in_order():
    ranks = np.argsort(np.argsort(np.random.default_rng(2).normal(size=(200, 12)) + np.arange(12) / 2.0, axis=1), axis=1) + 1
    made = clusters_of(doubt_of_ranks(ranks), tuple(range(11)))
    assert [unit for cluster in made.clusters for unit in cluster] == list(range(11))
    assert [made.of(cluster[0]) for cluster in made.clusters] == list(range(len(made.clusters)))
    assert made.of(11) is None


def test_nobody_ranked_makes_no_cluster():
    made = clusters_of(runs((1, [0, 0, 0])), ())
    assert (made.clusters, made.leaders) == ((), ())


def test_unknown_keys_and_shares_out_of_range_are_refused():
    with pytest.raises(InvalidInput, match="no such key"):
        apart_rule({"colour": 1})
    with pytest.raises(InvalidInput, match="no such share"):
        apart_rule({"ahead": 0.5})


def test_the_rule_is_told_with_its_number():
    assert "at least 75 %" in apart_rule({"ahead": 0.75}).spoken()


@pytest.mark.parametrize("noise", [1.0, 40.0, 1e9])
def test_of_many_units_the_first_that_can_be_told_apart_ends_the_tie_however_far_behind_it_is(noise):
    drawn = np.arange(400.0) + np.random.default_rng(5).normal(0, noise, (30, 400))
    doubt = doubt_of_ranks(drawn.argsort(axis=1).argsort(axis=1) + 1)
    order = tuple(range(400))
    for place in (0, 100, 335, 398):
        ahead = (doubt.ranks[:, place, None] < doubt.ranks[:, place + 1 :]).mean(axis=0)
        apart = np.flatnonzero(ahead >= DEFAULT_RULE.ahead)
        assert tied_behind(doubt, order, place) == (apart[0] if len(apart) else 399 - place)


def test_a_world_of_units_is_clustered_without_comparing_each_with_all_others():
    """Each with all would be 10^12 comparisons, an hour of work."""
    units = 100_000
    swapped = np.arange(units).reshape(-1, 2)[:, ::-1].ravel()
    doubt = doubt_of_ranks(np.tile(np.array([np.arange(units), swapped]), (50, 1)) + 1)
    begun = time.monotonic()
    made = clusters_of(doubt, tuple(range(4_000)))
    assert time.monotonic() - begun < 30
    assert made.clusters == tuple((one, one + 1) for one in range(0, 4_000, 2))
