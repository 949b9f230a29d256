"""Land and growth: SDG 11.3.1 in both its editions, and the secondary indicators of the same inputs.

The metadata of July 2016 takes logarithms of both areas and populations; that of March 2021 keeps the logarithm for people and
takes the plain relative change for land. The two give different figures, so each is an edition with its own card. A ratio of
two rates cannot be read alone (both may be negative, or growth near 0): both rates are kept as its terms, with their signs.
"""

from __future__ import annotations

import numpy as np

from ekistics.indicators.registry import indicator
from ekistics.model.cards import Direction, Input, Kind, Pooling
from ekistics.stats.estimates import Column, Estimates
from ekistics.stats.rounding import rounding_error_of_log_ratio

THEME = "land"
METADATA = "UN-Habitat, metadata for SDG indicator 11.3.1"
OLD, CURRENT = "2016-07", "2021-03"
M2_A_KM2 = 1e6

_POPULATION = (
    Input("population", unit="{person}", at="start", above=0),
    Input("population", unit="{person}", at="end", above=0),
)
_BUILT_UP = (
    Input("built_up_area", unit="km2", at="start", above=0),
    Input("built_up_area", unit="km2", at="end", above=0),
)
# A place may have lost all that was built: under the plain change that is a rate, under the logarithm it is not.
_BUILT_UP_PLAIN = (_BUILT_UP[0], Input("built_up_area", unit="km2", at="end", at_least=0))
_YEARS = Input.elapsed("a")

_LOG_LAND = "log(built_up_area_end / built_up_area_start) / years"
_PLAIN_LAND = "(built_up_area_end - built_up_area_start) / built_up_area_start / years"
_GROWTH = "log(population_end / population_start) / years"


@indicator(
    code="population_growth_rate", edition=CURRENT, name="Population growth rate", unit="/a", kind=Kind.RATE, theme=THEME,
    source=METADATA, inputs=(*_POPULATION, _YEARS), formula=_GROWTH, decimals=4,
    description="How fast the number of residents grew a year, by the logarithm of the two counts.",
)  # fmt: skip
def population_growth_rate(*, population_start: Column, population_end: Column, years: Column) -> Estimates:
    """Say how fast places gained or lost residents.

    Parameters
    ----------
    population_start, population_end : (rows,) persons, above 0
        Residents P1, P2 at the two ends of the reference period, inside the same boundary edition.
    years : (rows,) years, above 0
        Length t of the reference period.

    Returns
    -------
    Estimates, (rows,), a year
        PGR = ln(P2 / P1) / t; the terms are ln(P2 / P1) and t.
    """
    return Estimates.ratio(np.log(population_end / population_start), years)


@indicator(
    code="land_consumption_rate", edition=OLD, name="Land consumption rate", unit="/a", kind=Kind.RATE, theme=THEME,
    source=METADATA, inputs=(*_BUILT_UP, _YEARS), formula=_LOG_LAND, decimals=4,
    description="How fast built-up area grew a year, by the logarithm of the two areas.",
)  # fmt: skip
def land_consumption_rate_2016(*, built_up_area_start: Column, built_up_area_end: Column, years: Column) -> Estimates:
    """Say how fast places took land, by the edition of July 2016.

    Parameters
    ----------
    built_up_area_start, built_up_area_end : (rows,) km2, above 0
        Area V1, V2 of the built-up land at the two ends of the reference period.
    years : (rows,) years, above 0
        Length t of the reference period.

    Returns
    -------
    Estimates, (rows,), a year
        LCR = ln(V2 / V1) / t; the terms are ln(V2 / V1) and t.
    """
    return Estimates.ratio(np.log(built_up_area_end / built_up_area_start), years)


@indicator(
    code="land_consumption_rate", edition=CURRENT, name="Land consumption rate", unit="/a", kind=Kind.RATE, theme=THEME,
    source=METADATA, inputs=(*_BUILT_UP_PLAIN, _YEARS), formula=_PLAIN_LAND, decimals=4,
    description="By what share of the built-up area at the start it grew a year.",
)  # fmt: skip
def land_consumption_rate(*, built_up_area_start: Column, built_up_area_end: Column, years: Column) -> Estimates:
    """Say how fast places took land, by the edition of March 2021.

    Parameters
    ----------
    built_up_area_start, built_up_area_end : (rows,) km2, above 0 at the start
        Area V1, V2 of the built-up land at the two ends of the reference period.
    years : (rows,) years, above 0
        Length t of the reference period.

    Returns
    -------
    Estimates, (rows,), a year
        LCR = ((V2 - V1) / V1) / t; the terms are (V2 - V1) / V1 and t.
    """
    return Estimates.ratio((built_up_area_end - built_up_area_start) / built_up_area_start, years)


