"""The methods that an assessment can choose from, with those that come with Ekistics registered: the door to ask for them.

`register` is for a user's own function: import it from here, and it stands beside the others under its name and version.
"""

from __future__ import annotations

from ekistics.assess.methods import filling, means, normalisation, treatment, weights
from ekistics.assess.methods.registry import (
    CHOOSING,
    REGISTRY,
    Demands,
    OptionKind,
    OptionRule,
    Registered,
    find,
    method_problems,
    methods_of,
    register,
)

SHIPPED = (filling, treatment, normalisation, weights, means)
"""The modules whose functions are registered when they are imported, in the order of the stages."""

__all__ = [
    "CHOOSING",
    "REGISTRY",
    "SHIPPED",
    "Demands",
    "OptionKind",
    "OptionRule",
    "Registered",
    "find",
    "method_problems",
    "methods_of",
    "register",
]
