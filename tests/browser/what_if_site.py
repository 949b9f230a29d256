"""A workspace of one index, of any size, for the page on which weights are moved."""

from __future__ import annotations

from gettext import NullTranslations

from ekistics.profile.index.evidence import IndexView
from ekistics.profile.index.what_if import index_what_if
from ekistics.publish.addresses import site_address
from ekistics.publish.built_files import BuiltFiles
from ekistics.publish.html import Look, render_page
from ekistics.publish.what_if_data import encode_what_if


class File:
    """A file to hand out."""

    def __init__(self, name: str, body: bytes) -> None:
        self.name, self.media_type, self.body = name, "application/json", body


class OneIndex:
    """Its page and its figures; with `broken`, the figures are not to be had."""

    def __init__(self, view: IndexView, folder, *, broken: bool = False) -> None:
        built = BuiltFiles.read(folder)
        self.view, self.broken = view, broken
        self.look = Look(
            tuple(f"/static/{name}" for name in built.styles("site")), tuple(f"/static/{name}" for name in built.scripts("site"))
        )

    def index_page(self, code, page, about, query) -> str:
        document = index_what_if(self.view)
        locale = query.get("lang", "en")
        return render_page(document, look=self.look, translations=NullTranslations(), locale=locale, addresses=site_address)

    def index_file(self, code, name) -> File:
        return File(f"{code}-{name}", b"{" if self.broken else encode_what_if(self.view))
