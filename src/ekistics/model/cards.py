"""The indicator card: what is measured, in which unit, from what, by whose method; independent of any agenda."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class Pooling(StrEnum):
    """How figures of parts make the figure of the whole."""

    SUM = "sum"
    """Counts, areas, lengths: add up."""
    TERMS = "terms"
    """Shares, densities, means: sum numerators and denominators and divide once."""
    NEVER = "never"


class Kind(StrEnum):
    """What kind of quantity it is."""

    COUNT = "count"
    AREA = "area"
    LENGTH = "length"
    SUM = "sum"
    SHARE = "share"
    RATE = "rate"
    RATIO = "ratio"
    DENSITY = "density"
    MEAN = "mean"


@dataclass(frozen=True)
class Input:
    """One input column: the figure of an indicator at the same period, at the start or at the end of it.

    A bad row is one whose value is not `above` / `at_least` the bound: it gets a status and a reason.
    """

    code: str
    unit: str
    at: str = ""
    above: float | None = None
    at_least: float | None = None
    optional: bool = False

    @property
    def parameter(self) -> str:
        """The function's parameter that it fills."""
        return f"{self.code}_{self.at}" if self.at else self.code

    @classmethod
    def elapsed(cls, unit: str = "a") -> Input:
        """Return the input that gives the length of the reference period."""
        return cls(code="years", unit=unit, above=0.0)


@dataclass(frozen=True)
class Card:
    """One edition of one indicator.

    `layer` names the layer that tabulates it, for quantities that are counted on the ground; a formula has none. `also` are other
    layers that tabulate it, from other files and for years of their own.
    `formula` is an expression in the parameters (Python arithmetic, `log`), for the lineage page and its test.
    `tolerance_years` bounds how far an operand's period may lie from the date asked for.
    """

    code: str
    edition: str
    name: str
    unit: str
    kind: Kind
    theme: str
    source: str
    direction: Direction = Direction.NEUTRAL
    pools: Pooling = Pooling.NEVER
    inputs: tuple[Input, ...] = ()
    layer: str = ""
    also: tuple[str, ...] = ()
    formula: str = ""
    description: str = ""
    decimals: int = 1
    tolerance_years: float = 3.0
    verified: bool = True
