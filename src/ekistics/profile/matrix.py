"""A framework of two axes as a matrix, and any framework as a list: each item's score, or the file that would fill it."""

from __future__ import annotations

from dataclasses import replace

from ekistics.model.frameworks import Benchmark, Framework, Item
from ekistics.profile import wording
from ekistics.profile.blocks import Block, Cell, CellState, Column, Link, LinkKind, Matrix, MatrixEntry, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.evidence import AgendaView, Evidence, Rated
from ekistics.profile.indices_shown import NO_INDICES, AgendaIndex
from ekistics.profile.missing import is_unnamed, missing_table, needs_words
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n
from ekistics.profile.trail import foot_of, trail_of


def matrix_view(evidence: Evidence) -> AgendaView | None:
    """Return the first agenda that has two axes."""
    return next((view for view in evidence.agendas if len(view.framework.axes) == 2), None)


def matrix_section(evidence: Evidence) -> Section | None:
    """Return the matrix with a title that counts its cells, None where no agenda has two axes."""
    view = matrix_view(evidence)
    if view is None:
        return None
    block, filled, total = matrix_of(evidence, view)
    told = (evidence.indices or NO_INDICES).agendas.get(view.framework.code)
    if not filled:
        return _nothing_filled(view, total)
    return Section(
        "matrix",
        say(
            "{filled} of {total} cells of the {framework} can be filled so far",
            filled=filled,
            total=total,
            framework=Say(view.framework.name),
        ),
        (block,),
        _with_composites(told) if told is not None else _SIGNS,
    )


_SIGNS = say(
    "Score 0 to 100; letters run from A, very solid, to F, very weak."
    " A dashed outline marks a provisional benchmark. Hatched cells say which file would fill them."
)


def _with_composites(told: AgendaIndex) -> Text:
    return say("{signs} Rows and columns are headed by the composites of {index}.", signs=_SIGNS, index=told.title)


def _nothing_filled(view: AgendaView, total: int) -> Section:
    """Say which files would fill the first cells, where a matrix would be nothing but hatch."""
    named = [(needs_words(one.item), Say(one.item.name)) for one in view.ratings if not is_unnamed(one.item)]
    table = missing_table(named)
    unnamed = len(view.ratings) - len(named)
    title = say("None of the {total} cells of the {framework} can be filled yet", total=total, framework=Say(view.framework.name))
    note = say_n(
        "One further indicator is not named by the agenda yet.", "{count} further indicators are not named by the agenda yet.", unnamed
    )
    blocks: tuple[Block, ...] = (table,) if table else ()
    return Section("matrix", title, blocks, note if unnamed else None)


def matrix_of(evidence: Evidence, view: AgendaView) -> tuple[Matrix, int, int]:
    """Return the matrix of a framework, how many of its cells are filled, and how many there are."""
    down, across = (view.framework.axes[name] for name in view.framework.axes)
    cells: list[tuple[tuple[MatrixEntry, ...], ...]] = []
    filled = 0
    for row in down:
        line = []
        for column in across:
            here = [one for one in view.ratings if one.item.path[:2] == (row.code, column.code)]
            measured = [one for one in here if one.measured]
            filled += bool(measured)
            line.append(tuple(entry_of(evidence, one) for one in measured) or (_missing(here),))
        cells.append(tuple(line))
    total = len(down) * len(across)
    caption = say("{framework}: score by cell", framework=Say(view.framework.name))
    block = Matrix(tuple(Say(one.name) for one in across), tuple(Say(one.name) for one in down), tuple(cells), caption)
    told = (evidence.indices or NO_INDICES).agendas.get(view.framework.code)
    return block if told is None else _headed(block, told, view.framework), filled, total


def _headed(block: Matrix, told: AgendaIndex, framework: Framework) -> Matrix:
    """Return the matrix with the composites of a recipe at the heads of its rows and columns."""
    (down, rows), (across, columns) = framework.axes.items()
    return replace(
        block,
        row_heads=tuple(told.heads.get(f"{down} {one.code}", told.heads.get(one.code)) for one in rows),
        column_heads=tuple(told.heads.get(f"{across} {one.code}", told.heads.get(one.code)) for one in columns),
        whole=told.whole,
    )


def _missing(here: list[Rated]) -> MatrixEntry:
    told = next((one for one in here if one.figure is not None and one.reason), None)
    if told is not None:
        return MatrixEntry(say("Missing"), missing=Say(told.reason))
    named = next((one.item for one in here if not is_unnamed(one.item) and one.item.needs), None)
    return MatrixEntry(say("Missing"), missing=Say(named.needs) if named else say("indicator names not in hand"))


def entry_of(evidence: Evidence, one: Rated) -> MatrixEntry:
    """Return one rated item as it stands in a cell: a score with its band, or a value that is shown and not rated."""
    if one.figure is None or not one.measured:
        return _missing([one])
    observation = one.figure.observation
    link = Link(say("Where this comes from"), LinkKind.FIGURE, str(one.figure.id))
    name = wording.card_name(evidence.cards[observation.indicator]) if observation.indicator in evidence.cards else Say(one.item.name)
    if one.score is None:
        reason: Text = say("shown, not rated: {reason}", reason=Say(one.reason)) if one.reason else say("shown, not rated")
        return MatrixEntry(name, "" if one.item.own else one.item.code, wording.value_of(observation), note=reason, link=link)
    notes = [say("city's own indicator")] if one.item.own else []
    if one.provisional:
        notes.append(say("provisional benchmark"))
    note: Text | None = notes[0] if len(notes) == 1 else say("{one}, {other}", one=notes[0], other=notes[1]) if notes else None
    return MatrixEntry(
        name,
        "" if one.item.own else one.item.code,
        Number(one.score),
        one.score,
        one.band.letter if one.band else "",
        one.provisional,
        note,
        link=link,
    )


