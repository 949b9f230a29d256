"""What is missing, gathered by the file that would bring it: one row a file, the most useful first."""

from __future__ import annotations

from collections.abc import Iterable

from ekistics.model.frameworks import Item
from ekistics.profile.blocks import Cell, Column, Table
from ekistics.profile.texts import Name, Number, Say, Text, say

MOST_NAMED = 12
"""Items named in one row; the others are counted."""


def is_unnamed(item: Item) -> bool:
    """Whether an item is a slot of its agenda whose text is not in hand: no file of the city's would fill it as it stands."""
    return not item.verified and ("not known" in item.name or not (item.name or item.needs))


def needs_words(item: Item) -> Text:
    """Return which file would fill an item."""
    if is_unnamed(item):
        return say("the agenda does not name this indicator yet; a city may put one of its own here")
    return Say(item.needs) if item.needs else say("the text of this item is not in hand")


def missing_table(waiting: Iterable[tuple[Text, str]]) -> Table | None:
    """Return one row a file with what it would fill, None where nothing waits.

    Parameters
    ----------
    waiting : (which file, what it would fill) of each item
    """
    files: dict[str, tuple[Text, list[str]]] = {}
    for needs, name in waiting:
        files.setdefault(repr(needs), (needs, []))[1].append(name)
    if not files:
        return None
    rows = tuple(
        (Cell(needs), Cell(Number(len(names), decimals=0)), Cell(_named(names)))
        for needs, names in sorted(files.values(), key=lambda one: -len(one[1]))
    )
    heads = (Column(say("File that would fill it")), Column(say("Items"), number=True), Column(say("Which"), phone=False))
    return Table(say("What is missing, by the file that would fill it"), heads, rows, hidden_caption=True)


def _named(names: list[str]) -> Text:
    shown = Name("; ".join(names[:MOST_NAMED]))
    more = len(names) - MOST_NAMED
    return say("{names} and {count} more", names=shown, count=more) if more > 0 else shown
