"""The tree of a recipe as numbers: every indicator and group is a node, and a group comes after all that it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ekistics.model.recipes import IndexGroup, IndexIndicator, Recipe

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """Nodes of a recipe: its indicators first, in their order, then its groups, in the order of `Recipe.upwards`.

    Attributes
    ----------
    codes : (nodes,)
    indicators : how many of the nodes are indicators
    groups : the groups, in order
    parts : by group, (parts,) nodes that it is made of, in the order of `Recipe.children`
    weights : by group, (parts,) weights as the recipe gives them
    """

    codes: tuple[str, ...]
    indicators: int
    groups: tuple[IndexGroup, ...]
    parts: tuple[Integers, ...]
    weights: tuple[Floats, ...]

    @cached_property
    def node_of(self) -> dict[str, int]:
        """The node of each code."""
        return {code: node for node, code in enumerate(self.codes)}

    def names_of(self, group: int) -> tuple[str, ...]:
        """Return the codes of the parts of a group."""
        return tuple(self.codes[node] for node in self.parts[group])


def below(tree: Tree, code: str) -> Tree:
    """Return the tree of a group and of all that it is made of; every indicator keeps its node, though it may belong to none."""
    wanted = {tree.node_of[code]}
    for group in range(len(tree.groups) - 1, -1, -1):
        if tree.indicators + group in wanted:
            wanted.update(tree.parts[group].tolist())
    kept = [group for group in range(len(tree.groups)) if tree.indicators + group in wanted]
    node_of = {tree.indicators + group: tree.indicators + place for place, group in enumerate(kept)}
    return Tree(
        tree.codes[: tree.indicators] + tuple(tree.groups[group].code for group in kept),
        tree.indicators,
        tuple(tree.groups[group] for group in kept),
        tuple(np.array([node_of.get(node, node) for node in tree.parts[group].tolist()], dtype=np.int64) for group in kept),
        tuple(tree.weights[group] for group in kept),
    )


def members(recipe: Recipe) -> tuple[IndexGroup | IndexIndicator, ...]:
    """Return the groups and indicators of a recipe, in the order in which `Recipe.children` tells them."""
    return (*recipe.groups, *recipe.indicators)


def tree_of(recipe: Recipe) -> Tree:
    """Return the tree of a recipe."""
    groups = tuple(recipe.upwards())
    codes = tuple(one.code for one in recipe.indicators) + tuple(one.code for one in groups)
    node_of = {code: node for node, code in enumerate(codes)}
    parts: dict[str, list[int]] = {one.code: [] for one in groups}
    weights: dict[str, list[float]] = {one.code: [] for one in groups}
    for one in members(recipe):
        for parent in one.parents:
            parts[parent].append(node_of[one.code])
            weights[parent].append(one.weight)
    return Tree(
        codes,
        len(recipe.indicators),
        groups,
        tuple(np.array(parts[one.code], dtype=np.int64) for one in groups),
        tuple(np.array(weights[one.code], dtype=np.float64) for one in groups),
    )
