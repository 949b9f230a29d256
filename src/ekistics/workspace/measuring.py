"""Measure places on the ground: indicators asked for, the layers they declare, the assets that can give them.

Quantities are tabulated from layers by zone; formulas run on columns of all zones at once. All figures of one place go on record
in one commit; figures that an earlier measurement made and this one does not make again are withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

from ekistics.indicators.registry import REGISTRY, Registered, newest_cards
from ekistics.layers.catalogue import load_all
from ekistics.layers.cell_grids import DatedTables
from ekistics.layers.registry import ZoneTable, kind_of, order_of, sources_of
from ekistics.model.cards import Card
from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.observations import Observation, Origin, Series, Status
from ekistics.model.periods import Period
from ekistics.stats.estimates import Estimates
from ekistics.stats.estimates import Status as EstimateStatus
from ekistics.workspace.inputs import KIND_OF_SOURCE, StudyInputs
from ekistics.workspace.layering import LayerStack

DEFAULT = "default"
PICTURES = ("settlement_picture", "growth_picture")
"""Layers that give no figure: what the settlement page is drawn from."""
Say = Callable[[str, float], None]


@dataclass(frozen=True)
class Step:
    """One line of the plan: an indicator, the layer that tabulates it (or its inputs), and what it lacks."""

    indicator: str
    edition: str
    variant: str
    layers: tuple[str, ...]
    lacks: tuple[str, ...]
    to_make: tuple[str, ...] = ()
    """The layers that are not kept from earlier, those below included; empty where something lacks."""


@dataclass(frozen=True)
class Measured:
    """Figures of one function and variant for all zones, with what they were made from."""

    card: Card
    variant: str
    observations: tuple[Observation, ...]
    layers: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[tuple[str, str], ...] = ()
    """(parameter, code of the quantity) of a formula."""
    kinds: tuple[str, ...] = ()
    """The kinds of the layers."""
    dated: str = ""
    """The period, where the layer gives figures for several."""


@cache
def variants() -> dict[str, dict[str, Any]]:
    """Return the named variants."""
    told = yaml.safe_load(resources.files("ekistics.workspace").joinpath("rules/variants.yaml").read_text(encoding="utf-8"))
    return {name: dict(options or {}) for name, options in told["variants"].items()}


def chosen_variants(names: Sequence[str] | None) -> tuple[str, ...]:
    """Return the variants asked for, all of them where none is named.

    Raises
    ------
    NotFound
        If there is no such variant.
    """
    for name in names or ():
        _options_of(name)
    return tuple(names or variants())


def ground_cards(wanted: Sequence[str] | None = None) -> list[Registered]:
    """Return the indicators that layers can give, those asked for with all that their formulas need.

    Raises
    ------
    NotFound
        If an indicator is unknown.
    """
    load_all()
    usable = [one for one in newest_cards() if one.card.layer or _is_ground_formula(one.card)]
    if wanted is None:
        return usable
    known = {one.card.code for one in newest_cards()}
    if unknown := [code for code in wanted if code not in known]:
        raise NotFound("no such indicator", found=", ".join(unknown), mend="list them with: ekistics indicators")
    needed = set(wanted) | {one.code for code in wanted for one in _newest(code).card.inputs}
    return [one for one in usable if one.card.code in needed]


def plan(inputs: StudyInputs, *, wanted: Sequence[str] | None, names: Iterable[str], options: Mapping[str, Any]) -> list[Step]:
    """Return what a measurement would do and what it lacks, without doing it."""
    steps = []
    for variant in names:
        overrides = _options_of(variant)
        stack = LayerStack(inputs, {**options, **overrides}, inputs.layer_folder)
        for one in ground_cards(wanted):
            layers = _layers_of(one.card)
            if variant != DEFAULT and not any(_touched(name, overrides) for name in layers):
                continue
            if other := [name for name in one.card.also if not stack.lacks(name)]:
                steps += [Step(one.card.code, one.card.edition, variant, (name,), (), stack.to_make(name)) for name in other]
            lacks = sorted({source for name in layers for source in stack.lacks(name)} | _uncounted(inputs, layers))
            to_make = () if lacks else dict.fromkeys(below for name in layers for below in stack.to_make(name))
            steps.append(Step(one.card.code, one.card.edition, variant, layers, tuple(lacks), tuple(to_make)))
    return steps


def layer_names(stack: LayerStack, card: Card) -> list[set[str]]:
    """Return the names of the layers that an indicator would be tabulated from now, each way that there is; nothing is computed."""
    ways: list[tuple[str, ...]] = [(name,) for name in giving(card)] or [_layers_of(card)]
    return [{stack.name(name) for name in way} for way in ways]


def giving(card: Card) -> tuple[str, ...]:
    """Return the layers that tabulate a quantity, each by itself; none for a formula."""
    return (card.layer, *card.also) if card.layer else ()


def _uncounted(inputs: StudyInputs, layers: Iterable[str]) -> set[str]:
    """Return the count of people where layers ask for it and it is not there: they can be made without, but count nobody."""
    return {"people_given"} if "people" in order_of(layers) and not inputs.has("people_given") else set()


def measure_ground(
    inputs: StudyInputs, *, wanted: Sequence[str] | None, names: Sequence[str], options: Mapping[str, Any], period: Period, say: Say
) -> tuple[list[Measured], dict[str, LayerStack]]:
    """Compute all that can be computed; nothing is written to the record."""
    shared: dict[str, Any] = {}
    made: list[Measured] = []
    stacks: dict[str, LayerStack] = {}
    for number, variant in enumerate(names):
        overrides = _options_of(variant)
        stack = LayerStack(inputs, {**options, **overrides}, inputs.layer_folder, shared)
        stacks[variant] = stack
        made += _one_variant(stack, variant, overrides, wanted, period, _part_of(say, number, len(names)))
    if wanted is None and DEFAULT in stacks:
        _keep_pictures(stacks[DEFAULT])
    return made, stacks


def _keep_pictures(stack: LayerStack) -> None:
    """Make what pages are drawn from along with the figures, while the grids are at hand: the first page need not wait for it."""
    for name in PICTURES:
        if not stack.lacks(name) and stack.to_make(name):
            stack.value(name)


def _part_of(say: Say, number: int, total: int) -> Say:
    return lambda text, done: say(text, (number + done) / total)


def _one_variant(
    stack: LayerStack, variant: str, overrides: Mapping[str, Any], wanted: Sequence[str] | None, period: Period, say: Say
) -> list[Measured]:
    cards = ground_cards(wanted)
    columns: dict[str, Estimates] = {}
    made: list[Measured] = []
    tabulated = [(one.card, name) for one in cards for name in giving(one.card)]
    for number, (card, name) in enumerate(tabulated):
        if stack.lacks(name):
            continue
        if stack.name(name) not in stack.shared:
            say(f"{name.replace('_', ' ')} ({variant})", 0.9 * number / len(tabulated))
        wanted_here = variant == DEFAULT or _touched(name, overrides)
        if kind_of(name).dated:
            made += _dated_figures(stack, card, name, variant) if wanted_here else []
            continue
        columns[card.code] = _column(stack.value(name), card, stack)
        if wanted_here:
            made.append(_figures(stack, card, variant, columns[card.code], period, (name,), ()))
    for one in cards:
        card = one.card
        layers = _layers_of(card)
        if card.layer or not layers or any(item.code not in columns for item in card.inputs if not item.optional):
            continue
        if variant == DEFAULT or any(_touched(name, overrides) for name in layers):
            given = {item.parameter: columns[item.code].value for item in card.inputs if item.code in columns}
            roles = tuple((item.parameter, item.code) for item in card.inputs if item.code in columns)
            told = _with_their_reasons(one.function(**given), [columns[code] for _, code in roles])
            made.append(_figures(stack, card, variant, told, period, layers, roles))
    shown = [one for one in made if variant == DEFAULT or any(figure.value is not None for figure in one.observations)]
    return _each_once(shown)


def _dated_figures(stack: LayerStack, card: Card, name: str, variant: str) -> list[Measured]:
    """Return the figures of a layer that has a table for each of several periods."""
    tables: DatedTables = stack.value(name)
    made = []
    for (start, end), table in zip(tables.years, tables.tables, strict=True):
        when = Period.year(start) if start == end else Period(Period.year(start).start, Period.year(end).end)
        one = _figures(stack, card, variant, _column(table, card, stack), when, (name,), ())
        made.append(replace(one, dated=f"{name} {when}"))
    return made


def _each_once(made: list[Measured]) -> list[Measured]:
    """Leave out figures of a second layer that the first gives for the same year and source, and of a first that has none."""
    seen: set[tuple[str, str, str, str]] = set()
    dated = {one.card.code for one in made if one.dated and any(figure.value is not None for figure in one.observations)}
    kept = []
    for one in sorted(made, key=lambda each: bool(each.dated)):
        first = one.observations[0]
        key = (first.indicator, str(first.period), first.series.source, first.series.edition)
        if not one.dated and first.indicator in dated and all(figure.value is None for figure in one.observations):
            continue  # the layer that could not tell gives way to the one that can
        if key not in seen or not one.dated:
            kept.append(one)
        seen.add(key)
    return kept


def _with_their_reasons(estimates: Estimates, operands: Sequence[Estimates]) -> Estimates:
    """Return the same, with what is missing for want of an operand told in that operand's own words."""
    reason = estimates.reason
    for operand in reversed(operands):
        silent = (estimates.status == str(Status.MISSING)) & (operand.reason != "")
        reason = np.where(silent, operand.reason, reason).astype(np.str_)
    return replace(estimates, reason=reason)


