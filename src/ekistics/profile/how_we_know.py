"""Coverage, age, method and source of each figure; voices side by side and which was preferred; files; what is missing."""

from __future__ import annotations

from dataclasses import replace

from ekistics.model.cards import Card
from ekistics.model.lineage import Asset
from ekistics.model.observations import Observation, Origin
from ekistics.profile import wording
from ekistics.profile.blocks import Block, Cell, CellState, Column, Completeness, Link, LinkKind, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.evidence import Chosen, Evidence
from ekistics.profile.glance import in_hand
from ekistics.profile.missing import missing_table, needs_words, without_value
from ekistics.profile.recorded import listed, source_name
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n
from ekistics.profile.theme_figures import is_only_a_term
from ekistics.profile.titles import theme_name
from ekistics.profile.trail import foot_of, trail_of


def how_we_know(evidence: Evidence) -> Document:
    """Return the page of sources, methods, age and voices."""
    computed, reported, missing = in_hand(evidence)
    stated = sum(one.figure.observation.lower is not None for one in evidence.chosen)
    several = [one for one in evidence.chosen if one.passed_over]
    sections = [
        Section(
            "figures",
            say_n("One figure states its error", "{count} of {total} figures state their error", stated, total=len(evidence.chosen))
            if stated
            else say("None of the {total} figures states its error", total=len(evidence.chosen)),
            _figures(evidence),
            say("A figure without an interval has no stated error, which is not the same as none."),
        ),
        Section(
            "voices",
            say_n("One figure has several voices", "{count} figures have several voices", len(several))
            if several
            else say("No figure has a second voice yet"),
            _voices(evidence, several) if several else (Prose((say("A second source for the same figure would stand here beside it."),)),),
        ),
        Section(
            "files", say_n("Everything rests on one file", "Everything rests on {count} files", len(evidence.assets)), (_files(evidence),)
        ),
        Section("missing", say_n("One item has no figure", "{count} items have no figure", missing), _missing(evidence)),
    ]
    return Document(
        kind="how-we-know",
        key="",
        kicker=say("How we know"),
        title=_title(evidence),
        lede=(
            say(
                "Computed here: {computed}. Given by others: {reported}. Missing: {missing}.",
                computed=computed,
                reported=reported,
                missing=missing,
            ),
        ),
        lead=(Completeness(computed, reported, missing),),
        sections=tuple(sections),
        trail=trail_of(evidence),
        place=evidence.place.code,
        themes=tuple(evidence.themes()),
        foot=foot_of(evidence),
        languages=evidence.languages,
    )


