"""Write a recipe as a file that reads back equal: what an assessment was made with, in full, whatever agenda it was built upon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import yaml

from ekistics.frameworks.recipe_schema import FORMAT
from ekistics.model.frameworks import Band, Benchmark
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Origin, PeerRule, Recipe, Screening, UncertainInput, Uncertainty

_WIDTH = 140
_NONE = Method("none")
_DRAWN_BY = {
    Origin.CHOICE: ("stage", "methods", "level"),
    Origin.WEIGHTS: ("share", "levels", "sets", "given_sets"),
    Origin.LEFT_OUT: ("codes",),
    Origin.SAMPLING: (),
    Origin.IMPUTATION: (),
}


class _Dumper(yaml.SafeDumper):
    """Writes equal parts out where they stand: an anchor saves nothing for a reader."""

    def ignore_aliases(self, data: Any) -> bool:
        """Whether a part that stands twice is written twice."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # line breaks other than \n (U+0085, U+2028) would be folded into spaces when the file is read
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_Dumper.add_representer(str, _text)


def recipe_yaml(recipe: Recipe) -> str:
    """Return the file of a recipe: its whole tree, every benchmark, and what differs from the defaults of the format.

    Parameters
    ----------
    recipe : one that could be loaded; the file of another is told its faults when it is read

    Returns
    -------
    YAML; `parse_recipe` gives the same recipe back
    """
    told: dict[str, Any] = {"recipe": FORMAT, "code": recipe.code, "name": recipe.name, "version": recipe.version}
    told |= _unlike({"source": recipe.source, "framework": recipe.framework}, {"source": "", "framework": ""})
    told["levels"] = list(recipe.levels)
    told["groups"] = [_group(one) for one in recipe.groups]
    told["indicators"] = [_indicator(one) for one in recipe.indicators]
    told |= _stages(recipe) | _judging(recipe)
    # leaves on one line, so that an indicator reads like a row of a table
    return yaml.dump(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None)


def _unlike(told: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs from the defaults."""
    return {key: value for key, value in told.items() if value != default.get(key)}


def _group(one: IndexGroup) -> dict[str, Any]:
    told: dict[str, Any] = {"code": one.code, "name": one.name, "level": one.level}
    told |= _parents(one.parents)
    told |= _unlike({"weight": one.weight, "coverage": one.coverage}, {"weight": 1.0})
    return told | ({"aggregate": _method(one.aggregate)} if one.aggregate else {})


def _indicator(one: IndexIndicator) -> dict[str, Any]:
    told: dict[str, Any] = {"code": one.code, "name": one.name, **_parents(one.parents), "direction": str(one.direction)}
    told |= _unlike({"weight": one.weight, "unit": one.unit}, {"weight": 1.0, "unit": ""})
    told |= {"figures": list(one.figures)} if one.figures else {}
    told |= {"benchmark": _benchmark(one.benchmark)} if one.benchmark else {}
    told |= _unlike({"denominator": one.denominator, "year": one.reference_year, "tolerance": one.tolerance_years}, {"denominator": ""})
    told |= {key: _method(method) for key, method in (("treat", one.treat), ("normalise", one.normalise)) if method}
    return told | ({"own": True} if one.own else {})


def _parents(parents: tuple[str, ...]) -> dict[str, Any]:
    return {"parent": parents[0]} if len(parents) == 1 else {"parents": list(parents)}


def _benchmark(one: Benchmark) -> dict[str, Any]:
    return {"form": str(one.form), "unit": one.unit} | _unlike(
        {key: value for key, value in asdict(one).items() if key not in ("form", "unit")},
        {"higher_is_better": True, "source": "", "verified": False, "note": ""},
    )


def _method(one: Method) -> Any:
    if not one.options and one.version == "1":
        return one.name
    version = {} if one.version == "1" else {"version": one.version}
    return {"method": one.name, **version, **{key: _option(value) for key, value in one.options.items()}}


def _option(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _stages(recipe: Recipe) -> dict[str, Any]:
    figures = _unlike({"year": recipe.reference_year, "tolerance": recipe.tolerance_years}, {"tolerance": 0})
    told: dict[str, Any] = {"figures": figures} if figures else {}
    if screen := _unlike(asdict(recipe.screen), asdict(Screening())):
        told["screen"] = screen
    told |= {key: _method(method) for key, method in (("impute", recipe.impute), ("treat", recipe.treat)) if method != _NONE}
    told["normalise"] = _method(recipe.normalise)
    told |= {} if recipe.fixed_over_years else {"fixed_over_years": False}
    told["weights"] = _method(recipe.weights)
    for key, by_level in (("aggregate", {level: _method(one) for level, one in recipe.aggregate.items()}), ("coverage", recipe.coverage)):
        if by_level:
            told[key] = _by_level(by_level, recipe.levels[1:])
    return told


def _by_level(told: Mapping[str, Any], levels: tuple[str, ...]) -> Any:
    """Return one for all where all levels have the same."""
    first, *others = told.values()
    alike = set(told) == set(levels) and all(one == first for one in others)
    return first if alike else dict(told)


def _judging(recipe: Recipe) -> dict[str, Any]:
    told: dict[str, Any] = {"bands": [_band(one) for one in recipe.bands], "ties": recipe.ties}
    if peers := _unlike(
        {"groups": list(recipe.peers.groups), "nearest": recipe.peers.nearest}, {"groups": [], "nearest": PeerRule().nearest}
    ):
        told["peers"] = peers
    told["uncertainty"] = _uncertainty(recipe.uncertainty)
    told["seed"] = recipe.seed
    told |= {"allow_unverified": list(recipe.allowed_unverified)} if recipe.allowed_unverified else {}
    return told | ({"needs": dict(recipe.needs)} if recipe.needs else {})


def _band(one: Band) -> dict[str, Any]:
    return {"letter": one.letter, "name": one.name, "at_least": one.at_least}


def _uncertainty(one: Uncertainty) -> dict[str, Any]:
    told = {key: value for key, value in asdict(one).items() if key != "inputs"}
    return told | ({"inputs": [_input(drawn) for drawn in one.inputs]} if one.inputs else {})


def _input(one: UncertainInput) -> dict[str, Any]:
    told: dict[str, Any] = {"name": one.name, "origin": str(one.origin)}
    spoken = {
        "stage": one.stage and str(one.stage),
        "methods": [_method(method) for method in one.methods],
        "level": one.level,
        "share": one.share,
        "levels": list(one.levels),
        "sets": one.sets,
        "codes": list(one.codes),
        "given_sets": [dict(told) for told in one.given_sets],
    }
    return told | {key: spoken[key] for key in _DRAWN_BY[one.origin] if spoken[key]}