def _column(table: ZoneTable, card: Card, stack: LayerStack) -> Estimates:
    size = len(stack.inputs.zones)
    if card.code not in table.columns:
        raise InvalidInput(f"a layer of {card.code} does not give it", expected=", ".join(table.columns))
    reasons = table.reasons.get(card.code, np.full(size, "", dtype=np.str_))
    return Estimates.quantity(table.columns[card.code], reason=reasons)


def _figures(
    stack: LayerStack,
    card: Card,
    variant: str,
    estimates: Estimates,
    period: Period,
    layers: tuple[str, ...],
    roles: tuple[tuple[str, str], ...],
) -> Measured:
    inputs = stack.inputs
    series = Series(source_of(inputs, layers), Origin.COMPUTED, card.edition, variant)
    boundaries = [inputs.boundary.edition, *(boundary.edition for _, boundary in inputs.districts)]
    period = period if any(kind_of(name).dated for name in layers) else _own_period(inputs, layers) or period
    estimates = _marked_as_partial(estimates, " ".join(partial_of(inputs, layers)))
    observations = tuple(
        Observation(
            card.code,
            code,
            period,
            series,
            _number(estimates.value, row),
            card.unit,
            boundary=boundaries[row],
            numerator=_number(estimates.numerator, row),
            denominator=_number(estimates.denominator, row),
            status=Status(str(estimates.status[row])),
            reason=str(estimates.reason[row]),
        )
        for row, code in enumerate(inputs.zones.code.tolist())
    )
    return Measured(card, variant, observations, tuple(stack.name(name) for name in layers), dict(stack.options), roles, layers)


