"""What the pages of an index are made from: the assessment, how sure it is, its coherence audit, and where its figures came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.audit.coherence import CoherenceAudit
from ekistics.assess.audit.of_assessment import Together
from ekistics.assess.comparing.changes import Changes, changes_over_years
from ekistics.assess.comparing.figure_errors import FigureErrors
from ekistics.assess.comparing.peers import Peers
from ekistics.assess.comparing.strengths import Strengths, strengths_of
from ekistics.assess.index.refused_composites import RefusedComposites
from ekistics.model.assessments import Assessment, Doubt, Refused, Sensitivities
from ekistics.model.errors import Conflict, NotFound
from ekistics.model.frameworks import Band
from ekistics.model.problems import Problem
from ekistics.model.recipes import IndexGroup, IndexIndicator, Recipe, Stage
from ekistics.profile.wording import even_decimals


@dataclass(frozen=True)
class IndexView:
    """One recipe applied to one table, with all that its pages say. What is shown is the newest year unless `year` names another.

    Attributes
    ----------
    doubt : of the top composite in the year shown; None where it was not drawn, and `undrawn` says why
    sensitivities : how much of the doubt each input makes, one an output
    audit : coherence of the top composite in the year shown; None where there are too few units
    between : how the groups that are made of indicators go together; None where there is no audit
    peers : who each unit is compared with; None where the recipe's rule cannot be applied, or there are too many units for a page
    errors : the standard errors of the figures; None where none is stated
    undrawn : the command that draws the doubt and keeps it; empty where it was drawn or the recipe names nothing to draw
    commit, known_on : what the record held; 0 and None where the figures come from a table
    notes : what the reader of the figures had to say
    year : place of the year shown among those of the table
    """

    assessment: Assessment
    doubt: Doubt | None = None
    sensitivities: tuple[Sensitivities, ...] = ()
    audit: CoherenceAudit | None = None
    between: Together | None = None
    peers: Peers | None = None
    errors: FigureErrors | None = None
    undrawn: str = ""
    commit: int = 0
    known_on: date | None = None
    notes: tuple[Problem, ...] = ()
    year: int = -1

    @property
    def recipe(self) -> Recipe:
        """The recipe that was applied."""
        return self.assessment.recipe

    @property
    def units(self) -> tuple[str, ...]:
        """Codes of the units, in the order of every array."""
        return self.assessment.table.units

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the units, in the same order."""
        return self.assessment.table.names

    @property
    def year_shown(self) -> int:
        """The year that the pages speak of."""
        return self.assessment.table.years[self.year]

    @property
    def top(self) -> str:
        """Code of the composite that is ranked."""
        return self.recipe.top.code

    @cached_property
    def decimals(self) -> int:
        """With how many decimals the scores of one unit are printed: all alike, so that parts can be held beside the whole."""
        scores = self.scores_of(self.top)
        if not np.isfinite(scores).any():
            scores = self.assessment.scores[self.year]
        return even_decimals(scores[np.isfinite(scores)].tolist())

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Places of the ranked units, the best first; of equals, as they stand in the table."""
        ranks = self.ranks_of(self.top)
        return tuple(int(one) for one in np.argsort(ranks, kind="stable") if ranks[one] > 0)

    @cached_property
    def unranked(self) -> tuple[int, ...]:
        """Places of the units whose index was refused."""
        return tuple(int(one) for one in np.flatnonzero(self.ranks_of(self.top) == 0))

    @cached_property
    def parts(self) -> dict[str, IndexGroup | IndexIndicator]:
        """Groups and indicators of the recipe by code."""
        groups: dict[str, IndexGroup | IndexIndicator] = {one.code: one for one in self.recipe.groups}
        return groups | {one.code: one for one in self.recipe.indicators}

    @cached_property
    def part_names(self) -> dict[str, str]:
        """Names of groups and indicators by code."""
        return {code: one.name for code, one in self.parts.items()}

    def position(self, unit: str) -> int:
        """Return the place of a unit.

        Raises
        ------
        NotFound
            If the index knows no such unit.
        """
        if unit not in self._positions:
            raise NotFound(f"{self.recipe.name} holds no {unit}", found=unit, mend="go to the ranking, which lists all of them")
        return self._positions[unit]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.units)}

    def scores_of(self, group: str) -> NDArray[np.float64]:
        """Return (units,) scores of a composite in the year shown, NaN where refused."""
        return np.asarray(self.assessment.scores[self.year, self.assessment.row(group)])

    def ranks_of(self, group: str) -> NDArray[np.int32]:
        """Return (units,) ranks of a composite in the year shown, 0 where unranked."""
        return np.asarray(self.assessment.ranks[self.year, self.assessment.row(group)])

    def coverage_of(self, group: str) -> NDArray[np.float64]:
        """Return (units,) share of its indicators that a composite rests on, in the year shown."""
        return np.asarray(self.assessment.coverage[self.year, self.assessment.row(group)])

    def band_of(self, group: str, unit: int) -> Band | None:
        """Return the band of a unit's composite in the year shown."""
        return self.assessment.band(group, unit, self.year)

    def values_of(self, code: str) -> NDArray[np.float64]:
        """Return (units,) scores of a composite, or normalised values of an indicator, in the year shown."""
        if code in self.assessment.groups:
            return self.scores_of(code)
        return np.asarray(self.assessment.normalised[self.year, self._indicator_rows[code]])

    def divided_of(self, indicator: str) -> NDArray[np.float64]:
        """Return (units,) figures of an indicator as they were chosen and divided by their denominator, before anything was filled."""
        found = np.full(len(self.units), np.nan)
        for stage in self.assessment.stages:
            if stage.stage in (Stage.CHOOSE, Stage.DENOMINATE) and indicator in stage.rows:
                found = stage.values[self.year, stage.rows.index(indicator)]
        return found

    def raw_of(self, indicator: str) -> NDArray[np.float64]:
        """Return (units,) figures of an indicator as they stand in the table, in the year shown."""
        table = self.assessment.table
        row = table.indicators.index(indicator) if indicator in table.indicators else -1
        return np.asarray(table.values[self.year, row]) if row >= 0 else np.full(len(self.units), np.nan)

    def strengths(self, unit: int) -> Strengths | None:
        """Return in what a unit stands out from its peers, with what was passed over; None where nobody has peers."""
        if self.peers is None:
            return None
        return strengths_of(self.assessment, self.peers.of(unit), errors=self.errors, year=self.year)

    @cached_property
    def changes(self) -> Changes | None:
        """What moved scores and ranks since the year before the one shown; None for a first year, or where it cannot be parted."""
        place = range(len(self.assessment.table.years))[self.year]
        if place == 0:
            return None
        try:
            return changes_over_years(self.assessment, first=place - 1, last=place)
        except Conflict:  # the screening left out other units in other years: the state in between is not what was assessed
            return None

    def figure_of(self, indicator: str, unit: int) -> int:
        """Return the record's figure behind a cell; 0 where the table did not come from the record, or the cell is empty."""
        table = self.assessment.table
        if table.figure_ids is None or indicator not in table.indicators:
            return 0
        return int(table.figure_ids[self.year, table.indicators.index(indicator), unit])

    def refused_of(self, group: str) -> dict[int, Refused]:
        """Return by place of the unit why a composite was refused in the year shown."""
        refused = self.assessment.refused
        if isinstance(refused, RefusedComposites):
            found: Sequence[Refused] = refused.of_group(group, self.year_shown)
        else:
            found = [one for one in refused if one.group == group and one.year == self.year_shown]
        return {self._positions[one.unit]: one for one in found}

    def refusal(self, group: str, unit: int) -> Refused | None:
        """Return why a composite of one unit was refused in the year shown; None where it was not."""
        refused = self.assessment.refused
        if isinstance(refused, RefusedComposites):
            return next(iter(refused.of_group(group, self.year_shown, self.units[unit])), None)
        return self.refused_of(group).get(unit)

    @cached_property
    def _indicator_rows(self) -> dict[str, int]:
        return {one.code: row for row, one in enumerate(self.recipe.indicators)}
