"""Study regions of cities whose files bring no boundary: the union of the hexagons of people, or a box."""

from __future__ import annotations

import csv
import json

import h3
import shapely


def hexagons(path):
    """The union of the H3 cells of a file."""
    with path.open(encoding="utf-8") as stream:
        cells = [shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(row["id"])]) for row in csv.DictReader(stream)]
    return shapely.union_all(cells).buffer(1e-6)


def write_region(path, region):
    """Write one outline as GeoJSON."""
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(region))}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
