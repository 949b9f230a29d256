"""The coherence audit of an assessment: its tree as it was scored, and its top made again without each part in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.audit.coherence import CoherenceAudit, audit_coherence
from ekistics.assess.audit.flags import AuditRule
from ekistics.assess.audit.parts import Rescore, ScoredTree
from ekistics.assess.index.leaving_out import without
from ekistics.assess.index.running import Draws, prepare, run_leaves
from ekistics.assess.index.variants import Variants
from ekistics.model.assessments import Assessment
from ekistics.model.errors import InvalidInput
from ekistics.model.index_tables import IndexTable
from ekistics.stats.correlations import correlations


@dataclass(frozen=True)
class Together:
    """How codes go together: (codes, codes) Pearson correlations, and the probability of each were there no relation."""

    codes: tuple[str, ...]
    r: NDArray[np.float64]
    chance: NDArray[np.float64]


FEWEST = 3
"""Units with a score below which nothing can be said of coherence."""


def scored_tree(found: Assessment, *, year: int = -1) -> ScoredTree:
    """Return an assessment as the audit reads it: normalised indicators and composites of one year."""
    recipe = found.recipe
    return ScoredTree(
        codes=(*(one.code for one in recipe.indicators), *found.groups),
        values=np.concatenate([found.normalised[year], found.scores[year]]),
        parts={code: tuple(one.code for one in recipe.children(code)) for code in found.groups},
        weights=found.weights,
        top=recipe.top.code,
    )


def audit_assessment(
    found: Assessment, table: IndexTable, *, year: int = -1, removals: bool = True, rule: AuditRule | None = None
) -> CoherenceAudit | None:
    """Audit the top composite of an assessment.

    Parameters
    ----------
    table : what the recipe was applied to
    year : place of the year among those assessed
    removals : whether the ranking is made again without each part

    Returns
    -------
    CoherenceAudit, or None where too few units have a score or the top has fewer than two parts.
    """
    tree = scored_tree(found, year=year)
    if np.isfinite(tree.row(tree.top)).sum() < FEWEST or len(tree.parts[tree.top]) < 2:
        return None
    return audit_coherence(tree, rescore=rescoring(found, table, year=year) if removals else None, rule=rule)


def lowest_groups(found: Assessment) -> tuple[str, ...]:
    """Return the groups that are made of indicators, in the order of the recipe."""
    parents = {parent for one in found.recipe.indicators for parent in one.parents}
    return tuple(one.code for one in found.recipe.groups if one.code in parents)


def correlations_between(found: Assessment, codes: Sequence[str], *, year: int = -1) -> Together:
    """Return how the scores of groups go together, over the units that both of a pair have."""
    made = correlations(scored_tree(found, year=year).rows(codes))
    return Together(tuple(codes), made.r, made.chance)


def rescoring(found: Assessment, table: IndexTable, *, year: int = -1) -> Rescore:
    """Return what makes the scores of the top again without one indicator or group; all NaN where nothing of it is left."""
    recipe = found.recipe
    prepared = prepare(recipe, table)
    leaves = Variants.single(found.normalised[year][None])
    nodes, top = len(prepared.tree.codes), found.row(recipe.top.code)

    def rescore(code: str) -> NDArray[np.float64]:
        try:
            left = without(recipe, code)
        except InvalidInput:
            return np.full(len(found.table.units), np.nan)
        staying = {one.code for one in left.indicators} | {one.code for one in left.groups}
        factors = np.array([[float(one in staying) for one in prepared.tree.codes]]).reshape(1, nodes)
        made: NDArray[np.float64] = run_leaves(prepared, leaves, Draws(factors=factors)).scores[0, 0, top]
        return made

    return rescore
