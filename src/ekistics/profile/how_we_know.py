"""Coverage, age, method and source of each figure; voices side by side and which was preferred; files; what is missing."""

from __future__ import annotations

from ekistics.model.lineage import Asset
from ekistics.model.observations import Figure
from ekistics.profile import wording
from ekistics.profile.blocks import Block, Cell, CellState, Column, Completeness, Link, LinkKind, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.evidence import Chosen, Evidence
from ekistics.profile.glance import in_hand
from ekistics.profile.recorded import source_name
from ekistics.profile.texts import Name, Number, Say, say, say_n
from ekistics.profile.trail import foot_of, trail_of


def how_we_know(evidence: Evidence) -> Document:
    """Return the page of sources, methods, age and voices."""
    computed, reported, missing = in_hand(evidence)
    stated = sum(one.figure.observation.lower is not None for one in evidence.chosen)
    several = [one for one in evidence.chosen if one.passed_over]
    sections = [
        Section(
            "figures",
            say_n("One figure states its error", "{count} of {total} figures state their error", stated, total=len(evidence.chosen)),
            (_figures(evidence),),
            say("Newest figure of each indicator. A figure without an interval has no stated error, which is not the same as none."),
        ),
        Section(
            "voices",
            say_n("One figure has several voices", "{count} figures have several voices", len(several))
            if several
            else say("No figure has a second voice yet"),
            (_voices(evidence, several),)
            if several
            else (Prose((say("A second source for the same figure would stand here beside it."),)),),
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
    return say(
        "Figures from {oldest} to {newest}; half are from {middle} or later",
        oldest=Number(years[0], year=True),
        newest=Number(years[-1], year=True),
        middle=Number(years[len(years) // 2], year=True),
    )


def _figures(evidence: Evidence) -> Table:
    rows = []
    for choice in evidence.chosen:
        figure, one = choice.figure, choice.figure.observation
        card = evidence.cards[one.indicator]
        value = wording.value_of(one)
        rows.append(
            (
                Cell(wording.card_name(card)),
                Cell(
                    value,
                    CellState.PLAIN if one.value is not None else CellState.MISSING,
                    link=Link(value, LinkKind.FIGURE, str(figure.id)),
                ),
                Cell(wording.interval_of(one)),
                Cell(wording.period_of(one.period)),
                Cell(wording.source_of(one)),
                Cell(
                    say("{source}, edition {edition}", source=Say(card.source), edition=card.edition) if card.source else Name(card.edition)
                ),
                Cell(say("out of date") if figure.out_of_date else None, weak=figure.out_of_date),
            )
        )
    heads = (
        Column(say("Indicator")),
        Column(say("Value"), number=True),
        Column(say("Interval"), phone=False),
        Column(say("Period")),
        Column(say("Source"), phone=False),
        Column(say("Method"), phone=False),
        Column(say("State"), phone=False),
    )
    return Table(say("Every figure with its source and method"), heads, tuple(rows), hidden_caption=True)


def _voices(evidence: Evidence, several: list[Chosen]) -> Table:
    """One row an indicator: what is shown, how far the voices passed over lie from it, and which step decided."""
    rows = []
    for choice in several:
        figure, one = choice.figure, choice.figure.observation
        value = wording.value_of(one)
        others = [voice.observation.value for voice in choice.passed_over if voice.observation.value is not None]
        span: Say | Number | None = None
        if others:
            low, high = Number(min(others), one.unit, bare=True), Number(max(others), one.unit, bare=True)
            span = low if min(others) == max(others) else say("{lower} to {upper}", lower=low, upper=high)
        names = ", ".join(dict.fromkeys(_voice_name(voice) for voice in choice.passed_over))
        rows.append(
            (
                Cell(wording.card_name(evidence.cards[one.indicator])),
                Cell(value, link=Link(value, LinkKind.FIGURE, str(figure.id))),
                Cell(span),
                Cell(Name(names)),
                Cell(wording.why_chosen(choice.why)),
            )
        )
    heads = (
        Column(say("Indicator")),
        Column(say("Shown"), number=True),
        Column(say("Other voices"), number=True),
        Column(say("Whose, which variant"), phone=False),
        Column(say("What decided"), phone=False),
    )
    return Table(say("Voices side by side"), heads, tuple(rows), hidden_caption=True)


def _voice_name(figure: Figure) -> str:
    series = figure.observation.series
    return series.variant if series.variant != "default" else f"{source_name(series.source)} {series.edition}".strip()


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
        Column(say("Date")),
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
    waiting: dict[str, list[str]] = {}
    for view, one in evidence.agenda_items():
        if one.figure is None:
            waiting.setdefault(one.item.needs, []).append(f"{wording.agenda_name(view.framework.code)} {one.item.code}")
    named = {code for view in evidence.agendas for item in view.framework.items for code in item.indicators}
    for code, needs in evidence.needs.items():
        if code not in named:
            waiting.setdefault(needs, []).append(evidence.cards[code].name if code in evidence.cards else code)
    if not waiting:
        return (Prose((say("Every item of the agendas has a figure."),)),)
    rows = tuple(
        (
            Cell(Say(needs) if needs else say("The text of these items is not in hand")),
            Cell(Number(len(items), decimals=0)),
            Cell(Name(", ".join(items[:12]) + (", …" if len(items) > 12 else ""))),
        )
        for needs, items in sorted(waiting.items(), key=lambda pair: (not pair[0], -len(pair[1])))
    )
    heads = (Column(say("Which file would fill it")), Column(say("Items"), number=True), Column(say("Which"), phone=False))
    return (Table(say("Files that would fill items without a figure"), heads, rows, hidden_caption=True),)
