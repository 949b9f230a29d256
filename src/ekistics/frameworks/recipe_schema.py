"""What a recipe file may hold. Unknown keys are faults, and so is text where a number is meant.

Two kinds of files have one schema: a recipe with `levels` holds its whole tree; one without takes the tree of its `framework` and
says only what differs from it.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ekistics.frameworks.schema import BandSchema, BenchmarkSchema
from ekistics.model.cards import Direction
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.recipes import (
    IndexGroup,
    IndexIndicator,
    Method,
    Option,
    Origin,
    PeerRule,
    Screening,
    Stage,
    UncertainInput,
    Uncertainty,
)
from ekistics.model.units import factor

FORMAT = 1
"""The edition of this schema; a file says which it is written for."""
EVERY_LEVEL = "*"
"""Stands for all levels where a recipe gives one method or one share for them."""
METHOD_STAGES = {
    "impute": Stage.IMPUTE,
    "treat": Stage.TREAT,
    "normalise": Stage.NORMALISE,
    "weights": Stage.WEIGHT,
    "aggregate": Stage.AGGREGATE,
}
"""By key of a recipe, the stage whose method stands there."""
_TWO_WAYS_UP = "give either parent or parents"

Text = Annotated[str, Field(strict=True)]
Name = Annotated[str, Field(strict=True, min_length=1, max_length=300, pattern=r"\S")]
Code = Annotated[str, Field(strict=True, min_length=1, max_length=200, pattern=r"^\S([^\r\n]*\S)?$")]
Number = Annotated[float, Field(strict=True)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Weight = Annotated[float, Field(strict=True, ge=0)]
Whole = Annotated[int, Field(strict=True)]
Year = Annotated[int, Field(strict=True, ge=1800, le=2200)]
Years = Annotated[int, Field(strict=True, ge=0, le=200)]
YesNo = Annotated[bool, Field(strict=True)]


class _Part(BaseModel):
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


class MethodSchema(_Part):
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


def _for_every_level(given: object) -> object:
    """Return what is told by level; one method or one share for all stands under `EVERY_LEVEL`."""
    single = not isinstance(given, dict) or "method" in given
    return {EVERY_LEVEL: given} if single else given


class GroupSchema(_Part):
    """A composite. In a recipe on an agenda, what is said of a group that the agenda has replaces what the agenda says."""

    code: Code
    """Unlike every other code of the recipe."""
    name: Name | None = None
    """As it is shown; the code where it is left out."""
    level: Code | None = None
    """One of `levels`."""
    parent: Code | None = None
    """The group of the next level that it is part of."""
    parents: tuple[Code, ...] | None = None
    """The same where there are several (a cell is part of a domain and of an objective); `[]` where a view ends below the top."""
    weight: Weight = 1.0
    """Within each parent; only the proportions count."""
    aggregate: MethodSchema | None = None
    """How its parts make it, where it differs from its level."""
    coverage: Share | None = None
    """Share of its parts, by weight, that must be there, where it differs from its level."""

    @model_validator(mode="after")
    def _one_way_up(self) -> Self:
        if self.parent is not None and self.parents is not None:
            raise ValueError(_TWO_WAYS_UP)
        return self

    def noun(self, base: IndexGroup | None = None) -> IndexGroup:
        """Return it as the noun of the model; what is left out is as `base` has it."""
        base = base or IndexGroup(self.code, self.code, self.level or "")
        return IndexGroup(
            self.code,
            self.name or base.name,
            self.level or base.level,
            parents_of(self, base.parents),
            self.weight if "weight" in self.model_fields_set else base.weight,
            self.aggregate.noun() if self.aggregate else base.aggregate,
            base.coverage if self.coverage is None else self.coverage,
        )


class IndicatorSchema(_Part):
    """A leaf. In a recipe on an agenda, what is said of an indicator that the agenda has replaces what the agenda says."""

    code: Code
    """Its column in a table."""
    name: Name | None = None
    """As it is shown; the code where it is left out."""
    parent: Code | None = None
    """The group that it is part of."""
    parents: tuple[Code, ...] | None = None
    """The same where there are several."""
    direction: Direction | None = None
    """Which way is better; left out, as its benchmark says, and `higher` without one. `neutral` needs a target aimed at from both sides."""
    weight: Weight = 1.0
    """Within each parent; only the proportions count."""
    unit: Text = ""
    """Unit of its figures (UCUM): that of the benchmark where it is left out."""
    figures: tuple[Code, ...] = ()
    """Indicators of the record that can fill it; the first that has a figure does."""
    benchmark: BenchmarkSchema | None = None
    """Goalposts or target."""
    denominator: Text = ""
    """Column (or indicator of the record) that divides it."""
    treat: MethodSchema | None = None
    """Treatment of outliers, where it differs from the recipe's."""
    normalise: MethodSchema | None = None
    """Normalisation, where it differs from the recipe's."""
    year: Year | None = None
    """Reference year, where it differs."""
    tolerance: Years | None = None
    """How many years older a figure may be, where it differs."""
    own: YesNo = False
    """Whether the city chose it for a cell of an agenda."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.benchmark is not None and self.unit and not self.denominator:
            try:
                factor(self.unit, self.benchmark.unit)
            except InvalidInput as error:
                message = f"the benchmark stands in {self.benchmark.unit}, the indicator in {self.unit}, and no factor is known"
                raise ValueError(message) from error
        if self.parent is not None and self.parents is not None:
            raise ValueError(_TWO_WAYS_UP)
        return self

    def noun(self, base: IndexIndicator | None = None) -> IndexIndicator:
        """Return it as the noun of the model; what is left out is as `base` has it."""
        given = self.model_fields_set
        base = base or IndexIndicator(self.code, self.code, ())
        benchmark = base.benchmark if self.benchmark is None else self.benchmark.noun()
        direction = base.direction if self.benchmark is None else direction_of(self.benchmark.noun())
        return IndexIndicator(
            self.code,
            self.name or base.name,
            parents_of(self, base.parents),
            self.direction or direction,
            self.weight if "weight" in given else base.weight,
            self.unit or (benchmark.unit if benchmark else base.unit),
            self.figures if "figures" in given else base.figures,
            benchmark,
            self.denominator or base.denominator,
            self.treat.noun() if self.treat else base.treat,
            self.normalise.noun() if self.normalise else base.normalise,
            base.reference_year if self.year is None else self.year,
            base.tolerance_years if self.tolerance is None else self.tolerance,
            self.own or base.own,
        )


def parents_of(part: GroupSchema | IndicatorSchema, otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the parents that a part names, by whichever key."""
    if part.parents is not None:
        return part.parents
    return otherwise if part.parent is None else (part.parent,)


