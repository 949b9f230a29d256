"""The page of one theme: its leading figure, what moves it, trends with targets, districts on maps and in a table, other places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ekistics.model.cards import Card, Direction, Kind
from ekistics.model.observations import ErrorSource, Figure, Origin
from ekistics.model.targets import Target
from ekistics.profile import wording
from ekistics.profile.blocks import (
    Block,
    Cell,
    ChartBlock,
    Column,
    Fact,
    Facts,
    Hero,
    Link,
    LinkKind,
    Table,
)
from ekistics.profile.chart_specs import DotChart, DotRow, Line, TargetLine, TrendChart
from ekistics.profile.district_maps import districts_section, is_nearer
from ekistics.profile.document import Document, Layout, Section
from ekistics.profile.elsewhere import elsewhere_block
from ekistics.profile.evidence import Evidence, Rated, Trend
from ekistics.profile.settlement.page import settlement_links
from ekistics.profile.texts import Number, Say, Text, say, say_n
from ekistics.profile.theme_figures import figures_section, is_only_a_term
from ekistics.profile.titles import districts_sentence, headline, theme_name, trend_title, trends_title
from ekistics.profile.trail import foot_of, trail_of


def theme(evidence: Evidence, name: str) -> Document:
    """Return the page of one theme; `name` is one of `evidence.themes()`."""
    codes = theme_codes(evidence, name)
    names = evidence.themes()
    position = names.index(name)
    lead = lead_of(evidence, codes)
    sections = [
        _trends(evidence, codes),
        districts_section(evidence, codes),
        _elsewhere(evidence, sorted(codes, key=lambda code: code != lead)),
        figures_section(evidence, codes),
        _settlement(evidence) if name == "land" else None,
    ]
    known = bool(lead) and _must(evidence, lead).observation.value is not None
    moved = _what_moves_it(evidence, lead) if known else None
    return Document(
        kind="theme",
        key=name,
        kicker=say("Theme {number} of {total}: {theme}", number=position + 1, total=len(names), theme=theme_name(name)),
        title=headline(evidence.cards[lead], _must(evidence, lead)) if known else say("Nothing of this theme can be told yet"),
        lead=(_hero(evidence, lead),) if known else (),
        lead_layout=Layout.SEVEN_FIVE,
        aside=(moved,) if moved else (),
        sections=tuple(one for one in sections if one),
        trail=trail_of(evidence),
        place=evidence.place.code,
        themes=tuple(names),
        foot=foot_of(evidence),
        languages=evidence.languages,
        previous_page=_turn(names, position - 1),
        next_page=_turn(names, position + 1),
    )


def _settlement(evidence: Evidence) -> Section | None:
    """Lead from the figures of land to the maps of where the city is and how it grew, where they are in hand."""
    links = settlement_links(evidence)
    return Section("settlement", None, links, ruled=False) if links else None


def _turn(names: list[str], position: int) -> Link | None:
    return Link(theme_name(names[position]), LinkKind.THEME, names[position]) if 0 <= position < len(names) else None


def theme_codes(evidence: Evidence, name: str) -> list[str]:
    """Return the indicators of a theme that have a figure, in the order of the cards."""
    return [code for code, card in evidence.cards.items() if card.theme == name and evidence.figure(code) is not None]


def lead_of(evidence: Evidence, codes: list[str]) -> str:
    """Return the indicator that leads a theme: a rated share, else a share or ratio, else any; empty where there is none."""
    rated = {one.indicator for _, one in evidence.agenda_items() if one.score is not None}

    def order(code: str) -> tuple[bool, bool, bool, bool, bool, int]:
        card = evidence.cards[code]
        figure = evidence.figure(code)
        return (
            figure is None or figure.observation.value is None,
            not (code in rated and wording.is_of_people(card)),
            code not in rated,
            card.kind in (Kind.COUNT, Kind.AREA, Kind.LENGTH, Kind.SUM),
            is_nearer(code),
            codes.index(code),
        )

    return min(codes, key=order, default="")


def _must(evidence: Evidence, code: str) -> Figure:
    figure = evidence.figure(code)
    if figure is None:
        raise AssertionError(f"no figure of {code}")
    return figure


def rated_of(evidence: Evidence, code: str) -> Rated | None:
    """Return the first rating of an indicator that has a score."""
    return next((one for _, one in evidence.agenda_items() if one.indicator == code and one.score is not None), None)


def _hero(evidence: Evidence, code: str) -> Hero:
    figure, card = _must(evidence, code), evidence.cards[code]
    one, rated = figure.observation, rated_of(evidence, code)
    beside: list[Text] = [wording.interval_of(one)]
    if one.lower is not None and one.error_source is not ErrorSource.NONE_STATED:
        beside = [say("{interval}, by {kind}", interval=beside[0], kind=Say(str(one.error_source)))]
    period = wording.period_of(one.period)
    if rated and rated.gap and card.direction is not Direction.NEUTRAL:
        gap = Number(abs(rated.gap), "" if one.unit == "%" else one.unit, decimals=1 if one.unit == "%" else None)
        short = (rated.gap > 0) == (card.direction is not Direction.LOWER)
        if short and one.unit == "%":
            beside.append(say("{gap} points short of the target, {period}", gap=gap, period=period))
        elif short:
            beside.append(say("{gap} from the target, {period}", gap=gap, period=period))
        else:
            beside.append(say("the target is met, {period}", period=period))
    else:
        beside.append(period)
    told = districts_sentence(evidence.districts, code) if wording.is_of_people(card) else None
    words = Say(card.description) if card.description else wording.card_name(card)
    joined = Say(card.description.rstrip(". ")) if card.description else words
    return Hero(
        wording.value_of(one, unit=one.unit != "{person}"),
        tuple(beside),
        say("{definition}. {districts}.", definition=joined, districts=told) if told else words,
        _side(card, rated),
        (Link(say("Where does this number come from?"), LinkKind.FIGURE, str(figure.id)),),
    )


def _side(card: Card, rated: Rated | None) -> str:
    """Return which side a leading figure stands on: none without a direction, or short of a benchmark that is only provisional."""
    if card.direction is Direction.NEUTRAL:
        return "plain"
    if rated and rated.provisional and rated.gap and (rated.gap > 0) == (card.direction is Direction.HIGHER):
        return "plain"
    return "weak" if rated and rated.score is not None and rated.score < 50 else "strong"


def _agree(voices: Sequence[Figure]) -> bool:
    values = [one.observation.value or 0.0 for one in voices]
    return bool(max(values) - min(values) <= AGREE * max(abs(one) for one in values))


def _what_moves_it(evidence: Evidence, code: str) -> Block | None:
    """Other voices of the leading figure as dots on one scale; its definition where there is only one voice."""
    if not code:
        return None
    choice = evidence.choice(code)
    card = evidence.cards[code]
    voices = [one for one in (choice.figure, *choice.passed_over) if one.observation.value is not None] if choice else []
    if choice is None or len(voices) < 2 or _agree(voices):
        return Facts(
            (
                _method(card, choice.figure if choice else None),
                Fact(say("Direction"), Say(_DIRECTIONS[card.direction]), None),
            ),
            say("How it is defined"),
            words=True,
        )
    values = [one.observation.value or 0.0 for one in voices]
    low, high = min(values), max(values)
    margin = (high - low or abs(high) or 1.0) * 0.4
    told = [one.observation for one in voices]
    rows = tuple(
        DotRow(
            words[0],
            one.value,
            Number(one.value or 0.0, one.unit, bare=True),
            words[1],
            role="subject" if one is choice.figure.observation else "ring",
        )
        for one in told
        for words in (wording.voice_words(told, one),)
    )
    moved = Number(high - low, "", digits=2)
    if card.unit == "%":
        title = say("The method moves the figure by {points} points", points=moved)
    else:
        title = say("The voices lie {distance} apart", distance=moved)
    return ChartBlock(
        title,
        say("The dark dot is shown and rated: {why}.", why=wording.why_chosen(choice.why)),
        DotChart(rows, card.unit, low - margin if low - margin > 0 or low < 0 else 0.0, high + margin, band=(low, high)),
        say_n("One voice.", "{count} voices on one scale.", len(voices)),
    )


AGREE = 1e-4
"""Voices within this share of one another print alike."""


def _method(card: Card, figure: Figure | None) -> Fact:
    """Return whose method made a figure: a formula's own where it was computed here, else who gave it."""
    if figure is not None and figure.observation.series.origin is not Origin.COMPUTED:
        return Fact(say("Given by"), wording.source_of(figure.observation))
    return Fact(say("Method"), Say(card.source), say("edition {edition}", edition=card.edition))


