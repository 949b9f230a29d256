"""The values of an assessment by code, be it of an indicator or of a composite."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ekistics.model.assessments import Assessment
from ekistics.model.errors import NotFound


def values_of(assessment: Assessment, code: str) -> NDArray[np.float64]:
    """Return (years, units) scores of a composite, or normalised values of an indicator; NaN where there are none.

    Raises
    ------
    NotFound
        If the recipe has no such code.
    """
    if code in assessment.groups:
        return np.asarray(assessment.scores[:, assessment.row(code)])
    return np.asarray(assessment.normalised[:, indicator_row(assessment, code)])


def indicator_row(assessment: Assessment, code: str) -> int:
    """Return the row of an indicator in the tables of the stages.

    Raises
    ------
    NotFound
        If the recipe has no such indicator.
    """
    for row, one in enumerate(assessment.recipe.indicators):
        if one.code == code:
            return row
    raise NotFound(f"{assessment.recipe.name} has no such indicator", found=code, mend="name one of the codes of its recipe")
