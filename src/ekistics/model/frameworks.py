"""Agendas as data: a framework, its items, their benchmarks, and the bands that scores fall into."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Form(StrEnum):
    """How a raw value becomes a score 0 to 100 (City Prosperity Index forms and the plain target)."""

    LINEAR = "linear"
    LOG = "log"
    SQUARE_ROOT = "square root"
    CUBE_ROOT = "cube root"
    FOURTH_ROOT = "fourth root"
    FIFTH_ROOT = "fifth root"
    TARGET_ONE_SIDED = "target, one-sided"
    TARGET_TWO_SIDED = "target, two-sided"
    TARGET_CEILING = "target, ceiling"
    IDENTITY = "identity"


@dataclass(frozen=True)
class Benchmark:
    """Against what a value is held. `provisional` is everything not read in the official text.

    `minimum`, `maximum` are the goalposts (in the unit of the indicator), `target` is X* of the target forms.
    """

    form: Form
    unit: str
    higher_is_better: bool = True
    minimum: float | None = None
    maximum: float | None = None
    target: float | None = None
    target_year: int | None = None
    source: str = ""
    verified: bool = False
    note: str = ""

    @property
    def provisional(self) -> bool:
        """Whether scores on it bear the words "provisional benchmark"."""
        return not self.verified


@dataclass(frozen=True)
class Item:
    """One row of an agenda. `path` places it (`("1", "2")` is domain 1, objective 2; `("11.2",)` is a target).

    `indicators` come from the crosswalk. `needs` is one line: which file would fill it.
    """

    code: str
    name: str
    path: tuple[str, ...]
    verified: bool = False
    indicators: tuple[str, ...] = ()
    benchmark: Benchmark | None = None
    direction: str = "neutral"
    needs: str = ""
    source: str = ""
    own: bool = False
    """The city's own indicator in a cell."""


@dataclass(frozen=True)
class Band:
    """A rating class: letter, words and its lower bound (scores from `at_least` upwards)."""

    letter: str
    name: str
    at_least: float


@dataclass(frozen=True)
class Level:
    """One heading of a framework's axis (a domain, an objective, a goal's target, a dimension)."""

    code: str
    name: str
    verified: bool = True
    parent: str | None = None


@dataclass(frozen=True)
class Framework:
    """One agenda. `axes` are its headings by axis name; a matrix has two (`domain`, `objective`), a list one."""

    code: str
    name: str
    edition: str
    source: str
    verified: bool
    third_party: bool = False
    axes: dict[str, tuple[Level, ...]] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    bands: tuple[Band, ...] = ()
    coverage_threshold: float = 0.65
