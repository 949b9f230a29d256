"""A card's formula as a tree with its numbers in place: read from a Python expression, evaluated where a step is worth showing."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping

from ekistics.model.errors import InvalidInput
from ekistics.profile.blocks import Operand, Operation
from ekistics.profile.texts import Name, Number, Text

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
}
_FUNCTIONS: dict[str, Callable[[float], float]] = {"log": math.log, "sqrt": math.sqrt, "exp": math.exp, "abs": abs}
_APPLY: dict[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
}


def formula_tree(expression: str, operands: Mapping[str, Operand]) -> Operation | Operand:
    """Read an expression in the parameters of a card.

    Parameters
    ----------
    expression : Python arithmetic with `log`, `sqrt`, `exp`, `abs`
    operands : by parameter; a parameter that is not given stands as its name

    Raises
    ------
    InvalidInput
        If the expression holds anything but arithmetic.
    """
    try:
        parsed = ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise InvalidInput("a formula cannot be read", found=expression, expected="arithmetic in the card's parameters") from None
    return _tree(parsed, operands)


def _tree(node: ast.expr, operands: Mapping[str, Operand]) -> Operation | Operand:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return Operation(_BINARY[type(op)], (_tree(left, operands), _tree(right, operands)))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return Operation("negative", (_tree(inner, operands),))
        case ast.Call(func=ast.Name(id=name), args=[only]) if name in _FUNCTIONS:
            return Operation(name, (_tree(only, operands),))
        case ast.Name(id=name):
            return operands.get(name, Operand(Name(name), Name("")))
        case ast.Constant(value=int() | float() as value):
            return Operand(Number(value, digits=6, decimals=0 if float(value).is_integer() else None), Name(""))
        case _:
            raise InvalidInput("a formula cannot be read", found=ast.unparse(node), expected="arithmetic in the card's parameters")


def evaluate(tree: Operation | Operand) -> float | None:
    """Return the value of a tree, None where an operand has no number or the result is undefined."""
    if isinstance(tree, Operand):
        return tree.number.value if isinstance(tree.number, Number) else None
    values = [evaluate(part) for part in tree.parts]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    try:
        if tree.name == "negative":
            return -known[0]
        if len(known) == 1:
            return _FUNCTIONS[tree.name](known[0])
        return _APPLY[tree.name](known[0], known[1])
    except (ValueError, ZeroDivisionError, OverflowError):
        return None  # the figure's own status says why; the page shows the formula without the step


def middle_step(tree: Operation | Operand, above: Text, below: Text) -> Operation | None:
    """Return numerator over denominator as two numbers, where a division joins two computed sides."""
    if not (isinstance(tree, Operation) and tree.name == "divide" and all(isinstance(part, Operation) for part in tree.parts)):
        return None
    top, bottom = (evaluate(part) for part in tree.parts)
    if top is None or bottom is None:
        return None
    return Operation("divide", (Operand(Number(top, digits=5), above), Operand(Number(bottom, digits=5), below)))
