"""Addresses of a place's pages, read so that a place code may hold any letter, a slash too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from ekistics.model.errors import InvalidInput, NotFound

PLAIN_PAGES = frozenset({"matrix", "themes", "map", "settlement", "how-we-know", "downloads"})
KEYED_PAGES = frozenset({"agenda", "theme", "import"})
PLAIN_INDEX_PAGES = frozenset({"matrix", "audit", "how", "what-if"})
KEYED_INDEX_PAGES = frozenset({"from", "unit"})
NAMED_DOWNLOADS = {"profile.html": "html", "map.svg": "svg", "dictionary.csv": "dictionary"}
DOWNLOAD_KINDS = frozenset({"csv", "xlsx", "parquet", "gpkg"})


def segments(scope: Mapping[str, Any], prefix: str) -> list[str]:
    """Return the parts of a request's path after a prefix, each decoded by itself: `%2F` stays within its part.

    Raises
    ------
    InvalidInput
        If a part is not text in UTF-8, or holds a control character.
    """
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.partition(b"?")[0].removeprefix(str(scope.get("root_path", "")).encode())
    parts = path.removeprefix(prefix.encode()).split(b"/")
    try:
        texts = [unquote_to_bytes(part).decode("utf-8") for part in parts]
    except UnicodeDecodeError as error:
        raise InvalidInput("the address is not text in UTF-8") from error
    if any(not letter.isprintable() for text in texts for letter in text):
        raise InvalidInput("the address holds a character that cannot be printed")
    return texts[:-1] if len(texts) > 1 and texts[-1] == "" else texts


def page_name(parts: list[str]) -> str:
    """Return the name of a place's page from what follows the place code.

    Raises
    ------
    NotFound
        If no page has this address.
    """
    match parts:
        case []:
            return "glance"
        case [name] if name in PLAIN_PAGES:
            return name
        case [kind, key] if kind in KEYED_PAGES and key:
            return f"{kind}/{key}"
    raise NotFound(f"no page of a place is called {'/'.join(parts)}")


def index_page_name(parts: list[str]) -> tuple[str, str]:
    """Return the name of a page of an index, and what it is about, from what follows the code of the recipe.

    Raises
    ------
    NotFound
        If no page has this address.
    """
    match parts:
        case []:
            return "", ""
        case [name] if name in PLAIN_INDEX_PAGES:
            return name, ""
        case [kind, about] if kind in KEYED_INDEX_PAGES and about:
            return kind, about
    raise NotFound(f"no page of an index is called {'/'.join(parts)}")


def download_kind(name: str) -> str | None:
    """Return which download a name asks for: `data.csv` → csv, `map.svg` → svg, `profile.html` → html; None for anything else."""
    if name in NAMED_DOWNLOADS:
        return NAMED_DOWNLOADS[name]
    stem, _, kind = name.partition(".")
    return kind if stem == "data" and kind in DOWNLOAD_KINDS else None
