"""All that the pages of an index say, gathered from an assessment: its audit, peers, errors and, where few units allow it, its doubt."""

from __future__ import annotations

from dataclasses import replace

from ekistics.assess.audit.of_assessment import audit_assessment, correlations_between, lowest_groups
from ekistics.assess.comparing.figure_errors import figure_errors
from ekistics.assess.comparing.peers import Peers, peers_of
from ekistics.assess.doubt.drawing import doubt_of
from ekistics.assess.doubt.sensitivity import sensitivity_of
from ekistics.assess.index.pipeline import assess
from ekistics.assess.index.refusals import check
from ekistics.model.assessments import Assessment
from ekistics.model.errors import InvalidInput
from ekistics.model.index_tables import IndexTable
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Recipe
from ekistics.profile.index.evidence import IndexView
from ekistics.workspace.assessing.results import InputRefused

DRAWN_UNITS = 2_000
"""Units up to which doubt is drawn for a page; with more the command draws it."""


def view_of(
    recipe: Recipe, table: IndexTable, *, notes: tuple[Problem, ...] = (), command: str = "", drawn_units: int = DRAWN_UNITS
) -> IndexView:
    """Apply a recipe to a table and gather all that pages say of it.

    Parameters
    ----------
    command : what draws the doubt where there are more units than a page draws it for
    drawn_units : how many those are

    Raises
    ------
    InputRefused
        If the recipe cannot be applied to the table.
    """
    problems = check(recipe, table)
    if any(one.severity is Severity.REJECTED for one in problems):
        raise InputRefused(problems)
    found = assess(recipe, table)
    view = view_of_assessment(found, table, notes=(*notes, *problems), with_units=len(found.table.units) <= drawn_units)
    if not recipe.uncertainty.inputs or not recipe.uncertainty.runs or not view.order:
        return view
    if len(found.table.units) > drawn_units:
        return replace(view, undrawn=command)
    return replace(view, doubt=doubt_of(recipe, table), sensitivities=(sensitivity_of(recipe, table),))


def view_of_assessment(found: Assessment, table: IndexTable, *, notes: tuple[Problem, ...] = (), with_units: bool = True) -> IndexView:
    """Gather all that pages say of an assessment but its doubt.

    Parameters
    ----------
    table : that it was made from
    with_units : whether to find peers, and to rank again without each part: with very many units that takes long
    """
    audit = audit_assessment(found, table, removals=with_units)
    groups = lowest_groups(found)
    between = correlations_between(found, groups) if audit is not None and len(groups) > 1 else None
    peers, without = _peers(found) if with_units else (None, ())
    return IndexView(found, audit=audit, between=between, peers=peers, errors=figure_errors(found), notes=(*notes, *without))


def _peers(found: Assessment) -> tuple[Peers | None, tuple[Problem, ...]]:
    """Return who each unit is compared with; where the recipe's rule cannot be applied, nobody, and why."""
    try:
        return peers_of(found), ()
    except InvalidInput as error:
        said = "Nobody is compared with peers: the rule of the recipe cannot be applied."
        return None, (Problem("no-peers", said, column=error.column, found=error.found, expected=error.expected, mend=error.mend),)
