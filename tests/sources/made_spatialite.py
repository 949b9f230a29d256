"""Makes small SpatiaLite files by hand: what a stranger's project database looks like, with values that its types deny."""

import sqlite3
import struct
from contextlib import closing

import pyproj
import shapely

WKT = pyproj.CRS(4326).to_wkt("WKT1_GDAL")


def blob(shape):
    """Return a geometry as SpatiaLite stores it: mark, byte order, SRID, box, mark, geometry without byte order, end."""
    west, south, east, north = shape.bounds
    plain = shapely.to_wkb(shape, byte_order=1)[1:]
    return b"\x00\x01" + struct.pack("<i4d", 4326, west, south, east, north) + b"\x7c" + plain + b"\xfe"


def make(path, table, kind, declared, rows):
    """Write a table; `kind` is the OGC code of the geometry; each row is a shape and its values."""
    names = list(declared)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS spatial_ref_sys (srid INTEGER PRIMARY KEY, auth_name TEXT, auth_srid INTEGER, "
                         "ref_sys_name TEXT, proj4text TEXT, srtext TEXT)")  # fmt: skip
        database.execute("INSERT OR IGNORE INTO spatial_ref_sys VALUES (4326, 'epsg', 4326, 'WGS 84', '', ?)", (WKT,))
        database.execute("CREATE TABLE IF NOT EXISTS geometry_columns (f_table_name TEXT, f_geometry_column TEXT, geometry_type INTEGER, "
                         "coord_dimension INTEGER, srid INTEGER, spatial_index_enabled INTEGER)")  # fmt: skip
        columns = ", ".join(f'"{name}" {declared[name]}' for name in names)
        database.execute(f'CREATE TABLE "{table}" (ogc_fid INTEGER PRIMARY KEY, {columns}, geometry BLOB)')
        database.execute("INSERT INTO geometry_columns VALUES (?, 'geometry', ?, 2, 4326, 0)", (table, kind))
        for number, (shape, values) in enumerate(rows, start=1):
            marks = ", ".join("?" * (len(values) + 2))
            stored = None if shape is None else blob(shape)
            database.execute(f'INSERT INTO "{table}" VALUES ({marks})', (number, *values, stored))
        database.commit()
    return path
