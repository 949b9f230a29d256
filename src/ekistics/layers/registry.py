"""The layers there are, what each needs, and the name that makes it computed once.

A layer is a function of keyword-only parameters: those without a default are what it needs (another layer, or one of
`SOURCES`), those annotated as optional needs are listed in `optional`, and the rest, with their defaults, are its options.
Its name in the record is the hash of kind, edition, options and the names of its inputs.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from ekistics.model.errors import NotFound
from ekistics.model.extracts import Floats, Geometries, Texts

SOURCES = ("zones", "osm", "gtfs", "people_given", "settlements", "built_epochs")
"""What is handed in from outside: `zones` (Zones), `osm` (OsmExtract), `gtfs` (Timetable), `people_given` (People), `settlements`
(Settlements), `built_epochs` (BuiltEpochs)."""

LAYERS: dict[str, LayerKind] = {}


@dataclass(frozen=True)
class Zones:
    """The study region (row 0) and the districts or cells inside it; polygons in EPSG:4326."""

    code: Texts
    geometry: Geometries

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True)
class ZoneTable:
    """Quantities by zone: `columns[code]` has one value a zone, in the unit of the quantity's card.

    A value that could not be measured is NaN and `reasons[code]` says why (empty text elsewhere; a code may be absent).
    `checks` is what the layer reports of itself.
    """

    columns: dict[str, Floats]
    reasons: dict[str, Texts] = field(default_factory=dict)
    checks: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LayerKind:
    """One registered layer. `gives` are the codes of the quantities that its ZoneTable holds (empty for inner layers).

    A `dated` layer holds a table for each of several years or periods, which are those of its figures.
    """

    name: str
    edition: str
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    options: dict[str, Any]
    gives: tuple[str, ...]
    compute: Callable[..., Any]
    dated: bool = False


def layer(
    *, edition: str, gives: tuple[str, ...] = (), optional: tuple[str, ...] = (), dated: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as the layer of its own name."""

    def register(compute: Callable[..., Any]) -> Callable[..., Any]:
        parameters = inspect.signature(compute).parameters.values()
        needs = tuple(p.name for p in parameters if p.default is inspect.Parameter.empty)
        options = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty and p.name not in optional}
        _order_of.cache_clear()
        LAYERS[compute.__name__] = LayerKind(compute.__name__, edition, needs, optional, options, gives, compute, dated)
        return compute

    return register


def kind_of(name: str) -> LayerKind:
    """Return a registered layer.

    Raises
    ------
    NotFound
        If no layer has the name.
    """
    if name not in LAYERS:
        raise NotFound("no such layer", found=name, expected=", ".join(sorted(LAYERS)))
    return LAYERS[name]


def order_of(names: Iterable[str]) -> list[str]:
    """Return the layers asked for and all they need, each after what it needs (optional needs included)."""
    return list(dict.fromkeys(one for name in names for one in _order_of(name)))


@cache
def _order_of(name: str) -> tuple[str, ...]:
    # asked for with every figure of a measurement; a layer that is registered later empties it
    if name in SOURCES:
        return ()
    kind = kind_of(name)
    return (*order_of((*kind.needs, *kind.optional)), name)


def sources_of(name: str) -> tuple[set[str], set[str]]:
    """Return the sources that a layer cannot do without, and those that it uses where they are given."""
    required: set[str] = set()
    wanted: set[str] = set()
    for one in order_of([name]):
        kind = kind_of(one)
        required |= {need for need in kind.needs if need in SOURCES}
        wanted |= {need for need in kind.optional if need in SOURCES}
    return required, wanted - required


def options_of(kind: LayerKind, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layer's options with those chosen; options of other layers are passed over."""
    return {name: chosen.get(name, default) for name, default in kind.options.items()}


def name_of(kind: LayerKind, options: Mapping[str, Any], inputs: Iterable[str]) -> str:
    """Return the layer's name: kind and the SHA-256 (16 characters) of kind, edition, options and inputs."""
    told = json.dumps([kind.name, kind.edition, dict(options), sorted(inputs)], sort_keys=True, default=_plain)
    return f"{kind.name}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else str(value)
