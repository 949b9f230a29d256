"""The built web files: which hashed file is the style sheet or the script of a page, as the build's manifest says."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from ekistics.model.errors import Damaged, NotFound

ENTRIES = {"site": "src/site.ts", "explorer": "src/explorer/main.ts"}
"""Entry by the name that pages use."""


@dataclass(frozen=True)
class BuiltFiles:
    """The folder of built files and what its manifest says; without a build every list is empty and pages stay readable."""

    folder: Path
    _styles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _scripts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> BuiltFiles:
        """Read the manifest of a folder of built files; a folder without one gives no files.

        Raises
        ------
        Damaged
            If the manifest is not what the build writes.
        """
        manifest = folder / "manifest.json"
        if not manifest.is_file():
            return cls(folder)
        try:
            entries = json.loads(manifest.read_text("utf-8"))
            styles = {name: tuple(entries[source].get("css", ())) for name, source in ENTRIES.items()}
            scripts: dict[str, tuple[str, ...]] = {name: (entries[source]["file"],) for name, source in ENTRIES.items()}
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise Damaged(
                "the manifest of the built web files cannot be read", file=manifest.name, mend="build the web part again"
            ) from error
        return cls(folder, styles, scripts)

    def styles(self, entry: str) -> tuple[str, ...]:
        """Return the style sheets of an entry (`site`, `explorer`), as paths under the folder."""
        return self._styles.get(entry, ())

    def scripts(self, entry: str) -> tuple[str, ...]:
        """Return the module scripts of an entry, as paths under the folder."""
        return self._scripts.get(entry, ())

    def style_text(self, entry: str, *, fonts: bool = True) -> str:
        """Return the style sheet of an entry as text for a self-contained page, its Latin fonts within as data.

        Fonts that a page rarely needs (Latin Extended) are left to the reader's own.
        """
        sheets = []
        for name in self.styles(entry):
            path = self.folder / name
            text = path.read_text("utf-8")
            for face in _FONT_FACE.findall(text):
                text = text.replace(face, self._inlined(face, path.parent) if fonts else "")
            sheets.append(text)
        return "\n".join(sheets)

    def _inlined(self, face: str, folder: Path) -> str:
        found = _FONT_URL.search(face)
        if found is None or "latin-ext" in found[1]:
            return ""
        path = folder / found[1]
        if not path.is_file():
            raise NotFound(f"the built font {path.name} is missing", mend="build the web part again")
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        return face.replace(found[0], f"url(data:font/woff2;base64,{data})")


_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_FONT_URL = re.compile(r"url\([\"']?([^)\"']+)[\"']?\)")


def built_folder() -> Path:
    """Return where the package keeps its built web files."""
    return Path(__file__).resolve().parents[1] / "server" / "static" / "built"
