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
ALSO = {"population": ("zone_settlement",)}
"""Quantities that a second layer gives too, for the years of its grids."""

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
_SETTLEMENT_AREAS = (
    ("urban_centre_area", "Land in urban centres", "Cells of urban centres by the degree of urbanisation."),
    ("urban_cluster_area", "Land in urban clusters", "Cells of dense and semi-dense clusters and suburbs by the degree of urbanisation."),
    ("rural_cell_area", "Rural land", "Cells outside urban centres and clusters by the degree of urbanisation, water left out."),
)
_EXTENT_AREAS = (
    ("built_up_area", "Built-up area", "Land occupied by buildings."),
    ("urban_extent_area", "Urban extent", "Built-up land with the open land that it fragments."),
    ("urbanised_open_area", "Open land in the urban extent", "Open land that built-up land surrounds or touches."),
    ("built_up_in_extent_area", "Built-up land in the urban extent", "Built-up land that most of, or a part of, its neighbourhood shares."),
)
_GROWTH_AREAS = (
    ("infill_area", "Infill", "New built-up land on the open land of the earlier urban extent."),
    ("extension_area", "Extension", "New built-up land that touches the earlier urban extent."),
    ("leapfrog_area", "Leapfrog development", "New built-up land that does not touch the earlier urban extent."),
    ("inclusion_area", "Inclusion", "Earlier outlying built-up land that the later urban extent takes in."),
)
_BY_DEGREE = (
    ("people_in_urban_centres", "People in urban centres", "Residents of cells of urban centres by the degree of urbanisation."),
    ("people_in_urban_clusters", "People in urban clusters", "Residents of cells of urban clusters by the degree of urbanisation."),
    ("people_in_rural_cells", "People in rural cells", "Residents of rural cells by the degree of urbanisation."),
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


def _register(
    code: str, name: str, unit: str, kind: Kind, theme: str, layer: str, description: str, decimals: int = 0, also: tuple[str, ...] = ()
) -> None:
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
            also=also,
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
    _register(_row[0], _row[1], "{person}", Kind.COUNT, _row[2], _row[3], _row[4], also=ALSO.get(_row[0], ()))
for _code, _name, _said in _BY_DEGREE:
    _register(_code, _name, "{person}", Kind.COUNT, "settlement", "zone_settlement", _said)
for _layer, _theme, _rows in (
    ("zone_settlement", "settlement", _SETTLEMENT_AREAS),
    ("zone_urban_extent", "land", _EXTENT_AREAS),
    ("zone_urban_growth", "land", _GROWTH_AREAS),
):
    for _code, _name, _said in _rows:
        _register(_code, _name, "km2", Kind.AREA, _theme, _layer, _said, decimals=2)
for _facility, _layer in FACILITIES.items():
    _register_reach(_facility, _layer)
