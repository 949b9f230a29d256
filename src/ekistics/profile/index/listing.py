"""The list of indices of a workspace, and what is said where a recipe cannot be applied to what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ekistics.model.problems import Problem
from ekistics.model.recipes import Recipe
from ekistics.profile.blocks import Cell, Column, Index, Link, LinkKind, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.texts import Name, Say, Text, say, say_n

CHOOSE = "ekistics recipe choose NAME"


@dataclass(frozen=True)
class IndexEntry:
    """One chosen recipe; `title` is its name as pages bear it, `problem` says why its file cannot be read."""

    code: str
    title: str
    indicators: int = 0
    groups: int = 0
    unverified: int = 0
    problem: str = ""


def index_list(entries: Sequence[IndexEntry], *, commit: int, known_on: date) -> Document:
    """Return the list of chosen recipes; an empty one says how to choose one."""
    empty = say("Choose a recipe, one of ours or a file of your own: {command}", command=Name(CHOOSE))
    ordered = sorted(entries, key=lambda one: one.title)
    title = (
        say_n("One index ranks these places", "{count} indices rank these places", len(entries))
        if entries
        else say("No index is chosen in this workspace")
    )
    lede = () if entries else (say("An index puts many figures into one score and says how sure the ranks are."),)
    listed = tuple((Link(Name(one.title), LinkKind.INDEX, one.code), _told(one)) for one in ordered)
    another = Prose((say("Another one: {command}", command=Name(CHOOSE)),), note=True)
    blocks = (Index(listed, empty), another) if entries else (Index((), empty),)
    return Document(
        kind="indices",
        key="",
        kicker=say("Indices of this workspace"),
        title=title,
        lede=lede,
        sections=(Section("indices", None if entries else say("What to do first"), blocks, ruled=bool(entries)),),
        trail=(Link(say("Places"), LinkKind.PAGE, "index"),),
        foot=(say("Figures as known on {day}, commit {commit}.", day=known_on, commit=commit),) if commit else (),
    )


def _told(one: IndexEntry) -> Text:
    if one.problem:
        return say("the recipe cannot be read: {problem}", problem=Name(one.problem))
    indicators = say_n("one indicator", "{count} indicators", one.indicators)
    told: Text = say("{indicators} in {groups}", indicators=indicators, groups=say_n("one group", "{count} groups", one.groups))
    if not one.unverified:
        return told
    return say_n("{told}; one benchmark is not verified", "{told}; {count} benchmarks are not verified", one.unverified, told=told)


def index_refused(recipe: Recipe, problems: Sequence[Problem], *, commit: int, known_on: date) -> Document:
    """Return the page of an index whose recipe cannot be applied to what is on record, with all that speaks against it."""
    heads = (
        Column(say("What is wrong")),
        Column(say("Where"), phone=False),
        Column(say("Found")),
        Column(say("Expected"), phone=False),
        Column(say("To mend")),
    )
    rows = tuple(
        (Cell(Say(one.message)), *(Cell(Name(told) if told else say("–")) for told in (one.column, one.found, one.expected, one.mend)))
        for one in problems
    )
    title: Text = say("{index} cannot be made from what is on record", index=Name(recipe.name))
    if recipe.provisional:
        title = say("{finding} (provisional)", finding=title)
    table = Table(say("All that speaks against it"), heads, rows, hidden_caption=True)
    count = say_n("One thing speaks against it", "{count} things speak against it", len(problems))
    return Document(
        kind="index-refused",
        key="",
        kicker=Name(recipe.title),
        title=title,
        sections=(Section("problems", count, (table,)),),
        trail=(Link(say("Indices"), LinkKind.INDEX), Link(Name(recipe.title), LinkKind.INDEX, recipe.code)),
        foot=(say("Figures as known on {day}, commit {commit}.", day=known_on, commit=commit),),
    )
