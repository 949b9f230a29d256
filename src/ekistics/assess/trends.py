"""How a figure moved: one series at a time. A change of series, boundary or method is a break, never differenced across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ekistics.assess.preference import Rule, prefer
from ekistics.model.observations import Figure, Flag, Series, Status
from ekistics.model.periods import Period

_USABLE = {Status.NORMAL, Status.ESTIMATED, Status.IMPUTED}
_SAME = 1e-12
"""Relative: values closer than this are equal (the record's own rule)."""


@dataclass(frozen=True)
class Trend:
    """Figures oldest first, one a period. `breaks` are positions in `figures` before which nothing is joined.

    `change`, `years`, `per_year` and `sign` speak of the stretch since the last break, in the unit of the figure (a year);
    None where that stretch has a single figure. `sign` is 1, -1, or 0 where the ends are equal or their intervals meet.
    """

    figures: tuple[Figure, ...]
    breaks: tuple[int, ...] = ()
    change: float | None = None
    years: float | None = None
    per_year: float | None = None
    sign: int | None = None

    @property
    def break_years(self) -> tuple[int, ...]:
        """The years (ends of periods) of the first figures after each break."""
        return tuple(self.figures[place].observation.period.end.year for place in self.breaks)


def trend_of(figures: Sequence[Figure], rule: Rule | None = None, *, boundary: str | None = None) -> Trend | None:
    """Return the trend of figures of one indicator, place and breakdown.

    Parameters
    ----------
    figures : of any period and series
    rule : the preference rule; None takes the shipped one
    boundary : the boundary edition asked for

    Returns
    -------
    Trend
        It follows the series of the newest preferred figure where that has a figure, else the voice preferred for the period.
        None where no figure has a value.
    """
    usable = [one for one in figures if one.observation.value is not None and one.observation.status in _USABLE]
    lead = prefer(usable, rule, boundary=boundary).chosen
    if lead is None:
        return None
    chosen = [_voice(usable, period, lead, rule, boundary) for period in _periods(usable, lead)]
    breaks = tuple(place for place in range(1, len(chosen)) if _is_break(chosen[place - 1], chosen[place]))
    return _measured(tuple(chosen), breaks)


def _periods(figures: Sequence[Figure], lead: Figure) -> list[Period]:
    """Return the periods in order, without those that hold a whole other one: a change over all dates is no point of a trend.

    What the leading figure tells stays.
    """
    periods = {one.observation.period for one in figures}
    kept = [one for one in periods if one == lead.observation.period or not any(_holds(one, other) for other in periods)]
    return sorted(kept, key=lambda period: (period.end, period.start))


def _holds(one: Period, other: Period) -> bool:
    return one != other and one.start <= other.start and other.end <= one.end


def _voice(figures: Sequence[Figure], period: Period, lead: Figure, rule: Rule | None, boundary: str | None) -> Figure:
    here = [one for one in figures if one.observation.period == period]
    same = [one for one in here if _voice_key(one) == _voice_key(lead)]
    chosen = prefer(same or here, rule, boundary=boundary).chosen
    if chosen is None:
        raise AssertionError("a period without a figure")
    return chosen


def _voice_key(figure: Figure) -> tuple[Series, str]:
    return (figure.observation.series, figure.observation.boundary)


def _is_break(before: Figure, after: Figure) -> bool:
    return _voice_key(before) != _voice_key(after) or Flag.BREAK in after.observation.flags


def _measured(figures: tuple[Figure, ...], breaks: tuple[int, ...]) -> Trend:
    stretch = figures[breaks[-1] if breaks else 0 :]
    first, last = stretch[0].observation, stretch[-1].observation
    if len(stretch) < 2 or first.value is None or last.value is None:
        return Trend(figures, breaks)
    years = first.period.years_until(last.period)
    change = last.value - first.value
    same = abs(change) <= _SAME * max(abs(first.value), abs(last.value))
    sign = 0 if same or _meet(stretch[0], stretch[-1]) else 1 if change > 0 else -1
    return Trend(figures, breaks, change, years, change / years if years > 0 else None, sign)


def _meet(first: Figure, last: Figure) -> bool:
    """Whether both have intervals and these touch: then the figures cannot be told apart."""
    a, b = first.observation, last.observation
    if a.lower is None or a.upper is None or b.lower is None or b.upper is None:
        return False
    return a.lower <= b.upper and b.lower <= a.upper
