"""One way to register a share or a mean whose formula is a part over a whole, for tables of alike indicators."""

from __future__ import annotations

from ekistics.indicators.registry import Formula, register
from ekistics.model.cards import Card, Direction, Input, Kind, Pooling
from ekistics.stats.estimates import Column, Estimates


def register_quotient(
    *, part: Input, whole: Input, unit: str, kind: Kind, code: str, edition: str, name: str, theme: str, source: str, description: str,
    direction: Direction = Direction.NEUTRAL, decimals: int = 1,
) -> Formula:  # fmt: skip
    """Register part / whole, in per cent where the unit is `%`; both are kept as terms and pool over places."""
    per_cent = unit == "%"

    def quotient(**columns: Column) -> Estimates:
        numerator, denominator = columns[part.parameter], columns[whole.parameter]
        return Estimates.share(numerator, denominator) if per_cent else Estimates.ratio(numerator, denominator)

    quotient.__name__ = code
    quotient.__doc__ = f"{description}\n\n    Takes `{part.parameter}` ({part.unit}) and `{whole.parameter}` ({whole.unit}) as columns."
    formula = f"{part.parameter} / {whole.parameter}"
    card = Card(
        code=code,
        edition=edition,
        name=name,
        unit=unit,
        kind=kind,
        theme=theme,
        source=source,
        direction=direction,
        pools=Pooling.TERMS,
        inputs=(part, whole),
        formula=f"100 * {formula}" if per_cent else formula,
        description=description,
        decimals=decimals,
    )
    return register(card, quotient)
