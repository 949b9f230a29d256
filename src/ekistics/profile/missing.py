"""What is missing, gathered by the file that would bring it: one row a file, the most useful first."""

from __future__ import annotations

from collections.abc import Iterable

from ekistics.model.cards import Card
from ekistics.model.frameworks import Item
from ekistics.model.observations import Observation
from ekistics.profile.blocks import Cell, Column, Table
from ekistics.profile.recorded import listed
from ekistics.profile.texts import Number, Say, Text, say

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


def missing_table(waiting: Iterable[tuple[Text, Text]]) -> Table | None:
    """Return one row a file with what it would fill, None where nothing waits.

    Parameters
    ----------
    waiting : (which file, what it would fill) of each item
    """
    return _gathered(waiting, say("File that would fill it"), say("What is missing, by the file that would fill it"))


def without_value(figures: Iterable[tuple[Observation, Card]]) -> Table | None:
    """Return one row a reason with the indicators that have no value for it, None where all have one."""
    told = ((Say(one.reason) if one.reason else say("no reason is recorded"), Say(card.name)) for one, card in figures if one.value is None)
    return _gathered(told, say("Why there is no value"), say("Figures without a value"))


def _gathered(waiting: Iterable[tuple[Text, Text]], head: Text, caption: Text) -> Table | None:
    files: dict[str, tuple[Text, list[Text]]] = {}
    for needs, name in waiting:
        files.setdefault(repr(needs), (needs, []))[1].append(name)
    if not files:
        return None
    rows = tuple(
        (Cell(needs), Cell(Number(len(names), decimals=0)), Cell(_named(names)))
        for needs, names in sorted(files.values(), key=lambda one: -len(one[1]))
    )
    heads = (Column(head), Column(say("Items"), number=True), Column(say("Which"), phone=False))
    return Table(caption, heads, rows, hidden_caption=True)


def _named(names: list[Text]) -> Text | None:
    shown, more = listed(names[:MOST_NAMED]), len(names) - MOST_NAMED
    return say("{names} and {count} more", names=shown, count=more) if shown is not None and more > 0 else shown
