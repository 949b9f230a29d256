"""What somebody set out to reach."""

from __future__ import annotations

from dataclasses import dataclass

from ekistics.model.observations import TOTAL


@dataclass(frozen=True)
class Target:
    """A value to reach by a year for an indicator and a place, and who set it."""

    indicator: str
    place: str
    value: float
    unit: str
    year: int
    set_by: str
    breakdown: str = TOTAL
    baseline: float | None = None
    baseline_year: int | None = None
