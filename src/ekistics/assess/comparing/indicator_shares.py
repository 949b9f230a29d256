"""What each indicator weighs in a composite, over all ways that lead there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.methods.trees import Tree


def indicator_shares(tree: Tree, weights: Mapping[str, NDArray[np.float64]], group: str) -> NDArray[np.float64]:
    """Return the weight of each indicator in a composite: weights multiplied downwards, added over the ways that lead there.

    Parameters
    ----------
    tree : of the recipe
    weights : by group, (parts,) that add up to 1
    group : code of the composite

    Returns
    -------
    (indicators,), adding up to 1
        0 where an indicator does not belong to the composite.
    """
    shares = np.zeros(len(tree.codes))
    shares[tree.node_of[group]] = 1.0
    for place in range(len(tree.groups) - 1, -1, -1):  # a group comes before all that it is made of
        shares[tree.parts[place]] += shares[tree.indicators + place] * weights[tree.groups[place].code]
    return shares[: tree.indicators]
