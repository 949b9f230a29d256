"""The figures behind the page that moves weights: one JSON text an index, read by `web/src/what-if/payload.ts`.

Values travel as the very doubles of the assessment, in base64, so that equal scores stay equal in the page: digits cut short part ties (two
medians between pairs that add up to the same) and so move ranks. 200 units by 50 indicators on three scales are 0.27 MB as sent.

The payload, version 1::

    {"v": 1, "units": [code], "names": [str], "ties": "min" | "dense", "decimals": of a printed score,
     "indicators": [{"code", "name"}],
     "groups": [{"code", "name", "level", "parts": [node], "used": [weight], "counted": [weight] | null (the same),
                 "needed": share of the parts, "mean": {"name", "power": number | null}, "keeps": whether the mean is its own}],
     "levels": [{"name", "mean"}]  (lowest first),
     "scales": [{"code", "method", "values": base64 of (indicators, units) doubles, lowest byte first; NaN is missing}],
     "left_out": [code of a scale that cannot be used],
     "scores": [number | null], "ranks": [rank, 0 for none]}

A node is an indicator, or after them a group; a group comes after all that it is made of, and the last is the one that is ranked.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.index.recipe_faults import aggregate_of
from ekistics.assess.index.what_if import Parts, Scale, parts_of, scales_of
from ekistics.assess.methods.catalogue import find
from ekistics.model.errors import NotFound
from ekistics.model.recipes import IndexGroup, Method, Recipe, Stage
from ekistics.profile.index.common import decimals_of
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.index.what_if import why_not

VERSION = 1

Floats = NDArray[np.float64]
Json = dict[str, Any]  # what json.dumps takes; typed by the payload description above


def encode_what_if(view: IndexView) -> bytes:
    """Return the payload of an index.

    Raises
    ------
    NotFound
        If weights of this index cannot be moved on a page.
    """
    if why_not(view) is not None:
        raise NotFound(f"the weights of {view.recipe.name} cannot be moved on a page", mend="change the recipe and apply it again")
    parts = parts_of(view.assessment, view.top)
    scales, left_out = scales_of(view.assessment, view.year)
    told: Json = {
        "v": VERSION,
        "units": view.units,
        "names": view.names,
        "ties": view.recipe.ties,
        "decimals": decimals_of(view, view.top),
        "indicators": [{"code": one.code, "name": one.name} for one in view.recipe.indicators],
        "groups": _groups(view.recipe, parts),
        "levels": _levels(view.recipe, parts),
        "scales": [_scale(one) for one in scales],
        "left_out": left_out,
        "scores": _plain(view.scores_of(view.top)),
        "ranks": view.ranks_of(view.top).tolist(),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _groups(recipe: Recipe, parts: Parts) -> list[Json]:
    every = zip(parts.tree.groups, parts.tree.parts, parts.used, parts.counted, strict=True)
    return [
        {
            "code": one.code,
            "name": one.name,
            "level": one.level,
            "parts": nodes.tolist(),
            "used": used.tolist(),
            "counted": None if used is counted else counted.tolist(),
            "needed": recipe.coverage.get(one.level, 0.0) if one.coverage is None else one.coverage,
            "mean": _mean(aggregate_of(recipe, one)),
            "keeps": one.aggregate is not None,
        }
        for one, nodes, used, counted in every
    ]


def _levels(recipe: Recipe, parts: Parts) -> list[Json]:
    there = {one.level for one in parts.tree.groups}
    return [
        {"name": level, "mean": _mean(aggregate_of(recipe, IndexGroup("", "", level)))} for level in recipe.levels[1:] if level in there
    ]


def _mean(method: Method) -> Json:
    options = find(Stage.AGGREGATE, method).completed(method)
    return {"name": method.name, "power": options.get("power")}


def _scale(scale: Scale) -> Json:
    values = np.ascontiguousarray(scale.values, dtype="<f8").tobytes()
    return {"code": scale.code, "method": scale.method.name, "values": base64.b64encode(values).decode("ascii")}


def _plain(values: Floats) -> list[float | None]:
    return [float(one) if np.isfinite(one) else None for one in values]
