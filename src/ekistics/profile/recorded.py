"""What the record calls things, put into words: sources, variants, layers, what layers report of themselves, rules and parameters.

A name that is not listed stays readable: hyphens and underscores become spaces, nothing else is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

from ekistics.profile.texts import Name, Number, Say, Text, say

SOURCE_NAMES = {
    "osm": "OpenStreetMap",
    "openstreetmap": "OpenStreetMap",
    "gtfs": "GTFS",
    "ghsl/ucdb": "GHS-UCDB",
    "ghsl/ucdb-r2019a": "GHS-UCDB R2019A",
    "ghsl-pop": "GHS-POP",
    "atlas-of-urban-expansion": "Atlas of Urban Expansion",
    "un-habitat/green-area": "UN-Habitat, green area",
    "typed-from-publications": "figures typed from publications",
    "aequilibrae/coquimbo": "AequilibraE example of Coquimbo",
    "ipea": "Ipea",
    "ipea/access-to-opportunities": "Ipea, Access to Opportunities",
    "ign-cnig": "IGN/CNIG",
    "gobcan": "Gobierno de Canarias",
    "eptc": "EPTC",
    "workspace": "Ekistics",
}

VARIANTS: dict[str, Say] = {
    "default": say("the default method"),
    "straight-line": say("in a straight line"),
    "service-4-an-hour": say("only stops with 4 departures an hour"),
    "people-along-streets": say("people spread along streets"),
    "people-equal": say("people spread equally"),
    "published": say("as published"),
}

_TARGETS = {
    "open_space": say("open public space"),
    "schools": say("schools"),
    "health": say("health facilities"),
    "markets": say("markets"),
    "stops": say("stops"),
    "low_capacity_stops": say("bus and tram stops"),
    "high_capacity_stops": say("rail and ferry stations"),
}

_LAYERS: dict[str, Say] = {
    "walking_network": say("Walking network"),
    "driving_network": say("Driving network"),
    "people": say("People, spread over their homes"),
    "homes": say("Where people meet the walking network"),
    "service": say("Timetable of the day"),
    "open_space": say("Open public space"),
    "base_map": say("Base map"),
    "zone_area": say("Areas of the districts"),
    "zone_people": say("People of the districts"),
    "zone_open_space": say("Open space of the districts"),
    "zone_street_land": say("Street land of the districts"),
    "zone_intersections": say("Intersections of the districts"),
}

_CHECKS: dict[str, tuple[Say, str]] = {
    "people_given": (say("{value} people given"), "{person}"),
    "people_in_the_region": (say("{value} live inside the region"), "{person}"),
    "people_left_outside": (say("{value} live outside it"), "{person}"),
    "people_in_no_zone": (say("{value} live in no district"), "{person}"),
    "people_counted_again_where_zones_overlap": (say("{value} are counted again where districts overlap"), "{person}"),
    "share_on_untagged_buildings": (say("{value} rest on buildings without a stated use"), "share"),
    "units": (say("zones of people: {value}"), ""),
    "units_without_count": (say("zones without a count: {value}"), ""),
    "units_without_buildings_or_streets_or_cut_by_the_extract": (say("zones without homes or cut by the extract: {value}"), ""),
    "length_km": (say("{value} of ways"), "km"),
    "components": (say("in {value} connected parts"), ""),
    "components_left_aside": (say("{value} of them left aside as too short to join"), ""),
    "ways_left_aside": (say("{value} ways left aside"), ""),
    "length_left_aside_km": (say("{value} of ways in them"), "km"),
    "targets": (say("{value} targets"), ""),
    "doors": (say("{value} entrances"), ""),
    "polygons_that_no_way_meets": (say("{value} areas that no way meets, entered along their edge"), ""),
    "targets_too_far_from_a_street": (say("{value} targets too far from any street"), ""),
    "people_too_far_from_a_street": (say("{value} people live too far from any street"), "{person}"),
    "people_nearest_to_ways_left_aside": (say("{value} live nearest to a way left aside"), "{person}"),
    "stops": (say("{value} stops"), ""),
    "departures": (say("{value} departures"), ""),
    "stations": (say("{value} stations"), ""),
    "stops_without_departure": (say("stops without a departure: {value}"), ""),
    "stops_without_call": (say("stops that no trip calls at: {value}"), ""),
    "departure_times_interpolated": (say("{value} departure times interpolated"), ""),
    "calls_past_28_hours": (say("{value} calls past 28 hours"), ""),
    "zones": (say("{value} districts"), ""),
    "zones_over_region": (say("they cover {value} of the region"), "share"),
    "spaces": (say("{value} open spaces"), ""),
    "overlap_counted_once_m2": (say("{value} of overlap counted once"), "m2"),
    "plazas_as_points": (say("{value} squares known only as points"), ""),
    "areas_that_do_not_exist_in_the_file": (say("{value} areas that should exist and do not"), ""),
    "green_polygons": (say("{value} green areas"), ""),
    "street_area_from_lines_km2": (say("{value} from lines and their widths"), "km2"),
    "street_area_from_polygons_km2": (say("{value} from drawn street areas"), "km2"),
}

_OPTIONS: dict[str, tuple[Say, str]] = {
    "variant": (say("Variant of the method"), "variant"),
    "day": (say("Day of service"), "day"),
    "near": (say("Day of service near"), "day"),
    "weekday": (say("Day of the week"), "word"),
    "window_start_s": (say("Service counts from"), "clock"),
    "window_end_s": (say("Service counts until"), "clock"),
    "departures_an_hour": (say("Least departures an hour"), "any"),
    "joinable_component_m": (say("Least length of ways that people join"), "m"),
    "max_join_m": (say("Farthest from a street"), "m"),
    "farthest_m": (say("Walks are followed up to"), "m"),
    "low_capacity_limit_m": (say("Walk to a bus or tram stop"), "m"),
    "high_capacity_limit_m": (say("Walk to a rail or ferry station"), "m"),
    "open_space_limit_m": (say("Walk to open space"), "m"),
    "merge_intersections_m": (say("Intersections are one within"), "m"),
    "spread": (say("How people are spread"), "word"),
    "levels_where_unknown": (say("Storeys where none are given"), ""),
    "even_spread_m": (say("Points of an equal spread lie apart"), "m"),
    "distance": (say("How a walk is measured"), "word"),
    "gardens": (say("Gardens"), "word"),
    "least_areas_a_km2": (say("Least mapped areas a square kilometre"), ""),
}

_WORDS: dict[str, Say] = {
    "buildings": say("over residential buildings"),
    "streets": say("along residential streets"),
    "equal": say("equally over the zone"),
    "network": say("along streets"),
    "straight-line": say("in a straight line"),
    "counted": say("counted as open space"),
}

_RUNS: dict[str, Say] = {
    "read table": say("Read from the table"),
    "read population": say("Read from the file of people"),
    "places.intersection_of": say("Intersection of two boundaries"),
}


def source_name(slug: str) -> str:
    """Return a source as people know it; an unlisted slug gets a capital and spaces, a name with capitals stays as recorded.

    Examples
    --------
    >>> source_name("openstreetmap+guaguas-municipales"), source_name("municipality-2023 ∩ urban-centre-2015")
    ('OpenStreetMap, Guaguas Municipales', 'municipality 2023 within urban centre 2015')
    """
    if "∩" in slug:
        return " within ".join(boundary_name(one.strip()) for one in slug.split("∩"))
    return ", ".join(_one_source(one) for one in slug.split("+"))


def _one_source(slug: str) -> str:
    if slug in SOURCE_NAMES:
        return SOURCE_NAMES[slug]
    if slug != slug.lower() or " " in slug:
        return slug
    first, *others = slug.split("/")
    named = " ".join(word.capitalize() for word in first.split("-"))
    return ", ".join([named, *(one.replace("-", " ") for one in others)])


def listed(texts: Sequence[Text]) -> Text | None:
    """Return texts in one line, each once, None where there are none."""
    once = {repr(one): one for one in texts}
    return reduce(lambda first, other: say("{first}; {other}", first=first, other=other), once.values()) if once else None


def boundary_name(edition: str) -> str:
    """Return a boundary edition with spaces for hyphens; years keep theirs out of the word before."""
    return edition.replace("-", " ")


def variant_words(variant: str) -> Text:
    """Return a variant of a method in words."""
    return VARIANTS.get(variant) or Name(variant.replace("-", " "))


def layer_words(kind: str) -> Text:
    """Return what a layer is."""
    if kind in _LAYERS:
        return _LAYERS[kind]
    for prefix, told in (
        ("walk_to_", say("Ways from homes to {targets}", targets="")),
        ("zone_reach_", say("People of the districts within reach of {targets}", targets="")),
        ("reach_", say("People within reach of {targets}", targets="")),
    ):
        target = _TARGETS.get(kind.removeprefix(prefix))
        if kind.startswith(prefix) and target:
            return Say(told.message, {"targets": target})
    return Name(kind.replace("_", " "))


def run_words(function: str) -> Text:
    """Return what a run did: a formula of ours by its indicator's own name elsewhere, reading by what was read."""
    return _RUNS.get(function) or Name(function.removeprefix("indicators.").replace("_", " "))


