"""A recipe: how figures become scores, ratings and ranks. Every choice is named and versioned; none hides in code.

A recipe is a tree of groups over indicators (a group may have several parents: a cell of a matrix belongs to a domain and to an
objective), one method a stage, and the design by which the doubt about all of that is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ekistics.model.cards import Direction
from ekistics.model.frameworks import Band, Benchmark

Option = float | int | str | bool | tuple[float, ...] | None
"""What an option of a method may be."""


class Stage(StrEnum):
    """The stages of an assessment, in order."""

    CHOOSE = "choose"
    DENOMINATE = "denominate"
    SCREEN = "screen"
    IMPUTE = "impute"
    TREAT = "treat"
    NORMALISE = "normalise"
    WEIGHT = "weight"
    AGGREGATE = "aggregate"


@dataclass(frozen=True)
class Method:
    """A registered method by name and version, with its options; what is left out is as the method's own defaults say."""

    name: str
    options: Mapping[str, Option] = field(default_factory=dict)
    version: str = "1"


@dataclass(frozen=True)
class IndexIndicator:
    """One leaf. `code` names its column in a table; `figures` are the record's indicators that can fill it, the first that has one.

    `weight` is its weight within each parent. `benchmark` holds goalposts or target in `unit`. `denominator` names the column (or the
    record's indicator) that divides it. `treat` and `normalise` replace the recipe's own for this indicator.
    `reference_year` and `tolerance_years` replace the recipe's own: an older figure counts up to so many years before.
    """

    code: str
    name: str
    parents: tuple[str, ...]
    direction: Direction = Direction.HIGHER
    weight: float = 1.0
    unit: str = ""
    figures: tuple[str, ...] = ()
    benchmark: Benchmark | None = None
    denominator: str = ""
    treat: Method | None = None
    normalise: Method | None = None
    reference_year: int | None = None
    tolerance_years: int | None = None
    own: bool = False
    """The city's own indicator in a cell."""


@dataclass(frozen=True)
class IndexGroup:
    """One composite: its level by name, its parents (none at the top, and where a view ends), its weight within each of them.

    `aggregate` and `coverage` replace those of the level.
    """

    code: str
    name: str
    level: str
    parents: tuple[str, ...] = ()
    weight: float = 1.0
    aggregate: Method | None = None
    coverage: float | None = None


@dataclass(frozen=True)
class Screening:
    """Shares of what must be there, 0 to 1: `units` of its indicators for a unit, `indicators` of the units for an indicator."""

    units: float = 0.0
    indicators: float = 0.0


class Origin(StrEnum):
    """Where an uncertain input comes from."""

    CHOICE = "choice"
    """One of several methods for a stage."""
    WEIGHTS = "weights"
    """Weights moved by up to a share of themselves."""
    LEFT_OUT = "left out"
    """An indicator (or group) in or out."""
    SAMPLING = "sampling"
    """The standard error of every figure that states one."""
    IMPUTATION = "imputation"
    """Draws of what fills the gaps."""


@dataclass(frozen=True)
class UncertainInput:
    """One thing that is drawn in every run.

    Which fields speak goes by `origin`: `stage` with `methods` (equally likely) for a choice, `level` narrowing it to one level of
    aggregation; `share` with `levels` for weights, `sets` > 0 drawing that many sets beforehand and one of them in a run, so that the
    design is discrete; `codes` for what may be left out, one of them or none in a run. Sampling and imputation need nothing.

    `given_sets` are weights by code that take the place of those drawn beforehand, one of them in a run: for replaying the runs of
    others.
    """

    name: str
    origin: Origin
    stage: Stage | None = None
    methods: tuple[Method, ...] = ()
    level: str = ""
    share: float = 0.25
    levels: tuple[str, ...] = ()
    sets: int = 0
    codes: tuple[str, ...] = ()
    given_sets: tuple[Mapping[str, float], ...] = ()


@dataclass(frozen=True)
class Uncertainty:
    """The design: how many runs, what is drawn, the level of the intervals (0 to 1) and the `top` whose odds are printed."""

    inputs: tuple[UncertainInput, ...] = ()
    runs: int = 1000
    level: float = 0.95
    top: int = 10
    sensitivity_points: int = 512
    """Base points of the quasi-Monte-Carlo estimators, where the design cannot be enumerated."""
    enumerate_up_to: int = 20_000
    """A discrete design of at most so many combinations is enumerated: its sensitivity indices are exact."""


@dataclass(frozen=True)
class PeerRule:
    """Who a unit is compared with: units that share its label in every one of `groups`, else the `nearest` in profile.

    With groups, `nearest` 0 leaves a unit whose labels nobody shares without peers.
    """

    groups: tuple[str, ...] = ()
    nearest: int = 10


@dataclass(frozen=True)
class Recipe:
    """A whole recipe. `levels` are the names of the levels from the indicators upwards; `aggregate` and `coverage` go by level name.

    `reference_year` None takes the newest year of the table. `fixed_over_years` says whether what is fitted to the data (bounds,
    means, treatment limits) is fitted to all years together, so that scores compare over time, or to each year alone.
    `allowed_unverified` names the indicators whose unverified benchmark may enter a composite; without a name it is refused.
    """

    code: str
    name: str
    version: str
    levels: tuple[str, ...]
    indicators: tuple[IndexIndicator, ...]
    groups: tuple[IndexGroup, ...]
    source: str = ""
    framework: str = ""
    reference_year: int | None = None
    tolerance_years: int = 0
    screen: Screening = field(default_factory=Screening)
    impute: Method = field(default_factory=lambda: Method("none"))
    treat: Method = field(default_factory=lambda: Method("none"))
    normalise: Method = field(default_factory=lambda: Method("min-max"))
    fixed_over_years: bool = True
    weights: Method = field(default_factory=lambda: Method("given"))
    aggregate: Mapping[str, Method] = field(default_factory=dict)
    coverage: Mapping[str, float] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    ties: str = "min"
    peers: PeerRule = field(default_factory=PeerRule)
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    seed: int = 20260101
    allowed_unverified: tuple[str, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    """By code of an indicator, what its composite lacks in words: a benchmark that is not known."""

    @property
    def provisional(self) -> tuple[str, ...]:
        """The indicators with a benchmark that was not read in the official text."""
        return tuple(one.code for one in self.indicators if one.benchmark is not None and one.benchmark.provisional)

    @property
    def title(self) -> str:
        """The name as it stands on every page: a recipe with unverified benchmarks is provisional."""
        return f"{self.name} (provisional)" if self.provisional else self.name

    @property
    def top(self) -> IndexGroup:
        """The composite at the highest level."""
        return next(one for one in self.groups if one.level == self.levels[-1])

    def at_level(self, level: str) -> tuple[IndexGroup, ...]:
        """Return the groups of one level, in their order."""
        return tuple(one for one in self.groups if one.level == level)

    def children(self, group: str) -> tuple[IndexGroup | IndexIndicator, ...]:
        """Return what a group is made of, in the order of the recipe."""
        groups = tuple(one for one in self.groups if group in one.parents)
        return groups + tuple(one for one in self.indicators if group in one.parents)

    def upwards(self) -> Iterator[IndexGroup]:
        """Yield the groups so that every one comes after all that it is made of."""
        for level in self.levels[1:]:
            yield from self.at_level(level)
