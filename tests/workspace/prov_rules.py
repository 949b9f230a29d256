"""The rules of PROV-JSON (W3C member submission of 2013) that a document of ours can break, checked without a library."""

from __future__ import annotations

import json
import re
from datetime import datetime

_ELEMENTS = ("entity", "activity", "agent")
_ENDS = {
    "used": {"prov:activity": "activity", "prov:entity": "entity"},
    "wasGeneratedBy": {"prov:entity": "entity", "prov:activity": "activity"},
    "wasDerivedFrom": {"prov:generatedEntity": "entity", "prov:usedEntity": "entity"},
    "wasAttributedTo": {"prov:entity": "entity", "prov:agent": "agent"},
    "wasAssociatedWith": {"prov:activity": "activity"},
}
"""The ends that each relation must have, and of which kind they are."""
_MAY_POINT = {
    "prov:activity": "activity",
    "prov:agent": "agent",
    "prov:plan": "entity",
    "prov:generation": "wasGeneratedBy",
    "prov:usage": "used",
}
_OF_PROV = {"prov:type", "prov:role", "prov:label", "prov:location", "prov:value", "prov:startTime", "prov:endTime", "prov:time"}
_NUMBERS = {"xsd:double", "xsd:float", "xsd:int", "xsd:integer", "xsd:long", "xsd:decimal"}


def faults(text: str) -> list[str]:
    """Return what is wrong with a document, one line a fault."""
    told = json.loads(text)
    found = [f"{key} is no part of PROV-JSON" for key in told if key not in ("prefix", *_ELEMENTS, *_ENDS)]
    prefixes = set(told["prefix"])
    for kind in _ELEMENTS:
        for name, attributes in told.get(kind, {}).items():
            found += _name_faults(name, prefixes) + _attribute_faults(name, attributes, prefixes)
    for kind, ends in _ENDS.items():
        for name, relation in told.get(kind, {}).items():
            found += [f"{name} lacks {end}" for end in ends if end not in relation]
            for key, value in relation.items():
                of_kind = ends.get(key) or _MAY_POINT.get(key)
                if of_kind and value not in told.get(of_kind, {}):
                    found.append(f"{name}: {key} {value} is not declared as {of_kind}")
            found += _attribute_faults(name, {key: one for key, one in relation.items() if key not in {*ends, *_MAY_POINT}}, prefixes)
    generated = [one["prov:entity"] for one in told.get("wasGeneratedBy", {}).values()]
    found += [f"{name} is generated twice" for name in set(generated) if generated.count(name) > 1]
    return found


def _name_faults(name, prefixes):
    prefix, _, local = name.partition(":")
    return [] if prefix in prefixes and re.fullmatch(r"[^\s<>\"{}|\\^`]+", local) else [f"{name} is no qualified name"]


def _attribute_faults(owner, attributes, prefixes):
    found = []
    for key, value in attributes.items():
        if key.partition(":")[0] not in prefixes or (key.startswith("prov:") and key not in _OF_PROV):
            found.append(f"{owner}: {key} is no attribute")
        if isinstance(value, dict):
            if not isinstance(value.get("$"), str) or set(value) - {"$", "type", "lang"}:
                found.append(f"{owner}: {key} is no typed literal")
            elif value.get("type") in _NUMBERS:
                float(value["$"])
            elif value.get("type") == "prov:QUALIFIED_NAME":
                found += _name_faults(value["$"], prefixes)
        elif not isinstance(value, str | int | float | bool):
            found.append(f"{owner}: {key} is {type(value).__name__}")
        elif key in ("prov:startTime", "prov:endTime", "prov:time"):
            datetime.fromisoformat(value)
    return found


def reached(text: str, start: str) -> set[str]:
    """Return every entity that one was derived from, at any depth."""
    steps = [(one["prov:generatedEntity"], one["prov:usedEntity"]) for one in json.loads(text).get("wasDerivedFrom", {}).values()]
    known, edge = {start}, {start}
    while edge:
        edge = {used for made, used in steps if made in edge} - known
        known |= edge
    return known
