"""Titles that say what was found: one whole sentence an indicator, with the general sentence for all others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ekistics.model.cards import Card
from ekistics.model.observations import Figure
from ekistics.profile import wording
from ekistics.profile.evidence import DistrictFigures, Trend
from ekistics.profile.texts import Number, Say, Text, say, say_n

HEADLINES: dict[str, Say] = {
    "public_transport_access": say("{value} of people can walk to a served stop"),
    "people_near_open_space_share": say("{value} of people can walk to open public space"),
    "public_space_share": say("{value} of the land is street or open public space"),
    "open_space_share": say("{value} of the land is open public space"),
    "street_share": say("{value} of the land is given to streets"),
    "pm25": say("The air holds {value} of fine particles in a year’s mean"),
    "population": say("{value} people live here"),
    "population_density": say("{value} live here"),
    "green_area_per_person": say("There are {value} of green area"),
}

THEMES: dict[str, Say] = {
    "land": say("Land and density"),
    "public_space": say("Public space"),
    "public-space": say("Public space"),
    "public space": say("Public space"),
    "transport": say("Transport"),
    "access": say("Access on foot"),
    "environment": say("Environment"),
    "reported": say("Reported figures"),
    "people": say("People"),
}


def theme_name(theme: str) -> Say:
    """Return a theme's name; an unknown one stands as its card writes it."""
    return THEMES.get(theme) or Say(theme.replace("_", " ").capitalize())


_WALK = re.compile(r"people_within_(\d+)_minutes_of_(school|health_facility|market)_share")
_WALKS = {
    "school": say("{value} of people live within a {minutes}-minute walk of a school"),
    "health_facility": say("{value} of people live within a {minutes}-minute walk of a health facility"),
    "market": say("{value} of people live within a {minutes}-minute walk of a market"),
}


def headline(card: Card, figure: Figure) -> Say:
    """Return the finding of one figure as a sentence."""
    value = wording.value_of(figure.observation, unit=card.code != "population")
    walk = _WALK.fullmatch(card.code)
    if walk and figure.observation.value is not None:
        return Say(_WALKS[walk[2]].message, {"value": value, "minutes": int(walk[1])})
    if card.code == "land_consumption_ratio" and figure.observation.value is not None:
        return _land_headline(figure.observation.value, value)
    if card.code in HEADLINES and figure.observation.value is not None:
        return Say(HEADLINES[card.code].message, {"value": value})
    return say("{indicator}: {value}", indicator=wording.card_name(card), value=value)


def _land_headline(ratio: float, value: Text) -> Say:
    """Say who ran ahead, land or people; a negative ratio has one growing while the other shrank."""
    if ratio < 0:
        return say("Land and people went opposite ways")
    if ratio < 1:
        return say("Land was taken more slowly than the city gained people")
    return say("Land was taken {value} times as fast as the city gained people", value=value)


def trend_title(card: Card, trend: Trend) -> Say:
    """Say which way a trend went, or that it was measured once; no change is claimed across a break or within the stated error."""
    name = wording.card_name(card)
    known = [one for one in trend.figures if one.observation.value is not None]
    if len(known) < 2:
        return say("{indicator} has been measured once", indicator=name)
    first, last = known[0], known[-1]
    slots: dict[str, Number | Say] = {"indicator": name, "since": Number(wording.year_of(first), year=True)}
    broken = [year for year in trend.breaks if wording.year_of(first) < year <= wording.year_of(last)]
    if broken:
        before_it = max(wording.year_of(one) for one in known if wording.year_of(one) < broken[-1])
        return say("{indicator}: the series breaks after {year}", indicator=name, year=Number(before_it, year=True))
    before, now = first.observation.value or 0.0, last.observation.value or 0.0
    error = wording.error_of(last.observation)
    if error is not None and abs(now - before) <= 2 * error:
        return Say("{indicator} has hardly moved since {since}, within its error", slots)
    if before and abs(now - before) / abs(before) < 0.01:
        return Say("{indicator} has hardly moved since {since}", slots)
    past = trend.target is not None and (now - trend.target.value) * (before - trend.target.value) > 0
    if trend.target is not None and past and card.direction != "neutral":
        short = now > trend.target.value if card.direction == "lower" else now < trend.target.value
        rising = now > before
        if short and rising:
            return Say("{indicator} rose since {since} and misses its target", slots)
        if short:
            return Say("{indicator} fell since {since} and misses its target", slots)
    return Say("{indicator} rose since {since}", slots) if now > before else Say("{indicator} fell since {since}", slots)


def trends_title(shown: Sequence[Trend]) -> Text:
    """Say how many of the trends shown rose and how many fell."""
    ends = [(known[0].observation.value or 0.0, known[-1].observation.value or 0.0) for one in shown if len(known := _known(one)) > 1]
    if not ends:
        return say("Measured once so far")
    rose, fell = sum(now > before for before, now in ends), sum(now < before for before, now in ends)
    if len(ends) > 1 and len(ends) in (rose, fell):
        return (
            say("All {count} figures followed over the years rose", count=rose)
            if rose
            else say("All {count} figures followed over the years fell", count=fell)
        )
    return say_n(
        "One figure can be followed over the years",
        "Of {count} figures followed over the years {rose} rose and {fell} fell",
        len(ends),
        rose=rose,
        fell=fell,
    )


def _known(trend: Trend) -> list[Figure]:
    return [one for one in trend.figures if one.observation.value is not None]


def _below_half(found: DistrictFigures, code: str) -> tuple[int, int]:
    values = [one.observation.value or 0.0 for one in found.reliable(code).values()]
    return sum(value < 50 for value in values), len(values)


def districts_sentence(found: DistrictFigures | None, code: str) -> Text | None:
    """Say in how many districts fewer than half of the people are reached; None where no district has a reliable figure."""
    if found is None:
        return None
    below, total = _below_half(found, code)
    noun = Say(found.noun)
    if not total:
        return None
    if not below:
        return say("In none of {total} {noun} it is fewer than half", total=total, noun=noun)
    return say_n(
        "In one of {total} {noun} it is fewer than half",
        "In {count} of {total} {noun} it is fewer than half",
        below,
        total=total,
        noun=noun,
    )


DISTRICTS: dict[str, tuple[Say, Say]] = {
    "public_transport_access": (
        say("In all {total} {noun} most people can walk to a served stop"),
        say("In {below} of {total} {noun} most people have no served stop within a walk"),
    ),
    "people_near_open_space_share": (
        say("In all {total} {noun} most people can walk to open space"),
        say("In {below} of {total} {noun} most people have no open space within a walk"),
    ),
}
"""Titles above the maps of districts: where no district is below half, and where some are."""


def districts_title(card: Card, found: DistrictFigures) -> Text:
    """Say in how many districts most people are left out."""
    below, total = _below_half(found, card.code)
    none, some = DISTRICTS.get(
        card.code,
        (say("{indicator}: above half in all {total} {noun}"), say("{indicator}: below half in {below} of {total} {noun}")),
    )
    slots: dict[str, Say | int] = {"indicator": wording.card_name(card), "below": below, "total": total, "noun": Say(found.noun)}
    return Say((some if below else none).message, slots)
