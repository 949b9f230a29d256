"""Computed layers on disk: one file a layer, named by the hash of what it was made from; never pickled.

A layer is a frozen dataclass of numpy arrays, shapely geometries, texts, numbers and dictionaries. It is written as one `.npz`:
a JSON skeleton and the arrays that it names; geometries go as well-known binary.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import tempfile
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import shapely

_PREFIX = "ekistics."


def keep(folder: Path, name: str, value: Any) -> None:
    """Write a layer, whole or not at all."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    skeleton = _fold(value, arrays)
    folder.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=folder, prefix=".unfinished-", suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, allow_pickle=False, skeleton=np.frombuffer(json.dumps(skeleton).encode(), np.uint8), **arrays)
        Path(unfinished).replace(_path(folder, name))
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def is_kept(folder: Path, name: str) -> bool:
    """Whether a layer was kept, as far as can be told without reading it."""
    return _path(folder, name).exists()


def kept(folder: Path, name: str) -> Any | None:
    """Return a layer that was kept, or None where there is none or its file is not whole (it is then made again)."""
    path = _path(folder, name)
    if not path.exists():
        return None
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            return _unfold(json.loads(stored["skeleton"].tobytes()), stored)
    except Exception:  # a damaged byte may break any step of reading, a class may have moved since; to make it again costs only time
        path.unlink(missing_ok=True)
        return None


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.npz"


def _fold(value: Any, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return {"value": value}
    if isinstance(value, np.generic):
        return {"value": value.item()}
    if isinstance(value, Enum):
        return {"enum": _name_of(type(value)), "value": value.value}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, np.ndarray):
        return _fold_array(value, arrays)
    if isinstance(value, shapely.Geometry):
        return {"wkb": shapely.to_wkb(value, hex=True)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _fold(getattr(value, field.name), arrays) for field in dataclasses.fields(value)}
        return {"dataclass": _name_of(type(value)), "fields": fields}
    if isinstance(value, dict):
        return {"dict": [[_fold(key, arrays), _fold(item, arrays)] for key, item in value.items()]}
    if isinstance(value, tuple | list | set | frozenset):
        return {type(value).__name__: [_fold(item, arrays) for item in value]}
    raise TypeError(f"a layer cannot hold {type(value)}")


def _fold_array(value: np.ndarray[Any, Any], arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    name = f"a{len(arrays)}"
    if value.dtype != object:
        arrays[name] = value
        return {"array": name}
    binary = [one or b"" for one in shapely.to_wkb(value).tolist()]
    arrays[name] = np.frombuffer(b"".join(binary), np.uint8)
    arrays[f"{name}_ends"] = np.cumsum([len(one) for one in binary], dtype=np.int64)
    return {"geometries": name}


def _unfold(told: Any, stored: Any) -> Any:
    kind = next(iter(told))
    content = told[kind]
    match kind:
        case "value":
            return content
        case "enum":
            return _class_of(content)(told["value"])
        case "date":
            return date.fromisoformat(content)
        case "array":
            return stored[content]
        case "geometries":
            return _unfold_geometries(stored[content].tobytes(), stored[f"{content}_ends"])
        case "wkb":
            return shapely.from_wkb(content)
        case "dataclass":
            return _class_of(content)(**{name: _unfold(item, stored) for name, item in told["fields"].items()})
        case "dict":
            return {_unfold(key, stored): _unfold(item, stored) for key, item in content}
        case "tuple" | "list" | "set" | "frozenset":
            makers = {"tuple": tuple, "list": list, "set": set, "frozenset": frozenset}
            return makers[kind](_unfold(item, stored) for item in content)
    raise ValueError(f"unknown part {kind} of a layer")


def _unfold_geometries(binary: bytes, ends: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    pieces = [binary[start:end] or None for start, end in zip(starts, ends, strict=True)]
    return np.asarray(shapely.from_wkb(np.array(pieces, dtype=object)), dtype=object)


def _name_of(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _class_of(name: str) -> Any:
    module, _, qualified = name.partition(":")
    if not module.startswith(_PREFIX):
        raise ValueError(f"a layer names {module}, which is none of ours")
    return getattr(importlib.import_module(module), qualified)
