"""How sure an index is: the runs of its recipe's design, worked out on threads or on a cluster, and which input makes the doubt."""

from __future__ import annotations

from collections.abc import Callable

from ekistics.assess.doubt.drawing import doubt_of
from ekistics.assess.doubt.many_runs import ManyRuns, RunScores
from ekistics.assess.doubt.sensitivity import sensitivity_of
from ekistics.engine.steps import CancelToken, Steps, spoken
from ekistics.engine.where import Where, run_where
from ekistics.model.assessments import Doubt, Sensitivities
from ekistics.model.index_tables import IndexTable
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Recipe

Say = Callable[[str, float], None]

MOST_UNITS = 2_000
"""Which input makes the doubt takes several times as many runs: with more units it is only worked out where it is asked for."""


def doubt_and_causes(
    recipe: Recipe, table: IndexTable, *, where: Where, sensitivity: bool | None = None, say: Say, cancel: CancelToken | None = None
) -> tuple[Doubt | None, tuple[Sensitivities, ...], tuple[Problem, ...]]:
    """Draw the doubt of the top composite in its last year, and tell which input makes it; nothing where the recipe names none.

    Parameters
    ----------
    sensitivity : whether to tell the causes; None where the units are few enough, and says so where they are not

    Returns
    -------
    doubt, sensitivities, and what has to be said of them
    """
    if not recipe.uncertainty.inputs:
        said = "The recipe names nothing that is uncertain: scores and ranks have no intervals."
        return None, (), (Problem("nothing-drawn", said, Severity.NOTE, mend="name what is drawn under uncertainty in the recipe"),)

    def run(runs: ManyRuns) -> RunScores:
        steps = Steps(f"drawing {runs.runs:,} runs", runs.parts, runs.work, runs.reduce, runs.count)
        return run_where(steps, where, say=spoken(say), cancel=cancel)

    doubt = doubt_of(recipe, table, where=run)
    if sensitivity is False:
        return doubt, (), ()
    if sensitivity is None and len(table.units) > MOST_UNITS:
        said = "Which input makes how much of the doubt was not worked out."
        return doubt, (), (Problem("causes-not-told", said, Severity.NOTE, mend="ask for it: --sensitivity"),)
    return doubt, (sensitivity_of(recipe, table, where=run),), ()
