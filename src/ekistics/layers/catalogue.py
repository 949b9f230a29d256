"""All layers: importing every module of this room fills the registry, so that a new layer is known by being there."""

from __future__ import annotations

import importlib
import pkgutil

import ekistics.layers as room


def load_all() -> None:
    """Import every module of the room."""
    for module in pkgutil.iter_modules(room.__path__):
        importlib.import_module(f"{room.__name__}.{module.name}")
