"""What the indices of the chosen recipes say of one place, ready to be shown: it is handed to pages that know nothing of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekistics.model.frameworks import Framework
from ekistics.model.recipes import Recipe
from ekistics.profile.blocks import Cell, Column, Fact, MatrixHead, Prose, Table
from ekistics.profile.document import Section
from ekistics.profile.texts import Name, Say, Text, say, say_n


@dataclass(frozen=True)
class AgendaIndex:
    """The composites of an agenda for the place: by code of the group, and that of all."""

    title: Text
    heads: Mapping[str, MatrixHead]
    whole: MatrixHead | None = None


@dataclass(frozen=True)
class IndicesShown:
    """What stands on the pages of a place.

    Attributes
    ----------
    facts : one line for each chosen recipe
    agendas : by code of an agenda, its composites, where a recipe of it is chosen and its index holds the place
    sections : by code of an agenda, what its page says of composites, or of what they lack
    """

    facts: tuple[Fact, ...] = ()
    agendas: Mapping[str, AgendaIndex] = field(default_factory=dict)
    sections: Mapping[str, Section] = field(default_factory=dict)

    def section_of(self, agenda: str) -> tuple[Section, ...]:
        """Return what the page of an agenda says of its composites."""
        return (self.sections[agenda],) if agenda in self.sections else ()


NO_INDICES = IndicesShown()


def lacking_composites(recipe: Recipe, framework: Framework) -> Section:
    """Return which items of an agenda lack what a composite needs, and how the recipe that comes with Ekistics is chosen."""
    names = {one.code: one.name for one in recipe.groups} | {one.code: one.name for one in framework.items if one.name}
    rows = tuple((Cell(Say(names.get(code, code)), note=Name(code)), Cell(Say(lacks))) for code, lacks in recipe.needs.items())
    heads = (Column(say("Of what")), Column(say("What a composite lacks")))
    caption = say_n("What one part of the agenda lacks", "What {count} parts of the agenda lack", len(rows))
    words = say(
        "No recipe was chosen for this agenda, so its items stand alone. {command} makes composites of those that can enter one.",
        command=Name(f"ekistics recipe choose {recipe.code}"),
    )
    prose = Prose((words,))
    return Section(
        "index", say("No composites: no recipe is chosen"), (prose, Table(caption, heads, rows, folded=True)) if rows else (prose,)
    )
