"""A formula read aloud: one line of text for those who do not see it drawn."""

from __future__ import annotations

from ekistics.profile.blocks import Operand, Operation
from ekistics.publish.words import Words

_SIGNS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "power": "^"}


def spoken(node: Operation | Operand, words: Words) -> str:
    """Return a formula in one line.

    Parameters
    ----------
    node : the tree of the formula with its numbers
    """
    if isinstance(node, Operand):
        label = words.plain(node.label)
        return f"{words.plain(node.number)} ({label})" if label else words.plain(node.number)
    parts = [spoken(part, words) for part in node.parts]
    if node.name == "negative":
        return f"−({parts[0]})"
    if node.name in _SIGNS:
        return f"({parts[0]} {_SIGNS[node.name]} {parts[1]})"
    return f"{node.name}({parts[0]})"