def direction_of(benchmark: Benchmark) -> Direction:
    """Return which way is better by a benchmark."""
    if benchmark.form is Form.TARGET_TWO_SIDED:
        return Direction.NEUTRAL
    higher = {Form.TARGET_ONE_SIDED: True, Form.TARGET_CEILING: False}.get(benchmark.form, benchmark.higher_is_better)
    return Direction.HIGHER if higher else Direction.LOWER


def direction_fault(indicator: IndexIndicator) -> str | None:
    """Return what is wrong with the direction of an indicator, in a sentence; None where nothing is."""
    benchmark = indicator.benchmark
    if benchmark is not None and benchmark.form is Form.TARGET_TWO_SIDED:
        return None
    if indicator.direction is Direction.NEUTRAL:
        return f"{indicator.code} has no direction, and no target that is aimed at from both sides."
    if benchmark is not None and direction_of(benchmark) is not indicator.direction:
        return f"The direction of {indicator.code} goes against its benchmark, where {direction_of(benchmark)} is better."
    return None


class FiguresSchema(_Part):
    """Which figures are taken."""

    year: Year | None = None
    """Reference year; the newest of the table where it is left out."""
    tolerance: Years = 0
    """How many years older a figure may be."""


class ScreenSchema(_Part):
    """Who is left out because too little is there, before anything is filled."""

    units: Share = 0.0
    """Share of its indicators that a unit must have."""
    indicators: Share = 0.0
    """Share of the units that an indicator must have."""

    def noun(self) -> Screening:
        """Return it as the noun of the model."""
        return Screening(self.units, self.indicators)


