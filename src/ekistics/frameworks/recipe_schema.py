"""What a recipe file may hold. Unknown keys are faults, and so is text where a number is meant.

Two kinds of files have one schema: a recipe with `levels` holds its whole tree; one without takes the tree of its `framework` and
says only what differs from it.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ekistics.frameworks.recipe_parts import (
    Code,
    FiguresSchema,
    MethodSchema,
    Name,
    PeersSchema,
    RecipePart,
    ScreenSchema,
    Share,
    Text,
    UncertaintySchema,
    Weight,
    Year,
    Years,
    YesNo,
)
from ekistics.frameworks.schema import BandSchema, BenchmarkSchema
from ekistics.model.cards import Direction
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.recipes import IndexGroup, IndexIndicator, Stage
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


def _for_every_level(given: object) -> object:
    """Return what is told by level; one method or one share for all stands under `EVERY_LEVEL`."""
    single = not isinstance(given, dict) or "method" in given
    return {EVERY_LEVEL: given} if single else given


class GroupSchema(RecipePart):
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


class IndicatorSchema(RecipePart):
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


class RecipeSchema(RecipePart):
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
    leave_out: dict[Code, Name] = Field(default_factory=dict)
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
    aggregate: Annotated[dict[Text, MethodSchema], BeforeValidator(_for_every_level)] = Field(default_factory=dict)
    """How parts make a whole: one method, or one by level; arithmetic where it is left out."""
    coverage: Annotated[dict[Text, Share], BeforeValidator(_for_every_level)] = Field(default_factory=dict)
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
    needs: dict[Code, Name] = Field(default_factory=dict)
    """By code of an indicator or group, what its composite lacks."""
