"""A page as a value: a title that says what was found, and sections of blocks under it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ekistics.profile.blocks import Block, Link
from ekistics.profile.texts import Name, Text


class Layout(StrEnum):
    """How the blocks of a section stand beside each other on a desktop; a phone has one column."""

    STACK = "stack"
    HALVES = "halves"
    THIRDS = "thirds"
    WIDE_NARROW = "wide-narrow"
    NARROW_WIDE = "narrow-wide"
    SEVEN_FIVE = "seven-five"


@dataclass(frozen=True)
class Section:
    """A part of a page under one rule and one title that says what was found."""

    id: str
    title: Text | None
    blocks: tuple[Block, ...]
    subtitle: Text | None = None
    layout: Layout = Layout.STACK
    ruled: bool = True


@dataclass(frozen=True)
class Document:
    """One page. `kind` names it among the pages; `trail` are the names from the country down to the place."""

    kind: str
    key: str
    title: Text
    sections: tuple[Section, ...]
    kicker: Text | None = None
    lede: tuple[Text, ...] = ()
    lead: tuple[Block, ...] = ()
    """Blocks beside the title."""
    aside: tuple[Block, ...] = ()
    """Blocks in the second column of the first screen."""
    lead_layout: Layout = Layout.NARROW_WIDE
    title_is_place: bool = False
    trail: tuple[Link | Name, ...] = ()
    place: str = ""
    themes: tuple[str, ...] = ()
    foot: tuple[Text, ...] = ()
    languages: tuple[str, ...] = ("en",)
    previous_page: Link | None = None
    next_page: Link | None = None
    index: str = ""
    """Code of the recipe whose index the page is about: its pages stand in the navigation."""
    indices: bool = False
    """Whether the workspace has chosen recipes, so that the navigation leads to their indices."""
    up: str = ""
    """The kind of page that the navigation marks as current, where it is not `kind`."""
