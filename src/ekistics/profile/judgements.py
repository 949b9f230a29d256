"""From what `assess` says to what pages show: ratings, findings, choices and trends as evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ekistics.assess.findings import Findings
from ekistics.assess.preference import Choice
from ekistics.assess.rating import Rating
from ekistics.assess.trends import Trend as AssessedTrend
from ekistics.model.frameworks import Framework
from ekistics.model.targets import Target
from ekistics.profile.evidence import AgendaView, Chosen, Found, Rated, Side, Trend


def rated_from(rating: Rating) -> Rated:
    """Return one rating as the pages show it; the benchmark it was held against stands with its item."""
    item = replace(rating.item, benchmark=rating.benchmark) if rating.benchmark is not None else rating.item
    return Rated(
        item=item,
        indicator=rating.indicator,
        figure=rating.figure,
        score=rating.score,
        band=rating.band,
        score_low=rating.score_low,
        score_high=rating.score_high,
        gap=rating.gap,
        trend_sign=rating.trend.sign if rating.trend is not None else None,
        provisional=rating.provisional,
        reason=rating.reason,
    )


def agenda_from(framework: Framework, ratings: Iterable[Rating]) -> AgendaView:
    """Return one agenda with its ratings."""
    return AgendaView(framework, tuple(rated_from(one) for one in ratings))


def found_from(findings: Findings) -> tuple[Found, ...]:
    """Return the findings, the strongest first, then the weakest, each with its reasons as its rule."""
    sides = ((Side.STRONG, findings.strongest), (Side.WEAK, findings.weakest))
    return tuple(Found(side, rated_from(one.rating), one.framework, " ".join(one.reasons)) for side, held in sides for one in held)


def chosen_from(choice: Choice) -> Chosen | None:
    """Return a choice with the voices passed over, None where there was nothing to choose."""
    if choice.chosen is None:
        return None
    return Chosen(choice.chosen, tuple(one.figure for one in choice.passed_over), choice.why)


def trend_from(trend: AssessedTrend, target: Target | None = None) -> Trend:
    """Return a trend with its target."""
    return Trend(trend.figures[-1].observation.indicator, trend.figures, target, trend.break_years)
