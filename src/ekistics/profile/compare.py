"""Places beside each other: a heat table with its own scale a column, the swarm of all places, then and now."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from ekistics.model.cards import Kind
from ekistics.model.observations import Figure, Status
from ekistics.profile import wording
from ekistics.profile.blocks import Block, Cell, CellState, ChartBlock, Chips, Column, Link, LinkKind, Prose, Table
from ekistics.profile.chart_specs import SwarmChart, SwarmDot
from ekistics.profile.document import Document, Section
from ekistics.profile.elsewhere import figures_of
from ekistics.profile.evidence import CompareEvidence, OtherPlace
from ekistics.profile.texts import Name, Number, Text, say, say_n

RATIO = "land_consumption_ratio"
MILLION = 1e6
_QUANTITIES = (Kind.COUNT, Kind.AREA, Kind.LENGTH, Kind.SUM)
COLUMNS = 9
"""Indicators in one table."""
FIFTHS = 5


def compare(evidence: CompareEvidence) -> Document:
    """Return the page that holds the chosen places beside each other."""
    chosen = [one for code in evidence.chosen for one in evidence.places if one.place.code == code]
    codes = list(evidence.indicators) or shared_indicators(chosen)
    if codes:
        chosen = sorted(chosen, key=lambda one: _order(one, codes[0]))
    sections: list[Section] = []
    if len(chosen) > 1 and codes:
        table = heat_table(evidence, chosen, codes)
        sections.append(
            Section(
                "table",
                say("Each column has its own scale: fifths of all places in this workspace"),
                (table, Prose((_years_apart(chosen, codes),), note=True)),
                say(
                    "Sorted by {indicator}. The sources state no common error, so no ranks are given.",
                    indicator=wording.card_name(evidence.cards[codes[0]]),
                ),
            )
        )
        telling = sorted((code for code in codes if evidence.cards[code].kind not in _QUANTITIES), key=lambda code: code != RATIO)
        swarms = tuple(swarm for code in telling if (swarm := _swarm(evidence, chosen, code)))[:3]
        if swarms:
            sections.append(Section("swarm", say("Where they stand among all places"), swarms))
    else:
        sections.append(Section("none", None, (Prose((_nothing_shared(chosen),)),), ruled=False))
    lead: tuple[Block, ...] = (Chips(tuple(Link(Name(one.place.name()), LinkKind.PLACE, one.place.code) for one in chosen)),)
    return Document(
        kind="compare",
        key="",
        kicker=say("Compare: {places} places, {indicators} indicators", places=len(chosen), indicators=len(codes))
        if len(chosen) > 1
        else say("Compare"),
        title=_title(evidence, chosen, codes),
        lead=lead if chosen else (),
        sections=tuple(sections),
        place=evidence.home,
        themes=_home_themes(evidence),
        foot=(say("Figures as known on {day}, commit {commit}.", day=evidence.known_on, commit=evidence.commit),),
    )


def _nothing_shared(chosen: Sequence[OtherPlace]) -> Text:
    if len(chosen) < 2:
        return say("This workspace holds no second place. Import a table of other cities, and they stand beside each other here.")
    return say("No figure is shared by the places chosen. Name other places in the address.")


def _home_themes(evidence: CompareEvidence) -> tuple[str, ...]:
    """Return the themes of the place from whose pages the reader came, so that its navigation stays whole."""
    here = {figure.observation.indicator for one in evidence.places if one.place.code == evidence.home for figure in one.figures}
    return tuple(dict.fromkeys(card.theme for code, card in evidence.cards.items() if code in here))


def _order(place: OtherPlace, code: str) -> tuple[bool, float]:
    figure = _newest(place, code)
    value = figure.observation.value if figure else None
    return (value is None, -(value or 0.0))


def shared_indicators(chosen: Sequence[OtherPlace]) -> list[str]:
    """Return the indicators that at least half of the places have, those that most have first."""
    counts: dict[str, int] = {}
    for place in chosen:
        for code in dict.fromkeys(one.observation.indicator for one in place.figures if one.observation.value is not None):
            counts[code] = counts.get(code, 0) + 1
    wanted = [code for code, count in counts.items() if 2 * count >= len(chosen) and (count > 1 or len(chosen) == 1)]
    return sorted(wanted, key=lambda code: -counts[code])[:COLUMNS]


def _newest(place: OtherPlace, code: str) -> Figure | None:
    found = figures_of(place.figures, code)
    if found:
        return found[-1]
    without = [one for one in place.figures if one.observation.indicator == code]
    return without[-1] if without else None


def _title(evidence: CompareEvidence, chosen: Sequence[OtherPlace], codes: Sequence[str]) -> Text:
    """Say which place has most and which least of the first indicator."""
    if len(chosen) < 2:
        return say("No other place stands beside this one yet")
    if not codes:
        return say("The places chosen share no figure")
    ratios = [value for one in chosen if (figure := _newest(one, RATIO)) and (value := figure.observation.value) is not None]
    if RATIO in codes and len(ratios) > 1:
        faster = sum(value > 1 for value in ratios)
        return say("Land grew faster than people in {faster} of {total} places", faster=faster, total=len(ratios))
    known = [
        (figure.observation.value, one) for one in chosen if (figure := _newest(one, codes[0])) and figure.observation.value is not None
    ]
    if len(known) < 2:
        return say("{count} places beside each other", count=len(chosen))
    low, high = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
    name = wording.card_name(evidence.cards[codes[0]])
    factor, unit = wording.shown(1.0, evidence.cards[codes[0]].unit)
    return say(
        "{indicator} runs from {low} in {least} to {high} in {most}",
        indicator=name,
        low=Number(factor * low[0], unit),
        least=low[1].place.name(),
        high=Number(factor * high[0], unit),
        most=high[1].place.name(),
    )


def heat_table(evidence: CompareEvidence, chosen: Sequence[OtherPlace], codes: Sequence[str]) -> Table:
    """Return the table of places by indicators, each cell in its fifth of all places."""
    scales = {code: fifths([figure.observation.value for one in evidence.places if (figure := _newest(one, code))]) for code in codes}

    prints = {code: _print_of(evidence, chosen, code) for code in codes}
    heads = [Column(say("Place"))]
    for index, code in enumerate(codes):
        card = evidence.cards[code]
        name = wording.card_name(card)
        head = name if card.unit == "1" else say("{indicator}, {unit}", indicator=name, unit=prints[code].unit)
        heads.append(Column(head, number=True, phone=index < 4))
    rows = tuple(
        (
            Cell(Name(one.place.name()), note=Name(one.parent) if one.parent else None),
            *(_cell(_newest(one, code), scales[code], prints[code]) for code in codes),
        )
        for one in sorted(chosen, key=lambda one: _order(one, codes[0]))
    )
    return Table(
        say("Chosen places by indicator"),
        tuple(heads),
        rows,
        hidden_caption=True,
        heat=True,
        links=(Link(say("Table as CSV"), LinkKind.DOWNLOAD, "data.csv"),) if evidence.home else (),
    )


@dataclass(frozen=True)
class _Print:
    """How a column prints: by what its figures are multiplied, with how many decimals, in which unit."""

    factor: float
    decimals: int
    unit: Text


def _print_of(evidence: CompareEvidence, chosen: Sequence[OtherPlace], code: str) -> _Print:
    card = evidence.cards[code]
    values = [figure.observation.value or 0.0 for one in chosen if (figure := _newest(one, code))]
    if card.unit == "{person}" and sorted(values)[len(values) // 2] >= MILLION:
        return _Print(1 / MILLION, 2, say("millions"))
    factor, _ = wording.shown(1.0, card.unit)
    return _Print(factor, wording.even_decimals([factor * one for one in values]), wording.unit_words(card.unit))


def fifths(values: Sequence[float | None]) -> list[float]:
    """Return the four values that part the known ones into fifths; empty where fewer than five are known."""
    known = sorted(value for value in values if value is not None)
    if len(known) < FIFTHS:
        return []
    return [known[min(len(known) * part // FIFTHS, len(known) - 1)] for part in range(1, FIFTHS)]


def _cell(figure: Figure | None, scale: list[float], printed: _Print) -> Cell:
    if figure is None:
        return Cell(say("none"), CellState.MISSING)
    one = figure.observation
    number = Number(printed.factor * (one.value or 0.0), decimals=printed.decimals)
    link = Link(number, LinkKind.FIGURE, str(figure.id))
    year = Number(wording.year_of(figure), year=True)
    if one.status is Status.UNSTABLE or one.status is Status.UNDEFINED:
        return Cell(Name("u"), CellState.UNSTABLE, link=Link(Name("u"), LinkKind.FIGURE, str(figure.id)), note=year)
    if one.status is Status.SUPPRESSED:
        return Cell(Name("c"), CellState.SUPPRESSED, note=say("protected"))
    if one.value is None:
        return Cell(say("none"), CellState.MISSING, link=Link(say("none"), LinkKind.FIGURE, str(figure.id)))
    if one.value < 0 and one.unit == "1":
        return Cell(number, CellState.NEGATIVE, link=link, note=year)
    klass = bisect.bisect_right(scale, one.value) + 1 if scale else None
    return Cell(number, klass=klass, link=link, note=year)


def _years_apart(chosen: Sequence[OtherPlace], codes: Sequence[str]) -> Text:
    years = [wording.year_of(figure) for one in chosen for code in codes if (figure := _newest(one, code))]
    apart = max(years) - min(years) if years else 0
    if apart <= 2:
        return say("All figures lie within two years of each other.")
    return say("The figures lie up to {count} years apart; each cell says its year.", count=apart)


def _swarm(evidence: CompareEvidence, chosen: Sequence[OtherPlace], code: str) -> ChartBlock | None:
    names = {one.place.code for one in chosen}
    dots = []
    factor, unit = wording.shown(1.0, evidence.cards[code].unit)
    for one in evidence.places:
        figure = _newest(one, code)
        if figure is not None and figure.observation.value is not None:
            unstable = figure.observation.status is Status.UNSTABLE
            dots.append(SwarmDot(one.place.name(), factor * figure.observation.value, one.place.code in names, unstable))
    if len(dots) < FIFTHS:
        return None
    values = sorted(dot.value for dot in dots)
    card = evidence.cards[code]
    start, end = _core(values)
    beyond = sum(value < start or value > end for value in values)
    middle = values[len(values) // 2]
    above = sum(dot.value > middle for dot in dots if dot.chosen)
    name = wording.card_name(card)
    title = say(
        "{indicator}: {above} of the {chosen} chosen lie above the median",
        indicator=name,
        above=above,
        chosen=sum(dot.chosen for dot in dots),
    )
    subtitle = say("{count} places; one dot is one place", count=len(dots))
    if beyond:
        subtitle = say_n(
            "{total} places; one dot is one place, and one beyond the scale stands at its edge",
            "{total} places; one dot is one place, and {count} beyond the scale stand at its edge",
            beyond,
            total=len(dots),
        )
    line = 1.0 if code == RATIO else None
    words = (say("people faster"), say("land faster")) if line is not None else None
    if card.unit != "1":
        subtitle = say("{unit}. {places}", unit=wording.unit_words(card.unit), places=subtitle)
    return ChartBlock(title, subtitle, SwarmChart(tuple(dots), unit, start, end, line, words, wording.even_decimals(values)), title)


def _core(values: Sequence[float]) -> tuple[float, float]:
    """Return the scale: the range of all, but no further than four times the middle half beyond its quarters."""
    low, high = values[len(values) // 4], values[-1 - len(values) // 4]
    reach = 4 * (high - low) or abs(high) or 1.0
    return max(values[0], low - reach), min(values[-1], high + reach)
