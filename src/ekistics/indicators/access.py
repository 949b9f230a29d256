"""Walking to daily services: the share of people within 5, 10 and 15 minutes, and the mean distance, for each kind of service."""

from __future__ import annotations

from ekistics.indicators.quantities import FACILITIES, WALK_MINUTES
from ekistics.indicators.shares import register_quotient
from ekistics.model.cards import Direction, Input, Kind

THEME = "access"
EDITION = "1"
SOURCE = "Measured on the walking network"

_RESIDENTS = Input("population", unit="{person}", at_least=0)

for _facility in FACILITIES:
    _noun = _facility.replace("_", " ")
    for _minutes in WALK_MINUTES:
        register_quotient(
            part=Input(f"people_within_{_minutes}_minutes_of_{_facility}", unit="{person}", at_least=0), whole=_RESIDENTS, unit="%",
            kind=Kind.SHARE, code=f"people_within_{_minutes}_minutes_of_{_facility}_share", edition=EDITION, theme=THEME, source=SOURCE,
            name=f"People within {_minutes} minutes of a {_noun}", direction=Direction.HIGHER,
            description=f"Share of residents within {_minutes} minutes' walk of the nearest {_noun}.",
        )  # fmt: skip
    register_quotient(
        part=Input(f"person_metres_to_{_facility}", unit="m.{person}", at_least=0),
        whole=Input(f"people_with_distance_to_{_facility}", unit="{person}", at_least=0), unit="m", kind=Kind.MEAN,
        code=f"mean_distance_to_{_facility}", edition=EDITION, theme=THEME, source=SOURCE, name=f"Mean walk to a {_noun}",
        description=f"Mean walking distance to the nearest {_noun}, of residents whose distance is known.", direction=Direction.LOWER,
        decimals=0,
    )  # fmt: skip
