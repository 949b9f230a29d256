"""Compute layers once: find each by its name on disk, else compute what it needs and then itself.

A layer's name is known before anything is read (it is the hash of what it would be made from), so a layer that was kept costs
one small file, and the original files are opened only for what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from typing import Any

from ekistics.engine.collecting import without_collecting
from ekistics.layers.registry import SOURCES, LayerKind, kind_of, name_of, options_of
from ekistics.model.lineage import LayerRecord
from ekistics.workspace import layercache
from ekistics.workspace.inputs import StudyInputs


@dataclass
class LayerStack:
    """The layers of one study place under one set of options."""

    inputs: StudyInputs
    options: Mapping[str, Any]
    folder: Path
    shared: dict[str, Any] = field(default_factory=dict)
    """Layers in memory by name, shared between the variants of one measurement."""
    computed: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    """Names of layers, each found once: a name is made of the names of all that the layer is made from."""

    def name(self, kind_name: str) -> str:
        """Return the name of a layer without computing it."""
        if kind_name not in self._known:
            kind = kind_of(kind_name)
            inputs = (text for need in self._needs(kind) for text in self._names(need))
            self._known[kind_name] = name_of(kind, options_of(kind, self.options), inputs)
        return self._known[kind_name]

    def value(self, kind_name: str) -> Any:
        """Return a layer, computed if it was not kept."""
        name = self.name(kind_name)
        if name not in self.shared:
            kept = layercache.kept(self.folder, name)
            self.shared[name] = kept if kept is not None else self._compute(kind_of(kind_name), name)
        return self.shared[name]

    def records(self, kind_name: str) -> list[LayerRecord]:
        """Return the lineage of a layer: itself and all the layers it was made from, each with what it reports of itself."""
        told: dict[str, LayerRecord] = {}

        def visit(one: str) -> None:
            kind, name = kind_of(one), self.name(one)
            if name in told:
                return
            for need in self._needs(kind):
                if need not in SOURCES:
                    visit(need)
            inputs = tuple(text for need in self._needs(kind) for text in self._names(need))
            options = {option: _plain(value) for option, value in options_of(kind, self.options).items()}
            told[name] = LayerRecord(name, kind.name, kind.edition, options, inputs, dict(getattr(self.value(one), "checks", {})))

        visit(kind_name)
        return list(told.values())

    def lacks(self, kind_name: str) -> set[str]:
        """Return the sources that the layer cannot do without and that are not there (empty: it can be computed)."""
        lacking: set[str] = set()
        for need in kind_of(kind_name).needs:
            lacking |= ({need} if not self.inputs.has(need) else set()) if need in SOURCES else self.lacks(need)
        return lacking

    def to_make(self, kind_name: str) -> tuple[str, ...]:
        """Return the layers that would have to be computed for a layer, those below it first; none where it is kept."""
        if layercache.is_kept(self.folder, self.name(kind_name)):
            return ()
        below = [one for need in self._needs(kind_of(kind_name)) if need not in SOURCES for one in self.to_make(need)]
        return (*dict.fromkeys(below), kind_name)

    def _compute(self, kind: LayerKind, name: str) -> Any:
        with without_collecting():
            given = {need: self._value(need) for need in kind.needs}
            given |= {need: self._value(need) if self._available(need) else None for need in kind.optional}
            result = kind.compute(**given, **options_of(kind, self.options))
        if not is_dataclass(result):
            raise TypeError(f"layer {kind.name} must be a frozen dataclass")
        layercache.keep(self.folder, name, result)
        self.computed.append(kind.name)
        return result

    def _value(self, need: str) -> Any:
        return self.inputs.value_of(need) if need in SOURCES else self.value(need)

    def _names(self, need: str) -> tuple[str, ...]:
        return self.inputs.names_of(need) if need in SOURCES else (self.name(need),)

    def _needs(self, kind: LayerKind) -> Iterator[str]:
        yield from kind.needs
        yield from (need for need in kind.optional if self._available(need))

    def _available(self, need: str) -> bool:
        return self.inputs.has(need) if need in SOURCES else not self.lacks(need)


Progress = Callable[[str, float], None]
"""What is being done, and the share that is done (0 to 1)."""


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)
