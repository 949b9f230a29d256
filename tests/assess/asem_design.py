"""The uncertainty design of the reference index of ASEM, with the reference's own sets of weights, and the runs that it stored."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.assess.asem import asem_recipe

from ekistics.model.recipes import Method, Origin, Recipe, Stage, UncertainInput, Uncertainty

NORMALISATIONS = {"minmax_1_100": 0, "zscore_10_2": 1}
MEANS = {"a_amean": 0, "a_gmean": 1}
# the order in which the reference went through all combinations: aggregation, normalisation, points winsorised, set of weights
INPUTS = ("aggregation", "normalisation", "winmax", "weights")


def asem_uncertain(data, **changes) -> Recipe:
    """Return the recipe with the reference's design; `changes` replace fields of the design."""
    sets = pd.read_csv(data("asem", "ua_weight_sets.csv")).set_index("set")
    inputs = (
        UncertainInput("aggregation", Origin.CHOICE, Stage.AGGREGATE, (Method("arithmetic"), Method("geometric"))),
        UncertainInput(
            "normalisation",
            Origin.CHOICE,
            Stage.NORMALISE,
            (Method("min-max", {"to": (1.0, 100.0)}), Method("z-score", {"to": (10.0, 2.0)})),
        ),
        UncertainInput(
            "winmax", Origin.CHOICE, Stage.TREAT, tuple(Method("winsorise-or-log", {"at_most": most}) for most in (1, 2, 3, 4, 5))
        ),
        UncertainInput("weights", Origin.WEIGHTS, given_sets=tuple(row.to_dict() for _, row in sets.iterrows())),
    )
    return asem_recipe(data, uncertainty=Uncertainty(**{"inputs": inputs, "level": 0.9, "runs": 200, **changes}))


def stored_numbers(data, name: str) -> dict[str, np.ndarray]:
    """Return the options that the runs of a file of the reference took, as our numbers."""
    told = pd.read_csv(data("asem", name))
    return {
        "aggregation": told["aggregation"].map(MEANS).to_numpy(np.int64),
        "normalisation": told["normalisation"].map(NORMALISATIONS).to_numpy(np.int64),
        "winmax": told["winmax"].to_numpy(np.int64) - 1,
        "weights": told["weight_set"].to_numpy(np.int64) - 1,
    }
