"""Tables are read as stored, never as declared; nothing is written to the file."""

import pytest
import shapely

from ekistics.model.errors import InvalidInput
from ekistics.sources.sqlite_tables import declared_types, feature_tables, read_geometry, read_stored

from .made_spatialite import make


@pytest.fixture
def path(tmp_path):
    rows = [(shapely.Point(1, 2), (1.5,)), (None, ("many",)), (shapely.Point(3, 4), (None,))]
    return make(tmp_path / "p.sqlite", "odd name", 1, {"count": "INTEGER"}, rows)


def test_values_keep_the_type_that_they_are_stored_with(path):
    stored = read_stored(path, "odd name", without=("geometry",))
    assert stored.columns["count"] == [1.5, "many", None]
    assert stored.declared["count"] == "INTEGER"
    assert stored.rowid.tolist() == [1, 2, 3]


def test_tables_with_geometry_and_their_declared_types_are_listed(path):
    assert feature_tables(path) == ("odd name",)
    assert declared_types(path, "odd name")["geometry"] == "BLOB"


def test_reading_leaves_the_file_as_it_was(path):
    before = path.read_bytes()
    read_stored(path, "odd name")
    read_geometry(path, "odd name")
    assert path.read_bytes() == before


def test_a_table_that_is_not_there_is_named(path):
    with pytest.raises(InvalidInput, match="zones"):
        read_stored(path, "zones")
