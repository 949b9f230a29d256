"""Units by their UCUM codes: how each is shown, and the listed factors between them."""

from __future__ import annotations

from dataclasses import dataclass

from ekistics.model.errors import InvalidInput


@dataclass(frozen=True)
class Unit:
    """One unit: UCUM code, the symbol that pages print (a message id), and whether figures of it are whole numbers."""

    code: str
    symbol: str
    whole: bool = False


_UNITS = {
    unit.code: unit
    for unit in (
        Unit("{person}", "people", whole=True),
        Unit("{household}", "households", whole=True),
        Unit("{place}", "places", whole=True),
        Unit("{stop}", "stops", whole=True),
        Unit("{intersection}", "intersections", whole=True),
        Unit("1", ""),
        Unit("%", "%"),
        Unit("%/a", "% a year"),
        Unit("/a", "a year"),
        Unit("a", "years"),
        Unit("m", "m"),
        Unit("km", "km"),
        Unit("m2", "m²"),
        Unit("har", "ha"),
        Unit("km2", "km²"),
        Unit("m2/{person}", "m² a person"),
        Unit("{person}/km2", "people per km²"),
        Unit("{person}/har", "people per ha"),
        Unit("km/km2", "km per km²"),
        Unit("{intersection}/km2", "per km²"),
        Unit("ug/m3", "µg/m³"),
        Unit("min", "min"),
        Unit("/h", "an hour"),
        Unit("d", "days"),
        Unit("m.{person}", "person-metres"),
        Unit("kbit/s", "kbit/s"),
        Unit("/10*3{birth}", "per 1,000 births"),
        Unit("/10*3{person}", "per 1,000 people"),
        Unit("/10*3{woman}", "per 1,000 women"),
        Unit("/10*5{birth}", "per 100,000 births"),
        Unit("/10*5{person}", "per 100,000 people"),
        Unit("km/10*6{person}", "km per million people"),
        Unit("t/{person}", "t a person"),
        Unit("[USD]/{person}", "US dollars a person"),
        Unit("[USD]/{household}", "US dollars a household"),
        Unit("10*6[USD]/km2", "million US dollars per km²"),
    )
}

_FACTORS = {
    ("har", "km2"): (0.01, "definition of the hectare"),
    ("m2", "km2"): (1e-6, "definition"),
    ("km2", "m2"): (1e6, "definition"),
    ("km2", "har"): (100.0, "definition of the hectare"),
    ("har", "m2"): (1e4, "definition of the hectare"),
    ("m2", "har"): (1e-4, "definition of the hectare"),
    ("m", "km"): (1e-3, "definition"),
    ("km", "m"): (1e3, "definition"),
    ("1", "%"): (100.0, "definition of per cent"),
    ("%", "1"): (0.01, "definition of per cent"),
    ("/a", "%/a"): (100.0, "definition of per cent"),
    ("%/a", "/a"): (0.01, "definition of per cent"),
    ("{person}/har", "{person}/km2"): (100.0, "definition of the hectare"),
    ("10*3{person}", "{person}"): (1e3, "definition"),
    ("10*6{person}", "{person}"): (1e6, "definition"),
}


def unit_of(code: str) -> Unit:
    """Return the unit of a UCUM code; an unlisted code is shown as it stands."""
    return _UNITS.get(code, Unit(code, code))


def is_listed(code: str) -> bool:
    """Whether pages know how to print the unit."""
    return code in _UNITS


def factor(found: str, wanted: str) -> float:
    """Return the listed factor from one unit to another.

    Raises
    ------
    InvalidInput
        If no factor is listed: nothing is converted by guess.
    """
    if found == wanted:
        return 1.0
    if (found, wanted) not in _FACTORS:
        raise InvalidInput(
            "no listed factor between units", found=found, expected=wanted, mend="give the figures in a unit with a listed factor"
        )
    return _FACTORS[found, wanted][0]
