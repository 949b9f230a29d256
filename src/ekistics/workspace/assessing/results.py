"""What an assessment gave, for people who work with data frames: scores, ranks, stages, changes, refusals, intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ekistics.model.assessments import Assessment, Doubt, Sensitivities
from ekistics.model.errors import InvalidInput
from ekistics.model.index_tables import IndexTable
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Stage
from ekistics.workspace.assessing import result_tables

if TYPE_CHECKING:
    import pandas as pd


class InputRefused(InvalidInput):
    """A recipe and its figures cannot be used: the first fault is the sentence, `problems` are all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        rejected = [one for one in problems if one.severity is Severity.REJECTED] or list(problems)
        first, others = rejected[0], len(rejected) - 1
        super().__init__(
            first.message.rstrip(".") + (f" (and {others} more)" if others else ""),
            file=first.file, sheet=first.sheet, row=first.row, column=first.column, found=first.found, expected=first.expected,
            mend=first.mend,
        )  # fmt: skip


@dataclass(frozen=True)
class IndexResult:
    """An assessment with its doubt, the table as it went in, and what the reader of the figures had to say."""

    assessment: Assessment
    given: IndexTable
    doubt: Doubt | None = None
    sensitivities: tuple[Sensitivities, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def ranking(self) -> pd.DataFrame:
        """The top composite in its last year, best first: rank, score, band, coverage, and their intervals where doubt was drawn."""
        frame: pd.DataFrame = result_tables.ranking_table(self.assessment, self.doubt).to_pandas()
        return frame

    @property
    def scores(self) -> pd.DataFrame:
        """One row a unit and year, one column a composite."""
        frame: pd.DataFrame = result_tables.score_table(self.assessment).to_pandas()
        return frame

    @property
    def ranks(self) -> pd.DataFrame:
        """One row a unit and year, one column a composite; missing where a unit is unranked."""
        frame: pd.DataFrame = result_tables.rank_table(self.assessment).to_pandas()
        return frame

    def stage(self, stage: Stage | str) -> pd.DataFrame:
        """Return the figures after a stage: one row a unit and year, one column an indicator.

        Raises
        ------
        InvalidInput
            If there is no such stage, or it did nothing.
        """
        done = [str(one.stage) for one in self.assessment.stages]
        if str(stage) not in done:
            raise InvalidInput("no such stage was gone through", found=str(stage), expected=", ".join(done))
        frame: pd.DataFrame = result_tables.stage_table(self.assessment, self.assessment.stage(Stage(stage))).to_pandas()
        return frame

    @property
    def changes(self) -> pd.DataFrame:
        """Every cell that a stage changed by itself: before, after, and why."""
        frame: pd.DataFrame = result_tables.change_table(self.assessment).to_pandas()
        return frame

    @property
    def refused(self) -> pd.DataFrame:
        """Composites that were not made, and what was missing."""
        frame: pd.DataFrame = result_tables.refusal_table(self.assessment).to_pandas()
        return frame
