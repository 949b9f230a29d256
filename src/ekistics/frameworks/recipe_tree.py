"""What can be wrong with the tree of a recipe, told of whatever can be read of it, so that one fault does not hide another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from ekistics.frameworks.yaml_files import Fault, Loc


@dataclass(frozen=True)
class Node:
    """One group (`level` given) or indicator as far as it can be read. `parents` None: not told, or told in a way that cannot be read."""

    code: str
    where: Loc
    parents: tuple[str, ...] | None = None
    level: str | None = None
    weight: float = 1.0
    says_parents: bool = True
    """Whether the file holds a key for its parents, readable or not."""


@dataclass(frozen=True)
class Outline:
    """A recipe's tree as far as it can be read. `allowed_empty` are groups that may be made of nothing, since `needs` says why."""

    levels: tuple[str, ...]
    groups: tuple[Node, ...]
    indicators: tuple[Node, ...]
    allowed_empty: Set[str] = frozenset()

    @property
    def codes(self) -> frozenset[str]:
        """All codes."""
        return frozenset(one.code for one in (*self.groups, *self.indicators))


def tree_faults(outline: Outline) -> Iterator[Fault]:
    """Yield everything wrong with the tree: codes twice, parents that are none, circles, levels that skip, tops, empty groups."""
    yield from _level_faults(outline.levels)
    yield from _code_faults(outline)
    groups = {one.code: one for one in reversed(outline.groups)}
    rank = {level: place for place, level in enumerate(outline.levels)}
    circles = _circles(groups)
    for circle in circles:
        way = " › ".join((*circle, circle[0]))
        yield Fault(
            groups[circle[0]].where, "circle", f"These groups are parts of one another: {way}.", mend="take one of the parents away"
        )
    in_circle = {(child, parent) for circle in circles for child, parent in zip(circle, (*circle[1:], circle[0]), strict=True)}
    for one in outline.groups:
        yield from _group_faults(one, groups, rank, outline.levels, in_circle)
    for one in outline.indicators:
        yield from _parent_faults(one, groups, rank, outline.levels, in_circle)
        if not one.says_parents or one.parents == ():
            yield Fault(one.where, "no-parent", f"The indicator {one.code} is part of no group.", "parent: the code of a group")
    yield from _top_faults(outline)
    yield from _part_faults(outline)


def _level_faults(levels: Sequence[str]) -> Iterator[Fault]:
    if len(levels) == 1:
        yield Fault(("levels",), "levels", "One level is no tree.", "the indicators' level and at least one above it")
    for place, level in enumerate(levels):
        if level in levels[:place]:
            yield Fault(("levels", place), "duplicate", f"The level {level} stands twice.")
        if level == "method":
            yield Fault(("levels", place), "levels", "A level cannot be called method.", mend="give it another name")


def _code_faults(outline: Outline) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for kind, nodes in (("group", outline.groups), ("indicator", outline.indicators)):
        for one in nodes:
            if one.code in seen:
                other = f"by two {kind}s" if seen[one.code] == kind else "by a group and by an indicator"
                yield Fault((*one.where, "code"), "duplicate", f"The code {one.code} is used {other}.", mend="give each a code of its own")
            seen.setdefault(one.code, kind)


def _circles(groups: Mapping[str, Node]) -> list[tuple[str, ...]]:
    """Return each circle of groups that are parts of one another, once."""
    state: dict[str, bool] = {}
    found = []
    for start in groups:
        way: list[str] = []
        waiting = [(start, False)]
        while waiting:
            code, done = waiting.pop()
            if done:
                state[code] = True
                way.pop()
            elif code not in state:
                state[code] = False
                way.append(code)
                waiting.append((code, True))
                waiting.extend((parent, False) for parent in groups[code].parents or () if parent in groups)
            elif not state[code]:
                found.append(tuple(way[way.index(code) :]))
    return found


def _group_faults(
    one: Node, groups: Mapping[str, Node], rank: Mapping[str, int], levels: Sequence[str], in_circle: Set[tuple[str, str]]
) -> Iterator[Fault]:
    if one.level is not None and rank and rank.get(one.level, 0) == 0:
        expected = ", ".join(levels[1:])
        yield Fault((*one.where, "level"), "unknown-level", "There is no such level of groups.", expected, found=one.level)
    yield from _parent_faults(one, groups, rank, levels, in_circle)
    at_top = bool(levels) and one.level == levels[-1]
    if at_top and one.parents:
        yield Fault(
            one.where, "parent-of-the-top", f"The group {one.code} is at the top and can be part of nothing.", mend="take its parent away"
        )
    if not at_top and one.level is not None and not one.says_parents:
        mend = "name its parent, or write parents: [] where a view ends with it"
        yield Fault(one.where, "no-parent", f"The group {one.code} is part of nothing.", mend=mend)


def _parent_faults(
    one: Node, groups: Mapping[str, Node], rank: Mapping[str, int], levels: Sequence[str], in_circle: Set[tuple[str, str]]
) -> Iterator[Fault]:
    own = 0 if one.level is None else rank.get(one.level)
    for place, parent in enumerate(one.parents or ()):
        if parent in (one.parents or ())[:place]:
            yield Fault(one.where, "duplicate", f"{one.code} names its parent {parent} twice.")
        elif parent not in groups:
            expected = ", ".join(list(groups)[:20]) or None
            yield Fault(one.where, "unknown-parent", f"The parent of {one.code} is no group.", expected, found=parent)
        elif (one.code, parent) not in in_circle:
            above = rank.get(groups[parent].level or "")
            if own is not None and above is not None and own + 1 < len(levels) and above != own + 1:
                message = f"{one.code} of the level {levels[own]} cannot be part of {parent} of the level {levels[above]}."
                yield Fault(one.where, "level-skipped", message, f"a parent of the level {levels[own + 1]}")


def _top_faults(outline: Outline) -> Iterator[Fault]:
    if not outline.levels:
        return
    tops = [one for one in outline.groups if one.level == outline.levels[-1]]
    if not tops:
        yield Fault(("levels",), "no-top", f"No group is at the top level {outline.levels[-1]}.", "one group at the top")
    for one in tops[1:]:
        message = f"{tops[0].code} and {one.code} are both at the top."
        yield Fault(one.where, "several-tops", message, "one group at the top", mend="put one more level above them, or make one a view")


def _part_faults(outline: Outline) -> Iterator[Fault]:
    """Yield groups that nothing is part of, and groups whose parts all weigh nothing."""
    weights: dict[str, float] = {}
    for part in (*outline.groups, *outline.indicators):
        for parent in part.parents or ():
            weights[parent] = weights.get(parent, 0.0) + part.weight
    readable = all(one.parents is not None for one in (*outline.groups, *outline.indicators) if one.says_parents)
    for one in outline.groups:
        if one.code not in weights and one.code not in outline.allowed_empty and readable:
            mend = "give it parts, take it away, or say under needs what it lacks"
            yield Fault(one.where, "empty-group", f"Nothing is part of the group {one.code}.", mend=mend)
        elif weights.get(one.code) == 0:
            message = f"The weights of the parts of {one.code} sum to zero."
            yield Fault(one.where, "weights-sum-to-zero", message, "a weight above 0 for one of them")
