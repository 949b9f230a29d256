"""The rule files that decide what an OpenStreetMap tag means, and the small matcher that reads them.

A pattern is a mapping from key to values (a list, or `*` for any); it fits when any of its keys fits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from ekistics.model.errors import InvalidInput

Tags = Mapping[str, str]
NAMES = ("walking", "streets", "open_space", "cover", "buildings", "facilities")


def load_rules(folder: Path | None = None) -> dict[str, Any]:
    """Return the rules by name; files in `folder` stand in for the shipped ones of the same name.

    Raises
    ------
    InvalidInput
        If a file is no YAML mapping, lacks an edition, or lacks a key of the shipped file.
    """
    rules = dict(_shipped())
    for name in NAMES:
        path = folder / f"{name}.yaml" if folder else None
        if path and path.exists():
            rules[name] = _own(path, rules[name])
    return rules


@cache
def _shipped() -> dict[str, Any]:
    folder = resources.files("ekistics.sources").joinpath("rules")
    return {name: yaml.safe_load(folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8")) for name in NAMES}


def _own(path: Path, ours: Mapping[str, Any]) -> Any:
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput("the rule file cannot be read", file=str(path), mend="write it as YAML in UTF-8") from error
    lacking = sorted(set(ours) - set(told)) if isinstance(told, dict) else sorted(ours)
    if lacking:
        raise InvalidInput(
            "the rule file lacks keys", file=str(path), found="no " + ", ".join(lacking), mend="copy them from the shipped file"
        )
    return told


def point_tags(rules: Mapping[str, Any]) -> dict[str, list[str] | str]:
    """Return the tags by which a point can matter to a rule: barriers and facilities, key to values or `*`."""
    wanted: dict[str, list[str] | str] = {"barrier": [*rules["walking"]["blocking_barriers"], *rules["walking"]["gates"]]}
    for pattern in rules["facilities"].values():
        for key, values in pattern.items() if isinstance(pattern, dict) else ():
            before = wanted.get(key, [])
            wanted[key] = "*" if "*" in (values, before) else sorted({*before, *values})
    return wanted


def fits(tags: Tags, pattern: Mapping[str, Any]) -> bool:
    """Whether any key of the pattern has one of its values; `*` is any value but `no`."""
    for key, values in pattern.items():
        found = tags.get(key)
        if found is not None and (found != "no" if values == "*" else found in values):
            return True
    return False


@dataclass(frozen=True)
class OpenSpaceVerdict:
    """Whether an area counts as open public space, by which rule, or by which rule it was refused."""

    rule: str = ""
    refused: str = ""


def open_space_of(tags: Tags, rules: Mapping[str, Any]) -> OpenSpaceVerdict:
    """Judge one area by the open-space rules."""
    rule = next(
        (one["rule"] for one in rules["count"] if fits(tags, one["tags"]) and not ("unless" in one and fits(tags, one["unless"]))),
        "",
    )
    if not rule:
        return OpenSpaceVerdict(refused=next((one["rule"] for one in rules["left_out"] if fits(tags, one["tags"])), ""))
    refused = next((one["rule"] for one in rules["refuse"] if fits(tags, one["tags"])), "")
    return OpenSpaceVerdict(refused=refused) if refused else OpenSpaceVerdict(rule=rule)


def is_walkable(tags: Tags, rules: Mapping[str, Any]) -> bool:
    """Whether a person may walk along a way."""
    street, foot = tags.get("highway", ""), tags.get("foot", "")
    if foot in rules["closed_foot"]:
        return False
    if foot not in rules["open_foot"]:
        if tags.get("access", "") in rules["closed_access"]:
            return False
        if street == "service" and tags.get("service", "") in rules["closed_service"]:
            return False
    if street == "steps" and not rules["stairs"]:
        return False
    if street in rules["walkable_if_said"]:
        return foot in rules["open_foot"] or tags.get("sidewalk", "") in rules["said_sidewalk"]
    return street in rules["walkable"]


def blocks_walkers(tags: Tags, rules: Mapping[str, Any]) -> bool:
    """Whether a node stops a walker."""
    if tags.get("foot", "") in rules["open_foot"]:
        return False
    barrier = tags.get("barrier", "")
    if barrier in rules["blocking_barriers"]:
        return True
    if barrier in rules["gates"]:
        return (
            tags.get("foot", "") in rules["closed_foot"] or tags.get("access", "") in rules["closed_access"] or tags.get("locked") == "yes"
        )
    return False


def width_of(tags: Tags, rules: Mapping[str, Any]) -> tuple[float, str]:
    """Return the width of a street in metres and what it was taken from: `tag`, `lanes` or `class`."""
    least, most = rules["believed_width_m"]
    tagged = metres(tags.get("width", ""))
    if tagged is not None and least <= tagged <= most:
        return tagged, "tag"
    lanes = metres(tags.get("lanes", ""))
    if lanes is not None and 1 <= lanes <= 16:
        return min(lanes * rules["lane_width_m"] + rules["pavement_m"], most), "lanes"
    return float(rules["width_m"].get(tags.get("highway", ""), 0.0)), "class"


def building_use_of(tags: Tags, rules: Mapping[str, Any]) -> str:
    """Return `residential`, `untagged` (a plain building without another use), the other use, or nothing for no building."""
    value = tags.get("building", "")
    if not value or value in rules["not_a_building"]:
        return ""
    if value in rules["residential"]:
        return "residential"
    if value in rules["plain"]:
        other = next((key for key in rules["other_use"] if key in tags), "")
        return "residential" if tags.get("building:use") == "residential" else (other or "untagged")
    return value[:32]


def levels_of(tags: Tags) -> float:
    """Return the number of storeys of a building, NaN where nobody counted them."""
    try:
        levels = float(tags.get("building:levels", ""))
    except ValueError:
        return math.nan
    return levels if 0 < levels <= _MOST_LEVELS else math.nan


_MOST_LEVELS = 200  # the tallest building there is has 163; more is a slip of the pen
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(m|metres?|meters?|ft|feet|\'(?:\s*(\d+(?:\.\d+)?)\s*(?:\"|\'\'))?)?")
_FOOT_M = 0.3048
_INCHES_A_FOOT = 12


def metres(text: str) -> float | None:
    """Read a length as mappers write it (`5`, `5.5 m`, `5,5`, `16'`, `16'6"`), in metres; None where it cannot be read."""
    found = _LENGTH.fullmatch(text.strip().lower().replace(",", "."))
    if not found:
        return None
    number, unit, inches = found.groups()
    value = float(number)
    if unit and not unit.startswith("m"):
        value = (value + float(inches or 0) / _INCHES_A_FOOT) * _FOOT_M
    return value if 0 < value < float("inf") else None
