"""Titles that say what was found: one whole sentence an indicator, with the general sentence for all others."""

from __future__ import annotations

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


def headline(card: Card, figure: Figure) -> Say:
    """Return the finding of one figure as a sentence."""
    value = wording.value_of(figure.observation, unit=card.code != "population")
    if card.code in HEADLINES and figure.observation.value is not None:
        return Say(HEADLINES[card.code].message, {"value": value})
    return say("{indicator}: {value}", indicator=wording.card_name(card), value=value)


def trend_title(card: Card, trend: Trend) -> Say:
    """Say which way a trend went, or that it was measured once; no change is claimed across a break or within the stated error."""
    name = wording.card_name(card)
    known = [one for one in trend.figures if one.observation.value is not None]
    if len(known) < 2:
        return say("{indicator} has been measured once", indicator=name)
    first, last = known[0], known[-1]
    slots: dict[str, Number | Say] = {"indicator": name, "since": Number(wording.year_of(first), year=True)}
    if any(wording.year_of(first) < year <= wording.year_of(last) for year in trend.breaks):
        return Say("{indicator}: the series breaks after {since}", slots)
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


def districts_sentence(found: DistrictFigures | None, code: str) -> Text | None:
    """Say how many districts have less than half of their people within reach."""
    if found is None:
        return None
    values = [one.observation.value for one in found.column(code).values() if one.observation.value is not None]
    if not values:
        return None
    below = int(sum(value < 50 for value in values))
    noun, total = Say(found.noun), len(values)
    if below == 0:
        return say("In none of the {total} {noun} is it below half", total=total, noun=noun)
    return say_n(
        "In one of the {total} {noun} it is below half",
        "In {count} of the {total} {noun} it is below half",
        below,
        total=total,
        noun=noun,
    )
