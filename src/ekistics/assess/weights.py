"""The registered ways to come to the weights of the parts of a group.

The contract: `function(parts, given, family, **options)` with parts (runs, years, parts, units), given (runs, parts) the recipe's
weights, and the answer (runs, parts) of 0 or more, or (runs, years, parts, units) where each unit gets its own. A weight of 0 that is
given stays 0: the part is left out. What is fitted to the data is fitted to all years together, so that weights are the same in each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods import OptionKind, OptionRule, register
from ekistics.model.recipes import Option, Stage

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Family:
    """A group, its level, and the codes of its parts."""

    group: str
    level: str
    parts: tuple[str, ...]


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
    says="the mean of the points that experts gave; one list of points for each code, in the order of the experts",
    by_code=OptionRule("points", OptionKind.NUMBERS, "points of the experts", at_least=0.0),
)
def budget_allocation(parts: Floats, given: Floats, family: Family, **points: Option) -> Floats:
    """Return each part's mean share of the points that an expert gave to the parts of the group; parts without points as given."""
    if not any(code in points for code in family.parts):
        return given
    told = [points.get(code) for code in family.parts]
    rows = [np.atleast_1d(np.asarray(one, dtype=np.float64)) if one is not None else np.zeros(1) for one in told]
    experts = max(len(one) for one in rows)
    budget = np.stack([np.broadcast_to(one, experts) if len(one) == 1 else one for one in rows], axis=-1)
    spent = budget.sum(axis=-1, keepdims=True)
    shares = np.where(spent > 0, budget / np.where(spent > 0, spent, 1.0), 0.0).sum(axis=0) / max(1, int((spent > 0).sum()))
    return np.where(given > 0, shares, 0.0)