_DIRECTIONS = {
    Direction.HIGHER: "higher is better",
    Direction.LOWER: "lower is better",
    Direction.NEUTRAL: "neither is better: shown, not rated",
}


def _trends(evidence: Evidence, codes: list[str]) -> Section | None:
    shown = [
        trend for trend in evidence.trends if trend.indicator in codes and trend.figures and not is_only_a_term(evidence, trend.indicator)
    ][:6]
    if not shown:
        return None
    blocks = tuple(trend_block(evidence, trend) for trend in shown)
    if len(blocks) == 1:
        return Section("trends", blocks[0].title, (replace(blocks[0], title=None),), layout=Layout.HALVES)
    return Section("trends", trends_title(shown), blocks, layout=Layout.HALVES if len(blocks) == 2 else Layout.THIRDS)


def trend_block(evidence: Evidence, trend: Trend) -> ChartBlock:
    """Return one trend with its target and its table twin."""
    card = evidence.cards[trend.indicator]
    known = [one for one in trend.figures if one.observation.value is not None]
    factor, unit = wording.shown(1.0, card.unit)
    points = tuple((float(wording.year_of(one)), factor * (one.observation.value or 0.0)) for one in known)
    intervals = tuple(
        (float(wording.year_of(one)), factor * one.observation.lower, factor * one.observation.upper)
        for one in known
        if one.observation.lower is not None and one.observation.upper is not None
    )
    lone = len(points) == 1
    first = int(points[0][0]) if points else evidence.known_on.year
    last = int(points[-1][0]) if points else evidence.known_on.year
    aim = trend.target
    ends = max(last, aim.year) if aim and lone else last
    chart = TrendChart(
        (Line(None, points, 1, trend.breaks, _modelled(known), intervals=intervals),),
        unit,
        first - 13 if lone else first,
        ends,
        _target_line(aim) if aim else _benchmark_line(evidence, trend.indicator),
        not_before=say("not measured before {year}", year=Number(first, year=True)) if lone else None,
        pace=_pace(aim, points) if aim and lone else None,
    )
    table = Table(
        say("{indicator} by year", indicator=wording.card_name(card)),
        (Column(say("Year")), Column(say("Value"), number=True), Column(say("Interval"))),
        tuple(
            (
                Cell(Number(wording.year_of(one), year=True)),
                Cell(None, link=Link(wording.value_of(one.observation), LinkKind.FIGURE, str(one.id))),
                Cell(wording.interval_of(one.observation)),
            )
            for one in known
        ),
        hidden_caption=True,
    )
    return ChartBlock(
        trend_title(card, trend),
        _span(card, known),
        chart,
        _described(known),
        say("Source: {source}.", source=wording.source_of(known[-1].observation)) if known else None,
        table,
        (Link(say("Where this comes from"), LinkKind.FIGURE, str(known[-1].id)),) if known else (),
    )


