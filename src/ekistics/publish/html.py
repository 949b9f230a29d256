"""Pages as HTML: one template a block, texts through the catalogue, drawings in place; works without script and as one file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from ekistics.profile.blocks import CellMap, LinkKind, MapBlock, Operand
from ekistics.profile.cell_pictures import CellPicture
from ekistics.profile.chart_specs import Chart, SwarmChart
from ekistics.profile.document import Document, Layout
from ekistics.profile.texts import Text
from ekistics.publish import cell_map, charts, svg_map
from ekistics.publish.addresses import Addresses, anchor_of, anchors_of
from ekistics.publish.drawing import PATTERNS
from ekistics.publish.formula_words import spoken
from ekistics.publish.scales import NARROW
from ekistics.publish.what_if_words import WORDS as WHAT_IF_WORDS
from ekistics.publish.words import Translations, Words

COLUMN_WIDTHS: dict[Layout, tuple[int, ...]] = {
    Layout.STACK: (780,),
    Layout.HALVES: (588, 588),
    Layout.THIRDS: (358, 358, 358),
    Layout.WIDE_NARROW: (780, 358),
    Layout.NARROW_WIDE: (480, 684),
    Layout.SEVEN_FIVE: (684, 480),
}
"""Pixels of a section's columns at 1200 px, for drawings."""

WHOLE_WIDTH = 780
"""From this width on, a chart that profits from it takes the whole page."""

Kept = MutableMapping[str, str]
"""Drawings by the hash of what they show."""

_PATTERNS = Markup(PATTERNS)  # noqa: S704  (a constant of ours)


@dataclass(frozen=True)
class Look:
    """What a page loads: addresses of style sheets and scripts, and where MapLibre's own script lies for the explorer page."""

    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    explorer_scripts: tuple[str, ...] = ()
    explorer_styles: tuple[str, ...] = ()


def render_page(
    document: Document,
    *,
    look: Look,
    translations: Translations,
    locale: str,
    addresses: Addresses,
    kept: Kept | None = None,
) -> str:
    """Return one page as HTML.

    Parameters
    ----------
    look : style sheets and scripts, by address
    translations, locale : the reader's language; `locale` is a CLDR tag such as `en` or `ar`
    addresses : where links lead
    kept : drawings made before; new ones are added
    """
    words = Words(translations, Locale.parse(locale, sep="-" if "-" in locale else "_"))
    renderer = _Renderer(words, addresses, kept if kept is not None else {})
    return renderer.environment.get_template("page.html").render(document=document, look=look, patterns=_PATTERNS, inline_style=None)


def single_file(
    documents: Sequence[Document],
    *,
    style: str,
    translations: Translations,
    locale: str,
    kept: Kept | None = None,
    beside: Collection[str] = (),
) -> str:
    """Return a whole profile as one self-contained HTML file: style and fonts inside, anchors between pages, no script.

    Parameters
    ----------
    documents : the pages, the first page first
    style : the text of the style sheet, with its fonts as data addresses
    beside : names of files that lie in the same folder, to which links may lead
    """
    words = Words(translations, Locale.parse(locale, sep="-" if "-" in locale else "_"))
    pages = [(one.kind, one.key) for one in documents]
    renderer = _Renderer(words, anchors_of(pages, beside), kept if kept is not None else {})
    if "</style" in style.lower():
        raise AssertionError("a style sheet cannot hold a closing tag")
    sheet = Markup(style)  # noqa: S704  (our own built style sheet, checked above)
    return renderer.environment.get_template("single.html").render(
        documents=documents, document=documents[0], look=Look(), patterns=_PATTERNS, inline_style=sheet, anchor_of=anchor_of
    )


