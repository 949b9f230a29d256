"""Write the import-linter contracts from the table of rooms in docs/architecture.md.

One `layers` contract holds the order; one `forbidden` contract a room holds what it may import directly.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_ROW = re.compile(r"^\| `(\w+)` \| \w+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def rooms() -> dict[str, set[str]]:
    """Return each room of the table with the rooms that it may import, in the table's order."""
    found: dict[str, set[str]] = {}
    for name, allowed in _ROW.findall((ROOT / "docs" / "architecture.md").read_text()):
        words = allowed.strip()
        found[name] = set(found) if words == "all above" else set() if words == "–" else {word.strip() for word in words.split(",")}
    return found


def contracts(table: dict[str, set[str]], present: set[str]) -> str:
    """Return the text of `.importlinter` for the rooms that exist."""
    here = [room for room in table if room in present]
    lines = ["[importlinter]", "root_package = ekistics", "", "[importlinter:contract:order]", "name = imports go one way", "type = layers"]
    lines += ["layers =", *(f"    {room}" for room in reversed(here)), "containers =", "    ekistics", ""]
    for room in here:
        forbidden = [other for other in here if other != room and other not in table[room]]
        if not forbidden:
            continue
        lines += [f"[importlinter:contract:{room}]", f"name = {room} imports only what the table allows", "type = forbidden"]
        lines += ["allow_indirect_imports = True", "source_modules =", f"    ekistics.{room}", "forbidden_modules ="]
        lines += [*(f"    ekistics.{other}" for other in forbidden), ""]
    return "\n".join(lines)


def present_rooms() -> set[str]:
    """Return the rooms that exist as folders."""
    return {path.parent.name for path in (ROOT / "src" / "ekistics").glob("*/__init__.py")}


if __name__ == "__main__":
    (ROOT / ".importlinter").write_text(contracts(rooms(), present_rooms()))
