"""Gaps are filled as the reference does it, no known cell is touched, and what cannot be filled is told."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stats.asem_stages import directions, read, stage

from ekistics.stats.imputing import (
    NO_GROUP,
    NO_YEAR,
    fill_group_mean,
    fill_group_median,
    fill_last,
    fill_linear,
    fill_linear_constant,
    fill_mean,
    fill_median,
    fill_nearest_in_time,
    fill_pillar_mean,
    groups_without_values,
    hold_out_error,
)

seeds = st.integers(0, 100_000)
quick = settings(deadline=None, max_examples=50)
HOLE = np.nan
YEARS = np.arange(2018, 2023)


@pytest.fixture(scope="module")
def asem(data):
    return stage(data("asem", "stage_2_denominated.csv"))


@pytest.fixture(scope="module")
def continents(data, asem):
    labels = read(data("asem", "iData.csv")).set_index("uCode").loc[list(asem.units), "EurAsia_group"]
    return labels.astype("category").cat.codes.to_numpy(np.int64)


def peers_cells(path, asem, variant=None):
    """Return the reference's table with its imputed cells put in."""
    told = read(path)
    filled = asem.values.copy()
    for cell in (told if variant is None else told[told["variant"] == variant]).itertuples():
        filled[asem.indicators.index(cell.iCode), asem.units.index(cell.uCode)] = cell.imputed
    return filled


def test_imputed_stage_is_the_peers(data, asem, continents):
    expected = stage(data("asem", "stage_3_imputed.csv"))
    np.testing.assert_allclose(fill_group_mean(asem.values, continents).values, expected.values, rtol=1e-10)


def test_the_imputed_cells_are_the_peers_65(data, asem, continents):
    found = fill_group_mean(asem.values, continents)
    rows, units = np.nonzero(found.imputed)
    ours = {(asem.units[unit], asem.indicators[row]) for row, unit in zip(rows, units, strict=True)}
    told = read(data("asem", "imputed_cells.csv"))
    assert ours == set(zip(told["uCode"], told["iCode"], strict=True))
    assert len(ours) == 65


@pytest.mark.parametrize(("variant", "fill"), [("mean", fill_mean), ("median", fill_median)])
def test_rows_filled_from_all_units_are_the_peers(data, asem, variant, fill):
    expected = peers_cells(data("asem", "imputed_cells_variants.csv"), asem, variant)
    np.testing.assert_allclose(fill(asem.values).values, expected, rtol=1e-10)


def test_rows_filled_with_the_median_of_the_group_are_the_peers(data, asem, continents):
    expected = peers_cells(data("asem", "imputed_cells_variants.csv"), asem, "median_grp")
    np.testing.assert_allclose(fill_group_median(asem.values, continents).values, expected, rtol=1e-10)


def test_rows_filled_from_their_pillar_are_the_peers(data, asem):
    parents = read(data("asem", "iMeta.csv")).set_index("iCode").loc[list(asem.indicators), "Parent"]
    pillars = parents.astype("category").cat.codes.to_numpy(np.int64)
    found = fill_pillar_mean(asem.values, pillars, direction=directions(data("asem", "iMeta.csv"), asem.indicators))
    expected = peers_cells(data("asem", "imputed_cells_variants.csv"), asem, "row_mean_by_pillar")
    np.testing.assert_allclose(found.values, expected, rtol=1e-10)


@pytest.mark.parametrize(
    ("name", "fill"),
    [
        ("latest", fill_last),
        ("latest_max1", partial(fill_last, limit=1)),
        ("constant", fill_nearest_in_time),
        ("linear-constant", fill_linear_constant),
    ],
)
def test_series_filled_in_time_are_the_peers(data, name, fill):
    def series(file):
        frame = read(data("asem", f"panel_impute_{file}.csv"))
        return frame[["LPI", "Flights", "CO2", "Goods"]].to_numpy(float).reshape(5, 5, 4).transpose(1, 2, 0)

    found = fill(series("input"), YEARS).values
    np.testing.assert_allclose(found, series(name), rtol=1e-10)


def test_a_series_with_one_value_is_no_error_for_the_linear_fill():
    # the peer stops as soon as one series has fewer than two values
    values = np.array([[1.0, HOLE, HOLE], [HOLE, 5.0, HOLE], [3.0, HOLE, HOLE]])
    found = fill_linear(values, [2018, 2019, 2022])
    np.testing.assert_array_equal(found.values, [[1, HOLE, HOLE], [1.5, 5, HOLE], [3, HOLE, HOLE]])


def test_the_year_that_was_taken_is_told():
    found = fill_last([[4.0], [HOLE], [HOLE], [7.0]], [2015, 2016, 2020, 2021], limit=2)
    np.testing.assert_array_equal(found.values[:, 0], [4, 4, HOLE, 7])
    assert found.of_year[:, 0].tolist() == [NO_YEAR, 2015, NO_YEAR, NO_YEAR]


def test_years_that_do_not_rise_are_refused():
    with pytest.raises(ValueError, match="rising"):
        fill_last([[1.0], [2.0]], [2020, 2020])


def test_a_group_without_values_stays_missing_and_is_named():
    values, groups = [[1.0, HOLE, HOLE, 3.0, HOLE]], [0, 0, 1, 0, NO_GROUP]
    found = fill_group_mean(values, groups)
    np.testing.assert_array_equal(found.values, [[1, 2, HOLE, 3, HOLE]])
    assert found.imputed.tolist() == [[False, True, False, False, False]]
    assert found.missing.tolist() == [[False, False, True, False, True]]
    assert groups_without_values(values, groups).tolist() == [[False, True]]


