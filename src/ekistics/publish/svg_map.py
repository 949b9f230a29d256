"""Maps as SVG: people as dots by reach, zones by class; simplified and written in whole numbers on a doubled drawing.

Order of drawing: water, land, study area, green, streets by class, people or classes, boundary, names, scale bar. The drawing
is a local equirectangular projection about the middle of the study area, scaled to pixels; a map stays under 150 kB.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from markupsafe import Markup

from ekistics.profile.evidence import Dots, MapShapes
from ekistics.profile.reach_map import DOTS
from ekistics.profile.texts import Number
from ekistics.publish.drawing import Drawing, px
from ekistics.publish.words import Words

METRES_A_DEGREE = 111_320.0
"""Of latitude, and of longitude at the equator; good to 0.6 % for a drawing."""
SHORTEST_STREET = 6.0
"""Streets shorter than this many pixels are left out."""


@dataclass(frozen=True)
class Frame:
    """From degrees to half pixels: `x = (lon - west) * kx`, `y = (north - lat) * ky`."""

    west: float
    north: float
    kx: float
    ky: float
    width: float
    height: float

    def place(self, coordinates: Any) -> Any:
        """Return (n, 2) degrees as (n, 2) half pixels."""
        return np.column_stack([(coordinates[:, 0] - self.west) * self.kx, (self.north - coordinates[:, 1]) * self.ky])

    def geometry(self, shape: Any, tolerance: float = 1.0) -> Any:
        """Return a geometry in half pixels, cut to the frame and simplified to `tolerance` half pixels."""
        if shape is None or shapely.is_empty(shape):
            return None
        placed = shapely.transform(shapely.get_parts(shape), self.place)
        broken = ~shapely.is_valid(placed)  # of areas alone: a line is valid as it stands, and mending it would split it at each crossing
        placed[broken] = shapely.make_valid(placed[broken])
        cut = shapely.clip_by_rect(placed, -12, -12, 2 * self.width + 12, 2 * self.height + 12)
        drawn = shapely.get_parts(shapely.simplify(cut, tolerance, preserve_topology=False))
        dimension = shapely.get_dimensions(shape)
        of_its_kind = drawn[(shapely.get_dimensions(drawn) == dimension) & ~shapely.is_empty(drawn)]
        return shapely.multilinestrings(of_its_kind) if dimension == 1 else shapely.multipolygons(of_its_kind)


def frame_of(study: Any, *, width: float, height: float, margin: float = 14.0) -> Frame:
    """Fit the study area into a drawing.

    Parameters
    ----------
    study : polygon in degrees
    width, height, margin : pixels
    """
    west, south, east, north = shapely.bounds(study)
    shrink = math.cos(math.radians((south + north) / 2))
    across, down = max((east - west) * shrink, 1e-9), max(north - south, 1e-9)
    scale = min((width - 2 * margin) / across, (height - 2 * margin) / down)
    spare_x, spare_y = width - across * scale, height - down * scale
    return Frame(
        west=west - spare_x / 2 / (scale * shrink),
        north=north + spare_y / 2 / scale,
        kx=2 * scale * shrink,
        ky=2 * scale,
        width=width,
        height=height,
    )


def height_for(study: Any, width: float, *, most: float) -> float:
    """Return the height at which the study area fills a width, at most `most` pixels."""
    west, south, east, north = shapely.bounds(study)
    shrink = math.cos(math.radians((south + north) / 2))
    return float(min(most, max(220.0, width * (north - south) / max((east - west) * shrink, 1e-9))))


def path_of(shape: Any, *, closed: bool = True) -> str:
    """Write a geometry in half pixels as relative path data in whole numbers; parts that shrink to nothing are left out.

    Examples
    --------
    >>> path_of(shapely.box(0, 0, 10, 10))
    'M10 0v10h-10v-10h10z'
    """
    return "".join(_ring(line, closed) for line in _lines(shape))


def _lines(shape: Any) -> Iterator[Any]:
    if shape is None or shapely.is_empty(shape):
        return
    for part in shapely.get_parts(shape):
        match shapely.get_type_id(part):
            case 3:
                yield shapely.get_coordinates(shapely.get_exterior_ring(part))
                for index in range(int(shapely.get_num_interior_rings(part))):
                    yield shapely.get_coordinates(shapely.get_interior_ring(part, index))
            case 1 | 2:
                yield shapely.get_coordinates(part)
            case 4 | 5 | 6 | 7:
                yield from _lines(part)
            case _:
                continue


def _ring(coordinates: Any, closed: bool) -> str:
    whole = np.rint(coordinates).astype(int)
    moved = np.any(np.diff(whole, axis=0) != 0, axis=1)
    whole = whole[np.concatenate([[True], moved])]
    if len(whole) < (4 if closed else 2):
        return ""
    steps = np.diff(whole, axis=0)
    if closed:
        steps = steps[:-1] if len(steps) > 4 else steps
    told = [f"M{whole[0, 0]} {whole[0, 1]}"]
    told += [_step(int(dx), int(dy)) for dx, dy in steps]
    return "".join(told) + ("z" if closed else "")


def _step(dx: int, dy: int) -> str:
    if dy == 0:
        return f"h{dx}"
    if dx == 0:
        return f"v{dy}"
    return f"l{dx}{dy}" if dy < 0 else f"l{dx} {dy}"


def share_out(dots: Dots, count: int = DOTS) -> tuple[Any, Any]:
    """Share residents out evenly over where they live: the columns of `count` dots (longitude, latitude) and whether each is reached.

    The k-th dot stands for the resident with number (k + ½) / count of all, in the order of the homes, so that dots are spread as
    people are and the same people give the same dots.
    """
    people = np.nan_to_num(np.asarray(dots.people, dtype=float), nan=0.0)
    total = float(people.sum())
    if total <= 0:
        return np.empty((0, 2)), np.empty(0, dtype=bool)
    longitude, latitude = np.asarray(dots.longitude, dtype=float), np.asarray(dots.latitude, dtype=float)
    order = np.lexsort((longitude, np.round(latitude, 3)))
    upto = np.cumsum(people[order])
    wanted = (np.arange(count) + 0.5) / count * upto[-1]
    chosen = order[np.minimum(np.searchsorted(upto, wanted), len(order) - 1)]
    return np.column_stack([longitude[chosen], latitude[chosen]]), np.asarray(dots.reached, dtype=bool)[chosen]


HOME_SPACING, AREA_SPACING = 3.4, 7.0
"""How far dots of one home, or of one counted area, stand from each other, half pixels."""
_FEW = DOTS // 2
"""With fewer places than this the people were counted by area, each of which holds many dots."""
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def _apart(placed: Any) -> Any:
    """Stand dots that share one place around it, so that as many are seen as the legend counts."""
    _, home, sizes = np.unique(placed, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(home.ravel(), kind="stable")
    number = np.empty(len(placed))
    number[order] = np.arange(len(placed)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    spacing = HOME_SPACING if len(sizes) >= _FEW else AREA_SPACING
    radius, angle = spacing * np.sqrt(number), number * _GOLDEN_ANGLE
    return placed + np.rint(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])).astype(int)


def reach_map(
    shapes: MapShapes, words: Words, *, width: float, height: float, title: str, description: str, dots: Dots | None = None, kind: str = ""
) -> tuple[Markup, tuple[int, int]]:
    """Draw where people live and who of them is not reached.

    Returns
    -------
    (svg, (dots not reached, dots in all))
    """
    frame = frame_of(shapes.study, width=width, height=height)
    art = Drawing(width, height)
    _ground(art, shapes, frame)
    counted = (0, 0)
    if dots is not None:
        where, reached = share_out(dots)
        placed = _apart(np.rint(frame.place(where)).astype(int)) if len(where) else np.empty((0, 2), dtype=int)
        _dots(art, placed[reached], "in")
        _dots(art, placed[~reached], "out")
        counted = (int((~reached).sum()), len(reached))
    doubled(art, path_of(frame.geometry(shapes.study, 1.2)), "boundary")
    draw_names(art, shapes, frame, most=7 if width > 500 else 4)
    scale_bar(art, frame, words)
    return art.svg(title, description, f"map {kind}"), counted


def _ground(art: Drawing, shapes: MapShapes, frame: Frame) -> None:
    art.rect(0, 0, frame.width, frame.height, "water" if shapes.land is not None else "land")
    study = frame.geometry(shapes.study, 1.2)
    for shape, kind, tolerance in ((shapes.land, "land", 2.0), (shapes.study, "study", 1.2)):
        doubled(art, path_of(frame.geometry(shape, tolerance)), kind)
    if shapes.water is not None:
        doubled(art, path_of(frame.geometry(shapes.water, 2.0)), "water")
    for shape in (shapes.green, shapes.open_space):
        doubled(art, path_of(_larger(frame.geometry(shape, 1.8), 14.0)), "green")
    for lines in sorted(shapes.streets, key=lambda one: one.rank):
        drawn = frame.geometry(lines.geometry, 2.4)
        if lines.rank == 1 and study is not None and drawn is not None:
            drawn = shapely.intersection(drawn, shapely.buffer(study, 0))
        doubled(art, _street_path(drawn), f"st{lines.rank}")


def _larger(shape: Any, area: float) -> Any:
    if shape is None:
        return None
    parts = shapely.get_parts(shape)
    return shapely.geometrycollections(parts[shapely.area(parts) >= area])


def _street_path(drawn: Any, most: int = 36_000) -> str:
    """Write streets, the longest first, until the path is `most` characters long; those under 6 px are left out."""
    if drawn is None or shapely.is_empty(drawn):
        return ""
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(_line_parts(drawn)))))
    lengths = shapely.length(merged)
    told: list[str] = []
    size = 0
    for index in np.argsort(-lengths, kind="stable"):
        if lengths[index] < 2 * SHORTEST_STREET or size > most:
            break
        told.append(_ring(shapely.get_coordinates(shapely.simplify(merged[index], 2.4)), closed=False))
        size += len(told[-1])
    return "".join(told)


def _line_parts(shape: Any) -> Iterable[Any]:
    for part in shapely.get_parts(shape):
        if shapely.get_type_id(part) == 1:
            yield part
        elif shapely.get_type_id(part) in (5, 7):
            yield from _line_parts(part)


def doubled(art: Drawing, d: str, kind: str) -> None:
    """Draw whole half pixels at their true size; lines keep their width."""
    if d:
        art.marks.append(f'<path class="{kind}" vector-effect="non-scaling-stroke" transform="scale(.5)" d="{d}"/>')


def _dots(art: Drawing, placed: Any, kind: str) -> None:
    """Dots as strokes of no length with round ends: the shortest way to write thousands of them."""
    if not len(placed):
        return
    placed = np.unique(placed, axis=0)
    steps = np.diff(placed, axis=0)
    d = f"M{placed[0, 0]} {placed[0, 1]}h0" + "".join(f"m{dx}{'' if dy < 0 else ' '}{dy}h0" for dx, dy in steps.tolist())
    doubled(art, d, kind)


def draw_names(art: Drawing, shapes: MapShapes, frame: Frame, most: int) -> None:
    """Write at most so many names that lie inside the frame and cover no other."""
    taken: list[tuple[float, float, float, float]] = []
    shown = 0
    for name in shapes.names:
        x, y = (frame.place(np.array([[name.longitude, name.latitude]]))[0] / 2).tolist()
        half = len(name.text) * 3.8
        x = min(max(x, half + 4), frame.width - half - 4)
        box = (x - half, y - 14, x + half, y + 6)
        inside = 8 < y < frame.height - 8
        if not inside or shown >= most or any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        shown += 1
        art.text(x, y, name.text, "sea" if name.water else "place", "middle")


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def scale_bar(art: Drawing, frame: Frame, words: Words) -> None:
    """Draw a scale bar of a round length at the lower end of the drawing."""
    metres_a_pixel = METRES_A_DEGREE / (frame.ky / 2)
    length = next((m for m in (50_000, 20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50) if m / metres_a_pixel <= frame.width * 0.2), 20)
    wide = length / metres_a_pixel
    right, y = frame.width - 14, frame.height - 12
    art.rect(right - wide - 8, y - 24, wide + 16, 32, "backing")
    art.path(f"M{px(right - wide)} {px(y - 4)}v4h{px(wide)}v-4", "scale")
    number = Number(length / 1000, "km", decimals=0 if length % 1000 == 0 else 1) if length >= 1000 else Number(length, "m", decimals=0)
    art.text(right - wide / 2, y - 8, words.number(number), "n halo", "middle")


def class_of(value: float, breaks: tuple[float, ...]) -> int:
    """Return the class 1 to 5 of a value; a value on a break belongs to the class above, the last break to the last class.

    Examples
    --------
    >>> [class_of(value, (0, 20, 40, 60, 80, 100)) for value in (0, 19.9, 20, 100)]
    [1, 1, 2, 5]
    """
    return min(max(bisect.bisect_right(breaks, value), 1), len(breaks) - 1)


def zone_map(
    shapes: MapShapes,
    values: Mapping[str, float],
    *,
    width: float,
    height: float,
    breaks: tuple[float, ...],
    mark_below: float | None,
    title: str,
    description: str,
    kind: str = "",
) -> Markup:
    """Draw districts by class; missing ones are hatched, those below `mark_below` get an inner edge."""
    frame = frame_of(shapes.study, width=width, height=height, margin=4.0)
    art = Drawing(width, height)
    # districts may reach beyond what is measured: only what lies inside is coloured
    inside = {code: shapely.intersection(shapely.make_valid(shape), shapes.study) for code, shape in shapes.zones.items()}
    drawn = {code: frame.geometry(shape, 1.4) for code, shape in inside.items() if not shapely.is_empty(shape)}
    by_class: dict[int, list[str]] = {}
    missing = []
    for code, shape in drawn.items():
        value = values.get(code)
        if value is None or math.isnan(value):
            missing.append(path_of(shape))
        else:
            by_class.setdefault(class_of(value, breaks), []).append(path_of(shape))
    if missing:
        doubled(art, "".join(missing), "zone missing")
    for number in sorted(by_class):
        doubled(art, "".join(by_class[number]), f"zone k{number}")
    if mark_below is not None:
        for code, shape in drawn.items():
            value = values.get(code)
            if value is not None and value < mark_below:
                doubled(art, path_of(shapely.simplify(shapely.buffer(shape, -1.8), 1.0)), "below")
    doubled(art, path_of(frame.geometry(shapes.study, 1.4)), "boundary")
    return art.svg(title, description, f"map {kind}")
