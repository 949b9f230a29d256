"""Pairwise comparison: exact against the reference, safe with gaps, and the same in any order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.stats.asem_levels import PILLARS, children, parts, read

from ekistics.stats.aggregating import arithmetic_mean
from ekistics.stats.outranking import copeland, copeland_tally, dominated_pairs, outranking_matrix
from ekistics.stats.ranking import ranks

EXACT = 1e-10
unhurried = settings(deadline=None, max_examples=60)  # the first example of a fresh machine compiles
SETS = {
    "Physical": np.ones(8),
    "Instit": np.ones(6),
    "pillars": np.ones(8),
    "pillars_weights_12312312": np.array([1.0, 2, 3, 1, 2, 3, 1, 2]),
}
each_set = pytest.mark.parametrize(("name", "weights"), SETS.items(), ids=SETS)

# every two units share one part, and each beats the next on it: none may come out ahead
CIRCLE = np.array([[1.0, 2.0, np.nan], [np.nan, 1.0, 2.0], [2.0, np.nan, 1.0]])

tables = st.tuples(st.integers(1, 5), st.integers(1, 6)).flatmap(
    lambda shape: st.tuples(
        hnp.arrays(float, shape, elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, np.nan])),
        hnp.arrays(float, shape[0], elements=st.sampled_from([0.1, 0.2, 0.3, 0.7, 1.0])),
    )
)


@pytest.fixture
def figures_of(data):
    lineage = pd.read_csv(data("asem", "lineage.csv"))

    def of(name):
        if name.startswith("pillars"):
            return parts(read(data("asem", "stage_7_aggregated.csv")), PILLARS)
        return parts(read(data("asem", "stage_6_normalised.csv")), children(lineage, "Pillar", name))

    return of


def naive(values, weights):
    """Compare two units at a time, as the definition reads."""
    count = values.shape[1]
    matrix = np.zeros((count, count))
    for row in range(count):
        for column in set(range(count)) - {row}:
            common = ~np.isnan(values[:, row]) & ~np.isnan(values[:, column])
            better = values[common, row] > values[common, column]
            equal = values[common, row] == values[common, column]
            total = weights[common].sum()
            matrix[row, column] = (weights[common] * (better + equal / 2)).sum() / total if total else np.nan
    return matrix


@each_set
def test_matrix_is_that_of_the_reference(data, figures_of, name, weights):
    reference = read(data("asem", f"outranking_{name}.csv"))
    np.testing.assert_allclose(outranking_matrix(figures_of(name), weights), reference, rtol=EXACT)


@each_set
def test_copeland_scores_and_their_ranks_are_those_of_the_reference(data, figures_of, name, weights):
    reference = read(data("asem", f"copeland_{name}.csv"))
    scores = copeland(figures_of(name), weights)
    np.testing.assert_array_equal(scores, reference["copeland"])
    np.testing.assert_array_equal(ranks(scores), reference["rank"])


@pytest.mark.parametrize(("name", "pairs"), [("Physical", 92), ("Instit", 8), ("pillars", 71)])
def test_pairs_that_no_weights_can_turn_are_counted(figures_of, name, pairs):
    assert dominated_pairs(outranking_matrix(figures_of(name), SETS[name])) == pairs


def test_units_that_beat_each_other_in_a_circle_stand_level_whatever_their_order(data):
    table = pd.read_csv(data("asem", "copeland_missing_order.csv")).set_index("unit")[["a", "b", "c"]]
    np.testing.assert_array_equal(table.to_numpy().T, CIRCLE)
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        assert copeland(CIRCLE[:, order], np.ones(3)).tolist() == [0.0, 0.0, 0.0]


def test_missing_part_is_a_point_for_neither():
    values = np.array([[np.nan, 5.0], [2.0, 1.0]])
    assert outranking_matrix(values, np.array([9.0, 1.0])).tolist() == [[0.0, 1.0], [0.0, 0.0]]


def test_pair_without_a_part_in_common_is_not_compared_but_counted():
    values = np.array([[1.0, np.nan, 2.0], [np.nan, 1.0, 2.0]])
    matrix, tally = outranking_matrix(values, np.ones(2)), copeland_tally(values, np.ones(2))
    assert np.isnan(matrix[0, 1])
    assert np.isnan(matrix[1, 0])
    assert tally.uncompared.tolist() == [1, 1, 0]
    assert (tally.wins - tally.losses).tolist() == [-1, -1, 2]


def test_unit_that_can_be_compared_with_none_has_no_score():
    assert np.isnan(copeland(np.array([[np.nan, 1.0, 2.0]]), np.ones(1))).tolist() == [True, False, False]


def test_weights_that_add_up_alike_but_for_rounding_tie():
    values = np.array([[2.0, 1.0], [2.0, 1.0], [1.0, 2.0]])
    assert 0.1 + 0.2 != 0.3
    assert copeland(values, np.array([0.1, 0.2, 0.3])).tolist() == [0.0, 0.0]


@unhurried
@given(tables)
def test_matrix_is_that_of_comparing_two_units_at_a_time(given_table):
    values, weights = given_table
    np.testing.assert_allclose(outranking_matrix(values, weights), naive(values, weights), rtol=1e-12, atol=1e-15)


@unhurried
@given(tables)
def test_copeland_is_the_count_over_the_matrix(given_table):
    values, weights = given_table
    matrix = outranking_matrix(values, weights)
    lead = np.round(np.nan_to_num(matrix - matrix.T), 9)
    met = ~np.isnan(matrix) & ~np.eye(len(matrix), dtype=bool)
    np.testing.assert_array_equal(copeland(values, weights), np.where(met.any(axis=1), np.sign(lead).sum(axis=1), np.nan))


@unhurried
@given(tables, st.integers(0, 9))
def test_order_of_units_changes_not_a_bit_and_order_of_parts_no_score(given_table, seed):
    values, weights = given_table
    random = np.random.default_rng(seed)
    rows, units = random.permutation(len(values)), random.permutation(values.shape[1])
    np.testing.assert_array_equal(outranking_matrix(values[:, units], weights), outranking_matrix(values, weights)[np.ix_(units, units)])
    np.testing.assert_array_equal(copeland(values[rows][:, units], weights[rows]), copeland(values, weights)[units])


@unhurried
@given(tables, st.floats(0.01, 100))
def test_scale_of_weights_and_of_a_part_changes_no_score(given_table, scale):
    values, weights = given_table
    np.testing.assert_array_equal(copeland(values * scale, weights * scale), copeland(values, weights))


@unhurried
@given(tables)
def test_every_other_unit_is_beaten_tied_lost_to_or_not_compared(given_table):
    tally = copeland_tally(*given_table)
    assert np.all(tally.wins + tally.ties + tally.losses + tally.uncompared == given_table[0].shape[1] - 1)
    assert tally.wins.sum() == tally.losses.sum()


def test_blocks_of_opponents_do_not_show():
    values = np.random.default_rng(1).normal(size=(2, 2100))
    values[:, 7] = np.nan
    above = values[:, :, None] > values[:, None, :]
    wins = (above.sum(axis=0) == 2).sum(axis=1)
    tally = copeland_tally(values, np.ones(2))
    np.testing.assert_array_equal(tally.wins, wins)
    assert tally.uncompared[7] == 2099


def test_copeland_stands_where_a_mean_stands():
    random = np.random.default_rng(5)
    values, weights = random.uniform(1, 9, (3, 1, 4, 6)), random.uniform(0.5, 1, (2, 4))
    found = copeland(values, weights)
    assert found.shape == arithmetic_mean(values, weights).shape
    np.testing.assert_array_equal(found[2, 1], copeland(values[2, 0], weights[1]))


def test_weights_that_add_up_to_nothing_are_refused():
    with pytest.raises(ValueError, match="add up to 0"):
        outranking_matrix(np.ones((2, 3)), np.zeros(2))