def partial_of(inputs: StudyInputs, layers: Iterable[str]) -> list[str]:
    """Return what the files that layers cannot do without lack, where they were said to tell only a part."""
    needed = sorted({source for name in layers for source in sources_of(name)[0]})
    told = [str(asset.options.get("partial", "")) for source in needed for asset in inputs.assets_of(source)]
    return list(dict.fromkeys(text for text in told if text))


def _marked_as_partial(estimates: Estimates, reason: str) -> Estimates:
    if not reason:
        return estimates
    return estimates.marked(
        np.isfinite(estimates.value) & (estimates.status == str(EstimateStatus.NORMAL)), EstimateStatus.UNSTABLE, reason
    )


def source_of(inputs: StudyInputs, layers: Iterable[str]) -> str:
    """Return the source of figures made by layers: the sources of the assets that they use, joined."""
    used: set[str] = set()
    for name in layers:
        required, optional = sources_of(name)
        for source in required | optional:
            used |= {asset.source for asset in inputs.assets_of(source)}
    return "+".join(sorted(used)) or inputs.boundary.source or "boundary"


def period_of(inputs: StudyInputs) -> Period:
    """Return the year in which a place is measured: that of its newest street or timetable file, else of its newest file.

    Raises
    ------
    InvalidInput
        If no file has a date.
    """
    for kinds in KIND_OF_SOURCE.values():
        if dates := [asset.date for asset in inputs.assets if asset.kind in kinds and asset.date]:
            return Period.year(max(dates).year)
    raise InvalidInput(f"no file of {inputs.place.code} has a date", mend="give dates in the manifest, or a period: --period 2023")


def _own_period(inputs: StudyInputs, layers: Iterable[str]) -> Period | None:
    """Return the year of the population file for figures that need nothing else of the ground: people of 2015 stay people of 2015."""
    named = list(layers)
    needed = {source for name in named for source in sources_of(name)[0]} - {"zones"}
    wanted = {source for name in named for source in sources_of(name)[1]}
    dates = [asset.date for asset in inputs.assets_of("people_given") if asset.date]
    return Period.year(max(dates).year) if not needed and "people_given" in wanted and dates else None


def _is_ground_formula(card: Card) -> bool:
    """Whether all inputs are tabulated together; figures of several years go through the record instead."""
    return bool(card.inputs) and all(
        not item.at and item.code != "years" and (name := _layer_of(item.code)) and not kind_of(name).dated
        for item in card.inputs
        if not item.optional
    )


def _layers_of(card: Card) -> tuple[str, ...]:
    if card.layer:
        return (card.layer,)
    return tuple(dict.fromkeys(name for item in card.inputs if (name := _layer_of(item.code))))


def _layer_of(code: str) -> str:
    found = [one.card.layer for one in REGISTRY.values() if one.card.code == code and one.card.layer]
    return found[0] if found else ""


def _newest(code: str) -> Registered:
    return next(one for one in newest_cards() if one.card.code == code)


def _options_of(variant: str) -> dict[str, Any]:
    if variant not in variants():
        raise NotFound("no such variant", found=variant, expected=", ".join(variants()))
    return variants()[variant]


def _touched(layer: str, overrides: Mapping[str, Any]) -> bool:
    return any(name in kind_of(one).options for one in order_of([layer]) for name in overrides)


def _number(column: Any, row: int) -> float | None:
    if column is None:
        return None
    value = float(column[row])
    return value if np.isfinite(value) else None
