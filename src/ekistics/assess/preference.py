"""Which voice is shown: one ordered rule, kept as data, chooses among figures of one indicator and place and says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from ekistics.model.errors import InvalidInput
from ekistics.model.observations import NO_BOUNDARY, Figure, Origin

Rank = Callable[[Figure, "_Context"], Any]


@dataclass(frozen=True)
class Rule:
    """The order of steps, with the lists that two of them go by. `sentence` of a step is what lineage shows."""

    edition: str
    steps: tuple[str, ...]
    variants: tuple[str, ...]
    manners: tuple[str, ...]


@dataclass(frozen=True)
class PassedOver:
    """A voice that was not chosen, the step that decided, and why in words."""

    figure: Figure
    step: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """The voice chosen, None where there are no figures; `why` is the last step that told voices apart, empty with one voice."""

    chosen: Figure | None
    passed_over: tuple[PassedOver, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class _Context:
    rule: Rule
    boundary: str | None
    figures: tuple[Figure, ...]


def rule_from(told: Mapping[str, Any]) -> Rule:
    """Return a rule from its YAML form; what is left out is as shipped.

    Raises
    ------
    InvalidInput
        If a step or a manner is unknown.
    """
    base = yaml.safe_load(resources.files(__package__).joinpath("preference.yaml").read_text(encoding="utf-8"))
    whole = {**base, **told}
    if unknown := [step for step in whole["steps"] if step not in _STEPS]:
        raise InvalidInput("the preference rule has no such step", found=", ".join(map(str, unknown)), expected=", ".join(_STEPS))
    known = {f"{origin} {how}" for origin in Origin for how in ("with terms", "bare")}
    if unknown := [manner for manner in whole["manners"] if manner not in known]:
        raise InvalidInput("the preference rule has no such manner", found=", ".join(map(str, unknown)), expected=", ".join(sorted(known)))
    return Rule(str(whole["edition"]), tuple(whole["steps"]), tuple(whole["variants"]), tuple(whole["manners"]))


def prefer(figures: Sequence[Figure], rule: Rule | None = None, *, boundary: str | None = None) -> Choice:
    """Choose one voice among figures of one indicator, place and breakdown.

    Parameters
    ----------
    figures : the voices; of any series, boundary edition and period
    rule : the order; None takes the shipped one
    boundary : the boundary edition asked for; None asks for none

    Returns
    -------
    Choice
        The same whatever the order of `figures`: what the steps leave equal is decided by source, then by the number of the figure.
    """
    rule = rule or DEFAULT_RULE
    left = sorted(figures, key=_tie)
    passed: list[PassedOver] = []
    for step in rule.steps:
        if len(left) < 2:
            break
        rank, words = _STEPS[step]
        context = _Context(rule, boundary, tuple(left))
        ranks = [rank(one, context) for one in left]
        best = min(ranks)
        passed += [PassedOver(one, step, words) for one, held in zip(left, ranks, strict=True) if held != best]
        left = [one for one, held in zip(left, ranks, strict=True) if held == best]
    passed += [PassedOver(one, "order", "all else being equal, sources go by name") for one in left[1:]]
    return Choice(left[0] if left else None, tuple(passed), passed[-1].step if passed else "")


def manner_of(figure: Figure) -> str:
    """Return how a figure came about and whether it has its terms (`computed with terms`)."""
    one = figure.observation
    terms = one.numerator is not None and one.denominator is not None
    return f"{one.series.origin} {'with terms' if terms else 'bare'}"


def _tie(figure: Figure) -> tuple[str, str, str, int]:
    series = figure.observation.series
    return (series.source, series.variant, series.edition, figure.id)


def _by_value(figure: Figure, context: _Context) -> int:
    return int(figure.observation.value is None)


def _by_boundary(figure: Figure, context: _Context) -> int:
    if context.boundary is None or figure.observation.boundary == context.boundary:
        return 0
    return 1 if figure.observation.boundary == NO_BOUNDARY else 2


def _by_period(figure: Figure, context: _Context) -> tuple[int, int]:
    period = figure.observation.period
    return (-period.end.toordinal(), -period.start.toordinal())


def _by_variant(figure: Figure, context: _Context) -> int:
    return _place_in(context.rule.variants, figure.observation.series.variant)


def _by_edition(figure: Figure, context: _Context) -> int:
    """Editions are compared within one source only: those of two publishers have no common order."""
    mine = figure.observation.series
    return int(
        any(
            (other.source, other.origin) == (mine.source, mine.origin) and other.edition > mine.edition
            for other in (one.observation.series for one in context.figures)
        )
    )


def _by_manner(figure: Figure, context: _Context) -> int:
    return _place_in(context.rule.manners, manner_of(figure))


def _by_commit(figure: Figure, context: _Context) -> int:
    return -figure.commit


def _place_in(order: tuple[str, ...], name: str) -> int:
    return order.index(name) if name in order else len(order)


_STEPS: dict[str, tuple[Rank, str]] = {
    "value": (_by_value, "it has no value"),
    "boundary": (_by_boundary, "it is for another boundary"),
    "period": (_by_period, "a newer figure is there"),
    "variant": (_by_variant, "it is of another variant of the method"),
    "edition": (_by_edition, "a newer edition of the method is there"),
    "manner": (_by_manner, "another figure came about in a preferred way"),
    "commit": (_by_commit, "another figure became known later"),
}

DEFAULT_RULE = rule_from({})
