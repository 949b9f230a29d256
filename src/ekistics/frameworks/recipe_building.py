"""From a sound recipe file to the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from ekistics.frameworks.recipe_agenda import AgendaTree, empty_groups
from ekistics.frameworks.recipe_schema import EVERY_LEVEL, RecipeSchema
from ekistics.model.frameworks import Framework
from ekistics.model.recipes import IndexGroup, IndexIndicator, Recipe

Value = TypeVar("Value")


def agenda_of(told: Mapping[str, Any], agenda: AgendaTree) -> AgendaTree:
    """Return the agenda's tree without what the file leaves out; what it cannot leave out stays (the file is told so)."""
    given = told.get("leave_out")
    groups, items = agenda.groups[1:], (*agenda.indicators, *agenda.spare)  # the first is the index itself
    known = {one.code for one in groups} | {one.code for one in items} | set(agenda.needs)
    return agenda.without({code: str(why) for code, why in given.items() if code in known} if isinstance(given, dict) else {})


def built(schema: RecipeSchema, framework: Framework | None, agenda: AgendaTree | None) -> Recipe:
    """Return the recipe of a file that has no fault."""
    groups, indicators, needs = _own_tree(schema) if agenda is None else _tree_on(schema, agenda)
    levels = (schema.levels or ()) if agenda is None else agenda.levels
    bands = (one.noun() for one in schema.bands) if schema.bands is not None else agenda.bands if agenda else ()
    coverage = _by_level(schema.coverage, levels)
    return Recipe(
        code=schema.code,
        name=schema.name,
        version=schema.version,
        levels=levels,
        indicators=indicators,
        groups=groups,
        source=schema.source or (framework.source if framework and agenda else ""),
        framework=schema.framework,
        reference_year=schema.figures.year,
        tolerance_years=schema.figures.tolerance,
        screen=schema.screen.noun(),
        impute=schema.impute.noun(),
        treat=schema.treat.noun(),
        normalise=schema.normalise.noun(),
        fixed_over_years=schema.fixed_over_years,
        weights=schema.weights.noun(),
        aggregate={level: method.noun() for level, method in _by_level(schema.aggregate, levels).items()},
        coverage={**agenda.coverage, **coverage} if agenda else coverage,
        bands=tuple(sorted(bands, key=lambda band: -band.at_least)),
        ties=schema.ties,
        peers=schema.peers.noun(),
        uncertainty=schema.uncertainty.noun(),
        seed=schema.seed,
        allowed_unverified=schema.allow_unverified,
        needs=needs,
    )


def _by_level(given: Mapping[str, Value], levels: tuple[str, ...]) -> dict[str, Value]:
    if EVERY_LEVEL in given:
        return dict.fromkeys(levels[1:], given[EVERY_LEVEL])
    return dict(given)


Tree = tuple[tuple[IndexGroup, ...], tuple[IndexIndicator, ...], Mapping[str, str]]


def _own_tree(schema: RecipeSchema) -> Tree:
    return tuple(one.noun() for one in schema.groups), tuple(one.noun() for one in schema.indicators), dict(schema.needs)


def _tree_on(schema: RecipeSchema, agenda: AgendaTree) -> Tree:
    """Return the agenda's tree with what the file tells: replaced in its place where the agenda has it, else the city's own after it."""
    groups = {one.code: one for one in agenda.groups}
    for group in schema.groups:
        groups[group.code] = group.noun(groups.get(group.code))
    indicators = {one.code: one for one in agenda.indicators}
    spare = {one.code: one for one in agenda.spare}
    for indicator in schema.indicators:
        base = indicators.get(indicator.code, spare.get(indicator.code))
        made = indicator.noun(base)
        indicators[indicator.code] = made if base else replace(made, own=True)
    tree = tuple(groups.values()), tuple(indicators.values())
    empty = set(empty_groups(*tree))
    lacking = {code: told for code, told in agenda.needs.items() if code not in indicators and (code not in groups or code in empty)}
    return *tree, {**lacking, **schema.needs}