class _Compiled(BytecodeCache):
    """Templates compiled once a process: every language and every page has an environment of its own."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template that was compiled before."""
        if bucket.key in self.held:
            bucket.bytecode_from_string(self.held[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        self.held[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class _Renderer:
    """One language and one set of addresses, with the drawings made so far."""

    def __init__(self, words: Words, addresses: Addresses, kept: Kept) -> None:
        self.words, self.addresses, self.kept = words, addresses, kept
        self.environment = Environment(
            loader=PackageLoader("ekistics.publish"),
            autoescape=True,
            extensions=["jinja2.ext.i18n"],
            undefined=StrictUndefined,
            bytecode_cache=_COMPILED,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        install: Callable[..., None] = self.environment.install_gettext_callables  # type: ignore[attr-defined]  # set by the extension
        install(words.translations.gettext, words.translations.ngettext, newstyle=True)
        self.environment.filters |= {
            "t": words.markup,
            "breakable": _breakable,
            "plain": words.plain,
            "template": _template_of,
            "px": lambda value: f"{value:.1f}",
        }
        self.environment.globals |= {
            "words": words,
            "chart": self.chart,
            "map": self.map,
            "zones": self.zones,
            "cells": self.cells,
            "address": self.address,
            "LinkKind": LinkKind,
            "column_widths": COLUMN_WIDTHS,
            "narrow": NARROW,
            "is_operand": lambda node: isinstance(node, Operand),
            "spoken": lambda node: spoken(node, words),
            "curves": curves,
            "what_if_words": {key: words.translations.gettext(text) for key, text in WHAT_IF_WORDS.items()},
        }

    def address(self, kind: LinkKind, key: str, place: str) -> str:
        """Return where a link leads; empty for plain words."""
        return self.addresses(kind, key, place)

    def chart(self, chart: Chart, width: int, title: Text | None, description: Text | None) -> Markup:
        """Draw a chart twice: for a desktop column and for a phone."""
        told = self.words.plain(title), self.words.plain(description)
        width = 1200 if isinstance(chart, SwarmChart) and width >= WHOLE_WIDTH else width
        key = _key("chart", repr(chart), width, *told, str(self.words.locale), self.words.translations)

        def both() -> Markup:
            wide = charts.draw(chart, self.words, width=width, title=told[0], description=told[1], kind="wide")
            slim = charts.draw(chart, self.words, width=min(NARROW, width), title=told[0], description=told[1], kind="narrow")
            return wide + slim if wide.replace("wide", "") != slim.replace("narrow", "") else wide.replace(" wide", "", 1)

        return self._keep(key, both)

    def map(self, block: MapBlock, width: int) -> tuple[Markup, tuple[int, int]]:
        """Draw a dot map twice; also returns how many dots are not reached, and how many there are."""
        shapes = block.shapes
        told = self.words.plain(block.title), self.words.plain(block.description)
        dots = shapes.dots[0] if shapes.dots and block.reached_label is not None else None
        chosen = next((one for one in shapes.dots if one.indicator == block.dots_of), dots) if dots else None
        counted = (0, 0)
        if chosen is not None:
            _, reached = svg_map.share_out(chosen)
            counted = int((~reached).sum()), len(reached)
        key = _key("map", shapes.key, block.dots_of, width, *told, str(self.words.locale), self.words.translations) if shapes.key else ""

        def both() -> Markup:
            drawn = Markup("")
            for kind, wide, most in (("wide", width, 760), ("narrow", NARROW, 430)):
                height = svg_map.height_for(shapes.study, wide, most=most)
                svg, _ = svg_map.reach_map(
                    shapes, self.words, width=wide, height=height, title=told[0], description=told[1], dots=chosen, kind=kind
                )
                drawn += svg
            return drawn

        return self._keep(key, both), counted

    def zones(self, block: MapBlock) -> list[Markup]:
        """Draw the small maps of a block, each once, at a size that serves both widths."""
        told = self.words.plain(block.description)
        drawn = []
        for one in block.zones:
            title = self.words.plain(one.title)
            key = _key("zones", block.shapes.key, repr(one), block.breaks, title, str(self.words.locale)) if block.shapes.key else ""

            def draw(one: Any = one, title: str = title) -> Markup:
                width = 264.0 if len(block.zones) > 1 else 560.0
                return svg_map.zone_map(
                    block.shapes,
                    one.values,
                    width=width,
                    height=svg_map.height_for(block.shapes.study, width, most=width * 1.4),
                    breaks=block.breaks,
                    mark_below=block.mark_below,
                    title=title,
                    description=told,
                )

            drawn.append(self._keep(key, draw))
        return drawn

    def cells(self, block: CellMap, width: int) -> list[Markup]:
        """Draw the maps of cells of a block: one for desktop and phone, or small ones."""
        told = self.words.plain(block.description)
        key = cell_map.key_of(block)
        drawn = []
        for number, one in enumerate(block.pictures):
            title = self.words.plain(one.title or block.title)

            def draw(one: CellPicture = one, title: str = title) -> Markup:
                if len(block.pictures) > 1:
                    return cell_map.small_cell_map(one, block, title=title, description=told)
                return cell_map.cell_map(block, self.words, width=width, title=title, description=told)

            drawn.append(self._keep(_key("cells", key, number, width, title, told, str(self.words.locale), self.words.translations), draw))
        return drawn

    def _keep(self, key: str, make: Callable[[], Markup]) -> Markup:
        if not key:
            return make()
        if key not in self.kept:
            self.kept[key] = str(make())
        return Markup(self.kept[key])  # noqa: S704  (written by our own drawing, every text in it escaped)


def _key(*parts: object) -> str:
    told = "\x1f".join(type(part).__name__ if not isinstance(part, str | int | float | tuple) else str(part) for part in parts)
    return hashlib.sha256(told.encode()).hexdigest()


def _breakable(markup: Markup) -> Markup:
    """Let a file name break after its underscores, not in the middle of a word."""
    return Markup(str(markup).replace("_", "_<wbr>"))  # noqa: S704  (escaped before; only a break is put in)


def _template_of(block: object) -> str:
    """Return the template of a block: `ChartBlock` is drawn by `blocks/chart_block.html`."""
    return "blocks/" + re.sub(r"(?<!^)(?=[A-Z])", "_", type(block).__name__).lower() + ".html"


def curves(before: int, after: int) -> list[str]:
    """Return the curves that join two columns of items, in a square of 100 that is stretched to their height.

    Where both columns hold many, all meet in one point between.
    """
    left = [100 * (index + 0.5) / before for index in range(before)]
    right = [100 * (index + 0.5) / after for index in range(after)]
    if before == 1 or after == 1:
        return [f"M0 {a:.1f}C50 {a:.1f} 50 {b:.1f} 100 {b:.1f}" for a in left for b in right]
    into = [f"M0 {a:.1f}C25 {a:.1f} 25 50 50 50" for a in left]
    return into + [f"M50 50C75 50 75 {b:.1f} 100 {b:.1f}" for b in right]
