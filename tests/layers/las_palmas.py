"""The study region of Las Palmas: the municipality within the urban centre of the GHS Urban Centre Database."""

import geopandas
import numpy as np
import shapely

from ekistics.layers.registry import Zones


def study_region(data):
    """Return the study region as the only zone, in EPSG:4326."""
    names = ("boundary_municipality_cnig.geojson", "ghs_ucdb2015_R2019A_las_palmas.gpkg")
    municipality, centre = (geopandas.read_file(data("las_palmas", name)).to_crs(4326).geometry.union_all() for name in names)
    return Zones(np.array(["region"]), np.array([municipality.intersection(centre)], dtype=object))


def quarters(zones):
    """Return the study region and its four quarters by its box, which partition it."""
    west, south, east, north = zones.geometry[0].bounds
    across, up = (west + east) / 2, (south + north) / 2
    boxes = [shapely.box(a, b, c, d) for a, c in ((west, across), (across, east)) for b, d in ((south, up), (up, north))]
    parts = [zones.geometry[0].intersection(box) for box in boxes]
    return Zones(np.array(["region", "a", "b", "c", "d"]), np.array([zones.geometry[0], *parts], dtype=object))
