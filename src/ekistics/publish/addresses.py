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
        case LinkKind.INDEX:
            return _index_address(*_index_page(key))
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


def _index_page(key: str) -> tuple[str, str, str]:
    """Return code of the recipe, name of the page and what it is about; neither of the first two holds a slash."""
    code, _, rest = key.partition("/")
    page, _, about = rest.partition("/")
    return code, page, about


def _index_address(code: str, page: str, about: str) -> str:
    """Return the address of a page of an index.

    Examples
    --------
    >>> _index_address("cpi", "unit", "a/b"), _index_address("cpi", "matrix", "P 1"), _index_address("", "", "")
    ('/index/cpi/unit/a%2Fb', '/index/cpi/matrix?group=P%201', '/index')
    """
    start, end = "/index" + "".join(f"/{quote(one, safe='')}" for one in (code, page) if one), quote(about, safe="")
    if not end:
        return start
    return f"{start}?group={end}" if page == "matrix" else f"{start}/{end}"


def anchor_of(kind: str, key: str) -> str:
    """Return the id that a page has inside the one-file profile."""
    return "page-" + "-".join(part for part in (kind, key) if part).replace(" ", "-").replace("/", "-")


def anchors_of(pages: Collection[tuple[str, str]], beside: Collection[str] = ()) -> Addresses:
    """Return addresses inside one file for the pages (kind, key) that it holds; all else becomes plain words.

    Parameters
    ----------
    beside : names of files that lie in the same folder
    """
    held, files = set(pages), set(beside)
    kinds = {LinkKind.THEME: "theme", LinkKind.AGENDA: "agenda", LinkKind.FIGURE: "lineage"}

    def address(kind: LinkKind, key: str, place: str) -> str:
        if kind is LinkKind.PLACE:
            page = ("glance", "")
        elif kind is LinkKind.PAGE:
            page = (key or "glance", "")
        elif kind is LinkKind.DOWNLOAD:
            return quote(key) if key in files else ""
        elif kind is LinkKind.INDEX:
            _, name, about = _index_page(key)
            if name in files:
                return quote(name)
            page = (f"index-{name or 'ranking'}", about)
        elif kind in kinds:
            page = (kinds[kind], key)
        else:
            return ""
        return f"#{anchor_of(*page)}" if page in held else ""

    return address
