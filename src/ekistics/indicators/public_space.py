"""Open public space and streets: SDG 11.7.1 and its parts. The area of the city is the area inside the boundary measured."""

from __future__ import annotations

from ekistics.indicators.registry import indicator
from ekistics.model.cards import Direction, Input, Kind, Pooling
from ekistics.stats.estimates import Column, Estimates

THEME = "public space"
SOURCE = "UN-Habitat, metadata for SDG indicator 11.7.1"
EDITION = "2021-03"

_OPEN = Input("open_space_area", unit="km2", at_least=0)
_STREETS = Input("street_area", unit="km2", at_least=0)
_AREA = Input("area", unit="km2", at_least=0)


@indicator(
    code="open_space_share", edition=EDITION, name="Open public space", unit="%", kind=Kind.SHARE, theme=THEME, source=SOURCE,
    direction=Direction.HIGHER, pools=Pooling.TERMS, inputs=(_OPEN, _AREA), formula="100 * open_space_area / area",
    description="Share of the land that is open public space.",
)  # fmt: skip
def open_space_share(*, open_space_area: Column, area: Column) -> Estimates:
    """Say how much of the land is open to all without charge.

    Parameters
    ----------
    open_space_area, area : (rows,) km2, at least 0

    Returns
    -------
    Estimates, (rows,), %
        The terms are both areas.
    """
    return Estimates.share(open_space_area, area)


@indicator(
    code="street_share", edition=EDITION, name="Land allocated to streets", unit="%", kind=Kind.SHARE, theme=THEME, source=SOURCE,
    direction=Direction.HIGHER, pools=Pooling.TERMS, inputs=(_STREETS, _AREA), formula="100 * street_area / area",
    description="Share of the land that streets take.",
)  # fmt: skip
def street_share(*, street_area: Column, area: Column) -> Estimates:
    """Say how much of the land is given to streets.

    Parameters
    ----------
    street_area, area : (rows,) km2, at least 0
        Land inside open space is no street.

    Returns
    -------
    Estimates, (rows,), %
        The terms are both areas.
    """
    return Estimates.share(street_area, area)


@indicator(
    code="public_space_share", edition=EDITION, name="Streets and open public space", unit="%", kind=Kind.SHARE, theme=THEME,
    source=SOURCE, direction=Direction.HIGHER, pools=Pooling.TERMS, inputs=(_OPEN, _STREETS, _AREA),
    formula="100 * (open_space_area + street_area) / area", description="Share of the land that is open public space or street.",
)  # fmt: skip
def public_space_share(*, open_space_area: Column, street_area: Column, area: Column) -> Estimates:
    """Say how much of the land serves all (SDG 11.7.1).

    Parameters
    ----------
    open_space_area, street_area, area : (rows,) km2, at least 0

    Returns
    -------
    Estimates, (rows,), %
        The terms are open space and streets together, and the area of the place.
    """
    return Estimates.share(open_space_area + street_area, area)


@indicator(
    code="people_near_open_space_share", edition=EDITION, name="People near open public space", unit="%", kind=Kind.SHARE, theme=THEME,
    source=SOURCE, direction=Direction.HIGHER, pools=Pooling.TERMS, formula="100 * people_near_open_space / population",
    inputs=(Input("people_near_open_space", unit="{person}", at_least=0), Input("population", unit="{person}", at_least=0)),
    description="Share of residents within 400 m on foot of an open public space.",
)  # fmt: skip
def people_near_open_space_share(*, people_near_open_space: Column, population: Column) -> Estimates:
    """Say how many residents can walk to an open public space.

    Parameters
    ----------
    people_near_open_space, population : (rows,) persons, at least 0

    Returns
    -------
    Estimates, (rows,), %
        The terms are both counts; undefined where nobody lives.
    """
    return Estimates.share(people_near_open_space, population)
