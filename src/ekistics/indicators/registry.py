"""The indicators there are: card and function, by code and edition. Filled when the room is imported, read only from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import numpy as np

from ekistics.model.cards import Card, Input
from ekistics.model.errors import Conflict, InvalidInput, NotFound
from ekistics.model.observations import Status
from ekistics.stats.estimates import Column, Estimates, InUnit, Texts

Formula = Callable[..., Estimates]

REGISTRY: dict[tuple[str, str], Registered] = {}


@dataclass(frozen=True)
class Registered:
    """One edition of one indicator: its card, and the function that takes its inputs as keyword columns.

    A quantity from a layer or an office has no formula; its function takes `value` and gives it back as estimates.
    """

    card: Card
    function: Formula


def indicator(**told: Any) -> Callable[[Formula], Formula]:
    """Register a function as an indicator; the arguments are those of `Card`.

    The function is then called with checked columns: equal length, the card's units, and in every bad row NaN. Those rows get
    status and reason from the first input at fault, in the order of the card.

    Raises
    ------
    Conflict
        If code and edition are taken.
    """
    card = Card(**told)

    def register_function(function: Formula) -> Formula:
        return register(card, function)

    return register_function


def register(card: Card, function: Formula) -> Formula:
    """Register a card with the function that computes it; return the function with its inputs checked."""
    key = (card.code, card.edition)
    if key in REGISTRY:
        raise Conflict("an indicator of this code and edition is registered", found=f"{card.code} {card.edition}")
    checked = _checked(card, function)
    REGISTRY[key] = Registered(card, checked)
    return checked


def register_given(card: Card) -> None:
    """Register a quantity that is counted by a layer or given by an office."""
    value = Input(card.code, unit=card.unit)
    checked = _checked(replace(card, inputs=(value,)), _as_given(value.parameter))

    def given(*, value: Column | InUnit) -> Estimates:
        """Return the figure as it is, missing where it is not a number."""
        return checked(**{card.code: value})

    key = (card.code, card.edition)
    if key in REGISTRY:
        raise Conflict("an indicator of this code and edition is registered", found=f"{card.code} {card.edition}")
    REGISTRY[key] = Registered(card, given)


def newest(code: str) -> Registered:
    """Return the newest edition of an indicator.

    Raises
    ------
    NotFound
        If no indicator has the code.
    """
    editions = [one for one in REGISTRY.values() if one.card.code == code]
    if not editions:
        raise NotFound("no such indicator", found=code, mend="list them with: ekistics indicators")
    return max(editions, key=lambda one: one.card.edition)


def edition_of(code: str, edition: str) -> Registered:
    """Return one edition of an indicator.

    Raises
    ------
    NotFound
        If there is none.
    """
    if (code, edition) not in REGISTRY:
        known = sorted(key[1] for key in REGISTRY if key[0] == code)
        raise NotFound("no such edition of an indicator", found=f"{code} {edition}", expected=", ".join(known) or "a known code")
    return REGISTRY[code, edition]


def newest_cards() -> list[Registered]:
    """Return the newest edition of every indicator, in the order of registration."""
    found: dict[str, Registered] = {}
    for one in REGISTRY.values():
        held = found.get(one.card.code)
        if held is None or held.card.edition < one.card.edition:
            found[one.card.code] = one
    return list(found.values())


def cards() -> list[Card]:
    """Return the cards of all editions, in the order of registration."""
    return [one.card for one in REGISTRY.values()]


def _as_given(parameter: str) -> Formula:
    def given(**columns: Column) -> Estimates:
        return Estimates.quantity(columns[parameter])

    return given


def _checked(card: Card, function: Formula) -> Formula:
    @wraps(function)
    def compute(**given: Column | InUnit | None) -> Estimates:
        columns = _columns(card, given)
        status, reason = _faults(card, columns)
        bad = reason != ""
        told = {name: np.where(bad, np.nan, column) for name, column in columns.items()}
        made = function(**told)
        if len(made) != len(bad):
            raise InvalidInput(f"{card.code} answered with another number of rows", found=str(len(made)), expected=str(len(bad)))
        return replace(
            made,
            value=np.where(bad, np.nan, made.value),
            status=np.where(bad, status, made.status),
            reason=np.where(bad, reason, made.reason),
        )

    return compute


def _columns(card: Card, given: Mapping[str, Column | InUnit | None]) -> dict[str, Column]:
    wanted = {item.parameter: item for item in card.inputs}
    if unknown := sorted(set(given) - set(wanted)):
        raise InvalidInput(f"{card.code} has no such input", found=", ".join(unknown), expected=", ".join(wanted))
    columns: dict[str, Column] = {}
    for name, item in wanted.items():
        value = given.get(name)
        if value is not None:
            columns[name] = _in_unit(card, item, value)
        elif not item.optional:
            raise InvalidInput(f"{card.code} lacks an input", expected=name)
    lengths = {name: column.shape for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidInput(f"the columns of {card.code} differ in length", found=", ".join(f"{n} {s}" for n, s in lengths.items()))
    return columns


def _in_unit(card: Card, item: Input, value: Column | InUnit) -> Column:
    if isinstance(value, InUnit):
        if value.unit != item.unit:
            raise InvalidInput(
                f"an input of {card.code} stands in the wrong unit", column=item.parameter, found=value.unit, expected=item.unit
            )
        value = value.values
    column = np.atleast_1d(np.asarray(value, dtype=np.float64))
    if column.ndim != 1:
        raise InvalidInput("a column has one dimension", column=item.parameter, found=str(column.shape), expected="(rows,)")
    return column


def _faults(card: Card, columns: Mapping[str, Column]) -> tuple[Texts, Texts]:
    """Return status and reason of rows with a bad input (empty reason where all are good)."""
    size = len(next(iter(columns.values())))
    told = [(str(Status.NORMAL), "")]
    # rows point to what is said of them: a text a row would take far more memory than the figures
    fault = np.zeros(size, dtype=np.int16)
    for item in card.inputs:
        if item.parameter not in columns:
            continue
        column, words = columns[item.parameter], spoken(item)
        for rows, status, text in (
            (~np.isfinite(column), Status.MISSING, "is missing"),
            (np.zeros(size, bool) if item.above is None else column <= item.above, Status.UNDEFINED, f"is not above {item.above or 0:g}"),
            (
                np.zeros(size, bool) if item.at_least is None else column < item.at_least,
                Status.UNDEFINED,
                f"is below {item.at_least or 0:g}",
            ),
        ):
            fault[rows & (fault == 0)] = len(told)
            told.append((str(status), f"{words} {text}"))
    seen, place = np.unique(fault, return_inverse=True)
    return np.array([told[one][0] for one in seen])[place], np.array([told[one][1] for one in seen])[place]


def spoken(item: Input) -> str:
    """Return how an input is called in a sentence (`population at the end`)."""
    if item.code == "years":
        return "the length of the period"
    name = item.code.replace("_", " ")
    return f"{name} at the {item.at}" if item.at else name
