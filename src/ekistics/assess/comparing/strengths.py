"""In what a unit stands out from its peers, by a written rule: what qualifies, and why the rest does not.

The error of a difference has two parts, taken as independent: what the figure's standard error does to the difference, and the error of
the peers' median, sqrt(pi / 2) times their spread over the square root of their number, the spread being 1.4826 times their median
absolute deviation: one odd peer does not widen it. The sampling errors of the peers' own figures are within that spread.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from statistics import NormalDist
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from ekistics.assess.comparing.code_values import indicator_row, values_of
from ekistics.assess.comparing.figure_errors import FigureErrors
from ekistics.assess.comparing.peers import PeerGroup
from ekistics.assess.comparing.scales import scale_width
from ekistics.assess.findings import Side
from ekistics.model.assessments import Assessment, Change
from ekistics.model.errors import InvalidInput
from ekistics.model.recipes import Stage

Floats = NDArray[np.float64]

SPREAD_OF_DEVIATION = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation."""
ERROR_OF_MEDIAN = math.sqrt(math.pi / 2.0)
"""The error of the median of a large normal sample over that of its mean."""


@dataclass(frozen=True)
class StrengthRule:
    """The rule's numbers; `strengths.yaml` says what each means. `sentence` has them as slots."""

    edition: str
    at_most_a_side: int
    points: float
    level: float
    peers_at_least: int
    sentence: str

    def spoken(self) -> str:
        """Return the rule as a sentence with its numbers."""
        return self.sentence.format(points=f"{self.points:g}", peers=self.peers_at_least, level=f"{100 * self.level:g}")


class NotStandingOut(StrEnum):
    """The first condition that an indicator fails."""

    NO_FIGURE = "no figure"
    FILLED_IN = "filled in"
    """The figure was not measured: a stage filled the gap."""
    FEW_PEERS = "few peers"
    """Too few peers have a value."""
    CLOSE = "close"
    """It is too close to the median of the peers."""
    WITHIN_ERROR = "within error"
    """The difference is not larger than its error."""
    OTHERS_MORE = "others more"
    """More than the rule allows a side stand out further."""


@dataclass(frozen=True)
class Comparison:
    """A unit held against its peers in one indicator or composite; normalised points throughout, NaN where there is none.

    Attributes
    ----------
    value, median, difference : the unit's, that of its peers, and the one less the other
    spread : of the peers, 1.4826 times their median absolute deviation
    peers : how many of them have a value
    error : of the difference; None where the figure states no standard error
    of_scale : the difference in hundredths of the scale
    """

    code: str
    value: float
    median: float
    difference: float
    spread: float
    peers: int
    error: float | None
    of_scale: float


@dataclass(frozen=True)
class NotAStrength:
    """What was passed over, and why."""

    comparison: Comparison
    why: NotStandingOut


@dataclass(frozen=True)
class Strengths:
    """In what a unit stands out, furthest first, with what was passed over (in the order of the recipe) and the rule."""

    unit: str
    peers: PeerGroup
    strongest: tuple[Comparison, ...]
    weakest: tuple[Comparison, ...]
    passed_over: tuple[NotAStrength, ...]
    rule: StrengthRule


def strength_rule(told: Mapping[str, Any] | None = None) -> StrengthRule:
    """Return the rule from its YAML form; what is left out is as shipped.

    Raises
    ------
    InvalidInput
        If a key is unknown, or a number out of its range.
    """
    base = yaml.safe_load(resources.files(__package__).joinpath("strengths.yaml").read_text(encoding="utf-8"))
    if unknown := sorted(set(told or {}) - set(base)):
        raise InvalidInput("the rule of strengths has no such key", found=", ".join(unknown), expected=", ".join(base))
    rule = StrengthRule(**{**base, **(told or {})})
    if not (0 < rule.level < 1 and rule.points >= 0 and rule.peers_at_least >= 1 and rule.at_most_a_side >= 0):
        raise InvalidInput("a number of the rule of strengths is out of range", expected="level between 0 and 1, the others not below 0")
    return rule


