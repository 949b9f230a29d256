"""Size classes of settlements by their people, by published bounds: one of the groupings that peers can be looked for in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import yaml
from numpy.typing import ArrayLike

from ekistics.model.errors import InvalidInput

WORLD_URBANIZATION_PROSPECTS = "world-urbanization-prospects"
FUNCTIONAL_URBAN_AREAS = "functional-urban-areas"


@dataclass(frozen=True)
class SizeClasses:
    """One published set of classes: names, from how many people upwards each goes, what it was made for, and by whom."""

    code: str
    source: str
    speaks_of: str
    names: tuple[str, ...]
    at_least: tuple[float, ...]


@cache
def size_classes() -> dict[str, SizeClasses]:
    """Return the published sets of classes by code."""
    told = yaml.safe_load(resources.files(__package__).joinpath("size_classes.yaml").read_text(encoding="utf-8"))
    return {
        code: SizeClasses(
            code,
            one["source"],
            one["speaks_of"],
            tuple(each["name"] for each in one["classes"]),
            tuple(float(each["at_least"]) for each in one["classes"]),
        )
        for code, one in told.items()
    }


def size_labels(people: ArrayLike, scheme: str = WORLD_URBANIZATION_PROSPECTS) -> tuple[str, ...]:
    """Return the class of each unit by its people, as a grouping of an index table wants it.

    Parameters
    ----------
    people : (units,) persons
        NaN is not known.
    scheme : code of a set of classes

    Returns
    -------
    tuple of str
        Empty text where people are not known, or too few for the smallest class.

    Raises
    ------
    InvalidInput
        If there is no such set, or a number of people below 0.

    Examples
    --------
    >>> size_labels([420_000.0, float("nan")])
    ('300,000 to 500,000', '')
    """
    known = size_classes()
    if scheme not in known:
        raise InvalidInput("there are no such size classes", found=scheme, expected=" or ".join(known))
    counts = np.asarray(people, dtype=np.float64)
    if bool(np.any(counts < 0)):
        raise InvalidInput("a unit has fewer than no people", found=f"{float(np.nanmin(counts)):g}", expected="0 or more")
    classes = known[scheme]
    at = np.searchsorted(np.array(classes.at_least), counts, side="right") - 1
    return tuple(
        "" if np.isnan(count) or place < 0 else classes.names[place] for count, place in zip(counts.tolist(), at.tolist(), strict=True)
    )