@indicator(
    code="land_consumption_ratio", edition=OLD, name="Land consumption rate over population growth rate", unit="1",
    kind=Kind.RATIO, theme=THEME, source=METADATA, pools=Pooling.NEVER, inputs=(*_BUILT_UP, *_POPULATION, _YEARS),
    formula=f"({_LOG_LAND}) / ({_GROWTH})", decimals=2,
    description="How fast land was taken for each step of growth in people; logarithms for both.",
)  # fmt: skip
def land_consumption_ratio_2016(
    *, built_up_area_start: Column, built_up_area_end: Column, population_start: Column, population_end: Column, years: Column
) -> Estimates:
    """Compare how fast places take land with how fast they gain residents, by the edition of July 2016.

    Parameters
    ----------
    built_up_area_start, built_up_area_end : (rows,) km2, above 0
        Area V1, V2 at the two ends of the reference period.
    population_start, population_end : (rows,) persons, above 0
        Residents P1, P2 on the same dates, inside the same boundary edition.
    years : (rows,) years, above 0
        Length t of the reference period.

    Returns
    -------
    Estimates, (rows,), dimensionless
        LCR = ln(V2 / V1) / t over PGR = ln(P2 / P1) / t, with both rates as terms. Statuses as in the edition of 2021.
    """
    return _ratio(np.log(built_up_area_end / built_up_area_start) / years, population_start, population_end, years)


@indicator(
    code="land_consumption_ratio", edition=CURRENT, name="Land consumption rate over population growth rate", unit="1",
    kind=Kind.RATIO, theme=THEME, source=METADATA, pools=Pooling.NEVER, inputs=(*_BUILT_UP_PLAIN, *_POPULATION, _YEARS),
    formula=f"({_PLAIN_LAND}) / ({_GROWTH})", decimals=2,
    description="How fast land was taken for each step of growth in people; plain change of land, logarithm for people.",
)  # fmt: skip
def land_consumption_ratio(
    *, built_up_area_start: Column, built_up_area_end: Column, population_start: Column, population_end: Column, years: Column
) -> Estimates:
    """Compare how fast places take land with how fast they gain residents.

    Parameters
    ----------
    built_up_area_start, built_up_area_end : (rows,) km2, above 0 at the start
        Built-up area V1, V2 at the two ends of the reference period.
    population_start, population_end : (rows,) persons, above 0
        Residents P1, P2 on the same dates, inside the same boundary edition.
    years : (rows,) years, above 0
        Length t of the reference period.

    Returns
    -------
    Estimates, (rows,), dimensionless
        LCR = ((V2 - V1) / V1) / t over PGR = ln(P2 / P1) / t, with both rates as its terms: the ratio alone misleads. The
        sign is kept. No change of land is a ratio of 0. Rows with PGR = 0 have status undefined; rows whose PGR is smaller
        than its own rounding error have status unstable; rows with a missing or non-positive input say which.

    Raises
    ------
    InvalidInput
        If the columns differ in length or unit.

    Examples
    --------
    >>> from ekistics.stats.estimates import col
    >>> one = land_consumption_ratio(built_up_area_start=col(100.0), built_up_area_end=col(120.0),
    ...                              population_start=col(1e6), population_end=col(1.1e6), years=col(10))
    >>> one.value.round(3)
    array([2.098])
    """
    land_rate = (built_up_area_end - built_up_area_start) / built_up_area_start / years
    return _ratio(land_rate, population_start, population_end, years)


def _ratio(land_rate: Column, population_start: Column, population_end: Column, years: Column) -> Estimates:
    growth_rate = np.log(population_end / population_start) / years
    doubt = rounding_error_of_log_ratio(population_start, population_end) / years
    return Estimates.ratio(land_rate, growth_rate, unstable_below=doubt).reworded(
        {
            "the denominator is 0": "the population did not change",
            "the denominator is smaller than its own rounding error": "population growth is smaller than its own rounding error",
        }
    )


