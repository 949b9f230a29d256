"""What can be read of a recipe's file before it is known to be sound: its tree, its methods, and what refers to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from ekistics.frameworks.loader import band_faults
from ekistics.frameworks.recipe_agenda import AgendaTree
from ekistics.frameworks.recipe_parts import MethodSchema
from ekistics.frameworks.recipe_schema import EVERY_LEVEL, METHOD_STAGES, IndicatorSchema, direction_fault
from ekistics.frameworks.recipe_tree import Node, Outline
from ekistics.frameworks.schema import BandSchema
from ekistics.frameworks.yaml_files import Fault, Loc
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Origin, Stage

Told = Mapping[str, Any]


def outline_of(told: Told, agenda: AgendaTree | None) -> Outline:
    """Return the tree of a recipe as far as it can be read, with that of its agenda under it."""
    levels = agenda.levels if agenda else tuple(one for one in _list(told, "levels") if isinstance(one, str))
    groups = _nodes(told, "groups", agenda.groups if agenda else (), ())
    indicators = _nodes(told, "indicators", agenda.indicators if agenda else (), agenda.spare if agenda else ())
    needs = told.get("needs")
    empty = {one for one in needs if isinstance(one, str)} if isinstance(needs, dict) else set()
    return Outline(levels, groups, indicators, frozenset(empty | set(agenda.needs if agenda else ())))


def reference_faults(told: Told, outline: Outline, agenda: AgendaTree | None) -> Iterator[Fault]:
    """Yield what names something that is not there, and what contradicts something else."""
    for key in ("aggregate", "coverage"):
        yield from _by_level_faults(told, key, outline.levels)
    yield from _new_group_faults(told, agenda)
    yield from _direction_faults(told, agenda)
    yield from _uncertainty_faults(told, outline)
    yield from _band_faults(told)
    indicators = {one.code for one in outline.indicators}
    for place, code in enumerate(_list(told, "allow_unverified")):
        if isinstance(code, str) and code not in indicators:
            yield Fault(("allow_unverified", place), "unknown-code", "There is no such indicator in the recipe.", found=code)
    if not outline.indicators:
        yield Fault(("indicators",), "no-indicators", "The recipe has no indicators.", "one indicator or more")
    yield from _leave_out_faults(told, agenda)


def method_spots(told: Told) -> Iterator[tuple[Loc, Stage, Method]]:
    """Yield every method of a recipe that can be read, with where it stands and for which stage."""
    for where, stage, given in _spots(told):
        try:
            yield where, stage, MethodSchema.model_validate(given).noun()
        except ValidationError:
            continue  # the schema tells what is wrong with it


def _spots(told: Told) -> Iterator[tuple[Loc, Stage, object]]:
    for key, stage in METHOD_STAGES.items():
        given = told.get(key)
        if key == "aggregate":
            for level, one in _by_level(given).items():
                yield ((key,) if level == EVERY_LEVEL else (key, level)), stage, one
        elif given is not None:
            yield (key,), stage, given
    for entries, keys in (("groups", ("aggregate",)), ("indicators", ("treat", "normalise"))):
        for place, entry in _entries(told, entries):
            for key in keys:
                if entry.get(key) is not None:
                    yield (entries, place, key), METHOD_STAGES[key], entry[key]
    for place, entry in _uncertain(told):
        if entry.get("stage") in [one.value for one in METHOD_STAGES.values()]:
            for number, one in enumerate(_list(entry, "methods")):
                yield ("uncertainty", "inputs", place, "methods", number), Stage(entry["stage"]), one


def _by_level(given: object) -> Mapping[str, object]:
    if given is None:
        return {}
    return given if isinstance(given, dict) and "method" not in given else {EVERY_LEVEL: given}


def _list(told: Told, key: str) -> list[Any]:
    given = told.get(key)
    return given if isinstance(given, list) else []


def _entries(told: Told, key: str) -> list[tuple[int, Told]]:
    return [(place, one) for place, one in enumerate(_list(told, key)) if isinstance(one, dict)]


def _uncertain(told: Told) -> list[tuple[int, Told]]:
    given = told.get("uncertainty")
    return _entries(given, "inputs") if isinstance(given, dict) else []


def _nodes(
    told: Told, key: str, base: tuple[IndexGroup, ...] | tuple[IndexIndicator, ...], spare: tuple[IndexIndicator, ...]
) -> tuple[Node, ...]:
    """Return the agenda's nodes that the file does not tell of, and those that it does."""
    entries = [(place, one) for place, one in _entries(told, key) if isinstance(one.get("code"), str)]
    of_agenda: dict[str, Node] = {}
    for one in (*base, *spare):
        level = one.level if isinstance(one, IndexGroup) else None
        of_agenda[one.code] = Node(one.code, ("framework",), one.parents, level, one.weight)
    named, extra = {one["code"] for _, one in entries}, {one.code for one in spare}
    kept = [node for code, node in of_agenda.items() if code not in named and code not in extra]
    return (*kept, *(_node(entry, (key, place), of_agenda.get(entry["code"])) for place, entry in entries))


