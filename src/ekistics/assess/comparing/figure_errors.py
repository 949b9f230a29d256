"""The standard errors of figures, carried into normalised points through the very stages that the figures went through."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.index.choosing import chosen
from ekistics.assess.index.recipe_faults import benchmark_factor
from ekistics.assess.index.stages import own_or, worked
from ekistics.assess.methods.row_facts import RowFacts, facts_of
from ekistics.model.assessments import Assessment
from ekistics.model.index_tables import Cube
from ekistics.model.recipes import Recipe, Screening, Stage

Floats = NDArray[np.float64]

_BEFORE_TREATMENT = (Stage.IMPUTE, Stage.SCREEN, Stage.DENOMINATE, Stage.CHOOSE)


@dataclass(frozen=True)
class FigureErrors:
    """What is needed to put the figures of a unit one standard error lower and higher.

    Attributes
    ----------
    figures : (years, indicators, units) before outliers are treated
    standard_errors : the same shape and units; NaN where a figure states none, which is not zero
    """

    recipe: Recipe
    facts: RowFacts
    figures: Cube
    standard_errors: Cube

    def around(self, unit: int, year: int) -> Floats:
        """Return (2, indicators, units) normalised values with the figures of a unit one standard error lower, then higher.

        What is fitted to the data is fitted anew: who sets the end of a scale moves it. A figure without an error stays.
        """
        years = np.arange(len(self.figures))
        if not self.recipe.fixed_over_years:
            years, year = years[year : year + 1 or None], 0
        figures = np.stack([self.figures[years]] * 2)
        step = np.nan_to_num(self.standard_errors[years][year, :, unit])
        figures[0, year, :, unit] -= step
        figures[1, year, :, unit] += step
        for stage, method in ((Stage.TREAT, self.recipe.treat), (Stage.NORMALISE, self.recipe.normalise)):
            methods = own_or(self.recipe.indicators, stage, method)
            figures = worked(stage, self.facts, figures, methods, together=self.recipe.fixed_over_years).values
        return figures[:, year]


def figure_errors(assessment: Assessment) -> FigureErrors | None:
    """Return the standard errors of an assessment's figures; None where its table states none."""
    recipe, table = assessment.recipe, assessment.table
    if table.standard_errors is None:
        return None
    # the units that the screening left out are gone from the table already
    errors = chosen(replace(recipe, screen=Screening()), table).standard_errors
    if errors is None:
        raise AssertionError("the standard errors of the table were lost")
    done = {one.stage: one.values for one in assessment.stages}
    figures = next(done[stage] for stage in _BEFORE_TREATMENT if stage in done)
    facts = facts_of(recipe, table.units, np.array([benchmark_factor(one) for one in recipe.indicators]))
    return FigureErrors(recipe, facts, figures, np.where(np.isnan(figures), np.nan, errors))