def matrix_page(evidence: Evidence) -> Document:
    """Return the matrix as a page of its own, with the list of its items under it."""
    view = matrix_view(evidence)
    section = matrix_section(evidence)
    if view is None or section is None:
        return _page(evidence, "matrix", "", say("No agenda with two axes is in this workspace"), ())
    return _page(
        evidence,
        "matrix",
        "",
        section.title or say("Matrix"),
        (
            Section("cells", None, section.blocks, section.subtitle, ruled=False),
            *(evidence.indices or NO_INDICES).section_of(view.framework.code),
            *_items(evidence, view),
        ),
    )


def agenda_page(evidence: Evidence, code: str) -> Document:
    """Return one agenda as a list of its items."""
    view = next(one for one in evidence.agendas if one.framework.code == code)
    title = say(
        "{filled} of {total} items of the {framework} have a figure",
        filled=view.filled,
        total=len(view.ratings),
        framework=Say(view.framework.name),
    )
    others = tuple(
        Link(Say(one.framework.name), LinkKind.AGENDA, one.framework.code) for one in evidence.agendas if one.framework.code != code
    )
    source = say("{source}, edition {edition}.", source=view.framework.source, edition=view.framework.edition)
    third = (say("Its benchmarks come from a third party: every score on them is provisional and enters no composite."),)
    sections = (
        *(evidence.indices or NO_INDICES).section_of(view.framework.code),
        *_items(evidence, view),
        Section("about", say("About this agenda"), (Prose((source, *(third if view.framework.third_party else ())), links=others),)),
    )
    return _page(evidence, "agenda", code, title, sections)


def _items(evidence: Evidence, view: AgendaView) -> tuple[Section, ...]:
    """Return the items that have a figure in one table, and the others by the file that would fill them."""
    sections = []
    if any(one.figure is not None for one in view.ratings):
        title = say_n("One item has a figure", "{count} items have a figure", view.filled)
        sections.append(Section("items", title if view.filled else say("No item has a value yet"), (items_table(evidence, view),)))
    waiting = [one.item for one in view.ratings if one.figure is None]
    table = missing_table((needs_words(item), _item_name(item)) for item in waiting)
    if table is not None:
        title = say_n("One item waits for a file", "{count} items wait for a file", len(waiting))
        sections.append(Section("missing", title, (table,)))
    return tuple(sections)


def _item_name(item: Item) -> Text:
    return Name(item.code) if is_unnamed(item) or not item.name else say("{code} {name}", code=item.code, name=Say(item.name))


def items_table(evidence: Evidence, view: AgendaView) -> Table:
    """Return the items that have a figure with value, year, benchmark, score, band and gap."""
    heads = (
        Column(say("Item")),
        Column(say("Value"), number=True),
        Column(say("Year"), number=True, phone=False),
        Column(say("Held against"), number=True, phone=False),
        Column(say("Gap"), number=True, phone=False),
        Column(say("Score"), number=True),
        Column(say("Band")),
    )
    return Table(
        say("Items of {framework}", framework=Say(view.framework.name)),
        heads,
        tuple(_item_row(one) for one in view.ratings if one.figure is not None),
        hidden_caption=True,
    )


def _item_row(one: Rated) -> tuple[Cell, ...]:
    item = one.item
    head = Cell(_item_name(item))
    if one.figure is None or not one.measured:
        why = say("no value: {reason}", reason=Say(one.reason)) if one.reason else say("no value")
        return (head, Cell(why, CellState.MISSING, link=Link(why, LinkKind.FIGURE, str(one.figure.id)) if one.figure else None))
    figure = one.figure.observation
    link = Link(wording.value_of(figure), LinkKind.FIGURE, str(one.figure.id))
    band: Text = Name(one.band.letter) if one.band else say("shown, not rated")
    if one.band and one.provisional:
        band = say("{letter}, provisional", letter=one.band.letter)
    return (
        head,
        Cell(wording.value_of(figure), link=link, state=CellState.UNSTABLE if figure.status == "U" else CellState.PLAIN),
        Cell(wording.period_of(figure.period)),
        Cell(_held_against(item.benchmark) if item.benchmark else None),
        Cell(_gap(one.gap, figure.unit) if one.gap is not None else None),
        Cell(Number(one.score) if one.score is not None else None, bar=one.score),
        Cell(band),
    )


def _held_against(benchmark: Benchmark) -> Text | None:
    """Return the target, else the ends between which the score runs."""
    if benchmark.target is not None:
        return wording.aim_of(benchmark.target, benchmark.unit)
    if benchmark.minimum is not None and benchmark.maximum is not None:
        low, high = wording.aim_of(benchmark.minimum, ""), wording.aim_of(benchmark.maximum, benchmark.unit)
        return say("{low} to {high}", low=low, high=high)
    return None


def _gap(gap: float, unit: str) -> Text:
    """Return what is wanting: between two shares, points and not per cent."""
    if unit == "%":
        return say("{points} points", points=Number(gap, signed=True, decimals=1))
    value, printed = wording.shown(gap, unit)
    return Number(value, printed, signed=True)


def _page(evidence: Evidence, kind: str, key: str, title: Text, sections: tuple[Section, ...]) -> Document:
    return Document(
        kind=kind,
        key=key,
        kicker=say("Held against an agenda"),
        title=title,
        sections=sections,
        trail=trail_of(evidence),
        place=evidence.place.code,
        themes=tuple(evidence.themes()),
        foot=foot_of(evidence),
        languages=evidence.languages,
        up="matrix",
    )
