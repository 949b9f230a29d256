"""What is written of a recipe reads back equal, whatever it was built upon."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.frameworks.recipe_loader import SHIPPED_RECIPES, load_shipped_recipe, parse_recipe
from ekistics.frameworks.recipe_writer import recipe_yaml
from ekistics.model.cards import Direction
from ekistics.model.frameworks import Band, Benchmark, Form
from ekistics.model.recipes import (
    IndexGroup,
    IndexIndicator,
    Method,
    Origin,
    PeerRule,
    Recipe,
    Screening,
    Stage,
    UncertainInput,
    Uncertainty,
)

NAMES = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=12).filter(lambda text: text.strip())
CODES = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=6).map(str.strip).filter(bool)
SHARES = st.floats(0, 1)
WEIGHTS = st.floats(0.01, 1e9)
OPTIONS = st.one_of(
    st.floats(-1e6, 1e6),
    st.integers(-(10**6), 10**6),
    st.booleans(),
    st.none(),
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=6),
    st.lists(st.floats(-1e6, 1e6), max_size=3).map(tuple),
)
METHODS = st.builds(
    Method,
    st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True),
    st.dictionaries(NAMES.filter(lambda name: name not in ("method", "version")), OPTIONS, max_size=2),
    st.sampled_from(["1", "2", "1.10"]),
)
GOALPOSTS = st.builds(
    Benchmark,
    st.sampled_from([Form.LINEAR, Form.LOG, Form.FIFTH_ROOT]),
    st.just("%"),
    minimum=st.floats(0.1, 1),
    maximum=st.floats(2, 100),
    target_year=st.none() | st.integers(1990, 2100),
    source=NAMES,
    verified=st.booleans(),
    note=st.text(st.characters(blacklist_categories=("Cs",)), max_size=5),
)


@st.composite
def recipes(draw):
    codes = draw(st.lists(CODES, min_size=5, max_size=8, unique=True))
    levels = tuple(draw(st.lists(CODES.filter(lambda name: name not in ("method", "*")), min_size=3, max_size=3, unique=True)))
    top, left, view, *leaves = codes
    groups = (
        IndexGroup(top, draw(NAMES), levels[2], (), draw(WEIGHTS)),
        IndexGroup(left, draw(NAMES), levels[1], (top,), draw(WEIGHTS), draw(st.none() | METHODS), draw(st.none() | SHARES)),
        IndexGroup(view, draw(NAMES), levels[1], (), draw(WEIGHTS)),
    )
    indicators = tuple(
        IndexIndicator(
            code,
            draw(NAMES),
            draw(st.sampled_from([(left, view), (left,)])) if place else (view, left),
            Direction.HIGHER,
            draw(WEIGHTS),
            "%",
            tuple(draw(st.lists(CODES, max_size=2))),
            draw(st.none() | GOALPOSTS),
            draw(st.sampled_from(["", "people"])),
            draw(st.none() | METHODS),
            draw(st.none() | METHODS),
            draw(st.none() | st.integers(1900, 2100)),
            draw(st.none() | st.integers(0, 20)),
            draw(st.booleans()),
        )
        for place, code in enumerate(leaves)
    )
    return Recipe(
        draw(st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)),
        draw(NAMES),
        draw(NAMES),
        levels,
        indicators,
        groups,
        draw(st.just("") | NAMES),
        draw(st.sampled_from(["", "umf", "cpi"])),
        draw(st.none() | st.integers(1900, 2100)),
        draw(st.integers(0, 20)),
        Screening(draw(SHARES), draw(SHARES)),
        draw(METHODS),
        draw(METHODS),
        draw(METHODS),
        draw(st.booleans()),
        draw(METHODS),
        draw(st.dictionaries(st.sampled_from(levels[1:]), METHODS)),
        draw(st.dictionaries(st.sampled_from(levels[1:]), SHARES)),
        draw(st.sampled_from([(), (Band("A", "good", 50.5), Band("B", "poor", 0.0))])),
        draw(st.sampled_from(["min", "dense"])),
        PeerRule(tuple(draw(st.lists(NAMES, max_size=2))), draw(st.integers(1, 20))),
        draw(uncertainties(levels, leaves)),
        draw(st.integers(0, 2**63 - 1)),
        tuple(draw(st.lists(st.sampled_from(leaves), max_size=2))),
        draw(st.dictionaries(CODES, NAMES, max_size=2)),
    )


@st.composite
def uncertainties(draw, levels, leaves):
    possible = [
        UncertainInput("a", Origin.CHOICE, Stage.TREAT, tuple(draw(st.lists(METHODS, min_size=2, max_size=3)))),
        UncertainInput("b", Origin.CHOICE, Stage.AGGREGATE, (Method("x"), Method("y")), levels[2]),
        UncertainInput("c", Origin.WEIGHTS, share=draw(st.floats(0.01, 1)), levels=levels[:1], sets=draw(st.integers(0, 100))),
        UncertainInput("g", Origin.WEIGHTS, given_sets=({leaves[0]: 2.0}, {leaves[0]: 0.5})),
        UncertainInput("d", Origin.LEFT_OUT, codes=tuple(leaves[:1])),
        UncertainInput("e", Origin.SAMPLING),
        UncertainInput("f", Origin.IMPUTATION),
    ]
    inputs = tuple(draw(st.lists(st.sampled_from(possible), max_size=6, unique_by=lambda one: one.name)))
    return Uncertainty(
        inputs, draw(st.integers(1, 10**6)), draw(st.floats(0.01, 0.99)), draw(st.integers(1, 99)), 64, draw(st.integers(0, 9))
    )


@settings(max_examples=100, deadline=None)
@given(recipes())
def test_a_written_recipe_reads_back_equal(recipe):
    assert parse_recipe(recipe_yaml(recipe)) == recipe


@pytest.mark.parametrize("name", SHIPPED_RECIPES)
def test_a_shipped_recipe_is_written_in_full_and_reads_back_equal(name):
    recipe = load_shipped_recipe(name)
    text = recipe_yaml(recipe)
    assert len(yaml.safe_load(text)["indicators"]) == len(recipe.indicators)
    assert parse_recipe(text, frameworks=[]) == recipe