def _node(entry: Told, where: Loc, base: Node | None) -> Node:
    parents, says = _parents(entry)
    if not says and base is not None:
        parents, says = base.parents, True
    level = entry.get("level")
    weight = entry.get("weight", base.weight if base else 1.0)
    readable = isinstance(weight, int | float) and not isinstance(weight, bool)
    return Node(
        entry["code"],
        where,
        parents,
        level if isinstance(level, str) else base.level if base else None,
        float(weight) if readable and 0 <= weight < 1e300 else 1.0,  # the schema tells of others
        says,
    )


def _parents(entry: Told) -> tuple[tuple[str, ...] | None, bool]:
    """Return the parents that can be read, and whether any are spoken of."""
    one, several = entry.get("parent"), entry.get("parents")
    if isinstance(several, list) and all(isinstance(parent, str) for parent in several):
        return tuple(several), True
    if isinstance(one, str):
        return (one,), True
    return None, one is not None or several is not None


def _by_level_faults(told: Told, key: str, levels: tuple[str, ...]) -> Iterator[Fault]:
    for level in _by_level(told.get(key)):
        if isinstance(level, str) and level != EVERY_LEVEL and levels and level not in levels[1:]:
            yield Fault((key, level), "unknown-level", "There is no such level of groups.", ", ".join(levels[1:]), found=level)


def _new_group_faults(told: Told, agenda: AgendaTree | None) -> Iterator[Fault]:
    known = {one.code for one in agenda.groups} if agenda else set()
    for place, entry in _entries(told, "groups"):
        if entry.get("level") is None and entry.get("code") not in known:
            yield Fault(("groups", place), "not-as-agreed", "This group names no level.", "level: one of the levels above the indicators")


def _direction_faults(told: Told, agenda: AgendaTree | None) -> Iterator[Fault]:
    base = {one.code: one for one in (*agenda.indicators, *agenda.spare)} if agenda else {}
    for place, entry in _entries(told, "indicators"):
        try:
            told_of = IndicatorSchema.model_validate(entry)
        except ValidationError:
            continue  # the schema tells what is wrong with it
        if message := direction_fault(told_of.noun(base.get(told_of.code))):
            mend = "set direction to higher or lower, or mend the benchmark"
            yield Fault(("indicators", place), "direction", message, mend=mend)


def _uncertainty_faults(told: Told, outline: Outline) -> Iterator[Fault]:
    names: set[str] = set()
    once: set[str] = set()
    top = {one.code for one in outline.groups if outline.levels and one.level == outline.levels[-1]}
    for place, entry in _uncertain(told):
        where: Loc = ("uncertainty", "inputs", place)
        name, origin = entry.get("name"), entry.get("origin")
        if isinstance(name, str) and name in names:
            yield Fault((*where, "name"), "duplicate", f"Two uncertain inputs are called {name}.")
        if origin in (Origin.SAMPLING, Origin.IMPUTATION) and origin in once:
            yield Fault((*where, "origin"), "duplicate", f"The origin {origin} stands twice.")
        names.add(str(name))
        once.add(str(origin))
        for key, known in (("level", outline.levels[1:]), ("levels", outline.levels[:-1])):
            given = [entry.get(key)] if key == "level" else _list(entry, key)
            for level in given:
                if isinstance(level, str) and level and known and level not in known:
                    yield Fault((*where, key), "unknown-level", "There is no such level here.", ", ".join(known), found=level)
        for code in _list(entry, "codes"):
            if isinstance(code, str) and (code in top or code not in outline.codes):
                yield Fault((*where, "codes"), "unknown-code", "There is no such indicator or group to leave out.", found=code)


def _band_faults(told: Told) -> Iterator[Fault]:
    try:
        bands = tuple(BandSchema.model_validate(one) for one in _list(told, "bands"))
    except ValidationError:
        return  # the schema tells what is wrong with them
    yield from band_faults(bands)


def _leave_out_faults(told: Told, agenda: AgendaTree | None) -> Iterator[Fault]:
    given = told.get("leave_out")
    if not isinstance(given, dict):
        return
    if told.get("levels") is not None:
        mend = "take it out of the tree"
        yield Fault(("leave_out",), "nothing-to-leave-out", "A recipe with levels of its own takes nothing of an agenda.", mend=mend)
    named = {entry.get("code"): (key, place) for key in ("groups", "indicators") for place, entry in _entries(told, key)}
    for code in given:
        if code in named:
            yield Fault((*named[code], "code"), "left-out", f"{code} is left out and told of all the same.", mend="decide for one")
        elif agenda is not None and code not in agenda.needs:
            yield Fault(("leave_out", code), "unknown-code", "The agenda has no such item or heading.", found=str(code))
