"""What a coherence audit has to say: each flag is a kind, what it is about and its numbers; sentences are made from these elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from itertools import combinations
from typing import Any

import numpy as np
import yaml

from ekistics.assess.audit.parts import GroupAudit, Removal, ScoredTree, Weighed
from ekistics.model.errors import InvalidInput
from ekistics.stats.correlations import Correlations, correlations


class FlagKind(StrEnum):
    """What a flag says, the gravest first. `about`, `group` and `numbers` of each stand beside it."""

    NO_VARIATION = "no variation"
    """about (part), in group: every unit has the same value, so it moves no rank."""
    AGAINST_ITS_WHOLE = "against its whole"
    """about (part), in group; correlation: the better the part, the worse the composite that it belongs to."""
    NO_INFLUENCE = "no influence"
    """about (part), on group; weight, share (0 to 1), ratio: it has weight and almost no influence."""
    OPPOSED = "opposed"
    """about (part, part), in group; correlation: a gain in one goes with a loss in the other, and the mean hides both."""
    CONTRADICTORY = "contradictory"
    """group; alpha: below 0, the parts go against one another more than with one another."""
    REPEATED = "repeated"
    """group: the parts repeat one another, or are more than there are units; adequacy cannot be computed."""
    REDUNDANT = "redundant"
    """about (part, part), in group; correlation: nearly the same thing told twice."""
    REDUNDANT_ACROSS = "redundant across"
    """about (indicator, indicator) of different groups; correlation: nearly the same thing counted in two places."""
    CLOSER_TO_ANOTHER = "closer to another"
    """about (indicator, other group), in group; correlation, other: it goes with another group better than with its own."""
    MUCH_INFLUENCE = "much influence"
    """about (part), on group; weight, share, ratio: more influence than its weight says."""
    LITTLE_INFLUENCE = "little influence"
    """about (part), on group; weight, share, ratio: less influence than its weight says."""
    LOW_ALPHA = "low alpha"
    """group; alpha: the parts measure one thing only loosely."""
    LOW_ADEQUACY = "low adequacy"
    """group; adequacy: what the parts share is shared in pairs, not by all."""
    UNRELATED = "unrelated"
    """group; chance: the parts might as well be unrelated."""
    SEVERAL_DIMENSIONS = "several dimensions"
    """group; dimensions, first (0 to 1): the parts speak of more than one thing."""
    FEW_UNITS = "few units"
    """group; units, needed: correlations below `needed` in size cannot be told from chance."""
    MOVES_RANKS_MOST = "moves ranks most"
    """about (part); mean, largest, and the position of the `unit`: leaving it out moves the ranking more than any other of its depth."""
    MOVES_NO_RANK = "moves no rank"
    """about (part): leaving it out moves no rank at all."""


@dataclass(frozen=True)
class AuditFlag:
    """One thing to say."""

    kind: FlagKind
    about: tuple[str, ...] = ()
    group: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditRule:
    """From where the audit speaks up; `audit.yaml` says what each number means."""

    edition: str
    opposed: float
    redundant: float
    closer_by: float
    chance: float
    alpha: float
    adequacy: float
    almost_none: float
    little: float
    much: float
    units: int


def audit_rule(told: Mapping[str, Any] | None = None) -> AuditRule:
    """Return the rule from its YAML form; what is left out is as shipped.

    Raises
    ------
    InvalidInput
        If a key is unknown, or the bounds of influence are not in order.
    """
    base = yaml.safe_load(resources.files(__package__).joinpath("audit.yaml").read_text(encoding="utf-8"))
    if unknown := sorted(set(told or {}) - set(base)):
        raise InvalidInput("the rule of the coherence audit has no such key", found=", ".join(unknown), expected=", ".join(base))
    rule = AuditRule(**{**base, **(told or {})})
    if not rule.almost_none <= rule.little <= 1.0 <= rule.much:
        raise InvalidInput("the bounds of influence are not in order", expected="almost_none <= little <= 1 <= much")
    return rule


def flags_of_group(audit: GroupAudit, rule: AuditRule) -> Iterator[AuditFlag]:
    """Yield what there is to say of one group: how its parts go together, and what each of them weighs in it."""
    yield from _of_pairs(audit, rule)
    yield from _of_whole(audit, rule)
    yield from _of_weights(audit.weighed, rule)


def flags_of_tree(
    tree: ScoredTree, indicators: Sequence[str], between: Correlations, on_top: Sequence[Weighed], rule: AuditRule
) -> Iterator[AuditFlag]:
    """Yield what no single group shows: indicators of different groups, and what groups two levels down weigh in the top."""
    units = int(np.isfinite(tree.row(tree.top)).sum())
    if units < rule.units:
        # chance alone gives a correlation beyond two standard errors in one case of twenty
        yield AuditFlag(FlagKind.FEW_UNITS, (), tree.top, {"units": float(units), "needed": min(1.0, 2.0 / np.sqrt(max(units, 1)))})
    homes = {code: {group for group, parts in tree.parts.items() if code in parts} for code in indicators}
    for i, j in combinations(range(len(indicators)), 2):
        first, second = indicators[i], indicators[j]
        if not homes[first] & homes[second] and abs(between.r[i, j]) >= rule.redundant:
            yield AuditFlag(FlagKind.REDUNDANT_ACROSS, (first, second), tree.top, {"correlation": float(between.r[i, j])})
    yield from _closer_to_another(tree, indicators, homes, rule)
    for weighed in on_top[1:]:  # what stands right below the top was weighed there as a part of it
        # single indicators hardly show in the top, and rightly so; one that does not vary is told of in its own group
        flags = (flag for flag in _of_weights(weighed, rule) if flag.kind is not FlagKind.NO_VARIATION)
        yield from (flag for flag in flags if flag.about[0] in tree.parts)


def flags_of_removals(removals: Sequence[Removal], tree: ScoredTree) -> Iterator[AuditFlag]:
    """Yield which indicator and which group moves the ranking most when it is left out, and which ones do not at all."""
    known = [one for one in removals if one.compared]
    for depth in sorted({tree.depth[one.code] for one in known}):
        most = max((one for one in known if tree.depth[one.code] == depth), key=lambda one: one.mean_change)
        if most.mean_change > 0:
            numbers = {"mean": most.mean_change, "largest": most.largest_change, "unit": float(most.unit)}
            yield AuditFlag(FlagKind.MOVES_RANKS_MOST, (most.code,), tree.top, numbers)
    yield from (AuditFlag(FlagKind.MOVES_NO_RANK, (one.code,), tree.top) for one in known if one.largest_change == 0)


def _of_pairs(audit: GroupAudit, rule: AuditRule) -> Iterator[AuditFlag]:
    for i, j in combinations(range(len(audit.parts)), 2):
        r, chance = float(audit.correlations.r[i, j]), audit.correlations.chance[i, j]
        pair, numbers = (audit.parts[i], audit.parts[j]), {"correlation": r, "chance": float(chance)}
        if r <= rule.opposed and chance < rule.chance:
            yield AuditFlag(FlagKind.OPPOSED, pair, audit.group, numbers)
        if r >= rule.redundant:
            yield AuditFlag(FlagKind.REDUNDANT, pair, audit.group, numbers)


def _of_whole(audit: GroupAudit, rule: AuditRule) -> Iterator[AuditFlag]:
    if audit.alpha < 0:
        yield AuditFlag(FlagKind.CONTRADICTORY, (), audit.group, {"alpha": audit.alpha})
    elif audit.alpha < rule.alpha:
        yield AuditFlag(FlagKind.LOW_ALPHA, (), audit.group, {"alpha": audit.alpha})
    adequacy = float(audit.adequacy.overall)
    if np.isnan(adequacy) and np.isfinite(audit.correlations.r).all():
        yield AuditFlag(FlagKind.REPEATED, (), audit.group)
    # of two parts adequacy is one half whatever they are
    elif adequacy < rule.adequacy and len(audit.parts) > 2:
        yield AuditFlag(FlagKind.LOW_ADEQUACY, (), audit.group, {"adequacy": adequacy})
    if audit.sphericity.chance > rule.chance:
        yield AuditFlag(FlagKind.UNRELATED, (), audit.group, {"chance": float(audit.sphericity.chance)})
    elif (dimensions := int(audit.components.above(1.0))) > 1:
        numbers = {"dimensions": float(dimensions), "first": float(audit.components.proportions[0])}
        yield AuditFlag(FlagKind.SEVERAL_DIMENSIONS, (), audit.group, numbers)


def _of_weights(weighed: Weighed, rule: AuditRule) -> Iterator[AuditFlag]:
    found = weighed.influence
    for k, part in enumerate(weighed.parts):
        weight, share, r = float(weighed.weights[k]), float(weighed.shares[k]), float(found.r[k])
        if np.isnan(r):
            if found.units[k] > 2:
                yield AuditFlag(FlagKind.NO_VARIATION, (part,), weighed.whole)
            continue
        if r <= rule.opposed and weighed.chance[k] < rule.chance:
            yield AuditFlag(FlagKind.AGAINST_ITS_WHOLE, (part,), weighed.whole, {"correlation": r})
        kind = _kind_of_share(share, weight, rule)
        if kind is not None and weight > 0:
            numbers = {"weight": weight, "share": share, "ratio": float(weighed.ratio[k]), "correlation": r}
            yield AuditFlag(kind, (part,), weighed.whole, numbers)


def _kind_of_share(share: float, weight: float, rule: AuditRule) -> FlagKind | None:
    if share < rule.almost_none * weight:
        return FlagKind.NO_INFLUENCE
    if share < rule.little * weight:
        return FlagKind.LITTLE_INFLUENCE
    return FlagKind.MUCH_INFLUENCE if share > rule.much * weight else None


def _closer_to_another(tree: ScoredTree, indicators: Sequence[str], homes: Mapping[str, set[str]], rule: AuditRule) -> Iterator[AuditFlag]:
    groups = tuple(group for group in tree.parts if group in tree.depth and any(group in homes[code] for code in indicators))
    if len(groups) < 2:
        return
    found = correlations(tree.rows(indicators), tree.rows(groups))
    r = found.r
    for i, code in enumerate(indicators):
        own = [k for k, group in enumerate(groups) if group in homes[code] and np.isfinite(r[i, k])]
        others = [k for k, group in enumerate(groups) if group not in homes[code] and np.isfinite(r[i, k])]
        if not own or not others:
            continue
        home, rival = max(own, key=lambda k: r[i, k]), max(others, key=lambda k: r[i, k])
        if r[i, rival] > r[i, home] + rule.closer_by and found.chance[i, rival] < rule.chance:
            numbers = {"correlation": float(r[i, home]), "other": float(r[i, rival])}
            yield AuditFlag(FlagKind.CLOSER_TO_ANOTHER, (code, groups[rival]), groups[home], numbers)
