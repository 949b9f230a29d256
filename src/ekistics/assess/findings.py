"""The strongest and weakest findings of a place, by a written rule: what qualifies, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

import yaml

from ekistics.assess.rating import Rating, Standing
from ekistics.model.errors import InvalidInput


class Side(StrEnum):
    """Which way a finding points."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True)
class FindingRule:
    """The rule's numbers: scores 0 to 100, coverage 0 to 1. `sentence` has them as slots."""

    edition: str
    at_most_a_side: int
    strong_from: float
    weak_below: float
    line: float
    coverage_at_least: float
    sentence: str

    def spoken(self) -> str:
        """Return the rule as a sentence with its numbers."""
        return self.sentence.format(
            coverage=f"{100 * self.coverage_at_least:g}", strong=f"{self.strong_from:g}", weak=f"{self.weak_below:g}", line=f"{self.line:g}"
        )


@dataclass(frozen=True)
class Finding:
    """A rated item that the rule lets through, and what let it through in words."""

    side: Side
    framework: str
    rating: Rating
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class NotAFinding:
    """A candidate that was passed over, and the first condition that it fails."""

    framework: str
    rating: Rating
    reason: str


@dataclass(frozen=True)
class Findings:
    """The strongest and the weakest, best and worst first, with what was passed over and the rule in a sentence."""

    strongest: tuple[Finding, ...]
    weakest: tuple[Finding, ...]
    passed_over: tuple[NotAFinding, ...]
    rule: FindingRule


def finding_rule(told: Mapping[str, Any] | None = None) -> FindingRule:
    """Return the rule from its YAML form; what is left out is as shipped.

    Raises
    ------
    InvalidInput
        If a key is unknown, or the sides overlap.
    """
    base = yaml.safe_load(resources.files(__package__).joinpath("findings.yaml").read_text(encoding="utf-8"))
    if unknown := sorted(set(told or {}) - set(base)):
        raise InvalidInput("the rule of findings has no such key", found=", ".join(unknown), expected=", ".join(base))
    rule = FindingRule(**{**base, **(told or {})})
    if not rule.weak_below <= rule.line <= rule.strong_from:
        raise InvalidInput("the sides of the rule of findings overlap", expected="weak_below <= line <= strong_from")
    return rule


def find(
    ratings: Mapping[str, Sequence[Rating]], rule: FindingRule | None = None, *, coverage: Mapping[int, float] | None = None
) -> Findings:
    """Return the findings among the ratings of one place.

    Parameters
    ----------
    ratings : by framework code, the more important framework first: an indicator that several rate speaks once
    rule : None takes the shipped one
    coverage : by figure id, the share (0 to 1) of people or land that the figure speaks for, where it is known

    Returns
    -------
    Findings
        Fewer than the rule allows where fewer qualify; none is made up.
    """
    rule = rule or DEFAULT_RULE
    found: list[Finding] = []
    passed: list[NotAFinding] = []
    spoken: set[str] = set()
    for framework, rows in ratings.items():
        for one in (row for row in rows if row.figure is not None):
            reason = "it is told already for another item" if one.indicator in spoken else _fault(one, rule, coverage or {})
            if reason:
                passed.append(NotAFinding(framework, one, reason))
                continue
            spoken.add(one.indicator)
            side = Side.STRONG if (one.score or 0.0) >= rule.strong_from else Side.WEAK
            found.append(Finding(side, framework, one, _reasons(one, side, rule, coverage or {})))
    strong = sorted((one for one in found if one.side is Side.STRONG), key=lambda one: (-(one.rating.score or 0.0), one.rating.indicator))
    weak = sorted((one for one in found if one.side is Side.WEAK), key=lambda one: (one.rating.score or 0.0, one.rating.indicator))
    left = [
        NotAFinding(one.framework, one.rating, "others stand out more") for side in (strong, weak) for one in side[rule.at_most_a_side :]
    ]
    return Findings(tuple(strong[: rule.at_most_a_side]), tuple(weak[: rule.at_most_a_side]), (*passed, *left), rule)


def _fault(one: Rating, rule: FindingRule, coverage: Mapping[int, float]) -> str:
    """Return the first condition of the rule that a rating fails; empty where it meets all."""
    if one.standing is not Standing.RATED or one.score is None or one.figure is None:
        return f"it is not rated: {one.reason}"
    if one.provisional:
        return "its benchmark is provisional"
    if one.figure.out_of_date:
        return "its figure is out of date"
    covered = coverage.get(one.figure.id)
    if covered is not None and covered < rule.coverage_at_least:
        return f"its figure speaks for {100 * covered:.0f} % of the people or land only"
    if rule.weak_below <= one.score < rule.strong_from:
        return "its score is neither strong nor weak"
    if one.score_low is not None and one.score_high is not None:
        strong = one.score >= rule.strong_from
        if (strong and one.score_low < rule.line) or (not strong and one.score_high >= rule.line):
            return "its interval lies on both sides of the line"
    return ""


def _reasons(one: Rating, side: Side, rule: FindingRule, coverage: Mapping[int, float]) -> tuple[str, ...]:
    said = [
        f"the benchmark is verified: {one.aim_source}" if one.aim_source else "the benchmark is verified",
        f"the score {one.score:.0f} is at least {rule.strong_from:g}"
        if side is Side.STRONG
        else f"the score {one.score:.0f} is below {rule.weak_below:g}",
    ]
    if one.score_low is not None:
        said.append(f"the scores over the interval, {one.score_low:.0f} to {one.score_high:.0f}, lie on one side of {rule.line:g}")
    if one.figure is not None and one.figure.id in coverage:
        said.append(f"the figure speaks for {100 * coverage[one.figure.id]:.0f} % of the people or land concerned")
    return tuple(said)


DEFAULT_RULE = finding_rule()
