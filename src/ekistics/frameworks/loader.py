"""Load agendas from YAML and check them: schema, references, duplicates; every fault with its line.

A file either is a framework of its own, or `extends` a shipped one by items of the city's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import yaml
from pydantic import ValidationError

from ekistics.frameworks.schema import BandSchema, FrameworkSchema, ItemSchema, OverlaySchema
from ekistics.frameworks.yaml_files import Fault, Loc, document_of, first_of, text_of
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Framework
from ekistics.model.problems import Problem, Severity

SHIPPED = ("umf", "sdg11", "nua", "cpi")
_ROOT = resources.files(__package__)
_LARGEST_FILE = 2_000_000
"""Bytes; an agenda is a few hundred lines."""


def load_shipped(names: Iterable[str] = SHIPPED) -> list[Framework]:
    """Return the agendas that come with Ekistics (or some of them, by name), with their indicators by the crosswalk."""
    crosswalk = shipped_crosswalk()
    return [_read(name, _ROOT.joinpath(f"{name}.yaml").read_text(encoding="utf-8"), crosswalk.get(name, {})) for name in names]


def shipped_crosswalk() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return, by framework and item code, the indicators that fill the item."""
    told = yaml.safe_load(_ROOT.joinpath("crosswalk.yaml").read_text(encoding="utf-8"))
    return {framework: {item: tuple(codes) for item, codes in rows.items()} for framework, rows in told.items()}


def load_file(path: Path, indicator_codes: Iterable[str] | None = None) -> Framework:
    """Return the agenda of a file; one that `extends` a shipped agenda gives that agenda with its items added.

    Parameters
    ----------
    path : a YAML file
    indicator_codes : the indicators there are; None leaves that reference unchecked

    Raises
    ------
    InvalidInput
        With the first fault and the number of them; `check_file` gives them all.
    """
    text = _text_of(path)
    if problems := _problems(path.name, text, indicator_codes):
        raise first_of(problems, path, f"see all faults with: ekistics frameworks check {path.name}")
    told = yaml.safe_load(text)
    if "extends" in told:
        return _extended(OverlaySchema.model_validate(told))
    return _read(path.stem, text, {})


def check_file(path: Path, indicator_codes: Iterable[str] | None = None) -> list[Problem]:
    """Return all faults of an agenda file, in the order of its lines; none when it can be used.

    Raises
    ------
    InvalidInput
        If the file cannot be read as text at all.
    """
    return _problems(path.name, _text_of(path), indicator_codes)


def _text_of(path: Path) -> str:
    return text_of(path, largest=_LARGEST_FILE, what="an agenda")


def _read(name: str, text: str, crosswalk: dict[str, tuple[str, ...]]) -> Framework:
    told = FrameworkSchema.model_validate(yaml.safe_load(text))
    if stray := set(crosswalk) - {item.code for item in told.items}:
        raise InvalidInput("the crosswalk names items that the framework has not", file=name, found=", ".join(sorted(stray)))
    return Framework(
        code=told.code,
        name=told.name,
        edition=told.edition,
        source=told.source,
        verified=told.verified,
        third_party=told.third_party,
        axes={axis: tuple(level.noun() for level in levels) for axis, levels in told.axes.items()},
        items=tuple(item.noun(crosswalk.get(item.code, ())) for item in told.items),
        bands=tuple(sorted((band.noun() for band in told.bands), key=lambda band: -band.at_least)),
        coverage_threshold=told.coverage_threshold,
    )


def _extended(told: OverlaySchema) -> Framework:
    base = next(one for one in load_shipped() if one.code == told.extends)
    added = tuple(replace(item.noun(), own=True) for item in told.items)
    return replace(base, items=(*base.items, *added))


def _problems(file: str, text: str, indicator_codes: Iterable[str] | None) -> list[Problem]:
    document = document_of(file, text)
    if isinstance(document, list):
        return document
    if not isinstance(document.told, dict):
        return [Problem("not-an-agenda", "The file holds no agenda.", Severity.REJECTED, file, row=1, expected="code, name, axes, items")]
    schema = OverlaySchema if "extends" in document.told else FrameworkSchema
    try:
        agenda = schema.model_validate(document.told)
    except ValidationError as error:
        found = document.schema_problems(error)
    else:
        codes = None if indicator_codes is None else set(indicator_codes)
        found = [document.problem(fault) for fault in _faults(agenda, codes)]
    return sorted(found, key=lambda one: one.row or 0)


def _faults(agenda: OverlaySchema | FrameworkSchema, codes: set[str] | None) -> Iterator[Fault]:
    """Yield each broken reference."""
    if isinstance(agenda, OverlaySchema):
        base = next((one for one in load_shipped() if one.code == agenda.extends), None)
        if base is None:
            yield Fault(("extends",), "unknown-agenda", f"There is no agenda {agenda.extends} to extend.", ", ".join(SHIPPED))
            return
        axes = [{level.code for level in levels} for levels in base.axes.values()]
        taken = {item.code for item in base.items}
    else:
        axes = [{level.code for level in levels} for levels in agenda.axes.values()]
        taken = set()
        yield from _level_faults(agenda)
        yield from band_faults(agenda.bands)
    yield from _item_faults(agenda.items, axes, taken, codes)


def _level_faults(agenda: FrameworkSchema) -> Iterator[Fault]:
    known = {level.code for levels in agenda.axes.values() for level in levels}
    for axis, levels in agenda.axes.items():
        counted = Counter(level.code for level in levels)
        for place, level in enumerate(levels):
            if counted[level.code] > 1:
                yield Fault(("axes", axis, place), "duplicate", f"The heading {level.code} stands twice on the axis {axis}.")
            if level.parent is not None and level.parent not in known:
                yield Fault(("axes", axis, place), "unknown-heading", f"The parent {level.parent} of {level.code} is no heading.")


def band_faults(bands: tuple[BandSchema, ...]) -> Iterator[Fault]:
    """Yield what is wrong with bands taken together."""
    for what in ("letter", "at_least"):
        counted = Counter(getattr(band, what) for band in bands)
        for place, band in enumerate(bands):
            if counted[getattr(band, what)] > 1:
                yield Fault(("bands", place), "duplicate", f"Two bands share {what} {getattr(band, what)}.")
    if bands and min(band.at_least for band in bands) > 0:
        yield Fault(("bands",), "bands-with-a-gap", "No band holds a score of 0.", "one band with at_least: 0")


def _item_faults(items: tuple[ItemSchema, ...], axes: list[set[str]], taken: set[str], codes: set[str] | None) -> Iterator[Fault]:
    counted = Counter(item.code for item in items)
    for place, item in enumerate(items):
        where: Loc = ("items", place)
        if counted[item.code] > 1 or item.code in taken:
            yield Fault((*where, "code"), "duplicate", f"The code {item.code} is used by more than one item.")
        if len(item.path) > len(axes) or any(step not in axis for step, axis in zip(item.path, axes, strict=False)):
            yield Fault((*where, "path"), "unknown-path", f"The path {' › '.join(item.path)} of {item.code} leads to no heading.")
        for code in item.indicators:
            if codes is not None and code not in codes:
                yield Fault((*where, "indicators"), "unknown-indicator", f"The item {item.code} points to {code}, which is no indicator.")
