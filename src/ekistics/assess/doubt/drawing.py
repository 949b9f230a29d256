"""How sure the ranks are: runs in which everything that is uncertain is drawn together, and what they say of each unit.

Source of the practice: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step 7; Saisana, Saltelli and Tarantola
(2005). Every run can be made again from the recipe, the table and the numbers that it drew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ekistics.assess.doubt.designs import Design, design_of
from ekistics.assess.doubt.many_runs import RunScores, Where, locally, many_runs
from ekistics.assess.doubt.run_failures import counted
from ekistics.assess.index.design_faults import option_faults
from ekistics.assess.index.refusals import refuse
from ekistics.assess.index.running import prepare
from ekistics.model.assessments import Doubt
from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.index_tables import IndexTable
from ekistics.model.recipes import Recipe
from ekistics.stats.intervals import Duel, chance_ahead, chance_of_band, chance_of_rank, rank_intervals, score_intervals


@dataclass(frozen=True)
class Asked:
    """A design made ready for one composite, and the place of the year that is asked for."""

    design: Design
    group: str
    place: int

    @property
    def year(self) -> int:
        """The year itself."""
        return self.design.prepared.start.table.years[self.place]


def asked(recipe: Recipe, table: IndexTable, group: str | None, year: int | None) -> Asked:
    """Check a design against a table and make it ready.

    Raises
    ------
    InvalidInput
        If the recipe cannot be applied to the table, or its design not to either.
    NotFound
        If there is no such group or year.
    """
    prepared = prepare(recipe, table)
    refuse(recipe, tuple(option_faults(recipe, table, prepared.start)))
    code = recipe.top.code if group is None else group
    if code not in {one.code for one in recipe.groups}:
        raise NotFound("the recipe has no such group", found=code, expected=", ".join(one.code for one in recipe.groups))
    years = prepared.start.table.years
    if year is not None and year not in years:
        raise NotFound("the table has no such year", found=f"{year}", expected=", ".join(f"{one}" for one in years))
    return Asked(design_of(prepared, code), code, len(years) - 1 if year is None else years.index(year))


def doubt_of(recipe: Recipe, table: IndexTable, *, group: str | None = None, year: int | None = None, where: Where = locally) -> Doubt:
    """Draw all that the recipe's design names, as often as it says, and tell how sure scores, ranks and bands are.

    Parameters
    ----------
    group : a composite; None takes the one at the top
    year : of the table; None takes the newest that counts
    where : where the runs are worked out; the figures are the same wherever

    Raises
    ------
    InvalidInput
        If the recipe cannot be applied to the table, or names nothing that is uncertain.
    NotFound
        If there is no such group or year.
    """
    ready = asked(recipe, table, group, year)
    numbers = ready.design.numbers(recipe.uncertainty.runs)
    made = where(many_runs(ready.design, numbers, ready.place))
    return _doubt(ready, numbers, made)


def replay(
    recipe: Recipe, table: IndexTable, parameters: Mapping[str, int], *, group: str | None = None, year: int | None = None
) -> NDArray[np.float64]:
    """Make one run again from the numbers that it drew (`Doubt.run`).

    Returns
    -------
    (units,) scores, to the last bit those of the run; all NaN where it failed

    Raises
    ------
    InvalidInput
        Also if the numbers are not those of the design's inputs.
    """
    ready = asked(recipe, table, group, year)
    for one in ready.design.inputs:
        number = parameters.get(one.name, -1)
        if number < 0 or (one.options and number >= len(one.options)):
            found = "nothing" if number < 0 else f"{number}"
            expected = f"0 to {len(one.options) - 1}" if one.options else "the number of a draw"
            raise InvalidInput("a run is made of one number for each input", column=one.name, found=found, expected=expected)
    numbers = {one.name: np.array([parameters[one.name]], dtype=np.int64) for one in ready.design.inputs}
    return np.asarray(locally(many_runs(ready.design, numbers, ready.place)).scores[0])


def odds_ahead(doubt: Doubt, first: ArrayLike, second: ArrayLike) -> Duel:
    """Return how likely one unit ranks ahead of another, by their places in `doubt.units`; see `stats.intervals.chance_ahead`."""
    return chance_ahead(doubt.ranks, first, second)


def _doubt(ready: Asked, numbers: Mapping[str, NDArray[np.int64]], made: RunScores) -> Doubt:
    design, recipe = ready.design, ready.design.prepared.recipe
    told = recipe.uncertainty
    scores, ranks = score_intervals(made.scores, level=told.level), rank_intervals(made.ranks, level=told.level)
    factors, moving = design.factors(numbers), design.moving()
    units = design.prepared.start.table.units
    bands = chance_of_band(made.scores, [one.at_least for one in recipe.bands]) if recipe.bands else np.empty((0, len(units)))
    return Doubt(
        group=ready.group,
        year=ready.year,
        level=told.level,
        top=told.top,
        runs=len(made.scores),
        failed=len(made.failed),
        parameters=dict(numbers),
        options={one.name: one.options for one in design.inputs},
        scores=made.scores,
        ranks=made.ranks,
        score_low=scores.low,
        score_high=scores.high,
        rank_low=ranks.low,
        rank_high=ranks.high,
        rank_median=ranks.median,
        in_top=chance_of_rank(made.ranks, told.top),
        in_band=bands,
        without_error=None if design.errors is None else (design.errors.figures - design.errors.stated, design.errors.figures),
        failures=counted(made.failed.values()),
        units=units,
        factors={design.prepared.tree.codes[node]: factors[:, node] for node in moving},
    )
