"""The made country as files and as what they are classified to; not to be changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.made_grids import made_country, write_country
from tests.workspace.settlement.country import RULES, TILES, Country

from ekistics.places.degree_of_urbanisation import classify
from ekistics.sources.settlement_grids import SettlementGrids, open_settlement_grids
from ekistics.workspace.settlement import blockwise


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> dict[str, Path]:
    return write_country(tmp_path_factory.mktemp("country"), **TILES)


@pytest.fixture
def small_blocks(monkeypatch):
    """Cut grids into blocks of a few tiles."""
    original = SettlementGrids.windows
    monkeypatch.setattr(SettlementGrids, "windows", lambda self, cells=0: original(self, 600))


@pytest.fixture(scope="session")
def grids(files) -> SettlementGrids:
    return open_settlement_grids(files["people"], files["built_up"], files["land"])


@pytest.fixture(scope="session")
def whole():
    country = made_country()
    return classify(country["people"], country["built_up"], country["land"], rules=RULES)


@pytest.fixture
def looked_at(monkeypatch) -> list:
    """Return what becomes a list of the blocks that are really looked at."""
    seen, original = [], blockwise.look_at

    def look_at(*bands, row, column, **options):
        seen.append((row, column))
        return original(*bands, row=row, column=column, **options)

    monkeypatch.setattr(blockwise, "look_at", look_at)
    return seen


@pytest.fixture(scope="session")
def country(tmp_path_factory) -> Country:
    return Country(tmp_path_factory.mktemp("units"))
