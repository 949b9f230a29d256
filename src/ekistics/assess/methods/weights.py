"""The registered ways to come to the weights of the parts of a group.

The contract: `function(parts, given, family, **options)` with parts (runs, years, parts, units), given (runs, parts) the recipe's
weights, and the answer (runs, parts) of 0 or more, or (runs, years, parts, units) where each unit gets its own. A weight of 0 that is
given stays 0: the part is left out. What is fitted to the data is fitted to all years together, so that weights are the same in each.
NaN weights say that none can be found (a part does not vary): the assessment, or that run, does not stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods.registry import Demands, OptionKind, OptionRule, register
from ekistics.model.recipes import Option, Stage
from ekistics.stats import weighting
from ekistics.stats.envelope import benefit_of_the_doubt

Floats = NDArray[np.float64]

BY_RECIPE = frozenset({"given", "equal", "budget-allocation"})
"""The methods whose weights do not depend on the figures, and so not on those of other years."""
BEST = 100.0
"""What the best units score by the benefit of the doubt."""


@dataclass(frozen=True)
class Family:
    """A group, its level, and the codes of its parts."""

    group: str
    level: str
    parts: tuple[str, ...]


_LEVEL = OptionRule("level", OptionKind.TEXT, "the one level whose groups are weighted so; left out, every level", default="")


@register(Stage.WEIGHT, "given", says="the weights that the recipe gives")
def given_weights(parts: Floats, given: Floats, family: Family) -> Floats:
    """Return the weights as given."""
    return given


@register(Stage.WEIGHT, "equal", says="every part of a group counts the same, whatever weight the recipe gives")
def equal_weights(parts: Floats, given: Floats, family: Family) -> Floats:
    """Return a weight of 1 for each part that is not left out."""
    return (given > 0).astype(np.float64)


@register(
    Stage.WEIGHT,
    "budget-allocation",
    says="the mean of the points that experts gave: one list of points for each code, in the order of the experts",
    by_code=OptionRule("points", OptionKind.NUMBERS, "points of the experts", at_least=0.0),
)
def budget_allocation(parts: Floats, given: Floats, family: Family, **points: Option) -> Floats:
    """Return each part's mean share of the points of its group; a group without points keeps the weights given.

    An expert who has no points for one of the parts is left out of the group, as one who gave nothing.
    """
    told = [points.get(code) for code in family.parts]
    lists = [np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in told if one is not None]
    if not lists:
        return given
    budget = np.full((max(len(one) for one in lists), len(told)), np.nan)
    for place, one in enumerate(told):
        if one is not None:
            row = np.atleast_1d(np.asarray(one, dtype=np.float64))
            budget[: len(row), place] = row
    return np.where(given > 0, weighting.budget_allocation(budget).weights, 0.0)


@register(
    Stage.WEIGHT,
    "principal-components",
    says="in proportion to the loadings of the first principal component; a part that runs against the others gets no weight",
    options=(_LEVEL,),
    demands=Demands(units=3),
)
def by_first_component(parts: Floats, given: Floats, family: Family, *, level: str) -> Floats:
    """Return weights from the first principal component of the parts of a group; a group of one part, or two, keeps those given."""
    return _fitted(parts, given, family, level, lambda values: weighting.component_weights(values).weights, fewest=3)


@register(
    Stage.WEIGHT,
    "equal-influence",
    says="such that every part of a group goes with its arithmetic mean as much as the others, or in the proportions told by code",
    options=(_LEVEL,),
    by_code=OptionRule("wanted", OptionKind.NUMBER, "how much this part is to go with the whole, against the others", above=0.0),
    demands=Demands(units=3, arithmetic=True),
)
def by_influence(parts: Floats, given: Floats, family: Family, *, level: str, **wanted: Option) -> Floats:
    """Return weights with which the parts have the influence wanted."""
    told = [wanted.get(code) for code in family.parts]
    aims = np.array([float(one) if isinstance(one, int | float) else 1.0 for one in told])

    def balanced(values: Floats, which: NDArray[np.bool_]) -> Floats:
        return weighting.balanced_weights(values, wanted=aims[which]).weights

    return _fitted_to(parts, given, family, level, balanced, fewest=2)


@register(
    Stage.WEIGHT,
    "benefit-of-the-doubt",
    says="each unit by the weights that are best for it, held against all others with the same weights; the best score 100",
    options=(
        _LEVEL,
        OptionRule(
            "least_share", OptionKind.NUMBER, "the least share of a part in the score of a unit", default=0.0, at_least=0.0, at_most=1.0
        ),
        OptionRule(
            "most_share", OptionKind.NUMBER, "the largest share of a part in the score of a unit", default=1.0, above=0.0, at_most=1.0
        ),
    ),
    demands=Demands(arithmetic=True),
)
def best_for_each(parts: Floats, given: Floats, family: Family, *, level: str, least_share: float, most_share: float) -> Floats:
    """Return (runs, years, parts, units) weights that give each unit its best score, the highest being 100.

    All years are held against each other, so that scores compare over time.
    """
    if (level and level != family.level) or parts.shape[2] < 2:
        return given
    runs, years, _, units = parts.shape
    made = np.zeros(parts.shape)
    for run in range(runs):
        which = np.flatnonzero(given[run] > 0)
        side_by_side = parts[run][:, which].transpose(1, 0, 2).reshape(len(which), years * units)
        try:
            found = benefit_of_the_doubt(side_by_side, least_share=least_share, most_share=most_share)
        except (ValueError, ArithmeticError):  # values below 0, a part that nobody has, shares that cannot add up
            made[run] = np.nan
        else:
            made[run][:, which] = (BEST * found.weights).reshape(len(which), years, units).transpose(1, 0, 2)
    return made


def _fitted(parts: Floats, given: Floats, family: Family, level: str, fit: Callable[[Floats], Floats], *, fewest: int) -> Floats:
    return _fitted_to(parts, given, family, level, lambda values, _: fit(values), fewest=fewest)


def _fitted_to(
    parts: Floats,
    given: Floats,
    family: Family,
    level: str,
    fit: Callable[[Floats, NDArray[np.bool_]], Floats],
    *,
    fewest: int,
) -> Floats:
    """Return what is fitted to the parts of each run, all years side by side; those given where there are too few parts."""
    if level and level != family.level:
        return given
    made = given.copy()
    for run in range(len(given)):
        which = given[run] > 0
        if which.sum() >= fewest:
            values = parts[run][:, which].transpose(1, 0, 2).reshape(int(which.sum()), -1)
            made[run] = 0.0
            try:
                made[run, which] = fit(values, which)
            except ValueError:  # a part does not vary, or two are known together for too few units
                made[run] = np.nan
    return made
