"""The parts that a recipe's file is made of beside its tree: methods with their options, screening, peers, the design of doubt."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ekistics.model.recipes import Method, Option, Origin, PeerRule, Screening, Stage, UncertainInput, Uncertainty

Text = Annotated[str, Field(strict=True)]
Name = Annotated[str, Field(strict=True, min_length=1, max_length=300, pattern=r"\S")]
Code = Annotated[str, Field(strict=True, min_length=1, max_length=200, pattern=r"^\S([^\r\n]*\S)?$")]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Weight = Annotated[float, Field(strict=True, ge=0)]
Year = Annotated[int, Field(strict=True, ge=1800, le=2200)]
Years = Annotated[int, Field(strict=True, ge=0, le=200)]
YesNo = Annotated[bool, Field(strict=True)]


class RecipePart(BaseModel):
    """Any part of a recipe's file: what it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _option(given: object) -> object:
    """Return an option of a method as the model has it: a list of numbers is a tuple."""
    if isinstance(given, list):
        return tuple(_finite(one) for one in given)
    return given if isinstance(given, str | bool) or given is None else _whole_or_finite(given)


def _finite(given: object) -> float:
    return float(_whole_or_finite(given))


def _whole_or_finite(given: object) -> float | int:
    if isinstance(given, bool) or not isinstance(given, int | float) or abs(given) > 1e300 or math.isnan(given):
        raise ValueError("an option is a number, text, true or false, or a list of numbers")
    return given


OptionValue = Annotated[Option, BeforeValidator(_option)]


class MethodSchema(RecipePart):
    """A method by its name, or by name with options: `{method: winsorise-or-log, skewness: 2}`. Every other key is an option."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, OptionValue]

    method: Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_-]*$")]
    """Its name; `ekistics recipe explain` says what each does."""
    version: Name = "1"
    """Its version, as text."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, given: object) -> object:
        return {"method": given} if isinstance(given, str) else given

    def noun(self) -> Method:
        """Return it as the noun of the model."""
        return Method(self.method, dict(self.__pydantic_extra__), self.version)


class FiguresSchema(RecipePart):
    """Which figures are taken."""

    year: Year | None = None
    """Reference year; the newest of the table where it is left out."""
    tolerance: Years = 0
    """How many years older a figure may be."""


class ScreenSchema(RecipePart):
    """Who is left out because too little is there, before anything is filled."""

    units: Share = 0.0
    """Share of its indicators that a unit must have."""
    indicators: Share = 0.0
    """Share of the units that an indicator must have."""

    def noun(self) -> Screening:
        """Return it as the noun of the model."""
        return Screening(self.units, self.indicators)


class PeersSchema(RecipePart):
    """Who a unit is compared with."""

    groups: tuple[Name, ...] = ()
    """Groupings (columns of labels): peers share the label in every one."""
    nearest: Annotated[int, Field(strict=True, ge=0, le=1000)] = 10
    """So many units of the nearest profile: without groupings for every unit, with them for one whose labels nobody shares."""

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not self.groups and self.nearest == 0:
            raise ValueError("peers without groupings are the nearest units, of which there must be one at least")
        return self

    def noun(self) -> PeerRule:
        """Return it as the noun of the model."""
        return PeerRule(self.groups, self.nearest)


_FIELDS_OF = {
    Origin.CHOICE: {"stage", "methods", "level"},
    Origin.WEIGHTS: {"share", "levels", "sets", "given_sets"},
    Origin.LEFT_OUT: {"codes"},
    Origin.SAMPLING: set[str](),
    Origin.IMPUTATION: set[str](),
}


class UncertainInputSchema(RecipePart):
    """One thing that is drawn in every run."""

    name: Name
    """As it is shown."""
    origin: Origin
    """What is drawn: a method, weights, an indicator in or out, the standard errors, what fills the gaps."""
    stage: Literal["impute", "treat", "normalise", "weight", "aggregate"] | None = None
    """Of a choice: the stage."""
    methods: tuple[MethodSchema, ...] = ()
    """Of a choice: two or more, equally likely."""
    level: Text = ""
    """Of a choice of aggregation: the one level that it is about."""
    share: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.25
    """Of weights: the share of itself by which a weight moves at most."""
    levels: tuple[Code, ...] = ()
    """Of weights: the levels whose weights move; all where it is left out."""
    sets: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 0
    """Of weights: so many sets drawn beforehand and one of them in a run; 0 draws anew in every run."""
    codes: tuple[Code, ...] = ()
    """Of what may be left out: its codes; in a run, one of them or none is."""
    given_sets: tuple[dict[Code, Annotated[float, Field(strict=True, ge=0)]], ...] = ()
    """Of weights: sets of weights by code, one of them in a run, in place of those drawn: to make the runs of others again."""

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        told = self.model_fields_set - {"name", "origin"}
        if stray := sorted(told - _FIELDS_OF[self.origin]):
            raise ValueError(f"{' and '.join(stray)} says nothing of an input whose origin is {self.origin}")
        if self.origin is Origin.CHOICE and (self.stage is None or len(self.methods) < 2):  # one is no choice
            raise ValueError("a choice names its stage and two or more methods")
        if self.level and self.stage != "aggregate":
            raise ValueError("only a choice of aggregation is about one level")
        if self.origin is Origin.LEFT_OUT and not self.codes:
            raise ValueError("what may be left out is named under codes")
        return self

    def noun(self) -> UncertainInput:
        """Return it as the noun of the model."""
        return UncertainInput(
            self.name,
            self.origin,
            None if self.stage is None else Stage(self.stage),
            tuple(one.noun() for one in self.methods),
            self.level,
            self.share,
            self.levels,
            self.sets,
            self.codes,
            self.given_sets,
        )


class UncertaintySchema(RecipePart):
    """How the doubt about figures and methods is drawn."""

    runs: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 1000
    """How many runs."""
    level: Annotated[float, Field(strict=True, gt=0, lt=1)] = 0.95
    """Level of the intervals."""
    top: Annotated[int, Field(strict=True, ge=1)] = 10
    """The odds of a rank of at most so many are printed."""
    sensitivity_points: Annotated[int, Field(strict=True, ge=2, le=1_000_000)] = 512
    """Base points of the sampled sensitivity indices."""
    enumerate_up_to: Annotated[int, Field(strict=True, ge=0, le=10_000_000)] = 20_000
    """Designs of at most so many combinations are run through whole, and their sensitivity indices are exact."""
    inputs: tuple[UncertainInputSchema, ...] = ()
    """What is drawn together in every run."""

    def noun(self) -> Uncertainty:
        """Return it as the noun of the model."""
        inputs = tuple(one.noun() for one in self.inputs)
        return Uncertainty(inputs, self.runs, self.level, self.top, self.sensitivity_points, self.enumerate_up_to)
