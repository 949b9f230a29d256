"""Read a YAML file that a person wrote: bounded, without what unfolds to more than it says, and with the line of every part."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from ekistics.model.errors import InvalidInput
from ekistics.model.problems import Problem, Severity

Loc = tuple[str | int, ...]
"""The way to a part of a file: keys, and places in lists counted from 0."""

_MOST_PARTS = 250_000
"""Parts of a file after its anchors are followed; the longest agenda has some thousands."""
_SHOWN = 80
"""Characters of what was found that a message shows."""
_TAG = "tag:yaml.org,2002:"
_READ_BY_LOOK = {"int", "float", "bool", "null", "timestamp"}
_TAGS = {_TAG + name for name in (*_READ_BY_LOOK, "str", "map", "seq", "merge", "value")}

_WORDS: dict[str, tuple[str, str | None, str | None]] = {
    "extra_forbidden": ("There is no such key.", None, None),
    "invalid_key": ("A key is no text.", "a key in words", "put it in quotes"),
    "missing": ("This key is missing.", None, None),
    "string_type": ("This is no text.", "text", "put it in quotes"),
    "too_short": ("This list is empty.", "one entry or more", None),
    "string_too_short": ("This is empty.", "some text", None),
    "string_too_long": ("This is too long.", None, None),
    "string_unicode": ("This holds characters that are none.", "text", "write it again"),
    "float_type": ("This is no number.", "a number", "write it without quotes, with a point for decimals"),
    "int_type": ("This is no whole number.", "a whole number", "write it without quotes"),
    "bool_type": ("This is neither true nor false.", "true or false", None),
    "finite_number": ("This is no finite number.", "a number", None),
    "model_type": ("Keys with their values are wanted here.", "key: value", None),
    "model_attributes_type": ("Keys with their values are wanted here.", "key: value", None),
    "dict_type": ("Keys with their values are wanted here.", "key: value", None),
    "tuple_type": ("A list is wanted here.", "[one, another]", None),
    "list_type": ("A list is wanted here.", "[one, another]", None),
}
"""By kind of a fault of the schema: what is said, what is expected, how it is mended."""
_BOUNDS = {
    "greater_than": ("gt", "above {}"),
    "greater_than_equal": ("ge", "{} or more"),
    "less_than": ("lt", "below {}"),
    "less_than_equal": ("le", "at most {}"),
}
"""By kind of a fault of the schema, the bound that was passed and how it is said."""


class Fault(NamedTuple):
    """One fault of a file, before its line is looked up."""

    where: Loc
    kind: str
    message: str
    expected: str | None = None
    found: str | None = None
    mend: str | None = None


@dataclass(frozen=True)
class Document:
    """What a file holds, and where in the file each part of it stands."""

    file: str
    told: Any
    tree: yaml.Node | None

    def problem(self, fault: Fault) -> Problem:
        """Return a fault with its line and key."""
        key = ".".join(str(step) for step in fault.where) or None
        return Problem(
            fault.kind,
            fault.message,
            Severity.REJECTED,
            self.file,
            row=line_of(self.tree, fault.where),
            column=key,
            found=fault.found,
            expected=fault.expected,
            mend=fault.mend,
        )

    def schema_problems(self, error: ValidationError, keys: Iterable[str] = ()) -> list[Problem]:
        """Return what a schema found wrong, in plain words; `keys` are those that a misspelt one may have meant."""
        faults = error.errors()
        within = {fault["loc"][:depth] for fault in faults for depth in range(len(fault["loc"]))}
        # a list whose members are all faulty is also called too short: the members are told, not that
        told = [one for one in faults if one["type"] != "too_short" or one["loc"] not in within]
        known = list(keys)
        return [self.problem(_in_words(dict(one), known)) for one in told]


def text_of(path: Path, *, largest: int, what: str) -> str:
    """Return the text of a file.

    Parameters
    ----------
    largest : bytes that it may have
    what : what it should be, for the message: "an agenda"

    Raises
    ------
    InvalidInput
        If it cannot be read, is too large or is not UTF-8.
    """
    try:
        if path.stat().st_size > largest:
            raise InvalidInput(f"too large for {what}", file=str(path), expected=f"at most {largest:,} bytes")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput("not UTF-8 text", file=str(path), mend="save the file as UTF-8") from error
    except OSError as error:
        raise InvalidInput(
            "the file cannot be read", file=str(path), found=error.strerror or "no answer", mend="check its name and your rights"
        ) from error


def document_of(file: str, text: str) -> Document | list[Problem]:
    """Return what a text holds, or why it cannot be taken: no YAML, a key twice, anchors that unfold without end, tags."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        if unsound := [*_unfolding_faults(tree), *_tag_faults(tree)] or list(_repeated_keys(tree)):
            return [Problem(kind, message, Severity.REJECTED, file, row=line) for line, kind, message in sorted(unsound)]
        told = _constructed(tree)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return [Problem("not-yaml", "The file is not valid YAML.", Severity.REJECTED, file, row=line, found=error.problem)]
    except (yaml.YAMLError, RecursionError):
        return [Problem("not-yaml", "The file is not valid YAML.", Severity.REJECTED, file)]
    except ValueError as error:  # such as a date that no calendar has
        return [Problem("not-yaml", "The file holds a value that YAML cannot read.", Severity.REJECTED, file, found=str(error))]
    return Document(file, told, tree)


