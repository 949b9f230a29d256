"""The tree that an agenda gives a recipe: its headings are composites, its items with a benchmark are indicators.

An agenda whose second axis lies within its first (a dimension and its sub-dimensions) gives one level for each. One whose two axes
cross (domains and objectives) gives cells, each with two parents: domains make the index, objectives are views of their own.
Items without a benchmark are not taken: they stand in `needs` with what they lack, and a heading of which nothing is left stays as an
empty group, so that its composite is refused and not made of what happens to be there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from ekistics.model.cards import Direction
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Band, Framework, Item
from ekistics.model.recipes import IndexGroup, IndexIndicator

INDICATOR, CELL, INDEX = "indicator", "cell", "index"
"""Names of the levels that no axis gives."""

NO_BENCHMARK = "a benchmark"
NO_DIRECTION = "a direction and a benchmark"
NO_PLACE = "a heading in the agenda"
NO_INDICATOR = "an indicator with a benchmark"


@dataclass(frozen=True)
class AgendaTree:
    """What a recipe takes from an agenda. `spare` are the items that it does not take, as indicators to be named one by one."""

    levels: tuple[str, ...]
    groups: tuple[IndexGroup, ...]
    indicators: tuple[IndexIndicator, ...]
    spare: tuple[IndexIndicator, ...]
    needs: Mapping[str, str]
    bands: tuple[Band, ...]
    coverage: Mapping[str, float]

    def without(self, codes: Mapping[str, str]) -> AgendaTree:
        """Return the tree without some of its parts, which stand in `needs` with the reason; what hung on them alone goes too."""
        gone, groups = set(codes), []
        for one in reversed(self._upwards()):
            left = tuple(parent for parent in one.parents if parent not in gone)
            if one.code in gone or (one.parents and not left):
                gone.add(one.code)
            else:
                groups.append(replace(one, parents=left))
        places = {one.code: place for place, one in enumerate(self.groups)}
        return replace(
            self,
            groups=tuple(sorted(groups, key=lambda one: places[one.code])),
            indicators=_left(self.indicators, gone),
            spare=_left(self.spare, gone),
            needs={**{code: told for code, told in self.needs.items() if code not in gone}, **codes},
        )

    def _upwards(self) -> list[IndexGroup]:
        return [one for level in self.levels[1:] for one in self.groups if one.level == level]


def agenda_tree(framework: Framework) -> AgendaTree:
    """Return the tree of an agenda.

    Raises
    ------
    InvalidInput
        If it has more axes than a recipe can take a tree from.
    """
    axes = list(framework.axes.items())
    if len(axes) > 2:  # a third axis says neither what it is part of nor what it crosses
        raise InvalidInput(
            f"no tree follows from the {len(axes)} axes of {framework.code}",
            expected="one or two axes",
            mend="give the recipe its own levels",
        )
    codes = _Codes(framework)
    crossing = len(axes) == 2 and not any(one.parent for one in axes[1][1])
    levels, groups = _crossed(framework, codes) if crossing else _nested(framework, codes)
    indicators: list[IndexIndicator] = []
    spare: list[IndexIndicator] = []
    needs: dict[str, str] = {}
    for item in framework.items:
        parents = codes.of_item(item, crossing=crossing)
        taken = replace(_indicator(item, third_party=framework.third_party), parents=parents)
        (indicators if item.benchmark and parents else spare).append(taken)
        if not parents:
            needs[item.code] = NO_PLACE
        elif item.benchmark is None:
            needs[item.code] = _lacks(item)
    needs |= dict.fromkeys(empty_groups(groups, indicators), NO_INDICATOR)
    coverage = dict.fromkeys(levels[1:], framework.coverage_threshold)
    return AgendaTree(levels, groups, tuple(indicators), tuple(spare), needs, framework.bands, coverage)


def empty_groups(groups: Sequence[IndexGroup], indicators: Sequence[IndexIndicator]) -> list[str]:
    """Return the groups that nothing is part of."""
    parts: list[IndexGroup | IndexIndicator] = [*groups, *indicators]
    filled = {parent for one in parts for parent in one.parents}
    return [one.code for one in groups if one.code not in filled]


class _Codes:
    """Codes of groups, unlike one another and unlike those of items: an axis whose codes are not has its name before them."""

    def __init__(self, framework: Framework) -> None:
        self._axes = list(framework.axes)
        used = Counter(one.code for levels in framework.axes.values() for one in levels)
        used.update(item.code for item in framework.items)
        self._prefixed = {axis for axis, levels in framework.axes.items() if any(used[one.code] > 1 for one in levels)}
        self.top = framework.code if framework.code not in used else f"{framework.code} {INDEX}"

    def of_heading(self, axis: str, code: str) -> str:
        return f"{axis} {code}" if axis in self._prefixed else code

    def of_item(self, item: Item, *, crossing: bool) -> tuple[str, ...]:
        """Return the group that an item is part of; none where the agenda does not place it deeply enough."""
        if len(item.path) < len(self._axes):
            return ()
        return (cell_code(*item.path),) if crossing else (self.of_heading(self._axes[-1], item.path[-1]),)


def cell_code(first: str, second: str) -> str:
    """Return the code of a cell: those of its two headings, such as `1.3`."""
    return f"{first}.{second}"


def _nested(framework: Framework, codes: _Codes) -> tuple[tuple[str, ...], tuple[IndexGroup, ...]]:
    axes = list(framework.axes)
    groups = [IndexGroup(codes.top, framework.name, INDEX)]
    for place, axis in enumerate(axes):
        for one in framework.axes[axis]:
            parent = codes.top if place == 0 else codes.of_heading(axes[0], one.parent or "")
            groups.append(IndexGroup(codes.of_heading(axis, one.code), one.name, axis, (parent,)))
    return (INDICATOR, *reversed(axes), INDEX), tuple(groups)


def _crossed(framework: Framework, codes: _Codes) -> tuple[tuple[str, ...], tuple[IndexGroup, ...]]:
    (first, rows), (second, columns) = framework.axes.items()
    level = f"{first} or {second}"
    groups = [IndexGroup(codes.top, framework.name, INDEX)]
    groups += [IndexGroup(codes.of_heading(first, one.code), one.name, level, (codes.top,)) for one in rows]
    groups += [IndexGroup(codes.of_heading(second, one.code), one.name, level) for one in columns]
    for row in rows:
        for column in columns:
            parents = codes.of_heading(first, row.code), codes.of_heading(second, column.code)
            groups.append(IndexGroup(cell_code(row.code, column.code), f"{row.name}: {column.name}", CELL, parents))
    return (INDICATOR, CELL, level, INDEX), tuple(groups)


def _indicator(item: Item, *, third_party: bool) -> IndexIndicator:
    benchmark = item.benchmark
    if benchmark is not None and third_party:
        benchmark = replace(benchmark, verified=False)
    unit = benchmark.unit if benchmark else ""
    return IndexIndicator(
        item.code, item.name, (), Direction(item.direction), unit=unit, figures=item.indicators, benchmark=benchmark, own=item.own
    )


def _lacks(item: Item) -> str:
    if item.direction != Direction.NEUTRAL:
        return NO_BENCHMARK
    return NO_DIRECTION if item.indicators else item.needs or NO_DIRECTION


def _left(indicators: tuple[IndexIndicator, ...], gone: Set[str]) -> tuple[IndexIndicator, ...]:
    found = (replace(one, parents=tuple(parent for parent in one.parents if parent not in gone)) for one in indicators)
    return tuple(one for one in found if one.parents and one.code not in gone)
