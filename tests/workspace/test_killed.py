"""Kill -9 at a random write of an import or a measurement: what was acknowledged stays, nothing is half visible, work goes on."""

from __future__ import annotations

import os
import random

import pytest
from tests.made_city import make_city
from tests.store.conftest import BOTH
from tests.workspace import killed
from tests.workspace.conftest import SIDE

from ekistics.workspace import importing

TIMES = 15
SOAK = int(os.environ.get("EKISTICS_KILLS", "200"))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed") / "my-city"
    make_city(folder, SIDE)
    return folder


@pytest.fixture
def campaign(fresh_url, tmp_path, files, monkeypatch):
    """Return a function that kills so many times and gives what is wrong afterwards."""
    monkeypatch.setattr(importing, "run_limited", lambda function, *args: function(*args))

    def kill_often(kind: str, times: int, *, broken: bool = False) -> list[str]:
        root, url = tmp_path / "whole", fresh_url(kind)
        killed.make_workspace(root, url)
        killed.run(root, files, killed.NEVER, tmp_path / "said", broken=broken)
        whole, wanted = killed.rows_by_commit(url), killed.figures(root)
        total = int((tmp_path / "said.count").read_text(encoding="ascii"))
        chance = random.Random(20260302)
        found = []
        for number in range(times):
            root, url, said = tmp_path / f"w{number}", fresh_url(kind), tmp_path / f"said{number}"
            killed.make_workspace(root, url)
            at = chance.randint(1, total)
            killed.run(root, files, at, said, broken=broken)
            wrong = killed.violations(root, url, said, whole)
            if not broken:  # and the work can be done again on top
                killed.carry_out(root, files, said)
                wrong += ["the work done again gives other figures"] if killed.figures(root) != wanted else []
            found += [f"killed at write {at} of {total}: {one}" for one in wrong]
        return found

    return kill_often


@pytest.mark.parametrize("kind", BOTH)
def test_a_killed_import_or_measurement_loses_nothing_and_leaves_nothing_half(kind, campaign):
    assert campaign(kind, TIMES) == []


@pytest.mark.parametrize("kind", BOTH)
def test_the_kill_test_fails_where_the_transaction_is_removed(kind, campaign):
    assert campaign(kind, 4, broken=True) != []


@pytest.mark.soak
@pytest.mark.parametrize("kind", BOTH)
def test_many_killed_imports_and_measurements(kind, campaign):
    assert campaign(kind, SOAK) == []
