"""Blocks of one number throughout, and blocks looked at in strips: the same as cell by cell and at once."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput
from ekistics.places.degree_of_urbanisation import LEVELS
from ekistics.places.settlement_cells import Block, look_at, stacked
from ekistics.places.settlement_rules import settlement_rules

SHAPE = (12, 21)
RULES, CODES = settlement_rules(), LEVELS[2]


def assert_same(one: Block, other: Block) -> None:
    np.testing.assert_array_equal(one.codes, other.codes)
    np.testing.assert_array_equal(one.rest_people, other.rest_people)
    assert one.counts == other.counts
    for mine, yours in ((one.runs, other.runs), (one.near, other.near)):
        for column, expected in zip(mine, yours, strict=True):
            np.testing.assert_array_equal(column, expected, strict=True)


people = st.one_of(st.just(np.nan), st.just(0.0), st.floats(0, 4000))
share = st.one_of(st.just(np.nan), st.sampled_from([0.0, 0.4, 0.5, 1.0]), st.floats(0, 1))


@settings(deadline=None)  # the first call compiles
@given(people, st.one_of(st.none(), share), st.one_of(st.none(), share))
def test_a_block_of_one_number_is_the_same_as_its_cells(residents, built, land):
    bands = [None if value is None else np.full(SHAPE, value, np.float32) for value in (residents, built, land)]
    views = [None if band is None else np.broadcast_to(band[0, 0], SHAPE) for band in bands]
    told = {"rules": RULES, "codes": CODES, "row": 36, "column": 63, "columns_in_all": 500}
    assert_same(look_at(*views, **told), look_at(*bands, **told))


@pytest.mark.parametrize("bad", [(-1.0, 0.1, 1.0), (np.inf, 0.1, 1.0), (3.0, 2.0, 1.0), (3.0, 0.1, 7.0)])
def test_impossible_numbers_are_counted_cell_by_cell(bad):
    views = [np.broadcast_to(np.float32(value), SHAPE) for value in bad]
    with pytest.raises(InvalidInput, match=f"{SHAPE[0] * SHAPE[1]} cells"):
        look_at(*views, rules=RULES, codes=CODES)


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, SHAPE[0] - 1), max_size=4, unique=True))
def test_strips_make_the_block_that_they_are_cut_from(seed, cuts):
    random = np.random.default_rng(seed)
    bands = [random.gamma(0.3, 2000, SHAPE), random.random(SHAPE), random.choice([0.0, 0.3, 1.0, np.nan], SHAPE)]
    edges = [0, *sorted(cuts), SHAPE[0]]
    whole = look_at(*bands, rules=RULES, codes=CODES, row=36, column=63, columns_in_all=500)
    parts = [
        look_at(*(band[top:bottom] for band in bands), rules=RULES, codes=CODES, row=36 + top, column=63, columns_in_all=500)
        for top, bottom in pairwise(edges)
    ]
    found = stacked(parts)
    for mine, yours in ((found.codes, whole.codes), (found.rest_people, whole.rest_people), *zip(found.runs, whole.runs, strict=True)):
        np.testing.assert_array_equal(mine, yours)
    assert found.counts == whole.counts
    assert (np.diff(found.near.cell) > 0).all()
    flat = dict(zip(found.near.cell.tolist(), found.near.people.tolist(), strict=True))
    rows, columns = np.divmod(found.near.cell, 500)
    assert list(flat.values()) == bands[0][rows - 36, columns - 63].tolist()