def strengths_of(
    assessment: Assessment,
    peers: PeerGroup,
    *,
    errors: FigureErrors | None = None,
    among: Sequence[str] | None = None,
    rule: StrengthRule | None = None,
    year: int = -1,
) -> Strengths:
    """Return in what a unit stands out from its peers.

    Parameters
    ----------
    assessment : what it is compared in
    peers : of the unit
    errors : the standard errors of the figures; None takes none into account
    among : codes of indicators or composites; None takes all indicators. A composite has no error here: its doubt is drawn, not added
    rule : None takes the shipped one
    year : place of the year among those of the table

    Returns
    -------
    Strengths
        Fewer than the rule allows where fewer qualify; none is made up.
    """
    rule = rule or DEFAULT_RULE
    codes = tuple(one.code for one in assessment.recipe.indicators) if among is None else tuple(among)
    shifted = _shifted_errors(errors, peers, year)
    stands: list[Comparison] = []
    passed: dict[str, NotAStrength] = {}
    for code in codes:
        one = _compared(assessment, peers, code, year, shifted.get(code))
        why = _fault(assessment, one, peers.unit, year, rule)
        if why is None:
            stands.append(one)
        else:
            passed[code] = NotAStrength(one, why)
    stands.sort(key=lambda one: (-abs(one.of_scale), one.code))
    sides: dict[Side, list[Comparison]] = {Side.STRONG: [], Side.WEAK: []}
    for one in stands:
        side = sides[Side.STRONG if one.difference > 0 else Side.WEAK]
        if len(side) < rule.at_most_a_side:
            side.append(one)
        else:
            passed[one.code] = NotAStrength(one, NotStandingOut.OTHERS_MORE)
    left = tuple(passed[code] for code in codes if code in passed)
    unit = assessment.table.units[peers.unit]
    return Strengths(unit, peers, tuple(sides[Side.STRONG]), tuple(sides[Side.WEAK]), left, rule)


def _shifted_errors(errors: FigureErrors | None, peers: PeerGroup, year: int) -> dict[str, float]:
    """Return by indicator how far a figure's standard error moves its difference to the median of the peers."""
    if errors is None or len(peers.units) == 0:
        return {}
    around = errors.around(peers.unit, year)
    stated = ~np.isnan(errors.standard_errors[year, :, peers.unit])
    found = {}
    for row in np.flatnonzero(stated):
        low, high = (table[row, peers.unit] - _median(table[row, peers.units]) for table in around)
        found[errors.facts.codes[row]] = float(abs(high - low) / 2.0)
    return found


def _compared(assessment: Assessment, peers: PeerGroup, code: str, year: int, shifted: float | None) -> Comparison:
    row = values_of(assessment, code)[year]
    theirs = row[peers.units]
    theirs = theirs[~np.isnan(theirs)]
    value, median = float(row[peers.unit]), _median(theirs)
    spread = SPREAD_OF_DEVIATION * _median(np.abs(theirs - median))
    error = None
    if shifted is not None and len(theirs) and not math.isnan(shifted):
        error = math.hypot(shifted, ERROR_OF_MEDIAN * spread / math.sqrt(len(theirs)))
    difference = value - median
    width = scale_width(assessment, code)
    of_scale = 100.0 * difference / width if width > 0 else float("nan")
    return Comparison(code, value, median, difference, spread, len(theirs), error, of_scale)


def _fault(assessment: Assessment, one: Comparison, unit: int, year: int, rule: StrengthRule) -> NotStandingOut | None:
    """Return the first condition of the rule that a comparison fails; None where it meets all."""
    if math.isnan(one.value):
        return NotStandingOut.NO_FIGURE
    if _filled_in(assessment, one.code, unit, year):
        return NotStandingOut.FILLED_IN
    if one.peers < rule.peers_at_least:
        return NotStandingOut.FEW_PEERS
    if not (abs(one.of_scale) >= rule.points and one.difference != 0):
        return NotStandingOut.CLOSE
    if one.error is not None and abs(one.difference) <= NormalDist().inv_cdf(0.5 + rule.level / 2.0) * one.error:
        return NotStandingOut.WITHIN_ERROR
    return None


def _filled_in(assessment: Assessment, code: str, unit: int, year: int) -> bool:
    if code in assessment.groups:
        return False
    stage = next((one for one in assessment.stages if one.stage is Stage.IMPUTE), None)
    return (
        stage is not None
        and stage.changes is not None
        and bool(stage.changes[year, indicator_row(assessment, code), unit] == Change.IMPUTED)
    )


def _median(values: Floats) -> float:
    there = values[~np.isnan(values)]
    return float(np.median(there)) if len(there) else float("nan")


DEFAULT_RULE = strength_rule()
