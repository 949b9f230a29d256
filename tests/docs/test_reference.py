"""The reference says what the code does, links lead somewhere, and every command is spoken of."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["make_reference", "make_key_tables"])
def test_a_page_written_from_the_code_is_what_the_code_says(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.TARGET.read_text(encoding="utf-8") == tool.reference(), f"run .venv/bin/python tools/{name}.py"


def test_every_link_of_the_documentation_leads_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for address in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not address.startswith("http"):
                assert (page.parent / address).exists(), f"{page.name}: {address}"
