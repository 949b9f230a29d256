"""Public transport within a walk (SDG 11.2.1, by capacity of the stop) and the grain of the street network."""

from __future__ import annotations

from ekistics.indicators.shares import register_quotient
from ekistics.model.cards import Direction, Input, Kind

THEME = "transport"
SOURCE = "UN-Habitat, metadata for SDG indicator 11.2.1 (revised)"
EDITION = "2021-03"

_ACCESS = (
    ("public_transport_access", "people_near_stop", "Convenient access to public transport",
     "Share of residents within 500 m of a low-capacity or 1 km of a high-capacity stop."),
    ("public_transport_access_low_capacity", "people_near_low_capacity_stop", "Access to a low-capacity stop",
     "Share of residents within 500 m of a bus or tram stop."),
    ("public_transport_access_high_capacity", "people_near_high_capacity_stop", "Access to a high-capacity stop",
     "Share of residents within 1 km of a rail, metro or ferry stop."),
)  # fmt: skip

_DENSITIES = (
    ("street_density", "street_length", "km", "km/km2", "Street density", "Length of streets for each square kilometre of land."),
    ("intersection_density_walking", "intersections_walking", "{intersection}", "{intersection}/km2", "Intersections on foot",
     "Intersections of the walking network for each square kilometre of land."),
    ("intersection_density_driving", "intersections_driving", "{intersection}", "{intersection}/km2", "Intersections by car",
     "Intersections of the driving network for each square kilometre of land."),
)  # fmt: skip

for _code, _part, _name, _description in _ACCESS:
    register_quotient(
        part=Input(_part, unit="{person}", at_least=0), whole=Input("population", unit="{person}", at_least=0), unit="%",
        kind=Kind.SHARE, code=_code, edition=EDITION, name=_name, theme=THEME, source=SOURCE, description=_description,
        direction=Direction.HIGHER,
    )  # fmt: skip

for _code, _part, _part_unit, _unit, _name, _description in _DENSITIES:
    register_quotient(
        part=Input(_part, unit=_part_unit, at_least=0), whole=Input("area", unit="km2", at_least=0), unit=_unit, kind=Kind.DENSITY,
        code=_code, edition="1", name=_name, theme=THEME, source="Measured on the street network", description=_description,
    )  # fmt: skip
