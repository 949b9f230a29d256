"""The battery: every registered indicator keeps what its card promises. A new one is tested by being registered."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ekistics.indicators.registry import REGISTRY, edition_of, indicator, newest, newest_cards
from ekistics.model.cards import Kind, Pooling
from ekistics.model.errors import Conflict, InvalidInput, NotFound
from ekistics.model.units import is_listed
from ekistics.stats.estimates import InUnit

ALL = sorted(REGISTRY)
FORMULAS = sorted(key for key, one in REGISTRY.items() if one.card.inputs)
GIVEN = sorted(key for key, one in REGISTRY.items() if not one.card.inputs)
CODES = {key[0] for key in REGISTRY}


def columns_for(card, rows=6, seed=1):
    random = np.random.default_rng(seed)
    return {item.parameter: random.uniform(1.0, 2.0, rows) for item in card.inputs}


@pytest.mark.parametrize("key", ALL, ids="/".join)
def test_card_says_name_unit_source_theme_and_edition(key):
    card = REGISTRY[key].card
    assert all((card.name, card.unit, card.source, card.theme, card.edition))
    assert is_listed(card.unit), "pages cannot print the unit: list it in model/units.py"


@pytest.mark.parametrize("key", ALL, ids="/".join)
def test_share_is_in_per_cent_and_pools_by_its_terms(key):
    card = REGISTRY[key].card
    if card.kind is Kind.SHARE:
        assert (card.unit, card.pools) == ("%", Pooling.TERMS)
    if card.kind in {Kind.COUNT, Kind.AREA, Kind.LENGTH, Kind.SUM}:
        assert card.pools is Pooling.SUM


@pytest.mark.parametrize("key", FORMULAS, ids="/".join)
def test_inputs_are_themselves_indicators_in_their_own_unit(key):
    for item in REGISTRY[key].card.inputs:
        if item.code != "years":
            assert item.code in CODES
            assert newest(item.code).card.unit == item.unit


@pytest.mark.parametrize("key", FORMULAS, ids="/".join)
def test_formula_on_the_card_is_what_the_function_computes(key):
    one = REGISTRY[key]
    given = columns_for(one.card)
    made = one.function(**given)
    for row in range(6):
        values = {name: float(column[row]) for name, column in given.items()}
        told = eval(one.card.formula, {"__builtins__": {}, "log": math.log}, values)
        assert made.value[row] == pytest.approx(told, rel=1e-12)


@pytest.mark.parametrize("key", FORMULAS, ids="/".join)
def test_missing_stays_missing_says_which_and_leaves_the_other_rows(key):
    one = REGISTRY[key]
    whole = one.function(**columns_for(one.card))
    for item in one.card.inputs:
        given = columns_for(one.card)
        given[item.parameter][2] = np.nan
        made = one.function(**given)
        assert np.isnan(made.value[2])
        assert made.status[2] == "O"
        assert "missing" in made.reason[2]
        assert np.array_equal(np.delete(made.value, 2), np.delete(whole.value, 2))


@pytest.mark.parametrize("key", FORMULAS, ids="/".join)
def test_inputs_are_left_unchanged_and_the_shape_is_kept(key):
    one = REGISTRY[key]
    given = columns_for(one.card)
    before = {name: column.copy() for name, column in given.items()}
    made = one.function(**given)
    assert len(made) == 6
    assert made.numerator is not None
    assert made.denominator is not None
    assert all(np.array_equal(before[name], column) for name, column in given.items())


@pytest.mark.parametrize("key", FORMULAS, ids="/".join)
def test_negative_input_is_a_row_with_a_reason(key):
    one = REGISTRY[key]
    given = columns_for(one.card)
    item = one.card.inputs[0]
    given[item.parameter][0] = -1.0
    made = one.function(**given)
    assert made.status[0] == "M"
    assert made.reason[0]


@pytest.mark.parametrize("key", FORMULAS, ids="/".join)
def test_wrong_unit_and_unequal_length_are_refused(key):
    one = REGISTRY[key]
    given = columns_for(one.card)
    name = one.card.inputs[0].parameter
    with pytest.raises(InvalidInput):
        one.function(**(given | {name: InUnit(given[name], "furlong")}))
    with pytest.raises(InvalidInput):
        one.function(**(given | {"no_such_input": given[name]}))
    with pytest.raises(InvalidInput):
        one.function(**{key: column for key, column in given.items() if key != name})
    with pytest.raises(InvalidInput):
        one.function(**(given | {name: given[name][:2]}))


@pytest.mark.parametrize("key", GIVEN, ids="/".join)
def test_given_figure_comes_back_as_it_is(key):
    one = REGISTRY[key]
    made = one.function(value=np.array([1.5, np.nan]))
    assert made.value[0] == 1.5
    assert made.status.tolist() == ["A", "O"]


def test_newest_is_the_later_edition():
    assert newest("land_consumption_ratio").card.edition == "2021-03"
    assert edition_of("land_consumption_ratio", "2016-07").card.edition == "2016-07"
    assert len(newest_cards()) == len(CODES)


def test_unknown_code_and_edition_are_named():
    with pytest.raises(NotFound, match="no_such"):
        newest("no_such")
    with pytest.raises(NotFound, match="1900"):
        edition_of("population", "1900")


def test_edition_is_registered_once():
    card = newest("population_density").card
    with pytest.raises(Conflict):
        indicator(**{name: getattr(card, name) for name in card.__dataclass_fields__})(lambda **columns: None)
