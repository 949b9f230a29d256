"""Maps of cells as SVG: an image of few colours inside the frame of all maps, the place's outline and a scale bar upon it.

The frame is equirectangular and the image regular in degrees, so the image is placed by its corners alone. Its bytes stand once in
the page; the drawings for a desktop and for a phone both use it. An image of at most 700 columns, cut to what the map shows, takes
10 to 60 kB; small multiples are drawn from 300.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
import shapely
from markupsafe import Markup

from ekistics.model.errors import InvalidInput
from ekistics.model.grids import CellImage
from ekistics.profile.blocks import CellMap
from ekistics.profile.cell_pictures import CellClass, CellGround, CellPicture
from ekistics.publish.cell_pixels import Bounds, cut, placed_in_palette, thinned
from ekistics.publish.drawing import Drawing, px
from ekistics.publish.png_adapter import Colour, indexed_png
from ekistics.publish.scales import NARROW
from ekistics.publish.svg_map import Frame, doubled, draw_names, frame_of, height_for, path_of, scale_bar
from ekistics.publish.words import Words

MOST_COLUMNS, MOST_COLUMNS_SMALL = 700, 300
"""Pixels of an image across, alone and as one of several."""
SMALL = 264.0
"""Width of a small multiple, pixels of the drawing."""
_SHELF = '<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>{}</defs></svg>'
MARGIN, MARGIN_SMALL = 26.0, 8.0
"""Around the outline of the place, pixels: what lies beyond is shown so far."""


@dataclass(frozen=True)
class _Held:
    """An image as it stands in the page: its id there, its element, its size in pixels, and where it lies in degrees."""

    id: str
    element: str
    columns: int
    rows: int
    bounds: Bounds

    def placed(self, frame: Frame) -> str:
        """Return the transform that brings its pixels into a frame."""
        west, south, east, north = self.bounds
        left, top, right, bottom = (frame.place(np.array([[west, north], [east, south]])) / 2).ravel().tolist()
        return f"translate({left:.2f} {top:.2f}) scale({(right - left) / self.columns:.5f} {(bottom - top) / self.rows:.5f})"


@cache
def colours() -> dict[str, Colour]:
    """Return the colours of drawings by token, as red, green, blue; a picture cannot name a token, so it is given the light one."""
    text = files("ekistics.publish").joinpath("drawing_tokens.css").read_text("utf-8")
    return {name: _rgb(value) for name, value in re.findall(r"--([\w-]+):#([0-9a-f]{6})\b", text)}


def _rgb(value: str) -> Colour:
    red, green, blue = bytes.fromhex(value)
    return red, green, blue


def key_of(block: CellMap) -> str:
    """Return a hash of what a map of cells shows."""
    digest = hashlib.sha256(
        repr((block.classes, block.description, [(one.image.bounds, one.image.codes.shape) for one in block.pictures])).encode()
    )
    for one in block.pictures:
        digest.update(one.image.codes.tobytes())
    digest.update(shapely.to_wkb(block.ground.outline) if block.ground.outline is not None else b"")
    digest.update((block.ground.shapes.key if block.ground.shapes else "").encode())
    return digest.hexdigest()


def cell_map(block: CellMap, words: Words, *, width: float, title: str, description: str) -> Markup:
    """Draw one map twice, for a column `width` pixels wide and for a phone, with its image once before them."""
    (picture,) = block.pictures
    study = _framed(block.ground, picture.image)
    sizes = [("wide", width, 760.0), ("narrow", float(min(NARROW, width)), 480.0)]
    framed = [(kind, frame_of(study, width=wide, height=height_for(study, wide, most=most), margin=MARGIN)) for kind, wide, most in sizes]
    held = _hold(picture.image, block.classes, _seen([frame for _, frame in framed]), MOST_COLUMNS)
    drawn = Markup(_SHELF.format(held.element))  # noqa: S704  (our own element, of numbers and base64)
    for kind, frame in framed:
        art = _ground(block.ground, frame)
        art.marks.append(f'<use href="#{held.id}" transform="{held.placed(frame)}"/>')
        _outline(art, block.ground, frame)
        if block.ground.shapes is not None:
            ashore = tuple(one for one in block.ground.shapes.names if not one.water)  # cells lie over the sea and its name
            draw_names(art, replace(block.ground.shapes, names=ashore), frame, most=7 if frame.width > 500 else 4)
        scale_bar(art, frame, words)
        drawn += art.svg(title, description, f"map cells {kind}")
    return drawn


def small_cell_map(picture: CellPicture, block: CellMap, *, title: str, description: str) -> Markup:
    """Draw one of several maps at a size that serves desktop and phone."""
    study = _framed(block.ground, picture.image)
    frame = frame_of(study, width=SMALL, height=height_for(study, SMALL, most=SMALL * 1.4), margin=MARGIN_SMALL)
    held = _hold(picture.image, block.classes, _seen([frame]), MOST_COLUMNS_SMALL)
    art = _ground(block.ground, frame)
    art.marks.append(f'<g transform="{held.placed(frame)}">{held.element}</g>')
    _outline(art, block.ground, frame)
    return art.svg(title, description, "map cells")


def _framed(ground: CellGround, image: CellImage) -> object:
    """Return what the frame is fitted to: the outline of the place where it meets the image, else the image."""
    whole = shapely.box(*image.bounds)
    outline = ground.outline
    return outline if outline is not None and not shapely.is_empty(outline) and shapely.intersects(outline, whole) else whole


def _seen(frames: Sequence[Frame]) -> Bounds:
    """Return the bounds in degrees of what any of some frames shows."""
    edges = [(one.west, one.north - 2 * one.height / one.ky, one.west + 2 * one.width / one.kx, one.north) for one in frames]
    west, south, east, north = zip(*edges, strict=True)
    return min(west), min(south), max(east), max(north)


def _hold(image: CellImage, classes: Sequence[CellClass], seen: Bounds, most: int) -> _Held:
    """Make the picture: cut, thinned, with one palette entry a code in the order of the codes."""
    shown = thinned(cut(image, seen), most)
    coloured = {code: one.colour for one in classes for code in one.codes}
    order = sorted(coloured)
    unknown = [coloured[code] for code in order if coloured[code] not in colours()]
    if unknown:
        raise InvalidInput("a class without a colour", found=unknown[0], expected="a token of the drawings")
    png = indexed_png(placed_in_palette(shown.codes, order), [colours()[coloured[code]] for code in order])
    rows, columns = shown.codes.shape
    name = f"cells-{hashlib.sha256(png + repr(shown.bounds).encode()).hexdigest()[:12]}"
    element = (
        f'<image id="{name}" class="cell-image" width="{columns}" height="{rows}" preserveAspectRatio="none"'
        f' href="data:image/png;base64,{base64.b64encode(png).decode()}"></image>'
    )
    return _Held(name, element, columns, rows, shown.bounds)


def _ground(ground: CellGround, frame: Frame) -> Drawing:
    """Begin a drawing with sea, land and inland water, where they are known."""
    art, shapes = Drawing(frame.width, frame.height), ground.shapes
    sea = shapes is not None and shapes.land is not None
    art.rect(0, 0, frame.width, frame.height, "water" if sea else "land")
    if shapes is not None:
        doubled(art, path_of(frame.geometry(shapes.land, 2.0)), "land")
        doubled(art, path_of(frame.geometry(shapes.water, 2.0)), "water")
    return art


def _outline(art: Drawing, ground: CellGround, frame: Frame) -> None:
    """Lay a veil over what lies beyond the outline of the place, and draw the outline."""
    placed = frame.geometry(ground.outline, 1.2)
    line = path_of(placed)
    if not line:
        return
    width, height = px(2 * frame.width), px(2 * frame.height)
    doubled(art, f"M0 0h{width}v{height}h-{width}z{line}", "veil")
    doubled(art, line, "boundary")
