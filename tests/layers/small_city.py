"""A city small enough to work out by hand: streets each 100 m on a plane, drawn around 0 E, 45 N."""

import numpy as np
import shapely

from ekistics.geo.ellipsoid import LocalPlane
from ekistics.layers.registry import Zones
from ekistics.model.extracts import Areas, Facilities, OsmExtract, People, PeopleKind, Streets

PLANE = LocalPlane("tmerc", 0.0, 45.0)


def drawn(geometry):
    """Return a geometry given in metres in EPSG:4326."""
    return PLANE.unproject(np.array([geometry], dtype=object))[0]


def streets(lines, *, walkable=None, drivable=None, outline=None, residential=None):
    """Return streets from lines of (node, x, y)."""
    count = len(lines)
    vertices = [vertex for line in lines for vertex in line]
    longitude, latitude = PLANE.backward(np.array([v[1] for v in vertices], float), np.array([v[2] for v in vertices], float))
    yes, no = np.ones(count, bool), np.zeros(count, bool)

    def flags(given, otherwise):
        return otherwise if given is None else np.array(given, bool)

    return Streets(
        way=np.arange(count) + 100,
        offsets=np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64),
        node=np.array([v[0] for v in vertices], np.int64),
        longitude=longitude,
        latitude=latitude,
        street_class=np.full(count, "residential"),
        walkable=flags(walkable, yes),
        drivable=flags(drivable, yes),
        is_street=yes,
        is_outline=flags(outline, no),
        width_m=np.full(count, 6.0),
        width_from=np.full(count, "class"),
        residential=flags(residential, yes),
    )


def cross(side=6, spacing=200.0):
    """Return the lines of a square grid of streets, each piece with its own nodes, from (0, 0)."""
    lines = [[(row * 100 + column, column * spacing, row * spacing) for column in range(side)] for row in range(side)]
    return lines + [[(row * 100 + column, column * spacing, row * spacing) for row in range(side)] for column in range(side)]


def areas(shapes=(), uses=(), levels=()):
    """Return buildings as areas."""
    count = len(shapes)
    no, empty = np.zeros(count, bool), np.full(count, "")
    return Areas(
        id=np.arange(count),
        element=np.full(count, "w"),
        geometry=np.array([drawn(shape) for shape in shapes], dtype=object),
        open_space=no,
        open_space_rule=empty,
        refused_rule=empty,
        garden=no,
        green=no,
        water=no,
        street_area=no,
        building_use=np.array(uses, dtype=str) if count else empty,
        levels=np.array(levels, float) if len(levels) else np.full(count, np.nan),
        name=empty,
    )


def facilities(shapes=(), kinds=()):
    """Return facilities."""
    count = len(shapes)
    kind = np.array(kinds, dtype=str) if count else np.full(0, "")
    shape = np.array([drawn(one) for one in shapes], dtype=object)
    return Facilities(np.arange(count), np.full(count, "n"), kind, shape, np.full(count, ""))


def extract(lines=None, *, buildings=None, places=None, box=(-500, -500, 1500, 1500), **how):
    """Return an extract with streets, buildings and facilities."""
    west, south = (float(one[0]) for one in PLANE.backward(np.array([float(box[0])]), np.array([float(box[1])])))
    east, north = (float(one[0]) for one in PLANE.backward(np.array([float(box[2])]), np.array([float(box[3])])))
    return OsmExtract(streets(lines or cross(), **how), buildings or areas(), places or facilities(), (west, south, east, north), None)


def zones(*shapes):
    """Return zones from boxes in metres; without any, the whole city in halves."""
    shapes = shapes or (shapely.box(-100, -100, 1100, 1100), shapely.box(-100, -100, 500, 1100), shapely.box(500, -100, 1100, 1100))
    return Zones(np.array([f"z{number}" for number in range(len(shapes))]), np.array([drawn(shape) for shape in shapes], dtype=object))


def given(shapes, people, kind=PeopleKind.ZONES, cell_m=np.nan):
    """Return people given by shape."""
    count = len(shapes)
    shape = np.array([drawn(one) for one in shapes], dtype=object)
    return People(kind, np.array([f"u{i}" for i in range(count)]), shape, np.array(people, float), np.full(count, cell_m**2))
