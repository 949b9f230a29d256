"""Maps as files of their own: title, subtitle, legend and credit inside the image, so that it can travel alone."""

from __future__ import annotations

from babel import Locale

from ekistics.profile.blocks import MapBlock
from ekistics.publish.drawing import Drawing, standalone
from ekistics.publish.svg_map import height_for, reach_map
from ekistics.publish.words import Translations, Words

WIDTH = 900.0
HEAD, FOOT = 84.0, 40.0


def map_svg(block: MapBlock, *, translations: Translations, locale: str) -> bytes:
    """Return the dot map of reach as one SVG file.

    Parameters
    ----------
    block : the map as the page shows it
    translations, locale : the reader's language
    """
    words = Words(translations, Locale.parse(locale, sep="-" if "-" in locale else "_"))
    shapes = block.shapes
    dots = next((one for one in shapes.dots if one.indicator == block.dots_of), None)
    title, told = words.plain(block.title), words.plain(block.description)
    height = height_for(shapes.study, WIDTH, most=1000)
    drawn, (missed, everybody) = reach_map(shapes, words, width=WIDTH, height=height, title=title, description=told, dots=dots)
    art = Drawing(WIDTH, HEAD + height + FOOT)
    art.text(0, 24, title, "t b")
    art.text(0, 46, words.plain(block.subtitle), "n")
    if dots is not None and everybody:
        art.dot(6, 66, 3, "map-in")
        art.text(16, 70, words.plain(block.reached_label), "n")
        art.dot(WIDTH / 2 + 6, 66, 4, "map-out")
        counted = f"{words.plain(missed)} / {words.plain(everybody)}"
        art.text(WIDTH / 2 + 18, 70, f"{words.plain(block.missed_label)}: {counted}", "n")
    art.marks.append(str(drawn).replace("<svg ", f'<svg y="{HEAD:.0f}" ', 1))
    if block.source is not None:
        art.text(0, HEAD + height + 24, words.plain(block.source), "s")
    return standalone(str(art.svg(title, told))).encode("utf-8")