def first_of(problems: list[Problem], path: Path | str, mend: str) -> InvalidInput:
    """Return the error of a file with faults: the first of them, and the number of the others."""
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return InvalidInput(
        first.message + more, file=str(path), row=first.row, column=first.column, found=first.found, expected=first.expected, mend=mend
    )


def line_of(node: yaml.Node | None, where: Loc) -> int | None:
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


def shown(given: object) -> str | None:
    """Return how a simple value stands in a message; None for lists, keys and numbers too long to print."""
    if isinstance(given, int) and abs(given) >= 10**_SHOWN:
        return None
    return repr(given)[:_SHOWN] if isinstance(given, str | int | float) else None


def _constructed(tree: yaml.Node | None) -> Any:
    if tree is None:
        return None
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(tree)
    finally:
        loader.dispose()


def _unfolding_faults(tree: yaml.Node | None) -> Iterator[tuple[int, str, str]]:
    """Yield where a part holds itself, or where the file is short and what it unfolds to is not."""
    sizes: dict[int, int] = {}
    open_parts: set[int] = set()
    cyclic: list[int] = []

    def size(node: yaml.Node) -> int:
        if id(node) in open_parts:
            cyclic.append(node.start_mark.line + 1)
            return 1
        if id(node) not in sizes:
            open_parts.add(id(node))
            sizes[id(node)] = 1 + sum(map(size, _children(node)))
            open_parts.discard(id(node))
        return sizes[id(node)]

    whole = size(tree) if tree is not None else 0
    if cyclic:
        yield cyclic[0], "anchor-in-itself", "What is anchored here holds itself."
    elif whole > _MOST_PARTS:
        yield 1, "too-many-parts", f"The file unfolds to {whole:.2g} parts; it may have {_MOST_PARTS:,}."


def _tag_faults(tree: yaml.Node | None) -> Iterator[tuple[int, str, str]]:
    """Yield where a tag (`!!binary`) says what a value is: values are read by what they look like."""
    resolver = yaml.SafeLoader("")
    for node in _nodes(tree):
        if node.tag not in _TAGS:
            yield node.start_mark.line + 1, "tag", f"The tag {node.tag.replace(_TAG, '!!')[:_SHOWN]} cannot be used here."
        elif (
            isinstance(node, yaml.ScalarNode)
            and node.tag.removeprefix(_TAG) in _READ_BY_LOOK
            and resolver.resolve(yaml.ScalarNode, node.value, (True, False)) != node.tag  # type: ignore[no-untyped-call]  # untyped stub
        ):
            yield node.start_mark.line + 1, "tag", f"The tag {node.tag.replace(_TAG, '!!')} does not fit what it stands before."


def _repeated_keys(tree: yaml.Node | None) -> Iterator[tuple[int, str, str]]:
    for node in _nodes(tree):
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)) if isinstance(node, yaml.MappingNode) else ():
            if key.value in seen:
                yield key.start_mark.line + 1, "duplicate", f"The key {key.value} stands twice; only the last would be read."
            seen.add(key.value)


def _nodes(tree: yaml.Node | None) -> Iterator[yaml.Node]:
    """Yield every part once, also those that several places point to."""
    waiting, seen = [tree] if tree is not None else [], set()
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting.extend(_children(node))


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _in_words(error: dict[str, Any], keys: list[str]) -> Fault:
    kind, where = str(error["type"]), error["loc"]
    if kind in _WORDS:
        message, expected, mend = _WORDS[kind]
    else:
        told = str(error["msg"]).removeprefix("Value error, ")
        message, expected, mend = f"{told[:1].upper()}{told[1:]}.", None, None
    if kind in ("enum", "literal_error"):
        message, expected = "This is none of the words that are known here.", str(error["ctx"]["expected"])
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        limit = error["ctx"][bound]
        message, expected = "This number is outside its range.", words.format(f"{limit:g}")
        mend = _as_share(error.get("input")) if limit == 1 and kind.startswith("less") else None
    if kind == "extra_forbidden" and (near := difflib.get_close_matches(str(where[-1]), keys, n=1)):
        mend = f"perhaps {near[0]}"
    return Fault(tuple(where), "not-as-agreed", message, expected, shown(error.get("input")), mend)


def _as_share(given: object) -> str | None:
    """Return how a percentage is written where a share is asked for."""
    return f"write a share: {given / 100:g} for {given:g} %" if isinstance(given, int | float) and 2 <= given <= 100 else None