def report_words(checks: Mapping[str, Any]) -> Text | None:
    """Return what a layer reports of itself in one line, None where nothing is worth telling; counts of zero are left out."""
    told = [_check(name, value) for name, value in checks.items() if isinstance(value, int | float) and value and value is not True]
    return listed(told)


def _check(name: str, value: float) -> Text:
    if name not in _CHECKS:
        return say("{name}: {value}", name=Name(name.replace("_", " ")), value=_amount(float(value), ""))
    words, unit = _CHECKS[name]
    return Say(words.message, {"value": _amount(float(value), unit)})


def _amount(value: float, unit: str) -> Number:
    if unit == "share":
        return Number(100 * value, "%")
    if unit == "{person}" or (not unit and value.is_integer()):
        return Number(value, decimals=0)
    return Number(value, unit)


def option_words(name: str, value: object) -> tuple[Text, Text] | None:
    """Return a rule or parameter with its value in words, None for what only tells the machine how it ran."""
    if isinstance(value, dict | list | bool) or value in (None, ""):
        return None
    if name not in _OPTIONS:
        return Name(name.replace("_", " ")), Name(f"{value:,.6g}" if isinstance(value, float) else str(value))
    label, form = _OPTIONS[name]
    return label, _option_value(value, form)


def _option_value(value: object, form: str) -> Text:
    if form == "variant":
        return variant_words(str(value))
    if form == "word":
        return _WORDS.get(str(value)) or Name(str(value).capitalize())
    if form == "day":
        return say("{day}", day=date.fromisoformat(str(value)))
    try:
        number = float(str(value))
    except ValueError:
        return Name(str(value))
    if form == "clock":
        return Name(f"{int(number // 3600):02}:{int(number % 3600 // 60):02}")
    if form == "any" and number == 0:
        return say("any service counts")
    return Number(number, form if form == "m" else "", decimals=0 if number.is_integer() else None)
