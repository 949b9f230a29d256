"""Which recipe is meant: a file, or the name of one that comes with Ekistics; and everything that is wrong with one."""

from __future__ import annotations

from pathlib import Path

from ekistics.assess.methods import method_problems
from ekistics.assess.refusals import check_recipe as check_loaded
from ekistics.frameworks.recipe_loader import SHIPPED_RECIPES, check_recipe, load_recipe, load_shipped_recipe, recipe_problems
from ekistics.frameworks.recipe_writer import recipe_yaml
from ekistics.model.errors import NotFound
from ekistics.model.problems import Problem
from ekistics.model.recipes import Recipe
from ekistics.workspace import catalogue
from ekistics.workspace.assessing.results import InputRefused


def recipe_named(name: Path | str, workspace: Path | None = None) -> Recipe:
    """Return a recipe by its file or, where no such file is there, by the name under which it comes with Ekistics.

    Raises
    ------
    NotFound
        If it is neither.
    InputRefused
        With all that is wrong with the file.
    """
    path = Path(name)
    if not path.exists():
        if str(name) in SHIPPED_RECIPES:
            return load_shipped_recipe(str(name))
        expected = f"a file, or one of {', '.join(SHIPPED_RECIPES)}"
        raise NotFound("no such recipe", found=str(name), expected=expected, mend="begin one with: ekistics recipe new")
    if problems := recipe_faults(path, workspace):
        raise InputRefused(problems)
    return load_recipe(path, frameworks=catalogue.frameworks(workspace), methods=method_problems)


def recipe_faults(path: Path, workspace: Path | None = None) -> list[Problem]:
    """Return everything wrong with a recipe's file: how it is written, what it names, and whether its parts go together.

    Raises
    ------
    InvalidInput
        If the file cannot be read as text at all.
    """
    frameworks = catalogue.frameworks(workspace)
    if problems := check_recipe(path, frameworks=frameworks, methods=method_problems):
        return problems
    return list(check_loaded(load_recipe(path, frameworks=frameworks, methods=method_problems)))


def require_written(recipe: Recipe) -> None:
    """Refuse a recipe that was made in Python and does not read back from its file: what is kept of it could not be replayed.

    Raises
    ------
    InputRefused
        With what its file would be told.
    """
    if problems := recipe_problems(recipe_yaml(recipe), "the recipe", methods=method_problems):
        raise InputRefused(problems)


def shipped_recipes() -> dict[str, Recipe]:
    """Return the recipes that come with Ekistics by name."""
    return {name: load_shipped_recipe(name) for name in SHIPPED_RECIPES}