def test_a_row_without_values_stays_missing():
    for fill in (fill_mean, fill_median):
        assert fill([[HOLE, HOLE], [1.0, HOLE]]).missing.tolist() == [[True, True], [False, False]]


def test_a_unit_without_values_in_the_pillar_stays_missing():
    found = fill_pillar_mean([[0.0, 10.0, HOLE, HOLE], [0.0, 4.0, 2.0, HOLE]], [0, 0])
    np.testing.assert_array_equal(found.values, [[0, 10, 5, HOLE], [0, 4, 2, HOLE]])


def test_pillars_that_are_not_one_a_row_are_refused():
    with pytest.raises(ValueError, match="one pillar a row"):
        fill_pillar_mean([[1.0, HOLE]], [0, 1])


GROUPS = np.array([0, 0, 0, 1, 1, 1, 2, 2, NO_GROUP, 0])
FILLS = {
    "mean": fill_mean,
    "median": fill_median,
    "group mean": partial(fill_group_mean, groups=GROUPS),
    "group median": partial(fill_group_median, groups=GROUPS),
    "pillar": partial(fill_pillar_mean, pillars=np.array([0, 0, 1, 1])),
}
OVER_TIME = {
    "last": partial(fill_last, years=YEARS, limit=2),
    "nearest": partial(fill_nearest_in_time, years=YEARS),
    "linear": partial(fill_linear, years=YEARS),
    "linear-constant": partial(fill_linear_constant, years=YEARS),
}


def rows(seed, holes=0.3):
    rng = np.random.default_rng(seed)
    values = np.round(rng.normal(size=(5, 4, 10)), 2)
    values[rng.random(values.shape) < holes] = HOLE
    return values


@quick
@pytest.mark.parametrize("name", FILLS | OVER_TIME)
@given(seed=seeds, holes=st.floats(0, 1))
def test_no_known_cell_is_changed_and_every_filled_one_is_marked(name, seed, holes):
    values = rows(seed, holes)
    found = (FILLS | OVER_TIME)[name](values)
    known = ~np.isnan(values)
    np.testing.assert_array_equal(found.values[known], values[known])
    np.testing.assert_array_equal(found.imputed, ~known & ~np.isnan(found.values))


@quick
@pytest.mark.parametrize("name", FILLS)
@given(seed=seeds)
def test_leading_axes_are_the_loop_over_them(name, seed):
    values = rows(seed)
    together = FILLS[name](values).values
    for year in range(5):
        np.testing.assert_array_equal(together[year], FILLS[name](values[year]).values)


@quick
@pytest.mark.parametrize("name", FILLS | OVER_TIME)
@given(seed=seeds, power=st.integers(-3, 3), shift=st.integers(-9, 9))
def test_scale_and_shift_of_a_row_go_through(name, seed, power, shift):
    values = rows(seed)
    fill = (FILLS | OVER_TIME)[name]
    moved = fill(values * 2.0**power + shift).values
    np.testing.assert_allclose(moved, fill(values).values * 2.0**power + shift, rtol=1e-10, atol=1e-10)


@quick
@pytest.mark.parametrize("name", OVER_TIME)
@given(seed=seeds)
def test_order_of_units_is_irrelevant_over_time(name, seed):
    values, order = rows(seed), np.random.default_rng(seed).permutation(10)
    np.testing.assert_array_equal(OVER_TIME[name](values[..., order]).values, OVER_TIME[name](values).values[..., order])


@quick
@given(seeds)
def test_order_of_units_is_irrelevant_with_their_groups(seed):
    values, order = rows(seed), np.random.default_rng(seed).permutation(10)
    found = fill_group_mean(values[..., order], GROUPS[order]).values
    np.testing.assert_allclose(found, fill_group_mean(values, GROUPS).values[..., order], rtol=1e-12, atol=1e-14)


def test_hold_out_error_of_the_mean_is_about_one_standard_deviation():
    values = np.random.default_rng(7).normal(50.0, [[4.0], [0.5]], size=(2, 400))
    found = hold_out_error(fill_mean, values, share=0.2, repeats=20, seed=1)
    np.testing.assert_allclose(found.relative, 1.0, atol=0.1)
    np.testing.assert_allclose(found.rmse, found.relative * values.std(axis=-1, ddof=1))


def test_hold_out_error_of_a_fill_that_knows_the_truth_is_nothing():
    values = np.add.outer([0.0, 5.0], np.array([3.0, 1.0, 8.0, 4.0, 2.0, 7.0]))

    def from_the_other_row(cells):
        found = fill_mean(cells)
        other = cells[::-1] + np.array([[-5.0], [5.0]])
        return type(found)(np.where(np.isnan(cells), other, cells), np.isnan(cells))

    found = hold_out_error(from_the_other_row, values, share=0.1, repeats=1, seed=3)
    assert (found.tried == 1).all()
    assert found.rmse[found.unfilled == 0].tolist() == [0.0] * int((found.unfilled == 0).sum())


def test_hidden_cells_that_stay_missing_are_counted_and_not_taken_for_zero():
    found = hold_out_error(lambda cells: fill_group_mean(cells, [0, 1, 2, 3]), [[1.0, 2.0, 3.0, 4.0]], repeats=3, seed=1)
    assert found.unfilled.tolist() == found.tried.tolist() == [3]
    assert np.isnan(found.rmse[0])


def test_hold_out_never_hides_the_last_value_nor_a_gap():
    found = hold_out_error(fill_mean, [[5.0, HOLE, HOLE], [HOLE] * 3], repeats=4, seed=1)
    assert found.tried.tolist() == [0, 0]


def test_hold_out_with_one_seed_is_one_figure():
    values = rows(5)
    one, other = (hold_out_error(fill_median, values, seed=9) for _ in range(2))
    np.testing.assert_array_equal(one.rmse, other.rmse)
