"""Belgium from its files as they are shipped is the published table."""

from __future__ import annotations

import textwrap

import pytest
from tests.workspace.settlement.country import RULES

from ekistics.places.settlement_rules import settlement_rules
from ekistics.sources.settlement_grids import open_settlement_grids
from ekistics.workspace.settlement.blockwise import classify_grids
from ekistics.workspace.settlement.classify import SettlementInputs, SettlementOutputs, classify_settlements

TABLE = (
    textwrap.dedent("""
    1 2024    -                      3:2145:6723773.9 2:8797:9200861.0 1:52837:4677460.8 0:2578:0
    1 R2022A  -                      3:1808:6300321.1 2:9105:9621031.1 1:52866:4680743.5 0:2578:0
    1 2024    built_up=off           3:1815:6301103.3 2:9101:9620458.5 1:52863:4680533.9 0:2578:0
    1 2024    smoothing=none,hole=0  3:1839:6514103.4 2:9035:9401325.2 1:52905:4686667.1 0:2578:0
""")
    .strip()
    .splitlines()
)


@pytest.mark.parametrize("line", TABLE)
def test_belgium_from_files_as_shipped_in_blocks_is_the_published_table(data, line, small_blocks):
    level, edition, overrides, *rows = line.split()
    told = {} if overrides == "-" else dict(pair.split("=") for pair in overrides.replace("hole=", "hole_km2=").split(","))
    grids = open_settlement_grids(*(data("belgium_ghsl", name) for name in ("POP.tif", "BUILT_S.tif", "LAND.tif")))
    assert grids.units == {"built_up": "m2", "land": "m2"}
    found = classify_grids(grids, rules=settlement_rules(edition, **told), level=int(level))
    for code, cells, people in (row.split(":") for row in rows):
        assert found.cells_by_class[int(code)] == int(cells)
        assert found.people_by_class.get(int(code), 0.0) == pytest.approx(float(people), abs=0.06)


def test_belgium_has_33_centres_the_largest_of_1_404_431_people(data, tmp_path):
    bands_there = [data("belgium_ghsl", name) for name in ("POP.tif", "BUILT_S.tif", "LAND.tif")]
    done = classify_settlements(SettlementInputs(*bands_there), SettlementOutputs(tmp_path / "c.tif"), rules=RULES)
    assert len(done.centres) == 33
    assert [one["people"] for one in done.centres[:3]] == pytest.approx([1_404_431, 946_583, 767_443], abs=1)
    assert [one["area_km2"] for one in done.centres[:3]] == [224, 250, 340]
