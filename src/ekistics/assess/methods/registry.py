"""The methods there are for each stage of an assessment, by name and version; filled when the room is imported.

A recipe names a method and its options; code never stands in a recipe. A user's own function takes part by `register`. What each
stage hands to its functions is told at the functions: `filling.py`, `treatment.py`, `normalisation.py`, `weights.py`, `means.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from ekistics.model.errors import Conflict, NotFound
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Method, Option, Stage

Function = TypeVar("Function", bound=Callable[..., Any])

CHOOSING = (Stage.IMPUTE, Stage.TREAT, Stage.NORMALISE, Stage.WEIGHT, Stage.AGGREGATE)
"""The stages that have methods to choose from."""


class OptionKind(StrEnum):
    """What an option must be, in the words of the messages."""

    NUMBER = "a number"
    WHOLE = "a whole number"
    TEXT = "a text"
    YES_NO = "true or false"
    NUMBERS = "a list of numbers"


@dataclass(frozen=True)
class OptionRule:
    """One option: what it must be, what it is when left out, and its bounds. `rising` numbers stand in ascending order."""

    name: str
    kind: OptionKind
    says: str
    default: Option = None
    required: bool = False
    at_least: float = -math.inf
    above: float = -math.inf
    at_most: float = math.inf
    choices: tuple[str, ...] = ()
    length: int | None = None
    rising: bool = False

    @property
    def expected(self) -> str:
        """What may stand there, for people."""
        if self.choices:
            return " or ".join(one or '""' for one in self.choices)
        parts: list[str] = [self.kind]
        if self.length is not None:
            parts = [f"a list of {self.length} numbers"]
        if self.rising:
            parts.append("in ascending order")
        if self.above > -math.inf:
            parts.append(f"above {self.above:g}")
        if self.at_least > -math.inf:
            parts.append(f"at least {self.at_least:g}")
        if self.at_most < math.inf:
            parts.append(f"at most {self.at_most:g}")
        return ", ".join(parts)

    def holds(self, value: Option) -> bool:
        """Whether a value may stand there; None stands for what is left out."""
        if value is None:
            return not self.required
        if self.kind is OptionKind.YES_NO:
            return isinstance(value, bool)
        if self.kind is OptionKind.TEXT:
            return isinstance(value, str) and (not self.choices or value in self.choices)
        if isinstance(value, tuple):
            fits = self.kind is OptionKind.NUMBERS and (len(value) > 0 if self.length is None else len(value) == self.length)
            ordered = not self.rising or all(low < high for low, high in pairwise(value))
            return fits and ordered and all(self._within(one) for one in value)
        if self.kind is OptionKind.NUMBERS or isinstance(value, bool | str):
            return False
        return self._within(value) and (self.kind is not OptionKind.WHOLE or float(value).is_integer())

    def _within(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return math.isfinite(value) and self.at_least <= value <= self.at_most and value > self.above


@dataclass(frozen=True)
class Demands:
    """What a method needs of the data and promises of its result, so that a refusal comes before anything is computed.

    Attributes
    ----------
    spread : a row whose values are all equal cannot be put through it
    benchmark : the numbers of a benchmark that it reads (`minimum`, `maximum`, `target`)
    directed : whether better must be higher or lower: a neutral indicator cannot be put through it
    above_zero : whether it only takes values above zero
    units : how many units with a value it takes at least
    lowest : the least value that can come out (normalising), by its options
    keeps_above_zero : whether values above zero give values above zero (aggregating)
    group : the option that names a grouping of the units, empty for none
    unit : the option that names a unit, empty for none
    arithmetic : whether (weighting) it only makes sense where parts are added up
    """

    spread: bool = False
    benchmark: tuple[str, ...] = ()
    directed: bool = True
    above_zero: bool = False
    units: int = 1
    lowest: Callable[[Mapping[str, Option]], float] = lambda _: -math.inf
    keeps_above_zero: bool = True
    group: str = ""
    unit: str = ""
    arithmetic: bool = False


@dataclass(frozen=True)
class Registered:
    """One version of one method. `by_code` is the rule for options that are named by the codes of indicators or groups."""

    stage: Stage
    name: str
    version: str
    says: str
    options: tuple[OptionRule, ...]
    function: Callable[..., Any]
    demands: Demands = Demands()
    by_code: OptionRule | None = None

    def completed(self, method: Method) -> dict[str, Option]:
        """Return the options of a method with the defaults of those left out."""
        told = {one.name: one.default for one in self.options}
        return {**told, **{name: value for name, value in method.options.items() if value is not None or name not in told}}


REGISTRY: dict[tuple[Stage, str, str], Registered] = {}

_YEARS = OptionRule(
    "years",
    OptionKind.TEXT,
    "whether what is fitted to the data is fitted to all years together or to each alone; left out, as fixed_over_years of the recipe",
    default="",
    choices=("", "together", "each"),
)
_OF_EVERY_METHOD = {Stage.TREAT: (_YEARS,), Stage.NORMALISE: (_YEARS,)}


def register(
    stage: Stage,
    name: str,
    *,
    says: str,
    version: str = "1",
    options: tuple[OptionRule, ...] = (),
    demands: Demands | None = None,
    by_code: OptionRule | None = None,
) -> Callable[[Function], Function]:
    """Register a function as a method of a stage; options reach it as keyword arguments.

    Raises
    ------
    Conflict
        If stage, name and version are taken.
    """
    key = (stage, name, version)
    if key in REGISTRY:
        raise Conflict("a method of this name and version is registered", found=f"{stage} {name} {version}")

    def keep(function: Function) -> Function:
        every = options + _OF_EVERY_METHOD.get(stage, ())
        REGISTRY[key] = Registered(stage, name, version, says, every, function, demands or Demands(), by_code)
        return function

    return keep


def methods_of(stage: Stage) -> tuple[Registered, ...]:
    """Return the methods of a stage, in the order of registration."""
    return tuple(one for one in REGISTRY.values() if one.stage is stage)


def find(stage: Stage, method: Method) -> Registered:
    """Return what a recipe's method names.

    Raises
    ------
    NotFound
        If there is no such name or version.
    """
    if (stage, method.name, method.version) not in REGISTRY:
        known = ", ".join(f"{one.name} {one.version}" for one in methods_of(stage))
        raise NotFound(f"there is no such method to {stage}", found=f"{method.name} {method.version}", expected=known)
    return REGISTRY[stage, method.name, method.version]


def method_problems(stage: Stage, method: Method, key: str, codes: frozenset[str] = frozenset()) -> Iterator[Problem]:
    """Yield everything wrong with a method of a recipe: its name, its version, its options.

    Parameters
    ----------
    key : where it stands in the recipe (`normalise`, `indicators.LPI.treat`)
    codes : the codes of indicators and groups, for the methods whose options are named by them
    """
    versions = [one for one in methods_of(stage) if one.name == method.name]
    if not versions:
        known = ", ".join(sorted({one.name for one in methods_of(stage)}))
        yield _problem("unknown-method", f"There is no method of this name to {stage}.", key, method.name, known)
        return
    told = next((one for one in versions if one.version == method.version), None)
    if told is None:
        known = ", ".join(one.version for one in versions)
        yield _problem("unknown-version", f"The method {method.name} has no such version.", key, method.version, known)
        return
    yield from _option_problems(told, method, key, codes)


def _option_problems(told: Registered, method: Method, key: str, codes: frozenset[str]) -> Iterator[Problem]:
    rules = {one.name: one for one in told.options}
    for name, value in method.options.items():
        rule = rules.get(name) or (told.by_code if name in codes else None)
        where = f"{key}.{name}"
        if rule is None:
            known = ", ".join(rules) or "no options"
            yield _problem("unknown-option", f"The method {told.name} has no such option.", where, name, known)
        elif not rule.holds(value):
            yield _problem("bad-option", f"The option {name} of {told.name} cannot be that.", where, _written(value), rule.expected)
    for rule in told.options:
        if rule.required and method.options.get(rule.name) is None:
            yield _problem("missing-option", f"The method {told.name} lacks its option {rule.name}.", key, "nothing", rule.expected)


def _written(value: Option) -> str:
    return f"[{', '.join(f'{one}' for one in value)}]" if isinstance(value, tuple) else f"{value!r}"


def _problem(kind: str, message: str, column: str, found: str, expected: str) -> Problem:
    return Problem(kind, message, Severity.REJECTED, column=column, found=found, expected=expected)
