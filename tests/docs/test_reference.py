"""The reference says what the code does, links lead somewhere, and every command is spoken of."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import typer

from ekistics.cli import commands_data, commands_figures, commands_pages
from ekistics.cli.app import app

ROOMS = (commands_data, commands_figures, commands_pages)
"""Each registers its commands when it is imported."""
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["make_reference", "make_key_tables", "make_recipe_reference"])
def test_a_page_written_from_the_code_is_what_the_code_says(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.TARGET.read_text(encoding="utf-8") == tool.reference(), f"run .venv/bin/python tools/{name}.py"


def test_every_command_is_spoken_of():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    spoken = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    commands = _commands(typer.main.get_command(app))
    assert "place relate" in commands
    silent = [words for words in commands if not re.search(rf"ekistics {words}\b", spoken)]
    assert silent == []


def _commands(command, words=""):
    """Return the words of every command that does something, below a command."""
    below = getattr(command, "commands", {})
    return [one for name, inner in below.items() for one in _commands(inner, f"{words} {name}".strip())] if below else [words]


def test_every_link_of_the_documentation_leads_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for address in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not address.startswith("http"):
                assert (page.parent / address).exists(), f"{page.name}: {address}"
