"""Formulas are read, drawn and evaluated as their cards write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput
from ekistics.profile.blocks import Operand
from ekistics.profile.formula import evaluate, formula_tree
from ekistics.profile.texts import Name, Number


def operands(**values):
    return {name: Operand(Number(value), Name(name)) for name, value in values.items()}


@given(st.floats(1, 1e9), st.floats(1, 1e9))
def test_a_tree_has_the_value_of_its_expression(a, b):
    tree = formula_tree("100 * (a - b) / b + log(a)", operands(a=a, b=b))
    assert evaluate(tree) == pytest.approx(100 * (a - b) / b + math.log(a), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("expression", ["__import__('os')", "a.b", "a[0]", "lambda: 1", "a if b else c", "a and b", "'text'", "("])
def test_anything_but_arithmetic_is_refused(expression):
    with pytest.raises(InvalidInput):
        formula_tree(expression, {})


def test_an_undefined_step_has_no_value():
    assert evaluate(formula_tree("a / b", operands(a=1.0, b=0.0))) is None
    assert evaluate(formula_tree("log(a)", operands(a=-1.0))) is None


def test_an_operand_without_a_number_gives_no_value():
    assert evaluate(formula_tree("a + b", operands(a=1.0))) is None
