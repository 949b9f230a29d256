"""The heat matrix of an index: places by groups, or by the parts of one group; each column in fifths of all places."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

import numpy as np

from ekistics.model.assessments import Change
from ekistics.model.errors import NotFound
from ekistics.model.recipes import Stage
from ekistics.profile.blocks import Block, Cell, Chips, ClassLegend, Column, Link, Prose, Table
from ekistics.profile.compare import fifths
from ekistics.profile.document import Document, Section
from ekistics.profile.index.common import (
    ROWS,
    cell_link,
    decimals_of,
    index_document,
    index_link,
    index_words,
    missing_cell,
    part_name,
    provisional_section,
    unit_link,
)
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n
from ekistics.profile.wording import even_decimals

WIDEST = 12
"""Composites in one table; where there are more, each level below the top has a table of its own groups."""
LEGEND = ClassLegend(
    say("Fifths from lowest to highest score"),
    say("lowest fifth"),
    say("highest fifth"),
    say("no score"),
    say("may be chance"),
    say("negative"),
)


def index_matrix(view: IndexView, group: str = "") -> Document:
    """Return the matrix of all groups, or of the parts of one group.

    Raises
    ------
    NotFound
        If the index has no such group.
    """
    if group and group not in view.assessment.groups:
        raise NotFound(f"{view.recipe.name} has no group {group}", found=group, expected=", ".join(view.assessment.groups))
    columns = [one.code for one in view.recipe.children(group)] if group else _groups(view)
    table = matrix_table(view, columns, group)
    kicker = say("{index}: heat matrix", index=index_words(view))
    section = Section(
        "matrix", say("Each column has its own scale: fifths of all places"), (table, Prose(_notes(view, columns), note=True))
    )
    return index_document(
        view,
        "matrix",
        about=group,
        kicker=kicker,
        title=_title(view, columns, group),
        lead=_chips(view),
        sections=(section, *provisional_section(view)),
    )


def _groups(view: IndexView) -> list[str]:
    """Return what the first table shows: all composites below the top where they fit, else those right below it.

    An index without groups below it shows its indicators.
    """
    below = [code for code in reversed(view.assessment.groups) if code != view.top]
    if not below:
        return [one.code for one in view.recipe.children(view.top)]
    if len(below) <= WIDEST:
        return below
    nearest = [one.code for one in view.recipe.children(view.top)]
    return nearest[:WIDEST] or below[:WIDEST]


def _title(view: IndexView, columns: Sequence[str], group: str) -> Text:
    """Say which part sets places most apart: the one whose scores spread most."""
    spread = {code: _spread(view, code) for code in columns}
    known = {code: value for code, value in spread.items() if np.isfinite(value)}
    if not known:
        return say("No place has a score in these parts yet")
    if len(known) == 1:
        return say("{part}, place by place", part=part_name(view, next(iter(known))))
    most, least = max(known, key=lambda code: known[code]), min(known, key=lambda code: known[code])
    if group:
        message = "In {group}, places differ most in {most} and least in {least}"
        return Say(message, {"group": part_name(view, group), "most": part_name(view, most), "least": part_name(view, least)})
    return say("Places differ most in {most} and least in {least}", most=part_name(view, most), least=part_name(view, least))


def _spread(view: IndexView, code: str) -> float:
    values = view.values_of(code)
    values = values[np.isfinite(values)]
    return float(np.subtract(*np.percentile(values, [75, 25]))) if len(values) > 1 else float("nan")


def _chips(view: IndexView) -> tuple[Block, ...]:
    """Return links to the parts of each group that is made of indicators, and back to the whole; none where there is one group."""
    if len(view.assessment.groups) == 1:
        return ()
    leaves = {parent for one in view.recipe.indicators for parent in one.parents}
    links: list[Link] = [index_link(view, say("All groups"), "matrix")]
    links += [index_link(view, part_name(view, code), "matrix", code) for code in reversed(view.assessment.groups) if code in leaves]
    return (Chips(tuple(links)),)


def matrix_table(view: IndexView, columns: Sequence[str], group: str = "") -> Table:
    """Return places by parts: each score in its fifth; a place without one says why."""
    whole = group or view.top
    heads = [Column(say("Place")), Column(part_name(view, whole), number=True)]
    for index, code in enumerate(columns):
        heads.append(Column(part_name(view, code), number=True, phone=index < 3))
    scales = {code: fifths(_known(view, code)) for code in (whole, *columns)}
    decimals = {code: _decimals(view, code) for code in (whole, *columns)}
    shown = (*view.order, *view.unranked)[:ROWS]
    rows = tuple(
        (
            Cell(Name(view.names[unit]), link=unit_link(view, unit)),
            *(_cell(view, code, unit, scales[code], decimals[code]) for code in (whole, *columns)),
        )
        for unit in shown
    )
    more = len(view.units) - len(shown)
    return Table(
        say("Scores by place and part"),
        tuple(heads),
        rows,
        hidden_caption=True,
        heat=True,
        legend=LEGEND,
        source=say_n("Best first. One more place is in the file.", "Best first. {count} more places are in the file.", more)
        if more > 0
        else say("Best first."),
        links=(index_link(view, say("Table as CSV"), "scores.csv"),),
    )


def _known(view: IndexView, code: str) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in view.values_of(code)]


def _decimals(view: IndexView, code: str) -> int:
    if code in view.assessment.groups:
        return decimals_of(view, code)
    return even_decimals([value for value in _known(view, code) if value is not None])


def _cell(view: IndexView, code: str, unit: int, scale: list[float], decimals: int) -> Cell:
    value = float(view.values_of(code)[unit])
    composite = code in view.assessment.groups
    if not np.isfinite(value):
        words = say("refused") if composite else say("none")
        link = unit_link(view, unit, words) if composite else cell_link(view, code, unit, words)
        return missing_cell(words, link)
    number = Number(value, decimals=decimals)
    klass = bisect.bisect_right(scale, value) + 1 if scale else None
    if composite:
        return Cell(number, klass=klass, link=unit_link(view, unit, number))
    return Cell(number, klass=klass, link=cell_link(view, code, unit, number), note=_note(view, code, unit))


def _note(view: IndexView, code: str, unit: int) -> Text | None:
    """Return what stands under a normalised value: the figure that it was made from, or that it was filled."""
    if is_imputed(view, code, unit):
        return say("imputed")
    raw = float(view.divided_of(code)[unit])
    return Number(raw) if np.isfinite(raw) else None


def is_imputed(view: IndexView, code: str, unit: int) -> bool:
    """Whether the figure of a cell was missing and was filled by the recipe's way of imputing."""
    for stage in view.assessment.stages:
        if stage.stage is Stage.IMPUTE and stage.changes is not None and code in stage.rows:
            return bool(stage.changes[view.year, stage.rows.index(code), unit] == Change.IMPUTED)
    return False


def _notes(view: IndexView, columns: Sequence[str]) -> tuple[Text, ...]:
    told: list[Text] = [say("A score leads to how it was made.")]
    if any(code not in view.assessment.groups for code in columns):
        told.append(say("Under it stands the figure in its own unit, divided by its denominator where it has one."))
        if any(stage.stage is Stage.IMPUTE and stage.changes is not None for stage in view.assessment.stages):
            told.append(say("Imputed: there is no figure, and the recipe filled the gap."))
    return tuple(told)
