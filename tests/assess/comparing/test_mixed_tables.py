"""Tables between two tables take from each what is told of them, by code and by period."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.assess.small_index import small_table

from ekistics.assess.comparing.mixed_tables import mixed, revised, same_figures

ONE = [[1.0, 2.0], [3.0, 4.0]]


def test_nothing_is_revised_where_nothing_differs_but_by_rounding():
    table = small_table(ONE)
    assert revised(table, replace(table, values=table.values * (1 + 1e-14))) is table


def test_a_revised_figure_brings_its_error():
    table = small_table(ONE, standard_errors=np.full((1, 2, 2), 0.1))
    values = table.values.copy()
    values[0, 1, 0] = 9.0
    made = revised(table, replace(table, values=values, standard_errors=np.full((1, 2, 2), 0.5)))
    assert made.values[0].tolist() == [[1.0, 2.0], [9.0, 4.0]]
    assert made.standard_errors[0].tolist() == [[0.1, 0.1], [0.5, 0.1]]


def test_a_unit_that_left_was_not_withdrawn():
    table = small_table(ONE)
    assert revised(table, table.of_units(np.array([0]))) is table


def test_periods_are_matched_by_what_figures_speak_of_not_by_their_row():
    old = small_table([ONE], years=(2022,), figure_years=np.full((1, 2, 2), 2020, np.int16))
    new = small_table([[[1.0, 5.0], [3.0, 4.0]]], years=(2024,), figure_years=np.full((1, 2, 2), 2020, np.int16))
    assert revised(old, new).values[0].tolist() == [[1.0, 5.0], [3.0, 4.0]]


def test_another_unit_of_measure_is_no_revision():
    table = small_table(ONE, measured_in={"i0": "km"})
    values = table.values.copy()
    values[0, 0] *= 1000.0
    assert revised(table, replace(table, values=values, measured_in={"i0": "m"})) is table


def test_revised_denominators_are_taken():
    table = small_table(ONE, denominators={"people": np.array([[10.0, 20.0]])})
    made = revised(table, replace(table, denominators={"people": np.array([[10.0, 25.0]])}))
    assert made.denominators["people"].tolist() == [[10.0, 25.0]]


def test_what_a_table_lacks_altogether_comes_from_the_other_by_the_nearest_year():
    base = small_table([ONE, ONE], years=(2015, 2019), labels={"region": ("n", "s")})
    other = small_table(
        [[[10.0], [30.0]], [[11.0], [31.0]]], years=(2016, 2020), units=("new",), labels={"region": ("e",)},
        denominators={"people": np.array([[5.0], [6.0]])},
    )  # fmt: skip
    made = mixed(base, other, ("new", "u1"), ("i1", "i0"))
    assert made.years == (2015, 2019)
    assert made.values.tolist() == [[[30.0, 4.0], [10.0, 2.0]], [[31.0, 4.0], [11.0, 2.0]]]
    assert made.labels == {"region": ("e", "s")}
    assert made.denominators["people"][:, 0].tolist() == [5.0, 6.0]


def test_a_gap_of_a_known_unit_is_not_filled_from_the_other_table():
    base = small_table([[np.nan, 2.0], [3.0, 4.0]])
    assert np.isnan(mixed(base, small_table(ONE), ("u0", "u1"), ("i0", "i1")).values[0, 0, 0])


def test_tables_are_the_same_by_what_both_know_whatever_its_order():
    table = small_table(ONE)
    assert same_figures(table, table.of_units(np.array([1, 0])))
    assert same_figures(table, table.of_units(np.array([1])))
    assert not same_figures(table, small_table([[1.0, 2.5], [3.0, 4.0]]))
    assert not same_figures(table, replace(table, years=(2021,)))
