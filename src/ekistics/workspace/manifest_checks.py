"""What a manifest promises and its folder or the catalogue does not hold: told before anything is on record, all of it at once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from ekistics.indicators.registry import newest
from ekistics.layers.catalogue import load_all
from ekistics.layers.registry import LAYERS
from ekistics.model.errors import InvalidInput
from ekistics.workspace.catalogue import frameworks, indicator_codes
from ekistics.workspace.manifest import Manifest
from ekistics.workspace.reading import options_of, readers_with_options


def check_manifest(manifest: Manifest, folder: Path, *, root: Path) -> None:
    """Check that the files, boundary editions, options, indicators and agendas that a manifest names are there.

    Parameters
    ----------
    folder : where its files lie
    root : the folder of the workspace, which may hold agendas of its own

    Raises
    ------
    InvalidInput
        If some are not; each is named with its key, what was found and what was expected.
    """
    faults = [*_files(manifest, folder), *_editions(manifest), *_reader_options(manifest), *_options(manifest), *_codes(manifest, root)]
    if faults:
        raise InvalidInput(f"the manifest has faults: {'; '.join(faults)}", file=str(folder), mend="correct these keys")


def _files(manifest: Manifest, folder: Path) -> Iterator[str]:
    place = manifest.place
    named = [(f"place.boundaries.{number}.file", one.file) for number, one in enumerate(place.boundaries)]
    named += [("place.districts.file", place.districts.file)] if place.districts else []
    for number, one in enumerate(manifest.files):
        named += [(f"files.{number}.file", one.file), (f"files.{number}.mapping", one.mapping)]
    there = [path.name for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    for key, name in named:
        if name and not (folder / name).is_file():
            yield f"{key}: there is no file {name}{_near(name, there)}"


def _editions(manifest: Manifest) -> Iterator[str]:
    editions = [one.edition for one in manifest.place.boundaries]
    named = [("place.study", manifest.place.study)]
    named += [(f"files.{number}.boundary", one.boundary) for number, one in enumerate(manifest.files)] if editions else []
    for key, name in named:
        if name and name not in editions:
            yield f"{key}: found {name}, expected one of the editions {', '.join(editions) or '(none is drawn)'}"


def _reader_options(manifest: Manifest) -> Iterator[str]:
    for number, one in enumerate(manifest.files):
        yield from (f"files.{number}.options.{fault}" for fault in option_faults(one.as_, one.options))


def option_faults(kind: str, options: Mapping[str, Any]) -> Iterator[str]:
    """Tell which options the reader of a kind of file does not take, or not with their value; each by its name."""
    known = options_of(kind) if options else ()
    hints = get_type_hints(readers_with_options()[kind]) if known else {}
    for name, value in options.items():
        if name not in known:
            yield f"{name}: files read as {kind} take no such option{_near(name, known)}"
            continue
        try:
            TypeAdapter(hints[name]).validate_python(value, strict=True)
        except ValidationError as error:
            expected = "; or ".join(dict.fromkeys(fault["msg"] for fault in error.errors()))
            yield f"{name}: {expected}, found {value!r}"


def _options(manifest: Manifest) -> Iterator[str]:
    load_all()
    known: dict[str, Any] = {name: default for kind in LAYERS.values() for name, default in kind.options.items()}
    for name, value in manifest.measure.items():
        if name not in known:
            yield f"measure.{name}: no layer has such an option{_near(name, known)}"
        elif not _is_like(value, known[name]):
            yield f"measure.{name}: found {value!r}, expected something like {known[name]!r}"


def _is_like(value: Any, default: Any) -> bool:
    """Return whether an option is of the kind of its default; a whole number is a number too."""
    kinds = (int, float) if isinstance(default, float) else type(default)
    return isinstance(value, kinds) and isinstance(value, bool) == isinstance(default, bool)


def _codes(manifest: Manifest, root: Path) -> Iterator[str]:
    known = indicator_codes()
    for number, target in enumerate(manifest.targets):
        if target.indicator not in known:
            yield f"targets.{number}.indicator: no indicator {target.indicator}{_near(target.indicator, known)}"
        elif target.unit != newest(target.indicator).card.unit:
            yield f"targets.{number}.unit: found {target.unit}, expected {newest(target.indicator).card.unit}"
    agendas = {one.code for one in frameworks(root)} if manifest.own_indicators else set()
    for number, own in enumerate(manifest.own_indicators):
        if own.indicator not in known:
            yield f"own_indicators.{number}.indicator: no indicator {own.indicator}{_near(own.indicator, known)}"
        if own.framework not in agendas:
            yield f"own_indicators.{number}.framework: found {own.framework}, expected one of {', '.join(sorted(agendas))}"


def _near(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; perhaps {near[0]}" if near else ""
