"""Voices side by side and what could make a figure wrong, from what is recorded of it and of its terms."""

from __future__ import annotations

from ekistics.model.observations import ErrorSource, Figure, Status
from ekistics.profile import wording
from ekistics.profile.blocks import Block, ChartBlock, Prose
from ekistics.profile.chart_specs import DotChart, DotRow, Line, TrendChart
from ekistics.profile.evidence import LineageEvidence, Trend
from ekistics.profile.texts import Number, Say, Text, say, say_n

AGREE = 0.02
"""Voices within this share of their mean are said to agree."""


def _spread(voices: tuple[Figure, ...]) -> float | None:
    values = [one.observation.value for one in voices if one.observation.value is not None]
    mean = sum(values) / len(values) if values else 0.0
    return (max(values) - min(values)) / abs(mean) if len(values) > 1 and mean else None


def voices_title(evidence: LineageEvidence) -> Text:
    """Say how many voices there are and how far they lie apart."""
    count, spread = len(evidence.voices), _spread(evidence.voices)
    if count < 2 or spread is None:
        return say("One voice, and none to hold it against")
    if spread <= AGREE:
        return say("{count} voices within {spread} of each other", count=count, spread=Number(100 * spread, "%", digits=2))
    return say("{count} voices, {spread} apart", count=count, spread=Number(100 * spread, "%", digits=2))


def voices_block(evidence: LineageEvidence) -> Block:
    """Return the voices as dots on one scale, or a sentence where there is only one."""
    voices = [one for one in evidence.voices if one.observation.value is not None]
    if len(voices) < 2:
        return Prose((say("No other source, edition or variant of this figure is on record."),))
    values = [one.observation.value or 0.0 for one in voices]
    low = min([*values, *(one.observation.lower for one in voices if one.observation.lower is not None)])
    high = max([*values, *(one.observation.upper for one in voices if one.observation.upper is not None)])
    margin = (high - low or abs(high) or 1.0) * 0.35
    start = low - margin if low - margin > 0 or low < 0 else 0.0
    chosen = say("By the preference rule ({why}) one is shown and rated; all stay on record.", why=wording.why_chosen(evidence.why))
    return ChartBlock(
        None,
        chosen,
        DotChart(tuple(_row(evidence, one) for one in voices), evidence.card.unit, start, high + margin),
        say_n("One voice on one scale.", "{count} voices on one scale.", len(voices)),
    )


def _row(evidence: LineageEvidence, one: Figure) -> DotRow:
    observation = one.observation
    label, note = wording.voice_words([voice.observation for voice in evidence.voices], observation)
    if one.id == evidence.preferred:
        note = say("shown and rated, {note}", note=note) if note is not None else say("shown and rated")
    number = Number(observation.value or 0.0, digits=4 if observation.unit == "%" else 6)
    mine = one.id == evidence.figure.id
    return DotRow(
        label,
        observation.value,
        number,
        note,
        observation.lower,
        observation.upper,
        "subject" if mine else "ring",
    )


def doubt_blocks(evidence: LineageEvidence) -> tuple[Block, ...]:
    """Return charts where the terms show something odd, and sentences on what is not known."""
    blocks: list[Block] = [Prose(tuple(_sentences(evidence)))]
    if evidence.term_trends and all(len(one.figures) > 1 for one in evidence.term_trends[:2]):
        blocks.append(_terms_chart(evidence))
    return tuple(blocks)


def _sentences(evidence: LineageEvidence) -> list[Text]:
    one = evidence.figure.observation
    told: list[Text] = []
    flat = flat_steps(evidence.term_trends)
    for trend, first, last in flat:
        name = _name(evidence, trend)
        told.append(
            say(
                "{indicator} stands at the same value from {first} to {last} in this source.",
                indicator=name,
                first=Number(first, year=True),
                last=Number(last, year=True),
            )
        )
    if one.value is None:
        return [say("It has no value, so nothing in it can be wrong. What is missing is said above.")]
    if one.error_source is ErrorSource.NONE_STATED:
        told.append(say("No error is stated for it or for its terms. A second source would tell."))
    elif one.lower is not None and one.upper is not None:
        told.append(
            say("Its interval, {interval}, comes from: {kind}.", interval=wording.interval_of(one), kind=Say(str(one.error_source)))
        )
    if one.status is Status.UNSTABLE:
        told.append(say("Its base hardly changed, so that a small error in it moves the ratio far."))
    age = evidence.known_on.year - one.period.end.year
    if age >= 2:
        told.append(say_n("It is one year old.", "It is {count} years old.", age))
    return told or [say("Nothing on record speaks against it.")]


def flat_steps(trends: tuple[Trend, ...]) -> list[tuple[Trend, int, int]]:
    """Return trends whose value repeats exactly over three dates or more: first and last year of the repetition."""
    found: list[tuple[Trend, int, int]] = []
    for trend in trends:
        values = [(one.observation.period.end.year, one.observation.value) for one in trend.figures]
        run = [values[0]] if values else []
        for here in values[1:]:
            run = [*run, here] if here[1] == run[-1][1] else [here]
            if len(run) >= 3:
                found = [one for one in found if one[0] is not trend] + [(trend, run[0][0], run[-1][0])]
    return found


def _name(evidence: LineageEvidence, trend: Trend) -> Say:
    return next((wording.card_name(term.card) for term in evidence.terms if term.card.code == trend.indicator), Say(trend.indicator))


def _terms_chart(evidence: LineageEvidence) -> ChartBlock:
    lines = []
    years: set[int] = set()
    for colour, trend in enumerate(evidence.term_trends[:2], start=1):
        base = trend.figures[0].observation.value or 1.0
        points = tuple(
            (float(one.observation.period.end.year), 100 * (one.observation.value or 0.0) / base)
            for one in trend.figures
            if one.observation.value is not None
        )
        years |= {int(year) for year, _ in points}
        change = Number(points[-1][1] - 100, "%", signed=True)
        lines.append(Line(say("{indicator} {change}", indicator=_name(evidence, trend), change=change), points, colour, value_shown=False))
    return ChartBlock(
        say("How the terms moved"),
        say("Index, {year} = 100", year=Number(min(years), year=True)),
        TrendChart(tuple(lines), "", min(years), max(years), from_zero=False),
        say("Trend of the terms of the formula since {year}.", year=Number(min(years), year=True)),
    )
