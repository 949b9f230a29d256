"""The coherence audit of a composite: whether its parts belong together, and whether each weighs what its weight says.

It comes before any uncertainty, as the Joint Research Centre has it: a rank may be firm and yet rest on three parts of eight. Everything
is read from the normalised values and the scores as they are; only the removal of a part needs the scores made again, by the caller's
function. Flags are kinds with numbers; their sentences are put together where pages are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ekistics.assess.audit.flags import AuditFlag, AuditRule, FlagKind, audit_rule, flags_of_group, flags_of_removals, flags_of_tree
from ekistics.assess.audit.parts import GroupAudit, Removal, Rescore, ScoredTree, Weighed, group_audit, removal, weighed_on_top
from ekistics.stats.correlations import Correlations, correlations


@dataclass(frozen=True)
class CoherenceAudit:
    """The whole audit.

    Attributes
    ----------
    groups : every group of two parts or more, the top first
    indicators, between : the indicators and their (indicators, indicators) correlations
    on_top : by depth below the top, what the codes there weigh in it
    removals : in the order asked; empty where no function to make the scores again was given
    flags : what there is to say, the gravest first
    rule : from where the audit speaks up
    """

    groups: tuple[GroupAudit, ...]
    indicators: tuple[str, ...]
    between: Correlations
    on_top: tuple[Weighed, ...]
    removals: tuple[Removal, ...]
    flags: tuple[AuditFlag, ...]
    rule: AuditRule

    def group(self, code: str) -> GroupAudit:
        """Return the audit of one group.

        Raises
        ------
        KeyError
            If there is none: it has fewer than two parts, or does not lead to the top.
        """
        found = next((one for one in self.groups if one.group == code), None)
        if found is None:
            raise KeyError(f"the group {code} was not audited")
        return found


def audit_coherence(
    tree: ScoredTree, *, rescore: Rescore | None = None, without: Sequence[str] | None = None, rule: AuditRule | None = None
) -> CoherenceAudit:
    """Audit a composite.

    Parameters
    ----------
    tree : as it was scored
    rescore : makes the scores of the top again without an indicator or group; None leaves removals out
    without : what to leave out, one after the other; None takes everything below the top
    rule : None takes the shipped one

    Returns
    -------
    CoherenceAudit
    """
    rule = rule or audit_rule()
    found = sorted((code for code in tree.parts if code in tree.depth), key=lambda code: tree.depth[code])
    groups = tuple(group_audit(tree, code) for code in found if len(tree.parts[code]) > 1)
    indicators = tuple(code for code in tree.indicators if code in tree.depth)
    between = correlations(tree.rows(indicators))
    on_top = weighed_on_top(tree)
    asked = [code for code in tree.codes if code in tree.depth and code != tree.top] if without is None else without
    removals = tuple(removal(tree, code, rescore) for code in asked) if rescore else ()
    flags = [flag for group in groups for flag in flags_of_group(group, rule)]
    flags += flags_of_tree(tree, indicators, between, on_top, rule)
    flags += flags_of_removals(removals, tree)
    gravest_first = list(FlagKind)
    flags.sort(key=lambda flag: gravest_first.index(flag.kind))
    return CoherenceAudit(groups, indicators, between, on_top, removals, tuple(flags), rule)
