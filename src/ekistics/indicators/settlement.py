"""Where people live by the degree of urbanisation, and how compact the urban extent is: shares of what grids tell."""

from __future__ import annotations

from ekistics.indicators.registry import indicator
from ekistics.model.cards import Input, Kind, Pooling
from ekistics.stats.estimates import Column, Estimates

EDITION = "1"
DEGREE = "UN Statistical Commission 2020, degree of urbanisation"
ATLAS = "Atlas of Urban Expansion; the text was not at hand"

_PEOPLE = tuple(
    Input(code, unit="{person}", at_least=0) for code in ("people_in_urban_centres", "people_in_urban_clusters", "people_in_rural_cells")
)
_ALL = "(people_in_urban_centres + people_in_urban_clusters + people_in_rural_cells)"


@indicator(
    code="city_population_share", edition=EDITION, name="People in urban centres", unit="%", kind=Kind.SHARE, theme="settlement",
    source=DEGREE, pools=Pooling.TERMS, inputs=_PEOPLE, formula=f"100 * people_in_urban_centres / {_ALL}",
    description="Share of residents who live in cells of an urban centre: dense cells with 50,000 people together.",
)  # fmt: skip
def city_population_share(*, people_in_urban_centres: Column, people_in_urban_clusters: Column, people_in_rural_cells: Column) -> Estimates:
    """Say what share of residents lives in urban centres.

    Parameters
    ----------
    people_in_urban_centres, people_in_urban_clusters, people_in_rural_cells : (rows,) persons, at least 0
        Residents by degree of urbanisation, inside the same boundary and year.

    Returns
    -------
    Estimates, (rows,), %
        The terms are people in urban centres and all three together; undefined where nobody lives.
    """
    everybody = people_in_urban_centres + people_in_urban_clusters + people_in_rural_cells
    return Estimates.ratio(people_in_urban_centres, everybody, times=100.0)


@indicator(
    code="urban_population_share", edition=EDITION, name="People in urban centres and clusters", unit="%", kind=Kind.SHARE,
    theme="settlement", source=DEGREE, pools=Pooling.TERMS, inputs=_PEOPLE,
    formula=f"100 * (people_in_urban_centres + people_in_urban_clusters) / {_ALL}",
    description="Share of residents who live in cells of an urban centre or an urban cluster.",
)  # fmt: skip
def urban_population_share(
    *, people_in_urban_centres: Column, people_in_urban_clusters: Column, people_in_rural_cells: Column
) -> Estimates:
    """Say what share of residents lives in urban centres and clusters.

    Parameters
    ----------
    people_in_urban_centres, people_in_urban_clusters, people_in_rural_cells : (rows,) persons, at least 0
        Residents by degree of urbanisation, inside the same boundary and year.

    Returns
    -------
    Estimates, (rows,), %
        The terms are people in urban centres and clusters, and all three together; undefined where nobody lives.
    """
    urban = people_in_urban_centres + people_in_urban_clusters
    return Estimates.ratio(urban, urban + people_in_rural_cells, times=100.0)


@indicator(
    code="extent_saturation", edition=EDITION, name="Saturation of the urban extent", unit="%", kind=Kind.SHARE, theme="land",
    source=ATLAS, verified=False, pools=Pooling.TERMS, formula="100 * built_up_in_extent_area / urban_extent_area",
    inputs=(Input("built_up_in_extent_area", unit="km2", at_least=0), Input("urban_extent_area", unit="km2", at_least=0)),
    description="Share of the urban extent that is built up; the rest is open land that it fragments.",
)  # fmt: skip
def extent_saturation(*, built_up_in_extent_area: Column, urban_extent_area: Column) -> Estimates:
    """Say how much of the urban extent is built up.

    Parameters
    ----------
    built_up_in_extent_area, urban_extent_area : (rows,) km2, at least 0

    Returns
    -------
    Estimates, (rows,), %
        The terms are the two areas; undefined where there is no extent.
    """
    return Estimates.ratio(built_up_in_extent_area, urban_extent_area, times=100.0)


@indicator(
    code="extent_density", edition=EDITION, name="People per km² of urban extent", unit="{person}/km2", kind=Kind.MEAN, theme="land",
    source=ATLAS, verified=False, pools=Pooling.TERMS, formula="population / urban_extent_area",
    inputs=(Input("population", unit="{person}", at_least=0), Input("urban_extent_area", unit="km2", at_least=0)),
    description="Residents for each km² of the urban extent.",
)  # fmt: skip
def extent_density(*, population: Column, urban_extent_area: Column) -> Estimates:
    """Say how densely the urban extent is lived in.

    Parameters
    ----------
    population : (rows,) persons, at least 0
    urban_extent_area : (rows,) km2, at least 0

    Returns
    -------
    Estimates, (rows,), persons a km2
        The terms are residents and the extent; undefined where there is no extent.
    """
    return Estimates.ratio(population, urban_extent_area)
