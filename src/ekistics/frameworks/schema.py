"""What a framework file may hold. Unknown keys are faults: a misspelt one would be passed over in silence otherwise."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ekistics.model.frameworks import Band, Benchmark, Form, Item, Level

ROOTED = {Form.LOG, Form.SQUARE_ROOT, Form.CUBE_ROOT, Form.FOURTH_ROOT, Form.FIFTH_ROOT}
SCALED = {Form.LINEAR, *ROOTED}
AIMED = {Form.TARGET_ONE_SIDED, Form.TARGET_TWO_SIDED, Form.TARGET_CEILING}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class BenchmarkSchema(_Part):
    """Goalposts or target of an item."""

    form: Form
    """How a value becomes a score of 0 to 100."""
    unit: str = Field(min_length=1)
    """Unit of the numbers below (UCUM)."""
    higher_is_better: bool = True
    """Which way is better, for the forms between goalposts."""
    minimum: float | None = None
    """Lower goalpost."""
    maximum: float | None = None
    """Upper goalpost."""
    target: float | None = None
    """What the target forms aim at."""
    target_year: int | None = Field(default=None, ge=1990, le=2100)
    """By when."""
    source: str = ""
    """Where the numbers were read."""
    verified: bool = False
    """Whether they were read in the official text; a verified benchmark names its source."""
    note: str = ""
    """What a reader should know of it."""

    @model_validator(mode="after")
    def _bounds_fit_the_form(self) -> Self:
        if self.form in SCALED and (self.minimum is None or self.maximum is None or self.minimum >= self.maximum):
            raise ValueError(f"the form {self.form} needs a minimum below its maximum")
        if self.form is Form.LOG and self.minimum is not None and self.minimum <= 0:
            raise ValueError("the form log needs a minimum above 0")
        if self.form in ROOTED and self.minimum is not None and self.minimum < 0:
            raise ValueError(f"the form {self.form} needs a minimum of at least 0")
        if self.form in AIMED and (self.target is None or self.target <= 0):
            raise ValueError(f"the form {self.form} needs a target above 0")
        if self.verified and not self.source:
            raise ValueError("a verified benchmark names its source")
        return self

    def noun(self) -> Benchmark:
        """Return it as the noun of the model."""
        return Benchmark(**self.model_dump())


class ItemSchema(_Part):
    """One row of an agenda."""

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    path: tuple[str, ...] = Field(min_length=1)
    verified: bool = False
    indicators: tuple[str, ...] = ()
    benchmark: BenchmarkSchema | None = None
    direction: Literal["higher", "lower", "neutral"] = "neutral"
    needs: str = ""
    source: str = ""
    own: bool = False

    def noun(self, crosswalk: tuple[str, ...] = ()) -> Item:
        """Return it as the noun of the model, with the crosswalk's indicators after its own."""
        told = {name: getattr(self, name) for name in ("code", "name", "path", "verified", "direction", "needs", "source", "own")}
        indicators = tuple(dict.fromkeys((*self.indicators, *crosswalk)))
        return Item(**told, indicators=indicators, benchmark=self.benchmark.noun() if self.benchmark else None)


class LevelSchema(_Part):
    """One heading of an axis."""

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    verified: bool = True
    parent: str | None = None

    def noun(self) -> Level:
        """Return it as the noun of the model."""
        return Level(**self.model_dump())


class BandSchema(_Part):
    """One rating class."""

    letter: str = Field(min_length=1, max_length=2)
    """One letter or two."""
    name: str = Field(min_length=1)
    """The words for it."""
    at_least: float = Field(ge=0, le=100)
    """Its lowest score; one band begins at 0."""

    def noun(self) -> Band:
        """Return it as the noun of the model."""
        return Band(**self.model_dump())


class FrameworkSchema(_Part):
    """A whole agenda."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    name: str = Field(min_length=1)
    edition: str = Field(min_length=1)
    source: str = Field(min_length=1)
    verified: bool = False
    third_party: bool = False
    coverage_threshold: float = Field(default=0.65, ge=0, le=1)
    axes: dict[str, tuple[LevelSchema, ...]] = Field(min_length=1)
    bands: tuple[BandSchema, ...] = ()
    items: tuple[ItemSchema, ...] = Field(min_length=1)


class OverlaySchema(_Part):
    """A city's own items in the cells of a shipped agenda."""

    extends: str
    items: tuple[ItemSchema, ...] = Field(min_length=1)
