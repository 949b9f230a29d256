"""Figures that an office gives: a card each and no formula. The cards are the rows of `reported.yaml`."""

from __future__ import annotations

from importlib import resources

import yaml

from ekistics.indicators.registry import register_given
from ekistics.model.cards import Card, Direction, Kind, Pooling

EDITION = "1"
SOURCE = "As reported"


def _card(code: str, told: dict[str, str]) -> Card:
    kind = Kind(told["kind"])
    sums = kind in {Kind.COUNT, Kind.AREA, Kind.LENGTH, Kind.SUM}
    pools = Pooling.SUM if sums else Pooling.TERMS if kind is Kind.SHARE else Pooling.NEVER
    return Card(
        code=code,
        edition=EDITION,
        name=told["name"],
        unit=told["unit"],
        kind=kind,
        theme=told["theme"],
        source=SOURCE,
        direction=Direction(told.get("direction", "neutral")),
        pools=pools,
        description=told.get("description", ""),
        decimals=int(told.get("decimals", 1)),
    )


for _code, _told in yaml.safe_load(resources.files(__package__).joinpath("reported.yaml").read_text(encoding="utf-8")).items():
    register_given(_card(_code, _told))
