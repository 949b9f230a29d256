"""Figures for the tests of this room."""

from __future__ import annotations

from itertools import count

from ekistics.model.observations import NO_BOUNDARY, Figure, Observation, Origin, Series
from ekistics.model.periods import Period

_numbers = count(1)


def figure(
    value=50.0, *, indicator="public_transport_access", unit="%", year=2020, period=None, source="office", origin=Origin.REPORTED,
    edition="", variant="default", boundary=NO_BOUNDARY, commit=1, out_of_date=False, **more,
):  # fmt: skip
    one = Observation(
        indicator, "city", Period.parse(period) if period else Period.year(year), Series(source, origin, edition, variant), value, unit,
        boundary=boundary, **more,
    )  # fmt: skip
    return Figure(next(_numbers), one, commit, run=1, part=1, out_of_date=out_of_date)


def with_terms(value=50.0, **more):
    return figure(value, numerator=value, denominator=100.0, **more)