def _span(card: Card, known: list[Figure]) -> Text:
    """Return unit and years, as they stand under a title that already names the indicator."""
    if not known:
        return wording.card_name(card)
    first, last = (Number(wording.year_of(one), year=True) for one in (known[0], known[-1]))
    unit = say("No unit") if card.unit == "1" else wording.unit_words(card.unit)
    return say("{unit}, {first} to {last}", unit=unit, first=first, last=last) if len(known) > 1 else unit


def _described(known: list[Figure]) -> Text:
    if not known:
        return say("No figure.")
    first, last = known[0].observation, known[-1].observation
    if len(known) == 1:
        return say("{value} in {period}.", value=wording.value_of(last), period=wording.period_of(last.period))
    return say(
        "From {first} in {start} to {last} in {end}.",
        first=wording.value_of(first),
        start=wording.period_of(first.period),
        last=wording.value_of(last),
        end=wording.period_of(last.period),
    )


def _modelled(known: list[Figure]) -> bool:
    return bool(known) and all(one.observation.series.origin == "projected" for one in known)


def _target_line(aim: Target) -> TargetLine:
    value = wording.aim_of(aim.value, aim.unit)
    label = say("Target {year}: {value}, {who}", year=Number(aim.year, year=True), value=value, who=aim.set_by)
    if aim.unit == "%" and aim.value == 100:
        label = say("Target {year}: everyone", year=Number(aim.year, year=True))
    return TargetLine(aim.value, label, aim.year)


def _benchmark_line(evidence: Evidence, code: str) -> TargetLine | None:
    """Return the benchmark that an agenda holds the figure against, where the place has set no target of its own."""
    rated, card = rated_of(evidence, code), evidence.cards[code]
    benchmark = rated.item.benchmark if rated else None
    if rated is None or benchmark is None or benchmark.target is None or benchmark.unit != card.unit or card.direction is Direction.NEUTRAL:
        return None
    value = wording.aim_of(benchmark.target, benchmark.unit)
    label = say("{value}, provisional benchmark", value=value) if rated.provisional else say("{value}, benchmark", value=value)
    return TargetLine(wording.shown(benchmark.target, card.unit)[0], label, benchmark.target_year, rated.provisional)


def _pace(aim: Target, points: tuple[tuple[float, float], ...]) -> Text | None:
    year, value = points[-1]
    if aim.year <= year:
        return None
    pace = (aim.value - value) / (aim.year - year)
    if aim.unit == "%":
        return say("{pace} points a year needed", pace=Number(pace, decimals=1, signed=True))
    return say("{pace} a year needed", pace=Number(pace, aim.unit, signed=True, digits=2))


def _elsewhere(evidence: Evidence, codes: list[str]) -> Section | None:
    for code in codes + [
        code for code in evidence.cards if code not in codes and evidence.cards[code].theme == evidence.cards[codes[0]].theme
    ]:
        block = elsewhere_block(evidence, code)
        if block is not None:
            facts = Facts(
                (
                    Fact(say("Indicator"), wording.card_name(evidence.cards[code])),
                    _method(evidence.cards[code], evidence.figure(code)),
                ),
                words=True,
            )
            return Section("elsewhere", block.title, (replace(block, title=None), facts), layout=Layout.WIDE_NARROW)
    return None