@indicator(
    code="built_up_per_person", edition=CURRENT, name="Built-up area per person", unit="m2/{person}", kind=Kind.MEAN, theme=THEME,
    source=METADATA, pools=Pooling.TERMS, formula="1e6 * built_up_area / population",
    inputs=(Input("built_up_area", unit="km2", at_least=0), Input("population", unit="{person}", at_least=0)),
    description="Built-up land for each resident.",
)  # fmt: skip
def built_up_per_person(*, built_up_area: Column, population: Column) -> Estimates:
    """Say how much built-up land there is for each resident.

    Parameters
    ----------
    built_up_area : (rows,) km2, at least 0
    population : (rows,) persons, at least 0

    Returns
    -------
    Estimates, (rows,), m2 a person
        The terms are the area in m2 and the residents; undefined where nobody lives.
    """
    return Estimates.ratio(M2_A_KM2 * built_up_area, population)


@indicator(
    code="built_up_change", edition=CURRENT, name="Change of built-up area", unit="%", kind=Kind.RATE, theme=THEME, source=METADATA,
    pools=Pooling.TERMS, inputs=_BUILT_UP_PLAIN, formula="100 * (built_up_area_end - built_up_area_start) / built_up_area_start",
    description="By how much the built-up area changed over the whole period.",
)  # fmt: skip
def built_up_change(*, built_up_area_start: Column, built_up_area_end: Column) -> Estimates:
    """Say by how much the built-up area changed over the period.

    Parameters
    ----------
    built_up_area_start, built_up_area_end : (rows,) km2, above 0 at the start

    Returns
    -------
    Estimates, (rows,), %
        100 (V2 - V1) / V1; the terms are V2 - V1 and V1 in km2.
    """
    return Estimates.ratio(built_up_area_end - built_up_area_start, built_up_area_start, times=100.0)


@indicator(
    code="population_density", edition="1", name="Population density", unit="{person}/km2", kind=Kind.DENSITY, theme=THEME,
    source="Residents over land area inside the boundary", pools=Pooling.TERMS, formula="population / area", decimals=0,
    inputs=(Input("population", unit="{person}", at_least=0), Input("area", unit="km2", at_least=0)),
    description="Residents for each square kilometre inside the boundary.",
)  # fmt: skip
def population_density(*, population: Column, area: Column) -> Estimates:
    """Say how densely places are lived in.

    Parameters
    ----------
    population : (rows,) persons, at least 0
    area : (rows,) km2, at least 0

    Returns
    -------
    Estimates, (rows,), persons a km2
        The terms are residents and area.
    """
    return Estimates.ratio(population, area)


@indicator(
    code="built_up_density", edition="1", name="Population density of the built-up area", unit="{person}/km2", kind=Kind.DENSITY,
    theme=THEME, source="Residents over built-up area", pools=Pooling.TERMS, formula="population / built_up_area", decimals=0,
    inputs=(Input("population", unit="{person}", at_least=0), Input("built_up_area", unit="km2", at_least=0)),
    description="Residents for each square kilometre of built-up land.",
)  # fmt: skip
def built_up_density(*, population: Column, built_up_area: Column) -> Estimates:
    """Say how densely the built-up land is lived in.

    Parameters
    ----------
    population : (rows,) persons, at least 0
    built_up_area : (rows,) km2, at least 0

    Returns
    -------
    Estimates, (rows,), persons a km2
        The terms are residents and built-up area.
    """
    return Estimates.ratio(population, built_up_area)


@indicator(
    code="built_up_share", edition="1", name="Built-up share of the land", unit="%", kind=Kind.SHARE, theme=THEME,
    source="Built-up area over land area inside the boundary", pools=Pooling.TERMS, formula="100 * built_up_area / area",
    inputs=(Input("built_up_area", unit="km2", at_least=0), Input("area", unit="km2", at_least=0)),
    description="How much of the land inside the boundary is built up.", direction=Direction.NEUTRAL,
)  # fmt: skip
def built_up_share(*, built_up_area: Column, area: Column) -> Estimates:
    """Say how much of the land is built up.

    Parameters
    ----------
    built_up_area, area : (rows,) km2, at least 0

    Returns
    -------
    Estimates, (rows,), %
        The terms are both areas.
    """
    return Estimates.share(built_up_area, area)
