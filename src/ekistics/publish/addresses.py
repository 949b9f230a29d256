"""Where links lead: addresses of the served site, and anchors of the one-file profile."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol
from urllib.parse import quote

from ekistics.profile.blocks import LinkKind


class Addresses(Protocol):
    """Turn what a link leads to into an address; an empty one leaves plain words."""

    def __call__(self, kind: LinkKind, key: str, place: str) -> str:
        """Return the address of `key` of a kind; `place` is the code of the place whose page holds the link."""


def site_address(kind: LinkKind, key: str, place: str) -> str:
    """Return the address on the served site.

    Examples
    --------
    >>> site_address(LinkKind.PAGE, "how-we-know", "a/b")
    '/place/a%2Fb/how-we-know'
    >>> site_address(LinkKind.FIGURE, "7", "x")
    '/figure/7'
    """
    code, name = quote(place, safe=""), quote(key, safe=".")
    match kind:
        case LinkKind.PAGE if key in ("", "glance"):
            return f"/place/{code}"
        case LinkKind.PAGE if key in ("index", "compare"):
            return "/" if key == "index" else (f"/compare?places={code}" if place else "/compare")
        case LinkKind.PAGE:
            return f"/place/{code}/{name}"
        case LinkKind.PLACE:
            return f"/place/{quote(key, safe='')}"
        case LinkKind.THEME:
            return f"/place/{code}/theme/{name}"
        case LinkKind.IMPORT:
            return f"/place/{code}/import/{name}"
        case LinkKind.AGENDA:
            return f"/place/{code}/agenda/{name}"
        case LinkKind.FIGURE:
            return f"/figure/{name}"
        case LinkKind.PROV:
            return f"/figure/{name}/prov.json"
        case LinkKind.ASSET:
            return f"/asset/{name}"
        case LinkKind.DOWNLOAD:
            return f"/place/{code}/{name}"
        case LinkKind.RULE:
            return f"/place/{code}/how-we-know#{name}"


def anchor_of(kind: str, key: str) -> str:
    """Return the id that a page has inside the one-file profile."""
    return "page-" + "-".join(part for part in (kind, key) if part).replace(" ", "-").replace("/", "-")


def anchors_of(pages: Collection[tuple[str, str]]) -> Addresses:
    """Return addresses inside one file for the pages (kind, key) that it holds; all else becomes plain words."""
    held = set(pages)
    kinds = {LinkKind.THEME: "theme", LinkKind.AGENDA: "agenda", LinkKind.FIGURE: "lineage"}

    def address(kind: LinkKind, key: str, place: str) -> str:
        if kind is LinkKind.PLACE:
            page = ("glance", "")
        elif kind is LinkKind.PAGE:
            page = (key or "glance", "")
        elif kind in kinds:
            page = (kinds[kind], key)
        else:
            return ""
        return f"#{anchor_of(*page)}" if page in held else ""

    return address
