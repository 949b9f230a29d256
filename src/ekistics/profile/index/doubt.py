"""How sure an index is, as a section: what every run draws, how much of the doubt each choice makes, and which runs failed."""

from __future__ import annotations

import numpy as np

from ekistics.model.assessments import Sensitivities
from ekistics.profile.blocks import Block, Cell, ChartBlock, Column, Prose, Table
from ekistics.profile.chart_specs import DotChart, DotRow
from ekistics.profile.document import Section
from ekistics.profile.index.common import percent, span
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.texts import Name, Text, say


def doubt_sections(view: IndexView) -> tuple[Section, ...]:
    """Return the section about doubt; where none was drawn, it says what would draw it."""
    blocks: list[Block] = [_sensitivity(one) for one in view.sensitivities if np.isfinite(one.total).any()]
    title = _doubt_title(view)
    if view.doubt is None:
        command = say("How sure each rank is has not been drawn yet. {command} draws it and keeps it.", command=Name(view.undrawn))
        words = command if view.undrawn else say("The recipe names nothing that is in doubt, so nothing was drawn.")
        return (Section("doubt", title, (Prose((words,)),)),)
    rows = tuple(
        (
            Cell(Name(name)),
            Cell(Name("; ".join(options[:8]) + ("; …" if len(options) > 8 else "")) if options else say("drawn anew in every run")),
        )
        for name, options in view.doubt.options.items()
    )
    heads = (Column(say("What was drawn")), Column(say("Its options, equally likely")))
    blocks.append(Table(say("What every run draws"), heads, rows))
    failed = tuple(Name(one) for one in view.doubt.why_failed)
    if failed:
        blocks.append(Prose(failed, title=say("Runs that gave no ranking")))
    return (Section("doubt", title, tuple(blocks)),)


def _doubt_title(view: IndexView) -> Text:
    for one in view.sensitivities:
        if np.isfinite(one.total).any():
            most = int(np.nanargmax(one.total))
            return say("Most of the doubt about ranks comes from: {input}", input=Name(one.inputs[most]))
    return say("What makes the doubt") if view.doubt is not None else say("Nothing of the doubt was drawn")


def _sensitivity(one: Sensitivities) -> ChartBlock:
    order = sorted(range(len(one.inputs)), key=lambda at: -float(np.nan_to_num(one.total[at])))
    rows = tuple(
        DotRow(
            Name(one.inputs[at]),
            _finite(one.total[at]),
            percent(float(one.total[at])),
            None,
            None if one.total_low is None else _finite(one.total_low[at]),
            None if one.total_high is None else _finite(one.total_high[at]),
            "subject" if at == order[0] else "other",
            say("cannot be computed"),
        )
        for at in order
    )
    ends = [value for row in rows for value in (row.value, row.lower, row.upper) if value is not None]
    chart = DotChart(rows, "", min(0.0, *ends), max(1.0, *ends))
    exact = (
        say("Total share of the variance of the mean change of rank; exact, from all {count} combinations", count=one.evaluations)
        if one.exact
        else say("Total share of the variance of the mean change of rank, with intervals; from {count} runs", count=one.evaluations)
    )
    heads = (
        Column(say("What was drawn")),
        Column(say("By itself"), number=True),
        Column(say("With all that it acts together with"), number=True),
    )
    table = Table(
        say("Sensitivity of the ranking"),
        heads,
        tuple((Cell(Name(one.inputs[at])), Cell(_share(one, "first", at)), Cell(_share(one, "total", at))) for at in order),
        hidden_caption=True,
    )
    title = say("How much of the doubt each choice makes")
    note = say("The shares may add to more than the whole: choices act together.")
    return ChartBlock(title, exact, chart, title, note, table)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _share(one: Sensitivities, what: str, at: int) -> Text:
    """Return an index in per cent, with its interval where it was sampled."""
    value, low, high = (getattr(one, f"{what}{end}") for end in ("", "_low", "_high"))
    told = percent(float(value[at]))
    if low is None or high is None:
        return told
    return say("{share} ({interval})", share=told, interval=span(100 * float(low[at]), 100 * float(high[at])))
