"""Quantities that are counted on the ground, by zone: what formulas need, each an indicator of its own that can be clicked.

`layer` of a card names the zone table that gives it.
"""

from __future__ import annotations

from ekistics.indicators.registry import register_given
from ekistics.model.cards import Card, Direction, Kind, Pooling

EDITION = "1"
SOURCE = "Counted from the layer named"

FACILITIES = {"school": "zone_reach_schools", "health_facility": "zone_reach_health", "market": "zone_reach_markets"}
"""What people walk to, and the layer that tabulates it."""
WALK_MINUTES = (5, 10, 15)

_AREAS = (
    ("area", "Area", "land", "zone_area", "Area inside the boundary, on the ellipsoid."),
    (
        "open_space_area",
        "Area of open public space",
        "public space",
        "zone_open_space",
        "Union of open public spaces; overlap counts once.",
    ),
    ("green_area", "Green area on the map", "public space", "zone_open_space", "Union of mapped green land, public or not."),
    ("street_area", "Land allocated to streets", "public space", "zone_street_land", "Length by width; land inside open space left out."),
)
_LENGTHS = (
    ("street_length", "Length of streets", "transport", "zone_street_land", "Centre lines of streets."),
    ("walkable_length", "Length of walkable ways", "transport", "zone_street_land", "Centre lines of ways that a person may walk."),
)
_INTERSECTIONS = (
    ("intersections_walking", "Intersections of the walking network", "transport", "zone_intersections"),
    ("intersections_driving", "Intersections of the driving network", "transport", "zone_intersections"),
)
_PEOPLE = (
    ("population", "Population", "people", "zone_people", "Residents."),
    (
        "people_near_open_space", "People near open public space", "public space", "zone_reach_open_space",
        "Residents within 400 m of an open public space, by the network or as the variant says.",
    ),
    (
        "people_near_low_capacity_stop", "People near a low-capacity stop", "transport", "zone_reach_stops",
        "Residents within 500 m of a bus or tram stop, by the network or as the variant says.",
    ),
    (
        "people_near_high_capacity_stop", "People near a high-capacity stop", "transport", "zone_reach_stops",
        "Residents within 1 km of a rail, metro or ferry stop, by the network or as the variant says.",
    ),
    (
        "people_near_stop", "People near any stop", "transport", "zone_reach_stops",
        "Residents near a low-capacity or a high-capacity stop, each counted once.",
    ),
)  # fmt: skip


def _register(code: str, name: str, unit: str, kind: Kind, theme: str, layer: str, description: str, decimals: int = 0) -> None:
    register_given(
        Card(
            code=code,
            edition=EDITION,
            name=name,
            unit=unit,
            kind=kind,
            theme=theme,
            source=SOURCE,
            direction=Direction.NEUTRAL,
            pools=Pooling.SUM,
            layer=layer,
            description=description,
            decimals=decimals,
        )
    )


def _register_reach(facility: str, layer: str) -> None:
    name = facility.replace("_", " ")
    for minutes in WALK_MINUTES:
        _register(
            f"people_within_{minutes}_minutes_of_{facility}", f"People within {minutes} minutes of a {name}", "{person}", Kind.COUNT,
            "access", layer, f"Residents within {minutes} minutes' walk of the nearest {name}.",
        )  # fmt: skip
    _register(
        f"person_metres_to_{facility}", f"Walking distance of all people to the nearest {name}", "m.{person}", Kind.SUM,
        "access", layer, "Sum of the walking distances of residents whose distance is known.",
    )  # fmt: skip
    _register(
        f"people_with_distance_to_{facility}", f"People whose distance to a {name} is known", "{person}", Kind.COUNT,
        "access", layer, f"Residents who can reach a {name} within the search.",
    )  # fmt: skip


for _row in _AREAS:
    _register(_row[0], _row[1], "km2", Kind.AREA, _row[2], _row[3], _row[4], decimals=2)
for _row in _LENGTHS:
    _register(_row[0], _row[1], "km", Kind.LENGTH, _row[2], _row[3], _row[4], decimals=1)
for _code, _name, _theme, _layer in _INTERSECTIONS:
    _register(_code, _name, "{intersection}", Kind.COUNT, _theme, _layer, "Nodes where three or more ways meet, merged within 15 m.")
for _row in _PEOPLE:
    _register(_row[0], _row[1], "{person}", Kind.COUNT, _row[2], _row[3], _row[4])
for _facility, _layer in FACILITIES.items():
    _register_reach(_facility, _layer)