def _title(evidence: Evidence) -> Say:
    years = sorted(wording.year_of(one.figure) for one in evidence.chosen)
    if not years:
        return say("No figure is in hand yet")
    if years[0] == years[-1]:
        return say("All figures are from {year}", year=Number(years[0], year=True))
    return say(
        "Figures from {oldest} to {newest}; half are from {middle} or later",
        oldest=Number(years[0], year=True),
        newest=Number(years[-1], year=True),
        middle=Number(years[len(years) // 2], year=True),
    )


def _figures(evidence: Evidence) -> tuple[Table, ...]:
    """One table a theme with the newest figure of each indicator; earlier dates and counts that only enter others are folded away."""
    tables = []
    for name in evidence.themes():
        here = [one for one in evidence.chosen if evidence.cards[one.figure.observation.indicator].theme == name]
        leading = [one for one in here if _leads(evidence, one) and one.figure.observation.value is not None]
        others = [one for one in here if one not in leading]
        if leading:
            tables.append(_table(evidence, leading, theme_name(name)))
        if others:
            caption = say_n(
                "{theme}: one more, an earlier date, a term or without a value",
                "{theme}: {count} more, earlier dates, terms, and what has no value",
                len(others),
                theme=theme_name(name),
            )
            tables.append(replace(_table(evidence, others, caption), folded=True))
    told = [one.figure.observation for one in evidence.chosen if _leads(evidence, one)]
    gone = without_value((one, evidence.cards[one.indicator]) for one in told)
    return (*tables, replace(gone, hidden_caption=False)) if gone else tuple(tables)


def _leads(evidence: Evidence, choice: Chosen) -> bool:
    one = choice.figure.observation
    return not is_only_a_term(evidence, one.indicator) and evidence.figure(one.indicator, one.breakdown) == choice.figure


def _table(evidence: Evidence, choices: list[Chosen], caption: Text) -> Table:
    stated = any(one.figure.observation.lower is not None for one in choices)
    aged = any(one.figure.out_of_date for one in choices)
    heads = [Column(say("Indicator")), Column(say("Value"), number=True)]
    heads += [Column(say("Interval"), phone=False)] if stated else []
    heads += [Column(say("Period"), date=True), Column(say("Source"), phone=False), Column(say("Method"), phone=False)]
    heads += [Column(say("State"))] if aged else []
    return Table(caption, tuple(heads), tuple(_figure_row(evidence, one, stated=stated, aged=aged) for one in choices))


def _figure_row(evidence: Evidence, choice: Chosen, *, stated: bool, aged: bool) -> tuple[Cell, ...]:
    figure, one = choice.figure, choice.figure.observation
    card, value = evidence.cards[one.indicator], wording.value_of(one)
    if one.value is None:
        why = say("{status}: {reason}", status=value, reason=Say(one.reason)) if one.reason else value
        return (Cell(wording.card_name(card)), Cell(why, CellState.MISSING, link=Link(why, LinkKind.FIGURE, str(figure.id))))
    cells = [Cell(wording.card_name(card)), Cell(value, link=Link(value, LinkKind.FIGURE, str(figure.id)))]
    cells += [Cell(wording.interval_of(one))] if stated else []
    cells += [Cell(wording.period_of(one.period)), Cell(wording.source_of(one)), Cell(_method(card, one))]
    cells += [Cell(say("out of date") if figure.out_of_date else None, weak=figure.out_of_date)] if aged else []
    return tuple(cells)


def _method(card: Card, one: Observation) -> Text | None:
    """Return whose method made a computed figure; what others give keeps its own, which its source names."""
    if one.series.origin is not Origin.COMPUTED:
        return None
    return say("{source}, edition {edition}", source=Say(card.source), edition=card.edition) if card.source else Name(card.edition)


def _voices(evidence: Evidence, several: list[Chosen]) -> tuple[Table, ...]:
    """One row an indicator: what is shown, how far the voices passed over lie from it, and which step decided."""
    leading = [one for one in several if _leads(evidence, one)]
    others = [one for one in several if one not in leading]
    tables = [_voice_table(evidence, leading, say("Voices side by side"))] if leading else []
    if others:
        caption = say_n("One more of an earlier date or a term", "{count} more: earlier dates and terms", len(others))
        tables.append(replace(_voice_table(evidence, others, caption), folded=True))
    return tuple(tables)


def _voice_table(evidence: Evidence, several: list[Chosen], caption: Text) -> Table:
    heads = (
        Column(say("Indicator")),
        Column(say("Shown"), number=True),
        Column(say("Other voices"), number=True),
        Column(say("Whose, which variant"), phone=False),
        Column(say("What decided"), phone=False),
    )
    return Table(caption, heads, tuple(_voice_row(evidence, one) for one in several), hidden_caption=True)


def _voice_row(evidence: Evidence, choice: Chosen) -> tuple[Cell, ...]:
    figure, one = choice.figure, choice.figure.observation
    value = wording.value_of(one)
    others = [voice.observation.value for voice in choice.passed_over if voice.observation.value is not None]
    span: Say | Number | None = None
    if others:
        (least, unit), (most, _) = wording.shown(min(others), one.unit), wording.shown(max(others), one.unit)
        low, high = Number(least, unit, bare=True), Number(most, unit, bare=True)
        span = low if least == most else say("{lower} to {upper}", lower=low, upper=high)
    told = [one.observation for one in (choice.figure, *choice.passed_over)]
    return (
        Cell(wording.card_name(evidence.cards[one.indicator])),
        Cell(value, link=Link(value, LinkKind.FIGURE, str(figure.id))),
        Cell(span),
        Cell(listed([wording.voice_words(told, voice.observation)[0] for voice in choice.passed_over])),
        Cell(wording.why_chosen(choice.why)),
    )


def _files(evidence: Evidence) -> Table:
    rows = tuple(
        (
            Cell(Name(one.name), link=Link(Name(one.name), LinkKind.ASSET, one.sha256)),
            Cell(Name(", ".join(part for part in (one.attribution or source_name(one.source), one.licence) if part))),
            Cell(say("{day}", day=one.date) if one.date else say("no date given")),
            Cell(Number(one.size, decimals=0)),
            Cell(Name(f"{one.sha256[:16]}…")),
            _report_cell(evidence, one),
        )
        for one in evidence.assets
    )
    heads = (
        Column(say("File")),
        Column(say("Source and licence"), phone=False),
        Column(say("Date"), phone=False, date=True),
        Column(say("Bytes"), number=True, phone=False),
        Column(say("SHA-256"), phone=False),
        Column(say("What was found")),
    )
    return Table(say("Files"), heads, rows, hidden_caption=True)


def _report_cell(evidence: Evidence, asset: Asset) -> Cell:
    commit = evidence.reports.get(asset.sha256)
    if commit is None:
        return Cell(None)
    text = say("import report")
    return Cell(text, link=Link(text, LinkKind.IMPORT, f"{commit}-{asset.sha256[:8]}"))


def _missing(evidence: Evidence) -> tuple[Block, ...]:
    """One row a file that would fill something, the most useful first."""
    waiting: list[tuple[Text, Text]] = []
    for view, one in evidence.agenda_items():
        if one.figure is None:
            waiting.append((needs_words(one.item), Name(f"{wording.agenda_name(view.framework.code)} {one.item.code}")))
    named = {code for view in evidence.agendas for item in view.framework.items for code in item.indicators}
    for code, needs in evidence.needs.items():
        if code not in named:
            waiting.append((Say(needs), Say(evidence.cards[code].name if code in evidence.cards else code)))
    table = missing_table(waiting)
    return (table,) if table else (Prose((say("Every item of the agendas has a figure."),)),)
