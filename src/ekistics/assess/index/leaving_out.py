"""A recipe without some of its indicators or groups."""

from __future__ import annotations

from dataclasses import replace

from ekistics.assess.methods.trees import members
from ekistics.model.errors import InvalidInput
from ekistics.model.recipes import Recipe


def without(recipe: Recipe, *codes: str) -> Recipe:
    """Return a recipe without indicators or groups.

    Parameters
    ----------
    codes : what leaves; with a group goes all that belongs to no other group, and with the last part of a group the group

    Returns
    -------
    Recipe
        The weights of what stays are as they were: those of its siblings fill the place.

    Raises
    ------
    InvalidInput
        If a code is unknown, or nothing would be left.
    """
    known = {one.code for one in members(recipe)}
    if unknown := [code for code in codes if code not in known]:
        raise InvalidInput("the recipe has no such indicator or group", found=", ".join(unknown), mend="name one of its codes")
    gone = set(codes)
    while more := _orphaned(recipe, gone):
        gone |= more
    indicators = tuple(
        replace(one, parents=tuple(parent for parent in one.parents if parent not in gone))
        for one in recipe.indicators
        if one.code not in gone
    )
    groups = tuple(
        replace(one, parents=tuple(parent for parent in one.parents if parent not in gone)) for one in recipe.groups if one.code not in gone
    )
    if not indicators:
        raise InvalidInput("nothing would be left of the recipe", found=", ".join(codes))
    return replace(recipe, indicators=indicators, groups=groups)


def _orphaned(recipe: Recipe, gone: set[str]) -> set[str]:
    """Return what lost all its parents, or all its parts."""
    below = {one.code for one in members(recipe) if one.code not in gone and one.parents and all(parent in gone for parent in one.parents)}
    living = {parent for one in members(recipe) if one.code not in gone for parent in one.parents}
    return below | {one.code for one in recipe.groups if one.code not in gone and one.code not in living}
