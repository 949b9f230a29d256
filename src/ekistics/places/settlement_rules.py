"""The rules of the degree of urbanisation as data: one row an edition, each number a named parameter that can be overridden.

Densities are people per km² of permanent land, sizes are people, areas are km². Sources: the manual of 2021 (Eurostat,
"Applying the degree of urbanisation"), the GHSL data packages of 2022 and 2023 and the rule for semi-dense clusters of July 2024,
as implemented and documented by flexurba 0.2.2; what none of them says is decided here and marked "ours" in the comments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from ekistics.model.errors import InvalidInput, NotFound


class Contiguity(StrEnum):
    """Which cells touch: by sides, or also by corners."""

    ROOK = "rook"
    QUEEN = "queen"


class Smoothing(StrEnum):
    """When a cell at the edge of an urban centre joins it."""

    NONE = "none"
    FIVE_OF_EIGHT = "five-of-eight"
    MAJORITY_OF_VALID = "majority-of-valid"


class BuiltUp(StrEnum):
    """Whether cells also count as dense by what is built on them."""

    OFF = "off"
    FIXED = "fixed"
    OPTIMAL = "optimal"


@dataclass(frozen=True)
class SettlementRules:
    """One set of rules. See the fields; all of them can be overridden by name."""

    edition: str
    dense_per_km2: float = 1500.0
    """Urban centres and dense urban clusters: people per km² of land, at least."""
    semi_dense_per_km2: float = 900.0
    cluster_per_km2: float = 300.0
    """Urban clusters (level 1), suburban cells and rural clusters (level 2)."""
    low_density_per_km2: float = 50.0
    centre_people: float = 50_000.0
    dense_cluster_people: float = 5_000.0
    semi_dense_people: float = 2_500.0
    urban_cluster_people: float = 5_000.0
    rural_cluster_people: float = 500.0
    dense_contiguity: Contiguity = Contiguity.ROOK
    semi_dense_contiguity: Contiguity = Contiguity.ROOK
    cluster_contiguity: Contiguity = Contiguity.QUEEN
    semi_dense_buffer_cells: int = 2
    """A semi-dense cluster of which any cell lies so near (by corners) to class 30 or 23 is none."""
    built_up: BuiltUp = BuiltUp.FIXED
    built_up_share: float = 0.2
    """Built-up share of land from which a cell counts as dense; compared after rounding to three decimals."""
    optimal_people: float = 5_000.0
    """Clusters whose mean built-up share is the optimal threshold have at least so many people."""
    smoothing: Smoothing = Smoothing.MAJORITY_OF_VALID
    hole_km2: float = 15.0
    """Holes inside one centre of less than this are filled; 0 fills none."""
    water_land_share: float = 0.5
    """A cell with less land, nobody and nothing built is water."""

    def __post_init__(self) -> None:
        order = (self.low_density_per_km2, self.cluster_per_km2, self.semi_dense_per_km2, self.dense_per_km2)
        if list(order) != sorted(order) or not order[0] > 0:
            raise InvalidInput(
                "the density thresholds do not rise from low density over clusters and semi-dense to dense",
                found=" ≤ ".join(f"{one:g}" for one in order),
                expected="numbers above 0 in rising order",
            )
        wrong = [one.name for one in fields(self) if isinstance(value := getattr(self, one.name), float | int) and not value >= 0]
        if wrong or not 0 < self.built_up_share <= 1 or not 0 <= self.water_land_share <= 1:
            raise InvalidInput(
                "a parameter of the rules is out of range",
                found=", ".join(wrong) or "built_up_share or water_land_share",
                expected="0 to 1",
            )


EDITIONS: dict[str, SettlementRules] = {
    # GHS-SMOD R2023A with the semi-dense rule of July 2024; 0.20 is the optimal threshold of the world in 2020, rounded up
    "2024": SettlementRules("2024"),
    # ours: the data package of 2022 names no rule for semi-dense clusters, so it has that of the manual of 2021
    "R2022A": SettlementRules("R2022A", built_up_share=0.5, smoothing=Smoothing.FIVE_OF_EIGHT, semi_dense_per_km2=300.0,
                              semi_dense_people=5_000.0, semi_dense_contiguity=Contiguity.QUEEN, semi_dense_buffer_cells=3),
    "2021": SettlementRules("2021", built_up=BuiltUp.OFF, built_up_share=0.5, smoothing=Smoothing.FIVE_OF_EIGHT, semi_dense_per_km2=300.0,
                            semi_dense_people=5_000.0, semi_dense_contiguity=Contiguity.QUEEN, semi_dense_buffer_cells=3),
}  # fmt: skip
NEWEST_EDITION = "2024"
ALSO_CALLED = {"R2023A": "2024"}

_ENUMS: dict[str, type[StrEnum]] = {
    "dense_contiguity": Contiguity,
    "semi_dense_contiguity": Contiguity,
    "cluster_contiguity": Contiguity,
    "smoothing": Smoothing,
}


def settlement_rules(edition: str = NEWEST_EDITION, /, **overrides: Any) -> SettlementRules:
    """Return the rules of an edition, with parameters overridden by name.

    `built_up` may also be a share, which is then a fixed threshold, and false, which is off (as YAML reads a bare off).

    Examples
    --------
    >>> settlement_rules("2024", built_up="off").built_up
    <BuiltUp.OFF: 'off'>

    Raises
    ------
    NotFound
        If there is no such edition or parameter.
    InvalidInput
        If a value is not of the parameter's kind or range.
    """
    edition = ALSO_CALLED.get(edition, edition)
    if edition not in EDITIONS:
        raise NotFound("no such edition of the degree of urbanisation", found=edition, expected=", ".join([*EDITIONS, *ALSO_CALLED]))
    return replace(EDITIONS[edition], **_typed(overrides)) if overrides else EDITIONS[edition]


def rule_table() -> list[dict[str, Any]]:
    """Return the editions side by side: one row a parameter, for documentation and `--help`."""
    names = [one.name for one in fields(SettlementRules) if one.name != "edition"]
    rows: list[dict[str, Any]] = []
    for name in names:
        values = {edition: getattr(rules, name) for edition, rules in EDITIONS.items()}
        rows.append({"parameter": name, **values})
    return rows


def _typed(overrides: Mapping[str, Any]) -> dict[str, Any]:
    newest = EDITIONS[NEWEST_EDITION]
    known = [one.name for one in fields(SettlementRules) if one.name != "edition"]
    typed: dict[str, Any] = {}
    for name, value in overrides.items():
        if name not in known:
            raise NotFound("no such parameter of the degree of urbanisation", found=name, expected=", ".join(known))
        if name == "built_up":
            typed |= _built_up(value)
            continue
        convert: Callable[[Any], Any] = _ENUMS[name] if name in _ENUMS else int if isinstance(getattr(newest, name), int) else float
        try:
            typed[name] = convert(value)
        except (ValueError, TypeError) as error:
            expected = ", ".join(_ENUMS[name]) if name in _ENUMS else "a whole number" if convert is int else "a number"
            raise InvalidInput(f"the parameter {name} does not take this value", found=str(value), expected=expected) from error
    return typed


def _built_up(value: Any) -> dict[str, Any]:
    """Return the criterion that a word or a share of built-up land stands for."""
    if value is False:
        return {"built_up": BuiltUp.OFF}
    if str(value) in list(BuiltUp):
        return {"built_up": BuiltUp(str(value))}
    try:
        return {"built_up": BuiltUp.FIXED, "built_up_share": float(value)}
    except (ValueError, TypeError) as error:
        expected = "off, optimal, or a share such as 0.2"
        raise InvalidInput("no such built-up criterion", found=str(value), expected=expected) from error
