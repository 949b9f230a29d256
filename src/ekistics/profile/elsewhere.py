"""A figure of the place beside the same figure of other places: then and now where two dates are on record, else dots."""

from __future__ import annotations

from dataclasses import replace

from ekistics.model.cards import Card, Direction
from ekistics.model.observations import TOTAL, Figure
from ekistics.profile import wording
from ekistics.profile.blocks import Cell, ChartBlock, Column, Link, LinkKind, Table
from ekistics.profile.chart_specs import DotChart, DotRow, DumbbellChart, Pair
from ekistics.profile.evidence import Evidence, OtherPlace
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n

MOST = 16
"""Places in one chart."""


def figures_of(figures: tuple[Figure, ...], code: str) -> list[Figure]:
    """Return the figures of one indicator with a value, one series (the newest figure's), oldest first."""
    having = sorted(
        (
            one
            for one in figures
            if one.observation.indicator == code and one.observation.value is not None and one.observation.breakdown == TOTAL
        ),
        key=lambda one: (one.observation.period.end, one.id),
    )
    return [one for one in having if one.observation.series == having[-1].observation.series] if having else []


def elsewhere_block(evidence: Evidence, code: str) -> ChartBlock | None:
    """Return the comparison of one indicator, None where fewer than two other places have it."""
    card = evidence.cards[code]
    theirs = [(one, figures_of(one.figures, code)) for one in evidence.others]
    theirs = [(one, found) for one, found in theirs if found]
    if len(theirs) < 2:
        return None
    own = figures_of(tuple(one.figure for one in evidence.chosen) + tuple(f for t in evidence.trends for f in t.figures), code)
    theirs.sort(key=lambda pair: -(pair[1][-1].observation.value or 0.0))
    theirs = theirs[:MOST]
    two_dates = sum(len(found) > 1 for _, found in theirs) >= len(theirs) / 2
    return _dumbbell(evidence, card, theirs, own) if two_dates else _dots(evidence, card, theirs, own)


def _times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value


def _better(card: Card, then: float, now: float) -> bool | None:
    if card.direction is Direction.NEUTRAL or then == now:
        return None
    return (now > then) == (card.direction is Direction.HIGHER)


def _dumbbell(evidence: Evidence, card: Card, theirs: list[tuple[OtherPlace, list[Figure]]], own: list[Figure]) -> ChartBlock:
    pairs = []
    for other, found in theirs:
        then = (found[0].observation.value or 0.0) if len(found) > 1 else None
        now = found[-1].observation.value or 0.0
        pairs.append(Pair(Name(other.place.name()), then, now, _better(card, then, now) if then is not None else None))
    now_own = own[-1].observation.value if own else None
    then_own = own[0].observation.value if len(own) > 1 else None
    moved = _better(card, then_own, now_own) if then_own is not None and now_own is not None else None
    pairs.append(
        Pair(Name(evidence.place.name()), then_own, now_own, moved, True, None if own else say("not in the sources of this workspace"))
    )
    both = [pair for pair in pairs if pair.then is not None and pair.now is not None]
    rose = sum((pair.now or 0) > (pair.then or 0) for pair in both)
    factor, unit = wording.shown(1.0, card.unit)
    pairs = [replace(one, then=_times(factor, one.then), now=_times(factor, one.now)) for one in pairs]
    values = [value for pair in pairs for value in (pair.then, pair.now) if value is not None]
    last = theirs[0][1][-1]
    name = wording.card_name(card)
    title = say("{indicator} rose in {rose} of {total} places", indicator=name, rose=rose, total=len(both))
    return ChartBlock(
        title,
        say(
            "{unit}. Earliest figure of each place (ring) and newest (dot), about {year}.",
            unit=wording.unit_words(card.unit) if card.unit != "1" else say("No unit"),
            year=Number(wording.year_of(last), year=True),
        ),
        DumbbellChart(
            tuple(pairs),
            unit,
            min(0.0, *values),
            max(values),
            say("earliest"),
            say("newest"),
            decimals=wording.even_decimals([pair.now for pair in pairs if pair.now is not None]),
        ),
        title,
        say("Source: {source}.", source=wording.source_of(last.observation)),
        _twin(card, theirs),
        (Link(say("Compare places"), LinkKind.PAGE, "compare"),),
    )


def _dots(evidence: Evidence, card: Card, theirs: list[tuple[OtherPlace, list[Figure]]], own: list[Figure]) -> ChartBlock:
    entries = [(other.place.name(), found[-1], "other") for other, found in theirs]
    if own:
        entries.append((evidence.place.name(), own[-1], "subject"))
    entries.sort(key=lambda entry: -(entry[1].observation.value or 0.0))
    factor, unit = wording.shown(1.0, card.unit)
    decimals = wording.even_decimals([factor * (figure.observation.value or 0.0) for _, figure, _ in entries])
    rows = [
        DotRow(
            Name(name),
            _times(factor, figure.observation.value),
            Number(factor * (figure.observation.value or 0.0), unit, decimals=decimals, bare=True),
            None,
            _times(factor, figure.observation.lower),
            _times(factor, figure.observation.upper),
            role,
        )
        for name, figure, role in entries
    ]
    if not own:
        rows.append(DotRow(Name(evidence.place.name()), None, role="subject", missing=say("not in hand")))
    values = [figure.observation.value or 0.0 for _, figure, _ in entries]
    name = wording.card_name(card)
    rank: Text = say("{indicator} in {count} places", indicator=name, count=len(entries))
    if own:
        above = sum(value > (own[-1].observation.value or 0.0) for value in values)
        rank = (
            say("No place here has more: {indicator}", indicator=name)
            if above == 0
            else say_n(
                "{indicator}: one of {total} places here has more",
                "{indicator}: {count} of {total} places here have more",
                above,
                total=len(entries) - 1,
                indicator=name,
            )
        )
    low = min(0.0, *values)
    return ChartBlock(
        rank,
        say("{indicator}, newest figure of each place; periods differ", indicator=name),
        DotChart(tuple(rows), unit, factor * low, factor * (max(values) or 1.0)),
        say("{count} places on one scale, highest first.", count=len(entries)),
        say("Source: {source}.", source=wording.source_of(theirs[0][1][-1].observation)),
        _twin(card, theirs),
        (Link(say("Compare places"), LinkKind.PAGE, "compare"),),
    )


def _twin(card: Card, theirs: list[tuple[OtherPlace, list[Figure]]]) -> Table:
    rows = tuple(
        (
            Cell(Name(other.place.name())),
            Cell(None, link=Link(wording.value_of(found[-1].observation), LinkKind.FIGURE, str(found[-1].id))),
            Cell(wording.period_of(found[-1].observation.period)),
        )
        for other, found in theirs
    )
    heads = (Column(say("Place")), Column(say("Value"), number=True), Column(say("Period")))
    return Table(say("{indicator} by place", indicator=Say(card.name)), heads, rows, hidden_caption=True)
