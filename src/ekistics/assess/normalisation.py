"""The registered ways to bring rows onto one scale, on which higher is better.

The contract: `function(values, facts, **options)` with values (..., rows, cells), NaN missing, and the answer an `Outcome` of the same
shape. A row holds the cells of one year, or of all years side by side.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods import Demands, OptionKind, OptionRule, register
from ekistics.assess.row_facts import Outcome, RowFacts
from ekistics.model.recipes import Option, Stage

Floats = NDArray[np.float64]


def _first_of_to(options: Mapping[str, Option]) -> float:
    to = options["to"]
    return to[0] if isinstance(to, tuple) else 0.0


_TO = OptionRule("to", OptionKind.NUMBERS, "the scale: what the worst and the best become", default=(0.0, 100.0), length=2, rising=True)


@register(
    Stage.NORMALISE,
    "min-max",
    says="the worst value becomes the lower, the best the upper end of the scale, and the others lie between in proportion",
    options=(_TO,),
    demands=Demands(spread=True, lowest=_first_of_to),
)
def min_max_of_data(values: Floats, facts: RowFacts, *, to: tuple[float, float]) -> Outcome:
    """Return values on a scale between the worst and the best of their row."""
    turned = values * facts.towards_better
    low, high = np.fmin.reduce(turned, -1)[..., None], np.fmax.reduce(turned, -1)[..., None]
    return Outcome(to[0] + (turned - low) / (high - low) * (to[1] - to[0]))
