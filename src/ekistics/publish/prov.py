"""The lineage of a figure as W3C PROV-JSON: entities, activities, agents and the relations between them.

See the W3C member submission "The PROV-JSON Serialization" (2013) for the form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ekistics.model.lineage import Asset, LayerRecord
from ekistics.model.observations import Figure
from ekistics.profile.evidence import LineageEvidence

PREFIXES = {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "ek": "urn:ekistics:",
    "sha256": "urn:sha256:",
}

Json = dict[str, Any]  # PROV-JSON is JSON by its own schema


def prov_json(evidence: LineageEvidence) -> bytes:
    """Return the PROV document of one figure, in UTF-8; the same lineage gives the same bytes."""
    document = _Document()
    figure = _figure_id(evidence.figure)
    document.add("entity", figure, _figure(evidence.figure))
    activity = _activity(document, evidence)
    document.relate("wasGeneratedBy", {"prov:entity": figure, "prov:activity": activity})
    for term in evidence.terms:
        one = _figure_id(term.figure)
        document.add("entity", one, _figure(term.figure))
        document.relate("used", {"prov:activity": activity, "prov:entity": one, "prov:role": term.role})
        document.relate("wasDerivedFrom", {"prov:generatedEntity": figure, "prov:usedEntity": one, "prov:activity": activity})
    for asset in evidence.assets:
        document.add("entity", f"sha256:{asset.sha256}", _asset(asset))
        _attributed(document, asset)
    known = {layer.name for layer in evidence.layers}
    inner = {name for layer in evidence.layers for name in layer.inputs}
    for layer in evidence.layers:
        _layer(document, layer, known)
        if layer.name not in inner:
            one = f"ek:layer/{quote(layer.name)}"
            document.relate("used", {"prov:activity": activity, "prov:entity": one})
            document.relate("wasDerivedFrom", {"prov:generatedEntity": figure, "prov:usedEntity": one})
    _files_behind(document, evidence, figure, activity)
    for old in evidence.history:
        document.add("entity", _figure_id(old), _figure(old))
        document.relate(
            "wasDerivedFrom", {"prov:generatedEntity": figure, "prov:usedEntity": _figure_id(old), "prov:type": "prov:Revision"}
        )
    return document.bytes()


def _files_behind(document: _Document, evidence: LineageEvidence, figure: str, activity: str) -> None:
    """Lead to the files that no layer leads to: those that were read, those that outlines were drawn in, those behind the terms."""
    in_layers = {one for layer in evidence.layers for one in layer.inputs}
    for one in (f"sha256:{asset.sha256}" for asset in evidence.assets):
        if one in in_layers:
            continue
        if not evidence.layers and not evidence.terms:
            document.relate("used", {"prov:activity": activity, "prov:entity": one})
        document.relate("wasDerivedFrom", {"prov:generatedEntity": figure, "prov:usedEntity": one})


class _Document:
    """A PROV-JSON document under construction; relations are numbered in the order they are made."""

    def __init__(self) -> None:
        self.parts: dict[str, Json] = {"prefix": dict(PREFIXES)}
        self.relations: set[str] = set()

    def add(self, kind: str, name: str, attributes: Mapping[str, Any]) -> None:
        held = self.parts.setdefault(kind, {})
        held[name] = {key: value for key, value in attributes.items() if value not in (None, "")}

    def relate(self, kind: str, attributes: Json) -> None:
        told = json.dumps([kind, attributes], sort_keys=True)
        if told in self.relations:
            return
        self.relations.add(told)
        self.parts.setdefault(kind, {})[f"_:{kind}{len(self.parts.get(kind, {})) + 1}"] = attributes

    def bytes(self) -> bytes:
        return json.dumps(self.parts, ensure_ascii=False, indent=1).encode("utf-8")


def _typed(value: float | None) -> Json | None:
    return None if value is None else {"$": repr(value), "type": "xsd:double"}


def _figure_id(figure: Figure) -> str:
    return f"ek:figure/{figure.id}"


def _figure(figure: Figure) -> Json:
    one = figure.observation
    return {
        "prov:type": {"$": "ek:Observation", "type": "prov:QUALIFIED_NAME"},
        "prov:value": _typed(one.value),
        "ek:indicator": one.indicator,
        "ek:place": one.place,
        "ek:boundary": one.boundary,
        "ek:period": str(one.period),
        "ek:breakdown": one.breakdown,
        "ek:unit": one.unit,
        "ek:source": one.series.source,
        "ek:origin": str(one.series.origin),
        "ek:edition": one.series.edition,
        "ek:variant": one.series.variant,
        "ek:status": str(one.status),
        "ek:locator": one.locator,
        "ek:commit": figure.commit,
    }


def _activity(document: _Document, evidence: LineageEvidence) -> str:
    name = f"ek:run/{evidence.figure.run}/part/{evidence.figure.part}"
    run = evidence.run
    if run is None:
        document.add("activity", name, {"prov:type": "ek:Run"})
        return name
    document.add(
        "activity",
        name,
        {
            "prov:startTime": run.started.isoformat() if run.started else None,
            "prov:endTime": run.ended.isoformat() if run.ended else None,
            "prov:type": "ek:Run",
            "ek:function": run.function,
            "ek:edition": run.edition,
            "ek:engine": run.engine,
            "ek:parameters": json.dumps(run.parameters, sort_keys=True, default=str) if run.parameters else None,
        },
    )
    if run.software:
        agent = f"ek:software/{quote(run.software)}"
        document.add("agent", agent, {"prov:type": {"$": "prov:SoftwareAgent", "type": "prov:QUALIFIED_NAME"}, "prov:label": run.software})
        document.relate("wasAssociatedWith", {"prov:activity": name, "prov:agent": agent})
    return name


def _asset(asset: Asset) -> Json:
    return {
        "prov:type": {"$": "ek:Asset", "type": "prov:QUALIFIED_NAME"},
        "prov:label": asset.name,
        "ek:sha256": asset.sha256,
        "ek:bytes": asset.size,
        "ek:licence": asset.licence,
        "ek:source": asset.source,
        "ek:origin": asset.origin,
        "ek:date": asset.date.isoformat() if asset.date else None,
        "ek:reader": asset.reader,
    }


def _attributed(document: _Document, asset: Asset) -> None:
    agent = f"ek:source/{quote(asset.source, safe='')}"
    document.add(
        "agent",
        agent,
        {"prov:type": {"$": "prov:Organization", "type": "prov:QUALIFIED_NAME"}, "prov:label": asset.attribution or asset.source},
    )
    document.relate("wasAttributedTo", {"prov:entity": f"sha256:{asset.sha256}", "prov:agent": agent})


def _layer(document: _Document, layer: LayerRecord, known: set[str]) -> None:
    name = f"ek:layer/{quote(layer.name)}"
    making = f"ek:making/{quote(layer.name)}"
    document.add(
        "entity",
        name,
        {
            "prov:type": {"$": "ek:Layer", "type": "prov:QUALIFIED_NAME"},
            "prov:label": layer.kind,
            "ek:checks": json.dumps(layer.checks, sort_keys=True, default=str) if layer.checks else None,
        },
    )
    document.add(
        "activity",
        making,
        {
            "prov:type": "ek:Layering",
            "ek:edition": layer.edition,
            "ek:options": json.dumps(layer.options, sort_keys=True, default=str) if layer.options else None,
        },
    )
    document.relate("wasGeneratedBy", {"prov:entity": name, "prov:activity": making})
    for one in layer.inputs:
        if one.startswith("sha256:"):
            used = one
        elif one in known:
            used = f"ek:layer/{quote(one)}"
        else:
            continue  # a layer outside this lineage: nothing is claimed about it
        document.relate("used", {"prov:activity": making, "prov:entity": used})
        document.relate("wasDerivedFrom", {"prov:generatedEntity": name, "prov:usedEntity": used})
