"""Load recipes from YAML and check them: every fault at once, with line, key, what was found, what is expected and how it is mended.

Methods are known elsewhere: whoever loads a recipe hands over the check of methods, and faults of methods are told with the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ekistics.frameworks import recipe_schema
from ekistics.frameworks.loader import SHIPPED, load_shipped
from ekistics.frameworks.recipe_agenda import AgendaTree, agenda_tree
from ekistics.frameworks.recipe_building import agenda_of, built
from ekistics.frameworks.recipe_outline import method_spots, outline_of, reference_faults
from ekistics.frameworks.recipe_schema import FORMAT, RecipeSchema
from ekistics.frameworks.recipe_tree import tree_faults
from ekistics.frameworks.yaml_files import Document, Fault, Loc, document_of, first_of, line_of, text_of
from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.frameworks import Framework
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Method, Recipe, Stage

SHIPPED_RECIPES = ("cpi", "umf", "sdg11")
"""Names of the recipes that come with Ekistics."""

MethodCheck = Callable[[Stage, Method, str, frozenset[str]], Iterable[Problem]]
"""Stage, method, key where it stands, codes of indicators and groups → what is wrong; the column of a problem begins with the key."""

_LARGEST_FILE = 500_000
"""Bytes; a thousand indicators with their benchmarks are 300,000."""
_KEYS = {
    name
    for schema in vars(recipe_schema).values()
    if isinstance(schema, type) and issubclass(schema, BaseModel)
    for name in schema.model_fields
}


def load_shipped_recipe(name: str) -> Recipe:
    """Return a recipe that comes with Ekistics.

    Raises
    ------
    NotFound
        If none has the name.
    """
    return parse_recipe(shipped_recipe_text(name), f"{name}.yaml")


def shipped_recipe_text(name: str) -> str:
    """Return the file of a recipe that comes with Ekistics, to be read and changed.

    Raises
    ------
    NotFound
        If none has the name.
    """
    if name not in SHIPPED_RECIPES:
        raise NotFound("no such recipe comes with Ekistics", found=name, expected=", ".join(SHIPPED_RECIPES))
    return resources.files(__package__).joinpath("recipes", f"{name}.yaml").read_text(encoding="utf-8")


def load_recipe(path: Path, *, frameworks: Iterable[Framework] | None = None, methods: MethodCheck | None = None) -> Recipe:
    """Return the recipe of a file.

    Parameters
    ----------
    frameworks : agendas that it may build upon; None for the shipped ones
    methods : the check of its methods; None leaves names and options of methods unchecked

    Raises
    ------
    InvalidInput
        With the first fault and the number of the others; `check_recipe` gives them all.
    """
    text = text_of(path, largest=_LARGEST_FILE, what="a recipe")
    return parse_recipe(text, str(path), frameworks=frameworks, methods=methods)


def check_recipe(path: Path, *, frameworks: Iterable[Framework] | None = None, methods: MethodCheck | None = None) -> list[Problem]:
    """Return all faults of a recipe file, in the order of its lines; none when it can be used.

    Raises
    ------
    InvalidInput
        If the file cannot be read as text at all.
    """
    text = text_of(path, largest=_LARGEST_FILE, what="a recipe")
    return recipe_problems(text, path.name, frameworks=frameworks, methods=methods)


def placed_in_file(path: Path, problems: Iterable[Problem]) -> list[Problem]:
    """Return faults of a recipe as a whole with the file and, where that tells of the indicator, group or key, the line.

    Raises
    ------
    InvalidInput
        If the file cannot be read as text at all.
    """
    document = document_of(path.name, text_of(path, largest=_LARGEST_FILE, what="a recipe"))
    if isinstance(document, list) or not isinstance(document.told, dict):
        return list(problems)
    spots: dict[str, Loc] = {}
    for kind in ("groups", "indicators"):
        listed = document.told.get(kind)
        for at, one in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(one, dict) and isinstance(one.get("code"), str):
                spots[one["code"]] = (kind, at)
    return [replace(one, file=document.file, row=_line_of_column(document, spots, one.column)) for one in problems]


def _line_of_column(document: Document, spots: Mapping[str, Loc], column: str | None) -> int | None:
    """Return the line of an indicator or group by its code, or of a key of the file; None where the file has neither."""
    if column is None:
        return None
    if column in spots:
        return line_of(document.tree, spots[column])
    first, *rest = column.split(".")
    if first not in document.told:
        return None
    return line_of(document.tree, (first, *(int(step) if step.isdigit() else step for step in rest)))


def parse_recipe(
    text: str, file: str = "recipe", *, frameworks: Iterable[Framework] | None = None, methods: MethodCheck | None = None
) -> Recipe:
    """Return the recipe of a text, as `load_recipe` does of a file."""
    recipe, problems = _read(text, file, frameworks, methods)
    if recipe is None:
        raise first_of(problems, file, f"see all faults with: ekistics recipe check {Path(file).name}")
    return recipe


def recipe_problems(
    text: str, file: str = "recipe", *, frameworks: Iterable[Framework] | None = None, methods: MethodCheck | None = None
) -> list[Problem]:
    """Return all faults of a text, as `check_recipe` does of a file."""
    return _read(text, file, frameworks, methods)[1]


def _read(text: str, file: str, frameworks: Iterable[Framework] | None, methods: MethodCheck | None) -> tuple[Recipe | None, list[Problem]]:
    """Return the recipe and no problems, or no recipe and all problems."""
    if len(text) > _LARGEST_FILE:
        return None, [
            Problem("too-large", "The recipe is too large.", Severity.REJECTED, file, expected=f"at most {_LARGEST_FILE:,} characters")
        ]
    document = document_of(file, text)
    if isinstance(document, list):
        return None, document
    told = document.told
    if not isinstance(told, dict):
        expected = "recipe, code, name, version, levels, groups, indicators"
        return None, [Problem("not-a-recipe", "The file holds no recipe.", Severity.REJECTED, file, row=1, expected=expected)]
    schema, problems = _schema(document)
    framework, agenda, faults = _agenda(told, frameworks)
    outline = outline_of(told, agenda)
    faults += [*tree_faults(outline), *reference_faults(told, outline, agenda)]
    problems += [document.problem(fault) for fault in faults]
    if methods is not None:
        problems += _method_problems(document, outline.codes, methods)
    if problems or schema is None:
        return None, sorted(problems, key=lambda one: one.row or 0)
    return built(schema, framework, agenda), []


def _schema(document: Document) -> tuple[RecipeSchema | None, list[Problem]]:
    try:
        return RecipeSchema.model_validate(document.told), []
    except ValidationError as error:
        problems = document.schema_problems(error, _KEYS)
    every = f".{recipe_schema.EVERY_LEVEL}"
    problems = [replace(one, column=one.column and one.column.replace(every, "")) for one in problems]
    return None, [_of_another_format(one) if one.column == "recipe" else one for one in problems]


def _of_another_format(problem: Problem) -> Problem:
    mend = "write recipe: 1 at the head of the file"
    return replace(problem, message=f"This Ekistics reads recipes of format {FORMAT}.", expected=str(FORMAT), mend=mend)


def _agenda(told: Mapping[str, Any], frameworks: Iterable[Framework] | None) -> tuple[Framework | None, AgendaTree | None, list[Fault]]:
    """Return the agenda that a recipe names, its tree where the recipe has none of its own, and what is wrong with that."""
    code, own_tree = told.get("framework"), told.get("levels") is not None
    if not isinstance(code, str) or not code:
        missing = Fault(
            ("levels",), "no-tree", "The recipe has neither levels of its own nor an agenda.", "levels: [...] or framework: ..."
        )
        return None, None, [] if own_tree or (code is not None and code != "") else [missing]
    if own_tree:  # the agenda is then a name only: the file of an assessment stays readable where the agenda is not at hand
        return None, None, []
    if frameworks is None:
        known = load_shipped([code]) if code in SHIPPED else []
        names: Sequence[str] = SHIPPED
    else:
        known = list(frameworks)
        names = [one.code for one in known]
    framework = next((one for one in known if one.code == code), None)
    if framework is None:
        return None, None, [Fault(("framework",), "unknown-agenda", "There is no such agenda.", ", ".join(names), found=code)]
    try:
        return framework, agenda_of(told, agenda_tree(framework)), []
    except InvalidInput as error:
        return framework, None, [Fault(("framework",), "no-tree", f"{error.message}.", error.expected, code, error.mend)]


def _method_problems(document: Document, codes: frozenset[str], methods: MethodCheck) -> Iterator[Problem]:
    for where, stage, method in method_spots(document.told):
        key = ".".join(str(step) for step in where)
        for problem in methods(stage, method, key, codes):
            option = (problem.column or "").removeprefix(key).removeprefix(".")
            deepest = (*where, option) if option else where
            yield replace(problem, file=document.file, row=line_of(document.tree, deepest))
