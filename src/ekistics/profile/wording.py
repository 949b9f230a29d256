"""How figures are put into words: values with their error, periods, sources, and one whole sentence an indicator.

An indicator without a sentence of its own gets the general one from its card's name, so that nothing waits for words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ekistics.model.cards import Card
from ekistics.model.observations import ErrorSource, Figure, Observation, Origin, Status
from ekistics.model.periods import Period
from ekistics.model.units import unit_of
from ekistics.profile.recorded import boundary_name, listed, source_name, variant_words
from ekistics.profile.texts import Name, Number, Say, Text, say

SENTENCES: dict[str, Say] = {
    "public_transport_access": say("of residents live within walking distance of a stop that is served."),
    "public_transport_access_low_capacity": say("of residents live within a 500 m walk of a stop that is served."),
    "public_transport_access_high_capacity": say("of residents live within a 1 km walk of a rail or ferry station."),
    "people_near_open_space_share": say("of residents can walk to an open public space within 400 m."),
    "open_space_share": say("of the land is open public space."),
    "street_share": say("of the land is given to streets."),
    "public_space_share": say("of the land is open public space or street."),
    "land_consumption_ratio": say("is how fast land was taken for each step of growth in people."),
    "pm25": say("of fine particles are in the air in a year’s mean."),
    "green_area_per_person": say("of green area are there for each resident."),
}
"""What stands after the number in a finding, by indicator code."""

LEDES: dict[str, tuple[Say, Say]] = {
    "public_transport_access": (
        say("Most people can walk to a served stop."),
        say("Too few people can walk to a served stop."),
    ),
    "people_near_open_space_share": (
        say("Most people can walk to an open space."),
        say("Too few people can walk to an open space."),
    ),
    "pm25": (
        say("Fine particles in the air keep within the guideline."),
        say("Fine particles in the air exceed the guideline."),
    ),
    "open_space_share": (
        say("Open public space takes its advised share of the land."),
        say("Open public space is scarce."),
    ),
    "public_space_share": (
        say("Streets and open space take their advised share of the land."),
        say("Streets and open space take less than their advised share of the land."),
    ),
    "land_consumption_ratio": (
        say("The city gained people faster than it took land."),
        say("The city took land faster than it gained people."),
    ),
}
"""Sentences of the opening lines by indicator: on the strong and on the weak side."""

ORIGINS: dict[Origin, Say] = {
    Origin.REPORTED: say("reported"),
    Origin.COMPUTED: say("computed here"),
    Origin.ESTIMATED: say("estimated"),
    Origin.MODELLED: say("modelled"),
    Origin.PROJECTED: say("projected"),
}

STATUS_WORDS: dict[Status, Say] = {
    Status.MISSING: say("missing"),
    Status.NOT_COLLECTED: say("not collected"),
    Status.UNDEFINED: say("undefined"),
    Status.SUPPRESSED: say("protected"),
    Status.UNSTABLE: say("unstable"),
}


def card_name(card: Card) -> Say:
    """Return the indicator's name as a text to translate."""
    return Say(card.name)


def error_of(one: Observation) -> float | None:
    """Return the standard error, else half the interval, else None where no error is stated."""
    if one.standard_error is not None:
        return one.standard_error
    if one.lower is not None and one.upper is not None:
        return (one.upper - one.lower) / 2
    return None


def value_of(one: Observation, *, digits: int = 3, unit: bool = True) -> Text:
    """Return a figure's value to print, or the word for why there is none."""
    if one.value is None:
        return STATUS_WORDS.get(one.status, say("missing"))
    decimals = 0 if unit_of(one.unit).whole and float(one.value).is_integer() else None
    if unit_of(one.unit).whole and abs(one.value) >= 1:
        decimals = 0
    # an interval that the choice of method moves says little of the printed decimals; a sampling error does
    error = error_of(one) if one.error_source is ErrorSource.SAMPLING else None
    value, printed = shown(one.value, one.unit)
    error = shown(error, one.unit)[0] if error is not None else None
    return Number(value, printed if unit else "", decimals=decimals, error=error, digits=digits)


def interval_of(one: Observation) -> Text:
    """Return the interval in words, or that none is stated, which is not the same as none."""
    if one.lower is None or one.upper is None:
        return say("error not stated")
    (lower, unit), (upper, _) = shown(one.lower, one.unit), shown(one.upper, one.unit)
    return say("{lower} to {upper}", lower=Number(lower, unit, bare=True), upper=Number(upper, unit, bare=True))


def aim_of(value: float, unit: str) -> Number:
    """Return a target or benchmark: as exact as it was set."""
    value, unit = shown(value, unit)
    return Number(value, unit, decimals=0) if float(value).is_integer() else Number(value, unit)


WHY: dict[str, Say] = {
    "value": say("it has a value, the others say why they have none"),
    "boundary": say("it stands for the boundary asked for"),
    "period": say("it is the newest"),
    "variant": say("it is the default variant"),
    "edition": say("it has the newest method edition"),
    "manner": say("it came about in the way that the rule puts first"),
    "commit": say("it became known last"),
}


