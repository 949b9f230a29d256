"""Places and what belongs to them read back as they were put."""

from __future__ import annotations

from datetime import date

import pytest
import shapely
from tests.store.making import write

from ekistics.model.places import Boundary, Place, PlaceKind, Relation, RelationKind
from ekistics.model.targets import Target
from ekistics.store import entries

PLACE = Place("ES-35016", PlaceKind.CITY, {"es": "Las Palmas", "und": "Las Palmas de GC"}, date(1478, 6, 24), None)
OUTLINE = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3.1)])
BOUNDARY = Boundary("ES-35016", "2020", OUTLINE, 12345.5, "cadastre", date(2020, 1, 1), date(2024, 12, 31), "a" * 64)
RELATION = Relation("old", "new", RelationKind.SUCCESSION, date(2010, 1, 1), None, {"people": 0.75, "area": 1.0}, "census bureau")
TARGET = Target("density", "ES-35016", 0.8, "1", 2030, "city council", "SEX=F", 0.5, 2020)


@pytest.mark.parametrize(
    ("there", "back", "noun"),
    [
        (entries.entry_of_place, entries.place_of, PLACE),
        (entries.entry_of_boundary, entries.boundary_of, BOUNDARY),
        (entries.entry_of_relation, entries.relation_of, RELATION),
        (entries.entry_of_target, entries.target_of, TARGET),
    ],
)
def test_an_entry_reads_back_as_the_noun(there, back, noun):
    assert back(there(noun)) == noun


def test_the_record_gives_back_places_boundaries_relations_and_targets(record):
    with write(record) as commit:
        commit.put_place(PLACE)
        commit.put_boundary(BOUNDARY)
        commit.put_relation(RELATION)
        commit.put_target(TARGET)
    assert (record.places(), record.relations(), record.targets()) == ([PLACE], [RELATION], [TARGET])
    assert (record.boundaries("ES-35016"), record.boundaries("other"), record.targets("other")) == ([BOUNDARY], [], [])


def test_a_later_edition_stands_beside_the_earlier_and_a_redrawn_one_replaces_it(record):
    redrawn = Boundary("ES-35016", "2010", shapely.box(5, 5, 6, 6), 2.0)
    with write(record) as commit:
        commit.put_boundary(Boundary("ES-35016", "2010", OUTLINE, 1.0))
        commit.put_boundary(BOUNDARY)
    with write(record) as commit:
        commit.put_boundary(redrawn)
    assert record.boundaries("ES-35016", as_of=1)[-1] == BOUNDARY
    assert record.boundaries("ES-35016") == [BOUNDARY, redrawn]
