"""Write docs/reference-mappings.md from the code: every key of a mapping and of city.yaml, and the columns of exported tables."""

from __future__ import annotations

import ast
import inspect
import itertools
import types
import typing
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ekistics.publish.tables import DICTIONARY
from ekistics.sources import mappings
from ekistics.workspace import manifest
from ekistics.workspace.reading import options_of, readers_with_options

TARGET = Path(__file__).parents[1] / "docs" / "reference-mappings.md"

HEAD = """# Mappings and manifests

Written from the code by `tools/make_key_tables.py`; a test fails when the two differ. A key in **bold** must be there; an unknown key
is a fault, and is named.
"""
MAPPING = """## The mapping of a table

See [A spreadsheet](how-to/a-spreadsheet.md). The file is YAML in UTF-8.
"""
MANIFEST = """## The manifest, city.yaml

See [Your own city](how-to/your-own-city.md) and [A map and a timetable](how-to/a-map-and-a-timetable.md). File names are those in the
folder of `city.yaml`. The options under `measure` are those of the [layers](methods.md#layers-and-their-options).
"""
OPTIONS = """### Options of readers

Under `options` of a file. What is left out is found by its usual names.
"""
COLUMNS = """## Columns of exported tables

See [Sharing a profile](how-to/sharing-a-profile.md). XLSX and Parquet carry these texts themselves.
"""
WORDS: dict[Any, str] = {str: "text", float: "number", int: "whole number", bool: "true or false", date: "date", Any: "anything"}
"""What a type is called; a part that has a name of its own here is told of elsewhere."""


def reference() -> str:
    """Return the whole page."""
    return "\n".join(
        [HEAD, MAPPING, *tables(mappings.TableMapping), MANIFEST, *tables(manifest.Manifest), OPTIONS, _options(), COLUMNS, _columns()]
    )


def tables(whole: type[BaseModel]) -> list[str]:
    """Return a table of the whole file and one of each part, in the order in which a reader meets them."""
    found, waiting, parts = [], [("", whole)], {whole}
    while waiting:
        path, model = waiting.pop(0)
        found.append(_table(path, model))
        for name, field in model.model_fields.items():
            for part in _parts(field.annotation):
                if part not in parts and part not in WORDS:
                    parts.add(part)
                    waiting.append((f"{path}.{field.alias or name}".lstrip("."), part))
    return found


def _parts(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for inner in typing.get_args(annotation) for part in _parts(inner)]


def _table(path: str, model: type[BaseModel]) -> str:
    told = _told(model)
    lines = [f"### {f'`{path}`' if path else 'The whole file'}", "", "| key | what it takes | default | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        key = f"**`{field.alias or name}`**" if field.is_required() else f"`{field.alias or name}`"
        lines.append(" | ".join([f"| {key}", _takes(field.annotation), _default(field), f"{' '.join(told[name].split())} |"]))
    return "\n".join(lines) + "\n"


def _told(model: type[BaseModel]) -> dict[str, str]:
    """Return the text under each field, of the model and of those that it comes from."""
    found: dict[str, str] = {}
    for kind in reversed([one for one in model.__mro__ if issubclass(one, BaseModel) and one is not BaseModel]):
        body = typing.cast("ast.ClassDef", ast.parse(inspect.getsource(kind)).body[0]).body
        for field, text in itertools.pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
                found[ast.unparse(field.target)] = str(text.value.value)
    return found


def _takes(annotation: Any) -> str:
    """Return in words what a key takes."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _takes(typing.get_args(annotation)[0])
    origin, inner = typing.get_origin(annotation), [one for one in typing.get_args(annotation) if one not in (type(None), ...)]
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_takes(one) for one in inner)
    if origin is Literal:
        return ", ".join(f"`{one}`" if str(one).strip() else ("tab" if one else "none") for one in inner).replace("|", "\\|")
    if origin in (list, tuple):
        return f"list of {_takes(inner[0])}"
    if origin is dict:
        return f"{_takes(inner[0])}: {_takes(inner[1])}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(f"`{one.value}`" for one in annotation)
    return WORDS.get(annotation, "keys") if _parts(annotation) else WORDS[annotation]


def _default(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if default is PydanticUndefined or isinstance(default, BaseModel) or default in (None, "", (), [], {}):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _options() -> str:
    """Return the options of the readers that have some, from the parameters that their docstrings tell."""
    rows = []
    for kind, reader in readers_with_options().items():
        parameters = inspect.cleandoc(reader.__doc__ or "").partition("----------\n")[2].partition("\n\n")[0]
        for line in parameters.splitlines():
            names, _, meaning = line.partition(" : ")
            if set(names.split(", ")) <= set(options_of(kind)):
                rows.append(f"| `{kind}` | {', '.join(f'`{name}`' for name in names.split(', '))} | {meaning} |")
    return "\n".join(["| read as | option | meaning |", "|---|---|---|", *rows]) + "\n"


def _columns() -> str:
    return "\n".join(["| column | meaning |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in DICTIONARY.items())]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
