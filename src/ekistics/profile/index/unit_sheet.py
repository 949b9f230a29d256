"""One unit of an index in short, for a file that holds many of them: rank, parts beside the peers, every cell."""

from __future__ import annotations

import math
from dataclasses import replace

from ekistics.model.recipes import IndexGroup, IndexIndicator
from ekistics.profile.blocks import Cell, Column, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.index.common import joined, missing_cell
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.index.unit import unit_document
from ekistics.profile.index.unit_evidence import UnitView
from ekistics.profile.index.unit_tree import composites_chart, done_to, number_cell, title_of_parts
from ekistics.profile.texts import Name, Number, Text, say
from ekistics.profile.wording import unit_words


def index_unit_sheet(view: IndexView, unit: int) -> Document:
    """Return the page of one unit in short: what the long page says beyond it lies in the files beside."""
    told = UnitView(view, unit)
    cells = _cells(told)
    page = unit_document(told, (Section("made", title_of_parts(told), (*composites_chart(told), cells)),))
    return replace(page, previous_page=None, next_page=None)


def _cells(told: UnitView) -> Table:
    heads = (
        Column(say("Indicator")),
        Column(say("Figure"), number=True),
        Column(say("Score"), number=True),
        Column(say("Median of peers") if told.peers is not None else say("Median of others"), number=True, phone=False),
    )
    rows: list[tuple[Cell, ...]] = []
    for group in told.lowest:
        rows.append(_row(told, group, Cell(None)))
        rows += [_row(told, one, _figure(told, one)) for one in told.indicators_of(group.code)]
    return Table(say("Every indicator of {place}", place=Name(told.name)), heads, tuple(rows), hidden_caption=True)


def _row(told: UnitView, one: IndexGroup | IndexIndicator, figure: Cell) -> tuple[Cell, ...]:
    value, is_leaf = told.value_of(one.code), isinstance(one, IndexIndicator)
    done = done_to(told, one) if isinstance(one, IndexIndicator) else ()
    return (
        Cell(Name(one.name), note=joined(done) if done else None, depth=int(is_leaf)),
        figure,
        number_cell(told, value) if math.isfinite(value) else missing_cell(say("none") if is_leaf else say("refused")),
        number_cell(told, told.median_of(one.code)),
    )


def _figure(told: UnitView, one: IndexIndicator) -> Cell:
    raw = float(told.view.raw_of(one.code)[told.unit])
    if not math.isfinite(raw):
        return missing_cell(say("no figure"))
    unit = told.view.assessment.table.measured_in.get(one.code, "") or one.unit
    words: Text | None = unit_words(unit) if unit else None
    return Cell(Number(raw, unit, bare=True), note=words)