def why_chosen(step: str) -> Say:
    """Return why the preference rule chose a voice; words that are no step of the rule stay as given."""
    return WHY.get(step) or (Say(step) if step else say("it is the only one that fits"))


def voice_words(voices: Sequence[Observation], one: Observation) -> tuple[Text, Text | None]:
    """Return what tells a voice apart first, and what else does: source, variant, boundary, edition. What all share is said of none.

    Voices of one source are told apart by their variant first, a voice of its own source by that.
    """
    edition: Text = say("edition {edition}", edition=one.series.edition) if one.series.edition else say("no edition given")
    mine = (one.series.source, one.series.origin)
    sources = [(voice.series.source, voice.series.origin) for voice in voices]
    variants = {voice.series.variant for voice in voices}
    apart: list[Text] = []
    if len(variants) > 1 and (sources.count(mine) > 1 or one.series.variant != "default"):
        apart.append(variant_words(one.series.variant))
    boundary = say("inside {boundary}", boundary=Name(boundary_name(one.boundary)))
    apart += [boundary] if apart and len({voice.boundary for voice in voices}) > 1 else []
    apart += [source_of(one)] if len(set(sources)) > 1 else []
    apart += [boundary] if boundary not in apart and len({voice.boundary for voice in voices}) > 1 else []
    if len({voice.series.edition for voice in voices}) > 1 and (one.series.edition or not apart):
        apart.append(edition)
    return (apart[0], listed(apart[1:])) if apart else (edition, None)


DISPLAYED = {"/a": ("%/a", 100.0)}
"""Units that people read in another one, with the factor: a rate of 0.0146 a year is read as 1.46 % a year."""


def shown(value: float, unit: str) -> tuple[float, str]:
    """Return a value and its unit as pages print them.

    Examples
    --------
    >>> shown(0.25, "/a"), shown(3.0, "km2")
    ((25.0, '%/a'), (3.0, 'km2'))
    """
    other, factor = DISPLAYED.get(unit, (unit, 1.0))
    return value * factor, other


def unit_words(code: str) -> Text:
    """Return how a unit stands in a head."""
    return Say(unit_of(shown(0.0, code)[1]).symbol)


def period_of(period: Period) -> Text:
    """Return a reference period as years or dates."""
    if period.is_whole_year:
        return Number(period.start.year, year=True)
    if period.start == period.end:
        return say("{day}", day=period.start)
    whole_years = (period.start.month, period.start.day, period.end.month, period.end.day) == (1, 1, 12, 31)
    if whole_years or period.end.year - period.start.year > 1:
        first, last = Number(period.start.year, year=True), Number(period.end.year, year=True)
        return say("{first} to {last}", first=first, last=last)
    return say("{first} to {last}", first=period.start, last=period.end)


def source_of(one: Observation) -> Text:
    """Return who says so and how it came about."""
    if one.series.origin is Origin.COMPUTED:
        return say("computed here from {source}", source=source_name(one.series.source))
    return say("{source}, {origin}", source=source_name(one.series.source), origin=ORIGINS[one.series.origin])


AGENDA_NAMES = {"sdg11": "SDG", "umf": "UMF", "cpi": "CPI", "nua": "NUA"}


def agenda_name(code: str) -> str:
    """Return the short name of an agenda as people say it; an unknown one stays as its code."""
    return AGENDA_NAMES.get(code, code)


def is_of_people(card: Card) -> bool:
    """Whether a figure is a share of people: only then does "below half" say that most are left out."""
    if card.unit != "%":
        return False
    return card.code.startswith("people_") or "access" in card.code or any(one.code == "population" for one in card.inputs)


def display_name(name: str) -> str:
    """Return a name as it is set: all capitals become title case, a leading short form (`IES`) stays.

    Examples
    --------
    >>> display_name("IES EL BATÁN"), display_name("Jinámar")
    ('IES El Batán', 'Jinámar')
    """
    if not name.isupper() or len(name) <= 4:
        return name
    first, *others = name.split(" ")
    head = first if len(first) <= 3 and others else first.capitalize()
    return " ".join([head, *(word.capitalize() for word in others)])


def even_decimals(values: Sequence[float]) -> int:
    """Return the decimals that serve a whole column: three significant digits of its upper quarter."""
    known = sorted(abs(value) for value in values if value)
    if not known:
        return 0
    return min(max(0, 2 - math.floor(math.log10(known[3 * len(known) // 4]))), 6)


def sentence_of(card: Card) -> Say:
    """Return what stands after the number of a finding."""
    return SENTENCES.get(card.code) or say("is the figure for: {indicator}.", indicator=card_name(card))


def dated(figure: Figure) -> Text:
    """Return year and source, as they stand beneath a fact."""
    one = figure.observation
    return say("{period}, {source}", period=period_of(one.period), source=source_of(one))


def year_of(figure: Figure) -> int:
    """Return the year a figure ends in."""
    return figure.observation.period.end.year
