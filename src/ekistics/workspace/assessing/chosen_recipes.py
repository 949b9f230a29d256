"""The recipes that a workspace has chosen: files in its folder `recipes/`, each under the code of its recipe."""

from __future__ import annotations

import os
from pathlib import Path

from ekistics.frameworks.recipe_loader import SHIPPED_RECIPES, shipped_recipe_text
from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.recipes import Recipe
from ekistics.workspace.assessing.recipes import recipe_named
from ekistics.workspace.folder import Folder


def chosen_recipes(folder: Folder) -> dict[str, Path]:
    """Return the files of the chosen recipes by code, in order of their codes."""
    return {path.stem: path for path in sorted(folder.recipes.glob("*.yaml"))}


def choose_recipe(folder: Folder, name: Path | str) -> Recipe:
    """Choose a recipe, so that the pages show its index; one of the same code is replaced.

    Parameters
    ----------
    name : a file, or the name of a recipe that comes with Ekistics

    Raises
    ------
    NotFound
        If it is neither.
    InputRefused
        With all that is wrong with the file; then nothing is chosen.
    """
    recipe = recipe_named(name, folder.root)
    path = Path(name)
    text = path.read_bytes() if path.exists() else shipped_recipe_text(str(name)).encode()
    folder.recipes.mkdir(exist_ok=True)
    kept = folder.recipes / f"{recipe.code}.yaml"
    beside = kept.with_name(f".{recipe.code}.{os.getpid()}.part")
    try:
        beside.write_bytes(text)
        beside.replace(kept)
    finally:
        beside.unlink(missing_ok=True)
    return recipe


def drop_recipe(folder: Folder, code: str) -> None:
    """Take a chosen recipe back; figures and folders of results stay.

    Raises
    ------
    NotFound
        If no recipe of this code is chosen.
    """
    chosen_path(folder, code).unlink()


def chosen_path(folder: Folder, code: str) -> Path:
    """Return the file of a chosen recipe.

    Raises
    ------
    NotFound
        If no recipe of this code is chosen.
    """
    chosen = chosen_recipes(folder)
    if code not in chosen:
        expected = ", ".join(chosen) or "none is chosen"
        mend = f"choose one with: ekistics recipe choose {code if code in SHIPPED_RECIPES else 'NAME'}"
        raise NotFound("no such recipe is chosen in this workspace", found=code, expected=expected, mend=mend)
    return chosen[code]


def chosen_recipe(folder: Folder, code: str) -> Recipe:
    """Return a chosen recipe.

    Raises
    ------
    NotFound
        If no recipe of this code is chosen.
    InvalidInput
        If its file was changed and can no longer be read, or now bears another code.
    """
    path = chosen_path(folder, code)
    recipe = recipe_named(path, folder.root)
    if recipe.code != code:
        raise InvalidInput("the file bears another code than its name", file=str(path), found=recipe.code, expected=code)
    return recipe


def chosen_or_named(folder: Folder, name: Path | str) -> Recipe:
    """Return a recipe by its file, else by the code under which it is chosen, else by the name under which it comes with Ekistics.

    Raises
    ------
    NotFound
        If it is none of these.
    InputRefused
        With all that is wrong with the file.
    """
    if not Path(name).exists() and str(name) in chosen_recipes(folder):
        return chosen_recipe(folder, str(name))
    return recipe_named(name, folder.root)