class PeersSchema(_Part):
    """Who a unit is compared with."""

    groups: tuple[Name, ...] = ()
    """Groupings (columns of labels): peers share the label in every one."""
    nearest: Annotated[int, Field(strict=True, ge=1, le=1000)] = 10
    """Without groupings: so many units of the nearest profile."""

    def noun(self) -> PeerRule:
        """Return it as the noun of the model."""
        return PeerRule(self.groups, self.nearest)


_FIELDS_OF = {
    Origin.CHOICE: {"stage", "methods", "level"},
    Origin.WEIGHTS: {"share", "levels", "sets"},
    Origin.LEFT_OUT: {"codes"},
    Origin.SAMPLING: set[str](),
    Origin.IMPUTATION: set[str](),
}


class UncertainInputSchema(_Part):
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
        )


class UncertaintySchema(_Part):
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


class RecipeSchema(_Part):
    """A whole recipe."""

    recipe: Literal[1]
    """Edition of this format."""
    code: Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_-]*$")]
    """Short name, in small letters."""
    name: Name
    """As it stands on every page."""
    version: Name
    """Changes with every change of the recipe; as text."""
    source: Text = ""
    """Whose method it is."""
    framework: Text = ""
    """Agenda whose tree, benchmarks and bands are taken, unless `levels` is given."""
    leave_out: dict[Code, Name] = {}
    """What of the agenda is not taken, by code, with the reason."""
    levels: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    """Names of the levels from the indicators upwards, where the file holds a tree of its own."""
    groups: tuple[GroupSchema, ...] = ()
    """The composites."""
    indicators: tuple[IndicatorSchema, ...] = ()
    """The leaves."""
    figures: FiguresSchema = FiguresSchema()
    """Which figures are taken."""
    screen: ScreenSchema = ScreenSchema()
    """Who is left out because too little is there."""
    impute: MethodSchema = MethodSchema(method="none")
    """How gaps are filled; `none` where it is left out."""
    treat: MethodSchema = MethodSchema(method="none")
    """How outliers are treated; `none` where it is left out."""
    normalise: MethodSchema = MethodSchema(method="min-max")
    """How figures come to one scale; `min-max` where it is left out."""
    fixed_over_years: YesNo = True
    """Whether bounds and limits are fitted to all years together, so that scores compare over time."""
    weights: MethodSchema = MethodSchema(method="given")
    """Where weights come from; `given`, those of groups and indicators, where it is left out."""
    aggregate: Annotated[dict[Text, MethodSchema], BeforeValidator(_for_every_level)] = {}
    """How parts make a whole: one method, or one by level; arithmetic where it is left out."""
    coverage: Annotated[dict[Text, Share], BeforeValidator(_for_every_level)] = {}
    """Share of its parts, by weight, that a composite needs: one number, or one by level."""
    bands: tuple[BandSchema, ...] | None = None
    """Rating classes; those of the agenda where it is left out."""
    ties: Literal["min", "dense"] = "min"
    """Equal scores share the best of their ranks; `dense` goes on with the next number."""
    peers: PeersSchema = PeersSchema()
    """Who a unit is compared with."""
    uncertainty: UncertaintySchema = UncertaintySchema()
    """How the doubt about figures and methods is drawn."""
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] = 20260101
    """Start of every random draw."""
    allow_unverified: tuple[Code, ...] = ()
    """Indicators whose benchmark was not read in the official text and may enter a composite all the same."""
    needs: dict[Code, Name] = {}
    """By code of an indicator or group, what its composite lacks."""
