"""Regression finds what the other indicators know; multiple imputation says how much it leaves open."""

from __future__ import annotations

import numpy as np
import pytest

from ekistics.stats.imputing import fill_mean, hold_out_error
from ekistics.stats.imputing_model import draw_imputations, fill_regression


def related(units=60, seed=4):
    """Return four rows in different units that know of each other, complete."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=units)
    noise = rng.normal(size=(4, units)) * np.array([[0.1], [0.2], [0.3], [0.5]])
    return (common + noise) * np.array([[1.0], [20.0], [-300.0], [0.01]]) + np.array([[0.0], [50.0], [1000.0], [0.5]])


def holed(share=0.1, **options):
    values = related(**options)
    return np.where(np.random.default_rng(11).random(values.shape) < share, np.nan, values)


def test_a_gap_is_filled_near_what_the_other_rows_say():
    complete, values = related(), holed()
    found = fill_regression(values)
    off = np.abs(found.values - complete)[1][found.imputed[1]]
    assert found.imputed[1].any()
    assert off.max() < 0.5 * complete[1].std()
    assert found.settled


def test_regression_beats_the_mean_when_cells_are_hidden():
    values = holed()
    mean, model = (hold_out_error(fill, values, share=0.1, repeats=2, seed=5) for fill in (fill_mean, fill_regression))
    assert (model.relative < 0.7 * mean.relative).all()


def test_known_cells_keep_their_bits():
    values = holed()
    known = ~np.isnan(values)
    np.testing.assert_array_equal(fill_regression(values).values[known], values[known])
    np.testing.assert_array_equal(draw_imputations(values, draws=1, seed=1).values[0][known], values[known])


def test_units_of_measurement_do_not_matter():
    values = holed()
    moved = fill_regression(values * [[1e6], [1], [1e-3], [5]] + 7.0).values
    np.testing.assert_allclose(moved, fill_regression(values).values * [[1e6], [1], [1e-3], [5]] + 7.0, rtol=1e-6)


def test_order_of_units_is_irrelevant():
    values, order = holed(), np.random.default_rng(2).permutation(60)
    np.testing.assert_allclose(fill_regression(values[:, order]).values, fill_regression(values).values[:, order], rtol=1e-8)


def test_a_row_and_a_unit_without_values_stay_missing():
    values = holed()
    values[3], values[:, 5] = np.nan, np.nan
    found = fill_regression(values)
    expected = np.zeros(values.shape, bool)
    expected[3], expected[:, 5] = True, True
    np.testing.assert_array_equal(found.missing, expected)
    np.testing.assert_array_equal(np.isnan(draw_imputations(values, draws=1, seed=1).values[0]), expected)


def test_rounds_that_were_too_few_are_told():
    assert not fill_regression(holed(0.3), rounds=1).settled


def test_no_gap_is_filled_beyond_its_bounds():
    values = holed(0.3)
    high = np.nanquantile(values, 0.6, axis=1)
    found = draw_imputations(values, draws=2, seed=3, high=high)
    assert (found.values <= high[:, None])[:, found.imputed].all()


def test_a_complete_table_comes_back_as_it_was():
    found = fill_regression(related())
    np.testing.assert_array_equal(found.values, related())
    assert not found.imputed.any()


def test_the_same_seed_gives_the_same_draws_and_a_longer_series_begins_with_the_shorter():
    values = holed()
    short, long = draw_imputations(values, draws=2, seed=8), draw_imputations(values, draws=3, seed=8)
    np.testing.assert_array_equal(long.values[:2], short.values)
    assert (long.values[2] != long.values[1])[long.imputed].all()


def test_tables_of_several_years_are_filled_each_by_itself():
    values = np.stack([holed(), holed(seed=9)])
    found = fill_regression(values)
    np.testing.assert_array_equal(found.values[1], fill_regression(values[1]).values)
    assert found.settled.shape == (2,)


def test_draws_spread_as_far_as_they_miss_the_truth():
    complete, values = related(units=300), holed(units=300)
    drawn = draw_imputations(values, draws=8, seed=21)
    gaps = drawn.values[:, drawn.imputed]
    off = (complete[drawn.imputed] - gaps.mean(axis=0)) / gaps.std(axis=0, ddof=1)
    # the centre of 8 draws strays by a further eighth of the variance, and a t of 7 degrees has 7/5 of the normal's
    assert 0.8 < off.std() / np.sqrt((1 + 1 / 8) * 7 / 5) < 1.2
    assert abs(off.mean()) < 0.3


def test_a_number_of_draws_below_one_is_refused():
    with pytest.raises(ValueError, match="once or more"):
        draw_imputations(holed(), draws=0, seed=1)
