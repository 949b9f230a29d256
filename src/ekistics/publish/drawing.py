"""A small SVG writer: marks with classes for their colours, so that one drawing serves light, dark and print.

Texts are real text; colours live in `drawing.css`. Coordinates are pixels of the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files

from markupsafe import Markup, escape

LETTER = 0.56
"""Mean width of a letter of the sans over its size, for keeping labels apart."""

HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="6" height="6"/><path class="hatch-line" d="M.5 0V6"/></pattern>'
)
HATCH_MAP = HATCH.replace('id="hatch"', 'id="hatch-map"').replace("rotate(45)", "scale(2) rotate(45)")
"""The same inside a doubled drawing."""
CROSS = (
    '<pattern id="cross" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="6" height="6"/><path class="hatch-line" d="M.5 0V6M0 .5H6"/></pattern>'
)
SPECKS = (
    '<pattern id="specks" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect class="hatch-ground" width="5" height="5"/><circle class="hatch-speck" cx="1.5" cy="1.5" r=".9"/></pattern>'
)
PATTERNS = f"<defs>{HATCH}{HATCH_MAP}{CROSS}{SPECKS}</defs>"


def px(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    told = f"{value:.1f}"
    return told[:-2] if told.endswith(".0") else told


def width_of(text: str, size: float = 13) -> float:
    """Return about how wide a text stands, in pixels."""
    return len(text) * size * LETTER


@dataclass
class Drawing:
    """Marks in drawing order; `svg` closes it."""

    width: float
    height: float
    marks: list[str] = field(default_factory=list)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Draw a straight line."""
        self.marks.append(f'<path class="{kind}" d="M{px(x1)} {px(y1)}L{px(x2)} {px(y2)}"/>')

    def path(self, d: str, kind: str) -> None:
        """Draw a path from its data."""
        self.marks.append(f'<path class="{kind}" d="{d}"/>')

    def rect(self, x: float, y: float, width: float, height: float, kind: str, fill: str = "") -> None:
        """Draw a rectangle; `fill` is a pattern's address."""
        filled = f' fill="{fill}"' if fill else ""
        self.marks.append(
            f'<rect class="{kind}"{filled} x="{px(x)}" y="{px(y)}" width="{px(max(width, 0))}" height="{px(max(height, 0))}"/>'
        )

    def dot(self, x: float, y: float, radius: float, kind: str) -> None:
        """Draw a dot or, by its class, a ring."""
        self.marks.append(f'<circle class="{kind}" cx="{px(x)}" cy="{px(y)}" r="{px(radius)}"/>')

    def text(self, x: float, y: float, words: str, kind: str = "t", anchor: str = "") -> None:
        """Write real text; `anchor` is empty, `middle` or `end`."""
        held = f' text-anchor="{anchor}"' if anchor else ""
        self.marks.append(f'<text class="{kind}" x="{px(x)}" y="{px(y)}"{held}>{escape(words)}</text>')

    def svg(self, title: str, description: str, kind: str = "") -> Markup:
        """Return the drawing as an inline SVG with its title and description."""
        return Markup(  # noqa: S704  (every text was escaped as it came in)
            f'<svg class="drawing {kind}" role="img" xmlns="http://www.w3.org/2000/svg" width="{px(self.width)}" height="{px(self.height)}"'
            f' viewBox="0 0 {px(self.width)} {px(self.height)}"><title class="data">{escape(title or description)}</title>'
            f'<desc class="data">{escape(description)}</desc>{"".join(self.marks)}</svg>'
        )


def standalone(svg: str) -> str:
    """Return an inline SVG as a file of its own: with its patterns, colours for light and dark, and fonts by name."""
    style = files("ekistics.publish").joinpath("drawing.css").read_text("utf-8")
    tokens = files("ekistics.publish").joinpath("drawing_tokens.css").read_text("utf-8")
    opening, rest = svg.split(">", 1)
    return f"{opening}>{PATTERNS}<style>{tokens}{style}</style>{rest}"
