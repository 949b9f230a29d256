"""SDG 11.3.1 in both editions: golden figures, and what happens where growth is nil."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.indicators import land
from ekistics.stats.estimates import Estimates, col

people = st.floats(1_000, 1e8)
areas = st.floats(0.1, 1e4)


def ratio(function=land.land_consumption_ratio, **changes):
    given = {
        "built_up_area_start": col(100.0), "built_up_area_end": col(120.0),
        "population_start": col(1e6), "population_end": col(1.1e6), "years": col(10.0),
    }  # fmt: skip
    return function(**(given | {name: col(value) for name, value in changes.items()}))


def test_england_2013_to_2016_as_the_office_published_it():
    # ONS, SDG 11.3.1, England: both rates and their ratio
    made = Estimates.ratio(col(0.0127311530), col(0.0085664026))
    assert made.value[0] == pytest.approx(1.4861726267, rel=1e-8)


def test_both_rates_of_england_come_out_of_the_formulas():
    made = ratio(built_up_area_end=100 * (1 + 3 * 0.0127311530), population_end=1e6 * np.exp(3 * 0.0085664026), years=3)
    assert made.numerator[0] == pytest.approx(0.0127311530, rel=1e-10)
    assert made.denominator[0] == pytest.approx(0.0085664026, rel=1e-10)
    assert made.value[0] == pytest.approx(1.4861726267, rel=1e-8)


@pytest.mark.parametrize("function", [land.land_consumption_ratio, land.land_consumption_ratio_2016])
def test_no_change_of_land_is_a_ratio_of_zero(function):
    made = ratio(function, built_up_area_end=100.0)
    assert (made.value[0], made.status[0]) == (0.0, "A")


@pytest.mark.parametrize("function", [land.land_consumption_ratio, land.land_consumption_ratio_2016])
def test_ratio_is_undefined_only_when_population_is_unchanged(function):
    made = ratio(function, population_end=1e6)
    assert np.isnan(made.value[0])
    assert (made.status[0], made.reason[0]) == ("M", "the population did not change")
    assert made.numerator[0] > 0, "the land rate is still told"


def test_ratio_is_unstable_when_growth_is_below_its_own_rounding_error():
    made = ratio(population_end=1e6 + 0.4)
    assert made.status[0] == "U"
    assert made.value[0] > 0
    assert ratio(population_end=1e6 + 2).status[0] == "A"


def test_sign_is_kept_where_population_falls():
    assert ratio(population_end=9e5).value[0] < 0


def test_land_wholly_lost_is_a_rate_under_the_plain_change_only():
    assert ratio(built_up_area_end=0.0).numerator[0] == pytest.approx(-0.1)
    assert ratio(land.land_consumption_ratio_2016, built_up_area_end=0.0).status[0] == "M"


@given(areas, areas, people, people, st.floats(1, 50))
def test_length_of_the_period_cancels_out_of_the_ratio(v1, v2, p1, p2, years):
    given = {"built_up_area_start": v1, "built_up_area_end": v2, "population_start": p1, "population_end": p2}
    one, other = ratio(**given, years=years), ratio(**given, years=2 * years)
    assert one.status[0] == other.status[0]
    assert np.allclose(one.value, other.value, rtol=1e-9, equal_nan=True)


def test_built_up_per_person_is_in_square_metres():
    assert land.built_up_per_person(built_up_area=col(2.0), population=col(10_000)).value[0] == 200.0


def test_change_is_in_per_cent_of_the_start():
    assert land.built_up_change(built_up_area_start=col(80.0), built_up_area_end=col(60.0)).value[0] == -25.0


def test_nobody_living_there_is_undefined_for_a_mean_and_zero_for_a_density():
    assert land.built_up_per_person(built_up_area=col(2.0), population=col(0)).status[0] == "M"
    assert land.population_density(population=col(0), area=col(2.0)).value[0] == 0.0
