"""Shares of people by degree of urbanisation, and saturation and density of the urban extent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.indicators.settlement import city_population_share, extent_density, extent_saturation, urban_population_share
from ekistics.stats.estimates import col

people = st.floats(0, 1e8)


def shares(centres, clusters, rural):
    told = {
        "people_in_urban_centres": col(centres), "people_in_urban_clusters": col(clusters), "people_in_rural_cells": col(rural),
    }  # fmt: skip
    return city_population_share(**told), urban_population_share(**told)


def test_shares_are_of_everybody_with_their_terms():
    city, urban = shares(600.0, 300.0, 100.0)
    assert (city.value[0], city.numerator[0], city.denominator[0]) == (60.0, 600.0, 1000.0)
    assert (urban.value[0], urban.numerator[0], urban.denominator[0]) == (90.0, 900.0, 1000.0)


@given(people, people, people)
def test_shares_lie_between_nothing_and_everybody_and_cities_are_urban(centres, clusters, rural):
    city, urban = shares(centres, clusters, rural)
    if centres + clusters + rural == 0:
        return
    assert 0 <= city.value[0] <= urban.value[0] * (1 + 1e-12) <= 100 * (1 + 1e-9)


def test_shares_are_undefined_where_nobody_lives():
    for one in shares(0.0, 0.0, 0.0):
        assert np.isnan(one.value[0])
        assert one.status[0] == "M"


def test_a_missing_count_makes_the_share_missing():
    for one in shares(np.nan, 300.0, 100.0):
        assert np.isnan(one.value[0])
        assert one.status[0] == "O"


def test_counts_below_nothing_are_no_share():
    for one in shares(600.0, -1.0, 100.0):
        assert np.isnan(one.value[0])


def test_saturation_is_built_up_over_extent():
    made = extent_saturation(built_up_in_extent_area=col(30.0), urban_extent_area=col(40.0))
    assert (made.value[0], made.numerator[0], made.denominator[0]) == (75.0, 30.0, 40.0)


def test_density_is_people_over_extent():
    made = extent_density(population=col(1e6), urban_extent_area=col(125.0))
    assert (made.value[0], made.numerator[0], made.denominator[0]) == (8000.0, 1e6, 125.0)


@pytest.mark.parametrize(("function", "other"), [(extent_saturation, "built_up_in_extent_area"), (extent_density, "population")])
def test_without_an_extent_there_is_nothing_to_tell(function, other):
    made = function(**{other: col(0.0), "urban_extent_area": col(0.0)})
    assert np.isnan(made.value[0])
    assert made.status[0] == "M"
