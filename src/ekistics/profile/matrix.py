"""A framework of two axes as a matrix, and any framework as a list: each item's score, or the file that would fill it."""

from __future__ import annotations

from ekistics.profile import wording
from ekistics.profile.blocks import Cell, CellState, Column, Link, LinkKind, Matrix, MatrixEntry, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.evidence import AgendaView, Evidence, Rated
from ekistics.profile.texts import Name, Number, Say, Text, say
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
    return Section(
        "matrix",
        say(
            "{filled} of {total} cells of the {framework} can be filled so far",
            filled=filled,
            total=total,
            framework=Say(view.framework.name),
        ),
        (block,),
        say(
            "Score 0 to 100; letters run from A, very solid, to F, very weak."
            " A dashed outline marks a provisional benchmark. Hatched cells say which file would fill them."
        ),
    )


def matrix_of(evidence: Evidence, view: AgendaView) -> tuple[Matrix, int, int]:
    """Return the matrix of a framework, how many of its cells are filled, and how many there are."""
    down, across = (view.framework.axes[name] for name in view.framework.axes)
    cells: list[tuple[tuple[MatrixEntry, ...], ...]] = []
    filled = 0
    for row in down:
        line = []
        for column in across:
            here = [one for one in view.ratings if one.item.path[:2] == (row.code, column.code)]
            measured = [one for one in here if one.figure is not None]
            filled += bool(measured)
            line.append(tuple(entry_of(evidence, one) for one in measured) or (_missing(here),))
        cells.append(tuple(line))
    total = len(down) * len(across)
    caption = say("{framework}: score by cell", framework=Say(view.framework.name))
    return Matrix(tuple(Say(one.name) for one in across), tuple(Say(one.name) for one in down), tuple(cells), caption), filled, total


def _missing(here: list[Rated]) -> MatrixEntry:
    needs = next((one.item.needs for one in here if one.item.needs), "")
    return MatrixEntry(say("Missing"), missing=Say(needs) if needs else say("The names of its indicators are not in hand"))


def entry_of(evidence: Evidence, one: Rated) -> MatrixEntry:
    """Return one rated item as it stands in a cell: a score with its band, or a value that is shown and not rated."""
    if one.figure is None:
        return _missing([one])
    observation = one.figure.observation
    link = Link(say("Where this comes from"), LinkKind.FIGURE, str(one.figure.id))
    name = wording.card_name(evidence.cards[observation.indicator]) if observation.indicator in evidence.cards else Say(one.item.name)
    if one.score is None:
        reason: Text = Say(one.reason) if one.reason else say("shown, not rated")
        return MatrixEntry(name, one.item.code, wording.value_of(observation), note=reason, link=link)
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
    listed = Section("items", say("Every item, with its figure or the file that would fill it"), (items_table(evidence, view),))
    return _page(
        evidence,
        "matrix",
        "",
        section.title or say("Matrix"),
        (Section("cells", None, section.blocks, section.subtitle, ruled=False), listed),
    )


def agenda_page(evidence: Evidence, code: str) -> Document:
    """Return one agenda as a list of its items."""
    view = next(one for one in evidence.agendas if one.framework.code == code)
    title = say(
        "{filled} of {total} items of {framework} have a figure",
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
        Section("items", say("Item by item"), (items_table(evidence, view),)),
        Section("about", say("About this agenda"), (Prose((source, *(third if view.framework.third_party else ())), links=others),)),
    )
    return _page(evidence, "agenda", code, title, sections)


def items_table(evidence: Evidence, view: AgendaView) -> Table:
    """Return the items with value, year, benchmark, score, band and gap."""
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
        tuple(_item_row(evidence, one) for one in view.ratings),
        hidden_caption=True,
    )


def _item_row(evidence: Evidence, one: Rated) -> tuple[Cell, ...]:
    item = one.item
    head = Cell(Name(f"{item.code}") if not item.name else say("{code} {name}", code=item.code, name=Say(item.name)))
    if one.figure is None:
        words = Say(item.needs) if item.needs else say("The text of this item is not in hand")
        return (head, Cell(say("Missing. {needs}", needs=words), CellState.MISSING))
    figure = one.figure.observation
    link = Link(wording.value_of(figure), LinkKind.FIGURE, str(one.figure.id))
    aim = item.benchmark.target if item.benchmark and item.benchmark.target is not None else None
    band: Text = Name(one.band.letter) if one.band else say("shown, not rated")
    if one.band and one.provisional:
        band = say("{letter}, provisional", letter=one.band.letter)
    return (
        head,
        Cell(wording.value_of(figure), link=link, state=CellState.UNSTABLE if figure.status == "U" else CellState.PLAIN),
        Cell(wording.period_of(figure.period)),
        Cell(wording.aim_of(aim, item.benchmark.unit) if aim is not None and item.benchmark else None),
        Cell(Number(one.gap, figure.unit, signed=True) if one.gap is not None else None),
        Cell(Number(one.score) if one.score is not None else None, bar=one.score),
        Cell(band),
    )


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
