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

from ekistics.frameworks.schema import FrameworkSchema, ItemSchema, OverlaySchema
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Framework
from ekistics.model.problems import Problem, Severity

SHIPPED = ("umf", "sdg11", "nua", "cpi")
_ROOT = resources.files(__package__)
_LARGEST_FILE = 2_000_000
"""Bytes; an agenda is a few hundred lines."""

Loc = tuple[str | int, ...]


def load_shipped() -> list[Framework]:
    """Return the agendas that come with Ekistics, with their indicators by the crosswalk."""
    crosswalk = shipped_crosswalk()
    return [_read(name, _ROOT.joinpath(f"{name}.yaml").read_text(encoding="utf-8"), crosswalk.get(name, {})) for name in SHIPPED]


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
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidInput(
            first.message + more,
            file=str(path),
            row=first.row,
            column=first.column,
            found=first.found,
            expected=first.expected,
            mend=f"see all faults with: ekistics frameworks check {path.name}",
        )
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
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise InvalidInput("too large for an agenda", file=str(path), expected=f"at most {_LARGEST_FILE:,} bytes")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput("not UTF-8 text", file=str(path), mend="save the file as UTF-8") from error
    except OSError as error:
        raise InvalidInput(
            "the file cannot be read", file=str(path), found=error.strerror or "no answer", mend="check its name and your rights"
        ) from error


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
    try:
        told, tree = yaml.safe_load(text), yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return [Problem("not-yaml", "The file is not valid YAML.", Severity.REJECTED, file, row=line, found=error.problem)]
    except (yaml.YAMLError, RecursionError):
        return [Problem("not-yaml", "The file is not valid YAML.", Severity.REJECTED, file)]
    except ValueError as error:  # such as a date that no calendar has
        return [Problem("not-yaml", "The file holds a value that YAML cannot read.", Severity.REJECTED, file, found=str(error))]
    if twice := list(_repeated_keys(tree)):
        return [
            Problem("duplicate", f"The key {key} stands twice; only the last would be read.", Severity.REJECTED, file, row=line)
            for key, line in twice
        ]
    if not isinstance(told, dict):
        return [Problem("not-an-agenda", "The file holds no agenda.", Severity.REJECTED, file, row=1, expected="code, name, axes, items")]
    schema = OverlaySchema if "extends" in told else FrameworkSchema
    try:
        agenda = schema.model_validate(told)
    except ValidationError as error:
        faults = error.errors()
        within = {fault["loc"][:depth] for fault in faults for depth in range(len(fault["loc"]))}
        # a list whose members are all faulty is also called too short: the members are told, not that
        found = [_schema_problem(file, tree, dict(one)) for one in faults if one["type"] != "too_short" or one["loc"] not in within]
    else:
        codes = None if indicator_codes is None else set(indicator_codes)
        found = [_problem(file, tree, *fault) for fault in _faults(agenda, codes)]
    return sorted(found, key=lambda one: one.row or 0)


def _faults(agenda: OverlaySchema | FrameworkSchema, codes: set[str] | None) -> Iterator[tuple[Loc, str, str, str | None]]:
    """Yield where, kind, message and expectation of each broken reference."""
    if isinstance(agenda, OverlaySchema):
        base = next((one for one in load_shipped() if one.code == agenda.extends), None)
        if base is None:
            yield ("extends",), "unknown-agenda", f"There is no agenda {agenda.extends} to extend.", ", ".join(SHIPPED)
            return
        axes = [{level.code for level in levels} for levels in base.axes.values()]
        taken = {item.code for item in base.items}
    else:
        axes = [{level.code for level in levels} for levels in agenda.axes.values()]
        taken = set()
        yield from _level_faults(agenda)
        yield from _band_faults(agenda)
    yield from _item_faults(agenda.items, axes, taken, codes)


def _level_faults(agenda: FrameworkSchema) -> Iterator[tuple[Loc, str, str, str | None]]:
    known = {level.code for levels in agenda.axes.values() for level in levels}
    for axis, levels in agenda.axes.items():
        counted = Counter(level.code for level in levels)
        for place, level in enumerate(levels):
            if counted[level.code] > 1:
                yield ("axes", axis, place), "duplicate", f"The heading {level.code} stands twice on the axis {axis}.", None
            if level.parent is not None and level.parent not in known:
                yield ("axes", axis, place), "unknown-heading", f"The parent {level.parent} of {level.code} is no heading.", None


def _band_faults(agenda: FrameworkSchema) -> Iterator[tuple[Loc, str, str, str | None]]:
    for what in ("letter", "at_least"):
        counted = Counter(getattr(band, what) for band in agenda.bands)
        for place, band in enumerate(agenda.bands):
            if counted[getattr(band, what)] > 1:
                yield ("bands", place), "duplicate", f"Two bands share {what} {getattr(band, what)}.", None
    if agenda.bands and min(band.at_least for band in agenda.bands) > 0:
        yield ("bands",), "bands-with-a-gap", "No band holds a score of 0.", "one band with at_least: 0"


def _item_faults(
    items: tuple[ItemSchema, ...], axes: list[set[str]], taken: set[str], codes: set[str] | None
) -> Iterator[tuple[Loc, str, str, str | None]]:
    counted = Counter(item.code for item in items)
    for place, item in enumerate(items):
        where: Loc = ("items", place)
        if counted[item.code] > 1 or item.code in taken:
            yield (*where, "code"), "duplicate", f"The code {item.code} is used by more than one item.", None
        if len(item.path) > len(axes) or any(step not in axis for step, axis in zip(item.path, axes, strict=False)):
            yield (*where, "path"), "unknown-path", f"The path {' › '.join(item.path)} of {item.code} leads to no heading.", None
        for code in item.indicators:
            if codes is not None and code not in codes:
                yield (*where, "indicators"), "unknown-indicator", f"The item {item.code} points to {code}, which is no indicator.", None


def _schema_problem(file: str, tree: yaml.Node | None, error: dict[str, object]) -> Problem:
    loc = error["loc"]
    where: Loc = loc if isinstance(loc, tuple) else ()
    told = {"extra_forbidden": "there is no such key", "missing": "this key is missing"}.get(str(error["type"]), str(error["msg"]))
    told = told.removeprefix("Value error, ")
    message = f"{told[:1].upper()}{told[1:]}."
    given = error.get("input")
    found = repr(given)[:80] if isinstance(given, str | int | float) else None
    return replace(_problem(file, tree, where, "not-as-agreed", message, None), found=found)


def _problem(file: str, tree: yaml.Node | None, where: Loc, kind: str, message: str, expected: str | None) -> Problem:
    key = ".".join(str(step) for step in where)
    return Problem(kind, message, Severity.REJECTED, file, row=_line_of(tree, where), column=key or None, expected=expected)


def _repeated_keys(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for place, (key, value) in enumerate(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value in keys[:place]:
                yield key.value, key.start_mark.line + 1
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _repeated_keys(part)


def _line_of(node: yaml.Node | None, where: Loc) -> int | None:
    """Return the line, counted from 1, of the deepest part of the file that the path reaches."""
    if node is None:
        return None
    line = node.start_mark.line + 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
